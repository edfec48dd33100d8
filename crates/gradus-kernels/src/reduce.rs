//! Many numbers in, few out: sums over rows, over all, the largest.
//!
//! The order of each sum is fixed by the code, so its bits depend on neither instruction set nor number of threads.

use crate::{Kernel, Real, dispatch};

/// Writes to `sums` (columns) the sum of each column of `matrix` (rows, columns): the gradient of a layer's biases.
///
/// # Panics
/// If the matrix is not a whole number of rows.
pub fn column_sums<R: Real>(sums: &mut [R], matrix: &[R]) {
    dispatch(ColumnSums { sums, matrix });
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
        assert!(self.sums.is_empty() || self.matrix.len().is_multiple_of(self.sums.len()));
        for line in self.matrix.chunks_exact(self.sums.len().max(1)) {
            for (sum, &x) in self.sums.iter_mut().zip(line) {
                *sum += x;
            }
        }
    }
}

/// Σ xᵢ², in 16 interleaved partial sums that are added in pairs at the end.
pub fn sum_of_squares<R: Real>(x: &[R]) -> R {
    dispatch(SumOfSquares { x })
}

struct SumOfSquares<'a, R> {
    x: &'a [R],
}

impl<R: Real> Kernel for SumOfSquares<'_, R> {
    type Output = R;
    #[inline(always)]
    fn run(self) -> R {
        let mut lanes = [R::ZERO; 16];
        let (chunks, rest) = self.x.as_chunks::<16>();
        for chunk in chunks {
            for (lane, &x) in lanes.iter_mut().zip(chunk) {
                *lane = x.mul_add(x, *lane);
            }
        }
        for (lane, &x) in lanes.iter_mut().zip(rest) {
            *lane = x.mul_add(x, *lane);
        }
        for half in [8, 4, 2, 1] {
            for i in 0..half {
                lanes[i] += lanes[i + half];
            }
        }
        lanes[0]
    }
}

/// Whether every number is finite.
pub fn all_finite<R: Real>(x: &[R]) -> bool {
    dispatch(AllFinite { x })
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
