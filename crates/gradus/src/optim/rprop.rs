//! RPROP (Riedmiller and Braun 1993) in PyTorch's form, which is iRPROP− of Igel and Hüsken (2000): after a change of
//! sign the gradient counts as 0, so that the weight rests for one step and the next one neither grows nor shrinks.
//!
//! ```text
//! s ← sign(g)·sign(g of the last step)
//! Δ ← clamp(Δ·η⁺ if s > 0, Δ·η⁻ if s < 0, Δ if s = 0)         between step_min and step_max
//! g ← 0 if s < 0
//! w ← w − sign(g)·Δ
//! ```
//!
//! Δ begins at the rate. Only the sign of the last gradient is kept: the product of two tiny gradients could vanish.

use super::pass::{Step, sign};
use gradus_kernels::Real;

#[derive(Clone, Copy)]
pub(super) struct Rprop<R> {
    first_size: R,
    eta_minus: R,
    eta_plus: R,
    step_min: R,
    step_max: R,
}

impl<R: Real> Rprop<R> {
    pub(super) fn new(
        rate: f64,
        (eta_minus, eta_plus): (f64, f64),
        (step_min, step_max): (f64, f64),
    ) -> Self {
        Self {
            first_size: R::from_f64(rate),
            eta_minus: R::from_f64(eta_minus),
            eta_plus: R::from_f64(eta_plus),
            step_min: R::from_f64(step_min),
            step_max: R::from_f64(step_max),
        }
    }
}

impl<R: Real> Step<R> for Rprop<R> {
    const MOMENTS: usize = 2;

    #[inline(always)]
    fn step(self, weight: R, gradient: R, [last_sign, size]: &mut [R; 2]) -> R {
        let now = sign(gradient);
        let agreement = now * *last_sign;
        let grown = if agreement > R::ZERO { self.eta_plus } else { R::ONE };
        let factor = if agreement < R::ZERO { self.eta_minus } else { grown };
        // A size of 0 was never set: a weight that is updated for the first time.
        let size_before = if *size == R::ZERO { self.first_size } else { *size };
        *size = (size_before * factor).max(self.step_min).min(self.step_max);
        *last_sign = if agreement < R::ZERO { R::ZERO } else { now };
        weight - *last_sign * *size
    }
}
