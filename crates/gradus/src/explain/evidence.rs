//! Weights as evidence: the score of a unit that stands directly on the inputs is a sum, and every term has an owner.
//!
//! ```text
//! score = w·x + b = w₁x₁ + w₂x₂ + … + b          w·x = |w| |x| cos θ
//! ```
//!
//! A term above 0 speaks for the unit's class, one below 0 against it. Up to b, the sign of the score is that of cos θ: the
//! angle between w and x is acute for what the unit says yes to, and obtuse for what it says no to.

use super::attribution::target_scale;
use crate::data::Inputs;
use crate::network::Link;
use crate::{Error, Model};

/// What one feature adds to a score.
#[derive(Clone, Debug, PartialEq)]
pub struct Contribution {
    /// The feature; of a category, with the word, as `color=red`.
    pub name: String,
    /// Its weight, in the data's own units.
    pub weight: f64,
    /// The row's value, in its own unit; 1 or 0 for a word.
    pub value: f64,
}

impl Contribution {
    /// weight · value
    pub fn amount(&self) -> f64 {
        self.weight * self.value
    }
}

/// The score of one row by one unit, term by term.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// One per input, in the order of the inputs.
    pub contributions: Vec<Contribution>,
    /// b, in the data's own units.
    pub bias: f64,
}

impl Evidence {
    /// The evidence of a model without hidden layer for the one row in `inputs`, of Σₖ `direction`ₖ · raw output k: of one
    /// unit, or of the difference of two; `None` if there is a hidden layer.
    ///
    /// # Errors
    /// If the row does not fit the model.
    ///
    /// # Panics
    /// If there is no row, or `direction` has not one number per output.
    pub fn of(model: &Model, inputs: &Inputs, direction: &[f64]) -> Result<Option<Self>, Error> {
        let network = model.network.cast::<f64>();
        if network.layers().len() != 1 {
            return Ok(None);
        }
        let layer = network.layer(0);
        assert_eq!(direction.len(), network.outputs(), "one number per output");
        let values = model.prep.unscaled(inputs)?;
        let column = |j: usize| -> f64 {
            (direction.iter().enumerate()).map(|(unit, along)| along * layer.weights.get(unit, j)).sum()
        };
        let weights: Vec<f64> = (0..layer.weights.columns()).map(column).collect();
        let bias: f64 = direction.iter().zip(layer.biases).map(|(along, bias)| along * bias).sum();
        let (mut weights, mut bias) = model.prep.in_own_units(&weights, bias);
        // A standardised target is given back in its own unit, where nothing bends it on the way.
        if network.link() == Link::IDENTITY {
            let (mean, deviation) = target_scale(model, direction);
            weights.iter_mut().for_each(|weight| *weight *= deviation);
            bias = bias * deviation + mean;
        }
        let terms = model.prep.input_names().into_iter().zip(weights).zip(values.row(0));
        let contributions =
            terms.map(|((name, weight), &value)| Contribution { name, weight, value }).collect();
        Ok(Some(Self { contributions, bias }))
    }

    /// w·x
    pub fn product(&self) -> f64 {
        self.contributions.iter().map(Contribution::amount).sum()
    }

    /// w·x + b
    pub fn score(&self) -> f64 {
        self.product() + self.bias
    }

    /// |w|
    pub fn weight_length(&self) -> f64 {
        length(self.contributions.iter().map(|term| term.weight))
    }

    /// |x|
    pub fn value_length(&self) -> f64 {
        length(self.contributions.iter().map(|term| term.value))
    }

    /// cos θ = w·x / (|w| |x|); `None` where one of the vectors is 0 and has no direction.
    pub fn cosine(&self) -> Option<f64> {
        let lengths = self.weight_length() * self.value_length();
        (lengths > 0.0).then(|| (self.product() / lengths).clamp(-1.0, 1.0))
    }

    /// The places of the contributions, the largest first.
    pub fn by_size(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.contributions.len()).collect();
        let size = |place: usize| self.contributions[place].amount().abs();
        order.sort_by(|&a, &b| size(b).total_cmp(&size(a)));
        order
    }
}

/// θ in degrees: below 90 acute, above obtuse.
pub fn angle_degrees(cosine: f64) -> f64 {
    cosine.acos().to_degrees()
}

/// √Σx², without overflow on the way.
fn length(numbers: impl Iterator<Item = f64>) -> f64 {
    numbers.fold(0.0, f64::hypot)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(weights: &[f64], values: &[f64], product: f64, degrees: Option<f64>) {
        let terms = weights.iter().zip(values);
        let contributions =
            terms.map(|(&weight, &value)| Contribution { name: String::new(), weight, value }).collect();
        let evidence = Evidence { contributions, bias: 0.0 };
        assert_eq!(evidence.score(), product);
        let found = evidence.cosine().map(angle_degrees);
        assert_eq!(found.is_some(), degrees.is_some());
        assert!((found.unwrap_or(0.0) - degrees.unwrap_or(0.0)).abs() < 1e-10, "{found:?}");
    }

    #[test]
    fn the_sign_of_a_score_is_that_of_the_angle() {
        // w = (4, −1, 1, −3): |w| = √27. acos(10 / √(27·8)) and acos(−3 / √(27·3)) by Python's math.
        check(&[4.0, -1.0, 1.0, -3.0], &[2.0, 0.0, 2.0, 0.0], 10.0, Some(47.12401133336427));
        check(&[4.0, -1.0, 1.0, -3.0], &[0.0, 1.0, 1.0, 1.0], -3.0, Some(109.47122063449069));
        check(&[1.0, 0.0], &[0.0, 2.0], 0.0, Some(90.0));
        check(&[1.0, 0.0], &[0.0, 0.0], 0.0, None);
    }

    #[test]
    fn the_largest_contribution_comes_first() {
        let term = |weight, value| Contribution { name: String::new(), weight, value };
        let contributions = vec![term(1.0, 1.0), term(-3.0, 2.0), term(2.0, 1.5)];
        assert_eq!(Evidence { contributions, bias: 0.0 }.by_size(), [1, 2, 0]);
    }
}
