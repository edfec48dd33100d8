//! Operands in bf16: pairs of k, each rounded to the nearest, in 32 bits (see [`Multiplier`]). Where k is odd, the last pair has
//! a 0 in its upper half.
//!
//! B is turned into pairs when it is packed, A a few rows at a time on its way into the product.

use super::rectangle::Feed;
use super::tile::MOST_ROWS;
use super::{DEPTH, Panels};
use crate::MatrixView;
use crate::aligned::AlignedArray;
use crate::vector::{MOST_LANES, Multiplier, Vector, pair, round_row};
use std::ops::Range;

/// Pairs of a block.
const PAIRS: usize = DEPTH / 2;

/// Turns rows of A into pairs.
pub(super) struct InPairs {
    buffer: [u32; MOST_ROWS * PAIRS],
}

impl InPairs {
    #[inline(always)]
    pub(super) fn new() -> Self {
        Self { buffer: [0; MOST_ROWS * PAIRS] }
    }
}

impl<M: Multiplier<Operand = u32>> Feed<f32, M> for InPairs
where
    M::Sum: Vector<Element = f32>,
{
    const K_OF_AN_OPERAND: usize = 2;

    #[inline(always)]
    fn panels(b: &Panels<f32>) -> *const u32 {
        b.pairs().as_ptr()
    }

    #[inline(always)]
    unsafe fn rows(
        &mut self,
        a: &MatrixView<'_, f32>,
        rows: Range<usize>,
        block: Range<usize>,
        _columns: usize,
    ) -> (*const u32, usize, usize) {
        if a.column_stride == 1 {
            for (i, to) in rows.zip(self.buffer.chunks_exact_mut(PAIRS)) {
                let start = i * a.row_stride + block.start;
                // SAFETY: the caller vouches for the instruction set.
                unsafe { round_row::<M::Sum>(&a.elements[start..start + block.len()], to) };
            }
            (self.buffer.as_ptr(), PAIRS, 1)
        } else {
            for (p, to) in self.buffer.chunks_exact_mut(MOST_ROWS).enumerate().take(block.len().div_ceil(2)) {
                let k = block.start + 2 * p;
                pair_rows(to, &a.transposed(), k, k + 1 < block.end, rows.clone());
            }
            (self.buffer.as_ptr(), 1, MOST_ROWS)
        }
    }
}

/// Rows k and k + 1 of `matrix`, or row k and zeros, as pairs, in some columns.
#[inline(always)]
pub(super) fn pair_rows(
    to: &mut [u32],
    matrix: &MatrixView<'_, f32>,
    k: usize,
    both: bool,
    columns: Range<usize>,
) {
    let n = columns.len();
    let start = k * matrix.row_stride + columns.start * matrix.column_stride;
    if matrix.column_stride != 1 {
        for (j, to) in to.iter_mut().enumerate().take(n) {
            let at = start + j * matrix.column_stride;
            *to = pair(matrix.elements[at], if both { matrix.elements[at + matrix.row_stride] } else { 0.0 });
        }
        return;
    }
    let lower = &matrix.elements[start..start + n];
    if both {
        let upper = &matrix.elements[start + matrix.row_stride..][..n];
        for ((to, &lower), &upper) in to.iter_mut().zip(lower).zip(upper) {
            *to = pair(lower, upper);
        }
    } else {
        for (to, &lower) in to.iter_mut().zip(lower) {
            *to = pair(lower, 0.0);
        }
    }
}

/// One panel of B (k, n): (k / 2, width) pairs, from `used` columns; zeros fill the others.
///
/// # Safety
/// The processor and the code have the instruction set of V.
#[inline(always)]
pub(super) unsafe fn pack_panel<V: Vector<Element = f32>>(
    panel: &mut [u32],
    width: usize,
    b: &MatrixView<'_, f32>,
    columns: Range<usize>,
) {
    let used = columns.len();
    let mut turned = 0;
    if b.row_stride == 1 && b.column_stride != 1 {
        // The last pair of an odd k is not turned with the others.
        turned = b.rows / 2 / V::LANES * V::LANES;
        for (square, p) in (0..turned).step_by(V::LANES).enumerate() {
            let to = &mut panel[square * V::LANES * width..];
            // SAFETY: the caller vouches for the instruction set.
            unsafe { pack_squares::<V>(to, width, b, columns.clone(), p) };
        }
    }
    for (p, row) in panel.chunks_exact_mut(width).enumerate().skip(turned) {
        pair_rows(row, b, 2 * p, 2 * p + 1 < b.rows, columns.clone());
        row[used..].fill(0);
    }
}

/// `LANES` rows of a panel of a B whose columns are contiguous, from pair `p` on: rounded along the columns, then turned.
///
/// # Safety
/// The processor and the code have the instruction set of V.
#[inline(always)]
unsafe fn pack_squares<V: Vector<Element = f32>>(
    to: &mut [u32],
    width: usize,
    b: &MatrixView<'_, f32>,
    columns: Range<usize>,
    p: usize,
) {
    // What is written to a row is read at once: none of them is across two lines of the cache.
    let mut square = AlignedArray([0; MOST_LANES * MOST_LANES]);
    for start in (0..width).step_by(V::LANES) {
        for (j, line) in square.0.chunks_exact_mut(V::LANES).enumerate().take(V::LANES) {
            let column = columns.start + start + j;
            if column < columns.end {
                let from = &b.elements[column * b.column_stride + 2 * p..][..2 * V::LANES];
                // SAFETY: the caller vouches for the instruction set; both slices have the length that is asked for.
                unsafe { V::round_pairs(from.as_ptr(), line.as_mut_ptr()) };
            } else {
                line.fill(0);
            }
        }
        let to = &mut to[start..];
        assert!(to.len() > (V::LANES - 1) * (width + 1));
        // SAFETY: the square has LANES rows of LANES, and the last element written lies inside, as just asserted. Numbers are
        // moved and not looked at, so that any bits may pass for f32.
        unsafe {
            V::transpose_square(square.0.as_ptr().cast(), V::LANES, to.as_mut_ptr().cast(), width);
        }
    }
}
