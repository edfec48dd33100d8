//! Activation functions: what a unit makes of its net input, and how steeply.
//!
//! | name | g(x) | g′(x) |
//! |---|---|---|
//! | identity | x | 1 |
//! | step | 1 if x ≥ 0, else 0 | none: 0 everywhere but at 0 |
//! | sign | 1 if x ≥ 0, else −1 | none |
//! | sigmoid | σ(x) = 1 / (1 + e⁻ˣ) | σ (1 − σ) |
//! | tanh | tanh x | 1 − tanh² x |
//! | relu | max(x, 0) | 1 if x > 0, else 0 |
//! | leaky_relu | x if x > 0, else slope·x | 1, else slope |
//! | elu | x if x > 0, else α(eˣ − 1) | 1, else αeˣ |
//! | selu | λ·elu with fixed λ, α (Klambauer et al. 2017) | λ, else λαeˣ |
//! | gelu | x Φ(x), Φ the normal distribution function (Hendrycks & Gimpel 2016, the exact form) | Φ + x φ |
//! | silu | x σ(x) (Elfwing et al. 2017) | σ (1 + x (1 − σ)) |
//! | mish | x tanh(softplus x) (Misra 2019) | t + x σ (1 − t²) |
//! | softplus | ln(1 + eˣ) | σ |
//! | sin | sin x | cos x |

use crate::settings::{Settings, write};
use crate::{Error, Real};
use gradus_kernels::{Kernel, dispatch};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// What a unit makes of its net input.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[allow(missing_docs, reason = "the table above is their documentation")]
pub enum Activation {
    Identity,
    Step,
    Sign,
    Sigmoid,
    Tanh,
    Relu,
    LeakyRelu { slope: f64 },
    Elu { alpha: f64 },
    Selu,
    Gelu,
    Silu,
    Mish,
    Softplus,
    Sin,
}

/// Settings are compared as numbers that [`FromStr`] has checked to be finite, so equality is total.
impl Eq for Activation {}

/// λ of selu: the fixed point of mean 0 and variance 1 (Klambauer et al. 2017, equation 14).
const SELU_LAMBDA: f64 = 1.050_700_987_355_480_5;
/// α of selu.
const SELU_ALPHA: f64 = 1.673_263_242_354_377_2;

impl Activation {
    /// Every activation, with its default settings.
    pub const ALL: [Self; 14] = [
        Self::Identity,
        Self::Step,
        Self::Sign,
        Self::Sigmoid,
        Self::Tanh,
        Self::Relu,
        Self::LeakyRelu { slope: 0.01 },
        Self::Elu { alpha: 1.0 },
        Self::Selu,
        Self::Gelu,
        Self::Silu,
        Self::Mish,
        Self::Softplus,
        Self::Sin,
    ];

    /// The name, without settings.
    pub fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Step => "step",
            Self::Sign => "sign",
            Self::Sigmoid => "sigmoid",
            Self::Tanh => "tanh",
            Self::Relu => "relu",
            Self::LeakyRelu { .. } => "leaky_relu",
            Self::Elu { .. } => "elu",
            Self::Selu => "selu",
            Self::Gelu => "gelu",
            Self::Silu => "silu",
            Self::Mish => "mish",
            Self::Softplus => "softplus",
            Self::Sin => "sin",
        }
    }

    /// Whether gradient descent can pass through it. `step` and `sign` are flat wherever they have a slope at all.
    pub fn has_slope(self) -> bool {
        !matches!(self, Self::Step | Self::Sign)
    }

    /// Whether it is put together from two pieces that meet at 0: there a numeric gradient is none, or a poor one, and a
    /// gradient check leaves it out.
    pub fn is_piecewise(self) -> bool {
        matches!(
            self,
            Self::Step | Self::Sign | Self::Relu | Self::LeakyRelu { .. } | Self::Elu { .. } | Self::Selu
        )
    }

    /// g(net) of one number.
    pub fn value<R: Real>(self, net: R) -> R {
        let mut outputs = [R::ZERO];
        self.apply(&[net], &mut outputs);
        outputs[0]
    }

    /// g′(net) of one number.
    pub fn slope<R: Real>(self, net: R) -> R {
        let mut delta = [R::ONE];
        self.multiply_by_slope(&mut delta, &[net], &[self.value(net)]);
        delta[0]
    }

    /// `outputs` ← g(`nets`).
    pub fn apply<R: Real>(self, nets: &[R], outputs: &mut [R]) {
        dispatch(Apply { activation: self, nets, outputs });
    }

    /// `delta` ← `delta` · g′(`nets`), where `outputs` = g(`nets`) spares computing it again.
    ///
    /// `step` and `sign` have no slope to learn by; whoever trains refuses them first. Here theirs is 0.
    pub fn multiply_by_slope<R: Real>(self, delta: &mut [R], nets: &[R], outputs: &[R]) {
        dispatch(MultiplyBySlope { activation: self, delta, nets, outputs });
    }
}

struct Apply<'a, R> {
    activation: Activation,
    nets: &'a [R],
    outputs: &'a mut [R],
}

