//! A narrow network's way: rows of whole registers instead of panels, and a batch in pieces.
//!
//! In a network whose layers are a few registers wide, a panel of columns would be filled by a part, and to pack outputs and Δ
//! would cost as much as to multiply them. Here the rows of all matrices are padded to whole registers instead. Weights are brought
//! into that form once a step, outputs and Δ are computed in it, and products take them where they lie. Pieces are so small that
//! all that one leaves behind is still in the nearest caches when it is used on the way back. The sums of a gradient are those of
//! [`forward`](super::forward) and [`backward`](super::backward), in the same order: the two ways give the same bits. The loss, which
//! is told and teaches nothing, is added up by pieces.

use super::{LayerShape, Network};
use crate::data::Batch;
use crate::loss::{Gradient, Outputs};
use crate::{Matrix, MatrixView, Real};
use gradus_kernels::{
    Aligned, Chain, DEPTH, MatrixViewMut, Onto, elementwise, padded, product_unpacked, reduce,
};
use std::ops::Range;

/// The widest layer that gains by it. This and what follows was found on the networks of `cargo bench -p gradus-benches --bench step`,
/// the two ways taking turns.
const WIDEST: usize = 32;
/// Parameters for each example of a batch, beyond which padding them takes longer than it saves, and examples that a batch of
/// fewer counts as.
const PARAMETERS_OF_AN_EXAMPLE: usize = 60;
const FEWEST_EXAMPLES: usize = 16;
/// Examples of a piece, at most: a part of a block without a rest.
const PIECE: usize = 64;
/// Examples whose part of the gradient is one chain of multiply-adds.
const BLOCK: usize = DEPTH;

/// Buffers for the pieces of a batch, allocated once.
#[derive(Clone, Debug)]
pub(crate) struct Narrow<R> {
    layers: Vec<NarrowLayer<R>>,
    /// The output layer as losses take it, without padding: (rows, outputs) each.
    logits: Matrix<R>,
    predictions: Matrix<R>,
    delta: Matrix<R>,
    /// ∂E/∂W and ∂E/∂b of each layer for the block at hand, as far as their chains have come, padded like the layers' matrices.
    block: Aligned<R>,
    /// The same of all blocks before it.
    pub(crate) sums: Aligned<R>,
    /// ∂E/∂w for every parameter, in the layout of the network's buffer.
    pub(crate) gradients: Aligned<R>,
}

/// A layer's weights, and what a piece leaves behind in it. Rows are padded; what lies in the padding means nothing.
#[derive(Clone, Debug)]
struct NarrowLayer<R> {
    shape: LayerShape,
    /// Wᵀ (inputs, units) and, in a last row, the biases.
    forward: Matrix<R>,
    /// W (units, inputs), as Δ is multiplied by it; empty in the first layer.
    backward: Matrix<R>,
    /// Of a hidden layer the net inputs, (rows, units).
    nets: Matrix<R>,
    /// Of a hidden layer g(net), (rows, units).
    outputs: Matrix<R>,
    /// Δ (rows, units); of the output layer only where the gradient is turned.
    delta: Matrix<R>,
    /// Where ∂E/∂W lies among the sums of a gradient: (units, inputs) or, turned, (inputs, units).
    d_weights: Range<usize>,
    /// Where ∂E/∂b lies: (units).
    d_biases: Range<usize>,
    is_turned: bool,
}

/// Rows and columns of the matrices of layer `index`, in the order of the fields, those of ∂E/∂W, and whether that is turned: where it
/// takes fewer registers, and in the first layer, whose inputs are not padded.
fn sizes<R: Real>(
    layers: &[LayerShape],
    index: usize,
    rows: usize,
) -> ([(usize, usize); 5], (usize, usize), bool) {
    let LayerShape { inputs, outputs, .. } = layers[index];
    let (padded_inputs, padded_outputs) = (padded::<R>(inputs), padded::<R>(outputs));
    let is_turned = index == 0 || inputs * padded_outputs < outputs * padded_inputs;
    let only_if = |is_there: bool, rows: usize| if is_there { rows } else { 0 };
    let is_hidden = index + 1 < layers.len();
    let sizes = [
        (inputs + 1, padded_outputs),
        (only_if(index > 0, outputs), padded_inputs),
        (only_if(is_hidden, rows), padded_outputs),
        (only_if(is_hidden, rows), padded_outputs),
        (only_if(is_hidden || is_turned, rows), padded_outputs),
    ];
    let d_weights = if is_turned { (inputs, padded_outputs) } else { (outputs, padded_inputs) };
    (sizes, d_weights, is_turned)
}

