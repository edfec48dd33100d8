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
    /// A layer of width 0.
    #[error(
        "a layer of {outputs} units with {inputs} inputs, but both must be at least 1; help: remove the empty layer"
    )]
    EmptyLayer { inputs: usize, outputs: usize },
    /// More parameters than can be addressed.
    #[error("a layer of {outputs} units with {inputs} inputs has too many weights; help: make it narrower")]
    TooManyParameters { inputs: usize, outputs: usize },
    /// A parameter buffer of the wrong length.
    #[error(
        "{found} parameters for a network that has {expected}; help: give weights and biases of every layer in order"
    )]
    ParameterCount { expected: usize, found: usize },
    /// Training through an activation without slope.
    #[error(
        "cannot train through `{activation}`: its slope is 0 wherever it has one, so no gradient passes; help: use sigmoid, tanh or relu here; the perceptron rule (`gradus::perceptron`) is what learns threshold units"
    )]
    NoSlope { activation: &'static str },
    /// A loss with an output activation that is not its own.
    #[error("{loss} cannot be used with output activation `{link}`; help: use {wanted}")]
    LinkDoesNotFit { loss: &'static str, link: String, wanted: String },

    // Preprocessing and targets.
    #[error("there is no row to learn from; help: give data with at least one row in the training part")]
    NoRows,
    #[error(
        "there is no column to learn from; help: give at least one number or category column beside the target"
    )]
    NoInputs,
    #[error(
        "column `{column}` has {count} missing, the first in row {row}; help: fill them with --missing mean or --missing median, or leave their rows out with --missing drop"
    )]
    Missing { column: String, count: usize, row: usize },
    #[error(
        "column `{column}` has no cell that is not missing; help: leave the column out with --column '{column}=text'"
    )]
    AllMissing { column: String },
    #[error(
        "column `{column}` has {count} missing, the first in row {row}, and the model has learnt nothing to stand in for them; help: fill those cells, or train with --missing mean or --missing median"
    )]
    MissingUnexpected { column: String, count: usize, row: usize },
    #[error(
        "`{column}` is {value}, in row {row}; help: correct or remove that row, or scale the column so that its numbers are smaller"
    )]
    NotFinite { column: String, row: usize, value: String },
    #[error("there is no column `{column}`, which the model reads; help: {}", nearest_of(.column, .known))]
    MissingColumn { column: String, known: Vec<String> },
    #[error(
        "column `{column}` is of type {found}, but {expected} is needed; help: read it with --column '{column}={expected}'"
    )]
    ColumnKind { column: String, expected: &'static str, found: &'static str },
    #[error(
        "column `{column}` has {count} different words, more than {limit}; help: leave it out with --column '{column}=text'"
    )]
    TooManyWords { column: String, count: usize, limit: usize },
    #[error("column `{column}` holds `{word}` in row {row}, a word that was not there in training; help: {}", nearest_of(.word, .known))]
    UnseenWord { column: String, word: String, row: usize, known: Vec<String> },
    #[error(
        "the data have {found} columns, but the model reads {expected}; help: give rows of {expected} numbers"
    )]
    BlockWidth { expected: usize, found: usize },
    #[error(
        "the data are a table with named columns, but the model reads rows of {expected} numbers; help: give a .npy or IDX file like the one it was trained on"
    )]
    TableForBlock { expected: usize },
    #[error("the data are numbers without column names, but the model reads the columns {}; help: give a table with a header", .names.join(", "))]
    BlockForTable { names: Vec<String> },
    #[error(
        "cannot read the feature `{text}`: {reason}, at character {place}; help: write an expression over columns such as x1*x2 or sin({{column name}})"
    )]
    Expression { text: String, place: usize, reason: String },
    #[error("the feature `{expression}` uses `{name}`, which is no number column; help: {}", nearest_of(.name, .known))]
    UnknownVariable { expression: String, name: String, known: Vec<String> },
    #[error("the target `{name}` has only the class `{class}`; help: give rows of at least two classes")]
    OneClass { name: String, class: String },
    #[error("the target is {found}, but {expected} is needed; help: choose another target column or --task")]
    TargetKind { expected: String, found: String },
    #[error("row {row} has the class `{class}`, which the model does not know; help: {}", nearest_of(.class, .known))]
    UnseenClass { class: String, row: usize, known: Vec<String> },
    #[error("the target `{name}` is {value}, in row {row}; help: correct or remove that row")]
    BadTarget { name: String, row: usize, value: String },
}

impl Error {
    /// A `name` outside the closed set of `known` ones.
    pub(crate) fn unknown_name<const N: usize>(kind: &'static str, name: &str, known: [&str; N]) -> Self {
        Self::UnknownName { kind, name: name.to_owned(), known: known.map(str::to_owned).to_vec() }
    }

    /// What kind of thing is wrong.
    pub fn class(&self) -> Class {
        match self {
            Self::UnknownName { .. }
            | Self::UnknownSetting { .. }
            | Self::Unreadable { .. }
            | Self::OutOfRange { .. }
            | Self::EmptyLayer { .. }
            | Self::TooManyParameters { .. }
            | Self::ParameterCount { .. }
            | Self::NoSlope { .. }
            | Self::LinkDoesNotFit { .. }
            | Self::Expression { .. }
            | Self::UnknownVariable { .. } => Class::Spec,
            Self::NoRows
            | Self::NoInputs
            | Self::Missing { .. }
            | Self::AllMissing { .. }
            | Self::MissingUnexpected { .. }
            | Self::NotFinite { .. }
            | Self::MissingColumn { .. }
            | Self::ColumnKind { .. }
            | Self::TooManyWords { .. }
            | Self::UnseenWord { .. }
            | Self::BlockWidth { .. }
            | Self::TableForBlock { .. }
            | Self::BlockForTable { .. }
            | Self::OneClass { .. }
            | Self::TargetKind { .. }
            | Self::UnseenClass { .. }
            | Self::BadTarget { .. } => Class::Data,
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
