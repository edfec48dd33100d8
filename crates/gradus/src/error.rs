//! Every way in which the engine can refuse, one variant each, with the numbers in it.
//!
//! A message reads `WHAT, WHERE; help: NEXT STEP` on one line.

use crate::data::Task;
use crate::train::Diverged;

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
        "cannot train through `{activation}`: its slope is 0 wherever it has one, so no gradient passes; help: use sigmoid, tanh or relu here; a single layer of threshold units learns by the perceptron rule, `--model perceptron`"
    )]
    NoSlope { activation: &'static str },
    /// A loss with an output activation that is not its own.
    #[error("{loss} cannot be used with output activation `{link}`; help: use {wanted}")]
    LinkDoesNotFit { loss: &'static str, link: String, wanted: String },
    /// A task that the target does not have.
    #[error(
        "the task is {asked}, but the target is one for {found}; help: leave `task` out, or choose another target"
    )]
    TaskDoesNotFit { asked: Task, found: Task },
    /// A loss for another kind of task.
    #[error("{loss} is no loss for {task}; help: use {wanted}")]
    LossDoesNotFit { loss: &'static str, task: Task, wanted: &'static str },
    /// A metric for another kind of task.
    #[error("{metric} cannot be measured for {task}; help: choose another `monitor`")]
    MetricDoesNotFit { metric: String, task: Task },
    /// A rule that needs the gradient of all examples.
    #[error(
        "{optimizer} learns from all examples at once, but batch-size is {batch_size}; help: leave batch-size out or set it to full"
    )]
    FullBatchOnly { optimizer: &'static str, batch_size: String },
    /// Stopping by a validation part that is not there.
    #[error(
        "patience and the plateau schedule need a validation part; help: set `validation` to a share such as 0.1, or give a validation file"
    )]
    NothingToWatch,
    /// Weights of classes for a task without classes.
    #[error(
        "class-weight is set, but the task is {task}; help: leave class-weight out, or use a weight column"
    )]
    ClassWeightWithoutClasses { task: Task },
    /// More or fewer activations than hidden layers.
    #[error("{found} activations for {layers} hidden layers; help: give one for all layers, or one for each")]
    ActivationCount { layers: usize, found: usize },
    /// A group setting for a layer that is not there.
    #[error(
        "group {layer} does not exist in a network of {layers} layers; help: count layers from 0 at the first hidden one"
    )]
    NoSuchLayer { layer: usize, layers: usize },
    /// Going on from a model with other layers.
    #[error(
        "the model to go on from has hidden layers {model:?}, but {asked:?} are asked for; help: leave `hidden` out"
    )]
    StartHasOtherLayers { model: Vec<usize>, asked: Vec<usize> },
    /// A key of gradient descent for a perceptron.
    #[error(
        "`{key}` means nothing to a perceptron, which learns from its mistakes and has no loss, slope or hidden layer; help: leave `{key}` out, or train a network with `model` network"
    )]
    NotForPerceptron { key: String },
    /// A perceptron for numbers.
    #[error(
        "a perceptron tells classes apart, but the task is {task}; help: use `model` network, or choose a target of classes"
    )]
    PerceptronNeedsClasses { task: Task },
    /// Attribution through units without slope.
    #[error(
        "cannot attribute the answer to features: the hidden units are `{activation}`, whose slope is 0 wherever it has one; help: explain a model with sigmoid, tanh or relu units, or one without hidden layer"
    )]
    NothingToAttribute { activation: &'static str },
    /// A network or data set that does not fit into memory.
    #[error(
        "training needs about {needed:.1} GB ({parameters} parameters), but {limit:.1} GB are available; help: use smaller hidden layers or batches"
    )]
    TooMuchMemory { needed: f64, limit: f64, parameters: u128 },
    /// A weight of an example that is negative or not finite.
    #[error("the weight of row {row} is {weight}; help: weights of examples must be finite and at least 0")]
    BadWeight { row: usize, weight: f64 },
    /// Every weight of an example is 0.
    #[error("every example has weight 0; help: give at least one of them a weight above 0")]
    AllWeightsZero,
    /// A key that the model to go on from has decided.
    #[error("`{key}` is {asked}, but the model to go on from has {found}; help: leave `{key}` out")]
    FixedByStart { key: &'static str, asked: String, found: String },
    /// A negative number where counts are learned.
    #[error(
        "the target `{name}` is {value}, in row {row}, but the Poisson loss is for counts; help: use squared_error or huber"
    )]
    NegativeCount { name: String, row: usize, value: f64 },
    /// A validation set without a row that can be used.
    #[error("the validation part has no row that can be used; help: give rows without missing cells")]
    EmptyValidation,
    /// The perceptron's weights left the range of floating point.
    #[error(
        "the weights of the perceptron left the range of numbers; help: lower the learning rate (now {learning_rate:?})"
    )]
    PerceptronOverflow { learning_rate: f64 },
    /// Training left the range of floating point.
    #[error("training diverged in epoch {}, batch {}: {}; help: lower the learning rate (now {:?}), clip the gradient with `clip` 1, or scale the inputs with `prep` standard", .0.divergence.epoch, .0.divergence.batch, told_not_finite(.0.divergence.not_finite.what, .0.divergence.not_finite.layer), .0.divergence.learning_rate)]
    Diverged(Box<Diverged>),
    /// One step whose numbers left the range of floating point.
    #[error(
        "the step cannot be made: {}; help: lower the learning rate (now {}), or take a row with smaller numbers", told_not_finite(.what, *.layer), figure(*.learning_rate)
    )]
    StepNotFinite { what: &'static str, layer: usize, learning_rate: f64 },
    /// An example with another number of inputs or targets than the network has.
    #[error(
        "the example has {inputs} inputs and {targets} targets, but the network takes {expected_inputs} and gives {expected_targets}; help: give an example of the network's own size"
    )]
    ExampleSize { inputs: usize, targets: usize, expected_inputs: usize, expected_targets: usize },

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
        "cannot read the feature `{}`: {reason}, at character {place}; help: write an expression over columns such as x1*x2 or sin({{column name}})", excerpt(.text, *.place)
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
    #[error(
        "the numbers of the target `{name}` are too large to take their mean and deviation; help: give them in a larger unit"
    )]
    TargetTooLarge { name: String },

    // Model files.
    #[error("this is not a Gradus model file: {reason}; help: give a model.gradus that `gradus train` wrote")]
    NotAModel { reason: String },
    #[error("this is not a Gradus model file but {kind}; help: {help}")]
    ForeignModel { kind: &'static str, help: &'static str },
    #[error(
        "the model file is damaged: {reason}; help: copy it once more from where it was written, or train again"
    )]
    DamagedModel { reason: String },
    #[error(
        "the model file needs gradus format {found} or newer, and this program reads up to {known}; help: update gradus"
    )]
    NewerModel { found: u64, known: u64 },
    #[error(
        "the tensor `{tensor}` of the model file holds {count} numbers that are not finite; help: train again, with a lower learning rate"
    )]
    ModelNotFinite { tensor: String, count: usize },

    // Networks built by hand, and what they represent.
    #[error(
        "cannot read the function `{}`: {reason}, at character {place}; help: write an expression in x, or in x1 and x2, such as sin(x) or x1*x2", excerpt(.text, *.place)
    )]
    Function { text: String, place: usize, reason: String },
    #[error(
        "the interval from {} to {} is {}; help: give a lower end that is smaller than the upper end, both below 1e308", figure(*.from), figure(*.to), if .from < .to { "too wide" } else { "empty" }
    )]
    EmptyInterval { from: f64, to: f64 },
    #[error(
        "{pieces} pieces from {} to {} are too narrow for numbers in double precision; help: give a wider interval, or fewer --pieces", figure(*.from), figure(*.to)
    )]
    NarrowPieces { from: f64, to: f64, pieces: usize },
    #[error(
        "the corners of the box have {from} and {to} numbers; help: give one number each for a function of x, two each for one of x1 and x2"
    )]
    BoxCorners { from: usize, to: usize },
    #[error("`{function}` is {value} at {at}; help: choose an interval on which it is finite")]
    NoValue { function: String, value: f64, at: String },
    #[error(
        "the number of hidden layers is {layers} for a function of {variables}; help: use 1 or 2 for a function of x, 2 for one of x1 and x2", variables = if *.variables == 1 { "one variable" } else { "two variables" }
    )]
    TableLayers { variables: usize, layers: usize },
    #[error("{}; help: ask for 1 to {limit} pieces", if *.pieces == 0 { "a table of 0 pieces has no entry".to_owned() } else { format!("{} pieces make a network of {:.1e} weights and biases, {} GB", .pieces, .parameters, gigabytes(*.parameters)) })]
    TablePieces { pieces: usize, limit: usize, parameters: f64 },
    #[error(
        "the network does not collapse: hidden layer {layer} ({units} units) is `{activation}`, and only identity layers multiply into one; help: {}", collapse_help(.activation)
    )]
    DoesNotCollapse { layer: usize, units: usize, activation: &'static str },
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
            | Self::TaskDoesNotFit { .. }
            | Self::LossDoesNotFit { .. }
            | Self::MetricDoesNotFit { .. }
            | Self::FullBatchOnly { .. }
            | Self::NothingToWatch
            | Self::ClassWeightWithoutClasses { .. }
            | Self::ActivationCount { .. }
            | Self::NoSuchLayer { .. }
            | Self::StartHasOtherLayers { .. }
            | Self::FixedByStart { .. }
            | Self::NotForPerceptron { .. }
            | Self::PerceptronNeedsClasses { .. }
            | Self::NothingToAttribute { .. }
            | Self::Expression { .. }
            | Self::UnknownVariable { .. }
            | Self::Function { .. }
            | Self::EmptyInterval { .. }
            | Self::NarrowPieces { .. }
            | Self::BoxCorners { .. }
            | Self::NoValue { .. }
            | Self::TableLayers { .. }
            | Self::TablePieces { .. }
            | Self::DoesNotCollapse { .. } => Class::Spec,
            Self::TooMuchMemory { .. } => Class::Resource,
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
            | Self::BadTarget { .. }
            | Self::BadWeight { .. }
            | Self::EmptyValidation
            | Self::NegativeCount { .. }
            | Self::AllWeightsZero
            | Self::ExampleSize { .. }
            | Self::TargetTooLarge { .. } => Class::Data,
            Self::Diverged(_) | Self::StepNotFinite { .. } | Self::PerceptronOverflow { .. } => {
                Class::Diverged
            }
            Self::NotAModel { .. }
            | Self::ForeignModel { .. }
            | Self::DamagedModel { .. }
            | Self::NewerModel { .. }
            | Self::ModelNotFinite { .. } => Class::Model,
        }
    }
}

