//! A register as an array: for every processor without a file of its own, for tests, and for Miri.

use super::Vector;
use crate::Real;

/// `N` numbers, 32 or 16 bytes together.
#[derive(Clone, Copy)]
pub struct Portable<R, const N: usize>([R; N]);

/// Four f32.
pub(crate) type F32 = Portable<f32, 4>;
/// Two f64.
pub(crate) type F64 = Portable<f64, 2>;

/// Whether the target itself has a fused multiply-add. Where it has none (x86-64 before Haswell, WebAssembly) a fused one is
/// a call of a library function for each number, and the product rounds twice instead: other last bits, thirty times the
/// speed.
const FUSED: bool = cfg!(any(target_arch = "aarch64", target_arch = "riscv64", target_arch = "powerpc64"));

impl<R: Real, const N: usize> Vector for Portable<R, N> {
    type Element = R;
    const LANES: usize = N;
    const TILE_ROWS: usize = 4;

    #[inline(always)]
    unsafe fn splat(x: R) -> Self {
        Self([x; N])
    }

    #[inline(always)]
    unsafe fn load(from: *const R) -> Self {
        // SAFETY: the caller vouches for N elements; an array of them has no other alignment than one.
        Self(unsafe { *from.cast::<[R; N]>() })
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut R) {
        // SAFETY: the caller vouches for N elements.
        unsafe { *to.cast::<[R; N]>() = self.0 };
    }

    #[inline(always)]
    unsafe fn add(self, other: Self) -> Self {
        let mut sum = self.0;
        for (sum, other) in sum.iter_mut().zip(other.0) {
            *sum += other;
        }
        Self(sum)
    }

    #[inline(always)]
    unsafe fn multiply_add(self, by: Self, onto: Self) -> Self {
        let mut sum = onto.0;
        for ((sum, x), by) in sum.iter_mut().zip(self.0).zip(by.0) {
            *sum = if FUSED { x.mul_add(by, *sum) } else { x * by + *sum };
        }
        Self(sum)
    }
}
