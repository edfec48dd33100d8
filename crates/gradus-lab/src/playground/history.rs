//! The curve of losses: one row every so many epochs, and never more rows than can be drawn.
//!
//! When there are too many, every second one is left out, and from then on half as many come: the rows stay evenly apart
//! whatever the length, and which epochs they are is f(length) alone.

/// Rows, at most.
const MOST_ROWS: usize = 2_000;

/// One row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Record {
    pub(super) epoch: u64,
    pub(super) training: f32,
    /// NaN without a test part.
    pub(super) test: f32,
    pub(super) learning_rate: f32,
}

/// The rows so far, in order of epochs.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct History {
    records: Vec<Record>,
    stride: u64,
}

impl Default for History {
    fn default() -> Self {
        Self { records: Vec::new(), stride: 1 }
    }
}

impl History {
    /// Rows that were kept, evenly apart.
    pub(super) fn of(records: Vec<Record>, stride: u64) -> Self {
        Self { records, stride: stride.max(1) }
    }

    pub(super) fn records(&self) -> &[Record] {
        &self.records
    }

    /// Epochs between two rows.
    pub(super) fn stride(&self) -> u64 {
        self.stride
    }

    /// The first epoch after `epoch` that belongs in a row.
    pub(super) fn next_after(&self, epoch: u64) -> u64 {
        (epoch / self.stride + 1) * self.stride
    }

    /// Whether `epoch` belongs in a row.
    pub(super) fn is_due(&self, epoch: u64) -> bool {
        epoch.is_multiple_of(self.stride)
    }

    /// Adds a row, in place of one of the same epoch or later.
    pub(super) fn push(&mut self, record: Record) {
        self.truncate_before(record.epoch);
        self.records.push(record);
        if self.records.len() > MOST_ROWS {
            self.stride *= 2;
            let stride = self.stride;
            self.records.retain(|record| record.epoch.is_multiple_of(stride));
        }
    }

    /// Leaves out the rows of `epoch` and later ones.
    pub(super) fn truncate_before(&mut self, epoch: u64) {
        let kept = self.records.partition_point(|record| record.epoch < epoch);
        self.records.truncate(kept);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(epochs: u64) -> History {
        let mut history = History::default();
        let mut epoch = 0;
        while epoch <= epochs {
            history.push(Record { epoch, training: epoch as f32, test: f32::NAN, learning_rate: 0.1 });
            epoch = history.next_after(epoch);
        }
        history
    }

    #[test]
    fn rows_are_bounded_and_evenly_apart() {
        fn check(epochs: u64, stride: u64) {
            let history = run(epochs);
            assert!(history.records().len() <= MOST_ROWS);
            assert_eq!(history.stride(), stride, "{epochs}");
            for (at, record) in history.records().iter().enumerate() {
                assert_eq!(record.epoch, at as u64 * stride, "{epochs}");
            }
        }
        check(1_999, 1);
        check(2_000, 2);
        check(3_999, 2);
        check(100_000, 64);
        check(10_000_000, 8_192);
    }
}
