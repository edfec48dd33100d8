//! Losses: how wrong the predictions of a batch are, and in which direction each raw output (logit) should move.
//!
//! A loss owns its link, the output layer's activation: it takes logits, and returns its value together with its gradient
//! with respect to them, each in the form that stays finite for any logit. Per example, with a = link(z) and target y:
//!
//! | loss | E | ∂E/∂z | links |
//! |---|---|---|---|
//! | squared_error | ½ Σ (y − a)² | (a − y) g′(z) | any with a slope |
//! | absolute_error | Σ \|y − a\| | sign(a − y) g′(z) | any with a slope |
//! | huber | Σ ½r² if \|r\| ≤ δ, else δ(\|r\| − ½δ) | clamp(r, −δ, δ) g′(z), r = a − y | any with a slope |
//! | poisson | Σ a − y z | a − y | exp |
//! | binary_cross_entropy | −Σ y ln a + (1 − y) ln(1 − a) | a − y | sigmoid |
//! | cross_entropy | −Σ y ln a | a − y | softmax |
//!
//! A batch's loss is Σᵢ wᵢ Eᵢ / Σᵢ wᵢ (`mean`), or Σᵢ wᵢ Eᵢ (`sum`, which the learning rates of 1986 need).

mod squared_error;
mod absolute_error;
mod huber;
mod poisson;
mod binary_cross_entropy;
mod cross_entropy;

use crate::network::Link;
use crate::settings::{Settings, write};
use crate::{Error, Real};
use gradus_kernels::rows::{RowsKernel, by_columns};
use gradus_kernels::{Kernel, dispatch};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// What training makes small.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Loss {
    /// ½ Σ (y − a)².
    SquaredError,
    /// Σ |y − a|.
    AbsoluteError,
    /// Squared for small errors, absolute for large ones (Huber 1964).
    Huber {
        /// δ: where small ends.
        delta: f64,
    },
    /// The negative log likelihood of counts with rate a, without the part that no weight changes.
    Poisson,
    /// The negative log likelihood of independent yes/no answers.
    BinaryCrossEntropy,
    /// The negative log likelihood of one class out of several.
    CrossEntropy {
        /// Label smoothing (Szegedy et al. 2016): this share of the target is spread evenly over all classes.
        smoothing: f64,
    },
}

/// Whether a batch's loss is a mean or a sum over its examples.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reduction {
    /// Σ wᵢ Eᵢ / Σ wᵢ
    #[default]
    Mean,
    /// Σ wᵢ Eᵢ
    Sum,
}

impl Reduction {
    /// Σ wᵢ Eᵢ of a batch that has this loss and weighs `weight`: what the mean over an epoch is made of, so that it is the
    /// same kind of number under both reductions.
    pub fn summed(self, loss: f64, weight: f64) -> f64 {
        match self {
            Self::Mean => loss * weight,
            Self::Sum => loss,
        }
    }
}

/// The raw outputs of a batch and what they should have been; all (n, width), row after row.
#[derive(Debug)]
pub struct Outputs<'a, R> {
    /// z, before the link.
    pub logits: &'a [R],
    /// y, as the link's own kind of number: 0/1 per class, a standardised value, a count.
    pub targets: &'a [R],
    /// (n): how much each example counts; all alike where absent.
    pub weights: Option<&'a [R]>,
    /// Outputs per example.
    pub width: usize,
}

/// What a loss writes: (n, width) each.
#[derive(Debug)]
pub struct Gradient<'a, R> {
    /// a = link(z).
    pub predictions: &'a mut [R],
    /// Δ = ∂(batch loss)/∂z.
    pub delta: &'a mut [R],
}

impl Loss {
    /// Every loss, with its default settings.
    pub const ALL: [Self; 6] = [
        Self::SquaredError,
        Self::AbsoluteError,
        Self::Huber { delta: 1.0 },
        Self::Poisson,
        Self::BinaryCrossEntropy,
        Self::CrossEntropy { smoothing: 0.0 },
    ];

