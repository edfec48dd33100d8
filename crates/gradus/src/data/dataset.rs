//! Examples to learn from: inputs, a target for each, and how much each counts.

use super::Table;
use crate::Matrix;
use serde::{Deserialize, Serialize};

/// What is asked of a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Task {
    /// One class out of several: [`Target::Classes`].
    Classification,
    /// Numbers: [`Target::Values`].
    Regression,
    /// Several yes/no questions: [`Target::Labels`].
    MultiLabel,
}

/// Inputs and targets of n examples.
#[derive(Clone, Debug)]
pub struct Dataset {
    /// What is known of each example.
    pub inputs: Inputs,
    /// What is to be predicted.
    pub target: Target,
    /// How much each example counts, (n); all alike where absent. Not negative, not all zero.
    pub weights: Option<Vec<f64>>,
}

/// What is known of n examples.
#[derive(Clone, Debug, PartialEq)]
pub enum Inputs {
    /// Named columns, each of a type.
    Table(Table),
    /// A dense block of numbers, as IDX and npy files hold them; never turned into columns.
    Block(Block),
}

/// Dense numbers, row after row, in the type of their file.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// Number of examples.
    pub rows: usize,
    /// Numbers per example.
    pub columns: usize,
    /// (rows, columns), row-major.
    pub elements: Elements,
    /// (height, width) where an example is a picture.
    pub picture: Option<(usize, usize)>,
}

/// The numbers of a [`Block`].
#[derive(Clone, Debug, PartialEq)]
pub enum Elements {
    /// Bytes, as the pixels of IDX files.
    U8(Vec<u8>),
    /// Single precision.
    F32(Vec<f32>),
    /// Double precision.
    F64(Vec<f64>),
}

/// What is to be predicted for n examples.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// One class out of several.
    Classes {
        /// The column's name.
        name: String,
        /// Per example the place of its class in `names`.
        codes: Vec<u32>,
        /// The classes, numbers ascending, words in alphabetical order.
        names: Vec<String>,
    },
    /// One or more numbers, in the data's own unit.
    Values {
        /// The columns' names.
        names: Vec<String>,
        /// (n, names)
        values: Matrix<f64>,
    },
    /// Several yes/no questions at once: multi-label classification.
    Labels {
        /// The columns' names.
        names: Vec<String>,
        /// (n, names), each 0 or 1.
        values: Matrix<f64>,
    },
}

impl Dataset {
    /// Number of examples.
    pub fn rows(&self) -> usize {
        self.inputs.rows()
    }

    /// The examples in the given rows, in their order.
    pub fn select(&self, rows: &[usize]) -> Self {
        Self {
            inputs: self.inputs.select(rows),
            target: self.target.select(rows),
            weights: self.weights.as_ref().map(|weights| rows.iter().map(|&i| weights[i]).collect()),
        }
    }
}

impl Inputs {
    /// Number of examples.
    pub fn rows(&self) -> usize {
        match self {
            Self::Table(table) => table.rows(),
            Self::Block(block) => block.rows,
        }
    }

    /// The examples in the given rows, in their order.
    pub fn select(&self, rows: &[usize]) -> Self {
        match self {
            Self::Table(table) => Self::Table(table.select(rows)),
            Self::Block(block) => Self::Block(block.select(rows)),
        }
    }
}

impl Block {
    /// The examples in the given rows, in their order.
    pub fn select(&self, rows: &[usize]) -> Self {
        fn gather<T: Copy>(elements: &[T], columns: usize, rows: &[usize]) -> Vec<T> {
            rows.iter().flat_map(|&i| &elements[i * columns..(i + 1) * columns]).copied().collect()
        }
        let elements = match &self.elements {
            Elements::U8(elements) => Elements::U8(gather(elements, self.columns, rows)),
            Elements::F32(elements) => Elements::F32(gather(elements, self.columns, rows)),
            Elements::F64(elements) => Elements::F64(gather(elements, self.columns, rows)),
        };
        Self { rows: rows.len(), columns: self.columns, elements, picture: self.picture }
    }
}

impl Target {
    /// Number of examples.
    pub fn rows(&self) -> usize {
        match self {
            Self::Classes { codes, .. } => codes.len(),
            Self::Values { values, .. } | Self::Labels { values, .. } => values.rows(),
        }
    }

    /// What is asked for.
    pub fn task(&self) -> Task {
        match self {
            Self::Classes { .. } => Task::Classification,
            Self::Values { .. } => Task::Regression,
            Self::Labels { .. } => Task::MultiLabel,
        }
    }

    /// The classes, where it is one.
    pub fn class_names(&self) -> Option<&[String]> {
        match self {
            Self::Classes { names, .. } => Some(names),
            Self::Values { .. } | Self::Labels { .. } => None,
        }
    }

    /// How many numbers a network has to give for it: classes, values or labels.
    pub fn width(&self) -> usize {
        match self {
            Self::Classes { names, .. } | Self::Values { names, .. } | Self::Labels { names, .. } => {
                names.len()
            }
        }
    }

    /// The targets of the given rows, in their order.
    pub fn select(&self, rows: &[usize]) -> Self {
        let gather = |values: &Matrix<f64>| {
            let elements = rows.iter().flat_map(|&i| values.row(i)).copied().collect();
            Matrix::from_vec(rows.len(), values.columns(), elements)
        };
        match self {
            Self::Classes { name, codes, names } => Self::Classes {
                name: name.clone(),
                codes: rows.iter().map(|&i| codes[i]).collect(),
                names: names.clone(),
            },
            Self::Values { names, values } => Self::Values { names: names.clone(), values: gather(values) },
            Self::Labels { names, values } => Self::Labels { names: names.clone(), values: gather(values) },
        }
    }
}
