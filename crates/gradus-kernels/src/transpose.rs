//! A matrix laid on its side: rows become columns.
//!
//! In tiles of four rows, so that four numbers that become neighbours are written together. Number by number, every write would
//! go to another line of the cache.

use crate::{Kernel, Matrix, MatrixView, Real, dispatch};

impl<R: Real> Matrix<R> {
    /// Writes the columns of `from` to the first rows: element (j, i) is that of `from` at (i, j). What lies beyond keeps its
    /// numbers.
    ///
    /// # Panics
    /// If there are too few rows or columns, or neighbours in a row of `from` are not neighbours in memory.
    pub fn transpose_from(&mut self, from: MatrixView<'_, R>) {
        let (rows, stride) = (self.rows(), self.columns());
        assert!(
            from.rows <= stride && from.columns <= rows,
            "a {}×{} matrix does not fit into {rows}×{stride} on its side",
            from.rows,
            from.columns,
        );
        assert!(from.column_stride == 1 || from.columns <= 1, "rows must be contiguous");
        dispatch(Transpose { to: self.as_mut_slice(), stride, from });
    }
}

struct Transpose<'a, R> {
    to: &'a mut [R],
    /// From one row of `to` to the next.
    stride: usize,
    from: MatrixView<'a, R>,
}

impl<R: Real> Kernel for Transpose<'_, R> {
    type Output = ();

    #[inline(always)]
    fn run(mut self) {
        let (mut row, rows) = (0, self.from.rows);
        while row < rows {
            row += match rows - row {
                4.. => self.rows::<4>(row),
                _ => self.rows::<1>(row),
            };
        }
    }
}

impl<R: Real> Transpose<'_, R> {
    /// N rows of `from`, in tiles of N by N and columns; returns N.
    #[inline(always)]
    fn rows<const N: usize>(&mut self, row: usize) -> usize {
        let MatrixView { elements, columns, row_stride, .. } = self.from;
        let lines: [&[R]; N] = std::array::from_fn(|i| &elements[(row + i) * row_stride..][..columns]);
        let tiles = lines.map(|line| line.as_chunks::<N>().0);
        let whole = columns - columns % N;
        for column in (0..whole).step_by(N) {
            let tile: [[R; N]; N] = std::array::from_fn(|i| tiles[i][column / N]);
            let turned: [[R; N]; N] = std::array::from_fn(|j| tile.map(|line| line[j]));
            turned.into_iter().zip(column..).for_each(|(numbers, column)| self.write(row, column, numbers));
        }
        for column in whole..columns {
            self.write(row, column, lines.map(|line| line[column]));
        }
        N
    }

    #[inline(always)]
    fn write<const N: usize>(&mut self, row: usize, column: usize, numbers: [R; N]) {
        self.to[column * self.stride + row..][..N].copy_from_slice(&numbers);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_become_columns() {
        let sizes = [0, 1, 2, 3, 4, 5, 7, 8, 9, 12, 16, 19];
        for (&rows, &columns) in
            sizes.iter().flat_map(|rows| sizes.iter().map(move |columns| (rows, columns)))
        {
            let numbers: Vec<f64> = (0..rows * (columns + 1)).map(|i| i as f64).collect();
            let from = match rows {
                0 => MatrixView::from_slice(&[], 0, columns),
                _ => MatrixView::with_strides(&numbers, (rows, columns), (columns + 1, 1)),
            };
            let (height, width) = (columns + 1, rows + 2);
            let mut turned = Matrix::from_vec(height, width, vec![-1.0; height * width]);
            turned.transpose_from(from);
            for (j, line) in turned.iter_rows().enumerate() {
                for (i, &x) in line.iter().enumerate() {
                    let expected = if i < rows && j < columns { from.get(i, j) } else { -1.0 };
                    assert!(x == expected, "({j}, {i}) of {rows}×{columns}: {x}");
                }
            }
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let numbers = [0.0_f32; 6];
        let from = MatrixView::from_slice(&numbers, 2, 3);
        for (rows, columns, from) in [(3, 1, from), (2, 2, from), (2, 3, from.transposed())] {
            let call = || Matrix::zeros(rows, columns).transpose_from(from);
            assert!(std::panic::catch_unwind(call).is_err(), "{rows}×{columns}");
        }
    }
}
