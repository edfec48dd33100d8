//! What a column holds: found by looking at every cell, unless it is said.
//!
//! At least 95 % of the cells that are there parsing as numbers make a column of numbers; the others are then errors, so
//! that one slip of the pen at row 50,001 does not turn a measurement into 50,001 categories.

use crate::Error;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::fmt::{Display, Formatter};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::str::FromStr;

/// The share of numbers among the cells that makes a column one of numbers.
const NUMBER_SHARE: f64 = 0.95;

/// How a column is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum ColumnType {
    /// Finite numbers.
    Number,
    /// Words out of a small set.
    Category,
    /// Text that is carried along but never learned from.
    Text,
    /// Not read at all.
    Skip,
}

impl ColumnType {
    const ALL: [Self; 4] = [Self::Number, Self::Category, Self::Text, Self::Skip];

    /// The word for it, as in `--column NAME=TYPE`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Category => "category",
            Self::Text => "text",
            Self::Skip => "skip",
        }
    }

    pub(crate) fn names() -> Vec<String> {
        Self::ALL.iter().map(ToString::to_string).collect()
    }
}

impl Display for ColumnType {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for ColumnType {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let found = Self::ALL.into_iter().find(|column_type| column_type.name() == text);
        found.ok_or_else(|| Error::NoSuchType { text: text.to_owned() })
    }
}

impl TryFrom<String> for ColumnType {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        text.parse()
    }
}

impl From<ColumnType> for String {
    fn from(column_type: ColumnType) -> Self {
        column_type.name().to_owned()
    }
}

/// Whether a number's decimal sign is a point or a comma.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decimal {
    Point,
    Comma,
}

/// What one cell says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Cell<'a> {
    /// Nothing, `NA`, `N/A`, `null` or `?`.
    Missing,
    /// A finite number.
    Number(f64),
    /// `nan`, `inf`, or too large for a number, as `1e400`.
    NotFinite,
    /// Anything else.
    Word(&'a str),
}

impl<'a> Cell<'a> {
    /// Reads a cell; blanks around it do not count.
    pub(crate) fn read(text: &'a str, decimal: Decimal) -> Self {
        let text = text.trim();
        if is_missing(text) {
            return Self::Missing;
        }
        match number(text, decimal) {
            Some(x) if x.is_finite() => Self::Number(x),
            Some(_) => Self::NotFinite,
            None => Self::Word(text),
        }
    }
}

fn is_missing(text: &str) -> bool {
    matches!(text, "" | "NA" | "N/A" | "n/a" | "null" | "NULL" | "?")
}

/// The number that `text` writes, infinite or NaN ones included.
fn number(text: &str, decimal: Decimal) -> Option<f64> {
    match decimal {
        Decimal::Point => text.parse().ok(),
        Decimal::Comma if text.contains('.') => None,
        Decimal::Comma => text.replacen(',', ".", 1).parse().ok(),
    }
}

/// What the cells of a column look like.
#[derive(Clone, Debug, Default)]
pub(crate) struct Survey {
    pub(crate) n_missing: u64,
    n_whole: u64,
    /// Numbers with a decimal point, and with a decimal comma.
    pub(crate) n_point: u64,
    pub(crate) n_comma: u64,
    n_words: u64,
    word_characters: u64,
    words: HashSet<u64>,
    /// Whether the cell of the first line occurs again.
    pub(crate) first_reappears: bool,
}

impl Survey {
    /// Takes note of one more cell.
    pub(crate) fn see(&mut self, text: &str) {
        match Cell::read(text, Decimal::Point) {
            Cell::Missing => self.n_missing += 1,
            Cell::Number(_) if text.contains('.') => self.n_point += 1,
            Cell::Number(_) | Cell::NotFinite => self.n_whole += 1,
            Cell::Word(word) if matches!(Cell::read(word, Decimal::Comma), Cell::Number(_)) => {
                self.n_comma += 1;
                self.see_word(word);
            }
            Cell::Word(word) => {
                self.n_words += 1;
                self.see_word(word);
            }
        }
    }

