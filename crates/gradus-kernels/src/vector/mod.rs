//! Registers: [`Vector`] is one of them, with the few operations that a matrix product is made of.
//!
//! Element-wise kernels leave the choice of instructions to the compiler (see [`dispatch`](crate::dispatch)); a product
//! cannot, because all of its speed lies in keeping a tile of C in registers. One file per family, with its intrinsics: `x86`
//! (AVX-512 and AVX2), `neon`, `simd128`; and `portable` with arrays, which a compiler may turn into registers, for all others.

#[cfg(target_arch = "x86_64")]
pub(crate) mod amx;
mod multiplier;
#[cfg(target_arch = "aarch64")]
mod neon;
#[cfg(any(test, not(any(target_arch = "aarch64", all(target_arch = "wasm32", target_feature = "simd128")))))]
#[cfg_attr(
    test,
    allow(
        dead_code,
        unreachable_pub,
        reason = "tests try it on processors that have registers of their own, too"
    )
)]
mod portable;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod simd128;
#[cfg_attr(not(target_arch = "x86_64"), allow(dead_code, reason = "no other processor has such a unit"))]
mod square;
#[cfg(target_arch = "x86_64")]
mod x86;

pub(crate) use multiplier::{Multiplier, Plain, nearest, pair, round_row};
#[cfg(test)]
pub(crate) use portable::Portable;
pub(crate) use square::{SIDE, SquareUnit, Squares};
#[cfg(target_arch = "x86_64")]
pub(crate) use x86::NativePairs;

/// The registers that every processor of the target has.
pub(crate) mod baseline {
    #[cfg(target_arch = "aarch64")]
    pub(crate) use super::neon::{F32, F64};
    #[cfg(not(any(target_arch = "aarch64", all(target_arch = "wasm32", target_feature = "simd128"))))]
    pub(crate) use super::portable::{F32, F64};
    #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
    pub(crate) use super::simd128::{F32, F64};
}

use crate::Real;

/// Registers side by side in a full tile of a product: the width of a panel.
pub(crate) const PANEL_REGISTERS: usize = 2;

/// The most numbers that a register has.
pub(crate) const MOST_LANES: usize = 16;

/// Asks for the line of the cache at `place`, where the processor can be asked: a hint, by which nothing is read.
#[inline(always)]
pub(crate) fn prefetch<T>(place: *const T) {
    #[cfg(all(target_arch = "x86_64", not(miri)))]
    // SAFETY: every x86-64 processor has the instruction, and an address where nothing is does no harm.
    unsafe {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        _mm_prefetch::<_MM_HINT_T0>(place.cast());
    }
    #[cfg(not(all(target_arch = "x86_64", not(miri))))]
    let _ = place;
}

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
    #[inline(always)]
    unsafe fn load_first(from: *const Self::Element, count: usize) -> Self {
        let mut lanes = [Self::Element::ZERO; MOST_LANES];
        // Over all lanes, so that the loop is unrolled.
        for (i, lane) in lanes.iter_mut().enumerate().take(Self::LANES) {
            if i < count {
                // SAFETY: i < count, and the caller vouches for `count` elements.
                *lane = unsafe { *from.add(i) };
            }
        }
        // SAFETY: the caller vouches for the instruction set; there are as many as a register of any has.
        unsafe { Self::load(lanes.as_ptr()) }
    }

    /// Writes every lane.
    ///
    /// # Safety
    /// See the trait.
    unsafe fn store(self, to: *mut Self::Element);

    /// Writes the first `count` ≤ `LANES` lanes; nothing beyond them is touched.
    ///
    /// # Safety
    /// See the trait.
    #[inline(always)]
    unsafe fn store_first(self, to: *mut Self::Element, count: usize) {
        let mut lanes = [Self::Element::ZERO; MOST_LANES];
        // SAFETY: the caller vouches for the instruction set; there is room for as many as a register of any has.
        unsafe { self.store(lanes.as_mut_ptr()) };
        for (i, lane) in lanes.into_iter().enumerate().take(Self::LANES) {
            if i < count {
                // SAFETY: i < count, and the caller vouches for `count` elements.
                unsafe { *to.add(i) = lane };
            }
        }
    }

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

    /// 2 · `LANES` neighbours as `LANES` pairs of bf16, rounded to the nearest; only for registers of f32.
    ///
    /// # Safety
    /// See the trait.
    #[inline(always)]
    unsafe fn round_pairs(from: *const f32, to: *mut u32)
    where
        Self: Vector<Element = f32>,
    {
        for i in 0..Self::LANES {
            // SAFETY: the caller vouches for 2 · `LANES` numbers and `LANES` pairs.
            unsafe { *to.add(i) = pair(*from.add(2 * i), *from.add(2 * i + 1)) };
        }
    }

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
