//! Formulas with the numbers filled in.

use super::Convention;
use super::sheet::number;
use gradus::Real;
use gradus::explain::trace::{ErrorTerm, StepTrace, UnitTrace};
use gradus::loss::Loss;
use gradus::network::{Activation, Link};

/// Longer sums are cut short in the middle; their terms stand in a table of their own.
pub(super) const MOST_TERMS: usize = 6;

/// `w_{14}`, or `w_{4,16}` where a number has two digits.
pub(super) fn weight_name(from: usize, to: usize) -> String {
    if from < 10 && to < 10 { format!("w_{{{from}{to}}}") } else { format!("w_{{{from},{to}}}") }
}

/// b or θ.
pub(super) fn constant_name(convention: Convention, unit: &str) -> String {
    match convention {
        Convention::Bias => format!("b_{{{unit}}}"),
        Convention::Threshold => format!("θ_{{{unit}}}"),
    }
}

/// The constant itself: b, or θ = −b.
pub(super) fn constant<R: Real>(convention: Convention, bias: R) -> R {
    match convention {
        Convention::Bias => bias,
        Convention::Threshold => R::ZERO - bias,
    }
}

/// A number as it stands behind a sign of multiplication.
pub(super) fn factor<R: Real>(x: R) -> String {
    if x < R::ZERO { format!("({})", number(x)) } else { number(x) }
}

/// `0.2·1 + 0.4·0 - 0.5·1 - 0.4`
pub(super) fn net_input<R: Real>(unit: &UnitTrace<R>, signals: &[R], convention: Convention) -> String {
    let weights: Vec<R> = unit.weights.iter().map(|weight| weight.old).collect();
    let sum = sum_of_products(&weights, signals);
    let bias = unit.bias.old;
    match convention {
        Convention::Bias => format!("{sum} {} {}", sign(bias), number(bias.abs())),
        Convention::Threshold => format!("{sum} - {}", factor(constant(convention, bias))),
    }
}

/// Σ xᵢ·yᵢ, in the middle cut short where it is long.
pub(super) fn sum_of_products<R: Real>(x: &[R], y: &[R]) -> String {
    let n = x.len();
    let mut text = String::new();
    for (at, (&x, &y)) in x.iter().zip(y).enumerate() {
        match at {
            2 if n > MOST_TERMS => text += " + …",
            _ if n > MOST_TERMS && at > 2 && at + 1 < n => {}
            0 => text += &format!("{}·{}", number(x), factor(y)),
            _ => text += &format!(" {} {}·{}", sign(x), number(x.abs()), factor(y)),
        }
    }
    text
}

fn sign<R: Real>(x: R) -> &'static str {
    if x < R::ZERO { "-" } else { "+" }
}

/// Δⱼ with its parts: `a·(1 - a)·(y - a)` at the output, `a·(1 - a)·(Σ w·Δ)` before it.
pub(super) fn delta<R: Real>(
    trace: &StepTrace<R>,
    unit: &UnitTrace<R>,
    activation: Link,
    downstream: Option<(&[R], &[R])>,
) -> String {
    let inner = match (&unit.error, downstream) {
        (ErrorTerm::Hidden { .. }, Some((weights, deltas))) => sum_of_products(weights, deltas),
        (ErrorTerm::Output { target, error }, _) => output_error(trace, *target, unit.output, *error),
        (ErrorTerm::Hidden { .. }, None) => "0".to_owned(),
    };
    match unit.slope {
        Some(slope) => format!("{}({inner})", slope_factor(activation, unit.output, slope)),
        None => inner,
    }
}

/// g′ as a factor in front of a bracket; nothing for a slope that is 1 everywhere.
fn slope_factor<R: Real>(activation: Link, output: R, slope: R) -> String {
    match activation {
        Link::Activation(Activation::Identity) => String::new(),
        Link::Activation(Activation::Sigmoid) => format!("{0}·(1 - {0})·", number(output)),
        Link::Activation(Activation::Tanh) => format!("(1 - {}²)·", factor(output)),
        _ => format!("{}·", number(slope)),
    }
}

