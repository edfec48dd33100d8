//! One number in, one number out, for every element.
//!
//! A matrix is given as a slice of contiguous rows, its number of columns by the row or the number beside it.

use crate::reduce::{larger, largest, total};
use crate::rows::{RowsKernel, by_columns, in_pairs};
use crate::share::{OPERATIONS_OF_A_COPY, Split, share, threads_for};
use crate::{Kernel, Real, dispatch};

/// Threads meet at multiples of this many numbers: whole lines of the cache.
const GRAIN: usize = 16;

/// x ← e^x for each element; error at most 1 ulp.
pub fn exp<R: Real>(x: &mut [R]) {
    dispatch(Apply { x, function: Function::Exp });
}

/// x ← ln x for each element; error at most 1 ulp.
pub fn ln<R: Real>(x: &mut [R]) {
    dispatch(Apply { x, function: Function::Ln });
}

/// x ← tanh x for each element; error at most 2.5 ulp.
pub fn tanh<R: Real>(x: &mut [R]) {
    dispatch(Apply { x, function: Function::Tanh });
}

/// x ← 1 / (1 + e^−x) for each element; error at most 2.5 ulp.
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
    let (n, threads) = (y.len(), threads_for(y.len() * OPERATIONS_OF_A_COPY));
    share(Axpy { y, factor, x }, n, GRAIN, threads, &dispatch);
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
    let threads = threads_for(out.len() * OPERATIONS_OF_A_COPY);
    share(Gather { out, indices, columns }, indices.len(), 1, threads, &|part: Gather<'_, R>| {
        part.copy_from(matrix);
    });
}

/// Rows to be filled, and with which.
struct Gather<'a, R> {
    out: &'a mut [R],
    indices: &'a [usize],
    columns: usize,
}

impl<R: Real> Gather<'_, R> {
    fn copy_from(self, matrix: &[R]) {
        // So few numbers are moved faster than a copy of any length is called.
        match self.columns {
            1 => return self.copy_rows::<1>(matrix),
            2 => return self.copy_rows::<2>(matrix),
            _ => {}
        }
        let rows = matrix.len() / self.columns;
        for (line, &index) in self.out.chunks_exact_mut(self.columns).zip(self.indices) {
            assert!(index < rows, "there is no row {index} among {rows}");
            line.copy_from_slice(&matrix[index * self.columns..][..self.columns]);
        }
    }

    /// The same for rows of N numbers.
    fn copy_rows<const N: usize>(self, matrix: &[R]) {
        let (rows, _) = matrix.as_chunks::<N>();
        let (lines, _) = self.out.as_chunks_mut::<N>();
        for (line, &index) in lines.iter_mut().zip(self.indices) {
            assert!(index < rows.len(), "there is no row {index} among {}", rows.len());
            *line = rows[index];
        }
    }
}

impl<R: Real> Split for Gather<'_, R> {
    fn split_at(self, row: usize) -> (Self, Self) {
        let Self { out, indices, columns } = self;
        let (out_low, out_high) = out.split_at_mut(row * columns);
        let (low, high) = indices.split_at(row);
        (Self { out: out_low, indices: low, columns }, Self { out: out_high, indices: high, columns })
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

impl<R: Real> Split for Axpy<'_, R> {
    fn split_at(self, at: usize) -> (Self, Self) {
        let Self { y, factor, x } = self;
        let ((y_low, y_high), (x_low, x_high)) = (y.split_at_mut(at), x.split_at(at));
        (Self { y: y_low, factor, x: x_low }, Self { y: y_high, factor, x: x_high })
    }
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
        let columns = self.columns;
        by_columns(self, columns);
    }
}

