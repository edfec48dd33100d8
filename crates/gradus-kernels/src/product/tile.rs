//! The innermost part of a product: a tile of C, up to [`TILE_ROWS`](Vector::TILE_ROWS) rows by
//! [`PANEL_REGISTERS`] registers, that stays in registers while k runs.
//!
//! For each k one row of a panel of B is loaded, and each of the tile's elements of A is multiplied into it: with 12 × 2
//! registers of AVX-512, 24 multiply-adds for 14 loads, so that the multipliers and not the loads decide the speed.

use super::pointers::{pointers, row_of};
use crate::Real;
use crate::aligned::LINE;
use crate::vector::{Multiplier, PANEL_REGISTERS, Vector, prefetch};

/// Rows of the highest tile of any instruction set.
pub(super) const MOST_ROWS: usize = 12;

/// Where a tile lies.
#[derive(Clone, Copy)]
pub(super) struct Tile<O, R> {
    /// Operands of each element's chain of multiply-adds.
    pub(super) depth: usize,
    /// The tile's first element of A.
    pub(super) a: *const O,
    /// From one row of A to the next.
    pub(super) a_row: usize,
    /// From one k of A to the next.
    pub(super) a_depth: usize,
    /// The block of a panel of B: `depth` rows of operands, as wide as the panel.
    pub(super) b: *const O,
    /// From one of those rows to the next.
    pub(super) b_row: usize,
    /// Registers of a row of the panel: two, or one.
    pub(super) registers: usize,
    /// The tile's first element of C.
    pub(super) c: *mut R,
    /// From one row of C to the next; its columns are neighbours.
    pub(super) c_row: usize,
    /// Columns of C, at most the panel's width.
    pub(super) columns: usize,
    /// Whether the sums are added to C or replace it.
    pub(super) onto_c: bool,
    /// Added to each row after everything else: as many numbers as columns; none where null.
    pub(super) biases: *const R,
}

/// A tile as M multiplies it.
pub(super) type TileOf<M> = Tile<<M as Multiplier>::Operand, <<M as Multiplier>::Sum as Vector>::Element>;

/// Panels that a single row of A is multiplied by at a time. In one panel it has two chains, each of which waits for its last
/// multiply-add; in four it has eight, as many as a tile of four rows, which keep two multipliers of four steps busy.
const PANELS_OF_A_ROW: usize = 4;

/// How far ahead of the multipliers a panel is asked for, in bytes: the first tile that meets it may have to bring it from the third cache
/// or from the core that packed it. Found on two cores with AVX-512, and tried with AVX2: 784-256-128-10 and 784-1024-1024-10 taking turns
/// with and without. In a matrix that is read where it lies it is some rows further down.
const AHEAD: usize = 4096;

/// Computes `rows` rows of C in the panel that `tile` names or, if it is one row, in a few of the panels that begin there;
/// returns how many of the `columns` left to compute are covered by that.
///
/// # Safety
/// The processor and the code have the instruction set of M. The places that `tile` names can be read and those in C
/// written, by nobody else meanwhile; so can those of the full panels after it, `panel` operands apart in B, that the
/// `columns` reach over; `tile.registers` ≤ 2.
#[inline(always)]
pub(super) unsafe fn compute<M: Multiplier>(
    rows: usize,
    columns: usize,
    panel: usize,
    tile: &TileOf<M>,
) -> usize {
    let width = M::Sum::LANES * PANEL_REGISTERS;
    let enough = columns >= PANELS_OF_A_ROW * width;
    // SAFETY: the caller's promises, handed on.
    unsafe {
        match (rows, tile.registers) {
            (1, _) if enough => {
                row_of_panels::<M, 2>(panel, tile);
                return PANELS_OF_A_ROW * width;
            }
            (_, 1) => rows_of::<M, 1>(rows, tile),
            _ => rows_of::<M, 2>(rows, tile),
        }
    }
    width
}

/// One row of C in full panels side by side.
///
/// # Safety
/// As [`compute`], for so many panels.
#[inline(always)]
unsafe fn row_of_panels<M: Multiplier, const REGISTERS: usize>(panel: usize, tile: &TileOf<M>) {
    // SAFETY: the caller's promises cover every k below `depth` in each of the panels, and their columns of C.
    unsafe {
        let mut sums = [[M::Sum::splat(<M::Sum as Vector>::Element::ZERO); REGISTERS]; PANELS_OF_A_ROW];
        let (mut a, mut b) = (tile.a, tile.b);
        for _ in 0..tile.depth {
            let factor = M::splat(*a);
            for (p, sums) in sums.iter_mut().enumerate() {
                for (j, sum) in sums.iter_mut().enumerate() {
                    *sum = M::multiply_add(factor, M::load(b.add(p * panel + j * M::Sum::LANES)), *sum);
                }
            }
            // Past the last element these point nowhere and are not read.
            a = a.wrapping_add(tile.a_depth);
            b = b.wrapping_add(tile.b_row);
        }
        for (p, sums) in sums.into_iter().enumerate() {
            let start = p * REGISTERS * M::Sum::LANES;
            let biases = if tile.biases.is_null() { tile.biases } else { tile.biases.add(start) };
            finish_row::<M, REGISTERS>(&Tile { c: tile.c.add(start), biases, ..*tile }, 0, sums);
        }
    }
}

