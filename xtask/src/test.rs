//! `cargo xtask test`: all that must hold before a change is taken, on a machine with nothing but Rust; and `cargo xtask
//! check`, the part of it that needs no tests to be built.

use crate::docs;
use crate::playground;
use crate::stage::{Stage, heading, succeeds};
use crate::tidy::tidy;
use anyhow::{Result, bail};
use std::time::{Duration, Instant};

/// No stage of a slow machine's first build comes near it.
const LIMIT: Duration = Duration::from_secs(45 * 60);

const DENY_WARNINGS: &[(&str, &str)] = &[("RUSTDOCFLAGS", "-D warnings")];

/// Runs every stage and stops at the first that fails.
///
/// # Errors
/// If one fails.
pub(crate) fn test() -> Result<()> {
    let begun = Instant::now();
    check()?;
    // --no-fail-fast: one run shows all that is broken, and the totals count everything.
    let mut totals = Totals::default();
    let tested = stage("tests and doc tests", &["cargo", "test", "--workspace", "--no-fail-fast"], &[])
        .run(|line| totals.count(line));
    println!("   {} passed, {} failed, {} ignored", totals.passed, totals.failed, totals.ignored);
    tested?;
    stage("examples", &["cargo", "build", "--workspace", "--examples"], &[]).run(|_| ())?;
    docs::check()?;
    // --lib: the binary is called like the engine, whose pages it would overwrite.
    stage("documentation", &["cargo", "doc", "--workspace", "--no-deps", "--lib"], DENY_WARNINGS)
        .run(|_| ())?;
    playground::test(|line| totals.count(line))?;
    heading("all stages ok");
    println!(
        "   test totals: {} passed, {} failed, {} ignored",
        totals.passed, totals.failed, totals.ignored
    );
    println!("   {:.1} s", begun.elapsed().as_secs_f64());
    Ok(())
}

/// Runs the stages that take seconds.
///
/// # Errors
/// If one fails.
pub(crate) fn check() -> Result<()> {
    tools()?;
    stage("format", &["cargo", "fmt", "--all", "--check"], &[]).run(|_| ())?;
    tidy()?;
    let clippy = ["cargo", "clippy", "--workspace", "--all-targets", "--", "-D", "warnings"];
    stage("clippy", &clippy, &[]).run(|_| ())
}

fn stage<'a>(name: &'a str, command: &'a [&'a str], environment: &'a [(&'a str, &'a str)]) -> Stage<'a> {
    Stage { name, command, environment, limit: LIMIT }
}

/// Installs rustfmt and clippy where they are missing: a minimal Rust has neither.
fn tools() -> Result<()> {
    heading("tools");
    for (component, probe) in [("rustfmt", "fmt"), ("clippy", "clippy")] {
        if succeeds(&["cargo", probe, "--version"]) {
            continue;
        }
        println!("   {component} is missing: rustup component add {component}");
        if !succeeds(&["rustup", "component", "add", component]) {
            bail!(
                "{component} is missing and rustup cannot add it; help: install {component} for this toolchain"
            );
        }
    }
    println!("   rustfmt and clippy are there");
    Ok(())
}

/// The sums over all lines of the form `test result: ok. 3 passed; 0 failed; 1 ignored; …`, and over those of Node.js,
/// one for each count: `ℹ pass 3`.
#[derive(Debug, Default, PartialEq, Eq)]
struct Totals {
    passed: u64,
    failed: u64,
    ignored: u64,
}

impl Totals {
    fn count(&mut self, line: &str) {
        match line.strip_prefix("ℹ ").and_then(|rest| rest.split_once(' ')) {
            Some(("pass", n)) => self.passed += n.parse().unwrap_or(0),
            Some(("fail" | "cancelled", n)) => self.failed += n.parse().unwrap_or(0),
            Some(("skipped", n)) => self.ignored += n.parse().unwrap_or(0),
            _ => (),
        }
        let Some((_, counts)) = line.strip_prefix("test result: ").and_then(|rest| rest.split_once(". "))
        else {
            return;
        };
        for part in counts.split("; ") {
            match part.split_once(' ') {
                Some((n, "passed")) => self.passed += n.parse().unwrap_or(0),
                Some((n, "failed")) => self.failed += n.parse().unwrap_or(0),
                Some((n, "ignored")) => self.ignored += n.parse().unwrap_or(0),
                _ => (),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_are_added_up() {
        let mut totals = Totals::default();
        for line in [
            "running 3 tests",
            "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s",
            "test result: FAILED. 20 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.50s",
            "ℹ tests 7",
            "ℹ pass 5",
            "ℹ fail 1",
            "ℹ cancelled 0",
            "ℹ skipped 1",
        ] {
            totals.count(line);
        }
        assert_eq!(totals, Totals { passed: 28, failed: 3, ignored: 2 });
    }
}
