//! How good a network is on the points that it learns from, and on those that it does not.

use super::problem::Problem;
use crate::Error;
use gradus::data::{Examples, Target, Task};
use gradus::loss::{Gradient, Loss, Outputs};
use gradus::metrics::{Metric, score};
use gradus::network::{Network, Predictor};
use gradus::{Matrix, MatrixView, Real};

/// Rows that are measured at a time.
const ROWS_AT_A_TIME: usize = 256;

/// What is measured of a part of the points.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Measured {
    /// The mean loss, without penalties; absent without points.
    pub(super) loss: Option<f64>,
    /// Figures of the task by name.
    pub(super) metrics: Vec<(&'static str, f64)>,
}

/// Everything that measuring needs.
pub(super) struct Evaluator<R> {
    parts: [Part<R>; 2],
    predictor: Predictor<R>,
    loss: Loss,
    logits: Vec<R>,
    delta: Vec<R>,
}

struct Part<R> {
    examples: Examples<R>,
    /// link(logits), (n, outputs)
    predictions: Matrix<R>,
}

impl<R: Real> Evaluator<R> {
    /// An evaluator for the points of `problem` and networks with the layers of `network`.
    ///
    /// # Errors
    /// If a feature of a point is not finite.
    pub(super) fn new(problem: &Problem, network: &Network<R>) -> Result<Self, Error> {
        let outputs = network.outputs();
        let part = |dataset| -> Result<Part<R>, Error> {
            let examples = problem.examples::<R>(dataset)?;
            let predictions = Matrix::zeros(examples.inputs.rows(), outputs);
            Ok(Part { examples, predictions })
        };
        let [training, test] = problem.data.parts();
        Ok(Self {
            parts: [part(training)?, part(test)?],
            predictor: Predictor::new(network),
            loss: problem.recipe.loss,
            logits: vec![R::ZERO; ROWS_AT_A_TIME * outputs],
            delta: vec![R::ZERO; ROWS_AT_A_TIME * outputs],
        })
    }

    /// The mean loss of both parts; NaN without points. Fills the predictions.
    pub(super) fn losses(&mut self, network: &Network<R>) -> [f64; 2] {
        let Self { parts, predictor, loss, logits, delta } = self;
        predictor.take_weights(network);
        parts.each_mut().map(|part| {
            let (n, width) = (part.examples.inputs.rows(), network.outputs());
            let mut total = 0.0;
            for start in (0..n).step_by(ROWS_AT_A_TIME) {
                let rows = start..n.min(start + ROWS_AT_A_TIME);
                let inputs = part.examples.inputs.rows_slice(rows.clone());
                let inputs = MatrixView::from_slice(inputs, rows.len(), network.inputs());
                let (logits, delta) = (&mut logits[..rows.len() * width], &mut delta[..rows.len() * width]);
                predictor.logits_into(inputs, logits);
                let targets = part.examples.targets.rows_slice(rows.clone());
                let outputs = Outputs { logits, targets, weights: None, width };
                let predictions = part.predictions.rows_slice_mut(rows);
                total += loss.evaluate(network.link(), &outputs, R::ONE, Gradient { predictions, delta });
            }
            total / n as f64
        })
    }

    /// Losses and figures of both parts.
    pub(super) fn measure(&mut self, network: &Network<R>, problem: &Problem) -> [Measured; 2] {
        let losses = self.losses(network);
        let [training, test] = problem.data.parts();
        let of = |loss: f64, part: &Part<R>, target: &Target| Measured {
            loss: (target.rows() > 0).then_some(loss),
            metrics: figures(&problem.coding.decode(&part.predictions.cast()), target),
        };
        let [first, second] = &self.parts;
        [of(losses[0], first, &training.target), of(losses[1], second, &test.target)]
    }

    /// The answers to all points, those to learn from first: probabilities of classes, or values in their own unit.
    pub(super) fn answers(&mut self, network: &Network<R>, problem: &Problem) -> [Matrix<f64>; 2] {
        self.losses(network);
        self.parts.each_ref().map(|part| problem.coding.decode(&part.predictions.cast()))
    }
}

/// The usual figures of the task; none without points.
fn figures(answers: &Matrix<f64>, target: &Target) -> Vec<(&'static str, f64)> {
    let metrics: &[Metric] = match target.task() {
        Task::Classification | Task::MultiLabel => &[Metric::Accuracy],
        Task::Regression => &[Metric::R2, Metric::Mae],
    };
    if target.rows() == 0 {
        return Vec::new();
    }
    metrics.iter().map(|&metric| (metric.name(), score(metric, answers, target, None))).collect()
}
