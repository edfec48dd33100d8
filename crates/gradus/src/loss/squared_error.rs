//! Squared error: E = ½ (y − a)², ∂E/∂a = a − y. The ½ cancels against the derivative's 2.

use super::Term;
use crate::Real;

#[inline(always)]
pub(super) fn term<R: Real>(Term { prediction, target, .. }: Term<R>) -> (R, R) {
    let residual = prediction - target;
    (R::from_f64(0.5) * residual * residual, residual)
}
