//! A product so small that packing one of its operands would cost more than it saves: B is read where it lies, its rows padded
//! to whole registers, so that none is half loaded.

use super::DEPTH;
use super::pointers::{pointers, row_of};
use super::tile::load;
use crate::dispatch::{InstructionSet, RegisterKernel};
use crate::vector::Vector;
use crate::{MatrixView, MatrixViewMut, Real};

/// Where the chain of multiply-adds of an element of C begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chain {
    /// At 0.
    Begins,
    /// At what is in C: the product before had the links before these.
    GoesOn,
}

/// The length to which a row of `columns` numbers is padded: whole registers of this processor.
pub fn padded<R: Real>(columns: usize) -> usize {
    columns.next_multiple_of(InstructionSet::best().lanes::<R>())
}

/// Multiplies `a` (m, k) by the first columns of `b` (k, [`padded`] n) into `c` (m, n), then adds `biases` (at least as many as
/// `b` has columns) to each row. Where `c` is padded too, its n is all that it has.
///
/// The sums are those of [`product_with`](super::product_with), bit by bit, for a k of one block; a chain of that length may be
/// made in several calls. Runs on the thread that calls it, and allocates nothing.
///
/// # Panics
/// If the shapes do not fit each other, k is above 256, or neighbours in a row of `b` or `c` are not neighbours in memory.
pub fn product_unpacked<R: Real>(
    c: MatrixViewMut<'_, R>,
    a: MatrixView<'_, R>,
    b: MatrixView<'_, R>,
    chain: Chain,
    biases: Option<&[R]>,
) {
    product_unpacked_on(InstructionSet::best(), c, a, b, chain, biases);
}

pub(super) fn product_unpacked_on<R: Real>(
    set: InstructionSet,
    c: MatrixViewMut<'_, R>,
    a: MatrixView<'_, R>,
    b: MatrixView<'_, R>,
    chain: Chain,
    biases: Option<&[R]>,
) {
    assert_eq!((c.rows, a.columns), (a.rows, b.rows), "the shapes do not fit each other");
    assert!(a.columns <= DEPTH, "{} links are more than a block of the chain has", a.columns);
    // Lanes are a power of two, which spares a division.
    let rest = set.lanes::<R>() - 1;
    let whole = (c.columns + rest) & !rest;
    assert!(whole <= b.columns, "rows of {} numbers are not padded for {} columns", b.columns, c.columns);
    assert!(b.column_stride == 1 && (c.column_stride == 1 || c.columns <= 1), "rows must be contiguous");
    assert!(biases.is_none_or(|biases| biases.len() >= whole), "the biases must be padded as well");
    R::compute_unpacked(set, Unpacked { c, a, b, chain, biases });
}

/// Such a product, its shapes checked.
pub struct Unpacked<'a, R> {
    c: MatrixViewMut<'a, R>,
    a: MatrixView<'a, R>,
    b: MatrixView<'a, R>,
    chain: Chain,
    biases: Option<&'a [R]>,
}

impl<R: Real> RegisterKernel<R> for Unpacked<'_, R> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<V: Vector<Element = R>>(mut self) {
        // SAFETY: the caller vouches for the instruction set; the rows lie as far apart as they are said to.
        unsafe {
            match self.a.row_stride {
                _ if cfg!(target_family = "wasm") => self.all::<V, ANY>(),
                1 => self.all::<V, ONE>(),
                row if row == V::LANES => self.all::<V, REGISTER>(),
                row if row == 2 * V::LANES => self.all::<V, TWO_REGISTERS>(),
                _ => self.all::<V, ANY>(),
            }
        }
    }
}

/// How far rows of A lie apart: those of padded and of turned matrices as far as the compiler knows, for which there is code of its own.
/// WebAssembly does without: a page is the smaller for it.
const ANY: usize = 0;
const ONE: usize = 1;
const REGISTER: usize = 2;
const TWO_REGISTERS: usize = 3;

