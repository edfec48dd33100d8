//! Looking inside: is the gradient right?

mod gradient_check;

pub use gradient_check::{GradientCheck, gradient_check};
