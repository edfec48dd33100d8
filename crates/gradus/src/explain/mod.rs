//! Looking inside: is the gradient right, what are the numbers of one step, what speaks for an answer and how much, and is
//! a deep network deep?

mod gradient_check;
pub mod trace;
mod worked_example;
mod evidence;
mod attribution;
mod collapse;
mod curvature;

pub use attribution::{Attribution, attribute};
pub use collapse::{Collapsed, collapse};
pub use curvature::{Surface, eigenvalues};
pub use evidence::{Contribution, Evidence, angle_degrees};
pub use gradient_check::{GradientCheck, gradient_check};
pub use worked_example::WorkedExample;
