//! The matrix product, behind one function so that the library that computes it can be replaced in one place.
//!
//! C ← A·B or C ← C + A·B, with A (m, k), B (k, n), C (m, n), any strides.
//!
//! The library is the `gemm` crate: the best or equal to the best of the pure Rust ones on the shapes of training, with
//! AVX-512, AVX2 and NEON kernels chosen at run time. It splits the work over tiles of C and never over k, so that the
//! bits of C do not depend on the number of threads. It packs its operands into buffers that it asks from the allocator
//! for each call; they are the only allocations of a training step.

use crate::{MatrixView, MatrixViewMut, Real};

/// What a product does with the numbers that are already in C.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Onto {
    /// C ← A·B.
    Nothing,
    /// C ← C + A·B.
    Sum,
}

/// Multiplies `a` (m, k) by `b` (k, n) into `c` (m, n).
///
/// Runs on the threads of the current rayon pool where the product is large enough to gain from them.
///
/// # Panics
/// If the shapes do not fit each other.
pub fn product<R: Real>(c: MatrixViewMut<'_, R>, a: MatrixView<'_, R>, b: MatrixView<'_, R>, onto: Onto) {
    let (m, k, n) = (a.rows, a.columns, b.columns);
    assert_eq!(k, b.rows, "a {m}×{k} matrix cannot be multiplied by a {}×{n} one", b.rows);
    assert_eq!(
        (m, n),
        (c.rows, c.columns),
        "the product of {m}×{k} and {k}×{n} does not fit {}×{}",
        c.rows,
        c.columns
    );
    if m == 0 || n == 0 {
        return;
    }
    let kept = match onto {
        Onto::Nothing => R::ZERO,
        Onto::Sum => R::ONE,
    };
    // SAFETY: gemm reads A at i · row stride + l · column stride for i < m and l < k, B likewise for k and n, and reads
    // and writes C for m and n. `assert_fits` held the last of these addresses, and with it all, inside the slice of each
    // view when the view was made, and the shapes were compared above. The strides arrive unchanged wherever they matter
    // (see `step`). C's slice is borrowed mutably, so it overlaps neither other, and `assert_apart` gave every element of
    // it a place of its own, so no two threads write to one place. With Onto::Nothing C is not read, and it is
    // initialised in any case. R is f32 or f64 (the trait is sealed), the types that gemm accepts.
    unsafe {
        gemm::gemm(
            m,
            n,
            k,
            c.elements.as_mut_ptr(),
            step(c.column_stride),
            step(c.row_stride),
            onto == Onto::Sum,
            a.elements.as_ptr(),
            step(a.column_stride),
            step(a.row_stride),
            b.elements.as_ptr(),
            step(b.column_stride),
            step(b.row_stride),
            kept,
            R::ONE,
            false,
            false,
            false,
            parallelism(m.saturating_mul(n).saturating_mul(k)),
        );
    }
}

/// A stride as gemm takes it. One beyond `isize::MAX` can only belong to a single row or column, because a second one
/// would lie outside any slice; it is never used, and 0 will do.
fn step(stride: usize) -> isize {
    isize::try_from(stride).unwrap_or(0)
}

/// Below this many multiply-adds, handing work to a second thread costs as much as it saves.
///
/// Found with `cargo bench -p gradus-kernels --bench product` and this constant at 0, on two cores with AVX-512, f32, best
/// times on one thread and on two: 128×100×128 (1.6 million) 21 and 21 µs, 128×128×128 (2.1 million) 24 and 20 µs,
/// 128×192×128 34 and 23 µs, 256×128×128 43 and 27 µs.
const WORTH_A_THREAD: usize = 1 << 21;

