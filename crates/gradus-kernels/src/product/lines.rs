//! Pairs in memory that begins at a line of the cache: a row of 16 of them, which is as wide as one, is then never read from two.

use std::slice::{from_raw_parts, from_raw_parts_mut};

/// Pairs of a line of 64 bytes.
const PAIRS: usize = 16;

/// Some pairs from the start of a line on.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(64))]
pub(super) struct Lined<const N: usize>(pub(super) [u32; N]);

/// Whole lines of pairs.
#[derive(Clone, Debug, Default)]
pub(super) struct Lines(Vec<Lined<PAIRS>>);

impl Lines {
    /// Adds zeros until there are at least so many pairs.
    pub(super) fn lengthen(&mut self, pairs: usize) {
        let lines = pairs.div_ceil(PAIRS);
        if self.0.len() < lines {
            self.0.resize(lines, Lined([0; PAIRS]));
        }
    }

    /// All pairs.
    pub(super) fn pairs(&self) -> &[u32] {
        // SAFETY: a line is an array of pairs, as large as its alignment, so that there is nothing between two of them.
        unsafe { from_raw_parts(self.0.as_ptr().cast(), self.0.len() * PAIRS) }
    }

    /// All pairs, to be written.
    pub(super) fn pairs_mut(&mut self) -> &mut [u32] {
        // SAFETY: as for `pairs`, and the lines are borrowed as long as what comes of them.
        unsafe { from_raw_parts_mut(self.0.as_mut_ptr().cast(), self.0.len() * PAIRS) }
    }
}
