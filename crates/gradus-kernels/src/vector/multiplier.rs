//! How a register of sums takes up products: of numbers as they are ([`Plain`]), or of pairs of bf16
//! ([`NativePairs`](super::NativePairs), where the processor has a fast instruction for them).
//!
//! bf16 is the upper half of an f32: the same range, 8 bits of precision. A pair is two of them in 32 bits, for an even k in the
//! lower half and for the next one in the upper half. A product of two bf16 is exact in f32; to a sum of f32 the upper half's
//! product is added first, then the lower one's, each rounded once.

use super::Vector;
use std::marker::PhantomData;

/// The multiply-add of a product's innermost loop.
///
/// # Safety of its functions
/// As for [`Vector`].
pub(crate) trait Multiplier {
    /// The register of sums.
    type Sum: Vector;
    /// What an operand in memory is: it serves one k, or two.
    type Operand: Copy;
    /// A register of operands.
    type Factor: Copy;

    /// `x` in every lane.
    ///
    /// # Safety
    /// See the trait.
    unsafe fn splat(x: Self::Operand) -> Self::Factor;

    /// An operand for each lane of the sums.
    ///
    /// # Safety
    /// See the trait.
    unsafe fn load(from: *const Self::Operand) -> Self::Factor;

    /// onto + a · b
    ///
    /// # Safety
    /// See the trait.
    unsafe fn multiply_add(a: Self::Factor, b: Self::Factor, onto: Self::Sum) -> Self::Sum;
}

/// Neighbours of a row as pairs: the end of one of odd length with 0.
///
/// # Safety
/// As for [`Vector`].
#[inline(always)]
pub(crate) unsafe fn round_row<V: Vector<Element = f32>>(from: &[f32], to: &mut [u32]) {
    let (chunks, rest) = (from.chunks_exact(2 * V::LANES), from.chunks_exact(2 * V::LANES).remainder());
    let (to_chunks, to_rest) = to.split_at_mut(chunks.len() * V::LANES);
    for (to, from) in to_chunks.chunks_exact_mut(V::LANES).zip(chunks) {
        // SAFETY: the caller's promises; a chunk has twice as many numbers as its place has pairs, LANES.
        unsafe { V::round_pairs(from.as_ptr(), to.as_mut_ptr()) };
    }
    let (both, last) = rest.as_chunks::<2>();
    for (to, &[low, high]) in to_rest.iter_mut().zip(both) {
        *to = pair(low, high);
    }
    if let [last] = last {
        to_rest[both.len()] = pair(*last, 0.0);
    }
}

/// Numbers as they are.
pub(crate) struct Plain<V>(PhantomData<V>);

impl<V: Vector> Multiplier for Plain<V> {
    type Sum = V;
    type Operand = V::Element;
    type Factor = V;

    #[inline(always)]
    unsafe fn splat(x: V::Element) -> V {
        // SAFETY: the caller's promises, handed on.
        unsafe { V::splat(x) }
    }

    #[inline(always)]
    unsafe fn load(from: *const V::Element) -> V {
        // SAFETY: the caller's promises, handed on.
        unsafe { V::load(from) }
    }

    #[inline(always)]
    unsafe fn multiply_add(a: V, b: V, onto: V) -> V {
        // SAFETY: the caller's promises, handed on.
        unsafe { a.multiply_add(b, onto) }
    }
}

/// The nearest bf16, as an f32; see [`pair`].
#[inline(always)]
pub(crate) fn nearest(x: f32) -> f32 {
    f32::from_bits(rounded(x) & 0xffff_0000)
}

/// Two numbers as a pair, each rounded to the nearest bf16, of two equally near ones to the even one; NaN stays NaN.
#[inline(always)]
pub(crate) fn pair(lower: f32, upper: f32) -> u32 {
    rounded(upper) & 0xffff_0000 | rounded(lower) >> 16
}

/// The bits of the nearest bf16 in the upper half, and anything below.
#[inline(always)]
fn rounded(x: f32) -> u32 {
    let bits = x.to_bits();
    // Just under half a unit of the last place that stays, and a little more where that place is odd.
    let nearest = bits.wrapping_add(0x7fff + (bits >> 16 & 1));
    if x.is_nan() { bits | 0x0040_0000 } else { nearest }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The f32 with the bits of a pair's upper half.
    fn upper(pair: u32) -> f32 {
        f32::from_bits(pair & 0xffff_0000)
    }

    /// The f32 with the bits of a pair's lower half.
    fn lower(pair: u32) -> f32 {
        f32::from_bits(pair << 16)
    }

    #[test]
    fn the_nearest_bf16_by_hand() {
        // 1 + 2⁻⁷ is the next bf16 after 1.
        let step = 1.0 / 128.0;
        let table = [
            (1.0, 1.0),
            (1.0 + 0.49 * step, 1.0),
            (1.0 + 0.5 * step, 1.0),
            (1.0 + 1.5 * step, 1.0 + 2.0 * step),
            (1.0 + 0.51 * step, 1.0 + step),
            (-1.0 - 0.51 * step, -1.0 - step),
            (0.0, 0.0),
            (f32::INFINITY, f32::INFINITY),
            (f32::MAX, f32::INFINITY),
            (3.4e38, f32::INFINITY),
            (3.3895e38, 3.389_531_4e38),
            (1e-40, 9.184e-41),
        ];
        for (x, expected) in table {
            for (low, high) in [(x, 7.0), (7.0, x)] {
                let pair = pair(low, high);
                let found = if low == 7.0 { upper(pair) } else { lower(pair) };
                assert!(
                    (found - expected).abs() <= expected.abs() * 1e-4 || found == expected,
                    "{x}: {found}"
                );
                assert_eq!(if low == 7.0 { lower(pair) } else { upper(pair) }, 7.0);
            }
            assert_eq!(nearest(x), lower(pair(x, 7.0)));
        }
        // A NaN whose payload lies in the half that is cut off must not become ∞.
        let nan = f32::from_bits(0x7f80_0001);
        assert!(upper(pair(0.0, nan)).is_nan() && nearest(nan).is_nan());
    }
}