/// In three passes, the middle one over all rows at once: rows are often short (ten classes), and the exponentials then fill whole
/// vectors.
impl<R: Real> RowsKernel for SoftmaxRows<'_, R> {
    type Output = ();

    #[inline(always)]
    fn short<const COLUMNS: usize>(self) {
        let (lines, _) = self.matrix.as_chunks_mut::<COLUMNS>();
        for line in &mut *lines {
            let shift = in_pairs(&line.map(|x| larger(R::NEG_INFINITY, x)), larger);
            line.iter_mut().for_each(|x| *x -= shift);
        }
        lines.as_flattened_mut().iter_mut().for_each(|x| *x = x.exp());
        for line in lines {
            let sum = in_pairs(line, |a, b| a + b);
            line.iter_mut().for_each(|x| *x /= sum);
        }
    }

    #[inline(always)]
    fn any(self) {
        let columns = self.columns.max(1);
        for line in self.matrix.chunks_exact_mut(columns) {
            let shift = largest(line);
            line.iter_mut().for_each(|x| *x -= shift);
        }
        self.matrix.iter_mut().for_each(|x| *x = x.exp());
        for line in self.matrix.chunks_exact_mut(columns) {
            let sum = total(line);
            line.iter_mut().for_each(|x| *x /= sum);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::InstructionSet;
    use crate::samples::{LENGTHS, bits, plain, special};

    const FUNCTIONS: [Function; 4] = [Function::Exp, Function::Ln, Function::Tanh, Function::Sigmoid];

    /// Runs `kernel` over samples of every length on every instruction set; all must give the bits of `naive`, which
    /// computes one element at a time.
    fn check<R: Real>(kernel: impl Fn(InstructionSet, &mut [R]), naive: impl Fn(&mut [R])) {
        for (seed, length) in LENGTHS.into_iter().enumerate() {
            for x in [plain::<R>(length, seed as u64), special(length, seed as u64)] {
                let mut expected = x.clone();
                naive(&mut expected);
                for set in InstructionSet::available() {
                    let mut found = x.clone();
                    kernel(set, &mut found);
                    assert_eq!(bits(&found), bits(&expected), "{length} numbers on {}", set.name());
                }
            }
        }
    }

    fn naive_function<R: Real>(function: Function, x: R) -> R {
        match function {
            Function::Exp => x.exp(),
            Function::Ln => x.ln(),
            Function::Tanh => x.tanh(),
            Function::Sigmoid => x.sigmoid(),
        }
    }

    fn naive_softmax<R: Real>(row: &mut [R]) {
        let highest = row.iter().fold(R::NEG_INFINITY, |best, &x| if x > best { x } else { best });
        let powers: Vec<R> = row.iter().map(|&x| (x - highest).exp()).collect();
        row.iter_mut().zip(&powers).for_each(|(x, &power)| *x = power / total(&powers));
    }

    fn all_kernels_give_the_bits_of_scalar_code<R: Real>() {
        for function in FUNCTIONS {
            check::<R>(
                |set, x| set.run(Apply { x, function }),
                |x| x.iter_mut().for_each(|x| *x = naive_function(function, *x)),
            );
        }
        let factor = R::from_f64(-0.3);
        check::<R>(|set, x| set.run(Scale { x, factor }), |x| x.iter_mut().for_each(|x| *x *= factor));
        let other = special::<R>(1000, 5);
        check::<R>(
            |set, y| set.run(Axpy { factor, x: &other[..y.len()], y }),
            |y| y.iter_mut().zip(&other).for_each(|(y, &x)| *y = factor.mul_add(x, *y)),
        );
        for columns in (1..=17).chain([31]) {
            let row = &other[..columns];
            check::<R>(
                |set, x| set.run(AddRow { matrix: whole_rows(x, columns), row }),
                |x| whole_rows(x, columns).iter_mut().enumerate().for_each(|(i, x)| *x += row[i % columns]),
            );
            check::<R>(
                |set, x| set.run(SoftmaxRows { matrix: whole_rows(x, columns), columns }),
                |x| x.chunks_exact_mut(columns).for_each(naive_softmax),
            );
        }
    }

    fn whole_rows<R>(x: &mut [R], columns: usize) -> &mut [R] {
        let length = x.len() / columns * columns;
        &mut x[..length]
    }

    #[test]
    fn every_instruction_set_gives_the_bits_of_scalar_code() {
        all_kernels_give_the_bits_of_scalar_code::<f32>();
        all_kernels_give_the_bits_of_scalar_code::<f64>();
    }

    fn check_softmax<R: Real>(row: &[f64], expected: &[f64], tolerance: f64) {
        let mut matrix: Vec<R> = row.iter().chain(row).map(|&x| R::from_f64(x)).collect();
        softmax_rows(&mut matrix, row.len());
        for (found, expected) in matrix.iter().zip(expected.iter().chain(expected)) {
            let found = found.to_f64();
            let same =
                (found - expected).abs() <= tolerance * expected.abs() || found.is_nan() && expected.is_nan();
            assert!(same, "softmax of {row:?} has {found}, not {expected}");
        }
    }

    #[test]
    fn softmax_against_values_by_hand() {
        let (inf, nan) = (f64::INFINITY, f64::NAN);
        let third = 1.0 / 3.0;
        let table: [(&[f64], &[f64]); 8] = [
            // e^0 : e^ln 2 : e^ln 3 = 1 : 2 : 3
            (&[0.0, 2_f64.ln(), 3_f64.ln()], &[1.0 / 6.0, third, 0.5]),
            (&[1000.0, 1000.0, 1000.0], &[third, third, third]),
            (&[-1000.0, -1000.0], &[0.5, 0.5]),
            (&[7.0], &[1.0]),
            (&[-inf, 0.0], &[0.0, 1.0]),
            (&[0.0, 500.0], &[0.0, 1.0]),
            (&[nan, 0.0], &[nan, nan]),
            (&[inf, 0.0], &[nan, nan]),
        ];
        for (row, expected) in table {
            // In f64 e^−500 is far from 0, but nothing to speak of.
            let expected_f64: Vec<f64> = row
                .iter()
                .zip(expected)
                .map(|(&x, &y)| if y == 0.0 { (x - 500.0).exp() } else { y })
                .collect();
            check_softmax::<f32>(row, expected, 2e-7);
            check_softmax::<f64>(row, &expected_f64, 1e-15);
        }
    }

    #[test]
    fn rows_are_gathered_in_the_order_of_the_indices() {
        let matrix = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0_f32];
        let mut out = [0.0; 8];
        gather_rows(&mut out, &matrix, 2, &[2, 0, 0, 1]);
        assert_eq!(out, [5.0, 6.0, 1.0, 2.0, 1.0, 2.0, 3.0, 4.0]);
        gather_rows(&mut out[..0], &matrix, 2, &[]);
        gather_rows::<f32>(&mut [], &[], 0, &[0, 0]);
    }

    #[test]
    fn sizes_that_do_not_fit_are_refused() {
        let table: [(&str, fn()); 6] = [
            ("a part of a row", || add_row(&mut [0.0_f32; 5], &[0.0; 2])),
            ("no columns", || softmax_rows(&mut [0.0_f32; 5], 0)),
            ("another length", || axpy(&mut [0.0_f32; 5], 1.0, &[0.0; 4])),
            ("an index that is too large", || gather_rows(&mut [0.0_f32; 2], &[0.0; 4], 2, &[2])),
            ("a huge index", || gather_rows(&mut [0.0_f32; 2], &[0.0; 4], 2, &[usize::MAX])),
            ("a batch of another size", || gather_rows(&mut [0.0_f32; 3], &[0.0; 4], 2, &[0])),
        ];
        for (name, call) in table {
            assert!(std::panic::catch_unwind(call).is_err(), "{name} was accepted");
        }
    }
}
