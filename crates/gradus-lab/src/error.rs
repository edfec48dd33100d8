//! Every way in which the laboratory can refuse, one variant each, with the numbers in it.
//!
//! A message reads `WHAT, WHERE; help: NEXT STEP` on one line.

use gradus::Class;
use gradus::data::Task;
use std::fmt::{Display, Formatter};

/// Where in a file, as far as it is known: `houses.csv, line 17, column `rooms``.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The file, or the data's name.
    pub file: String,
    /// The physical line, from 1.
    pub line: Option<u64>,
    /// The row of a table or array without lines, from 1.
    pub row: Option<u64>,
    /// The column's name.
    pub column: Option<String>,
    /// The character within the line, from 1.
    pub character: Option<u64>,
}

impl Display for Place {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        if let Some(row) = self.row {
            write!(f, ", row {row}")?;
        }
        if let Some(column) = &self.column {
            write!(f, ", column `{column}`")?;
        }
        self.character.map_or(Ok(()), |character| write!(f, ", character {character}"))
    }
}

/// A refusal of the laboratory.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the message of a variant says what its fields are")]
pub enum Error {
    /// A refusal of the engine.
    #[error(transparent)]
    Engine(#[from] gradus::Error),

    // Names of data.
    /// A word that is neither a built-in set nor a file.
    #[error("no data are called `{name}`: it is no built-in set, no generator and no file; help: {}`gradus datasets` lists what is built in", did_you_mean(.name, .known))]
    NoSuchData { name: String, known: Vec<String> },
    /// `iris:rows=5`
    #[error("`{name}` is a fixed set of data and has no settings; help: write `{name}`")]
    NoSettings { name: String },
    /// A path that leads nowhere.
    #[error("there is no file `{path}`; help: check the path{}", .near.as_ref().map(|near| format!(", did you mean `{near}`?")).unwrap_or_default())]
    NotFound { path: String, near: Option<String> },
    /// A file whose name does not say what it holds.
    #[error(
        "cannot tell from its name what `{path}` holds; help: known endings are .csv, .tsv, .npy, .npz, .idx, each text or IDX one also with .gz"
    )]
    UnknownKind { path: String },
    /// A kind of file that is known but not read.
    #[error("Parquet files are not read yet, `{path}`; help: write the table as CSV")]
    Parquet { path: String },
    /// The operating system refused to read.
    #[error("cannot read `{path}`: {reason}; help: check that it is a file and that you may read it")]
    Unreadable { path: String, reason: String },
    /// A build without the feature `files`.
    #[error("this build reads no files, `{path}`; help: hand the bytes over instead")]
    NoDisk { path: String },

    // Rows and outputs to look at.
    #[error(
        "there is no row {row}: the data have {rows}, counted from 1, {file}; help: choose one of those with --row"
    )]
    NoSuchRow { file: String, row: usize, rows: usize },
    #[error("the model has no class or output `{name}`; help: {}they are {}", did_you_mean(.name, .known), listed(.known))]
    NoSuchOutput { name: String, known: Vec<String> },

    // Text.
    #[error("the file is empty, {file}; help: give it a header and rows")]
    Empty { file: String },
    #[error("{found} data rows, but {needed} are needed, {file}; help: add rows below the header")]
    TooFewRows { file: String, found: usize, needed: usize },
    #[error("the text looks like UTF-16, {file}; help: convert it with `iconv -f UTF-16 -t UTF-8`")]
    Utf16 { file: String },
    #[error(
        "byte 0x{byte:02X} is not UTF-8, {place}; help: convert the file with `iconv -f LATIN1 -t UTF-8`"
    )]
    NotUtf8 { place: Box<Place>, byte: u8 },
    #[error("a NUL byte, {place}; help: this is no text file, or a damaged one")]
    Nul { place: Box<Place> },
    #[error(
        "a quote is opened and never closed, {place}; help: close it, or double a quote that is part of the text"
    )]
    UnclosedQuote { place: Box<Place> },
    #[error("text stands after a closing quote, {place}; help: double a quote that is part of the text")]
    AfterQuote { place: Box<Place> },
    #[error("{n_rows} {} the {expected} fields of line {first}: {}, {file}; help: mend {}, or quote cells that contain `{}`", if *.n_rows == 1 { "row does not have" } else { "rows do not have" }, ragged(.rows, *.n_rows), if *.n_rows == 1 { "that line" } else { "those lines" }, delimiter_name(*.delimiter))]
    Ragged { file: String, first: u64, expected: usize, n_rows: u64, rows: Vec<(u64, usize)>, delimiter: u8 },
    #[error(
        "columns {first} and {second} are both called `{name}`, {file}, line {line}; help: rename one of them"
    )]
    DuplicateColumn { file: String, line: u64, name: String, first: usize, second: usize },
    #[error("column {position} has no name, {file}, line {line}; help: name it in the header")]
    NamelessColumn { file: String, line: u64, position: usize },

    // Columns and cells.
    #[error("there is no column `{name}`, {file}; help: {}columns are {}", did_you_mean(.name, .known), listed(.known))]
    NoSuchColumn { file: String, name: String, known: Vec<String> },
    #[error("`{cell}` is not a number, {place}; help: mend the cell, leave it empty if the value is missing, or say --column '{}=category'", .place.column.as_deref().unwrap_or_default())]
    NotANumber { place: Box<Place>, cell: String },
    #[error("`{cell}` is not a finite number, {place}; help: leave the cell empty if the value is missing")]
    NotFinite { place: Box<Place>, cell: String },
    #[error(
        "column `{column}` has {levels} different words, more than {limit}, {file}; help: leave it out with --column '{column}=skip'"
    )]
    TooManyLevels { file: String, column: String, levels: usize, limit: usize },
    #[error(
        "column `{column}` is a {is} column and cannot be read as {wanted}, {file}; help: only files of text can be read another way"
    )]
    FixedType { file: String, column: String, is: String, wanted: String },
    #[error("`{text}` is no type of column; help: {}types are number, category, text, skip", did_you_mean(.text, &crate::source::ColumnType::names()))]
    NoSuchType { text: String },
    #[error("these data have no named columns, so {flag} means nothing, {file}; help: leave {flag} out")]
    NoColumns { file: String, flag: &'static str },
    #[error(
        "no column is left to learn from, {file}; help: the target alone is not enough, check --column and --target"
    )]
    NoInputs { file: String },
    #[error(
        "there is nothing but text to learn from, column `{column}`, {file}; help: text is not learned from; give columns of numbers or categories, or say --column NAME=category"
    )]
    OnlyText { file: String, column: String },

    // Targets and weights.
    #[error("`{name}` is named twice as a target, {file}; help: name each target once")]
    TargetTwice { file: String, name: String },
    #[error("the target is missing in {} {}, first in {place}; help: fill the cell in, or delete the row", thousands(*.count), if *.count == 1 { "row" } else { "rows" })]
    MissingTarget { place: Box<Place>, count: u64 },
    #[error(
        "the target has only one class, `{class}`, {file}; help: give at least two, or name another column with --target"
    )]
    OneClass { file: String, class: String },
    #[error(
        "the target `{column}` has {classes} different classes, more than {limit}, {file}; help: name another column with --target, or say --task regression if it is a number"
    )]
    TooManyClasses { file: String, column: String, classes: usize, limit: usize },
    #[error("the target `{column}` is not a number, which {} needs, {file}; help: say --task classification, or name another column with --target", task_name(*.task))]
    NotNumericTarget { file: String, column: String, task: Task },
    #[error("{value} is neither 0 nor 1, {place}; help: each label of a multi-label task is 0 or 1")]
    NotALabel { place: Box<Place>, value: f64 },
    #[error(
        "classification has one target, but {found} are named, {file}; help: say --task multi-label for yes/no targets, --task regression for numbers"
    )]
    ManyTargets { file: String, found: usize },
    #[error("class `{class}` did not occur in training, {place}; help: classes are {}", listed(.known))]
    UnseenClass { place: Box<Place>, class: String, known: Vec<String> },
    #[error("weight {value} is not usable, {place}; help: a weight is a finite number, 0 or more")]
    BadWeight { place: Box<Place>, value: f64 },
    #[error("all weights are 0, {file}; help: at least one example has to count")]
    ZeroWeights { file: String },
    #[error(
        "the model wants {expected} inputs, the data have {found}, {file}; help: give data of the kind it was trained on"
    )]
    InputCount { file: String, expected: usize, found: usize },

    // Compressed and binary files.
    #[error("damaged gzip data ({reason}), {file}; help: fetch the file again")]
    Gzip { file: String, reason: String },
    #[error(
        "the text grows to more than {limit} bytes when decompressed, {file}; help: decompress it yourself if you trust it"
    )]
    Expands { file: String, limit: u64 },
    #[error(
        "the file is cut short: its header asks for {expected} bytes of data, at most {found} are there, {file}; help: fetch the file again"
    )]
    Truncated { file: String, expected: u64, found: u64 },
    #[error("bytes follow the {expected} bytes that the header declares, {file}; help: fetch the file again")]
    Trailing { file: String, expected: u64 },
    #[error("the shape {} is more than any machine holds, {file}; help: the header is damaged, fetch the file again", shape(.dimensions))]
    ShapeOverflow { file: String, dimensions: Vec<u64> },
    #[error("the shape {} is not {wanted}, {file}; help: store the array in that shape", shape(.found))]
    WrongShape { file: String, found: Vec<u64>, wanted: &'static str },
    #[error("{value} is not a finite number, {place}; help: replace it before the array is stored")]
    ElementNotFinite { place: Box<Place>, value: f64 },
    #[error(
        "not an IDX file: {reason}, {file}; help: an IDX file begins with 0, 0, a type code and the number of dimensions"
    )]
    NotIdx { file: String, reason: String },
    #[error("not a .npy file of version 1 to 3: {reason}, {file}; help: write it with numpy.save")]
    NotNpy { file: String, reason: String },
    #[error(
        "the .npy header is not as numpy writes it: {reason} at byte {at}, {file}; help: write it with numpy.save"
    )]
    NpyHeader { file: String, reason: &'static str, at: usize },
    #[error(
        "the array holds Python objects, and reading them would run code, {file}; help: store plain numbers"
    )]
    ObjectArray { file: String },
    #[error("arrays of type `{dtype}` are not read, {file}; help: convert with .astype('float32')")]
    ElementType { file: String, dtype: String },
    #[error("not a readable .npz archive: {reason}, {file}; help: write it with numpy.savez")]
    NotNpz { file: String, reason: String },
    #[error("no array called {wanted}, {file}; help: arrays here are {}", listed(.known))]
    NoSuchArray { file: String, wanted: &'static str, known: Vec<String> },
    #[error(
        "{images} examples but {labels} labels, {file} and {labels_file}; help: the two files do not belong together"
    )]
    Counts { file: String, labels_file: String, images: u64, labels: u64 },
    #[error("these are labels, not images, {file}; help: the images have names like train-images-idx3-ubyte")]
    LabelsAsImages { file: String },
    #[error("these are images, not labels, {file}; help: the labels have names like train-labels-idx1-ubyte")]
    ImagesAsLabels { file: String },
    #[error(
        "there are no labels to learn from, {file}; help: put the labels file (…-labels-idx1-ubyte) beside the images, or arrays x and y into one .npz"
    )]
    NoLabels { file: String },
    #[error(
        "no file {wanted} in the folder, {folder}; help: a folder of data holds the four IDX files with MNIST's names"
    )]
    NotADataFolder { folder: String, wanted: String },

    // Runs: the spec, the division of the data, files that are written.
    #[error(
        "no data are named; help: write for example `gradus train digits`, or put data = \"digits\" into the spec file"
    )]
    NoData,
    #[error("unknown key `{}`; help: {}known are {}", shown(.name), did_you_mean(.name, .known), .known.join(", "))]
    UnknownKey { name: String, known: Vec<String> },
    #[error("`{key}` cannot be `{text}`; help: write {form}")]
    BadValue { key: &'static str, text: String, form: &'static str },

    // The playground.
    #[error("the configuration cannot be read: {reason}; help: leave a key out to have its default")]
    Config { reason: String },
    #[error("there is no table yet; help: choose a CSV file")]
    NoCsv,
    #[error("{bytes} bytes are more than {limit}, {file}; help: train on it with `gradus train`")]
    CsvTooLong { file: String, bytes: usize, limit: usize },
    #[error("no column holds numbers, and nothing can be drawn; help: choose data with a column of numbers")]
    NothingToDraw,
    #[error("there is no {what} {number}: there are {known}, counted from 0; help: choose one of those")]
    NotThere { what: &'static str, number: usize, known: usize },
    #[error("the session cannot be read: {reason}; help: begin a new one")]
    DamagedSession { reason: String },
    #[error("{found} characters are too many for a link; help: save the model as a file")]
    LinkTooLong { found: usize },
    #[error("TensorFlow Playground has no `{key}` as {value}; help: set it back, or `compatible` to false")]
    NotCompatible { key: &'static str, value: String },
    #[error("the data have other columns than x1 and x2; help: paint on points of the plane")]
    NotPaintable,
    #[error("the model gives {wants} numbers, the session asks for {has}; help: choose its own data first")]
    OtherAnswers { has: usize, wants: usize },
    #[error("the model reads {wants} numbers, here it would get {has}; help: choose its own data first")]
    OtherInputs { has: usize, wants: usize },
    #[error("there is no unit {unit} in layer {layer}, both counted from 0; help: choose one that is drawn")]
    NoSuchUnit { layer: usize, unit: usize },
    #[error("`{key}` cannot be {}; help: write a number, a text, or a list of them", article(.found))]
    KindOfValue { key: String, found: &'static str },
    #[error(
        "cannot read the spec: {reason}, {file}, line {line}, character {character}; help: mend the TOML there"
    )]
    NotToml { file: String, line: usize, character: usize, reason: String },
    /// A mistake in a spec file.
    #[error("{}", with_place(&.error.to_string(), &format!("{file}, line {line}")))]
    InSpec { file: String, line: usize, error: Box<Error> },
    /// What the engine has against a file.
    #[error("{}", with_place(&.error.to_string(), .file))]
    InFile { file: String, error: Box<gradus::Error> },
    #[error("{data} has no test part of its own; help: give --test a share, as 0.2, or a file")]
    NoOwnTest { data: String },
    #[error("there is no target to compare with: no column {}, {file}; help: give data that have it", listed(.names))]
    NoTarget { file: String, names: Vec<String> },
    #[error("{folds} folds of {rows} rows: each needs one at least; help: set folds to at most {rows}")]
    TooManyFolds { folds: usize, rows: usize },
    #[error("cannot write `{path}`: {reason}; help: choose another place, or make this one writable")]
    Unwritable { path: String, reason: String },
    #[error(
        "the folder `{path}` holds `{entry}`, which is no part of a run; help: choose an empty or a new folder"
    )]
    ForeignFolder { path: String, entry: String },
    #[error("`{path}` is read and would be written too; help: choose another place for the output")]
    OutputIsInput { path: String },
    #[error("cannot write the predictions: {reason}; help: report this, it should not happen")]
    NotWritten { reason: String },
    // Traces of a step.
    #[error(
        "there is no layer {layer}: the network has {layers}, counted from 1 at the first one after the inputs; help: choose one of those with --layer"
    )]
    NoTraceLayer { layer: usize, layers: usize },
    #[error("the trace has {} numbers, too many to print; help: {}--json gives all of them", thousands(*.numbers as u64), .layer.map(|layer| format!("--layer {layer} has few enough, ")).unwrap_or_default())]
    TraceTooLarge { numbers: usize, layer: Option<usize> },
    #[error("cannot start {threads} threads: {reason}; help: ask for fewer with --threads")]
    Threads { threads: usize, reason: String },

    // Experiments.
    #[error(
        "the target is {}, and only classes can be drawn at random, {file}; help: name a column of classes with --target, or say --task classification", task_target(*.task)
    )]
    NoClassesToDraw { file: String, task: Task },
    #[error("one row is no data to learn from and to test on, {file}; help: give at least two")]
    TooFewRowsToTest { file: String },
    #[error(
        "the pixels cannot be changed: column `{column}` holds words or empty cells, which cannot change places with numbers; help: leave it out with --column '{column}=skip'"
    )]
    PixelsOfWords { column: String },
    #[error(
        "there is no plane to draw: {solved} starts arrived and {stuck} are stuck, and it takes one of each; help: give more --starts, or another --seed"
    )]
    NoPlane { solved: usize, stuck: usize },

    // Pictures.
    #[error(
        "the model reads {inputs} numbers, and a boundary can be drawn over one or two; help: choose two columns with --features, or see `gradus plot network`"
    )]
    BoundaryInputs { inputs: usize },
    #[error(
        "the model reads the words of column `{column}`, and a boundary can be drawn over numbers only; help: choose one or two number columns with --features"
    )]
    BoundaryOfWords { column: String },
    #[error(
        "there are neither data nor a range to draw; help: give DATA, or --from and --to with {variables} numbers each"
    )]
    NoRange { variables: usize },
    #[error(
        "`--{flag}` has {numbers} numbers, but the model reads {variables}; help: give as many as that, with commas between them"
    )]
    RangeNumbers { flag: &'static str, numbers: usize, variables: usize },
    #[error(
        "the range of `{variable}` from {low} to {high} is empty; help: give a --from below its --to, both finite"
    )]
    BadRange { variable: String, low: f64, high: f64 },
    #[error("this is no history of a run, {file}; help: give the folder of a run, or its history.csv")]
    NotAHistory { file: String },
    #[error("a curve needs two epochs, and there are {epochs}, {file}; help: give a longer run")]
    TooFewEpochs { file: String, epochs: usize },
    #[error(
        "the model answers with no classes, so there is nothing to confuse; help: give a model of a classification"
    )]
    NothingToConfuse,
}