impl<R: Real> NarrowLayer<R> {
    /// Layer `index`, with its gradient from `start` on among the sums.
    fn new(layers: &[LayerShape], index: usize, rows: usize, start: usize) -> Self {
        let (sizes, d_weights, is_turned) = sizes::<R>(layers, index, rows);
        let [forward, backward, nets, outputs, delta] =
            sizes.map(|(rows, columns)| Matrix::zeros(rows, columns));
        let d_weights = start..start + d_weights.0 * d_weights.1;
        let d_biases = d_weights.end..d_weights.end + forward.columns();
        let shape = layers[index].clone();
        Self { shape, forward, backward, nets, outputs, delta, d_weights, d_biases, is_turned }
    }

    /// Takes over the layer's parameters.
    fn take(&mut self, parameters: &[R]) {
        let LayerShape { inputs, outputs, weights, biases, .. } = &self.shape;
        let (weights, biases) = (&parameters[weights.clone()], &parameters[biases.clone()]);
        let (forward_row, backward_row) = (self.forward.columns(), self.backward.columns());
        let (forward, backward) = (self.forward.as_mut_slice(), self.backward.as_mut_slice());
        let mut from = 0;
        // Number by number: so few are moved faster than a copy of any length is called.
        for unit in 0..*outputs {
            let mut to = unit;
            for input in 0..*inputs {
                forward[to] = weights[from];
                if !backward.is_empty() {
                    backward[unit * backward_row + input] = weights[from];
                }
                (from, to) = (from + 1, to + forward_row);
            }
            forward[to] = biases[unit];
        }
    }

    /// Rows and columns of ∂E/∂W.
    fn d_weights_shape(&self) -> (usize, usize) {
        let rows = if self.is_turned { self.shape.inputs } else { self.shape.outputs };
        (rows, self.d_weights.len() / rows)
    }

    /// Brings the layer's gradient from `sums` to its place in `gradients`, without the padding.
    fn unpad(&self, sums: &[R], gradients: &mut [R]) {
        let (d_weights, row) = (&sums[self.d_weights.clone()], self.d_weights_shape().1);
        let (of_unit, of_input) = if self.is_turned { (1, row) } else { (row, 1) };
        let (gradients, of_biases) = self.shape.split_mut(gradients);
        of_biases.copy_from_slice(&sums[self.d_biases.clone()][..of_biases.len()]);
        let mut to = 0;
        for unit in 0..self.shape.outputs {
            let mut from = unit * of_unit;
            for _ in 0..self.shape.inputs {
                gradients[to] = d_weights[from];
                (from, to) = (from + of_input, to + 1);
            }
        }
    }

    /// Some rows of a padded matrix, without the padding.
    fn units<'a>(&self, matrix: &'a Matrix<R>, rows: usize) -> MatrixView<'a, R> {
        matrix.top(rows).left(self.shape.outputs)
    }
}

impl<R: Real> Narrow<R> {
    /// Whether batches of `rows` through a network with these layers gain by it: where a layer is wide, panels pay.
    pub(crate) fn suits(layers: &[LayerShape], rows: usize) -> bool {
        let parameters = layers.last().map_or(0, |layer| layer.biases.end);
        layers.iter().all(|layer| layer.inputs.max(layer.outputs) <= WIDEST)
            && parameters <= PARAMETERS_OF_AN_EXAMPLE.saturating_mul(rows.max(FEWEST_EXAMPLES))
    }

