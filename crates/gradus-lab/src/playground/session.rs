//! The session: what the page asks, one method each. Each hands on to the module of its concept.

use super::carry::{self, Kept, Shape};
use super::config::Config;
use super::data::{Brought, Data};
use super::evaluation::Measured;
use super::history::{History, Record};
use super::learner::{Amount, Checkpoint, Divergence, Learner, Learning};
use super::limits;
use super::problem::Problem;
use super::views::{Views, views};
use crate::Error;
use gradus::metrics::most_probable;
use gradus::model::AnyNetwork;
use gradus::network::{LayerShape, Network};
use gradus::spec::Precision;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A network that learns, with its data and everything that is shown of it.
pub struct Session {
    pub(super) config: Config,
    pub(super) brought: Brought,
    pub(super) frozen: BTreeSet<usize>,
    pub(super) problem: Problem,
    pub(super) learner: Box<dyn Learning>,
    pub(super) views: Box<dyn Views>,
    pub(super) history: History,
}

impl Session {
    /// A session by a configuration in JSON; keys that are missing have their defaults.
    ///
    /// # Errors
    /// If the text is not a configuration, or its settings do not fit each other.
    pub fn new(config: &str) -> Result<Self, Error> {
        Self::with(Config::parse(config)?, Brought::default(), BTreeSet::new())
    }

    pub(super) fn with(mut config: Config, brought: Brought, frozen: BTreeSet<usize>) -> Result<Self, Error> {
        let data = Data::make(&config, &brought)?;
        let problem = Problem::new(&mut config, data)?;
        let learner = learner(&problem, &config, &frozen)?;
        let views = views(&problem, &learner.network())?;
        let history = History::default();
        let mut session = Self { config, brought, frozen, problem, learner, views, history };
        session.record();
        Ok(session)
    }

    /// The configuration, every key decided.
    pub fn config(&self) -> String {
        self.config.to_value().to_string()
    }

    /// Trains to the end of the epoch at hand and `epochs` − 1 more; says whether training has diverged.
    pub fn train(&mut self, epochs: u32) -> String {
        let mut left = u64::from(epochs);
        while left > 0 && self.learner.divergence().is_none() {
            let epoch = self.learner.position().epoch;
            let n = left.min(self.history.next_after(epoch) - epoch);
            self.learner.train(Amount::Epochs(n));
            if self.learner.position().epoch == epoch {
                break;
            }
            left -= n;
            self.record_if_due();
        }
        self.outcome()
    }

    /// Trains for so many updates.
    pub fn train_batches(&mut self, batches: u32) -> String {
        self.train_singly(batches, Amount::Batches(1))
    }

    /// Trains for so many examples; a batch is learned from when all of its examples were seen.
    pub fn train_examples(&mut self, examples: u32) -> String {
        self.train_singly(examples, Amount::Examples(1))
    }

    fn train_singly(&mut self, n: u32, one: Amount) -> String {
        for _ in 0..n {
            let epoch = self.learner.position().epoch;
            self.learner.train(one);
            if self.learner.position().epoch > epoch {
                self.record_if_due();
            }
        }
        self.outcome()
    }

    fn outcome(&self) -> String {
        let told = |divergence: &Divergence| {
            json!({
                "epoch": divergence.epoch,
                "batch": divergence.batch,
                "layer": divergence.layer,
                "what": divergence.what,
                "learning_rate": divergence.learning_rate,
                "message": divergence.message(),
            })
        };
        json!({"diverged": self.learner.divergence().map(told)}).to_string()
    }

    pub(super) fn record_if_due(&mut self) {
        if self.history.is_due(self.learner.position().epoch) {
            self.record();
        }
    }

    fn record(&mut self) {
        let [training, test] = self.views.losses(&self.learner.network());
        self.history.push(Record {
            epoch: self.learner.position().epoch,
            training: training as f32,
            test: test as f32,
            learning_rate: self.learner.rate() as f32,
        });
    }

