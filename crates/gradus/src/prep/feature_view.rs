//! Which inputs of the network belong to which feature of the data, and what a feature's number was before it was scaled.
//!
//! A number column is one input, a category one input per word. Whoever explains an answer speaks of features in their own
//! units, and compares them with their means over the training rows.

use super::{Plan, Preprocessor};
use crate::data::Inputs;
use crate::{Error, Matrix};
use std::ops::Range;

/// A feature and its inputs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeatureInputs {
    /// The column, or the feature as it was written.
    pub name: String,
    /// Its places among the inputs of the network.
    pub inputs: Range<usize>,
    /// Whether it is a category, with one input per word.
    pub is_category: bool,
}

impl Preprocessor {
    /// The features in the order of the network's inputs; together their inputs are all of them.
    pub fn features(&self) -> Vec<FeatureInputs> {
        match &self.plan {
            Plan::Table(plan) => plan.feature_inputs(),
            Plan::Block(plan) => {
                let feature =
                    |i| FeatureInputs { name: format!("x{}", i + 1), inputs: i..i + 1, is_category: false };
                (0..plan.columns()).map(feature).collect()
            }
        }
    }

    /// The mean of every input over the training rows, scaled as the network sees it, (width); `None` if the model was
    /// made without them.
    pub fn means(&self) -> Option<&[f64]> {
        match &self.plan {
            Plan::Table(plan) => plan.means(),
            Plan::Block(plan) => plan.means(),
        }
    }

    /// The inputs in the data's own units: missing cells filled, features derived, words one-hot, and nothing scaled.
    ///
    /// # Shapes
    /// n rows of inputs → (n, width).
    ///
    /// # Errors
    /// As [`transform`](Self::transform).
    pub fn unscaled(&self, inputs: &Inputs) -> Result<Matrix<f64>, Error> {
        let plan = match &self.plan {
            Plan::Table(plan) => Plan::Table(plan.without_scaling()),
            Plan::Block(plan) => Plan::Block(plan.without_scaling()),
        };
        Self { plan }.transform(inputs)
    }
}
