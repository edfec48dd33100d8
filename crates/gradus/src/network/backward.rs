//! Backpropagation (Rumelhart, Hinton & Williams 1986): Δ of the output layer comes from the loss; then, layer by layer
//! towards the inputs,
//!
//! - ∂E/∂W = Δᵀ·a, with a the outputs of the layer before, and ∂E/∂b = Σ over the batch of Δ;
//! - Δ of the layer before = (Δ·W) ⊙ mask ⊙ g′(in).
//!
//! The inputs' own gradient is needed by nobody and not computed.

use super::{Network, Workspace};
use crate::{MatrixView, MatrixViewMut, Real};
use gradus_kernels::{Onto, elementwise, product_with, reduce};

impl<R: Real> Network<R> {
    /// Sends Δ of the output layer, which the loss has put into the last of `work.deltas`, back through the network and
    /// fills `work.gradients`.
    ///
    /// # Shapes
    /// `inputs` (n, inputs): the batch that the last forward pass was given.
    pub fn backward(&self, inputs: MatrixView<'_, R>, work: &mut Workspace<R>) {
        let n = inputs.rows();
        for index in (0..self.layers().len()).rev() {
            self.parameter_gradients(index, inputs, work);
            if index == 0 {
                return;
            }
            let (before, here) = work.deltas.split_at_mut(index);
            let before = &mut before[index - 1];
            work.panels.backward.pack(self.layer(index).weights);
            product_with(before.top_mut(n), here[0].top(n), &work.panels.backward, Onto::Nothing, None);
            let before = before.rows_slice_mut(0..n);
            if let Some(mask) = work.masks.get(index - 1) {
                elementwise::multiply(before, mask.rows_slice(0..n));
            }
            let (nets, outputs) =
                (work.nets[index - 1].rows_slice(0..n), work.outputs[index - 1].rows_slice(0..n));
            self.layers()[index - 1].activation.multiply_by_slope(before, nets, outputs);
        }
    }

    /// ∂E/∂W and ∂E/∂b of one layer, from its Δ and the outputs of the layer before.
    fn parameter_gradients(&self, index: usize, inputs: MatrixView<'_, R>, work: &mut Workspace<R>) {
        let n = inputs.rows();
        let shape = &self.layers()[index];
        let mut gradients = std::mem::take(&mut work.gradients);
        let (d_weights, d_biases) = shape.split_mut(&mut gradients);
        let d_weights = MatrixViewMut::from_slice(d_weights, shape.outputs, shape.inputs);
        let delta = &work.deltas[index];
        let mut signals = std::mem::take(&mut work.panels.signals);
        signals.pack(work.signals(index, inputs));
        product_with(d_weights, delta.top(n).transposed(), &signals, Onto::Nothing, None);
        work.panels.signals = signals;
        reduce::column_sums(d_biases, delta.rows_slice(0..n));
        work.gradients = gradients;
    }
}
