//! A narrow network's way, turned: one unit to a row, one example to a column.
//!
//! In a network whose layers are narrower than a few registers, registers are filled with examples instead of units, and
//! nothing is packed: the weights are read where they lie. A batch goes through in pieces so small that all that a piece leaves
//! behind is still in the nearer caches when it is used on the way back. The sums of a gradient are those of
//! [`forward`](super::forward) and [`backward`](super::backward), in the same order: the two ways give the same bits. The loss,
//! which is told and teaches nothing, is added up by pieces.

use super::{LayerShape, Network};
use crate::data::Batch;
use crate::loss::{Gradient, Outputs};
use crate::{Matrix, MatrixView, MatrixViewMut, Real};
use gradus_kernels::{Chain, DEPTH, elementwise, product_unpacked, reduce};

/// The widest layer that gains by it: found with `cargo bench -p gradus-benches --bench step`.
const WIDEST: usize = 32;
/// Examples of a piece, at most: a part of a block without a rest, and a whole number of registers everywhere.
const PIECE: usize = 64;
/// Examples whose part of the gradient is one chain of multiply-adds.
const BLOCK: usize = DEPTH;
/// Columns are made in multiples of this: a register of the smallest processors, half of one or less elsewhere.
const COLUMNS: usize = 4;

/// Buffers for the pieces of a batch, allocated once. What lies in columns beyond a piece's examples means nothing.
#[derive(Clone, Debug)]
pub(crate) struct Narrow<R> {
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
    /// The part of one block after the first, until it is whole; empty where there is only one.
    block: Vec<R>,
}

impl<R: Real> Narrow<R> {
    /// Whether a network with these layers gains by it: where a layer is wide, packing pays.
    pub(crate) fn suits(layers: &[LayerShape]) -> bool {
        layers.iter().all(|layer| layer.inputs.max(layer.outputs) <= WIDEST)
    }

    /// Buffers for batches of up to `rows` examples through `network`.
    pub(crate) fn new(network: &Network<R>, rows: usize) -> Self {
        let columns = columns(rows);
        let (all, hidden) = (network.layers(), &network.layers()[..network.layers().len() - 1]);
        let turned = |layer: &LayerShape| Matrix::zeros(layer.outputs, columns);
        let output = || Matrix::zeros(columns, network.outputs());
        let n = network.parameters().len();
        Self {
            inputs: Matrix::zeros(network.inputs(), columns),
            nets: all.iter().map(turned).collect(),
            outputs: hidden.iter().map(turned).collect(),
            signals: hidden.iter().map(|layer| Matrix::zeros(columns, layer.outputs)).collect(),
            deltas: all.iter().map(turned).collect(),
            logits: output(),
            predictions: output(),
            delta: output(),
            gradients: vec![R::ZERO; n],
            block: vec![R::ZERO; if rows > BLOCK { n } else { 0 }],
        }
    }

    /// Bytes that they take for these layers.
    pub(crate) fn bytes(layers: &[LayerShape], rows: usize) -> u128 {
        let (inputs, outputs) = match layers {
            [first, .., last] | [first @ last] => (first.inputs, last.outputs),
            [] => return 0,
        };
        let units: usize = layers.iter().map(|layer| layer.outputs).sum();
        let columns = inputs + 2 * units + 2 * (units - outputs) + 3 * outputs;
        let parameters = layers.last().map_or(0, |layer| layer.biases.end);
        let numbers = columns * self::columns(rows) + parameters * if rows > BLOCK { 2 } else { 1 };
        (numbers * size_of::<R>()) as u128
    }

    /// The loss of a batch, the sum over its pieces of what `evaluate` says of each; fills `gradients`.
    pub(crate) fn gradient(
        &mut self,
        network: &Network<R>,
        batch: &Batch<'_, R>,
        evaluate: impl Fn(&Outputs<'_, R>, Gradient<'_, R>) -> f64,
    ) -> f64 {
        let mut loss = 0.0;
        self.gradients.fill(R::ZERO);
        for (index, block) in batch.parts(BLOCK).enumerate() {
            let is_first = index == 0;
            let mut chain = Chain::Begins;
            for piece in block.parts(PIECE) {
                self.forward(network, &piece);
                let (outputs, gradient) = self.outputs(&piece);
                loss += evaluate(&outputs, gradient);
                self.backward(network, &piece, chain, is_first);
                chain = Chain::GoesOn;
            }
            if !is_first {
                for layer in network.layers() {
                    let weights = layer.weights.clone();
                    elementwise::axpy(&mut self.gradients[weights.clone()], R::ONE, &self.block[weights]);
                }
            }
        }
        loss
    }

    /// The forward pass; leaves the logits in `logits`.
    fn forward(&mut self, network: &Network<R>, piece: &Batch<'_, R>) {
        self.inputs.transpose_from(piece.inputs);
        let last = self.nets.len() - 1;
        for index in 0..=last {
            let layer = network.layer(index);
            let before = if index == 0 { &self.inputs } else { &self.outputs[index - 1] };
            let nets = &mut self.nets[index];
            let biases = Some(layer.biases);
            product_unpacked(nets.view_mut(), layer.weights, before.view(), Chain::Begins, biases);
            if index < last {
                layer.activation.apply(nets.as_slice(), self.outputs[index].as_mut_slice());
                self.signals[index].transpose_from(self.outputs[index].view());
            }
        }
        self.logits.transpose_from(self.nets[last].view());
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
    fn backward(&mut self, network: &Network<R>, piece: &Batch<'_, R>, chain: Chain, is_first: bool) {
        let n = piece.rows();
        let last = self.deltas.len() - 1;
        self.deltas[last].transpose_from(self.delta.view());
        for index in (0..=last).rev() {
            let (before, here) = self.deltas.split_at_mut(index);
            let (layer, delta, shape) = (network.layer(index), &here[0], &network.layers()[index]);
            let signals = if index == 0 { piece.inputs } else { self.signals[index - 1].top(n) };
            let of_the_piece =
                MatrixView::with_strides(delta.as_slice(), (shape.outputs, n), (delta.columns(), 1));
            let block = if is_first { &mut self.gradients } else { &mut self.block };
            let d_weights = &mut block[shape.weights.clone()];
            let d_weights = MatrixViewMut::from_slice(d_weights, shape.outputs, shape.inputs);
            product_unpacked(d_weights, of_the_piece, signals, chain, None);
            reduce::add_row_sums(&mut self.gradients[shape.biases.clone()], of_the_piece);
            if let Some(before) = before.last_mut() {
                let weights = layer.weights.transposed();
                product_unpacked(before.view_mut(), weights, delta.view(), Chain::Begins, None);
                let activation = network.layer(index - 1).activation;
                let (nets, outputs) = (&self.nets[index - 1], &self.outputs[index - 1]);
                activation.multiply_by_slope(before.as_mut_slice(), nets.as_slice(), outputs.as_slice());
            }
        }
    }
}

/// Columns of the buffers for batches of so many rows.
fn columns(rows: usize) -> usize {
    rows.min(PIECE).next_multiple_of(COLUMNS)
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
            let matrices = [&made.nets, &made.outputs, &made.signals, &made.deltas].into_iter().flatten();
            let others = [&made.inputs, &made.logits, &made.predictions, &made.delta];
            let numbers: usize = matrices.chain(others).map(|matrix| matrix.as_slice().len()).sum();
            let taken = 4 * (numbers + made.gradients.len() + made.block.len());
            assert_eq!(Narrow::<f32>::bytes(network.layers(), rows), taken as u128, "{units:?}, {rows} rows");
        }
    }
}
