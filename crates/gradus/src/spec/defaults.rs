//! What a key means that nobody has set, by the size of the data.
//!
//! The measure is the number of updates: a small table gets many epochs, a large one few.

use super::BatchSize;
use crate::data::Task;
use crate::loss::Loss;
use crate::network::Activation;
use crate::optim::{Rule, Schedule};

pub(super) const SEED: u64 = 1;
pub(super) const ACTIVATION: Activation = Activation::Relu;

/// Updates that a run should have, if the data are small enough for the choice.
const UPDATES: usize = 4_000;
const FEWEST_EPOCHS: usize = 5;
const MOST_EPOCHS: usize = 300;

pub(super) fn loss(task: Task) -> Loss {
    match task {
        Task::Classification => Loss::CrossEntropy { smoothing: 0.0 },
        Task::Regression => Loss::SquaredError,
        Task::MultiLabel => Loss::BinaryCrossEntropy,
    }
}

pub(super) fn hidden(rows: usize) -> Vec<usize> {
    match rows {
        0..1_000 => vec![64],
        1_000..10_000 => vec![128, 64],
        _ => vec![256, 128],
    }
}

pub(super) fn optimizer() -> Rule {
    Rule::AdamW { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }
}

pub(super) fn batch_size(optimizer: Rule, rows: usize) -> BatchSize {
    match rows {
        _ if optimizer.full_batch_only() => BatchSize::Full,
        0..2_000 => BatchSize::Rows(32),
        2_000..10_000 => BatchSize::Rows(64),
        10_000..200_000 => BatchSize::Rows(128),
        _ => BatchSize::Rows(256),
    }
}

pub(super) fn epochs(rows: usize, batch_rows: usize) -> usize {
    let updates_per_epoch = rows.div_ceil(batch_rows.max(1)).max(1);
    (UPDATES / updates_per_epoch).clamp(FEWEST_EPOCHS, MOST_EPOCHS)
}

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
