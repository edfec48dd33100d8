//! A run: from the word that names the data to a trained model with its figures.
//!
//! ```text
//! load -> divide (training | validation | test) -> cross-validate, if asked -> train -> evaluate
//! ```
//!
//! The test part is set aside first, by f(seed) and stratified, and chooses nothing: no epoch, no scale, no class.

use crate::division::{divide, other_part, target_names};
use crate::folds::{CrossValidation, cross_validate};
use crate::perceptron_log::{LogKeeper, PerceptronLog};
use crate::results::figures;
use crate::run_spec::{RunSpec, TestPart};
use crate::run_summary::counted;
use crate::source::{self, Loaded};
use crate::{Error, files, memory};
use gradus::data::{Dataset, known_rows};
use gradus::metrics::Report;
use gradus::prep::{Missing, Preprocessor};
use gradus::train::{Control, Event, History, Observer, StopReason};
use gradus::{Class, Model, Trainer, model_file};
use std::path::Path;
use std::time::Instant;

/// Data that are divided, and what is to be learned from them.
#[derive(Clone, Debug)]
pub struct Run {
    /// A short name of the data.
    pub name: String,
    /// What was found about the data.
    pub notes: Vec<String>,
    /// The examples to learn from; a share of them may be set aside to watch by.
    pub training: Dataset,
    /// The user's own examples to watch by.
    pub validation: Option<Dataset>,
    /// The examples to test on.
    pub test: Option<Dataset>,
    /// The model to go on from.
    pub start: Option<Model>,
    /// What was asked, with the data and their division decided.
    pub spec: RunSpec,
}

/// What a run came to.
#[derive(Debug)]
pub struct Trained {
    /// The model, with what is known of its training.
    pub model: Model,
    /// Every epoch.
    pub history: History,
    /// What a perceptron did on its way; absent for other models.
    pub perceptron: Option<PerceptronLog>,
    /// How good it is on what it learned from; absent if it diverged.
    pub training: Option<Report>,
    /// How good it is on what it has never seen.
    pub test: Option<Report>,
    /// What cross-validation said before.
    pub folds: Option<CrossValidation>,
    /// Wall-clock time of training.
    pub seconds: f64,
    /// The part of it that went by before the first update: preparing the examples and making the network.
    pub seconds_preparing: f64,
    /// Examples learned from per second.
    pub samples_per_second: f64,
    /// What to say if it diverged; the model is then the last finite one.
    pub diverged: Option<Error>,
    /// Everything decided: training again by it gives the same bits.
    pub spec: RunSpec,
}

/// Which training of a run is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// One of the folds, from 1.
    Fold {
        /// Which.
        number: usize,
        /// Of how many.
        of: usize,
    },
    /// The model that is kept.
    Final,
}

/// Gives an observer to each training of a run.
pub type Observers<'a> = dyn FnMut(Stage) -> Box<dyn Observer + Send> + Send + 'a;

impl Run {
    /// Loads and divides the data.
    ///
    /// # Errors
    /// If the data cannot be read or divided as asked, or the model to go on from cannot be read.
    pub fn load(spec: &RunSpec) -> Result<Self, Error> {
        let data = spec.data.as_deref().ok_or(Error::NoData)?;
        let start = spec.from.as_ref().map(|path| read_model(Path::new(path))).transpose()?;
        let mut reading = spec.reading();
        if let Some(model) = &start {
            read_as(model, &mut reading);
        }
        let loaded = source::load(data, &reading)?;
        let are_refused = spec.learning.missing.unwrap_or_default() == Missing::Error;
        if start.is_none() && are_refused && spec.learning.features.is_none() {
            loaded.check_complete(data)?;
        }
        let part = |data: &str| other_part(data, &loaded, spec.weight_column.as_deref());
        let validation = spec.validation_file.as_deref().map(part).transpose()?;
        let other_test = match &spec.test {
            Some(TestPart::Data(data)) => Some(part(data)?),
            _ => None,
        };
        let mut spec = spec.clone();
        // Arrays and pictures have no named columns that a target could be chosen from.
        if !loaded.types.is_empty() {
            spec.target = target_names(&loaded.data.target);
        }
        let Loaded { name, data: examples, test: own, notes, .. } = loaded;
        let is_asked = spec.test.is_some();
        let (training, test, decided) = divide(examples, own, other_test, &spec, data)?;
        spec.test = Some(decided);
        let mut run = Self { name, notes, training, validation, test, start, spec };
        if run.test.is_none() && !is_asked {
            run.notes.push(
                "too few rows to set some aside: all are learned from, none test what was learned".to_owned(),
            );
        }
        if run.start.is_some() && run.spec.folds.is_some() {
            run.notes.push(
                "the model to go on from may have learned from the rows of the folds: their figures are then too good"
                    .to_owned(),
            );
        }
        run.leave_unusable_test_rows_out();
        Ok(run)
    }

