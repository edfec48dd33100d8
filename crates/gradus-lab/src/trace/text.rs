//! A sheet as text: columns aligned by characters, the first and any last column of words to the left.

use super::sheet::{Piece, Section, Sheet};

pub(super) fn render(sheet: &Sheet) -> String {
    let mut text = format!("{}\n", sheet.title);
    for line in &sheet.lines {
        text += &format!("{}\n", plain_line(line));
    }
    for section in &sheet.sections {
        text += &format!("\n{}\n", section.heading);
        for line in &section.lines {
            text += &format!("  {}\n", plain_line(line));
        }
        text += &table(section);
    }
    text
}

pub(super) fn plain_line(line: &[Piece]) -> String {
    line.iter().map(Piece::plain).collect()
}

fn table(section: &Section) -> String {
    let all: Vec<Vec<String>> = std::iter::once(&section.header)
        .chain(&section.rows)
        .map(|row| row.iter().map(Piece::plain).collect())
        .collect();
    let widths: Vec<usize> = (0..section.header.len())
        .map(|at| all.iter().map(|row| row[at].chars().count()).max().unwrap_or(0))
        .collect();
    let mut text = String::new();
    for row in &all {
        let cells: Vec<String> =
            row.iter().zip(&widths).map(|(cell, &width)| format!("{cell:<width$}")).collect();
        text += &format!("  {}\n", cells.join("   ")).replace('\u{a0}', " ");
        let end = text.trim_end().len();
        text.truncate(end);
        text.push('\n');
    }
    text
}
