//! The matrix product C ← A·B, or C ← C + A·B, with A (m, k), B (k, n), C (m, n), and what belongs to it in a layer: biases.
//!
//! An element of C is Σ over blocks of [`DEPTH`] consecutive k, in ascending order, of a chain of fused multiply-adds in
//! ascending k that begins at 0; what is in C already comes before the first block, the biases after the last. Tiles,
//! registers, threads and the other rows of the batch may vary: they never change this order, and so they never change a bit.
//! (Without a fused multiply-add in the processor each link of the chain rounds twice.)
//!
//! B is packed into [`Panels`] once. For each block of k, a few rows of A at a time stay in the nearest cache while the panels
//! of B stream by (Goto and van de Geijn 2008, with the roles of the two operands exchanged).

mod panels;
mod tile;

pub use panels::Panels;

use crate::dispatch::RegisterKernel;
use crate::share::threads_for;
use crate::vector::Vector;
use crate::{MatrixView, MatrixViewMut, Real};
use std::ops::Range;
use tile::Tile;

/// What a product does with the numbers that are already in C.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Onto {
    /// C ← A·B.
    Nothing,
    /// C ← C + A·B.
    Sum,
}

/// Links of the chain of one block. A panel of that many rows takes 32 KB, and a tile's part of A 12 KB.
const DEPTH: usize = 256;

/// Columns of B that are worked on before the next ones: with [`DEPTH`] rows half a megabyte of f32, which stays in the
/// second cache while all rows of A pass.
const COLUMNS: usize = 512;

/// Multiplies `a` (m, k) by `b` (k, n) into `c` (m, n).
///
/// Packs `b` into memory that it asks for. Where products are many, pack once and call [`product_with`].
///
/// # Panics
/// If the shapes do not fit each other, or neighbours in a row of `c` are not neighbours in memory.
pub fn product<R: Real>(c: MatrixViewMut<'_, R>, a: MatrixView<'_, R>, b: MatrixView<'_, R>, onto: Onto) {
    let mut panels = Panels::default();
    panels.pack(b);
    product_shared(c, a, &panels, onto);
}

/// Multiplies `a` (m, k) by the packed `b` (k, n) into `c` (m, n), then adds `biases` (n) to each row.
///
/// Runs on the thread that calls it, and allocates nothing.
///
/// # Panics
/// If the shapes do not fit each other, or neighbours in a row of `c` are not neighbours in memory.
pub fn product_with<R: Real>(
    c: MatrixViewMut<'_, R>,
    a: MatrixView<'_, R>,
    b: &Panels<R>,
    onto: Onto,
    biases: Option<&[R]>,
) {
    let (rows, columns) = (0..a.rows, 0..b.columns());
    Task::new(c, a, b, onto, biases).compute(rows, columns);
}

/// As [`product_with`], without biases, on the threads of the current rayon pool where they gain something.
///
/// # Panics
/// As [`product_with`].
pub fn product_shared<R: Real>(c: MatrixViewMut<'_, R>, a: MatrixView<'_, R>, b: &Panels<R>, onto: Onto) {
    let (rows, columns) = (0..a.rows, 0..b.columns());
    let work = rows.len().saturating_mul(columns.len()).saturating_mul(a.columns);
    Task::new(c, a, b, onto, None).split(rows, columns, threads_for(work));
}

/// A product to be computed, whole or in rectangles of C.
struct Task<'a, R> {
    a: MatrixView<'a, R>,
    b: &'a Panels<R>,
    c: *mut R,
    c_row: usize,
    onto: Onto,
    /// (n), or null.
    biases: *const R,
}

// SAFETY: the pointers come from a slice that is borrowed mutably and one that is borrowed for as long as the task lives;
// `split` gives no two threads the same part of C.
unsafe impl<R: Real> Sync for Task<'_, R> {}

impl<'a, R: Real> Task<'a, R> {
    /// The task of a whole product, its shapes checked.
    fn new(
        c: MatrixViewMut<'a, R>,
        a: MatrixView<'a, R>,
        b: &'a Panels<R>,
        onto: Onto,
        biases: Option<&'a [R]>,
    ) -> Self {
        let (m, k, n) = (a.rows, a.columns, b.columns());
        assert_eq!(k, b.rows(), "a {m}×{k} matrix cannot be multiplied by a {}×{n} one", b.rows());
        assert_eq!(
            (m, n),
            (c.rows, c.columns),
            "the product of {m}×{k} and {k}×{n} does not fit {}×{}",
            c.rows,
            c.columns
        );
        assert!(c.column_stride == 1 || n <= 1, "the rows of C must be contiguous");
        assert!(biases.is_none_or(|biases| biases.len() == n), "there must be one bias for each column");
        let biases = biases.map_or(std::ptr::null(), <[R]>::as_ptr);
        Self { a, b, c: c.elements.as_mut_ptr(), c_row: c.row_stride, onto, biases }
    }

