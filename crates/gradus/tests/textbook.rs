//! BACK-PROP-LEARNING as the textbook writes it, with plain loops, against `--batch-size 1 --optimizer sgd`.
//!
//! The pseudo-code is that of Russell & Norvig, *Artificial Intelligence: A Modern Approach* (figure 18.24 of the third
//! edition). It says nothing about the order of examples or the first weights; both are taken from the engine.

#![allow(clippy::unwrap_used, reason = "a test may")]
#![allow(clippy::needless_range_loop, reason = "these are the loops of the pseudo-code")]

use gradus::data::{Batches, Block, Dataset, Elements, Examples, Inputs, Target};
use gradus::model::AnyNetwork;
use gradus::network::{Architecture, Network};
use gradus::random::{Purpose, Random};
use gradus::train::Silent;
use gradus::{Matrix, Spec, Trainer};

/// A network as the pseudo-code sees it: `weights[l][j][i]` leads from unit i of layer l to unit j of layer l + 1.
struct Textbook {
    weights: Vec<Vec<Vec<f64>>>,
    biases: Vec<Vec<f64>>,
}

fn g(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

impl Textbook {
    fn of(network: &Network<f64>) -> Self {
        let (mut weights, mut biases) = (Vec::new(), Vec::new());
        for index in 0..network.layers().len() {
            let layer = network.layer(index);
            let row = |j| (0..layer.weights.columns()).map(|i| layer.weights.get(j, i)).collect();
            weights.push((0..layer.weights.rows()).map(row).collect());
            biases.push(layer.biases.to_vec());
        }
        Self { weights, biases }
    }

    /// One pass through the loop's body for the example (x, y), sigmoid everywhere, so g′(in) = a (1 − a).
    fn learn(&mut self, x: &[f64], y: &[f64], alpha: f64) {
        let layers = self.weights.len();
        // Propagate the inputs forward to compute the outputs.
        let mut a: Vec<Vec<f64>> = vec![x.to_vec()];
        for l in 0..layers {
            let mut outputs = Vec::new();
            for j in 0..self.biases[l].len() {
                let mut in_j = self.biases[l][j];
                for i in 0..a[l].len() {
                    in_j += self.weights[l][j][i] * a[l][i];
                }
                outputs.push(g(in_j));
            }
            a.push(outputs);
        }
        // Propagate deltas backward from output layer to input layer.
        let mut delta: Vec<Vec<f64>> = vec![Vec::new(); layers];
        for j in 0..y.len() {
            let a_j = a[layers][j];
            delta[layers - 1].push(a_j * (1.0 - a_j) * (y[j] - a_j));
        }
        for l in (0..layers - 1).rev() {
            for i in 0..self.biases[l].len() {
                let mut sum = 0.0;
                for j in 0..self.biases[l + 1].len() {
                    sum += self.weights[l + 1][j][i] * delta[l + 1][j];
                }
                let a_i = a[l + 1][i];
                delta[l].push(a_i * (1.0 - a_i) * sum);
            }
        }
        // Update every weight in network using deltas.
        for l in 0..layers {
            for j in 0..self.biases[l].len() {
                for i in 0..a[l].len() {
                    self.weights[l][j][i] += alpha * a[l][i] * delta[l][j];
                }
                self.biases[l][j] += alpha * delta[l][j];
            }
        }
    }

    fn parameters(&self) -> Vec<f64> {
        let layers = self.weights.iter().zip(&self.biases);
        layers.flat_map(|(weights, biases)| [weights.concat(), biases.clone()].concat()).collect()
    }
}

const ROWS: usize = 40;
const EPOCHS: usize = 25;
const SEED: u64 = 3;

/// Learns 1,000 times from one example, both ways.
#[track_caller]
fn check(hidden: &str, sizes: &[usize]) {
    let mut random = Random::new(7, Purpose::Generator, 0);
    let inputs: Vec<f64> = (0..ROWS * 3).map(|_| random.normal()).collect();
    let targets: Vec<f64> = (0..ROWS * 2).map(|_| random.uniform()).collect();
    let examples = Examples {
        inputs: Matrix::from_vec(ROWS, 3, inputs.clone()),
        targets: Matrix::from_vec(ROWS, 2, targets),
        weights: None,
    };
    let (spec, trained) = train(hidden, inputs, &examples.targets);

    let architecture = Architecture {
        inputs: 3,
        hidden: sizes.iter().map(|&size| (size, "sigmoid".parse().unwrap())).collect(),
        outputs: 2,
        link: "sigmoid".parse().unwrap(),
    };
    let mut textbook = Textbook::of(&Network::new(&architecture, None, SEED).unwrap());
    let mut batches = Batches::new(&examples, 1);
    let mut updates = 0;
    for epoch in 0..EPOCHS {
        batches.start_epoch(SEED, epoch as u64);
        while let Some(batch) = batches.next(&examples, 0) {
            let x: Vec<f64> = (0..3).map(|i| batch.inputs.get(0, i)).collect();
            textbook.learn(&x, batch.targets, spec.learning_rate.unwrap());
            updates += 1;
        }
    }
    assert_eq!(updates, 1000);
    let found = trained.parameters();
    let worst = found.iter().zip(textbook.parameters()).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    assert_eq!(found.len(), textbook.parameters().len());
    assert!(worst <= 1e-12, "hidden {hidden}: {worst}");
}

fn train(hidden: &str, inputs: Vec<f64>, targets: &Matrix<f64>) -> (Spec, Network<f64>) {
    let mut spec = Spec::default();
    for (key, value) in [
        ("hidden", hidden),
        ("activation", "sigmoid"),
        ("output-activation", "sigmoid"),
        ("loss", "squared_error"),
        ("optimizer", "sgd"),
        ("schedule", "constant"),
        ("learning-rate", "0.5"),
        ("batch-size", "1"),
        ("epochs", "25"),
        ("validation", "0"),
        ("prep", "none"),
        ("precision", "f64"),
        ("seed", "3"),
    ] {
        spec.set(key, value).unwrap();
    }
    if hidden == "none" {
        spec.activation = None;
    }
    let elements = Elements::F64(inputs);
    let dataset = Dataset {
        inputs: Inputs::Block(Block { rows: ROWS, columns: 3, elements, picture: None }),
        target: Target::Values { names: vec!["y1".into(), "y2".into()], values: targets.clone() },
        weights: None,
    };
    let model = Trainer::new(spec.clone()).fit(&dataset, &mut Silent).unwrap();
    assert_eq!(model.record.updates, 1000);
    let AnyNetwork::F64(network) = model.network else { panic!("not f64") };
    (spec, network)
}

#[test]
fn a_thousand_updates_agree() {
    check("5", &[5]);
    check("6,4", &[6, 4]);
    check("none", &[]);
}
