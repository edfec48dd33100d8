//! Softmax cross-entropy: with a = softmax(z), E = −Σ yₖ ln aₖ and, where Σ yₖ = 1, ∂E/∂zₖ = aₖ − yₖ.
//!
//! ln aₖ = zₖ − ln Σⱼ eᶻʲ, and the logarithm of the sum is taken with the largest z drawn out, so that nothing overflows. That
//! sum is 1/a of the largest z: the softmax is there already, and its exponentials need not be taken again.
//! Label smoothing s replaces y by (1 − s) y + s/K.

use super::Outputs;
use crate::Real;
use gradus_kernels::rows::{RowsKernel, by_columns};
use gradus_kernels::{Kernel, dispatch};

/// Σᵢ wᵢ Eᵢ and Δ, from logits, their softmax and the targets.
#[inline(never)] // a page fetches it when it needs it
pub(super) fn evaluate<R: Real>(
    outputs: &Outputs<'_, R>,
    predictions: &[R],
    smoothing: R,
    scale: R,
    delta: &mut [R],
) -> f64 {
    dispatch(CrossEntropy { outputs, predictions, smoothing, scale, delta })
}

struct CrossEntropy<'a, R> {
    outputs: &'a Outputs<'a, R>,
    predictions: &'a [R],
    smoothing: R,
    scale: R,
    delta: &'a mut [R],
}

impl<R: Real> Kernel for CrossEntropy<'_, R> {
    type Output = f64;

    #[inline(always)]
    fn run(self) -> f64 {
        let width = self.outputs.width;
        by_columns(self, width)
    }
}

impl<R: Real> RowsKernel for CrossEntropy<'_, R> {
    type Output = f64;

    #[inline(always)]
    fn short<const COLUMNS: usize>(self) -> f64 {
        self.rows(COLUMNS)
    }

    #[inline(always)]
    fn any(self) -> f64 {
        let width = self.outputs.width;
        self.rows(width)
    }
}

impl<R: Real> CrossEntropy<'_, R> {
    #[inline(always)]
    fn rows(self, width: usize) -> f64 {
        let Outputs { logits, targets, weights, .. } = *self.outputs;
        let (keep, spread) = (R::ONE - self.smoothing, self.smoothing / R::from_f64(width as f64));
        let mut total = 0.0;
        for (row, deltas) in self.delta.chunks_exact_mut(width).enumerate() {
            let at = row * width..(row + 1) * width;
            let (logits, targets, predictions) =
                (&logits[at.clone()], &targets[at.clone()], &self.predictions[at]);
            let weight = weights.map_or(R::ONE, |weights| weights[row]);
            let (largest, likeliest) = (largest(logits), largest(predictions));
            let log_sum = -likeliest.ln();
            let mut value = R::ZERO;
            for (((delta, &logit), &target), &prediction) in
                deltas.iter_mut().zip(logits).zip(targets).zip(predictions)
            {
                let target = keep * target + spread;
                // Of a class that is out of the question ln a may be −∞.
                let term = target * (log_sum - (logit - largest));
                value += if target == R::ZERO { R::ZERO } else { term };
                *delta = (prediction - target) * (weight * self.scale);
            }
            total += (weight * value).to_f64();
        }
        total
    }
}

#[inline(always)]
fn largest<R: Real>(numbers: &[R]) -> R {
    numbers.iter().fold(R::NEG_INFINITY, |largest, &x| if x > largest { x } else { largest })
}
