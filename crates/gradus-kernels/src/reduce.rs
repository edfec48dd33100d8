//! Many numbers in, few out: sums over rows, over all, the largest.
//!
//! The order of each sum is fixed by the code, so its bits depend on neither instruction set nor number of threads: a sum
//! over a slice runs in 16 interleaved partial sums (element i goes to sum i mod 16), which are added in pairs at the end.

use crate::elementwise::assert_whole_rows;
use crate::{Kernel, Real, dispatch};

/// How many partial sums: one AVX-512 register of `f32`.
const LANES: usize = 16;

/// Writes to `sums` (columns) the sum of each column of `matrix` (rows, columns), first row first: the gradient of a
/// layer's biases.
///
/// # Panics
/// If the matrix is not a whole number of rows.
pub fn column_sums<R: Real>(sums: &mut [R], matrix: &[R]) {
    assert_whole_rows(matrix.len(), sums.len());
    dispatch(ColumnSums { sums, matrix });
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
    dispatch(AllFinite { x })
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

struct ColumnSums<'a, R> {
    sums: &'a mut [R],
    matrix: &'a [R],
}

impl<R: Real> Kernel for ColumnSums<'_, R> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        self.sums.fill(R::ZERO);
        // Four rows at a time, so that a sum is loaded and stored once for four additions.
        let columns = self.sums.len().max(1);
        let fours = self.matrix.chunks_exact(4 * columns);
        let rest = fours.remainder();
        for four in fours {
            let (first, second) = four.split_at(2 * columns);
            let ((a, b), (c, d)) = (first.split_at(columns), second.split_at(columns));
            for ((((sum, &a), &b), &c), &d) in self.sums.iter_mut().zip(a).zip(b).zip(c).zip(d) {
                *sum = (((*sum + a) + b) + c) + d;
            }
        }
        for line in rest.chunks_exact(columns) {
            for (sum, &x) in self.sums.iter_mut().zip(line) {
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
fn larger<R: Real>(best: R, x: R) -> R {
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
