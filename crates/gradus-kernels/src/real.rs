//! The number type of a network: [`Real`] is `f32` or `f64`, and nothing else.
//!
//! exp, ln, tanh and sigmoid are computed by this crate and not by the platform's library, so that every operating system,
//! and the scalar and vector paths, give the same bits. sin, cos and erf are the scalar ones of the `libm` crate: the same
//! bits everywhere too, but a loop over them does not vectorise.
//!
//! Without a fused multiply-add in the processor (x86-64 before Haswell) `mul_add` calls a library function: still right to the
//! bit, and slow. WebAssembly never has one, and is where a page must learn while it is looked at: there `mul_add` rounds twice.

use crate::product::Multiply;
use crate::{exponential, logarithm};
use std::fmt::{Debug, Display};
use std::iter::Sum;
use std::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign};

pub(crate) mod sealed {
    use crate::vector::{Vector, baseline};

    /// Keeps other crates from adding number types, and names the registers that hold these.
    pub trait Sealed: Sized {
        /// A register of any processor.
        type Baseline: Vector<Element = Self>;
        /// A register of AVX2.
        #[cfg(target_arch = "x86_64")]
        type Avx2: Vector<Element = Self>;
        /// A register of AVX-512.
        #[cfg(target_arch = "x86_64")]
        type Avx512: Vector<Element = Self>;
    }

    impl Sealed for f32 {
        type Baseline = baseline::F32;
        #[cfg(target_arch = "x86_64")]
        type Avx2 = std::arch::x86_64::__m256;
        #[cfg(target_arch = "x86_64")]
        type Avx512 = std::arch::x86_64::__m512;
    }

    impl Sealed for f64 {
        type Baseline = baseline::F64;
        #[cfg(target_arch = "x86_64")]
        type Avx2 = std::arch::x86_64::__m256d;
        #[cfg(target_arch = "x86_64")]
        type Avx512 = std::arch::x86_64::__m512d;
    }
}

/// `f32` or `f64`.
pub trait Real:
    sealed::Sealed
    + Multiply
    + Copy
    + Default
    + PartialEq
    + PartialOrd
    + Debug
    + Display
    + Send
    + Sync
    + 'static
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + AddAssign
    + SubAssign
    + MulAssign
    + DivAssign
    + Sum
{
    /// 0
    const ZERO: Self;
    /// 1
    const ONE: Self;
    /// The distance from 1 to the next larger number.
    const EPSILON: Self;
    /// The largest finite number.
    const MAX: Self;
    /// The smallest positive number with full precision.
    const MIN_POSITIVE: Self;
    /// +∞
    const INFINITY: Self;
    /// −∞
    const NEG_INFINITY: Self;
    /// `f32` or `f64`, as written in a spec and a model file.
    const NAME: &'static str;

    /// The nearest number of this type.
    fn from_f64(x: f64) -> Self;
    /// The same number as f64; exact.
    fn to_f64(self) -> f64;
    /// self · a + b, rounded once; on WebAssembly twice.
    fn mul_add(self, a: Self, b: Self) -> Self;
    /// |self|
    fn abs(self) -> Self;
    /// √self, correctly rounded.
    fn sqrt(self) -> Self;
    /// The larger of the two; the other one if one is NaN.
    fn max(self, other: Self) -> Self;
    /// The smaller of the two; the other one if one is NaN.
    fn min(self, other: Self) -> Self;
    /// |self| with the sign of `sign`.
    fn copysign(self, sign: Self) -> Self;
    /// Neither infinite nor NaN.
    fn is_finite(self) -> bool;
    /// e^self; error at most 1 ulp, subnormal results included.
    fn exp(self) -> Self;
    /// e^self − 1, accurate near 0; error at most 2 ulp.
    fn exp_m1(self) -> Self;
    /// The natural logarithm; −∞ of 0, NaN of a negative number; error at most 1 ulp.
    fn ln(self) -> Self;
    /// ln(1 + self), accurate near 0; error at most 1 ulp.
    fn ln_1p(self) -> Self;
    /// The hyperbolic tangent; error at most 2.5 ulp.
    fn tanh(self) -> Self;
    /// [`tanh`](Self::tanh) of each number: of a few registers full it takes less time than of one after the other.
    fn tanh_each<const N: usize>(x: [Self; N]) -> [Self; N];
    /// 1 / (1 + e^−self); error at most 2.5 ulp.
    fn sigmoid(self) -> Self;
    /// sin(self), by `libm`.
    fn sin(self) -> Self;
    /// cos(self), by `libm`.
    fn cos(self) -> Self;
    /// The error function 2/√π ∫₀ˣ e^(−t²) dt, by `libm`.
    fn erf(self) -> Self;
}