impl Error {
    /// What kind of thing is wrong.
    pub fn class(&self) -> Class {
        match self {
            Self::Engine(error) => error.class(),
            Self::InFile { error, .. } => error.class(),
            Self::InSpec { error, .. } => error.class(),
            Self::NoData
            | Self::UnknownKey { .. }
            | Self::BadValue { .. }
            | Self::Config { .. }
            | Self::NotThere { .. }
            | Self::NoSuchUnit { .. }
            | Self::KindOfValue { .. }
            | Self::NotToml { .. }
            | Self::NoOwnTest { .. }
            | Self::TooManyFolds { .. }
            | Self::NoTraceLayer { .. }
            | Self::TraceTooLarge { .. }
            | Self::NoSuchRow { .. }
            | Self::NoSuchOutput { .. }
            | Self::BoundaryInputs { .. }
            | Self::BoundaryOfWords { .. }
            | Self::NoRange { .. }
            | Self::RangeNumbers { .. }
            | Self::BadRange { .. }
            | Self::NothingToConfuse
            | Self::PixelsOfWords { .. }
            | Self::NoPlane { .. }
            | Self::OutputIsInput { .. } => Class::Spec,
            Self::Unwritable { .. }
            | Self::ForeignFolder { .. }
            | Self::NotWritten { .. }
            | Self::Threads { .. } => Class::Resource,
            Self::NoSettings { .. } | Self::NoSuchType { .. } => Class::Spec,
            Self::Unreadable { .. } | Self::NoDisk { .. } | Self::Expands { .. } => Class::Resource,
            _ => Class::Data,
        }
    }
}

