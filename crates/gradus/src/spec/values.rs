//! Settings that are lists or words: sizes of hidden layers, their activations, batch sizes, class weights, groups.

use super::keys::whole_number;
use crate::Error;
use crate::network::Activation;
use crate::settings::{Settings, escaped_name, split_names};
use std::fmt;
use std::str::FromStr;

/// Units of each hidden layer; empty for a network without one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hidden(pub Vec<usize>);

/// Activations of the hidden layers: one for all, or one for each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activations(pub Vec<Activation>);

/// Examples per update.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchSize {
    /// So many; the last batch of an epoch may be shorter.
    Rows(usize),
    /// All of the training part.
    Full,
}

/// How much the examples of each class count.
#[derive(Clone, Debug, PartialEq)]
pub enum ClassWeight {
    /// n / (classes · n of the class): every class counts the same in all.
    Balanced,
    /// By class name; classes that are not named count 1.
    PerClass(Vec<(String, f64)>),
}

/// Settings of one group of parameters: a layer, its weights or its biases.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupSetting {
    /// The layer, counted from 0 at the first hidden one.
    pub layer: usize,
    /// Which of its parameters; both where absent.
    pub part: Option<GroupPart>,
    /// Times the learning rate.
    pub rate_factor: Option<f64>,
    /// Instead of the run's weight decay.
    pub weight_decay: Option<f64>,
    /// Instead of the run's L1 penalty.
    pub l1: Option<f64>,
    /// Instead of the run's L2 penalty.
    pub l2: Option<f64>,
    /// Never changed.
    pub frozen: Option<bool>,
}

/// The weights or the biases of a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupPart {
    /// Its weights.
    Weights,
    /// Its biases.
    Biases,
}

impl FromStr for Hidden {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        if text == "none" {
            return Ok(Self::default());
        }
        let width = |part: &str| {
            let width = whole_number("hidden", part.trim(), 1)?;
            usize::try_from(width).map_err(|_| Error::TooManyParameters { inputs: 1, outputs: usize::MAX })
        };
        Ok(Self(text.split(',').map(width).collect::<Result<_, _>>()?))
    }
}

impl fmt::Display for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() { f.write_str("none") } else { f.write_str(&joined(&self.0)) }
    }
}

impl FromStr for Activations {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Ok(Self(text.split(',').map(str::parse).collect::<Result<_, _>>()?))
    }
}

impl fmt::Display for Activations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&joined(&self.0))
    }
}

impl FromStr for BatchSize {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            "full" => Ok(Self::Full),
            number => {
                let rows = whole_number("batch-size", number, 1)?;
                // More rows than can be addressed are all there are.
                Ok(usize::try_from(rows).map_or(Self::Full, Self::Rows))
            }
        }
    }
}

impl fmt::Display for BatchSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rows(rows) => rows.fmt(f),
            Self::Full => f.write_str("full"),
        }
    }
}

impl FromStr for ClassWeight {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        if text == "balanced" {
            return Ok(Self::Balanced);
        }
        let unreadable = |reason: String| Error::Unreadable {
            text: text.to_owned(),
            reason,
            form: "balanced, or CLASS=WEIGHT,CLASS=WEIGHT, with a comma within a name as \\,",
        };
        let mut weights = Vec::new();
        for part in split_names(text) {
            // The class name may hold an `=` itself; the weight cannot.
            let (class, weight) = part
                .rsplit_once('=')
                .ok_or_else(|| unreadable(format!("`{}` has no weight", part.trim())))?;
            let weight: f64 =
                weight.trim().parse().map_err(|_| unreadable(format!("`{weight}` is not a number")))?;
            if !weight.is_finite() || weight < 0.0 {
                let key = format!("the weight of class `{}`", class.trim());
                return Err(Error::OutOfRange { key, value: weight.to_string(), range: "at least 0" });
            }
            weights.push((class.trim().to_owned(), weight));
        }
        Ok(Self::PerClass(weights))
    }
}

impl fmt::Display for ClassWeight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Balanced => f.write_str("balanced"),
            Self::PerClass(weights) => {
                let parts: Vec<String> = weights
                    .iter()
                    .map(|(class, weight)| format!("{}={weight}", escaped_name(class)))
                    .collect();
                f.write_str(&parts.join(","))
            }
        }
    }
}

impl FromStr for GroupSetting {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let mut settings = Settings::parse(text)?;
        let (layer, part) =
            settings.name.split_once('.').map_or((settings.name, None), |(l, p)| (l, Some(p)));
        let part = match part {
            None => None,
            Some("weights") => Some(GroupPart::Weights),
            Some("biases") => Some(GroupPart::Biases),
            Some(other) => return Err(Error::unknown_name("group", other, ["weights", "biases"])),
        };
        let layer = whole_number("group", layer, 0)? as usize;
        let at_least_0 = |settings: &mut Settings<'_>, key| match settings.take_optional::<f64>(key)? {
            Some(value) if !value.is_finite() || value < 0.0 => Err(Error::OutOfRange {
                key: format!("`{key}` of group {layer}"),
                value: value.to_string(),
                range: "at least 0",
            }),
            value => Ok(value),
        };
        let group = Self {
            layer,
            part,
            rate_factor: at_least_0(&mut settings, "rate_factor")?,
            weight_decay: at_least_0(&mut settings, "weight_decay")?,
            l1: at_least_0(&mut settings, "l1")?,
            l2: at_least_0(&mut settings, "l2")?,
            frozen: settings.take_optional("frozen")?,
        };
        settings.finish()?;
        Ok(group)
    }
}

impl fmt::Display for GroupSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = match self.part {
            None => "",
            Some(GroupPart::Weights) => ".weights",
            Some(GroupPart::Biases) => ".biases",
        };
        let mut settings = Vec::new();
        for (key, value) in [
            ("rate_factor", self.rate_factor),
            ("weight_decay", self.weight_decay),
            ("l1", self.l1),
            ("l2", self.l2),
        ] {
            settings.extend(value.map(|value| format!("{key}={value}")));
        }
        settings.extend(self.frozen.map(|frozen| format!("frozen={frozen}")));
        write!(f, "{}{part}:{}", self.layer, settings.join(","))
    }
}

fn joined<T: fmt::Display>(items: &[T]) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}
