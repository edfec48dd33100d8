//! From bytes to a trained model: where data come from, and how they are read.
//!
//! [`source::load`] turns a word of the command line (`iris`, `spiral:noise=0.1`, `houses.csv`, a folder of IDX files)
//! into a [`gradus::data::Dataset`], and says what it found on the way. Parsers take bytes; only `source::files`, behind
//! the feature `files`, touches the disk.
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

pub use error::{Error, Place};
