//! Registers of x86-64: AVX-512 (`__m512`, `__m512d`) and AVX2 with FMA (`__m256`, `__m256d`).
//!
//! 32 registers of AVX-512 hold a tile of 12 × 2, its row of B and the element of A; 16 of AVX2 hold 6 × 2.

use super::Vector;
use std::arch::x86_64::{
    __m256, __m256d, __m256i, __m512, __m512d, _mm256_add_pd, _mm256_add_ps, _mm256_fmadd_pd,
    _mm256_fmadd_ps, _mm256_loadu_pd, _mm256_loadu_ps, _mm256_loadu_si256, _mm256_maskload_pd,
    _mm256_maskload_ps, _mm256_maskstore_pd, _mm256_maskstore_ps, _mm256_set1_pd, _mm256_set1_ps,
    _mm256_storeu_pd, _mm256_storeu_ps, _mm512_add_pd, _mm512_add_ps, _mm512_castpd_ps, _mm512_castps_pd,
    _mm512_fmadd_pd, _mm512_fmadd_ps, _mm512_loadu_pd, _mm512_loadu_ps, _mm512_mask_storeu_pd,
    _mm512_mask_storeu_ps, _mm512_maskz_loadu_pd, _mm512_maskz_loadu_ps, _mm512_set1_pd, _mm512_set1_ps,
    _mm512_shuffle_f32x4, _mm512_storeu_pd, _mm512_storeu_ps, _mm512_unpackhi_pd, _mm512_unpackhi_ps,
    _mm512_unpacklo_pd, _mm512_unpacklo_ps,
};

impl Vector for __m512 {
    type Element = f32;
    const LANES: usize = 16;
    const TILE_ROWS: usize = 12;

    #[inline(always)]
    unsafe fn splat(x: f32) -> Self {
        // SAFETY: the caller vouches for the instruction set.
        unsafe { _mm512_set1_ps(x) }
    }

    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: the caller vouches for the instruction set and for LANES elements.
        unsafe { _mm512_loadu_ps(from) }
    }

    #[inline(always)]
    unsafe fn load_first(from: *const f32, count: usize) -> Self {
        // SAFETY: the caller vouches for the instruction set and for `count` elements; lanes masked out are not read.
        unsafe { _mm512_maskz_loadu_ps(first(count) as u16, from) }
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: the caller vouches for the instruction set and for LANES elements.
        unsafe { _mm512_storeu_ps(to, self) };
    }

    #[inline(always)]
    unsafe fn store_first(self, to: *mut f32, count: usize) {
        // SAFETY: the caller vouches for the instruction set and for `count` elements; lanes masked out are not written.
        unsafe { _mm512_mask_storeu_ps(to, first(count) as u16, self) };
    }

    #[inline(always)]
    unsafe fn add(self, other: Self) -> Self {
        // SAFETY: the caller vouches for the instruction set.
        unsafe { _mm512_add_ps(self, other) }
    }

    #[inline(always)]
    unsafe fn multiply_add(self, by: Self, onto: Self) -> Self {
        // SAFETY: the caller vouches for the instruction set.
        unsafe { _mm512_fmadd_ps(self, by, onto) }
    }

    #[inline(always)]
    unsafe fn transpose_square(from: *const f32, from_stride: usize, to: *mut f32, to_stride: usize) {
        // SAFETY: the caller vouches for the instruction set, and for 16 elements in each of 16 rows on both sides.
        unsafe {
            let mut rows = [Self::splat(0.0); 16];
            for (i, row) in rows.iter_mut().enumerate() {
                *row = Self::load(from.add(i * from_stride));
            }
            for (j, column) in transposed(rows).into_iter().enumerate() {
                column.store(to.add(j * to_stride));
            }
        }
    }
}

impl Vector for __m512d {
    type Element = f64;
    const LANES: usize = 8;
    const TILE_ROWS: usize = 12;

    #[inline(always)]
    unsafe fn splat(x: f64) -> Self {
        // SAFETY: the caller vouches for the instruction set.
        unsafe { _mm512_set1_pd(x) }
    }

