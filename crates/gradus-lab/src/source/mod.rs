//! From a word of the command line to data: built-in sets, generators, files, folders.
//!
//! `DATA` is the name of a built-in set (`iris`), a generator with settings (`spiral:rows=500,noise=0.1,seed=3`), a file
//! (`.csv .tsv .npy .npz .idx`, and `.gz` of the text and IDX ones) or a folder with the four IDX files of MNIST's naming. A
//! built-in name wins over a file of the same name; `./iris` is the file.

mod text;
mod records;
mod column_types;
mod layout;
mod delimited;
mod target;
mod frame;
mod compressed;
mod array;
mod idx;
mod npy;
mod npz;
mod folder;
mod builtin;
pub(crate) mod generate;
mod kind;
#[cfg(feature = "files")]
mod files;

pub use column_types::ColumnType;

use crate::Error;
use array::Parts;
use builtin::BuiltIn;
use delimited::Directions;
use frame::Frame;
use generate::Generator;
use gradus::data::{Column, Dataset, Inputs, Target, Task};
use kind::Kind;
use std::collections::BTreeMap;

/// How data are to be read; all of it can be left to what the data look like.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    /// The columns to predict; none means the last one.
    pub target: Vec<String>,
    /// What is asked; else it follows from the target.
    pub task: Option<Task>,
    /// Columns whose type is said.
    pub columns: BTreeMap<String, ColumnType>,
    /// The column that says how much each example counts.
    pub weight_column: Option<String>,
}

/// Data to learn from.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// A short name: the built-in one, or the file's without folder and ending.
    pub name: String,
    /// The examples.
    pub data: Dataset,
    /// The data's own test part, if they have one.
    pub test: Option<Dataset>,
    /// What was found about the data, one short statement each, for the user to see.
    pub notes: Vec<String>,
    /// Every column of a table, in the order of the file, with its type; none for blocks.
    pub types: Vec<(String, ColumnType)>,
}

impl Loaded {
    /// Missing cells are told before the data are divided, with their number in all of the data, which are called `data`.
    pub(crate) fn check_complete(&self, data: &str) -> Result<(), Error> {
        let Inputs::Table(table) = &self.data.inputs else { return Ok(()) };
        let missing = |column: &Column| {
            let row = (0..column.values.len()).find(|&row| column.values.is_missing(row))?;
            let (column, count) = (column.name.clone(), column.values.n_missing());
            Some(gradus::Error::Missing { column, count, row: row + 1 })
        };
        match table.columns().iter().find_map(missing) {
            Some(error) => Err(Error::InFile { file: data.to_owned(), error: Box::new(error) }),
            None => Ok(()),
        }
    }
}

/// What a model that is there asks of data.
#[derive(Clone, Copy, Debug)]
pub struct Schema<'a> {
    /// The columns that it reads of a table, with their types; none if it learned from a block.
    pub columns: &'a [(String, ColumnType)],
    /// The number of columns of the block that it learned from, if it did.
    pub block_columns: Option<usize>,
    /// The names of the columns that it predicts.
    pub target: &'a [String],
    /// The names of its classes, in its order.
    pub classes: Option<&'a [String]>,
    /// What it was asked.
    pub task: Task,
    /// The column of weights, used where it is there.
    pub weight_column: Option<&'a str>,
}

impl Default for Schema<'_> {
    fn default() -> Self {
        Self {
            columns: &[],
            block_columns: None,
            target: &[],
            classes: None,
            task: Task::Regression,
            weight_column: None,
        }
    }
}

/// Data for a model that is there.
#[derive(Clone, Debug)]
pub struct Examples {
    /// What the model asks for.
    pub inputs: Inputs,
    /// What it should answer, where that is known.
    pub target: Option<Target>,
    /// The cells of a text file as they were written.
    pub original: Option<Original>,
    /// How much each example counts.
    pub weights: Option<Vec<f64>>,
}

/// A text file's own cells, to be given back beside the predictions.
#[derive(Clone, Debug, PartialEq)]
pub struct Original {
    /// The names of the columns.
    pub header: Vec<String>,
    /// The rows below the header.
    pub rows: Vec<csv::StringRecord>,
    /// What stood between the cells.
    pub delimiter: u8,
    /// Whether the decimal sign of its numbers is a comma.
    pub decimal_comma: bool,
}

