//! Every way in which the engine can refuse, one variant each, with the numbers in it.
//!
//! A message reads `WHAT, WHERE; help: NEXT STEP` on one line.

/// What kind of thing is wrong, which decides a program's exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// A setting is impossible or contradicts another one.
    Spec,
    /// The data cannot be used as they are.
    Data,
    /// A model file is damaged, foreign or from a newer version.
    Model,
    /// Training ran into numbers that are not finite.
    Diverged,
    /// Not enough memory or disk.
    Resource,
}

/// A refusal of the engine.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the message of a variant says what its fields are")]
pub enum Error {
    /// A name outside a closed set (activation, loss, optimizer, …).
    #[error("unknown {kind} `{name}`; help: {}", nearest_of(.name, .known))]
    UnknownName { kind: &'static str, name: String, known: Vec<String> },
    /// A setting that its owner does not have, as `rate` in `adam:rate=1`.
    #[error("`{owner}` has no setting `{key}`; help: {}", nearest_of(.key, .known))]
    UnknownSetting { owner: String, key: String, known: Vec<String> },
    /// A text that is not of the form `name:key=value,key=value`, or a value that is not a number.
    #[error("cannot read `{text}`: {reason}; help: write it as {form}")]
    Unreadable { text: String, reason: String, form: &'static str },
    /// A number outside its range.
    #[error("{key} is {value}, but must be {range}; help: set {key} to a value in that range")]
    OutOfRange { key: String, value: String, range: &'static str },
}

impl Error {
    /// What kind of thing is wrong.
    pub fn class(&self) -> Class {
        match self {
            Self::UnknownName { .. }
            | Self::UnknownSetting { .. }
            | Self::Unreadable { .. }
            | Self::OutOfRange { .. } => Class::Spec,
        }
    }
}

/// `did you mean X?` where a known name is near, and always the whole list.
pub(crate) fn nearest_of(name: &str, known: &[String]) -> String {
    if known.is_empty() {
        return "leave it out".to_owned();
    }
    let near =
        known.iter().max_by(|a, b| strsim::jaro_winkler(name, a).total_cmp(&strsim::jaro_winkler(name, b)));
    match near.filter(|near| strsim::jaro_winkler(name, near) > 0.75) {
        Some(near) => format!("did you mean `{near}`? known are {}", known.join(", ")),
        None => format!("known are {}", known.join(", ")),
    }
}