    #[inline(always)]
    unsafe fn load(from: *const f64) -> Self {
        // SAFETY: the caller vouches for the instruction set and for LANES elements.
        unsafe { _mm512_loadu_pd(from) }
    }

    #[inline(always)]
    unsafe fn load_first(from: *const f64, count: usize) -> Self {
        // SAFETY: the caller vouches for the instruction set and for `count` elements; lanes masked out are not read.
        unsafe { _mm512_maskz_loadu_pd(first(count) as u8, from) }
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f64) {
        // SAFETY: the caller vouches for the instruction set and for LANES elements.
        unsafe { _mm512_storeu_pd(to, self) };
    }

    #[inline(always)]
    unsafe fn store_first(self, to: *mut f64, count: usize) {
        // SAFETY: the caller vouches for the instruction set and for `count` elements; lanes masked out are not written.
        unsafe { _mm512_mask_storeu_pd(to, first(count) as u8, self) };
    }

    #[inline(always)]
    unsafe fn add(self, other: Self) -> Self {
        // SAFETY: the caller vouches for the instruction set.
        unsafe { _mm512_add_pd(self, other) }
    }

    #[inline(always)]
    unsafe fn multiply_add(self, by: Self, onto: Self) -> Self {
        // SAFETY: the caller vouches for the instruction set.
        unsafe { _mm512_fmadd_pd(self, by, onto) }
    }
}

impl Vector for __m256 {
    type Element = f32;
    const LANES: usize = 8;
    const TILE_ROWS: usize = 6;

    #[inline(always)]
    unsafe fn splat(x: f32) -> Self {
        // SAFETY: the caller vouches for the instruction set.
        unsafe { _mm256_set1_ps(x) }
    }

    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: the caller vouches for the instruction set and for LANES elements.
        unsafe { _mm256_loadu_ps(from) }
    }

    #[inline(always)]
    unsafe fn load_first(from: *const f32, count: usize) -> Self {
        // SAFETY: the caller vouches for the instruction set and for `count` elements; lanes masked out are not read.
        unsafe { _mm256_maskload_ps(from, first_of_8(count)) }
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: the caller vouches for the instruction set and for LANES elements.
        unsafe { _mm256_storeu_ps(to, self) };
    }

    #[inline(always)]
    unsafe fn store_first(self, to: *mut f32, count: usize) {
        // SAFETY: the caller vouches for the instruction set and for `count` elements; lanes masked out are not written.
        unsafe { _mm256_maskstore_ps(to, first_of_8(count), self) };
    }

    #[inline(always)]
    unsafe fn add(self, other: Self) -> Self {
        // SAFETY: the caller vouches for the instruction set.
        unsafe { _mm256_add_ps(self, other) }
    }

    #[inline(always)]
    unsafe fn multiply_add(self, by: Self, onto: Self) -> Self {
        // SAFETY: the caller vouches for the instruction set.
        unsafe { _mm256_fmadd_ps(self, by, onto) }
    }
}

impl Vector for __m256d {
    type Element = f64;
    const LANES: usize = 4;
    const TILE_ROWS: usize = 6;

    #[inline(always)]
    unsafe fn splat(x: f64) -> Self {
        // SAFETY: the caller vouches for the instruction set.
        unsafe { _mm256_set1_pd(x) }
    }

    #[inline(always)]
    unsafe fn load(from: *const f64) -> Self {
        // SAFETY: the caller vouches for the instruction set and for LANES elements.
        unsafe { _mm256_loadu_pd(from) }
    }

    #[inline(always)]
    unsafe fn load_first(from: *const f64, count: usize) -> Self {
        // SAFETY: the caller vouches for the instruction set and for `count` elements; lanes masked out are not read.
        unsafe { _mm256_maskload_pd(from, first_of_4(count)) }
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f64) {
        // SAFETY: the caller vouches for the instruction set and for LANES elements.
        unsafe { _mm256_storeu_pd(to, self) };
    }