    fn see_word(&mut self, word: &str) {
        let mut hasher = DefaultHasher::new();
        word.hash(&mut hasher);
        self.words.insert(hasher.finish());
        self.word_characters += word.len() as u64;
    }

    /// The number of cells that are there.
    fn n_present(&self) -> u64 {
        self.n_whole + self.n_point + self.n_comma + self.n_words
    }

    /// The share of cells that are numbers; 1 where all are missing.
    pub(crate) fn number_share(&self, decimal: Decimal) -> f64 {
        let n_fractions = match decimal {
            Decimal::Point => self.n_point,
            Decimal::Comma => self.n_comma,
        };
        let n_present = self.n_present();
        if n_present == 0 { 1.0 } else { (self.n_whole + n_fractions) as f64 / n_present as f64 }
    }

    /// The type that the cells suggest.
    pub(crate) fn column_type(&self, decimal: Decimal) -> ColumnType {
        if self.number_share(decimal) >= NUMBER_SHARE {
            ColumnType::Number
        } else if self.is_prose() {
            ColumnType::Text
        } else {
            ColumnType::Category
        }
    }

    /// More than 100 different texts, more than half of all different, longer than 20 characters on average.
    fn is_prose(&self) -> bool {
        let n_different = self.words.len() as u64;
        let n_words = self.n_words + self.n_comma;
        n_different > 100 && 2 * n_different > self.n_present() && self.word_characters > 20 * n_words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_a_number_a_word_or_missing() {
        fn check(text: &str, decimal: Decimal, expected: Cell<'_>) {
            assert_eq!(Cell::read(text, decimal), expected, "{text:?}");
        }
        for text in ["", "  ", "NA", "N/A", "null", "?", " ? "] {
            check(text, Decimal::Point, Cell::Missing);
        }
        for (text, x) in [("1", 1.0), (" -2.5 ", -2.5), ("+3", 3.0), ("1e3", 1000.0), (".5", 0.5)] {
            check(text, Decimal::Point, Cell::Number(x));
        }
        for text in ["nan", "NaN", "inf", "-Infinity", "1e400"] {
            check(text, Decimal::Point, Cell::NotFinite);
        }
        for text in ["0x10", "1_000", "1,234", "1.2.3", "five", "1 2"] {
            check(text, Decimal::Point, Cell::Word(text));
        }
        check("1,5", Decimal::Comma, Cell::Number(1.5));
        check("1.5", Decimal::Comma, Cell::Word("1.5"));
        check("1,234,567", Decimal::Comma, Cell::Word("1,234,567"));
    }

    #[test]
    fn a_column_of_95_percent_numbers_is_one_of_numbers() {
        fn check(n_numbers: usize, n_words: usize, expected: ColumnType) {
            let mut survey = Survey::default();
            (0..n_numbers).for_each(|i| survey.see(&i.to_string()));
            (0..n_words).for_each(|_| survey.see("word"));
            assert_eq!(survey.column_type(Decimal::Point), expected, "{n_numbers} {n_words}");
        }
        check(95, 5, ColumnType::Number);
        check(94, 6, ColumnType::Category);
        check(0, 0, ColumnType::Number);
    }

    #[test]
    fn long_and_different_texts_are_prose() {
        fn check(n: usize, text: impl Fn(usize) -> String, expected: ColumnType) {
            let mut survey = Survey::default();
            (0..n).for_each(|i| survey.see(&text(i)));
            assert_eq!(survey.column_type(Decimal::Point), expected);
        }
        check(101, |i| format!("a sentence of some length, number {i}"), ColumnType::Text);
        check(100, |i| format!("a sentence of some length, number {i}"), ColumnType::Category);
        check(200, |i| format!("short {i}"), ColumnType::Category);
    }

    #[test]
    fn type_names_go_there_and_back() {
        for name in ColumnType::names() {
            assert_eq!(name.parse::<ColumnType>().unwrap().to_string(), name);
        }
        let refusal = "numbr".parse::<ColumnType>().unwrap_err().to_string();
        assert_eq!(
            refusal,
            "`numbr` is no type of column; help: did you mean `number`? types are number, category, text, skip"
        );
    }
}
