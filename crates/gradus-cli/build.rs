//! Puts the files of the playground's page into the program: a table of names and bytes, which `src/page.rs` reads.
//!
//! The page is built by another command (`cargo xtask playground`, into playground/dist). Where it has not been, the table is
//! empty, and everything but `gradus play` works as ever.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    let folder = folder_of("CARGO_MANIFEST_DIR")?.join("../../playground/dist");
    let mut files = Vec::new();
    // A folder that is not there must not be named: cargo would take it for changed at every build. The chore that makes it
    // gives this script a new date instead.
    if folder.join("index.html").is_file() {
        println!("cargo::rerun-if-changed={}", folder.display());
        collect(&folder.canonicalize()?, "", &mut files)?;
    }
    let rows = files.iter().fold(String::new(), |mut rows, (name, path)| {
        let _ = writeln!(rows, "    ({name:?}, include_bytes!({path:?})),");
        rows
    });
    fs::write(folder_of("OUT_DIR")?.join("page.rs"), format!("&[\n{rows}]\n"))
}

fn folder_of(variable: &str) -> io::Result<PathBuf> {
    let missing = || io::Error::other(format!("cargo sets no {variable}"));
    env::var_os(variable).map(PathBuf::from).ok_or_else(missing)
}

/// Adds the files below `folder` in order of name, each called as the page calls it: `assets/index.js`.
fn collect(folder: &Path, before: &str, files: &mut Vec<(String, PathBuf)>) -> io::Result<()> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    paths.sort();
    for path in paths {
        let name = format!("{before}{}", path.file_name().unwrap_or_default().to_string_lossy());
        if path.is_dir() {
            collect(&path, &format!("{name}/"), files)?;
        } else {
            files.push((name, path));
        }
    }
    Ok(())
}
