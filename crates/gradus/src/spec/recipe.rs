//! A spec with every key decided for the data at hand, and checked.

use super::DEFAULT_SEED;
use super::defaults::Shape;
use super::{Activations, BatchSize, ClassWeight, GroupSetting, Hidden, ModelKind, Spec, defaults};
use crate::Error;
use crate::data::{Dataset, Target, Task};
use crate::loss::{Loss, Reduction};
use crate::metrics::Metric;
use crate::network::{Activation, Init, Link};
use crate::optim::{Clip, Rule, Schedule};
use crate::prep::{Missing, OutputForm, PrepOptions, Scaling};
use gradus_kernels::Operands;
use std::fmt;
use std::str::FromStr;

/// The numbers of a network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Precision {
    /// Single precision.
    #[default]
    F32,
    /// Double precision.
    F64,
    /// Single precision, but while it learns the operands of products are rounded to bf16 (Kalamkar et al. 2019): the weights
    /// that are kept, the sums and everything else are f32, and so is the model.
    Bf16,
}

impl Precision {
    /// In which form a network of this precision multiplies while it learns.
    pub fn operands(self) -> Operands {
        match self {
            Self::F32 | Self::F64 => Operands::Same,
            Self::Bf16 => Operands::Bf16,
        }
    }
}

/// All settings of a run, decided.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs, reason = "KEYS documents each under the same name")]
pub struct Recipe {
    pub task: Task,
    pub validation: f64,
    pub missing: Missing,
    pub prep: Scaling,
    pub features: Vec<String>,
    pub model: ModelKind,
    pub hidden: Vec<usize>,
    /// As many as `hidden`.
    pub activations: Vec<Activation>,
    pub link: Link,
    pub init: Option<Init>,
    pub loss: Loss,
    pub optimizer: Rule,
    pub learning_rate: f64,
    pub schedule: Schedule,
    pub batch_size: BatchSize,
    pub epochs: usize,
    pub monitor: Metric,
    pub patience: Option<usize>,
    pub tolerance: f64,
    pub l1: f64,
    pub l2: f64,
    pub weight_decay: f64,
    pub dropout: f64,
    pub clip: Option<Clip>,
    pub groups: Vec<GroupSetting>,
    pub class_weight: Option<ClassWeight>,
    pub reduction: Reduction,
    pub precision: Precision,
    pub seed: u64,
}

impl Spec {
    /// Decides every key that was left open, for these examples.
    ///
    /// `has_validation`: the user brings a validation set, so none is set aside.
    ///
    /// # Errors
    /// If settings contradict each other or the data.
    pub fn resolve(&self, dataset: &Dataset, has_validation: bool) -> Result<Recipe, Error> {
        let task = dataset.target.task();
        if let Some(asked) = self.task.filter(|&asked| asked != task) {
            return Err(Error::TaskDoesNotFit { asked, found: task });
        }
        if let ModelKind::Perceptron { .. } = self.model.unwrap_or_default() {
            return self.resolve_perceptron(dataset, has_validation);
        }
        let shape = Shape::of(dataset);
        let n = shape.rows;
        let loss = self.loss.unwrap_or_else(|| defaults::loss(task));
        check_loss_fits_task(loss, task)?;
        let link = self.output_activation.unwrap_or_else(|| loss.default_link());
        loss.check_link(link)?;
        let hidden = self.hidden.clone().map_or_else(|| defaults::hidden(shape), |Hidden(sizes)| sizes);
        let activations = activations(self.activation.as_ref(), hidden.len())?;
        let optimizer = self.optimizer.unwrap_or(defaults::OPTIMIZER);
        let batch_size = self.batch_size.unwrap_or_else(|| defaults::batch_size(optimizer, shape));
        if optimizer.full_batch_only() && batch_size.rows(n) < n {
            return Err(Error::FullBatchOnly {
                optimizer: optimizer.name(),
                batch_size: batch_size.to_string(),
            });
        }
        let validation = match self.validation {
            _ if has_validation => 0.0,
            Some(share) => share,
            None => defaults::validation(self.patience, n),
        };
        let watched = has_validation || validation > 0.0;
        if !watched && (self.patience.is_some() || matches!(self.schedule, Some(Schedule::Plateau { .. }))) {
            return Err(Error::NothingToWatch);
        }
        let monitor = self.monitor.unwrap_or(Metric::Loss);
        if !monitor.applies_to(task) {
            return Err(Error::MetricDoesNotFit { metric: monitor.to_string(), task });
        }
        if self.class_weight.is_some() && task != Task::Classification {
            return Err(Error::ClassWeightWithoutClasses { task });
        }
        Ok(Recipe {
            task,
            validation,
            missing: self.missing.unwrap_or_default(),
            prep: self.prep.unwrap_or_default(),
            features: self.features.clone().unwrap_or_default(),
            model: ModelKind::Network,
            hidden,
            activations,
            link,
            init: self.init,
            loss,
            optimizer,
            learning_rate: self
                .learning_rate
                .unwrap_or_else(|| defaults::learning_rate(self.optimizer, shape)),
            schedule: self.schedule.unwrap_or_else(|| defaults::schedule(optimizer)),
            batch_size,
            epochs: self.epochs.unwrap_or_else(|| defaults::epochs(n, batch_size.rows(n))),
            monitor,
            patience: self.patience,
            tolerance: self.tolerance.unwrap_or(0.0),
            l1: self.l1.unwrap_or(0.0),
            l2: self.l2.unwrap_or(0.0),
            weight_decay: self.weight_decay.unwrap_or_else(|| defaults::weight_decay(self.optimizer, shape)),
            dropout: self.dropout.unwrap_or_else(|| defaults::dropout(self.optimizer, shape)),
            clip: self.clip,
            groups: self.groups.clone().unwrap_or_default(),
            class_weight: self.class_weight.clone(),
            reduction: self.reduction.unwrap_or_default(),
            precision: self.precision.unwrap_or_default(),
            seed: self.seed.unwrap_or(DEFAULT_SEED),
        })
    }
}

