//! Splitting delimited text into records, strictly after RFC 4180, with the line of each.
//!
//! The `csv` crate accepts an unclosed quote and text after a closing one without a word, which is how a file loses half
//! of its rows in silence; here both are refused where they begin. Lines are physical ones and end with LF, CRLF or CR;
//! empty lines are passed over. In tab-separated text, which mostly knows no quoting, quotes can be ordinary characters.

use crate::{Error, Place};
use std::borrow::Cow;

/// Whether a quote at the start of a field means something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quotes {
    /// As in RFC 4180.
    Enclose,
    /// An ordinary character.
    Ordinary,
}

/// One row of fields.
#[derive(Debug, Default)]
pub(crate) struct Record<'a> {
    /// The physical line where it begins, from 1.
    pub(crate) line: u64,
    pub(crate) cells: Vec<Cow<'a, str>>,
}

/// What RFC 4180 forbids, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    UnclosedQuote { line: u64 },
    AfterQuote { line: u64, character: u64 },
}

impl Fault {
    pub(crate) fn in_file(self, file: &str) -> Error {
        let place =
            |line, character| Place { file: file.into(), line: Some(line), character, ..Place::default() };
        match self {
            Self::UnclosedQuote { line } => Error::UnclosedQuote { place: Box::new(place(line, None)) },
            Self::AfterQuote { line, character } => {
                Error::AfterQuote { place: Box::new(place(line, Some(character))) }
            }
        }
    }
}

/// The records of a text, one after the other.
#[derive(Debug)]
pub(crate) struct Records<'a> {
    text: &'a str,
    at: usize,
    line: u64,
    line_start: usize,
    delimiter: u8,
    quotes: Quotes,
}

/// What stands after a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Delimiter,
    Record,
}

impl<'a> Records<'a> {
    pub(crate) fn new(text: &'a str, delimiter: u8, quotes: Quotes) -> Self {
        Self { text, at: 0, line: 1, line_start: 0, delimiter, quotes }
    }

    /// Reads the next record into `record`; `false` at the end of the text.
    pub(crate) fn next(&mut self, record: &mut Record<'a>) -> Result<bool, Fault> {
        while self.line_end() {}
        record.cells.clear();
        record.line = self.line;
        if self.at == self.text.len() {
            return Ok(false);
        }
        loop {
            let cell = self.cell()?;
            record.cells.push(cell);
            if self.end() == End::Record {
                return Ok(true);
            }
        }
    }

    /// One field, up to what ends it.
    fn cell(&mut self) -> Result<Cow<'a, str>, Fault> {
        if self.quotes == Quotes::Enclose && self.peek() == Some(b'"') {
            return self.quoted();
        }
        let rest = &self.text.as_bytes()[self.at..];
        let delimiter = self.delimiter;
        let length = rest.iter().position(|&b| b == delimiter || b == b'\n' || b == b'\r');
        let start = self.at;
        self.at += length.unwrap_or(rest.len());
        Ok(Cow::Borrowed(&self.text[start..self.at]))
    }

    /// A field in quotes, a doubled quote standing for one.
    fn quoted(&mut self) -> Result<Cow<'a, str>, Fault> {
        let opened = self.line;
        self.at += 1;
        let mut cell = Cow::Borrowed("");
        let mut start = self.at;
        loop {
            match self.peek() {
                None => return Err(Fault::UnclosedQuote { line: opened }),
                Some(b'"') => {
                    cell += &self.text[start..self.at];
                    self.at += 1;
                    if self.peek() != Some(b'"') {
                        break;
                    }
                    start = self.at;
                    self.at += 1;
                }
                Some(b'\n' | b'\r') => {
                    self.line_end();
                }
                Some(_) => self.at += 1,
            }
        }
        match self.peek() {
            Some(b) if b != self.delimiter && b != b'\n' && b != b'\r' => {
                let character = self.text[self.line_start..self.at].chars().count() as u64 + 1;
                Err(Fault::AfterQuote { line: self.line, character })
            }
            _ => Ok(cell),
        }
    }

    fn end(&mut self) -> End {
        if self.peek() == Some(self.delimiter) {
            self.at += 1;
            return End::Delimiter;
        }
        self.line_end();
        End::Record
    }

    /// Steps over LF, CRLF or CR, if one is there.
    fn line_end(&mut self) -> bool {
        match self.peek() {
            Some(b'\r') if self.text.as_bytes().get(self.at + 1) == Some(&b'\n') => self.at += 2,
            Some(b'\r' | b'\n') => self.at += 1,
            _ => return false,
        }
        self.line += 1;
        self.line_start = self.at;
        true
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str, delimiter: u8, quotes: Quotes) -> Result<Vec<(u64, Vec<String>)>, Fault> {
        let mut records = Records::new(text, delimiter, quotes);
        let (mut record, mut all) = (Record::default(), Vec::new());
        while records.next(&mut record)? {
            all.push((record.line, record.cells.iter().map(ToString::to_string).collect()));
        }
        Ok(all)
    }

    #[test]
    fn records_keep_their_physical_lines() {
        fn check(text: &str, expected: &[(u64, &[&str])]) {
            let found = read(text, b',', Quotes::Enclose).unwrap();
            let expected: Vec<(u64, Vec<String>)> = expected
                .iter()
                .map(|(line, cells)| (*line, cells.iter().map(ToString::to_string).collect()))
                .collect();
            assert_eq!(found, expected, "{text:?}");
        }
        check("", &[]);
        check("a,b\n1,2\n", &[(1, &["a", "b"]), (2, &["1", "2"])]);
        check("a,b\r\n1,2", &[(1, &["a", "b"]), (2, &["1", "2"])]);
        check("a\rb\r\rc", &[(1, &["a"]), (2, &["b"]), (4, &["c"])]);
        check("\n\na,\n", &[(3, &["a", ""])]);
        check(",", &[(1, &["", ""])]);
        check(
            "\"a\nb\",\"say \"\"no\"\"\"\nc,5\" pipe",
            &[(1, &["a\nb", "say \"no\""]), (3, &["c", "5\" pipe"])],
        );
    }

    #[test]
    fn faults_are_told_where_they_begin() {
        fn check(text: &str, expected: Fault) {
            assert_eq!(read(text, b',', Quotes::Enclose), Err(expected), "{text:?}");
        }
        check("a,b\n1,\"2\n3,4\n", Fault::UnclosedQuote { line: 2 });
        check("a,b\né,\"x\"y\n", Fault::AfterQuote { line: 2, character: 6 });
        assert!(read("a\t\"b\" c\n", b'\t', Quotes::Ordinary).is_ok());
    }

    proptest! {
        /// What the csv crate writes, we read.
        #[test]
        fn agrees_with_the_csv_crate(rows in prop::collection::vec(prop::collection::vec("[a,;\"\n é]{0,5}", 2..4), 1..6)) {
            let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
            rows.iter().for_each(|row| writer.write_record(row).unwrap());
            let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            let found = read(&text, b',', Quotes::Enclose).unwrap();
            prop_assert_eq!(found.into_iter().map(|(_, cells)| cells).collect::<Vec<_>>(), rows);
        }

        #[test]
        fn no_text_makes_it_panic(text in "[ab,\"\n\r\t é]*") {
            let _ = read(&text, b',', Quotes::Enclose);
            let _ = read(&text, b'\t', Quotes::Ordinary);
        }
    }
}
