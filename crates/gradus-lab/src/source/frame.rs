//! Named columns as they were read, and the step from them to inputs, target and weights.

use super::delimited::{Directions, MAX_LEVELS};
use super::target::{self, Rows};
use super::{ColumnType, Examples, Loaded, Original, Reading, Schema};
use crate::Error;
use crate::error::shown;
use gradus::Matrix;
use gradus::data::{Block, Column, Dataset, Elements, Inputs, MISSING, Table, Target, Values};

/// A table before it is decided what is predicted.
#[derive(Debug)]
pub(crate) struct Frame {
    /// The file, or the name of the data.
    pub(crate) file: String,
    /// The columns that are read.
    pub(crate) columns: Vec<Column>,
    /// All columns with their types, those that are not read too.
    pub(crate) types: Vec<(String, ColumnType)>,
    /// The line of each row, for files that have lines.
    pub(crate) lines: Option<Vec<u64>>,
    /// What was found.
    pub(crate) notes: Vec<String>,
    /// The cells as they were written.
    pub(crate) original: Option<Original>,
}

impl Frame {
    /// A table whose types are settled, as generators make it.
    pub(crate) fn made(file: &str, columns: Vec<Column>) -> Self {
        let types = columns.iter().map(|column| (column.name.clone(), type_of(&column.values))).collect();
        Self { file: file.into(), columns, types, lines: None, notes: Vec::new(), original: None }
    }

    /// Leaves out what is to be skipped; refuses every other change of a settled type.
    pub(crate) fn retype(mut self, reading: &Reading) -> Result<Self, Error> {
        for (name, &wanted) in &reading.columns {
            let at = self.types.iter().position(|(known, _)| known == name);
            let at = at.ok_or_else(|| self.no_such_column(name))?;
            let is = self.types[at].1;
            if wanted == ColumnType::Skip {
                self.columns.retain(|column| column.name != *name);
                self.types[at].1 = ColumnType::Skip;
            } else if wanted != is {
                let (file, column) = (self.file.clone(), name.clone());
                return Err(Error::FixedType {
                    file,
                    column,
                    is: is.to_string(),
                    wanted: wanted.to_string(),
                });
            }
        }
        Ok(self)
    }

    /// Refuses a column with so many words that it is no category; a target may have them until its classes are counted.
    pub(crate) fn check_levels(&self, directions: &Directions<'_>) -> Result<(), Error> {
        let last = self.columns.last().map(|column| column.name.as_str());
        for column in &self.columns {
            let name = column.name.as_str();
            let is_target =
                directions.targets.contains(&name) || directions.targets.is_empty() && last == Some(name);
            match &column.values {
                Values::Categories { levels, .. } if levels.len() > MAX_LEVELS && !is_target => {
                    let (file, column) = (self.file.clone(), shown(name));
                    return Err(Error::TooManyLevels {
                        file,
                        column,
                        levels: levels.len(),
                        limit: MAX_LEVELS,
                    });
                }
                Values::Categories { .. } | Values::Numbers(_) | Values::Text(_) => {}
            }
        }
        Ok(())
    }

    /// Inputs, target and weights to learn from.
    pub(crate) fn into_loaded(mut self, name: &str, reading: &Reading) -> Result<Loaded, Error> {
        let weights = reading.weight_column.as_ref().map(|weight| self.take(weight)).transpose()?;
        let wanted = match reading.target.is_empty() {
            true => self.columns.last().map(|column| vec![column.name.clone()]).unwrap_or_default(),
            false => reading.target.clone(),
        };
        let targets = self.take_targets(&wanted)?;
        let rows = self.rows();
        let weights = weights.map(|column| target::weights(column, &rows)).transpose()?;
        let target = target::to_learn(targets, reading.task, &rows)?;
        if !self.columns.iter().any(|column| type_of(&column.values) != ColumnType::Text) {
            return Err(match self.columns.first() {
                Some(text) => Error::OnlyText { file: self.file, column: text.name.clone() },
                None => Error::NoInputs { file: self.file },
            });
        }
        self.notes.extend(constant_notes(&self.columns, &target));
        let data = Dataset { inputs: Inputs::Table(Table::new(self.columns)), target, weights };
        Ok(Loaded { name: name.into(), data, test: None, notes: self.notes, types: self.types })
    }

