//! The picture of the README, drawn from a run: `cargo run --release -p gradus-lab --example picture -- docs/pictures`.
//!
//! It trains on `digits` as `gradus train digits` does and draws three things: digits of the test part with the answers, the
//! loss over the epochs, and the confusion matrix of the test part; once for light pages and once for dark ones.

use gradus::Model;
use gradus::data::{Block, Dataset, Elements, Inputs, Target};
use gradus::metrics::most_probable;
use gradus::train::{History, Silent};
use gradus_lab::run::Run;
use gradus_lab::run_spec::RunSpec;
use std::error::Error;
use std::fmt::Write;
use std::path::PathBuf;

/// Colours of text, remarks, lines, what is right and what is wrong.
struct Palette {
    name: &'static str,
    ink: &'static str,
    faint: &'static str,
    line: &'static str,
    blue: &'static str,
    orange: &'static str,
}

const PALETTES: [Palette; 2] = [
    Palette {
        name: "light",
        ink: "#1c1f23",
        faint: "#6a727b",
        line: "#dde1e6",
        blue: "#2f6fde",
        orange: "#d9730d",
    },
    Palette {
        name: "dark",
        ink: "#e4e7ea",
        faint: "#98a1ab",
        line: "#343a41",
        blue: "#6ea3ff",
        orange: "#f2a14e",
    },
];

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("where to? for example docs/pictures")?);
    let mut spec = RunSpec::default();
    spec.set("data", "digits")?;
    let run = Run::load(&spec)?;
    let trained = run.train(&mut |_| Box::new(Silent))?;
    let test = run.test.as_ref().ok_or("digits have a test part")?;
    for palette in &PALETTES {
        let svg = picture(palette, &trained.model, &trained.history, test)?;
        std::fs::write(folder.join(format!("digits-{}.svg", palette.name)), svg)?;
    }
    Ok(())
}

fn picture(
    palette: &Palette,
    model: &Model,
    history: &History,
    test: &Dataset,
) -> Result<String, Box<dyn Error>> {
    let (Inputs::Block(block), Target::Classes { codes, .. }) = (&test.inputs, &test.target) else {
        return Err("digits are pictures in classes".into());
    };
    let probabilities = model.predict(&test.inputs)?;
    let answers: Vec<usize> = (0..test.rows()).map(|row| most_probable(probabilities.row(row))).collect();
    let truths: Vec<usize> = codes.iter().map(|&code| code as usize).collect();
    let n_right = truths.iter().zip(&answers).filter(|(truth, answer)| truth == answer).count();

    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 960 330\" width=\"960\" height=\"330\" role=\"img\" \
         font-family=\"system-ui, sans-serif\" fill=\"{}\">\n",
        palette.ink
    );
    let wrong = format!("digits it has never seen; the {} mistakes in orange", test.rows() - n_right);
    heading(&mut svg, palette, 4, &format!("{n_right} of {} right", test.rows()), &wrong)?;
    digits(&mut svg, palette, block, &truths, &answers)?;
    heading(&mut svg, palette, 346, "Loss", "by epoch, on the digits it learns from")?;
    losses(&mut svg, palette, history)?;
    heading(&mut svg, palette, 690, "Answers", "true digit down, answer across")?;
    confusion(&mut svg, palette, &truths, &answers)?;
    svg.push_str("</svg>\n");
    Ok(svg)
}

fn heading(svg: &mut String, palette: &Palette, x: u32, title: &str, remark: &str) -> std::fmt::Result {
    writeln!(svg, "<text x=\"{x}\" y=\"18\" font-size=\"15\" font-weight=\"600\">{title}</text>")?;
    writeln!(svg, "<text x=\"{x}\" y=\"38\" font-size=\"12\" fill=\"{}\">{remark}</text>", palette.faint)
}

/// All mistakes, in between digits that were read rightly; each with the answer below.
fn digits(
    svg: &mut String,
    palette: &Palette,
    block: &Block,
    truths: &[usize],
    answers: &[usize],
) -> std::fmt::Result {
    const COLUMNS: usize = 6;
    const SHOWN: usize = 24;
    let Elements::U8(pixels) = &block.elements else { return Ok(()) };
    let is_right = |row: &usize| truths[*row] == answers[*row];
    let mut wrong: Vec<usize> = (0..truths.len()).filter(|row| !is_right(row)).take(SHOWN).collect();
    let mut right = (0..truths.len()).filter(is_right);
    let every = SHOWN / wrong.len().max(1);
    for place in 0..SHOWN {
        let turn = place % every.max(1) == every / 2 && !wrong.is_empty();
        let Some(row) = (if turn { Some(wrong.remove(0)) } else { right.next() }) else { break };
        let (x, y) = (4 + 50 * (place % COLUMNS), 52 + 70 * (place / COLUMNS));
        let (truth, answer) = (truths[row], answers[row]);
        let (colour, words) = match truth == answer {
            true => (palette.ink, answer.to_string()),
            false => (palette.orange, format!("{answer}, is {truth}")),
        };
        drawing(svg, colour, (x, y), &pixels[row * 64..][..64])?;
        writeln!(
            svg,
            "<text x=\"{}\" y=\"{}\" font-size=\"11\" text-anchor=\"middle\" fill=\"{}\">{words}</text>",
            x + 20,
            y + 54,
            if truth == answer { palette.faint } else { palette.orange }
        )?;
    }
    Ok(())
}