    /// Begins again with the same first weights.
    ///
    /// # Errors
    /// None that a session can come to: what was made once can be made again.
    pub fn reset(&mut self) -> Result<(), Error> {
        self.learner = learner(&self.problem, &self.config, &self.frozen)?;
        self.history = History::default();
        self.record();
        Ok(())
    }

    /// Begins again with other first weights.
    ///
    /// # Errors
    /// If the seed is too large.
    pub fn new_weights(&mut self, seed: u64) -> Result<(), Error> {
        limits::within("weights_seed", seed as f64, 0.0, limits::MOST_SEED as f64, "from 0 to 2^53 - 1")?;
        self.config.weights_seed = seed;
        self.reset()
    }

    /// Takes a new configuration and keeps what can be kept. Says what that was.
    ///
    /// # Errors
    /// As [`new`](Self::new); the session is then as it was.
    pub fn configure(&mut self, config: &str) -> Result<String, Error> {
        let config = Config::parse(config)?.after(&self.config);
        let kept = self.change(config, self.brought.clone())?;
        Ok(kept.to_string())
    }

    /// Makes everything anew by `config` and `brought`, and carries weights, moments and position over.
    pub(super) fn change(&mut self, config: Config, brought: Brought) -> Result<Value, Error> {
        let mut next = Self::with(config, brought, self.frozen.clone())?;
        let changes_data = next.config.data != self.config.data || next.brought != self.brought;
        let starts_anew = next.config.weights_seed != self.config.weights_seed
            || next.config.init != self.config.init
            || next.config.compatible != self.config.compatible;
        let (old_names, new_names) = (self.problem.prep.input_names(), next.problem.prep.input_names());
        let (old_layers, new_layers) = (layers(&self.learner.network()), layers(&next.learner.network()));
        let places = carry::places(
            &Shape { inputs: &old_names, layers: &old_layers },
            &Shape { inputs: &new_names, layers: &new_layers },
        );
        let kept = if starts_anew { Kept::New } else { carry::kept(&places) };
        if kept != Kept::New {
            next.frozen = refrozen(&self.frozen, &places);
            next.learner = learner(&next.problem, &next.config, &next.frozen)?;
            let mut old = self.learner.checkpoint();
            if next.config.optimizer.name() != self.config.optimizer.name() {
                old.moments = [Vec::new(), Vec::new()];
                old.steps = 0;
            }
            let first = next.learner.checkpoint();
            next.learner.restore(&carry::carried(&places, &old, first));
            next.history = std::mem::take(&mut self.history);
            next.record();
        }
        *self = next;
        Ok(json!({"data": changes_data, "weights": kept.name(), "resets_epoch": kept == Kept::New}))
    }

    /// Other points of the same kind; the weights stay.
    ///
    /// # Errors
    /// If the seed is too large.
    pub fn regenerate(&mut self, seed: u64) -> Result<(), Error> {
        let mut config = self.config.clone();
        config.data.seed = super::config::Seed::of(seed);
        self.change(config, self.brought.clone()).map(|_| ())
    }

    /// Where training stands, with losses and figures.
    pub fn status(&mut self) -> String {
        let network = self.shown();
        let [training, test] = self.views.measure(&network, &self.problem);
        let position = self.learner.position();
        let batch = self.learner.batch();
        let metrics = |measured: &Measured| -> Value {
            let finite = |(name, value): &(&str, f64)| ((*name).to_owned(), number(*value));
            Value::Object(measured.metrics.iter().map(finite).collect())
        };
        json!({
            "epoch": position.epoch,
            "updates": position.updates,
            "examples": position.examples,
            "batch": {
                "number": position.batch,
                "example": position.example,
                "rows": batch.len(),
                "next_row": batch.get(position.example as usize),
            },
            "loss": {"train": training.loss.map(number), "test": test.loss.map(number)},
            "metrics": {"train": metrics(&training), "test": metrics(&test)},
            "learning_rate": self.learner.rate(),
            "parameters": network.n_parameters(),
            "rows": {
                "train": self.problem.data.training.rows(),
                "test": self.problem.data.test.rows(),
            },
            "classes": self.problem.classes(),
            "diverged": self.learner.divergence().map(Divergence::message),
        })
        .to_string()
    }

