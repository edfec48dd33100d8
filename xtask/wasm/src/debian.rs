//! Debian's package `rust-src`, for machines that reach Debian's servers and not rustup's.
//!
//! The index of a suite names each package with its file and the file's SHA-256; the package is taken from the first suite
//! whose version is the compiler's, checked against that sum, and unpacked into target/.

use crate::library_source::is_library;
use crate::{programs, target};
use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};

const ARCHIVE: &str = "https://deb.debian.org/debian";
/// From the one where a new compiler is likeliest.
const SUITES: [&str; 4] = ["stable-backports", "testing", "unstable", "stable"];

/// A package as the index tells it.
#[derive(Debug, PartialEq, Eq)]
struct Package {
    file: String,
    sha256: String,
}

/// The folder `library` of the package of this version.
///
/// # Errors
/// If no suite has it, or it cannot be fetched or unpacked.
pub(crate) fn library(version: &str) -> Result<PathBuf> {
    let folder = target().join("wasm-library").join(format!("source-{version}"));
    let library = folder.join(format!("usr/src/rustc-{version}/library"));
    if is_library(&library) {
        return Ok(library);
    }
    fs::create_dir_all(&folder)?;
    let package = find(version, &folder)?;
    let archive = folder.join("rust-src.deb");
    fetch(&format!("{ARCHIVE}/{}", package.file), &archive)?;
    let sum: String = Sha256::digest(fs::read(&archive)?).iter().map(|byte| format!("{byte:02x}")).collect();
    if sum != package.sha256 {
        bail!("{} has the SHA-256 {sum}, but should have {}", archive.display(), package.sha256);
    }
    unpack(&archive, &folder)?;
    fs::remove_file(&archive)?;
    if !is_library(&library) {
        bail!("{} holds no library, {}", package.file, folder.display());
    }
    Ok(library)
}

/// The package of this version, from the first suite that has it.
fn find(version: &str, folder: &Path) -> Result<Package> {
    let index = folder.join("Packages.xz");
    for suite in SUITES {
        if fetch(&format!("{ARCHIVE}/dists/{suite}/main/binary-all/Packages.xz"), &index).is_err() {
            continue;
        }
        let text = programs::output(&["xz", "--decompress", "--stdout"], Some(&index))?;
        fs::remove_file(&index)?;
        if let Some(package) = in_index(&String::from_utf8_lossy(&text), version) {
            return Ok(package);
        }
    }
    bail!("Debian has no rust-src {version} in {}", SUITES.join(", "))
}

/// The entry of rust-src of this version; a suite may have several.
fn in_index(index: &str, version: &str) -> Option<Package> {
    let is_rust_src = |entry: &&str| entry.lines().any(|line| line == "Package: rust-src");
    index.split("\n\n").filter(is_rust_src).find_map(|entry| package(entry, version))
}

/// The package of an entry, if it is of this version.
fn package(entry: &str, version: &str) -> Option<Package> {
    let field = |name: &str| entry.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    // `1.95.0+dfsg1-2~bpo13+1`: Debian's own words follow a plus or a minus.
    if field("Version")?.split(['+', '-', '~']).next() != Some(version) {
        return None;
    }
    Some(Package { file: field("Filename")?.to_owned(), sha256: field("SHA256")?.to_owned() })
}

fn fetch(address: &str, file: &Path) -> Result<()> {
    println!("   {address}");
    let file = file.to_string_lossy();
    let curl = ["curl", "--fail", "--silent", "--show-error", "--location", "--output", &file, address];
    let wget = ["wget", "--quiet", "--output-document", &file, address];
    if programs::succeeds(&curl) || programs::succeeds(&wget) {
        return Ok(());
    }
    bail!("neither curl nor wget can fetch {address}")
}

fn unpack(archive: &Path, folder: &Path) -> Result<()> {
    let (archive, folder) = (archive.to_string_lossy(), folder.to_string_lossy());
    if programs::succeeds(&["dpkg-deb", "--extract", &archive, &folder]) {
        return Ok(());
    }
    let data = Path::new(&*folder).join("data.tar.xz");
    fs::write(&data, programs::output(&["ar", "p", &archive, "data.tar.xz"], None)?)?;
    if !programs::succeeds(&["tar", "-xJf", &data.to_string_lossy(), "-C", &folder]) {
        bail!("neither dpkg-deb nor ar and tar can unpack {archive}");
    }
    fs::remove_file(&data).context("what was unpacked stays")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_package_is_found_in_the_index() {
        #[track_caller]
        fn check(index: &str, version: &str, expected: Option<(&str, &str)>) {
            let expected = expected.map(|(file, sum)| Package { file: file.into(), sha256: sum.into() });
            assert_eq!(in_index(index, version), expected);
        }
        let index = "Package: rust-doc\nVersion: 1.95.0+dfsg1-2\nFilename: pool/doc.deb\nSHA256: 0a\n\n\
                     Package: rust-src\nVersion: 1.95.0+dfsg1-2~bpo13+1\nFilename: pool/src.deb\nSHA256: 0b\n\n\
                     Package: rust-srcs\nVersion: 1.95.0\nFilename: pool/srcs.deb\nSHA256: 0c\n";
        check(index, "1.95.0", Some(("pool/src.deb", "0b")));
        let several =
            format!("Package: rust-src\nVersion: 1.94.1-1\nFilename: old.deb\nSHA256: 0d\n\n{index}");
        check(&several, "1.95.0", Some(("pool/src.deb", "0b")));
        check(index, "1.95", None);
        check(index, "1.9", None);
        check(index, "1.96.0", None);
        check("", "1.95.0", None);
        check("Package: rust-src\nVersion: 1.95.0-1\n", "1.95.0", None);
    }
}
