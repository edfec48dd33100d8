//! The right operand of a product, B (k, n), and which part of it is packed.
//!
//! A tile takes two registers of each row of B. Where the rows are contiguous and not far from each other it takes them from where
//! they lie, and only the last columns are packed, if they do not fill a panel. So it is with the weights on the way back and with what
//! a layer was given, by which its gradient is computed; but not with the weights on the way forward, which lie in columns.

use super::numbers::FAR;
use super::{Operands, Panels};
use crate::vector::PANEL_REGISTERS;
use crate::{InstructionSet, MatrixView, Real};

/// A right operand: packed, or a matrix of which some columns are.
#[derive(Clone, Copy, Debug)]
pub struct Right<'a, R> {
    panels: &'a Panels<R>,
    matrix: Option<MatrixView<'a, R>>,
}

impl<'a, R: Real> Right<'a, R> {
    /// The matrix that [`Panels::pack_rest`] was given last.
    ///
    /// # Panics
    /// If it has another shape.
    pub fn new(matrix: MatrixView<'a, R>, panels: &'a Panels<R>) -> Self {
        let shape = (panels.rows(), panels.columns());
        assert_eq!((matrix.rows, matrix.columns), shape, "another matrix was packed");
        assert!(panels.first() == 0 || matrix.column_stride == 1, "the rows of B must be contiguous");
        Self { panels, matrix: Some(matrix) }
    }

    /// Rows: k.
    pub(super) fn rows(&self) -> usize {
        self.panels.rows()
    }

    /// Columns: n.
    pub(super) fn columns(&self) -> usize {
        self.panels.columns()
    }

    /// The columns from [`Panels::first`] on.
    pub(super) fn panels(&self) -> &'a Panels<R> {
        self.panels
    }

    /// The first element of the columns before that one, and how far it is from one row to the next; `None` where all are packed.
    pub(super) fn in_place(&self) -> Option<(*const R, usize)> {
        self.matrix
            .filter(|_| self.panels.first() > 0)
            .map(|matrix| (matrix.elements.as_ptr(), matrix.row_stride))
    }
}

impl<'a, R: Real> From<&'a Panels<R>> for Right<'a, R> {
    /// # Panics
    /// If not all columns are packed.
    fn from(panels: &'a Panels<R>) -> Self {
        assert_eq!(panels.first(), 0, "some columns are not packed");
        Self { panels, matrix: None }
    }
}

/// The first column that is packed of a matrix with contiguous rows, `row_stride` apart: a multiple of a panel's width.
pub(super) fn first_packed<R: Real>(
    operands: Operands,
    set: InstructionSet,
    columns: usize,
    row_stride: usize,
) -> usize {
    if operands == Operands::Same && row_stride * size_of::<R>() < FAR {
        columns - columns % (set.lanes::<R>() * PANEL_REGISTERS)
    } else {
        0
    }
}
