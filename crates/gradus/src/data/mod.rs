//! Data as they come, before any preprocessing: columns with names and types, or a dense block of numbers, and a target.

mod table;
mod dataset;
mod split;
mod batch;

pub use batch::{Batch, Batches, Examples};
pub use dataset::{Block, Dataset, Elements, Inputs, Target, Task};
pub use split::{Split, folds, known_rows, split};
pub use table::{Column, MISSING, Table, Values};
