//! The engine of Gradus: feedforward neural networks, step by step and at full speed.

#![forbid(unsafe_code)]

mod error;
pub mod random;
pub mod settings;
pub mod data;
pub mod prep;
pub mod network;
pub mod loss;
pub mod optim;
pub mod spec;
pub mod train;
pub mod metrics;
pub mod model;
pub mod model_file;
pub mod perceptron;
pub mod explain;

pub use error::{Class, Error};
pub use gradus_kernels::{Matrix, MatrixView, MatrixViewMut, Real};
pub use model::Model;
pub use spec::Spec;
pub use train::Trainer;
