//! B, cut into panels as wide as a tile: what the innermost loop reads lies in one line, in the order it is read.
//!
//! Panel p holds the columns p · width to (p + 1) · width of B (k, n), row after row without gaps; the last one is filled up
//! with zeros to a register or to two. A B that is used more than once (the weights of a layer, for every block of a batch)
//! is packed once.

use super::tile::load;
use crate::dispatch::RegisterKernel;
use crate::share::{Split, share, threads_for};
use crate::vector::Vector;
use crate::{InstructionSet, MatrixView, Real};

/// A packed (rows, columns) matrix, the right operand of a product.
#[derive(Clone, Debug)]
pub struct Panels<R> {
    elements: Vec<R>,
    rows: usize,
    columns: usize,
    set: InstructionSet,
}

impl<R: Real> Default for Panels<R> {
    fn default() -> Self {
        Self { elements: Vec::new(), rows: 0, columns: 0, set: InstructionSet::best() }
    }
}

impl<R: Real> Panels<R> {
    /// Room for a (rows, columns) matrix, so that [`pack`](Self::pack) allocates nothing for one of that size or smaller.
    pub fn with_capacity(rows: usize, columns: usize) -> Self {
        let capacity = Self::capacity(rows, columns);
        Self { elements: vec![R::ZERO; capacity], ..Self::default() }
    }

    /// How many numbers the panels of a (rows, columns) matrix take, filling included.
    ///
    /// # Panics
    /// If they are more than there are addresses.
    pub fn capacity(rows: usize, columns: usize) -> usize {
        let set = InstructionSet::best();
        let padded = columns.next_multiple_of(set.run_on_registers::<R, _>(Width).0);
        rows.checked_mul(padded).expect("a matrix that fits in memory has addresses")
    }

    /// Takes the numbers of `b` (rows, columns), in place of those before.
    pub fn pack(&mut self, b: MatrixView<'_, R>) {
        self.pack_for(InstructionSet::best(), b);
    }

    pub(super) fn pack_for(&mut self, set: InstructionSet, b: MatrixView<'_, R>) {
        let (lanes, full) = set.run_on_registers::<R, _>(Width);
        let padded = b.columns.next_multiple_of(lanes);
        let needed = b.rows.checked_mul(padded).expect("a matrix that fits in memory has addresses");
        if self.elements.len() < needed {
            self.elements.resize(needed, R::ZERO);
        }
        (self.rows, self.columns, self.set) = (b.rows, b.columns, set);
        let (length, threads) = (b.columns, threads_for(needed));
        let pack = Pack { b, panels: &mut self.elements[..needed], width: full };
        share(pack, length, full, threads, &|part: Pack<'_, R>| set.run_on_registers(part));
    }

    /// Rows of the matrix: k.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Columns of the matrix: n.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The instruction set that the panels were cut for.
    pub(super) fn set(&self) -> InstructionSet {
        self.set
    }

    /// All panels, one after the other. Panel p begins at p · width · rows.
    pub(super) fn elements(&self) -> &[R] {
        &self.elements
    }
}

/// Registers of the panel that begins at `column`: two, or one where that is enough.
#[inline(always)]
pub(super) fn registers<V: Vector>(columns: usize, column: usize) -> usize {
    (columns - column).div_ceil(V::LANES).min(V::PANEL_REGISTERS)
}

/// (numbers in a register, numbers in a row of a full panel)
struct Width;

impl<R> RegisterKernel<R> for Width {
    type Output = (usize, usize);

    #[inline(always)]
    unsafe fn run<V: Vector<Element = R>>(self) -> (usize, usize) {
        (V::LANES, V::LANES * V::PANEL_REGISTERS)
    }
}

/// Some panels and the columns of B that go there.
struct Pack<'a, R> {
    b: MatrixView<'a, R>,
    panels: &'a mut [R],
    /// Columns of a full panel.
    width: usize,
}

impl<R: Real> Split for Pack<'_, R> {
    /// Cuts at column `at`, the first of a panel.
    fn split_at(self, at: usize) -> (Self, Self) {
        let Self { b, panels, width } = self;
        let (left, right) = b.transposed().split_rows(at);
        let (low, high) = panels.split_at_mut(at * b.rows);
        (
            Self { b: left.transposed(), panels: low, width },
            Self { b: right.transposed(), panels: high, width },
        )
    }
}

