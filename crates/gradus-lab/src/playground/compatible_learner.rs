//! A session that learns as TensorFlow Playground does: its points, its first weights and its updates, from
//! [`super::compatible`].

use super::compatible::{
    Dataset as Points, Feature, Penalty, Rule, Setup, State, Training, divide, first_network,
};
use super::config::{Config, Labels};
use super::learner::{Amount, Checkpoint, Divergence, Learning, Position};
use super::problem::Problem;
use crate::Error;
use gradus::Matrix;
use gradus::data::{Column, Dataset, Examples, Inputs, Table, Target, Values};
use gradus::loss::Loss;
use gradus::model::AnyNetwork;
use gradus::network::{Activation, Init, Link, Network};
use gradus::optim::{Rule as Optimizer, Schedule};
use gradus::train::NotFinite;
use std::collections::BTreeSet;

/// New weights are drawn from its stream one network after the other; nobody asks for more.
const MOST_DRAWS: u64 = 1000;

/// Refuses what TensorFlow Playground has not.
///
/// # Errors
/// If the configuration asks for something else.
#[inline(never)] // a page fetches it when it needs it
pub(super) fn check(config: &Config) -> Result<(), Error> {
    let source = config.data.source;
    let link = if source.default_classes() == 0 { Activation::Identity } else { Activation::Tanh };
    let has = [
        ("data.source", source.compatible().is_some(), source.name().to_owned()),
        ("data.labels", config.data.labels == Labels::True, "random".to_owned()),
        ("loss", config.loss.is_none_or(|loss| loss == Loss::SquaredError), shown(config.loss)),
        (
            "output_activation",
            config.output_activation.is_none_or(|asked| asked == Link::Activation(link)),
            shown(config.output_activation),
        ),
        ("optimizer", config.optimizer == Optimizer::Sgd, config.optimizer.to_string()),
        ("schedule", config.schedule == Schedule::Constant, config.schedule.to_string()),
        ("weight_decay", config.weight_decay == 0.0, config.weight_decay.to_string()),
        ("dropout", config.dropout == 0.0, config.dropout.to_string()),
        ("clip", config.clip == 0.0, config.clip.to_string()),
        ("l2", config.l1 == 0.0 || config.l2 == 0.0, format!("{} beside l1", config.l2)),
        ("init", config.init.is_none_or(|init| init == Init::Zeros), shown(config.init)),
        ("features", features(config).is_some(), config.features.join(",")),
    ];
    match has.into_iter().find(|(_, has, _)| !has) {
        None => Ok(()),
        Some((key, _, value)) => Err(Error::NotCompatible { key, value }),
    }
}

