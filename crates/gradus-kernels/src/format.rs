//! The bit layout of `f32` and `f64`, as far as exp and ln need it.
//!
//! IEEE 754: a positive number is 2^e · m, with e + bias in the bits above the fraction and m − 1 in the fraction. Adding
//! 1.5 · 2^p, p the number of fraction bits, to a number of small size pushes its fractional part out of the sum, rounded
//! to nearest even, and leaves the whole part as an integer in the low bits: this is how rounding and the way from a
//! number to its exponent bits are written here, because those additions vectorise on every instruction set and
//! conversions between 64-bit integers and `f64` do not.

use crate::Real;

/// What [`exp`](crate::exponential) and [`ln`](crate::logarithm) know about a number type: its bits and its constants.
pub(crate) trait Format: Real {
    /// 1.5 · 2^p with p fraction bits: `x + ROUNDER - ROUNDER` is x rounded to a whole number.
    const ROUNDER: Self;
    /// `ROUNDER` and the bias of exponents.
    const POWER_ROUNDER: Self;
    /// 2^p, which makes each subnormal number a normal one.
    const LIFT: Self;
    /// p
    const LIFTED_BY: Self;
    /// log₂ e
    const LOG_2_E: Self;
    /// ln 2 with so few digits that its product with any exponent is exact.
    const LN_2_HIGH: Self;
    /// ln 2 − `LN_2_HIGH`
    const LN_2_LOW: Self;
    /// e^x is 0 here, rounded to nearest, and below.
    const EXP_VANISHES: Self;
    /// e^x is ∞ here and above.
    const EXP_OVERFLOWS: Self;
    /// e^x − 1 is −1 here, rounded to nearest, and below.
    const EXP_M1_FLAT: Self;
    /// tanh x is 1 here, rounded to nearest, and above.
    const TANH_FLAT: Self;
    /// 1/2!, 1/3!, …: the Taylor series of (e^r − 1 − r) / r², as far as it matters for |r| ≤ ½ ln 2.
    const EXP_TERMS: &'static [Self];
    /// The coefficients of a polynomial near (½ (e^2r − 1) − r) / r² for |r| ≤ ¼ ln 2: those of its Taylor series, 2/2!, 4/3!, …, as far as
    /// they matter, or fewer that come as near.
    const TANH_TERMS: &'static [Self];
    /// 2/3, 2/5, …: the series of (2 artanh s − 2 s) / s³ in s², as far as it matters for |s| ≤ 3 − √8.
    const ATANH_TERMS: &'static [Self];

    /// 2^n of `sum` = n + `POWER_ROUNDER`, for a whole n whose power is a normal number.
    fn power_of_sum(sum: Self) -> Self;

    /// 2^n for a whole n whose power is a normal number.
    #[inline(always)]
    fn power_of_two(n: Self) -> Self {
        Self::power_of_sum(n + Self::POWER_ROUNDER)
    }

    /// (m, e) with self = m · 2^e, √½ ≤ m < √2 and e whole, of a positive normal number.
    fn split(self) -> (Self, Self);
}

impl Format for f32 {
    const ROUNDER: Self = 12_582_912.0;
    const POWER_ROUNDER: Self = Self::ROUNDER + 127.0;
    const LIFT: Self = 8_388_608.0;
    const LIFTED_BY: Self = 23.0;
    const LOG_2_E: Self = std::f32::consts::LOG2_E;
    const LN_2_HIGH: Self = 355.0 / 512.0;
    const LN_2_LOW: Self = -2.121_944_4e-4;
    const EXP_VANISHES: Self = -104.0;
    const EXP_OVERFLOWS: Self = 89.0;
    const EXP_M1_FLAT: Self = -18.0;
    const TANH_FLAT: Self = 10.0;
    const EXP_TERMS: &'static [Self] =
        &[1.0 / 2.0, 1.0 / 6.0, 1.0 / 24.0, 1.0 / 120.0, 1.0 / 720.0, 1.0 / 5_040.0, 1.0 / 40_320.0];
    /// First the polynomial of degree 4 with the least largest error relative to ½ (e^2r − 1), 1.3e-8, for which the Taylor series needs
    /// degree 6; then, by trying numbers beside its own, the one whose tanh is the most exact in f32.
    const TANH_TERMS: &'static [Self] = &[1.0, 0.666_662_16, 0.333_336_7, 0.133_851_16, 0.044_417_445];
    const ATANH_TERMS: &'static [Self] = &[2.0 / 3.0, 2.0 / 5.0, 2.0 / 7.0, 2.0 / 9.0];

