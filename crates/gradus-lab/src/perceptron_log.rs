//! What a perceptron did on its way, in the data's own units: every mistake, and what came of it.

use gradus::perceptron::{Perceptron, PerceptronFit, Witness};
use gradus::prep::Preprocessor;
use gradus::train::{Control, Event, Observer};
use serde::Serialize;

/// More updates than this are counted, not kept.
const MOST_KEPT: usize = 10_000;

/// A mistake, and the unit after it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LoggedUpdate {
    /// The epoch, from 1.
    pub epoch: usize,
    /// The row of the training part, from 1.
    pub row: usize,
    /// The unit, from 1.
    pub unit: usize,
    /// w·x + b before the update.
    pub net_input: f64,
    /// What the unit answered, 0 or 1.
    pub answer: u8,
    /// What it should have, 0 or 1.
    pub target: u8,
    /// The weights after the update, (inputs).
    pub weights: Vec<f64>,
    /// The bias after the update.
    pub bias: f64,
}

/// A perceptron's learning.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct PerceptronLog {
    /// The first updates.
    pub updates: Vec<LoggedUpdate>,
    /// How many there were.
    pub n_updates: usize,
    /// The mistakes of each epoch.
    pub mistakes: Vec<usize>,
    /// Whether the last epoch made none.
    pub separable: bool,
    /// The most updates that it can have taken, where one unit separated the data.
    pub bound: Option<MostUpdates>,
    /// Why no line separates the classes, where that has come out.
    pub inseparable: Option<Inseparable>,
    /// In a sentence.
    pub verdict: String,
}

/// Novikoff's bound, for the inputs as the unit saw them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MostUpdates {
    /// (R/γ)².
    pub most_updates: f64,
    /// R: the length of the longest (x, 1).
    pub radius: f64,
    /// γ: the widest margin that was found.
    pub margin: f64,
}

/// Rows of either class with one mean.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Inseparable {
    /// Rows of the one class, from 1, each with how often it counts.
    pub positive: Vec<(usize, usize)>,
    /// Rows of the other, from 1, each with how often it counts.
    pub negative: Vec<(usize, usize)>,
    /// The mean of either, in the data's own units.
    pub point: Vec<f64>,
    /// That it is so, in a sentence.
    pub verdict: String,
    /// Why, in two.
    pub why: String,
}

impl PerceptronLog {
    /// Whether there is something to tell.
    pub fn is_empty(&self) -> bool {
        self.mistakes.is_empty()
    }

    fn fitted(&mut self, fit: &PerceptronFit, prep: Option<&Preprocessor>) {
        self.n_updates = fit.updates;
        self.mistakes.clone_from(&fit.mistakes);
        self.separable = fit.separable;
        self.verdict = fit.to_string();
        self.bound = fit.bound.map(|bound| MostUpdates {
            most_updates: bound.most_updates(),
            radius: bound.radius,
            margin: bound.margin,
        });
        // Without a mistake nothing was learned, and no preprocessing was seen.
        self.inseparable = fit
            .witness
            .as_ref()
            .zip(prep)
            .map(|(witness, prep)| inseparable(witness, prep, separator(&fit.perceptron)));
    }
}

/// Keeps the log of a run; what is no perceptron leaves it empty.
#[derive(Debug, Default)]
pub struct LogKeeper {
    log: PerceptronLog,
    prep: Option<Preprocessor>,
}

impl LogKeeper {
    /// What was kept, if it was a perceptron.
    pub fn finish(self) -> Option<PerceptronLog> {
        Some(self.log).filter(|log| !log.is_empty())
    }
}

impl Observer for LogKeeper {
    fn observe(&mut self, event: &Event<'_>) -> Control {
        match event {
            Event::Mistake { update, prep } => {
                let prep = self.prep.get_or_insert_with(|| (*prep).clone());
                if self.log.updates.len() < MOST_KEPT {
                    let (weights, bias) = prep.in_own_units(update.weights, update.bias);
                    self.log.updates.push(LoggedUpdate {
                        epoch: update.epoch,
                        row: update.row + 1,
                        unit: update.unit + 1,
                        net_input: update.net_input,
                        answer: u8::from(update.error < 0.0),
                        target: u8::from(update.error > 0.0),
                        weights,
                        bias,
                    });
                }
            }
            Event::Fitted(fit) => self.log.fitted(fit, self.prep.as_ref()),
            _ => {}
        }
        Control::Continue
    }
}

fn inseparable(witness: &Witness, prep: &Preprocessor, separator: &str) -> Inseparable {
    let own = |(x, (shift, scale)): (&f64, (f64, f64))| if scale == 0.0 { shift } else { x / scale + shift };
    let point: Vec<f64> = witness.point.iter().zip(prep.scales()).map(own).collect();
    let from_1 = |side: &[(usize, usize)]| side.iter().map(|&(row, n)| (row + 1, n)).collect::<Vec<_>>();
    let (positive, negative) = (from_1(&witness.positive), from_1(&witness.negative));
    let verdict = format!(
        "No {separator} can separate these classes: the weights have come back to where they were, and would for ever."
    );
    let why = format!(
        "The mean of {} of one class and the mean of {} of the other are the same point{}. A {separator} with all of the one on one side has their mean on that side too, so it would have this point on both sides.",
        named_rows(&positive),
        named_rows(&negative),
        named_point(&point),
    );
    Inseparable { positive, negative, point, verdict, why }
}

/// `rows 2 and 3`; long lists are counted.
fn named_rows(side: &[(usize, usize)]) -> String {
    let row = |&(row, count): &(usize, usize)| match count {
        1 => row.to_string(),
        count => format!("{row} (counted {count} times)"),
    };
    match side {
        [one] => format!("row {}", row(one)),
        _ if side.len() > 8 => format!("{} rows", side.len()),
        [rest @ .., last] => {
            let rest: Vec<String> = rest.iter().map(row).collect();
            format!("rows {} and {}", rest.join(", "), row(last))
        }
        [] => "no row".to_owned(),
    }
}

fn named_point(point: &[f64]) -> String {
    if point.len() > 8 {
        return String::new();
    }
    let coordinates: Vec<String> = point.iter().map(|x| ((x * 1e6).round() / 1e6).to_string()).collect();
    format!(", ({})", coordinates.join(", "))
}

/// What separates two classes in a space of so many inputs.
fn separator(perceptron: &Perceptron) -> &'static str {
    match perceptron.weights.columns() {
        1 => "threshold",
        2 => "line",
        3 => "plane",
        _ => "hyperplane",
    }
}