    /// The network that is looked at.
    pub(super) fn shown(&self) -> AnyNetwork {
        self.learner.network()
    }

    /// All weights and biases, in the order of [`layout`](Self::layout).
    pub fn parameters(&self) -> Vec<f64> {
        match self.shown() {
            AnyNetwork::F32(network) => network.parameters().iter().map(|&weight| weight.into()).collect(),
            AnyNetwork::F64(network) => network.parameters().to_vec(),
        }
    }

    /// The layers, first hidden one first, and where their weights (outputs, inputs) and biases lie.
    pub fn layout(&self) -> String {
        let network = self.shown();
        let architecture = network.architecture();
        let last = architecture.hidden.len();
        let layer = |(index, layer): (usize, &LayerShape)| {
            let names = match index == last {
                true => self.output_names(),
                false => (1..=layer.outputs).map(|unit| unit.to_string()).collect(),
            };
            json!({
                "inputs": layer.inputs,
                "outputs": layer.outputs,
                "activation": match index == last {
                    true => architecture.link.to_string(),
                    false => layer.activation.to_string(),
                },
                "weights": [layer.weights.start, layer.weights.end],
                "biases": [layer.biases.start, layer.biases.end],
                "names": names,
            })
        };
        layers(&network).iter().enumerate().map(layer).collect::<Value>().to_string()
    }

    /// The names of the network's inputs.
    pub fn feature_names(&self) -> Vec<String> {
        self.problem.prep.input_names()
    }

    /// Two classes on one output: it speaks for the second.
    pub(super) fn output_names(&self) -> Vec<String> {
        let names = self.problem.coding.names();
        names[names.len().saturating_sub(self.problem.coding.outputs())..].to_vec()
    }

    /// Gives one parameter a value.
    ///
    /// # Errors
    /// If there is no such parameter, or the value is not finite in the network's precision.
    pub fn set_parameter(&mut self, index: usize, value: f64) -> Result<(), Error> {
        let mut checkpoint = self.learner.checkpoint();
        let known = checkpoint.parameters.len();
        let place = checkpoint.parameters.get_mut(index).ok_or(Error::NoSuchParameter { index, known })?;
        if !(value as f32).is_finite() {
            return Err(Error::ParameterNotFinite { index });
        }
        *place = value;
        self.restore_checkpoint(&checkpoint);
        Ok(())
    }

    /// Keeps training from changing one parameter, or lets it again.
    ///
    /// # Errors
    /// If there is no such parameter.
    pub fn freeze(&mut self, index: usize, frozen: bool) -> Result<(), Error> {
        let checkpoint = self.learner.checkpoint();
        let known = checkpoint.parameters.len();
        if index >= known {
            return Err(Error::NoSuchParameter { index, known });
        }
        if frozen { self.frozen.insert(index) } else { self.frozen.remove(&index) };
        self.learner = learner(&self.problem, &self.config, &self.frozen)?;
        self.restore_checkpoint(&checkpoint);
        Ok(())
    }

    pub(super) fn restore_checkpoint(&mut self, checkpoint: &Checkpoint) {
        self.learner.restore(checkpoint);
        if self.history.is_due(checkpoint.position.epoch) {
            self.record();
        }
    }

    /// Rows of (x, y, class or value, part), in the columns that are drawn; part 0 is learned from, part 1 tested on.
    pub fn points(&self) -> Vec<f32> {
        self.problem.data.points().into_iter().flatten().map(|number| number as f32).collect()
    }

