//! Several yes/no questions at once: each label by itself, the mean over labels, and rows with all labels right.
//!
//! A label is predicted where its probability is at least ½.

use super::{Metric, Weights, mean, ratio, roc_auc, surprise};
use crate::Matrix;
use crate::data::Target;
use serde::Serialize;

/// Everything that can be said about predicted labels.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MultiLabelReport {
    /// The share of rows with all labels right.
    pub accuracy: f64,
    /// The share of single labels that are right.
    pub label_accuracy: f64,
    /// Mean over the labels.
    pub precision: f64,
    /// Mean over the labels.
    pub recall: f64,
    /// Mean over the labels.
    pub f1: f64,
    /// The mean over rows and labels of −ln of the probability given to what is true; NaN for a model that gives none.
    pub log_loss: f64,
    /// Mean over the labels of the area under the ROC curve.
    pub roc_auc: f64,
    /// Each label by itself.
    pub labels: Vec<LabelReport>,
}

/// One label.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LabelReport {
    /// Its name.
    pub label: String,
    /// The share of rows where it is right.
    pub accuracy: f64,
    /// Of the rows where it is predicted, the share that has it.
    pub precision: f64,
    /// Of the rows that have it, the share where it is predicted.
    pub recall: f64,
    /// The harmonic mean of the two.
    pub f1: f64,
    /// The mean of −ln of the probability given to what is true.
    pub log_loss: f64,
    /// The area under the ROC curve; NaN where all rows have it or none.
    pub roc_auc: f64,
    /// The weight of the rows that have it.
    pub support: f64,
}

impl MultiLabelReport {
    /// Everything about `predictions`, (n, labels) probabilities, where row i counts `weights[i]`.
    ///
    /// # Panics
    /// If the target is not labels, or their shape is another one.
    pub fn new(predictions: &Matrix<f64>, target: &Target, weights: Option<&[f64]>) -> Self {
        let Target::Labels { names, values } = target else { panic!("the target is not labels") };
        assert_eq!((predictions.rows(), predictions.columns()), (values.rows(), values.columns()));
        let weights = Weights { each: weights };
        let of = |metric| score(metric, predictions, values, weights);
        let labels: Vec<LabelReport> = names
            .iter()
            .enumerate()
            .map(|(j, name)| label_report(name, &Label { predictions, values, j, weights }))
            .collect();
        Self {
            accuracy: of(Metric::Accuracy),
            label_accuracy: mean(labels.iter().map(|label| label.accuracy)),
            precision: of(Metric::Precision),
            recall: of(Metric::Recall),
            f1: of(Metric::F1),
            log_loss: of(Metric::LogLoss),
            roc_auc: of(Metric::RocAuc),
            labels,
        }
    }
}

fn label_report(name: &str, label: &Label<'_>) -> LabelReport {
    let n = label.values.rows();
    LabelReport {
        label: name.to_owned(),
        accuracy: label.weights.mean(n, |i| f64::from(label.is_true(i) == label.is_predicted(i))),
        precision: label.score(Metric::Precision),
        recall: label.score(Metric::Recall),
        f1: label.score(Metric::F1),
        log_loss: label.score(Metric::LogLoss),
        roc_auc: label.score(Metric::RocAuc),
        support: label.weight_where(|i| label.is_true(i)),
    }
}

#[inline(never)] // a page fetches it when it needs it
pub(super) fn score(
    metric: Metric,
    predictions: &Matrix<f64>,
    values: &Matrix<f64>,
    weights: Weights<'_>,
) -> f64 {
    let labels = || (0..values.columns()).map(|j| Label { predictions, values, j, weights });
    if metric == Metric::Accuracy {
        let all_right = |i: usize| labels().all(|label| label.is_true(i) == label.is_predicted(i));
        return weights.mean(values.rows(), |i| f64::from(all_right(i)));
    }
    mean(labels().map(|label| label.score(metric)))
}

