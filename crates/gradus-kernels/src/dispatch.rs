//! One source, several instruction sets.
//!
//! A [`Kernel`] is plain Rust: loops over slices, `mul_add`, comparisons. [`dispatch`] runs it inside a function that is
//! compiled for the best instruction set of the processor at hand, so that the compiler vectorises the same loops for
//! AVX-512, AVX2 or NEON. Every operation used is one that IEEE 754 defines exactly (add, multiply, divide, square root,
//! fused multiply-add, comparison, bit operations), lanes never exchange values, and Rust never contracts or reorders
//! floating-point arithmetic: so all paths give the same bits, and a test holds them to it.

use crate::Real;
#[cfg(target_arch = "x86_64")]
use crate::real::sealed::Sealed;
use crate::vector::{Multiplier, SquareUnit, Vector};
#[cfg(target_arch = "x86_64")]
use crate::vector::{NativePairs, amx};
use std::marker::PhantomData;
#[cfg(target_arch = "x86_64")]
use std::sync::OnceLock;

/// A piece of arithmetic that [`dispatch`] can run on any instruction set.
///
/// `run` and all that it calls must be `#[inline(always)]`: only code inlined into the dispatching function is compiled
/// for its instruction set.
pub trait Kernel {
    /// What the kernel gives back.
    type Output;
    /// Does the work.
    fn run(self) -> Self::Output;
}

/// A piece of arithmetic written for registers, which [`InstructionSet::run_on_registers`] runs with those of an
/// instruction set.
///
/// `run` and all that it calls must be `#[inline(always)]`, as for [`Kernel`]. A closure cannot be marked so: an instruction within one may
/// become a call.
pub(crate) trait RegisterKernel<R> {
    /// What the kernel gives back.
    type Output;

    /// Does the work in registers `V`.
    ///
    /// # Safety
    /// The processor must have the instruction set of `V`, and the code must have been compiled for it.
    unsafe fn run<V: Vector<Element = R>>(self) -> Self::Output;
}

/// A product of pairs of bf16, which [`InstructionSet::run_on_pairs`] runs with what multiplies them best.
///
/// As for [`RegisterKernel`].
pub(crate) trait PairKernel {
    /// Does the work with `M`.
    ///
    /// # Safety
    /// The processor must have the instruction set of `M`, and the code must have been compiled for it.
    #[cfg_attr(not(target_arch = "x86_64"), allow(dead_code, reason = "no other processor is asked"))]
    unsafe fn run<M: Multiplier<Operand = u32>>(self)
    where
        M::Sum: Vector<Element = f32>;
}

/// A part of a product of squares of pairs, which [`InstructionSet::run_on_squares`] runs with the unit that multiplies them.
///
/// As for [`RegisterKernel`].
pub(crate) trait SquareKernel {
    /// Does the work with `U`, and with registers `V` for what is not a square.
    ///
    /// # Safety
    /// The processor must have the unit and the instruction set of `V`, and the code must have been compiled for it.
    #[cfg_attr(not(target_arch = "x86_64"), allow(dead_code, reason = "no other processor has such a unit"))]
    unsafe fn run<V: Vector<Element = f32>, U: SquareUnit>(self);
}

/// The instruction sets that kernels are compiled for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum InstructionSet {
    /// What the target guarantees: SSE2 on x86-64, NEON on 64-bit ARM, simd128 or nothing on WebAssembly.
    Baseline,
    /// x86-64 with AVX2 and FMA (Haswell, Zen and later).
    Avx2,
    /// x86-64 with AVX-512 F, BW, DQ and VL (Skylake-SP, Zen 4 and later).
    Avx512,
    /// x86-64 with the same and AMX tiles of bf16, which products of bf16 alone use (Sapphire Rapids and later, on Linux).
    Amx,
}

impl InstructionSet {
    /// Every instruction set that this processor can run, the slowest first.
    pub fn available() -> impl Iterator<Item = Self> {
        [Self::Baseline, Self::Avx2, Self::Avx512, Self::Amx].into_iter().filter(|&set| set <= Self::best())
    }

    /// The fastest instruction set that this processor can run; asked of the processor once.
    #[inline]
    pub fn best() -> Self {
        #[cfg(not(target_arch = "x86_64"))]
        return Self::Baseline;
        #[cfg(target_arch = "x86_64")]
        {
            static BEST: OnceLock<InstructionSet> = OnceLock::new();
            *BEST.get_or_init(detect)
        }
    }

