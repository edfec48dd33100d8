//! Nesterov's momentum (1983) as `torch.optim.SGD(nesterov=True)` computes it, after Sutskever et al. (2013): the
//! gradient is taken where the ball already is, and the step looks one push ahead.
//!
//! ```text
//! b ← μ·b + g
//! w ← w − η·(g + μ·b)
//! ```

use super::pass::{Step, settled};
use gradus_kernels::Real;

#[derive(Clone, Copy)]
pub(super) struct Nesterov<R> {
    rate: R,
    momentum: R,
}

impl<R: Real> Nesterov<R> {
    pub(super) fn new(rate: f64, momentum: f64) -> Self {
        Self { rate: R::from_f64(rate), momentum: R::from_f64(momentum) }
    }
}

impl<R: Real> Step<R> for Nesterov<R> {
    const MOMENTS: usize = 1;

    #[inline(always)]
    fn step(self, weight: R, gradient: R, [push, _]: &mut [R; 2]) -> R {
        *push = settled(self.momentum * *push + gradient);
        weight - self.rate * (gradient + self.momentum * *push)
    }
}