    /// Buffers for batches of up to `rows` examples through `network`.
    pub(crate) fn new(network: &Network<R>, rows: usize) -> Self {
        let rows = rows.min(PIECE);
        let output = || Matrix::zeros(rows, network.outputs());
        let mut layers: Vec<NarrowLayer<R>> = Vec::with_capacity(network.layers().len());
        for index in 0..network.layers().len() {
            let start = layers.last().map_or(0, |before| before.d_biases.end);
            layers.push(NarrowLayer::new(network.layers(), index, rows, start));
        }
        let sums = Aligned::filled(R::ZERO, layers.last().map_or(0, |layer| layer.d_biases.end));
        Self {
            layers,
            logits: output(),
            predictions: output(),
            delta: output(),
            block: sums.clone(),
            sums,
            gradients: Aligned::filled(R::ZERO, network.parameters().len()),
        }
    }

    /// Bytes that they take for these layers.
    pub(crate) fn bytes(layers: &[LayerShape], rows: usize) -> u128 {
        let (rows, outputs) = (rows.min(PIECE), layers.last().map_or(0, |layer| layer.outputs));
        let of_layer = |index: usize| {
            let (sizes, d_weights, _) = sizes::<R>(layers, index, rows);
            let matrices: usize = sizes.iter().map(|(rows, columns)| rows * columns).sum();
            matrices + 2 * (d_weights.0 * d_weights.1 + padded::<R>(layers[index].outputs))
        };
        let parameters = layers.last().map_or(0, |layer| layer.biases.end);
        let numbers = (0..layers.len()).map(of_layer).sum::<usize>() + 3 * rows * outputs + parameters;
        (numbers * size_of::<R>()) as u128
    }

    /// Takes over the network's parameters.
    pub(crate) fn take(&mut self, network: &Network<R>) {
        self.layers.iter_mut().for_each(|layer| layer.take(network.parameters()));
    }

    /// The loss of a batch through the network of [`take`](Self::take), the sum over its pieces of what `evaluate` says of each; leaves
    /// its gradient in `sums`, or adds it to the one that is there.
    pub(crate) fn gradient(
        &mut self,
        batch: &Batch<'_, R>,
        onto: Onto,
        evaluate: impl Fn(&Outputs<'_, R>, Gradient<'_, R>) -> f64,
    ) -> f64 {
        let mut loss = 0.0;
        for (index, block) in batch.parts(BLOCK).enumerate() {
            let mut chain = Chain::Begins;
            for piece in block.parts(PIECE) {
                self.forward(&piece);
                let (outputs, gradient) = self.outputs(&piece);
                loss += evaluate(&outputs, gradient);
                self.backward(&piece, chain);
                chain = Chain::GoesOn;
            }
            match (index, onto) {
                (0, Onto::Nothing) => std::mem::swap(&mut self.sums, &mut self.block),
                _ => elementwise::axpy(&mut self.sums, R::ONE, &self.block),
            }
        }
        loss
    }

    /// Brings the gradient from `sums` to `gradients`, as the network has its parameters.
    pub(crate) fn unpad(&mut self) {
        self.layers.iter().for_each(|layer| layer.unpad(&self.sums, &mut self.gradients));
    }

    /// The forward pass; leaves the logits in `logits`.
    fn forward(&mut self, piece: &Batch<'_, R>) {
        let (n, last) = (piece.rows(), self.layers.len() - 1);
        for index in 0..=last {
            let (before, here) = self.layers.split_at_mut(index);
            let layer = &mut here[0];
            let signals = before.last().map_or(piece.inputs, |before| before.units(&before.outputs, n));
            let (weights, biases) =
                (layer.forward.top(layer.shape.inputs), layer.forward.row(layer.shape.inputs));
            let nets = if index < last { layer.nets.top_mut(n) } else { self.logits.top_mut(n) };
            product_unpacked(nets, signals, weights, Chain::Begins, Some(biases));
            if index < last {
                let (nets, outputs) = (layer.nets.rows_slice(0..n), layer.outputs.rows_slice_mut(0..n));
                layer.shape.activation.apply(nets, outputs);
            }
        }
    }

