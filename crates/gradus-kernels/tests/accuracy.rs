//! The error of exp, ln, tanh and the others, in units in the last place of the true value.
//!
//! `f32` is measured against the f64 functions of the `libm` crate, whose own error is nothing at that scale; `f64`
//! against the same functions, which are allowed one ulp of their own, and against values computed with 50 digits.

use gradus_kernels::{Kernel, Real, dispatch};

#[derive(Clone, Copy, Debug)]
enum Function {
    Exp,
    ExpM1,
    Ln,
    Ln1p,
    Tanh,
    Sigmoid,
}

/// Function and its bound in ulp, also said in the documentation of `Real`.
const BOUNDS: [(Function, f64); 6] = [
    (Function::Exp, 1.0),
    (Function::ExpM1, 2.0),
    (Function::Ln, 1.0),
    (Function::Ln1p, 1.0),
    (Function::Tanh, 2.5),
    (Function::Sigmoid, 2.5),
];

impl Function {
    /// The same function in f64, from elsewhere.
    fn truth(self, x: f64) -> f64 {
        match self {
            Self::Exp => libm::exp(x),
            Self::ExpM1 => libm::expm1(x),
            Self::Ln => libm::log(x),
            Self::Ln1p => libm::log1p(x),
            Self::Tanh => libm::tanh(x),
            Self::Sigmoid if x < 0.0 => libm::exp(x) / (1.0 + libm::exp(x)),
            Self::Sigmoid => 1.0 / (1.0 + libm::exp(-x)),
        }
    }
}

/// The function under test over a slice, as the processor's best instruction set computes it.
struct Apply<'a, R> {
    x: &'a mut [R],
    function: Function,
}

impl<R: Real> Kernel for Apply<'_, R> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        for x in self.x {
            *x = match self.function {
                Function::Exp => x.exp(),
                Function::ExpM1 => x.exp_m1(),
                Function::Ln => x.ln(),
                Function::Ln1p => x.ln_1p(),
                Function::Tanh => x.tanh(),
                Function::Sigmoid => x.sigmoid(),
            };
        }
    }
}

fn applied<R: Real>(function: Function, x: &[R]) -> Vec<R> {
    let mut y = x.to_vec();
    dispatch(Apply { x: &mut y, function });
    y
}

/// Distance of neighbouring numbers at `y`, in a format with `digits` fraction bits and `lowest` as the exponent of its
/// smallest normal number.
fn ulp(y: f64, digits: i32, lowest: i32) -> f64 {
    let exponent = if y == 0.0 { lowest } else { libm::ilogb(y).clamp(lowest, 1 - lowest) };
    libm::ldexp(1.0, exponent - digits)
}

/// Error of `found` in ulp. Infinity counts as the power of two beyond the largest number, which is where rounding to it
/// begins, less half an ulp.
fn error_f32(found: f32, truth: f64) -> f64 {
    if found.is_nan() || truth.is_nan() {
        return if found.is_nan() && truth.is_nan() { 0.0 } else { f64::INFINITY };
    }
    if found == 0.0 && found.is_sign_negative() != truth.is_sign_negative() {
        return f64::INFINITY;
    }
    let beyond = libm::ldexp(1.0, 128);
    let truth = truth.clamp(-beyond, beyond);
    (f64::from(found).clamp(-beyond, beyond) - truth).abs() / ulp(truth, 23, -126)
}

fn error_f64(found: f64, truth: f64) -> f64 {
    if found == truth && found.is_sign_negative() == truth.is_sign_negative()
        || found.is_nan() && truth.is_nan()
    {
        return 0.0;
    }
    // Where one of them overflows the other must be next to it.
    let found = found.clamp(-f64::MAX, f64::MAX);
    let truth = truth.clamp(-f64::MAX, f64::MAX);
    if found == 0.0 && truth == 0.0 || found.is_nan() || truth.is_nan() {
        return f64::INFINITY;
    }
    (found - truth).abs() / ulp(truth, 52, -1022)
}

/// The argument with the largest error, and that error.
fn worst<R: Real>(function: Function, x: &[R], error: impl Fn(R, f64) -> f64) -> (R, f64) {
    let mut worst = (R::ZERO, -1.0);
    for (&x, y) in x.iter().zip(applied(function, x)) {
        let error = error(y, function.truth(x.to_f64()));
        if error > worst.1 {
            worst = (x, error);
        }
    }
    worst
}

