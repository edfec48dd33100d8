//! The McCulloch–Pitts unit: it fires when the weighted evidence reaches a threshold.
//!
//! y = g(Σᵢ wᵢ xᵢ − θ), with g the step (0 or 1) or the sign (−1 or +1). A threshold θ and a bias b = −θ are the same
//! thing: Σ wᵢ xᵢ − θ = Σ wᵢ xᵢ + b. At the threshold itself the unit fires: step(0) = sign(0) = 1.
//!
//! W. S. McCulloch and W. Pitts, "A logical calculus of the ideas immanent in nervous activity", 1943; weights of any size
//! came later, with Rosenblatt's perceptron. What finds the weights is in [`crate::perceptron`].

use crate::Error;
use crate::network::{Activation, Architecture, Link, Network};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The two numbers that stand for no and yes, at the inputs and at the output of a unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Levels {
    /// 0 and 1: g is `step`.
    #[default]
    Step,
    /// −1 and +1: g is `sign`.
    Sign,
}

impl Levels {
    /// g
    pub fn activation(self) -> Activation {
        match self {
            Self::Step => Activation::Step,
            Self::Sign => Activation::Sign,
        }
    }

    /// The number that stands for `yes`, or for no.
    pub fn level(self, yes: bool) -> f64 {
        match (self, yes) {
            (_, true) => 1.0,
            (Self::Step, false) => 0.0,
            (Self::Sign, false) => -1.0,
        }
    }
}

/// One unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Unit {
    /// (inputs)
    pub weights: Vec<f64>,
    /// θ: what the weighted sum has to reach.
    pub threshold: f64,
    /// What it takes and gives for no and yes.
    pub levels: Levels,
}

impl Unit {
    /// A unit of 0 and 1.
    pub fn step(weights: Vec<f64>, threshold: f64) -> Self {
        Self { weights, threshold, levels: Levels::Step }
    }

    /// Σᵢ wᵢ xᵢ
    ///
    /// # Panics
    /// If there is not one input per weight.
    pub fn weighted_sum(&self, inputs: &[f64]) -> f64 {
        assert_eq!(inputs.len(), self.weights.len(), "one input per weight");
        self.weights.iter().zip(inputs).map(|(w, x)| w * x).sum()
    }

    /// The net input Σᵢ wᵢ xᵢ − θ.
    ///
    /// # Panics
    /// If there is not one input per weight.
    pub fn net_input(&self, inputs: &[f64]) -> f64 {
        self.weighted_sum(inputs) - self.threshold
    }

    /// y = g(Σᵢ wᵢ xᵢ − θ).
    ///
    /// # Panics
    /// If there is not one input per weight.
    pub fn output(&self, inputs: &[f64]) -> f64 {
        self.levels.activation().value(self.net_input(inputs))
    }

    /// b = −θ.
    pub fn bias(&self) -> f64 {
        -self.threshold
    }

    /// The unit of −1 and +1 that decides as this unit of 0 and 1 does: with x = (1 + s)/2, Σ wᵢ xᵢ ≥ θ just where
    /// Σ wᵢ sᵢ ≥ 2θ − Σ wᵢ.
    pub fn with_levels(self, levels: Levels) -> Self {
        let sum: f64 = self.weights.iter().sum();
        let threshold = match (self.levels, levels) {
            (Levels::Step, Levels::Sign) => 2.0 * self.threshold - sum,
            (Levels::Sign, Levels::Step) => 0.5 * (self.threshold + sum),
            _ => self.threshold,
        };
        Self { threshold, levels, ..self }
    }
}

/// Layers of units as an ordinary network, θ turned into b = −θ.
///
/// # Errors
/// If a layer is empty, or a unit has not one weight per unit of the layer before.
pub fn network(layers: &[Vec<Unit>]) -> Result<Network<f64>, Error> {
    let activation = layers.iter().flatten().next().map_or(Activation::Step, |unit| unit.levels.activation());
    let (last, hidden) = layers.split_last().map_or((&[][..], &[][..]), |(last, hidden)| (&last[..], hidden));
    let architecture = Architecture {
        inputs: layers.iter().flatten().next().map_or(0, |unit| unit.weights.len()),
        hidden: hidden.iter().map(|layer| (layer.len(), activation)).collect(),
        outputs: last.len(),
        link: Link::Activation(activation),
    };
    let mut parameters = Vec::new();
    for layer in layers {
        parameters.extend(layer.iter().flat_map(|unit| unit.weights.iter().copied()));
        parameters.extend(layer.iter().map(Unit::bias));
    }
    Network::from_parameters(&architecture, parameters)
}

impl FromStr for Levels {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            "step" => Ok(Self::Step),
            "sign" => Ok(Self::Sign),
            other => Err(Error::unknown_name("threshold activation", other, ["step", "sign"])),
        }
    }
}

impl fmt::Display for Levels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.activation().name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Inputs, Σ w x − θ and y, all by hand.
    #[track_caller]
    fn check(unit: &Unit, rows: &[(&[f64], f64, f64)]) {
        for (inputs, net, output) in rows {
            assert_eq!((unit.net_input(inputs), unit.output(inputs)), (*net, *output), "{unit:?} {inputs:?}");
        }
    }

    #[test]
    fn a_unit_fires_from_its_threshold_on() {
        let unit = Unit::step(vec![2.0, -1.0], 1.0);
        check(&unit, &[(&[0.0, 0.0], -1.0, 0.0), (&[1.0, 1.0], 0.0, 1.0), (&[1.0, 0.0], 1.0, 1.0)]);
        let unit = Unit { levels: Levels::Sign, ..unit };
        check(&unit, &[(&[0.0, 0.0], -1.0, -1.0), (&[1.0, 1.0], 0.0, 1.0)]);
    }

    #[test]
    fn both_levels_decide_alike() {
        let unit = Unit::step(vec![3.0, -2.0, 0.5], 1.25);
        let sign = unit.clone().with_levels(Levels::Sign);
        assert_eq!(sign.threshold, 1.0);
        for row in 0..8 {
            let bits = [row & 4 != 0, row & 2 != 0, row & 1 != 0];
            let (zero_one, bipolar) =
                (bits.map(|b| Levels::Step.level(b)), bits.map(|b| Levels::Sign.level(b)));
            assert_eq!(unit.output(&zero_one) == 1.0, sign.output(&bipolar) == 1.0, "{bits:?}");
        }
        assert_eq!(sign.with_levels(Levels::Step), unit);
    }

    #[test]
    fn layers_that_do_not_fit_are_refused() {
        assert!(network(&[]).is_err());
        let layers = [vec![Unit::step(vec![1.0, 1.0], 0.5)], vec![Unit::step(vec![1.0, 1.0], 0.5)]];
        assert!(matches!(network(&layers), Err(Error::ParameterCount { .. })));
    }
}
