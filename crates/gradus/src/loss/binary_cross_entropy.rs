//! Binary cross-entropy on logits: with a = σ(z), E = −y ln a − (1 − y) ln(1 − a) and ∂E/∂z = a − y.
//!
//! Computed as max(z, 0) − y z + ln(1 + e^−|z|), which is the same function but never takes the logarithm of a rounded 0.

use super::Term;
use crate::Real;

#[inline(always)]
pub(super) fn term<R: Real>(Term { logit, prediction, target }: Term<R>) -> (R, R) {
    let value = logit.max(R::ZERO) - target * logit + (-logit.abs()).exp().ln_1p();
    (value, prediction - target)
}
