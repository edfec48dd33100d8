//! Trainings as others run them: by the program `gradus`.

use crate::program::{figure, printed};
use crate::stage::Stage;
use anyhow::{Context, Result};
use serde_json::Value;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

/// What `gradus train` came to.
pub(crate) struct Training {
    /// What it printed.
    json: Value,
    /// The spec that it wrote: every key, decided.
    spec: toml::Table,
}

impl Training {
    /// Runs `gradus train ARGUMENTS`, built for release.
    ///
    /// # Errors
    /// If it fails.
    pub(crate) fn run(arguments: &[&str]) -> Result<Self> {
        println!("   gradus train {}", arguments.join(" "));
        let folder = RunFolder::new()?;
        let path = folder.0.to_string_lossy().into_owned();
        let begin = ["run", "--release", "--quiet", "--package", "gradus-cli", "--", "train"];
        let json =
            printed("cargo", &[&begin, arguments, &["--quiet", "--json", "--run-dir", &path]].concat())?;
        let spec = fs::read_to_string(folder.0.join("spec.toml")).context("the run has no spec.toml")?;
        Ok(Self { json, spec: spec.parse().context("its spec.toml is no TOML")? })
    }

    /// A figure at the top of the results.
    ///
    /// # Errors
    /// If there is none.
    pub(crate) fn figure(&self, name: &str) -> Result<f64> {
        figure(&self.json, name)
    }

    /// Mean and deviation of a figure over the folds.
    ///
    /// # Errors
    /// If there is none.
    pub(crate) fn over_folds(&self, name: &str) -> Result<(f64, f64)> {
        let spreads = self.json["folds"]["figures"].as_array().context("the results tell of no folds")?;
        let spread = spreads.iter().find(|spread| spread["name"] == name);
        let spread = spread.with_context(|| format!("the folds tell no {name}"))?;
        Ok((figure(spread, "mean")?, figure(spread, "deviation")?))
    }

    /// The time that an epoch took, without what went before the first.
    ///
    /// # Errors
    /// If the results do not tell.
    pub(crate) fn seconds_per_epoch(&self) -> Result<f64> {
        let learning = self.figure("seconds")? - self.figure("seconds_preparing")?;
        Ok(learning / self.figure("epochs")?)
    }

    /// A key of the spec as the command line would have it.
    pub(crate) fn setting(&self, key: &str) -> String {
        match self.spec.get(key) {
            Some(toml::Value::String(text)) => text.clone(),
            Some(toml::Value::Array(values)) => {
                values.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
            }
            Some(value) => value.to_string(),
            None => String::new(),
        }
    }
}

/// Builds the program, so that no training waits for it.
///
/// # Errors
/// If that fails.
pub(crate) fn build() -> Result<()> {
    let command = ["cargo", "build", "--release", "--package", "gradus-cli"];
    let limit = Duration::from_secs(45 * 60);
    Stage { name: "build", command: &command, environment: &[], limit }.run(|_| ())
}

/// A folder for one run; it goes when the run has been read.
struct RunFolder(PathBuf);

impl RunFolder {
    fn new() -> Result<Self> {
        let path = std::env::temp_dir().join(format!("gradus-accuracy-{}", std::process::id()));
        if path.exists() {
            fs::remove_dir_all(&path).with_context(|| format!("cannot clear {}", path.display()))?;
        }
        Ok(Self(path))
    }
}

impl Drop for RunFolder {
    fn drop(&mut self) {
        // It lies among temporary files: one that stays behind does no harm.
        let _ = fs::remove_dir_all(&self.0);
    }
}
