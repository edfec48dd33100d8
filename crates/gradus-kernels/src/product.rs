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
    let beta = match onto {
        Onto::Nothing => R::ZERO,
        Onto::Sum => R::ONE,
    };
    // SAFETY: every view was checked when it was made to hold all its elements inside its slice (`assert_fits`), and the
    // shapes were compared above, so each address that gemm reads or writes lies inside one of the three slices. C is
    // borrowed mutably and its strides were checked to give every element a place of its own, so nothing else aliases it.
    unsafe {
        gemm::gemm(
            m,
            n,
            k,
            c.elements.as_mut_ptr(),
            c.column_stride as isize,
            c.row_stride as isize,
            onto == Onto::Sum,
            a.elements.as_ptr(),
            a.column_stride as isize,
            a.row_stride as isize,
            b.elements.as_ptr(),
            b.column_stride as isize,
            b.row_stride as isize,
            beta,
            R::ONE,
            false,
            false,
            false,
            parallelism(m * n * k),
        );
    }
}

/// Below this many multiply-adds, handing work to a second thread costs more than it saves.
const WORTH_A_THREAD: usize = 1 << 19;

fn parallelism(multiply_adds: usize) -> gemm::Parallelism {
    match rayon::current_num_threads() {
        1 => gemm::Parallelism::None,
        _ if multiply_adds < WORTH_A_THREAD => gemm::Parallelism::None,
        threads => gemm::Parallelism::Rayon(threads),
    }
}
