//! Lion, "evolved sign momentum" (Chen et al. 2023, algorithm 2): found by a search over programs.
//!
//! ```text
//! w ← w − η·sign(β₁·m + (1 − β₁)·g)
//! m ← β₂·m + (1 − β₂)·g
//! ```
//!
//! Its decay is the decoupled one that every group can have.

use super::pass::{Step, settled, sign};
use gradus_kernels::Real;

#[derive(Clone, Copy)]
pub(super) struct Lion<R> {
    rate: R,
    beta1: R,
    one_minus_beta1: R,
    beta2: R,
    one_minus_beta2: R,
}

impl<R: Real> Lion<R> {
    pub(super) fn new(rate: f64, beta1: f64, beta2: f64) -> Self {
        Self {
            rate: R::from_f64(rate),
            beta1: R::from_f64(beta1),
            one_minus_beta1: R::from_f64(1.0 - beta1),
            beta2: R::from_f64(beta2),
            one_minus_beta2: R::from_f64(1.0 - beta2),
        }
    }
}

impl<R: Real> Step<R> for Lion<R> {
    const MOMENTS: usize = 1;

    #[inline(always)]
    fn step(self, weight: R, gradient: R, [memory, _]: &mut [R; 2]) -> R {
        let direction = sign(self.beta1 * *memory + self.one_minus_beta1 * gradient);
        *memory = settled(self.beta2 * *memory + self.one_minus_beta2 * gradient);
        weight - self.rate * direction
    }
}