fn output_error<R: Real>(trace: &StepTrace<R>, target: R, output: R, error: R) -> String {
    let difference = format!("{} - {}", number(target), factor(output));
    match trace.loss {
        Loss::SquaredError | Loss::BinaryCrossEntropy | Loss::Poisson => difference,
        Loss::CrossEntropy { smoothing: 0.0 } => difference,
        Loss::CrossEntropy { smoothing } => {
            let (keep, classes) = (1.0 - smoothing, trace.targets.len());
            format!("{keep}·{} + {smoothing}/{classes} - {}", number(target), number(output))
        }
        Loss::AbsoluteError | Loss::Huber { .. } => number(error),
    }
}

/// −∂E/∂a of an output unit, in letters.
pub(super) fn output_error_law(loss: Loss) -> String {
    match loss {
        Loss::SquaredError | Loss::BinaryCrossEntropy | Loss::Poisson => "y_{j} - a_{j}".to_owned(),
        Loss::CrossEntropy { smoothing: 0.0 } => "y_{j} - a_{j}".to_owned(),
        Loss::CrossEntropy { smoothing } => {
            format!("(1 - {smoothing})·y_{{j}} + {smoothing}/n - a_{{j}}")
        }
        Loss::AbsoluteError => "sign(y_{j} - a_{j})".to_owned(),
        Loss::Huber { delta } => format!("clamp(y_{{j}} - a_{{j}}, -{delta}, {delta})"),
    }
}

/// E of one example, in letters.
pub(super) fn loss_law(loss: Loss) -> &'static str {
    match loss {
        Loss::SquaredError => "½·Σ_{j}(y_{j} - a_{j})²",
        Loss::AbsoluteError => "Σ_{j}abs(y_{j} - a_{j})",
        Loss::Huber { .. } => "Σ_{j}huber(y_{j} - a_{j})",
        Loss::Poisson => "Σ_{j}a_{j} - y_{j}·in_{j}",
        Loss::BinaryCrossEntropy => "-Σ_{j}(y_{j}·ln(a_{j}) + (1 - y_{j})·ln(1 - a_{j}))",
        Loss::CrossEntropy { smoothing: 0.0 } => "-Σ_{j}y_{j}·ln(a_{j})",
        Loss::CrossEntropy { .. } => "-Σ_{j}y′_{j}·ln(a_{j})",
    }
}

/// g and g′ in letters; no g′ for a link that its loss is differentiated with.
pub(super) fn activation_law(activation: Link) -> (String, Option<String>) {
    let (g, slope) = match activation {
        Link::Softmax => return ("e^{in_{j}}/Σ_{k}e^{in_{k}}".to_owned(), None),
        Link::Exp => return ("e^{in_{j}}".to_owned(), None),
        Link::WinnerTakesAll => return ("1 if in_{j} is the largest, else 0".to_owned(), None),
        Link::Activation(Activation::Identity) => ("in_{j}".to_owned(), "1".to_owned()),
        Link::Activation(Activation::Sigmoid) => {
            ("1/(1 + e^{-in_{j}})".to_owned(), "a_{j}·(1 - a_{j})".to_owned())
        }
        Link::Activation(Activation::Tanh) => ("tanh(in_{j})".to_owned(), "1 - a_{j}²".to_owned()),
        Link::Activation(Activation::Relu) => {
            ("max(0, in_{j})".to_owned(), "1 if in_{j} > 0, else 0".to_owned())
        }
        Link::Activation(Activation::Step) => ("1 if in_{j} ≥ 0, else 0".to_owned(), "0".to_owned()),
        Link::Activation(Activation::Sign) => ("1 if in_{j} ≥ 0, else -1".to_owned(), "0".to_owned()),
        Link::Activation(other) => {
            let name = other.name().replace('_', " ");
            (format!("{name}(in_{{j}})"), format!("{name}′(in_{{j}})"))
        }
    };
    (g, Some(slope))
}
