//! CSV and TSV: text in rows and columns.
//!
//! The text is read twice: once to find its layout and the type of each column, once to fill the columns. So no more is held in
//! memory than the text and the columns, and a slip in the last row is found before anything is decided.

use super::column_types::{Cell, ColumnType, Decimal};
use super::frame::Frame;
use super::layout::Layout;
use super::records::{Record, Records};
use super::{Original, Reading, Schema, text};
use crate::error::{shown, thousands};
use crate::{Error, Place};
use gradus::data::{Column, MISSING, Task, Values};
use std::collections::HashMap;

/// More words than this are no category.
pub(crate) const MAX_LEVELS: usize = 1000;

/// What the reader is told about a file before it looks.
#[derive(Clone, Debug, Default)]
pub(crate) struct Directions<'a> {
    /// The types that are said.
    pub(crate) types: HashMap<&'a str, ColumnType>,
    /// The columns to predict; none means the last.
    pub(crate) targets: Vec<&'a str>,
    /// The column of weights.
    pub(crate) weight: Option<&'a str>,
    /// What becomes of the other columns.
    pub(crate) others: Others,
    /// Names that tell a header.
    pub(crate) expected: Vec<&'a str>,
    pub(crate) n_rows_needed: usize,
    /// Whether the cells are kept as they were written.
    pub(crate) keep_original: bool,
}

/// What becomes of a column whose type is not said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Others {
    /// The cells show its type.
    #[default]
    Detect,
    /// It has to be one of numbers.
    Number,
    /// It is not read.
    Skip,
}

impl<'a> Directions<'a> {
    /// For learning.
    pub(crate) fn to_learn(reading: &'a Reading) -> Self {
        Self {
            types: reading.columns.iter().map(|(name, column_type)| (name.as_str(), *column_type)).collect(),
            targets: reading.target.iter().map(String::as_str).collect(),
            weight: reading.weight_column.as_deref(),
            n_rows_needed: 2,
            ..Self::default()
        }
    }

    /// For a model that is there: it knows what it wants.
    pub(crate) fn to_apply(schema: &Schema<'a>) -> Self {
        let is_number = |class: &String| matches!(Cell::read(class, Decimal::Point), Cell::Number(_));
        let target_type = match (schema.task, schema.classes) {
            (Task::Classification, Some(classes)) if !classes.iter().all(is_number) => ColumnType::Category,
            _ => ColumnType::Number,
        };
        let columns = schema.columns.iter().map(|(name, column_type)| (name.as_str(), *column_type));
        let targets: Vec<&str> = schema.target.iter().map(String::as_str).collect();
        let weight = schema.weight_column.map(|name| (name, ColumnType::Number));
        let types = columns.chain(targets.iter().map(|&name| (name, target_type))).chain(weight).collect();
        let expected = schema.columns.iter().map(|(name, _)| name.as_str()).collect();
        let others = if schema.columns.is_empty() { Others::Number } else { Others::Skip };
        let weight = schema.weight_column;
        Self { types, targets, weight, others, expected, n_rows_needed: 1, keep_original: true }
    }
}

/// Reads a whole file.
///
/// # Errors
/// If the text is not clean, not rectangular, or a cell does not suit its column.
pub(crate) fn read(bytes: &[u8], file: &str, directions: &Directions<'_>) -> Result<Frame, Error> {
    let text = text::decode(bytes, file)?;
    let layout = Layout::find(text, file, directions)?;
    check_names(&layout.names, directions, file)?;
    let types = column_types(&layout, directions);
    let mut notes = layout.notes(text);
    notes.extend(column_notes(&layout, &types));
    let mut filler = Filler::new(&layout, &types, file, directions.keep_original);
    let mut records = Records::new(text, layout.delimiter, layout.quotes);
    let mut record = Record::default();
    if layout.has_header {
        records.next(&mut record).map_err(|fault| fault.in_file(file))?;
    }
    while records.next(&mut record).map_err(|fault| fault.in_file(file))? {
        filler.add(&record)?;
    }
    filler.finish(types, notes, directions)
}

