//! How targets become the outputs that a network learns, and how outputs become answers again.
//!
//! | target | form | outputs | answer |
//! |---|---|---|---|
//! | K classes | one-hot | K: `high` for the class of the row, `low` for the others | K probabilities |
//! | two classes | single | one: `low` for the first class, `high` for the second | 2 probabilities |
//! | numbers | values | one per number, standardised if asked | numbers in their own unit |
//! | yes/no labels | labels | one per label, 0 or 1 | one probability per label |
//!
//! Probabilities from an output a that is not one already are (a − low) / (high − low), never below 0, and divided by
//! their sum.

use super::scaling::mean_and_deviation;
use crate::data::{Target, Task};
use crate::{Error, Matrix, Real};
use serde::{Deserialize, Serialize};

/// The shape that targets take at the network's outputs.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum OutputForm {
    /// K classes, K outputs; softmax wants 0 and 1.
    OneHot {
        /// The target of the outputs of all other classes.
        low: f64,
        /// The target of the class's own output.
        high: f64,
    },
    /// Two classes, one output.
    Single {
        /// The target of the first class.
        low: f64,
        /// The target of the second class.
        high: f64,
    },
    /// Numbers.
    Values,
    /// Several yes/no questions.
    Labels,
}

/// The translation between targets and outputs; learnt from the training rows, carried inside the model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Checked", into = "Checked")]
pub struct TargetCoding {
    form: OutputForm,
    /// The target column of classes.
    target: String,
    /// The classes, or the names of the numbers or labels.
    names: Vec<String>,
    /// For values, the mean of each, (names); else empty.
    means: Vec<f64>,
    /// For values, the deviation of each, (names); else empty.
    deviations: Vec<f64>,
}

/// The form in a model file, before it is checked.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Checked {
    form: OutputForm,
    target: String,
    names: Vec<String>,
    means: Vec<f64>,
    deviations: Vec<f64>,
}

impl TargetCoding {
    /// Learns from the targets of the training rows. `standardize` gives values mean 0 and deviation 1, where row i counts
    /// `weights[i]`; classes and labels take no part in it.
    ///
    /// # Errors
    /// If the target does not suit the form, has only one class, or a value is not finite.
    pub fn fit(
        target: &Target,
        form: OutputForm,
        standardize: bool,
        weights: Option<&[f64]>,
    ) -> Result<Self, Error> {
        refuse_not_finite(target)?;
        let (name, names) = match target {
            Target::Classes { name, names, .. } => (name.clone(), names.clone()),
            Target::Values { names, .. } | Target::Labels { names, .. } => (names.join(","), names.clone()),
        };
        let mut coding = Self { form, target: name, names, means: Vec::new(), deviations: Vec::new() };
        coding.check_kind(target)?;
        if let Target::Classes { codes, names, name } = target {
            refuse_one_class(codes, names, name)?;
        }
        if let Target::Values { values, .. } = target {
            (coding.means, coding.deviations) = (0..values.columns())
                .map(|j| if standardize { moments(values, j, weights) } else { (0.0, 1.0) })
                .unzip();
            if let Some(j) =
                (0..values.columns()).find(|&j| !(coding.means[j] + coding.deviations[j]).is_finite())
            {
                return Err(Error::TargetTooLarge { name: coding.names[j].clone() });
            }
        }
        Ok(coding)
    }

    /// The shape of the outputs.
    pub fn form(&self) -> OutputForm {
        self.form
    }

    /// What is asked of the network.
    pub fn task(&self) -> Task {
        match self.form {
            OutputForm::OneHot { .. } | OutputForm::Single { .. } => Task::Classification,
            OutputForm::Values => Task::Regression,
            OutputForm::Labels => Task::MultiLabel,
        }
    }

    /// The target column's name; several are joined by commas.
    pub fn target_name(&self) -> &str {
        &self.target
    }

    /// The classes, or the names of the values or labels: one per column of an answer.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Number of outputs of the network.
    pub fn outputs(&self) -> usize {
        match self.form {
            OutputForm::Single { .. } => 1,
            OutputForm::OneHot { .. } | OutputForm::Values | OutputForm::Labels => self.names.len(),
        }
    }