impl<R: Real> Unpacked<'_, R> {
    /// The whole product, with rows of A as far apart as `A_ROW` says.
    ///
    /// # Safety
    /// The processor and the code have the instruction set of V; rows of A lie so far apart.
    #[inline(always)]
    unsafe fn all<V: Vector<Element = R>, const A_ROW: usize>(&mut self) {
        let n = self.c.columns;
        let mut column = 0;
        // SAFETY: the caller's promises, handed on; the columns lie inside the matrices.
        unsafe {
            while n - column >= 2 * V::LANES {
                self.columns::<V, 2, A_ROW>(column, V::LANES);
                column += 2 * V::LANES;
            }
            while column < n {
                let count = V::LANES.min(n - column);
                self.columns::<V, 1, A_ROW>(column, count);
                column += count;
            }
        }
    }

    /// All rows of REGISTERS registers side by side, of which the last has `count` lanes that are wanted.
    ///
    /// # Safety
    /// The processor and the code have the instruction set of V; the columns lie inside the matrices.
    #[inline(always)]
    unsafe fn columns<V: Vector<Element = R>, const REGISTERS: usize, const A_ROW: usize>(
        &mut self,
        column: usize,
        count: usize,
    ) {
        let (m, mut row) = (self.a.rows, 0);
        while row < m {
            // SAFETY: the caller's promises, handed on; the rows lie inside the matrices.
            row += unsafe {
                match m - row {
                    16.. if V::TILE_ROWS >= 12 && REGISTERS == 1 && A_ROW != ANY => {
                        self.rows::<V, 16, REGISTERS, A_ROW>(row, column, count)
                    }
                    12.. if V::TILE_ROWS >= 12 => self.rows::<V, 12, REGISTERS, A_ROW>(row, column, count),
                    8.. if V::TILE_ROWS >= 12 || REGISTERS == 1 => {
                        self.rows::<V, 8, REGISTERS, A_ROW>(row, column, count)
                    }
                    6.. if V::TILE_ROWS >= 6 => self.rows::<V, 6, REGISTERS, A_ROW>(row, column, count),
                    4.. => self.rows::<V, 4, REGISTERS, A_ROW>(row, column, count),
                    2.. => self.rows::<V, 2, REGISTERS, A_ROW>(row, column, count),
                    _ => self.rows::<V, 1, REGISTERS, A_ROW>(row, column, count),
                }
            };
        }
    }

    /// REGISTERS registers of each of ROWS rows of C, of which the last has `count` lanes that are wanted; returns ROWS.
    ///
    /// # Safety
    /// As [`columns`](Self::columns); the rows lie inside the matrices.
    #[inline(always)]
    unsafe fn rows<V: Vector<Element = R>, const ROWS: usize, const REGISTERS: usize, const A_ROW: usize>(
        &mut self,
        row: usize,
        column: usize,
        count: usize,
    ) -> usize {
        let (a, b) = (&self.a, &self.b);
        let lanes = |register: usize| if register + 1 == REGISTERS { count } else { V::LANES };
        // SAFETY: `assert_fits` holds every element of the three views inside its slice; what is read and written of C are neighbours
        // from `column` on, `count` of them in the last register, and the rows of C do not overlap (`assert_apart`); whole
        // registers of B and of the biases are there, as `product_unpacked_on` asserts.
        unsafe {
            let mut sums = [[V::splat(R::ZERO); REGISTERS]; ROWS];
            if self.chain == Chain::GoesOn {
                for (i, sums) in sums.iter_mut().enumerate() {
                    let from = self.c.elements.as_ptr().add((row + i) * self.c.row_stride + column);
                    for (register, sum) in sums.iter_mut().enumerate() {
                        *sum = load::<V>(from.add(register * V::LANES), lanes(register));
                    }
                }
            }
            let (a_row, is_known) = match A_ROW {
                ONE => (1, true),
                REGISTER => (V::LANES, true),
                TWO_REGISTERS => (2 * V::LANES, true),
                _ => (a.row_stride, false),
            };
            let first = a.elements.as_ptr().wrapping_add(row * a_row);
            let mut from_a = pointers(first, a_row, is_known);
            let mut from_b = b.elements.as_ptr().wrapping_add(column);
            let a_depth = a.column_stride;
            for _ in 0..b.rows {
                let mut along = [V::splat(R::ZERO); REGISTERS];
                for (register, along) in along.iter_mut().enumerate() {
                    *along = V::load(from_b.add(register * V::LANES));
                }
                for (i, sums) in sums.iter_mut().enumerate() {
                    let factor = V::splat(*row_of(&from_a, i, a_row, is_known));
                    for (sum, &along) in sums.iter_mut().zip(&along) {
                        *sum = factor.multiply_add(along, *sum);
                    }
                }
                // Past the last element these point nowhere and are not read.
                from_a = from_a.map(|a| a.wrapping_add(a_depth));
                from_b = from_b.wrapping_add(b.row_stride);
            }
            if let Some(biases) = self.biases {
                let from = biases.as_ptr().add(column);
                for register in 0..REGISTERS {
                    let biases = V::load(from.add(register * V::LANES));
                    sums.iter_mut().for_each(|sums| sums[register] = sums[register].add(biases));
                }
            }
            for (i, sums) in sums.into_iter().enumerate() {
                let to = self.c.elements.as_mut_ptr().add((row + i) * self.c.row_stride + column);
                for (register, sum) in sums.into_iter().enumerate() {
                    let (to, count) = (to.add(register * V::LANES), lanes(register));
                    if count == V::LANES { sum.store(to) } else { sum.store_first(to, count) }
                }
            }
        }
        ROWS
    }
}