/// Every `step`-th bit pattern of f32, in blocks that fit a cache. Gives back the largest error of each function, as text.
fn check_f32(step: usize) -> String {
    let mut report = String::new();
    for (function, bound) in BOUNDS {
        let mut worst_of_all = (0.0, -1.0);
        for start in (0..1_usize << 32).step_by(step << 12) {
            let bits = (start..(start + (step << 12)).min(1 << 32)).step_by(step);
            let x: Vec<f32> = bits.map(|bits| f32::from_bits(bits as u32)).collect();
            let found = worst(function, &x, error_f32);
            if found.1 > worst_of_all.1 {
                worst_of_all = found;
            }
        }
        let (x, error) = worst_of_all;
        assert!(error <= bound, "{function:?}: {error} ulp at {x:e}");
        report += &format!("{function:?}: {error:.3} ulp at {x:e}\n");
    }
    report
}

#[test]
fn f32_is_within_its_bounds() {
    println!("{}", check_f32(1009));
}

/// `cargo test --release -p gradus-kernels --test accuracy -- --ignored --nocapture`
#[test]
#[ignore = "all of f32 takes some minutes"]
fn all_of_f32_is_within_its_bounds() {
    println!("{}", check_f32(1));
}

#[test]
fn f64_is_near_libm() {
    let x = sample_f64();
    for (function, bound) in BOUNDS {
        let (x, error) = worst(function, &x, error_f64);
        println!("{function:?} of f64 against libm: {error:.3} ulp at {x:e}");
        assert!(error <= bound + 1.0, "{function:?}: {error} ulp at {x:e}");
    }
}

/// All exponents, and densely where the functions are neither flat nor overflown.
fn sample_f64() -> Vec<f64> {
    let everywhere = (0..1 << 17).map(|i: u64| f64::from_bits(i.wrapping_mul(0x9e37_79b9_7f4a_7c15)));
    let dense = (0..1 << 17).flat_map(|i| {
        let unit = f64::from(i) / f64::from(1 << 17) * 2.0 - 1.0;
        [unit, 20.0 * unit, 750.0 * unit, 1.0 + 1e-3 * unit, 1.0 + unit]
    });
    everywhere.chain(dense).collect()
}

#[test]
fn special_values() {
    let (inf, nan) = (f64::INFINITY, f64::NAN);
    let smallest = 5e-324;
    check_special(
        Function::Exp,
        &[(0.0, 1.0), (-0.0, 1.0), (inf, inf), (-inf, 0.0), (nan, nan), (smallest, 1.0)],
    );
    check_special(
        Function::Exp,
        &[(709.7, 1.6549840276802644e308), (710.0, inf), (-745.0, 4.94e-324), (-745.2, 0.0)],
    );
    check_special(
        Function::ExpM1,
        &[(0.0, 0.0), (-0.0, -0.0), (inf, inf), (-inf, -1.0), (nan, nan), (-1e9, -1.0)],
    );
    check_special(Function::ExpM1, &[(smallest, smallest), (-smallest, -smallest), (1e-300, 1e-300)]);
    check_special(
        Function::Ln,
        &[(1.0, 0.0), (0.0, -inf), (-0.0, -inf), (inf, inf), (-1.0, nan), (-inf, nan)],
    );
    check_special(Function::Ln, &[(nan, nan), (-smallest, nan), (smallest, -744.440_071_921_381_3)]);
    check_special(
        Function::Ln1p,
        &[(0.0, 0.0), (-0.0, -0.0), (-1.0, -inf), (-2.0, nan), (inf, inf), (nan, nan)],
    );
    check_special(Function::Ln1p, &[(smallest, smallest), (-1e-300, -1e-300), (-inf, nan)]);
    check_special(
        Function::Tanh,
        &[(0.0, 0.0), (-0.0, -0.0), (inf, 1.0), (-inf, -1.0), (nan, nan), (1e300, 1.0)],
    );
    check_special(Function::Tanh, &[(smallest, smallest), (-smallest, -smallest), (-1e300, -1.0)]);
    check_special(
        Function::Sigmoid,
        &[(0.0, 0.5), (-0.0, 0.5), (inf, 1.0), (-inf, 0.0), (nan, nan), (-1e300, 0.0)],
    );
}

fn check_special(function: Function, table: &[(f64, f64)]) {
    for &(x, y) in table {
        let found = applied(function, &[x])[0];
        let error = error_f64(found, y);
        assert!(error <= 1.0, "{function:?} of {x:e} is {found:e} and not {y:e}");
    }
}

#[test]
fn f64_is_within_its_bounds_of_the_true_values() {
    for (function, table) in TRUE_VALUES {
        let (_, bound) = BOUNDS[function as usize];
        for &(x, y) in table {
            let found = applied(function, &[x])[0];
            // Half an ulp for the rounding of the table.
            assert!(error_f64(found, y) <= bound + 0.5, "{function:?} of {x:e} is {found:e} and not {y:e}");
        }
    }
}

