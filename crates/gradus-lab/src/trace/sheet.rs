//! A sheet of tables with formulas, before it is text, Markdown or LaTeX.
//!
//! A formula is written once, in plain letters with two marks: `w_{46}` for a subscript and `e^{x}` for a superscript.

use super::{latex, markdown, text};
use crate::Error;
use gradus::Real;
use serde_json::{Value, json};
use std::fmt;
use std::str::FromStr;

/// Words, or a formula.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Piece {
    Words(String),
    Formula(String),
}

/// Headed tables in the order to read them.
#[derive(Clone, Debug, PartialEq)]
pub struct Sheet {
    pub(super) title: String,
    pub(super) lines: Vec<Vec<Piece>>,
    pub(super) sections: Vec<Section>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Section {
    pub(super) heading: String,
    pub(super) way: Way,
    pub(super) lines: Vec<Vec<Piece>>,
    pub(super) header: Vec<Piece>,
    /// As many cells each as the header.
    pub(super) rows: Vec<Vec<Piece>>,
}

/// Which way the numbers of a section are computed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Way {
    /// From the inputs to the loss.
    #[default]
    Forward,
    /// From the loss back to the first layer, and the changes that come of it.
    Backward,
}

/// The form of a printed sheet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// Aligned columns for a terminal.
    #[default]
    Text,
    /// Tables as GitHub and most others render them.
    Markdown,
    /// `tabular`s for `\input`; no package is needed.
    Latex,
}

impl Sheet {
    /// The sheet in this form.
    pub fn render(&self, format: Format) -> String {
        match format {
            Format::Text => text::render(self),
            Format::Markdown => markdown::render(self),
            Format::Latex => latex::render(self),
        }
    }
}

impl Sheet {
    /// The sections that have rows, in plain letters.
    pub(crate) fn sections_as_json(&self) -> impl Iterator<Item = Value> {
        let plain = |pieces: &Vec<Piece>| pieces.iter().map(Piece::plain).collect::<String>();
        let cells =
            |pieces: &Vec<Piece>| pieces.iter().map(|piece| Value::String(piece.plain())).collect::<Value>();
        self.sections.iter().filter(|section| !section.rows.is_empty()).map(move |section| {
            json!({
                "title": section.heading,
                "is_backward": section.way == Way::Backward,
                "lines": section.lines.iter().map(plain).collect::<Vec<_>>(),
                "columns": cells(&section.header),
                "rows": section.rows.iter().map(cells).collect::<Value>(),
            })
        })
    }
}

/// Words with formulas between dollar signs; for our own texts only, since words from outside may hold dollar signs.
pub(super) fn line(text: &str) -> Vec<Piece> {
    let piece = |(at, part): (usize, &str)| match at % 2 {
        0 => Piece::Words(part.to_owned()),
        _ => Piece::Formula(part.to_owned()),
    };
    text.split('$').enumerate().map(piece).filter(|piece| !piece.is_empty()).collect()
}

impl Piece {
    pub(super) fn formula(text: impl Into<String>) -> Self {
        Self::Formula(text.into())
    }

    pub(super) fn words(text: impl Into<String>) -> Self {
        Self::Words(text.into())
    }

    pub(super) fn number<R: Real>(x: R) -> Self {
        Self::Formula(number(x))
    }

    fn is_empty(&self) -> bool {
        let (Self::Words(text) | Self::Formula(text)) = self;
        text.is_empty()
    }

    /// As one line of plain text, with the subscripts that Unicode has.
    pub(super) fn plain(&self) -> String {
        match self {
            Self::Words(words) => words.chars().map(|c| if c.is_control() { ' ' } else { c }).collect(),
            Self::Formula(formula) => plain_formula(formula),
        }
    }
}

/// The shortest text that reads back as the same number; `e` only far from 1.
pub(super) fn number<R: Real>(x: R) -> String {
    if x == R::ZERO {
        return "0".to_owned();
    }
    let text = format!("{x:?}");
    text.strip_suffix(".0").unwrap_or(&text).to_owned()
}

fn plain_formula(formula: &str) -> String {
    let mut plain = String::new();
    let mut rest = formula;
    while let Some(at) = rest.find(['_', '^']) {
        let (before, mark) = rest.split_at(at);
        plain += before;
        let Some((inside, after)) = braced(&mark[1..]) else {
            plain += &mark[..1];
            rest = &mark[1..];
            continue;
        };
        match &mark[..1] {
            "_" => plain.extend(inside.chars().map(subscript)),
            _ => plain += &format!("^({})", plain_formula(inside)),
        }
        rest = after;
    }
    plain + rest
}

/// What stands in braces at the start, and what follows them.
pub(super) fn braced(text: &str) -> Option<(&str, &str)> {
    let inside = text.strip_prefix('{')?;
    let mut depth = 1_usize;
    for (at, character) in inside.char_indices() {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some((&inside[..at], &inside[at + 1..]));
        }
    }
    None
}

fn subscript(character: char) -> char {
    const DIGITS: [char; 10] = ['₀', '₁', '₂', '₃', '₄', '₅', '₆', '₇', '₈', '₉'];
    match character {
        'i' => 'ᵢ',
        'j' => 'ⱼ',
        'k' => 'ₖ',
        digit => digit.to_digit(10).map_or(digit, |digit| DIGITS[digit as usize]),
    }
}

impl FromStr for Format {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            "text" => Ok(Self::Text),
            "markdown" => Ok(Self::Markdown),
            "latex" => Ok(Self::Latex),
            other => Err(Error::BadValue {
                key: "format",
                text: other.to_owned(),
                form: "`text`, `markdown` or `latex`; JSON is `--json`",
            }),
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "text",
            Self::Markdown => "markdown",
            Self::Latex => "latex",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_plain_text() {
        for (formula, plain) in [
            ("w_{46}", "w₄₆"),
            ("w_{4,16}·a_{4}", "w₄,₁₆·a₄"),
            ("1/(1 + e^{-in_{j}})", "1/(1 + e^(-inⱼ))"),
            ("a_b", "a_b"),
        ] {
            assert_eq!(Piece::formula(formula).plain(), plain);
        }
    }

    #[test]
    fn numbers_read_back_as_themselves() {
        for (x, text) in
            [(1.0, "1"), (-0.0, "0"), (-0.7, "-0.7"), (1e-7, "1e-7"), (1e300, "1e300"), (10.0, "10")]
        {
            assert_eq!(number(x), text);
            assert_eq!(text.parse::<f64>().unwrap(), x);
        }
        assert_eq!(number(0.1_f32), "0.1");
    }
}