    /// The name, without settings.
    pub fn name(self) -> &'static str {
        match self {
            Self::SquaredError => "squared_error",
            Self::AbsoluteError => "absolute_error",
            Self::Huber { .. } => "huber",
            Self::Poisson => "poisson",
            Self::BinaryCrossEntropy => "binary_cross_entropy",
            Self::CrossEntropy { .. } => "cross_entropy",
        }
    }

    /// The link that goes with the loss where none is asked for.
    pub fn default_link(self) -> Link {
        match self {
            Self::SquaredError | Self::AbsoluteError | Self::Huber { .. } => Link::IDENTITY,
            Self::Poisson => Link::Exp,
            Self::BinaryCrossEntropy => Link::SIGMOID,
            Self::CrossEntropy { .. } => Link::Softmax,
        }
    }

    /// Whether the loss can be trained through `link`.
    ///
    /// # Errors
    /// If it cannot; the message says which link it takes.
    pub fn check_link(self, link: Link) -> Result<(), Error> {
        let fits = match (self, link) {
            (Self::SquaredError | Self::AbsoluteError | Self::Huber { .. }, Link::Activation(activation)) => {
                if !activation.has_slope() {
                    return Err(Error::NoSlope { activation: activation.name() });
                }
                true
            }
            _ => link == self.default_link(),
        };
        if fits {
            return Ok(());
        }
        let wanted = match self {
            Self::SquaredError | Self::AbsoluteError | Self::Huber { .. } => {
                "any activation with a slope".to_owned()
            }
            other => other.default_link().to_string(),
        };
        Err(Error::LinkDoesNotFit { loss: self.name(), link: link.to_string(), wanted })
    }

    /// The loss of a batch, and its gradient with respect to the logits.
    ///
    /// Returns Σᵢ wᵢ Eᵢ, not yet reduced; Δ is already multiplied by `scale` (1/Σ wᵢ for a mean, 1 for a sum).
    ///
    /// # Panics
    /// If the lengths do not fit each other.
    pub fn evaluate<R: Real>(
        self,
        link: Link,
        outputs: &Outputs<'_, R>,
        scale: R,
        gradient: Gradient<'_, R>,
    ) -> f64 {
        let n = outputs.logits.len();
        assert!(outputs.targets.len() == n && gradient.delta.len() == n && gradient.predictions.len() == n);
        assert!(outputs.weights.is_none_or(|weights| weights.len() * outputs.width == n));
        link.apply(outputs.logits, gradient.predictions, outputs.width);
        let Gradient { predictions, delta } = gradient;
        let predictions = &*predictions;
        let total = match self {
            Self::SquaredError => per_output(outputs, predictions, scale, delta, squared_error::term),
            Self::AbsoluteError => per_output(outputs, predictions, scale, delta, absolute_error::term),
            Self::Huber { delta: limit } => {
                per_output(outputs, predictions, scale, delta, huber::term(R::from_f64(limit)))
            }
            Self::Poisson => per_output(outputs, predictions, scale, delta, poisson::term),
            Self::BinaryCrossEntropy => {
                per_output(outputs, predictions, scale, delta, binary_cross_entropy::term)
            }
            Self::CrossEntropy { smoothing } => {
                cross_entropy::evaluate(outputs, predictions, R::from_f64(smoothing), scale, delta)
            }
        };
        if let (Self::SquaredError | Self::AbsoluteError | Self::Huber { .. }, Link::Activation(activation)) =
            (self, link)
        {
            activation.multiply_by_slope(delta, outputs.logits, predictions);
        }
        total
    }
}

/// One output of one example, as the losses that treat every output alike see it.
struct Term<R> {
    /// z
    logit: R,
    /// a = link(z)
    prediction: R,
    /// y
    target: R,
}

/// Sums a loss that treats every output alike: `term` gives E and either ∂E/∂a (the slope of the link follows) or, for a
/// loss with a link of its own, ∂E/∂z.
#[inline(never)] // a page fetches it when it needs it
fn per_output<R: Real, F: Fn(Term<R>) -> (R, R)>(
    outputs: &Outputs<'_, R>,
    predictions: &[R],
    scale: R,
    delta: &mut [R],
    term: F,
) -> f64 {
    dispatch(PerOutput { outputs, predictions, scale, delta, term })
}

struct PerOutput<'a, R, F> {
    outputs: &'a Outputs<'a, R>,
    predictions: &'a [R],
    scale: R,
    delta: &'a mut [R],
    term: F,
}

impl<R: Real, F: Fn(Term<R>) -> (R, R)> Kernel for PerOutput<'_, R, F> {
    type Output = f64;

    #[inline(always)]
    fn run(self) -> f64 {
        let width = self.outputs.width;
        by_columns(self, width)
    }
}

impl<R: Real, F: Fn(Term<R>) -> (R, R)> RowsKernel for PerOutput<'_, R, F> {
    type Output = f64;

    #[inline(always)]
    fn short<const COLUMNS: usize>(self) -> f64 {
        if self.outputs.weights.is_some() { self.rows(COLUMNS) } else { self.blocks::<COLUMNS>() }
    }

    #[inline(always)]
    fn any(self) -> f64 {
        let width = self.outputs.width;
        self.rows(width)
    }
}

