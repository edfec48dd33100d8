//! Element-wise and reduction kernels, each beside what a plain loop over the scalar library function takes.
//!
//! `cargo bench -p gradus-benches --bench kernels`

#![allow(missing_docs, reason = "criterion's macros make public items of their own")]

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use gradus_kernels::{InstructionSet, MatrixView, Real, elementwise, reduce};
use std::hint::black_box;

/// As many numbers as fit in the first-level cache.
const LENGTH: usize = 4096;

/// One function: the kernels, and the scalar function that they replace.
struct Subject {
    name: &'static str,
    single: fn(&mut [f32]),
    double: fn(&mut [f64]),
    scalar: fn(f32) -> f32,
}

const SUBJECTS: [Subject; 4] = [
    Subject { name: "exp", single: elementwise::exp, double: elementwise::exp, scalar: libm::expf },
    Subject { name: "ln", single: elementwise::ln, double: elementwise::ln, scalar: libm::logf },
    Subject { name: "tanh", single: elementwise::tanh, double: elementwise::tanh, scalar: libm::tanhf },
    Subject {
        name: "sigmoid",
        single: elementwise::sigmoid,
        double: elementwise::sigmoid,
        scalar: |x| 1.0 / (1.0 + libm::expf(-x)),
    },
];

fn numbers<R: Real>(length: usize) -> Vec<R> {
    (0..length).map(|i| R::from_f64((i % 1009) as f64 / 100.0 - 5.0)).collect()
}

fn functions(c: &mut Criterion) {
    let mut group = c.benchmark_group(format!("functions-{}", InstructionSet::best().name()));
    group.throughput(Throughput::Elements(LENGTH as u64));
    let (numbers_f32, numbers_f64) = (numbers::<f32>(LENGTH), numbers::<f64>(LENGTH));
    for Subject { name, single: kernel, double: kernel_f64, scalar } in SUBJECTS {
        let (mut x, mut x_f64) = (numbers_f32.clone(), numbers_f64.clone());
        // Each pass starts from the same numbers: some functions are slower on their own results.
        group.bench_function(BenchmarkId::new(name, "f32"), |b| {
            b.iter(|| {
                x.copy_from_slice(&numbers_f32);
                kernel(black_box(&mut x));
            });
        });
        group.bench_function(BenchmarkId::new(name, "f64"), |b| {
            b.iter(|| {
                x_f64.copy_from_slice(&numbers_f64);
                kernel_f64(black_box(&mut x_f64));
            });
        });
        group.bench_function(BenchmarkId::new(name, "f32, scalar libm"), |b| {
            b.iter(|| {
                x.copy_from_slice(&numbers_f32);
                for x in black_box(&mut x) {
                    *x = scalar(*x);
                }
            });
        });
    }
    group.finish();
}

fn rows(c: &mut Criterion) {
    let mut group = c.benchmark_group("rows of f32");
    for (rows, columns) in [(128, 10), (128, 256)] {
        let shape = format!("{rows}×{columns}");
        let source = numbers::<f32>(rows * columns);
        let mut matrix = source.clone();
        let (mut row, mut column) = (vec![0.0; columns], vec![0.0; rows]);
        group.throughput(Throughput::Elements((rows * columns) as u64));
        group.bench_function(BenchmarkId::new("softmax", &shape), |b| {
            b.iter(|| {
                matrix.copy_from_slice(&source);
                elementwise::softmax_rows(black_box(&mut matrix), columns);
            });
        });
        group.bench_function(BenchmarkId::new("log-sum-exp", &shape), |b| {
            b.iter(|| reduce::log_sum_exp_rows(black_box(&mut column), black_box(&source), columns));
        });
        group.bench_function(BenchmarkId::new("column sums", &shape), |b| {
            let source = MatrixView::from_slice(&source, rows, columns);
            b.iter(|| reduce::add_column_sums(black_box(&mut row), black_box(source)));
        });
        group.bench_function(BenchmarkId::new("add row", &shape), |b| {
            b.iter(|| elementwise::add_row(black_box(&mut matrix), black_box(&row)));
        });
        // Every third row, backwards: an order that the processor cannot foresee as it does a copy's.
        let order: Vec<usize> = (0..rows).map(|i| (rows - 1) * (3 * i + 1) % rows).collect();
        group.bench_function(BenchmarkId::new("gather", &shape), |b| {
            b.iter(|| {
                elementwise::gather_rows(
                    black_box(&mut matrix),
                    black_box(&source),
                    columns,
                    black_box(&order),
                );
            });
        });
    }
    group.finish();
}

fn slices(c: &mut Criterion) {
    let mut group = c.benchmark_group("slices of f32");
    group.throughput(Throughput::Elements(LENGTH as u64));
    let x = numbers::<f32>(LENGTH);
    let mut y = x.clone();
    group.bench_function("sum", |b| b.iter(|| reduce::sum(black_box(&x))));
    group.bench_function("sum of squares", |b| b.iter(|| reduce::sum_of_squares(black_box(&x))));
    group.bench_function("max abs", |b| b.iter(|| reduce::max_abs(black_box(&x))));
    group.bench_function("all finite", |b| b.iter(|| reduce::all_finite(black_box(&x))));
    group.bench_function("axpy", |b| b.iter(|| elementwise::axpy(black_box(&mut y), 1e-3, black_box(&x))));
    let mut z = x.clone();
    group.bench_function("product into", |b| {
        b.iter(|| elementwise::product_into(black_box(&mut z), black_box(&x), black_box(&y)));
    });
    let ones = vec![1.0; LENGTH];
    group.bench_function("multiply", |b| {
        b.iter(|| elementwise::multiply(black_box(&mut y), black_box(&ones)));
    });
    group.bench_function("scale", |b| b.iter(|| elementwise::scale(black_box(&mut y), 1.0)));
    group.finish();
}

criterion_group!(benches, functions, rows, slices);
criterion_main!(benches);
