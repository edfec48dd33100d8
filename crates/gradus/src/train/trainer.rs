//! The one-call form: a spec and a data set in, a model out.

use super::objective::Objective;
use super::session::{Session, watched_metrics};
use super::watch::Watch;
use super::{Lanes, Observer, Outcome, StopReason};
use crate::data::{Dataset, Examples, Target, known_rows, split};
use crate::loss::Loss;
use crate::metrics::Metric;
use crate::model::{AnyNetwork, Model, TrainingRecord};
use crate::network::{Architecture, Dropout, Network};
use crate::optim::Group;
use crate::prep::{Missing, Preprocessor, TargetCoding};
use crate::random::Purpose;
use crate::spec::{ClassWeight, GroupPart, ModelKind, Precision, Recipe, Spec};
use crate::{Error, Real};

/// Trains by a [`Spec`].
///
/// ```
/// use gradus::data::{Block, Dataset, Elements, Inputs, Target};
/// use gradus::{Spec, Trainer, train::Silent};
///
/// // Exclusive or: no line separates its classes, a hidden layer does.
/// let elements = Elements::F32(vec![0., 0., 0., 1., 1., 0., 1., 1.]);
/// let inputs = Inputs::Block(Block { rows: 4, columns: 2, elements, picture: None });
/// let names = vec!["false".to_owned(), "true".to_owned()];
/// let target = Target::Classes { name: "xor".to_owned(), codes: vec![0, 1, 1, 0], names };
/// let dataset = Dataset { inputs, target, weights: None };
///
/// let mut spec = Spec::default();
/// spec.set("hidden", "8")?;
/// let model = Trainer::new(spec).fit(&dataset, &mut Silent)?;
/// let probabilities = model.predict(&dataset.inputs)?;
/// assert!(probabilities.row(1)[1] > 0.9 && probabilities.row(3)[1] < 0.1);
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct Trainer<'a> {
    spec: Spec,
    validation: Option<&'a Dataset>,
    pub(super) start: Option<&'a Model>,
    memory_limit: Option<u128>,
    measured: Vec<Metric>,
}

/// A run that left the range of floating point, with the model as it was before.
#[derive(Debug)]
pub struct Diverged {
    /// Where.
    pub divergence: super::Divergence,
    /// The model with the last finite weights.
    pub model: Model,
}

/// Everything that is decided and fitted before the first update, in whatever precision.
pub(super) struct Prepared {
    pub(super) recipe: Recipe,
    pub(super) architecture: Architecture,
    pub(super) training: Dataset,
    validation: Option<Dataset>,
    pub(super) prep: Preprocessor,
    pub(super) coding: TargetCoding,
}

impl<'a> Trainer<'a> {
    /// A trainer by `spec`; keys that are not set are decided by the data.
    pub fn new(spec: Spec) -> Self {
        Self { spec, ..Self::default() }
    }

    /// Watches the run by the user's own examples instead of a share of the training ones.
    #[must_use]
    pub fn validation(mut self, dataset: &'a Dataset) -> Self {
        self.validation = Some(dataset);
        self
    }

    /// Goes on from the weights of `model`, with its preprocessing, layers and classes.
    #[must_use]
    pub fn starting_from(mut self, model: &'a Model) -> Self {
        self.start = Some(model);
        self
    }

    /// Refuses, before anything is asked for, what would need more than `bytes` of memory.
    #[must_use]
    pub fn memory_limit(mut self, bytes: u128) -> Self {
        self.memory_limit = Some(bytes);
        self
    }

    /// Measures the training part by `metrics` too after each epoch, which costs a forward pass over all of it.
    #[must_use]
    pub fn measuring(mut self, metrics: &[Metric]) -> Self {
        self.measured = metrics.to_vec();
        self
    }

    /// Learns from `dataset` and tells `observer` of every step.
    ///
    /// # Errors
    /// If the spec does not fit the data, the data cannot be used, or the run diverges ([`Error::Diverged`], which holds
    /// the last finite model).
    pub fn fit(&self, dataset: &Dataset, observer: &mut dyn Observer) -> Result<Model, Error> {
        let prepared = self.prepare(dataset)?;
        if let ModelKind::Perceptron { .. } = prepared.recipe.model {
            return self.fit_perceptron(prepared, observer);
        }
        let (network, outcome) = match prepared.recipe.precision {
            Precision::F32 | Precision::Bf16 => {
                let (network, outcome) = self.run::<f32>(&prepared, observer)?;
                (AnyNetwork::F32(network), outcome)
            }
            Precision::F64 => {
                let (network, outcome) = self.run::<f64>(&prepared, observer)?;
                (AnyNetwork::F64(network), outcome)
            }
        };
        let record = prepared.record(&outcome);
        let model = Model { prep: prepared.prep, network, coding: prepared.coding, record };
        match (outcome.stop, outcome.divergence) {
            (StopReason::Diverged, Some(divergence)) => {
                Err(Error::Diverged(Box::new(Diverged { divergence, model })))
            }
            _ => Ok(model),
        }
    }

