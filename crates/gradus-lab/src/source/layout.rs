//! How a text file of rows and columns is laid out: found by looking at all of it, and said.
//!
//! Found are the delimiter, whether quotes enclose, whether there is a header, the decimal sign, and what each column
//! looks like. The first line is a header if no cell of it is a number and either some column below is one of numbers, or no
//! cell of it occurs again in its column.

use super::column_types::{Cell, Decimal, Survey};
use super::delimited::Directions;
use super::records::{Fault, Quotes, Record, Records};
use crate::Error;
use crate::error::{delimiter_name, thousands};

/// How many records are looked at to find the delimiter.
const SAMPLE: usize = 100;
/// How many ragged rows are listed.
const LISTED: usize = 5;

/// What was found out about a file.
#[derive(Debug)]
pub(crate) struct Layout {
    pub(crate) delimiter: u8,
    pub(crate) quotes: Quotes,
    pub(crate) decimal: Decimal,
    pub(crate) has_header: bool,
    /// The columns' names: the header's, or x1, x2, …
    pub(crate) names: Vec<String>,
    /// What the cells of each column look like.
    pub(crate) surveys: Vec<Survey>,
    /// Number of rows below the header.
    pub(crate) n_rows: usize,
}

impl Layout {
    /// Looks at the whole text.
    pub(crate) fn find(text: &str, file: &str, directions: &Directions<'_>) -> Result<Self, Error> {
        let delimiter = delimiter_of(text);
        let quotes = quotes_of(text, delimiter);
        let mut surveyed = survey(text, delimiter, quotes, file)?;
        let has_header = surveyed.has_header(&directions.expected);
        if !has_header {
            surveyed.surveys.iter_mut().zip(&surveyed.first).for_each(|(survey, cell)| survey.see(cell));
        }
        let names = match has_header {
            true => header(&surveyed.first, surveyed.first_line, file)?,
            false => (1..=surveyed.first.len()).map(|i| format!("x{i}")).collect(),
        };
        let decimal = decimal_of(&surveyed.surveys, delimiter);
        let n_rows = surveyed.n_rows + usize::from(!has_header);
        if n_rows < directions.n_rows_needed {
            return Err(Error::TooFewRows {
                file: file.into(),
                found: n_rows,
                needed: directions.n_rows_needed,
            });
        }
        Ok(Self { delimiter, quotes, decimal, has_header, names, surveys: surveyed.surveys, n_rows })
    }

    /// What was found, in words.
    pub(crate) fn notes(&self, text: &str) -> Vec<String> {
        let decimal = if self.decimal == Decimal::Comma { ", decimal `,`" } else { "" };
        let mut notes = vec![format!(
            "delimiter `{}`{decimal}, {} columns, {} rows",
            delimiter_name(self.delimiter),
            thousands(self.names.len() as u64),
            thousands(self.n_rows as u64)
        )];
        if !self.has_header {
            notes.push(format!("no header row: the columns are called x1 to x{}", self.names.len()));
        }
        if self.quotes == Quotes::Ordinary {
            notes.push("quotes do not enclose cells here: they are part of the text".into());
        }
        if text.contains('\r') && !text.contains('\n') {
            notes.push("lines end with CR".into());
        }
        notes
    }
}

/// The delimiter that gives the first records one number of fields, more than one; else the most frequent in the first line.
fn delimiter_of(text: &str) -> u8 {
    // A comma is the weakest sign: it is in prose and in decimal numbers too.
    let candidates = [b'\t', b';', b','];
    let first_line = text.trim_start_matches(['\n', '\r']).lines().next().unwrap_or_default();
    let frequency = |delimiter: u8| first_line.bytes().filter(|&b| b == delimiter).count();
    let fits = |delimiter: u8| {
        let quotes = if delimiter == b'\t' { Quotes::Ordinary } else { Quotes::Enclose };
        let (mut records, mut record) = (Records::new(text, delimiter, quotes), Record::default());
        let mut expected = None;
        for _ in 0..SAMPLE {
            match records.next(&mut record) {
                Ok(true) if *expected.get_or_insert(record.cells.len()) == record.cells.len() => {}
                Ok(false) => break,
                Ok(true) | Err(_) => return false,
            }
        }
        expected.is_some_and(|fields| fields > 1)
    };
    let fitting = candidates.into_iter().find(|&delimiter| fits(delimiter));
    let frequent = candidates.into_iter().max_by_key(|&delimiter| frequency(delimiter));
    fitting.or(frequent).unwrap_or(b',')
}

/// Tab-separated text mostly knows no quoting: where RFC 4180 finds a fault in it, quotes are ordinary characters.
fn quotes_of(text: &str, delimiter: u8) -> Quotes {
    let (mut records, mut record) = (Records::new(text, delimiter, Quotes::Enclose), Record::default());
    if delimiter != b'\t' {
        return Quotes::Enclose;
    }
    loop {
        match records.next(&mut record) {
            Ok(true) => {}
            Ok(false) => return Quotes::Enclose,
            Err(Fault::UnclosedQuote { .. } | Fault::AfterQuote { .. }) => return Quotes::Ordinary,
        }
    }
}

/// The first record and what stands below it.
struct Surveyed {
    first: Vec<String>,
    first_line: u64,
    surveys: Vec<Survey>,
    n_rows: usize,
}

