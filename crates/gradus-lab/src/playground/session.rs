//! The session: what the page asks, one method each. Each hands on to the module of its concept.

use super::carry::{self, Kept, Shape};
use super::compatible_learner::CompatibleLearner;
use super::config::{Config, Seed};
use super::data::{Brought, Csv, Data};
use super::history::{History, Record};
use super::learner::{Amount, Checkpoint, Divergence, Learner, Learning};
use super::limits;
use super::marks::Marks;
use super::problem::Problem;
use super::source::Source;
use super::stopping::Stopping;
use super::undo::{Change, Undo};
use super::views::{Views, views};
use crate::Error;
use gradus::model::AnyNetwork;
use gradus::network::LayerShape;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::rc::Rc;

/// A network that learns, with its data and everything that is shown of it.
pub struct Session {
    pub(super) config: Config,
    pub(super) brought: Brought,
    pub(super) frozen: BTreeSet<usize>,
    pub(super) problem: Problem,
    pub(super) learner: Box<dyn Learning>,
    pub(super) views: Box<dyn Views>,
    pub(super) history: History,
    pub(super) marks: Marks,
    pub(super) stopping: Stopping,
    pub(super) undo: Undo,
    /// The network at the mark that is looked at.
    pub(super) looked_at: Option<(usize, AnyNetwork)>,
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
        let mut session = Self {
            config,
            brought,
            frozen,
            problem,
            learner,
            views,
            history: History::default(),
            marks: Marks::default(),
            stopping: Stopping::default(),
            undo: Undo::default(),
            looked_at: None,
        };
        session.record();
        Ok(session)
    }

    /// The configuration, every key decided.
    pub fn config(&self) -> String {
        self.config.to_value().to_string()
    }

    /// Trains to the end of the epoch at hand and `epochs` − 1 more; says whether training has diverged, and whether it has
    /// stopped as the configuration asks for.
    pub fn train(&mut self, epochs: u32) -> String {
        self.begin_training();
        let mut left = u64::from(epochs);
        while left > 0 && self.learner.divergence().is_none() {
            let epoch = self.learner.position().epoch;
            let next = self.history.next_after(epoch).min(self.marks.next_after(epoch));
            let next = next.min(Stopping::next_after(&self.config, epoch));
            let n = left.min(next - epoch);
            self.learner.train(Amount::Epochs(n));
            if self.learner.position().epoch == epoch {
                break;
            }
            left -= n;
            if self.end_epoch() {
                break;
            }
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
        self.begin_training();
        for _ in 0..n {
            let before = self.learner.position();
            self.learner.train(one);
            let now = self.learner.position();
            if now == before {
                break;
            }
            if now.epoch > before.epoch && self.end_epoch() {
                break;
            }
        }
        self.outcome()
    }

    /// To be called before training: changes that come after it are new ones, and an end that was met is past.
    fn begin_training(&mut self) {
        let Self { config, learner, views, stopping, undo, .. } = self;
        undo.part();
        stopping.begin(config, views.as_mut(), &|| learner.network());
    }

    /// Records an epoch that is over. Whether training stops with it.
    fn end_epoch(&mut self) -> bool {
        self.record();
        let Self { config, learner, views, stopping, .. } = self;
        stopping.stops(config, learner.position().epoch, views.as_mut(), &|| learner.network())
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
        json!({"diverged": self.learner.divergence().map(told), "stopped": self.stopping.reason()})
            .to_string()
    }

    /// Puts the losses on the curve and keeps a mark, where the epoch is one for them.
    pub(super) fn record(&mut self) {
        let epoch = self.learner.position().epoch;
        if self.history.is_due(epoch) {
            self.record_losses();
        }
        if self.marks.is_due(epoch) {
            self.marks.push(self.learner.checkpoint());
        }
    }

    fn record_losses(&mut self) {
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
        self.remember(Change::Other);
        self.begin()
    }

    fn begin(&mut self) -> Result<(), Error> {
        self.learner = learner(&self.problem, &self.config, &self.frozen)?;
        self.history = History::default();
        self.marks = Marks::default();
        self.stopping = Stopping::default();
        self.look_at_latest();
        self.record();
        Ok(())
    }

    /// Begins again with other first weights.
    ///
    /// # Errors
    /// If the seed is no whole number up to 2^53 − 1.
    pub fn new_weights(&mut self, seed: f64) -> Result<(), Error> {
        let seed = limits::seed("weights_seed", seed)?;
        self.remember(Change::Other);
        self.config.weights_seed = seed;
        self.begin()
    }

    /// Takes a new configuration and keeps what can be kept. Says what that was.
    ///
    /// # Errors
    /// As [`new`](Self::new); the session is then as it was.
    pub fn configure(&mut self, config: &str) -> Result<String, Error> {
        let config = Config::parse(config)?.after(&self.config);
        Ok(self.change(config, self.brought.clone())?.to_string())
    }

    /// Makes everything anew by `config` and `brought`, and carries weights, moments and position over. It can be taken back.
    pub(super) fn change(&mut self, config: Config, brought: Brought) -> Result<Value, Error> {
        let before = self.saved();
        let mut next = Self::with(config, brought, BTreeSet::new())?;
        let changes_data = next.config.data != self.config.data || next.brought != self.brought;
        let starts_anew = next.config.weights_seed != self.config.weights_seed
            || next.config.init != self.config.init
            || next.config.compatible != self.config.compatible
            || next.table() != self.table();
        let (old_names, new_names) = (self.problem.prep.input_names(), next.problem.prep.input_names());
        let (old_layers, new_layers) = (layers(&self.learner.network()), layers(&next.learner.network()));
        let places = carry::places(
            &Shape { inputs: &old_names, layers: &old_layers },
            &Shape { inputs: &new_names, layers: &new_layers },
        );
        let kept = if starts_anew { Kept::New } else { carry::kept(&places) };
        next.frozen = match kept {
            Kept::New if old_layers == new_layers => self.frozen.clone(),
            Kept::New => BTreeSet::new(),
            Kept::All | Kept::Partly => refrozen(&self.frozen, &places),
        };
        if !next.frozen.is_empty() {
            next.learner = learner(&next.problem, &next.config, &next.frozen)?;
        }
        if kept != Kept::New {
            let mut old = self.learner.checkpoint();
            if next.config.optimizer.name() != self.config.optimizer.name() {
                old.moments = [Vec::new(), Vec::new()];
                old.steps = 0;
            }
            let first = next.learner.checkpoint();
            if kept == Kept::All && next.can_use_marks_of(self) {
                next.marks = std::mem::take(&mut self.marks);
            }
            next.restart(&carry::carried(&places, &old, first), std::mem::take(&mut self.history));
        }
        next.undo = std::mem::take(&mut self.undo);
        *self = next;
        // What is shown and hidden is nothing to take back.
        let with_old_show = Config { show: before.config.show.clone(), ..self.config.clone() };
        if with_old_show != before.config || changes_data {
            self.undo.push(Change::Other, before);
        }
        Ok(json!({"data": changes_data, "weights": kept.name(), "resets_epoch": kept == Kept::New}))
    }

    /// The table that is learned from, if it is one, and the column of it that is predicted. By another one, what was learned
    /// is the answer to another question, and its losses cannot be compared.
    fn table(&self) -> Option<(&Option<Rc<Csv>>, &Option<String>)> {
        let Self { config, brought, .. } = self;
        (config.data.source == Source::Csv).then_some((&brought.csv, &config.data.target))
    }

    /// Other points of the same kind; the weights stay.
    ///
    /// # Errors
    /// If the seed is no whole number up to 2^53 − 1.
    pub fn regenerate(&mut self, seed: f64) -> Result<(), Error> {
        let mut config = self.config.clone();
        config.data.seed = Seed::of(limits::seed("data.seed", seed)?);
        self.change(config, self.brought.clone()).map(|_| ())
    }

    /// Gives one parameter a value.
    ///
    /// # Errors
    /// If there is no such parameter, or the value is not finite in the network's precision.
    pub fn set_parameter(&mut self, index: usize, value: f64) -> Result<(), Error> {
        let mut checkpoint = self.learner.checkpoint();
        let known = checkpoint.parameters.len();
        let place = checkpoint.parameters.get_mut(index).ok_or(Error::NotThere {
            what: "parameter",
            number: index,
            known,
        })?;
        let most = f64::from(f32::MAX);
        limits::within("parameter", value, -most, most, "a number that f32 can hold")?;
        *place = value;
        self.remember(Change::Parameter(index));
        self.go_on(&checkpoint);
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
            return Err(Error::NotThere { what: "parameter", number: index, known });
        }
        if frozen {
            self.frozen.insert(index)
        } else {
            self.frozen.remove(&index)
        };
        self.learner = learner(&self.problem, &self.config, &self.frozen)?;
        self.go_on(&checkpoint);
        Ok(())
    }

    /// Goes on from a checkpoint.
    pub(super) fn go_on(&mut self, checkpoint: &Checkpoint) {
        self.learner.restore(checkpoint);
        self.record();
    }

    /// Goes on from a checkpoint with the curve that led there.
    pub(super) fn restart(&mut self, checkpoint: &Checkpoint, history: History) {
        self.history = history;
        self.go_on(checkpoint);
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
    Ok(match config.compatible {
        true => Box::new(CompatibleLearner::new(problem, config, frozen)?),
        false => Box::new(Learner::<f32>::new(problem, config.weights_seed, frozen)?),
    })
}

pub(super) fn layers(network: &AnyNetwork) -> Vec<LayerShape> {
    match network {
        AnyNetwork::F32(network) => network.layers().to_vec(),
        AnyNetwork::F64(network) => network.layers().to_vec(),
    }
}

/// Frozen parameters at their new places.
fn refrozen(frozen: &BTreeSet<usize>, places: &[Option<usize>]) -> BTreeSet<usize> {
    let is_frozen = |(_, from): &(usize, &Option<usize>)| from.is_some_and(|from| frozen.contains(&from));
    places.iter().enumerate().filter(is_frozen).map(|(place, _)| place).collect()
}
