//! How good predictions are: one number at a time ([`score`]), or everything at once ([`Report`]).
//!
//! Predictions are answers as [`TargetCoding::decode`](crate::prep::TargetCoding::decode) gives them, (n, width):
//! a probability for each class or label, or numbers in their own unit. Definitions are scikit-learn's: a ratio with
//! nothing below the line is 0, macro averages go over the classes that occur among targets or predictions, and
//! averages over several outputs give each the same say. A sample weight of 2 is a row that stands there twice.

mod classification;
mod labels;
mod regression;

pub use classification::{ClassReport, ClassificationReport, confusion_matrix, most_probable};
pub use labels::{LabelReport, MultiLabelReport};
pub use regression::{OutputReport, RegressionReport};

use crate::data::{Target, Task};
use crate::settings::{Settings, write};
use crate::{Error, Matrix};
use serde::{Deserialize, Serialize};
use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

/// A measure of how good predictions are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Metric {
    /// The loss that is minimised in training, which only training knows.
    Loss,
    /// The share of rows with the right class, or with all labels right.
    Accuracy,
    /// The mean over the classes of the share of their rows that are found.
    BalancedAccuracy,
    /// Of the rows given to a class, the share that belongs to it; mean over classes or labels.
    Precision,
    /// Of the rows of a class, the share that is given to it; mean over classes or labels.
    Recall,
    /// The harmonic mean of precision and recall; mean over classes or labels.
    F1,
    /// The mean of −ln of the probability given to what is true.
    LogLoss,
    /// How likely a row of the class has a higher probability than a row of another; mean over classes (each against the
    /// rest) or labels.
    RocAuc,
    /// The share of rows whose class is among the k most probable.
    TopK {
        /// How many guesses there are.
        k: usize,
    },
    /// Mean squared error.
    Mse,
    /// The root of the mean squared error.
    Rmse,
    /// Mean absolute error.
    Mae,
    /// The largest absolute error.
    MaxError,
    /// The share of the variance that is explained, R².
    R2,
}

impl Metric {
    /// Every metric.
    pub const ALL: [Self; 14] = [
        Self::Loss,
        Self::Accuracy,
        Self::BalancedAccuracy,
        Self::Precision,
        Self::Recall,
        Self::F1,
        Self::LogLoss,
        Self::RocAuc,
        Self::TopK { k: 5 },
        Self::Mse,
        Self::Rmse,
        Self::Mae,
        Self::MaxError,
        Self::R2,
    ];

    /// The name, without settings.
    pub fn name(self) -> &'static str {
        match self {
            Self::Loss => "loss",
            Self::Accuracy => "accuracy",
            Self::BalancedAccuracy => "balanced_accuracy",
            Self::Precision => "precision",
            Self::Recall => "recall",
            Self::F1 => "f1",
            Self::LogLoss => "log_loss",
            Self::RocAuc => "roc_auc",
            Self::TopK { .. } => "top_k",
            Self::Mse => "mse",
            Self::Rmse => "rmse",
            Self::Mae => "mae",
            Self::MaxError => "max_error",
            Self::R2 => "r2",
        }
    }

    /// Whether a larger number is better.
    pub fn greater_is_better(self) -> bool {
        match self {
            Self::Loss | Self::LogLoss | Self::Mse | Self::Rmse | Self::Mae | Self::MaxError => false,
            Self::Accuracy
            | Self::BalancedAccuracy
            | Self::Precision
            | Self::Recall
            | Self::F1
            | Self::RocAuc
            | Self::TopK { .. }
            | Self::R2 => true,
        }
    }

    /// Whether it says something about answers to `task`.
    pub fn applies_to(self, task: Task) -> bool {
        match self {
            Self::Loss => true,
            Self::Accuracy | Self::Precision | Self::Recall | Self::F1 | Self::LogLoss | Self::RocAuc => {
                task != Task::Regression
            }
            Self::BalancedAccuracy | Self::TopK { .. } => task == Task::Classification,
            Self::Mse | Self::Rmse | Self::Mae | Self::MaxError | Self::R2 => task == Task::Regression,
        }
    }

    /// What is shown where nobody has chosen, the most telling last.
    pub fn defaults(task: Task) -> &'static [Self] {
        match task {
            Task::Classification => &[Self::Loss, Self::Accuracy],
            Task::Regression => &[Self::Loss, Self::Mae, Self::Rmse, Self::R2],
            Task::MultiLabel => &[Self::Loss, Self::Accuracy, Self::F1],
        }
    }
}

