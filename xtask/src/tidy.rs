//! `cargo xtask tidy`: the rules of CONTRIBUTING.md that no other tool checks.
//!
//! Every Rust file opens with `//!`, which says what concept lives in it; none is longer than 500 lines, unless it is listed
//! below with its reason; and none holds a mark of unfinished work.

use crate::stage::{heading, root};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};

const MOST_LINES: usize = 500;

/// Files that may be longer, and why.
const LONG: [(&str, &str); 0] = [];

/// Words that stand for unfinished work, in halves so that this file holds none of them.
const UNFINISHED: [(&str, &str); 3] = [("TO", "DO"), ("FIX", "ME"), ("XX", "X")];

/// Where the sources are; a folder that is not there yet is passed over.
const FOLDERS: [&str; 4] = ["crates", "xtask", "benches", "fuzz"];

/// Folders below them that tools make.
const SKIPPED: [&str; 2] = ["target", "node_modules"];

/// Reads every Rust file of the repository and says all that is untidy.
///
/// # Errors
/// If anything is.
pub(crate) fn tidy() -> Result<()> {
    heading("tidy");
    let mut files = Vec::new();
    for folder in FOLDERS.map(|folder| root().join(folder)).iter().filter(|folder| folder.is_dir()) {
        collect(folder, &mut files)?;
    }
    let mut complaints = Vec::new();
    for file in &files {
        let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        let name = file.strip_prefix(root()).unwrap_or(file).to_string_lossy().replace('\\', "/");
        complaints.extend(complaints_about(&name, &text));
    }
    for (name, _) in LONG.iter().filter(|(name, _)| !root().join(name).exists()) {
        complaints.push(format!("{name} is listed as long and is not there"));
    }
    for complaint in &complaints {
        println!("{complaint}");
    }
    if !complaints.is_empty() {
        bail!("tidy failed; run it alone with: cargo xtask tidy");
    }
    println!("   tidy ok, {} files", files.len());
    Ok(())
}

fn complaints_about(name: &str, text: &str) -> Vec<String> {
    let mut complaints = Vec::new();
    if !text.starts_with("//!") {
        complaints
            .push(format!("{name}:1: the file does not open with `//!`; help: say what concept lives in it"));
    }
    let n_lines = text.lines().count();
    if n_lines > MOST_LINES && !LONG.iter().any(|(long, _)| *long == name) {
        complaints.push(format!(
            "{name}: {n_lines} lines; help: divide it by concept, or list it in xtask/src/tidy.rs with a reason"
        ));
    }
    for (number, line) in text.lines().enumerate() {
        for word in UNFINISHED.map(|(head, tail)| format!("{head}{tail}")) {
            if line.contains(&word) {
                complaints.push(format!("{name}:{}: {word}; help: finish it or open an issue", number + 1));
            }
        }
    }
    complaints
}

/// Adds the Rust files below `folder` to `files`, in order of name.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut paths: Vec<PathBuf> = entries.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    paths.sort();
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() {
            if !name.starts_with('.') && !SKIPPED.contains(&name.as_ref()) {
                collect(&path, files)?;
            }
        } else if name.ends_with(".rs") {
            files.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_untidy_is_said() {
        fn check(text: &str, part: &str) {
            let complaints = complaints_about("file.rs", text).join("\n");
            assert!(complaints.contains(part) && complaints.is_empty() == part.is_empty(), "{complaints}");
        }
        check("//! A concept.\n", "");
        check("// A remark.\n", "file.rs:1: the file does not open with `//!`");
        check(&format!("//! A concept.\n{}", "\n".repeat(500)), "501 lines");
        check(&format!("//! A concept.\n// {}{}: more\n", "TO", "DO"), "file.rs:2: ");
    }
}
