//! A run of epochs over prepared examples, in one precision.

use super::lanes::is_shared;
use super::stop::Best;
use super::watch::Watch;
use super::{Control, EpochRecord, Event, Lanes, NotFinite, Objective, Observer};
use crate::Real;
use crate::data::{Batches, Examples};
use crate::metrics::Metric;
use crate::network::Network;
use crate::optim::{Optimizer, Plateau, Progress};
use crate::prep::TargetCoding;
use crate::spec::Recipe;
use gradus_kernels::reduce::all_finite;
use gradus_kernels::standing_team;
use serde::{Deserialize, Serialize};

/// Why a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StopReason {
    /// All epochs were made.
    Epochs,
    /// A perceptron made no more mistakes.
    Separated,
    /// A perceptron came round to weights that it had before, and would for ever.
    Cycle,
    /// No better epoch came for as long as patience allows.
    Patience,
    /// The observer asked for it.
    Observer,
    /// The next update would not have been finite.
    Diverged,
}

/// What a run came to; the network that it trained holds the weights.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Epochs made, the last of them perhaps in part.
    pub epochs: usize,
    /// Updates made.
    pub updates: u64,
    /// The epoch whose weights the network has, if not the last.
    pub best_epoch: Option<usize>,
    /// Why it ended.
    pub stop: StopReason,
    /// Where it diverged, if it did.
    pub divergence: Option<Divergence>,
    /// The last epoch that was finished.
    pub last: Option<EpochRecord>,
}

/// Where a run left the range of floating point.
///
/// The update was not made, and the weights are the last finite ones: those before it or, if an update itself left the
/// range, those that the epoch began with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Divergence {
    /// The epoch, from 1.
    pub epoch: usize,
    /// The batch in its epoch, from 1.
    pub batch: usize,
    /// Which layer and what in it.
    pub not_finite: NotFinite,
    /// The learning rate at that moment.
    pub learning_rate: f64,
}

/// Everything that a run works with.
pub(super) struct Session<'a, R> {
    pub(super) recipe: &'a Recipe,
    pub(super) network: &'a mut Network<R>,
    pub(super) objective: Objective,
    pub(super) examples: &'a Examples<R>,
    pub(super) coding: &'a TargetCoding,
    /// What watches the validation part.
    pub(super) watch: Option<Watch<R>>,
    /// What measures the training part.
    pub(super) gauge: Option<Watch<R>>,
}

/// What changes from step to step.
struct State<R> {
    lanes: Lanes<R>,
    batches: Batches<R>,
    optimizer: Optimizer<R>,
    plateau: Option<Plateau>,
    plateau_factor: f64,
    best: Option<Best<R>>,
    /// The weights that the epoch began with.
    start_of_epoch: Vec<R>,
    outcome: Outcome,
}

/// How an epoch ended.
enum EpochEnd {
    Finished { loss: f64 },
    Stopped,
    Diverged(Divergence),
}