/// Column j of targets and predictions.
struct Label<'a> {
    predictions: &'a Matrix<f64>,
    values: &'a Matrix<f64>,
    j: usize,
    weights: Weights<'a>,
}

impl Label<'_> {
    fn is_true(&self, row: usize) -> bool {
        self.values.row(row)[self.j] == 1.0
    }

    fn is_predicted(&self, row: usize) -> bool {
        self.predictions.row(row)[self.j] >= 0.5
    }

    fn weight_where(&self, wanted: impl Fn(usize) -> bool) -> f64 {
        (0..self.values.rows()).filter(|&i| wanted(i)).map(|i| self.weights.of(i)).sum()
    }

    fn score(&self, metric: Metric) -> f64 {
        let n = self.values.rows();
        let hits = || self.weight_where(|i| self.is_true(i) && self.is_predicted(i));
        let predicted = || self.weight_where(|i| self.is_predicted(i));
        let true_ones = || self.weight_where(|i| self.is_true(i));
        let probability = |i: usize| self.predictions.row(i)[self.j];
        match metric {
            Metric::Precision => ratio(hits(), predicted()),
            Metric::Recall => ratio(hits(), true_ones()),
            Metric::F1 => ratio(2.0 * hits(), predicted() + true_ones()),
            Metric::LogLoss => self
                .weights
                .mean(n, |i| surprise(if self.is_true(i) { probability(i) } else { 1.0 - probability(i) })),
            Metric::RocAuc => roc_auc(n, probability, |i| self.is_true(i), self.weights),
            Metric::Loss
            | Metric::Accuracy
            | Metric::BalancedAccuracy
            | Metric::TopK { .. }
            | Metric::Mse
            | Metric::Rmse
            | Metric::Mae
            | Metric::MaxError
            | Metric::R2 => f64::NAN,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The numbers are those of accuracy_score, hamming_loss, precision_recall_fscore_support and roc_auc_score of
    /// scikit-learn 1.9 on the indicator matrix, and of log_loss on each column.
    #[test]
    fn scores_agree_with_scikit_learn() {
        let names = ["a", "b", "c"].map(str::to_owned).to_vec();
        let values = Matrix::from_vec(4, 3, vec![1.0, 0.0, 1.0, 0.0, 0.0, 1.0, 1.0, 1.0, 0.0, 0.0, 1.0, 1.0]);
        let predictions =
            Matrix::from_vec(4, 3, vec![0.9, 0.2, 0.6, 0.4, 0.6, 0.7, 0.5, 0.4, 0.5, 0.1, 0.8, 0.3]);
        let target = Target::Labels { names, values };
        let check = |weights: Option<&[f64]>, macros: [f64; 7], second: [f64; 6]| {
            let report = MultiLabelReport::new(&predictions, &target, weights);
            let b = &report.labels[1];
            let found = [
                report.accuracy,
                report.label_accuracy,
                report.precision,
                report.recall,
                report.f1,
                report.log_loss,
                report.roc_auc,
            ];
            let found_second = [b.precision, b.recall, b.f1, b.log_loss, b.roc_auc, b.support];
            let pairs = found.iter().zip(&macros).chain(found_second.iter().zip(&second));
            for (found, expected) in pairs {
                assert!((found - expected).abs() < 1e-12, "{found}, not {expected}: {report:?}");
            }
        };
        let third = 0.7222222222222222;
        check(
            None,
            [0.25, 0.6666666666666667, third, third, third, 0.5381819128840769, 0.8055555555555555],
            [0.5, 0.5, 0.5, 0.5697171415941824, 0.75, 2.0],
        );
        check(
            Some(&[1.0, 2.0, 1.0, 0.5]),
            [
                0.2222222222222222,
                0.6666666666666667,
                0.65,
                0.7301587301587301,
                0.6833333333333332,
                0.553758208780653,
                0.8042328042328042,
            ],
            [0.2, 0.3333333333333333, 0.25, 0.6852416716875066, 0.5555555555555556, 1.5],
        );
    }
}
