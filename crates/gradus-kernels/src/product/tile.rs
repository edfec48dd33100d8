//! The innermost part of a product: a tile of C, up to [`TILE_ROWS`](Vector::TILE_ROWS) rows by
//! [`PANEL_REGISTERS`](Vector::PANEL_REGISTERS) registers, that stays in registers while k runs.
//!
//! For each k one row of a panel of B is loaded, and each of the tile's elements of A is multiplied into it: with 12 × 2
//! registers of AVX-512, 24 multiply-adds for 14 loads, so that the multipliers and not the loads decide the speed.

use crate::Real;
use crate::vector::Vector;

/// Where a tile lies.
#[derive(Clone, Copy)]
pub(super) struct Tile<R> {
    /// Length of the chain of multiply-adds of each element.
    pub(super) depth: usize,
    /// The tile's first element of A.
    pub(super) a: *const R,
    /// From one row of A to the next.
    pub(super) a_row: usize,
    /// From one k of A to the next.
    pub(super) a_depth: usize,
    /// The block of a panel of B: `depth` rows of the panel's width, without gaps.
    pub(super) b: *const R,
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

/// Panels that a single row of A is multiplied by at a time. In one panel it has two chains, each of which waits for its last
/// multiply-add; in four it has eight, as many as a tile of four rows, which keep two multipliers of four steps busy.
const PANELS_OF_A_ROW: usize = 4;

/// Computes `rows` rows of C in the panel that `tile` names or, if it is one row, in a few of the panels that begin there;
/// returns how many of the `columns` left to compute are covered by that.
///
/// # Safety
/// The processor and the code have the instruction set of V. The places that `tile` names can be read and those in C
/// written, by nobody else meanwhile; so can those of the full panels after it, `panel` numbers apart in B, that the
/// `columns` reach over; `rows` ≤ `V::TILE_ROWS`.
#[inline(always)]
pub(super) unsafe fn compute<V: Vector>(
    rows: usize,
    columns: usize,
    panel: usize,
    tile: &Tile<V::Element>,
) -> usize {
    let width = V::LANES * V::PANEL_REGISTERS;
    let enough = columns >= PANELS_OF_A_ROW * width;
    // SAFETY: the caller's promises, handed on.
    unsafe {
        match (rows, tile.registers) {
            (1, _) if enough => {
                row_of_panels::<V, 2>(panel, tile);
                return PANELS_OF_A_ROW * width;
            }
            (_, 1) => rows_of::<V, 1>(rows, tile),
            _ => rows_of::<V, 2>(rows, tile),
        }
    }
    width
}

/// One row of C in full panels side by side.
///
/// # Safety
/// As [`compute`], for so many panels.
#[inline(always)]
unsafe fn row_of_panels<V: Vector, const REGISTERS: usize>(panel: usize, tile: &Tile<V::Element>) {
    // SAFETY: the caller's promises cover every k below `depth` in each of the panels, and their columns of C.
    unsafe {
        let mut sums = [[V::splat(V::Element::ZERO); REGISTERS]; PANELS_OF_A_ROW];
        let (mut a, mut b) = (tile.a, tile.b);
        for _ in 0..tile.depth {
            let element = V::splat(*a);
            for (p, sums) in sums.iter_mut().enumerate() {
                for (j, sum) in sums.iter_mut().enumerate() {
                    *sum = element.multiply_add(V::load(b.add(p * panel + j * V::LANES)), *sum);
                }
            }
            // Past the last element these point nowhere and are not read.
            a = a.wrapping_add(tile.a_depth);
            b = b.wrapping_add(REGISTERS * V::LANES);
        }
        for (p, sums) in sums.into_iter().enumerate() {
            let start = p * REGISTERS * V::LANES;
            let biases = if tile.biases.is_null() { tile.biases } else { tile.biases.add(start) };
            finish_row::<V, REGISTERS>(&Tile { c: tile.c.add(start), biases, ..*tile }, 0, sums);
        }
    }
}

/// Any number of rows as the fewest tiles of the heights that there is code for.
///
/// # Safety
/// As [`compute`].
#[inline(always)]
unsafe fn rows_of<V: Vector, const REGISTERS: usize>(rows: usize, tile: &Tile<V::Element>) {
    let mut tile = *tile;
    let mut left = rows;
    while left > 0 {
        // SAFETY: each call takes rows that the caller has promised, one after the other; the pointers move by as many.
        let done = unsafe {
            match left {
                12.. if V::TILE_ROWS >= 12 => height::<V, 12, REGISTERS>(&tile),
                8.. if V::TILE_ROWS >= 12 => height::<V, 8, REGISTERS>(&tile),
                6.. if V::TILE_ROWS >= 6 => height::<V, 6, REGISTERS>(&tile),
                4.. => height::<V, 4, REGISTERS>(&tile),
                3 => height::<V, 3, REGISTERS>(&tile),
                2 => height::<V, 2, REGISTERS>(&tile),
                _ => height::<V, 1, REGISTERS>(&tile),
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
unsafe fn height<V: Vector, const ROWS: usize, const REGISTERS: usize>(tile: &Tile<V::Element>) -> usize {
    // SAFETY: the caller's promises cover every row below ROWS, k below `depth` and column below `columns`.
    unsafe {
        let mut sums = [[V::splat(V::Element::ZERO); REGISTERS]; ROWS];
        let (mut a, mut b) = (tile.a, tile.b);
        for _ in 0..tile.depth {
            let mut row_of_b = [V::splat(V::Element::ZERO); REGISTERS];
            for (j, register) in row_of_b.iter_mut().enumerate() {
                *register = V::load(b.add(j * V::LANES));
            }
            for (i, sums) in sums.iter_mut().enumerate() {
                let element = V::splat(*a.add(i * tile.a_row));
                for (sum, &b) in sums.iter_mut().zip(&row_of_b) {
                    *sum = element.multiply_add(b, *sum);
                }
            }
            // Past the last element these point nowhere and are not read.
            a = a.wrapping_add(tile.a_depth);
            b = b.wrapping_add(REGISTERS * V::LANES);
        }
        for (i, sums) in sums.into_iter().enumerate() {
            finish_row::<V, REGISTERS>(tile, i, sums);
        }
    }
    ROWS
}

/// Brings the sums of row `i` to C: onto what is there, if that is wanted, then the biases.
///
/// # Safety
/// As [`compute`].
#[inline(always)]
unsafe fn finish_row<V: Vector, const REGISTERS: usize>(
    tile: &Tile<V::Element>,
    i: usize,
    sums: [V; REGISTERS],
) {
    // SAFETY: row i of C has `columns` elements, of which each register covers its own; so has the row of biases.
    unsafe {
        let row = tile.c.add(i * tile.c_row);
        for (j, mut sum) in sums.into_iter().enumerate() {
            let start = j * V::LANES;
            let count = tile.columns.saturating_sub(start).min(V::LANES);
            let c = row.wrapping_add(start);
            if tile.onto_c {
                sum = load::<V>(c, count).add(sum);
            }
            if !tile.biases.is_null() {
                sum = sum.add(load::<V>(tile.biases.wrapping_add(start), count));
            }
            if count == V::LANES { sum.store(c) } else { sum.store_first(c, count) }
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
