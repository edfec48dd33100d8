//! Work shared among the threads of the rayon pool that the caller is in.
//!
//! What is shared is cut into contiguous parts, never a sum into partial sums: so the bits of a result do not depend on the
//! number of threads. Nothing is allocated, and nothing is handed over that is not worth it.

use crate::{team, threads};
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

/// Something that can be cut in two: slices, views, and what is made of them.
pub trait Split: Sized + Send {
    /// The part before `at`, and the rest.
    fn split_at(self, at: usize) -> (Self, Self);
}

/// Below this many elementary operations (a multiply-add in a product, a number brought from memory), work stays on the
/// thread that has it.
///
/// Found with `cargo bench -p gradus-benches --bench product -- threads` and this constant at 0, on two cores with AVX-512. A
/// second thread that still looks for work takes over its half within half a microsecond: so many multiply-adds then take
/// 4.4 µs instead of 7.7, and an eighth of them 0.9 instead of 1.05. One that has gone to sleep costs 6.5 µs to wake, and
/// comes too late to help with less than 60 µs of work. Which of the two it is nobody knows beforehand; here a gain of 3 µs stands
/// against a loss of 6, and work much smaller could lose many times what it can gain.
pub(crate) const WORTH_A_THREAD: usize = 1 << 20;

/// The same for a [`team`](crate::team()), whose threads are awake: an eighth, the least work that gained by them above.
const WORTH_A_MATE: usize = 1 << 17;

/// What bringing a number from memory costs, in multiply-adds.
pub(crate) const OPERATIONS_OF_A_COPY: usize = 16;

/// How many threads `operations` multiply-adds are worth.
pub fn threads_for(operations: usize) -> usize {
    if cfg!(target_family = "wasm") || operations < WORTH_A_MATE {
        return 1;
    }
    match team::size() {
        Some(threads) => threads,
        None if operations >= WORTH_A_THREAD => threads::number(),
        None => 1,
    }
}

/// The most parts that anything is cut into: they are kept on the stack.
const MOST_PARTS: usize = 64;

/// Runs `work` on the parts of `whole`, which has `length` items and is cut at multiples of `grain`, a part for each of
/// `threads` threads.
pub fn share<T: Split, F: Fn(T) + Sync>(whole: T, length: usize, grain: usize, threads: usize, work: &F) {
    if threads <= 1 {
        return work(whole);
    }
    let parts = [const { Mutex::new(None::<T>) }; MOST_PARTS];
    let put =
        |place: usize, part: T| *parts[place].lock().unwrap_or_else(PoisonError::into_inner) = Some(part);
    let wanted = threads.min(MOST_PARTS);
    let (mut rest, mut start, mut last) = (whole, 0, 0);
    for part in 1..wanted {
        let end = (length * part / wanted).next_multiple_of(grain);
        if end <= start || end >= length {
            continue;
        }
        let (low, high) = rest.split_at(end - start);
        put(last, low);
        (rest, start, last) = (high, end, last + 1);
    }
    put(last, rest);
    each_part(last + 1, &|part| {
        let part = parts[part].lock().unwrap_or_else(PoisonError::into_inner).take();
        part.into_iter().for_each(work);
    });
}

/// Does the parts 0, 1, … of a piece of work: on the team that this thread leads or, without one, on the threads of the pool.
pub(crate) fn each_part(parts: usize, work: &(dyn Fn(usize) + Sync)) {
    if parts == 1 {
        work(0);
    } else if !team::post(parts, work) {
        halve(0..parts, work);
    }
}

fn halve(parts: Range<usize>, work: &(dyn Fn(usize) + Sync)) {
    if parts.len() <= 1 {
        return parts.for_each(work);
    }
    let middle = parts.start + parts.len() / 2;
    threads::join(|| halve(parts.start..middle, work), || halve(middle..parts.end, work));
}

impl<T: Sync> Split for &[T] {
    fn split_at(self, at: usize) -> (Self, Self) {
        <[T]>::split_at(self, at)
    }
}

impl<T: Send> Split for &mut [T] {
    fn split_at(self, at: usize) -> (Self, Self) {
        self.split_at_mut(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::team;

    /// Every item is worked on once, in parts that begin at multiples of the grain.
    fn check(length: usize, grain: usize, threads: usize) {
        let pool =
            rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be started");
        let mut items: Vec<usize> = (0..length).collect();
        let work = |part: &mut [usize]| {
            if let Some(first) = part.first() {
                assert!((first % length).is_multiple_of(grain), "a part begins at {first}");
            }
            part.iter_mut().for_each(|item| *item += length);
        };
        pool.install(|| share(&mut items[..], length, grain, threads, &work));
        pool.install(|| team(true, || share(&mut items[..], length, grain, threads, &work)));
        assert!(items.into_iter().eq(2 * length..3 * length), "{length} items in grains of {grain}");
    }

    #[test]
    fn every_item_has_one_worker() {
        for length in [0, 1, 5, 12, 100, 1000] {
            for (grain, threads) in [(1, 1), (1, 2), (12, 2), (12, 3), (16, 8), (1000, 2)] {
                check(length, grain, threads);
            }
        }
    }
}
