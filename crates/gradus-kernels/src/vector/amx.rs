//! The tiles of AMX (Intel Sapphire Rapids and later): eight registers of 16 rows of 64 bytes, and `tdpbf16ps`, which multiplies
//! squares of pairs of bf16. Denormal numbers are taken for 0.
//!
//! The compiler has no types for tiles, so that what happens between reading and writing C is one piece of assembly.
//! Source: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 1, chapter 18, and volume 2, `TDPBF16PS`.

use super::square::{LINE, SIDE, SquareUnit, Squares};
use std::arch::asm;
use std::arch::x86_64::{
    __m512bh, __m512i, _mm512_cvtne2ps_pbh, _mm512_loadu_ps, _mm512_loadu_si512, _mm512_permutexvar_epi16,
    _mm512_storeu_si512,
};
use std::mem::transmute;

/// The unit.
pub(crate) struct Amx;

/// What `ldtilecfg` reads: the shape of each tile.
#[repr(C, align(64))]
struct Configuration {
    palette: u8,
    start_row: u8,
    reserved: [u8; 14],
    row_bytes: [u16; 16],
    rows: [u8; 16],
}

/// Eight tiles of full size, which is all that palette 1 has.
static FULL_TILES: Configuration = {
    let (mut row_bytes, mut rows) = ([0; 16], [0; 16]);
    let mut tile = 0;
    while tile < 8 {
        row_bytes[tile] = LINE as u16;
        rows[tile] = SIDE as u8;
        tile += 1;
    }
    Configuration { palette: 1, start_row: 0, reserved: [0; 14], row_bytes, rows }
};

/// The words 0, 16, 1, 17, … of a register of 32: by turns one of its first half and one of its second.
static BY_TURNS: [i16; 32] = {
    let mut words = [0; 32];
    let mut i = 0;
    while i < 32 {
        words[i] = (i / 2 + i % 2 * 16) as i16;
        i += 1;
    }
    words
};

/// Asks for eight lines of B, so many bytes further on: those of the strip after the next come from the second cache meanwhile.
macro_rules! eight_lines_ahead {
    ($bytes:literal) => {
        concat!(
            ".irp line, 0, 64, 128, 192, 256, 320, 384, 448\n",
            "prefetcht0 [{b} + ",
            stringify!($bytes),
            " + \\line]\n",
            ".endr"
        )
    };
}

/// The code of [`SquareUnit::multiply`] for some squares, with operands of its own at the end. In tile 0 to 3 is C, in 4 and 5 A,
/// in 6 and 7 B. The next squares of C are asked for as well, two rows with each strip.
macro_rules! multiply {
    (
        $squares:expr, $width:literal beside each other,
        zero: [$($zero:literal),*], load: [$($load:literal),*], strip: [$($strip:expr),*], store: [$($store:literal),*],
        $($operands:tt)*
    ) => {
        asm!(
            "test {begins}, {begins}",
            "jz 2f",
            $($zero,)*
            "jmp 3f",
            "2:",
            $($load,)*
            "3:",
            "test {strips}, {strips}",
            "jz 5f",
            "4:",
            $($strip,)*
            "add {a}, {square}",
            "add {b}, {b_strip}",
            "dec {strips}",
            "jnz 4b",
            "5:",
            $($store,)*
            begins = in(reg) usize::from($squares.begins),
            strips = inout(reg) $squares.strips => _,
            a = inout(reg) $squares.a[0] => _,
            line = in(reg) LINE,
            square = const SIDE * LINE,
            b = inout(reg) $squares.b => _,
            b_strip = const $width * SIDE * LINE,
            c = in(reg) $squares.c,
            c_row = in(reg) $squares.c_row * size_of::<f32>(),
            $($operands)*
            out("tmm0") _, out("tmm1") _, out("tmm2") _, out("tmm3") _,
            out("tmm4") _, out("tmm5") _, out("tmm6") _, out("tmm7") _,
            options(nostack)
        )
    };
}

impl SquareUnit for Amx {
    #[inline(always)]
    unsafe fn begin() {
        // SAFETY: the caller vouches for the unit; 64 bytes are read, as many as a configuration has.
        unsafe { asm!("ldtilecfg [{}]", in(reg) &raw const FULL_TILES, options(nostack, readonly)) };
    }

