//! One fully connected layer: its shape and place in the parameter buffer, and a view of its numbers there.

use super::Activation;
use crate::{Error, MatrixView, Real};
use std::ops::Range;

/// Shape, activation and place of a layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerShape {
    /// Units of the layer before.
    pub inputs: usize,
    /// Units of this layer.
    pub outputs: usize,
    /// g of a hidden layer. The output layer has `Identity` here: its activation is the network's [`Link`](super::Link).
    pub activation: Activation,
    /// Where the weights (outputs, inputs) lie in the parameter buffer.
    pub weights: Range<usize>,
    /// Where the biases (outputs) lie.
    pub biases: Range<usize>,
}

impl LayerShape {
    /// A layer whose parameters begin at `start`.
    pub(super) fn at(
        start: usize,
        inputs: usize,
        outputs: usize,
        activation: Activation,
    ) -> Result<Self, Error> {
        if inputs == 0 || outputs == 0 {
            return Err(Error::EmptyLayer { inputs, outputs });
        }
        let end = inputs
            .checked_mul(outputs)
            .and_then(|weights| start.checked_add(weights))
            .filter(|end| end.checked_add(outputs).is_some_and(|end| end <= isize::MAX as usize / 8));
        let Some(end) = end else { return Err(Error::TooManyParameters { inputs, outputs }) };
        Ok(Self { inputs, outputs, activation, weights: start..end, biases: end..end + outputs })
    }

    /// Weights and biases of this layer out of the whole buffer.
    pub fn split_mut<'a, R>(&self, parameters: &'a mut [R]) -> (&'a mut [R], &'a mut [R]) {
        let both = &mut parameters[self.weights.start..self.biases.end];
        both.split_at_mut(self.weights.len())
    }
}

/// A layer with its numbers.
#[derive(Clone, Copy, Debug)]
pub struct Layer<'a, R> {
    /// (outputs, inputs): row j holds the weights into unit j.
    pub weights: MatrixView<'a, R>,
    /// (outputs)
    pub biases: &'a [R],
    /// g of a hidden layer; `Identity` for the output layer.
    pub activation: Activation,
}

impl<'a, R: Real> Layer<'a, R> {
    pub(super) fn of(shape: &LayerShape, parameters: &'a [R]) -> Self {
        Self {
            weights: MatrixView::from_slice(&parameters[shape.weights.clone()], shape.outputs, shape.inputs),
            biases: &parameters[shape.biases.clone()],
            activation: shape.activation,
        }
    }
}
