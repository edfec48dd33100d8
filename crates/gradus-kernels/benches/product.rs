//! The matrix product on the shapes of training, on one thread and on all, and where a second thread begins to pay.
//!
//! `cargo bench -p gradus-kernels --bench product`

#![allow(missing_docs, reason = "criterion's macros make public items of their own")]

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use gradus_kernels::{Matrix, Onto, product};
use std::hint::black_box;

/// (m, k, n): a batch of rows through a layer of k inputs and n outputs.
const SHAPES: [(usize, usize, usize); 10] = [
    (32, 128, 128),
    (64, 128, 128),
    (128, 100, 10),
    (128, 100, 128),
    (128, 128, 128),
    (128, 192, 128),
    (256, 128, 128),
    (128, 256, 128),
    (128, 784, 256),
    (1024, 784, 256),
];

fn products(c: &mut Criterion) {
    let mut group = c.benchmark_group("product of f32");
    for (m, k, n) in SHAPES {
        let a = Matrix::<f32>::from_vec(m, k, (0..m * k).map(|i| (i % 17) as f32 - 8.0).collect());
        // Weights lie as (outputs, inputs), so a forward pass multiplies by their transpose.
        let b = Matrix::<f32>::from_vec(n, k, (0..n * k).map(|i| (i % 13) as f32 - 6.0).collect());
        let mut out = Matrix::<f32>::zeros(m, n);
        group.throughput(Throughput::Elements((m * k * n) as u64));
        for threads in [1, std::thread::available_parallelism().map_or(1, usize::from)] {
            let pool =
                rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be started");
            let id = BenchmarkId::new(format!("{m}×{k}×{n}"), format!("{threads} threads"));
            group.bench_function(id, |bench| {
                pool.install(|| {
                    bench.iter(|| {
                        let b = black_box(&b).view().transposed();
                        product(out.view_mut(), black_box(&a).view(), b, Onto::Nothing);
                    });
                });
            });
        }
    }
    group.finish();
}

criterion_group!(benches, products);
criterion_main!(benches);
