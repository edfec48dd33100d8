//! The engine of Gradus: feedforward neural networks, step by step and at full speed.
//!
//! Exclusive or, the smallest problem that needs a hidden layer:
//!
//! ```
//! use gradus::data::{Block, Dataset, Elements, Inputs, Target};
//! use gradus::{Spec, Trainer, train::Silent};
//!
//! let elements = Elements::F32(vec![0., 0., 0., 1., 1., 0., 1., 1.]);
//! let inputs = Inputs::Block(Block { rows: 4, columns: 2, elements, picture: None });
//! let names = vec!["no".to_owned(), "yes".to_owned()];
//! let target = Target::Classes { name: "differ".to_owned(), codes: vec![0, 1, 1, 0], names };
//! let dataset = Dataset { inputs, target, weights: None };
//!
//! let mut spec = Spec::default();
//! spec.set("hidden", "8")?;
//! spec.set("activation", "tanh")?;
//! let model = Trainer::new(spec).fit(&dataset, &mut Silent)?;
//!
//! let probabilities = model.predict(&dataset.inputs)?; // (4, 2)
//! assert!(probabilities.row(1)[1] > 0.9 && probabilities.row(3)[1] < 0.1);
//! # Ok::<(), gradus::Error>(())
//! ```
//!
//! Three ways in, from the least to the most of one's own: [`Trainer`] takes a [`Spec`] and a
//! [`Dataset`](data::Dataset) and gives a [`Model`]; [`train::step`] is one update of a training loop of one's own, as in
//! `examples/training_loop.rs`; [`network::Network`] is layers over one parameter buffer. [`spec::KEYS`] documents every
//! setting, and [`model_file`] turns a model into bytes and back.
//!
//! The modules stand in the order in which a batch travels: [`data`], [`prep`], [`network`], [`loss`], [`optim`],
//! [`train`], [`metrics`], [`model`]. The engine opens no file, knows no clock, prints nothing and starts no thread: it
//! computes on the threads of the rayon pool in which it is called. Same data, spec and seed give the same bits, whatever the
//! number of threads.

#![forbid(unsafe_code)]

mod error;
mod real;
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
pub mod threshold;
pub mod explain;
pub mod construct;

pub use error::{Class, Error, nearest};
pub use gradus_kernels::{Aligned, InstructionSet, Matrix, MatrixView, MatrixViewMut, Operands};
pub use model::Model;
pub use real::Real;
pub use spec::Spec;
pub use train::Trainer;
