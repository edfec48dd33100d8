//! Absolute error: E = |y − a|, ∂E/∂a = sign(a − y), and 0 at a = y. It estimates the median.

use super::Term;
use crate::Real;

#[inline(always)]
pub(super) fn term<R: Real>(Term { prediction, target, .. }: Term<R>) -> (R, R) {
    let residual = prediction - target;
    let slope = if residual == R::ZERO { R::ZERO } else { R::ONE.copysign(residual) };
    (residual.abs(), slope)
}
