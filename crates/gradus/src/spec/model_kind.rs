//! What learns: a network by gradient descent, or threshold units by the perceptron rule, which know no loss, no slope and
//! no hidden layer. Keys that are about those contradict a perceptron and are refused.

use super::{BatchSize, Precision, Recipe, Spec};
use crate::Error;
use crate::data::{Dataset, Target, Task};
use crate::loss::{Loss, Reduction};
use crate::metrics::Metric;
use crate::network::{Activation, Link};
use crate::optim::{Rule, Schedule};
use crate::prep::Scaling;
use crate::settings::{Settings, write};
use std::fmt;
use std::str::FromStr;

/// What learns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ModelKind {
    /// A feedforward network, by gradient descent.
    #[default]
    Network,
    /// Threshold units, by the perceptron rule (see [`crate::perceptron`]).
    Perceptron {
        /// Whether to answer with the mean of all weights on the way.
        averaged: bool,
        /// Whether each epoch has an order of its own; where it is not said, if there are 50 rows or more.
        shuffle: Option<bool>,
    },
}

/// The keys that a perceptron has a use for.
const PERCEPTRON_KEYS: [&str; 9] =
    ["task", "missing", "prep", "features", "model", "learning-rate", "epochs", "precision", "seed"];

/// Tables with fewer rows can be followed by hand: in their own order, and in their own units.
const ROWS_BY_HAND: usize = 50;

/// Examples to be met in all, where the data allow the choice, and the epochs that this may come to.
const EXAMPLES_MET: usize = 5_000_000;
const FEWEST_EPOCHS: usize = 10;
const MOST_EPOCHS: usize = 1000;

impl Spec {
    /// Decides the keys of a perceptron, and refuses those of a network.
    pub(super) fn resolve_perceptron(
        &self,
        dataset: &Dataset,
        has_validation: bool,
    ) -> Result<Recipe, Error> {
        let refused = |key: &str| Error::NotForPerceptron { key: key.to_owned() };
        if let Some((key, _)) = self.entries().iter().find(|(key, _)| !PERCEPTRON_KEYS.contains(key)) {
            return Err(refused(key));
        }
        if has_validation {
            return Err(refused("validation"));
        }
        if dataset.weights.is_some() {
            return Err(refused("weight-column"));
        }
        let n = dataset.rows();
        let by_hand = n < ROWS_BY_HAND;
        let (averaged, shuffle) = match self.model {
            Some(ModelKind::Perceptron { averaged, shuffle }) => (averaged, shuffle),
            _ => (false, None),
        };
        Ok(Recipe {
            task: dataset.target.task(),
            validation: 0.0,
            missing: self.missing.unwrap_or_default(),
            prep: self.prep.unwrap_or(if by_hand { Scaling::None } else { Scaling::Auto }),
            features: self.features.clone().unwrap_or_default(),
            model: ModelKind::Perceptron { averaged, shuffle: Some(shuffle.unwrap_or(!by_hand)) },
            hidden: Vec::new(),
            activations: Vec::new(),
            link: perceptron_link(&dataset.target)?,
            init: None,
            loss: Loss::SquaredError,
            optimizer: Rule::Sgd,
            learning_rate: self.learning_rate.unwrap_or(1.0),
            schedule: Schedule::Constant,
            batch_size: BatchSize::Rows(1),
            epochs: self.epochs.unwrap_or((EXAMPLES_MET / n.max(1)).clamp(FEWEST_EPOCHS, MOST_EPOCHS)),
            monitor: Metric::Loss,
            patience: None,
            tolerance: 0.0,
            l1: 0.0,
            l2: 0.0,
            weight_decay: 0.0,
            dropout: 0.0,
            clip: None,
            groups: Vec::new(),
            class_weight: None,
            reduction: Reduction::default(),
            precision: self.precision.unwrap_or(Precision::F64),
            seed: self.seed.unwrap_or(super::DEFAULT_SEED),
        })
    }
}

impl Recipe {
    /// The keys of a perceptron and no others: a spec with others would be refused.
    pub(super) fn to_perceptron_spec(&self) -> Spec {
        Spec {
            task: Some(self.task),
            missing: Some(self.missing),
            prep: Some(self.prep),
            features: Some(self.features.clone()).filter(|features| !features.is_empty()),
            model: Some(self.model),
            learning_rate: Some(self.learning_rate),
            epochs: Some(self.epochs),
            precision: Some(self.precision),
            seed: Some(self.seed),
            ..Spec::default()
        }
    }
}

/// One threshold for two classes or for each label; of several classes the one with the largest net input.
fn perceptron_link(target: &Target) -> Result<Link, Error> {
    match target {
        Target::Classes { names, .. } if names.len() > 2 => Ok(Link::WinnerTakesAll),
        Target::Classes { .. } | Target::Labels { .. } => Ok(Link::Activation(Activation::Step)),
        Target::Values { .. } => Err(Error::PerceptronNeedsClasses { task: Task::Regression }),
    }
}

impl FromStr for ModelKind {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let mut settings = Settings::parse(text)?;
        let kind = match settings.name {
            "network" => Self::Network,
            "perceptron" => Self::Perceptron {
                averaged: settings.take("averaged", false)?,
                shuffle: settings.take_optional("shuffle")?,
            },
            other => return Err(Error::unknown_name("model", other, ["network", "perceptron"])),
        };
        settings.finish()?;
        Ok(kind)
    }
}

impl fmt::Display for ModelKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Network => f.write_str("network"),
            Self::Perceptron { averaged, shuffle } => f.write_str(&write(
                "perceptron",
                &[
                    ("averaged", averaged, !averaged),
                    ("shuffle", &shuffle.unwrap_or_default(), shuffle.is_none()),
                ],
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_read_and_shown() {
        for text in ["network", "perceptron", "perceptron:averaged=true,shuffle=false"] {
            assert_eq!(text.parse::<ModelKind>().unwrap().to_string(), text);
        }
        let refused = |text: &str| text.parse::<ModelKind>().unwrap_err().to_string();
        assert!(refused("perceptrn").contains("did you mean `perceptron`?"));
        assert!(refused("perceptron:average=true").contains("did you mean `averaged`?"));
        assert!(refused("network:averaged=true").contains("no setting `averaged`"));
    }
}