impl<R: Real> RegisterKernel<R> for Pack<'_, R> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<V: Vector<Element = R>>(self) {
        let Self { b, mut panels, width: full } = self;
        for column in (0..b.columns).step_by(full) {
            let width = registers::<V>(b.columns, column) * V::LANES;
            let (panel, rest) = panels.split_at_mut(width * b.rows);
            let used = width.min(b.columns - column);
            if b.column_stride == 1 {
                // SAFETY: the caller vouches for the instruction set of V.
                unsafe { pack_rows::<V>(panel, width, &b, column, used) };
            } else if b.row_stride == 1 {
                // SAFETY: the caller vouches for the instruction set of V.
                unsafe { pack_columns::<V>(panel, width, &b, column, used) };
            } else {
                pack_elements(panel, width, &b, (column, used), 0..b.rows);
            }
            panels = rest;
        }
    }
}

/// A panel of a B whose rows are contiguous: each row is copied.
///
/// # Safety
/// The processor and the code have the instruction set of V.
#[inline(always)]
unsafe fn pack_rows<V: Vector>(
    panel: &mut [V::Element],
    width: usize,
    b: &MatrixView<'_, V::Element>,
    column: usize,
    used: usize,
) {
    for (k, row) in panel.chunks_exact_mut(width).enumerate() {
        let from = &b.elements[k * b.row_stride + column..][..used];
        for (register, to) in row.chunks_exact_mut(V::LANES).enumerate() {
            let from = &from[(register * V::LANES).min(used)..];
            let count = from.len().min(V::LANES);
            // SAFETY: `count` elements are there to be read, and a register's place to be written.
            unsafe { load::<V>(from.as_ptr(), count).store(to.as_mut_ptr()) };
        }
    }
}

/// A panel of a B whose columns are contiguous: turned around, a square of registers at a time.
///
/// # Safety
/// The processor and the code have the instruction set of V.
#[inline(always)]
unsafe fn pack_columns<V: Vector>(
    panel: &mut [V::Element],
    width: usize,
    b: &MatrixView<'_, V::Element>,
    column: usize,
    used: usize,
) {
    let (squares_down, squares_along) = (b.rows / V::LANES, used / V::LANES);
    for down in 0..squares_down {
        for along in 0..squares_along {
            let (k, j) = (down * V::LANES, along * V::LANES);
            let from = &b.elements[(column + j) * b.column_stride + k..];
            let to = &mut panel[k * width + j..];
            assert!(from.len() > (V::LANES - 1) * (b.column_stride + 1));
            assert!(to.len() > (V::LANES - 1) * (width + 1));
            // SAFETY: the last element read and the last written lie inside, as just asserted.
            unsafe { V::transpose_square(from.as_ptr(), b.column_stride, to.as_mut_ptr(), width) };
        }
    }
    let turned = squares_along * V::LANES;
    if turned < width {
        let numbers = used - turned;
        for row in panel.chunks_exact_mut(width) {
            row[used..].fill(V::Element::ZERO);
        }
        pack_elements_at(panel, (width, turned), b, (column + turned, numbers), 0..b.rows);
    }
    pack_elements_at(panel, (width, 0), b, (column, turned), squares_down * V::LANES..b.rows);
}

/// A panel of any B, element by element.
#[inline(always)]
fn pack_elements<R: Real>(
    panel: &mut [R],
    width: usize,
    b: &MatrixView<'_, R>,
    (column, used): (usize, usize),
    rows: std::ops::Range<usize>,
) {
    for row in panel.chunks_exact_mut(width) {
        row[used..].fill(R::ZERO);
    }
    pack_elements_at(panel, (width, 0), b, (column, used), rows);
}

/// `used` columns of B from `column` on, in some rows, to the places from `at` on in each row of the panel.
#[inline(always)]
fn pack_elements_at<R: Real>(
    panel: &mut [R],
    (width, at): (usize, usize),
    b: &MatrixView<'_, R>,
    (column, used): (usize, usize),
    rows: std::ops::Range<usize>,
) {
    for j in 0..used {
        for k in rows.clone() {
            panel[k * width + at + j] = b.elements[k * b.row_stride + (column + j) * b.column_stride];
        }
    }
}