    #[inline(always)]
    unsafe fn store_first(self, to: *mut f64, count: usize) {
        // SAFETY: the caller vouches for the instruction set and for `count` elements; lanes masked out are not written.
        unsafe { _mm256_maskstore_pd(to, first_of_4(count), self) };
    }

    #[inline(always)]
    unsafe fn add(self, other: Self) -> Self {
        // SAFETY: the caller vouches for the instruction set.
        unsafe { _mm256_add_pd(self, other) }
    }

    #[inline(always)]
    unsafe fn multiply_add(self, by: Self, onto: Self) -> Self {
        // SAFETY: the caller vouches for the instruction set.
        unsafe { _mm256_fmadd_pd(self, by, onto) }
    }
}

/// A mask with the lowest `count` bits set.
#[inline(always)]
fn first(count: usize) -> u32 {
    (1 << count) - 1
}

/// −1 in the first `count` of 8 lanes.
#[inline(always)]
unsafe fn first_of_8(count: usize) -> __m256i {
    const MASKS: [i32; 16] = [-1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0];
    let from = MASKS[8 - count..].as_ptr();
    // SAFETY: the slice has 8 + count elements, at least the 8 that are read; the caller vouches for the instruction set.
    unsafe { _mm256_loadu_si256(from.cast()) }
}

/// −1 in the first `count` of 4 lanes.
#[inline(always)]
unsafe fn first_of_4(count: usize) -> __m256i {
    const MASKS: [i64; 8] = [-1, -1, -1, -1, 0, 0, 0, 0];
    let from = MASKS[4 - count..].as_ptr();
    // SAFETY: the slice has 4 + count elements, at least the 4 that are read; the caller vouches for the instruction set.
    unsafe { _mm256_loadu_si256(from.cast()) }
}

/// Sixteen rows of sixteen, with rows and columns exchanged: pairs, then fours, within the 128-bit parts of the registers,
/// then the parts themselves.
#[inline(always)]
unsafe fn transposed(rows: [__m512; 16]) -> [__m512; 16] {
    // SAFETY: the caller vouches for the instruction set; nothing but registers is touched.
    unsafe {
        let mut pairs = rows;
        for i in (0..16).step_by(2) {
            pairs[i] = _mm512_unpacklo_ps(rows[i], rows[i + 1]);
            pairs[i + 1] = _mm512_unpackhi_ps(rows[i], rows[i + 1]);
        }
        // fours[4 r + c] holds, in its part p, column 4 p + c of the rows 4 r to 4 r + 3.
        let mut fours = rows;
        for r in 0..4 {
            let [low0, high0, low1, high1] = [0, 1, 2, 3].map(|i| _mm512_castps_pd(pairs[4 * r + i]));
            fours[4 * r] = _mm512_castpd_ps(_mm512_unpacklo_pd(low0, low1));
            fours[4 * r + 1] = _mm512_castpd_ps(_mm512_unpackhi_pd(low0, low1));
            fours[4 * r + 2] = _mm512_castpd_ps(_mm512_unpacklo_pd(high0, high1));
            fours[4 * r + 3] = _mm512_castpd_ps(_mm512_unpackhi_pd(high0, high1));
        }
        let mut columns = rows;
        for c in 0..4 {
            let even01 = _mm512_shuffle_f32x4::<0b10_00_10_00>(fours[c], fours[4 + c]);
            let odd01 = _mm512_shuffle_f32x4::<0b11_01_11_01>(fours[c], fours[4 + c]);
            let even23 = _mm512_shuffle_f32x4::<0b10_00_10_00>(fours[8 + c], fours[12 + c]);
            let odd23 = _mm512_shuffle_f32x4::<0b11_01_11_01>(fours[8 + c], fours[12 + c]);
            columns[c] = _mm512_shuffle_f32x4::<0b10_00_10_00>(even01, even23);
            columns[4 + c] = _mm512_shuffle_f32x4::<0b10_00_10_00>(odd01, odd23);
            columns[8 + c] = _mm512_shuffle_f32x4::<0b11_01_11_01>(even01, even23);
            columns[12 + c] = _mm512_shuffle_f32x4::<0b11_01_11_01>(odd01, odd23);
        }
        columns
    }
}
