//! What a session can be told: the bounds of every number, and the closed sets with their names.
//!
//! The page makes its controls from [`limits`] and holds no list of its own.

use super::compatible::Feature;
use super::config::Config;
use super::lessons::LESSONS;
use super::source::Source;
use crate::Error;
use gradus::loss::Loss;
use gradus::network::{Activation, Init};
use gradus::optim::{Rule, Schedule};
use serde_json::{Value, json};

/// Hidden layers, at most.
pub(super) const MOST_LAYERS: usize = 12;
/// Units of a layer, at most.
pub(super) const MOST_UNITS: usize = 64;
/// Inputs of the network, at most.
pub(super) const MOST_INPUTS: usize = 256;
/// Classes, at most.
pub(super) const MOST_CLASSES: usize = 20;
/// Bytes of a CSV text, at most.
pub const MOST_CSV_BYTES: usize = 5 << 20;
/// Bytes of a model file, at most: the largest network with a table's preprocessing takes a small part of it.
pub(super) const MOST_MODEL_BYTES: usize = 5 << 20;
/// Painted points, at most.
pub(super) const MOST_PAINTED: usize = 20_000;
/// Points along a side of a field, at most.
pub(super) const MOST_RESOLUTION: usize = 400;
/// A whole number that JSON readers hold exactly, at most: 2⁵³ − 1.
pub(super) const MOST_SEED: u64 = (1 << 53) - 1;

/// The bounds of one number of the configuration.
pub(super) struct Bound {
    /// Where it stands, as `data.noise`.
    pub(super) key: &'static str,
    pub(super) low: f64,
    high: f64,
    /// The bounds in words.
    range: &'static str,
    value: fn(&Config) -> Option<f64>,
}

impl Bound {
    /// (high, range) where numbers are TensorFlow Playground's: its addresses can ask for more noise than its slider.
    pub(super) fn end(&self, is_compatible: bool) -> (f64, &'static str) {
        match self.key {
            "data.noise" if is_compatible => (80.0, "from 0 to 80"),
            _ => (self.high, self.range),
        }
    }
}

/// The bounds of every number.
pub(super) const BOUNDS: &[Bound] = &[
    bound("data.noise", 0.0, 50.0, "from 0 to 50", |config| Some(config.data.noise)),
    bound("data.train_percent", 10.0, 90.0, "from 10 to 90", |config| Some(config.data.train_percent)),
    bound("data.rows", 10.0, 20_000.0, "from 10 to 20,000", |config| {
        config.data.rows.filter(|_| !config.data.source.is_truth_table()).map(|n| n as f64)
    }),
    bound("data.classes", 0.0, 10.0, "from 2 to 10, or 0 for numbers", |config| {
        config.data.classes.map(|n| n as f64)
    }),
    bound("learning_rate", 1e-8, 1e4, "from 1e-8 to 10,000", |config| Some(config.learning_rate)),
    bound("schedule_epochs", 1.0, 1e7, "from 1 to 10,000,000", |config| Some(config.schedule_epochs as f64)),
    bound("batch_size", 1.0, 20_000.0, "from 1 to 20,000", |config| Some(config.batch_size as f64)),
    bound("l1", 0.0, 100.0, "from 0 to 100", |config| Some(config.l1)),
    bound("l2", 0.0, 100.0, "from 0 to 100", |config| Some(config.l2)),
    bound("weight_decay", 0.0, 100.0, "from 0 to 100", |config| Some(config.weight_decay)),
    bound("dropout", 0.0, 0.95, "from 0 to 0.95", |config| Some(config.dropout)),
    bound("clip", 0.0, 1e6, "from 0 (none) to 1,000,000", |config| Some(config.clip)),
    bound("weights_seed", 0.0, MOST_SEED as f64, "from 0 to 2^53 - 1", |config| {
        Some(config.weights_seed as f64)
    }),
    bound("order_seed", 0.0, MOST_SEED as f64, "from 0 to 2^53 - 1", |config| Some(config.order_seed as f64)),
    bound("stop_epoch", 0.0, 1e9, "from 0 (never) to 1,000,000,000", |config| Some(config.stop_epoch as f64)),
    bound("stop_loss", 0.0, 1e6, "from 0 (never) to 1,000,000", |config| Some(config.stop_loss)),
];

