//! `cargo xtask accuracy`: the figures of docs/accuracy.md, made again: the program `gradus`, as a user runs it, and beside
//! it scikit-learn and PyTorch where there is a Python that has them.
//!
//! Each part of the document that is written here stands between two marks ([`crate::document`]); all else in it is written by
//! hand and stays.

pub(crate) mod small;
pub(crate) mod fashion_mnist;
mod training;

use crate::document::Document;

const DOCUMENT: Document = Document("docs/accuracy.md");
