//! `cargo xtask golden`: makes the golden numbers again, with PyTorch and NumPy, which nothing else here needs.

use crate::stage::{Stage, succeeds};
use anyhow::{Context, Result};
use std::time::Duration;

/// Runs the scripts of benches/golden with the first Python that has what they need; `GRADUS_PYTHON` names another.
///
/// # Errors
/// If there is none, or a script fails.
pub(crate) fn golden() -> Result<()> {
    let python = python()?;
    for (name, script) in [
        ("rules and schedules", "benches/golden/rules_and_schedules.py"),
        ("trajectories", "benches/golden/trajectories.py"),
    ] {
        let command = [python.as_str(), script];
        let stage = Stage { name, command: &command, environment: &[], limit: Duration::from_secs(600) };
        stage.run(|_| ())?;
    }
    Ok(())
}

fn python() -> Result<String> {
    let named = std::env::var("GRADUS_PYTHON").ok();
    let candidates = named.into_iter().chain(["python3", "python"].map(str::to_owned));
    candidates.into_iter().find(|python| succeeds(&[python, "-c", "import numpy, torch"])).context(
        "no Python with numpy and torch; help: python3 -m pip install numpy torch, or set GRADUS_PYTHON",
    )
}
