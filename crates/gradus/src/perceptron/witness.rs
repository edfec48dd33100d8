//! Why no line separates two classes, read off from the perceptron rule itself.
//!
//! With the rows in a fixed order the rule is a deterministic walk through weights. If the data are separable it ends
//! (Novikoff 1962); if they are not, its weights stay bounded (the cycling theorem: Minsky and Papert 1969; Block and Levin
//! 1970), and those of integer data come back to where they have been. Between two visits to the same weights everything that was
//! added was taken away again:
//!
//! ```text
//! Σ nᵢ (xᵢ, 1) over mistaken rows of class 1  =  Σ nⱼ (xⱼ, 1) over mistaken rows of class 0
//! ```
//!
//! so the two sides have equally many terms, and the same mean: a point that lies among the rows of both classes. A line with
//! all of one class on one side has their means there too, and cannot have that point on both.

use super::{Learner, Order, Perceptron};
use std::fmt;

/// A point that is a mean of rows of either class.
#[derive(Clone, Debug, PartialEq)]
pub struct Witness {
    /// The unit that is asked in vain, from 0.
    pub unit: usize,
    /// Epochs after which the weights come round.
    pub period: usize,
    /// Rows with target 1, from 0, and how often each counts.
    pub positive: Vec<(usize, usize)>,
    /// Rows with target 0, from 0, and how often each counts.
    pub negative: Vec<(usize, usize)>,
    /// The mean of either, (inputs).
    pub point: Vec<f64>,
}

impl fmt::Display for Witness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = |side: &[(usize, usize)]| {
            let row = |&(row, count): &(usize, usize)| match count {
                1 => (row + 1).to_string(),
                count => format!("{} (counted {count} times)", row + 1),
            };
            side.iter().map(row).collect::<Vec<_>>().join(", ")
        };
        write!(f, "rows {} have the same mean as rows {}", rows(&self.positive), rows(&self.negative))
    }
}

/// Weights that the rule had after an epoch that is a power of two (Brent 1980): enough to find any period.
pub(super) struct Earlier {
    epoch: usize,
    perceptron: Perceptron,
}

impl Earlier {
    pub(super) fn new(start: &Perceptron) -> Self {
        Self { epoch: 0, perceptron: start.clone() }
    }

    /// After how many epochs the weights have come round, if they have.
    pub(super) fn meets(&mut self, epoch: usize, now: &Perceptron) -> Option<usize> {
        if *now == self.perceptron {
            return Some(epoch - self.epoch);
        }
        if epoch.is_power_of_two() {
            *self = Self { epoch, perceptron: now.clone() };
        }
        None
    }
}

impl Learner<'_> {
    /// Goes round once more and counts the mistakes; `None` if rounding, and not the data, has brought the weights back.
    pub(super) fn witness(&mut self, epoch: usize, period: usize) -> Option<Witness> {
        let mut counts = vec![0_usize; self.inputs.rows() * self.targets.columns()];
        let units = self.targets.columns();
        // The mean of all weights on the way is not to count this round.
        let (late, met) = (self.late.clone(), self.met);
        for again in 1..=period {
            self.epoch(epoch + again, Order::Fixed, &mut |update| {
                counts[update.row * units + update.unit] += 1;
            });
        }
        (self.late, self.met) = (late, met);
        let unit =
            (0..units).find(|unit| counts.iter().skip(*unit).step_by(units).any(|&count| count > 0))?;
        let of_target = |target: f64| -> Vec<(usize, usize)> {
            let counted = (0..self.inputs.rows()).map(|row| (row, counts[row * units + unit]));
            counted.filter(|&(row, count)| count > 0 && self.targets.get(row, unit) == target).collect()
        };
        let (positive, negative) = (of_target(1.0), of_target(0.0));
        let (point, other) = (self.mean(&positive), self.mean(&negative));
        let meet = |a: f64, b: f64| (a - b).abs() <= 1e-9 * (1.0 + a.abs().max(b.abs()));
        let same = point.iter().zip(&other).all(|(&a, &b)| meet(a, b));
        let total = |side: &[(usize, usize)]| side.iter().map(|(_, count)| count).sum::<usize>();
        (same && total(&positive) == total(&negative)).then_some(Witness {
            unit,
            period,
            positive,
            negative,
            point,
        })
    }

    fn mean(&self, side: &[(usize, usize)]) -> Vec<f64> {
        let total: usize = side.iter().map(|(_, count)| count).sum();
        let coordinate = |j: usize| {
            side.iter().map(|&(row, count)| count as f64 * self.inputs.get(row, j)).sum::<f64>()
                / total.max(1) as f64
        };
        (0..self.inputs.columns()).map(coordinate).collect()
    }
}