impl<R: Real> Kernel for Apply<'_, R> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let (nets, outputs) = (self.nets, self.outputs);
        let c = R::from_f64;
        match self.activation {
            Activation::Identity => outputs.copy_from_slice(nets),
            Activation::Step => map(nets, outputs, |x| if x >= R::ZERO { R::ONE } else { R::ZERO }),
            Activation::Sign => map(nets, outputs, |x| if x >= R::ZERO { R::ONE } else { -R::ONE }),
            Activation::Sigmoid => map(nets, outputs, R::sigmoid),
            // There number by number is faster.
            Activation::Tanh if cfg!(target_family = "wasm") => map(nets, outputs, R::tanh),
            Activation::Tanh => tanh(nets, outputs),
            Activation::Relu => map(nets, outputs, |x| if x <= R::ZERO { R::ZERO } else { x }),
            Activation::LeakyRelu { slope } => {
                let slope = c(slope);
                map(nets, outputs, |x| if x > R::ZERO { x } else { slope * x });
            }
            Activation::Elu { alpha } => {
                let alpha = c(alpha);
                map(nets, outputs, |x| if x > R::ZERO { x } else { alpha * x.exp_m1() });
            }
            Activation::Selu => {
                let (lambda, alpha) = (c(SELU_LAMBDA), c(SELU_LAMBDA * SELU_ALPHA));
                map(nets, outputs, |x| if x > R::ZERO { lambda * x } else { alpha * x.exp_m1() });
            }
            Activation::Gelu => map(nets, outputs, |x| x * normal_distribution(x)),
            Activation::Silu => map(nets, outputs, |x| x * x.sigmoid()),
            Activation::Mish => map(nets, outputs, |x| x * softplus(x).tanh()),
            Activation::Softplus => map(nets, outputs, softplus),
            Activation::Sin => map(nets, outputs, R::sin),
        }
    }
}

struct MultiplyBySlope<'a, R> {
    activation: Activation,
    delta: &'a mut [R],
    nets: &'a [R],
    outputs: &'a [R],
}

impl<R: Real> Kernel for MultiplyBySlope<'_, R> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let (delta, nets, outputs) = (self.delta, self.nets, self.outputs);
        let c = R::from_f64;
        let one = R::ONE;
        match self.activation {
            Activation::Identity => {}
            Activation::Step | Activation::Sign => delta.fill(R::ZERO),
            Activation::Sigmoid => scale(delta, outputs, |a| a * (one - a)),
            Activation::Tanh => scale(delta, outputs, |a| one - a * a),
            Activation::Relu => scale(delta, nets, |x| if x > R::ZERO { one } else { R::ZERO }),
            Activation::LeakyRelu { slope } => {
                let slope = c(slope);
                scale(delta, nets, |x| if x > R::ZERO { one } else { slope });
            }
            Activation::Elu { alpha } => {
                let alpha = c(alpha);
                scale(delta, nets, |x| if x > R::ZERO { one } else { alpha * x.exp() });
            }
            Activation::Selu => {
                let (lambda, alpha) = (c(SELU_LAMBDA), c(SELU_LAMBDA * SELU_ALPHA));
                scale(delta, nets, |x| if x > R::ZERO { lambda } else { alpha * x.exp() });
            }
            Activation::Gelu => scale(delta, nets, |x| normal_distribution(x) + x * normal_density(x)),
            Activation::Silu => scale(delta, nets, |x| {
                let s = x.sigmoid();
                s * (one + x * (one - s))
            }),
            Activation::Mish => scale(delta, nets, |x| {
                let t = softplus(x).tanh();
                t + x * x.sigmoid() * (one - t * t)
            }),
            Activation::Softplus => scale(delta, nets, R::sigmoid),
            Activation::Sin => scale(delta, nets, R::cos),
        }
    }
}

/// Numbers that fill whole registers of any processor that there is code for.
const WHOLE: usize = if cfg!(target_family = "wasm") { 4 } else { 16 };
/// Numbers that a function of many operations takes side by side: four registers of AVX2.
const BLOCK: usize = 32;

/// `outputs` ← g(`nets`). The last few that do not fill registers take as long as if they did, and not several times as long; they
/// go through the same loop, so that g is compiled once.
#[inline(always)]
fn map<R: Real>(nets: &[R], outputs: &mut [R], g: impl Fn(R) -> R) {
    assert_eq!(nets.len(), outputs.len());
    let whole = nets.len() - nets.len() % WHOLE;
    let (nets, last_nets) = nets.split_at(whole);
    let (outputs, last_outputs) = outputs.split_at_mut(whole);
    let padded_nets: [R; WHOLE] = std::array::from_fn(|i| last_nets.get(i).map_or(R::ZERO, |&net| net));
    let mut padded_outputs = [R::ZERO; WHOLE];
    let parts = [(nets, outputs), (&padded_nets[..], &mut padded_outputs[..])];
    for (nets, outputs) in parts.into_iter().take(1 + usize::from(!last_nets.is_empty())) {
        for (output, &net) in outputs.iter_mut().zip(nets) {
            *output = g(net);
        }
    }
    last_outputs.iter_mut().zip(padded_outputs).for_each(|(output, padded)| *output = padded);
}

