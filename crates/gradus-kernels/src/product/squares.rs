//! Products of bf16 by a unit that multiplies squares (see [`SquareUnit`]).
//!
//! An element of C begins at what is in C, or at 0; it takes up strip after strip of 32 k in ascending order, each of which is two
//! chains that begin at 0, over its even and its odd k; then comes the bias. k is filled up with zeros to whole strips, which
//! changes nothing. The order depends on neither threads nor the other rows, as that of the other ways; but it is another one, and
//! so are the last bits.
//!
//! The panels of B are as wide as those of registers, two squares or one; of each strip one square follows the other. Up to 32 rows
//! of A are turned into squares of pairs for one block of k at a time: 32 KB, which stay in the nearest cache. Blocks are longer than
//! those of registers, since the way of C to the tiles and back takes half as long as eight strips.

use super::pairs::pair_rows;
use super::rectangle::RowsTimesPanels;
use super::tile::load;
use super::{Onto, Task, panels};
use crate::MatrixView;
use crate::aligned::AlignedArray;
use crate::vector::{SIDE, SquareUnit, Squares, Vector, round_row};
use std::marker::PhantomData;
use std::ops::Range;

/// k of a block.
const DEPTH: usize = 512;
/// k of a strip.
const STRIP: usize = 2 * SIDE;
/// Strips of a block.
const STRIPS: usize = DEPTH / STRIP;
/// Pairs of a square.
const SQUARE: usize = SIDE * SIDE;
/// Rows of two squares below each other, and columns of two beside each other.
pub(super) const TWO_SQUARES: usize = 2 * SIDE;

/// Pairs that a column of so many k takes: whole strips.
pub(super) fn pairs(k: usize) -> usize {
    k.div_ceil(STRIP) * SIDE
}

/// Two rows of squares of A, and a place for squares of C that are not full.
pub(super) struct InSquares<V, U> {
    a: AlignedArray<u32, { 2 * STRIPS * SQUARE }>,
    c: [f32; TWO_SQUARES * TWO_SQUARES],
    unit: PhantomData<(V, U)>,
}

impl<V, U> InSquares<V, U> {
    #[inline(always)]
    pub(super) fn new() -> Self {
        Self { a: AlignedArray([0; _]), c: [0.0; _], unit: PhantomData }
    }
}

impl<V: Vector<Element = f32>, U: SquareUnit> RowsTimesPanels<f32> for InSquares<V, U> {
    const ROWS: usize = TWO_SQUARES;
    const DEPTH: usize = DEPTH;
    /// A megabyte of pairs; processors with squares have a second cache of two.
    const COLUMNS: usize = 1024;

    #[inline(always)]
    unsafe fn compute(
        &mut self,
        task: &Task<'_, f32>,
        rows: Range<usize>,
        block: Range<usize>,
        columns: Range<usize>,
    ) {
        let (n, strips) = (task.b.columns(), block.len().div_ceil(STRIP));
        let begins = task.onto == Onto::Nothing && block.start == 0;
        let biases = block.end == task.a.columns && !task.biases.is_null();
        // SAFETY: the caller vouches for the instruction set of V.
        unsafe { self.take_rows(&task.a, rows.clone(), block.clone()) };
        for column in columns.step_by(TWO_SQUARES) {
            let width = panels::registers::<V>(n, column) * SIDE;
            let b_start = column * pairs(task.a.columns) + block.start / 2 * width;
            let c = (task.c.wrapping_add(rows.start * task.c_row + column), task.c_row);
            let size = (rows.len(), width.min(n - column));
            let is_full = size.0.is_multiple_of(SIDE) && size.1 == width;
            let place = if is_full { c } else { (self.c.as_mut_ptr(), TWO_SQUARES) };
            let squares = Squares {
                strips,
                a: [self.a.0.as_ptr(), self.a.0[STRIPS * SQUARE..].as_ptr()],
                b: task.b.panels().pairs().as_ptr().wrapping_add(b_start),
                c: place.0,
                c_row: place.1,
                begins,
            };
            // SAFETY: the caller vouches for the instruction set, the unit, and the part of C; where that is not made of full
            // squares, a place that is takes its part. The panel has `width` pairs for each k of the block, filled up to whole
            // strips, and so have the squares of A. There is a bias for each column.
            unsafe {
                if !is_full && !begins {
                    copy::<V>(c, place, size);
                }
                multiply::<U>(size.0.div_ceil(SIDE), width / SIDE, &squares);
                if !is_full {
                    copy::<V>(place, c, size);
                }
                if biases {
                    add_to_rows::<V>(c, size, task.biases.add(column));
                }
            }
        }
    }
}

