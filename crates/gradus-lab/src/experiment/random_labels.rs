//! A network that fits labels which mean nothing (Zhang et al. 2017): it has room enough to learn the training part by heart,
//! so that 100 % there says nothing about what it knows.
//!
//! The labels of the training part are drawn anew, each class with the same probability, those of the test part stay true.
//! What was learned from them is then right on the test part as often as a guess: 1/K for K classes, ± 1/√n for n rows.

use super::corruption::{Change, Pixels, ceiling, redraw_labels, some_rows};
use super::{at_least_one, trainer};
use crate::Error;
use crate::source::Loaded;
use gradus::data::{Dataset, Target, known_rows, split};
use gradus::metrics::Metric;
use gradus::prep::{Missing, Preprocessor};
use gradus::random::Purpose;
use gradus::spec::DEFAULT_SEED;
use gradus::train::{Control, Event, Observer, StopReason};
use gradus::{Class, Spec};
use serde::Serialize;

/// Whose experiment it is.
pub const SOURCE: &str = "Zhang, Bengio, Hardt, Recht and Vinyals 2017, Understanding Deep Learning Requires Rethinking Generalization, ICLR";
/// Rows of the training part that are used where nothing is said.
pub const ROWS: usize = 2_000;
/// The share of the data that tests, where they have no test part of their own.
const TEST_SHARE: f64 = 0.2;
/// How the networks learn where nothing else is said: wide, and with nothing that would keep them from learning by heart.
const SETTINGS: [(&str, &str); 8] = [
    ("hidden", "512"),
    ("activation", "relu"),
    ("optimizer", "adam"),
    ("learning-rate", "0.001"),
    ("schedule", "constant"),
    ("batch-size", "64"),
    ("epochs", "1000"),
    ("validation", "0"),
];

/// The rows to learn from and to test on.
#[derive(Clone, Debug)]
pub struct Sample {
    /// A short name of the data.
    pub name: String,
    /// The word or path that they were asked for by.
    pub data: String,
    /// The rows to learn from, with their true labels.
    pub training: Dataset,
    /// The rows to test on.
    pub test: Dataset,
    /// Rows that the training part has in all.
    pub training_rows: usize,
    /// Rows that the test part has in all.
    pub test_rows: usize,
}

/// What to try.
#[derive(Clone, Debug)]
pub struct Question {
    /// The share of the training labels that is drawn anew.
    pub fraction: f64,
    /// What is done to the inputs, each in a run of its own with true labels.
    pub pixels: Vec<Pixels>,
    /// How to learn, in place of the usual settings.
    pub learning: Spec,
}

/// Whose labels a run learns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Labels {
    /// Those of the data.
    True,
    /// Drawn anew, all or some.
    Random,
}

/// An epoch of a run.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Point {
    /// From 1.
    pub epoch: usize,
    /// The share of the training part that is answered as it was taught.
    pub train_accuracy: f64,
    /// The share of the test part that is answered right.
    pub test_accuracy: f64,
    /// The training loss.
    pub loss: f64,
}

/// A run and what came of it.
#[derive(Clone, Debug, Serialize)]
pub struct Run {
    /// Whose labels it learned.
    pub labels: Labels,
    /// What was done to the inputs.
    pub pixels: Option<&'static str>,
    /// Training rows whose label was drawn anew.
    pub redrawn: usize,
    /// Those of them that have another label now.
    pub changed: usize,
    /// The most that any function of the inputs can answer right in the training part.
    pub ceiling: f64,
    /// After the last epoch.
    pub train_accuracy: f64,
    /// After the last epoch.
    pub test_accuracy: f64,
    /// Epochs made.
    pub epochs: usize,
    /// Whether the training part is answered as well as its ceiling allows.
    pub reached: bool,
    /// Whether the test part is answered as well as by a guess, where one is expected.
    pub as_a_guess: Option<bool>,
    /// Every epoch.
    pub history: Vec<Point>,
}

