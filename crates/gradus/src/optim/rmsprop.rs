//! RMSProp (Tieleman and Hinton 2012), not centred, in PyTorch's form: ε stands outside the root.
//!
//! ```text
//! v ← α·v + (1 − α)·g²
//! w ← w − η·g / (√v + ε)                        without momentum
//! b ← μ·b + g / (√v + ε),   w ← w − η·b         with momentum
//! ```

use super::pass::{Step, settled};
use gradus_kernels::Real;

#[derive(Clone, Copy)]
pub(super) struct RmsProp<R> {
    rate: R,
    alpha: R,
    one_minus_alpha: R,
    epsilon: R,
}

impl<R: Real> RmsProp<R> {
    pub(super) fn new(rate: f64, alpha: f64, epsilon: f64) -> Self {
        Self {
            rate: R::from_f64(rate),
            alpha: R::from_f64(alpha),
            one_minus_alpha: R::from_f64(1.0 - alpha),
            epsilon: R::from_f64(epsilon),
        }
    }

    /// Brings the mean square up to date and gives √v + ε.
    #[inline(always)]
    fn divisor(self, gradient: R, mean_square: &mut R) -> R {
        *mean_square = settled(self.alpha * *mean_square + self.one_minus_alpha * (gradient * gradient));
        mean_square.sqrt() + self.epsilon
    }
}

impl<R: Real> Step<R> for RmsProp<R> {
    const MOMENTS: usize = 1;

    #[inline(always)]
    fn step(self, weight: R, gradient: R, [mean_square, _]: &mut [R; 2]) -> R {
        weight - self.rate * gradient / self.divisor(gradient, mean_square)
    }
}

#[derive(Clone, Copy)]
pub(super) struct RmsPropMomentum<R> {
    rmsprop: RmsProp<R>,
    momentum: R,
}

impl<R: Real> RmsPropMomentum<R> {
    pub(super) fn new(rate: f64, alpha: f64, epsilon: f64, momentum: f64) -> Self {
        Self { rmsprop: RmsProp::new(rate, alpha, epsilon), momentum: R::from_f64(momentum) }
    }
}

impl<R: Real> Step<R> for RmsPropMomentum<R> {
    const MOMENTS: usize = 2;

    #[inline(always)]
    fn step(self, weight: R, gradient: R, [mean_square, push]: &mut [R; 2]) -> R {
        let divisor = self.rmsprop.divisor(gradient, mean_square);
        *push = settled(self.momentum * *push + gradient / divisor);
        weight - self.rmsprop.rate * *push
    }
}
