//! Training in steps of any size: epochs, batches or single examples.
//!
//! An update belongs to a batch, and which examples are in it is f(order seed, epoch): where a call begins and ends changes
//! nothing. A call that stops within a batch only counts its examples as seen; the batch is learned from when it is full.

use super::problem::Problem;
use crate::Error;
use gradus::data::{Batches, Examples};
use gradus::model::AnyNetwork;
use gradus::network::{Dropout, LayerShape, Network};
use gradus::optim::{Group, Optimizer, Progress, Schedule, State};
use gradus::train::{Lanes, NotFinite, Objective};
use gradus::{Aligned, Operands, Real};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// How far to train.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Amount {
    Epochs(u64),
    Batches(u64),
    Examples(u64),
}

/// How far training has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Position {
    /// Epochs that are over.
    pub(super) epoch: u64,
    /// Batches of the current epoch that were learned from.
    pub(super) batch: u64,
    /// Examples of the current batch that were seen.
    pub(super) example: u64,
    /// Updates in all.
    pub(super) updates: u64,
    /// Examples seen in all.
    pub(super) examples: u64,
}

/// Where training left the range of numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Divergence {
    /// The epoch, from 1.
    pub(super) epoch: u64,
    /// The batch in it, from 1.
    pub(super) batch: u64,
    /// The layer, from 1 at the first hidden one.
    pub(super) layer: usize,
    /// What is not finite.
    pub(super) what: String,
    pub(super) learning_rate: f64,
}

impl Divergence {
    /// In one line.
    pub(super) fn message(&self) -> String {
        let Self { epoch, batch, layer, what, learning_rate } = self;
        let place = if what == "loss" { String::new() } else { format!(" of layer {layer}") };
        let verb = if what.ends_with('s') && what != "loss" { "are" } else { "is" };
        format!(
            "training diverged: the {what}{place} {verb} not finite, in epoch {epoch}, batch {batch}, at learning rate \
             {learning_rate}; help: choose a smaller learning rate or begin again, the last finite weights are kept"
        )
    }
}

/// Everything that training has come to: enough to go on with the same bits.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Checkpoint {
    pub(super) position: Position,
    pub(super) parameters: Vec<f64>,
    /// The optimizer's moments, each empty where the rule has none.
    pub(super) moments: [Vec<f64>; 2],
    /// Updates that the optimizer has made.
    pub(super) steps: u64,
}

impl Checkpoint {
    /// How many numbers it holds.
    pub(super) fn numbers(&self) -> usize {
        self.parameters.len() + self.moments.iter().map(Vec::len).sum::<usize>()
    }

    /// Whether what has this state can go on from the other one.
    pub(super) fn fits(&self, other: &Self) -> bool {
        let lengths = |state: &Self| (state.parameters.len(), state.moments.each_ref().map(Vec::len));
        lengths(self) == lengths(other)
    }
}

/// What trains a network.
pub(super) trait Learning {
    /// Trains so far, unless training has diverged.
    fn train(&mut self, amount: Amount);
    fn position(&self) -> Position;
    fn divergence(&self) -> Option<&Divergence>;
    /// Training has diverged, as is known from before.
    fn diverged(&mut self, divergence: Divergence);
    /// The rate of the next update.
    fn rate(&self) -> f64;
    /// The network as it is now.
    fn network(&self) -> AnyNetwork;
    fn checkpoint(&self) -> Checkpoint;
    /// Goes on from a checkpoint of a network with these layers and an optimizer with these moments.
    fn restore(&mut self, checkpoint: &Checkpoint);
    /// The examples of the current batch, as places in the training part.
    fn batch(&self) -> Vec<usize>;
}

/// The engine's own way of learning.
pub(super) struct Learner<R> {
    network: Network<R>,
    objective: Objective,
    optimizer: Optimizer<R>,
    lanes: Lanes<R>,
    batches: Batches<R>,
    examples: Examples<R>,
    batch_rows: usize,
    schedule: Schedule,
    base_rate: f64,
    schedule_epochs: u64,
    order_seed: u64,
    position: Position,
    divergence: Option<Divergence>,
    /// The weights that the epoch began with, and where that was.
    start_of_epoch: (Vec<R>, Position),
}

