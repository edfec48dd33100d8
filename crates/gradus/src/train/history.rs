//! What every epoch of a run came to.

use serde::{Deserialize, Serialize};

/// One epoch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EpochRecord {
    /// From 1.
    pub epoch: usize,
    /// The learning rate of its last update.
    pub learning_rate: f64,
    /// The training loss: over all batches of the epoch, each as it was before its update, with penalties.
    pub loss: f64,
    /// Metrics of the validation part after the epoch, by name; empty where there is none.
    pub validation: Vec<(String, f64)>,
    /// Metrics of the training part after the epoch, by name; empty unless [`Trainer::measuring`](super::Trainer::measuring)
    /// asks for some.
    #[serde(default)]
    pub training: Vec<(String, f64)>,
}

/// The epochs of a run, in order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct History {
    records: Vec<EpochRecord>,
}

impl History {
    /// The epochs so far.
    pub fn records(&self) -> &[EpochRecord] {
        &self.records
    }

    /// Adds an epoch.
    pub fn push(&mut self, record: EpochRecord) {
        self.records.push(record);
    }
}
