//! A row-major block of numbers, owned ([`Matrix`]) or borrowed with strides ([`MatrixView`], [`MatrixViewMut`]).
//!
//! Element (row i, column j) of a view lies at `i · row_stride + j · column_stride`. A transposed view swaps the two
//! strides and copies nothing. Strides are never negative, so a view is a slice and four numbers, checked once when it
//! is made.

use crate::{Aligned, Real};
use std::ops::Range;

/// A matrix that owns its elements, (rows, columns), row after row without gaps.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Matrix<R> {
    elements: Aligned<R>,
    rows: usize,
    columns: usize,
}

impl<R: Real> Matrix<R> {
    /// A (rows, columns) matrix of zeros.
    pub fn zeros(rows: usize, columns: usize) -> Self {
        Self { elements: Aligned::filled(R::ZERO, area(rows, columns)), rows, columns }
    }

    /// A (rows, columns) matrix of `elements`, row after row, which are copied: they are to begin at a line of the cache.
    ///
    /// # Panics
    /// If there are not rows · columns elements.
    pub fn from_vec(rows: usize, columns: usize, elements: Vec<R>) -> Self {
        let area = area(rows, columns);
        assert_eq!(elements.len(), area, "a {rows}×{columns} matrix needs {area} elements");
        Self { elements: Aligned::from(&elements[..]), rows, columns }
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Number of columns.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Row `i` as a slice of `columns` elements.
    pub fn row(&self, i: usize) -> &[R] {
        &self.elements[i * self.columns..(i + 1) * self.columns]
    }

    /// Row `i`, to write to.
    pub fn row_mut(&mut self, i: usize) -> &mut [R] {
        &mut self.elements[i * self.columns..(i + 1) * self.columns]
    }

    /// The rows in order. A matrix without columns has rows all the same, empty ones.
    pub fn iter_rows(&self) -> impl Iterator<Item = &[R]> {
        (0..self.rows).map(|i| self.row(i))
    }

    /// All elements, row after row.
    pub fn as_slice(&self) -> &[R] {
        &self.elements
    }

    /// All elements, row after row, to write to.
    pub fn as_mut_slice(&mut self) -> &mut [R] {
        &mut self.elements
    }

    /// A copy of the elements, row after row.
    pub fn into_vec(self) -> Vec<R> {
        self.elements.to_vec()
    }

    /// The elements of a contiguous range of rows.
    pub fn rows_slice(&self, range: Range<usize>) -> &[R] {
        &self.elements[range.start * self.columns..range.end * self.columns]
    }

    /// The elements of a contiguous range of rows, to write to.
    pub fn rows_slice_mut(&mut self, range: Range<usize>) -> &mut [R] {
        &mut self.elements[range.start * self.columns..range.end * self.columns]
    }

    /// A view of the whole matrix.
    pub fn view(&self) -> MatrixView<'_, R> {
        self.top(self.rows)
    }

    /// A view of the whole matrix, to write to.
    pub fn view_mut(&mut self) -> MatrixViewMut<'_, R> {
        self.top_mut(self.rows)
    }

    /// A view of the first `rows` rows: what a short last batch fills of a buffer made for a full one.
    pub fn top(&self, rows: usize) -> MatrixView<'_, R> {
        // As many elements as the matrix has cannot be more than there are addresses: `from_slice` need not check it again.
        assert!(rows <= self.rows, "a matrix of {} rows has no {rows} first ones", self.rows);
        let (elements, columns) = (&self.elements[..rows * self.columns], self.columns);
        MatrixView { elements, rows, columns, row_stride: columns, column_stride: 1 }
    }

    /// A view of the first `rows` rows, to write to.
    pub fn top_mut(&mut self, rows: usize) -> MatrixViewMut<'_, R> {
        assert!(rows <= self.rows, "a matrix of {} rows has no {rows} first ones", self.rows);
        let (elements, columns) = (&mut self.elements[..rows * self.columns], self.columns);
        MatrixViewMut { elements, rows, columns, row_stride: columns, column_stride: 1 }
    }

    /// The same numbers in another precision.
    pub fn cast<S: Real>(&self) -> Matrix<S> {
        let elements = self.elements.iter().map(|&x| S::from_f64(x.to_f64())).collect();
        Matrix { elements, rows: self.rows, columns: self.columns }
    }
}

