//! How a perceptron learned: its mistakes one by one, their number by epoch, and the line that came of it.

use crate::commands::explain::plain;
use crate::terminal::{clean, short, table};
use gradus::Model;
use gradus_lab::inspect::{OwnUnit, in_own_units};
use gradus_lab::perceptron_log::{LoggedUpdate, MostUpdates, PerceptronLog};
use serde_json::{Value, json};

/// More updates make no readable table.
const MOST_UPDATES: usize = 200;
/// More weights make no readable line.
const MOST_WEIGHTS: usize = 8;
/// More epochs are not told one by one.
const MOST_EPOCHS: usize = 24;

/// The learning of a perceptron from `data`, saved at `place`; with every update if `verbose`.
pub(crate) fn text(model: &Model, log: &PerceptronLog, verbose: bool, data: &str, place: &str) -> String {
    let mut text = String::new();
    if verbose && !log.updates.is_empty() {
        text += &format!("\n{}", update_table(model, log));
    }
    text += &format!("\nmistakes per epoch: {}\n", mistakes(&log.mistakes));
    if log.inseparable.is_none() {
        for line in lines(model) {
            text += &format!("{}\n", clean(&line));
        }
    }
    text += &match &log.inseparable {
        Some(inseparable) => format!("{}\n{}\n", inseparable.verdict, clean(&inseparable.why)),
        None => format!("{}\n", clean(&log.verdict)),
    };
    text + &log.bound.as_ref().map(bound).unwrap_or_default() + &picture(model, data, place)
}

fn bound(MostUpdates { most_updates, radius, margin }: &MostUpdates) -> String {
    let [most_updates, radius, margin] = [most_updates, radius, margin].map(|&number| short(number));
    format!(
        "at most (R/γ)² = {most_updates}, with R = {radius} the length of the longest (x, 1) and γ = {margin} the widest margin found\n"
    )
}

/// How to see the line, where there is one to see.
fn picture(model: &Model, data: &str, place: &str) -> String {
    if model.prep.input_names().len() != 2 {
        return String::new();
    }
    let [place, data] = [place, data].map(|word| in_quotes(&clean(word)));
    format!("to see it: gradus plot boundary {place} {data} -o boundary.svg\n")
}

/// As a shell takes it for one word.
fn in_quotes(word: &str) -> String {
    let is_plain = |letter: char| letter.is_alphanumeric() || "-_./:=,".contains(letter);
    match word.chars().all(is_plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', "'\\''")),
    }
}

/// As JSON: every update that was kept, and the line.
pub(crate) fn json(model: &Model, log: &PerceptronLog) -> Value {
    let mut json = json!(log);
    json["separators"] = json!(in_own_units(model));
    json
}

fn update_table(model: &Model, log: &PerceptronLog) -> String {
    let names = model.prep.input_names();
    let units = log.updates.iter().map(|update| update.unit).max().unwrap_or(1);
    let shown = names.len() <= MOST_WEIGHTS;
    let mut header = ["update", "epoch", "row", "net input", "answer", "target"].map(str::to_owned).to_vec();
    if units > 1 {
        header.insert(3, "unit".to_owned());
    }
    if shown {
        header.extend(names.iter().map(|name| format!("w {name}")));
    }
    header.push("b".to_owned());
    let row = |(number, update): (usize, &LoggedUpdate)| {
        let LoggedUpdate { epoch, row, unit, answer, target, .. } = update;
        let mut cells = vec![number.to_string(), epoch.to_string(), row.to_string()];
        if units > 1 {
            cells.push(model.names().get(unit - 1).cloned().unwrap_or_default());
        }
        cells.extend([plain(update.net_input), answer.to_string(), target.to_string()]);
        if shown {
            cells.extend(update.weights.iter().map(|&weight| plain(weight)));
        }
        cells.push(plain(update.bias));
        cells
    };
    let rows = (1..).zip(&log.updates).take(MOST_UPDATES).map(row).collect();
    let header: Vec<&str> = header.iter().map(String::as_str).collect();
    let table = table(&header, rows, 0);
    match log.n_updates > MOST_UPDATES {
        true => format!("{table}and {} more updates\n", log.n_updates - MOST_UPDATES),
        false => table,
    }
}

/// `2, 3, 1, 0`; of a long list the beginning and the end.
fn mistakes(mistakes: &[usize]) -> String {
    let join = |part: &[usize]| part.iter().map(usize::to_string).collect::<Vec<_>>().join(", ");
    match mistakes.len() > MOST_EPOCHS {
        true => format!("{}, …, {}", join(&mistakes[..12]), join(&mistakes[mistakes.len() - 6..])),
        false => join(mistakes),
    }
}

/// For two inputs the line of each unit, in the data's own units.
fn lines(model: &Model) -> Vec<String> {
    let Some(units) = in_own_units(model).filter(|units| units.inputs.len() == 2) else { return Vec::new() };
    let line = |OwnUnit { name, weights, bias }: &OwnUnit| {
        let terms = format!(
            "{} · {} {} · {} {}",
            plain(weights[0]).replace('-', "−"),
            units.inputs[0],
            signed(weights[1]),
            units.inputs[1],
            signed(*bias)
        );
        match units.outputs.len() {
            1 => format!("line w₁x₁ + w₂x₂ + b = 0: {terms} = 0; at 0 and above it is {name}"),
            _ => format!("score of {name}: {terms}"),
        }
    };
    units.outputs.iter().map(line).collect()
}

fn signed(number: f64) -> String {
    if number < 0.0 { format!("− {}", plain(-number)) } else { format!("+ {}", plain(number)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_stays_one_in_a_shell() {
        for (word, quoted) in
            [("runs/and-1", "runs/and-1"), ("my data.csv", "'my data.csv'"), ("it's", "'it'\\''s'")]
        {
            assert_eq!(in_quotes(word), quoted);
        }
    }
}
