//! A part of C on one thread: stripes of columns, blocks of k, rows after rows, panels.

use super::numbers::AsTheyAre;
use super::pairs::InPairs;
use super::squares::InSquares;
use super::tile::{self, Tile, TileOf};
use super::{DEPTH, Onto, Panels, Right, Task, panels};
use crate::dispatch::{PairKernel, RegisterKernel, SquareKernel};
use crate::vector::{Multiplier, PANEL_REGISTERS, Plain, SquareUnit, Vector};
use crate::{MatrixView, Real};
use std::marker::PhantomData;
use std::ops::Range;

/// Some rows and columns of C. The columns begin at a panel.
pub(super) struct Rectangle<'a, R> {
    pub(super) task: &'a Task<'a, R>,
    pub(super) rows: Range<usize>,
    pub(super) columns: Range<usize>,
}

/// What multiplies a few rows of A by the panels of some columns, for one block of k.
///
/// # Safety of its functions
/// The processor and the code have what the multiplication is made of.
pub(super) trait RowsTimesPanels<R> {
    /// Rows at a time.
    const ROWS: usize;
    /// k of a block.
    const DEPTH: usize;
    /// Columns of B that are worked on before the next ones: a block of them stays in the second cache while all rows of A pass.
    const COLUMNS: usize;

    /// Computes the rectangle of C, or adds to it what the block gives.
    ///
    /// # Safety
    /// See the trait. The ranges lie in the task's matrices, the columns begin at a panel, the block at a multiple of
    /// `DEPTH`, there are at most `ROWS` rows, and nobody else reads or writes these places of C.
    unsafe fn compute(
        &mut self,
        task: &Task<'_, R>,
        rows: Range<usize>,
        block: Range<usize>,
        columns: Range<usize>,
    );
}

impl<R: Real> Rectangle<'_, R> {
    /// Stripes of columns; in each, block of k by block of k, rows after rows.
    ///
    /// # Safety
    /// The processor and the code have what `by` multiplies with.
    #[inline(always)]
    pub(super) unsafe fn compute<P: RowsTimesPanels<R>>(&self, mut by: P) {
        let k = self.task.a.columns;
        for start in self.columns.clone().step_by(P::COLUMNS) {
            let columns = start..self.columns.end.min(start + P::COLUMNS);
            let mut block = 0..k.min(P::DEPTH);
            loop {
                for row in self.rows.clone().step_by(P::ROWS) {
                    let rows = row..self.rows.end.min(row + P::ROWS);
                    // SAFETY: the caller's promise; the ranges lie in the task's matrices, columns begin at a panel because
                    // those of the rectangle do, and `part_of` gave this rectangle to nobody else.
                    unsafe { by.compute(self.task, rows, block.clone(), columns.clone()) };
                }
                if block.end == k {
                    break;
                }
                block = block.end..k.min(block.end + P::DEPTH);
            }
        }
    }
}

impl<R: Real> RegisterKernel<R> for Rectangle<'_, R> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<V: Vector<Element = R>>(self) {
        // SAFETY: the caller vouches for the instruction set.
        unsafe { self.compute(InRegisters::<Plain<V>, _>::of(AsTheyAre::new(self.rows.end))) }
    }
}

impl PairKernel for Rectangle<'_, f32> {
    #[inline(always)]
    unsafe fn run<M: Multiplier<Operand = u32>>(self)
    where
        M::Sum: Vector<Element = f32>,
    {
        // SAFETY: the caller vouches for the instruction set.
        unsafe { self.compute(InRegisters::<M, _>::of(InPairs::new())) }
    }
}

impl SquareKernel for Rectangle<'_, f32> {
    #[inline(always)]
    unsafe fn run<V: Vector<Element = f32>, U: SquareUnit>(self) {
        // SAFETY: the caller vouches for the instruction set and the unit, which is ready from `begin` to `end`.
        unsafe {
            U::begin();
            self.compute(InSquares::<V, U>::new());
            U::end();
        }
    }
}

/// How a multiplier comes by its operands.
///
/// # Safety of its functions
/// The processor and the code have the instruction set of M.
pub(super) trait Feed<R, M: Multiplier> {
    /// How many k an operand serves.
    const K_OF_AN_OPERAND: usize;