    /// For values, the mean and the deviation of each: y = output · deviation + mean.
    pub fn scales(&self) -> Vec<(f64, f64)> {
        self.means.iter().copied().zip(self.deviations.iter().copied()).collect()
    }

    /// Targets as the network is to give them. Classes and columns are matched by name.
    ///
    /// # Shapes
    /// n targets → (n, outputs).
    ///
    /// # Errors
    /// If the target is of another kind, or has a class that was not there in training.
    pub fn encode<R: Real>(&self, target: &Target) -> Result<Matrix<R>, Error> {
        self.check_kind(target)?;
        refuse_not_finite(target)?;
        match target {
            Target::Classes { .. } => self.encode_classes(&self.class_codes(target)?),
            Target::Values { names, values } => {
                let order = self.order(names)?;
                Ok(self.encode_columns(values, &order, |j, y| (y - self.means[j]) / self.deviations[j]))
            }
            Target::Labels { names, values } => {
                let order = self.order(names)?;
                Ok(self.encode_columns(values, &order, |_, y| y))
            }
        }
    }

    fn encode_classes<R: Real>(&self, codes: &[u32]) -> Result<Matrix<R>, Error> {
        let width = self.outputs();
        let elements = codes.iter().flat_map(|&code| {
            (0..width).map(move |j| match self.form {
                OutputForm::Single { low, high } => R::from_f64(if code == 1 { high } else { low }),
                OutputForm::OneHot { low, high } => R::from_f64(if code as usize == j { high } else { low }),
                OutputForm::Values | OutputForm::Labels => R::ZERO,
            })
        });
        Ok(Matrix::from_vec(codes.len(), width, elements.collect()))
    }

    fn encode_columns<R: Real>(
        &self,
        values: &Matrix<f64>,
        order: &[usize],
        code: impl Fn(usize, f64) -> f64,
    ) -> Matrix<R> {
        let row_of = |row: &[f64]| -> Vec<R> {
            order.iter().enumerate().map(|(j, &from)| R::from_f64(code(j, row[from]))).collect()
        };
        Matrix::from_vec(values.rows(), order.len(), values.iter_rows().flat_map(row_of).collect())
    }

    /// The target in the model's own terms: the same rows, with the model's classes or columns in the model's order, so
    /// that it can be compared with the model's answers.
    ///
    /// # Errors
    /// If the target is of another kind, or has a class that was not there in training.
    pub fn aligned(&self, target: &Target) -> Result<Target, Error> {
        self.check_kind(target)?;
        let columns = |names: &[String], values: &Matrix<f64>| {
            Ok(self.encode_columns(values, &self.order(names)?, |_, y| y))
        };
        let names = self.names.clone();
        Ok(match target {
            Target::Classes { name, .. } => {
                Target::Classes { name: name.clone(), codes: self.class_codes(target)?, names }
            }
            Target::Values { names: given, values } => {
                Target::Values { names, values: columns(given, values)? }
            }
            Target::Labels { names: given, values } => {
                Target::Labels { names, values: columns(given, values)? }
            }
        })
    }

    /// Per row the place of its class among the model's classes.
    fn class_codes(&self, target: &Target) -> Result<Vec<u32>, Error> {
        let Target::Classes { codes, names, .. } = target else { return Ok(Vec::new()) };
        let places: Vec<Option<usize>> =
            names.iter().map(|name| self.names.iter().position(|known| known == name)).collect();
        let place_of = |(row, &code): (usize, &u32)| {
            let place = places[code as usize].ok_or_else(|| Error::UnseenClass {
                class: names[code as usize].clone(),
                row: row + 1,
                known: self.names.clone(),
            })?;
            Ok(place as u32)
        };
        codes.iter().enumerate().map(place_of).collect()
    }

    /// For each of the model's columns its place among `names`: by name, or, where names differ but not their number, in
    /// the order given.
    fn order(&self, names: &[String]) -> Result<Vec<usize>, Error> {
        let by_name = self.names.iter().map(|name| names.iter().position(|given| given == name));
        match by_name.collect::<Option<Vec<usize>>>() {
            Some(order) => Ok(order),
            None if names.len() == self.names.len() => Ok((0..names.len()).collect()),
            None => Err(Error::TargetKind {
                expected: format!("the columns {}", self.names.join(", ")),
                found: format!("the columns {}", names.join(", ")),
            }),
        }
    }

