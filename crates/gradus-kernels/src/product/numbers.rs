//! Operands as they are.
//!
//! B comes from panels or from where it lies. A is read where it lies, unless from one k to the next is so far that the numbers of a
//! tile drive each other out of the nearest cache, where places half a page or a page apart share a few sets of eight lines. Then the
//! parts of a block that a few tiles need are copied together, where enough panels are multiplied by them to be worth it: the rows of
//! one tile fill a part of a line of the cache, and those of a few tiles whole lines, of which each is then brought once.

use super::rectangle::Feed;
use super::{DEPTH, Panels, Right, tile};
use crate::vector::{MOST_LANES, PANEL_REGISTERS, Plain, Vector};
use crate::{MatrixView, Real};
use std::mem::MaybeUninit;
use std::ops::Range;

/// Bytes from one k to the next from which on numbers share too few sets of the cache: parts of A are copied, and B is packed.
///
/// For B, networks of 64 to 1,024 units learned both ways by turns, on one and two cores with AVX-512: to read it where it lies gained
/// about a twentieth up to a kilobyte, nothing around two, and lost a twentieth at four.
pub(super) const FAR: usize = 2048;
/// Panels that a copied number must be multiplied by.
const WORTH_A_COPY: usize = 4;
/// Rows whose parts are copied at a time: a multiple of every tile's.
const ROWS: usize = 48;

/// Room for what is copied of A: for each tile `TILE_ROWS` numbers for each k, and then for what the last register of it has too
/// many.
pub(super) struct AsTheyAre<R> {
    copied: MaybeUninit<[R; ROWS * (DEPTH + MOST_LANES)]>,
    /// Where the rows that are asked for end: those after it are another thread's.
    end: usize,
    /// The rows that are there, of the block that begins at this k.
    rows: Range<usize>,
    block: usize,
}

impl<R: Real> AsTheyAre<R> {
    #[inline(always)]
    pub(super) fn new(end: usize) -> Self {
        Self { copied: MaybeUninit::uninit(), end, rows: 0..0, block: 0 }
    }

    /// From one tile's numbers to the next one's.
    #[inline(always)]
    fn of_a_tile<V: Vector<Element = R>>() -> usize {
        V::TILE_ROWS * DEPTH + MOST_LANES
    }

    /// The numbers of the tile that begins at `row`, of an A whose columns are contiguous; copied, with the next tiles', if they are
    /// not yet there.
    ///
    /// # Safety
    /// The processor and the code have the instruction set of V; there are at most [`DEPTH`] k, and `row` is below `end`, and in a block a multiple
    /// of `TILE_ROWS` after the one before.
    #[inline(always)]
    unsafe fn tile<V: Vector<Element = R>>(
        &mut self,
        a: &MatrixView<'_, R>,
        row: usize,
        block: Range<usize>,
    ) -> *const R {
        if !self.rows.contains(&row) || self.block != block.start {
            (self.rows, self.block) = (row..self.end.min(row + ROWS), block.start);
            // SAFETY: the caller's promises, handed on.
            unsafe { self.copy::<V>(a, block) };
        }
        let tile = (row - self.rows.start) / V::TILE_ROWS;
        self.copied.as_ptr().cast::<R>().wrapping_add(tile * Self::of_a_tile::<V>())
    }

    /// Copies `rows`.
    ///
    /// # Safety
    /// As for [`tile`](Self::tile).
    #[inline(always)]
    unsafe fn copy<V: Vector<Element = R>>(&mut self, a: &MatrixView<'_, R>, block: Range<usize>) {
        const { assert!(ROWS.is_multiple_of(V::TILE_ROWS) && V::LANES <= MOST_LANES) };
        let copied: *mut R = self.copied.as_mut_ptr().cast();
        for (k, column) in block.enumerate() {
            let from = &a.elements[column * a.column_stride + self.rows.start..];
            for (tile, first) in (0..self.rows.len()).step_by(V::TILE_ROWS).enumerate() {
                let to = tile * Self::of_a_tile::<V>() + k * V::TILE_ROWS;
                for start in (0..V::TILE_ROWS.min(self.rows.len() - first)).step_by(V::LANES) {
                    let from = &from[first + start..];
                    // SAFETY: so many numbers are there. Lanes beyond the tile's rows are written again for the next k, or lie in the
                    // room behind the last one's; and there are `ROWS` / `TILE_ROWS` tiles at most.
                    unsafe {
                        tile::load::<V>(from.as_ptr(), from.len().min(V::LANES))
                            .store(copied.add(to + start));
                    }
                }
            }
        }
    }
}

impl<R: Real, V: Vector<Element = R>> Feed<R, Plain<V>> for AsTheyAre<R> {
    const K_OF_AN_OPERAND: usize = 1;

    #[inline(always)]
    fn panels(b: &Panels<R>) -> *const R {
        b.numbers().as_ptr()
    }

    #[inline(always)]
    fn in_place(b: &Right<'_, R>) -> Option<(*const R, usize)> {
        b.in_place()
    }

    #[inline(always)]
    unsafe fn rows(
        &mut self,
        a: &MatrixView<'_, R>,
        rows: Range<usize>,
        block: Range<usize>,
        columns: usize,
    ) -> (*const R, usize, usize) {
        let is_far = a.row_stride == 1 && a.column_stride * size_of::<R>() >= FAR;
        if is_far && columns >= WORTH_A_COPY * PANEL_REGISTERS * V::LANES {
            // SAFETY: the caller vouches for the instruction set, for no more k than a block has, and takes tile after tile.
            return (unsafe { self.tile::<V>(a, rows.start, block) }, 1, V::TILE_ROWS);
        }
        let start = rows.start * a.row_stride + block.start * a.column_stride;
        (a.elements.as_ptr().wrapping_add(start), a.row_stride, a.column_stride)
    }
}