    /// The packed columns of B.
    fn panels(b: &Panels<R>) -> *const M::Operand;

    /// Those columns that are read where they lie: their first element, and how far it is from one row to the next.
    #[inline(always)]
    fn in_place(_b: &Right<'_, R>) -> Option<(*const M::Operand, usize)> {
        None
    }

    /// Some rows of A, at most a tile's, for one block of k, which is not empty, to be multiplied by so many columns of B: where the
    /// first operand is, and how far it is to the next row and to the next operand of a row.
    ///
    /// # Safety
    /// See the trait.
    unsafe fn rows(
        &mut self,
        a: &MatrixView<'_, R>,
        rows: Range<usize>,
        block: Range<usize>,
        columns: usize,
    ) -> (*const M::Operand, usize, usize);
}

/// Tiles that stay in registers while k runs.
pub(super) struct InRegisters<M, F> {
    feed: F,
    multiplier: PhantomData<M>,
}

impl<M, F> InRegisters<M, F> {
    #[inline(always)]
    pub(super) fn of(feed: F) -> Self {
        Self { feed, multiplier: PhantomData }
    }
}

impl<R: Real, M: Multiplier, F: Feed<R, M>> RowsTimesPanels<R> for InRegisters<M, F>
where
    M::Sum: Vector<Element = R>,
{
    const ROWS: usize = M::Sum::TILE_ROWS;
    const DEPTH: usize = DEPTH;
    /// Half a megabyte of f32.
    const COLUMNS: usize = 512;

    #[inline(always)]
    unsafe fn compute(
        &mut self,
        task: &Task<'_, R>,
        rows: Range<usize>,
        block: Range<usize>,
        columns: Range<usize>,
    ) {
        let Task { a, b, c, c_row, onto, biases } = *task;
        let (n, first_packed) = (b.columns(), b.panels().first());
        let operands = a.columns.div_ceil(F::K_OF_AN_OPERAND);
        let width = M::Sum::LANES * PANEL_REGISTERS;
        let with_biases = block.end == a.columns && !biases.is_null();
        let (a_first, a_row, a_depth) = if block.is_empty() {
            // Nothing is read there, and the slice may end before the first row.
            (std::ptr::null(), 0, 0)
        } else {
            // SAFETY: the caller vouches for the instruction set.
            unsafe { self.feed.rows(&a, rows.clone(), block.clone(), columns.len()) }
        };
        let mut column = columns.start;
        while column < columns.end {
            let registers = panels::registers::<M::Sum>(n, column);
            let (b_first, b_row, panel, end) = match F::in_place(&b) {
                Some((b_first, row)) if column < first_packed => {
                    let end = columns.end.min(first_packed);
                    (b_first.wrapping_add(block.start * row + column), row, width, end)
                }
                _ => {
                    // A panel has registers · LANES operands for each k or pair of k, and those before it are full.
                    let row = registers * M::Sum::LANES;
                    let start = (column - first_packed) * operands + block.start / F::K_OF_AN_OPERAND * row;
                    (F::panels(b.panels()).wrapping_add(start), row, operands * width, columns.end)
                }
            };
            let tile: TileOf<M> = Tile {
                depth: block.len().div_ceil(F::K_OF_AN_OPERAND),
                a: a_first,
                a_row,
                a_depth,
                b: b_first,
                b_row,
                registers,
                c: c.wrapping_add(rows.start * c_row + column),
                c_row,
                columns: width.min(n - column),
                onto_c: onto == Onto::Sum || block.start > 0,
                biases: if with_biases { biases.wrapping_add(column) } else { std::ptr::null() },
            };
            // SAFETY: the operands of A lie inside its slice by `assert_fits`, for rows below m and k below its columns, or in
            // the feed's own buffer; the panels from `column` on lie one behind the other, as `pack` wrote them, and those
            // before the last are full, or up to `end` they are columns of a matrix, checked like A, and fill whole panels; C was
            // checked like A, its columns are neighbours, `assert_apart` gave each element a place of its own, and the caller
            // vouches that nobody else has it; there is a bias for each column.
            column += unsafe { tile::compute::<M>(rows.len(), end - column, panel, &tile) };
        }
    }
}
