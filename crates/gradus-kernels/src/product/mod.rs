//! The matrix product C ← A·B, or C ← C + A·B, with A (m, k), B (k, n), C (m, n), and what belongs to it in a layer: biases.
//!
//! An element of C is Σ over blocks of [`DEPTH`] consecutive k, in ascending order, of a chain of fused multiply-adds in
//! ascending k that begins at 0; what is in C already comes before the first block, the biases after the last. Tiles,
//! registers, threads and the other rows of the batch may vary: they never change this order, and so they never change a bit.
//! (Without a fused multiply-add in the processor each link of the chain rounds twice. Products of bf16 by squares have an
//! order of their own, see `squares`.)
//!
//! B is packed into [`Panels`] once, or read where it lies (see [`Right`]). For each block of k, a few rows of A at a time stay in
//! the nearest cache while the panels of B stream by (Goto and van de Geijn 2008, with the roles of the two operands exchanged).

mod compiled;
mod numbers;
mod pairs;
mod panels;
mod pointers;
mod rectangle;
mod right;
mod rounded;
#[cfg_attr(not(target_arch = "x86_64"), allow(dead_code, reason = "no other processor has such a unit"))]
mod squares;
mod tile;
mod unpacked;

pub(crate) use compiled::Multiply;
use panels::Form;
pub use panels::Panels;
pub use right::Right;
pub use unpacked::{Chain, padded, product_unpacked};

use crate::share::{each_part, threads_for};
use crate::{MatrixView, MatrixViewMut, Real};
use rectangle::Rectangle;
use rounded::Rounded;
use std::ops::Range;

/// What a product does with the numbers that are already in C.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Onto {
    /// C ← A·B.
    Nothing,
    /// C ← C + A·B.
    Sum,
}

/// In which form the two operands of a product are multiplied; the sums are always of the result's own type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Operands {
    /// As they are.
    #[default]
    Same,
    /// Of f32 only: each rounded to the nearest bf16, which has the range of f32 and 8 bits of precision.
    Bf16,
}

/// Links of the chain of one block. A panel of that many rows takes 32 KB, and a tile's part of A 12 KB.
pub const DEPTH: usize = 256;

/// Multiplies `a` (m, k) by `b` (k, n) into `c` (m, n).
///
/// Packs what of `b` has to be into memory that it asks for. Where products are many, pack once and call [`product_with`].
///
/// # Panics
/// If the shapes do not fit each other, or neighbours in a row of `c` are not neighbours in memory.
pub fn product<R: Real>(c: MatrixViewMut<'_, R>, a: MatrixView<'_, R>, b: MatrixView<'_, R>, onto: Onto) {
    let mut panels = Panels::default();
    panels.pack_rest(b);
    product_shared(c, a, Right::new(b, &panels), onto);
}

/// Multiplies `a` (m, k) by `b` (k, n) into `c` (m, n), then adds `biases` (n) to each row.
///
/// Runs on the thread that calls it, and allocates nothing.
///
/// # Panics
/// If the shapes do not fit each other, or neighbours in a row of `c` are not neighbours in memory.
pub fn product_with<'b, R: Real>(
    c: MatrixViewMut<'_, R>,
    a: MatrixView<'_, R>,
    b: impl Into<Right<'b, R>>,
    onto: Onto,
    biases: Option<&[R]>,
) {
    let b = b.into();
    let (rows, columns) = (0..a.rows, 0..b.columns());
    Task::new(c, a, b, onto, biases).compute(rows, columns);
}

/// As [`product_with`], without biases, on the threads of the current rayon pool where they gain something.
///
/// # Panics
/// As [`product_with`].
pub fn product_shared<'b, R: Real>(
    c: MatrixViewMut<'_, R>,
    a: MatrixView<'_, R>,
    b: impl Into<Right<'b, R>>,
    onto: Onto,
) {
    let b = b.into();
    let (rows, columns) = (0..a.rows, 0..b.columns());
    let parts = threads_for(rows.len().saturating_mul(columns.len()).saturating_mul(a.columns));
    let task = Task::new(c, a, b, onto, None);
    let grain = if b.panels().form() == Form::Squares { squares::TWO_SQUARES } else { ROWS_OF_A_PART };
    each_part(parts, &|part| {
        let (rows, columns) = part_of((rows.clone(), columns.clone()), grain, part, parts);
        task.compute(rows, columns);
    });
}