    /// Halves a rectangle along the side with more tiles until there is a part for each thread.
    fn split(&self, rows: Range<usize>, columns: Range<usize>, parts: usize) {
        let first = parts / 2;
        let by_rows = rows.len() / ROWS_OF_A_PART >= columns.len() / COLUMNS_OF_A_PART;
        let (side, grain) = if by_rows { (&rows, ROWS_OF_A_PART) } else { (&columns, COLUMNS_OF_A_PART) };
        let middle = side.start + (side.len() * first / parts.max(1)).next_multiple_of(grain);
        if parts <= 1 || middle >= side.end {
            return self.compute(rows, columns);
        }
        let ((low, low_columns), (high, high_columns)) = if by_rows {
            ((rows.start..middle, columns.clone()), (middle..rows.end, columns))
        } else {
            ((rows.clone(), columns.start..middle), (rows, middle..columns.end))
        };
        rayon::join(|| self.split(low, low_columns, first), || self.split(high, high_columns, parts - first));
    }

    fn compute(&self, rows: Range<usize>, columns: Range<usize>) {
        self.b.set().run_on_registers(Rectangle { task: self, rows, columns });
    }
}

/// Parts begin at multiples of these, so that only the last one has a tile that is not full: 32 columns are a whole number
/// of panels on every instruction set (4 to 32 wide).
const ROWS_OF_A_PART: usize = 12;
const COLUMNS_OF_A_PART: usize = 32;

/// A part of C on one thread.
struct Rectangle<'a, R> {
    task: &'a Task<'a, R>,
    rows: Range<usize>,
    /// Begins at a panel.
    columns: Range<usize>,
}

impl<R: Real> RegisterKernel<R> for Rectangle<'_, R> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<V: Vector<Element = R>>(self) {
        for start in self.columns.clone().step_by(COLUMNS) {
            let columns = start..self.columns.end.min(start + COLUMNS);
            // SAFETY: the caller vouches for the instruction set of V.
            unsafe { self.stripe::<V>(columns) };
        }
    }
}

impl<R: Real> Rectangle<'_, R> {
    /// Some columns of C: block of k by block of k, rows after rows.
    ///
    /// # Safety
    /// The processor and the code have the instruction set of V.
    #[inline(always)]
    unsafe fn stripe<V: Vector<Element = R>>(&self, columns: Range<usize>) {
        let k = self.task.a.columns;
        let mut block = 0..k.min(DEPTH);
        loop {
            for row in self.rows.clone().step_by(V::TILE_ROWS) {
                let rows = row..self.rows.end.min(row + V::TILE_ROWS);
                // SAFETY: the caller vouches for the instruction set; the ranges lie in the task's matrices.
                unsafe { self.rows_times_panels::<V>(rows, block.clone(), columns.clone()) };
            }
            if block.end == k {
                return;
            }
            block = block.end..k.min(block.end + DEPTH);
        }
    }

    /// The tiles of a few rows, for one block of k.
    ///
    /// # Safety
    /// The processor and the code have the instruction set of V; the ranges lie in the task's matrices, the columns begin
    /// at a panel, and there are no more rows than a tile has.
    #[inline(always)]
    unsafe fn rows_times_panels<V: Vector<Element = R>>(
        &self,
        rows: Range<usize>,
        block: Range<usize>,
        columns: Range<usize>,
    ) {
        let panel = self.task.a.columns * V::LANES * V::PANEL_REGISTERS;
        let mut column = columns.start;
        while column < columns.end {
            let tile = self.tile::<V>(rows.start, block.clone(), column);
            // SAFETY: A's elements lie inside its slice by `assert_fits`, for rows below m and k below its columns; the panels
            // from `column` on lie one behind the other, as `pack` wrote them, and those before the last are full; C was
            // checked like A, its columns are neighbours, `assert_apart` gave each element a place of its own, and `split`
            // gave this rectangle to nobody else; there is a bias for each column.
            column += unsafe { tile::compute::<V>(rows.len(), columns.end - column, panel, &tile) };
        }
    }

    /// The tile whose first element is in row `row` and column `column`, the first of a panel.
    #[inline(always)]
    fn tile<V: Vector<Element = R>>(&self, row: usize, block: Range<usize>, column: usize) -> Tile<R> {
        let Task { a, b, c, c_row, onto, biases } = *self.task;
        let (k, n) = (a.columns, b.columns());
        let registers = panels::registers::<V>(n, column);
        // A panel has registers · LANES numbers for each k, and those before it are full.
        let b_start = column * k + block.start * registers * V::LANES;
        let with_biases = block.end == k && !biases.is_null();
        Tile {
            depth: block.len(),
            a: a.elements.as_ptr().wrapping_add(row * a.row_stride + block.start * a.column_stride),
            a_row: a.row_stride,
            a_depth: a.column_stride,
            b: b.elements().as_ptr().wrapping_add(b_start),
            registers,
            c: c.wrapping_add(row * c_row + column),
            c_row,
            columns: (V::LANES * V::PANEL_REGISTERS).min(n - column),
            onto_c: onto == Onto::Sum || block.start > 0,
            biases: if with_biases { biases.wrapping_add(column) } else { std::ptr::null() },
        }
    }
}

#[cfg(test)]
mod tests;
