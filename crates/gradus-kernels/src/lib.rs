//! Matrices and the arithmetic on them: the floor that every other crate of Gradus stands on.
//!
//! Four concepts, in the order to read them: [`Real`] is the number type (`f32` or `f64`) with its own exp, log and tanh;
//! [`Matrix`] is a row-major block of them; [`dispatch`](dispatch::dispatch) runs one piece of plain Rust compiled for
//! the best instruction set that the processor has; [`product`] multiplies matrices.
//!
//! This is the only crate of the workspace in which `unsafe` may stand. Everything public is safe.

mod real;
mod format;
mod exponential;
mod logarithm;
pub mod dispatch;
mod matrix;
mod product;
pub mod elementwise;
pub mod reduce;
#[cfg(test)]
mod samples;

pub use dispatch::{InstructionSet, Kernel, dispatch};
pub use matrix::{Matrix, MatrixView, MatrixViewMut};
pub use product::{Onto, product};
pub use real::Real;
