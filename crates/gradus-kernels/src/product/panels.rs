//! B, cut into panels as wide as a tile: what the innermost loop reads lies in one line, in the order it is read.
//!
//! Panel p holds the columns p · width to (p + 1) · width of B (k, n), row after row without gaps; the last one is filled up
//! with zeros to a register or to two. A B that is used more than once (the weights of a layer, for every block of a batch)
//! is packed once.

use super::Operands;
use super::pairs::pack_panel;
use super::right::first_packed;
use super::rounded::round_panel;
use super::squares;
use super::tile::load;
use crate::dispatch::{RegisterKernel, SquareKernel};
use crate::share::{OPERATIONS_OF_A_COPY, Split, share, threads_for};
use crate::vector::{PANEL_REGISTERS, SquareUnit, Vector};
use crate::{Aligned, InstructionSet, MatrixView, Real};
use std::mem::{transmute, transmute_copy};
use std::ops::Range;

/// A packed (rows, columns) matrix, or its last columns: a right operand of products.
#[derive(Clone, Debug)]
pub struct Panels<R> {
    operands: Operands,
    form: Form,
    numbers: Aligned<R>,
    /// In place of numbers where they are kept as pairs.
    pairs: Aligned<u32>,
    rows: usize,
    columns: usize,
    /// The first column that is packed.
    first: usize,
    set: InstructionSet,
}

/// How operands are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// As they are.
    Numbers,
    /// Rounded to bf16, as f32.
    Rounded,
    /// Two k of bf16 in 32 bits.
    Pairs,
    /// The same, filled up to whole squares.
    Squares,
}

impl Form {
    /// The best one for these operands and this instruction set.
    fn of(operands: Operands, set: InstructionSet) -> Self {
        match operands {
            Operands::Same => Self::Numbers,
            Operands::Bf16 if set == InstructionSet::Amx => Self::Squares,
            Operands::Bf16 if set.is_fast_at_pairs() => Self::Pairs,
            Operands::Bf16 => Self::Rounded,
        }
    }
}

impl<R: Real> Default for Panels<R> {
    fn default() -> Self {
        Self::of(Operands::Same, 0, 0)
    }
}

impl<R: Real> Panels<R> {
    /// Room for a (rows, columns) matrix of `operands`, so that [`pack`](Self::pack) allocates nothing for one of that size or
    /// smaller.
    ///
    /// # Panics
    /// If the operands are bf16 and the numbers are not f32.
    pub fn of(operands: Operands, rows: usize, columns: usize) -> Self {
        assert!(operands == Operands::Same || R::NAME == f32::NAME, "bf16 is rounded from f32");
        let mut panels = Self {
            operands,
            form: Form::of(operands, InstructionSet::best()),
            numbers: Aligned::default(),
            pairs: Aligned::default(),
            rows: 0,
            columns: 0,
            first: 0,
            set: InstructionSet::best(),
        };
        panels.make_room(rows, columns);
        panels
    }

    /// Bytes that the panels of a (rows, columns) matrix take, filling included.
    pub fn bytes(rows: usize, columns: usize) -> u128 {
        let lanes = InstructionSet::best().lanes::<R>();
        rows as u128 * columns.next_multiple_of(lanes) as u128 * size_of::<R>() as u128
    }

    /// How many of a matrix's columns [`pack_rest`](Self::pack_rest) packs, where its rows lie one behind the other.
    pub fn rest(operands: Operands, columns: usize) -> usize {
        columns - first_packed::<R>(operands, InstructionSet::best(), columns, columns)
    }

    /// Takes the numbers of `b` (rows, columns), in place of those before.
    pub fn pack(&mut self, b: MatrixView<'_, R>) {
        self.pack_for(InstructionSet::best(), b);
    }

    /// Takes those numbers of `b` (rows, columns) that a product does not read where they lie; [`Right::new`](super::Right::new) gives it both.
    pub fn pack_rest(&mut self, b: MatrixView<'_, R>) {
        self.pack_rest_for(InstructionSet::best(), b);
    }

    pub(super) fn pack_rest_for(&mut self, set: InstructionSet, b: MatrixView<'_, R>) {
        let first = match b.column_stride {
            1 => first_packed::<R>(self.operands, set, b.columns, b.row_stride),
            _ => 0,
        };
        let (_, rest) = b.transposed().split_rows(first);
        self.pack_for(set, rest.transposed());
        (self.columns, self.first) = (b.columns, first);
    }