/// Function, argument, value: mpmath with `mp.dps = 50`, rounded to f64, as in
/// `python -c "from mpmath import *; mp.dps = 50; print(repr(float(expm1(mpf(0.34)))))"`.
#[allow(clippy::approx_constant, reason = "these are results, not constants")]
const TRUE_VALUES: [(Function, &[(f64, f64)]); 6] = [
    (
        Function::Exp,
        &[
            (-740.5, 2.5e-322),
            (-700.1, 8.921404266525102e-305),
            (-20.3, 1.5269401591266087e-09),
            (-1.0, 0.36787944117144233),
            (-0.34657, 0.7071093199024199),
            (-1e-09, 0.999999999),
            (0.1, 1.1051709180756477),
            (0.3466, 1.4142509118505286),
            (0.5, 1.6487212707001282),
            (1.0, 2.718281828459045),
            (2.5, 12.182493960703473),
            (10.7, 44355.85513029784),
            (88.9, 4.062369671282883e+38),
            (300.25, 2.4941248615349213e+130),
            (709.5, 1.3549863193146328e+308),
        ],
    ),
    (
        Function::ExpM1,
        &[
            (-37.0, -0.9999999999999999),
            (-5.5, -0.995913228561536),
            (-1.0, -0.6321205588285577),
            (-0.35, -0.29531191028128656),
            (-0.1, -0.09516258196404043),
            (-1e-05, -9.999950000166666e-06),
            (1e-12, 1.0000000000005e-12),
            (0.01, 0.010050167084168058),
            (0.34, 0.4049475905635938),
            (0.36, 0.43332941456034024),
            (0.7, 1.0137527074704764),
            (1.0, 1.7182818284590453),
            (3.3, 26.112638920657883),
            (50.5, 8.548134287298057e+21),
            (709.0, 8.218407461554972e+307),
        ],
    ),
    (
        Function::Ln,
        &[
            (1e-310, -713.8013788281542),
            (2.5e-300, -689.8592371663395),
            (1e-05, -11.512925464970229),
            (0.1, -2.3025850929940455),
            (0.5, -0.6931471805599453),
            (0.7071, -0.346583180371942),
            (0.70711, -0.3465690382006941),
            (0.99, -0.01005033585350145),
            (0.9999999, -1.0000000494736474e-07),
            (1.0000001, 9.999999505838704e-08),
            (1.2, 0.1823215567939546),
            (1.4142, 0.3465640001880033),
            (1.4143, 0.34663470904431704),
            (2.0, 0.6931471805599453),
            (10.0, 2.302585092994046),
            (10000000000.0, 23.025850929940457),
            (1.7e+308, 709.7268368932282),
        ],
    ),
    (
        Function::Ln1p,
        &[
            (-0.9999, -9.210340371976294),
            (-0.7, -1.203972804325936),
            (-0.5, -0.6931471805599453),
            (-0.29, -0.3424903089467759),
            (-0.1, -0.10536051565782631),
            (-0.0001, -0.00010000500033335834),
            (-1e-12, -1.0000000000005e-12),
            (1e-17, 1e-17),
            (1e-08, 9.999999950000001e-09),
            (0.001, 0.0009995003330835331),
            (0.1, 0.09531017980432487),
            (0.4142, 0.3465640001880034),
            (0.42, 0.35065687161316933),
            (1.0, 0.6931471805599453),
            (5.5, 1.8718021769015913),
            (1000000.0, 13.815511557963774),
            (1e+20, 46.051701859880914),
        ],
    ),
    (
        Function::Tanh,
        &[
            (-18.7, -0.9999999999999999),
            (-3.0, -0.9950547536867305),
            (-0.5, -0.46211715726000974),
            (-0.001, -0.0009999996666668),
            (1e-20, 1e-20),
            (1e-08, 1e-08),
            (0.05, 0.04995837495787998),
            (0.17, 0.16838104587081473),
            (0.18, 0.1780808681173302),
            (0.3, 0.2913126124515909),
            (0.55, 0.5005202111902353),
            (1.0, 0.7615941559557649),
            (1.7, 0.935409070603099),
            (4.4, 0.9996985792838805),
            (9.1, 0.9999999750614947),
            (15.0, 0.9999999999998128),
        ],
    ),
    (
        Function::Sigmoid,
        &[
            (-740.0, 4.2e-322),
            (-100.5, 2.256340135917036e-44),
            (-36.9, 9.430476078526807e-17),
            (-5.0, 0.0066928509242848554),
            (-1.0, 0.2689414213699951),
            (-0.3, 0.425557483188341),
            (-1e-10, 0.499999999975),
            (0.2, 0.549833997312478),
            (0.9, 0.710949502625004),
            (2.2, 0.9002495108803149),
            (7.5, 0.9994472213630764),
            (15.3, 0.9999997733820386),
            (36.0, 0.9999999999999998),
        ],
    ),
];
