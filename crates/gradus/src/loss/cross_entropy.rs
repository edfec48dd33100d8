//! Softmax cross-entropy: with a = softmax(z), E = −Σ yₖ ln aₖ and, where Σ yₖ = 1, ∂E/∂zₖ = aₖ − yₖ.
//!
//! ln aₖ = zₖ − ln Σⱼ eᶻʲ, and the logarithm of the sum is taken with the largest z drawn out, so that nothing overflows.
//! Label smoothing s replaces y by (1 − s) y + s/K.

use super::Outputs;
use crate::Real;

/// Σᵢ wᵢ Eᵢ and Δ, from logits, their softmax and the targets.
pub(super) fn evaluate<R: Real>(
    outputs: &Outputs<'_, R>,
    predictions: &[R],
    smoothing: R,
    scale: R,
    delta: &mut [R],
) -> f64 {
    let width = outputs.width;
    let (keep, spread) = (R::ONE - smoothing, smoothing / R::from_f64(width as f64));
    let mut total = 0.0;
    for (row, deltas) in delta.chunks_exact_mut(width).enumerate() {
        let at = row * width..(row + 1) * width;
        let (logits, targets) = (&outputs.logits[at.clone()], &outputs.targets[at.clone()]);
        let weight = outputs.weights.map_or(R::ONE, |weights| weights[row]);
        let largest = logits.iter().fold(R::NEG_INFINITY, |largest, &z| largest.max(z));
        let log_sum = logits.iter().map(|&z| (z - largest).exp()).sum::<R>().ln();
        let mut value = R::ZERO;
        for (((delta, &logit), &target), &prediction) in
            deltas.iter_mut().zip(logits).zip(targets).zip(&predictions[at])
        {
            let target = keep * target + spread;
            if target != R::ZERO {
                value += target * (log_sum - (logit - largest));
            }
            *delta = (prediction - target) * (weight * scale);
        }
        total += (weight * value).to_f64();
    }
    total
}