    /// Decides the recipe, divides the examples and fits what comes before and after the network.
    fn prepare(&self, dataset: &Dataset) -> Result<Prepared, Error> {
        let spec = self.spec_of_start()?;
        let recipe = spec.resolve(dataset, self.validation.is_some())?;
        let kept = complete(dataset, recipe.missing);
        let dataset = kept.as_ref().unwrap_or(dataset);
        check_examples(dataset)?;
        let (training, validation) = self.divide(dataset, &recipe);
        if self.validation.is_some() && validation.as_ref().is_some_and(|part| part.rows() == 0) {
            return Err(Error::EmptyValidation);
        }
        if recipe.loss == Loss::Poisson {
            check_counts(&dataset.target)?;
        }
        let (prep, coding) = match self.start {
            Some(model) => (model.prep.clone(), model.coding.clone()),
            None => (
                Preprocessor::fit(&training.inputs, &recipe.prep_options(), training.weights.as_deref())?,
                TargetCoding::fit(
                    &training.target,
                    recipe.output_form(&training.target),
                    recipe.standardize_target(),
                    training.weights.as_deref(),
                )?,
            ),
        };
        let architecture = Architecture {
            inputs: prep.width(),
            hidden: recipe.hidden.iter().copied().zip(recipe.activations.iter().copied()).collect(),
            outputs: coding.outputs(),
            link: recipe.link,
        };
        if let Some(limit) = self.memory_limit {
            check_memory(&recipe, &architecture, dataset.rows(), limit)?;
        }
        Ok(Prepared { recipe, architecture, training, validation, prep, coding })
    }

    /// The spec, with the layers of the model to go on from.
    fn spec_of_start(&self) -> Result<Spec, Error> {
        let Some(model) = self.start else { return Ok(self.spec.clone()) };
        let architecture = model.network.architecture();
        check_fixed_keys(&self.spec, &model.record.spec)?;
        let inherited = inherited(&model.record.spec, &self.spec);
        let spec = inherited.overridden_by(&self.spec)?;
        let (sizes, activations): (Vec<_>, Vec<_>) = architecture.hidden.iter().copied().unzip();
        let asked = spec.hidden.clone().map(|hidden| hidden.0).unwrap_or_default();
        if asked != sizes {
            return Err(Error::StartHasOtherLayers { model: sizes, asked });
        }
        Ok(Spec {
            activation: Some(crate::spec::Activations(activations)).filter(|list| !list.0.is_empty()),
            output_activation: Some(architecture.link),
            ..spec
        })
    }

    fn divide(&self, dataset: &Dataset, recipe: &Recipe) -> (Dataset, Option<Dataset>) {
        match self.validation {
            Some(validation) => (
                dataset.clone(),
                Some(complete(validation, recipe.missing).unwrap_or_else(|| validation.clone())),
            ),
            None if recipe.validation > 0.0 => {
                let split = split(&dataset.target, recipe.validation, recipe.seed, Purpose::ValidationSplit);
                let (training, part) = (dataset.select(&split.rest), dataset.select(&split.part));
                let watched = part.select(&known_rows(&training.inputs, &part.inputs));
                (training, Some(watched).filter(|watched| watched.rows() > 0))
            }
            None => (dataset.clone(), None),
        }
    }

    fn run<R: Real>(
        &self,
        prepared: &Prepared,
        observer: &mut dyn Observer,
    ) -> Result<(Network<R>, Outcome), Error> {
        let Prepared { recipe, architecture, training, validation, prep, coding } = prepared;
        let mut network = match self.start {
            Some(model) => model.network.cast::<R>(),
            None => Network::new(architecture, recipe.init, recipe.seed)?,
        };
        let class_weights = class_weights(training, recipe.class_weight.as_ref(), coding)?;
        let examples = prepare_examples::<R>(training, class_weights.as_deref(), prep, coding)?;
        let watch = match validation {
            Some(validation) => {
                let examples = prepare_examples::<R>(validation, class_weights.as_deref(), prep, coding)?;
                let known = (coding.aligned(&validation.target)?, validation.weights.clone());
                Some(Watch::new(&network, examples, known, watched_metrics(recipe)))
            }
            None => None,
        };
        let gauge = match self.measured.as_slice() {
            [] => None,
            metrics => {
                let known = (coding.aligned(&training.target)?, training.weights.clone());
                Some(Watch::new(&network, examples.clone(), known, metrics.to_vec()))
            }
        };
        let objective = Objective {
            loss: recipe.loss,
            reduction: recipe.reduction,
            dropout: (recipe.dropout > 0.0)
                .then_some(Dropout { probability: recipe.dropout, seed: recipe.seed }),
            clip: recipe.clip,
            groups: groups(recipe, &network)?,
        };
        let session =
            Session { recipe, network: &mut network, objective, examples: &examples, coding, watch, gauge };
        let outcome = session.run(observer);
        Ok((network, outcome))
    }
}

