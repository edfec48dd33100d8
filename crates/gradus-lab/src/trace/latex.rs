//! A sheet as LaTeX: one `tabular` per table, for `\input` into a document; no package is needed.

use super::sheet::{Piece, Section, Sheet, braced};

pub(super) fn render(sheet: &Sheet) -> String {
    let mut text = format!("\\subsection*{{{}}}\n", words(&sheet.title));
    for line in &sheet.lines {
        text += &format!("{}\n\n", pieces(line));
    }
    for section in &sheet.sections {
        text += &format!("\\paragraph{{{}}}\n", words(&section.heading));
        for line in &section.lines {
            text += &format!("{}\n\n", pieces(line));
        }
        if !section.header.is_empty() {
            text += &table(section);
        }
    }
    text
}

fn table(section: &Section) -> String {
    let row = |cells: &[Piece]| -> String {
        let cells: Vec<String> = cells.iter().map(|cell| pieces(std::slice::from_ref(cell))).collect();
        format!("{} \\\\\n", cells.join(" & "))
    };
    let rows: String = section.rows.iter().map(|cells| row(cells)).collect();
    let columns = "l".repeat(section.header.len());
    format!(
        "\\begin{{center}}\\small\n\\begin{{tabular}}{{{columns}}}\n{}\\hline\n{rows}\\end{{tabular}}\n\\end{{center}}\n\n",
        row(&section.header)
    )
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
        assert_eq!(words("50% of a_b & {c}"), "50\\% of a\\_b \\& \\{c\\}");
    }
}
