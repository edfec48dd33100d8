//! Bringing numbers to a common size: x' = (x − shift) · scale, and what stands in for a missing number.
//!
//! Gradient descent takes steps of one size for all weights, so inputs of very different size learn at very different
//! speed (LeCun et al. 1998, *Efficient BackProp*, section 4.3). The deviation is the population's, √(Σ(x − m)² / n), as
//! in scikit-learn's `StandardScaler`; quantiles interpolate linearly between neighbours, as numpy's do.

use crate::Error;
use serde::{Deserialize, Serialize};
use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

/// How numbers are brought to a common size.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Scaling {
    /// `standard`; for bytes `shared`.
    #[default]
    Auto,
    /// Mean 0 and deviation 1 per column.
    Standard,
    /// The smallest number becomes 0 and the largest 1, per column.
    MinMax,
    /// Median 0 and distance between the quartiles 1, per column: a few extreme numbers change little.
    Robust,
    /// One mean and one deviation over all columns: pixels share one unit.
    Shared,
    /// Numbers as they are.
    None,
}

impl Scaling {
    const ALL: [Self; 6] = [Self::Auto, Self::Standard, Self::MinMax, Self::Robust, Self::Shared, Self::None];

    fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Standard => "standard",
            Self::MinMax => "minmax",
            Self::Robust => "robust",
            Self::Shared => "shared",
            Self::None => "none",
        }
    }
}

/// What happens to missing cells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Missing {
    /// They are an error.
    #[default]
    Error,
    /// The column's mean takes their place; in a category the most frequent word.
    Mean,
    /// The column's median takes their place; in a category the most frequent word.
    Median,
    /// Their rows are left out.
    Drop,
}

impl Missing {
    const ALL: [Self; 4] = [Self::Error, Self::Mean, Self::Median, Self::Drop];

    fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Mean => "mean",
            Self::Median => "median",
            Self::Drop => "drop",
        }
    }
}

impl Display for Scaling {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Scaling {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let found = Self::ALL.into_iter().find(|scaling| scaling.name() == text.trim());
        found.ok_or_else(|| Error::unknown_name("scaling", text, Self::ALL.map(Self::name)))
    }
}

impl Display for Missing {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Missing {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let found = Self::ALL.into_iter().find(|missing| missing.name() == text.trim());
        found
            .ok_or_else(|| Error::unknown_name("treatment of missing cells", text, Self::ALL.map(Self::name)))
    }
}

impl TryFrom<String> for Scaling {
    type Error = Error;
    fn try_from(text: String) -> Result<Self, Error> {
        text.parse()
    }
}

impl From<Scaling> for String {
    fn from(scaling: Scaling) -> Self {
        scaling.to_string()
    }
}

impl TryFrom<String> for Missing {
    type Error = Error;
    fn try_from(text: String) -> Result<Self, Error> {
        text.parse()
    }
}

impl From<Missing> for String {
    fn from(missing: Missing) -> Self {
        missing.to_string()
    }
}

/// x' = (x − shift) · scale
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Affine {
    /// What is taken away first.
    pub shift: f64,
    /// What the rest is multiplied by; 0 for a column that was constant in training and so can say nothing.
    pub scale: f64,
}

impl Affine {
    /// Leaves every number as it is.
    pub const IDENTITY: Self = Self { shift: 0.0, scale: 1.0 };

    /// What `scaling` makes of one column of finite numbers (n), of which x\[i\] counts `weights[i]`.
    pub(super) fn fit(scaling: Scaling, x: &[f64], weights: Option<&[f64]>) -> Self {
        match scaling {
            Scaling::None => Self::IDENTITY,
            Scaling::Auto | Scaling::Standard | Scaling::Shared => {
                let (mean, deviation) = mean_and_deviation(x, weights);
                Self::from_spread(mean, deviation)
            }
            Scaling::MinMax => {
                let low = x.iter().copied().fold(f64::INFINITY, f64::min);
                let high = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                Self::from_spread(low, high - low)
            }
            Scaling::Robust => Self::robust(x),
        }
    }

    /// Spread 0 becomes scale 0: in training such a column was constant.
    pub(super) fn from_spread(shift: f64, spread: f64) -> Self {
        let scale = 1.0 / spread;
        Self { shift, scale: if scale.is_finite() { scale } else { 0.0 } }
    }

    #[inline(never)] // a page fetches it when it needs it
    fn robust(x: &[f64]) -> Self {
        let mut sorted = x.to_vec();
        sorted.sort_by(f64::total_cmp);
        let spread = quantile(&sorted, 0.75) - quantile(&sorted, 0.25);
        let constant = sorted.first() == sorted.last();
        // A column that is mostly one number has quartiles without distance, and yet says something: it keeps its unit.
        let spread = if spread == 0.0 && !constant { 1.0 } else { spread };
        Self::from_spread(quantile(&sorted, 0.5), spread)
    }

