//! Looking inside: is the gradient right, what are the numbers of one step, and is a deep network deep?

mod gradient_check;
pub mod trace;
mod worked_example;
mod collapse;

pub use collapse::{Collapsed, collapse};
pub use gradient_check::{GradientCheck, gradient_check};
pub use worked_example::WorkedExample;