    pub(super) fn pack_for(&mut self, set: InstructionSet, b: MatrixView<'_, R>) {
        self.pack_as(Form::of(self.operands, set), set, b);
    }

    /// In one form, for an instruction set that has it.
    pub(super) fn pack_as(&mut self, form: Form, set: InstructionSet, b: MatrixView<'_, R>) {
        (self.form, self.set) = (form, set);
        let needed = self.make_room(b.rows, b.columns);
        let depth = self.depth(b.rows);
        (self.rows, self.columns, self.first) = (b.rows, b.columns, 0);
        let width = set.lanes::<R>() * PANEL_REGISTERS;
        let (length, threads) = (b.columns, threads_for(needed.saturating_mul(OPERATIONS_OF_A_COPY)));
        match form {
            Form::Numbers => {
                let pack = Pack { b, panels: &mut self.numbers[..needed], width, depth };
                share(pack, length, width, threads, &|part: Pack<'_, R, R>| set.run_on_registers(part));
            }
            Form::Rounded => {
                // SAFETY: `of` asserted that R is f32, so the two types are one.
                let panels = unsafe { transmute::<&mut [R], &mut [f32]>(&mut self.numbers[..needed]) };
                // SAFETY: as above.
                let pack = Pack { b: unsafe { of_f32(b) }, panels, width, depth };
                share(pack, length, width, threads, &|part| set.run_on_registers(PackRounded(part)));
            }
            Form::Pairs | Form::Squares => {
                // SAFETY: as above.
                let b = unsafe { of_f32(b) };
                let pack = Pack { b, panels: &mut self.pairs[..needed], width, depth };
                share(pack, length, width, threads, &|part: Pack<'_, f32, u32>| match form {
                    Form::Squares => set.run_on_squares(part),
                    _ => set.run_on_registers(part),
                });
            }
        }
    }

    /// As on a processor with the unit U, in registers V.
    #[cfg(test)]
    pub(super) fn pack_for_squares<V: Vector<Element = f32>, U: SquareUnit>(
        &mut self,
        b: MatrixView<'_, f32>,
    ) {
        (self.form, self.set, self.rows, self.columns) =
            (Form::Squares, InstructionSet::Amx, b.rows, b.columns);
        let (depth, width) = (self.depth(b.rows), V::LANES * PANEL_REGISTERS);
        let needed = depth * b.columns.next_multiple_of(V::LANES);
        self.pairs.lengthen(0, needed);
        let panels = &mut self.pairs[..needed];
        // SAFETY: the registers and the unit of a test need nothing of the processor.
        unsafe { SquareKernel::run::<V, U>(Pack { b, panels, width, depth }) };
    }

    /// Lengthens the buffer where it is too short; returns how many operands a (rows, columns) matrix takes.
    fn make_room(&mut self, rows: usize, columns: usize) -> usize {
        let lanes = self.set.lanes::<R>();
        let needed = self
            .depth(rows)
            .checked_mul(columns.next_multiple_of(lanes))
            .expect("a matrix that fits in memory has addresses");
        match self.form {
            Form::Numbers | Form::Rounded => self.numbers.lengthen(R::ZERO, needed),
            Form::Pairs | Form::Squares => self.pairs.lengthen(0, needed),
        }
        needed
    }

    /// Operands of a column of so many rows.
    fn depth(&self, rows: usize) -> usize {
        match self.form {
            Form::Numbers | Form::Rounded => rows,
            Form::Pairs => rows.div_ceil(2),
            Form::Squares => squares::pairs(rows),
        }
    }

    /// How they are kept.
    pub(super) fn form(&self) -> Form {
        self.form
    }

    /// What they are multiplied as.
    pub fn operands(&self) -> Operands {
        self.operands
    }

    /// Rows of the matrix: k.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Columns of the matrix: n.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The first column of the matrix that is packed; those before it are read where they lie.
    pub(super) fn first(&self) -> usize {
        self.first
    }

    /// The instruction set that the panels were cut for.
    pub(super) fn set(&self) -> InstructionSet {
        self.set
    }

    /// All panels, one after the other. Panel p begins at p · width · rows.
    pub(super) fn numbers(&self) -> &[R] {
        &self.numbers
    }

    /// All panels, where they are of pairs. Panel p begins at p · width · pairs of a column: rows / 2, rounded up, or what
    /// [`squares::pairs`] makes of it.
    pub(super) fn pairs(&self) -> &[u32] {
        &self.pairs
    }
}

