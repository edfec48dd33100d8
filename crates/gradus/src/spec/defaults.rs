//! What a key means that nobody has set, by the size of the data.
//!
//! The measure is the number of updates: a small table gets many epochs, a large one few.

use super::BatchSize;
use crate::data::{Dataset, Inputs, Task, Values};
use crate::loss::Loss;
use crate::network::Activation;
use crate::optim::{Rule, Schedule};

pub(super) const ACTIVATION: Activation = Activation::Relu;

/// Updates that a run should have, where the data are small enough for the choice.
const UPDATES: usize = 6_000;
const FEWEST_EPOCHS: usize = 3;
const MOST_EPOCHS: usize = 250;

/// How much there is to learn from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    /// Examples.
    pub(super) rows: usize,
    /// What is known of each: columns of a table, numbers of a block.
    pub(super) inputs: usize,
}

impl Shape {
    pub(super) fn of(dataset: &Dataset) -> Self {
        let inputs = match &dataset.inputs {
            Inputs::Table(table) => {
                table.columns().iter().filter(|c| !matches!(c.values, Values::Text(_))).count()
            }
            Inputs::Block(block) => block.columns,
        };
        Self { rows: dataset.rows(), inputs }
    }
}

/// What suits a training part of some size, found on small tables by ten-fold cross-validation and on images by their
/// own test parts (docs/accuracy.md). Regularisation is the cheaper the more examples there are.
struct Size {
    hidden: &'static [usize],
    batch_rows: usize,
    learning_rate: f64,
    weight_decay: f64,
    dropout: f64,
}

fn size(Shape { rows, inputs }: Shape) -> Size {
    match rows {
        // A truth table is to be learned by heart.
        0..50 => Size { hidden: &[16], batch_rows: 16, learning_rate: 0.01, weight_decay: 0.0, dropout: 0.0 },
        // Rows lie close together where there are few inputs: the shape of a spiral is not noise.
        50..20_000 if inputs <= 3 => {
            Size { hidden: &[64, 64], batch_rows: 16, learning_rate: 0.003, weight_decay: 0.1, dropout: 0.0 }
        }
        50..1_000 => {
            Size { hidden: &[64, 64], batch_rows: 16, learning_rate: 0.003, weight_decay: 1.0, dropout: 0.1 }
        }
        1_000..20_000 => Size {
            hidden: &[256, 128],
            batch_rows: 32,
            learning_rate: 0.003,
            weight_decay: 0.1,
            dropout: 0.1,
        },
        20_000..200_000 => Size {
            hidden: &[256, 128],
            batch_rows: 128,
            learning_rate: 0.001,
            weight_decay: 0.01,
            dropout: 0.1,
        },
        _ => Size {
            hidden: &[256, 128],
            batch_rows: 256,
            learning_rate: 0.001,
            weight_decay: 0.01,
            dropout: 0.0,
        },
    }
}

pub(super) fn loss(task: Task) -> Loss {
    match task {
        Task::Classification => Loss::CrossEntropy { smoothing: 0.0 },
        Task::Regression => Loss::SquaredError,
        Task::MultiLabel => Loss::BinaryCrossEntropy,
    }
}

pub(super) fn hidden(shape: Shape) -> Vec<usize> {
    size(shape).hidden.to_vec()
}

pub(super) const OPTIMIZER: Rule = Rule::AdamW { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

/// The rate that suits the size, for the optimizer that it was found with; the others' own.
pub(super) fn learning_rate(asked: Option<Rule>, shape: Shape) -> f64 {
    asked.map_or_else(|| size(shape).learning_rate, |rule| rule.default_learning_rate())
}

/// Whoever chooses the optimizer gets no regularisation that they have not asked for, but AdamW's own.
pub(super) fn weight_decay(asked: Option<Rule>, shape: Shape) -> f64 {
    asked.map_or_else(|| size(shape).weight_decay, |rule| rule.default_weight_decay())
}

/// As [`weight_decay`].
pub(super) fn dropout(asked: Option<Rule>, shape: Shape) -> f64 {
    if asked.is_some() { 0.0 } else { size(shape).dropout }
}

pub(super) fn batch_size(optimizer: Rule, shape: Shape) -> BatchSize {
    if optimizer.full_batch_only() { BatchSize::Full } else { BatchSize::Rows(size(shape).batch_rows) }
}

pub(super) fn epochs(rows: usize, batch_rows: usize) -> usize {
    let updates_per_epoch = rows.div_ceil(batch_rows.max(1)).max(1);
    (UPDATES / updates_per_epoch)
        .clamp(FEWEST_EPOCHS, MOST_EPOCHS.max(UPDATES_OF_A_HANDFUL / updates_per_epoch))
}

/// A truth table of four rows is one batch: it needs epochs by the thousand, and they cost nothing.
const UPDATES_OF_A_HANDFUL: usize = 2_000;

/// A rate that falls to nothing lets the weights settle; RPROP finds its own step lengths.
pub(super) fn schedule(optimizer: Rule) -> Schedule {
    if optimizer.full_batch_only() {
        Schedule::Constant
    } else {
        Schedule::Cosine { warmup: 0.05, floor: 0.0 }
    }
}

/// A share to watch, where stopping early is asked for.
pub(super) fn validation(patience: Option<usize>, rows: usize) -> f64 {
    if patience.is_some() && rows >= 10 { 0.1 } else { 0.0 }
}