impl<R: Real> Learner<R> {
    /// A network with its first weights, and everything to train it.
    ///
    /// # Errors
    /// If a feature of a point is not finite.
    pub(super) fn new(problem: &Problem, weights_seed: u64, frozen: &BTreeSet<usize>) -> Result<Self, Error> {
        let recipe = &problem.recipe;
        let network = Network::new(&problem.architecture, recipe.init, weights_seed)?;
        let examples = problem.examples::<R>(&problem.data.training)?;
        let n_parameters = network.parameters().len();
        let groups = groups(problem, network.layers(), frozen);
        let dropout = Dropout { probability: recipe.dropout, seed: recipe.seed };
        let objective = Objective {
            dropout: (recipe.dropout > 0.0).then_some(dropout),
            clip: recipe.clip,
            groups: groups.clone(),
            reduction: recipe.reduction,
            ..Objective::of(recipe.loss)
        };
        let batch_rows = recipe.batch_size.rows(examples.inputs.rows()).max(1);
        let mut learner = Self {
            optimizer: Optimizer::new(recipe.optimizer, groups, n_parameters),
            lanes: Lanes::new(&network, batch_rows, objective.dropout.is_some(), Operands::Same),
            batches: Batches::new(&examples, batch_rows),
            start_of_epoch: (network.parameters().to_vec(), Position::default()),
            objective,
            network,
            examples,
            batch_rows,
            schedule: recipe.schedule,
            base_rate: recipe.learning_rate,
            schedule_epochs: recipe.epochs as u64,
            order_seed: recipe.seed,
            position: Position::default(),
            divergence: None,
        };
        learner.find_batch();
        Ok(learner)
    }

    fn rows(&self) -> usize {
        self.examples.inputs.rows()
    }

    fn batches_per_epoch(&self) -> u64 {
        self.batches.per_epoch() as u64
    }

    /// Examples of the current batch.
    fn rows_of_batch(&self) -> u64 {
        let before = self.position.batch * self.batch_rows as u64;
        (self.rows() as u64 - before).min(self.batch_rows as u64)
    }

    /// Puts the epoch in order and passes over the batches that were learned from.
    fn find_batch(&mut self) {
        self.batches.start_epoch(self.order_seed, self.position.epoch);
        for _ in 0..self.position.batch {
            self.batches.next(&self.examples, 0);
        }
    }

    fn next_rate(&self) -> f64 {
        let steps_per_epoch = self.batches_per_epoch();
        let progress = Progress {
            step: self.position.updates,
            total_steps: self.schedule_epochs.saturating_mul(steps_per_epoch),
            epoch: self.position.epoch,
            steps_per_epoch,
        };
        self.base_rate * self.schedule.factor(progress)
    }

    /// Learns from the rest of the current batch. Whether training can go on.
    fn learn_batch(&mut self) -> bool {
        let rate = self.next_rate();
        self.optimizer.set_rate(rate);
        let unseen = self.rows_of_batch() - self.position.example;
        let Some(batch) = self.batches.next(&self.examples, self.position.updates) else { return false };
        match self.lanes.step(&mut self.network, &batch, &self.objective, &mut self.optimizer) {
            Ok(_) => {
                let position = &mut self.position;
                position.updates += 1;
                position.examples += unseen;
                position.batch += 1;
                position.example = 0;
                position.batch < self.batches_per_epoch() || self.end_epoch()
            }
            Err(not_finite) => {
                self.diverge(not_finite, self.position.batch + 1, rate);
                false
            }
        }
    }

    fn end_epoch(&mut self) -> bool {
        if !self.is_finite() {
            return false;
        }
        self.position.epoch += 1;
        self.position.batch = 0;
        self.begin_epoch();
        true
    }

    fn begin_epoch(&mut self) {
        let (start, position) = &mut self.start_of_epoch;
        start.copy_from_slice(self.network.parameters());
        *position = self.position;
        self.batches.start_epoch(self.order_seed, self.position.epoch);
    }

    /// Whether all weights are finite; if not, training has diverged.
    ///
    /// A step looks at its loss and gradients before it changes a weight; a change that is itself too large shows here.
    fn is_finite(&mut self) -> bool {
        let is_broken = |layer: &LayerShape| {
            let parameters = &self.network.parameters()[layer.weights.start..layer.biases.end];
            parameters.iter().any(|weight| !weight.is_finite())
        };
        match self.network.layers().iter().position(is_broken) {
            None => true,
            Some(layer) => {
                let broken = NotFinite { layer: layer + 1, what: "weights" };
                self.diverge(broken, self.position.batch, self.optimizer.rate());
                false
            }
        }
    }

