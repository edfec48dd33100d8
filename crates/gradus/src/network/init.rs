//! Initial weights.
//!
//! With n inputs and m outputs of a layer: Glorot's rules keep the variance of signals and gradients alike through
//! layers of tanh (Glorot & Bengio 2010): variance 2/(n + m). He's do so for relu, which silences half of the units (He
//! et al. 2015): 2/n. LeCun's gives 1/n (LeCun et al. 1998), which selu needs. A uniform U(−r, r) has variance r²/3.
//! Biases start at 0, except under `uniform`, which draws everything.

use super::{Activation, LayerShape};
use crate::random::Random;
use crate::settings::{Settings, write};
use crate::{Error, Real};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// How initial weights are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Init {
    /// U(−r, r) with r = √(6/(n + m)).
    GlorotUniform,
    /// N(0, 2/(n + m)).
    GlorotNormal,
    /// U(−r, r) with r = √(6/n).
    HeUniform,
    /// N(0, 2/n).
    HeNormal,
    /// U(−r, r) with r = √(3/n).
    LecunUniform,
    /// N(0, 1/n).
    LecunNormal,
    /// All 0: units of a layer stay twins for ever; for demonstration.
    Zeros,
    /// U(−range, range), biases too.
    Uniform {
        /// r
        range: f64,
    },
}

enum Distribution {
    Uniform(f64),
    Normal(f64),
}

impl Init {
    /// Every rule, with its default settings.
    pub const ALL: [Self; 8] = [
        Self::GlorotUniform,
        Self::GlorotNormal,
        Self::HeUniform,
        Self::HeNormal,
        Self::LecunUniform,
        Self::LecunNormal,
        Self::Zeros,
        Self::Uniform { range: 0.5 },
    ];

    /// The rule that suits a layer with this activation.
    pub fn for_activation(activation: Activation) -> Self {
        match activation {
            Activation::Relu
            | Activation::LeakyRelu { .. }
            | Activation::Elu { .. }
            | Activation::Gelu
            | Activation::Silu
            | Activation::Mish
            | Activation::Softplus => Self::HeUniform,
            Activation::Selu => Self::LecunNormal,
            Activation::Identity
            | Activation::Step
            | Activation::Sign
            | Activation::Sigmoid
            | Activation::Tanh
            | Activation::Sin => Self::GlorotUniform,
        }
    }

    /// The name, without settings.
    pub fn name(self) -> &'static str {
        match self {
            Self::GlorotUniform => "glorot_uniform",
            Self::GlorotNormal => "glorot_normal",
            Self::HeUniform => "he_uniform",
            Self::HeNormal => "he_normal",
            Self::LecunUniform => "lecun_uniform",
            Self::LecunNormal => "lecun_normal",
            Self::Zeros => "zeros",
            Self::Uniform { .. } => "uniform",
        }
    }

    fn distribution(self, inputs: f64, outputs: f64) -> Distribution {
        match self {
            Self::GlorotUniform => Distribution::Uniform((6.0 / (inputs + outputs)).sqrt()),
            Self::GlorotNormal => Distribution::Normal((2.0 / (inputs + outputs)).sqrt()),
            Self::HeUniform => Distribution::Uniform((6.0 / inputs).sqrt()),
            Self::HeNormal => Distribution::Normal((2.0 / inputs).sqrt()),
            Self::LecunUniform => Distribution::Uniform((3.0 / inputs).sqrt()),
            Self::LecunNormal => Distribution::Normal((1.0 / inputs).sqrt()),
            Self::Zeros => Distribution::Uniform(0.0),
            Self::Uniform { range } => Distribution::Uniform(range),
        }
    }

    /// Draws the weights of a layer, and its biases where the rule does.
    pub(super) fn fill<R: Real>(
        self,
        layer: &LayerShape,
        weights: &mut [R],
        biases: &mut [R],
        random: &mut Random,
    ) {
        match self.distribution(layer.inputs as f64, layer.outputs as f64) {
            Distribution::Uniform(r) => weights.fill_with(|| R::from_f64(random.uniform_in(-r, r))),
            Distribution::Normal(deviation) => weights.fill_with(|| R::from_f64(deviation * random.normal())),
        }
        match self {
            Self::Uniform { range } => biases.fill_with(|| R::from_f64(random.uniform_in(-range, range))),
            _ => biases.fill(R::ZERO),
        }
    }
}

impl FromStr for Init {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let mut settings = Settings::parse(text)?;
        let init = match Self::ALL.into_iter().find(|init| init.name() == settings.name) {
            Some(Self::Uniform { range }) => {
                Self::Uniform { range: settings.take_within("range", range, |r| r > 0.0, "above 0")? }
            }
            Some(other) => other,
            None => {
                return Err(Error::unknown_name("initialisation", settings.name, Self::ALL.map(Self::name)));
            }
        };
        settings.finish()?;
        Ok(init)
    }
}

impl fmt::Display for Init {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Uniform { range } => f.write_str(&write(self.name(), &[("range", range, *range == 0.5)])),
            _ => f.write_str(self.name()),
        }
    }
}

impl TryFrom<String> for Init {
    type Error = Error;
    fn try_from(text: String) -> Result<Self, Error> {
        text.parse()
    }
}

impl From<Init> for String {
    fn from(init: Init) -> Self {
        init.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::{Architecture, Link, Network};

    /// Variance of 200 × 300 weights against the rule's own, within 5 standard errors (√(2/N) for a normal).
    #[track_caller]
    fn check(name: &str, variance: f64) {
        let init: Init = name.parse().unwrap();
        let architecture = Architecture { inputs: 300, hidden: vec![], outputs: 200, link: Link::IDENTITY };
        let network = Network::<f64>::new(&architecture, Some(init), 7).unwrap();
        let weights = &network.parameters()[network.layers()[0].weights.clone()];
        let found = weights.iter().map(|w| w * w).sum::<f64>() / weights.len() as f64;
        assert!((found - variance).abs() <= 5.0 * (2.0 / 60_000.0_f64).sqrt() * variance, "{name}: {found}");
    }

    #[test]
    fn variances() {
        check("glorot_uniform", 2.0 / 500.0);
        check("glorot_normal", 2.0 / 500.0);
        check("he_uniform", 2.0 / 300.0);
        check("he_normal", 2.0 / 300.0);
        check("lecun_uniform", 1.0 / 300.0);
        check("lecun_normal", 1.0 / 300.0);
        check("zeros", 0.0);
        check("uniform:range=0.1", 0.01 / 3.0);
    }
}
