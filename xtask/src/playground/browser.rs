//! The browser in which the page is tried: a Chromium of the system.

use crate::stage::{heading, succeeds};
use anyhow::{Result, bail};
use std::path::Path;

/// Names and places under which one is found. First the one that has no window at all: the tests take two thirds of the time in it.
const CANDIDATES: [&str; 8] = [
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
];

/// What a Debian calls it; older ones have the second alone.
const PACKAGES: [&str; 2] = ["chromium-headless-shell", "chromium"];

/// The program; where there is none and this is a Debian that we may change, it is installed.
///
/// # Errors
/// If there is none; the message says what to install.
pub(crate) fn find() -> Result<String> {
    heading("browser");
    if let Some(found) = found() {
        println!("   {found}");
        return Ok(found);
    }
    // One source of several that cannot be reached makes this fail, and the others may have it.
    let _ = succeeds(&["apt-get", "update"]);
    for package in PACKAGES {
        println!("   there is no Chromium: apt-get install {package}");
        if succeeds(&["apt-get", "install", "--yes", "--no-install-recommends", package])
            && let Some(found) = found()
        {
            return Ok(found);
        }
    }
    bail!(
        "the page is tried in Chromium, which is not here; help: install chromium, or name one with CHROMIUM=/path/to/it"
    )
}

fn found() -> Option<String> {
    let named = std::env::var("CHROMIUM").ok();
    named.into_iter().chain(CANDIDATES.map(str::to_owned)).find_map(|name| place(&name))
}

/// Where a program lies: a path as it is, a name looked up in PATH.
fn place(name: &str) -> Option<String> {
    if name.contains('/') {
        return Path::new(name).is_file().then(|| name.to_owned());
    }
    let path = std::env::var_os("PATH")?;
    let files = std::env::split_paths(&path).map(|folder| folder.join(name));
    files.into_iter().find(|file| file.is_file()).map(|file| file.to_string_lossy().into_owned())
}
