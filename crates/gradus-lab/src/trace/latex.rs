//! A sheet as LaTeX: one `tabular` per table, for `\input` into a document; no package is needed.
//!
//! TeX breaks no line within a cell, so that a table wider than the page would run off it: such a table gives its widest
//! column, that of the formulas, lines of their own below each row, where they may break behind an operator. Nor does it
//! break a table at the end of a page: a long one becomes several.

use super::sheet::{Piece, Section, Sheet, braced};

/// So many characters, with the gaps between columns, fit on a line of the standard page.
const MOST_CHARACTERS: usize = 66;
/// The gap between two columns, in characters.
const GAP: usize = 2;
/// A `tabular` does not break at the end of a page: one of more rows than this becomes several.
const MOST_ROWS: usize = 40;
/// The same where a row takes two or three lines.
const MOST_ROWS_WITH_LINES: usize = 16;

pub(super) fn render(sheet: &Sheet) -> String {
    let mut text = format!("\\subsection*{{{}}}\n", words(&sheet.title));
    for line in &sheet.lines {
        text += &format!("\\noindent {}\n\n", pieces(line));
    }
    for section in &sheet.sections {
        text += &format!("\\subsubsection*{{{}}}\n", words(&section.heading));
        for line in &section.lines {
            text += &format!("\\noindent {}\n\n", pieces(line));
        }
        if !section.header.is_empty() {
            text += &table(section);
        }
    }
    text
}

fn table(section: &Section) -> String {
    let aside = too_wide(section);
    let columns = section.header.len() - usize::from(aside.is_some());
    let row = |cells: &[Piece]| {
        let kept = cells.iter().enumerate().filter(|(at, _)| Some(*at) != aside);
        let kept: Vec<String> = kept.map(|(_, cell)| pieces(std::slice::from_ref(cell))).collect();
        let below = aside.map(|at| {
            format!(
                "\\multicolumn{{{columns}}}{{p{{0.9\\linewidth}}}}{{\\raggedright\\leftskip1.5em\\relax {}}} \\\\[0.6ex]\n",
                pieces(&cells[at..=at])
            )
        });
        format!("{} \\\\\n{}", kept.join(" & "), below.unwrap_or_default())
    };
    let (size, most) = match aside {
        Some(_) => ("\\footnotesize", MOST_ROWS_WITH_LINES),
        None => ("\\small", MOST_ROWS),
    };
    let header = row(&section.header);
    let tabular = |rows: &[Vec<Piece>]| {
        let rows: String = rows.iter().map(|cells| row(cells)).collect();
        let columns = "l".repeat(columns);
        format!(
            "\\begin{{center}}{size}\n\\begin{{tabular}}{{{columns}}}\n{header}\\hline\\rule{{0pt}}{{2.6ex}}%\n{rows}\\end{{tabular}}\n\\end{{center}}\n\n"
        )
    };
    section.rows.chunks(most).map(tabular).collect()
}

/// The widest column of a table that is wider than the page.
fn too_wide(section: &Section) -> Option<usize> {
    let width = |at: usize| {
        let cells = std::iter::once(&section.header).chain(&section.rows).map(|cells| &cells[at]);
        cells.map(|cell| cell.plain().chars().count()).max().unwrap_or(0)
    };
    let columns = 0..section.header.len();
    let total: usize = columns.clone().map(|at| width(at) + GAP).sum();
    columns.max_by_key(|&at| width(at)).filter(|_| total > MOST_CHARACTERS)
}

fn pieces(line: &[Piece]) -> String {
    let of = |piece: &Piece| match piece {
        Piece::Words(text) => words(text),
        Piece::Formula(text) if text.is_empty() => String::new(),
        Piece::Formula(text) => format!("${}$", formula(text)),
    };
    line.iter().map(of).collect()
}

/// Words with everything escaped that LaTeX would obey.
fn words(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' => escaped += "\\textbackslash{}",
            '~' => escaped += "\\textasciitilde{}",
            '^' => escaped += "\\textasciicircum{}",
            '&' | '%' | '$' | '#' | '_' | '{' | '}' => escaped.extend(['\\', character]),
            // In the font that LaTeX begins with these three are others.
            '<' => escaped += "\\textless{}",
            '>' => escaped += "\\textgreater{}",
            '|' => escaped += "\\textbar{}",
            'Δ' | 'θ' | 'α' => escaped += &format!("${}$", symbol(character).trim_end()),
            control if control.is_control() => escaped.push(' '),
            other => escaped.push(other),
        }
    }
    escaped
}

