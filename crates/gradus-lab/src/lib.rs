//! From bytes to a trained model: where data come from, and how they are read.
//!
//! [`source::load`] turns a word of the command line (`iris`, `spiral:noise=0.1`, `houses.csv`, a folder of IDX files)
//! into a [`gradus::data::Dataset`], and says what it found on the way. Parsers take bytes; only `source::files`, behind
//! the feature `files`, touches the disk.

#![forbid(unsafe_code)]

mod error;
pub mod source;

pub use error::{Error, Place};