    /// The scaled number.
    #[inline(always)]
    pub fn apply(self, x: f64) -> f64 {
        (x - self.shift) * self.scale
    }

    pub(super) fn check(self) -> Result<(), String> {
        match self.shift.is_finite() && self.scale.is_finite() {
            true => Ok(()),
            false => Err(format!("a scaling by ({}, {}) is not finite", self.shift, self.scale)),
        }
    }
}

/// Σ wᵢ xᵢ / Σ wᵢ and √(Σ wᵢ (xᵢ − mean)² / Σ wᵢ); (0, 0) where nothing counts. A constant column has a deviation of
/// exactly 0, whatever the rounding of its mean.
pub(super) fn mean_and_deviation(x: &[f64], weights: Option<&[f64]>) -> (f64, f64) {
    let weight = |i: usize| weights.map_or(1.0, |weights| weights[i]);
    let total: f64 = (0..x.len()).map(weight).sum();
    if total <= 0.0 || x.is_empty() {
        return (0.0, 0.0);
    }
    if x.iter().all(|&value| value == x[0]) {
        return (x[0], 0.0);
    }
    let mean = x.iter().enumerate().map(|(i, value)| weight(i) * value).sum::<f64>() / total;
    let squares = x.iter().enumerate().map(|(i, value)| weight(i) * (value - mean) * (value - mean));
    (mean, (squares.sum::<f64>() / total).sqrt())
}

/// What stands in for the missing numbers (NaN) of a column; none where all are missing, or where nothing shall.
pub(super) fn fill(missing: Missing, x: &[f64], weights: Option<&[f64]>) -> Option<f64> {
    let present: Vec<usize> = (0..x.len()).filter(|&i| !x[i].is_nan()).collect();
    let mut numbers: Vec<f64> = present.iter().map(|&i| x[i]).collect();
    if numbers.is_empty() {
        return None;
    }
    match missing {
        Missing::Error | Missing::Drop => None,
        Missing::Mean => {
            let weights = weights.map(|weights| present.iter().map(|&i| weights[i]).collect::<Vec<_>>());
            Some(mean_and_deviation(&numbers, weights.as_deref()).0)
        }
        Missing::Median => {
            numbers.sort_by(f64::total_cmp);
            Some(quantile(&numbers, 0.5))
        }
    }
}

/// The number below which the share `q` of `sorted` (ascending, not empty) lies.
pub(super) fn quantile(sorted: &[f64], q: f64) -> f64 {
    let place = q * (sorted.len() - 1) as f64;
    let (below, above) = (sorted[place.floor() as usize], sorted[place.ceil() as usize]);
    below + (above - below) * place.fract()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_scaled_as_by_scikit_learn() {
        // sklearn.preprocessing 1.9, x = [[1], [2], [4], [9]]: StandardScaler, MinMaxScaler, RobustScaler.
        let x = [1.0, 2.0, 4.0, 9.0];
        let check = |scaling, expected: [f64; 4]| {
            let affine = Affine::fit(scaling, &x, None);
            for (value, expected) in x.iter().zip(expected) {
                assert!((affine.apply(*value) - expected).abs() < 1e-12, "{scaling}: {value}");
            }
        };
        let standard = [-0.9733285267845752, -0.6488856845230502, 0.0, 1.6222142113076254];
        check(Scaling::Standard, standard);
        check(Scaling::MinMax, [0.0, 0.125, 0.375, 1.0]);
        check(
            Scaling::Robust,
            [-0.5714285714285714, -0.2857142857142857, 0.2857142857142857, 1.7142857142857142],
        );
        check(Scaling::None, x);
    }

    #[test]
    fn a_constant_column_says_nothing() {
        for scaling in [Scaling::Standard, Scaling::MinMax, Scaling::Robust] {
            // The mean of ten times 0.1 is not 0.1 when it is summed up and divided.
            let affine = Affine::fit(scaling, &[0.1; 10], None);
            assert_eq!((affine.apply(0.1), affine.apply(5.0)), (0.0, 0.0), "{scaling}");
        }
    }

    #[test]
    fn a_weight_of_two_is_a_row_twice() {
        let weighted = Affine::fit(Scaling::Standard, &[1.0, 5.0, 6.0], Some(&[2.0, 1.0, 0.0]));
        let twice = Affine::fit(Scaling::Standard, &[1.0, 1.0, 5.0], None);
        assert!((weighted.shift - twice.shift).abs() < 1e-15 && (weighted.scale - twice.scale).abs() < 1e-15);
    }

    #[test]
    fn names_are_read_and_written() {
        for scaling in Scaling::ALL {
            assert_eq!(scaling.to_string().parse::<Scaling>().unwrap(), scaling);
        }
        for missing in Missing::ALL {
            assert_eq!(missing.to_string().parse::<Missing>().unwrap(), missing);
        }
        let error = "standart".parse::<Scaling>().unwrap_err().to_string();
        assert!(error.contains("did you mean `standard`"), "{error}");
    }
}
