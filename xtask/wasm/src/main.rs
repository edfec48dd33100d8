//! `xtask-wasm FOLDER`: builds the crate `gradus-wasm` for the browser and writes it into a folder, with its JavaScript and
//! its types. `cargo xtask playground` calls it.
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

use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use wasm_bindgen_cli_support::Bindgen;

/// What all is built for.
const TARGET: &str = "wasm32-unknown-unknown";
/// 128-bit vectors, which every browser of the last years has.
const VECTORS: &str = "-Ctarget-feature=+simd128";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder] = arguments.as_slice() else {
        eprintln!("usage: xtask-wasm FOLDER");
        return ExitCode::from(2);
    };
    match build(Path::new(folder)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn build(folder: &Path) -> Result<()> {
    let module = compile(&standard_library::flags()?)?;
    let bindings = folder.join("gradus_wasm_bg.wasm");
    if is_newer(&bindings, &module) {
        println!("   the bindings are up to date");
        return Ok(());
    }
    Bindgen::new()
        .input_path(&module)
        .web(true)?
        .typescript(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(folder)
        .with_context(|| format!("cannot write the bindings into {}", folder.display()))
}

/// Compiles the crate; gives the file.
fn compile(flags: &[String]) -> Result<PathBuf> {
    let flags = [flags, &[VECTORS.to_owned()]].concat();
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
