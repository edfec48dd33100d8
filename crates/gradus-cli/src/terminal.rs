//! What is shown where: results on standard output, everything that only accompanies them on standard error.
//!
//! Standard output carries what a program might read, a table or one JSON object, and is written in one piece. Standard
//! error carries what is said on the way, and is silent with `--quiet`. Colours and moving lines are for terminals only.

use crate::failure::Failure;
use comfy_table::presets::NOTHING;
use comfy_table::{Attribute, Cell, CellAlignment, ContentArrangement, Table};
use std::io::{self, IsTerminal, Write};

/// A table is fitted to a terminal that has so many columns.
const NARROWEST: u16 = 60;

/// How this run talks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terminal {
    /// Results as one JSON object.
    pub(crate) json: bool,
    /// Nothing on standard error but errors.
    pub(crate) quiet: bool,
}

impl Terminal {
    /// Says something on the way, unless it is to be quiet.
    pub(crate) fn note(&self, label: &str, text: &str) {
        if !self.quiet {
            // Who closes standard error does not want to hear it.
            let label = faint(&format!("{label:<9}"), io::stderr().is_terminal());
            let _ = writeln!(io::stderr().lock(), "{label} {}", clean(text));
        }
    }

    /// Prints a result: as JSON, or as text for people.
    pub(crate) fn result(&self, json: &serde_json::Value, text: &str) -> Result<(), Failure> {
        if self.json { print(&format!("{json}\n")) } else { print(text) }
    }
}

/// Writes to standard output, all at once.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    print_bytes(text.as_bytes())
}

/// Writes to standard output, all at once.
pub(crate) fn print_bytes(bytes: &[u8]) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    out.write_all(bytes).and_then(|()| out.flush()).map_err(Failure::Output)
}

/// Prints a help text, in colour where it is for eyes.
pub(crate) fn print_help(text: &clap::builder::StyledStr) -> Result<(), Failure> {
    let in_colour = io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    print(&if in_colour { text.ansi().to_string() } else { text.to_string() })
}

/// Writes one line to standard error.
pub(crate) fn say(line: &str) -> io::Result<()> {
    writeln!(io::stderr().lock(), "{}", clean(line))
}

/// Text from outside on one line: what could steer a terminal is shown, not obeyed.
pub(crate) fn clean(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() { clean.extend(character.escape_default()) } else { clean.push(character) }
    }
    clean
}

/// A table without lines, as text: a pale header, and numbers to the right from column `first_right` on.
pub(crate) fn table(header: &[&str], rows: Vec<Vec<String>>, first_right: usize) -> String {
    let mut table = Table::new();
    table.load_style(NOTHING);
    if std::env::var_os("NO_COLOR").is_some() {
        table.force_no_tty();
    }
    // In a terminal that is narrower, or does not know its width, broken lines are no better than long ones.
    if table.width().is_some_and(|width| width >= NARROWEST) {
        table.set_content_arrangement(ContentArrangement::Dynamic);
    }
    if !header.is_empty() {
        table.set_header(header.iter().map(|name| Cell::new(clean(name)).add_attribute(Attribute::Dim)));
    }
    table.add_rows(rows.into_iter().map(|row| row.iter().map(|cell| clean(cell)).collect::<Vec<_>>()));
    for (at, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, 2));
        if at >= first_right {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.trim_fmt() + "\n"
}

/// Pale where it is for eyes.
pub(crate) fn faint(text: &str, is_terminal: bool) -> String {
    if is_terminal && std::env::var_os("NO_COLOR").is_none() {
        format!("\u{1b}[2m{text}\u{1b}[0m")
    } else {
        text.to_owned()
    }
}

/// A number with four significant digits, and few characters: `0.9833`, `56.04`, `1.2e-7`.
pub(crate) fn short(number: f64) -> String {
    let size = number.abs();
    match size {
        _ if !number.is_finite() => number.to_string(),
        0.0 => "0".to_owned(),
        1e-3..=1.0 => format!("{number:.4}"),
        1.0..10_000.0 => {
            let digits = 3 - (size.log10().floor() as i32).clamp(0, 3);
            format!("{number:.*}", digits as usize)
        }
        1e4..1e9 => format!("{number:.0}"),
        _ => format!("{number:.3e}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        for (number, text) in [
            (0.0, "0"),
            (1.0, "1.0000"),
            (0.98333, "0.9833"),
            (-56.0412, "-56.04"),
            (999.96, "1000.0"),
            (12345.6, "12346"),
            (1.2e-7, "1.200e-7"),
            (f64::NAN, "NaN"),
        ] {
            assert_eq!(short(number), text);
        }
    }

    #[test]
    fn control_characters_are_shown() {
        assert_eq!(clean("a\nb\u{1b}[2J"), "a\\nb\\u{1b}[2J");
    }
}
