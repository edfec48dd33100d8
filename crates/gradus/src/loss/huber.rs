//! Huber's loss (Huber 1964): with r = a − y, ½r² where |r| ≤ δ and δ(|r| − ½δ) beyond; ∂E/∂a is r held within ±δ.

use super::Term;
use crate::Real;

#[inline(always)]
pub(super) fn term<R: Real>(limit: R) -> impl Fn(Term<R>) -> (R, R) {
    #[inline(always)]
    move |Term { prediction, target, .. }| {
        let residual = prediction - target;
        let slope = residual.max(-limit).min(limit);
        // Both branches in one: with s the held residual, s·r − ½s² is ½r² inside and δ|r| − ½δ² outside. A NaN residual
        // must not be swallowed by max and min.
        (slope * residual - R::from_f64(0.5) * slope * slope, slope + R::ZERO * residual)
    }
}
