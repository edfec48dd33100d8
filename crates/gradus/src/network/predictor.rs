//! Prediction: a = g(W·a + b) layer after layer, without a trace.
//!
//! Nothing is learned from the rows, so the net inputs and outputs of every layer need not be kept: one buffer for the net
//! inputs of a layer and one for its outputs, which are the next layer's inputs, serve them all. The weights are packed once
//! and stay so from one call to the next.
//!
//! Each row is computed by itself, whichever rows come with it: its bits depend on neither their number nor the threads.

use super::forward::ROWS_OF_A_PART;
use super::{LayerShape, Link, Network};
use crate::{Matrix, MatrixView, MatrixViewMut, Real};
use gradus_kernels::{Onto, Panels, Split, product_with, share, threads_for};

/// Rows that a thread takes through all layers at a time: constant, so that memory is bounded whatever the number of examples.
const ROWS_OF_A_THREAD: usize = 256;

/// A network's weights and the buffers of a forward pass. It predicts what the network did when its weights were taken.
///
/// ```
/// use gradus::network::{Activation, Architecture, Link, Network, Predictor};
///
/// let architecture =
///     Architecture { inputs: 3, hidden: vec![(16, Activation::Tanh)], outputs: 2, link: Link::Softmax };
/// let network = Network::<f32>::new(&architecture, None, 1)?;
/// let mut predictor = Predictor::new(&network);
/// let mut probabilities = [0.0; 2];
/// for row in [[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]] {
///     predictor.predict_row(&row, &mut probabilities);
///     assert!((probabilities[0] + probabilities[1] - 1.0).abs() < 1e-6);
/// }
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Predictor<R> {
    layers: Vec<PackedLayer<R>>,
    link: Link,
    n_parameters: usize,
    /// (capacity · widest): net inputs of the layer at hand.
    nets: Vec<R>,
    /// (capacity · widest): outputs of the layer at hand, which the next one is given.
    outputs: Vec<R>,
}

/// What a forward pass needs of a layer.
#[derive(Clone, Debug)]
struct PackedLayer<R> {
    shape: LayerShape,
    /// Wᵀ (inputs, outputs).
    weights: Panels<R>,
    /// (outputs)
    biases: Vec<R>,
}

impl<R: Real> Predictor<R> {
    /// A predictor with the weights that `network` has now. Buffers are made by the first call that needs them.
    pub fn new(network: &Network<R>) -> Self {
        let empty = |layer: &LayerShape| PackedLayer {
            shape: layer.clone(),
            weights: Panels::default(),
            biases: vec![R::ZERO; layer.outputs],
        };
        let mut predictor = Self {
            layers: network.layers().iter().map(empty).collect(),
            link: network.link(),
            n_parameters: network.parameters().len(),
            nets: Vec::new(),
            outputs: Vec::new(),
        };
        predictor.take_weights(network);
        predictor
    }

    /// Takes over the weights that `network` has now, in place of those before; allocates nothing.
    ///
    /// # Panics
    /// If the network has other layers than the one that the predictor was made from.
    pub fn take_weights(&mut self, network: &Network<R>) {
        let same =
            self.link == network.link() && self.layers.iter().map(|layer| &layer.shape).eq(network.layers());
        assert!(same, "a predictor is made for one architecture");
        for (index, packed) in self.layers.iter_mut().enumerate() {
            let layer = network.layer(index);
            packed.weights.pack(layer.weights.transposed());
            packed.biases.copy_from_slice(layer.biases);
        }
    }

    /// Numbers per example.
    pub fn n_inputs(&self) -> usize {
        self.layers[0].shape.inputs
    }

    /// Numbers per prediction.
    pub fn n_outputs(&self) -> usize {
        self.layers[self.layers.len() - 1].shape.outputs
    }

    /// The network's predictions for `inputs` (n, inputs): (n, outputs), after the link.
    ///
    /// # Panics
    /// If the inputs are not as many per row as the network has.
    pub fn predict(&mut self, inputs: MatrixView<'_, R>) -> Matrix<R> {
        let mut predictions = Matrix::zeros(inputs.rows(), self.n_outputs());
        self.predict_into(inputs, predictions.as_mut_slice());
        predictions
    }

    /// As [`predict`](Self::predict), into (n · outputs) numbers that are there, row after row. Allocates nothing but, in the
    /// first call with so many rows, its buffers.
    ///
    /// # Panics
    /// As [`predict`](Self::predict); and if there is not a place for each prediction.
    pub fn predict_into(&mut self, inputs: MatrixView<'_, R>, predictions: &mut [R]) {
        R::predict(self, inputs, predictions, Some(self.link));
    }

