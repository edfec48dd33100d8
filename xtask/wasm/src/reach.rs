//! What functions can reach by addresses: constants in memory, and functions in the table of functions.
//!
//! What no function of the opening holds the address of, and no constant that it reaches either, nobody can look at before the
//! rest is there: so it is the rest that brings it.

use crate::linked::{Held, Holder, addresses};
use anyhow::{Result, ensure};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;

/// Bytes that a piece of constants takes beside its own: a gap that is no wider costs less than a new piece.
const HEADER: u32 = 8;

/// What is reached.
pub(crate) struct Reach {
    /// Addresses in memory, in order and apart from one another.
    pub(crate) constants: Vec<Range<u32>>,
    /// Names of functions in the table of functions that are not reached.
    missed: HashSet<String>,
}

impl Reach {
    /// What the functions of a module reach that `stays` says yes to, by their names.
    ///
    /// # Errors
    /// If the linker has not noted the addresses in it.
    pub(crate) fn of(linked: &[u8], stays: impl Fn(&str) -> bool) -> Result<Self> {
        let addresses = addresses(linked)?;
        // Without a note nothing would be reached, and everything would be missing.
        ensure!(!addresses.is_empty(), "the linker has noted no address; it is to be given --emit-relocs");
        let mut found: Vec<&Held> = Vec::new();
        let mut in_constants: BTreeMap<u32, Vec<&Held>> = BTreeMap::new();
        for (holder, held) in &addresses {
            match holder {
                Holder::Function(name) if stays(name) => found.push(held),
                Holder::Function(_) => {}
                Holder::Constant(address) => in_constants.entry(*address).or_default().push(held),
            }
        }
        let (mut constants, mut functions) = (HashMap::new(), HashSet::new());
        while let Some(held) = found.pop() {
            match held {
                Held::Function(name) => drop(functions.insert(name.clone())),
                Held::Constant(range) => {
                    if constants.insert(range.start, range.end).is_none_or(|end| end < range.end) {
                        found.extend(in_constants.range(range.clone()).flat_map(|(_, held)| held));
                    }
                }
            }
        }
        let in_table = addresses.iter().filter_map(|(_, held)| match held {
            Held::Function(name) => Some(name),
            Held::Constant(_) => None,
        });
        let missed = in_table.filter(|name| !functions.contains(*name)).cloned().collect();
        Ok(Self { constants: joined(constants), missed })
    }

    /// Whether the function of this name is in the table of functions, and nothing that is reached holds its address.
    pub(crate) fn misses(&self, name: &str) -> bool {
        self.missed.contains(name)
    }
}

/// Ranges that touch or nearly do as one, in order.
fn joined(ranges: HashMap<u32, u32>) -> Vec<Range<u32>> {
    let ranges: BTreeMap<u32, u32> = ranges.into_iter().collect();
    let mut joined: Vec<Range<u32>> = Vec::new();
    for (start, end) in ranges {
        match joined.last_mut() {
            Some(last) if start <= last.end + HEADER => last.end = last.end.max(end),
            _ => joined.push(start..end),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_joined_where_a_gap_costs_less_than_a_piece() {
        fn check(ranges: &[(u32, u32)], expected: &[(u32, u32)]) {
            let found = joined(ranges.iter().copied().collect());
            let found: Vec<_> = found.into_iter().map(|Range { start, end }| (start, end)).collect();
            assert_eq!(found, expected, "{ranges:?}");
        }
        check(&[], &[]);
        check(&[(16, 24)], &[(16, 24)]);
        check(&[(24, 32), (16, 24)], &[(16, 32)]);
        check(&[(0, 4), (12, 20)], &[(0, 20)]);
        check(&[(0, 4), (13, 20)], &[(0, 4), (13, 20)]);
        check(&[(0, 40), (8, 12), (60, 61)], &[(0, 40), (60, 61)]);
    }
}
