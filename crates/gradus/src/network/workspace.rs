//! Everything that a training step needs, allocated once: the trace of a batch on its way forward and back.

use super::{LayerShape, Network, PackedWeights};
use crate::random::{Purpose, Random};
use crate::{Matrix, MatrixView, Real};
use gradus_kernels::{Aligned, Operands, Panels};

/// Buffers for batches of up to `capacity` examples. A short last batch uses the first rows of each.
#[derive(Clone, Debug)]
pub struct Workspace<R> {
    /// Per layer the net inputs, (capacity, outputs); the last are the logits.
    pub nets: Vec<Matrix<R>>,
    /// Per hidden layer its outputs g(net), (capacity, outputs).
    pub outputs: Vec<Matrix<R>>,
    /// Per hidden layer outputs ⊙ mask: what the next layer is given under dropout; empty without.
    pub dropped: Vec<Matrix<R>>,
    /// Per hidden layer the dropout mask, 0 or 1/(1 − p), (capacity, outputs); empty without dropout.
    pub masks: Vec<Matrix<R>>,
    /// link(logits), (capacity, outputs).
    pub predictions: Matrix<R>,
    /// Per layer Δ = ∂E/∂net, (capacity, outputs).
    pub deltas: Vec<Matrix<R>>,
    /// ∂E/∂w for every parameter, in the layout of the network's buffer.
    pub gradients: Aligned<R>,
    /// The weights of the network in the form that products read; empty where passes are given them.
    pub(crate) weights: PackedWeights<R>,
    /// What one layer at a time was given (n, inputs), as far as it is packed: the right operand of its gradient.
    pub(super) signals: Panels<R>,
    /// Σ over the batch of one layer's Δ at a time, (outputs).
    pub(super) bias_sums: Vec<R>,
}

impl<R: Real> Workspace<R> {
    /// Buffers for batches of up to `capacity` examples through `network`.
    pub fn new(network: &Network<R>, capacity: usize, with_dropout: bool) -> Self {
        Self::with_operands(network, capacity, with_dropout, Operands::Same)
    }

    /// The same for products whose operands are rounded to bf16.
    ///
    /// # Panics
    /// If they are, and the network's numbers are not f32.
    pub fn with_operands(
        network: &Network<R>,
        capacity: usize,
        with_dropout: bool,
        operands: Operands,
    ) -> Self {
        let weights = PackedWeights::new(network, operands);
        Self { weights, ..Self::without_weights(network, capacity, with_dropout, operands) }
    }

    /// The same without room for packed weights, for passes that are given them.
    pub(crate) fn without_weights(
        network: &Network<R>,
        capacity: usize,
        with_dropout: bool,
        operands: Operands,
    ) -> Self {
        let (hidden, all) = (&network.layers()[..network.layers().len() - 1], network.layers());
        let dropout: &[LayerShape] = if with_dropout { hidden } else { &[] };
        let most = |columns: &dyn Fn(&LayerShape) -> usize| all.iter().map(columns).max().unwrap_or(0);
        let packed = most(&|layer| Panels::<R>::rest(operands, layer.inputs));
        Self {
            nets: buffers(all, capacity),
            outputs: buffers(hidden, capacity),
            dropped: buffers(dropout, capacity),
            masks: buffers(dropout, capacity),
            predictions: Matrix::zeros(capacity, network.outputs()),
            deltas: buffers(all, capacity),
            gradients: Aligned::filled(R::ZERO, network.parameters().len()),
            weights: PackedWeights::default(),
            signals: Panels::of(operands, capacity, packed),
            bias_sums: vec![R::ZERO; most(&|layer| layer.outputs)],
        }
    }

    /// What layer `index` was given by the one before, (n, inputs); `inputs` for the first.
    pub(super) fn signals<'a>(&'a self, index: usize, inputs: MatrixView<'a, R>) -> MatrixView<'a, R> {
        match index.checked_sub(1) {
            None => inputs,
            Some(before) => self.dropped.get(before).unwrap_or(&self.outputs[before]).top(inputs.rows()),
        }
    }

    /// The raw outputs of the last forward pass, (rows, outputs).
    pub fn logits(&self, rows: usize) -> &[R] {
        let last = &self.nets[self.nets.len() - 1];
        last.rows_slice(0..rows)
    }

    /// Bytes that a workspace for these layers and this capacity takes at most, without packed weights: with all that a layer is
    /// given packed.
    pub(crate) fn bytes(layers: &[LayerShape], capacity: usize, with_dropout: bool) -> u128 {
        let buffers_per_unit = if with_dropout { 5 } else { 3 };
        let per_example: u128 = layers.iter().map(|layer| layer.outputs as u128 * buffers_per_unit).sum();
        let widest = layers.iter().map(|layer| layer.inputs as u128).max().unwrap_or(0);
        let gradients = layers.last().map_or(0, |layer| layer.biases.end) as u128;
        let numbers = (per_example + widest) * capacity as u128 + gradients;
        numbers * size_of::<R>() as u128
    }
}

fn buffers<R: Real>(layers: &[LayerShape], capacity: usize) -> Vec<Matrix<R>> {
    layers.iter().map(|layer| Matrix::zeros(capacity, layer.outputs)).collect()
}

/// Dropout (Srivastava et al. 2014): in training each hidden unit is silent with probability p, and the others are
/// scaled by 1/(1 − p), so that nothing has to change when the network is used.
#[derive(Clone, Copy, Debug)]
pub struct Dropout {
    /// p, in [0, 1).
    pub probability: f64,
    /// With the step's index it decides which units are silent.
    pub seed: u64,
}

/// Dropout at one place of a run: masks are f(seed, step, row).
#[derive(Clone, Copy, Debug)]
pub struct DropoutAt {
    /// Which units, with which probability.
    pub dropout: Dropout,
    /// The update's number.
    pub step: u64,
    /// The place in its batch of the first row that they are drawn for.
    pub row: u64,
}

/// Units whose masks are drawn from one stretch of random bytes.
const UNITS_AT_A_TIME: usize = 1024;

impl DropoutAt {
    /// Draws the masks for `rows` examples.
    pub(super) fn draw<R: Real>(self, masks: &mut [Matrix<R>], rows: usize) {
        let Dropout { probability, seed } = self.dropout;
        let mut random = Random::part(seed, Purpose::Dropout, self.step, self.row);
        let keep = R::from_f64(1.0 / (1.0 - probability));
        // 16 random bits decide over a unit: p is kept to 1/65,536, at half the cost of a whole word.
        let silent_below = (probability * 65_536.0).round() as u32;
        let mut bytes = [0_u8; 2 * UNITS_AT_A_TIME];
        for mask in masks {
            for units in mask.rows_slice_mut(0..rows).chunks_mut(UNITS_AT_A_TIME) {
                let bytes = &mut bytes[..2 * units.len()];
                random.fill(bytes);
                for (unit, pair) in units.iter_mut().zip(bytes.as_chunks::<2>().0) {
                    let bits = u32::from(u16::from_le_bytes(*pair));
                    *unit = if bits < silent_below { R::ZERO } else { keep };
                }
            }
        }
    }
}