impl<R: Real> Session<'_, R> {
    /// Trains until the epochs are over, patience ends, the observer stops it, or it diverges.
    pub(super) fn run(mut self, observer: &mut dyn Observer) -> Outcome {
        let mut state = self.begin();
        if self.announce(observer) == Control::Stop {
            state.outcome.stop = StopReason::Observer;
            return state.outcome;
        }
        for epoch in 1..=self.recipe.epochs {
            state.outcome.epochs = epoch;
            let end = self.epoch(epoch, &mut state, observer);
            match self.kept_finite(epoch, end, &mut state) {
                EpochEnd::Finished { loss } => {
                    if let Some(stop) = self.after_epoch(epoch, loss, &mut state, observer) {
                        state.outcome.stop = stop;
                        break;
                    }
                }
                EpochEnd::Stopped => {
                    state.outcome.stop = StopReason::Observer;
                    break;
                }
                EpochEnd::Diverged(divergence) => {
                    state.outcome.stop = StopReason::Diverged;
                    state.outcome.divergence = Some(divergence);
                    break;
                }
            }
        }
        if let Some(best) = &state.best {
            best.restore(self.network.parameters_mut());
            state.outcome.best_epoch = best.epoch();
        }
        state.outcome
    }

    fn begin(&self) -> State<R> {
        let recipe = self.recipe;
        let batch_rows = recipe.batch_size.rows(self.examples.inputs.rows());
        let n_parameters = self.network.parameters().len();
        State {
            lanes: Lanes::new(
                self.network,
                batch_rows,
                self.objective.dropout.is_some(),
                recipe.precision.operands(),
            ),
            batches: Batches::new(self.examples, batch_rows),
            optimizer: Optimizer::new(recipe.optimizer, self.objective.groups.clone(), n_parameters),
            plateau: recipe.schedule.plateau(),
            plateau_factor: 1.0,
            best: recipe.patience.map(|patience| Best::new(recipe.monitor, patience, recipe.tolerance)),
            start_of_epoch: self.network.parameters().to_vec(),
            outcome: Outcome {
                epochs: 0,
                updates: 0,
                best_epoch: None,
                stop: StopReason::Epochs,
                divergence: None,
                last: None,
            },
        }
    }

    fn announce(&self, observer: &mut dyn Observer) -> Control {
        let mut widths = vec![self.network.inputs()];
        widths.extend(self.network.layers().iter().map(|layer| layer.outputs));
        observer.observe(&Event::Started {
            recipe: self.recipe,
            widths: &widths,
            parameters: self.network.parameters().len(),
            rows: self.examples.inputs.rows(),
            validation_rows: self.watch.as_ref().map_or(0, Watch::rows),
        })
    }

    /// Every batch once, in the epoch's own order.
    fn epoch(&mut self, epoch: usize, state: &mut State<R>, observer: &mut dyn Observer) -> EpochEnd {
        state.batches.start_epoch(self.recipe.seed, epoch as u64 - 1);
        let is_shared = is_shared(self.network, state.batches.size());
        standing_team(is_shared, || self.batches(epoch, state, observer))
    }

    fn batches(&mut self, epoch: usize, state: &mut State<R>, observer: &mut dyn Observer) -> EpochEnd {
        let batches = state.batches.per_epoch();
        let (mut total, mut weight) = (0.0, 0.0);
        for number in 1..=batches {
            let rate = self.recipe.learning_rate
                * state.plateau_factor
                * self.schedule_factor(epoch, batches, state);
            state.optimizer.set_rate(rate);
            let updates = state.outcome.updates;
            let Some(batch) = state.batches.next(self.examples, updates) else { break };
            match state.lanes.step(self.network, &batch, &self.objective, &mut state.optimizer) {
                Ok(loss) => {
                    let (rows, batch_weight) = (batch.rows(), batch.weight());
                    total += self.objective.reduction.summed(loss, batch_weight);
                    weight += batch_weight;
                    state.outcome.updates += 1;
                    let event = Event::Step { epoch, batch: number, batches, loss, rows };
                    if observer.observe(&event) == Control::Stop {
                        return EpochEnd::Stopped;
                    }
                }
                Err(not_finite) => {
                    return EpochEnd::Diverged(Divergence {
                        epoch,
                        batch: number,
                        not_finite,
                        learning_rate: rate,
                    });
                }
            }
        }
        EpochEnd::Finished { loss: if weight > 0.0 { total / weight } else { 0.0 } }
    }

    /// Puts the weights that the epoch began with back if they are no longer finite, and says so.
    ///
    /// A step looks at its loss and gradients before it changes a weight; a change that is itself too large shows here.
    fn kept_finite(&mut self, epoch: usize, end: EpochEnd, state: &mut State<R>) -> EpochEnd {
        if all_finite(self.network.parameters()) {
            state.start_of_epoch.copy_from_slice(self.network.parameters());
            return end;
        }
        let parameters = self.network.parameters();
        let mut layers = self.network.layers().iter();
        let broken = layers.position(|layer| !all_finite(&parameters[layer.weights.start..layer.biases.end]));
        self.network.parameters_mut().copy_from_slice(&state.start_of_epoch);
        match end {
            EpochEnd::Diverged(divergence) => EpochEnd::Diverged(divergence),
            EpochEnd::Finished { .. } | EpochEnd::Stopped => EpochEnd::Diverged(Divergence {
                epoch,
                batch: state.batches.per_epoch(),
                not_finite: NotFinite { layer: broken.map_or(1, |layer| layer + 1), what: "weights" },
                learning_rate: state.optimizer.rate(),
            }),
        }
    }

    fn schedule_factor(&self, epoch: usize, steps_per_epoch: usize, state: &State<R>) -> f64 {
        self.recipe.schedule.factor(Progress {
            step: state.outcome.updates,
            total_steps: (self.recipe.epochs as u64).saturating_mul(steps_per_epoch as u64),
            epoch: epoch as u64 - 1,
            steps_per_epoch: steps_per_epoch as u64,
        })
    }

    /// Measures, reports and decides whether to stop.
    fn after_epoch(
        &mut self,
        epoch: usize,
        loss: f64,
        state: &mut State<R>,
        observer: &mut dyn Observer,
    ) -> Option<StopReason> {
        let measure = |watch: &mut Watch<R>| watch.measure(self.network, &self.objective, self.coding);
        let validation = self.watch.as_mut().map_or_else(Vec::new, measure);
        let training = self.gauge.as_mut().map_or_else(Vec::new, measure);
        let watched =
            validation.iter().find(|(metric, _)| *metric == self.recipe.monitor).map(|&(_, value)| value);
        let record = EpochRecord {
            epoch,
            learning_rate: state.optimizer.rate(),
            loss,
            validation: named(&validation),
            training: named(&training),
        };
        let control = observer.observe(&Event::Epoch(&record));
        state.outcome.last = Some(record);
        if let (Some(plateau), Some(value)) = (&mut state.plateau, watched) {
            state.plateau_factor = plateau.observe(value, self.recipe.monitor.greater_is_better());
        }
        let patience_ends = match (&mut state.best, watched) {
            (Some(best), Some(value)) => best.observe(epoch, value, self.network.parameters()),
            _ => false,
        };
        match control {
            Control::Stop => Some(StopReason::Observer),
            Control::Continue if patience_ends => Some(StopReason::Patience),
            Control::Continue => None,
        }
    }
}

fn named(measured: &[(Metric, f64)]) -> Vec<(String, f64)> {
    measured.iter().map(|(metric, value)| (metric.to_string(), *value)).collect()
}

/// What is measured on the validation part: the loss, the usual metrics of the task, and the one to stop by.
pub(super) fn watched_metrics(recipe: &Recipe) -> Vec<Metric> {
    let mut metrics = vec![Metric::Loss];
    for metric in Metric::defaults(recipe.task).iter().copied().chain([recipe.monitor]) {
        if !metrics.contains(&metric) {
            metrics.push(metric);
        }
    }
    metrics
}
