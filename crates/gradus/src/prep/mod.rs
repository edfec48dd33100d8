//! Preprocessing: from the data as they come to the numbers that a network takes, (n, inputs).
//!
//! Everything that is learnt here (means, deviations, the words of a category, what stands in for a missing cell) is
//! learnt from the training rows only, and travels inside the model, so that a prediction cannot be prepared in another
//! way than the training was. In the order of the work: missing cells are filled, features are derived, numbers are
//! scaled to x' = (x − shift) · scale, and categories become one input per word, 1 for the word of the row and 0 else.
//! Columns of a table are found by name; a text column is carried along and never read. Statistics are always f64.

mod scaling;
mod expression;
mod block;
mod column;
mod table;
mod feature_view;
pub mod target;
#[cfg(test)]
mod tests;

pub use expression::{Expression, split_features};
pub use feature_view::FeatureInputs;
pub use scaling::{Affine, Missing, Scaling};
pub use target::{OutputForm, TargetCoding};

use crate::data::{Inputs, Values};
use crate::{Error, Matrix, Real};
use block::BlockPlan;
pub(crate) use block::BlockRows;
use gradus_kernels::reduce::all_finite;
use serde::{Deserialize, Serialize};
use table::TablePlan;

/// What the user decides about preprocessing; the rest is learnt from the data.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PrepOptions {
    /// How numbers are brought to a common size.
    pub scaling: Scaling,
    /// What happens to missing cells.
    pub missing: Missing,
    /// The features to use, each an expression over the number columns such as `x1*x2`, or the name of a category
    /// column. Only what is listed becomes an input; an empty list means every column as it is.
    pub features: Vec<String>,
}

/// The kind of cells that a preprocessor expects in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    /// Numbers.
    Number,
    /// Words out of a small set.
    Category,
}

impl ColumnKind {
    /// `number` or `category`, as `--column NAME=TYPE` writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Category => "category",
        }
    }
}

/// The way from inputs as they come to (n, width) numbers; learnt once, then only applied.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Plan", into = "Plan")]
pub struct Preprocessor {
    plan: Plan,
}

/// The two kinds of data have two plans; this is also the form in a model file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Plan {
    Table(TablePlan),
    Block(BlockPlan),
}

impl Preprocessor {
    /// Learns from the training rows, of which row i counts `weights[i]` (all alike without weights) in means and
    /// deviations; medians, quartiles and extremes leave weights aside.
    ///
    /// # Errors
    /// If there is no row or no column to learn from, cells are missing and `options` do not say what to do, a number is
    /// infinite, or a feature cannot be read or names an unknown column.
    ///
    /// # Panics
    /// If there are weights, but not one per row.
    pub fn fit(inputs: &Inputs, options: &PrepOptions, weights: Option<&[f64]>) -> Result<Self, Error> {
        assert!(weights.is_none_or(|weights| weights.len() == inputs.rows()), "one weight per row");
        if inputs.rows() == 0 {
            return Err(Error::NoRows);
        }
        let plan = match inputs {
            Inputs::Block(block) if options.features.is_empty() => {
                Plan::Block(BlockPlan::fit(block, options, weights)?)
            }
            Inputs::Block(_) | Inputs::Table(_) => Plan::Table(TablePlan::fit(inputs, options, weights)?),
        };
        Ok(Self { plan })
    }

    /// The rows without a missing cell in any column that could be an input: what `--missing drop` keeps.
    pub fn complete_rows(inputs: &Inputs) -> Vec<usize> {
        match inputs {
            Inputs::Block(block) => block::complete_rows(block),
            Inputs::Table(table) => (0..table.rows())
                .filter(|&row| {
                    table.columns().iter().all(|column| match &column.values {
                        Values::Numbers(numbers) => !numbers[row].is_nan(),
                        Values::Categories { codes, .. } => codes[row] != crate::data::MISSING,
                        Values::Text(_) => true,
                    })
                })
                .collect(),
        }
    }

    /// The numbers that a network takes.
    ///
    /// # Shapes
    /// n rows of inputs → (n, width).
    ///
    /// # Errors
    /// If a column is absent, holds another kind of cells or another number of them than in training, a word was never
    /// seen, a cell is missing and nothing was learnt to stand in for it, or a number is not finite.
    pub fn transform<R: Real>(&self, inputs: &Inputs) -> Result<Matrix<R>, Error> {
        let matrix = match &self.plan {
            Plan::Table(plan) => plan.transform(inputs)?,
            Plan::Block(plan) => plan.transform(inputs)?,
        };
        match all_finite(matrix.as_slice()) {
            true => Ok(matrix),
            false => Err(self.first_not_finite(inputs, &matrix)),
        }
    }

