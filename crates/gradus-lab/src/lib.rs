//! From bytes to a trained model: where data come from, how they are divided, and what a run leaves behind.
//!
//! [`source::load`] turns a word of the command line (`iris`, `spiral:noise=0.1`, `houses.csv`, a folder of IDX files)
//! into a [`gradus::data::Dataset`], and says what it found on the way. Parsers take bytes; only `source::files`, behind
//! the feature `files`, touches the disk. [`run_spec::RunSpec`] is everything that decides a run, `run::Run` carries it
//! out, and `run_folder` writes what came of it.
//!
//! A whole run, as `gradus train iris --epochs 20` makes it:
//!
//! ```
//! # #[cfg(feature = "files")] {
//! use gradus::metrics::Report;
//! use gradus::train::Silent;
//! use gradus_lab::run::Run;
//! use gradus_lab::run_spec::RunSpec;
//!
//! let mut spec = RunSpec::default();
//! spec.set("data", "iris")?;
//! spec.set("epochs", "20")?;
//! let trained = Run::load(&spec)?.train(&mut |_stage| Box::new(Silent))?;
//! let Some(Report::Classification(test)) = trained.test else { unreachable!("iris has classes") };
//! assert!(test.accuracy > 0.8);
//! # }
//! # Ok::<(), gradus_lab::Error>(())
//! ```
//!
//! Only the data:
//!
//! ```
//! use gradus_lab::source::{Reading, load};
//!
//! let loaded = load("spiral:rows=100,noise=0.1", &Reading::default())?;
//! assert_eq!((loaded.data.rows(), loaded.data.target.width()), (100, 2));
//! # Ok::<(), gradus_lab::Error>(())
//! ```

#![forbid(unsafe_code)]

mod error;
pub mod source;
pub mod run_spec;
pub mod spec_file;
#[cfg(feature = "files")]
mod memory;
#[cfg(feature = "files")]
mod division;
#[cfg(feature = "files")]
pub mod run;
#[cfg(feature = "files")]
pub mod folds;
#[cfg(feature = "files")]
pub mod threads;
pub mod apply;
pub mod predictions;
pub mod inspect;
pub mod trace;
pub mod explain;
pub mod perceptron_log;
pub mod approximate;
pub mod experiment;
pub mod playground;
#[cfg(feature = "files")]
pub mod results;
#[cfg(feature = "files")]
pub mod run_summary;
#[cfg(feature = "files")]
mod chart;
#[cfg(feature = "files")]
pub mod report;
#[cfg(feature = "files")]
pub mod files;
#[cfg(feature = "files")]
pub mod run_folder;
pub mod plot;

pub use error::{Error, Place};
