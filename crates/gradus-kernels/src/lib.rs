//! Matrices and the arithmetic on them: the floor that every other crate of Gradus stands on.
//!
//! Four concepts, in the order to read them: [`Real`] is the number type (`f32` or `f64`) with its own exp, log and tanh;
//! [`Matrix`] is a row-major block of them; [`dispatch`](dispatch::dispatch) runs one piece of plain Rust compiled for
//! the best instruction set that the processor has; [`product()`] multiplies matrices.
//!
//! ```
//! use gradus_kernels::{Matrix, Onto, product};
//!
//! let a = Matrix::from_vec(2, 3, vec![1.0_f32, 2.0, 3.0, 4.0, 5.0, 6.0]);
//! let b = Matrix::from_vec(3, 1, vec![1.0, 0.0, -1.0]);
//! let mut c = Matrix::zeros(2, 1);
//! product(c.view_mut(), a.view(), b.view(), Onto::Nothing);
//! assert_eq!(c.as_slice(), [-2.0, -2.0]);
//! ```
//!
//! This is the only crate of the workspace in which `unsafe` may stand. Everything public is safe.

mod aligned;
mod real;
mod format;
mod exponential;
mod logarithm;
mod vector;
pub mod dispatch;
mod matrix;
mod threads;
mod team;
mod share;
mod product;
pub mod elementwise;
pub mod reduce;
pub mod rows;
#[cfg(test)]
mod samples;

pub use aligned::Aligned;
pub use dispatch::{InstructionSet, Kernel, dispatch};
pub use matrix::{Matrix, MatrixView, MatrixViewMut};
pub use product::{
    Chain, DEPTH, Onto, Operands, Panels, Right, padded, product, product_shared, product_unpacked,
    product_with,
};
pub use real::Real;
pub use share::{Split, share, threads_for};
pub use team::{standing_team, team};
