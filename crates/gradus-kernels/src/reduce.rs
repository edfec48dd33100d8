//! Many numbers in, few out: sums over rows, over all, the largest.
//!
//! The order of each sum is fixed by the code, so its bits depend on neither instruction set nor number of threads: a sum
//! over a slice runs in 16 interleaved partial sums (element i goes to sum i mod 16), which are added in pairs at the end.

use crate::share::OPERATIONS_OF_A_COPY;
use crate::{Kernel, MatrixView, Real, dispatch, share, threads_for};
use std::sync::atomic::{AtomicBool, Ordering};

/// How many partial sums: one AVX-512 register of `f32`.
const LANES: usize = 16;

/// Adds to `sums` (columns) each column of `matrix` (rows, columns), first row first: the gradient of a layer's biases.
///
/// # Panics
/// If there are not as many sums as columns, or neighbours in a row are not neighbours in memory.
pub fn add_column_sums<R: Real>(sums: &mut [R], matrix: MatrixView<'_, R>) {
    assert_eq!(sums.len(), matrix.columns, "there must be one sum for each column");
    assert!(matrix.column_stride == 1 || matrix.columns <= 1, "rows must be contiguous");
    dispatch(AddColumnSums { sums, matrix });
}

/// Σ xᵢ
pub fn sum<R: Real>(x: &[R]) -> R {
    dispatch(Sum { x })
}

/// Σ xᵢ²
pub fn sum_of_squares<R: Real>(x: &[R]) -> R {
    dispatch(SumOfSquares { x })
}

/// The largest |xᵢ|; 0 of an empty slice. NaN is passed over: [`all_finite`] finds it.
pub fn max_abs<R: Real>(x: &[R]) -> R {
    dispatch(MaxAbs { x })
}

/// Whether every number is finite.
pub fn all_finite<R: Real>(x: &[R]) -> bool {
    let threads = threads_for(x.len() * OPERATIONS_OF_A_COPY);
    if threads == 1 {
        return dispatch(AllFinite { x });
    }
    let all = AtomicBool::new(true);
    share(x, x.len(), LANES, threads, &|part: &[R]| {
        if !dispatch(AllFinite { x: part }) {
            all.store(false, Ordering::Relaxed);
        }
    });
    all.load(Ordering::Relaxed)
}

/// Writes to `out` (rows) ln Σ e^xⱼ over each row of `matrix` (rows, columns), computed as max x + ln Σ e^(xⱼ − max x),
/// so that nothing overflows.
///
/// # Panics
/// If the matrix is not `out.len()` rows of one length.
pub fn log_sum_exp_rows<R: Real>(out: &mut [R], matrix: &[R], columns: usize) {
    assert_eq!(
        matrix.len(),
        out.len() * columns,
        "{} rows of {columns} are another size of matrix",
        out.len()
    );
    dispatch(LogSumExpRows { out, matrix, columns });
}

struct AddColumnSums<'a, R> {
    sums: &'a mut [R],
    matrix: MatrixView<'a, R>,
}

/// Sums of at most so many columns stay in registers while the rows pass by, a few at a time.
const FEW_COLUMNS: usize = 64;

impl<R: Real> Kernel for AddColumnSums<'_, R> {
    type Output = ();
    #[inline(always)]
    fn run(mut self) {
        if self.sums.len() > FEW_COLUMNS {
            return self.four_rows_at_a_time();
        }
        let (mut column, columns) = (0, self.sums.len());
        while column < columns {
            column += match columns - column {
                32.. if !cfg!(target_family = "wasm") => self.columns::<32>(column),
                16.. => self.columns::<16>(column),
                4.. => self.columns::<4>(column),
                _ => self.columns::<1>(column),
            };
        }
    }
}