/// A borrowed matrix with strides.
#[derive(Clone, Copy, Debug)]
pub struct MatrixView<'a, R> {
    pub(crate) elements: &'a [R],
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    pub(crate) row_stride: usize,
    pub(crate) column_stride: usize,
}

impl<'a, R: Real> MatrixView<'a, R> {
    /// A (rows, columns) view over contiguous rows.
    ///
    /// # Panics
    /// If the slice does not hold exactly rows · columns elements.
    pub fn from_slice(elements: &'a [R], rows: usize, columns: usize) -> Self {
        let area = area(rows, columns);
        assert_eq!(elements.len(), area, "a {rows}×{columns} view needs {area} elements");
        Self { elements, rows, columns, row_stride: columns, column_stride: 1 }
    }

    /// A (rows, columns) view in which neighbours lie `row_stride` and `column_stride` elements apart.
    ///
    /// # Panics
    /// If an element would lie outside the slice.
    pub fn with_strides(elements: &'a [R], shape: (usize, usize), strides: (usize, usize)) -> Self {
        assert_fits(elements.len(), shape, strides);
        Self { elements, rows: shape.0, columns: shape.1, row_stride: strides.0, column_stride: strides.1 }
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Number of columns.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The element in row `i`, column `j`.
    ///
    /// # Panics
    /// If there is none.
    pub fn get(&self, i: usize, j: usize) -> R {
        assert!(i < self.rows && j < self.columns, "({i}, {j}) lies outside {}×{}", self.rows, self.columns);
        self.elements[i * self.row_stride + j * self.column_stride]
    }

    /// The rows before `at`, and the rest.
    ///
    /// # Panics
    /// If there are fewer than `at` rows.
    pub fn split_rows(self, at: usize) -> (Self, Self) {
        assert!(at <= self.rows, "a matrix of {} rows cannot be cut at {at}", self.rows);
        // A part without rows may begin beyond the slice.
        let start = (at * self.row_stride).min(self.elements.len());
        (Self { rows: at, ..self }, Self { elements: &self.elements[start..], rows: self.rows - at, ..self })
    }

    /// The first `columns` columns: a padded matrix without its padding.
    ///
    /// # Panics
    /// If there are fewer.
    pub fn left(self, columns: usize) -> Self {
        assert!(columns <= self.columns, "a matrix of {} columns has no {columns} first ones", self.columns);
        Self { columns, ..self }
    }

    /// The same elements with rows and columns exchanged; nothing is copied.
    pub fn transposed(self) -> Self {
        Self {
            elements: self.elements,
            rows: self.columns,
            columns: self.rows,
            row_stride: self.column_stride,
            column_stride: self.row_stride,
        }
    }
}

/// A borrowed matrix with strides, to write to.
#[derive(Debug)]
pub struct MatrixViewMut<'a, R> {
    pub(crate) elements: &'a mut [R],
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    pub(crate) row_stride: usize,
    pub(crate) column_stride: usize,
}

impl<'a, R: Real> MatrixViewMut<'a, R> {
    /// A (rows, columns) view over contiguous rows.
    ///
    /// # Panics
    /// If the slice does not hold exactly rows · columns elements.
    pub fn from_slice(elements: &'a mut [R], rows: usize, columns: usize) -> Self {
        let area = area(rows, columns);
        assert_eq!(elements.len(), area, "a {rows}×{columns} view needs {area} elements");
        Self { elements, rows, columns, row_stride: columns, column_stride: 1 }
    }

