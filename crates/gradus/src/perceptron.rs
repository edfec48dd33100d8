//! Rosenblatt's rule (1958): threshold units that learn from their mistakes, and only from them.
//!
//! A unit answers ŷ = 1 if w·x + b ≥ 0, else 0. After each example whose answer y is another one,
//!
//! ```text
//! w ← w + α·(y − ŷ)·x          b ← b + α·(y − ŷ)
//! ```
//!
//! so the bias is the weight of an input that is always 1. This is not gradient descent: the step function has no slope to
//! follow. If a hyperplane through the origin of (x, 1) separates the examples with margin γ, and all of them have length at
//! most R, the rule makes at most (R/γ)² mistakes, in whatever order they come (Novikoff 1962); if none does, it never ends,
//! and the limit of epochs ends it. The averaged perceptron (Freund and Schapire 1999) answers with the mean of all the
//! weights it had on its way, each counted once for every example that it met, which is steadier where the last
//! mistake would otherwise have the last word.
//!
//! Several units learn side by side, each its own yes-or-no question; with one unit for each of K classes, the class of a
//! row is that of the unit with the largest w·x + b.

mod margin;
mod witness;
#[cfg(test)]
mod tests;

pub use margin::Bound;
pub use witness::Witness;

use crate::Error;
use crate::random::{Purpose, Random};
use crate::train::Control;
use gradus_kernels::{Matrix, MatrixView};
use std::fmt;
use witness::Earlier;

/// A layer of threshold units.
#[derive(Clone, Debug, PartialEq)]
pub struct Perceptron {
    /// (units, inputs)
    pub weights: Matrix<f64>,
    /// (units)
    pub biases: Vec<f64>,
}

/// The order in which an epoch goes through the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// As they stand.
    Fixed,
    /// Shuffled anew for each epoch by f(seed, epoch).
    Shuffled {
        /// The seed.
        seed: u64,
    },
}

/// How to fit a perceptron.
#[derive(Clone, Debug, PartialEq)]
pub struct PerceptronOptions {
    /// The most epochs to go through, at least 1.
    pub epochs: usize,
    /// α, above 0. From weights of 0 it only scales them all, and changes no answer.
    pub learning_rate: f64,
    /// Whether to answer with the mean of all weights on the way.
    pub averaged: bool,
    /// The order of the rows.
    pub order: Order,
}

impl Default for PerceptronOptions {
    fn default() -> Self {
        Self { epochs: 1000, learning_rate: 1.0, averaged: false, order: Order::Fixed }
    }
}

/// One mistake and what it changed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Update<'a> {
    /// The epoch, from 1.
    pub epoch: usize,
    /// The row of the data, from 0.
    pub row: usize,
    /// The unit, from 0.
    pub unit: usize,
    /// w·x + b before the update.
    pub net_input: f64,
    /// y − ŷ: 1 or −1.
    pub error: f64,
    /// The unit's weights after the update, (inputs).
    pub weights: &'a [f64],
    /// The unit's bias after the update.
    pub bias: f64,
}

/// A fitted perceptron and how it came about. Its `Display` is one sentence for the user.
#[derive(Clone, Debug, PartialEq)]
pub struct PerceptronFit {
    /// The units as fitted: the last weights, or their means if [`PerceptronOptions::averaged`].
    pub perceptron: Perceptron,
    /// The epochs gone through.
    pub epochs: usize,
    /// The mistakes of all units together, each of which was one update.
    pub updates: usize,
    /// The mistakes of each epoch.
    pub mistakes: Vec<usize>,
    /// Whether the last epoch made no mistake. If not, the data may still be separable, by more epochs.
    pub separable: bool,
    /// The most updates that it can have taken, where one unit separated the data.
    pub bound: Option<Bound>,
    /// Why no line separates the data, where the rule has come round to weights that it had before.
    pub witness: Option<Witness>,
    /// Whether the observer ended it.
    pub stopped: bool,
}

/// What a perceptron tells whoever watches it learn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Progress<'a> {
    /// A mistake was made and corrected.
    Mistake(Update<'a>),
    /// An epoch is over.
    Epoch {
        /// Which, from 1.
        epoch: usize,
        /// The mistakes that were made in it.
        mistakes: usize,
    },
}

impl Perceptron {
    /// Units with weights and biases of 0.
    pub fn new(inputs: usize, units: usize) -> Self {
        Self { weights: Matrix::zeros(units, inputs), biases: vec![0.0; units] }
    }