    #[inline(always)]
    unsafe fn end() {
        // SAFETY: the caller vouches for the unit.
        unsafe { asm!("tilerelease", options(nostack, nomem)) };
    }

    #[inline(always)]
    unsafe fn round_pairs(from: *const f32, to: *mut u32) {
        // SAFETY: the caller vouches for the unit, with which come these instructions, for 32 numbers and for 16 pairs.
        unsafe {
            let pairs = _mm512_cvtne2ps_pbh(_mm512_loadu_ps(from.add(SIDE)), _mm512_loadu_ps(from));
            _mm512_storeu_si512(to.cast(), transmute::<__m512bh, __m512i>(pairs));
        }
    }

    #[inline(always)]
    unsafe fn round_two(lower: *const f32, upper: *const f32, to: *mut u32) {
        // SAFETY: as for `round_pairs`, for 16 numbers of each.
        unsafe {
            let halves = _mm512_cvtne2ps_pbh(_mm512_loadu_ps(upper), _mm512_loadu_ps(lower));
            let by_turns = _mm512_loadu_si512(BY_TURNS.as_ptr().cast());
            let pairs = _mm512_permutexvar_epi16(by_turns, transmute::<__m512bh, __m512i>(halves));
            _mm512_storeu_si512(to.cast(), pairs);
        }
    }

    #[inline(always)]
    unsafe fn multiply<const HEIGHT: usize, const WIDTH: usize>(squares: &Squares) {
        // SAFETY: the caller vouches for the unit, for its configuration and for all places named: a square of C has SIDE
        // rows `c_row` apart, A and B have no gaps.
        unsafe {
            match (HEIGHT, WIDTH) {
                (1, 1) => multiply!(
                    squares, 1 beside each other,
                    zero: ["tilezero tmm0"],
                    load: ["tileloadd tmm0, [{c} + {c_row}]"],
                    strip: [
                        "tileloadd tmm6, [{b} + {line}]",
                        "tileloadd tmm4, [{a} + {line}]",
                        "tdpbf16ps tmm0, tmm4, tmm6"
                    ],
                    store: ["tilestored [{c} + {c_row}], tmm0"],
                ),
                (1, 2) => multiply!(
                    squares, 2 beside each other,
                    zero: ["tilezero tmm0", "tilezero tmm1"],
                    load: [
                        "tileloadd tmm0, [{c} + {c_row}]",
                        "tileloadd tmm1, [{c} + {c_row} + 64]"
                    ],
                    strip: [
                        "tileloadd tmm4, [{a} + {line}]",
                        "tileloadd tmm6, [{b} + {line}]",
                        eight_lines_ahead!(4096),
                        eight_lines_ahead!(4608),
                        "tdpbf16ps tmm0, tmm4, tmm6",
                        "tileloadd tmm7, [{b} + {line} + {square}]",
                        eight_lines_ahead!(5120),
                        eight_lines_ahead!(5632),
                        "tdpbf16ps tmm1, tmm4, tmm7"
                    ],
                    store: ["tilestored [{c} + {c_row}], tmm0", "tilestored [{c} + {c_row} + 64], tmm1"],
                ),
                (2, 1) => multiply!(
                    squares, 1 beside each other,
                    zero: ["tilezero tmm0", "tilezero tmm2"],
                    load: ["tileloadd tmm0, [{c} + {c_row}]", "tileloadd tmm2, [{c_below} + {c_row}]"],
                    strip: [
                        "tileloadd tmm6, [{b} + {line}]",
                        "tileloadd tmm4, [{a} + {line}]",
                        "tdpbf16ps tmm0, tmm4, tmm6",
                        "tileloadd tmm5, [{a_below} + {line}]",
                        "tdpbf16ps tmm2, tmm5, tmm6",
                        "add {a_below}, {square}"
                    ],
                    store: ["tilestored [{c} + {c_row}], tmm0", "tilestored [{c_below} + {c_row}], tmm2"],
                    a_below = inout(reg) squares.a[1] => _,
                    c_below = in(reg) squares.c.wrapping_add(SIDE * squares.c_row),
                ),
                (2, 2) => multiply!(
                    squares, 2 beside each other,
                    zero: ["tilezero tmm0", "tilezero tmm1", "tilezero tmm2", "tilezero tmm3"],
                    load: [
                        "tileloadd tmm0, [{c} + {c_row}]",
                        "tileloadd tmm1, [{c} + {c_row} + 64]",
                        "tileloadd tmm2, [{c_below} + {c_row}]",
                        "tileloadd tmm3, [{c_below} + {c_row} + 64]"
                    ],
                    strip: [
                        "tileloadd tmm6, [{b} + {line}]",
                        "tileloadd tmm4, [{a} + {line}]",
                        eight_lines_ahead!(4096),
                        "tdpbf16ps tmm0, tmm4, tmm6",
                        "tileloadd tmm7, [{b} + {line} + {square}]",
                        eight_lines_ahead!(4608),
                        "tdpbf16ps tmm1, tmm4, tmm7",
                        "tileloadd tmm5, [{a_below} + {line}]",
                        eight_lines_ahead!(5120),
                        "tdpbf16ps tmm2, tmm5, tmm6",
                        "prefetchw [{c_beside}]",
                        "prefetchw [{c_beside} + 64]",
                        "add {c_beside}, {c_row}",
                        eight_lines_ahead!(5632),
                        "tdpbf16ps tmm3, tmm5, tmm7",
                        "prefetchw [{c_beside}]",
                        "prefetchw [{c_beside} + 64]",
                        "add {c_beside}, {c_row}",
                        "add {a_below}, {square}"
                    ],
                    store: [
                        "tilestored [{c} + {c_row}], tmm0",
                        "tilestored [{c} + {c_row} + 64], tmm1",
                        "tilestored [{c_below} + {c_row}], tmm2",
                        "tilestored [{c_below} + {c_row} + 64], tmm3"
                    ],
                    c_beside = inout(reg) squares.c.wrapping_add(2 * SIDE) => _,
                    a_below = inout(reg) squares.a[1] => _,
                    c_below = in(reg) squares.c.wrapping_add(SIDE * squares.c_row),
                ),
                _ => unreachable!("no more than two squares are below or beside each other"),
            }
        }
    }
}

