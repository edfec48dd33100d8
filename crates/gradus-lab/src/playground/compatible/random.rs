//! The random numbers of TensorFlow Playground: those that the npm package `seedrandom` gives for a word as seed.
//!
//! A stream of bytes from RC4, the first 256 of which are thrown away; its key is the seed's characters, folded onto
//! 256 places. A number in [0, 1) is 48 bits of the stream over 2⁴⁸, with more bytes below as long as the number is so
//! small that its 52 bits are not full. Every bit is the package's, and so is everything that is drawn from the stream.

use crate::source::generate::shapes::Draw;

/// Bytes of RC4's state, and of its key.
const WIDTH: usize = 256;

/// A stream of random numbers. It goes on where it was: points first, then their order, then the first weights.
#[derive(Clone, Debug)]
pub struct SeededRandom {
    state: [u8; WIDTH],
    i: u8,
    j: u8,
}

impl SeededRandom {
    /// The stream that belongs to `seed`.
    pub fn new(seed: &str) -> Self {
        let key = key(seed);
        let mut state: [u8; WIDTH] = std::array::from_fn(|at| at as u8);
        let mut j = 0_u8;
        for i in 0..WIDTH {
            j = j.wrapping_add(state[i]).wrapping_add(key[i % key.len()]);
            state.swap(i, usize::from(j));
        }
        let mut random = Self { state, i: 0, j: 0 };
        for _ in 0..WIDTH {
            random.byte();
        }
        random
    }

    /// One step of RC4.
    fn byte(&mut self) -> u8 {
        self.i = self.i.wrapping_add(1);
        self.j = self.j.wrapping_add(self.state[usize::from(self.i)]);
        self.state.swap(usize::from(self.i), usize::from(self.j));
        let sum = self.state[usize::from(self.i)].wrapping_add(self.state[usize::from(self.j)]);
        self.state[usize::from(sum)]
    }

    /// U[0, 1).
    pub fn uniform(&mut self) -> f64 {
        let mut numerator = (0..6).fold(0, |bits, _| bits << 8 | u64::from(self.byte()));
        let (mut denominator, mut low) = (2_f64.powi(48), 0);
        while numerator < 1 << 52 {
            numerator = (numerator + low) << 8;
            denominator *= 256.0;
            low = u64::from(self.byte());
        }
        // As many bits as a number holds exactly; the low byte gives up as many as the others.
        while numerator >= 1 << 53 {
            numerator >>= 1;
            denominator /= 2.0;
            low >>= 1;
        }
        (numerator + low) as f64 / denominator
    }

    /// A whole number in [0, n).
    pub fn below(&mut self, n: usize) -> usize {
        (self.uniform() * n as f64) as usize
    }

    /// The last place is given one of all elements, the one before it one of those that are left, and so on (Fisher &
    /// Yates), a draw for the first place included.
    pub fn shuffle<T>(&mut self, elements: &mut [T]) {
        for last in (0..elements.len()).rev() {
            let chosen = self.below(last + 1);
            elements.swap(last, chosen);
        }
    }
}

impl Draw for SeededRandom {
    fn uniform_in(&mut self, low: f64, high: f64) -> f64 {
        self.uniform() * (high - low) + low
    }

    /// By the polar method (Marsaglia & Bray 1964). Of the pair that it gives, only the first is used.
    fn normal(&mut self) -> f64 {
        loop {
            let (x, y) = (2.0 * self.uniform() - 1.0, 2.0 * self.uniform() - 1.0);
            let square = x * x + y * y;
            if square <= 1.0 {
                return (-2.0 * libm::log(square) / square).sqrt() * x;
            }
        }
    }
}

/// The seed's UTF-16 units on 256 places: each is added to what smears over from the units 256, 512, … before it.
fn key(seed: &str) -> Vec<u8> {
    let (mut key, mut smear) = (Vec::with_capacity(WIDTH), 0_u32);
    for (at, unit) in seed.encode_utf16().enumerate() {
        let before = key.get(at % WIDTH).copied().map_or(0, u32::from);
        smear ^= 19 * before;
        let byte = (smear + u32::from(unit)) as u8;
        match key.get_mut(at % WIDTH) {
            Some(place) => *place = byte,
            None => key.push(byte),
        }
    }
    if key.is_empty() {
        key.push(0);
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first three numbers and the thousandth, as version 3.0.5 of the package gives them.
    #[track_caller]
    fn check(seed: &str, expected: [f64; 4]) {
        let mut random = SeededRandom::new(seed);
        let numbers: Vec<f64> = (0..1000).map(|_| random.uniform()).collect();
        assert_eq!([numbers[0], numbers[1], numbers[2], numbers[999]], expected, "{seed:.20}");
    }

    #[test]
    fn numbers_are_those_of_the_package() {
        check("0.12345", [0.9152007406557323, 0.4702753218035592, 0.2736265229359467, 0.22046959080225273]);
        check("", [0.23144008215179881, 0.27404636548159655, 0.7901279251811976, 0.5946400321469282]);
        check("0", [0.7803563384230067, 0.05144520047760746, 0.5317574394273067, 0.08562491693136721]);
        check("héllo ✓", [0.028472201418620863, 0.2779847021943721, 0.46487718625013974, 0.8229560057170965]);
        check("😀", [0.5698095144192531, 0.45805574850196806, 0.17473261922316155, 0.03243023308568683]);
        check(
            &"x".repeat(255),
            [0.9080614664401105, 0.7435925582582555, 0.7446637697076844, 0.8332221881336849],
        );
        check(
            &"y".repeat(256),
            [0.2992396904514766, 0.2665169082103835, 0.2766685328216783, 0.9230319496568767],
        );
        check(
            &"z".repeat(300),
            [0.7965206687570663, 0.005689504933640071, 0.9804617844327803, 0.3202609021560442],
        );
        check(
            &"1234567890".repeat(100),
            [0.4071956513789104, 0.9589654593369065, 0.8588809160737589, 0.6909107749804735],
        );
    }

    #[test]
    fn a_shuffle_keeps_every_element() {
        let mut elements: Vec<usize> = (0..500).collect();
        SeededRandom::new("1").shuffle(&mut elements);
        assert_ne!(elements[0..5], [0, 1, 2, 3, 4]);
        elements.sort_unstable();
        assert!(elements.into_iter().eq(0..500));
        SeededRandom::new("1").shuffle::<u8>(&mut []);
    }
}