    /// Learns `targets` from `inputs`, until an epoch makes no mistake, the limit is reached, or, with the rows in fixed
    /// order, the weights after an epoch are those after an earlier one: from there on the rule would go round for ever.
    /// `observer` sees each update.
    ///
    /// # Shapes
    /// `inputs` (n, inputs), `targets` (n, units) of 0 and 1; see [`unit_targets`] for classes.
    ///
    /// # Errors
    /// If the limit of epochs is 0, the learning rate not above 0, or a target neither 0 nor 1.
    ///
    /// # Panics
    /// If inputs and targets have not the same number of rows.
    pub fn fit(
        inputs: MatrixView<'_, f64>,
        targets: MatrixView<'_, f64>,
        options: &PerceptronOptions,
        observer: &mut dyn FnMut(&Update<'_>),
    ) -> Result<PerceptronFit, Error> {
        Self::watched(inputs, targets, options, &mut |progress| {
            if let Progress::Mistake(update) = progress {
                observer(update);
            }
            Control::Continue
        })
    }

    /// As [`fit`](Self::fit), with an observer that sees epochs too, and can end it after any of them.
    ///
    /// # Errors
    /// As [`fit`](Self::fit).
    ///
    /// # Panics
    /// As [`fit`](Self::fit).
    pub fn watched(
        inputs: MatrixView<'_, f64>,
        targets: MatrixView<'_, f64>,
        options: &PerceptronOptions,
        observer: &mut dyn FnMut(&Progress<'_>) -> Control,
    ) -> Result<PerceptronFit, Error> {
        assert_eq!(inputs.rows(), targets.rows(), "every row needs its target");
        check(options, targets)?;
        let mut learner = Learner::new(inputs, targets, options);
        let (mut mistakes, mut stopped, mut witness) = (Vec::new(), false, None);
        let mut earlier = Earlier::new(&learner.perceptron);
        while mistakes.len() < options.epochs && mistakes.last() != Some(&0) && !stopped && witness.is_none()
        {
            let epoch = mistakes.len() + 1;
            let made = learner.epoch(epoch, options.order, &mut |update| {
                stopped |= observer(&Progress::Mistake(*update)) == Control::Stop;
            });
            mistakes.push(made);
            stopped |= observer(&Progress::Epoch { epoch, mistakes: made }) == Control::Stop;
            if made > 0 && options.order == Order::Fixed {
                witness = earlier
                    .meets(epoch, &learner.perceptron)
                    .and_then(|period| learner.witness(epoch, period));
            }
        }
        let separable = mistakes.last() == Some(&0);
        let one_unit_did = separable && targets.columns() == 1;
        Ok(PerceptronFit {
            epochs: mistakes.len(),
            updates: mistakes.iter().sum(),
            separable,
            bound: if one_unit_did { Bound::of(inputs, targets) } else { None },
            perceptron: if options.averaged { learner.averaged() } else { learner.perceptron },
            mistakes,
            witness,
            stopped,
        })
    }

    /// w·x + b of every unit for every row.
    ///
    /// # Shapes
    /// (n, inputs) → (n, units)
    ///
    /// # Panics
    /// If the rows have not as many inputs as the units.
    pub fn net_inputs(&self, inputs: MatrixView<'_, f64>) -> Matrix<f64> {
        assert_eq!(inputs.columns(), self.weights.columns(), "the units have another number of inputs");
        let mut nets = Matrix::zeros(inputs.rows(), self.biases.len());
        for i in 0..inputs.rows() {
            for (unit, net) in nets.row_mut(i).iter_mut().enumerate() {
                *net = self.net_input(unit, inputs, i);
            }
        }
        nets
    }

    /// The class of every row: with one unit 1 where it fires and 0 elsewhere; with K units the one with the largest net
    /// input, the first of equals.
    ///
    /// # Shapes
    /// (n, inputs) → (n)
    ///
    /// # Panics
    /// If the rows have not as many inputs as the units.
    pub fn classes(&self, inputs: MatrixView<'_, f64>) -> Vec<usize> {
        self.net_inputs(inputs).iter_rows().map(class_of).collect()
    }

    fn net_input(&self, unit: usize, inputs: MatrixView<'_, f64>, row: usize) -> f64 {
        let weights = self.weights.row(unit).iter().enumerate();
        weights.fold(0.0, |sum, (j, w)| sum + w * inputs.get(row, j)) + self.biases[unit]
    }

    /// Adds `amount` · (row, 1) to a unit's weights and bias.
    fn add(&mut self, unit: usize, amount: f64, inputs: MatrixView<'_, f64>, row: usize) {
        for (j, weight) in self.weights.row_mut(unit).iter_mut().enumerate() {
            *weight += amount * inputs.get(row, j);
        }
        self.biases[unit] += amount;
    }
}

/// The targets of `classes`: for two classes one unit that fires for class 1, for more a unit for each class.
///
/// # Shapes
/// (n) → (n, 1) or (n, n_classes)
pub fn unit_targets(classes: &[usize], n_classes: usize) -> Matrix<f64> {
    let units = if n_classes <= 2 { 1 } else { n_classes };
    let mut targets = Matrix::zeros(classes.len(), units);
    for (i, &class) in classes.iter().enumerate() {
        let row = targets.row_mut(i);
        match units {
            1 => row[0] = if class == 1 { 1.0 } else { 0.0 },
            _ => row[class] = 1.0,
        }
    }
    targets
}

fn class_of(nets: &[f64]) -> usize {
    match nets {
        [net] => usize::from(*net >= 0.0),
        nets => (1..nets.len()).fold(0, |best, unit| if nets[unit] > nets[best] { unit } else { best }),
    }
}

fn check(options: &PerceptronOptions, targets: MatrixView<'_, f64>) -> Result<(), Error> {
    let out_of_range =
        |key: &str, value: String, range| Error::OutOfRange { key: key.to_owned(), value, range };
    if options.epochs == 0 {
        return Err(out_of_range("epochs", "0".to_owned(), "at least 1"));
    }
    let rate = options.learning_rate;
    if !(rate.is_finite() && rate > 0.0) {
        return Err(out_of_range("learning-rate", rate.to_string(), "above 0"));
    }
    for i in 0..targets.rows() {
        for j in 0..targets.columns() {
            let target = targets.get(i, j);
            if target != 0.0 && target != 1.0 {
                let key = format!("the target of a threshold unit in row {}", i + 1);
                return Err(out_of_range(&key, target.to_string(), "0 or 1"));
            }
        }
    }
    Ok(())
}

/// A perceptron on its way.
struct Learner<'a> {
    inputs: MatrixView<'a, f64>,
    targets: MatrixView<'a, f64>,
    learning_rate: f64,
    perceptron: Perceptron,
    /// Σ over the updates of (examples met before it) · (what it added): what the mean lacks to the last weights, times
    /// the number of examples.
    late: Option<Perceptron>,
    /// Examples met, over all epochs.
    met: f64,
    rows: Vec<usize>,
}

impl<'a> Learner<'a> {
    fn new(inputs: MatrixView<'a, f64>, targets: MatrixView<'a, f64>, options: &PerceptronOptions) -> Self {
        let perceptron = Perceptron::new(inputs.columns(), targets.columns());
        Self {
            inputs,
            targets,
            learning_rate: options.learning_rate,
            late: options.averaged.then(|| perceptron.clone()),
            perceptron,
            met: 0.0,
            rows: (0..inputs.rows()).collect(),
        }
    }

