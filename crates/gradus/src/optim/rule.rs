//! The closed set of update rules and how they are written: `adam`, `momentum:momentum=0.95`, …

use crate::Error;
use crate::settings::{self, Settings};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// What is made of a gradient. The formulas stand in the file of each rule.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Rule {
    /// Gradient descent: w ← w − η·g.
    Sgd,
    /// Heavy ball (Polyak 1964): the gradients of the past go on pushing.
    Momentum {
        /// How much of the last step's push is kept, in [0, 1).
        momentum: f64,
    },
    /// Nesterov's accelerated gradient (1983), in the form of Sutskever et al. 2013.
    Nesterov {
        /// How much of the last step's push is kept, in [0, 1).
        momentum: f64,
    },
    /// RMSProp (Tieleman and Hinton 2012): each weight's step is divided by the usual size of its gradient.
    RmsProp {
        /// How slowly the usual size is forgotten, in [0, 1).
        alpha: f64,
        /// Added to the divisor.
        epsilon: f64,
        /// Momentum of the divided gradient, in [0, 1).
        momentum: f64,
    },
    /// Adam (Kingma and Ba 2015): momentum divided by the usual size of the gradient, both without bias.
    Adam {
        /// How slowly the mean of the gradient is forgotten, in [0, 1).
        beta1: f64,
        /// How slowly the mean of its square is forgotten, in [0, 1).
        beta2: f64,
        /// Added to the divisor.
        epsilon: f64,
    },
    /// Adam that is meant to be used with decoupled weight decay (Loshchilov and Hutter 2019): the same arithmetic, and a
    /// default decay of its own, [`Rule::default_weight_decay`].
    AdamW {
        /// How slowly the mean of the gradient is forgotten, in [0, 1).
        beta1: f64,
        /// How slowly the mean of its square is forgotten, in [0, 1).
        beta2: f64,
        /// Added to the divisor.
        epsilon: f64,
    },
    /// Lion (Chen et al. 2023): every weight moves by the same amount, only the sign is learned.
    Lion {
        /// Weight of the past in the sign that is followed, in [0, 1).
        beta1: f64,
        /// Weight of the past in the memory that is kept, in [0, 1).
        beta2: f64,
    },
    /// RPROP (Riedmiller and Braun 1993): each weight has a step size that grows while its gradient keeps its sign.
    /// It needs the gradient of all the data: see [`Rule::full_batch_only`].
    Rprop {
        /// Factor of the step size after a change of sign, in (0, 1).
        eta_minus: f64,
        /// Factor of the step size while the sign stays, above 1.
        eta_plus: f64,
        /// The smallest step size.
        step_min: f64,
        /// The largest step size.
        step_max: f64,
    },
}

impl Rule {
    /// The names of all rules.
    pub const NAMES: [&'static str; 8] =
        ["sgd", "momentum", "nesterov", "rmsprop", "adam", "adamw", "lion", "rprop"];

    /// The rule's name.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Sgd => "sgd",
            Self::Momentum { .. } => "momentum",
            Self::Nesterov { .. } => "nesterov",
            Self::RmsProp { .. } => "rmsprop",
            Self::Adam { .. } => "adam",
            Self::AdamW { .. } => "adamw",
            Self::Lion { .. } => "lion",
            Self::Rprop { .. } => "rprop",
        }
    }

    /// The rate that suits standardised inputs when nothing else is known. RPROP's is its first step size.
    pub fn default_learning_rate(&self) -> f64 {
        match self {
            Self::Sgd => 0.1,
            Self::Momentum { .. } | Self::Nesterov { .. } | Self::Rprop { .. } => 0.01,
            Self::RmsProp { .. } | Self::Adam { .. } | Self::AdamW { .. } => 1e-3,
            // A tenth of Adam's, because every step has full length (Chen et al. 2023, section 5).
            Self::Lion { .. } => 1e-4,
        }
    }

    /// The decoupled decay where none is asked for: 0.01 for AdamW, as in PyTorch, and 0 for the others.
    pub fn default_weight_decay(&self) -> f64 {
        if matches!(self, Self::AdamW { .. }) { 0.01 } else { 0.0 }
    }

    /// Whether the rule compares the signs of successive gradients, so that they must come from the same, whole data.
    pub fn full_batch_only(&self) -> bool {
        matches!(self, Self::Rprop { .. })
    }

    /// How many numbers the rule keeps for each weight.
    pub(super) fn n_moments(&self) -> usize {
        match self {
            Self::Sgd => 0,
            Self::Momentum { .. } | Self::Nesterov { .. } | Self::Lion { .. } => 1,
            Self::RmsProp { momentum, .. } => {
                if *momentum == 0.0 {
                    1
                } else {
                    2
                }
            }
            Self::Adam { .. } | Self::AdamW { .. } | Self::Rprop { .. } => 2,
        }
    }
}

impl Default for Rule {
    fn default() -> Self {
        Self::Adam { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }
    }
}

