//! Prediction: a = g(W·a + b) layer after layer, without a trace.
//!
//! Nothing is learned from the rows, so the net inputs and outputs of every layer need not be kept: each thread takes a few
//! rows at a time through all layers, in one buffer for the net inputs of a layer and one for its outputs, which are the next
//! layer's inputs. The rows may be prepared just then, so that they never leave the thread's cache. The weights are packed
//! once and stay so from one call to the next.
//!
//! Each row is computed by itself, whichever rows come with it: its bits depend on neither their number nor the threads.

use super::forward::ROWS_OF_A_PART;
use super::{LayerShape, Link, Network};
use crate::{Matrix, MatrixView, MatrixViewMut, Real};
use gradus_kernels::{Aligned, Onto, Panels, Split, product_with, share, threads_for};
use std::ops::Range;

/// Rows that a thread takes through all layers at a time: constant, so that memory is bounded whatever the number of examples;
/// 784 inputs of f32 for each fit into the half megabyte of a small second cache, and tiles of 12 or of 6 rows leave none over.
const ROWS_AT_A_TIME: usize = 96;

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
    /// What the threads compute in, one after the other: a few rows of inputs, if they are prepared, of net inputs and of
    /// outputs, each as wide as the widest layer.
    buffers: Aligned<R>,
}

/// Writes the inputs of some rows, row after row: (rows · inputs) numbers.
pub type Prepare<'a, R> = dyn Fn(Range<usize>, &mut [R]) + Sync + 'a;

/// Where inputs come from.
#[derive(Clone, Copy)]
pub enum Source<'a, R> {
    /// They are there: (rows, inputs).
    Matrix(MatrixView<'a, R>),
    /// So many rows, of which some are written when it is their turn.
    Prepared(usize, &'a Prepare<'a, R>),
}

/// What a forward pass needs of a layer.
#[derive(Clone, Debug)]
struct PackedLayer<R> {
    shape: LayerShape,
    /// Wᵀ (inputs, outputs).
    weights: Panels<R>,
    /// (outputs)
    biases: Aligned<R>,
}

impl<R: Real> Predictor<R> {
    /// A predictor with the weights that `network` has now. Buffers are made by the first call that needs them.
    pub fn new(network: &Network<R>) -> Self {
        let empty = |layer: &LayerShape| PackedLayer {
            shape: layer.clone(),
            weights: Panels::default(),
            biases: Aligned::filled(R::ZERO, layer.outputs),
        };
        let mut predictor = Self {
            layers: network.layers().iter().map(empty).collect(),
            link: network.link(),
            n_parameters: network.parameters().len(),
            buffers: Aligned::default(),
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
        R::predict(self, Source::Matrix(inputs), predictions, Some(self.link));
    }

    /// As [`predict`](Self::predict), for `rows` rows that `prepare` writes when it is their turn: any thread may ask for any of
    /// them, each once. It is given numbers that mean nothing, and writes over all of them.
    pub fn predict_prepared(&mut self, rows: usize, prepare: &Prepare<'_, R>) -> Matrix<R> {
        let mut predictions = Matrix::zeros(rows, self.n_outputs());
        R::predict(self, Source::Prepared(rows, prepare), predictions.as_mut_slice(), Some(self.link));
        predictions
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
        R::predict(self, Source::Matrix(inputs), logits, None);
    }

    pub(crate) fn predict_compiled(
        &mut self,
        source: Source<'_, R>,
        predictions: &mut [R],
        link: Option<Link>,
    ) {
        let (n, width) = (source.rows(), self.n_outputs());
        assert_eq!(predictions.len(), n * width, "{n} predictions of {width} numbers");
        let threads = threads_for(n.saturating_mul(self.n_parameters));
        let of_a_thread = self.reserve(n, threads, &source);
        let rows = Rows { rows: 0..n, predictions, width, buffers: &mut self.buffers, of_a_thread };
        let layers = &self.layers;
        share(rows, n, ROWS_OF_A_PART, threads, &|rows: Rows<'_, R>| rows.pass(source, layers, link));
    }

    /// Makes the buffers large enough for `threads` threads that share `n` rows; returns how many numbers each has.
    fn reserve(&mut self, n: usize, threads: usize, source: &Source<'_, R>) -> usize {
        let prepared = if let Source::Prepared(..) = source { self.n_inputs() } else { 0 };
        let of_a_thread = n.min(ROWS_AT_A_TIME) * (prepared + 2 * widest(&self.layers));
        self.buffers.lengthen(R::ZERO, of_a_thread * threads);
        of_a_thread
    }
}

impl<R: Real> Source<'_, R> {
    fn rows(&self) -> usize {
        match self {
            Source::Matrix(inputs) => inputs.rows(),
            Source::Prepared(rows, _) => *rows,
        }
    }
}

/// Outputs of the layer that has most.
fn widest<R>(layers: &[PackedLayer<R>]) -> usize {
    layers.iter().map(|layer| layer.shape.outputs).max().unwrap_or(0)
}

/// Some rows on their way through all layers.
struct Rows<'a, R> {
    rows: Range<usize>,
    /// (rows · width)
    predictions: &'a mut [R],
    width: usize,
    /// Those of the thread that has these rows; then those of others.
    buffers: &'a mut [R],
    of_a_thread: usize,
}

