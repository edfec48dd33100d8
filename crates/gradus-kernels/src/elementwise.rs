//! One number in, one number out, for every element.
//!
//! A matrix is given as a slice of contiguous rows, its number of columns by the row or the number beside it.

use crate::reduce::{largest, total};
use crate::{Kernel, Real, dispatch};

/// x ← e^x for each element; error at most 1 ulp.
pub fn exp<R: Real>(x: &mut [R]) {
    dispatch(Apply { x, function: Function::Exp });
}

/// x ← ln x for each element; error at most 1 ulp.
pub fn ln<R: Real>(x: &mut [R]) {
    dispatch(Apply { x, function: Function::Ln });
}

/// x ← tanh x for each element; error at most 3 ulp.
pub fn tanh<R: Real>(x: &mut [R]) {
    dispatch(Apply { x, function: Function::Tanh });
}

/// x ← 1 / (1 + e^−x) for each element; error at most 3 ulp.
pub fn sigmoid<R: Real>(x: &mut [R]) {
    dispatch(Apply { x, function: Function::Sigmoid });
}

/// x ← factor · x for each element.
pub fn scale<R: Real>(x: &mut [R], factor: R) {
    dispatch(Scale { x, factor });
}

/// y ← y + factor · x, rounded once, for each pair of elements.
///
/// # Panics
/// If the slices differ in length.
pub fn axpy<R: Real>(y: &mut [R], factor: R, x: &[R]) {
    assert_eq!(y.len(), x.len(), "axpy needs two slices of one length");
    dispatch(Axpy { y, factor, x });
}

/// `out` ← `a` ⊙ `b`.
///
/// # Panics
/// If the lengths differ.
pub fn product_into<R: Real>(out: &mut [R], a: &[R], b: &[R]) {
    assert!(out.len() == a.len() && a.len() == b.len());
    dispatch(ProductInto { out, a, b });
}

/// `x` ← `x` ⊙ `by`.
///
/// # Panics
/// If the lengths differ.
pub fn multiply<R: Real>(x: &mut [R], by: &[R]) {
    assert_eq!(x.len(), by.len());
    dispatch(Multiply { x, by });
}

/// Adds `row` (columns) to each row of `matrix` (rows, columns): the biases of a layer.
///
/// # Panics
/// If the matrix is not a whole number of rows.
pub fn add_row<R: Real>(matrix: &mut [R], row: &[R]) {
    assert_whole_rows(matrix.len(), row.len());
    dispatch(AddRow { matrix, row });
}

/// Softmax of each row of `matrix` (rows, columns), in place: e^(xᵢ − max x) / Σ e^(xⱼ − max x).
///
/// The largest element is taken away first, so that nothing overflows. A row with NaN or +∞ in it, or of nothing but −∞,
/// becomes NaN; −∞ beside finite numbers becomes 0.
///
/// # Panics
/// If the matrix is not a whole number of rows.
pub fn softmax_rows<R: Real>(matrix: &mut [R], columns: usize) {
    assert_whole_rows(matrix.len(), columns);
    dispatch(SoftmaxRows { matrix, columns });
}

/// Copies the rows of `matrix` (rows, columns) named by `indices` (batch) into `out` (batch, columns), in their order:
/// a batch out of a data set.
///
/// # Panics
/// If `out` has another size, or an index names no row.
pub fn gather_rows<R: Real>(out: &mut [R], matrix: &[R], columns: usize, indices: &[usize]) {
    assert_eq!(
        out.len(),
        indices.len() * columns,
        "{} rows of {columns} do not fill the block",
        indices.len()
    );
    if columns == 0 {
        return;
    }
    for (line, &index) in out.chunks_exact_mut(columns).zip(indices) {
        line.copy_from_slice(&matrix[index * columns..][..columns]);
    }
}

/// A (rows, columns) block has rows · columns elements; with no columns it has none.
pub(crate) fn assert_whole_rows(length: usize, columns: usize) {
    let whole = if columns == 0 { length == 0 } else { length.is_multiple_of(columns) };
    assert!(whole, "{length} elements are no whole number of rows of {columns}");
}

#[derive(Clone, Copy, Debug)]
enum Function {
    Exp,
    Ln,
    Tanh,
    Sigmoid,
}

struct Apply<'a, R> {
    x: &'a mut [R],
    function: Function,
}

impl<R: Real> Kernel for Apply<'_, R> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        match self.function {
            Function::Exp => {
                for x in self.x {
                    *x = x.exp();
                }
            }
            Function::Ln => {
                for x in self.x {
                    *x = x.ln();
                }
            }
            Function::Tanh => {
                for x in self.x {
                    *x = x.tanh();
                }
            }
            Function::Sigmoid => {
                for x in self.x {
                    *x = x.sigmoid();
                }
            }
        }
    }
}

struct Scale<'a, R> {
    x: &'a mut [R],
    factor: R,
}

impl<R: Real> Kernel for Scale<'_, R> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        for x in self.x {
            *x *= self.factor;
        }
    }
}

struct Axpy<'a, R> {
    y: &'a mut [R],
    factor: R,
    x: &'a [R],
}

impl<R: Real> Kernel for Axpy<'_, R> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        for (y, &x) in self.y.iter_mut().zip(self.x) {
            *y = self.factor.mul_add(x, *y);
        }
    }
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

struct AddRow<'a, R> {
    matrix: &'a mut [R],
    row: &'a [R],
}

impl<R: Real> Kernel for AddRow<'_, R> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        for line in self.matrix.chunks_exact_mut(self.row.len().max(1)) {
            for (x, &b) in line.iter_mut().zip(self.row) {
                *x += b;
            }
        }
    }
}

struct SoftmaxRows<'a, R> {
    matrix: &'a mut [R],
    columns: usize,
}

impl<R: Real> Kernel for SoftmaxRows<'_, R> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        // Three passes, the middle one over all rows at once: rows are often short (ten classes), and the exponential,
        // which is nearly all of the work, then fills whole vectors.
        let columns = self.columns.max(1);
        for line in self.matrix.chunks_exact_mut(columns) {
            let shift = largest(line);
            for x in line {
                *x -= shift;
            }
        }
        for x in self.matrix.iter_mut() {
            *x = x.exp();
        }
        for line in self.matrix.chunks_exact_mut(columns) {
            let sum = total(line);
            for x in line {
                *x /= sum;
            }
        }
    }
}
