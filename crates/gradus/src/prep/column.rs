//! A column that preprocessing reads: how it is found by name, and what is learnt of it.
//!
//! The columns of a block have no names of their own; they are called x1, x2, …

use super::block::column_of;
use super::scaling::fill;
use super::{ColumnKind, Missing};
use crate::Error;
use crate::data::{Inputs, MISSING, Table, Values};
use serde::{Deserialize, Serialize};

/// A category with more words than this is refused: a column of names or numbers of rows is not a category.
const MAX_LEVELS: usize = 10_000;

/// A column that is read, and what is learnt of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SourceColumn {
    pub(super) name: String,
    content: Content,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
enum Content {
    Number {
        /// What stands in for a missing number.
        fill: Option<f64>,
    },
    Category {
        /// The words that occur in the training rows, in the order of the inputs made of them.
        levels: Vec<String>,
        /// The place in `levels` of the word that stands in for a missing one.
        fill: Option<usize>,
    },
}

impl SourceColumn {
    /// The column called `name`, of which nothing is learnt yet.
    pub(super) fn new(inputs: &Inputs, name: &str) -> Self {
        let content = match kind_of(inputs, name) {
            Some(ColumnKind::Category) => Content::Category { levels: Vec::new(), fill: None },
            Some(ColumnKind::Number) | None => Content::Number { fill: None },
        };
        Self { name: name.to_owned(), content }
    }

    pub(super) fn kind(&self) -> ColumnKind {
        match self.content {
            Content::Number { .. } => ColumnKind::Number,
            Content::Category { .. } => ColumnKind::Category,
        }
    }

    pub(super) fn levels(&self) -> &[String] {
        match &self.content {
            Content::Number { .. } => &[],
            Content::Category { levels, .. } => levels,
        }
    }

    /// Learns the words that occur and what stands in for missing cells.
    pub(super) fn learn(
        &mut self,
        inputs: &Inputs,
        missing: Missing,
        weights: Option<&[f64]>,
    ) -> Result<(), Error> {
        let cells = find(inputs, &self.name)?;
        let n_missing = cells.n_missing();
        if n_missing == cells.len() {
            return Err(Error::AllMissing { column: self.name.clone() });
        }
        if n_missing > 0 && matches!(missing, Missing::Error | Missing::Drop) {
            let row = first_missing(&cells) + 1;
            return Err(Error::Missing { column: self.name.clone(), count: n_missing, row });
        }
        self.content = match &cells {
            Values::Numbers(numbers) => {
                if let Some(row) = numbers.iter().position(|x| x.is_infinite()) {
                    let value = numbers[row].to_string();
                    return Err(Error::NotFinite { column: self.name.clone(), row: row + 1, value });
                }
                Content::Number { fill: fill(missing, numbers, weights) }
            }
            Values::Categories { codes, levels } => self.learn_words(codes, levels, missing)?,
            Values::Text(_) => return Err(self.wrong_kind("text")),
        };
        Ok(())
    }

    #[inline(never)] // a page fetches it when it needs it
    fn learn_words(&self, codes: &[u32], words: &[String], missing: Missing) -> Result<Content, Error> {
        let mut counts = vec![0_usize; words.len()];
        codes.iter().filter(|&&code| code != MISSING).for_each(|&code| counts[code as usize] += 1);
        let occurring: Vec<usize> = (0..words.len()).filter(|&level| counts[level] > 0).collect();
        if occurring.len() > MAX_LEVELS {
            return Err(Error::TooManyWords {
                column: self.name.clone(),
                count: occurring.len(),
                limit: MAX_LEVELS,
            });
        }
        let fills = matches!(missing, Missing::Mean | Missing::Median);
        // Of equally frequent words the first.
        let most = occurring.iter().map(|&level| counts[level]).max().unwrap_or(0);
        let fill = occurring.iter().position(|&level| counts[level] == most).filter(|_| fills);
        Ok(Content::Category { levels: occurring.iter().map(|&level| words[level].clone()).collect(), fill })
    }

    fn wrong_kind(&self, found: &'static str) -> Error {
        Error::ColumnKind { column: self.name.clone(), expected: self.kind().name(), found }
    }

    fn missing_unexpected(&self, cells: &Values) -> Error {
        let row = first_missing(cells) + 1;
        Error::MissingUnexpected { column: self.name.clone(), count: cells.n_missing(), row }
    }

    /// The cells of a number column, missing ones filled, (n), all finite.
    pub(super) fn numbers(&self, inputs: &Inputs) -> Result<Vec<f64>, Error> {
        let Content::Number { fill } = &self.content else { return Err(self.wrong_kind("category")) };
        let cells = find(inputs, &self.name)?;
        let Values::Numbers(mut numbers) = cells else { return Err(self.wrong_kind(cells.type_name())) };
        match fill {
            Some(fill) => numbers.iter_mut().filter(|x| x.is_nan()).for_each(|x| *x = *fill),
            None if numbers.iter().any(|x| x.is_nan()) => {
                return Err(self.missing_unexpected(&Values::Numbers(numbers)));
            }
            None => {}
        }
        Ok(numbers)
    }

