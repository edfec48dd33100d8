//! What to learn with which settings: [`Spec`] is what a person wrote, every key optional; [`Recipe`] is what it means for
//! the data at hand, every key decided and checked. Whoever trains takes a recipe and never checks again.

mod keys;
mod model_kind;
mod values;
mod defaults;
mod recipe;

pub use keys::{KEYS, Key};
pub use model_kind::ModelKind;
pub use recipe::{Precision, Recipe};
pub use values::{Activations, BatchSize, ClassWeight, GroupPart, GroupSetting, Hidden};

use crate::data::Task;
use crate::loss::{Loss, Reduction};
use crate::metrics::Metric;
use crate::network::{Init, Link};
use crate::optim::{Clip, Rule, Schedule};
use crate::prep::{Missing, Scaling};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The seed of a run that is given none.
pub const DEFAULT_SEED: u64 = 1;

/// Settings of a training run, each of which can be left to its default. [`KEYS`] documents them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "BTreeMap<String, String>", into = "BTreeMap<String, String>")]
#[allow(missing_docs, reason = "KEYS documents each under the same name")]
pub struct Spec {
    pub task: Option<Task>,
    pub validation: Option<f64>,
    pub missing: Option<Missing>,
    pub prep: Option<Scaling>,
    pub features: Option<Vec<String>>,
    pub model: Option<ModelKind>,
    pub hidden: Option<Hidden>,
    pub activation: Option<Activations>,
    pub output_activation: Option<Link>,
    pub init: Option<Init>,
    pub loss: Option<Loss>,
    pub optimizer: Option<Rule>,
    pub learning_rate: Option<f64>,
    pub schedule: Option<Schedule>,
    pub batch_size: Option<BatchSize>,
    pub epochs: Option<usize>,
    pub monitor: Option<Metric>,
    pub patience: Option<usize>,
    pub tolerance: Option<f64>,
    pub l1: Option<f64>,
    pub l2: Option<f64>,
    pub weight_decay: Option<f64>,
    pub dropout: Option<f64>,
    pub clip: Option<Clip>,
    pub groups: Option<Vec<GroupSetting>>,
    pub class_weight: Option<ClassWeight>,
    pub reduction: Option<Reduction>,
    pub precision: Option<Precision>,
    pub seed: Option<u64>,
}
