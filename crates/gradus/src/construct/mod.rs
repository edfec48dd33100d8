//! Networks built by hand instead of learned: what a network can represent, without asking whether it would be found.

pub mod gates;
pub mod function;
pub mod approximation;
mod model;

pub use model::model_of_values;
