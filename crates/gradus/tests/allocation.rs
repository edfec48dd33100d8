//! A training step allocates nothing after the first.
//!
//! Excluded, until the matrix product is our own: the buffers that the product's library packs its operands into. They
//! are counted by running the same products alone.

#![allow(clippy::unwrap_used, reason = "a test may")]

use allocation_counter::measure;
use gradus::Matrix;
use gradus::data::{Batches, Examples};
use gradus::loss::Loss;
use gradus::network::{Activation, Architecture, Dropout, Network, Workspace};
use gradus::optim::{Clip, Group, Optimizer, Rule};
use gradus::train::{Objective, step};
use gradus_kernels::{Onto, product};

/// Steps of a network with these widths, with everything that a step can have.
#[track_caller]
fn check(widths: &[usize], rule: Rule, batch_rows: usize) {
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
    let mut work = Workspace::new(&network, batch_rows, true);
    let mut batches = Batches::new(&examples, batch_rows);
    let mut epoch = |number| {
        batches.start_epoch(1, number);
        while let Some(batch) = batches.next(&examples, number) {
            step(&mut network, &mut work, &batch, &objective, &mut optimizer).unwrap();
        }
    };
    epoch(0);
    let steps = measure(|| epoch(1));
    products(widths, &[batch_rows, batch_rows, batch_rows - 1]);
    let packing = measure(|| products(widths, &[batch_rows, batch_rows, batch_rows - 1]));
    let own = packing_matrices(widths, 3);
    assert_eq!(steps.count_total, packing.count_total - own, "{rule} on {widths:?}, batches of {batch_rows}");
}

/// The three products of each layer, on matrices of their own (six allocations a layer and batch: see below).
fn products(widths: &[usize], batches: &[usize]) {
    for &n in batches {
        for (index, pair) in widths.windows(2).enumerate() {
            let (mut a, mut w, mut z) =
                (Matrix::zeros(n, pair[0]), Matrix::zeros(pair[1], pair[0]), Matrix::zeros(n, pair[1]));
            product(z.view_mut(), a.view(), w.view().transposed(), Onto::Nothing);
            product(w.view_mut(), z.view().transposed(), a.view(), Onto::Nothing);
            if index > 0 {
                product::<f32>(a.view_mut(), z.view(), w.view(), Onto::Nothing);
            }
        }
    }
}

/// Allocations of `products` for its matrices.
fn packing_matrices(widths: &[usize], batches: u64) -> u64 {
    3 * (widths.len() as u64 - 1) * batches
}

#[test]
fn a_step_allocates_nothing() {
    // One thread: handing work to others allocates inside rayon.
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    for name in Rule::NAMES {
        pool.install(|| check(&[2, 8, 8, 3], name.parse().unwrap(), 10));
    }
    pool.install(|| check(&[64, 100, 40, 10], "adam".parse().unwrap(), 32));
}