fn parallelism(multiply_adds: usize) -> gemm::Parallelism {
    match rayon::current_num_threads() {
        1 => gemm::Parallelism::None,
        _ if multiply_adds < WORTH_A_THREAD => gemm::Parallelism::None,
        threads => gemm::Parallelism::Rayon(threads),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{bits, plain};

    /// How a (rows, columns) matrix lies in its slice.
    #[derive(Clone, Copy, Debug)]
    enum Layout {
        Rows,
        Columns,
        Gaps,
    }

    const LAYOUTS: [Layout; 3] = [Layout::Rows, Layout::Columns, Layout::Gaps];

    impl Layout {
        fn strides(self, rows: usize, columns: usize) -> (usize, usize) {
            match self {
                Self::Rows => (columns, 1),
                Self::Columns => (1, rows),
                Self::Gaps => (2 * columns + 3, 2),
            }
        }

        fn length(self, rows: usize, columns: usize) -> usize {
            let (row_stride, column_stride) = self.strides(rows, columns);
            if rows == 0 || columns == 0 {
                0
            } else {
                (rows - 1) * row_stride + (columns - 1) * column_stride + 1
            }
        }
    }

    /// The product of a random (m, k) and (k, n) matrix against three loops in f64. An error of k roundings of the sum of
    /// the absolute terms is what any order of summation may have (Higham, Accuracy and Stability, 3.5).
    fn check<R: Real>((m, k, n): (usize, usize, usize), layouts: [Layout; 3], onto: Onto) {
        let [la, lb, lc] = layouts;
        let (a, b) = (plain::<R>(la.length(m, k), 1), plain::<R>(lb.length(k, n), 2));
        let before = plain::<R>(lc.length(m, n), 3);
        let mut after = before.clone();
        let a = MatrixView::with_strides(&a, (m, k), la.strides(m, k));
        let b = MatrixView::with_strides(&b, (k, n), lb.strides(k, n));
        product(MatrixViewMut::with_strides(&mut after, (m, n), lc.strides(m, n)), a, b, onto);

        let old = MatrixView::with_strides(&before, (m, n), lc.strides(m, n));
        let new = MatrixView::with_strides(&after, (m, n), lc.strides(m, n));
        for (i, j) in (0..m).flat_map(|i| (0..n).map(move |j| (i, j))) {
            let start = if onto == Onto::Sum { old.get(i, j).to_f64() } else { 0.0 };
            let terms = (0..k).map(|l| a.get(i, l).to_f64() * b.get(l, j).to_f64());
            let (sum, size) = terms.fold((start, start.abs()), |(sum, size), x| (sum + x, size + x.abs()));
            let error = (new.get(i, j).to_f64() - sum).abs();
            let bound = (k + 2) as f64 * R::EPSILON.to_f64() * size;
            assert!(
                error <= bound,
                "{m}×{k}×{n} {layouts:?} {onto:?}: error {error:e} at ({i}, {j}), not {bound:e}"
            );
        }
        if let Layout::Gaps = lc {
            let between = |x: &[R]| -> Vec<R> { x.iter().copied().skip(1).step_by(2).collect() };
            if m == 1 {
                assert_eq!(between(&after), between(&before), "{m}×{k}×{n}: written between the elements");
            }
        }
    }

    #[test]
    fn products_agree_with_three_loops() {
        let sizes = [0, 1, 2, 5, 16, 33];
        let small =
            sizes.into_iter().flat_map(|m| sizes.into_iter().flat_map(move |k| sizes.map(|n| (m, k, n))));
        let large = [(64, 100, 10), (1, 300, 70), (70, 300, 1), (129, 257, 65), (3, 1000, 3), (200, 2, 200)];
        for (count, shape) in small.chain(large).enumerate() {
            for onto in [Onto::Nothing, Onto::Sum] {
                // Each layout of each operand takes its turn.
                let layouts = [LAYOUTS[count % 3], LAYOUTS[count / 3 % 3], LAYOUTS[count / 9 % 3]];
                check::<f32>(shape, layouts, onto);
                check::<f64>(shape, layouts, onto);
            }
        }
    }

    #[test]
    fn shapes_that_do_not_fit_are_refused() {
        fn call(a: (usize, usize), b: (usize, usize), c: (usize, usize)) {
            let (a, b) = (crate::Matrix::<f32>::zeros(a.0, a.1), crate::Matrix::zeros(b.0, b.1));
            product(crate::Matrix::zeros(c.0, c.1).view_mut(), a.view(), b.view(), Onto::Nothing);
        }
        let table: [(&str, fn()); 3] = [
            ("inner sizes that differ", || call((2, 3), (4, 5), (2, 5))),
            ("another number of rows", || call((2, 3), (3, 5), (3, 5))),
            ("another number of columns", || call((2, 3), (3, 5), (2, 4))),
        ];
        for (name, call) in table {
            assert!(std::panic::catch_unwind(call).is_err(), "{name} were accepted");
        }
    }

    fn bits_with_threads<R: Real>(
        (m, k, n): (usize, usize, usize),
        layouts: [Layout; 2],
        threads: usize,
    ) -> Vec<u64> {
        let [la, lb] = layouts;
        let (a, b) = (plain::<R>(la.length(m, k), 1), plain::<R>(lb.length(k, n), 2));
        let a = MatrixView::with_strides(&a, (m, k), la.strides(m, k));
        let b = MatrixView::with_strides(&b, (k, n), lb.strides(k, n));
        let mut c = crate::Matrix::<R>::zeros(m, n);
        let pool =
            rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be started");
        pool.install(|| product(c.view_mut(), a, b, Onto::Nothing));
        bits(c.as_slice())
    }

    fn check_threads<R: Real>(shape: (usize, usize, usize)) {
        assert!(shape.0 * shape.1 * shape.2 >= WORTH_A_THREAD, "{shape:?} runs on one thread anyway");
        // The three products of training: forward A·Wᵀ, back Δ·W, the weights' gradient Δᵀ·A.
        for layouts in [[Layout::Rows, Layout::Columns], [Layout::Rows; 2], [Layout::Columns, Layout::Rows]] {
            let one = bits_with_threads::<R>(shape, layouts, 1);
            for threads in [2, 3, 4, 8] {
                let found = bits_with_threads::<R>(shape, layouts, threads);
                assert!(found == one, "{shape:?} {layouts:?}: other bits with {threads} threads");
            }
        }
    }

    #[test]
    fn bits_do_not_depend_on_the_number_of_threads() {
        for shape in [
            (128, 784, 256),
            (300, 301, 299),
            (33, 5000, 70),
            (2000, 40, 50),
            (128, 10_000, 10),
            (7, 3000, 600),
        ] {
            check_threads::<f32>(shape);
            check_threads::<f64>(shape);
        }
    }
}