/// The same view.
///
/// # Safety
/// R is f32.
unsafe fn of_f32<R: Real>(view: MatrixView<'_, R>) -> MatrixView<'_, f32> {
    // SAFETY: the caller's promise makes the two types one.
    unsafe { transmute_copy(&view) }
}

/// Registers of the panel that begins at `column`: two, or one where that is enough.
#[inline(always)]
pub(super) fn registers<V: Vector>(columns: usize, column: usize) -> usize {
    (columns - column).div_ceil(V::LANES).min(PANEL_REGISTERS)
}

/// Some panels and the columns of B that go there.
struct Pack<'a, R, O> {
    b: MatrixView<'a, R>,
    panels: &'a mut [O],
    /// Columns of a full panel.
    width: usize,
    /// Operands of a column.
    depth: usize,
}

impl<'a, R: Real, O: Send> Split for Pack<'a, R, O> {
    /// Cuts at column `at`, the first of a panel.
    fn split_at(self, at: usize) -> (Self, Self) {
        let Self { b, panels, width, depth } = self;
        let (left, right) = b.transposed().split_rows(at);
        // Every panel before the cut is a full one.
        let (low, high) = panels.split_at_mut(at * depth);
        let part =
            |columns: MatrixView<'a, R>, panels| Self { b: columns.transposed(), panels, width, depth };
        (part(left, low), part(right, high))
    }
}

impl<'a, R: Real, O> Pack<'a, R, O> {
    /// The panels, each with its width and the columns that go there.
    #[inline(always)]
    fn each<V: Vector>(self) -> impl Iterator<Item = (&'a mut [O], usize, Range<usize>)> {
        let Self { b, mut panels, width: full, depth } = self;
        (0..b.columns).step_by(full).map(move |column| {
            let width = registers::<V>(b.columns, column) * V::LANES;
            let (panel, rest) = std::mem::take(&mut panels).split_at_mut(width * depth);
            panels = rest;
            (panel, width, column..b.columns.min(column + width))
        })
    }
}

impl<R: Real> RegisterKernel<R> for Pack<'_, R, R> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<V: Vector<Element = R>>(self) {
        // SAFETY: the caller vouches for the instruction set of V.
        unsafe { self.pack::<V>(|_, _| ()) };
    }
}

/// The same for operands that are rounded and stay numbers.
struct PackRounded<'a>(Pack<'a, f32, f32>);

impl RegisterKernel<f32> for PackRounded<'_> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<V: Vector<Element = f32>>(self) {
        // SAFETY: the caller vouches for the instruction set of V.
        unsafe { self.0.pack::<V>(round_panel) };
    }
}

impl<R: Real> Pack<'_, R, R> {
    /// Packs panel after panel; `finish` is given each, with its width.
    ///
    /// # Safety
    /// The processor and the code have the instruction set of V.
    #[inline(always)]
    unsafe fn pack<V: Vector<Element = R>>(self, finish: impl Fn(&mut [R], usize)) {
        let b = self.b;
        for (panel, width, columns) in self.each::<V>() {
            let (column, used) = (columns.start, columns.len());
            if b.column_stride == 1 {
                // SAFETY: the caller vouches for the instruction set of V.
                unsafe { pack_rows::<V>(panel, width, &b, column, used) };
            } else if b.row_stride == 1 {
                // SAFETY: the caller vouches for the instruction set of V.
                unsafe { pack_columns::<V>(panel, width, &b, column, used) };
            } else {
                pack_elements(panel, width, &b, (column, used), 0..b.rows);
            }
            finish(panel, width);
        }
    }
}

impl RegisterKernel<f32> for Pack<'_, f32, u32> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<V: Vector<Element = f32>>(self) {
        let b = self.b;
        for (panel, width, columns) in self.each::<V>() {
            // SAFETY: the caller vouches for the instruction set of V.
            unsafe { pack_panel::<V>(panel, width, &b, columns) };
        }
    }
}

impl SquareKernel for Pack<'_, f32, u32> {
    #[inline(always)]
    unsafe fn run<V: Vector<Element = f32>, U: SquareUnit>(self) {
        let b = self.b;
        for (panel, width, columns) in self.each::<V>() {
            // SAFETY: the caller vouches for the instruction set of V and for the unit.
            unsafe { squares::pack_panel::<V, U>(panel, width, &b, columns) };
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
    rows: Range<usize>,
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
    rows: Range<usize>,
) {
    for j in 0..used {
        for k in rows.clone() {
            panel[k * width + at + j] = b.elements[k * b.row_stride + (column + j) * b.column_stride];
        }
    }
}