/// The columns that are named have to be there.
fn check_names(names: &[String], directions: &Directions<'_>, file: &str) -> Result<(), Error> {
    if directions.n_rows_needed < 2 {
        return Ok(()); // A model's columns are looked for when they are taken.
    }
    let mut wanted: Vec<&str> = directions.types.keys().copied().collect();
    wanted.sort_unstable();
    let wanted = directions.targets.iter().chain(&directions.weight).copied().chain(wanted);
    for name in wanted {
        if !names.iter().any(|known| known == name) {
            return Err(Error::NoSuchColumn { file: file.into(), name: name.into(), known: names.to_vec() });
        }
    }
    Ok(())
}

/// The type of each column: as it is said, else as it looks; a target is never mere text, a weight always a number.
fn column_types(layout: &Layout, directions: &Directions<'_>) -> Vec<ColumnType> {
    let found = |at: usize| {
        let name = layout.names[at].as_str();
        let detected = match directions.others {
            Others::Detect => layout.surveys[at].column_type(layout.decimal),
            Others::Number => ColumnType::Number,
            Others::Skip => ColumnType::Skip,
        };
        match directions.types.get(name) {
            _ if directions.weight == Some(name) => ColumnType::Number,
            Some(&said) => said,
            None => detected,
        }
    };
    let mut types: Vec<ColumnType> = (0..layout.names.len()).map(found).collect();
    let is_weight = |at: &usize| directions.weight == Some(layout.names[*at].as_str());
    let last = (0..types.len()).rev().find(|at| types[*at] != ColumnType::Skip && !is_weight(at));
    for (at, column_type) in types.iter_mut().enumerate() {
        let is_target = match directions.targets.is_empty() {
            true => last == Some(at) && directions.others == Others::Detect,
            false => directions.targets.contains(&layout.names[at].as_str()),
        };
        if is_target && *column_type == ColumnType::Text {
            *column_type = ColumnType::Category;
        }
    }
    types
}

/// What is worth knowing about the columns, in words.
fn column_notes(layout: &Layout, types: &[ColumnType]) -> Vec<String> {
    let columns = || layout.names.iter().zip(&layout.surveys).zip(types);
    let mut notes = Vec::new();
    let missing: Vec<String> = columns()
        .filter(|((_, survey), t)| survey.n_missing > 0 && **t != ColumnType::Skip && **t != ColumnType::Text)
        .map(|((name, survey), _)| format!("`{}` {}", shown(name), thousands(survey.n_missing)))
        .collect();
    if !missing.is_empty() {
        notes.push(format!("missing cells: {}", missing.join(", ")));
    }
    for ((name, survey), column_type) in columns() {
        let name = shown(name);
        let share = survey.number_share(layout.decimal);
        match column_type {
            ColumnType::Text => notes.push(format!("column `{name}` is text: it is carried along, not learned from")),
            ColumnType::Category if (0.5..0.95).contains(&share) => notes.push(format!(
                "column `{name}` is read as words, though {:.0} % of its cells are numbers (--column '{name}=number' for numbers)",
                100.0 * share
            )),
            ColumnType::Category | ColumnType::Number | ColumnType::Skip => {}
        }
    }
    notes
}

/// Fills the columns row by row.
struct Filler<'a> {
    file: &'a str,
    layout: &'a Layout,
    cells: Vec<Cells>,
    lines: Vec<u64>,
    original: Option<Vec<csv::StringRecord>>,
}

/// A column under construction.
enum Cells {
    Numbers(Vec<f64>),
    Categories { codes: Vec<u32>, levels: Vec<String>, place: HashMap<String, u32> },
    Texts(Vec<String>),
    Skipped,
}

