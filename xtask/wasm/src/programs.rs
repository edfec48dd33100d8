//! Other programs that are asked: what they print, and whether they did well.

use anyhow::{Context, Result, bail};
use std::path::Path;
use std::process::{Command, Stdio};

/// What a program prints to standard output; what it says on the way is shown.
///
/// # Errors
/// If it cannot be started, or fails.
pub(crate) fn output(words: &[&str], input: Option<&Path>) -> Result<Vec<u8>> {
    let (program, arguments) = words.split_first().context("a command has a program")?;
    let mut command = Command::new(program);
    command.args(arguments).stderr(Stdio::inherit());
    match input {
        Some(path) => command.stdin(std::fs::File::open(path)?),
        None => command.stdin(Stdio::null()),
    };
    let output = command.output().with_context(|| format!("cannot start `{program}`"))?;
    if !output.status.success() {
        bail!("`{}` failed", words.join(" "));
    }
    Ok(output.stdout)
}

/// The same as one line of text.
///
/// # Errors
/// As there.
pub(crate) fn line(words: &[&str]) -> Result<String> {
    Ok(String::from_utf8_lossy(&output(words, None)?).trim().to_owned())
}

/// Whether a program starts and says that it did well; what it prints is shown.
pub(crate) fn succeeds(words: &[&str]) -> bool {
    let Some((program, arguments)) = words.split_first() else { return false };
    Command::new(program).args(arguments).stdin(Stdio::null()).status().is_ok_and(|status| status.success())
}
