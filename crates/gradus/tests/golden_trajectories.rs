//! A hundred steps of every optimizer on three networks, number by number against PyTorch's.
//!
//! The numbers in tests/golden/ are made by benches/golden/trajectories.py (`cargo xtask golden`). Forward pass, loss,
//! backward pass and update are all on the path, so that this holds the whole of training to an outside truth.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test, all of it")]

use gradus::loss::{Gradient, Loss, Outputs};
use gradus::network::{Activation, Architecture, Link, Network, Workspace};
use gradus::optim::{Group, Optimizer};
use gradus::{Matrix, MatrixView, Real};
use serde_json::Value;

#[test]
fn tanh_and_squared_error() {
    check(include_str!("golden/tanh.json"));
}

#[test]
fn sigmoid_and_cross_entropy() {
    check(include_str!("golden/sigmoid.json"));
}

#[test]
fn relu_and_binary_cross_entropy() {
    check(include_str!("golden/relu.json"));
}

fn check(golden: &str) {
    let golden: Value = serde_json::from_str(golden).unwrap();
    for run in golden["runs"].as_array().unwrap() {
        let double = follow::<f64>(&golden, run);
        assert!(double <= 1e-13, "{}: {double:e} off in f64", run["rule"]);
        let single = follow::<f32>(&golden, run);
        assert!(single <= 2e-6, "{}: {single:e} off in f32", run["rule"]);
        println!("{} l2 {}: {double:.1e} in f64, {single:.1e} in f32", run["rule"], run["l2"]);
    }
}

/// Makes the steps of `run` and gives the largest deviation |ours − theirs| / max(1, |theirs|) of a parameter or loss.
fn follow<R: Real>(golden: &Value, run: &Value) -> f64 {
    let Some(kept) = run.get(R::NAME) else { return 0.0 };
    let mut training = Training::<R>::new(golden, run);
    let mut worst = 0.0_f64;
    for step in 1..=100 {
        let loss = training.step(step - 1);
        if let Some(theirs) = kept.get(step.to_string()) {
            worst = worst.max(deviation(loss, theirs["loss"].as_f64().unwrap()));
            let parameters = numbers(&theirs["parameters"]);
            for (ours, theirs) in training.network.parameters().iter().zip(parameters) {
                worst = worst.max(deviation(ours.to_f64(), theirs));
            }
        }
    }
    worst
}

fn deviation(ours: f64, theirs: f64) -> f64 {
    assert!(ours.is_finite());
    (ours - theirs).abs() / theirs.abs().max(1.0)
}

struct Training<R> {
    network: Network<R>,
    work: Workspace<R>,
    optimizer: Optimizer<R>,
    loss: Loss,
    inputs: Matrix<R>,
    targets: Matrix<R>,
    batch: usize,
}

impl<R: Real> Training<R> {
    fn new(golden: &Value, run: &Value) -> Self {
        let architecture = architecture(golden);
        let parameters = numbers(&golden["parameters"]).into_iter().map(R::from_f64).collect();
        let network = Network::from_parameters(&architecture, parameters).unwrap();
        let n_parameters = network.parameters().len();
        let rule = text(&run["rule"]).parse().unwrap();
        let (l2, weight_decay) = (run["l2"].as_f64().unwrap(), run["weight_decay"].as_f64().unwrap());
        let group = Group { l2, weight_decay, ..Group::new(0..n_parameters) };
        let mut optimizer = Optimizer::new(rule, vec![group], n_parameters);
        optimizer.set_rate(run["rate"].as_f64().unwrap());
        let inputs = matrix(&golden["inputs"]);
        let batch =
            if rule.full_batch_only() { inputs.rows() } else { golden["batch"].as_u64().unwrap() as usize };
        Self {
            work: Workspace::new(&network, batch, false),
            network,
            optimizer,
            loss: text(&golden["loss"]).parse().unwrap(),
            inputs,
            targets: matrix(&golden["targets"]),
            batch,
        }
    }

    /// One step on the batch that is next in order; gives the mean loss before it.
    fn step(&mut self, step: usize) -> f64 {
        let start = step * self.batch % self.inputs.rows();
        let rows = start..start + self.batch;
        let inputs =
            MatrixView::from_slice(self.inputs.rows_slice(rows.clone()), self.batch, self.inputs.columns());
        self.network.forward(inputs, None, &mut self.work);
        let logits = self.work.logits(self.batch).to_vec();
        let outputs = Outputs {
            logits: &logits,
            targets: self.targets.rows_slice(rows),
            weights: None,
            width: self.network.outputs(),
        };
        let gradient = Gradient {
            predictions: self.work.predictions.as_mut_slice(),
            delta: self.work.deltas.last_mut().unwrap().as_mut_slice(),
        };
        let scale = R::from_f64(1.0 / self.batch as f64);
        let sum = self.loss.evaluate(self.network.link(), &outputs, scale, gradient);
        self.network.backward(inputs, &mut self.work);
        self.optimizer.update(self.network.parameters_mut(), &self.work.gradients);
        sum / self.batch as f64
    }
}

fn architecture(golden: &Value) -> Architecture {
    let widths: Vec<usize> = numbers(&golden["widths"]).into_iter().map(|width| width as usize).collect();
    let [inputs, hidden @ .., outputs] = widths.as_slice() else { unreachable!() };
    let activation: Activation = text(&golden["activation"]).parse().unwrap();
    let link: Link = text(&golden["link"]).parse().unwrap();
    let hidden = hidden.iter().map(|&units| (units, activation)).collect();
    Architecture { inputs: *inputs, hidden, outputs: *outputs, link }
}

fn matrix<R: Real>(rows: &Value) -> Matrix<R> {
    let rows: Vec<Vec<f64>> = rows.as_array().unwrap().iter().map(numbers).collect();
    Matrix::from_vec(rows.len(), rows[0].len(), rows.concat()).cast()
}

fn numbers(values: &Value) -> Vec<f64> {
    values.as_array().unwrap().iter().map(|value| value.as_f64().unwrap()).collect()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}
