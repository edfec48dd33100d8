//! Examples that are measured after every epoch: the validation part, never learned from, and where it is asked for the
//! training part.

use super::Objective;
use crate::data::{Examples, Target};
use crate::loss::{Gradient, Outputs};
use crate::metrics::{self, Metric};
use crate::network::{Network, Predictor};
use crate::prep::TargetCoding;
use crate::{Matrix, MatrixView, Real};

/// Examples to watch by, with all buffers that measuring needs.
pub(super) struct Watch<R> {
    examples: Examples<R>,
    target: Target,
    weights: Option<Vec<f64>>,
    metrics: Vec<Metric>,
    predictor: Predictor<R>,
    logits: Matrix<R>,
    predictions: Matrix<R>,
    delta: Matrix<R>,
}

/// Rows that are measured at a time.
const ROWS_AT_A_TIME: usize = 1024;

impl<R: Real> Watch<R> {
    /// Will measure `metrics` on these examples; `target` and `weights` are theirs in the data's own form.
    pub(super) fn new(
        network: &Network<R>,
        examples: Examples<R>,
        (target, weights): (Target, Option<Vec<f64>>),
        metrics: Vec<Metric>,
    ) -> Self {
        let rows = examples.inputs.rows();
        let at_a_time = ROWS_AT_A_TIME.min(rows);
        Self {
            predictor: Predictor::new(network),
            logits: Matrix::zeros(at_a_time, network.outputs()),
            predictions: Matrix::zeros(rows, network.outputs()),
            delta: Matrix::zeros(at_a_time, network.outputs()),
            examples,
            target,
            weights,
            metrics,
        }
    }

    pub(super) fn rows(&self) -> usize {
        self.examples.inputs.rows()
    }

    /// Every metric of `network` as it is now.
    pub(super) fn measure(
        &mut self,
        network: &Network<R>,
        objective: &Objective,
        coding: &TargetCoding,
    ) -> Vec<(Metric, f64)> {
        let loss = self.forward(network, objective);
        let predictions = coding.decode(&self.predictions.cast());
        let score = |metric: &Metric| match metric {
            Metric::Loss => loss,
            metric => metrics::score(*metric, &predictions, &self.target, self.weights.as_deref()),
        };
        self.metrics.iter().map(|metric| (*metric, score(metric))).collect()
    }

    /// Fills `predictions` and returns the mean loss.
    fn forward(&mut self, network: &Network<R>, objective: &Objective) -> f64 {
        let (n, columns) = (self.rows(), self.examples.inputs.columns());
        let (mut total, mut weight) = (0.0, 0.0);
        self.predictor.take_weights(network);
        for start in (0..n).step_by(ROWS_AT_A_TIME) {
            let rows = start..n.min(start + ROWS_AT_A_TIME);
            let inputs = self.examples.inputs.rows_slice(rows.clone());
            let inputs = MatrixView::from_slice(inputs, rows.len(), columns);
            self.predictor.logits_into(inputs, self.logits.rows_slice_mut(0..rows.len()));
            let outputs = Outputs {
                logits: self.logits.rows_slice(0..rows.len()),
                targets: self.examples.targets.rows_slice(rows.clone()),
                weights: self.examples.weights.as_ref().map(|weights| &weights[rows.clone()]),
                width: network.outputs(),
            };
            let gradient = Gradient {
                predictions: self.predictions.rows_slice_mut(rows.clone()),
                delta: self.delta.rows_slice_mut(0..rows.len()),
            };
            total += objective.loss.evaluate(network.link(), &outputs, R::ONE, gradient);
            weight +=
                outputs.weights.map_or(rows.len() as f64, |weights| weights.iter().map(|w| w.to_f64()).sum());
        }
        if weight > 0.0 { total / weight } else { 0.0 }
    }
}
