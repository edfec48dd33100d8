//! The forward pass: in = W·a + b and a = g(in), layer after layer, for a batch at a time.
//!
//! Rows know nothing of each other: each thread takes some of them, and product, biases, activation and dropout of a few
//! rows follow each other while these are in the nearest cache.

use super::{Activation, DropoutAt, Network, PackedWeights, Predictor, Workspace};
use crate::{Matrix, MatrixView, MatrixViewMut, Real};
use gradus_kernels::{Onto, Panels, Split, elementwise, product_with, share, threads_for};

/// Threads take rows in multiples of this, the height of the lowest tile that still fills the multipliers: halves as equal as can be
/// matter more than one tile of full height.
pub(super) const ROWS_OF_A_PART: usize = 4;

impl<R: Real> Network<R> {
    /// Sends a batch through the network and leaves its whole trace in `work`.
    ///
    /// # Shapes
    /// `inputs` (n, inputs), n at most the capacity of `work`.
    pub fn forward(&self, inputs: MatrixView<'_, R>, dropout: Option<DropoutAt>, work: &mut Workspace<R>) {
        R::forward(self, inputs, dropout, work);
    }

    pub(crate) fn forward_compiled(
        &self,
        inputs: MatrixView<'_, R>,
        dropout: Option<DropoutAt>,
        work: &mut Workspace<R>,
    ) {
        work.weights.pack_forward(self);
        self.forward_packed(inputs, dropout, None, work);
    }

    /// As [`forward`](Self::forward), with this network's weights as they have been packed: in `work`, or once for several of them.
    pub(crate) fn forward_packed(
        &self,
        inputs: MatrixView<'_, R>,
        dropout: Option<DropoutAt>,
        shared: Option<&PackedWeights<R>>,
        work: &mut Workspace<R>,
    ) {
        let n = inputs.rows();
        if let Some(dropout) = dropout {
            dropout.draw(&mut work.masks, n);
        }
        let (last, threads) = (self.layers().len() - 1, threads_for(n * self.parameters().len()));
        for index in 0..=last {
            let layer = self.layer(index);
            let mut nets = std::mem::take(&mut work.nets[index]);
            let mut outputs = taken(&mut work.outputs, index);
            let mut dropped = taken(&mut work.dropped, index);
            let masked = dropout.is_some() && index < last;
            let rows = ForwardRows {
                before: work.signals(index, inputs),
                width: self.layers()[index].outputs,
                nets: nets.rows_slice_mut(0..n),
                outputs: if index < last { outputs.rows_slice_mut(0..n) } else { &mut [] },
                masks: if masked { work.masks[index].rows_slice(0..n) } else { &[] },
                dropped: if masked { dropped.rows_slice_mut(0..n) } else { &mut [] },
            };
            let panels = &shared.unwrap_or(&work.weights).forward[index];
            share(rows, n, ROWS_OF_A_PART, threads, &|rows: ForwardRows<'_, R>| {
                rows.pass(panels, layer.biases, layer.activation);
            });
            work.nets[index] = nets;
            put_back(&mut work.outputs, index, outputs);
            put_back(&mut work.dropped, index, dropped);
        }
    }

    /// The network's predictions for `inputs` (n, inputs): (n, outputs), after the link. Whoever predicts more than once
    /// keeps a [`Predictor`].
    pub fn predict(&self, inputs: &Matrix<R>) -> Matrix<R> {
        Predictor::new(self).predict(inputs.view())
    }
}

/// A layer's buffer, to be written while others are read; an empty one where the layer has none.
fn taken<R: Real>(buffers: &mut [Matrix<R>], index: usize) -> Matrix<R> {
    buffers.get_mut(index).map(std::mem::take).unwrap_or_default()
}

fn put_back<R: Real>(buffers: &mut [Matrix<R>], index: usize, buffer: Matrix<R>) {
    if let Some(place) = buffers.get_mut(index) {
        *place = buffer;
    }
}

/// Some rows of a batch on their way through one layer. Slices that the layer has no use for are empty.
struct ForwardRows<'a, R> {
    /// (n, inputs): outputs of the layer before.
    before: MatrixView<'a, R>,
    /// Units of the layer.
    width: usize,
    /// (n, width)
    nets: &'a mut [R],
    /// (n, width)
    outputs: &'a mut [R],
    /// (n, width)
    masks: &'a [R],
    /// (n, width): outputs ⊙ masks.
    dropped: &'a mut [R],
}

impl<R: Real> ForwardRows<'_, R> {
    fn pass(self, weights: &Panels<R>, biases: &[R], activation: Activation) {
        let nets = MatrixViewMut::from_slice(self.nets, self.before.rows(), self.width);
        product_with(nets, self.before, weights, Onto::Nothing, Some(biases));
        if !self.outputs.is_empty() {
            activation.apply(self.nets, self.outputs);
        }
        if !self.dropped.is_empty() {
            elementwise::product_into(self.dropped, self.outputs, self.masks);
        }
    }
}

impl<R: Real> Split for ForwardRows<'_, R> {
    fn split_at(self, row: usize) -> (Self, Self) {
        let Self { before, width, nets, outputs, masks, dropped } = self;
        let at = |length: usize| (row * width).min(length);
        let (before_low, before_high) = before.split_rows(row);
        let (outputs_at, masks_at, dropped_at) = (at(outputs.len()), at(masks.len()), at(dropped.len()));
        let (nets_low, nets_high) = nets.split_at_mut(row * width);
        let (outputs_low, outputs_high) = outputs.split_at_mut(outputs_at);
        let (masks_low, masks_high) = masks.split_at(masks_at);
        let (dropped_low, dropped_high) = dropped.split_at_mut(dropped_at);
        let part =
            |before, nets, outputs, masks, dropped| Self { before, width, nets, outputs, masks, dropped };
        (
            part(before_low, nets_low, outputs_low, masks_low, dropped_low),
            part(before_high, nets_high, outputs_high, masks_high, dropped_high),
        )
    }
}
