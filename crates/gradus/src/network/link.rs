//! The output layer's activation, which belongs to the loss: it turns raw outputs (logits) into predictions.

use super::Activation;
use crate::{Error, Real};
use gradus_kernels::elementwise;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// What the output layer makes of its net inputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Link {
    /// Each output by itself.
    Activation(Activation),
    /// eᶻᵏ / Σⱼ eᶻʲ over the outputs of an example: probabilities that add up to 1.
    Softmax,
    /// eᶻ: a positive rate.
    Exp,
    /// 1 for the largest output of an example, the first of equals, and 0 for the others.
    WinnerTakesAll,
}

impl Link {
    /// The network's output itself.
    pub const IDENTITY: Self = Self::Activation(Activation::Identity);
    /// A probability per output.
    pub const SIGMOID: Self = Self::Activation(Activation::Sigmoid);

    /// Turns `logits` into `predictions`, both (n, width), row after row.
    ///
    /// # Panics
    /// If the lengths differ.
    pub fn apply<R: Real>(self, logits: &[R], predictions: &mut [R], width: usize) {
        match self {
            Self::Activation(activation) => activation.apply(logits, predictions),
            Self::Softmax => {
                predictions.copy_from_slice(logits);
                elementwise::softmax_rows(predictions, width);
            }
            Self::Exp => {
                predictions.copy_from_slice(logits);
                elementwise::exp(predictions);
            }
            Self::WinnerTakesAll => {
                predictions.fill(R::ZERO);
                for (nets, winner) in logits.chunks_exact(width).zip(predictions.chunks_exact_mut(width)) {
                    let largest =
                        (1..width).fold(0, |best, at| if nets[at] > nets[best] { at } else { best });
                    winner[largest] = R::ONE;
                }
            }
        }
    }
}

impl FromStr for Link {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text.trim() {
            "softmax" => Ok(Self::Softmax),
            "exp" => Ok(Self::Exp),
            "winner_takes_all" => Ok(Self::WinnerTakesAll),
            other => other.parse().map(Self::Activation).map_err(|error| match error {
                Error::UnknownName { name, mut known, .. } => {
                    known.extend(["softmax", "exp", "winner_takes_all"].map(str::to_owned));
                    Error::UnknownName { kind: "output activation", name, known }
                }
                error => error,
            }),
        }
    }
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Activation(activation) => activation.fmt(f),
            Self::Softmax => f.write_str("softmax"),
            Self::Exp => f.write_str("exp"),
            Self::WinnerTakesAll => f.write_str("winner_takes_all"),
        }
    }
}

impl TryFrom<String> for Link {
    type Error = Error;
    fn try_from(text: String) -> Result<Self, Error> {
        text.parse()
    }
}

impl From<Link> for String {
    fn from(link: Link) -> Self {
        link.to_string()
    }
}
