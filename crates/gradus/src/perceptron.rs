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

use crate::Error;
use crate::random::{Purpose, Random};
use gradus_kernels::{Matrix, MatrixView};
use std::fmt;

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
}

impl Perceptron {
    /// Units with weights and biases of 0.
    pub fn new(inputs: usize, units: usize) -> Self {
        Self { weights: Matrix::zeros(units, inputs), biases: vec![0.0; units] }
    }

    /// Learns `targets` from `inputs`, until an epoch makes no mistake or the limit is reached; `observer` sees each update.
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
        assert_eq!(inputs.rows(), targets.rows(), "every row needs its target");
        check(options, targets)?;
        let mut learner = Learner::new(inputs, targets, options);
        let mut mistakes = Vec::new();
        while mistakes.len() < options.epochs && mistakes.last() != Some(&0) {
            mistakes.push(learner.epoch(mistakes.len() + 1, options.order, observer));
        }
        Ok(PerceptronFit {
            epochs: mistakes.len(),
            updates: mistakes.iter().sum(),
            separable: mistakes.last() == Some(&0),
            perceptron: if options.averaged { learner.averaged() } else { learner.perceptron },
            mistakes,
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
        let answer = if self.perceptron.net_input(unit, self.inputs, row) >= 0.0 { 1.0 } else { 0.0 };
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
        observer(&Update { epoch, row, unit, error, weights, bias });
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
        let Self { epochs, updates, mistakes, .. } = self;
        if self.separable {
            return write!(f, "separated after {updates} updates: epoch {epochs} made no mistake");
        }
        let last = mistakes.last().copied().unwrap_or(0);
        write!(
            f,
            "not separated within {epochs} epochs: {updates} updates, {last} of them in the last epoch; the classes may not \
             be linearly separable, or need more epochs"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fit(
        rows: &[[f64; 2]],
        classes: &[usize],
        options: &PerceptronOptions,
    ) -> (PerceptronFit, Matrix<f64>) {
        let inputs = Matrix::from_vec(rows.len(), 2, rows.concat());
        let n_classes = classes.iter().max().unwrap() + 1;
        let targets = unit_targets(classes, n_classes);
        let fit = Perceptron::fit(inputs.view(), targets.view(), options, &mut |_| ()).unwrap();
        (fit, inputs)
    }

    const CORNERS: [[f64; 2]; 4] = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]];

    /// AND from weights of 0, worked by hand: every update in order.
    #[test]
    fn learns_and_as_on_paper() {
        let inputs = Matrix::from_vec(4, 2, CORNERS.concat());
        let targets = unit_targets(&[0, 0, 0, 1], 2);
        let mut seen = Vec::new();
        let fit =
            Perceptron::fit(inputs.view(), targets.view(), &PerceptronOptions::default(), &mut |update| {
                let &[w1, w2] = update.weights else { unreachable!() };
                seen.push((update.epoch, update.row, [w1, w2, update.bias]));
            })
            .unwrap();
        let by_hand = [
            (1, 0, [0.0, 0.0, -1.0]),
            (1, 3, [1.0, 1.0, 0.0]),
            (2, 0, [1.0, 1.0, -1.0]),
            (2, 1, [1.0, 0.0, -2.0]),
            (2, 3, [2.0, 1.0, -1.0]),
            (3, 1, [2.0, 0.0, -2.0]),
            (3, 2, [1.0, 0.0, -3.0]),
            (3, 3, [2.0, 1.0, -2.0]),
            (4, 2, [1.0, 1.0, -3.0]),
            (4, 3, [2.0, 2.0, -2.0]),
            (5, 1, [2.0, 1.0, -3.0]),
        ];
        assert_eq!(seen, by_hand);
        assert_eq!((fit.epochs, fit.updates, fit.separable), (6, 11, true));
        assert_eq!(fit.mistakes, [2, 3, 3, 2, 1, 0]);
        assert_eq!(fit.perceptron.classes(inputs.view()), [0, 0, 0, 1]);
        assert_eq!(fit.to_string(), "separated after 11 updates: epoch 6 made no mistake");
    }

    #[test]
    fn xor_is_never_separated() {
        for order in [Order::Fixed, Order::Shuffled { seed: 1 }] {
            for averaged in [false, true] {
                let options = PerceptronOptions { epochs: 500, averaged, order, ..Default::default() };
                let (fit, _) = fit(&CORNERS, &[0, 1, 1, 0], &options);
                assert!(!fit.separable && fit.mistakes.iter().all(|&mistakes| mistakes > 0));
                assert!(fit.to_string().starts_with("not separated within 500 epochs"), "{fit}");
            }
        }
    }

    #[test]
    fn several_units_tell_several_classes_apart() {
        let rows = [[4.0, 0.0], [5.0, 1.0], [0.0, 4.0], [1.0, 5.0], [-4.0, -4.0], [-5.0, -3.0]];
        let (fit, inputs) = fit(&rows, &[0, 0, 1, 1, 2, 2], &PerceptronOptions::default());
        assert!(fit.separable);
        assert_eq!(fit.perceptron.classes(inputs.view()), [0, 0, 1, 1, 2, 2]);
    }

    #[test]
    fn averaged_weights_are_the_mean_over_all_examples_met() {
        let options = PerceptronOptions { averaged: true, ..Default::default() };
        let (averaged, _) = fit(&CORNERS, &[0, 0, 0, 1], &options);
        // The weights of `learns_and_as_on_paper` after each of the 24 examples.
        let path: [([f64; 3], f64); 11] = [
            ([0.0, 0.0, -1.0], 3.0),
            ([1.0, 1.0, 0.0], 1.0),
            ([1.0, 1.0, -1.0], 1.0),
            ([1.0, 0.0, -2.0], 2.0),
            ([2.0, 1.0, -1.0], 2.0),
            ([2.0, 0.0, -2.0], 1.0),
            ([1.0, 0.0, -3.0], 1.0),
            ([2.0, 1.0, -2.0], 3.0),
            ([1.0, 1.0, -3.0], 1.0),
            ([2.0, 2.0, -2.0], 2.0),
            ([2.0, 1.0, -3.0], 7.0),
        ];
        let mean = [0, 1, 2].map(|k| path.iter().map(|(w, times)| w[k] * times).sum::<f64>() / 24.0);
        let Perceptron { weights, biases } = averaged.perceptron;
        for (x, y) in [weights.row(0)[0], weights.row(0)[1], biases[0]].iter().zip(mean) {
            assert!((x - y).abs() < 1e-14, "{weights:?} {biases:?}, not {mean:?}");
        }
    }

    #[test]
    fn impossible_options_are_refused() {
        fn check(options: &PerceptronOptions, target: f64, part: &str) {
            let inputs = Matrix::zeros(1, 1);
            let targets = Matrix::from_vec(1, 1, vec![target]);
            let refused = Perceptron::fit(inputs.view(), targets.view(), options, &mut |_| ()).unwrap_err();
            assert!(refused.to_string().contains(part), "{refused}");
        }
        check(&PerceptronOptions { epochs: 0, ..Default::default() }, 1.0, "epochs is 0");
        check(
            &PerceptronOptions { learning_rate: f64::NAN, ..Default::default() },
            1.0,
            "learning-rate is NaN",
        );
        check(&PerceptronOptions::default(), -1.0, "row 1 is -1, but must be 0 or 1");
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..Default::default() })]

        /// Novikoff's theorem on random sets that a random line separates with a margin.
        #[test]
        fn mistakes_never_exceed_the_bound(seed in any::<u64>(), n in 5_usize..60, learning_rate in 0.01..10.0) {
            let mut random = Random::new(seed, Purpose::Generator, 0);
            let angle = random.uniform_in(0.0, std::f64::consts::TAU);
            let length = 1.0_f64.hypot(0.5);
            let unit = [angle.cos() / length, angle.sin() / length, 0.5 / length];
            let margin = |row: &[f64; 2]| row[0] * unit[0] + row[1] * unit[1] + unit[2];
            let mut rows = Vec::new();
            while rows.len() < n {
                let row = [random.uniform_in(-2.0, 2.0), random.uniform_in(-2.0, 2.0)];
                if margin(&row).abs() > 0.1 {
                    rows.push(row);
                }
            }
            // The last row may stand alone in its class, or a class have no row: two classes all the same.
            let classes: Vec<usize> = rows.iter().map(|row| usize::from(margin(row) > 0.0)).collect();
            let inputs = Matrix::from_vec(n, 2, rows.concat());
            let targets = unit_targets(&classes, 2);
            let gamma = rows.iter().map(|row| margin(row).abs()).fold(f64::INFINITY, f64::min);
            let radius_squared = rows.iter().map(|[x, y]| x * x + y * y + 1.0).fold(0.0, f64::max);
            let bound = radius_squared / (gamma * gamma);
            let options = PerceptronOptions {
                epochs: bound as usize + 1, learning_rate, averaged: false, order: Order::Shuffled { seed },
            };
            let fit = Perceptron::fit(inputs.view(), targets.view(), &options, &mut |_| ()).unwrap();
            prop_assert!(fit.separable);
            prop_assert!(fit.updates as f64 <= bound, "{} updates, bound {bound}", fit.updates);
            prop_assert_eq!(fit.perceptron.classes(inputs.view()), classes);
        }
    }
}
