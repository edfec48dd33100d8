//! Reduce on plateau, as `torch.optim.lr_scheduler.ReduceLROnPlateau` with a relative threshold and no cooldown.

/// The state of a reduce-on-plateau schedule: once in an epoch it sees the watched value and answers with a factor.
///
/// A value is better if it lies beyond the best one so far by the relative `threshold`. After more than `patience` epochs
/// in a row that are not, the factor goes down and the counting begins again.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plateau {
    factor: f64,
    patience: u64,
    threshold: f64,
    best: Option<f64>,
    bad_epochs: u64,
    current: f64,
}

impl Plateau {
    /// The state before the first epoch.
    pub fn new(factor: f64, patience: u64, threshold: f64) -> Self {
        Self { factor, patience, threshold, best: None, bad_epochs: 0, current: 1.0 }
    }

    /// Takes the watched value of an epoch and gives the factor of the base rate for the next one.
    pub fn observe(&mut self, value: f64, greater_is_better: bool) -> f64 {
        let better = match self.best {
            None => !value.is_nan(),
            Some(best) if greater_is_better => value > best * (1.0 + self.threshold),
            Some(best) => value < best * (1.0 - self.threshold),
        };
        if better {
            self.best = Some(value);
            self.bad_epochs = 0;
        } else {
            self.bad_epochs += 1;
        }
        if self.bad_epochs > self.patience {
            self.current *= self.factor;
            self.bad_epochs = 0;
        }
        self.current
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_falls_when_the_value_stands() {
        fn check(patience: u64, threshold: f64, greater_is_better: bool, values: &[f64], factors: &[f64]) {
            let mut plateau = Plateau::new(0.1, patience, threshold);
            for (&value, &factor) in values.iter().zip(factors) {
                let observed = plateau.observe(value, greater_is_better);
                assert!((observed - factor).abs() <= 1e-15, "{values:?}: {observed}, not {factor}");
            }
        }
        // torch.optim.lr_scheduler.ReduceLROnPlateau, rate 1.
        let values = [1.0, 0.9, 0.9, 0.9, 0.9, 0.8, 0.8, 0.8, 0.8];
        check(2, 1e-4, false, &values, &[1.0, 1.0, 1.0, 1.0, 0.1, 0.1, 0.1, 0.1, 0.01]);
        check(0, 0.1, false, &[1.0, 0.95, 0.91, 0.85, 0.8], &[1.0, 0.1, 0.01, 0.01, 0.001]);
        check(1, 1e-4, true, &[0.5, 0.6, 0.6, 0.59, 0.7, 0.7, 0.7], &[1.0, 1.0, 1.0, 0.1, 0.1, 0.1, 0.01]);
        check(1, 1e-4, false, &[f64::NAN, 1.0, 1.0, f64::NAN, 0.5], &[1.0, 1.0, 1.0, 0.1, 0.1]);
    }
}