    /// Writes down where it was, and goes back to the last weights that are finite.
    fn diverge(&mut self, not_finite: NotFinite, batch: u64, learning_rate: f64) {
        let NotFinite { layer, what } = not_finite;
        let epoch = self.position.epoch + 1;
        self.divergence = Some(Divergence { epoch, batch, layer, what: what.to_owned(), learning_rate });
        if self.network.parameters().iter().any(|weight| !weight.is_finite()) {
            let (start, position) = &self.start_of_epoch;
            self.network.parameters_mut().copy_from_slice(start);
            self.position = *position;
            // Moments that led there lead there again.
            let State { first, second, .. } = self.optimizer.state();
            let zeros = |moment: &[R]| Aligned::filled(R::ZERO, moment.len());
            let state = State { steps: 0, first: zeros(first), second: zeros(second) };
            self.optimizer.restore(state);
        }
        self.find_batch();
    }
}

impl<R: Real> Learning for Learner<R>
where
    Network<R>: Into<AnyNetwork>,
{
    fn train(&mut self, amount: Amount) {
        if self.rows() == 0 || self.divergence.is_some() {
            return;
        }
        match amount {
            Amount::Epochs(n) => {
                let end = self.position.epoch.saturating_add(n);
                while self.position.epoch < end && self.learn_batch() {}
            }
            Amount::Batches(n) => {
                let end = self.position.updates.saturating_add(n);
                while self.position.updates < end && self.learn_batch() {}
            }
            Amount::Examples(mut left) => {
                while left > 0 {
                    let unseen = self.rows_of_batch() - self.position.example;
                    if left < unseen {
                        self.position.example += left;
                        self.position.examples += left;
                        break;
                    }
                    left -= unseen;
                    if !self.learn_batch() {
                        break;
                    }
                }
            }
        }
        if self.divergence.is_none() && self.position.batch > 0 {
            self.is_finite();
        }
    }

    fn position(&self) -> Position {
        self.position
    }

    fn divergence(&self) -> Option<&Divergence> {
        self.divergence.as_ref()
    }

    fn diverged(&mut self, divergence: Divergence) {
        self.divergence = Some(divergence);
    }

    fn rate(&self) -> f64 {
        self.next_rate()
    }

    fn network(&self) -> AnyNetwork {
        self.network.clone().into()
    }

    fn checkpoint(&self) -> Checkpoint {
        let wide = |numbers: &[R]| numbers.iter().map(|number| number.to_f64()).collect();
        let State { steps, first, second } = self.optimizer.state();
        Checkpoint {
            position: self.position,
            parameters: wide(self.network.parameters()),
            moments: [wide(first), wide(second)],
            steps: *steps,
        }
    }

    fn restore(&mut self, checkpoint: &Checkpoint) {
        let narrow = |numbers: &[f64]| numbers.iter().map(|&number| R::from_f64(number)).collect();
        let parameters: Aligned<R> = narrow(&checkpoint.parameters);
        self.network.parameters_mut().copy_from_slice(&parameters);
        let [first, second] = &checkpoint.moments;
        self.optimizer.restore(State {
            steps: checkpoint.steps,
            first: narrow(first),
            second: narrow(second),
        });
        self.position = checkpoint.position;
        self.divergence = None;
        if self.position.batch >= self.batches_per_epoch() || self.position.example >= self.rows_of_batch() {
            // Fewer points or larger batches than before: the epoch begins again.
            self.position.batch = 0;
            self.position.example = 0;
        }
        self.start_of_epoch = (parameters.to_vec(), self.position);
        self.find_batch();
    }

    fn batch(&self) -> Vec<usize> {
        let start = self.position.batch as usize * self.batch_rows;
        let end = (start + self.batch_rows).min(self.rows());
        self.batches.order()[start.min(end)..end].to_vec()
    }
}

/// Each layer's weights with the penalties and the decay, its biases without, and parameters that are frozen by themselves.
fn groups(problem: &Problem, layers: &[LayerShape], frozen: &BTreeSet<usize>) -> Vec<Group> {
    let recipe = &problem.recipe;
    let (l1, l2, weight_decay) = (recipe.l1, recipe.l2, recipe.weight_decay);
    let mut groups = Vec::new();
    for layer in layers {
        let weights = Group { l1, l2, weight_decay, ..Group::new(layer.weights.clone()) };
        for whole in [weights, Group::new(layer.biases.clone())] {
            let mut start = whole.range.start;
            for &place in frozen.range(whole.range.clone()) {
                groups.push(Group { range: start..place, ..whole.clone() });
                groups.push(Group { range: place..place + 1, frozen: true, ..whole.clone() });
                start = place + 1;
            }
            groups.push(Group { range: start..whole.range.end, ..whole });
        }
    }
    groups.retain(|group| !group.range.is_empty());
    groups
}