/// One number for `predictions` (n, width) of `target` (n), where row i counts `weights[i]`. NaN where the metric is not
/// defined: without rows, for [`Metric::Loss`], for an AUC of one class only, or for a metric of another task.
///
/// # Panics
/// If predictions, targets and weights differ in their number, or a class has no column.
pub fn score(metric: Metric, predictions: &Matrix<f64>, target: &Target, weights: Option<&[f64]>) -> f64 {
    assert_eq!(predictions.rows(), target.rows(), "one prediction per target");
    assert!(weights.is_none_or(|weights| weights.len() == target.rows()), "one weight per row");
    let weights = Weights { each: weights };
    match target {
        Target::Classes { codes, .. } => classification::score(metric, predictions, codes, weights),
        Target::Values { values, .. } => regression::score(metric, predictions, values, weights),
        Target::Labels { values, .. } => labels::score(metric, predictions, values, weights),
    }
}

/// Everything that can be said about predictions.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "task", rename_all = "kebab-case")]
pub enum Report {
    /// One class out of several.
    Classification(ClassificationReport),
    /// Numbers.
    Regression(RegressionReport),
    /// Several yes/no questions.
    MultiLabel(MultiLabelReport),
}

impl Report {
    /// Everything about `predictions` (n, width) of `target` (n), where row i counts `weights[i]`.
    ///
    /// # Panics
    /// As [`score`].
    pub fn new(predictions: &Matrix<f64>, target: &Target, weights: Option<&[f64]>) -> Self {
        match target {
            Target::Classes { .. } => {
                Self::Classification(ClassificationReport::new(predictions, target, weights))
            }
            Target::Values { .. } => Self::Regression(RegressionReport::new(predictions, target, weights)),
            Target::Labels { .. } => Self::MultiLabel(MultiLabelReport::new(predictions, target, weights)),
        }
    }

    /// The same without what only probabilities have: the log loss, and an order among the classes that did not win.
    pub(crate) fn of_hard_answers(mut self) -> Self {
        match &mut self {
            Self::Classification(report) => (report.log_loss, report.top_5) = (f64::NAN, None),
            Self::MultiLabel(report) => report.log_loss = f64::NAN,
            Self::Regression(_) => {}
        }
        self
    }
}

/// How much each row counts: all alike where nothing is given.
#[derive(Clone, Copy)]
struct Weights<'a> {
    each: Option<&'a [f64]>,
}

impl Weights<'_> {
    fn of(self, row: usize) -> f64 {
        self.each.map_or(1.0, |each| each[row])
    }

    /// Σ wᵢ xᵢ / Σ wᵢ over n rows.
    fn mean(self, n: usize, x: impl Fn(usize) -> f64) -> f64 {
        let total: f64 = (0..n).map(|i| self.of(i)).sum();
        (0..n).map(|i| self.of(i) * x(i)).sum::<f64>() / total
    }
}

/// 0 where there is nothing below the line, as in scikit-learn.
fn ratio(part: f64, whole: f64) -> f64 {
    if whole == 0.0 { 0.0 } else { part / whole }
}

fn mean(x: impl Iterator<Item = f64>) -> f64 {
    let (n, sum) = x.fold((0.0, 0.0), |(n, sum), x| (n + 1.0, sum + x));
    sum / n
}