impl Real for f32 {
    const ZERO: Self = 0.0;
    const ONE: Self = 1.0;
    const EPSILON: Self = f32::EPSILON;
    const MAX: Self = f32::MAX;
    const MIN_POSITIVE: Self = f32::MIN_POSITIVE;
    const INFINITY: Self = f32::INFINITY;
    const NEG_INFINITY: Self = f32::NEG_INFINITY;
    const NAME: &'static str = "f32";

    #[inline(always)]
    fn from_f64(x: f64) -> Self {
        x as f32
    }

    #[inline(always)]
    fn to_f64(self) -> f64 {
        f64::from(self)
    }

    #[inline(always)]
    fn mul_add(self, a: Self, b: Self) -> Self {
        if cfg!(target_family = "wasm") { self * a + b } else { f32::mul_add(self, a, b) }
    }

    #[inline(always)]
    fn abs(self) -> Self {
        f32::abs(self)
    }

    #[inline(always)]
    fn sqrt(self) -> Self {
        f32::sqrt(self)
    }

    #[inline(always)]
    fn max(self, other: Self) -> Self {
        f32::max(self, other)
    }

    #[inline(always)]
    fn min(self, other: Self) -> Self {
        f32::min(self, other)
    }

    #[inline(always)]
    fn copysign(self, sign: Self) -> Self {
        f32::copysign(self, sign)
    }

    #[inline(always)]
    fn is_finite(self) -> bool {
        f32::is_finite(self)
    }

    #[inline(always)]
    fn exp(self) -> Self {
        exponential::exp(self)
    }

    #[inline(always)]
    fn exp_m1(self) -> Self {
        exponential::exp_m1(self)
    }

    #[inline(always)]
    fn ln(self) -> Self {
        logarithm::ln(self)
    }

    #[inline(always)]
    fn ln_1p(self) -> Self {
        logarithm::ln_1p(self)
    }

    #[inline(always)]
    fn tanh(self) -> Self {
        exponential::tanh(self)
    }

    #[inline(always)]
    fn tanh_each<const N: usize>(x: [Self; N]) -> [Self; N] {
        exponential::tanh_each(x)
    }

    #[inline(always)]
    fn sigmoid(self) -> Self {
        exponential::sigmoid(self)
    }

    #[inline(always)]
    fn sin(self) -> Self {
        libm::sinf(self)
    }

    #[inline(always)]
    fn cos(self) -> Self {
        libm::cosf(self)
    }

    #[inline(always)]
    fn erf(self) -> Self {
        libm::erff(self)
    }
}

impl Real for f64 {
    const ZERO: Self = 0.0;
    const ONE: Self = 1.0;
    const EPSILON: Self = f64::EPSILON;
    const MAX: Self = f64::MAX;
    const MIN_POSITIVE: Self = f64::MIN_POSITIVE;
    const INFINITY: Self = f64::INFINITY;
    const NEG_INFINITY: Self = f64::NEG_INFINITY;
    const NAME: &'static str = "f64";

    #[inline(always)]
    fn from_f64(x: f64) -> Self {
        x
    }

    #[inline(always)]
    fn to_f64(self) -> f64 {
        self
    }

    #[inline(always)]
    fn mul_add(self, a: Self, b: Self) -> Self {
        if cfg!(target_family = "wasm") { self * a + b } else { f64::mul_add(self, a, b) }
    }

    #[inline(always)]
    fn abs(self) -> Self {
        f64::abs(self)
    }

    #[inline(always)]
    fn sqrt(self) -> Self {
        f64::sqrt(self)
    }

    #[inline(always)]
    fn max(self, other: Self) -> Self {
        f64::max(self, other)
    }

    #[inline(always)]
    fn min(self, other: Self) -> Self {
        f64::min(self, other)
    }

    #[inline(always)]
    fn copysign(self, sign: Self) -> Self {
        f64::copysign(self, sign)
    }

    #[inline(always)]
    fn is_finite(self) -> bool {
        f64::is_finite(self)
    }

    #[inline(always)]
    fn exp(self) -> Self {
        exponential::exp(self)
    }

    #[inline(always)]
    fn exp_m1(self) -> Self {
        exponential::exp_m1(self)
    }

    #[inline(always)]
    fn ln(self) -> Self {
        logarithm::ln(self)
    }

    #[inline(always)]
    fn ln_1p(self) -> Self {
        logarithm::ln_1p(self)
    }

    #[inline(always)]
    fn tanh(self) -> Self {
        exponential::tanh(self)
    }

    #[inline(always)]
    fn tanh_each<const N: usize>(x: [Self; N]) -> [Self; N] {
        exponential::tanh_each(x)
    }

    #[inline(always)]
    fn sigmoid(self) -> Self {
        exponential::sigmoid(self)
    }

    #[inline(always)]
    fn sin(self) -> Self {
        libm::sin(self)
    }

    #[inline(always)]
    fn cos(self) -> Self {
        libm::cos(self)
    }

    #[inline(always)]
    fn erf(self) -> Self {
        libm::erf(self)
    }
}
