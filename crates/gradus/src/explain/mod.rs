//! Looking inside: is the gradient right, what speaks for an answer, and how much?

mod gradient_check;
mod evidence;
mod attribution;

pub use attribution::{Attribution, attribute};
pub use evidence::{Contribution, Evidence, angle_degrees};
pub use gradient_check::{GradientCheck, gradient_check};