/// `did you mean X?` where a known name is near, and always the whole list.
pub(crate) fn nearest_of(name: &str, known: &[String]) -> String {
    if known.is_empty() {
        return "leave it out".to_owned();
    }
    match nearest(name, known.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`? known are {}", known.join(", ")),
        None => format!("known are {}", known.join(", ")),
    }
}

/// The known name that looks most like `name`, capitals or not, if one is near.
pub fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let name = name.to_lowercase();
    let likeness = |other: &str| likeness(&name, &other.to_lowercase());
    known.max_by(|a, b| likeness(a).total_cmp(&likeness(b))).filter(|near| likeness(near) > 0.75)
}

/// Jaro and Winkler's, which says too little of short names: there one letter more, less, other or out of its place is near.
fn likeness(name: &str, other: &str) -> f64 {
    let is_one_slip = name.len().min(other.len()) >= 3 && strsim::osa_distance(name, other) == 1;
    strsim::jaro_winkler(name, other).max(if is_one_slip { 0.8 } else { 0.0 })
}

/// `the loss is not finite`, which belongs to no layer; `the weights of layer 2 are not finite`.
fn told_not_finite(what: &str, layer: usize) -> String {
    match what {
        "gradient" => format!("the {what} of layer {layer} is not finite"),
        loss if loss.starts_with("loss") => format!("the {loss} is not finite"),
        _ => format!("the {what} of layer {layer} are not finite"),
    }
}

/// What a network is instead that does not collapse.
fn collapse_help(activation: &str) -> &'static str {
    match activation {
        "step" | "sign" => {
            "threshold units cut the inputs into regions and are constant on each, see docs/representation.md"
        }
        _ => "a network trained with --activation identity collapses",
    }
}

/// What so many numbers of double precision take: `0.4`, `48.0`, `1.0e50`.
/// Characters of a text on either side of its mistake.
const AROUND: usize = 30;

/// A long `text` as far as it stands around character `place`, from 1.
fn excerpt(text: &str, place: usize) -> String {
    let (n, start) = (text.chars().count(), place.saturating_sub(1 + AROUND));
    if n <= 3 * AROUND {
        return text.to_owned();
    }
    let middle: String = text.chars().skip(start).take(2 * AROUND).collect();
    let end = if start + 2 * AROUND < n { "…" } else { "" };
    format!("{}{middle}{end}", if start > 0 { "…" } else { "" })
}

/// A number without hundreds of zeros.
fn figure(number: f64) -> String {
    match number.abs() {
        0.0 | 1e-5..1e16 => number.to_string(),
        _ if number.is_finite() => format!("{number:e}"),
        _ => number.to_string(),
    }
}

fn gigabytes(parameters: f64) -> String {
    let gigabytes = parameters * 8e-9;
    if gigabytes < 1e6 { format!("{gigabytes:.1}") } else { format!("{gigabytes:.1e}") }
}

#[test]
fn the_nearest_name_is_offered_only_if_it_is_near() {
    for (name, expected) in
        [("Irs", Some("iris")), ("xro", Some("xor")), ("zzz", None), ("mons", Some("moons"))]
    {
        assert_eq!(nearest(name, ["iris", "wine", "moons", "xor"].into_iter()), expected, "{name}");
    }
}

#[test]
fn what_is_not_finite_is_told_in_english() {
    for (what, told) in [
        ("loss", "the loss is not finite"),
        ("gradient", "the gradient of layer 2 is not finite"),
        ("weights", "the weights of layer 2 are not finite"),
    ] {
        assert_eq!(told_not_finite(what, 2), told);
    }
}