    /// As [`transform`](Self::transform), where the rows can be prepared some at a time; none where they are a table's, which is
    /// read column by column. What is written may not be finite: `transform` refuses that.
    ///
    /// # Errors
    /// If the columns are not those that it was learnt from.
    pub(crate) fn rows_of<'a>(&'a self, inputs: &'a Inputs) -> Result<Option<BlockRows<'a>>, Error> {
        match &self.plan {
            Plan::Table(_) => Ok(None),
            Plan::Block(plan) => plan.rows_of(inputs).map(Some),
        }
    }

    /// Why a result is not finite: a number missing in a block (a table's are found while it is read), or too large.
    fn first_not_finite<R: Real>(&self, inputs: &Inputs, matrix: &Matrix<R>) -> Error {
        if let Inputs::Block(block) = inputs
            && let Some((j, count, row)) = block::first_missing(block)
        {
            return Error::MissingUnexpected { column: format!("x{}", j + 1), count, row: row + 1 };
        }
        let at = matrix.as_slice().iter().position(|x| !x.is_finite()).unwrap_or(0);
        let (row, column) = (at / matrix.columns(), at % matrix.columns());
        let value = matrix.as_slice()[at].to_string();
        Error::NotFinite { column: self.input_names().swap_remove(column), row: row + 1, value }
    }

    /// Number of inputs of the network.
    pub fn width(&self) -> usize {
        match &self.plan {
            Plan::Table(plan) => plan.width(),
            Plan::Block(plan) => plan.columns(),
        }
    }

    /// A name for each input of the network: the column, the feature as it was written, or `color=red`. (width)
    pub fn input_names(&self) -> Vec<String> {
        match &self.plan {
            Plan::Table(plan) => plan.input_names(),
            Plan::Block(plan) => (1..=plan.columns()).map(|i| format!("x{i}")).collect(),
        }
    }

    /// What each input of the network comes from: a column, of which one of words has an input for each of them, or the feature
    /// as it was written. (width)
    pub fn input_features(&self) -> Vec<String> {
        match &self.plan {
            Plan::Table(plan) => plan.input_features(),
            Plan::Block(_) => self.input_names(),
        }
    }

    /// The columns that it reads of a table; none if it was learnt from a block.
    pub fn columns(&self) -> Vec<(String, ColumnKind)> {
        match &self.plan {
            Plan::Table(plan) => plan.source_columns(),
            Plan::Block(_) => Vec::new(),
        }
    }

    /// The number of columns that it reads of a block; none if it was learnt from a table.
    pub fn block_columns(&self) -> Option<usize> {
        match &self.plan {
            Plan::Table(plan) => plan.block_columns(),
            Plan::Block(plan) => Some(plan.columns()),
        }
    }

    /// (height, width) where a row is a picture.
    pub fn picture(&self) -> Option<(usize, usize)> {
        match &self.plan {
            Plan::Table(_) => None,
            Plan::Block(plan) => plan.picture(),
        }
    }

    /// The shift and the scale of each input, x' = (x − shift) · scale; (0, 1) for a word of a category. (width)
    pub fn scales(&self) -> Vec<(f64, f64)> {
        match &self.plan {
            Plan::Table(plan) => plan.scales(),
            Plan::Block(plan) => plan.scales(),
        }
    }

    /// Folds the scaling into a unit that stands directly on the inputs: `weights` (width) and `bias` on scaled inputs
    /// become those that give the same sum on the numbers in the data's own units.
    ///
    /// Σ wᵢ sᵢ (xᵢ − mᵢ) + b = Σ (wᵢ sᵢ) xᵢ + (b − Σ wᵢ sᵢ mᵢ)
    ///
    /// # Panics
    /// If there is not one weight per input.
    pub fn in_own_units(&self, weights: &[f64], bias: f64) -> (Vec<f64>, f64) {
        let scales = self.scales();
        assert_eq!(weights.len(), scales.len(), "one weight per input");
        let own: Vec<f64> = weights.iter().zip(&scales).map(|(w, (_, scale))| w * scale).collect();
        let moved: f64 = own.iter().zip(&scales).map(|(w, (shift, _))| w * shift).sum();
        (own, bias - moved)
    }
}

impl From<Preprocessor> for Plan {
    fn from(preprocessor: Preprocessor) -> Self {
        preprocessor.plan
    }
}

impl TryFrom<Plan> for Preprocessor {
    type Error = String;

    /// A plan comes from a file and can be anything; after this it is one that `transform` can rely on.
    fn try_from(plan: Plan) -> Result<Self, String> {
        match &plan {
            Plan::Table(plan) => plan.check()?,
            Plan::Block(plan) => plan.check()?,
        }
        Ok(Self { plan })
    }
}
