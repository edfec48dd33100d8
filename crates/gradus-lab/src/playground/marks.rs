//! Training that can be looked back at: the whole state every so many epochs, bounded in number and in memory.
//!
//! As the curve of losses, it is thinned by half when it is full, so that the marks stay evenly apart.

use super::learner::Checkpoint;

/// Marks, at most.
const MOST_MARKS: usize = 200;
/// Numbers in all marks, at most: 64 MB.
const MOST_NUMBERS: usize = 8 << 20;

/// The states that were kept, in order of epochs.
#[derive(Clone, Debug)]
pub(super) struct Marks {
    kept: Vec<Checkpoint>,
    stride: u64,
}

impl Default for Marks {
    fn default() -> Self {
        Self { kept: Vec::new(), stride: 1 }
    }
}

impl Marks {
    /// The epochs that were kept.
    pub(super) fn epochs(&self) -> Vec<u64> {
        self.kept.iter().map(|mark| mark.position.epoch).collect()
    }

    /// Mark `number`, from 0.
    pub(super) fn get(&self, number: usize) -> Option<&Checkpoint> {
        self.kept.get(number)
    }

    /// The first epoch after `epoch` that belongs in a mark.
    pub(super) fn next_after(&self, epoch: u64) -> u64 {
        (epoch / self.stride + 1) * self.stride
    }

    /// Whether `epoch` belongs in a mark.
    pub(super) fn is_due(&self, epoch: u64) -> bool {
        epoch.is_multiple_of(self.stride)
    }

    /// Keeps a state, in place of those of the same epoch or later.
    pub(super) fn push(&mut self, state: Checkpoint) {
        self.truncate_before(state.position.epoch);
        self.kept.push(state);
        while self.kept.len() > 1 && (self.kept.len() > MOST_MARKS || self.numbers() > MOST_NUMBERS) {
            self.stride *= 2;
            let stride = self.stride;
            self.kept.retain(|mark| mark.position.epoch.is_multiple_of(stride));
        }
    }

    /// Leaves out the marks of `epoch` and later ones.
    pub(super) fn truncate_before(&mut self, epoch: u64) {
        let kept = self.kept.partition_point(|mark| mark.position.epoch < epoch);
        self.kept.truncate(kept);
    }

    fn numbers(&self) -> usize {
        self.kept.iter().map(Checkpoint::numbers).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::super::learner::Position;
    use super::*;

    fn run(epochs: u64, n_parameters: usize) -> Marks {
        let mut marks = Marks::default();
        let mut epoch = 0;
        while epoch <= epochs {
            let position = Position { epoch, ..Position::default() };
            marks.push(Checkpoint { position, parameters: vec![0.0; n_parameters], ..Checkpoint::default() });
            epoch = marks.next_after(epoch);
        }
        marks
    }

    #[test]
    fn marks_are_bounded_in_number_and_memory() {
        fn check(epochs: u64, n_parameters: usize, most: usize, stride: u64) {
            let marks = run(epochs, n_parameters);
            let kept = marks.epochs();
            assert!(kept.len() <= most && kept.len() * n_parameters <= MOST_NUMBERS, "{}", kept.len());
            assert!(kept.iter().enumerate().all(|(at, &epoch)| epoch == at as u64 * stride), "{kept:?}");
        }
        check(100, 25, 101, 1);
        check(200, 25, 200, 2);
        check(100_000, 25, 200, 512);
        // 8 Mi numbers hold 83 marks of 100,000.
        check(100, 100_000, 83, 2);
    }
}
