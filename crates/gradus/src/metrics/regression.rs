//! Numbers: how far predictions are from what is true.
//!
//! R² = 1 − Σ wᵢ (yᵢ − pᵢ)² / Σ wᵢ (yᵢ − ȳ)²; where the target is constant, 1 for a perfect prediction and else 0.

use super::{Metric, Weights, mean};
use crate::Matrix;
use crate::data::Target;
use serde::Serialize;

/// Everything that can be said about predicted numbers. With several outputs, the mean over them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RegressionReport {
    /// Mean squared error.
    pub mse: f64,
    /// The root of the mean squared error, of each output by itself.
    pub rmse: f64,
    /// Mean absolute error.
    pub mae: f64,
    /// The share of the variance that is explained.
    pub r2: f64,
    /// Each output by itself.
    pub outputs: Vec<OutputReport>,
}

/// One predicted number.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OutputReport {
    /// Its name.
    pub output: String,
    /// Mean squared error.
    pub mse: f64,
    /// The root of the mean squared error.
    pub rmse: f64,
    /// Mean absolute error.
    pub mae: f64,
    /// The share of the variance that is explained.
    pub r2: f64,
}

impl RegressionReport {
    /// Everything about `predictions`, (n, outputs), where row i counts `weights[i]`.
    ///
    /// # Panics
    /// If the target is not numbers, or their shape is another one.
    pub fn new(predictions: &Matrix<f64>, target: &Target, weights: Option<&[f64]>) -> Self {
        let Target::Values { names, values } = target else { panic!("the target is not numbers") };
        assert_eq!((predictions.rows(), predictions.columns()), (values.rows(), values.columns()));
        let weights = Weights { each: weights };
        let of = |metric| score(metric, predictions, values, weights);
        let outputs = names.iter().enumerate().map(|(j, name)| {
            let one = |metric| score_of_one(metric, predictions, values, j, weights);
            OutputReport {
                output: name.clone(),
                mse: one(Metric::Mse),
                rmse: one(Metric::Rmse),
                mae: one(Metric::Mae),
                r2: one(Metric::R2),
            }
        });
        Self {
            mse: of(Metric::Mse),
            rmse: of(Metric::Rmse),
            mae: of(Metric::Mae),
            r2: of(Metric::R2),
            outputs: outputs.collect(),
        }
    }
}

#[inline(never)] // a page fetches it when it needs it
pub(super) fn score(
    metric: Metric,
    predictions: &Matrix<f64>,
    values: &Matrix<f64>,
    weights: Weights<'_>,
) -> f64 {
    let of_each = (0..values.columns()).map(|j| score_of_one(metric, predictions, values, j, weights));
    match metric {
        Metric::MaxError => largest(of_each),
        _ => mean(of_each),
    }
}

/// The largest of `errors`; NaN if one is, or there are none.
fn largest(errors: impl Iterator<Item = f64>) -> f64 {
    errors.reduce(|a, b| if a.is_nan() || a >= b { a } else { b }).unwrap_or(f64::NAN)
}

fn score_of_one(
    metric: Metric,
    predictions: &Matrix<f64>,
    values: &Matrix<f64>,
    j: usize,
    weights: Weights<'_>,
) -> f64 {
    let n = values.rows();
    let error = |i: usize| values.row(i)[j] - predictions.row(i)[j];
    let mse = || weights.mean(n, |i| error(i) * error(i));
    match metric {
        Metric::Mse => mse(),
        Metric::Rmse => mse().sqrt(),
        Metric::Mae => weights.mean(n, |i| error(i).abs()),
        Metric::MaxError => largest((0..n).map(|i| error(i).abs())),
        Metric::R2 => {
            let center = weights.mean(n, |i| values.row(i)[j]);
            let variance = weights.mean(n, |i| (values.row(i)[j] - center) * (values.row(i)[j] - center));
            match (variance > 0.0, mse() > 0.0) {
                (true, _) => 1.0 - mse() / variance,
                (false, true) => 0.0,
                (false, false) => 1.0,
            }
        }
        Metric::Loss
        | Metric::Accuracy
        | Metric::BalancedAccuracy
        | Metric::Precision
        | Metric::Recall
        | Metric::F1
        | Metric::LogLoss
        | Metric::RocAuc
        | Metric::TopK { .. } => f64::NAN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The numbers are those of mean_squared_error, root_mean_squared_error, mean_absolute_error and r2_score of
    /// scikit-learn 1.9, with multioutput="raw_values" and without.
    #[test]
    fn scores_agree_with_scikit_learn() {
        let names = vec!["a".to_owned(), "b".to_owned()];
        let values = Matrix::from_vec(4, 2, vec![1.0, 10.0, 2.0, 10.0, 4.0, 20.0, 8.0, 0.0]);
        let predictions = Matrix::from_vec(4, 2, vec![1.5, 10.0, 2.0, 12.0, 3.0, 18.0, 8.0, 1.0]);
        let target = Target::Values { names, values };
        let check = |weights: Option<&[f64]>, expected: [[f64; 3]; 4]| {
            let report = RegressionReport::new(&predictions, &target, weights);
            let (a, b) = (&report.outputs[0], &report.outputs[1]);
            let found = [
                [a.mse, b.mse, report.mse],
                [a.rmse, b.rmse, report.rmse],
                [a.mae, b.mae, report.mae],
                [a.r2, b.r2, report.r2],
            ];
            for (found, expected) in found.iter().flatten().zip(expected.iter().flatten()) {
                assert!((found - expected).abs() < 1e-12, "{report:?}");
            }
        };
        check(
            None,
            [
                [0.3125, 2.25, 1.28125],
                [0.5590169943749475, 1.5, 1.0295084971874737],
                [0.375, 1.25, 0.8125],
                [0.9565217391304348, 0.955, 0.9557608695652173],
            ],
        );
        check(
            Some(&[1.0, 2.0, 0.0, 1.0]),
            [
                [0.0625, 2.25, 1.15625],
                [0.25, 1.5, 0.875],
                [0.125, 1.25, 0.6875],
                [0.991869918699187, 0.88, 0.9359349593495935],
            ],
        );
    }

    #[test]
    fn the_largest_error_is_that_of_any_output() {
        let check = |predictions: [f64; 4], expected: f64| {
            let values = Matrix::from_vec(2, 2, vec![1.0, 2.0, 3.0, 4.0]);
            let predictions = Matrix::from_vec(2, 2, predictions.to_vec());
            let found = score(Metric::MaxError, &predictions, &values, Weights { each: None });
            assert!(found == expected || (found.is_nan() && expected.is_nan()), "{found}");
        };
        check([1.0, 2.0, 3.0, 4.0], 0.0);
        check([1.5, 2.0, 0.0, 4.25], 3.0);
        check([1.5, f64::NAN, 0.0, 4.25], f64::NAN);
    }

    #[test]
    fn a_constant_target_is_explained_or_not() {
        let check = |predictions: [f64; 3], expected: f64| {
            let values = Matrix::from_vec(3, 1, vec![1.0; 3]);
            let predictions = Matrix::from_vec(3, 1, predictions.to_vec());
            assert_eq!(score(Metric::R2, &predictions, &values, Weights { each: None }), expected);
        };
        check([1.0, 1.0, 1.0], 1.0);
        check([1.0, 2.0, 1.0], 0.0);
    }
}
