//! Cross-validation: K trainings, each tested on the K-th of the training part that it did not see.
//!
//! Every class is spread evenly over the folds (Kohavi 1995). The spread is the sample deviation over the folds,
//! √(Σ(x − m)² / (K − 1)); it tells how much luck is in one division, not how sure the mean is.

use crate::Error;
use crate::results::figures;
use crate::run::{Fitted, Observers, Run, Stage};
use gradus::data::folds;
use gradus::metrics::Report;
use gradus::train::StopReason;
use serde::Serialize;

/// What the folds came to.
#[derive(Clone, Debug, Serialize)]
pub struct CrossValidation {
    /// Number of folds.
    pub folds: usize,
    /// Mean and spread of every figure.
    pub figures: Vec<Spread>,
    /// The report of each fold.
    pub reports: Vec<Report>,
}

/// A figure over the folds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Spread {
    /// Its name.
    pub name: &'static str,
    /// Its mean.
    pub mean: f64,
    /// Its sample deviation.
    pub deviation: f64,
}

/// Trains K times. A training that is stopped or diverges ends it, and is given back.
pub(crate) fn cross_validate(
    run: &Run,
    k: usize,
    observers: &mut Observers<'_>,
) -> Result<Result<CrossValidation, Box<Fitted>>, Error> {
    let rows = run.training.rows();
    if k > rows {
        return Err(Error::TooManyFolds { folds: k, rows });
    }
    let seed = run.spec.seed();
    let mut reports = Vec::with_capacity(k);
    for (number, fold) in (1..).zip(folds(&run.training.target, k, seed)) {
        let observer = &mut *observers(Stage::Fold { number, of: k });
        let training = run.training.select(&fold.rest);
        let fitted = run.fit(&training, observer)?;
        if fitted.diverged.is_some() || fitted.model.record.stop == StopReason::Observer {
            return Ok(Err(Box::new(fitted)));
        }
        reports.push(
            run.located(fitted.model.evaluate(&run.usable(&training, &run.training.select(&fold.part))))?,
        );
    }
    Ok(Ok(CrossValidation { folds: k, figures: spreads(&reports), reports }))
}

fn spreads(reports: &[Report]) -> Vec<Spread> {
    let figures: Vec<_> = reports.iter().map(figures).collect();
    let Some(first) = figures.first() else { return Vec::new() };
    let spread = |&(name, _): &(&'static str, f64)| {
        let of_fold = |fold: &Vec<(&'static str, f64)>| {
            fold.iter().find(|(other, _)| *other == name).map(|found| found.1)
        };
        let (mean, deviation) = mean_and_deviation(&figures.iter().filter_map(of_fold).collect::<Vec<_>>());
        Spread { name, mean, deviation }
    };
    first.iter().map(spread).collect()
}

/// The mean and the sample deviation.
pub(crate) fn mean_and_deviation(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
    (mean, (squares / (n - 1.0).max(1.0)).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mean_and_deviation_are_those_of_a_sample() {
        // statistics.mean and statistics.stdev of Python.
        assert_eq!(mean_and_deviation(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]), (5.0, 2.138089935299395));
        assert_eq!(mean_and_deviation(&[3.0]), (3.0, 0.0));
    }
}
