//! `cargo xtask golden`: makes the golden numbers again, with PyTorch and NumPy, which nothing else here needs.

use crate::python::python_with;
use crate::stage::Stage;
use anyhow::Result;
use std::time::Duration;

/// Runs the scripts of benches/golden with the first Python that has what they need; `GRADUS_PYTHON` names another.
///
/// # Errors
/// If there is none, or a script fails.
pub(crate) fn golden() -> Result<()> {
    let python = python_with(&["numpy", "torch"])?;
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
