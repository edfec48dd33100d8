//! The source of the standard library of exactly this compiler: rustup's component `rust-src`, or Debian's package of that name.

use crate::debian;
use anyhow::Result;
use std::path::{Path, PathBuf};

/// The folder `library` of the source for the compiler of this version.
///
/// # Errors
/// If there is none and none can be had.
pub(crate) fn find(toolchain: &Path, version: &str) -> Result<PathBuf> {
    let component = toolchain.join("lib/rustlib/src/rust/library");
    if is_library(&component) { Ok(component) } else { debian::library(version) }
}

/// Whether the folder holds the source of a library.
pub(crate) fn is_library(folder: &Path) -> bool {
    folder.join("std/Cargo.toml").is_file()
}
