//! Adam (Kingma and Ba 2015, algorithm 1) in PyTorch's form; AdamW (Loshchilov and Hutter 2019) is the same arithmetic
//! after the decoupled decay that every group can have.
//!
//! ```text
//! m ← m + (1 − β₁)·(g − m)
//! v ← β₂·v + (1 − β₂)·g²
//! w ← w − η/(1 − β₁ᵗ) · m / (√v/√(1 − β₂ᵗ) + ε)
//! ```
//!
//! The two powers correct the bias of moments that began at 0; they depend on the step t alone and are computed once.

use super::pass::{Step, settled};
use gradus_kernels::Real;

#[derive(Clone, Copy)]
pub(super) struct Adam<R> {
    rate: R,
    one_minus_beta1: R,
    beta2: R,
    one_minus_beta2: R,
    second_scale: R,
    epsilon: R,
}

impl<R: Real> Adam<R> {
    /// The rule at update number `steps`, from 1.
    pub(super) fn new(rate: f64, (beta1, beta2): (f64, f64), epsilon: f64, steps: u64) -> Self {
        let first_correction = 1.0 - power(beta1, steps);
        let second_correction = 1.0 - power(beta2, steps);
        Self {
            rate: R::from_f64(rate / first_correction),
            one_minus_beta1: R::from_f64(1.0 - beta1),
            beta2: R::from_f64(beta2),
            one_minus_beta2: R::from_f64(1.0 - beta2),
            second_scale: R::from_f64(1.0 / second_correction.sqrt()),
            epsilon: R::from_f64(epsilon),
        }
    }
}

/// baseⁿ for a base in [0, 1). `powf` of the platform could differ in its last bit from one system to the next.
fn power(base: f64, n: u64) -> f64 {
    libm::pow(base, n as f64)
}

impl<R: Real> Step<R> for Adam<R> {
    const MOMENTS: usize = 2;

    #[inline(always)]
    fn step(self, weight: R, gradient: R, [mean, mean_square]: &mut [R; 2]) -> R {
        *mean = settled(*mean + self.one_minus_beta1 * (gradient - *mean));
        *mean_square = settled(self.beta2 * *mean_square + self.one_minus_beta2 * (gradient * gradient));
        weight - self.rate * *mean / (mean_square.sqrt() * self.second_scale + self.epsilon)
    }
}
