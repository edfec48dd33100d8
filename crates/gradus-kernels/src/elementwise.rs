//! One number in, one number out, for every element.

use crate::{Kernel, Real, dispatch};

/// Adds `row` (columns) to each row of `matrix` (rows, columns): the biases of a layer.
///
/// # Panics
/// If the matrix is not a whole number of rows.
pub fn add_row<R: Real>(matrix: &mut [R], row: &[R]) {
    dispatch(AddRow { matrix, row });
}

struct AddRow<'a, R> {
    matrix: &'a mut [R],
    row: &'a [R],
}

impl<R: Real> Kernel for AddRow<'_, R> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        assert!(self.row.is_empty() || self.matrix.len().is_multiple_of(self.row.len()));
        for line in self.matrix.chunks_exact_mut(self.row.len().max(1)) {
            for (x, &b) in line.iter_mut().zip(self.row) {
                *x += b;
            }
        }
    }
}

/// `out` ← `a` ⊙ `b`.
///
/// # Panics
/// If the lengths differ.
pub fn product_into<R: Real>(out: &mut [R], a: &[R], b: &[R]) {
    assert!(out.len() == a.len() && a.len() == b.len());
    dispatch(ProductInto { out, a, b });
}

struct ProductInto<'a, R> {
    out: &'a mut [R],
    a: &'a [R],
    b: &'a [R],
}

impl<R: Real> Kernel for ProductInto<'_, R> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        for ((out, &a), &b) in self.out.iter_mut().zip(self.a).zip(self.b) {
            *out = a * b;
        }
    }
}

/// `x` ← `x` ⊙ `by`.
///
/// # Panics
/// If the lengths differ.
pub fn multiply<R: Real>(x: &mut [R], by: &[R]) {
    assert_eq!(x.len(), by.len());
    dispatch(Multiply { x, by });
}

struct Multiply<'a, R> {
    x: &'a mut [R],
    by: &'a [R],
}

impl<R: Real> Kernel for Multiply<'_, R> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        for (x, &by) in self.x.iter_mut().zip(self.by) {
            *x *= by;
        }
    }
}

/// `x` ← eˣ.
pub fn exp<R: Real>(x: &mut [R]) {
    dispatch(Exp { x });
}

struct Exp<'a, R> {
    x: &'a mut [R],
}

impl<R: Real> Kernel for Exp<'_, R> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        for x in self.x.iter_mut() {
            *x = x.exp();
        }
    }
}