    /// What a model that is there asks for; the target only if it is there.
    pub(crate) fn into_examples(mut self, schema: &Schema<'_>) -> Result<Examples, Error> {
        let has = |frame: &Self, name: &String| frame.columns.iter().any(|column| column.name == *name);
        let weights = match schema.weight_column {
            Some(name) if has(&self, &name.to_owned()) => Some(self.take(name)?),
            Some(_) | None => None,
        };
        let targets = match !schema.target.is_empty() && schema.target.iter().all(|name| has(&self, name)) {
            true => Some(self.take_targets(schema.target)?),
            false => None,
        };
        let is_known = |columns: &Vec<Column>| columns.iter().any(|c| c.values.n_missing() < c.values.len());
        let rows = self.rows();
        let target =
            targets.filter(is_known).map(|columns| target::to_apply(columns, schema, &rows)).transpose()?;
        let weights = weights.map(|column| target::weights(column, &rows)).transpose()?;
        let original = self.original.take();
        let inputs = if schema.columns.is_empty() { self.block(schema)? } else { self.table(schema)? };
        Ok(Examples { inputs, target, original, weights })
    }

    /// The columns of the model by name, in its order.
    fn table(&mut self, schema: &Schema<'_>) -> Result<Inputs, Error> {
        let mut columns = Vec::with_capacity(schema.columns.len());
        for (name, wanted) in schema.columns {
            if matches!(wanted, ColumnType::Text | ColumnType::Skip) {
                columns.extend(self.take(name).ok());
                continue;
            }
            let column = self.take(name)?;
            let is = type_of(&column.values);
            if is != *wanted {
                let (file, column) = (self.file.clone(), column.name);
                return Err(Error::FixedType {
                    file,
                    column,
                    is: is.to_string(),
                    wanted: wanted.to_string(),
                });
            }
            columns.push(column);
        }
        Ok(Inputs::Table(Table::new(columns)))
    }

    /// All numbers that are left, for a model that learned from a block.
    fn block(&mut self, schema: &Schema<'_>) -> Result<Inputs, Error> {
        let mut columns = Vec::new();
        for column in std::mem::take(&mut self.columns) {
            match column.values {
                Values::Numbers(numbers) => columns.push(numbers),
                Values::Categories { .. } | Values::Text(_) => {}
            }
        }
        let found = columns.len();
        if let Some(expected) = schema.block_columns.filter(|&expected| expected != found) {
            return Err(Error::InputCount { file: self.file.clone(), expected, found });
        }
        let rows = columns.first().map_or(0, Vec::len);
        let elements = (0..rows).flat_map(|row| columns.iter().map(move |column| column[row])).collect();
        Ok(Inputs::Block(Block { rows, columns: found, elements: Elements::F64(elements), picture: None }))
    }

    fn take(&mut self, name: &str) -> Result<Column, Error> {
        let at = self.columns.iter().position(|column| column.name == name);
        let at = at.ok_or_else(|| self.no_such_column(name))?;
        Ok(self.columns.remove(at))
    }

    fn take_targets(&mut self, names: &[String]) -> Result<Vec<Column>, Error> {
        if let Some(at) = (1..names.len()).find(|&at| names[..at].contains(&names[at])) {
            return Err(Error::TargetTwice { file: self.file.clone(), name: names[at].clone() });
        }
        names.iter().map(|name| self.take(name)).collect()
    }

    fn no_such_column(&self, name: &str) -> Error {
        let known = self.types.iter().map(|(known, _)| shown(known)).collect();
        Error::NoSuchColumn { file: self.file.clone(), name: name.into(), known }
    }

    fn rows(&self) -> Rows {
        Rows { file: self.file.clone(), lines: self.lines.clone() }
    }
}

fn type_of(values: &Values) -> ColumnType {
    match values {
        Values::Numbers(_) => ColumnType::Number,
        Values::Categories { .. } => ColumnType::Category,
        Values::Text(_) => ColumnType::Text,
    }
}

/// Columns that never change teach nothing; they are named, not refused.
fn constant_notes(columns: &[Column], target: &Target) -> Vec<String> {
    let constant = |column: &&Column| match &column.values {
        Values::Numbers(numbers) => numbers.windows(2).all(|pair| pair[0] == pair[1]),
        Values::Categories { codes, levels } => levels.len() == 1 && !codes.contains(&MISSING),
        Values::Text(_) => false,
    };
    let inputs = columns.iter().filter(constant);
    let mut notes: Vec<String> =
        inputs.map(|column| format!("column `{}` is constant", shown(&column.name))).collect();
    if let Target::Values { names, values } = target {
        notes.extend(constant_targets(names, values).map(|name| {
            format!("the target `{}` is constant: there is nothing to learn about it", shown(name))
        }));
    }
    notes
}

fn constant_targets<'a>(names: &'a [String], values: &'a Matrix<f64>) -> impl Iterator<Item = &'a String> {
    let constant =
        |column: &usize| (1..values.rows()).all(|i| values.row(i)[*column] == values.row(0)[*column]);
    (0..names.len()).filter(constant).map(|column| &names[column])
}
