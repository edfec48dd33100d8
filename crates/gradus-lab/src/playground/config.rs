//! The configuration of a session, as JSON. What is not written has a default; some defaults follow from the data.

use super::limits;
use super::source::Source;
use crate::Error;
use gradus::loss::Loss;
use gradus::network::{Activation, Init, Link};
use gradus::optim::{Clip, Rule, Schedule};
use gradus::prep::Scaling;
use gradus::spec::{Activations, BatchSize, Hidden, Precision, Spec};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The version of the configuration that this program writes and reads.
const VERSION: u64 = 1;

/// Everything that decides a session, but for points and weights that somebody made by hand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Config {
    pub(super) version: u64,
    pub(super) data: DataConfig,
    /// Inputs of the network, each an expression over the columns.
    pub(super) features: Vec<String>,
    /// The hidden layers.
    pub(super) layers: Vec<LayerConfig>,
    /// By the loss and the data, where absent.
    pub(super) output_activation: Option<Link>,
    /// By the data, where absent.
    pub(super) loss: Option<Loss>,
    pub(super) optimizer: Rule,
    pub(super) learning_rate: f64,
    pub(super) schedule: Schedule,
    /// Over how many epochs a schedule with an end is spread.
    pub(super) schedule_epochs: u64,
    pub(super) batch_size: usize,
    pub(super) l1: f64,
    pub(super) l2: f64,
    pub(super) weight_decay: f64,
    pub(super) dropout: f64,
    /// The largest norm of the gradient; 0 for no bound.
    pub(super) clip: f64,
    /// By the activation, where absent.
    pub(super) init: Option<Init>,
    /// How inputs are scaled: not at all, but for CSV, where absent.
    pub(super) prep: Option<Scaling>,
    pub(super) weights_seed: u64,
    pub(super) order_seed: u64,
    /// Training stops when so many epochs are over; 0 for never.
    pub(super) stop_epoch: u64,
    /// Training stops when the loss of the test part has come down to this; 0 for never.
    pub(super) stop_loss: f64,
    /// TensorFlow Playground's own numbers.
    pub(super) compatible: bool,
    pub(super) show: Show,
}

/// Which points there are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct DataConfig {
    pub(super) source: Source,
    /// In percent, as the generators' `noise` times 100.
    pub(super) noise: f64,
    /// The share of the points that is learned from.
    pub(super) train_percent: f64,
    pub(super) seed: Seed,
    /// By the source, where absent.
    pub(super) rows: Option<usize>,
    /// By the source, where absent; 0 for numbers.
    pub(super) classes: Option<usize>,
    /// The two columns that are drawn; the first two, where absent.
    pub(super) columns: Option<[String; 2]>,
    pub(super) labels: Labels,
    /// The column of a CSV that is to be predicted; the last one, where absent.
    pub(super) target: Option<String>,
}

/// A hidden layer.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct LayerConfig {
    pub(super) units: usize,
    pub(super) activation: Activation,
}

/// Whether points have their own labels or drawn ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Labels {
    #[default]
    True,
    Random,
}

/// What the page shows and hides. It changes no number.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Show {
    pub(super) test: bool,
    pub(super) discretize: bool,
    pub(super) hide: Vec<String>,
    pub(super) lesson: Option<String>,
}

/// A seed as it was written: a whole number, or words, as TensorFlow Playground has `0.12345`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Value", into = "Value")]
pub(super) struct Seed(String);

impl Seed {
    pub(super) fn of(number: u64) -> Self {
        Self(number.to_string())
    }

    /// As it was written.
    pub(super) fn text(&self) -> &str {
        &self.0
    }

    /// The number itself, or one that is made from the words (FNV-1a, 53 bits).
    pub(super) fn number(&self) -> u64 {
        let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        let hash = || self.0.bytes().fold(0xcbf2_9ce4_8422_2325, step) & limits::MOST_SEED;
        self.0.parse().ok().filter(|&number| number <= limits::MOST_SEED).unwrap_or_else(hash)
    }
}

impl TryFrom<Value> for Seed {
    type Error = String;

    fn try_from(value: Value) -> Result<Self, String> {
        match value {
            Value::String(text) if text.len() <= 1000 => Ok(Self(text)),
            Value::Number(number) => Ok(Self(number.to_string())),
            other => Err(format!("`seed` cannot be `{other}`, but a number or a short text")),
        }
    }
}

impl From<Seed> for Value {
    fn from(seed: Seed) -> Self {
        match seed.0.parse::<u64>() {
            // `007` is another word than `7`, and another stream of TensorFlow Playground's.
            Ok(number) if number <= limits::MOST_SEED && number.to_string() == seed.0 => number.into(),
            _ => seed.0.into(),
        }
    }
}