/// Every run.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// True labels first, then random ones, then true labels of changed inputs.
    pub runs: Vec<Run>,
    /// Every setting, decided.
    pub spec: Spec,
    /// How often a guess is right: 1/K.
    pub chance: f64,
    /// 1/√n for n rows of the test part.
    pub margin: f64,
    /// Whether somebody stopped it before its end.
    pub stopped: bool,
}

impl Question {
    /// The settings: the usual ones, with those in their place that are asked for.
    ///
    /// # Errors
    /// None that a spec can hold.
    pub fn spec(&self) -> Result<Spec, Error> {
        let mut spec = Spec::default();
        for (key, value) in SETTINGS {
            spec.set(key, value)?;
        }
        Ok(spec.overridden_by(&self.learning)?)
    }

    /// Refuses a share that is none.
    ///
    /// # Errors
    /// If the fraction is not in [0, 1].
    pub fn check(&self) -> Result<(), Error> {
        if (0.0..=1.0).contains(&self.fraction) {
            return Ok(());
        }
        let (key, value) = ("`--fraction`".to_owned(), self.fraction.to_string());
        Err(gradus::Error::OutOfRange { key, value, range: "from 0 to 1" }.into())
    }

    fn seed(&self) -> u64 {
        self.learning.seed.unwrap_or(DEFAULT_SEED)
    }

    /// The runs: whose labels, and which inputs.
    fn runs(&self) -> Vec<(Labels, Option<Pixels>)> {
        let mut runs = vec![(Labels::True, None), (Labels::Random, None)];
        runs.extend(self.pixels.iter().map(|&pixels| (Labels::True, Some(pixels))));
        runs
    }

    /// Trains every run on `sample`, each watched by the observer that `observers` gives for its name.
    ///
    /// # Errors
    /// If the settings contradict the data, or inputs are to be changed that are no numbers.
    pub fn ask(&self, sample: &Sample, observers: &mut Observers<'_>) -> Result<Outcome, Error> {
        self.check()?;
        let Target::Classes { names, .. } = &sample.training.target else {
            let (file, task) = (sample.data.clone(), sample.training.target.task());
            return Err(Error::NoClassesToDraw { file, task });
        };
        // Inputs that cannot be changed are found before anything is learned.
        for &pixels in &self.pixels {
            Change::new(pixels, &sample.training.inputs, self.seed())?;
        }
        let (chance, margin) = (1.0 / names.len() as f64, 1.0 / (sample.test.rows() as f64).sqrt());
        let spec = self.spec()?;
        let mut outcome = Outcome { runs: Vec::new(), spec, chance, margin, stopped: false };
        for (labels, pixels) in self.runs() {
            let prepared = self.corrupted(sample, labels, pixels)?;
            let observer = &mut *observers(&name(labels, pixels, self.fraction));
            let (mut run, spec, stopped) = learn(&outcome.spec, &prepared, &sample.data, observer)?;
            run.as_a_guess = (labels == Labels::Random && self.fraction == 1.0)
                .then(|| (run.test_accuracy - chance).abs() <= margin);
            outcome.spec = spec;
            outcome.runs.push(run);
            if stopped {
                outcome.stopped = true;
                break;
            }
        }
        Ok(outcome)
    }

    fn corrupted(&self, sample: &Sample, labels: Labels, pixels: Option<Pixels>) -> Result<Corrupted, Error> {
        let (mut training, mut test) = (sample.training.clone(), sample.test.clone());
        let (mut redrawn, mut changed) = (0, 0);
        if let (Labels::Random, Target::Classes { codes, names, .. }) = (labels, &mut training.target) {
            let before = codes.clone();
            redrawn = redraw_labels(codes, names.len(), self.fraction, self.seed()).len();
            changed = codes.iter().zip(&before).filter(|(code, before)| code != before).count();
        }
        if let Some(pixels) = pixels {
            let change = Change::new(pixels, &training.inputs, self.seed())?;
            training.inputs = change.of(&training.inputs, 0)?;
            test.inputs = change.of(&test.inputs, 1)?;
        }
        Ok(Corrupted { training, test, labels, pixels, redrawn, changed })
    }
}