    /// The cells of a category column as places in `levels`, missing ones filled, (n).
    pub(super) fn codes(&self, inputs: &Inputs) -> Result<Vec<usize>, Error> {
        let Content::Category { levels, fill } = &self.content else {
            return Err(self.wrong_kind("number"));
        };
        let cells = find(inputs, &self.name)?;
        let Values::Categories { codes, levels: words } = &cells else {
            return Err(self.wrong_kind(cells.type_name()));
        };
        let places: Vec<Option<usize>> =
            words.iter().map(|word| levels.iter().position(|level| level == word)).collect();
        let place_of = |(row, &code): (usize, &u32)| match code {
            MISSING => fill.ok_or_else(|| self.missing_unexpected(&cells)),
            code => places[code as usize].ok_or_else(|| Error::UnseenWord {
                column: self.name.clone(),
                word: words[code as usize].clone(),
                row: row + 1,
                known: levels.clone(),
            }),
        };
        codes.iter().enumerate().map(place_of).collect()
    }

    pub(super) fn check(&self) -> Result<(), String> {
        let sound = match &self.content {
            Content::Number { fill } => fill.is_none_or(f64::is_finite),
            Content::Category { levels, fill } => {
                let mut distinct: Vec<&String> = levels.iter().collect();
                distinct.sort_unstable();
                distinct.dedup();
                !levels.is_empty()
                    && distinct.len() == levels.len()
                    && fill.is_none_or(|fill| fill < levels.len())
            }
        };
        if sound { Ok(()) } else { Err(format!("what was learnt of column `{}` is impossible", self.name)) }
    }
}

fn first_missing(cells: &Values) -> usize {
    let place = match cells {
        Values::Numbers(numbers) => numbers.iter().position(|x| x.is_nan()),
        Values::Categories { codes, .. } => codes.iter().position(|&code| code == MISSING),
        Values::Text(_) => None,
    };
    place.unwrap_or(0)
}

/// The columns of a table that are no text, or x1, x2, … of a block, of the kinds that `wanted` accepts.
pub(super) fn known_columns(inputs: &Inputs, wanted: impl Fn(ColumnKind) -> bool) -> Vec<String> {
    match inputs {
        Inputs::Block(block) => (1..=block.columns).map(|i| format!("x{i}")).collect(),
        Inputs::Table(table) => {
            let columns = table.columns().iter();
            let wanted = columns.filter(|column| kind_of_cells(&column.values).is_some_and(&wanted));
            wanted.map(|column| column.name.clone()).collect()
        }
    }
}

fn kind_of_cells(cells: &Values) -> Option<ColumnKind> {
    match cells {
        Values::Numbers(_) => Some(ColumnKind::Number),
        Values::Categories { .. } => Some(ColumnKind::Category),
        Values::Text(_) => None,
    }
}

/// The kind of the column called `name`, if there is one and it is no text.
pub(super) fn kind_of(inputs: &Inputs, name: &str) -> Option<ColumnKind> {
    match inputs {
        Inputs::Block(block) => place_in_block(name, block.columns).map(|_| ColumnKind::Number),
        Inputs::Table(table) => table.column(name).and_then(|column| kind_of_cells(&column.values)),
    }
}

/// `x3` is the third column: place 2.
fn place_in_block(name: &str, columns: usize) -> Option<usize> {
    let number = name.strip_prefix('x').filter(|digits| !digits.starts_with(['0', '+']))?;
    number.parse::<usize>().ok().filter(|&number| number <= columns).map(|number| number - 1)
}

/// The number column that `variable` means: the one of that name, or, for x1, x2, …, the first, second, … of them.
pub(super) fn number_column(inputs: &Inputs, variable: &str, expression: &str) -> Result<String, Error> {
    let numbers = known_columns(inputs, |kind| kind == ColumnKind::Number);
    if kind_of(inputs, variable) == Some(ColumnKind::Number) {
        return Ok(variable.to_owned());
    }
    match place_in_block(variable, numbers.len()) {
        Some(place) if kind_of(inputs, variable).is_none() => Ok(numbers[place].clone()),
        _ => Err(Error::UnknownVariable {
            expression: expression.to_owned(),
            name: variable.to_owned(),
            known: numbers,
        }),
    }
}

/// The cells of the column called `name`.
fn find(inputs: &Inputs, name: &str) -> Result<Values, Error> {
    let absent = |known: Vec<String>| Error::MissingColumn { column: name.to_owned(), known };
    match inputs {
        Inputs::Block(block) => {
            let place = place_in_block(name, block.columns);
            let place = place.ok_or_else(|| absent(known_columns(inputs, |_| true)))?;
            Ok(Values::Numbers(column_of(block, place)))
        }
        Inputs::Table(table) => {
            let column = table.column(name).ok_or_else(|| absent(names_of(table)))?;
            Ok(column.values.clone())
        }
    }
}

fn names_of(table: &Table) -> Vec<String> {
    table.columns().iter().map(|column| column.name.clone()).collect()
}