/// Puts a place into a message that has none, before its help.
fn with_place(message: &str, place: &str) -> String {
    match message.split_once("; help: ") {
        Some((what, help)) => format!("{what}, {}; help: {help}", shown(place)),
        None => format!("{message}, {}", shown(place)),
    }
}

fn article(noun: &str) -> String {
    let article = if noun.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" };
    format!("{article} {noun}")
}

/// `did you mean X? ` where a known name is near, else nothing.
fn did_you_mean(name: &str, known: &[String]) -> String {
    let known = known.iter().map(String::as_str);
    gradus::nearest(name, known).map(|near| format!("did you mean `{near}`? ")).unwrap_or_default()
}

/// The first twenty names, so that a line stays a line.
fn listed(names: &[String]) -> String {
    const SHOWN: usize = 20;
    let more = names.len().saturating_sub(SHOWN);
    let shown = names[..names.len().min(SHOWN)].join(", ");
    if more == 0 { shown } else { format!("{shown} and {more} more") }
}

fn ragged(rows: &[(u64, usize)], n_rows: u64) -> String {
    let rows: Vec<String> = rows.iter().map(|(line, fields)| format!("line {line} has {fields}")).collect();
    let more = n_rows - rows.len() as u64;
    if more == 0 { rows.join(", ") } else { format!("{} and {more} more", rows.join(", ")) }
}