impl<R: Real> AddColumnSums<'_, R> {
    /// N columns; returns N.
    #[inline(always)]
    fn columns<const N: usize>(&mut self, column: usize) -> usize {
        let MatrixView { elements, rows, row_stride, .. } = self.matrix;
        let sums = &mut self.sums[column..][..N];
        let mut partial = [R::ZERO; N];
        partial.copy_from_slice(sums);
        for row in 0..rows {
            let line = &elements[row * row_stride + column..][..N];
            partial.iter_mut().zip(line).for_each(|(sum, &x)| *sum += x);
        }
        sums.copy_from_slice(&partial);
        N
    }

    /// A sum is loaded and stored once for four additions.
    #[inline(always)]
    fn four_rows_at_a_time(self) {
        let MatrixView { elements, rows, columns, row_stride, .. } = self.matrix;
        let line = |row: usize| &elements[row * row_stride..][..columns];
        let fours = rows - rows % 4;
        for row in (0..fours).step_by(4) {
            let (a, b, c, d) = (line(row), line(row + 1), line(row + 2), line(row + 3));
            for ((((sum, &a), &b), &c), &d) in self.sums.iter_mut().zip(a).zip(b).zip(c).zip(d) {
                *sum = (((*sum + a) + b) + c) + d;
            }
        }
        for row in fours..rows {
            for (sum, &x) in self.sums.iter_mut().zip(line(row)) {
                *sum += x;
            }
        }
    }
}

struct Sum<'a, R> {
    x: &'a [R],
}

impl<R: Real> Kernel for Sum<'_, R> {
    type Output = R;
    #[inline(always)]
    fn run(self) -> R {
        total(self.x)
    }
}

/// Σ xᵢ, to be inlined into a kernel.
#[inline(always)]
pub(crate) fn total<R: Real>(x: &[R]) -> R {
    let mut lanes = [R::ZERO; LANES];
    let (chunks, rest) = x.as_chunks::<LANES>();
    for chunk in chunks {
        for (lane, &x) in lanes.iter_mut().zip(chunk) {
            *lane += x;
        }
    }
    for (lane, &x) in lanes.iter_mut().zip(rest) {
        *lane += x;
    }
    sum_in_pairs(lanes)
}

struct SumOfSquares<'a, R> {
    x: &'a [R],
}

impl<R: Real> Kernel for SumOfSquares<'_, R> {
    type Output = R;
    #[inline(always)]
    fn run(self) -> R {
        let mut lanes = [R::ZERO; LANES];
        let (chunks, rest) = self.x.as_chunks::<LANES>();
        for chunk in chunks {
            for (lane, &x) in lanes.iter_mut().zip(chunk) {
                *lane = x.mul_add(x, *lane);
            }
        }
        for (lane, &x) in lanes.iter_mut().zip(rest) {
            *lane = x.mul_add(x, *lane);
        }
        sum_in_pairs(lanes)
    }
}

/// The upper half onto the lower, until one sum is left.
#[inline(always)]
fn sum_in_pairs<R: Real>(mut lanes: [R; LANES]) -> R {
    for half in [8, 4, 2, 1] {
        for i in 0..half {
            lanes[i] += lanes[i + half];
        }
    }
    lanes[0]
}

struct MaxAbs<'a, R> {
    x: &'a [R],
}

impl<R: Real> Kernel for MaxAbs<'_, R> {
    type Output = R;
    #[inline(always)]
    fn run(self) -> R {
        let mut lanes = [R::ZERO; LANES];
        let (chunks, rest) = self.x.as_chunks::<LANES>();
        for chunk in chunks {
            for (lane, &x) in lanes.iter_mut().zip(chunk) {
                *lane = larger(*lane, x.abs());
            }
        }
        for (lane, &x) in lanes.iter_mut().zip(rest) {
            *lane = larger(*lane, x.abs());
        }
        largest(&lanes)
    }
}

/// The largest element, −∞ if there is none or all are NaN; to be inlined into a kernel.
#[inline(always)]
pub(crate) fn largest<R: Real>(x: &[R]) -> R {
    let mut lanes = [R::NEG_INFINITY; LANES];
    let (chunks, rest) = x.as_chunks::<LANES>();
    for chunk in chunks {
        for (lane, &x) in lanes.iter_mut().zip(chunk) {
            *lane = larger(*lane, x);
        }
    }
    for (lane, &x) in lanes.iter_mut().zip(rest) {
        *lane = larger(*lane, x);
    }
    for half in [8, 4, 2, 1] {
        for i in 0..half {
            lanes[i] = larger(lanes[i], lanes[i + half]);
        }
    }
    lanes[0]
}

/// x if it is larger, else `best`, also where x is NaN: one instruction, which `max` with its two cases is not.
#[inline(always)]
pub(crate) fn larger<R: Real>(best: R, x: R) -> R {
    if x > best { x } else { best }
}

