//! Momentum, the heavy ball of Polyak (1964), in PyTorch's form without dampening: the rate stands outside the memory.
//!
//! ```text
//! b ← μ·b + g
//! w ← w − η·b
//! ```

use super::pass::{Step, settled};
use gradus_kernels::Real;

#[derive(Clone, Copy)]
pub(super) struct Momentum<R> {
    rate: R,
    momentum: R,
}

impl<R: Real> Momentum<R> {
    pub(super) fn new(rate: f64, momentum: f64) -> Self {
        Self { rate: R::from_f64(rate), momentum: R::from_f64(momentum) }
    }
}

impl<R: Real> Step<R> for Momentum<R> {
    const MOMENTS: usize = 1;

    #[inline(always)]
    fn step(self, weight: R, gradient: R, [push, _]: &mut [R; 2]) -> R {
        *push = settled(self.momentum * *push + gradient);
        weight - self.rate * *push
    }
}
