//! The standard library for WebAssembly, from where it can be had: the toolchain; rustup; its source, built here.
//!
//! What is built lies in target/, never in the user's toolchain: a folder for each version of the compiler, as a sysroot,
//! which is given to the compiler as a flag.

use crate::{TARGET, library_source, programs, target};
use anyhow::{Context, Result};
use rustc_build_sysroot::{SysrootBuilder, SysrootConfig};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const NEXT_STEP: &str =
    "help: install the target wasm32-unknown-unknown, as `rustup target add wasm32-unknown-unknown` does";

/// The flags with which the compiler finds the library.
///
/// # Errors
/// If there is none and none can be had; the message says what to install.
pub(crate) fn flags() -> Result<Vec<String>> {
    let toolchain = PathBuf::from(programs::line(&["rustc", "--print", "sysroot"])?);
    if has_target(&toolchain) {
        return Ok(Vec::new());
    }
    let version = rustc_version::version_meta().context("the compiler tells no version")?;
    // By commit, so that another compiler never meets what this one made.
    let commit = version.commit_hash.as_deref().map_or("unknown", |hash| &hash[..hash.len().min(9)]);
    let sysroot = target().join("wasm-library").join(format!("{}-{commit}", version.semver));
    if !has_target(&sysroot) {
        println!("   rustup target add {TARGET}");
        if programs::succeeds(&["rustup", "target", "add", TARGET]) && has_target(&toolchain) {
            return Ok(Vec::new());
        }
        let source = library_source::find(&toolchain, &version.semver.to_string())
            .with_context(|| format!("there is no standard library for WebAssembly; {NEXT_STEP}"))?;
        make(&sysroot, &source).with_context(|| {
            format!("the standard library for WebAssembly cannot be built, {}; {NEXT_STEP}", source.display())
        })?;
    }
    Ok(vec![format!("--sysroot={}", sysroot.display())])
}

fn has_target(sysroot: &Path) -> bool {
    sysroot.join("lib/rustlib").join(TARGET).join("lib").is_dir()
}

/// Builds the library from its source.
fn make(sysroot: &Path, source: &Path) -> Result<()> {
    println!("   building the standard library for {TARGET} from {}", source.display());
    fs::create_dir_all(sysroot)?;
    let mut cargo = Command::new("cargo");
    // Only the library itself may use what is unstable; a stable compiler takes it with this variable.
    cargo.env("RUSTC_BOOTSTRAP", "1").stdout(Stdio::inherit()).stderr(Stdio::inherit());
    SysrootBuilder::new(sysroot, TARGET)
        .sysroot_config(SysrootConfig::WithStd { std_features: vec!["optimize_for_size".into()] })
        // Without it the optimisation over the whole program finds nothing to work on.
        .rustflag("-Cembed-bitcode=yes")
        .cargo(cargo)
        .build_from_source(source)?;
    Ok(())
}
