//! Points, first weights, and the weights, dead links and losses after up to 200 epochs, number by number against TensorFlow
//! Playground's: `golden/tensorflow_playground.json` was run with its own code, commit 02469bd.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test, all of it")]

use gradus_lab::playground::compatible::{Address, Start, Training};
use serde_json::Value;

const TOLERANCE: f64 = 1e-12;

fn runs() -> Vec<Value> {
    let golden: Value = serde_json::from_str(include_str!("golden/tensorflow_playground.json")).unwrap();
    golden["runs"].as_array().unwrap().clone()
}

/// The address that TensorFlow Playground has for a configuration.
fn address(config: &Value) -> Address {
    let text = |key: &str| config[key].as_str().unwrap();
    let list = |key: &str| config[key].as_array().unwrap().clone();
    let is_regression = text("dataset").starts_with("reg-");
    let (key, problem) =
        if is_regression { ("regDataset", "regression") } else { ("dataset", "classification") };
    let shape: Vec<String> = list("networkShape").iter().map(Value::to_string).collect();
    let mut hash = format!(
        "#problem={problem}&{key}={}&activation={}&regularization={}&networkShape={}&seed={}&x=false&y=false",
        text("dataset"),
        text("activation"),
        text("regularization"),
        shape.join(","),
        text("seed"),
    );
    for key in ["regularizationRate", "learningRate", "batchSize", "noise", "percTrainData"] {
        hash += &format!("&{key}={}", config[key]);
    }
    for feature in list("features") {
        hash += &format!("&{}=true", feature.as_str().unwrap());
    }
    let address = Address::read(&hash);
    assert!(address.notices.is_empty(), "{:?}", address.notices);
    address
}

/// The largest deviation |ours − theirs| / max(1, |theirs|) so far.
#[derive(Default)]
struct Worst(f64);

impl Worst {
    fn compare(&mut self, ours: f64, theirs: &Value) {
        let theirs = theirs.as_f64().unwrap();
        assert!(ours.is_finite());
        self.0 = self.0.max((ours - theirs).abs() / theirs.abs().max(1.0));
    }
}

fn compare_points(start: &Start, run: &Value) -> f64 {
    let mut worst = Worst::default();
    let n_train = start.train.inputs.rows();
    assert_eq!(Value::from(n_train), run["train_points"]);
    assert_eq!(Value::from(start.test.inputs.rows()), run["test_points"]);
    let (first, last) = (run["first_train"].as_array().unwrap(), run["last_test"].as_array().unwrap());
    let ends = start.points.iter().take(first.len()).chain(&start.points[start.points.len() - last.len()..]);
    for (point, theirs) in ends.zip(first.iter().chain(last)) {
        for (ours, theirs) in [point.x, point.y, point.label].into_iter().zip(theirs.as_array().unwrap()) {
            worst.compare(ours, theirs);
        }
    }
    let train = &start.points[..n_train];
    for (at, theirs) in run["sum_train"].as_array().unwrap().iter().enumerate() {
        let ours = train.iter().map(|point| [point.x, point.y, point.label][at]).sum();
        worst.compare(ours, theirs);
    }
    worst.0
}

fn compare_network(training: &mut Training, start: &Start, theirs: &Value) -> f64 {
    let mut worst = Worst::default();
    worst.compare(training.loss(&start.train), &theirs["loss_train"]);
    worst.compare(training.loss(&start.test), &theirs["loss_test"]);
    let layers = theirs["layers"].as_array().unwrap();
    assert_eq!(layers.len(), training.network().layers().len());
    let parameters = training.network().parameters();
    for (ours, theirs) in training.network().layers().iter().zip(layers) {
        let flat = |key: &str| -> Vec<Value> {
            theirs[key].as_array().unwrap().iter().flat_map(|row| row.as_array().unwrap()).cloned().collect()
        };
        let (weights, biases) = (flat("weights"), theirs["biases"].as_array().unwrap());
        assert_eq!((weights.len(), biases.len()), (ours.weights.len(), ours.biases.len()));
        for (at, theirs) in ours.weights.clone().chain(ours.biases.clone()).zip(weights.iter().chain(biases))
        {
            worst.compare(parameters[at], theirs);
        }
        for (at, is_dead) in ours.weights.clone().zip(flat("dead")) {
            assert_eq!(Value::from(training.state().dead[at]), is_dead, "weight {at}");
        }
    }
    worst.0
}

#[test]
fn every_number_is_that_of_tensorflow_playground() {
    for run in runs() {
        let name = run["config"]["dataset"].as_str().unwrap();
        let address = address(&run["config"]);
        let start = address.setup.start().unwrap();
        let off = compare_points(&start, &run);
        assert!(off <= TOLERANCE, "{name}: points are {off:e} off");
        let mut training = Training::new(start.network.clone());
        for epoch in [0, 1, 10, 50, 200] {
            let left = epoch - training.state().epoch;
            training.epochs(&start.train, &address.rule, left).unwrap();
            let off = compare_network(&mut training, &start, &run["epochs"][epoch.to_string()]);
            println!("{name}, epoch {epoch}: {off:.1e}");
            assert!(off <= TOLERANCE, "{name}, epoch {epoch}: {off:e} off");
        }
        let dead = training.state().dead.iter().filter(|dead| **dead).count();
        println!("{name}: {dead} dead");
    }
}