/// Rows whose terms are computed together.
const ROWS: usize = 16;

impl<R: Real, F: Fn(Term<R>) -> (R, R)> PerOutput<'_, R, F> {
    /// Rows that all count alike, a few at a time: first the terms of all their outputs, which fill whole registers, then their sums.
    #[inline(always)]
    fn blocks<const COLUMNS: usize>(self) -> f64 {
        let Outputs { logits, targets, .. } = *self.outputs;
        let (mut total, mut values) = (0.0, [[R::ZERO; COLUMNS]; ROWS]);
        let blocks = self.delta.chunks_mut(ROWS * COLUMNS).zip(logits.chunks(ROWS * COLUMNS));
        let blocks = blocks.zip(self.predictions.chunks(ROWS * COLUMNS).zip(targets.chunks(ROWS * COLUMNS)));
        for ((deltas, logits), (predictions, targets)) in blocks {
            let values = &mut values.as_flattened_mut()[..deltas.len()];
            let numbers = logits.iter().zip(predictions).zip(targets);
            for ((value, delta), ((&logit, &prediction), &target)) in
                values.iter_mut().zip(deltas).zip(numbers)
            {
                let slope;
                (*value, slope) = (self.term)(Term { logit, prediction, target });
                *delta = slope * self.scale;
            }
            for row in values.as_chunks::<COLUMNS>().0 {
                total += row.iter().fold(R::ZERO, |sum, &value| sum + value).to_f64();
            }
        }
        total
    }

    /// Row by row, each with its weight.
    #[inline(always)]
    fn rows(self, width: usize) -> f64 {
        let Outputs { logits, targets, weights, .. } = *self.outputs;
        let mut total = 0.0;
        let numbers = logits.chunks_exact(width).zip(self.predictions.chunks_exact(width));
        let rows = self.delta.chunks_exact_mut(width).zip(numbers).zip(targets.chunks_exact(width));
        for (row, ((deltas, (logits, predictions)), targets)) in rows.enumerate() {
            let weight = weights.map_or(R::ONE, |weights| weights[row]);
            let mut sum = R::ZERO;
            for (((delta, &logit), &prediction), &target) in
                deltas.iter_mut().zip(logits).zip(predictions).zip(targets)
            {
                let (value, slope) = (self.term)(Term { logit, prediction, target });
                sum += value;
                *delta = slope * (weight * self.scale);
            }
            total += (weight * sum).to_f64();
        }
        total
    }
}

impl FromStr for Loss {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let mut settings = Settings::parse(text)?;
        let loss = match Self::ALL.into_iter().find(|loss| loss.name() == settings.name) {
            Some(Self::Huber { delta }) => {
                Self::Huber { delta: settings.take_within("delta", delta, |d| d > 0.0, "above 0")? }
            }
            Some(Self::CrossEntropy { smoothing }) => {
                let within = |s| (0.0..1.0).contains(&s);
                Self::CrossEntropy {
                    smoothing: settings.take_within("smoothing", smoothing, within, "in [0, 1)")?,
                }
            }
            Some(other) => other,
            None => return Err(Error::unknown_name("loss", settings.name, Self::ALL.map(Self::name))),
        };
        settings.finish()?;
        Ok(loss)
    }
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&match self {
            Self::Huber { delta } => write(self.name(), &[("delta", delta, *delta == 1.0)]),
            Self::CrossEntropy { smoothing } => {
                write(self.name(), &[("smoothing", smoothing, *smoothing == 0.0)])
            }
            _ => self.name().to_owned(),
        })
    }
}

impl TryFrom<String> for Loss {
    type Error = Error;
    fn try_from(text: String) -> Result<Self, Error> {
        text.parse()
    }
}

impl From<Loss> for String {
    fn from(loss: Loss) -> Self {
        loss.to_string()
    }
}

impl FromStr for Reduction {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            "mean" => Ok(Self::Mean),
            "sum" => Ok(Self::Sum),
            other => Err(Error::unknown_name("reduction", other, ["mean", "sum"])),
        }
    }
}