    fn check_kind(&self, target: &Target) -> Result<(), Error> {
        let found = match target {
            Target::Classes { names, .. } => format!("a class out of {}", names.len()),
            Target::Values { .. } => "numbers".to_owned(),
            Target::Labels { .. } => "yes/no labels".to_owned(),
        };
        let (suits, expected) = match (self.form, target) {
            (OutputForm::OneHot { .. }, target) => (matches!(target, Target::Classes { .. }), "a class"),
            (OutputForm::Single { .. }, target) => {
                (matches!(target, Target::Classes { .. }) && self.names.len() == 2, "one of two classes")
            }
            (OutputForm::Values, target) => (matches!(target, Target::Values { .. }), "numbers"),
            (OutputForm::Labels, target) => (matches!(target, Target::Labels { .. }), "yes/no labels"),
        };
        if suits { Ok(()) } else { Err(Error::TargetKind { expected: expected.to_owned(), found }) }
    }

    /// Answers from the network's outputs after its link.
    ///
    /// # Shapes
    /// (n, outputs) → (n, names): probabilities of classes or labels, or numbers in their own unit.
    ///
    /// # Panics
    /// If there are not as many columns as outputs.
    pub fn decode(&self, outputs: &Matrix<f64>) -> Matrix<f64> {
        assert_eq!(outputs.columns(), self.outputs(), "the network has another number of outputs");
        let mut answers = Matrix::zeros(outputs.rows(), self.names.len());
        for (i, row) in outputs.iter_rows().enumerate() {
            let answer = answers.row_mut(i);
            match self.form {
                OutputForm::OneHot { low, high } => one_hot_probabilities(row, (low, high), answer),
                OutputForm::Single { low, high } => {
                    let second = ((row[0] - low) / (high - low)).clamp(0.0, 1.0);
                    answer.copy_from_slice(&[1.0 - second, second]);
                }
                OutputForm::Values => {
                    let scales = self.means.iter().zip(&self.deviations);
                    for ((y, &a), (mean, deviation)) in answer.iter_mut().zip(row).zip(scales) {
                        *y = a * deviation + mean;
                    }
                }
                OutputForm::Labels => {
                    answer.iter_mut().zip(row).for_each(|(p, &a)| *p = a.clamp(0.0, 1.0));
                }
            }
        }
        answers
    }
}

/// Softmax outputs are probabilities already and stay as they are. Of others, negative shares become 0 and the rest is
/// divided by its sum; large ones are not cut at 1, so that the largest output keeps the largest probability.
fn one_hot_probabilities(outputs: &[f64], (low, high): (f64, f64), probabilities: &mut [f64]) {
    probabilities.copy_from_slice(outputs);
    let is_distribution =
        outputs.iter().all(|a| (0.0..=1.0).contains(a)) && (outputs.iter().sum::<f64>() - 1.0).abs() < 1e-5;
    if (low, high) == (0.0, 1.0) && is_distribution {
        return;
    }
    for (p, a) in probabilities.iter_mut().zip(outputs) {
        *p = ((a - low) / (high - low)).max(0.0);
    }
    let sum: f64 = probabilities.iter().sum();
    if sum > 0.0 && sum.is_finite() {
        probabilities.iter_mut().for_each(|p| *p /= sum);
        return;
    }
    // No output is above `low`: the largest is still the answer.
    let largest = outputs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let n = outputs.iter().filter(|&&a| a == largest).count().max(1) as f64;
    for (p, &a) in probabilities.iter_mut().zip(outputs) {
        *p = if a == largest { 1.0 / n } else { 0.0 };
    }
}

fn moments(values: &Matrix<f64>, j: usize, weights: Option<&[f64]>) -> (f64, f64) {
    let column: Vec<f64> = values.iter_rows().map(|row| row[j]).collect();
    let (mean, deviation) = mean_and_deviation(&column, weights);
    (mean, if deviation > 0.0 { deviation } else { 1.0 })
}