fn shown<T: std::fmt::Display>(value: Option<T>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

fn features(config: &Config) -> Option<Vec<Feature>> {
    let of = |name: &String| Feature::ALL.into_iter().find(|feature| feature.name() == name);
    config.features.iter().map(of).collect()
}

/// Everything that the points and the first weights depend on.
fn setup(config: &Config) -> Setup {
    let source = config.data.source;
    let features = features(config).filter(|features| !features.is_empty());
    Setup {
        dataset: source.compatible().unwrap_or(Points::Circle),
        rows: config.data.rows.unwrap_or(source.default_rows()),
        noise: config.data.noise,
        train_percent: config.data.train_percent,
        seed: config.data.seed.text().to_owned(),
        features: features.unwrap_or_else(|| vec![Feature::X, Feature::Y]),
        hidden: config.layers.iter().map(|layer| (layer.units, layer.activation)).collect(),
        zero: config.init == Some(Init::Zeros),
    }
}

/// The points in the order in which they are learned from, and those that are tested on.
///
/// # Errors
/// As [`Setup::start`].
#[inline(never)] // a page fetches it when it needs it
pub(super) fn parts(config: &Config) -> Result<(Dataset, Dataset), Error> {
    let points = setup(config).start()?.points;
    let (training, test) = divide(&points, config.data.train_percent);
    let part = |points: &[super::compatible::Point]| {
        let column = |name: &str, numbers: Vec<f64>| Column {
            name: name.to_owned(),
            values: Values::Numbers(numbers),
        };
        let table = Table::new(vec![
            column("x1", points.iter().map(|point| point.x).collect()),
            column("x2", points.iter().map(|point| point.y).collect()),
        ]);
        let labels = points.iter().map(|point| point.label);
        let target = match config.data.source.default_classes() {
            0 => Target::Values {
                names: vec!["y".to_owned()],
                values: Matrix::from_vec(points.len(), 1, labels.collect()),
            },
            _ => Target::Classes {
                name: "class".to_owned(),
                codes: labels.map(|label| u32::from(label > 0.0)).collect(),
                names: vec!["-1".to_owned(), "1".to_owned()],
            },
        };
        Dataset { inputs: Inputs::Table(table), target, weights: None }
    };
    Ok((part(training), part(test)))
}

/// Training by [`super::compatible::Training`].
pub(super) struct CompatibleLearner {
    training: Training,
    examples: Examples<f64>,
    rule: Rule,
    frozen: BTreeSet<usize>,
    divergence: Option<Divergence>,
}

impl CompatibleLearner {
    /// The first network, or the one after so many resets, and what trains it.
    ///
    /// # Errors
    /// If a feature of a point is not finite.
    #[inline(never)] // a page fetches it when it needs it
    pub(super) fn new(problem: &Problem, config: &Config, frozen: &BTreeSet<usize>) -> Result<Self, Error> {
        let start = setup(config).start()?;
        let (mut network, mut random) = (start.network, start.random);
        if config.init.is_none() {
            for _ in 1..config.weights_seed.min(MOST_DRAWS) {
                network = first_network(&problem.architecture, &mut random)?;
            }
        }
        let penalty = match (config.l1, config.l2) {
            (0.0, 0.0) => Penalty::None,
            (0.0, lambda) => Penalty::L2(lambda),
            (lambda, _) => Penalty::L1(lambda),
        };
        let Config { learning_rate, batch_size, .. } = *config;
        Ok(Self {
            training: Training::new(network).freezing(frozen.clone()),
            frozen: frozen.clone(),
            examples: problem.examples(&problem.data.training)?,
            rule: Rule { learning_rate, batch_size, penalty },
            divergence: None,
        })
    }

    fn rows(&self) -> usize {
        self.examples.inputs.rows()
    }
}

impl Learning for CompatibleLearner {
    fn train(&mut self, amount: Amount) {
        if self.rows() == 0 || self.divergence.is_some() {
            return;
        }
        let Self { training, examples, rule, .. } = self;
        let made = match amount {
            Amount::Epochs(n) => training.epochs(examples, rule, n),
            Amount::Batches(n) => training.updates(examples, rule, n),
            Amount::Examples(n) => training.examples(examples, rule, n as usize),
        };
        if let Err(NotFinite { layer, what }) = made {
            let Position { epoch, batch, .. } = self.position();
            let learning_rate = self.rule.learning_rate;
            let (epoch, batch) = (epoch + 1, batch.max(1));
            self.divergence = Some(Divergence { epoch, batch, layer, what: what.to_owned(), learning_rate });
        }
    }

    fn position(&self) -> Position {
        let State { epoch, updates, next, .. } = *self.training.state();
        let batch_size = self.rule.batch_size.max(1);
        Position {
            epoch,
            batch: (next / batch_size) as u64,
            example: (next % batch_size) as u64,
            updates,
            examples: epoch * self.rows() as u64 + next as u64,
        }
    }

    fn divergence(&self) -> Option<&Divergence> {
        self.divergence.as_ref()
    }

    fn diverged(&mut self, divergence: Divergence) {
        self.divergence = Some(divergence);
    }

    fn rate(&self) -> f64 {
        self.rule.learning_rate
    }

    fn network(&self) -> AnyNetwork {
        AnyNetwork::F64(self.training.network().clone())
    }

    /// The gradients that wait and the weights that are dead stand in the places of an optimizer's moments.
    fn checkpoint(&self) -> Checkpoint {
        let State { summed, gradients, dead, .. } = self.training.state();
        Checkpoint {
            position: self.position(),
            parameters: self.training.network().parameters().to_vec(),
            moments: [gradients.clone(), dead.iter().map(|&dead| f64::from(dead)).collect()],
            steps: *summed,
        }
    }

    fn restore(&mut self, checkpoint: &Checkpoint) {
        let Checkpoint { position, parameters, moments: [gradients, dead], steps } = checkpoint;
        let n = parameters.len();
        let first = (position.batch as usize).saturating_mul(self.rule.batch_size);
        let next = first.saturating_add(position.example as usize);
        // Fewer points than before: the epoch begins again.
        let (first, next) = if next < self.rows() { (first, next) } else { (0, 0) };
        let state = State {
            epoch: position.epoch,
            updates: position.updates,
            next,
            first,
            summed: *steps,
            gradients: gradients.clone(),
            dead: dead.iter().map(|&dead| dead == 1.0).collect(),
        };
        let has_all = state.gradients.len() == n && state.dead.len() == n;
        let state = if has_all { state } else { State::new(n) };
        let mut network: Network<f64> = self.training.network().clone();
        network.parameters_mut().copy_from_slice(parameters);
        if let Ok(training) = Training::resume(network, state) {
            self.training = training.freezing(self.frozen.clone());
        }
        self.divergence = None;
    }

    fn batch(&self) -> Vec<usize> {
        let (next, batch_size) = (self.training.state().next, self.rule.batch_size.max(1));
        let start = next - next % batch_size;
        (start..(start + batch_size).min(self.rows())).collect()
    }
}