impl fmt::Display for Reduction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Mean => "mean",
            Self::Sum => "sum",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::Activation;

    /// Losses and logit gradients for one example, from PyTorch's functions in f64 where it has them
    /// (`binary_cross_entropy_with_logits`, `cross_entropy`, `huber_loss`, `poisson_nll_loss`), else by hand.
    #[track_caller]
    fn check(loss: &str, logits: &[f64], targets: &[f64], value: f64, gradient: &[f64]) {
        let loss: Loss = loss.parse().unwrap();
        let mut predictions = vec![0.0; logits.len()];
        let mut delta = vec![0.0; logits.len()];
        let outputs = Outputs { logits, targets, weights: None, width: logits.len() };
        let gradient_out = Gradient { predictions: &mut predictions, delta: &mut delta };
        let found = loss.evaluate(loss.default_link(), &outputs, 1.0, gradient_out);
        assert!((found - value).abs() <= 1e-15 * value.abs().max(1.0), "{loss}: {found}, not {value}");
        for (found, expected) in delta.iter().zip(gradient) {
            assert!((found - expected).abs() <= 1e-15, "{loss}: gradient {found}, not {expected}");
        }
    }

    #[test]
    fn values_and_gradients() {
        check("squared_error", &[1.0, -2.0], &[0.5, 1.0], 0.5 * (0.25 + 9.0), &[0.5, -3.0]);
        check("absolute_error", &[1.0, -2.0], &[0.5, 1.0], 3.5, &[1.0, -1.0]);
        check("huber", &[1.0, -2.0], &[0.5, 1.0], 0.125 + 2.5, &[0.5, -1.0]);
        check("poisson", &[0.0], &[3.0], 1.0, &[-2.0]);
        check("binary_cross_entropy", &[0.0], &[1.0], std::f64::consts::LN_2, &[-0.5]);
        check("cross_entropy", &[0.0, 0.0], &[1.0, 0.0], std::f64::consts::LN_2, &[-0.5, 0.5]);
        check(
            "cross_entropy:smoothing=0.1",
            &[0.0, 0.0],
            &[1.0, 0.0],
            std::f64::consts::LN_2,
            &[-0.45, 0.45],
        );
    }

    /// Rows without weights go another way than rows that all weigh 1, and must end where they do.
    fn check_weights_of_one<R: Real>(loss: Loss, rows: usize, width: usize) {
        let number = |seed: usize| R::from_f64((seed * 37 % 101) as f64 / 40.0 - 1.2);
        let logits: Vec<R> = (0..rows * width).map(number).collect();
        let targets: Vec<R> = (0..rows * width).map(|i| number(i + 50).abs()).collect();
        let ones = vec![R::ONE; rows];
        let evaluated = |weights| {
            let (mut predictions, mut delta) = (logits.clone(), logits.clone());
            let outputs = Outputs { logits: &logits, targets: &targets, weights, width };
            let out = Gradient { predictions: &mut predictions, delta: &mut delta };
            let value = loss.evaluate(loss.default_link(), &outputs, R::from_f64(0.3), out);
            (value, delta)
        };
        assert_eq!(evaluated(None), evaluated(Some(&ones[..])), "{loss}: {rows} rows of {width}");
    }

    #[test]
    fn weights_of_one_change_no_bit() {
        for loss in Loss::ALL {
            for (rows, width) in
                [0, 1, 15, 16, 17, 40].into_iter().flat_map(|rows| (1..19).map(move |w| (rows, w)))
            {
                check_weights_of_one::<f32>(loss, rows, width);
                check_weights_of_one::<f64>(loss, rows, width);
            }
        }
    }

    #[test]
    fn large_logits_stay_finite() {
        for loss in [Loss::BinaryCrossEntropy, Loss::CrossEntropy { smoothing: 0.1 }] {
            for z in [1e4_f32, -1e4, f32::MAX / 4.0, f32::MIN_POSITIVE] {
                let (mut predictions, mut delta) = ([0.0; 2], [0.0; 2]);
                let outputs = Outputs { logits: &[z, -z], targets: &[0.0, 1.0], weights: None, width: 2 };
                let out = Gradient { predictions: &mut predictions, delta: &mut delta };
                let value = loss.evaluate(loss.default_link(), &outputs, 1.0, out);
                assert!(
                    value.is_finite() && delta.iter().all(|d| d.is_finite()),
                    "{loss} at {z}: {value} {delta:?}"
                );
            }
        }
    }

    #[test]
    fn a_loss_refuses_a_foreign_link() {
        let refused =
            Loss::CrossEntropy { smoothing: 0.0 }.check_link(Link::SIGMOID).unwrap_err().to_string();
        assert!(refused.contains("softmax"), "{refused}");
        let refused =
            Loss::SquaredError.check_link(Link::Activation(Activation::Step)).unwrap_err().to_string();
        assert!(refused.contains("perceptron"), "{refused}");
    }
}
