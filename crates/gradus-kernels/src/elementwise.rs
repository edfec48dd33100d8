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
