//! Registers: [`Vector`] is one of them, with the few operations that a matrix product is made of.
//!
//! Element-wise kernels leave the choice of instructions to the compiler (see [`dispatch`](crate::dispatch)); a product
//! cannot, because all of its speed lies in keeping a tile of C in registers. One file per family: `x86` with the intrinsics
//! of AVX-512 and AVX2, `portable` with arrays, which compilers turn into NEON, simd128 or SSE2.

mod portable;
#[cfg(target_arch = "x86_64")]
mod x86;

pub(crate) use portable::Portable;

use crate::Real;

/// One register of [`LANES`](Self::LANES) numbers.
///
/// # Safety of its functions
/// Each may only run on a processor with the instruction set of the register, in code that was compiled for it; a function
/// that takes a pointer may only be given one behind which the elements named are there to read or to write. Alignment does
/// not matter.
pub trait Vector: Copy {
    /// What a lane holds.
    type Element: Real;

    /// Numbers in a register.
    const LANES: usize;
    /// Registers side by side in a full tile of a product: the width of a panel.
    const PANEL_REGISTERS: usize = 2;
    /// Rows of a full tile: as many as leave a few registers free for the operands.
    const TILE_ROWS: usize;

    /// `x` in every lane.
    ///
    /// # Safety
    /// See the trait.
    unsafe fn splat(x: Self::Element) -> Self;

    /// `LANES` numbers.
    ///
    /// # Safety
    /// See the trait.
    unsafe fn load(from: *const Self::Element) -> Self;

    /// The first `count` ≤ `LANES` numbers, and 0 in the other lanes; nothing beyond them is read.
    ///
    /// # Safety
    /// See the trait.
    unsafe fn load_first(from: *const Self::Element, count: usize) -> Self;

    /// Writes every lane.
    ///
    /// # Safety
    /// See the trait.
    unsafe fn store(self, to: *mut Self::Element);

    /// Writes the first `count` ≤ `LANES` lanes; nothing beyond them is touched.
    ///
    /// # Safety
    /// See the trait.
    unsafe fn store_first(self, to: *mut Self::Element, count: usize);

    /// self + other.
    ///
    /// # Safety
    /// See the trait.
    unsafe fn add(self, other: Self) -> Self;

    /// self · by + onto, rounded once wherever the processor can.
    ///
    /// # Safety
    /// See the trait.
    unsafe fn multiply_add(self, by: Self, onto: Self) -> Self;

    /// Reads a square of `LANES` rows, `from_stride` elements apart, and writes it with rows and columns exchanged, the
    /// new rows `to_stride` apart.
    ///
    /// # Safety
    /// See the trait.
    #[inline(always)]
    unsafe fn transpose_square(
        from: *const Self::Element,
        from_stride: usize,
        to: *mut Self::Element,
        to_stride: usize,
    ) {
        for i in 0..Self::LANES {
            for j in 0..Self::LANES {
                // SAFETY: the caller vouches for `LANES` elements in each of `LANES` rows on both sides.
                unsafe { *to.add(j * to_stride + i) = *from.add(i * from_stride + j) };
            }
        }
    }
}