    /// What a loss is told of a piece, and where it writes.
    fn outputs<'a>(&'a mut self, piece: &'a Batch<'_, R>) -> (Outputs<'a, R>, Gradient<'a, R>) {
        let (n, width) = (piece.rows(), self.logits.columns());
        let logits = self.logits.rows_slice(0..n);
        let outputs = Outputs { logits, targets: piece.targets, weights: piece.weights, width };
        let predictions = self.predictions.rows_slice_mut(0..n);
        (outputs, Gradient { predictions, delta: self.delta.rows_slice_mut(0..n) })
    }

    /// The backward pass, from the loss's `delta` to the gradient of the block.
    fn backward(&mut self, piece: &Batch<'_, R>, chain: Chain) {
        let (n, last) = (piece.rows(), self.layers.len() - 1);
        for index in (0..=last).rev() {
            let (before, here) = self.layers.split_at_mut(index);
            let layer = &mut here[0];
            if index == last && layer.is_turned {
                let rows = layer.delta.as_mut_slice().chunks_exact_mut(layer.forward.columns());
                for (row, delta) in rows.zip(self.delta.iter_rows()) {
                    row[..delta.len()].copy_from_slice(delta);
                }
            }
            let delta =
                if index == last { self.delta.top(n) } else { layer.delta.top(n).left(layer.shape.outputs) };
            let d_biases = &mut self.block[layer.d_biases.clone()][..layer.shape.outputs];
            if chain == Chain::Begins {
                d_biases.fill(R::ZERO);
            }
            reduce::add_column_sums(d_biases, delta);
            let (rows, columns) = layer.d_weights_shape();
            let d_weights =
                MatrixViewMut::from_slice(&mut self.block[layer.d_weights.clone()], rows, columns);
            match before.last() {
                Some(before) if !layer.is_turned => {
                    product_unpacked(d_weights, delta.transposed(), before.outputs.top(n), chain, None);
                }
                before => {
                    let signals = before.map_or(piece.inputs, |before| before.units(&before.outputs, n));
                    product_unpacked(d_weights, signals.transposed(), layer.delta.top(n), chain, None);
                }
            }
            if let Some(before) = before.last_mut() {
                product_unpacked(before.delta.top_mut(n), delta, layer.backward.view(), Chain::Begins, None);
                let (nets, outputs) = (before.nets.rows_slice(0..n), before.outputs.rows_slice(0..n));
                before.shape.activation.multiply_by_slope(before.delta.rows_slice_mut(0..n), nets, outputs);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::{Activation, Architecture};

    #[test]
    fn the_bytes_told_are_those_taken() {
        for (units, rows) in [(vec![], 1), (vec![5], 10), (vec![8, 3], 64), (vec![32, 16], 1000)] {
            let hidden = units.iter().map(|&units| (units, Activation::Tanh)).collect();
            let link = crate::network::Link::IDENTITY;
            let network =
                Network::<f32>::new(&Architecture { inputs: 3, hidden, outputs: 2, link }, None, 1).unwrap();
            let made = Narrow::new(&network, rows);
            let of_layer = |layer: &NarrowLayer<f32>| {
                let matrices = [&layer.forward, &layer.backward, &layer.nets, &layer.outputs];
                let numbers =
                    matrices.into_iter().chain([&layer.delta]).map(|matrix| matrix.as_slice().len());
                numbers.sum::<usize>()
            };
            let outputs = [&made.logits, &made.predictions, &made.delta];
            let taken = made.layers.iter().map(of_layer).sum::<usize>()
                + outputs.iter().map(|matrix| matrix.as_slice().len()).sum::<usize>()
                + made.block.len()
                + made.sums.len()
                + made.gradients.len();
            assert_eq!(
                Narrow::<f32>::bytes(network.layers(), rows),
                4 * taken as u128,
                "{units:?}, {rows} rows"
            );
        }
    }
}