/// What is known about a built-in set or a generator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Description {
    /// The word for it.
    pub name: &'static str,
    /// Number of examples; of a generator, its default.
    pub rows: usize,
    /// Number of inputs.
    pub inputs: usize,
    /// What is asked.
    pub task: Task,
    /// Number of classes, 0 for regression.
    pub classes: usize,
    /// The settings with their defaults; empty for fixed sets.
    pub settings: &'static str,
    /// What the examples are.
    pub about: &'static str,
    /// Where it comes from.
    pub source: &'static str,
}

/// The built-in sets, then the generators.
pub fn datasets() -> Vec<Description> {
    let built_in = BuiltIn::ALL.into_iter().map(BuiltIn::description);
    built_in.chain(Generator::descriptions()).collect()
}

/// The data called `data`, to learn from.
///
/// # Errors
/// If there are no such data, or they cannot be read as `reading` says.
pub fn load(data: &str, reading: &Reading) -> Result<Loaded, Error> {
    let source = Source::parse(data)?;
    source.content(&Directions::to_learn(reading))?.into_loaded(&source.name(), reading)
}

/// The data in a file's `bytes`, to learn from; `name` is the file's name and tells its kind.
///
/// # Errors
/// If the name tells no kind, or the bytes cannot be read as `reading` says.
pub fn load_bytes(name: &str, bytes: &[u8], reading: &Reading) -> Result<Loaded, Error> {
    let kind = Kind::of(name).ok_or_else(|| Error::UnknownKind { path: name.into() })?;
    content(kind, name, bytes, None, &Directions::to_learn(reading))?.into_loaded(&kind::stem(name), reading)
}

/// The data of a generator, as [`load`] gives them, for whoever wants no other kind.
pub(crate) fn load_generated(data: &str) -> Result<Loaded, Error> {
    let (generator, reading) = (Generator::parse(data)?, Reading::default());
    generator.frame().retype(&reading)?.into_loaded(generator.name(), &reading)
}

/// The data in a text with rows and columns, as [`load_bytes`] gives them, for whoever wants no other kind.
pub(crate) fn load_text(name: &str, text: &[u8], reading: &Reading) -> Result<Loaded, Error> {
    let frame = delimited::read(text, name, &Directions::to_learn(reading))?;
    frame.into_loaded(&kind::stem(name), reading)
}

/// The data in the bytes of several `files`, each with its name: the four IDX files of MNIST's naming, or the two for
/// learning. `name` is what they are called together.
///
/// # Errors
/// If one of them is absent or damaged, or they do not belong together.
pub fn load_folder(name: &str, files: &[(&str, &[u8])], reading: &Reading) -> Result<Loaded, Error> {
    folder::decode(name, files)?.into_loaded(&kind::stem(name), reading)
}

/// The data called `data`, as a model wants them: the inputs by name, the target where it is there. Data that have a test
/// part of their own give that one.
///
/// # Errors
/// If there are no such data, a column that the model reads is absent, or a class is not one of the model's.
pub fn examples(data: &str, schema: &Schema<'_>) -> Result<Examples, Error> {
    Source::parse(data)?.content(&Directions::to_apply(schema))?.into_examples(schema)
}

/// The short name of `data`, unless they are a folder, which brings its test part itself.
pub(crate) fn name_of_undivided(data: &str) -> Option<String> {
    match Source::parse(data).ok()? {
        Source::Folder { .. } => None,
        source => Some(source.name()),
    }
}

/// Where data come from.
#[derive(Debug)]
enum Source {
    BuiltIn(BuiltIn),
    Generator(Generator),
    File { path: String, kind: Kind },
    Folder { path: String },
}

impl Source {
    /// Finds out what `data` names.
    fn parse(data: &str) -> Result<Self, Error> {
        let (name, settings) = data.split_once(':').unwrap_or((data, ""));
        let name = name.trim();
        if let Some(built_in) = BuiltIn::ALL.into_iter().find(|built_in| built_in.description().name == name)
        {
            return match settings.trim().is_empty() {
                true => Ok(Self::BuiltIn(built_in)),
                false => Err(Error::NoSettings { name: name.to_owned() }),
            };
        }
        if Generator::descriptions().any(|known| known.name == name) {
            return Ok(Self::Generator(Generator::parse(data)?));
        }
        Self::at(data)
    }

