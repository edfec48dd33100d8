//! Random numbers as a function: f(seed, purpose, index), with nothing to save and nothing to restore.
//!
//! ChaCha8 in counter mode: the seed is the key, the stream is the purpose, and the index (an epoch, a step) chooses a
//! place so far from every other that two sequences never meet. Uniforms and normals are derived here, by our own
//! arithmetic, so that a change of library or platform cannot change them.

use chacha20::ChaCha8Rng;
use chacha20::rand_core::{Rng, SeedableRng};

/// What random numbers are for; each purpose has a stream of its own, so that drawing more for one changes no other.
/// The numbers are part of the promise that a seed gives the same bits: never renumber.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Initial weights; index = layer.
    Initialisation = 1,
    /// The order of examples; index = epoch.
    Order = 2,
    /// Dropout masks; index = step, part = first row in its batch.
    Dropout = 3,
    /// Setting aside a test part.
    TestSplit = 4,
    /// Setting aside a validation part.
    ValidationSplit = 5,
    /// Dividing into folds.
    Folds = 6,
    /// Generated data sets.
    Generator = 7,
    /// Labels and inputs that are made worse on purpose; index = what is drawn.
    Corruption = 8,
}

/// A sequence of random numbers.
#[derive(Debug)]
pub struct Random {
    source: ChaCha8Rng,
}

impl Random {
    /// The sequence of (`seed`, `purpose`, `index`).
    pub fn new(seed: u64, purpose: Purpose, index: u64) -> Self {
        Self::part(seed, purpose, index, 0)
    }

    /// One of several sequences of (`seed`, `purpose`, `index`): the first, part 0, is the one that [`new`](Self::new) gives.
    pub fn part(seed: u64, purpose: Purpose, index: u64, part: u64) -> Self {
        let mut source = ChaCha8Rng::seed_from_u64(seed);
        // Streams of the purposes themselves take one byte.
        source.set_stream(purpose as u64 | part << 8);
        // 2^32 words for each index: more than any epoch draws, and 2^32 indices before the counter ends.
        source.set_word_pos(u128::from(index) << 32);
        Self { source }
    }

    /// Fills `bytes` with random bits, many times faster than one word at a time.
    pub fn fill(&mut self, bytes: &mut [u8]) {
        self.source.fill_bytes(bytes);
    }

    /// A number in [0, 1), a multiple of 2⁻⁵³.
    pub fn uniform(&mut self) -> f64 {
        (self.source.next_u64() >> 11) as f64 * (1.0 / (1_u64 << 53) as f64)
    }

    /// A number in [low, high).
    pub fn uniform_in(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.uniform()
    }

    /// A number from the normal distribution with mean 0 and deviation 1 (Box and Muller 1958, the cosine half).
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * libm::log(1.0 - self.uniform())).sqrt();
        radius * libm::cos(std::f64::consts::TAU * self.uniform())
    }

    /// A whole number in 0..n without bias (Lemire 2019).
    ///
    /// # Panics
    /// If n is 0.
    pub fn below(&mut self, n: usize) -> usize {
        assert!(n > 0, "there is no number below 0");
        let n = n as u64;
        let (mut high, mut low) = wide_product(self.source.next_u64(), n);
        if low < n {
            let threshold = n.wrapping_neg() % n;
            while low < threshold {
                (high, low) = wide_product(self.source.next_u64(), n);
            }
        }
        high as usize
    }

    /// Puts `items` in random order (Fisher and Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i + 1));
        }
    }
}

/// x · n, its upper 64 bits and its lower ones. Of a small n by halves: WebAssembly has no multiplication that keeps the upper
/// bits, and calls a function for one of 128 bits.
fn wide_product(x: u64, n: u64) -> (u64, u64) {
    if n >> 32 != 0 {
        let product = u128::from(x) * u128::from(n);
        return ((product >> 64) as u64, product as u64);
    }
    let lower_half = (x & u64::from(u32::MAX)) * n;
    (((x >> 32) * n + (lower_half >> 32)) >> 32, x.wrapping_mul(n))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wide_product_is_that_of_128_bits() {
        let numbers = [
            0,
            1,
            2,
            3,
            10,
            u64::MAX,
            u64::MAX - 1,
            1 << 32,
            (1 << 32) - 1,
            (1 << 32) + 1,
            0x0123_4567_89ab_cdef,
        ];
        for (x, n) in numbers.into_iter().flat_map(|x| numbers.map(|n| (x, n))) {
            let expected = u128::from(x) * u128::from(n);
            assert_eq!(wide_product(x, n), ((expected >> 64) as u64, expected as u64), "{x} · {n}");
        }
    }
}