    /// As [`predict_into`](Self::predict_into), for one example: `inputs` (inputs), `prediction` (outputs).
    ///
    /// # Panics
    /// As [`predict_into`](Self::predict_into).
    pub fn predict_row(&mut self, inputs: &[R], prediction: &mut [R]) {
        self.predict_into(MatrixView::from_slice(inputs, 1, inputs.len()), prediction);
    }

    /// As [`predict_into`](Self::predict_into), before the link: what a loss is measured on.
    ///
    /// # Panics
    /// As [`predict_into`](Self::predict_into).
    pub fn logits_into(&mut self, inputs: MatrixView<'_, R>, logits: &mut [R]) {
        R::predict(self, inputs, logits, None);
    }

    pub(crate) fn predict_compiled(
        &mut self,
        inputs: MatrixView<'_, R>,
        predictions: &mut [R],
        link: Option<Link>,
    ) {
        let (n, width) = (inputs.rows(), self.n_outputs());
        assert_eq!(predictions.len(), n * width, "{n} predictions of {width} numbers");
        let threads = threads_for(n.saturating_mul(self.n_parameters));
        let at_a_time = ROWS_OF_A_THREAD * threads;
        let widest = self.reserve(n.min(at_a_time));
        let (mut left, mut predictions) = (inputs, predictions);
        while left.rows() > 0 {
            let n = left.rows().min(at_a_time);
            let (inputs, rest) = left.split_rows(n);
            let (block, later) = predictions.split_at_mut(n * width);
            let (nets, outputs) = (&mut self.nets[..n * widest], &mut self.outputs[..n * widest]);
            let rows = Rows { inputs, predictions: block, width, nets, outputs, widest };
            share(rows, n, ROWS_OF_A_PART, threads, &|rows: Rows<'_, R>| rows.pass(&self.layers, link));
            (left, predictions) = (rest, later);
        }
    }

    /// Makes the buffers large enough for `rows` rows; returns the width of a row in them.
    fn reserve(&mut self, rows: usize) -> usize {
        let widest = self.layers.iter().map(|layer| layer.shape.outputs).max().unwrap_or(0);
        if self.nets.len() < rows * widest {
            self.nets.resize(rows * widest, R::ZERO);
            self.outputs.resize(rows * widest, R::ZERO);
        }
        widest
    }
}

/// Some rows on their way through all layers.
struct Rows<'a, R> {
    /// (n, inputs)
    inputs: MatrixView<'a, R>,
    /// (n · width)
    predictions: &'a mut [R],
    width: usize,
    /// (n · widest)
    nets: &'a mut [R],
    /// (n · widest)
    outputs: &'a mut [R],
    widest: usize,
}

impl<R: Real> Rows<'_, R> {
    fn pass(self, layers: &[PackedLayer<R>], link: Option<Link>) {
        let n = self.inputs.rows();
        let Some((last, hidden)) = layers.split_last() else { return };
        let mut before = self.inputs;
        for layer in hidden {
            let nets = &mut self.nets[..n * layer.shape.outputs];
            layer.net_inputs(before, nets);
            let outputs = &mut self.outputs[..nets.len()];
            layer.shape.activation.apply(nets, outputs);
            before = MatrixView::from_slice(outputs, n, layer.shape.outputs);
        }
        let Some(link) = link else { return last.net_inputs(before, self.predictions) };
        let logits = &mut self.nets[..self.predictions.len()];
        last.net_inputs(before, logits);
        link.apply(logits, self.predictions, self.width);
    }
}

impl<R: Real> PackedLayer<R> {
    /// `nets` (n, outputs) ← `before` (n, inputs) · Wᵀ + b.
    fn net_inputs(&self, before: MatrixView<'_, R>, nets: &mut [R]) {
        let nets = MatrixViewMut::from_slice(nets, before.rows(), self.shape.outputs);
        product_with(nets, before, &self.weights, Onto::Nothing, Some(&self.biases));
    }
}

impl<R: Real> Split for Rows<'_, R> {
    fn split_at(self, row: usize) -> (Self, Self) {
        let Self { inputs, predictions, width, nets, outputs, widest } = self;
        let (inputs_low, inputs_high) = inputs.split_rows(row);
        let (predictions_low, predictions_high) = predictions.split_at_mut(row * width);
        let (nets_low, nets_high) = nets.split_at_mut(row * widest);
        let (outputs_low, outputs_high) = outputs.split_at_mut(row * widest);
        let part =
            |inputs, predictions, nets, outputs| Self { inputs, predictions, width, nets, outputs, widest };
        (
            part(inputs_low, predictions_low, nets_low, outputs_low),
            part(inputs_high, predictions_high, nets_high, outputs_high),
        )
    }
}