    /// The file or folder called `path`.
    fn at(path: &str) -> Result<Self, Error> {
        if is_folder(path) {
            return Ok(Self::Folder { path: path.to_owned() });
        }
        match Kind::of(path) {
            Some(kind) => Ok(Self::File { path: path.to_owned(), kind }),
            None if exists(path) => Err(Error::UnknownKind { path: path.to_owned() }),
            None if path.contains(['/', '\\', '.']) => {
                Err(Error::NotFound { path: path.to_owned(), near: None })
            }
            None => {
                let name = path.split(':').next().unwrap_or(path).to_owned();
                let known = datasets().iter().map(|known| known.name.to_owned()).collect();
                Err(Error::NoSuchData { name, known })
            }
        }
    }

    fn name(&self) -> String {
        match self {
            Self::BuiltIn(built_in) => built_in.description().name.to_owned(),
            Self::Generator(generator) => generator.name().to_owned(),
            Self::File { path, .. } | Self::Folder { path } => kind::stem(path),
        }
    }

    fn content(&self, directions: &Directions<'_>) -> Result<Content, Error> {
        match self {
            Self::BuiltIn(built_in) => built_in.content(directions),
            Self::Generator(generator) => Ok(Content::Frame(generator.frame())),
            Self::File { path, kind } => file_content(*kind, path, directions),
            Self::Folder { path } => folder_content(path),
        }
    }
}

/// Data as they were read, before it is known what is asked of them.
#[derive(Debug)]
enum Content {
    Frame(Frame),
    Parts(Parts),
    /// A single array, whose last column may be the target.
    Array(array::Array),
}

impl Content {
    fn into_loaded(self, name: &str, reading: &Reading) -> Result<Loaded, Error> {
        match self {
            // Text was read with its types; only what comes without lines has to be told apart here.
            Self::Frame(frame) if frame.lines.is_some() => frame.into_loaded(name, reading),
            Self::Frame(frame) => frame.retype(reading)?.into_loaded(name, reading),
            Self::Parts(parts) => parts.into_loaded(name, reading),
            Self::Array(array) => array.into_parts(None)?.into_loaded(name, reading),
        }
    }

    fn into_examples(self, schema: &Schema<'_>) -> Result<Examples, Error> {
        match self {
            Self::Frame(frame) => frame.into_examples(schema),
            Self::Parts(parts) => parts.into_examples(schema),
            Self::Array(array) => {
                let n_inputs = schema.block_columns.unwrap_or(schema.columns.len());
                array.into_parts(Some(n_inputs))?.into_examples(schema)
            }
        }
    }
}

/// What is in a file's bytes; `labels` are the name and the bytes of the labels file of an IDX one.
fn content(
    kind: Kind,
    name: &str,
    bytes: &[u8],
    labels: Option<(&str, &[u8])>,
    directions: &Directions<'_>,
) -> Result<Content, Error> {
    match kind {
        Kind::Delimited => {
            let text = compressed::whole(bytes, name)?;
            Ok(Content::Frame(delimited::read(&text, name, directions)?))
        }
        Kind::Npy => Ok(Content::Array(npy::decode(bytes, name)?)),
        Kind::Npz => Ok(Content::Parts(npz::decode(bytes, name)?)),
        Kind::Idx => {
            let train = folder::part((name, bytes), labels)?;
            Ok(Content::Parts(Parts { train, test: None }))
        }
        Kind::Parquet => Err(Error::Parquet { path: name.into() }),
    }
}

#[cfg(feature = "files")]
use files::{exists, file_content, folder_content, is_folder};

#[cfg(not(feature = "files"))]
mod no_files {
    use super::{Content, Directions, Error, Kind};

    pub(super) fn exists(_path: &str) -> bool {
        false
    }

    pub(super) fn is_folder(_path: &str) -> bool {
        false
    }

    pub(super) fn file_content(
        _kind: Kind,
        path: &str,
        _directions: &Directions<'_>,
    ) -> Result<Content, Error> {
        Err(Error::NoDisk { path: path.into() })
    }

    pub(super) fn folder_content(path: &str) -> Result<Content, Error> {
        Err(Error::NoDisk { path: path.into() })
    }
}
#[cfg(not(feature = "files"))]
use no_files::{exists, file_content, folder_content, is_folder};
