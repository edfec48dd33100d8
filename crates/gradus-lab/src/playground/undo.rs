//! What was before each change, so that it can be taken back, and what was taken back, so that it can be made again.

use super::saved::Saved;

/// Changes that can be taken back, at most.
const MOST_CHANGES: usize = 100;
/// Bytes that they take, at most.
const MOST_BYTES: usize = 32 << 20;

/// What somebody changed; changes of the same thing right after each other are one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    Parameter(usize),
    Other,
}

/// The states before the changes, the latest last.
#[derive(Debug, Default)]
pub(super) struct Undo {
    past: Vec<Saved>,
    future: Vec<Saved>,
    latest: Option<Change>,
}

impl Undo {
    /// Whether the state before `change` has to be kept.
    pub(super) fn wants(&self, change: Change) -> bool {
        change == Change::Other || self.latest != Some(change)
    }

    /// Keeps the state before a change.
    pub(super) fn push(&mut self, change: Change, before: Saved) {
        self.future.clear();
        self.past.push(before);
        self.latest = Some(change);
        while self.past.len() > MOST_CHANGES || self.past.len() > 1 && self.bytes() > MOST_BYTES {
            self.past.remove(0);
        }
    }

    /// Changes that come now are new ones, also of the same thing.
    pub(super) fn part(&mut self) {
        self.latest = None;
    }

    /// The state before the latest change, in exchange for the one now.
    pub(super) fn back(&mut self, now: Saved) -> Option<Saved> {
        let before = self.past.pop()?;
        self.future.push(now);
        self.latest = None;
        Some(before)
    }

    /// The state that was taken back last, in exchange for the one now.
    pub(super) fn forth(&mut self, now: Saved) -> Option<Saved> {
        let after = self.future.pop()?;
        self.past.push(now);
        self.latest = None;
        Some(after)
    }

    fn bytes(&self) -> usize {
        self.past.iter().map(Saved::size).sum()
    }
}