fn shape(dimensions: &[u64]) -> String {
    let dimensions: Vec<String> = dimensions.iter().map(u64::to_string).collect();
    format!("({})", dimensions.join(", "))
}

fn task_target(task: Task) -> &'static str {
    match task {
        Task::Classification => "a class",
        Task::Regression => "a number",
        Task::MultiLabel => "several yes/no answers",
    }
}

fn task_name(task: Task) -> &'static str {
    match task {
        Task::Classification => "classification",
        Task::Regression => "regression",
        Task::MultiLabel => "multi-label classification",
    }
}

/// A cell or name as it can stand in a message: on one line, and not endlessly long.
pub(crate) fn shown(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut shown: String = text.chars().take(LONGEST).flat_map(char_shown).collect();
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    shown
}

fn char_shown(c: char) -> impl Iterator<Item = char> {
    let (escaped, plain) = if c.is_control() { (Some(c.escape_default()), None) } else { (None, Some(c)) };
    escaped.into_iter().flatten().chain(plain)
}

/// `,`, `;` or `tab`.
pub(crate) fn delimiter_name(delimiter: u8) -> String {
    if delimiter == b'\t' { "tab".to_owned() } else { char::from(delimiter).to_string() }
}

/// 1234567 as `1,234,567`.
pub(crate) fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_numbers_are_grouped_by_three() {
        for (n, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(thousands(n), text);
        }
    }
}