    /// Trains, first the folds if there are any, and evaluates.
    ///
    /// # Errors
    /// If the spec does not fit the data, or memory does not suffice. A run that diverges is no error here, but told in
    /// [`Trained::diverged`]: there is a model to save.
    pub fn train(&self, observers: &mut Observers<'_>) -> Result<Trained, Error> {
        let folds = match self.spec.folds {
            Some(k) => match cross_validate(self, k, observers)? {
                Ok(folds) => Some(folds),
                // A fold that was stopped or diverged ends the run; its model is what there is.
                Err(unfinished) => return Ok(self.finish(*unfinished, None)),
            },
            None => None,
        };
        let fitted = self.fit(&self.training, &mut *observers(Stage::Final))?;
        let mut trained = self.finish(fitted, folds);
        if trained.diverged.is_none() {
            let learned_from = self.usable(&self.training, &self.training);
            trained.training = Some(self.located(trained.model.evaluate(&learned_from))?);
            let test = self.test.as_ref().map(|test| self.located(trained.model.evaluate(test)));
            trained.test = test.transpose()?;
            let figures = trained.test.as_ref().map(figures).unwrap_or_default();
            trained.model.record.test =
                figures.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        }
        Ok(trained)
    }

    /// Trains on `examples`.
    pub(crate) fn fit(
        &self,
        examples: &Dataset,
        observer: &mut (dyn Observer + Send),
    ) -> Result<Fitted, Error> {
        let mut trainer = Trainer::new(self.spec.learning.clone());
        if let Some(validation) = &self.validation {
            trainer = trainer.validation(validation);
        }
        if let Some(model) = &self.start {
            trainer = trainer.starting_from(model);
        }
        if let Some(bytes) = memory::available() {
            trainer = trainer.memory_limit(bytes);
        }
        let (mut history, mut samples, mut seconds_preparing) = (History::default(), 0, 0.0);
        let mut log = LogKeeper::default();
        let started = Instant::now();
        let mut watch = |event: &Event<'_>| -> Control {
            match event {
                Event::Started { .. } => seconds_preparing = started.elapsed().as_secs_f64(),
                Event::Step { rows, .. } => samples += rows,
                _ => {}
            }
            history.observe(event);
            log.observe(event);
            observer.observe(event)
        };
        let (model, diverged) = match trainer.fit(examples, &mut watch) {
            Ok(model) => (model, None),
            Err(gradus::Error::Diverged(diverged)) => {
                (diverged.model.clone(), Some(gradus::Error::Diverged(diverged).into()))
            }
            Err(error) => return self.located(Err(error)),
        };
        let (seconds, perceptron) = (started.elapsed().as_secs_f64(), log.finish());
        if perceptron.is_some() {
            samples = examples.rows() * model.record.epochs;
        }
        Ok(Fitted { model, history, perceptron, seconds, seconds_preparing, samples, diverged })
    }

    /// What the engine has against the data is told with their name.
    pub(crate) fn located<T>(&self, outcome: Result<T, gradus::Error>) -> Result<T, Error> {
        outcome.map_err(|error| match error.class() {
            Class::Data => {
                Error::InFile { file: self.spec.data.clone().unwrap_or_default(), error: Box::new(error) }
            }
            Class::Spec | Class::Model | Class::Diverged | Class::Resource => error.into(),
        })
    }

    fn finish(&self, mut fitted: Fitted, folds: Option<CrossValidation>) -> Trained {
        fitted.model.record.data = Some(self.name.clone());
        let learning = fitted.model.record.spec.clone();
        Trained {
            spec: RunSpec { learning, ..located_anywhere(&self.spec) },
            model: fitted.model,
            history: fitted.history,
            perceptron: fitted.perceptron,
            training: None,
            test: None,
            folds,
            seconds: fitted.seconds,
            seconds_preparing: fitted.seconds_preparing,
            samples_per_second: fitted.samples as f64 / fitted.seconds.max(1e-9),
            diverged: fitted.diverged,
        }
    }

    /// Rows of the test part that the model will not be able to read are left out, and it is said.
    fn leave_unusable_test_rows_out(&mut self) {
        let Some(test) = &self.test else { return };
        let usable = self.usable(&self.training, test);
        let n_left_out = test.rows() - usable.rows();
        if n_left_out > 0 {
            self.notes.push(format!(
                "{} of the test part left out: missing cells, or words that the training part has not",
                counted(n_left_out, "row")
            ));
            self.test = Some(usable).filter(|test| test.rows() > 0);
        }
    }

    /// The rows of `part` that a model of `training` can read.
    pub(crate) fn usable(&self, training: &Dataset, part: &Dataset) -> Dataset {
        let mut rows = known_rows(&training.inputs, &part.inputs);
        let inherited = self.start.as_ref().and_then(|model| model.record.spec.missing);
        if self.spec.learning.missing.or(inherited) == Some(Missing::Drop) {
            let complete = Preprocessor::complete_rows(&part.inputs);
            rows.retain(|row| complete.binary_search(row).is_ok());
        }
        part.select(&rows)
    }
}