    /// The name that a run records: `baseline`, `avx2`, `avx512` or `amx`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Baseline => "baseline",
            Self::Avx2 => "avx2",
            Self::Avx512 => "avx512",
            Self::Amx => "amx",
        }
    }

    #[inline]
    fn assert_available(self) {
        assert!(self <= Self::best(), "this processor has no {}", self.name());
    }

    /// Numbers in a register of this instruction set, a power of two.
    pub fn lanes<R: Real>(self) -> usize {
        match self {
            Self::Baseline => R::Baseline::LANES,
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => R::Avx2::LANES,
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 | Self::Amx => R::Avx512::LANES,
            #[cfg(not(target_arch = "x86_64"))]
            Self::Avx2 | Self::Avx512 | Self::Amx => {
                unreachable!("detect never returns an x86 set elsewhere")
            }
        }
    }

    /// Runs `kernel` compiled for this instruction set.
    ///
    /// # Panics
    /// If the processor does not have it.
    pub fn run<K: Kernel>(self, kernel: K) -> K::Output {
        self.assert_available();
        match self {
            Self::Baseline => kernel.run(),
            #[cfg(target_arch = "x86_64")]
            // SAFETY: the assertion above holds self at or below what `detect` read from the processor, and a set at
            // Avx2 or above is only returned there when every feature that `run_avx2` enables was reported.
            Self::Avx2 => unsafe { run_avx2(kernel) },
            #[cfg(target_arch = "x86_64")]
            // SAFETY: as above, with the features of `run_avx512`.
            Self::Avx512 | Self::Amx => unsafe { run_avx512(kernel) },
            #[cfg(not(target_arch = "x86_64"))]
            Self::Avx2 | Self::Avx512 | Self::Amx => {
                unreachable!("detect never returns an x86 set elsewhere")
            }
        }
    }

    /// Runs `kernel` compiled for this instruction set, with its registers.
    ///
    /// # Panics
    /// If the processor does not have it.
    pub(crate) fn run_on_registers<R: Real, K: RegisterKernel<R>>(self, kernel: K) -> K::Output {
        match self {
            Self::Baseline => self.run(On::<R::Baseline, K> { kernel, registers: PhantomData }),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => self.run(On::<R::Avx2, K> { kernel, registers: PhantomData }),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 | Self::Amx => self.run(On::<R::Avx512, K> { kernel, registers: PhantomData }),
            #[cfg(not(target_arch = "x86_64"))]
            Self::Avx2 | Self::Avx512 | Self::Amx => {
                unreachable!("detect never returns an x86 set elsewhere")
            }
        }
    }

    /// Whether the processor has an instruction that multiplies pairs of bf16 and is faster by it.
    pub(crate) fn is_fast_at_pairs(self) -> bool {
        #[cfg(target_arch = "x86_64")]
        return self == Self::Avx512 && NativePairs::are_fast();
        #[cfg(not(target_arch = "x86_64"))]
        false
    }

    /// Runs `kernel` with the processor's instruction for pairs of bf16.
    ///
    /// # Panics
    /// If it has none, or not this set.
    #[cfg_attr(not(target_arch = "x86_64"), allow(unused_variables, reason = "no other processor is asked"))]
    pub(crate) fn run_on_pairs<K: PairKernel>(self, kernel: K) {
        self.assert_available();
        #[cfg(target_arch = "x86_64")]
        if self == Self::Avx512 && NativePairs::are_there() {
            // SAFETY: the assertion and the question hold every feature that `run_avx512_bf16` enables.
            return unsafe { run_avx512_bf16(kernel) };
        }
        panic!("{} multiplies no pairs", self.name());
    }

    /// Runs `kernel` with the processor's unit that multiplies squares of pairs.
    ///
    /// # Panics
    /// If it has none.
    #[cfg_attr(not(target_arch = "x86_64"), allow(unused_variables, reason = "no other processor is asked"))]
    pub(crate) fn run_on_squares<K: SquareKernel>(self, kernel: K) {
        self.assert_available();
        #[cfg(target_arch = "x86_64")]
        if self == Self::Amx {
            // SAFETY: the assertion holds what `detect` asked for: the features of `run_amx`, and tiles that may be used.
            return unsafe { run_amx(kernel) };
        }
        panic!("{} multiplies no squares", self.name());
    }
}

/// A register kernel with the registers it is to use, as a plain one.
struct On<V, K> {
    kernel: K,
    registers: PhantomData<V>,
}

impl<V: Vector, K: RegisterKernel<V::Element>> Kernel for On<V, K> {
    type Output = K::Output;

    #[inline(always)]
    fn run(self) -> K::Output {
        // SAFETY: `run_on_registers` alone makes an `On`, pairs V with its own instruction set, and hands it to `run` of
        // that set, which asserts that the processor has it and inlines this into code compiled for it.
        unsafe { self.kernel.run::<V>() }
    }
}

/// Runs `kernel` compiled for the best instruction set of this processor.
#[inline]
pub fn dispatch<K: Kernel>(kernel: K) -> K::Output {
    InstructionSet::best().run(kernel)
}

#[cfg(target_arch = "x86_64")]
fn detect() -> InstructionSet {
    let avx2 = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
    let avx512 = is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512bw")
        && is_x86_feature_detected!("avx512dq")
        && is_x86_feature_detected!("avx512vl");
    match (avx2, avx512) {
        (true, true) if is_x86_feature_detected!("avx512bf16") && amx::permitted() => InstructionSet::Amx,
        (true, true) => InstructionSet::Avx512,
        (true, false) => InstructionSet::Avx2,
        (false, _) => InstructionSet::Baseline,
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn run_avx2<K: Kernel>(kernel: K) -> K::Output {
    kernel.run()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma,avx512f,avx512bw,avx512dq,avx512vl")]
fn run_avx512<K: Kernel>(kernel: K) -> K::Output {
    kernel.run()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma,avx512f,avx512bw,avx512dq,avx512vl,avx512bf16")]
fn run_avx512_bf16<K: PairKernel>(kernel: K) {
    // SAFETY: whoever calls this function vouches for its features, and `run` is inlined into it.
    unsafe { kernel.run::<NativePairs>() }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma,avx512f,avx512bw,avx512dq,avx512vl,avx512bf16")]
fn run_amx<K: SquareKernel>(kernel: K) {
    // SAFETY: whoever calls this function vouches for its features and for the tiles, and `run` is inlined into it.
    unsafe { kernel.run::<<f32 as Sealed>::Avx512, amx::Amx>() }
}
