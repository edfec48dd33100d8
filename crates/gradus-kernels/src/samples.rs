//! Numbers for the tests of this crate: plain ones, and ones with every special value among them.

use crate::Real;

/// Shorter than a vector, one vector, a few, and with rests; few under Miri, which takes its time.
pub(crate) const LENGTHS: [usize; 6] = [0, 1, 7, 16, 31, if cfg!(miri) { 40 } else { 1000 }];

const SPECIAL: [f64; 18] = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    f64::INFINITY,
    f64::NEG_INFINITY,
    f64::NAN,
    1e-310,
    -1e-310,
    1e-40,
    -1e-40,
    3.4e38,
    -3.4e38,
    1.7e308,
    -1.7e308,
    88.7,
    -103.9,
    1.1754944e-38,
];

/// `length` numbers from −8 to 8 (a linear congruential generator: Knuth's MMIX).
pub(crate) fn plain<R: Real>(length: usize, seed: u64) -> Vec<R> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 49) as f64 - 8.0
    };
    // The first numbers of neighbouring seeds resemble each other.
    next();
    (0..length).map(|_| R::from_f64(next())).collect()
}

/// The same with a special value at every third place.
pub(crate) fn special<R: Real>(length: usize, seed: u64) -> Vec<R> {
    let mut x = plain(length, seed);
    for (x, &special) in x.iter_mut().step_by(3).zip(SPECIAL.iter().cycle().skip(seed as usize)) {
        *x = R::from_f64(special);
    }
    x
}

/// What must be the same on every instruction set: all but the payload of a NaN.
pub(crate) fn bits<R: Real>(x: &[R]) -> Vec<u64> {
    let canonical = |x: f64| if x.is_nan() { f64::NAN } else { x };
    x.iter().map(|x| canonical(x.to_f64()).to_bits()).collect()
}
