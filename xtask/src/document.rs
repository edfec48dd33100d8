//! Documents of which a chore writes some sections, each between two comments that a reader does not see:
//!
//! ```text
//! <!-- begin NAME -->
//! …
//! <!-- end NAME -->
//! ```
//!
//! All else in them is written by hand and stays.

use crate::stage::root;
use anyhow::{Context, Result};
use std::fs;

/// A document with sections that are written, by its path from the root.
pub(crate) struct Document(pub(crate) &'static str);

impl Document {
    /// Replaces a section.
    ///
    /// # Errors
    /// If the document cannot be read or written, or has no such section.
    pub(crate) fn write_section(&self, name: &str, text: &str) -> Result<()> {
        self.write_sections(&[(name, text.to_owned())])?;
        println!("\n{text}   written to {}, section `{name}`", self.0);
        Ok(())
    }

    /// Replaces several sections at once: all or none.
    ///
    /// # Errors
    /// If the document cannot be read or written, or lacks one of them.
    pub(crate) fn write_sections(&self, sections: &[(&str, String)]) -> Result<()> {
        let path = root().join(self.0);
        let mut document = fs::read_to_string(&path).with_context(|| format!("cannot read {}", self.0))?;
        for (name, text) in sections {
            document = with_section(&document, name, text).with_context(|| {
                format!("{} has no section `{name}`; help: put its two marks back", self.0)
            })?;
        }
        fs::write(&path, document).with_context(|| format!("cannot write {}", self.0))
    }
}

/// A row of cells.
pub(crate) fn cells(words: &[&str]) -> Vec<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}

/// A table in Markdown; the first row is its header.
pub(crate) fn table(rows: &[Vec<String>]) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let Some((header, rows)) = rows.split_first() else { return String::new() };
    let rule = "|---".repeat(header.len()) + "|\n";
    rows.iter().fold(line(header) + &rule, |text, row| text + &line(row))
}

fn with_section(document: &str, name: &str, text: &str) -> Option<String> {
    let (begin, end) = (format!("<!-- begin {name} -->\n"), format!("<!-- end {name} -->"));
    let (before, rest) = document.split_once(&begin)?;
    let (_, after) = rest.split_once(&end)?;
    Some(format!("{before}{begin}{text}{end}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_is_replaced_and_nothing_else() {
        let document =
            "a\n<!-- begin one -->\nold\n<!-- end one -->\nb\n<!-- begin two -->\n<!-- end two -->\nc\n";
        let check = |name, expected: Option<&str>| {
            assert_eq!(with_section(document, name, "new\n").as_deref(), expected, "{name}");
        };
        check(
            "one",
            Some(
                "a\n<!-- begin one -->\nnew\n<!-- end one -->\nb\n<!-- begin two -->\n<!-- end two -->\nc\n",
            ),
        );
        check(
            "two",
            Some(
                "a\n<!-- begin one -->\nold\n<!-- end one -->\nb\n<!-- begin two -->\nnew\n<!-- end two -->\nc\n",
            ),
        );
        check("three", None);
    }

    #[test]
    fn a_table_has_a_rule_below_its_header() {
        let rows = [vec!["a".to_owned(), "b".to_owned()], vec!["1".to_owned(), "2".to_owned()]];
        assert_eq!(table(&rows), "| a | b |\n|---|---|\n| 1 | 2 |\n");
    }
}
