//! What each lesson asks for, and how far a session has come with it: computed from its real numbers, nothing remembered.

use super::config::Labels;
use super::evaluation::Measured;
use super::session::Session;
use super::showing::number;
use super::source::Source;
use crate::Error;
use gradus::network::Activation;
use serde_json::{Value, json};

/// How far a lesson's goal is reached.
type Checked = fn(&State) -> Check;

/// The lessons by name, in the order in which they build on each other.
pub(super) const LESSONS: [(&str, Checked); 7] = [
    ("threshold_unit", State::threshold_unit),
    ("perceptron", State::perceptron),
    ("xor", State::xor),
    ("linear_collapse", State::linear_collapse),
    ("lookup_table", State::lookup_table),
    ("backpropagation", State::backpropagation),
    ("random_labels", State::random_labels),
];

/// Accuracy of points that a lesson counts as learned.
const LEARNED: f64 = 0.95;
/// R² of a surface that a lesson counts as covered.
const COVERED: f64 = 0.9;

/// How far a session is.
pub(super) struct Check {
    done: bool,
    /// 0 to 1.
    progress: f64,
    numbers: Value,
}

impl Session {
    /// Whether the goal of a lesson is reached, how much of the way is gone, and the numbers that say so.
    ///
    /// # Errors
    /// If there is no such lesson.
    pub fn lesson_check(&mut self, lesson: &str) -> Result<String, Error> {
        let Some((_, check)) = LESSONS.into_iter().find(|(name, _)| *name == lesson) else {
            let known = LESSONS.map(|(name, _)| name.to_owned()).to_vec();
            return Err(gradus::Error::UnknownName { kind: "lesson", name: lesson.to_owned(), known }.into());
        };
        let check = check(&self.lesson_state());
        let progress = if check.done { 1.0 } else { check.progress.clamp(0.0, 0.99) };
        Ok(json!({"done": check.done, "progress": progress, "numbers": check.numbers}).to_string())
    }

    fn lesson_state(&mut self) -> State {
        let network = self.shown();
        let measured = self.views.measure(&network, &self.problem);
        let first = self.history.records().first();
        State {
            hidden: self.problem.architecture.hidden.iter().map(|(_, activation)| *activation).collect(),
            updates: self.learner.position().updates,
            first_loss: first.filter(|record| record.epoch == 0).map(|record| record.training.into()),
            has_random_labels: self.config.data.labels == Labels::Random,
            source: self.config.data.source,
            measured,
        }
    }
}

/// What the lessons look at.
pub(super) struct State {
    hidden: Vec<Activation>,
    updates: u64,
    /// Of the training part, before the first update.
    first_loss: Option<f64>,
    has_random_labels: bool,
    source: Source,
    measured: [Measured; 2],
}

impl State {
    /// A figure of the training part (0) or the test part (1); 0 where there is none.
    fn figure(&self, part: usize, name: &str) -> f64 {
        let metrics = &self.measured[part].metrics;
        metrics.iter().find(|(known, _)| *known == name).map_or(0.0, |(_, value)| *value)
    }

    fn accuracy(&self) -> f64 {
        self.figure(0, "accuracy")
    }

    /// A figure of the points that were not learned from; without those, of all.
    fn unseen(&self, name: &str) -> f64 {
        self.figure(usize::from(self.measured[1].loss.is_some()), name)
    }

    fn test_accuracy(&self) -> f64 {
        self.unseen("accuracy")
    }

    /// By hand: no update, one unit, every point right.
    fn threshold_unit(&self) -> Check {
        let accuracy = self.accuracy().min(self.test_accuracy());
        Check {
            done: self.hidden.is_empty() && self.updates == 0 && accuracy == 1.0,
            progress: if self.updates == 0 { better_than_chance(accuracy) } else { 0.0 },
            numbers: json!({"accuracy": accuracy, "updates": self.updates}),
        }
    }

    /// One unit that has learned every training point.
    fn perceptron(&self) -> Check {
        let accuracy = self.accuracy();
        Check {
            done: self.hidden.is_empty() && self.updates > 0 && accuracy == 1.0,
            progress: if self.updates > 0 { better_than_chance(accuracy) } else { 0.0 },
            numbers: json!({"accuracy": accuracy, "updates": self.updates}),
        }
    }

    fn xor(&self) -> Check {
        let accuracy = self.test_accuracy();
        Check {
            done: self.source == Source::Xor && self.updates > 0 && accuracy > LEARNED,
            progress: better_than_chance(accuracy) / better_than_chance(LEARNED),
            numbers: json!({"accuracy": accuracy, "hidden_layers": self.hidden.len()}),
        }
    }

    /// Several hidden layers of which one bends, and what they have learned then.
    fn linear_collapse(&self) -> Check {
        let bent = self.hidden.iter().filter(|&&activation| activation != Activation::Identity).count();
        let accuracy = self.test_accuracy();
        let has_learned = better_than_chance(accuracy) / better_than_chance(LEARNED);
        Check {
            done: self.hidden.len() > 1 && bent > 0 && accuracy > LEARNED,
            // Having seen that lines alone do not do it is half of the way.
            progress: match (self.updates, bent) {
                (0, _) => 0.0,
                (_, 0) => 0.5,
                _ => 0.5 + 0.5 * has_learned.clamp(0.0, 1.0),
            },
            numbers: json!({"accuracy": accuracy, "hidden_layers": self.hidden.len(), "bent_layers": bent}),
        }
    }

    fn lookup_table(&self) -> Check {
        let r2 = self.unseen("r2");
        Check { done: r2 > COVERED, progress: r2 / COVERED, numbers: json!({"r2": number(r2)}) }
    }

    /// Half of the loss that the first weights had.
    fn backpropagation(&self) -> Check {
        let (loss, first) = (self.measured[0].loss, self.first_loss);
        let gone = match (loss, first) {
            (Some(loss), Some(first)) if first > 0.0 => 2.0 * (1.0 - loss / first),
            _ => 0.0,
        };
        let numbers = json!({"loss": loss, "first_loss": first});
        Check { done: self.updates > 0 && gone >= 1.0, progress: gone, numbers }
    }

    fn random_labels(&self) -> Check {
        let (accuracy, test) = (self.accuracy(), self.test_accuracy());
        Check {
            done: self.has_random_labels && self.updates > 0 && accuracy >= LEARNED,
            progress: better_than_chance(accuracy) / better_than_chance(LEARNED),
            numbers: json!({"train_accuracy": accuracy, "test_accuracy": test}),
        }
    }
}

/// 0 where a coin would do as well, 1 where every point is right.
fn better_than_chance(accuracy: f64) -> f64 {
    2.0 * accuracy - 1.0
}
