//! What is in a model: its layers and the distribution of their weights, and what it says in the data's own units.

use gradus::network::{Layer, Link};
use gradus::{Matrix, Model};
use serde::Serialize;

/// A layer of a network.
#[derive(Clone, Debug, Serialize)]
pub struct LayerSummary {
    /// Numbers that come in.
    pub inputs: usize,
    /// Units.
    pub outputs: usize,
    /// The units' activation; of the last layer, the link.
    pub activation: String,
    /// Weights and biases.
    pub parameters: usize,
    /// The weights, (outputs, inputs).
    pub weights: Statistics,
    /// The biases, (outputs).
    pub biases: Statistics,
}

/// How numbers are distributed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Statistics {
    /// The smallest.
    pub min: f64,
    /// Their mean.
    pub mean: f64,
    /// The largest.
    pub max: f64,
    /// Their deviation, √(Σ(x − m)² / n).
    pub deviation: f64,
    /// How many are exactly 0.
    pub zeros: usize,
}

/// The units of a model without hidden layer, in the data's own units: output = link(Σ weightᵢ · inputᵢ + bias).
#[derive(Clone, Debug, Serialize)]
pub struct OwnUnits {
    /// The names of the inputs.
    pub inputs: Vec<String>,
    /// The outputs.
    pub outputs: Vec<OwnUnit>,
}

/// One output.
#[derive(Clone, Debug, Serialize)]
pub struct OwnUnit {
    /// The class, or the name of the number or label.
    pub name: String,
    /// One weight per input.
    pub weights: Vec<f64>,
    /// What it says where all inputs are 0.
    pub bias: f64,
}

impl OwnUnits {
    /// The places of the inputs, those with the largest weight to any output first.
    pub fn by_weight(&self) -> Vec<usize> {
        let size =
            |input: usize| self.outputs.iter().map(|unit| unit.weights[input].abs()).fold(0.0, f64::max);
        let mut order: Vec<usize> = (0..self.inputs.len()).collect();
        order.sort_by(|&a, &b| size(b).total_cmp(&size(a)));
        order
    }
}

/// The layers of a model, from the inputs on.
pub fn layers(model: &Model) -> Vec<LayerSummary> {
    let network = model.network.cast::<f64>();
    let n_layers = network.layers().len();
    let summary = |(at, shape): (usize, &gradus::network::LayerShape)| LayerSummary {
        inputs: shape.inputs,
        outputs: shape.outputs,
        activation: if at + 1 == n_layers {
            network.link().to_string()
        } else {
            shape.activation.to_string()
        },
        parameters: shape.biases.end - shape.weights.start,
        weights: Statistics::of(&network.parameters()[shape.weights.clone()]),
        biases: Statistics::of(&network.parameters()[shape.biases.clone()]),
    };
    network.layers().iter().enumerate().map(summary).collect()
}

/// The weights of a model without hidden layer in the data's own units; `None` where there is a hidden layer.
pub fn in_own_units(model: &Model) -> Option<OwnUnits> {
    let network = model.network.cast::<f64>();
    if network.layers().len() != 1 {
        return None;
    }
    let Layer { weights, biases, .. } = network.layer(0);
    let (rows, columns) = (weights.rows(), weights.columns());
    let weights = Matrix::from_vec(
        rows,
        columns,
        (0..rows * columns).map(|i| weights.get(i / columns, i % columns)).collect(),
    );
    let names = output_names(model, rows);
    // A standardised target is given back in its own unit, where nothing bends it on the way.
    let target_scales = if network.link() == Link::IDENTITY { model.coding.scales() } else { Vec::new() };
    let unit = |(at, name): (usize, String)| {
        let (own, bias) = model.prep.in_own_units(weights.row(at), biases[at]);
        let (mean, deviation) = target_scales.get(at).copied().unwrap_or((0.0, 1.0));
        OwnUnit {
            name,
            weights: own.iter().map(|weight| weight * deviation).collect(),
            bias: bias * deviation + mean,
        }
    };
    let outputs = names.into_iter().enumerate().map(unit).collect();
    Some(OwnUnits { inputs: model.prep.input_names(), outputs })
}

/// Two classes on one output: it speaks for the second.
fn output_names(model: &Model, outputs: usize) -> Vec<String> {
    let names = model.coding.names();
    names[names.len().saturating_sub(outputs)..].to_vec()
}

impl Statistics {
    /// The statistics of `values`; all 0 where there are none.
    pub fn of(values: &[f64]) -> Self {
        if values.is_empty() {
            return Self { min: 0.0, mean: 0.0, max: 0.0, deviation: 0.0, zeros: 0 };
        }
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
        Self {
            min: values.iter().copied().fold(f64::INFINITY, f64::min),
            mean,
            max: values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            deviation: (squares / n).sqrt(),
            zeros: values.iter().filter(|&&value| value == 0.0).count(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn features_are_listed_by_the_size_of_their_weights() {
        let unit = |weights: [f64; 3]| OwnUnit { name: String::new(), weights: weights.to_vec(), bias: 9.0 };
        let units = |outputs| OwnUnits { inputs: vec![String::new(); 3], outputs };
        assert_eq!(units(vec![unit([1.0, -3.0, 2.0])]).by_weight(), [1, 2, 0]);
        assert_eq!(units(vec![unit([1.0, -3.0, 2.0]), unit([-4.0, 0.0, 0.0])]).by_weight(), [0, 1, 2]);
    }

    #[test]
    fn statistics_are_those_of_a_population() {
        let found = Statistics::of(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0, 0.0, 0.0]);
        assert_eq!((found.min, found.mean, found.max, found.zeros), (0.0, 4.0, 9.0, 2));
        // numpy.std of the same numbers.
        assert!((found.deviation - 2.6832815729997477).abs() < 1e-15);
    }
}