fn survey(text: &str, delimiter: u8, quotes: Quotes, file: &str) -> Result<Surveyed, Error> {
    let (mut records, mut record) = (Records::new(text, delimiter, quotes), Record::default());
    records.next(&mut record).map_err(|fault| fault.in_file(file))?;
    let first: Vec<String> = record.cells.iter().map(|cell| cell.trim().to_owned()).collect();
    let mut surveyed =
        Surveyed { surveys: vec![Survey::default(); first.len()], first, first_line: record.line, n_rows: 0 };
    let (mut ragged, mut n_ragged) = (Vec::new(), 0);
    while records.next(&mut record).map_err(|fault| fault.in_file(file))? {
        surveyed.n_rows += 1;
        if record.cells.len() != surveyed.first.len() {
            n_ragged += 1;
            if ragged.len() < LISTED {
                ragged.push((record.line, record.cells.len()));
            }
        }
        for ((survey, cell), first) in surveyed.surveys.iter_mut().zip(&record.cells).zip(&surveyed.first) {
            survey.see(cell);
            survey.first_reappears |= !first.is_empty() && cell.trim() == first;
        }
    }
    if n_ragged == 0 {
        return Ok(surveyed);
    }
    let (first, expected) = (surveyed.first_line, surveyed.first.len());
    Err(Error::Ragged { file: file.into(), first, expected, n_rows: n_ragged, rows: ragged, delimiter })
}

impl Surveyed {
    fn has_header(&self, expected: &[&str]) -> bool {
        if self.first.iter().any(|cell| expected.contains(&cell.as_str())) {
            return true;
        }
        // An empty cell is not taken for a datum, so that a column without a name is told as one.
        let is_word = |cell: &String| {
            cell.is_empty()
                || matches!(Cell::read(cell, Decimal::Point), Cell::Word(word) if !is_comma_number(word))
        };
        let has_numbers = |survey: &Survey| {
            survey.n_point + survey.n_comma > 0 || survey.number_share(Decimal::Point) > 0.0
        };
        let is_number = |survey: &Survey| {
            has_numbers(survey)
                && survey.number_share(Decimal::Point).max(survey.number_share(Decimal::Comma)) >= 0.95
        };
        self.first.iter().all(is_word)
            && (self.n_rows > 0 && self.surveys.iter().any(is_number)
                || self.surveys.iter().all(|survey| !survey.first_reappears))
    }
}

fn is_comma_number(word: &str) -> bool {
    matches!(Cell::read(word, Decimal::Comma), Cell::Number(_))
}

/// The decimal sign is a comma where commas are free for it, numbers with a comma occur, and none with a point.
fn decimal_of(surveys: &[Survey], delimiter: u8) -> Decimal {
    let n_point: u64 = surveys.iter().map(|survey| survey.n_point).sum();
    let n_comma: u64 = surveys.iter().map(|survey| survey.n_comma).sum();
    if delimiter != b',' && n_comma > 0 && n_point == 0 { Decimal::Comma } else { Decimal::Point }
}

/// The names in the header, each there and each once.
fn header(cells: &[String], line: u64, file: &str) -> Result<Vec<String>, Error> {
    for (at, name) in cells.iter().enumerate() {
        if name.is_empty() {
            return Err(Error::NamelessColumn { file: file.into(), line, position: at + 1 });
        }
    }
    let mut places = std::collections::HashMap::new();
    for (at, name) in cells.iter().enumerate() {
        if let Some(first) = places.insert(name, at) {
            return Err(Error::DuplicateColumn {
                file: file.into(),
                line,
                name: name.clone(),
                first: first + 1,
                second: at + 1,
            });
        }
    }
    Ok(cells.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_layout_is_found() {
        fn check(text: &str, delimiter: char, decimal: Decimal, names: &[&str]) {
            let layout = Layout::find(text, "f", &Directions::default()).unwrap();
            assert_eq!(char::from(layout.delimiter), delimiter, "{text:?}");
            assert_eq!(layout.decimal, decimal, "{text:?}");
            assert_eq!(layout.names, names, "{text:?}");
        }
        use Decimal::{Comma, Point};
        check("a,b\n1,2\n3,4\n", ',', Point, &["a", "b"]);
        check("1,2\n3,4\n", ',', Point, &["x1", "x2"]);
        check("a;b\n1,5;2\n3,5;4\n", ';', Comma, &["a", "b"]);
        check("1,5;2,5\n3,5;4,5\n", ';', Comma, &["x1", "x2"]);
        check("a;b\n1.5;2\n1,234;4\n", ';', Point, &["a", "b"]);
        check("a\tb\n1\t2\n3\t4\n", '\t', Point, &["a", "b"]);
        check("kind\ttext\nham\tso, what\nspam\tfree; free\n", '\t', Point, &["kind", "text"]);
        check("red,round\nblue,round\n", ',', Point, &["x1", "x2"]);
        check("color,shape\nred,round\nblue,round\n", ',', Point, &["color", "shape"]);
        check("?,red\n1,blue\n", ',', Point, &["x1", "x2"]);
        check("y\n1\n2\n", ',', Point, &["y"]);
    }

    #[test]
    fn quotes_in_tab_separated_text_may_be_ordinary() {
        let layout = |text| Layout::find(text, "f", &Directions::default()).unwrap().quotes;
        assert_eq!(layout("a\tb\n\"x\ty\"\tz\n"), Quotes::Enclose);
        assert_eq!(layout("a\tb\n\"x\" y\tz\n"), Quotes::Ordinary);
    }
}