/// Gives an observer to the run called by a name.
pub type Observers<'a> = dyn FnMut(&str) -> Box<dyn Observer> + 'a;

/// What a run learns from and is tested on.
struct Corrupted {
    training: Dataset,
    test: Dataset,
    labels: Labels,
    pixels: Option<Pixels>,
    redrawn: usize,
    changed: usize,
}

/// The name of a run that has been made.
pub fn run_name(run: &Run, fraction: f64) -> String {
    name(run.labels, run.pixels.and_then(|pixels| pixels.parse().ok()), fraction)
}

/// `random labels`, `random labels (20 %)`, `shuffled pixels`.
fn name(labels: Labels, pixels: Option<Pixels>, fraction: f64) -> String {
    match (labels, pixels) {
        (_, Some(pixels)) => format!("{pixels} pixels"),
        (Labels::True, None) => "true labels".to_owned(),
        (Labels::Random, None) if fraction == 1.0 => "random labels".to_owned(),
        (Labels::Random, None) => format!("random labels ({} %)", (1000.0 * fraction).round() / 10.0),
    }
}

/// Trains until the training part is answered as well as its ceiling allows, or the epochs are over. Says too how it was
/// decided, and whether somebody stopped it.
fn learn(
    spec: &Spec,
    prepared: &Corrupted,
    data: &str,
    observer: &mut dyn Observer,
) -> Result<(Run, Spec, bool), Error> {
    let ceiling = ceiling(&prepared.training);
    // Shares of the same number of rows differ by 1/n at least.
    let is_reached = |share: f64| share > ceiling - 0.5 / prepared.training.rows() as f64;
    let (mut history, mut stopped) = (Vec::<Point>::new(), false);
    let mut watch = |event: &Event<'_>| -> Control {
        let control = observer.observe(event);
        stopped |= control == Control::Stop;
        let Event::Epoch(record) = event else { return control };
        let accuracy = |part: &[(String, f64)]| {
            part.iter()
                .find(|(name, _)| name == Metric::Accuracy.name())
                .map_or(f64::NAN, |(_, value)| *value)
        };
        let (train_accuracy, test_accuracy) = (accuracy(&record.training), accuracy(&record.validation));
        history.push(Point { epoch: record.epoch, train_accuracy, test_accuracy, loss: record.loss });
        if is_reached(train_accuracy) { Control::Stop } else { control }
    };
    let trainer = trainer(spec).validation(&prepared.test).measuring(&[Metric::Accuracy]);
    let model = trainer.fit(&prepared.training, &mut watch).map_err(|error| match error.class() {
        Class::Data => Error::InFile { file: data.to_owned(), error: Box::new(error) },
        _ => error.into(),
    })?;
    let last = history.last().copied();
    let reached = last.is_some_and(|last| is_reached(last.train_accuracy));
    let run = Run {
        labels: prepared.labels,
        pixels: prepared.pixels.map(Pixels::name),
        redrawn: prepared.redrawn,
        changed: prepared.changed,
        ceiling,
        train_accuracy: last.map_or(f64::NAN, |last| last.train_accuracy),
        test_accuracy: last.map_or(f64::NAN, |last| last.test_accuracy),
        epochs: history.len(),
        reached,
        as_a_guess: None,
        history,
    };
    Ok((run, model.record.spec, stopped && model.record.stop == StopReason::Observer))
}

