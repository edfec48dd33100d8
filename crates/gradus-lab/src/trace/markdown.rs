//! A sheet as Markdown: pipe tables, with the marks that Markdown would read escaped.

use super::sheet::{Piece, Section, Sheet};

pub(super) fn render(sheet: &Sheet) -> String {
    let mut text = format!("## {}\n", escaped(&sheet.title));
    for line in &sheet.lines {
        text += &format!("\n{}\n", escaped_line(line));
    }
    for section in &sheet.sections {
        text += &format!("\n### {}\n", escaped(&section.heading));
        for line in &section.lines {
            text += &format!("\n{}\n", escaped_line(line));
        }
        if !section.header.is_empty() {
            text += &table(section);
        }
    }
    text
}

fn table(section: &Section) -> String {
    let row = |cells: &[Piece]| -> String {
        let cells: Vec<String> = cells.iter().map(|cell| escaped(&cell.plain())).collect();
        format!("| {} |\n", cells.join(" | "))
    };
    let rule = "|---".repeat(section.header.len());
    let rows: String = section.rows.iter().map(|cells| row(cells)).collect();
    format!("\n{}{rule}|\n{rows}", row(&section.header))
}

fn escaped_line(line: &[Piece]) -> String {
    line.iter().map(|piece| escaped(&piece.plain())).collect()
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '|' | '*' | '_' | '`' | '\\' | '<' | '>' | '[' | ']' | '$' | '#') {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::super::sheet::Way;
    use super::*;

    #[test]
    fn names_from_outside_stay_in_their_cell() {
        let section = Section {
            heading: "H".into(),
            way: Way::Forward,
            lines: Vec::new(),
            header: vec![Piece::words("name"), Piece::formula("a_{4}")],
            rows: vec![vec![Piece::words("a|b_c\n<i>"), Piece::number(-0.5)]],
        };
        assert_eq!(table(&section), "\n| name | a₄ |\n|---|---|\n| a\\|b\\_c \\<i\\> | -0.5 |\n");
    }
}
