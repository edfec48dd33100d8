//! Registers of WebAssembly with simd128 (`v128`), of which a module may be sure once it was compiled with it.
//!
//! There is no fused multiply-add, and how many registers the browser has to give is not said: 16 on x86-64, which hold a tile of
//! 4 × 2, its row of B, the element of A and a product.

use super::Vector;
use std::arch::wasm32::{
    f32x4_add, f32x4_mul, f32x4_splat, f64x2_add, f64x2_mul, f64x2_splat, i32x4_shuffle, v128, v128_load,
    v128_load32_lane, v128_load32_zero, v128_load64_zero, v128_store, v128_store32_lane, v128_store64_lane,
};

/// Four f32.
#[derive(Clone, Copy)]
pub struct F32(v128);

/// Two f64.
#[derive(Clone, Copy)]
pub struct F64(v128);

impl Vector for F32 {
    type Element = f32;
    const LANES: usize = 4;
    const TILE_ROWS: usize = 4;

    #[inline(always)]
    unsafe fn splat(x: f32) -> Self {
        Self(f32x4_splat(x))
    }

    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: the caller vouches for LANES elements.
        Self(unsafe { v128_load(from.cast()) })
    }

    #[inline(always)]
    unsafe fn load_first(from: *const f32, count: usize) -> Self {
        // SAFETY: the caller vouches for `count` elements; no more are read.
        Self(unsafe {
            match count {
                0 => f32x4_splat(0.0),
                1 => v128_load32_zero(from.cast()),
                2 => v128_load64_zero(from.cast()),
                3 => v128_load32_lane::<2>(v128_load64_zero(from.cast()), from.add(2).cast()),
                _ => v128_load(from.cast()),
            }
        })
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: the caller vouches for LANES elements.
        unsafe { v128_store(to.cast(), self.0) };
    }

    #[inline(always)]
    unsafe fn store_first(self, to: *mut f32, count: usize) {
        // SAFETY: the caller vouches for `count` elements; no more are written.
        unsafe {
            match count {
                0 => {}
                1 => v128_store32_lane::<0>(self.0, to.cast()),
                2 => v128_store64_lane::<0>(self.0, to.cast()),
                3 => {
                    v128_store64_lane::<0>(self.0, to.cast());
                    v128_store32_lane::<2>(self.0, to.add(2).cast());
                }
                _ => self.store(to),
            }
        }
    }

    #[inline(always)]
    unsafe fn add(self, other: Self) -> Self {
        Self(f32x4_add(self.0, other.0))
    }

    #[inline(always)]
    unsafe fn multiply_add(self, by: Self, onto: Self) -> Self {
        Self(f32x4_add(f32x4_mul(self.0, by.0), onto.0))
    }

    #[inline(always)]
    unsafe fn transpose_square(from: *const f32, from_stride: usize, to: *mut f32, to_stride: usize) {
        // SAFETY: the caller vouches for four elements in each of four rows on both sides.
        unsafe {
            let row = |i: usize| Self::load(from.add(i * from_stride)).0;
            // The first halves of two rows, one by one from each; then the second halves.
            let (low01, high01) =
                (i32x4_shuffle::<0, 4, 1, 5>(row(0), row(1)), i32x4_shuffle::<2, 6, 3, 7>(row(0), row(1)));
            let (low23, high23) =
                (i32x4_shuffle::<0, 4, 1, 5>(row(2), row(3)), i32x4_shuffle::<2, 6, 3, 7>(row(2), row(3)));
            Self(i32x4_shuffle::<0, 1, 4, 5>(low01, low23)).store(to);
            Self(i32x4_shuffle::<2, 3, 6, 7>(low01, low23)).store(to.add(to_stride));
            Self(i32x4_shuffle::<0, 1, 4, 5>(high01, high23)).store(to.add(2 * to_stride));
            Self(i32x4_shuffle::<2, 3, 6, 7>(high01, high23)).store(to.add(3 * to_stride));
        }
    }
}

impl Vector for F64 {
    type Element = f64;
    const LANES: usize = 2;
    const TILE_ROWS: usize = 4;

    #[inline(always)]
    unsafe fn splat(x: f64) -> Self {
        Self(f64x2_splat(x))
    }

    #[inline(always)]
    unsafe fn load(from: *const f64) -> Self {
        // SAFETY: the caller vouches for LANES elements.
        Self(unsafe { v128_load(from.cast()) })
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f64) {
        // SAFETY: the caller vouches for LANES elements.
        unsafe { v128_store(to.cast(), self.0) };
    }

    #[inline(always)]
    unsafe fn add(self, other: Self) -> Self {
        Self(f64x2_add(self.0, other.0))
    }

    #[inline(always)]
    unsafe fn multiply_add(self, by: Self, onto: Self) -> Self {
        Self(f64x2_add(f64x2_mul(self.0, by.0), onto.0))
    }
}