/// # Safety
/// As for [`SquareUnit::multiply`].
#[inline(always)]
unsafe fn multiply<U: SquareUnit>(height: usize, width: usize, squares: &Squares) {
    // SAFETY: the caller's promises, handed on.
    unsafe {
        match (height, width) {
            (1, 1) => U::multiply::<1, 1>(squares),
            (1, _) => U::multiply::<1, 2>(squares),
            (_, 1) => U::multiply::<2, 1>(squares),
            _ => U::multiply::<2, 2>(squares),
        }
    }
}

impl<V: Vector<Element = f32>, U: SquareUnit> InSquares<V, U> {
    /// Rounds a block of some rows of A, up to 32 of them, into squares; what a square has beyond is 0.
    ///
    /// # Safety
    /// The processor and the code have the instruction set of V and the unit.
    #[inline(always)]
    unsafe fn take_rows(&mut self, a: &MatrixView<'_, f32>, rows: Range<usize>, block: Range<usize>) {
        let strips = block.len().div_ceil(STRIP);
        let upper = rows.start..rows.end.min(rows.start + SIDE);
        let lower = upper.end..rows.end;
        let mut lines = AlignedArray([0; SQUARE]);
        for (rows, to) in [upper, lower].into_iter().zip(self.a.0.chunks_exact_mut(STRIPS * SQUARE)) {
            for (strip, square) in to.chunks_exact_mut(SQUARE).enumerate().take(strips) {
                let start = block.start + strip * STRIP;
                let (rows, strip) = (rows.clone(), start..block.end.min(start + STRIP));
                // SAFETY: the caller vouches for the instruction set and the unit.
                unsafe {
                    if a.column_stride == 1 {
                        round_rows::<V, U>(square, a, rows, strip);
                    } else {
                        round_columns::<U>(&mut lines.0, &a.transposed(), rows, strip);
                        turn::<V>(&lines, square);
                    }
                }
            }
        }
    }
}

/// One panel of B (k, n), for the columns given: strip after strip of k, as many squares as the panel is wide; zeros fill them up.
///
/// # Safety
/// The processor and the code have the instruction set of V and the unit.
#[inline(always)]
pub(super) unsafe fn pack_panel<V: Vector<Element = f32>, U: SquareUnit>(
    panel: &mut [u32],
    width: usize,
    b: &MatrixView<'_, f32>,
    columns: Range<usize>,
) {
    let mut lines = AlignedArray([0; SQUARE]);
    for (index, squares) in panel.chunks_exact_mut(width * SIDE).enumerate() {
        let strip = index * STRIP..b.rows.min((index + 1) * STRIP);
        for (square, start) in squares.chunks_exact_mut(SQUARE).zip(columns.clone().step_by(SIDE)) {
            let columns = start..columns.end.min(start + SIDE);
            // SAFETY: the caller vouches for the instruction set and the unit.
            unsafe {
                if b.row_stride == 1 && b.column_stride != 1 {
                    round_rows::<V, U>(&mut lines.0, &b.transposed(), columns, strip.clone());
                    turn::<V>(&lines, square);
                } else {
                    round_columns::<U>(square, b, columns, strip.clone());
                }
            }
        }
    }
}

/// A square of some rows of a matrix whose rows are contiguous: a line for each, with its pairs of the strip.
///
/// # Safety
/// The processor and the code have the instruction set of V; and as for [`SquareUnit::round_pairs`].
#[inline(always)]
unsafe fn round_rows<V: Vector<Element = f32>, U: SquareUnit>(
    square: &mut [u32],
    matrix: &MatrixView<'_, f32>,
    rows: Range<usize>,
    strip: Range<usize>,
) {
    let (full, pairs) = (rows.len(), strip.len().div_ceil(2));
    for (i, line) in rows.zip(square.chunks_exact_mut(SIDE)) {
        let start = i * matrix.row_stride + strip.start;
        let from = &matrix.elements[start..start + strip.len()];
        if from.len() == STRIP {
            // SAFETY: the caller's promise; there are as many numbers and pairs as in a strip.
            unsafe { U::round_pairs(from.as_ptr(), line.as_mut_ptr()) };
        } else {
            // SAFETY: the caller vouches for the instruction set.
            unsafe { round_row::<V>(from, line) };
            line[pairs..].fill(0);
        }
    }
    if full < SIDE {
        square[full * SIDE..].fill(0);
    }
}