    #[inline(always)]
    fn power_of_sum(sum: Self) -> Self {
        Self::from_bits(sum.to_bits() << 23)
    }

    #[inline(always)]
    fn split(self) -> (Self, Self) {
        const BIAS: u32 = 127;
        const SQRT_HALF: u32 = std::f32::consts::FRAC_1_SQRT_2.to_bits();
        const FRACTION: u32 = (1 << 23) - 1;
        // The bits of a number grow with it, and those of m run through 2^23 values from √½ on: the difference of bits
        // is e above the fraction, and m's distance from √½ in it.
        let above = self.to_bits().wrapping_sub(SQRT_HALF).wrapping_add(BIAS << 23);
        let m = Self::from_bits((above & FRACTION) + SQRT_HALF);
        let e = Self::from_bits((above >> 23) | Self::LIFT.to_bits()) - (Self::LIFT + BIAS as f32);
        (m, e)
    }
}

impl Format for f64 {
    const ROUNDER: Self = 6_755_399_441_055_744.0;
    const POWER_ROUNDER: Self = Self::ROUNDER + 1_023.0;
    const LIFT: Self = 4_503_599_627_370_496.0;
    const LIFTED_BY: Self = 52.0;
    const LOG_2_E: Self = std::f64::consts::LOG2_E;
    const LN_2_HIGH: Self = f64::from_bits(0x3fe6_2e42_fee0_0000);
    const LN_2_LOW: Self = f64::from_bits(0x3dea_39ef_3579_3c76);
    const EXP_VANISHES: Self = -746.0;
    const EXP_OVERFLOWS: Self = 710.0;
    const EXP_M1_FLAT: Self = -38.0;
    const TANH_FLAT: Self = 20.0;
    const EXP_TERMS: &'static [Self] = &[
        1.0 / 2.0,
        1.0 / 6.0,
        1.0 / 24.0,
        1.0 / 120.0,
        1.0 / 720.0,
        1.0 / 5_040.0,
        1.0 / 40_320.0,
        1.0 / 362_880.0,
        1.0 / 3_628_800.0,
        1.0 / 39_916_800.0,
        1.0 / 479_001_600.0,
        1.0 / 6_227_020_800.0,
    ];
    /// The Taylor series.
    const TANH_TERMS: &'static [Self] = &{
        let mut terms = [0.0; Self::EXP_TERMS.len()];
        let (mut k, mut power) = (0, 2.0);
        while k < terms.len() {
            terms[k] = power * Self::EXP_TERMS[k];
            (k, power) = (k + 1, 2.0 * power);
        }
        terms
    };
    const ATANH_TERMS: &'static [Self] = &[
        2.0 / 3.0,
        2.0 / 5.0,
        2.0 / 7.0,
        2.0 / 9.0,
        2.0 / 11.0,
        2.0 / 13.0,
        2.0 / 15.0,
        2.0 / 17.0,
        2.0 / 19.0,
        2.0 / 21.0,
    ];

    #[inline(always)]
    fn power_of_sum(sum: Self) -> Self {
        Self::from_bits(sum.to_bits() << 52)
    }

    #[inline(always)]
    fn split(self) -> (Self, Self) {
        const BIAS: u64 = 1_023;
        const SQRT_HALF: u64 = std::f64::consts::FRAC_1_SQRT_2.to_bits();
        const FRACTION: u64 = (1 << 52) - 1;
        // As for f32.
        let above = self.to_bits().wrapping_sub(SQRT_HALF).wrapping_add(BIAS << 52);
        let m = Self::from_bits((above & FRACTION) + SQRT_HALF);
        let e = Self::from_bits((above >> 52) | Self::LIFT.to_bits()) - (Self::LIFT + BIAS as f64);
        (m, e)
    }
}

/// c₀ + c₁ x + c₂ x² + … by Horner's rule, one fused multiply-add for each term.
#[inline(always)]
pub(crate) fn polynomial<R: Real>(x: R, coefficients: &[R]) -> R {
    let Some((&highest, lower)) = coefficients.split_last() else { return R::ZERO };
    let mut sum = highest;
    for &c in lower.iter().rev() {
        sum = sum.mul_add(x, c);
    }
    sum
}
