//! Poisson loss: the counts y have rate a = eᶻ; E = a − y z is the negative log likelihood without ln y!, which no
//! weight changes. ∂E/∂z = a − y.

use super::Term;
use crate::Real;

#[inline(always)]
pub(super) fn term<R: Real>(Term { logit, prediction, target }: Term<R>) -> (R, R) {
    (prediction - target * logit, prediction - target)
}
