//! A model: preprocessing, network, output link and class names in one, so that a prediction starts from data as they come
//! and ends in classes with probabilities, or numbers in their own unit.

mod predictor;

pub use predictor::ModelPredictor;

use crate::data::{Dataset, Inputs, Task};
use crate::metrics::Report;
use crate::network::{Activation, Architecture, Link, Network};
use crate::prep::{Preprocessor, TargetCoding};
use crate::spec::Spec;
use crate::train::StopReason;
use crate::{Error, Matrix, Real};
use serde::{Deserialize, Serialize, Serializer};

/// What training gives: everything from the data as they come to an answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// From data as they come to the network's inputs.
    pub prep: Preprocessor,
    /// From inputs to outputs.
    pub network: AnyNetwork,
    /// From outputs to answers.
    pub coding: TargetCoding,
    /// How it was trained.
    pub record: TrainingRecord,
}

/// A network in one of the two precisions; a model file keeps it.
#[derive(Clone, Debug, PartialEq)]
pub enum AnyNetwork {
    /// Single precision.
    F32(Network<f32>),
    /// Double precision.
    F64(Network<f64>),
}

/// How a model was trained, for whoever inspects it. Nothing here changes a prediction.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainingRecord {
    /// The version of Gradus.
    pub version: String,
    /// The instruction set that the bits depend on.
    pub instruction_set: String,
    /// Every setting, as it was decided.
    pub spec: Spec,
    /// The name of the data, where the caller has given one.
    pub data: Option<String>,
    /// Number of training examples.
    pub rows: usize,
    /// Number of validation examples.
    pub validation_rows: usize,
    /// Epochs made.
    pub epochs: usize,
    /// Updates made.
    pub updates: u64,
    /// The epoch whose weights these are, if not the last.
    pub best_epoch: Option<usize>,
    /// Why training ended.
    pub stop: StopReason,
    /// The training loss of the last epoch.
    pub loss: Option<f64>,
    /// Metrics of the validation part in the last epoch.
    #[serde(serialize_with = "finite_ones")]
    pub validation: Vec<(String, f64)>,
    /// Metrics of the test part, where the caller has measured them.
    #[serde(serialize_with = "finite_ones")]
    pub test: Vec<(String, f64)>,
    /// What was odd about the data or the run, a sentence each.
    pub warnings: Vec<String>,
}

impl Model {
    /// The model's answers. Whoever asks more than once keeps a [`ModelPredictor`].
    ///
    /// # Shapes
    /// n rows of inputs → (n, names): a probability for each class or label, or numbers in their own unit.
    ///
    /// # Errors
    /// If the inputs do not fit the model; see [`Preprocessor::transform`].
    pub fn predict(&self, inputs: &Inputs) -> Result<Matrix<f64>, Error> {
        ModelPredictor::new(self).predict(inputs)
    }

    /// How good the model's answers to `dataset` are. Answers that are no probabilities have no log loss.
    ///
    /// # Errors
    /// If the data do not fit the model, or hold a class that it does not know.
    pub fn evaluate(&self, dataset: &Dataset) -> Result<Report, Error> {
        let target = self.coding.aligned(&dataset.target)?;
        let predictions = self.predict(&dataset.inputs)?;
        let report = Report::new(&predictions, &target, dataset.weights.as_deref());
        Ok(if self.answers_are_hard() { report.of_hard_answers() } else { report })
    }

    /// Whether an answer is yes or no and no probability: that of threshold units.
    fn answers_are_hard(&self) -> bool {
        let link = self.network.architecture().link;
        matches!(link, Link::WinnerTakesAll | Link::Activation(Activation::Step | Activation::Sign))
    }

    /// What is asked of the model.
    pub fn task(&self) -> Task {
        self.coding.task()
    }

    /// The classes, or the names of the values or labels: one for each column of an answer.
    pub fn names(&self) -> &[String] {
        self.coding.names()
    }

    /// The classes; empty where the answers are numbers or labels.
    pub fn class_names(&self) -> &[String] {
        match self.task() {
            Task::Classification => self.names(),
            Task::Regression | Task::MultiLabel => &[],
        }
    }

    /// Why the parts do not fit each other, if they do not.
    pub(crate) fn misfit(&self) -> Option<String> {
        let architecture = self.network.architecture();
        let (made, wanted) = (self.prep.width(), architecture.inputs);
        if made != wanted {
            return Some(format!("the preprocessing makes {made} inputs, the network has {wanted}"));
        }
        if let Some(means) = self.prep.means().filter(|means| means.len() != made) {
            return Some(format!(
                "the preprocessing makes {made} inputs and has the means of {}",
                means.len()
            ));
        }
        let (given, wanted) = (architecture.outputs, self.coding.outputs());
        (given != wanted).then(|| format!("the network has {given} outputs, the target needs {wanted}"))
    }
}

impl AnyNetwork {
    /// What the network was made from.
    pub fn architecture(&self) -> Architecture {
        match self {
            Self::F32(network) => network.architecture(),
            Self::F64(network) => network.architecture(),
        }
    }

    /// Number of weights and biases.
    pub fn n_parameters(&self) -> usize {
        match self {
            Self::F32(network) => network.parameters().len(),
            Self::F64(network) => network.parameters().len(),
        }
    }

    /// `f32` or `f64`.
    pub fn precision(&self) -> &'static str {
        match self {
            Self::F32(_) => f32::NAME,
            Self::F64(_) => f64::NAME,
        }
    }

    /// The network in the precision that is asked for.
    pub fn cast<R: Real>(&self) -> Network<R> {
        match self {
            Self::F32(network) => network.cast(),
            Self::F64(network) => network.cast(),
        }
    }
}

impl From<Network<f32>> for AnyNetwork {
    fn from(network: Network<f32>) -> Self {
        Self::F32(network)
    }
}

impl From<Network<f64>> for AnyNetwork {
    fn from(network: Network<f64>) -> Self {
        Self::F64(network)
    }
}

/// JSON has no NaN: a metric that is not defined is left out.
fn finite_ones<S: Serializer>(metrics: &[(String, f64)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(metrics.iter().filter(|(_, value)| value.is_finite()))
}
