//! The engine of Gradus: feedforward neural networks, step by step and at full speed.

mod error;
pub mod random;
pub mod data;
pub mod prep;
pub mod optim;
pub mod perceptron;
pub mod settings;
pub mod network;
pub mod loss;
pub mod metrics;

pub use error::{Class, Error};
pub use gradus_kernels::{Matrix, MatrixView, MatrixViewMut, Real};
