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
    let header: Vec<String> = section.header.iter().map(Piece::plain).collect();
    let rows: Vec<Vec<String>> =
        section.rows.iter().map(|row| row.iter().map(Piece::plain).collect()).collect();
    let columns: Vec<Vec<String>> = (0..header.len())
        .map(|at| {
            let cells = aligned(rows.iter().map(|row| row[at].as_str()).collect());
            let all = std::iter::once(header[at].clone()).chain(cells);
            let all: Vec<String> = all.collect();
            let width = all.iter().map(|cell| cell.chars().count()).max().unwrap_or(0);
            all.into_iter().map(|cell| format!("{cell:<width$}")).collect()
        })
        .collect();
    let line = |row: usize| columns.iter().map(|column| column[row].as_str()).collect::<Vec<_>>().join("   ");
    (0..=rows.len()).map(|row| format!("  {}", line(row)).trim_end().to_owned() + "\n").collect()
}

/// Numbers with their decimal points below each other, where all cells are numbers or empty.
fn aligned(cells: Vec<&str>) -> Vec<String> {
    let whole = |cell: &str| cell.find(['.', 'e']).unwrap_or(cell.len());
    let are_numbers = cells.iter().all(|cell| cell.is_empty() || cell.parse::<f64>().is_ok());
    let before = if are_numbers { cells.iter().map(|cell| whole(cell)).max().unwrap_or(0) } else { 0 };
    cells.iter().map(|cell| format!("{}{cell}", " ".repeat(before.saturating_sub(whole(cell))))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimal_points_stand_below_each_other() {
        let column = aligned(vec!["1", "-0.25", "", "100.5", "1e-7"]);
        assert_eq!(column, ["  1", " -0.25", "   ", "100.5", "  1e-7"]);
        assert_eq!(aligned(vec!["w₄₆", "1"]), ["w₄₆", "1"]);
    }
}