impl<'a> Filler<'a> {
    fn new(layout: &'a Layout, types: &[ColumnType], file: &'a str, keep_original: bool) -> Self {
        let n = layout.n_rows;
        let empty = |column_type: &ColumnType| match column_type {
            ColumnType::Number => Cells::Numbers(Vec::with_capacity(n)),
            ColumnType::Category => {
                Cells::Categories { codes: Vec::with_capacity(n), levels: Vec::new(), place: HashMap::new() }
            }
            ColumnType::Text => Cells::Texts(Vec::with_capacity(n)),
            ColumnType::Skip => Cells::Skipped,
        };
        let original = keep_original.then(|| Vec::with_capacity(n));
        Self {
            file,
            layout,
            cells: types.iter().map(empty).collect(),
            lines: Vec::with_capacity(n),
            original,
        }
    }

    fn add(&mut self, record: &Record<'_>) -> Result<(), Error> {
        for (at, text) in record.cells.iter().enumerate() {
            let decimal = self.layout.decimal;
            self.cells[at].push(text, decimal).map_err(|refusal| {
                let place = Place {
                    file: self.file.into(),
                    line: Some(record.line),
                    column: Some(shown(&self.layout.names[at])),
                    ..Place::default()
                };
                refusal(Box::new(place), shown(text.trim()))
            })?;
        }
        self.lines.push(record.line);
        if let Some(original) = &mut self.original {
            original.push(record.cells.iter().collect());
        }
        Ok(())
    }

    fn finish(
        self,
        types: Vec<ColumnType>,
        notes: Vec<String>,
        directions: &Directions<'_>,
    ) -> Result<Frame, Error> {
        let header = &self.layout.names;
        let mut columns = Vec::new();
        for (name, cells) in header.iter().zip(self.cells) {
            let values = match cells {
                Cells::Skipped => continue,
                Cells::Numbers(numbers) => Values::Numbers(numbers),
                Cells::Texts(texts) => Values::Text(texts),
                Cells::Categories { codes, levels, .. } => Values::Categories { codes, levels },
            };
            columns.push(Column { name: name.clone(), values });
        }
        let original = self.original.map(|rows| Original {
            header: header.clone(),
            rows,
            delimiter: self.layout.delimiter,
            decimal_comma: self.layout.decimal == Decimal::Comma,
        });
        let types = header.iter().cloned().zip(types).collect();
        let frame =
            Frame { file: self.file.into(), columns, types, lines: Some(self.lines), notes, original };
        frame.check_levels(directions)?;
        Ok(frame)
    }
}

/// What is wrong with a cell, once it is known where it stands and what is in it.
type Refusal = fn(Box<Place>, String) -> Error;

impl Cells {
    /// Adds a cell, or says which refusal it meets.
    fn push(&mut self, text: &str, decimal: Decimal) -> Result<(), Refusal> {
        match self {
            Self::Numbers(numbers) => match Cell::read(text, decimal) {
                Cell::Missing => numbers.push(f64::NAN),
                Cell::Number(x) => numbers.push(x),
                Cell::NotFinite => return Err(|place, cell| Error::NotFinite { place, cell }),
                Cell::Word(_) => return Err(|place, cell| Error::NotANumber { place, cell }),
            },
            Self::Categories { codes, levels, place } => match Cell::read(text, decimal) {
                Cell::Missing => codes.push(MISSING),
                Cell::Number(_) | Cell::NotFinite | Cell::Word(_) => {
                    codes.push(code_of(text.trim(), levels, place));
                }
            },
            Self::Texts(texts) => texts.push(text.to_owned()),
            Self::Skipped => {}
        }
        Ok(())
    }
}

/// The code of `word`, which is a new one if the word is new.
fn code_of(word: &str, levels: &mut Vec<String>, place: &mut HashMap<String, u32>) -> u32 {
    if let Some(&code) = place.get(word) {
        return code;
    }
    let code = levels.len() as u32;
    levels.push(word.to_owned());
    place.insert(word.to_owned(), code);
    code
}