    /// A (rows, columns) view in which neighbours lie `row_stride` and `column_stride` elements apart.
    ///
    /// # Panics
    /// If an element would lie outside the slice, or two elements at the same place.
    pub fn with_strides(elements: &'a mut [R], shape: (usize, usize), strides: (usize, usize)) -> Self {
        assert_fits(elements.len(), shape, strides);
        assert_apart(shape, strides);
        let (rows, columns) = shape;
        Self { elements, rows, columns, row_stride: strides.0, column_stride: strides.1 }
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Number of columns.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The same matrix, to read from.
    pub fn as_view(&self) -> MatrixView<'_, R> {
        MatrixView {
            elements: self.elements,
            rows: self.rows,
            columns: self.columns,
            row_stride: self.row_stride,
            column_stride: self.column_stride,
        }
    }
}

/// The last element must lie inside: this is what the product's SAFETY argument rests on.
#[inline]
fn assert_fits(length: usize, (rows, columns): (usize, usize), (row_stride, column_stride): (usize, usize)) {
    if rows == 0 || columns == 0 {
        return;
    }
    let last = (rows - 1)
        .checked_mul(row_stride)
        .zip((columns - 1).checked_mul(column_stride))
        .and_then(|(down, along)| down.checked_add(along));
    assert!(
        last.is_some_and(|last| last < length),
        "a {rows}×{columns} view with strides ({row_stride}, {column_stride}) does not fit in {length} elements"
    );
}

/// No two elements may share a place: either each row ends before the next begins, or each column does.
#[inline]
fn assert_apart((rows, columns): (usize, usize), (row_stride, column_stride): (usize, usize)) {
    let apart = match (rows, columns) {
        (0, _) | (_, 0) | (1, 1) => true,
        (1, _) => column_stride > 0,
        (_, 1) => row_stride > 0,
        _ => {
            let row_by_row = column_stride > 0 && row_stride > (columns - 1) * column_stride;
            let column_by_column = row_stride > 0 && column_stride > (rows - 1) * row_stride;
            row_by_row || column_by_column
        }
    };
    assert!(
        apart,
        "strides ({row_stride}, {column_stride}) put two elements of a {rows}×{columns} view at one place"
    );
}