fn formula(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let word = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_alphabetic()).len();
        let power = exponent(rest).filter(|_| out.ends_with(|c: char| c.is_ascii_digit()));
        let (written, used) = if let Some((power, used)) = power {
            (format!("\\cdot 10^{{{power}}}"), used)
        } else if let Some((inside, after)) =
            braced(&rest[first.len_utf8()..]).filter(|_| "_^".contains(first))
        {
            // A subscript is numbers and letters for numbers; a superscript is a formula again.
            let inside = if first == '_' { inside.to_owned() } else { formula(inside) };
            (format!("{first}{{{inside}}}"), rest.len() - after.len())
        } else if word > 1 {
            let style = if &rest[..word] == "in" { "mathit" } else { "mathrm" };
            (format!("\\{style}{{{}}}", &rest[..word]), word)
        } else {
            (symbol(first), first.len_utf8())
        };
        out += &written;
        rest = &rest[used..];
    }
    out
}

/// The power of ten in `e-7`, and its length.
fn exponent(text: &str) -> Option<(&str, usize)> {
    let power = text.strip_prefix('e')?;
    let sign = usize::from(power.starts_with('-'));
    let digits = power[sign..].len() - power[sign..].trim_start_matches(|c: char| c.is_ascii_digit()).len();
    (digits > 0).then(|| (&power[..sign + digits], 1 + sign + digits))
}

fn symbol(character: char) -> String {
    match character {
        'Δ' => "\\Delta ",
        'Σ' => "\\sum ",
        'θ' => "\\theta ",
        'α' => "\\alpha ",
        'δ' => "\\delta ",
        '·' => "\\cdot ",
        '…' => "\\dots ",
        '½' => "\\frac{1}{2}",
        '²' => "^{2}",
        '′' => "'",
        '≥' => "\\ge ",
        '←' => "\\leftarrow ",
        '%' => "\\%",
        other => return other.to_string(),
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::sheet::Way;
    use super::*;

    #[test]
    fn formulas_are_latex() {
        for (plain, latex) in [
            ("w_{46}", "w_{46}"),
            ("Σ_{k}w_{jk}", "\\sum _{k}w_{jk}"),
            ("1/(1 + e^{-in_{j}})", "1/(1 + e^{-\\mathit{in}_{j}})"),
            ("0.9·1.5e-7·(-2)", "0.9\\cdot 1.5\\cdot 10^{-7}\\cdot (-2)"),
            ("½·Σ_{j}(y_{j} - a_{j})²", "\\frac{1}{2}\\cdot \\sum _{j}(y_{j} - a_{j})^{2}"),
            ("tanh(in_{j})", "\\mathrm{tanh}(\\mathit{in}_{j})"),
        ] {
            assert_eq!(formula(plain), latex);
        }
        assert_eq!(words("a<b|"), "a\\textless{}b\\textbar{}");
        assert_eq!(words("50% of a_b & {c}"), "50\\% of a\\_b \\& \\{c\\}");
    }

    /// Compiled by hand: 66 characters are as many as the text block of the article class holds.
    #[test]
    fn a_table_that_is_too_wide_puts_its_formulas_below() {
        let section = |formula: &str| Section {
            heading: "H".into(),
            way: Way::Forward,
            lines: Vec::new(),
            header: vec![Piece::words("weight"), Piece::words("change"), Piece::words("new")],
            rows: vec![vec![Piece::formula("w_{46}"), Piece::formula(formula), Piece::number(-0.25)]],
        };
        let narrow = table(&section("0.9·0.5"));
        assert!(narrow.contains("{lll}") && narrow.contains("$w_{46}$ & $0.9\\cdot 0.5$ & $-0.25$ \\\\"));
        let wide = table(&section(&"0.25·".repeat(20)));
        assert!(wide.contains("{ll}\nweight & new \\\\\n\\multicolumn{2}"), "{wide}");
        let long = Section { rows: vec![vec![Piece::words("x"); 3]; 81], ..section("0") };
        assert_eq!(table(&long).matches("\\begin{tabular}{lll}\nweight").count(), 3);
        assert!(wide.contains("\n$w_{46}$ & $-0.25$ \\\\\n\\multicolumn{2}{p{0.9\\linewidth}}"), "{wide}");
    }
}
