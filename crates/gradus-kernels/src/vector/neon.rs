//! Registers of 64-bit ARM: NEON (`float32x4_t`, `float64x2_t`), which every such processor has.
//!
//! 32 registers hold a tile of 12 × 2, its row of B and the element of A.

use super::Vector;
use std::arch::aarch64::{
    float32x4_t, float64x2_t, vaddq_f32, vaddq_f64, vdupq_n_f32, vdupq_n_f64, vfmaq_f32, vfmaq_f64,
    vld1q_f32, vld1q_f64, vreinterpretq_f32_f64, vreinterpretq_f64_f32, vst1q_f32, vst1q_f64, vtrn1q_f32,
    vtrn1q_f64, vtrn2q_f32, vtrn2q_f64,
};

/// Four f32.
pub(crate) type F32 = float32x4_t;
/// Two f64.
pub(crate) type F64 = float64x2_t;

impl Vector for F32 {
    type Element = f32;
    const LANES: usize = 4;
    const TILE_ROWS: usize = 12;

    #[inline(always)]
    unsafe fn splat(x: f32) -> Self {
        // SAFETY: NEON is part of the target.
        unsafe { vdupq_n_f32(x) }
    }

    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: NEON is part of the target; the caller vouches for LANES elements.
        unsafe { vld1q_f32(from) }
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: NEON is part of the target; the caller vouches for LANES elements.
        unsafe { vst1q_f32(to, self) };
    }

    #[inline(always)]
    unsafe fn add(self, other: Self) -> Self {
        // SAFETY: NEON is part of the target.
        unsafe { vaddq_f32(self, other) }
    }

    #[inline(always)]
    unsafe fn multiply_add(self, by: Self, onto: Self) -> Self {
        // SAFETY: NEON is part of the target.
        unsafe { vfmaq_f32(onto, self, by) }
    }

    #[inline(always)]
    unsafe fn transpose_square(from: *const f32, from_stride: usize, to: *mut f32, to_stride: usize) {
        // SAFETY: NEON is part of the target; the caller vouches for four elements in each of four rows on both sides.
        unsafe {
            let row = |i: usize| vld1q_f32(from.add(i * from_stride));
            // Two by two, then the squares of two.
            let (even01, odd01) = (vtrn1q_f32(row(0), row(1)), vtrn2q_f32(row(0), row(1)));
            let (even23, odd23) = (vtrn1q_f32(row(2), row(3)), vtrn2q_f32(row(2), row(3)));
            let column = |j: usize, above: Self, below: Self| {
                let (above, below) = (vreinterpretq_f64_f32(above), vreinterpretq_f64_f32(below));
                let halves = if j < 2 { vtrn1q_f64(above, below) } else { vtrn2q_f64(above, below) };
                vst1q_f32(to.add(j * to_stride), vreinterpretq_f32_f64(halves));
            };
            column(0, even01, even23);
            column(1, odd01, odd23);
            column(2, even01, even23);
            column(3, odd01, odd23);
        }
    }
}

impl Vector for F64 {
    type Element = f64;
    const LANES: usize = 2;
    const TILE_ROWS: usize = 12;

    #[inline(always)]
    unsafe fn splat(x: f64) -> Self {
        // SAFETY: NEON is part of the target.
        unsafe { vdupq_n_f64(x) }
    }

    #[inline(always)]
    unsafe fn load(from: *const f64) -> Self {
        // SAFETY: NEON is part of the target; the caller vouches for LANES elements.
        unsafe { vld1q_f64(from) }
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f64) {
        // SAFETY: NEON is part of the target; the caller vouches for LANES elements.
        unsafe { vst1q_f64(to, self) };
    }

    #[inline(always)]
    unsafe fn add(self, other: Self) -> Self {
        // SAFETY: NEON is part of the target.
        unsafe { vaddq_f64(self, other) }
    }

    #[inline(always)]
    unsafe fn multiply_add(self, by: Self, onto: Self) -> Self {
        // SAFETY: NEON is part of the target.
        unsafe { vfmaq_f64(onto, self, by) }
    }
}