impl Trained {
    /// Whether somebody stopped it before its end.
    pub fn was_stopped(&self) -> bool {
        self.model.record.stop == StopReason::Observer
    }
}

/// A training that has ended.
#[derive(Debug)]
pub(crate) struct Fitted {
    pub(crate) model: Model,
    pub(crate) history: History,
    pub(crate) perceptron: Option<PerceptronLog>,
    pub(crate) seconds: f64,
    pub(crate) seconds_preparing: f64,
    pub(crate) samples: usize,
    pub(crate) diverged: Option<Error>,
}

/// Reads a model file, or that of a run folder.
///
/// # Errors
/// If it is not there, or is no model file that is whole.
pub fn read_model(path: &Path) -> Result<Model, Error> {
    let path = if path.is_dir() { &path.join("model.gradus") } else { path };
    let bytes = files::read(path)?;
    let in_file = |error| Error::InFile { file: path.display().to_string(), error: Box::new(error) };
    model_file::from_bytes(&bytes).map_err(in_file)
}

/// The data to go on with are read as the model's own were.
fn read_as(model: &Model, reading: &mut source::Reading) {
    for (name, kind) in model.prep.columns() {
        let column_type = crate::apply::column_type(kind);
        reading.columns.entry(name).or_insert(column_type);
    }
    reading.task = reading.task.or(Some(model.coding.task()));
    if reading.target.is_empty() && !model.prep.columns().is_empty() {
        reading.target = crate::apply::target_names(model);
    }
}

/// The spec with paths that are good in any folder.
fn located_anywhere(spec: &RunSpec) -> RunSpec {
    let is_built_in = |data: &str| {
        let name = data.split(':').next().unwrap_or(data).trim();
        source::datasets().iter().any(|known| known.name == name)
    };
    let located = |data: &String| match is_built_in(data) {
        true => data.clone(),
        false => std::path::absolute(data).map_or_else(|_| data.clone(), |path| path.display().to_string()),
    };
    RunSpec {
        data: spec.data.as_ref().map(located),
        validation_file: spec.validation_file.as_ref().map(located),
        from: spec.from.as_ref().map(located),
        test: match &spec.test {
            Some(TestPart::Data(data)) => Some(TestPart::Data(located(data))),
            other => other.clone(),
        },
        ..spec.clone()
    }
}
