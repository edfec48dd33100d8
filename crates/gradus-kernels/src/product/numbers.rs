//! Operands as they are.
//!
//! B is packed into panels. A is read where it lies, unless from one k to the next is so far that the numbers of a tile drive each
//! other out of the nearest cache, where places half a page or a page apart share a few sets of eight lines. Then the tile's part
//! of a block is copied together, where enough panels are multiplied by it to be worth it.

use super::rectangle::Feed;
use super::{DEPTH, Panels, tile};
use crate::vector::{MOST_LANES, PANEL_REGISTERS, Plain, Vector};
use crate::{MatrixView, Real};
use std::mem::MaybeUninit;
use std::ops::Range;

/// Bytes from one k to the next from which on a tile's part of A is copied.
const FAR: usize = 2048;
/// Panels that a copied number must be multiplied by.
const WORTH_A_COPY: usize = 4;
/// Rows of the highest tile.
const ROWS: usize = 12;

/// Room for the part of A that is copied, and for what the last register of it has too many.
pub(super) struct AsTheyAre<R> {
    copied: MaybeUninit<[R; ROWS * DEPTH + MOST_LANES]>,
}

impl<R: Real> AsTheyAre<R> {
    #[inline(always)]
    pub(super) fn new() -> Self {
        Self { copied: MaybeUninit::uninit() }
    }

    /// Some rows of an A whose columns are contiguous: `TILE_ROWS` numbers for each k.
    ///
    /// # Safety
    /// The processor and the code have the instruction set of V; there are at most `TILE_ROWS` rows and [`DEPTH`] k.
    #[inline(always)]
    unsafe fn copy<V: Vector<Element = R>>(
        &mut self,
        a: &MatrixView<'_, R>,
        rows: Range<usize>,
        block: Range<usize>,
    ) -> *const R {
        const { assert!(V::TILE_ROWS <= ROWS && V::LANES <= MOST_LANES) };
        let copied: *mut R = self.copied.as_mut_ptr().cast();
        for (k, column) in block.enumerate() {
            let from = &a.elements[column * a.column_stride + rows.start..];
            for start in (0..rows.len()).step_by(V::LANES) {
                let from = &from[start..];
                // Lanes beyond the rows are written again for the next k, or never read.
                let count = if from.len() < V::LANES { rows.len() - start } else { V::LANES };
                // SAFETY: so many numbers are there. The last register begins below `TILE_ROWS` · `DEPTH`, and there is room for
                // one more than that.
                unsafe {
                    tile::load::<V>(from.as_ptr(), count).store(copied.add(k * V::TILE_ROWS + start));
                }
            }
        }
        copied
    }
}

impl<R: Real, V: Vector<Element = R>> Feed<R, Plain<V>> for AsTheyAre<R> {
    const K_OF_AN_OPERAND: usize = 1;

    #[inline(always)]
    fn panels(b: &Panels<R>) -> *const R {
        b.numbers().as_ptr()
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
            // SAFETY: the caller vouches for the instruction set, and for no more rows and k than a tile and a block have.
            return (unsafe { self.copy::<V>(a, rows, block) }, 1, V::TILE_ROWS);
        }
        let start = rows.start * a.row_stride + block.start * a.column_stride;
        // A block of no k begins where the slice may end; nothing is read there.
        (a.elements.as_ptr().wrapping_add(start), a.row_stride, a.column_stride)
    }
}
