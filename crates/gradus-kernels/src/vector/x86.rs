//! Registers of x86-64: AVX-512 (`__m512`, `__m512d`) and AVX2 with FMA (`__m256`, `__m256d`).
//!
//! 32 registers of AVX-512 hold a tile of 12 × 2, its row of B and the element of A; 16 of AVX2 hold 6 × 2.

use super::{Multiplier, Vector};
use std::arch::x86_64::{
    __cpuid, __m256, __m256d, __m256i, __m512, __m512bh, __m512d, __m512i, _CMP_UNORD_Q, _mm256_add_pd,
    _mm256_add_ps, _mm256_castpd_ps, _mm256_castps_pd, _mm256_fmadd_pd, _mm256_fmadd_ps, _mm256_loadu_pd,
    _mm256_loadu_ps, _mm256_loadu_si256, _mm256_maskload_pd, _mm256_maskload_ps, _mm256_maskstore_pd,
    _mm256_maskstore_ps, _mm256_permute2f128_pd, _mm256_permute2f128_ps, _mm256_set1_pd, _mm256_set1_ps,
    _mm256_storeu_pd, _mm256_storeu_ps, _mm256_unpackhi_pd, _mm256_unpackhi_ps, _mm256_unpacklo_pd,
    _mm256_unpacklo_ps, _mm512_add_epi32, _mm512_add_pd, _mm512_add_ps, _mm512_and_si512, _mm512_castpd_ps,
    _mm512_castps_pd, _mm512_castps_si512, _mm512_cmp_ps_mask, _mm512_dpbf16_ps, _mm512_fmadd_pd,
    _mm512_fmadd_ps, _mm512_loadu_pd, _mm512_loadu_ps, _mm512_loadu_si512, _mm512_mask_or_epi32,
    _mm512_mask_storeu_pd, _mm512_mask_storeu_ps, _mm512_maskz_loadu_pd, _mm512_maskz_loadu_ps,
    _mm512_permutex2var_epi16, _mm512_set1_epi32, _mm512_set1_pd, _mm512_set1_ps, _mm512_shuffle_f32x4,
    _mm512_srli_epi32, _mm512_storeu_pd, _mm512_storeu_ps, _mm512_storeu_si512, _mm512_unpackhi_pd,
    _mm512_unpackhi_ps, _mm512_unpacklo_pd, _mm512_unpacklo_ps,
};
use std::mem::transmute;
use std::sync::LazyLock;

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

    #[inline(always)]
    unsafe fn round_pairs(from: *const f32, to: *mut u32) {
        // SAFETY: the caller vouches for the instruction set, for 32 numbers and for 16 pairs.
        unsafe {
            let low = rounded_to_bf16(_mm512_loadu_ps(from));
            let high = rounded_to_bf16(_mm512_loadu_ps(from.add(16)));
            // The upper half of each: the words 1, 3, … of the first register, then of the second.
            let odd_words = _mm512_loadu_si512(ODD_WORDS.as_ptr().cast());
            _mm512_storeu_si512(to.cast(), _mm512_permutex2var_epi16(low, odd_words, high));
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

    #[inline(always)]
    unsafe fn transpose_square(from: *const f32, from_stride: usize, to: *mut f32, to_stride: usize) {
        // SAFETY: the caller vouches for the instruction set, and for 8 elements in each of 8 rows on both sides.
        unsafe {
            let mut rows = [Self::splat(0.0); 8];
            for (i, row) in rows.iter_mut().enumerate() {
                *row = Self::load(from.add(i * from_stride));
            }
            for (j, column) in transposed_256(rows).into_iter().enumerate() {
                column.store(to.add(j * to_stride));
            }
        }
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

    #[inline(always)]
    unsafe fn transpose_square(from: *const f64, from_stride: usize, to: *mut f64, to_stride: usize) {
        // SAFETY: the caller vouches for the instruction set, and for 4 elements in each of 4 rows on both sides.
        unsafe {
            let row = |i: usize| _mm256_loadu_pd(from.add(i * from_stride));
            // Columns 0 and 2, then 1 and 3, of two rows each.
            let (even01, odd01) = (_mm256_unpacklo_pd(row(0), row(1)), _mm256_unpackhi_pd(row(0), row(1)));
            let (even23, odd23) = (_mm256_unpacklo_pd(row(2), row(3)), _mm256_unpackhi_pd(row(2), row(3)));
            _mm256_permute2f128_pd::<LOW_HALVES>(even01, even23).store(to);
            _mm256_permute2f128_pd::<LOW_HALVES>(odd01, odd23).store(to.add(to_stride));
            _mm256_permute2f128_pd::<HIGH_HALVES>(even01, even23).store(to.add(2 * to_stride));
            _mm256_permute2f128_pd::<HIGH_HALVES>(odd01, odd23).store(to.add(3 * to_stride));
        }
    }
}

/// Pairs of bf16, multiplied by the instruction of AVX-512 BF16. It takes denormal numbers for 0.
pub(crate) struct NativePairs;

impl NativePairs {
    /// Whether the processor has that instruction.
    pub(crate) fn are_there() -> bool {
        is_x86_feature_detected!("avx512bf16")
    }

    /// Whether it multiplies more by it than by fused multiply-adds of f32. Intel's processors, which have AMX for that, do half as
    /// much: VDPBF16PS takes two cycles, in which a core begins four multiply-adds (measured on Emerald Rapids).
    pub(crate) fn are_fast() -> bool {
        static ARE_FAST: LazyLock<bool> = LazyLock::new(|| NativePairs::are_there() && !is_of_intel());
        *ARE_FAST
    }
}

/// Whether the processor calls itself "GenuineIntel".
fn is_of_intel() -> bool {
    let vendor = __cpuid(0);
    [vendor.ebx, vendor.edx, vendor.ecx].map(u32::to_le_bytes).as_flattened() == b"GenuineIntel"
}

impl Multiplier for NativePairs {
    type Sum = __m512;
    type Operand = u32;
    type Factor = __m512bh;

    #[inline(always)]
    unsafe fn splat(x: u32) -> __m512bh {
        // SAFETY: the caller vouches for the instruction set; both types are 512 bits of anything.
        unsafe { transmute(_mm512_set1_epi32(x.cast_signed())) }
    }

    #[inline(always)]
    unsafe fn load(from: *const u32) -> __m512bh {
        // SAFETY: the caller vouches for the instruction set and for 16 pairs; both types are 512 bits of anything.
        unsafe { transmute(_mm512_loadu_si512(from.cast())) }
    }

    #[inline(always)]
    unsafe fn multiply_add(a: __m512bh, b: __m512bh, onto: __m512) -> __m512 {
        // SAFETY: the caller vouches for the instruction set.
        unsafe { _mm512_dpbf16_ps(onto, a, b) }
    }
}

/// The words 1, 3, … 63 of two registers of 32 words.
static ODD_WORDS: [i16; 32] = {
    let mut words = [0; 32];
    let mut i = 0;
    while i < 32 {
        words[i] = 2 * i as i16 + 1;
        i += 1;
    }
    words
};

/// The bits of the nearest bf16 in the upper halves, and anything below: the arithmetic of `multiplier::pair`.
#[inline(always)]
unsafe fn rounded_to_bf16(x: __m512) -> __m512i {
    // SAFETY: the caller vouches for the instruction set; nothing but registers is touched.
    unsafe {
        let bits = _mm512_castps_si512(x);
        let odd = _mm512_and_si512(_mm512_srli_epi32::<16>(bits), _mm512_set1_epi32(1));
        let nearest = _mm512_add_epi32(bits, _mm512_add_epi32(odd, _mm512_set1_epi32(0x7fff)));
        let nan = _mm512_cmp_ps_mask::<_CMP_UNORD_Q>(x, x);
        _mm512_mask_or_epi32(nearest, nan, bits, _mm512_set1_epi32(QUIET))
    }
}

/// The bit that makes a NaN a quiet one; it lies in the half that stays.
const QUIET: i32 = 0x0040_0000;

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
            // No closure: one that is not inlined would have no registers of this size.
            let (low0, high0) = (_mm512_castps_pd(pairs[4 * r]), _mm512_castps_pd(pairs[4 * r + 1]));
            let (low1, high1) = (_mm512_castps_pd(pairs[4 * r + 2]), _mm512_castps_pd(pairs[4 * r + 3]));
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

/// Eight rows of eight, in the same manner.
#[inline(always)]
unsafe fn transposed_256(rows: [__m256; 8]) -> [__m256; 8] {
    // SAFETY: the caller vouches for the instruction set; nothing but registers is touched.
    unsafe {
        let mut columns = rows;
        // fours[4 r + c] holds, in its part p, column 4 p + c of the rows 4 r to 4 r + 3.
        let mut fours = rows;
        for r in [0, 4] {
            let (low01, high01) =
                (_mm256_unpacklo_ps(rows[r], rows[r + 1]), _mm256_unpackhi_ps(rows[r], rows[r + 1]));
            let (low23, high23) =
                (_mm256_unpacklo_ps(rows[r + 2], rows[r + 3]), _mm256_unpackhi_ps(rows[r + 2], rows[r + 3]));
            for (c, (pair01, pair23)) in [(low01, low23), (high01, high23)].into_iter().enumerate() {
                let (pair01, pair23) = (_mm256_castps_pd(pair01), _mm256_castps_pd(pair23));
                fours[r + 2 * c] = _mm256_castpd_ps(_mm256_unpacklo_pd(pair01, pair23));
                fours[r + 2 * c + 1] = _mm256_castpd_ps(_mm256_unpackhi_pd(pair01, pair23));
            }
        }
        for c in 0..4 {
            columns[c] = _mm256_permute2f128_ps::<LOW_HALVES>(fours[c], fours[4 + c]);
            columns[4 + c] = _mm256_permute2f128_ps::<HIGH_HALVES>(fours[c], fours[4 + c]);
        }
        columns
    }
}

/// The first halves of two registers, or the second.
const LOW_HALVES: i32 = 0x20;
const HIGH_HALVES: i32 = 0x31;
