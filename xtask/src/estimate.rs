//! A mean and how sure it is.
//!
//! The standard error of the mean of n values is s / √n, with the sample deviation s² = Σ(x − m)² / (n − 1). A
//! difference of two means that is within twice √(e₁² + e₂²), their standard errors, is taken as noise.

use std::fmt;

/// A mean with its standard error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Estimate {
    pub(crate) mean: f64,
    pub(crate) standard_error: f64,
}

impl Estimate {
    /// Over values.
    pub(crate) fn of_values(values: &[f64]) -> Self {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        Self { mean, standard_error: (squares / (n - 1.0).max(1.0) / n).sqrt() }
    }

    /// Over cross-validations, each told as mean and sample deviation over `folds` folds.
    pub(crate) fn of_cross_validations(runs: &[(f64, f64)], folds: usize) -> Self {
        let n = runs.len() as f64;
        let variance = runs.iter().map(|(_, deviation)| deviation.powi(2)).sum::<f64>() / n;
        Self {
            mean: runs.iter().map(|(mean, _)| mean).sum::<f64>() / n,
            standard_error: (variance / (n * folds as f64)).sqrt(),
        }
    }

    /// How far this mean is above the other, in standard errors of the difference.
    pub(crate) fn errors_above(&self, other: &Self) -> f64 {
        let error = self.standard_error.hypot(other.standard_error);
        (self.mean - other.mean) / error.max(f64::MIN_POSITIVE)
    }
}

/// The median; of an even number, the mean of the two in the middle.
pub(crate) fn median(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    let n = values.len();
    (values[(n - 1) / 2] + values[n / 2]) / 2.0
}

/// `0.9733 ± 0.0068`; with `{:.1}`, one decimal.
impl fmt::Display for Estimate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decimals = formatter.precision().unwrap_or(4);
        write!(formatter, "{:.decimals$} ± {:.decimals$}", self.mean, self.standard_error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn standard_errors_are_those_of_python() {
        // statistics.stdev([2, 4, 4, 4, 5, 5, 7, 9]) / sqrt(8)
        let values = Estimate::of_values(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]);
        assert_eq!((values.mean, format!("{:.6}", values.standard_error)), (5.0, "0.755929".to_owned()));
        // Two runs of ten folds with deviations 3 and 4: sqrt((9 + 16) / 2 / 20).
        let runs = Estimate::of_cross_validations(&[(1.0, 3.0), (2.0, 4.0)], 10);
        assert_eq!((runs.mean, format!("{:.6}", runs.standard_error)), (1.5, "0.790569".to_owned()));
    }

    #[test]
    fn differences_are_told_in_standard_errors() {
        let (better, worse) =
            (Estimate { mean: 0.9, standard_error: 0.03 }, Estimate { mean: 0.8, standard_error: 0.04 });
        assert!((better.errors_above(&worse) - 2.0).abs() < 1e-12);
        assert_eq!(format!("{better} {worse:.1}"), "0.9000 ± 0.0300 0.8 ± 0.0");
    }

    #[test]
    fn the_median_is_in_the_middle() {
        assert_eq!((median(&[3.0, 1.0, 2.0]), median(&[4.0, 1.0, 2.0, 3.0])), (2.0, 2.5));
    }
}
