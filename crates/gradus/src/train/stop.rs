//! Early stopping: the best epoch by a metric of the validation part is remembered with its weights, and the run ends when
//! no better one has come for a while (Prechelt 1998, "Early Stopping — But When?").

use crate::Real;
use crate::metrics::Metric;

/// The best epoch so far.
#[derive(Clone, Debug)]
pub(super) struct Best<R> {
    metric: Metric,
    patience: usize,
    tolerance: f64,
    /// (epoch from 1, value)
    best: Option<(usize, f64)>,
    parameters: Vec<R>,
}

impl<R: Real> Best<R> {
    pub(super) fn new(metric: Metric, patience: usize, tolerance: f64) -> Self {
        Self { metric, patience, tolerance, best: None, parameters: Vec::new() }
    }

    /// Takes note of an epoch; says whether patience is at its end.
    pub(super) fn observe(&mut self, epoch: usize, value: f64, parameters: &[R]) -> bool {
        let better = match self.best {
            None => !value.is_nan(),
            Some((_, best)) if self.metric.greater_is_better() => value > best + self.tolerance,
            Some((_, best)) => value < best - self.tolerance,
        };
        if better {
            self.best = Some((epoch, value));
            self.parameters.clear();
            self.parameters.extend_from_slice(parameters);
        }
        epoch >= self.epoch().unwrap_or(0).saturating_add(self.patience)
    }

    /// The best epoch, from 1.
    pub(super) fn epoch(&self) -> Option<usize> {
        self.best.map(|(epoch, _)| epoch)
    }

    /// Puts the best epoch's weights back.
    pub(super) fn restore(&self, parameters: &mut [R]) {
        if self.best.is_some() {
            parameters.copy_from_slice(&self.parameters);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values of a metric by epoch; the epoch at which the run stops and the best one.
    #[track_caller]
    fn check(metric: Metric, tolerance: f64, values: &[f64], stops: Option<usize>, best: usize) {
        let mut early = Best::<f64>::new(metric, 2, tolerance);
        let stopped = (1..).zip(values).find(|&(epoch, &value)| early.observe(epoch, value, &[epoch as f64]));
        assert_eq!(stopped.map(|(epoch, _)| epoch), stops);
        let mut parameters = [0.0];
        early.restore(&mut parameters);
        assert_eq!((early.epoch(), parameters[0]), (Some(best), best as f64));
    }

    #[test]
    fn stops_when_patience_ends_and_restores_the_best() {
        check(Metric::Loss, 0.0, &[3.0, 2.0, 2.5, 2.1, 1.0], Some(4), 2);
        check(Metric::Loss, 0.0, &[3.0, 2.0, 2.5, 1.9, 1.8], None, 5);
        check(Metric::Loss, 0.5, &[3.0, 2.9, 2.8, 1.0], Some(3), 1);
        check(Metric::Accuracy, 0.0, &[0.5, 0.6, 0.6, 0.6, 0.9], Some(4), 2);
        check(Metric::Loss, 0.0, &[f64::NAN, 2.0, 2.5], None, 2);
    }
}