/// A square of some columns of a matrix, best one whose rows are contiguous: a line for each two rows of the strip, with a pair of
/// each column.
///
/// # Safety
/// As for [`SquareUnit::round_two`].
#[inline(always)]
unsafe fn round_columns<U: SquareUnit>(
    square: &mut [u32],
    matrix: &MatrixView<'_, f32>,
    columns: Range<usize>,
    strip: Range<usize>,
) {
    let is_whole = matrix.column_stride == 1 && columns.len() == SIDE;
    for (line, k) in square.chunks_exact_mut(SIDE).zip((strip.start..).step_by(2)) {
        if is_whole && k + 1 < strip.end {
            let start = columns.start + k * matrix.row_stride;
            let lower = &matrix.elements[start..start + SIDE];
            let upper = &matrix.elements[start + matrix.row_stride..][..SIDE];
            // SAFETY: the caller's promise; there are SIDE numbers of each, and as many pairs.
            unsafe { U::round_two(lower.as_ptr(), upper.as_ptr(), line.as_mut_ptr()) };
        } else if k < strip.end {
            pair_rows(line, matrix, k, k + 1 < strip.end, columns.clone());
            line[columns.len()..].fill(0);
        } else {
            line.fill(0);
        }
    }
}

/// A square whose lines are the columns of another. What is written to a line of that one is read at once: none of them is across
/// two lines of the cache.
///
/// # Safety
/// The processor and the code have the instruction set of V.
#[inline(always)]
unsafe fn turn<V: Vector<Element = f32>>(lines: &AlignedArray<u32, SQUARE>, square: &mut [u32]) {
    const { assert!(V::LANES == SIDE) };
    assert_eq!(square.len(), SQUARE);
    // SAFETY: the caller vouches for the instruction set; both squares have SIDE lines of SIDE pairs, a register each. Numbers are
    // moved and not looked at, so that any bits may pass for f32.
    unsafe { V::transpose_square(lines.0.as_ptr().cast(), SIDE, square.as_mut_ptr().cast(), SIDE) };
}

/// Where a rectangle of f32 begins, and the way from one row to the next.
type Place = (*mut f32, usize);

/// Copies a rectangle of (rows, columns).
///
/// # Safety
/// The processor and the code have the instruction set of V; the one place can be read and the other written, and they lie apart.
#[inline(always)]
unsafe fn copy<V: Vector<Element = f32>>(
    (from, from_row): Place,
    (to, to_row): Place,
    (rows, columns): (usize, usize),
) {
    for start in (0..columns).step_by(V::LANES) {
        let count = V::LANES.min(columns - start);
        for i in 0..rows {
            // SAFETY: the caller's promises; `count` numbers from `start` on are in each row.
            unsafe {
                let numbers = load::<V>(from.add(i * from_row + start), count);
                numbers.store_first(to.add(i * to_row + start), count);
            }
        }
    }
}

/// Adds one number to each column of a rectangle of (rows, columns).
///
/// # Safety
/// The processor and the code have the instruction set of V; the place can be written, and as many numbers read as it has
/// columns.
#[inline(always)]
unsafe fn add_to_rows<V: Vector<Element = f32>>(
    (c, c_row): Place,
    (rows, columns): (usize, usize),
    numbers: *const f32,
) {
    for start in (0..columns).step_by(V::LANES) {
        let count = V::LANES.min(columns - start);
        // SAFETY: the caller's promises; `count` numbers from `start` on are in each row.
        unsafe {
            let numbers = load::<V>(numbers.add(start), count);
            for i in 0..rows {
                let c = c.add(i * c_row + start);
                load::<V>(c, count).add(numbers).store_first(c, count);
            }
        }
    }
}
