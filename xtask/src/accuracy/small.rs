//! The small data sets: ten-fold cross-validation by the program and by scikit-learn, and the settings that the program
//! chose for each.

use super::DOCUMENT;
use super::training::{Training, build};
use crate::document::{cells, table};
use crate::estimate::Estimate;
use crate::program::script;
use crate::python::python_with;
use crate::stage::heading;
use anyhow::{Context, Result};
use serde_json::Value;

const SEEDS: [&str; 3] = ["1", "2", "3"];
const FOLDS: usize = 10;

const CLASSIFICATION: [&str; 4] = ["iris", "wine", "breast-cancer", "digits"];
const REGRESSION: [&str; 1] = ["diabetes"];

/// The keys whose decided values are shown.
const SETTINGS: [&str; 9] = [
    "hidden",
    "activation",
    "optimizer",
    "learning-rate",
    "schedule",
    "batch-size",
    "epochs",
    "weight-decay",
    "dropout",
];

/// Trains, and writes the sections `classification`, `regression` and `defaults`.
///
/// # Errors
/// If a training fails or the document cannot be written.
pub(crate) fn write() -> Result<()> {
    build()?;
    heading("scikit-learn");
    let peer = Peer::run()?;
    heading("gradus");
    let classification = CLASSIFICATION.map(|data| CrossValidated::run(data, "accuracy"));
    let classification = classification.into_iter().collect::<Result<Vec<_>>>()?;
    let regression = REGRESSION.map(|data| CrossValidated::run(data, "rmse"));
    let regression = regression.into_iter().collect::<Result<Vec<_>>>()?;
    DOCUMENT.write_section("classification", &classification_table(&classification, peer.as_ref())?)?;
    DOCUMENT.write_section("regression", &regression_table(&regression, peer.as_ref())?)?;
    DOCUMENT.write_section("defaults", &settings_table(classification.iter().chain(&regression)))
}

/// What the program came to on one data set.
struct CrossValidated {
    data: &'static str,
    estimate: Estimate,
    /// The settings that it chose, in the order of [`SETTINGS`].
    settings: Vec<String>,
}

impl CrossValidated {
    fn run(data: &'static str, figure: &str) -> Result<Self> {
        let folds = FOLDS.to_string();
        let train = |seed| Training::run(&[data, "--folds", &folds, "--test", "0", "--seed", seed]);
        let trainings = SEEDS.map(train).into_iter().collect::<Result<Vec<_>>>()?;
        let runs =
            trainings.iter().map(|training| training.over_folds(figure)).collect::<Result<Vec<_>>>()?;
        let settings = SETTINGS.iter().map(|key| trainings[0].setting(key)).collect();
        Ok(Self { data, estimate: Estimate::of_cross_validations(&runs, FOLDS), settings })
    }

    fn command(&self) -> String {
        format!("`gradus train {} --folds {FOLDS} --test 0 --seed N`", self.data)
    }
}

/// What scikit-learn came to.
struct Peer(Value);

impl Peer {
    /// Without a Python that has scikit-learn there is nothing to compare with, and it is said.
    fn run() -> Result<Option<Self>> {
        match python_with(&["numpy", "sklearn"]) {
            Ok(python) => Ok(Some(Self(script(&python, "scikit_learn.py", &SEEDS)?))),
            Err(missing) => {
                println!("   left out: {missing}");
                Ok(None)
            }
        }
    }

    fn name(&self) -> String {
        format!("scikit-learn {}", self.0["version"].as_str().unwrap_or_default())
    }

    fn estimate(&self, data: &str) -> Result<Estimate> {
        let runs: Vec<(f64, f64)> = serde_json::from_value(self.0["figures"][data].clone())
            .with_context(|| format!("scikit-learn tells nothing of {data}"))?;
        Ok(Estimate::of_cross_validations(&runs, FOLDS))
    }
}

fn classification_table(rows: &[CrossValidated], peer: Option<&Peer>) -> Result<String> {
    let mut header = cells(&["data", "command, N = 1, 2, 3", "Gradus"]);
    if let Some(peer) = peer {
        header.extend([peer.name(), "difference, in standard errors".to_owned()]);
    }
    let row = |row: &CrossValidated| {
        let mut cells = vec![row.data.to_owned(), row.command(), row.estimate.to_string()];
        if let Some(peer) = peer {
            let theirs = peer.estimate(row.data)?;
            cells.extend([theirs.to_string(), format!("{:+.1}", row.estimate.errors_above(&theirs))]);
        }
        Ok(cells)
    };
    Ok(table(&headed(header, rows.iter().map(row))?))
}

fn regression_table(rows: &[CrossValidated], peer: Option<&Peer>) -> Result<String> {
    let mut header = cells(&["data", "command, N = 1, 2, 3", "Gradus"]);
    if let Some(peer) = peer {
        header.extend([peer.name(), format!("{}, standardised target", peer.name())]);
    }
    let row = |row: &CrossValidated| {
        let mut cells = vec![row.data.to_owned(), row.command(), format!("{:.1}", row.estimate)];
        if let Some(peer) = peer {
            cells.push(format!("{:.1}", peer.estimate(row.data)?));
            cells.push(format!("{:.1}", peer.estimate(&format!("{}, standardised target", row.data))?));
        }
        Ok(cells)
    };
    Ok(table(&headed(header, rows.iter().map(row))?))
}

/// One column for each data set.
fn settings_table<'a>(columns: impl Iterator<Item = &'a CrossValidated>) -> String {
    let columns: Vec<&CrossValidated> = columns.collect();
    let mut rows = vec![vec![String::new()]];
    rows[0].extend(columns.iter().map(|column| column.data.to_owned()));
    for (place, key) in SETTINGS.iter().enumerate() {
        let mut row = vec![format!("`{key}`")];
        row.extend(columns.iter().map(|column| column.settings[place].clone()));
        rows.push(row);
    }
    table(&rows)
}

fn headed(header: Vec<String>, rows: impl Iterator<Item = Result<Vec<String>>>) -> Result<Vec<Vec<String>>> {
    std::iter::once(Ok(header)).chain(rows).collect()
}