impl Recipe {
    /// The spec that says all this outright: training again by it gives the same bits.
    pub fn to_spec(&self) -> Spec {
        if let ModelKind::Perceptron { .. } = self.model {
            return self.to_perceptron_spec();
        }
        Spec {
            task: Some(self.task),
            validation: Some(self.validation),
            missing: Some(self.missing),
            prep: Some(self.prep),
            features: Some(self.features.clone()).filter(|features| !features.is_empty()),
            model: Some(self.model),
            hidden: Some(Hidden(self.hidden.clone())),
            activation: Some(Activations(self.activations.clone()))
                .filter(|activations| !activations.0.is_empty()),
            output_activation: Some(self.link),
            init: self.init,
            loss: Some(self.loss),
            optimizer: Some(self.optimizer),
            learning_rate: Some(self.learning_rate),
            schedule: Some(self.schedule),
            batch_size: Some(self.batch_size),
            epochs: Some(self.epochs),
            monitor: Some(self.monitor),
            patience: self.patience,
            tolerance: Some(self.tolerance),
            l1: Some(self.l1),
            l2: Some(self.l2),
            weight_decay: Some(self.weight_decay),
            dropout: Some(self.dropout),
            clip: self.clip,
            groups: Some(self.groups.clone()).filter(|groups| !groups.is_empty()),
            class_weight: self.class_weight.clone(),
            reduction: Some(self.reduction),
            precision: Some(self.precision),
            seed: Some(self.seed),
        }
    }

    /// How the inputs are to be prepared.
    pub fn prep_options(&self) -> PrepOptions {
        PrepOptions { scaling: self.prep, missing: self.missing, features: self.features.clone() }
    }

    /// How targets become outputs of the network.
    ///
    /// Two classes take one output, unless softmax asks for one per class; outputs of tanh and its like reach from −1 to
    /// 1, the others from 0 to 1.
    pub fn output_form(&self, target: &Target) -> OutputForm {
        let low = match self.link {
            Link::Activation(Activation::Tanh | Activation::Sin | Activation::Sign) => -1.0,
            _ => 0.0,
        };
        match target {
            Target::Values { .. } => OutputForm::Values,
            Target::Labels { .. } => OutputForm::Labels,
            Target::Classes { names, .. }
                if names.len() == 2 && !matches!(self.link, Link::Softmax | Link::WinnerTakesAll) =>
            {
                OutputForm::Single { low, high: 1.0 }
            }
            Target::Classes { .. } => OutputForm::OneHot { low, high: 1.0 },
        }
    }

    /// Whether a regression target is standardised: not where the link fixes its scale.
    pub fn standardize_target(&self) -> bool {
        self.link == Link::IDENTITY
    }
}

impl BatchSize {
    /// Examples per update out of `n`.
    pub fn rows(self, n: usize) -> usize {
        match self {
            Self::Rows(rows) => rows.min(n),
            Self::Full => n,
        }
    }
}

fn check_loss_fits_task(loss: Loss, task: Task) -> Result<(), Error> {
    let wanted = match (task, loss) {
        (Task::Regression, Loss::CrossEntropy { .. } | Loss::BinaryCrossEntropy) => {
            "squared_error, absolute_error, huber or poisson"
        }
        (Task::MultiLabel, Loss::CrossEntropy { .. } | Loss::Poisson) => "binary_cross_entropy",
        (Task::Classification, Loss::Poisson) => "cross_entropy",
        _ => return Ok(()),
    };
    Err(Error::LossDoesNotFit { loss: loss.name(), task, wanted })
}

fn activations(asked: Option<&Activations>, n_layers: usize) -> Result<Vec<Activation>, Error> {
    let activations = match asked {
        None => vec![defaults::ACTIVATION; n_layers],
        Some(Activations(one)) if one.len() == 1 => vec![one[0]; n_layers],
        Some(Activations(each)) if each.len() == n_layers => each.clone(),
        Some(Activations(each)) => {
            return Err(Error::ActivationCount { layers: n_layers, found: each.len() });
        }
    };
    match activations.iter().find(|activation| !activation.has_slope()) {
        Some(activation) => Err(Error::NoSlope { activation: activation.name() }),
        None => Ok(activations),
    }
}

impl FromStr for Precision {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            "f32" => Ok(Self::F32),
            "f64" => Ok(Self::F64),
            "bf16" => Ok(Self::Bf16),
            other => Err(Error::unknown_name("precision", other, ["f32", "f64", "bf16"])),
        }
    }
}

impl fmt::Display for Precision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::F32 => "f32",
            Self::F64 => "f64",
            Self::Bf16 => "bf16",
        })
    }
}
