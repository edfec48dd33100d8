//! Programs that print one JSON object: ours, and the scripts of benches/peers.

use crate::stage::root;
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::process::{Command, Stdio};

/// Runs a script of benches/peers.
///
/// # Errors
/// If it fails.
pub(crate) fn script(python: &str, script: &str, arguments: &[&str]) -> Result<Value> {
    let script = format!("benches/peers/{script}");
    println!("   {python} {script} {}", arguments.join(" "));
    printed(python, &[&[script.as_str()], arguments].concat())
}

/// A number in an object.
///
/// # Errors
/// If there is none of that name.
pub(crate) fn figure(object: &Value, name: &str) -> Result<f64> {
    object[name].as_f64().with_context(|| format!("the results tell no {name}"))
}

/// The JSON object that a program prints.
///
/// # Errors
/// If it fails, or prints something else.
pub(crate) fn printed(program: &str, arguments: &[&str]) -> Result<Value> {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(root()).stdin(Stdio::null()).stderr(Stdio::inherit());
    let output = command.output().with_context(|| format!("cannot start `{program}`"))?;
    if !output.status.success() {
        bail!("it failed; run it alone with: {program} {}", arguments.join(" "));
    }
    serde_json::from_slice(&output.stdout).context("what it printed is no JSON")
}