    /// Goes through all rows once and gives the number of mistakes.
    fn epoch(&mut self, epoch: usize, order: Order, observer: &mut dyn FnMut(&Update<'_>)) -> usize {
        if let Order::Shuffled { seed } = order {
            self.rows.iter_mut().enumerate().for_each(|(i, row)| *row = i);
            Random::new(seed, Purpose::Order, epoch as u64).shuffle(&mut self.rows);
        }
        let mut mistakes = 0;
        for at in 0..self.rows.len() {
            for unit in 0..self.targets.columns() {
                mistakes += usize::from(self.meet(epoch, self.rows[at], unit, observer));
            }
            self.met += 1.0;
        }
        mistakes
    }

    /// Shows one row to one unit; whether it was mistaken.
    fn meet(&mut self, epoch: usize, row: usize, unit: usize, observer: &mut dyn FnMut(&Update<'_>)) -> bool {
        let net_input = self.perceptron.net_input(unit, self.inputs, row);
        let answer = if net_input >= 0.0 { 1.0 } else { 0.0 };
        let error = self.targets.get(row, unit) - answer;
        if error == 0.0 {
            return false;
        }
        let amount = self.learning_rate * error;
        self.perceptron.add(unit, amount, self.inputs, row);
        if let Some(late) = &mut self.late {
            late.add(unit, amount * self.met, self.inputs, row);
        }
        let (weights, bias) = (self.perceptron.weights.row(unit), self.perceptron.biases[unit]);
        observer(&Update { epoch, row, unit, net_input, error, weights, bias });
        true
    }

    /// The mean of the weights after each example: an update made when `met` examples had been met is in all but
    /// `met` of them.
    fn averaged(&self) -> Perceptron {
        let mut mean = self.perceptron.clone();
        let Some(late) = self.late.as_ref().filter(|_| self.met > 0.0) else { return mean };
        for (weight, late) in mean.weights.as_mut_slice().iter_mut().zip(late.weights.as_slice()) {
            *weight -= late / self.met;
        }
        for (bias, late) in mean.biases.iter_mut().zip(&late.biases) {
            *bias -= late / self.met;
        }
        mean
    }
}

impl fmt::Display for PerceptronFit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (epochs, updates) = (counted(self.epochs, "epoch"), counted(self.updates, "update"));
        if let Some(witness) = &self.witness {
            return write!(f, "no line can separate these classes, {epochs} and {updates}: {witness}");
        }
        if self.separable {
            return write!(f, "separated after {updates}: epoch {} made no mistake", self.epochs);
        }
        let last = self.mistakes.last().copied().unwrap_or(0);
        write!(
            f,
            "not separated within {epochs}: {updates}, {last} of them in the last epoch; the classes may not \
             be linearly separable, or need more epochs"
        )
    }
}

/// `1 epoch`, `2 epochs`.
fn counted(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