impl Prepared {
    pub(super) fn record(&self, outcome: &Outcome) -> TrainingRecord {
        TrainingRecord {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            instruction_set: gradus_kernels::InstructionSet::best().name().to_owned(),
            spec: self.recipe.to_spec(),
            data: None,
            rows: self.training.rows(),
            validation_rows: self.validation.as_ref().map_or(0, Dataset::rows),
            epochs: outcome.epochs,
            updates: outcome.updates,
            best_epoch: outcome.best_epoch,
            stop: outcome.stop,
            loss: outcome.last.as_ref().map(|last| last.loss),
            validation: outcome.last.as_ref().map(|last| last.validation.clone()).unwrap_or_default(),
            test: Vec::new(),
            warnings: Vec::new(),
        }
    }
}

/// What a model to go on from has decided is not asked for otherwise.
fn check_fixed_keys(asked: &Spec, model: &Spec) -> Result<(), Error> {
    let had = model.entries();
    for (key, asked) in asked.entries() {
        let had = had.iter().find(|(name, _)| *name == key).map_or("none", |(_, text)| text);
        let same = had == asked || had.split(',').all(|one| one == asked);
        if ["prep", "features", "activation", "output-activation", "init"].contains(&key) && !same {
            return Err(Error::FixedByStart { key, asked, found: had.to_owned() });
        }
    }
    Ok(())
}

/// The settings that a run takes over from the model it goes on from, under those that are `asked` for.
fn inherited(model: &Spec, asked: &Spec) -> Spec {
    let mut inherited = Spec { seed: None, ..model.clone() };
    // "None is set aside" was the answer to another question, where stopping early was not asked for.
    inherited.validation = inherited.validation.filter(|&share| share > 0.0);
    if asked.optimizer.is_some_and(|rule| Some(rule) != model.optimizer) {
        // Another rule brings its own rate, schedule and restraints.
        inherited.learning_rate = None;
        inherited.schedule = None;
        inherited.weight_decay = None;
        inherited.dropout = None;
        inherited.batch_size = None;
    }
    inherited
}

/// Counts are not negative: below 0 the Poisson loss falls for ever.
fn check_counts(target: &Target) -> Result<(), Error> {
    let Target::Values { names, values } = target else { return Ok(()) };
    for (row, counts) in values.iter_rows().enumerate() {
        if let Some((name, count)) = names.iter().zip(counts).find(|(_, count)| **count < 0.0) {
            return Err(Error::NegativeCount { name: name.clone(), row: row + 1, value: *count });
        }
    }
    Ok(())
}

/// The rows without missing cells, where `missing` says to drop the others and there are some.
fn complete(dataset: &Dataset, missing: Missing) -> Option<Dataset> {
    if missing != Missing::Drop {
        return None;
    }
    let rows = Preprocessor::complete_rows(&dataset.inputs);
    (rows.len() < dataset.rows()).then(|| dataset.select(&rows))
}

fn check_examples(dataset: &Dataset) -> Result<(), Error> {
    if dataset.rows() == 0 {
        return Err(Error::NoRows);
    }
    if let Some(weights) = &dataset.weights {
        if let Some(row) = weights.iter().position(|w| !w.is_finite() || *w < 0.0) {
            return Err(Error::BadWeight { row: row + 1, weight: weights[row] });
        }
        if weights.iter().all(|&w| w == 0.0) {
            return Err(Error::AllWeightsZero);
        }
    }
    Ok(())
}

pub(super) fn prepare_examples<R: Real>(
    dataset: &Dataset,
    class_weights: Option<&[f64]>,
    prep: &Preprocessor,
    coding: &TargetCoding,
) -> Result<Examples<R>, Error> {
    let weights = example_weights(dataset, class_weights, coding)?;
    Ok(Examples {
        inputs: prep.transform(&dataset.inputs)?,
        targets: coding.encode(&dataset.target)?,
        weights: weights.map(|weights| weights.into_iter().map(R::from_f64).collect()),
    })
}

