//! A training step allocates nothing after the first, and a prediction nothing after the first of its size.

#![allow(clippy::unwrap_used, reason = "a test may")]

use allocation_counter::measure;
use gradus::data::{Batches, Examples};
use gradus::loss::Loss;
use gradus::network::{Activation, Architecture, Dropout, Link, Network, Predictor};
use gradus::optim::{Clip, Group, Optimizer, Rule};
use gradus::train::{Lanes, Objective};
use gradus::{Matrix, Operands};

/// Steps of a network with these widths, with everything that a step can have.
#[track_caller]
fn check(widths: &[usize], rule: Rule, batch_rows: usize, operands: Operands) {
    let n = 3 * batch_rows - 1;
    let outputs = widths[widths.len() - 1];
    let hidden = widths[1..widths.len() - 1].iter().map(|&units| (units, Activation::Tanh)).collect();
    let loss = Loss::CrossEntropy { smoothing: 0.1 };
    let architecture = Architecture { inputs: widths[0], hidden, outputs, link: loss.default_link() };
    let mut network = Network::<f32>::new(&architecture, None, 1).unwrap();
    let numbers = |count: usize| (0..count).map(|i| (i % 7) as f32 / 7.0).collect();
    let examples = Examples {
        inputs: Matrix::from_vec(n, widths[0], numbers(n * widths[0])),
        targets: Matrix::from_vec(n, outputs, numbers(n * outputs)),
        weights: Some(vec![1.5; n]),
    };
    let groups =
        vec![Group { l1: 1e-4, l2: 1e-4, weight_decay: 0.01, ..Group::new(0..network.parameters().len()) }];
    let objective = Objective {
        dropout: Some(Dropout { probability: 0.2, seed: 1 }),
        clip: Some(Clip::Norm(1.0)),
        groups: groups.clone(),
        ..Objective::of(loss)
    };
    let mut optimizer = Optimizer::new(rule, groups, network.parameters().len());
    let mut lanes = Lanes::new(&network, batch_rows, true, operands);
    let mut batches = Batches::new(&examples, batch_rows);
    let mut epoch = |number| {
        batches.start_epoch(1, number);
        while let Some(batch) = batches.next(&examples, number) {
            lanes.step(&mut network, &batch, &objective, &mut optimizer).unwrap();
        }
    };
    epoch(0);
    let steps = measure(|| epoch(1));
    assert_eq!(steps.count_total, 0, "{rule} on {widths:?}, batches of {batch_rows}");
}

#[test]
fn a_step_allocates_nothing() {
    // On two threads those of the test's own thread are counted.
    for threads in [1, 2] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        for name in Rule::NAMES {
            pool.install(|| check(&[2, 8, 8, 3], name.parse().unwrap(), 10, Operands::Same));
        }
        for operands in [Operands::Same, Operands::Bf16] {
            pool.install(|| check(&[64, 100, 40, 10], "adam".parse().unwrap(), 32, operands));
            pool.install(|| check(&[64, 200, 100, 10], "adam".parse().unwrap(), 128, operands));
            // In lanes, the second with weights that the threads pack together.
            pool.install(|| check(&[5, 16, 3], "adam".parse().unwrap(), 2100, operands));
            pool.install(|| check(&[64, 500, 200, 10], "adam".parse().unwrap(), 128, operands));
        }
    }
}

/// Predictions of these numbers of rows, after one of the most.
#[track_caller]
fn check_prediction(rows: &[usize]) {
    let hidden = vec![(100, Activation::Tanh), (40, Activation::Relu)];
    let architecture = Architecture { inputs: 64, hidden, outputs: 10, link: Link::Softmax };
    let network = Network::<f32>::new(&architecture, None, 1).unwrap();
    let most = rows.iter().copied().max().unwrap();
    let (inputs, mut outputs) = (Matrix::zeros(most, 64), vec![0.0; 10 * most]);
    let mut predictor = Predictor::new(&network);
    predictor.predict_into(inputs.view(), &mut outputs);
    let predictions = measure(|| {
        for &rows in rows {
            predictor.predict_into(inputs.top(rows), &mut outputs[..10 * rows]);
            predictor.logits_into(inputs.top(rows), &mut outputs[..10 * rows]);
        }
        predictor.predict_row(inputs.row(0), &mut outputs[..10]);
        predictor.take_weights(&network);
    });
    assert_eq!(predictions.count_total, 0, "{rows:?} rows");
}

#[test]
fn a_prediction_allocates_nothing() {
    for threads in [1, 2] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| check_prediction(&[1]));
        pool.install(|| check_prediction(&[2000, 1, 300]));
    }
}
