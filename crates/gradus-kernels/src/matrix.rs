//! A row-major block of numbers, owned ([`Matrix`]) or borrowed with strides ([`MatrixView`], [`MatrixViewMut`]).
//!
//! Element (row i, column j) of a view lies at `i · row_stride + j · column_stride`. A transposed view swaps the two
//! strides and copies nothing. Strides are never negative, so a view is a slice and four numbers, checked once when it
//! is made.

use crate::Real;
use std::ops::Range;

/// A matrix that owns its elements, (rows, columns), row after row without gaps.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Matrix<R> {
    elements: Vec<R>,
    rows: usize,
    columns: usize,
}

impl<R: Real> Matrix<R> {
    /// A (rows, columns) matrix of zeros.
    pub fn zeros(rows: usize, columns: usize) -> Self {
        Self { elements: vec![R::ZERO; area(rows, columns)], rows, columns }
    }

    /// A (rows, columns) matrix over `elements`, row after row.
    ///
    /// # Panics
    /// If there are not rows · columns elements.
    pub fn from_vec(rows: usize, columns: usize, elements: Vec<R>) -> Self {
        let area = area(rows, columns);
        assert_eq!(elements.len(), area, "a {rows}×{columns} matrix needs {area} elements");
        Self { elements, rows, columns }
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

    /// The elements, row after row, given up by the matrix.
    pub fn into_vec(self) -> Vec<R> {
        self.elements
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
        MatrixView::from_slice(&self.elements, self.rows, self.columns)
    }

    /// A view of the whole matrix, to write to.
    pub fn view_mut(&mut self) -> MatrixViewMut<'_, R> {
        MatrixViewMut::from_slice(&mut self.elements, self.rows, self.columns)
    }

    /// A view of the first `rows` rows: what a short last batch fills of a buffer made for a full one.
    pub fn top(&self, rows: usize) -> MatrixView<'_, R> {
        MatrixView::from_slice(self.rows_slice(0..rows), rows, self.columns)
    }

    /// A view of the first `rows` rows, to write to.
    pub fn top_mut(&mut self, rows: usize) -> MatrixViewMut<'_, R> {
        let columns = self.columns;
        MatrixViewMut::from_slice(self.rows_slice_mut(0..rows), rows, columns)
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
fn area(rows: usize, columns: usize) -> usize {
    rows.checked_mul(columns).unwrap_or_else(|| panic!("a {rows}×{columns} matrix is larger than any memory"))
}
