//! The Python of the chores that compare with other libraries; nothing else here needs one.

use crate::stage::succeeds;
use anyhow::{Context, Result};

/// The first Python that can import `modules`: the one that `GRADUS_PYTHON` names, python3, python.
///
/// # Errors
/// If there is none; the message says what to install.
pub(crate) fn python_with(modules: &[&str]) -> Result<String> {
    let import = format!("import {}", modules.join(", "));
    let named = std::env::var("GRADUS_PYTHON").ok();
    let mut candidates = named.into_iter().chain(["python3", "python"].map(str::to_owned));
    candidates.find(|python| succeeds(&[python, "-c", &import])).with_context(|| {
        // The one module whose package has another name.
        let packages = modules.join(" ").replace("sklearn", "scikit-learn");
        format!(
            "no Python with {}; help: python3 -m pip install {packages}, or set GRADUS_PYTHON",
            modules.join(" and ")
        )
    })
}