struct AllFinite<'a, R> {
    x: &'a [R],
}

impl<R: Real> Kernel for AllFinite<'_, R> {
    type Output = bool;
    #[inline(always)]
    fn run(self) -> bool {
        // `&` and not `&&`: no branch inside the loop.
        self.x.iter().fold(true, |finite, x| finite & x.is_finite())
    }
}

struct LogSumExpRows<'a, R> {
    out: &'a mut [R],
    matrix: &'a [R],
    columns: usize,
}

impl<R: Real> Kernel for LogSumExpRows<'_, R> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        if self.columns == 0 {
            return self.out.fill(R::NEG_INFINITY);
        }
        // A block of rows at a time, so that the logarithms of their sums fill a vector.
        for (out, block) in self.out.chunks_mut(LANES).zip(self.matrix.chunks(LANES * self.columns)) {
            let mut shifts = [R::ZERO; LANES];
            for ((out, shift), line) in out.iter_mut().zip(&mut shifts).zip(block.chunks_exact(self.columns))
            {
                (*shift, *out) = shifted_exponentials(line);
            }
            for (out, &shift) in out.iter_mut().zip(&shifts) {
                *out = shift + out.ln();
            }
        }
    }
}

/// (shift, Σ e^(xⱼ − shift)) with the largest element as the shift.
#[inline(always)]
fn shifted_exponentials<R: Real>(x: &[R]) -> (R, R) {
    let highest = largest(x);
    // With an infinite largest element the sum is 0 or ∞ and needs no shift; ∞ − ∞ would be NaN.
    let shift = if highest.is_finite() { highest } else { R::ZERO };
    let mut lanes = [R::ZERO; LANES];
    let (chunks, rest) = x.as_chunks::<LANES>();
    for chunk in chunks {
        for (lane, &x) in lanes.iter_mut().zip(chunk) {
            *lane += (x - shift).exp();
        }
    }
    // The rest fills a whole vector too, with elements that add e^−∞ = 0.
    let mut last = [R::NEG_INFINITY; LANES];
    last[..rest.len()].copy_from_slice(rest);
    for (lane, &x) in lanes.iter_mut().zip(&last) {
        *lane += (x - shift).exp();
    }
    (shift, sum_in_pairs(lanes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::InstructionSet;
    use crate::samples::{LENGTHS, bits, plain, special};

    /// Runs `kernel` over samples of every length on every instruction set; all must give the bits of `naive`.
    fn check<R: Real>(kernel: impl Fn(InstructionSet, &[R]) -> Vec<R>, naive: impl Fn(&[R]) -> Vec<R>) {
        for (seed, length) in LENGTHS.into_iter().enumerate() {
            for x in [plain::<R>(length, seed as u64), special(length, seed as u64)] {
                let expected = naive(&x);
                for set in InstructionSet::available() {
                    assert_eq!(bits(&kernel(set, &x)), bits(&expected), "{length} numbers on {}", set.name());
                }
            }
        }
    }

    /// The order that the module promises, one number at a time.
    fn naive_sum<R: Real>(x: &[R], add: impl Fn(R, R) -> R) -> R {
        let mut lanes = [R::ZERO; 16];
        for (i, &x) in x.iter().enumerate() {
            lanes[i % 16] = add(lanes[i % 16], x);
        }
        let eight: Vec<R> = (0..8).map(|i| lanes[i] + lanes[i + 8]).collect();
        let four: Vec<R> = (0..4).map(|i| eight[i] + eight[i + 4]).collect();
        (four[0] + four[2]) + (four[1] + four[3])
    }

    fn naive_column_sums<R: Real>(x: &[R], columns: usize) -> Vec<R> {
        (0..columns).map(|j| x.iter().skip(j).step_by(columns).fold(R::ONE, |sum, &x| sum + x)).collect()
    }

    fn naive_log_sum_exp<R: Real>(row: &[R]) -> R {
        let highest = row.iter().fold(R::NEG_INFINITY, |best, &x| if x > best { x } else { best });
        let shift = if highest.is_finite() { highest } else { R::ZERO };
        shift + naive_sum(row, |sum, x| sum + (x - shift).exp()).ln()
    }

    fn all_kernels_give_the_bits_of_scalar_code<R: Real>() {
        check::<R>(|set, x| vec![set.run(Sum { x })], |x| vec![naive_sum(x, |sum, x| sum + x)]);
        check::<R>(
            |set, x| vec![set.run(SumOfSquares { x })],
            |x| vec![naive_sum(x, |sum, x| x.mul_add(x, sum))],
        );
        check::<R>(
            |set, x| vec![set.run(MaxAbs { x })],
            |x| vec![x.iter().fold(R::ZERO, |best, &x| best.max(x.abs()))],
        );
        let truth = |yes: bool| vec![if yes { R::ONE } else { R::ZERO }];
        check::<R>(|set, x| truth(set.run(AllFinite { x })), |x| truth(x.iter().all(|x| x.is_finite())));
        for columns in [1, 7, 31, 64, 75] {
            let rows = |x: &[R]| x.len() / columns;
            check::<R>(
                |set, x| {
                    let mut sums = vec![R::ONE; columns];
                    let matrix = MatrixView::from_slice(&x[..rows(x) * columns], rows(x), columns);
                    set.run(AddColumnSums { sums: &mut sums, matrix });
                    sums
                },
                |x| naive_column_sums(&x[..rows(x) * columns], columns),
            );
            check::<R>(
                |set, x| {
                    let mut out = vec![R::ONE; rows(x)];
                    set.run(LogSumExpRows { out: &mut out, matrix: &x[..rows(x) * columns], columns });
                    out
                },
                |x| x.chunks_exact(columns).map(naive_log_sum_exp).collect(),
            );
        }
    }

    #[test]
    fn every_instruction_set_gives_the_bits_of_scalar_code() {
        all_kernels_give_the_bits_of_scalar_code::<f32>();
        all_kernels_give_the_bits_of_scalar_code::<f64>();
    }

    #[test]
    fn values_by_hand() {
        let x = [3.0, -4.0, f64::NAN, 0.5];
        assert_eq!((max_abs(&x), max_abs::<f64>(&[])), (4.0, 0.0));
        assert_eq!((sum(&x[..2]), sum_of_squares(&x[..2]), sum::<f64>(&[])), (-1.0, 25.0, 0.0));
        assert_eq!((all_finite(&x), all_finite(&x[..2]), all_finite::<f64>(&[])), (false, true, true));
        let mut sums = [9.0; 2];
        add_column_sums(&mut sums, MatrixView::from_slice(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], 3, 2));
        assert_eq!(sums, [18.0, 21.0]);
        add_column_sums(&mut sums, MatrixView::with_strides(&[1.0, 2.0, 9.0, 3.0, 4.0], (2, 2), (3, 1)));
        assert_eq!(sums, [22.0, 27.0]);
        add_column_sums(&mut sums, MatrixView::from_slice(&[], 0, 2));
        assert_eq!(sums, [22.0, 27.0]);
    }

    #[test]
    fn log_sum_exp_by_hand() {
        let inf = f64::INFINITY;
        let table: [(&[f64], f64); 7] = [
            (&[0.0, 0.0], std::f64::consts::LN_2),
            (&[1000.0, 1000.0], 1000.0 + std::f64::consts::LN_2),
            (&[0.0, 3_f64.ln()], 4_f64.ln()),
            (&[-inf, 2.0], 2.0),
            (&[-inf, -inf], -inf),
            (&[inf, 0.0], inf),
            (&[], -inf),
        ];
        for (row, expected) in table {
            let mut out = [0.0];
            log_sum_exp_rows(&mut out, row, row.len());
            assert!(
                out[0] == expected || (out[0] - expected).abs() < 1e-15 * expected.abs(),
                "{row:?}: {}",
                out[0]
            );
        }
    }

    #[test]
    fn sizes_that_do_not_fit_are_refused() {
        let table: [(&str, fn()); 3] = [
            ("another number of sums", || {
                add_column_sums(&mut [0.0_f32; 2], MatrixView::from_slice(&[0.0; 3], 1, 3));
            }),
            ("a matrix on its side", || {
                add_column_sums(&mut [0.0_f32; 2], MatrixView::from_slice(&[0.0; 6], 2, 3).transposed());
            }),
            ("another number of rows", || log_sum_exp_rows(&mut [0.0_f32; 2], &[0.0; 6], 2)),
        ];
        for (name, call) in table {
            assert!(std::panic::catch_unwind(call).is_err(), "{name} was accepted");
        }
    }
}