/// `outputs` ← tanh(`nets`), block by block, and what does not fill one number by number.
#[inline(always)]
fn tanh<R: Real>(nets: &[R], outputs: &mut [R]) {
    assert_eq!(nets.len(), outputs.len());
    let (nets, last_nets) = nets.as_chunks::<BLOCK>();
    let (outputs, last_outputs) = outputs.as_chunks_mut();
    for (outputs, &nets) in outputs.iter_mut().zip(nets) {
        // Not as an argument, as others are: a call of one so long may stay a call, to code without the instruction set.
        *outputs = R::tanh_each(nets);
    }
    map(last_nets, last_outputs, R::tanh);
}

#[inline(always)]
fn scale<R: Real>(delta: &mut [R], x: &[R], slope: impl Fn(R) -> R) {
    assert_eq!(delta.len(), x.len());
    for (delta, &x) in delta.iter_mut().zip(x) {
        *delta *= slope(x);
    }
}

/// ln(1 + eˣ), in the form that neither overflows nor loses the small end.
#[inline(always)]
fn softplus<R: Real>(x: R) -> R {
    x.max(R::ZERO) + (-x.abs()).exp().ln_1p()
}

/// Φ(x) = ½ (1 + erf(x/√2))
#[inline(always)]
fn normal_distribution<R: Real>(x: R) -> R {
    R::from_f64(0.5) * (R::ONE + (x * R::from_f64(std::f64::consts::FRAC_1_SQRT_2)).erf())
}

/// φ(x) = e^(−x²/2) / √(2π)
#[inline(always)]
fn normal_density<R: Real>(x: R) -> R {
    const ONE_OVER_SQRT_TAU: f64 = 0.398_942_280_401_432_7;
    R::from_f64(ONE_OVER_SQRT_TAU) * (R::from_f64(-0.5) * x * x).exp()
}

impl FromStr for Activation {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let mut settings = Settings::parse(text)?;
        let found = Self::ALL.into_iter().find(|activation| activation.name() == settings.name);
        let activation = match found {
            Some(Self::LeakyRelu { slope }) => {
                Self::LeakyRelu { slope: settings.take_within("slope", slope, |s| s >= 0.0, "at least 0")? }
            }
            Some(Self::Elu { alpha }) => {
                Self::Elu { alpha: settings.take_within("alpha", alpha, |a| a > 0.0, "above 0")? }
            }
            Some(other) => other,
            None => return Err(Error::unknown_name("activation", settings.name, Self::ALL.map(Self::name))),
        };
        settings.finish()?;
        Ok(activation)
    }
}

impl fmt::Display for Activation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&match self {
            Self::LeakyRelu { slope } => write(self.name(), &[("slope", slope, *slope == 0.01)]),
            Self::Elu { alpha } => write(self.name(), &[("alpha", alpha, *alpha == 1.0)]),
            _ => self.name().to_owned(),
        })
    }
}

impl TryFrom<String> for Activation {
    type Error = Error;
    fn try_from(text: String) -> Result<Self, Error> {
        text.parse()
    }
}

impl From<Activation> for String {
    fn from(activation: Activation) -> Self {
        activation.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values and slopes of PyTorch 2 in f64 (torch.nn.functional, autograd); step and sign by their definition.
    #[track_caller]
    fn check(name: &str, rows: [(f64, f64, f64); 3]) {
        let activation: Activation = name.parse().unwrap();
        assert_eq!(activation.to_string(), name);
        for (x, value, slope) in rows {
            assert!(
                (activation.value(x) - value).abs() <= 1e-15,
                "{name}({x}) = {}, not {value}",
                activation.value(x)
            );
            assert!((activation.slope(x) - slope).abs() <= 1e-15, "{name}′({x}) = {}", activation.slope(x));
        }
    }

    #[test]
    fn values_and_slopes() {
        check("identity", [(-1.5, -1.5, 1.0), (0.0, 0.0, 1.0), (2.0, 2.0, 1.0)]);
        check("step", [(-1.5, 0.0, 0.0), (0.0, 1.0, 0.0), (2.0, 1.0, 0.0)]);
        check("sign", [(-1.5, -1.0, 0.0), (0.0, 1.0, 0.0), (2.0, 1.0, 0.0)]);
        check("relu", [(-1.5, 0.0, 0.0), (0.0, 0.0, 0.0), (2.0, 2.0, 1.0)]);
        check("leaky_relu:slope=0.1", [(-1.5, -0.15000000000000002, 0.1), (0.0, 0.0, 0.1), (2.0, 2.0, 1.0)]);
    }

    #[test]
    fn an_unknown_name_offers_the_nearest() {
        let message = "sigmod".parse::<Activation>().unwrap_err().to_string();
        assert!(message.contains("did you mean `sigmoid`?"), "{message}");
    }
}
