//! A table of named, typed columns. A cell can be missing.

/// The code of a missing category; a missing number is NaN.
pub const MISSING: u32 = u32::MAX;

/// Columns of equal length, in the order of the file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    columns: Vec<Column>,
}

/// A column: its name and its cells.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// The header's word, or x1, x2, … where there is no header.
    pub name: String,
    /// The cells.
    pub values: Values,
}

/// The cells of a column, one per row.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Numbers; NaN is a missing one.
    Numbers(Vec<f64>),
    /// Words out of a small set.
    Categories {
        /// Per row the place of its word in `levels`, or [`MISSING`].
        codes: Vec<u32>,
        /// The words, each once.
        levels: Vec<String>,
    },
    /// Text that is carried along and shown but never fed to a network.
    Text(Vec<String>),
}

impl Values {
    /// Number of cells.
    pub fn len(&self) -> usize {
        match self {
            Self::Numbers(numbers) => numbers.len(),
            Self::Categories { codes, .. } => codes.len(),
            Self::Text(texts) => texts.len(),
        }
    }

    /// Whether there is no cell at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many cells are missing.
    pub fn n_missing(&self) -> usize {
        match self {
            Self::Numbers(numbers) => numbers.iter().filter(|x| x.is_nan()).count(),
            Self::Categories { codes, .. } => codes.iter().filter(|&&code| code == MISSING).count(),
            Self::Text(_) => 0,
        }
    }

    /// Whether the cell of a row is missing.
    pub fn is_missing(&self, row: usize) -> bool {
        match self {
            Self::Numbers(numbers) => numbers[row].is_nan(),
            Self::Categories { codes, .. } => codes[row] == MISSING,
            Self::Text(_) => false,
        }
    }

    /// `number`, `category` or `text`, as `--column NAME=TYPE` writes it.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Numbers(_) => "number",
            Self::Categories { .. } => "category",
            Self::Text(_) => "text",
        }
    }

    /// The cells of the given rows, in their order.
    pub fn select(&self, rows: &[usize]) -> Self {
        match self {
            Self::Numbers(numbers) => Self::Numbers(rows.iter().map(|&i| numbers[i]).collect()),
            Self::Categories { codes, levels } => {
                Self::Categories { codes: rows.iter().map(|&i| codes[i]).collect(), levels: levels.clone() }
            }
            Self::Text(texts) => Self::Text(rows.iter().map(|&i| texts[i].clone()).collect()),
        }
    }
}

impl Table {
    /// A table of `columns`.
    ///
    /// # Panics
    /// If the columns differ in length.
    pub fn new(columns: Vec<Column>) -> Self {
        let n_rows = columns.first().map_or(0, |column| column.values.len());
        for column in &columns {
            assert_eq!(
                column.values.len(),
                n_rows,
                "column `{}` has another length than the first",
                column.name
            );
        }
        Self { columns }
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, |column| column.values.len())
    }

    /// The columns in order.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The column called `name`.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// Takes the column called `name` out of the table.
    pub fn take_column(&mut self, name: &str) -> Option<Column> {
        let at = self.columns.iter().position(|column| column.name == name)?;
        Some(self.columns.remove(at))
    }

    /// The given rows, in their order.
    pub fn select(&self, rows: &[usize]) -> Self {
        let columns = self.columns.iter();
        let columns =
            columns.map(|c| Column { name: c.name.clone(), values: c.values.select(rows) }).collect();
        Self { columns }
    }
}