/// 8 × 8 pixels from 0 to 16, one path for each strength.
fn drawing(svg: &mut String, colour: &str, (x, y): (usize, usize), pixels: &[u8]) -> std::fmt::Result {
    for strength in 1..=16_u8 {
        let mut path = String::new();
        for at in (0..64).filter(|&at| pixels[at] == strength) {
            write!(path, "M{} {}h5v5h-5z", x + 5 * (at % 8), y + 5 * (at / 8))?;
        }
        if !path.is_empty() {
            let opacity = f64::from(strength) / 16.0;
            writeln!(svg, "<path fill=\"{colour}\" fill-opacity=\"{opacity:.2}\" d=\"{path}\"/>")?;
        }
    }
    Ok(())
}

/// The loss on a logarithmic axis.
fn losses(svg: &mut String, palette: &Palette, history: &History) -> std::fmt::Result {
    let (left, right, top, bottom) = (384.0, 640.0, 58.0, 296.0);
    let records = history.records();
    let logs: Vec<f64> = records.iter().map(|record| record.loss.log10()).collect();
    let low = logs.iter().copied().fold(f64::INFINITY, f64::min).floor();
    let high = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max).ceil();
    let at_y = |log: f64| bottom - (log - low) / (high - low) * (bottom - top);
    let at_x = |epoch: f64| left + (epoch - 1.0) / (records.len() as f64 - 1.0) * (right - left);
    for power in low as i32..=high as i32 {
        let (y, label) = (at_y(f64::from(power)), 10_f64.powi(power));
        writeln!(svg, "<path stroke=\"{}\" d=\"M{left} {y:.1}H{right}\"/>", palette.line)?;
        let (faint, x, y) = (palette.faint, left - 8.0, y + 4.0);
        writeln!(
            svg,
            "<text x=\"{x}\" y=\"{y:.1}\" font-size=\"11\" text-anchor=\"end\" fill=\"{faint}\">{label}</text>"
        )?;
    }
    for epoch in (1..=records.len()).filter(|epoch| *epoch == 1 || epoch % 40 == 0) {
        let (faint, x, y) = (palette.faint, at_x(epoch as f64), bottom + 20.0);
        writeln!(
            svg,
            "<text x=\"{x:.1}\" y=\"{y}\" font-size=\"11\" text-anchor=\"middle\" fill=\"{faint}\">{epoch}</text>"
        )?;
    }
    let point = |(epoch, log): (usize, &f64)| format!("{:.1},{:.1}", at_x(epoch as f64), at_y(*log));
    let points: Vec<String> = (1..).zip(&logs).map(point).collect();
    let (blue, points) = (palette.blue, points.join(" "));
    writeln!(
        svg,
        "<polyline fill=\"none\" stroke=\"{blue}\" stroke-width=\"2\" stroke-linejoin=\"round\" points=\"{points}\"/>"
    )
}

/// How many of each digit got each answer.
fn confusion(svg: &mut String, palette: &Palette, truths: &[usize], answers: &[usize]) -> std::fmt::Result {
    const SIZE: usize = 24;
    let (left, top) = (712, 66);
    let number = |svg: &mut String, x: usize, y: usize, fill: &str, text: &str| {
        writeln!(
            svg,
            "<text x=\"{x}\" y=\"{y}\" font-size=\"11\" text-anchor=\"middle\" fill=\"{fill}\">{text}</text>"
        )
    };
    for digit in 0..10 {
        number(svg, left + SIZE * digit + 11, top - 6, palette.faint, &digit.to_string())?;
        number(svg, left - 12, top + SIZE * digit + 16, palette.faint, &digit.to_string())?;
    }
    for (row, column) in (0..100).map(|cell| (cell / 10, cell % 10)) {
        let of_cell = |(truth, answer): &(&usize, &usize)| (**truth, **answer) == (row, column);
        let count = truths.iter().zip(answers).filter(of_cell).count();
        let (x, y) = (left + SIZE * column, top + SIZE * row);
        let (fill, opacity) = match (count, row == column) {
            (0, _) => (palette.line, 0.35),
            (_, true) => (palette.blue, 0.85),
            (_, false) => (palette.orange, 0.85),
        };
        writeln!(
            svg,
            "<rect x=\"{x}\" y=\"{y}\" width=\"22\" height=\"22\" rx=\"3\" fill=\"{fill}\" fill-opacity=\"{opacity}\"/>"
        )?;
        if count > 0 {
            let on_colour = if palette.name == "dark" { "#16181b" } else { "#ffffff" };
            number(svg, x + 11, y + 15, on_colour, &count.to_string())?;
        }
    }
    Ok(())
}
