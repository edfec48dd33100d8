//! Prediction with weights that are packed already: how long one row takes, and how many rows a second.
//!
//! `cargo bench -p gradus-benches --bench inference`

#![allow(missing_docs, reason = "criterion's macros make public items of their own")]

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use gradus::Matrix;
use gradus::network::{Activation, Architecture, Link, Network, Predictor};
use std::hint::black_box;

/// Widths from inputs to outputs, and the rows that are predicted together.
const NETWORKS: [(&[usize], &[usize]); 3] =
    [(&[2, 8, 8, 1], &[1]), (&[54, 128, 128, 7], &[1, 1024]), (&[784, 256, 128, 10], &[1, 16, 1024])];

fn network(widths: &[usize]) -> Network<f32> {
    let (inputs, outputs) = (widths[0], widths[widths.len() - 1]);
    let hidden = widths[1..widths.len() - 1].iter().map(|&units| (units, Activation::Relu)).collect();
    let architecture = Architecture { inputs, hidden, outputs, link: Link::Softmax };
    Network::new(&architecture, None, 1).expect("the widths are those of a network")
}

fn predictions(c: &mut Criterion) {
    let mut group = c.benchmark_group("predict f32");
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    for (widths, sizes) in NETWORKS {
        let name = widths.iter().map(ToString::to_string).collect::<Vec<_>>().join("-");
        let network = network(widths);
        for (&rows, threads) in sizes.iter().flat_map(|rows| [(rows, 1), (rows, cores)]) {
            if rows == 1 && threads > 1 {
                continue;
            }
            let numbers = (0..rows * widths[0]).map(|i| (i % 1009) as f32 / 1009.0).collect();
            let inputs = Matrix::from_vec(rows, widths[0], numbers);
            let mut predictor = Predictor::new(&network);
            let mut outputs = vec![0.0; rows * network.outputs()];
            let pool =
                rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be started");
            group.throughput(Throughput::Elements(rows as u64));
            group.bench_function(
                BenchmarkId::new(&name, format!("{rows} rows, {threads} threads")),
                |bench| {
                    pool.install(|| {
                        bench.iter(|| {
                            predictor.predict_into(black_box(&inputs).view(), black_box(&mut outputs));
                        });
                    });
                },
            );
        }
    }
    group.finish();
}

criterion_group!(benches, predictions);
criterion_main!(benches);