const fn bound(
    key: &'static str,
    low: f64,
    high: f64,
    range: &'static str,
    value: fn(&Config) -> Option<f64>,
) -> Bound {
    Bound { key, low, high, range, value }
}

/// Refuses a configuration with a number out of bounds.
///
/// # Errors
/// If there is one; the message names its key.
pub(super) fn check(config: &Config) -> Result<(), Error> {
    for bound in BOUNDS {
        if let Some(value) = (bound.value)(config) {
            let (high, range) = bound.end(config.compatible);
            within(bound.key, value, bound.low, high, range)?;
        }
    }
    if config.data.classes == Some(1) {
        return Err(out_of_range("data.classes", 1.0, "from 2 to 10, or 0 for numbers"));
    }
    let layers = config.layers.len() as f64;
    within("layers", layers, 0.0, MOST_LAYERS as f64, "a list of at most 12")?;
    for layer in &config.layers {
        within("units", layer.units as f64, 1.0, MOST_UNITS as f64, "from 1 to 64")?;
    }
    match config.schedule {
        // There is no part of the data that could watch for it: the test part chooses nothing.
        Schedule::Plateau { .. } => Err(Error::BadValue {
            key: "schedule",
            text: config.schedule.to_string(),
            form: "a schedule that needs nothing watched, as cosine",
        }),
        _ => Ok(()),
    }
}

pub(super) fn within(key: &str, value: f64, low: f64, high: f64, range: &'static str) -> Result<(), Error> {
    if (low..=high).contains(&value) { Ok(()) } else { Err(out_of_range(key, value, range)) }
}

/// A seed from a number of JavaScript.
///
/// # Errors
/// If it is no whole number up to 2^53 - 1.
pub(super) fn seed(key: &str, number: f64) -> Result<u64, Error> {
    let range = "a whole number from 0 to 2^53 - 1";
    within(key, number, 0.0, MOST_SEED as f64, range)?;
    if number.fract() == 0.0 { Ok(number as u64) } else { Err(out_of_range(key, number, range)) }
}

fn out_of_range(key: &str, value: f64, range: &'static str) -> Error {
    gradus::Error::OutOfRange { key: format!("`{key}`"), value: value.to_string(), range }.into()
}

/// Everything that controls have to know.
pub(super) fn limits() -> Value {
    let bounds: serde_json::Map<String, Value> = BOUNDS
        .iter()
        .map(|bound| (bound.key.to_owned(), json!({"min": bound.low, "max": bound.high})))
        .collect();
    let activations = Activation::ALL.into_iter().filter(|activation| activation.has_slope());
    let links = ["softmax", "exp"];
    let activations: Vec<String> = activations.map(|activation| activation.to_string()).collect();
    let outputs = activations.iter().map(String::as_str).chain(links);
    json!({
        "max_layers": MOST_LAYERS,
        "max_units": MOST_UNITS,
        "max_inputs": MOST_INPUTS,
        "max_classes": MOST_CLASSES,
        "max_csv_bytes": MOST_CSV_BYTES,
        "max_model_bytes": MOST_MODEL_BYTES,
        "max_painted": MOST_PAINTED,
        "max_resolution": MOST_RESOLUTION,
        "bounds": bounds,
        "activations": activations,
        "output_activations": outputs.collect::<Vec<_>>(),
        "losses": Loss::ALL.map(|loss| {
            json!({"name": loss.to_string(), "output_activation": loss.default_link().to_string()})
        }),
        "optimizers": Rule::NAMES.map(optimizer),
        "schedules": Schedule::NAMES.into_iter().filter(|name| *name != "plateau").collect::<Value>(),
        "initialisers": Init::ALL.map(|init| init.to_string()),
        "datasets": Source::ALL.iter().map(|source| source.description()).collect::<Vec<_>>(),
        // Those that the page offers without a formula being written.
        "features": Feature::ALL.map(Feature::name),
        "lessons": LESSONS.map(|(name, _)| name),
        "labels": ["true", "random"],
        "scalings": ["none", "standard", "minmax", "robust"],
    })
}

fn optimizer(name: &str) -> Value {
    let rule: Option<Rule> = name.parse().ok();
    json!({
        "name": name,
        "learning_rate": rule.map(|rule| rule.default_learning_rate()),
        "weight_decay": rule.map(|rule| rule.default_weight_decay()),
        "full_batch": rule.is_some_and(|rule| rule.full_batch_only()),
    })
}
