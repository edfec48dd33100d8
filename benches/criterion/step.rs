//! Training steps with small batches: by [`Lanes`], which chooses the way that suits them, and by [`step`], which is for any.
//!
//! `cargo bench -p gradus-benches --bench step`

#![allow(missing_docs, reason = "criterion's macros make public items of their own")]

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use gradus::data::Batch;
use gradus::loss::Loss;
use gradus::network::{Activation, Architecture, Link, Network, Workspace};
use gradus::optim::{Group, Optimizer, Rule};
use gradus::train::{Lanes, Objective, step};
use gradus::{Matrix, Operands};

/// From the playground's first network to one whose layers fill registers by themselves.
const NETWORKS: [&[usize]; 8] = [
    &[2, 4, 2, 1],
    &[2, 8, 8, 1],
    &[7, 8, 8, 8, 8, 8, 8, 1],
    &[8, 16, 16, 1],
    &[4, 32, 16, 4],
    &[16, 32, 32, 4],
    &[8, 48, 48, 4],
    &[32, 64, 10],
];
const BATCHES: [usize; 6] = [1, 10, 32, 64, 256, 1024];

fn steps(c: &mut Criterion) {
    for widths in NETWORKS {
        let name = widths.iter().map(ToString::to_string).collect::<Vec<_>>().join("-");
        let mut group = c.benchmark_group(name);
        let (inputs, outputs) = (widths[0], widths[widths.len() - 1]);
        let hidden = widths[1..widths.len() - 1].iter().map(|&units| (units, Activation::Tanh)).collect();
        let link = Link::Activation(Activation::Tanh);
        let architecture = Architecture { inputs, hidden, outputs, link };
        for rows in BATCHES {
            let numbers = |n: usize| (0..n).map(|i| (i % 17) as f32 / 9.0 - 1.0).collect::<Vec<_>>();
            let (x, y) = (Matrix::from_vec(rows, inputs, numbers(rows * inputs)), numbers(rows * outputs));
            let batch = Batch { inputs: x.view(), targets: &y, weights: None, step: 0 };
            let objective = Objective::of(Loss::SquaredError);
            let mut network =
                Network::<f32>::new(&architecture, None, 1).expect("the widths are those of a network");
            let n = network.parameters().len();
            let mut optimizer = Optimizer::new(Rule::Sgd, vec![Group::new(0..n)], n);
            optimizer.set_rate(1e-6);
            group.throughput(Throughput::Elements(rows as u64));
            let mut lanes = Lanes::new(&network, rows, false, Operands::Same);
            group.bench_function(BenchmarkId::new("Lanes", rows), |bench| {
                bench.iter(|| lanes.step(&mut network, &batch, &objective, &mut optimizer));
            });
            let mut work = Workspace::new(&network, rows, false);
            group.bench_function(BenchmarkId::new("step", rows), |bench| {
                bench.iter(|| step(&mut network, &mut work, &batch, &objective, &mut optimizer));
            });
        }
        group.finish();
    }
}

criterion_group!(benches, steps);
criterion_main!(benches);
