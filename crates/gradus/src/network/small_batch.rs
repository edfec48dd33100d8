//! A few examples through a small network, turned: one unit to a row, one example to a column.
//!
//! In a network whose layers are narrower than a register, registers are filled with examples instead of units, and nothing is
//! packed: the weights are read where they lie. The sums are those of [`forward`](super::forward) and
//! [`backward`](super::backward), in the same order: the two ways give the same bits.

use super::Network;
use crate::data::Batch;
use crate::loss::{Gradient, Outputs};
use crate::{Matrix, MatrixView, MatrixViewMut, Real};
use gradus_kernels::product_unpacked;

/// Columns are made in multiples of this: a register of the smallest processors, half of one or less elsewhere.
const COLUMNS: usize = 4;

/// Buffers for batches of up to a number of examples, allocated once. What lies in columns beyond a batch's examples means
/// nothing.
#[derive(Clone, Debug)]
pub(crate) struct SmallBatch<R> {
    /// (inputs, columns)
    inputs: Matrix<R>,
    /// Per layer the net inputs, (units, columns).
    nets: Vec<Matrix<R>>,
    /// Per hidden layer g(net), (units, columns).
    outputs: Vec<Matrix<R>>,
    /// Per hidden layer the same with an example to a row, (columns, units).
    signals: Vec<Matrix<R>>,
    /// Per layer Δ, (units, columns).
    deltas: Vec<Matrix<R>>,
    /// The output layer with an example to a row, as losses take it: (columns, outputs) each.
    logits: Matrix<R>,
    predictions: Matrix<R>,
    delta: Matrix<R>,
    /// ∂E/∂w for every parameter, in the layout of the network's buffer.
    pub(crate) gradients: Vec<R>,
}

impl<R: Real> SmallBatch<R> {
    /// Whether batches of so many rows gain by it: where a layer is wide, packing pays. Found with
    /// `cargo bench -p gradus --bench step`.
    pub(crate) fn suits(network: &Network<R>, rows: usize) -> bool {
        let widest = network.layers().iter().map(|layer| layer.inputs.max(layer.outputs)).max().unwrap_or(0);
        widest <= 32 && rows <= 32
    }

    /// Buffers for batches of up to `rows` examples through `network`.
    pub(crate) fn new(network: &Network<R>, rows: usize) -> Self {
        let columns = rows.next_multiple_of(COLUMNS);
        let (all, hidden) = (network.layers(), &network.layers()[..network.layers().len() - 1]);
        let turned = |layer: &super::LayerShape| Matrix::zeros(layer.outputs, columns);
        let output = || Matrix::zeros(columns, network.outputs());
        Self {
            inputs: Matrix::zeros(network.inputs(), columns),
            nets: all.iter().map(turned).collect(),
            outputs: hidden.iter().map(turned).collect(),
            signals: hidden.iter().map(|layer| Matrix::zeros(columns, layer.outputs)).collect(),
            deltas: all.iter().map(turned).collect(),
            logits: output(),
            predictions: output(),
            delta: output(),
            gradients: vec![R::ZERO; network.parameters().len()],
        }
    }

    /// The forward pass; leaves the logits in `logits`.
    pub(crate) fn forward(&mut self, network: &Network<R>, batch: &Batch<'_, R>) {
        self.inputs.transpose_from(batch.inputs);
        let last = self.nets.len() - 1;
        for index in 0..=last {
            let layer = network.layer(index);
            let before = if index == 0 { &self.inputs } else { &self.outputs[index - 1] };
            let nets = &mut self.nets[index];
            product_unpacked(nets.view_mut(), layer.weights, before.view(), Some(layer.biases));
            if index < last {
                layer.activation.apply(nets.as_slice(), self.outputs[index].as_mut_slice());
                self.signals[index].transpose_from(self.outputs[index].view());
            }
        }
        self.logits.transpose_from(self.nets[last].view());
    }

    /// What a loss is told of the batch, and where it writes.
    pub(crate) fn outputs<'a>(&'a mut self, batch: &'a Batch<'_, R>) -> (Outputs<'a, R>, Gradient<'a, R>) {
        let (n, width) = (batch.rows(), self.logits.columns());
        let logits = self.logits.rows_slice(0..n);
        let outputs = Outputs { logits, targets: batch.targets, weights: batch.weights, width };
        let predictions = self.predictions.rows_slice_mut(0..n);
        (outputs, Gradient { predictions, delta: self.delta.rows_slice_mut(0..n) })
    }

    /// The backward pass, from the loss's `delta` to `gradients`.
    pub(crate) fn backward(&mut self, network: &Network<R>, batch: &Batch<'_, R>) {
        let n = batch.rows();
        let last = self.deltas.len() - 1;
        self.deltas[last].transpose_from(self.delta.view());
        for index in (0..=last).rev() {
            let (before, here) = self.deltas.split_at_mut(index);
            let (layer, delta) = (network.layer(index), &here[0]);
            let (d_weights, d_biases) = network.layers()[index].split_mut(&mut self.gradients);
            let signals = if index == 0 { batch.inputs } else { self.signals[index - 1].top(n) };
            let shape = (delta.rows(), n);
            let of_the_batch = MatrixView::with_strides(delta.as_slice(), shape, (delta.columns(), 1));
            let (units, inputs) = (layer.weights.rows(), layer.weights.columns());
            let d_weights = MatrixViewMut::from_slice(d_weights, units, inputs);
            product_unpacked(d_weights, of_the_batch, signals, None);
            for (sum, delta) in d_biases.iter_mut().zip(delta.iter_rows()) {
                *sum = delta[..n].iter().fold(R::ZERO, |sum, &delta| sum + delta);
            }
            if let Some(before) = before.last_mut() {
                product_unpacked(before.view_mut(), layer.weights.transposed(), delta.view(), None);
                let activation = network.layer(index - 1).activation;
                let (nets, outputs) = (&self.nets[index - 1], &self.outputs[index - 1]);
                activation.multiply_by_slope(before.as_mut_slice(), nets.as_slice(), outputs.as_slice());
            }
        }
    }
}