/// Whether the processor has the unit, the system keeps its registers, and this process may use it. The first call asks the
/// system for that; afterwards it holds for every thread.
pub(crate) fn permitted() -> bool {
    use std::arch::x86_64::{__cpuid_count, __get_cpuid_max};
    /// AMX-BF16 and AMX-TILE in EDX of leaf 7.
    const TILES_OF_BF16: u32 = 1 << 22 | 1 << 24;
    if !is_x86_feature_detected!("xsave") || __get_cpuid_max(0).0 < 7 {
        return false;
    }
    // SAFETY: the processor has `xsave`, and the system has switched it on, as just detected.
    __cpuid_count(7, 0).edx & TILES_OF_BF16 == TILES_OF_BF16 && unsafe { kept_by_the_system() } && asked()
}

/// Whether the system keeps the configuration and the tiles of a thread while another one runs.
#[target_feature(enable = "xsave")]
fn kept_by_the_system() -> bool {
    const CONFIGURATION_AND_TILES: u64 = 1 << 17 | 1 << 18;
    // SAFETY: register 0 exists wherever `xsave` does.
    let kept = unsafe { std::arch::x86_64::_xgetbv(0) };
    kept & CONFIGURATION_AND_TILES == CONFIGURATION_AND_TILES
}

/// Asks the system for permission (Linux 5.16 and later): tiles make what it keeps of a thread 8 KB larger.
#[cfg(target_os = "linux")]
fn asked() -> bool {
    /// Of arch_prctl(2).
    const ARCH_REQ_XCOMP_PERM: libc::c_long = 0x1023;
    const TILES: libc::c_long = 18;
    // SAFETY: the call takes two numbers and changes nothing but the permission.
    unsafe { libc::syscall(libc::SYS_arch_prctl, ARCH_REQ_XCOMP_PERM, TILES) == 0 }
}

/// Other systems ask in ways of their own, or never permit it.
#[cfg(not(target_os = "linux"))]
fn asked() -> bool {
    false
}
