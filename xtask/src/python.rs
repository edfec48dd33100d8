//! The Python of the chores that compare with other libraries; nothing else here needs one.

use crate::stage::{Stage, root, succeeds};
use anyhow::{Context, Result};
use std::time::Duration;

/// A virtual environment for the peers; `cargo clean` takes it away.
const ENVIRONMENT: &str = "target/peers";
/// What goes into it.
const PEERS: [&str; 2] = ["torch", "scikit-learn"];

/// The first Python that can import `modules`: the one that `GRADUS_PYTHON` names, that of the virtual environment that
/// [`install_peers`] makes, python3, python.
///
/// # Errors
/// If there is none; the message says what to install.
pub(crate) fn python_with(modules: &[&str]) -> Result<String> {
    let import = format!("import {}", modules.join(", "));
    let named = std::env::var("GRADUS_PYTHON").ok();
    let others = [environment_python(), "python3".to_owned(), "python".to_owned()];
    let mut candidates = named.into_iter().chain(others);
    candidates.find(|python| succeeds(&[python, "-c", &import])).with_context(|| {
        // The one module whose package has another name.
        let packages = modules.join(" ").replace("sklearn", "scikit-learn");
        format!(
            "no Python with {}; help: python3 -m pip install {packages}, or set GRADUS_PYTHON",
            modules.join(" and ")
        )
    })
}

/// Makes a virtual environment with the peers in it, which [`python_with`] finds from then on.
///
/// # Errors
/// If there is no Python 3, or pip cannot get a package.
pub(crate) fn install_peers() -> Result<()> {
    let limit = Duration::from_secs(45 * 60);
    let run = |name, command: &[&str]| Stage { name, command, environment: &[], limit }.run(|_| ());
    run("virtual environment", &["python3", "-m", "venv", ENVIRONMENT])?;
    let python = environment_python();
    run("peers", &[&[python.as_str(), "-m", "pip", "install"], PEERS.as_slice()].concat())
}

fn environment_python() -> String {
    let place = if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" };
    root().join(ENVIRONMENT).join(place).to_string_lossy().into_owned()
}
