//! Looking inside: is the gradient right, and what are the numbers of one step?

mod gradient_check;
pub mod trace;
mod worked_example;

pub use gradient_check::{GradientCheck, gradient_check};
pub use worked_example::WorkedExample;