impl<R: Real> Rows<'_, R> {
    /// A few rows at a time.
    fn pass(self, source: Source<'_, R>, layers: &[PackedLayer<R>], link: Option<Link>) {
        let few = self.rows.step_by(ROWS_AT_A_TIME);
        for (start, predictions) in few.zip(self.predictions.chunks_mut(ROWS_AT_A_TIME * self.width)) {
            let rows = start..start + predictions.len() / self.width;
            let (inputs, buffers) = inputs_of(source, rows, layers[0].shape.inputs, self.buffers);
            forward(layers, inputs, buffers, link, predictions);
        }
    }
}

/// The inputs of some rows, and what is left of the buffers.
fn inputs_of<'a, R: Real>(
    source: Source<'a, R>,
    rows: Range<usize>,
    width: usize,
    buffers: &'a mut [R],
) -> (MatrixView<'a, R>, &'a mut [R]) {
    let n = rows.len();
    match source {
        Source::Matrix(inputs) => (inputs.split_rows(rows.start).1.split_rows(n).0, buffers),
        Source::Prepared(_, prepare) => {
            let (prepared, buffers) = buffers.split_at_mut(n * width);
            prepare(rows, prepared);
            (MatrixView::from_slice(prepared, n, width), buffers)
        }
    }
}

/// `predictions` (n, width) ← what the layers and the link make of `inputs` (n, inputs).
fn forward<R: Real>(
    layers: &[PackedLayer<R>],
    inputs: MatrixView<'_, R>,
    buffers: &mut [R],
    link: Option<Link>,
    predictions: &mut [R],
) {
    let n = inputs.rows();
    let Some((last, hidden)) = layers.split_last() else { return };
    let (all_nets, all_outputs) = buffers.split_at_mut(n * widest(layers));
    let mut before = inputs;
    for layer in hidden {
        let nets = &mut all_nets[..n * layer.shape.outputs];
        layer.net_inputs(before, nets);
        let outputs = &mut all_outputs[..nets.len()];
        layer.shape.activation.apply(nets, outputs);
        before = MatrixView::from_slice(outputs, n, layer.shape.outputs);
    }
    let Some(link) = link else { return last.net_inputs(before, predictions) };
    let logits = &mut all_nets[..predictions.len()];
    last.net_inputs(before, logits);
    link.apply(logits, predictions, last.shape.outputs);
}

impl<R: Real> PackedLayer<R> {
    /// `nets` (n, outputs) ← `before` (n, inputs) · Wᵀ + b.
    fn net_inputs(&self, before: MatrixView<'_, R>, nets: &mut [R]) {
        let nets = MatrixViewMut::from_slice(nets, before.rows(), self.shape.outputs);
        product_with(nets, before, &self.weights, Onto::Nothing, Some(&self.biases));
    }
}

impl<R: Real> Split for Rows<'_, R> {
    /// The rows before `row` have the first thread's buffers: `share` cuts from the front.
    fn split_at(self, row: usize) -> (Self, Self) {
        let Self { rows, predictions, width, buffers, of_a_thread } = self;
        let (low, high) = predictions.split_at_mut(row * width);
        let (own, others) = buffers.split_at_mut(of_a_thread);
        let middle = rows.start + row;
        (
            Self { rows: rows.start..middle, predictions: low, width, buffers: own, of_a_thread },
            Self { rows: middle..rows.end, predictions: high, width, buffers: others, of_a_thread },
        )
    }
}
