//! Distributions over a layer: its weights, its gradients and the outputs of its units; and how answers and truth agree.

use super::problem::Problem;
use crate::Error;
use gradus::Matrix;
use gradus::data::{Batch, Dataset, Target};
use gradus::metrics::confusion_matrix;
use gradus::network::{Activation, Network, Workspace};
use gradus::train::Objective;
use serde_json::{Value, json};

/// Points of the training part that are looked at.
const MOST_POINTS: usize = 512;
/// A slope below this share of the steepest one passes nearly nothing back.
const FLAT: f64 = 0.05;
/// A unit is saturated where so many of the points find it flat.
const SATURATED: f64 = 0.9;

/// What is known of a layer.
#[derive(Clone, Debug)]
pub(super) struct LayerStatistics {
    pub(super) weights: Vec<f64>,
    /// ∂E/∂w of the weights, over the points that are looked at; empty without points.
    pub(super) gradients: Vec<f64>,
    /// Every unit's output at every point.
    pub(super) activations: Vec<f64>,
    /// Units that are silent at every point, counted from 0.
    pub(super) dead: Vec<usize>,
    /// Units that are flat at nearly every point.
    pub(super) saturated: Vec<usize>,
}

impl LayerStatistics {
    /// √(Σ g²)
    pub(super) fn gradient_norm(&self) -> Option<f64> {
        (!self.gradients.is_empty()).then(|| self.gradients.iter().map(|g| g * g).sum::<f64>().sqrt())
    }
}

/// Every layer, the first hidden one first.
///
/// # Errors
/// If a feature of a point is not finite.
pub(super) fn layers(problem: &Problem, network: &Network<f64>) -> Result<Vec<LayerStatistics>, Error> {
    let training = &problem.data.training;
    let step = training.rows().div_ceil(MOST_POINTS).max(1);
    let rows: Vec<usize> = (0..training.rows()).step_by(step).collect();
    let points = problem.examples::<f64>(&training.select(&rows))?;
    let mut work = Workspace::new(network, rows.len().max(1), false);
    let n = rows.len();
    if n > 0 {
        let inputs = points.inputs.view();
        let batch = Batch { inputs, targets: points.targets.as_slice(), weights: None, step: 0 };
        network.forward(inputs, None, &mut work);
        Objective::of(problem.recipe.loss).evaluate(network, &batch, &mut work);
        network.backward(inputs, &mut work);
    }
    Ok((0..network.layers().len()).map(|index| layer(network, &work, index, n)).collect())
}

fn layer(network: &Network<f64>, work: &Workspace<f64>, index: usize, n: usize) -> LayerStatistics {
    let shape = &network.layers()[index];
    let outputs = work.outputs.get(index).unwrap_or(&work.predictions);
    let is_hidden = index + 1 < network.layers().len();
    let slopes = |unit: usize| {
        let nets = &work.nets[index];
        (0..n).map(move |row| shape.activation.slope(nets.row(row)[unit]).abs())
    };
    let units = |is: &dyn Fn(usize) -> bool| -> Vec<usize> {
        if !is_hidden || n == 0 { Vec::new() } else { (0..shape.outputs).filter(|&unit| is(unit)).collect() }
    };
    let squashes = matches!(shape.activation, Activation::Tanh | Activation::Sigmoid);
    let steepest = if shape.activation == Activation::Sigmoid { 0.25 } else { 1.0 };
    let is_flat = |unit: usize| {
        slopes(unit).filter(|&slope| slope < FLAT * steepest).count() as f64 >= SATURATED * n as f64
    };
    LayerStatistics {
        weights: network.parameters()[shape.weights.clone()].to_vec(),
        gradients: if n == 0 { Vec::new() } else { work.gradients[shape.weights.clone()].to_vec() },
        activations: outputs.rows_slice(0..n).to_vec(),
        dead: units(&|unit| !squashes && slopes(unit).all(|slope| slope == 0.0)),
        saturated: units(&|unit| squashes && is_flat(unit)),
    }
}

/// The distributions of every layer in `bins` equal bins, as JSON.
pub(super) fn histograms(layers: &[LayerStatistics], bins: usize) -> Value {
    let layer = |layer: &LayerStatistics| {
        json!({
            "weights": histogram(&layer.weights, bins),
            "gradients": (!layer.gradients.is_empty()).then(|| histogram(&layer.gradients, bins)),
            "activations": histogram(&layer.activations, bins),
            "gradient_norm": layer.gradient_norm(),
            "dead": layer.dead.len(),
            "saturated": layer.saturated.len(),
        })
    };
    json!({"layers": layers.iter().map(layer).collect::<Value>()})
}

/// How many numbers lie in each of `bins` equal parts between the smallest and the largest.
fn histogram(numbers: &[f64], bins: usize) -> Value {
    let (low, high) = numbers
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &number| (low.min(number), high.max(number)));
    let (low, high) = if low > high { (0.0, 0.0) } else { (low, high) };
    let mut counts = vec![0_u32; bins];
    for number in numbers {
        let share = if high > low { (number - low) / (high - low) } else { 0.5 };
        counts[((share * bins as f64) as usize).min(bins - 1)] += 1;
    }
    json!({"low": low, "high": high, "counts": counts})
}

/// How many points of each class are given to each, `counts[truth][answer]`, for both parts; none for numbers.
pub(super) fn confusion(problem: &Problem, answers: &[Matrix<f64>; 2]) -> Value {
    let Some(classes) = problem.classes() else { return Value::Null };
    let count = |part: &Dataset, answers: &Matrix<f64>| match &part.target {
        Target::Classes { codes, .. } => {
            confusion_matrix(answers, codes).iter_rows().map(<[f64]>::to_vec).collect()
        }
        Target::Values { .. } | Target::Labels { .. } => Vec::new(),
    };
    let [training, test] = problem.data.parts();
    json!({"classes": classes, "train": count(training, &answers[0]), "test": count(test, &answers[1])})
}