impl Sample {
    /// At most `rows` of the training part of what `data_name` has given, and as many of the test part; the data's own where they have one, else a fifth.
    ///
    /// # Errors
    /// If `rows` is 0, the target is no class, or there are fewer than two rows.
    pub fn of(loaded: Loaded, data_name: &str, rows: usize, learning: &Spec) -> Result<Self, Error> {
        at_least_one("rows", rows)?;
        let seed = learning.seed.unwrap_or(DEFAULT_SEED);
        let file = || data_name.to_owned();
        let target = &loaded.data.target;
        if target.class_names().is_none() {
            return Err(Error::NoClassesToDraw { file: file(), task: target.task() });
        }
        if learning.missing.unwrap_or_default() == Missing::Error {
            loaded.check_complete(data_name)?;
        }
        let Loaded { name, data, test, .. } = loaded;
        let complete = |part: Dataset| match learning.missing {
            Some(Missing::Drop) => part.select(&Preprocessor::complete_rows(&part.inputs)),
            _ => part,
        };
        let data = complete(data);
        let (training, test) = match test {
            Some(test) => (data, complete(test)),
            None if data.rows() < 2 => return Err(Error::TooFewRowsToTest { file: file() }),
            None => {
                let parts = split(&data.target, TEST_SHARE, seed, Purpose::TestSplit);
                (data.select(&parts.rest), data.select(&parts.part))
            }
        };
        let (training_rows, test_rows) = (training.rows(), test.rows());
        let training = training.select(&some_rows(training_rows, rows, seed, 0));
        let test = test.select(&some_rows(test_rows, rows, seed, 1));
        // A word that nobody has learned can be read by nobody.
        let test = test.select(&known_rows(&training.inputs, &test.inputs));
        if training.rows() == 0 || test.rows() == 0 {
            return Err(Error::TooFewRowsToTest { file: file() });
        }
        Ok(Self { name, data: data_name.to_owned(), training, test, training_rows, test_rows })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Reading, load};
    use gradus::train::Silent;

    fn sample(data: &str, rows: usize) -> Sample {
        Sample::of(load(data, &Reading::default()).unwrap(), data, rows, &Spec::default()).unwrap()
    }

    #[test]
    fn a_sample_has_no_more_rows_than_there_are() {
        let check = |data: &str, rows: usize, expected: [usize; 4]| {
            let sample = sample(data, rows);
            let found = [sample.training.rows(), sample.test.rows(), sample.training_rows, sample.test_rows];
            assert_eq!(found, expected);
        };
        check("iris", 2_000, [120, 30, 120, 30]);
        check("iris", 50, [50, 30, 120, 30]);
        check("iris", 10, [10, 10, 120, 30]);
        check("xor", 2_000, [3, 1, 3, 1]);
    }

    #[test]
    fn numbers_cannot_be_drawn() {
        let loaded = load("sine", &Reading::default()).unwrap();
        let error = Sample::of(loaded, "sine", 10, &Spec::default()).unwrap_err().to_string();
        assert!(
            error.starts_with("the target is a number, and only classes can be drawn at random"),
            "{error}"
        );
    }

    #[test]
    fn random_labels_are_learned_by_heart_and_say_nothing() {
        let mut learning = Spec::default();
        for (key, value) in
            [("hidden", "64"), ("epochs", "600"), ("batch-size", "16"), ("learning-rate", "0.01")]
        {
            learning.set(key, value).unwrap();
        }
        let question = Question { fraction: 1.0, pixels: vec![Pixels::Gaussian], learning };
        let sample = sample("wine", 100);
        let outcome = question.ask(&sample, &mut |_| Box::new(Silent)).unwrap();
        let [taught, random, noise] = outcome.runs.as_slice() else { panic!("three runs") };
        assert_eq!((taught.redrawn, random.redrawn, taught.changed), (0, 100, 0));
        assert!(random.changed < 100 && random.changed > 40, "{}", random.changed);
        assert!(taught.reached && taught.train_accuracy == 1.0 && taught.test_accuracy > 0.9, "{taught:?}");
        assert!(random.reached && random.train_accuracy == 1.0 && random.epochs > taught.epochs);
        assert_eq!((outcome.chance, outcome.margin), (1.0 / 3.0, 1.0 / 6.0));
        assert!(noise.test_accuracy < 0.7 && noise.as_a_guess.is_none());
        let again = question.ask(&sample, &mut |_| Box::new(Silent)).unwrap();
        assert_eq!(again.runs[1].history, random.history);
    }
}