impl FromStr for Rule {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let mut settings = Settings::parse(text)?;
        let rule = match settings.name {
            "sgd" => Self::Sgd,
            "momentum" => Self::Momentum { momentum: share(&mut settings, "momentum", 0.9)? },
            "nesterov" => Self::Nesterov { momentum: share(&mut settings, "momentum", 0.9)? },
            "rmsprop" => Self::RmsProp {
                alpha: share(&mut settings, "alpha", 0.99)?,
                epsilon: positive(&mut settings, "epsilon", 1e-8)?,
                momentum: share(&mut settings, "momentum", 0.0)?,
            },
            "adam" | "adamw" => {
                let beta1 = share(&mut settings, "beta1", 0.9)?;
                let beta2 = share(&mut settings, "beta2", 0.999)?;
                let epsilon = positive(&mut settings, "epsilon", 1e-8)?;
                match settings.name {
                    "adam" => Self::Adam { beta1, beta2, epsilon },
                    _ => Self::AdamW { beta1, beta2, epsilon },
                }
            }
            "lion" => Self::Lion {
                beta1: share(&mut settings, "beta1", 0.9)?,
                beta2: share(&mut settings, "beta2", 0.99)?,
            },
            "rprop" => read_rprop(&mut settings)?,
            name => return Err(unknown(name)),
        };
        settings.finish()?;
        Ok(rule)
    }
}

fn read_rprop(settings: &mut Settings<'_>) -> Result<Rule, Error> {
    let eta_minus = settings.take_within("eta_minus", 0.5, |x| x > 0.0 && x < 1.0, "between 0 and 1")?;
    let eta_plus = settings.take_within("eta_plus", 1.2, |x| x > 1.0, "above 1")?;
    let step_min = positive(settings, "step_min", 1e-6)?;
    let step_max = settings.take_within("step_max", 50.0, |x| x >= step_min, "at least step_min")?;
    Ok(Rule::Rprop { eta_minus, eta_plus, step_min, step_max })
}

fn share(settings: &mut Settings<'_>, key: &'static str, default: f64) -> Result<f64, Error> {
    settings.take_within(key, default, |x| (0.0..1.0).contains(&x), "at least 0 and below 1")
}

fn positive(settings: &mut Settings<'_>, key: &'static str, default: f64) -> Result<f64, Error> {
    settings.take_within(key, default, |x| x > 0.0, "above 0")
}

fn unknown(name: &str) -> Error {
    let known = Rule::NAMES.map(str::to_owned).to_vec();
    Error::UnknownName { kind: "optimizer", name: name.to_owned(), known }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::Sgd => self.name().to_owned(),
            Self::Momentum { momentum } | Self::Nesterov { momentum } => {
                settings::write(self.name(), &[("momentum", momentum, *momentum == 0.9)])
            }
            Self::RmsProp { alpha, epsilon, momentum } => settings::write(
                self.name(),
                &[
                    ("alpha", alpha, *alpha == 0.99),
                    ("epsilon", epsilon, *epsilon == 1e-8),
                    ("momentum", momentum, *momentum == 0.0),
                ],
            ),
            Self::Adam { beta1, beta2, epsilon } | Self::AdamW { beta1, beta2, epsilon } => settings::write(
                self.name(),
                &[
                    ("beta1", beta1, *beta1 == 0.9),
                    ("beta2", beta2, *beta2 == 0.999),
                    ("epsilon", epsilon, *epsilon == 1e-8),
                ],
            ),
            Self::Lion { beta1, beta2 } => settings::write(
                self.name(),
                &[("beta1", beta1, *beta1 == 0.9), ("beta2", beta2, *beta2 == 0.99)],
            ),
            Self::Rprop { eta_minus, eta_plus, step_min, step_max } => settings::write(
                self.name(),
                &[
                    ("eta_minus", eta_minus, *eta_minus == 0.5),
                    ("eta_plus", eta_plus, *eta_plus == 1.2),
                    ("step_min", step_min, *step_min == 1e-6),
                    ("step_max", step_max, *step_max == 50.0),
                ],
            ),
        };
        f.write_str(&text)
    }
}

impl TryFrom<String> for Rule {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        text.parse()
    }
}

impl From<Rule> for String {
    fn from(rule: Rule) -> Self {
        rule.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_rule_are_the_same_thing() {
        fn check(text: &str, canonical: &str) {
            let rule: Rule = text.parse().unwrap();
            assert_eq!(rule.to_string(), canonical);
            assert_eq!(canonical.parse::<Rule>().unwrap(), rule);
            assert_eq!(serde_json::to_string(&rule).unwrap(), format!("\"{canonical}\""));
            assert_eq!(serde_json::from_str::<Rule>(&format!("\"{canonical}\"")).unwrap(), rule);
        }
        for name in Rule::NAMES {
            check(name, name);
        }
        check("momentum:momentum=0.9", "momentum");
        check("nesterov:momentum=0.95", "nesterov:momentum=0.95");
        check("rmsprop: alpha = 0.9, momentum=0.5", "rmsprop:alpha=0.9,momentum=0.5");
        check("adamw:beta2=0.95,epsilon=1e-3", "adamw:beta2=0.95,epsilon=0.001");
        check("lion:beta2=0.5", "lion:beta2=0.5");
        check("rprop:eta_plus=1.5,step_max=1", "rprop:eta_plus=1.5,step_max=1");
        assert_eq!("adam".parse::<Rule>().unwrap(), Rule::default());
    }

    #[test]
    fn impossible_rules_are_refused() {
        fn check(text: &str, part: &str) {
            let message = text.parse::<Rule>().unwrap_err().to_string();
            assert!(message.contains(part), "{message}");
        }
        check("adma", "did you mean `adam`?");
        check("adam:beta=0.5", "did you mean `beta2`?");
        check("sgd:momentum=0.9", "`sgd` has no setting `momentum`");
        check("momentum:momentum=1", "`momentum` of momentum is 1, but must be at least 0 and below 1");
        check("adam:epsilon=0", "above 0");
        check("adam:epsilon=nan", "above 0");
        check("rprop:step_min=2,step_max=1", "at least step_min");
    }
}