impl Default for Config {
    fn default() -> Self {
        let layer = |units| LayerConfig { units, ..LayerConfig::default() };
        Self {
            version: VERSION,
            data: DataConfig::default(),
            features: Vec::new(),
            layers: vec![layer(4), layer(2)],
            output_activation: None,
            loss: None,
            optimizer: Rule::Sgd,
            learning_rate: 0.03,
            schedule: Schedule::Constant,
            schedule_epochs: 1000,
            batch_size: 10,
            l1: 0.0,
            l2: 0.0,
            weight_decay: 0.0,
            dropout: 0.0,
            clip: 0.0,
            init: None,
            prep: None,
            weights_seed: 1,
            order_seed: 1,
            stop_epoch: 0,
            stop_loss: 0.0,
            compatible: false,
            show: Show::default(),
        }
    }
}

impl Default for DataConfig {
    fn default() -> Self {
        Self {
            source: Source::Circle,
            noise: 0.0,
            train_percent: 50.0,
            seed: Seed::of(1),
            rows: None,
            classes: None,
            columns: None,
            labels: Labels::True,
            target: None,
        }
    }
}

impl Default for LayerConfig {
    fn default() -> Self {
        Self { units: 2, activation: Activation::Tanh }
    }
}

impl Config {
    /// Reads a configuration and checks its numbers.
    ///
    /// # Errors
    /// If the text is no JSON object, or has an unknown key or a value that cannot be.
    pub(super) fn parse(text: &str) -> Result<Self, Error> {
        // A list would be taken for the values of all keys in their order.
        if !text.trim_start().starts_with('{') {
            return Err(Error::Config { reason: "it is no JSON object".to_owned() });
        }
        let config: Self = serde_json::from_str(text).map_err(unreadable)?;
        if config.version != VERSION {
            let text = config.version.to_string();
            return Err(Error::BadValue { key: "version", text, form: "1, or leave it out" });
        }
        limits::check(&config)?;
        Ok(config)
    }

    /// As [`parse`](Self::parse), from a value: one reader for both keeps the program small.
    pub(super) fn from_value(value: &Value) -> Result<Self, Error> {
        Self::parse(&value.to_string())
    }

    /// The settings of learning, in the engine's words.
    pub(super) fn spec(&self) -> Spec {
        let (units, activations) = self.layers.iter().map(|layer| (layer.units, layer.activation)).unzip();
        Spec {
            validation: Some(0.0),
            prep: self.prep,
            features: Some(self.features.clone()).filter(|features| !features.is_empty()),
            hidden: Some(Hidden(units)),
            activation: Some(Activations(activations)).filter(|activations| !activations.0.is_empty()),
            output_activation: self.output_activation,
            init: self.init,
            loss: self.loss,
            optimizer: Some(self.optimizer),
            learning_rate: Some(self.learning_rate),
            schedule: Some(self.schedule),
            batch_size: Some(match self.optimizer.full_batch_only() {
                true => BatchSize::Full,
                false => BatchSize::Rows(self.batch_size),
            }),
            epochs: Some(self.schedule_epochs as usize),
            l1: Some(self.l1),
            l2: Some(self.l2),
            weight_decay: Some(self.weight_decay),
            dropout: Some(self.dropout),
            clip: (self.clip > 0.0).then_some(Clip::Norm(self.clip)),
            precision: Some(if self.compatible { Precision::F64 } else { Precision::F32 }),
            seed: Some(self.order_seed),
            ..Spec::default()
        }
    }

    /// This configuration after another one: where the data are of another kind, and a setting that follows from the data was
    /// left as it was, it follows again.
    #[must_use]
    pub(super) fn after(mut self, before: &Self) -> Self {
        let (new, old) = (&mut self.data, &before.data);
        if new.source != old.source {
            forget_if_same(&mut new.rows, &old.rows);
            forget_if_same(&mut new.classes, &old.classes);
            forget_if_same(&mut new.columns, &old.columns);
            forget_if_same(&mut self.prep, &before.prep);
        }
        let is_csv = |source| source == Source::Csv;
        let same_columns = is_csv(new.source) == is_csv(old.source) && new.target == old.target;
        if !same_columns && self.features == before.features {
            self.features.clear();
            new.columns = None;
        }
        if new.source != old.source || new.classes != old.classes || new.target != old.target {
            forget_if_same(&mut self.loss, &before.loss);
            forget_if_same(&mut self.output_activation, &before.output_activation);
        } else if self.loss != before.loss {
            forget_if_same(&mut self.output_activation, &before.output_activation);
        }
        self
    }

    /// This configuration for a table that has just been brought: nothing that follows from columns is known.
    #[must_use]
    pub(super) fn reading_another_table(mut self) -> Self {
        self.data.columns = None;
        self.features.clear();
        self.loss = None;
        self.output_activation = None;
        self
    }

    /// As JSON, every key.
    pub(super) fn to_value(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}

fn forget_if_same<T: PartialEq>(new: &mut Option<T>, old: &Option<T>) {
    if new == old {
        *new = None;
    }
}

fn unreadable(error: serde_json::Error) -> Error {
    Error::Config { reason: error.to_string() }
}
