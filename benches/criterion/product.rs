//! The matrix product on the shapes of training, beside the crate `gemm`'s, and where a second thread begins to pay.
//!
//! `cargo bench -p gradus-benches --bench product`: about three minutes. `-- "fmnist"` is one network's part of it,
//! `-- "threads"` the last.

#![allow(missing_docs, reason = "criterion's macros make public items of their own")]

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use gradus_kernels::{Matrix, MatrixView, Onto, Panels, Right, product_shared, product_with, team};
use std::hint::black_box;
use std::time::{Duration, Instant};

/// The largest layer of a network as it is trained: examples of a batch or of a block of one, inputs, outputs.
struct Layer {
    name: &'static str,
    rows: usize,
    inputs: usize,
    outputs: usize,
}

const LAYERS: [Layer; 5] = [
    Layer { name: "tiny 2-8-8-1", rows: 10, inputs: 8, outputs: 8 },
    Layer { name: "tab 54-128-128-7", rows: 256, inputs: 128, outputs: 128 },
    Layer { name: "fmnist 784-256-128-10", rows: 128, inputs: 784, outputs: 256 },
    Layer { name: "wide 784-1024-1024-10", rows: 512, inputs: 1024, outputs: 1024 },
    Layer { name: "field 32-64-64-64-64-16", rows: 256, inputs: 64, outputs: 64 },
];

/// A matrix as it lies, or turned.
struct Operand {
    matrix: Matrix<f32>,
    transposed: bool,
}

impl Operand {
    fn new(rows: usize, columns: usize, transposed: bool) -> Self {
        let numbers = (0..rows * columns).map(|i| (i % 17) as f32 - 8.0).collect();
        Self { matrix: Matrix::from_vec(rows, columns, numbers), transposed }
    }

    fn view(&self) -> MatrixView<'_, f32> {
        let view = self.matrix.view();
        if self.transposed { view.transposed() } else { view }
    }

    /// (from one row to the next, from one column to the next)
    fn strides(&self) -> (isize, isize) {
        let columns = self.matrix.columns() as isize;
        if self.transposed { (1, columns) } else { (columns, 1) }
    }
}

/// The three products of a training step: A·B for each.
fn products(layer: &Layer) -> [(&'static str, Operand, Operand); 3] {
    let Layer { rows, inputs, outputs, .. } = *layer;
    [
        ("forward a·Wᵀ", Operand::new(rows, inputs, false), Operand::new(outputs, inputs, true)),
        ("back Δ·W", Operand::new(rows, outputs, false), Operand::new(outputs, inputs, false)),
        ("gradient Δᵀ·a", Operand::new(rows, outputs, true), Operand::new(rows, inputs, false)),
    ]
}

/// C ← A·B by the crate `gemm`, on one thread.
fn with_gemm(c: &mut Matrix<f32>, a: &Operand, b: &Operand) {
    let (m, k, n) = (a.view().rows(), a.view().columns(), b.view().columns());
    assert_eq!((c.rows(), c.columns(), k), (m, n, b.view().rows()));
    let ((a_row, a_column), (b_row, b_column)) = (a.strides(), b.strides());
    let (a, b) = (a.matrix.as_slice().as_ptr(), b.matrix.as_slice().as_ptr());
    let c = c.as_mut_slice().as_mut_ptr();
    let one = gemm::Parallelism::None;
    // SAFETY: shapes and strides are those of whole matrices, which the assertion holds to fit each other.
    unsafe {
        gemm::gemm(
            m, n, k, c, 1, n as isize, false, a, a_column, a_row, b, b_column, b_row, 0.0, 1.0, false, false,
            false, one,
        );
    }
}

fn group<'a>(c: &'a mut Criterion, name: &str) -> BenchmarkGroup<'a, WallTime> {
    let mut group = c.benchmark_group(name);
    group.sample_size(30).warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(1));
    group
}

fn pool(threads: usize) -> rayon::ThreadPool {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be started")
}

fn beside_gemm(c: &mut Criterion) {
    let one_thread = pool(1);
    for layer in &LAYERS {
        let mut group = group(c, layer.name);
        for (name, a, b) in products(layer) {
            let (m, k, n) = (a.view().rows(), a.view().columns(), b.view().columns());
            let (mut out, mut panels) = (Matrix::zeros(m, n), Panels::default());
            panels.pack(b.view());
            group.throughput(Throughput::Elements((m * k * n) as u64));
            group.bench_function(BenchmarkId::new(name, "ours, packed before"), |bench| {
                bench.iter(|| {
                    product_with(out.view_mut(), black_box(&a).view(), &panels, Onto::Nothing, None);
                });
            });
            group.bench_function(BenchmarkId::new(name, "ours, packing included"), |bench| {
                // Packing is shared among the threads of a pool: here, one.
                one_thread.install(|| {
                    bench.iter(|| {
                        panels.pack(black_box(&b).view());
                        product_with(out.view_mut(), black_box(&a).view(), &panels, Onto::Nothing, None);
                    });
                });
            });
            group.bench_function(BenchmarkId::new(name, "ours, packed as far as it has to be"), |bench| {
                one_thread.install(|| {
                    bench.iter(|| {
                        let b = black_box(&b).view();
                        panels.pack_rest(b);
                        let b = Right::new(b, &panels);
                        product_with(out.view_mut(), black_box(&a).view(), b, Onto::Nothing, None);
                    });
                });
            });
            group.bench_function(BenchmarkId::new(name, "gemm"), |bench| {
                bench.iter(|| with_gemm(&mut out, black_box(&a), black_box(&b)));
            });
        }
        group.finish();
    }
}

/// (m, k, n) from an eighth of a million multiply-adds to eight million.
const SHARED: [(usize, usize, usize); 7] = [
    (32, 64, 64),
    (64, 64, 64),
    (64, 64, 128),
    (64, 128, 128),
    (128, 128, 128),
    (256, 128, 128),
    (512, 128, 128),
];

/// Work on one thread between two products: after none the other threads still look for more, after this they sleep; unless
/// they are a team.
const PAUSES: [(&str, Duration); 3] =
    [("awake", Duration::ZERO), ("asleep", Duration::from_micros(200)), ("team", Duration::from_micros(20))];

/// What a second thread gains or costs: the break-even is where both take the same time.
fn threads(c: &mut Criterion) {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut group = group(c, "threads");
    for (m, k, n) in SHARED {
        let (a, b) = (Operand::new(m, k, false), Operand::new(n, k, true));
        let (mut out, mut panels) = (Matrix::zeros(m, n), Panels::default());
        panels.pack(b.view());
        group.throughput(Throughput::Elements((m * k * n) as u64));
        for (threads, (name, pause)) in [(1, PAUSES[0])].into_iter().chain(PAUSES.map(|pause| (cores, pause)))
        {
            let pool = pool(threads);
            let mut product = || {
                wait(pause);
                let start = Instant::now();
                product_shared(out.view_mut(), black_box(&a).view(), &panels, Onto::Nothing);
                start.elapsed()
            };
            group.bench_function(
                BenchmarkId::new(format!("{m}×{k}×{n}"), format!("{threads} {name}")),
                |bench| {
                    pool.install(|| {
                        bench.iter_custom(|times| {
                            let mut products = || (0..times).map(|_| product()).sum();
                            if name == "team" { team(true, products) } else { products() }
                        });
                    });
                },
            );
        }
    }
    group.finish();
}

/// Keeps this thread busy.
fn wait(pause: Duration) {
    let start = Instant::now();
    while start.elapsed() < pause {
        std::hint::spin_loop();
    }
}

criterion_group!(benches, beside_gemm, threads);
criterion_main!(benches);
