//! `xtask-wasm FOLDER SCRIPT`: builds the crate `gradus-wasm` for the browser and writes it into a folder, with its JavaScript
//! and its types. `cargo xtask playground` calls it.
//!
//! ```text
//! gradus-wasm ──cargo──▶ module ──wasm-bindgen──▶ module with bindings ──observed while SCRIPT runs──▶ opening, rest
//! ```
//!
//! The module comes out in two files, so that little is fetched until a network learns: the functions that SCRIPT runs, which
//! does what the page does at first, and all others.
//!
//! It is a program of its own because of what it takes along: the generator of the bindings. That one must be exactly of the
//! version of the crate `wasm-bindgen`; as both are in one Cargo.lock, where they share `wasm-bindgen-shared`, cargo itself
//! sees to it, and no tool need be installed.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program that reports on the terminal")]
#![forbid(unsafe_code)]

mod standard_library;
mod library_source;
mod debian;
mod programs;
mod observation;
mod linked;
mod reach;
mod rest;
mod division;

use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use wasm_bindgen_cli_support::Bindgen;

/// What all is built for.
const TARGET: &str = "wasm32-unknown-unknown";
/// 128-bit vectors, which every browser of the last years has.
const VECTORS: &str = "-Ctarget-feature=+simd128";
/// Places in the module that hold an address, so that constants can be told apart.
const RELOCATIONS: &str = "-Clink-arg=--emit-relocs";

/// The module, whole or what the page opens with.
const MODULE: &str = "gradus_wasm_bg.wasm";
/// All other functions.
const REST: &str = "gradus_wasm_rest.wasm";
/// The bindings beside it.
const BINDINGS: [&str; 3] = ["gradus_wasm.js", "gradus_wasm.d.ts", "gradus_wasm_bg.wasm.d.ts"];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, script] = arguments.as_slice() else {
        eprintln!("usage: xtask-wasm FOLDER SCRIPT");
        return ExitCode::from(2);
    };
    match build(Path::new(folder), Path::new(script)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn build(folder: &Path, script: &Path) -> Result<()> {
    let module = compile(&standard_library::flags()?)?;
    let opening = folder.join(MODULE);
    let this_program = std::env::current_exe()?;
    if [&module, script, &this_program].iter().all(|from| is_newer(&opening, from)) {
        println!("   the bindings are up to date");
        return Ok(());
    }
    let whole = target().join("wasm-whole");
    bind(&module, &whole)?;
    let bytes = fs::read(whole.join(MODULE))?;
    let stays = observation::observe(&bytes, &whole, script)?;
    let divided = division::divide(&fs::read(&module)?, &bytes, &stays)?;
    fs::create_dir_all(folder)?;
    for file in BINDINGS {
        fs::copy(whole.join(file), folder.join(file))?;
    }
    fs::write(folder.join(REST), divided.rest)?;
    // What tells that all is up to date comes last.
    fs::write(opening, divided.opening)?;
    Ok(())
}

/// Writes the module with its bindings into a folder.
fn bind(module: &Path, folder: &Path) -> Result<()> {
    Bindgen::new()
        .input_path(module)
        .web(true)?
        .typescript(true)
        .omit_default_module_path(true)
        .demangle(false)
        .remove_producers_section(true)
        .generate(folder)
        .with_context(|| format!("cannot write the bindings into {}", folder.display()))
}

/// Compiles the crate; gives the file.
fn compile(flags: &[String]) -> Result<PathBuf> {
    let flags = [flags, &[VECTORS.to_owned(), RELOCATIONS.to_owned()]].concat();
    let words = ["build", "--package", "gradus-wasm", "--profile", "browser", "--target", TARGET];
    let mut command = Command::new("cargo");
    command.args(words).arg("--target-dir").arg(target()).current_dir(root());
    // Of all ways to give flags this one comes first, and with a target it spares what runs while building.
    command.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}"));
    if !command.status().context("cannot start cargo")?.success() {
        bail!("gradus-wasm does not compile");
    }
    Ok(target().join(TARGET).join("browser/gradus_wasm.wasm"))
}

fn is_newer(made: &Path, from: &Path) -> bool {
    let date = |path: &Path| path.metadata().and_then(|found| found.modified()).ok();
    date(made).is_some_and(|made| date(from).is_some_and(|from| made >= from))
}

/// The root of the repository.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap_or(Path::new(".")).to_owned()
}

fn target() -> PathBuf {
    root().join("target")
}