/// How many elements a (rows, columns) block has; a product that wrapped around would let a view claim more than its
/// slice holds.
#[inline]
fn area(rows: usize, columns: usize) -> usize {
    rows.checked_mul(columns).unwrap_or_else(|| panic!("a {rows}×{columns} matrix is larger than any memory"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HUGE: usize = usize::MAX / 2 + 1;

    fn refused(call: impl FnOnce() + std::panic::UnwindSafe) -> bool {
        std::panic::catch_unwind(call).is_err()
    }

    #[test]
    fn slices_of_another_length_are_refused() {
        for (length, rows, columns) in
            [(5, 2, 3), (7, 2, 3), (0, 1, 1), (1, 0, 4), (0, HUGE, 2), (0, 2, HUGE)]
        {
            let read = || _ = MatrixView::from_slice(&vec![0.0_f32; length], rows, columns);
            let write = || _ = MatrixViewMut::from_slice(&mut vec![0.0_f32; length], rows, columns);
            let own = || _ = Matrix::from_vec(rows, columns, vec![0.0_f32; length]);
            let all = [refused(read), refused(write), refused(own)];
            assert_eq!(all, [true; 3], "{length} elements as {rows}×{columns}");
        }
        assert!(refused(|| _ = Matrix::<f64>::zeros(HUGE, 2)));
    }

    /// Whether a view with strides is refused: (to read, to write).
    fn with_strides_refused(length: usize, shape: (usize, usize), strides: (usize, usize)) -> (bool, bool) {
        let read = || _ = MatrixView::with_strides(&vec![0.0_f32; length], shape, strides);
        let write = || _ = MatrixViewMut::with_strides(&mut vec![0.0_f32; length], shape, strides);
        (refused(read), refused(write))
    }

    #[test]
    fn strides_that_do_not_fit_are_refused() {
        let outside = [
            (5, (2, 3), (3, 1)),
            (5, (2, 3), (1, 3)),
            (0, (1, 1), (1, 1)),
            (5, (3, 2), (HUGE, 1)),
            (5, (2, 2), (usize::MAX, 1)),
        ];
        for (length, shape, strides) in outside {
            let found = with_strides_refused(length, shape, strides);
            assert_eq!(found, (true, true), "{shape:?} at {strides:?} in {length}");
        }
        // To read, elements may share a place: a row with stride 0 is repeated.
        let overlapping =
            [((3, 3), (0, 1)), ((3, 3), (2, 1)), ((1, 3), (3, 0)), ((3, 1), (0, 3)), ((2, 2), (2, 2))];
        for (shape, strides) in overlapping {
            assert_eq!(with_strides_refused(9, shape, strides), (false, true), "{shape:?} at {strides:?}");
        }
        assert!(refused(|| _ = MatrixView::from_slice(&[0.0_f32; 6], 2, 3).get(0, 3)));
    }

    #[test]
    fn views_that_fit_show_the_elements_at_their_strides() {
        let elements: Vec<f64> = (0..12).map(f64::from).collect();
        type Pair = (usize, usize);
        let table: [(Pair, Pair, &[f64]); 7] = [
            ((3, 4), (4, 1), &[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0]),
            ((2, 3), (4, 1), &[0.0, 1.0, 2.0, 4.0, 5.0, 6.0]),
            ((2, 3), (1, 4), &[0.0, 4.0, 8.0, 1.0, 5.0, 9.0]),
            ((2, 2), (7, 3), &[0.0, 3.0, 7.0, 10.0]),
            // The columns of a row may reach beyond the start of the next row's, as long as no two meet.
            ((1, 3), (1, 5), &[0.0, 5.0, 10.0]),
            ((0, 3), (0, 0), &[]),
            ((1, 1), (usize::MAX, usize::MAX), &[0.0]),
        ];
        for (shape, strides, expected) in table {
            let mut copy = elements.clone();
            let (rows, columns) = shape;
            let writable = MatrixViewMut::with_strides(&mut copy, shape, strides);
            for view in [MatrixView::with_strides(&elements, shape, strides), writable.as_view()] {
                let found: Vec<f64> =
                    (0..rows).flat_map(|i| (0..columns).map(move |j| view.get(i, j))).collect();
                assert_eq!(found, expected, "{shape:?} at {strides:?}");
                let turned = view.transposed();
                let found: Vec<f64> =
                    (0..rows).flat_map(|i| (0..columns).map(move |j| turned.get(j, i))).collect();
                assert_eq!(found, expected, "{shape:?} at {strides:?}, transposed");
            }
        }
    }

    #[test]
    fn rows_of_a_matrix() {
        let mut matrix = Matrix::from_vec(3, 2, vec![1.0_f32, 2.0, 3.0, 4.0, 5.0, 6.0]);
        matrix.row_mut(1)[0] = 7.0;
        assert_eq!(matrix.row(1), [7.0, 4.0]);
        assert_eq!(matrix.rows_slice(1..3), [7.0, 4.0, 5.0, 6.0]);
        assert_eq!((matrix.top(2).rows(), matrix.top(2).get(1, 1)), (2, 4.0));
        assert_eq!((matrix.view().left(1).columns(), matrix.view().left(1).get(2, 0)), (1, 5.0));
        assert!(refused(|| _ = Matrix::<f32>::zeros(3, 2).top(4)));
        assert!(refused(|| _ = Matrix::<f32>::zeros(3, 0).top_mut(4)));
        assert!(refused(|| _ = Matrix::<f32>::zeros(3, 2).view().left(3)));
        assert_eq!(matrix.cast::<f64>().into_vec(), [1.0, 2.0, 7.0, 4.0, 5.0, 6.0]);
        assert_eq!(Matrix::<f32>::zeros(3, 0).iter_rows().count(), 3);
    }
}