/// A product to be computed, whole or in rectangles of C.
pub struct Task<'a, R> {
    a: MatrixView<'a, R>,
    b: Right<'a, R>,
    c: *mut R,
    c_row: usize,
    onto: Onto,
    /// (n), or null.
    biases: *const R,
}

// SAFETY: the pointers come from a slice that is borrowed mutably and one that is borrowed for as long as the task lives;
// `part_of` gives no two threads the same part of C.
unsafe impl<R: Real> Sync for Task<'_, R> {}

impl<'a, R: Real> Task<'a, R> {
    /// The task of a whole product, its shapes checked.
    fn new(
        c: MatrixViewMut<'a, R>,
        a: MatrixView<'a, R>,
        b: Right<'a, R>,
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

    /// Computes a rectangle of C on this thread; the columns begin at a panel.
    fn compute(&self, rows: Range<usize>, columns: Range<usize>) {
        R::compute(self, rows, columns);
    }

    fn compute_compiled(&self, rows: Range<usize>, columns: Range<usize>) {
        let set = self.b.panels().set();
        match self.b.panels().form() {
            Form::Numbers => set.run_on_registers(Rectangle { task: self, rows, columns }),
            form => {
                // SAFETY: panels of bf16 are made for f32 alone (`Panels::of` asserts it), so R is f32, and the two types are
                // one.
                let task = unsafe { &*std::ptr::from_ref(self).cast::<Task<'_, f32>>() };
                let rectangle = Rectangle { task, rows, columns };
                match form {
                    Form::Pairs => set.run_on_pairs(rectangle),
                    Form::Squares => set.run_on_squares(rectangle),
                    Form::Numbers | Form::Rounded => set.run_on_registers(Rounded(rectangle)),
                }
            }
        }
    }
}

/// Rows and columns of C.
type Part = (Range<usize>, Range<usize>);

/// Part `part` of the `parts` that a rectangle is cut into, of a multiple of `grain` rows if it is not the last; it may be empty.
fn part_of(whole: Part, grain: usize, part: usize, parts: usize) -> Part {
    if parts == 1 {
        return whole;
    }
    let (low, high) = halves(whole, grain, parts);
    let first = parts / 2;
    if part < first {
        part_of(low, grain, part, first)
    } else {
        part_of(high, grain, part - first, parts - first)
    }
}

/// A rectangle cut in two, for `parts / 2` threads and for the others: between rows, unless there are more than twice as many tiles along
/// the columns. A gradient's rows are those of the weights, which the update and packing are shared by: who computes them has them
/// in its own cache then.
fn halves((rows, columns): Part, grain: usize, parts: usize) -> (Part, Part) {
    let by_rows = 2 * rows.len() / grain >= columns.len() / COLUMNS_OF_A_PART;
    let (side, grain) = if by_rows { (&rows, grain) } else { (&columns, COLUMNS_OF_A_PART) };
    let middle = side.start + (side.len() * (parts / 2) / parts).next_multiple_of(grain);
    let middle = middle.min(side.end);
    if by_rows {
        ((rows.start..middle, columns.clone()), (middle..rows.end, columns))
    } else {
        ((rows.clone(), columns.start..middle), (rows, middle..columns.end))
    }
}

/// Parts begin at multiples of these, so that only the last one has a tile that is not full: 32 columns are a whole number
/// of panels on every instruction set (4 to 32 wide).
const ROWS_OF_A_PART: usize = 12;
const COLUMNS_OF_A_PART: usize = 32;

#[cfg(test)]
mod tests;