    /// For the same rows the class that the network finds most probable, or the value that it gives.
    pub fn predictions(&mut self) -> Vec<f32> {
        let network = self.shown();
        let answers = self.views.answers(&network, &self.problem);
        let is_classification = self.problem.is_classification();
        let rows = answers.iter().flat_map(|part| part.iter_rows());
        rows.map(|row| if is_classification { most_probable(row) as f32 } else { row[0] as f32 }).collect()
    }

    /// Every input, hidden unit and output over the plane, (units, resolution, resolution), the top row first.
    ///
    /// # Errors
    /// If the resolution is out of its bounds.
    pub fn fields(&mut self, resolution: usize) -> Result<Vec<f32>, Error> {
        check_resolution(resolution)?;
        let network = self.shown();
        Ok(self.views.fields(&network, &self.problem, resolution))
    }

    /// One unit over the plane: of the inputs where `layer` is 0, of the outputs where it is the last.
    ///
    /// # Errors
    /// If there is no such unit, or the resolution is out of its bounds.
    pub fn field(&mut self, layer: usize, unit: usize, resolution: usize) -> Result<Vec<f32>, Error> {
        check_resolution(resolution)?;
        let network = self.shown();
        let field = self.views.field(&network, &self.problem, (layer, unit), resolution);
        field.ok_or(Error::NoSuchUnit { layer, unit })
    }

    /// The most probable class over the plane and its probability, (resolution², 2); empty for numbers.
    ///
    /// # Errors
    /// If the resolution is out of its bounds.
    pub fn classes_field(&mut self, resolution: usize) -> Result<Vec<f32>, Error> {
        check_resolution(resolution)?;
        let network = self.shown();
        Ok(self.views.classes(&network, &self.problem, resolution))
    }

    /// The plane that is drawn: its columns and their ranges.
    pub fn view(&self) -> String {
        let Data { drawn, view: [x, y], .. } = &self.problem.data;
        json!({"columns": drawn, "x": [x.0, x.1], "y": [y.0, y.1]}).to_string()
    }

    /// Rows of (epoch, training loss, test loss, learning rate), evenly apart, 2,000 at most; NaN without a test part.
    pub fn losses(&self) -> Vec<f32> {
        let row = |record: &Record| {
            [record.epoch as f32, record.training, record.test, record.learning_rate]
        };
        self.history.records().iter().flat_map(row).collect()
    }

    /// The bounds and closed sets that controls need.
    pub fn limits() -> String {
        limits::limits().to_string()
    }
}

/// What trains the network of a problem, with its first weights.
pub(super) fn learner(
    problem: &Problem,
    config: &Config,
    frozen: &BTreeSet<usize>,
) -> Result<Box<dyn Learning>, Error> {
    Ok(match problem.precision() {
        Precision::F64 => Box::new(Learner::<f64>::new(problem, config.weights_seed, frozen)?),
        Precision::F32 | Precision::Bf16 => {
            Box::new(Learner::<f32>::new(problem, config.weights_seed, frozen)?)
        }
    })
}

pub(super) fn layers(network: &AnyNetwork) -> Vec<LayerShape> {
    match network {
        AnyNetwork::F32(network) => network.layers().to_vec(),
        AnyNetwork::F64(network) => Network::layers(network).to_vec(),
    }
}

/// Frozen parameters at their new places.
fn refrozen(frozen: &BTreeSet<usize>, places: &[Option<usize>]) -> BTreeSet<usize> {
    let is_frozen = |(_, from): &(usize, &Option<usize>)| from.is_some_and(|from| frozen.contains(&from));
    places.iter().enumerate().filter(is_frozen).map(|(place, _)| place).collect()
}

fn check_resolution(resolution: usize) -> Result<(), Error> {
    let most = limits::MOST_RESOLUTION as f64;
    limits::within("resolution", resolution as f64, 1.0, most, "from 1 to 400")
}

/// JSON has no NaN.
pub(super) fn number(value: f64) -> Value {
    if value.is_finite() { json!(value) } else { Value::Null }
}
