//! `cargo xtask playground`: the page with the engine in it, as a folder of static files; and its tests in a real browser.
//!
//! ```text
//! gradus-wasm ──xtask-wasm──▶ playground/pkg ──vite──▶ playground/dist ──▶ `gradus play`
//! ```
//!
//! Each step is left out where nothing that it reads is newer than what it wrote.

mod age;
mod node;
mod browser;
mod measure;

pub(crate) use measure::measure;

use crate::stage::{Stage, built, heading, root};
use age::{is_older, newest};
use anyhow::{Context, Result};
use std::fs::File;
use std::time::{Duration, SystemTime};

/// The engine for the browser, where the page expects it.
const BINDINGS: &str = "playground/pkg";
/// What the page does with the engine until its network learns: what that takes is fetched first.
const OPENING: &str = "playground/opening.mjs";
/// The page as it is served.
const PAGE: &str = "playground/dist";
/// What the page is made of, the bindings beside it.
const SOURCES: [&str; 9] = [
    "playground/src",
    "playground/public",
    "playground/pkg",
    "playground/index.html",
    "playground/package.json",
    "playground/package-lock.json",
    "playground/vite.config.ts",
    "playground/svelte.config.js",
    "playground/tsconfig.json",
];

/// What the tests of the page run, built as all other tests are, with the examples: with the features that one package alone asks
/// for, all below it would be built anew.
const PROGRAMS: [&str; 8] =
    ["cargo", "build", "--workspace", "--bin", "gradus", "--bin", "xtask-wasm", "--examples"];

/// No step of a slow machine's first build comes near it.
const LIMIT: Duration = Duration::from_secs(30 * 60);

fn stage<'a>(name: &'a str, command: &'a [&'a str], environment: &'a [(&'a str, &'a str)]) -> Stage<'a> {
    Stage { name, command, environment, limit: LIMIT }
}

/// Builds the page, as far as it is not up to date.
///
/// # Errors
/// If a tool is missing, or a step fails.
pub(crate) fn build() -> Result<()> {
    build_with(&["cargo", "run", "--quiet", "--package", "xtask-wasm", "--"])
}

/// The same; `bind` is the program that builds the engine.
fn build_with(bind: &[&str]) -> Result<()> {
    node::check()?;
    node::install_packages()?;
    bindings(bind)?;
    page()
}

/// Builds the page and tries it in a browser, served by the program itself; `observe` gets every line of the tests.
///
/// # Errors
/// If a tool is missing, or a step or a test fails.
pub(crate) fn test(observe: impl FnMut(&str) + Send) -> Result<()> {
    stage("programs", &PROGRAMS, &[]).run(|_| ())?;
    build_with(&[&built("debug/xtask-wasm")])?;
    node::check_types()?;
    let chromium = browser::find()?;
    let gradus = program(&PROGRAMS, "debug")?;
    let environment = [("GRADUS", gradus.as_str()), ("CHROMIUM", chromium.as_str())];
    node::run_tests(&environment, observe)
}

/// The program with the page in it.
fn program(command: &[&str], folder: &str) -> Result<String> {
    stage("program with the page", command, &[]).run(|_| ())?;
    Ok(built(&format!("{folder}/gradus")))
}

/// The engine for the browser, with its JavaScript and its types.
fn bindings(bind: &[&str]) -> Result<()> {
    stage("engine for the browser", &[bind, &[BINDINGS, OPENING]].concat(), &[]).run(|_| ())
}

/// The page, with the bindings in it.
fn page() -> Result<()> {
    let index = root().join(PAGE).join("index.html");
    if !is_older(&index, newest(&SOURCES.map(|path| root().join(path)))) {
        heading("page");
        println!("   {PAGE} is up to date");
        return Ok(());
    }
    let is_new = !index.exists();
    node::build_page()?;
    if is_new { tell_cargo() } else { Ok(()) }
}

/// The script that puts the page into the program watches its folder once there is one; that it has come must be told.
fn tell_cargo() -> Result<()> {
    let script = root().join("crates/gradus-cli/build.rs");
    let touched =
        File::options().append(true).open(&script).and_then(|file| file.set_modified(SystemTime::now()));
    touched.with_context(|| format!("cannot give {} a new date", script.display()))
}