/// Any number of rows as the fewest tiles of the heights that there is code for.
///
/// # Safety
/// As [`compute`].
#[inline(always)]
unsafe fn rows_of<M: Multiplier, const REGISTERS: usize>(rows: usize, tile: &TileOf<M>) {
    let mut tile = *tile;
    let mut left = rows;
    while left > 0 {
        // SAFETY: each call takes rows that the caller has promised, one after the other; the pointers move by as many.
        let done = unsafe {
            match left {
                12.. if M::Sum::TILE_ROWS >= 12 => height::<M, 12, REGISTERS>(&tile),
                8.. if M::Sum::TILE_ROWS >= 12 => height::<M, 8, REGISTERS>(&tile),
                6.. if M::Sum::TILE_ROWS >= 6 => height::<M, 6, REGISTERS>(&tile),
                4.. => height::<M, 4, REGISTERS>(&tile),
                3 => height::<M, 3, REGISTERS>(&tile),
                2 => height::<M, 2, REGISTERS>(&tile),
                _ => height::<M, 1, REGISTERS>(&tile),
            }
        };
        tile.a = tile.a.wrapping_add(done * tile.a_row);
        tile.c = tile.c.wrapping_add(done * tile.c_row);
        left -= done;
    }
}

/// A tile of ROWS × REGISTERS registers; returns ROWS.
///
/// # Safety
/// As [`compute`].
#[inline(always)]
unsafe fn height<M: Multiplier, const ROWS: usize, const REGISTERS: usize>(tile: &TileOf<M>) -> usize {
    // SAFETY: the caller's promises cover every row below ROWS, k below `depth` and column below `columns`.
    unsafe {
        let mut sums = [[M::Sum::splat(<M::Sum as Vector>::Element::ZERO); REGISTERS]; ROWS];
        let (mut a, mut b) = (pointers(tile.a, tile.a_row, false), tile.b);
        for _ in 0..tile.depth {
            // Lower tiles come after full ones as a rule, which have asked already.
            if 2 * ROWS >= M::Sum::TILE_ROWS {
                ask_ahead(b, REGISTERS * M::Sum::LANES);
            }
            let mut row_of_b = [M::load(b); REGISTERS];
            for (j, factor) in row_of_b.iter_mut().enumerate().skip(1) {
                *factor = M::load(b.add(j * M::Sum::LANES));
            }
            for (i, sums) in sums.iter_mut().enumerate() {
                let factor = M::splat(*row_of(&a, i, tile.a_row, false));
                for (sum, &b) in sums.iter_mut().zip(&row_of_b) {
                    *sum = M::multiply_add(factor, b, *sum);
                }
            }
            // Past the last element these point nowhere and are not read.
            a = a.map(|a| a.wrapping_add(tile.a_depth));
            b = b.wrapping_add(tile.b_row);
        }
        if tile.columns == REGISTERS * M::Sum::LANES {
            finish_full::<M, ROWS, REGISTERS>(tile, sums);
        } else {
            for (i, sums) in sums.into_iter().enumerate() {
                finish_row::<M, REGISTERS>(tile, i, sums);
            }
        }
    }
    ROWS
}

/// Asks for the lines of `operands` that will be multiplied when those at `b` are long done.
#[inline(always)]
fn ask_ahead<O>(b: *const O, operands: usize) {
    for byte in (0..operands * size_of::<O>()).step_by(LINE) {
        prefetch(b.wrapping_byte_add(AHEAD + byte));
    }
}

/// Brings the sums of a tile whose columns are all there to C, as [`finish_row`] does; from registers, and with nothing to decide
/// for each of them.
///
/// # Safety
/// As [`compute`].
#[inline(always)]
unsafe fn finish_full<M: Multiplier, const ROWS: usize, const REGISTERS: usize>(
    tile: &TileOf<M>,
    mut sums: [[M::Sum; REGISTERS]; ROWS],
) {
    let place = |i: usize, j: usize| tile.c.wrapping_add(i * tile.c_row + j * M::Sum::LANES);
    // SAFETY: each row of C has a register's numbers at each place; so has the row of biases.
    unsafe {
        if tile.onto_c {
            for (i, sums) in sums.iter_mut().enumerate() {
                for (j, sum) in sums.iter_mut().enumerate() {
                    *sum = M::Sum::load(place(i, j)).add(*sum);
                }
            }
        }
        if !tile.biases.is_null() {
            for j in 0..REGISTERS {
                let biases = M::Sum::load(tile.biases.wrapping_add(j * M::Sum::LANES));
                for sums in &mut sums {
                    sums[j] = sums[j].add(biases);
                }
            }
        }
        for (i, sums) in sums.into_iter().enumerate() {
            for (j, sum) in sums.into_iter().enumerate() {
                sum.store(place(i, j));
            }
        }
    }
}

/// Brings the sums of row `i` to C: onto what is there, if that is wanted, then the biases.
///
/// # Safety
/// As [`compute`].
#[inline(always)]
unsafe fn finish_row<M: Multiplier, const REGISTERS: usize>(
    tile: &TileOf<M>,
    i: usize,
    sums: [M::Sum; REGISTERS],
) {
    // SAFETY: row i of C has `columns` elements, of which each register covers its own; so has the row of biases.
    unsafe {
        let row = tile.c.add(i * tile.c_row);
        for (j, mut sum) in sums.into_iter().enumerate() {
            let start = j * M::Sum::LANES;
            let count = tile.columns.saturating_sub(start).min(M::Sum::LANES);
            let c = row.wrapping_add(start);
            if tile.onto_c {
                sum = load::<M::Sum>(c, count).add(sum);
            }
            if !tile.biases.is_null() {
                sum = sum.add(load::<M::Sum>(tile.biases.wrapping_add(start), count));
            }
            if count == M::Sum::LANES { sum.store(c) } else { sum.store_first(c, count) }
        }
    }
}

/// `count` numbers.
///
/// # Safety
/// As [`Vector::load_first`].
#[inline(always)]
pub(super) unsafe fn load<V: Vector>(from: *const V::Element, count: usize) -> V {
    // SAFETY: the caller vouches for `count` elements.
    unsafe { if count == V::LANES { V::load(from) } else { V::load_first(from, count) } }
}