/// The weight of each of the model's classes, decided by the training part alone.
fn class_weights(
    training: &Dataset,
    class_weight: Option<&ClassWeight>,
    coding: &TargetCoding,
) -> Result<Option<Vec<f64>>, Error> {
    let Some(class_weight) = class_weight else { return Ok(None) };
    let Target::Classes { codes, names, .. } = coding.aligned(&training.target)? else { return Ok(None) };
    match class_weight {
        ClassWeight::Balanced => Ok(Some(balanced(&codes, names.len()))),
        ClassWeight::PerClass(named) => Ok(Some(named_weights(named, &names)?)),
    }
}

/// How much each example counts: its own weight times that of its class.
fn example_weights(
    dataset: &Dataset,
    class_weights: Option<&[f64]>,
    coding: &TargetCoding,
) -> Result<Option<Vec<f64>>, Error> {
    let Some(class_weights) = class_weights else { return Ok(dataset.weights.clone()) };
    let Target::Classes { codes, .. } = coding.aligned(&dataset.target)? else {
        return Ok(dataset.weights.clone());
    };
    let own = |row: usize| dataset.weights.as_ref().map_or(1.0, |weights| weights[row]);
    Ok(Some(codes.iter().enumerate().map(|(row, &code)| own(row) * class_weights[code as usize]).collect()))
}

/// n / (classes · n of the class), as scikit-learn's `balanced`.
fn balanced(codes: &[u32], n_classes: usize) -> Vec<f64> {
    let mut counts = vec![0_usize; n_classes];
    for &code in codes {
        counts[code as usize] += 1;
    }
    let present = counts.iter().filter(|&&count| count > 0).count() as f64;
    counts.iter().map(|&count| codes.len() as f64 / (present * count.max(1) as f64)).collect()
}

fn named_weights(named: &[(String, f64)], names: &[String]) -> Result<Vec<f64>, Error> {
    let mut weights = vec![1.0; names.len()];
    for (class, weight) in named {
        let at = names.iter().position(|name| name == class).ok_or_else(|| Error::UnknownName {
            kind: "class",
            name: class.clone(),
            known: names.to_vec(),
        })?;
        weights[at] = *weight;
    }
    Ok(weights)
}

/// Groups of parameters: each layer's weights with the run's penalties and decay, its biases without, and what the spec
/// says of single ones on top.
fn groups<R: Real>(recipe: &Recipe, network: &Network<R>) -> Result<Vec<Group>, Error> {
    let mut groups = Vec::new();
    for layer in network.layers() {
        let (l1, l2, weight_decay) = (recipe.l1, recipe.l2, recipe.weight_decay);
        groups.push(Group { l1, l2, weight_decay, ..Group::new(layer.weights.clone()) });
        groups.push(Group::new(layer.biases.clone()));
    }
    for setting in &recipe.groups {
        let layers = network.layers().len();
        if setting.layer >= layers {
            return Err(Error::NoSuchLayer { layer: setting.layer, layers });
        }
        for (part, group) in
            [GroupPart::Weights, GroupPart::Biases].into_iter().zip(&mut groups[2 * setting.layer..])
        {
            if setting.part.is_none_or(|asked| asked == part) {
                group.rate_factor = setting.rate_factor.unwrap_or(group.rate_factor);
                group.weight_decay = setting.weight_decay.unwrap_or(group.weight_decay);
                group.l1 = setting.l1.unwrap_or(group.l1);
                group.l2 = setting.l2.unwrap_or(group.l2);
                group.frozen = setting.frozen.unwrap_or(group.frozen);
            }
        }
    }
    Ok(groups)
}

/// Parameters, their moments and the copies that are kept of them, prepared examples and the workspace must fit.
fn check_memory(recipe: &Recipe, architecture: &Architecture, rows: usize, limit: u128) -> Result<(), Error> {
    let layers = architecture.layers()?;
    let bytes_per_number: u128 = match recipe.precision {
        Precision::F32 | Precision::Bf16 => 4,
        Precision::F64 => 8,
    };
    let parameters = layers.last().map_or(0, |layer| layer.biases.end) as u128;
    let batch_rows = recipe.batch_size.rows(rows).max(rows.min(1024));
    let workspace = Lanes::<f32>::bytes(&layers, batch_rows, recipe.dropout > 0.0) / 4 * bytes_per_number;
    let examples =
        (architecture.inputs + architecture.outputs) as u128 * (rows + batch_rows) as u128 * bytes_per_number;
    // The weights, two moments, the start of the epoch, those that validation predicts with, and the best epoch where there is
    // patience; the gradient is the workspace's.
    let copies = if recipe.patience.is_some() { 6 } else { 5 };
    let needed = copies * parameters * bytes_per_number + workspace + examples;
    if needed > limit {
        return Err(Error::TooMuchMemory {
            needed: needed as f64 / 1e9,
            limit: limit as f64 / 1e9,
            parameters,
        });
    }
    Ok(())
}