fn refuse_not_finite(target: &Target) -> Result<(), Error> {
    let (names, values, accept): (_, _, fn(f64) -> bool) = match target {
        Target::Classes { .. } => return Ok(()),
        Target::Values { names, values } => (names, values, f64::is_finite),
        Target::Labels { names, values } => (names, values, |y| y == 0.0 || y == 1.0),
    };
    match values.as_slice().iter().position(|&y| !accept(y)) {
        None => Ok(()),
        Some(at) => {
            let (row, column) = (at / values.columns(), at % values.columns());
            let value = values.as_slice()[at].to_string();
            Err(Error::BadTarget { name: names[column].clone(), row: row + 1, value })
        }
    }
}

fn refuse_one_class(codes: &[u32], names: &[String], name: &str) -> Result<(), Error> {
    match codes.first() {
        None => Err(Error::NoRows),
        Some(first) if codes.iter().all(|code| code == first) => {
            Err(Error::OneClass { name: name.to_owned(), class: names[*first as usize].clone() })
        }
        Some(_) => Ok(()),
    }
}

impl From<TargetCoding> for Checked {
    fn from(coding: TargetCoding) -> Self {
        let TargetCoding { form, target, names, means, deviations } = coding;
        Self { form, target, names, means, deviations }
    }
}

impl TryFrom<Checked> for TargetCoding {
    type Error = String;

