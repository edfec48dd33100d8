//! Backpropagation (Rumelhart, Hinton & Williams 1986): Δ of the output layer comes from the loss; then, layer by layer
//! towards the inputs,
//!
//! - ∂E/∂W = Δᵀ·a, with a the outputs of the layer before, and ∂E/∂b = Σ over the batch of Δ;
//! - Δ of the layer before = (Δ·W) ⊙ mask ⊙ g′(in).
//!
//! Threads share Δ by rows, as on the way forward, and ∂E/∂W by parts of W: no sum is divided. The inputs' own gradient is
//! needed by nobody and not computed.

use super::forward::ROWS_OF_A_PART;
use super::{Activation, Network, PackedWeights, Workspace};
use crate::{MatrixView, MatrixViewMut, Real};
use gradus_kernels::{
    DEPTH, Onto, Right, Split, elementwise, product_shared, product_with, reduce, share, threads_for,
};

impl<R: Real> Network<R> {
    /// Sends Δ of the output layer, which the loss has put into the last of `work.deltas`, back through the network and
    /// fills `work.gradients`.
    ///
    /// # Shapes
    /// `inputs` (n, inputs): the batch that the last forward pass was given.
    pub fn backward(&self, inputs: MatrixView<'_, R>, work: &mut Workspace<R>) {
        R::backward(self, inputs, work);
    }

    pub(crate) fn backward_compiled(&self, inputs: MatrixView<'_, R>, work: &mut Workspace<R>) {
        work.weights.pack_backward(self);
        self.backward_packed(inputs, Onto::Nothing, None, work);
    }

    /// As [`backward`](Self::backward), with this network's weights as they have been packed, in `work` or once for several of them;
    /// and with the gradient added to the one in `work` where `onto` says so.
    pub(crate) fn backward_packed(
        &self,
        inputs: MatrixView<'_, R>,
        onto: Onto,
        shared: Option<&PackedWeights<R>>,
        work: &mut Workspace<R>,
    ) {
        let (n, threads) = (inputs.rows(), threads_for(inputs.rows() * self.parameters().len()));
        for index in (0..self.layers().len()).rev() {
            self.parameter_gradients(index, inputs, onto, work);
            if index == 0 {
                return;
            }
            let (before, here) = work.deltas.split_at_mut(index);
            let shape = &self.layers()[index - 1];
            let rows = BackwardRows {
                after: here[0].top(n),
                width: shape.outputs,
                delta: before[index - 1].rows_slice_mut(0..n),
                masks: work.masks.get(index - 1).map_or(&[], |mask| mask.rows_slice(0..n)),
                nets: work.nets[index - 1].rows_slice(0..n),
                outputs: work.outputs[index - 1].rows_slice(0..n),
            };
            let panels = &shared.unwrap_or(&work.weights).backward[index - 1];
            let weights = Right::new(self.layer(index).weights, panels);
            share(rows, n, ROWS_OF_A_PART, threads, &|rows: BackwardRows<'_, R>| {
                rows.pass(weights, shape.activation);
            });
        }
    }

    /// ∂E/∂W and ∂E/∂b of one layer, from its Δ and the outputs of the layer before; both are summed in chains of [`DEPTH`] rows.
    fn parameter_gradients(
        &self,
        index: usize,
        inputs: MatrixView<'_, R>,
        onto: Onto,
        work: &mut Workspace<R>,
    ) {
        let n = inputs.rows();
        let shape = &self.layers()[index];
        let mut gradients = std::mem::take(&mut work.gradients);
        let mut signals = std::mem::take(&mut work.signals);
        let (d_weights, d_biases) = shape.split_mut(&mut gradients);
        let d_weights = MatrixViewMut::from_slice(d_weights, shape.outputs, shape.inputs);
        let delta = &work.deltas[index];
        let before = work.signals(index, inputs);
        signals.pack_rest(before);
        product_shared(d_weights, delta.top(n).transposed(), Right::new(before, &signals), onto);
        if onto == Onto::Nothing {
            d_biases.fill(R::ZERO);
        }
        let sums = &mut work.bias_sums[..shape.outputs];
        for start in (0..n).step_by(DEPTH) {
            let (to_end, _) = delta.top(n).split_rows(n.min(start + DEPTH));
            sums.fill(R::ZERO);
            reduce::add_column_sums(sums, to_end.split_rows(start).1);
            elementwise::axpy(d_biases, R::ONE, sums);
        }
        (work.gradients, work.signals) = (gradients, signals);
    }
}

/// Some rows of a batch on their way back through one layer.
struct BackwardRows<'a, R> {
    /// (n, units of the layer after): its Δ.
    after: MatrixView<'a, R>,
    /// Units of the layer before, whose Δ is wanted.
    width: usize,
    /// (n, width)
    delta: &'a mut [R],
    /// (n, width), or empty without dropout.
    masks: &'a [R],
    /// (n, width)
    nets: &'a [R],
    /// (n, width)
    outputs: &'a [R],
}

impl<R: Real> BackwardRows<'_, R> {
    fn pass(self, weights: Right<'_, R>, activation: Activation) {
        let delta = MatrixViewMut::from_slice(self.delta, self.after.rows(), self.width);
        product_with(delta, self.after, weights, Onto::Nothing, None);
        if !self.masks.is_empty() {
            elementwise::multiply(self.delta, self.masks);
        }
        activation.multiply_by_slope(self.delta, self.nets, self.outputs);
    }
}

impl<R: Real> Split for BackwardRows<'_, R> {
    fn split_at(self, row: usize) -> (Self, Self) {
        let Self { after, width, delta, masks, nets, outputs } = self;
        let at = row * width;
        let (after_low, after_high) = after.split_rows(row);
        let (delta_low, delta_high) = delta.split_at_mut(at);
        let (masks_low, masks_high) = masks.split_at(at.min(masks.len()));
        let (nets_low, nets_high) = nets.split_at(at);
        let (outputs_low, outputs_high) = outputs.split_at(at);
        let part = |after, delta, masks, nets, outputs| Self { after, width, delta, masks, nets, outputs };
        (
            part(after_low, delta_low, masks_low, nets_low, outputs_low),
            part(after_high, delta_high, masks_high, nets_high, outputs_high),
        )
    }
}
