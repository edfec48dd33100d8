//! Gradient descent: w ← w − η·g (Cauchy 1847; with a minibatch's gradient, Robbins and Monro 1951).

use super::pass::Step;
use gradus_kernels::Real;

#[derive(Clone, Copy)]
pub(super) struct Sgd<R> {
    rate: R,
}

impl<R: Real> Sgd<R> {
    pub(super) fn new(rate: f64) -> Self {
        Self { rate: R::from_f64(rate) }
    }
}

impl<R: Real> Step<R> for Sgd<R> {
    const MOMENTS: usize = 0;

    #[inline(always)]
    fn step(self, weight: R, gradient: R, _: &mut [R; 2]) -> R {
        weight - self.rate * gradient
    }
}