    fn try_from(Checked { form, target, names, means, deviations }: Checked) -> Result<Self, String> {
        let scales = if form == OutputForm::Values { names.len() } else { 0 };
        let levels_differ = match form {
            OutputForm::OneHot { low, high } | OutputForm::Single { low, high } => {
                low != high && (high - low).is_finite()
            }
            OutputForm::Values | OutputForm::Labels => true,
        };
        let mut distinct: Vec<&String> = names.iter().collect();
        distinct.sort_unstable();
        distinct.dedup();
        let are_classes = matches!(form, OutputForm::OneHot { .. } | OutputForm::Single { .. });
        let sound = !names.is_empty()
            && (distinct.len() == names.len() || !are_classes)
            && (names.len() == 2 || !matches!(form, OutputForm::Single { .. }))
            && (names.len() >= 2 || !matches!(form, OutputForm::OneHot { .. }))
            && means.len() == scales
            && deviations.len() == scales
            && levels_differ
            && means.iter().chain(&deviations).all(|x| x.is_finite());
        match sound {
            true => Ok(Self { form, target, names, means, deviations }),
            false => Err("the coding of the target is impossible".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classes(codes: &[u32], names: &[&str]) -> Target {
        let names = names.iter().map(ToString::to_string).collect();
        Target::Classes { name: "class".into(), codes: codes.to_vec(), names }
    }

    fn values(columns: usize, values: &[f64]) -> Target {
        let names = (0..columns).map(|j| format!("y{j}")).collect();
        Target::Values { names, values: Matrix::from_vec(values.len() / columns, columns, values.to_vec()) }
    }

    #[test]
    fn targets_become_outputs() {
        let check = |target: &Target, form, expected: &[f64]| {
            let coding = TargetCoding::fit(target, form, true, None).unwrap();
            let outputs: Matrix<f64> = coding.encode(target).unwrap();
            assert_eq!(outputs.as_slice(), expected, "{form:?}");
            assert_eq!(outputs.columns(), coding.outputs());
        };
        let three = classes(&[2, 0, 1], &["a", "b", "c"]);
        let one_hot = [0.1, 0.1, 0.9, 0.9, 0.1, 0.1, 0.1, 0.9, 0.1];
        check(&three, OutputForm::OneHot { low: 0.1, high: 0.9 }, &one_hot);
        let two = classes(&[1, 0], &["no", "yes"]);
        check(&two, OutputForm::Single { low: -1.0, high: 1.0 }, &[1.0, -1.0]);
        check(&values(2, &[1.0, 7.0, 3.0, 7.0]), OutputForm::Values, &[-1.0, 0.0, 1.0, 0.0]);
        let labels =
            Target::Labels { names: vec!["l".into()], values: Matrix::from_vec(2, 1, vec![0.0, 1.0]) };
        check(&labels, OutputForm::Labels, &[0.0, 1.0]);
    }

    #[test]
    fn outputs_become_answers() {
        let check = |target: &Target, form, outputs: &[f64], expected: &[f64]| {
            let coding = TargetCoding::fit(target, form, true, None).unwrap();
            let answers = coding.decode(&Matrix::from_vec(1, coding.outputs(), outputs.to_vec()));
            for (found, expected) in answers.as_slice().iter().zip(expected) {
                assert!((found - expected).abs() < 1e-15, "{form:?} {outputs:?}: {answers:?}");
            }
        };
        let two = classes(&[1, 0], &["no", "yes"]);
        let one_hot = |low, high| OutputForm::OneHot { low, high };
        check(&two, one_hot(0.0, 1.0), &[0.25, 0.75], &[0.25, 0.75]);
        check(&two, one_hot(0.0, 1.0), &[0.25, 0.25], &[0.5, 0.5]);
        check(&two, one_hot(-1.0, 1.0), &[-3.0, 0.5], &[0.0, 1.0]);
        check(&two, one_hot(0.0, 1.0), &[1.0, 3.0], &[0.25, 0.75]);
        check(&two, one_hot(0.0, 1.0), &[-2.0, -1.0], &[0.0, 1.0]);
        check(&two, OutputForm::Single { low: -1.0, high: 1.0 }, &[0.5], &[0.25, 0.75]);
        check(&two, OutputForm::Single { low: 0.0, high: 1.0 }, &[1.5], &[0.0, 1.0]);
        check(&values(1, &[10.0, 30.0]), OutputForm::Values, &[-1.0], &[10.0]);
    }

    #[test]
    fn classes_are_matched_by_name() {
        let form = OutputForm::OneHot { low: 0.0, high: 1.0 };
        let coding = TargetCoding::fit(&classes(&[0, 1], &["a", "b"]), form, true, None).unwrap();
        let other = classes(&[0, 1, 1], &["b", "a", "never used"]);
        assert_eq!(coding.encode::<f32>(&other).unwrap().as_slice(), [0.0, 1.0, 1.0, 0.0, 1.0, 0.0]);
        let Target::Classes { codes, .. } = coding.aligned(&other).unwrap() else { unreachable!() };
        assert_eq!(codes, [1, 0, 0]);
        let message = coding.encode::<f32>(&classes(&[0, 1], &["a", "c"])).unwrap_err().to_string();
        assert!(message.contains("row 2") && message.contains("`c`"), "{message}");
    }

    #[test]
    fn what_cannot_be_learnt_is_refused() {
        let check = |target: &Target, form, expected: &str| {
            let message = TargetCoding::fit(target, form, true, None).unwrap_err().to_string();
            assert!(message.contains(expected), "{message}");
        };
        let one_hot = OutputForm::OneHot { low: 0.0, high: 1.0 };
        check(&classes(&[1, 1], &["a", "b"]), one_hot, "only the class `b`");
        check(&classes(&[], &["a", "b"]), one_hot, "no row");
        check(&classes(&[0, 1], &["a", "b"]), OutputForm::Values, "numbers is needed");
        check(
            &classes(&[0, 1, 2], &["a", "b", "c"]),
            OutputForm::Single { low: 0.0, high: 1.0 },
            "two classes",
        );
        check(&values(1, &[1.0, f64::NAN]), OutputForm::Values, "`y0` is NaN, in row 2");
    }

    #[test]
    fn a_coding_survives_json_and_an_impossible_one_does_not() {
        let coding = TargetCoding::fit(&values(1, &[0.1, 0.7]), OutputForm::Values, true, None).unwrap();
        let json = serde_json::to_string(&coding).unwrap();
        assert_eq!(serde_json::from_str::<TargetCoding>(&json).unwrap(), coding);
        let broken = json.replace(r#""names":["y0"]"#, r#""names":["y0","y1"]"#);
        assert!(serde_json::from_str::<TargetCoding>(&broken).is_err(), "{broken}");
    }
}
