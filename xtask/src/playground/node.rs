//! Node.js with npm and the packages of playground/package-lock.json, which make the page and run its tests. Nothing else
//! of the project needs them.

use super::age::{is_older, newest};
use super::stage;
use crate::stage::{heading, root};
use anyhow::{Result, bail};
use std::fs;
use std::process::Command;

const TESTS: &str = "playground/tests";

/// The oldest version that the packages run on.
const OLDEST: (u32, u32) = (20, 19);

/// The programs' names; on Windows npm is a script, which must be called by its whole name.
const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };

/// Refuses where Node.js or npm is missing or too old.
///
/// # Errors
/// In that case; the message says what to install.
pub(super) fn check() -> Result<()> {
    heading("Node.js");
    let (Some(node), Some(npm)) = (version("node"), version(NPM)) else {
        bail!("the playground is built with Node.js and npm, which are not here; {}", help());
    };
    if parse(&node).is_none_or(|found| found < OLDEST) {
        bail!("the playground needs a newer Node.js than {node}; {}", help());
    }
    println!("   Node.js {node}, npm {npm}");
    Ok(())
}

fn help() -> String {
    format!("help: install Node.js {}.{} or newer from nodejs.org", OLDEST.0, OLDEST.1)
}

fn version(program: &str) -> Option<String> {
    let output = Command::new(program).arg("--version").current_dir(root()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// `v20.19.4` → (20, 19)
fn parse(version: &str) -> Option<(u32, u32)> {
    let mut numbers = version.trim_start_matches('v').split('.').map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

/// Fetches the packages that the lock file names, unless they are there.
pub(super) fn install_packages() -> Result<()> {
    // npm writes this file last.
    let installed = root().join("playground/node_modules/.package-lock.json");
    if !is_older(&installed, newest(&[root().join("playground/package-lock.json")])) {
        return Ok(());
    }
    let command = [NPM, "ci", "--prefix", "playground", "--no-audit", "--no-fund"];
    stage("packages of the page", &command, &[]).run(|_| ())
}

/// Runs the tests in the browser, one file after the other: a machine of two cores has no room for more.
pub(super) fn run_tests(environment: &[(&str, &str)], observe: impl FnMut(&str) + Send) -> Result<()> {
    let entries = fs::read_dir(root().join(TESTS))?;
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut files: Vec<String> = names.filter(|name| name.ends_with(".test.mjs")).collect();
    files.sort();
    let files: Vec<String> = files.iter().map(|name| format!("{TESTS}/{name}")).collect();
    let options = ["node", "--test", "--test-concurrency=1", "--test-reporter=spec"];
    let command: Vec<&str> = options.into_iter().chain(files.iter().map(String::as_str)).collect();
    stage("playground in the browser", &command, environment).run(observe)
}

/// Checks the types of the page.
pub(super) fn check_types() -> Result<()> {
    stage("types of the page", &[NPM, "run", "--prefix", "playground", "--silent", "check"], &[]).run(|_| ())
}

/// Bundles the page into playground/dist.
pub(super) fn build_page() -> Result<()> {
    stage("page", &[NPM, "run", "--prefix", "playground", "--silent", "build"], &[]).run(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_numbers() {
        for (text, expected) in
            [("v20.19.4", Some((20, 19))), ("v9.0.0", Some((9, 0))), ("22.1", Some((22, 1))), ("no", None)]
        {
            assert_eq!(parse(text), expected, "{text}");
        }
        assert!(parse("v9.20.0") < Some(OLDEST) && parse("v100.0.0") > Some(OLDEST));
    }
}