/// The area under the receiver operating characteristic: the probability that a row where `is_positive` has a higher
/// score than one where not, equal scores counting one half (Fawcett 2006). NaN if one of the two is absent.
#[inline(never)] // a page fetches it when it needs it
fn roc_auc(
    n: usize,
    score: impl Fn(usize) -> f64,
    is_positive: impl Fn(usize) -> bool,
    weights: Weights<'_>,
) -> f64 {
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&a, &b| score(b).total_cmp(&score(a)));
    let (mut positive, mut negative, mut area) = (0.0, 0.0, 0.0);
    for group in order.chunk_by(|&a, &b| score(a) == score(b)) {
        let weight_where = |wanted: bool| -> f64 {
            group.iter().filter(|&&i| is_positive(i) == wanted).map(|&i| weights.of(i)).sum()
        };
        let (more_positive, more_negative) = (weight_where(true), weight_where(false));
        area += more_negative * (positive + more_positive / 2.0);
        positive += more_positive;
        negative += more_negative;
    }
    area / (positive * negative)
}

/// −ln p, where p is kept ε away from 0 and 1 so that a wrong certainty costs much but not everything.
fn surprise(p: f64) -> f64 {
    -libm::log(p.clamp(f64::EPSILON, 1.0 - f64::EPSILON))
}

impl Display for Metric {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::TopK { k } => f.write_str(&write("top_k", &[("k", k, false)])),
            other => f.write_str(other.name()),
        }
    }
}

impl FromStr for Metric {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let mut settings = Settings::parse(text)?;
        let found = Self::ALL.into_iter().find(|metric| metric.name() == settings.name);
        let metric =
            found.ok_or_else(|| Error::unknown_name("metric", settings.name, Self::ALL.map(Self::name)))?;
        let metric = match metric {
            Self::TopK { k } => {
                let k: usize = settings.take("k", k)?;
                if k == 0 {
                    return Err(Error::OutOfRange {
                        key: "`k` of top_k".into(),
                        value: "0".into(),
                        range: "at least 1",
                    });
                }
                Self::TopK { k }
            }
            other => other,
        };
        settings.finish()?;
        Ok(metric)
    }
}

impl TryFrom<String> for Metric {
    type Error = Error;
    fn try_from(text: String) -> Result<Self, Error> {
        text.parse()
    }
}

impl From<Metric> for String {
    fn from(metric: Metric) -> Self {
        metric.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_and_written() {
        for metric in Metric::ALL {
            assert_eq!(metric.to_string().parse::<Metric>().unwrap(), metric);
        }
        assert_eq!("top_k:k=3".parse::<Metric>().unwrap(), Metric::TopK { k: 3 });
        let check = |text: &str, expected: &str| {
            let message = text.parse::<Metric>().unwrap_err().to_string();
            assert!(message.contains(expected), "{message}");
        };
        check("acuracy", "did you mean `accuracy`");
        check("accuracy:k=1", "`accuracy` has no setting `k`");
        check("top_k:k=0", "at least 1");
    }

    #[test]
    fn each_default_applies_to_its_task() {
        for task in [Task::Classification, Task::Regression, Task::MultiLabel] {
            assert!(Metric::defaults(task).iter().all(|metric| metric.applies_to(task)));
        }
    }

    #[test]
    fn roc_auc_counts_ties_one_half() {
        // sklearn.metrics.roc_auc_score([0,0,1,1,1,0], [.1,.4,.4,.8,.4,.6]), without and with sample_weight.
        let scores = [0.1, 0.4, 0.4, 0.8, 0.4, 0.6];
        let truth = [false, false, true, true, true, false];
        let check = |each: Option<&[f64]>, expected: f64| {
            let found = roc_auc(6, |i| scores[i], |i| truth[i], Weights { each });
            assert!((found - expected).abs() < 1e-12, "{found}");
        };
        check(None, 0.6666666666666667);
        check(Some(&[1.0, 2.0, 1.0, 0.5, 3.0, 1.0]), 0.5555555555555556);
        assert!(roc_auc(3, |i| scores[i], |_| true, Weights { each: None }).is_nan());
    }
}
