//! The truth table of a logic gate, unit by unit: weighted sum, threshold or bias, net input, output.

use super::formula::{constant, constant_name, weight_name};
use super::sheet::{Piece, Section, Sheet, Way, line, number};
use super::{Convention, MOST_NUMBERS};
use crate::Error;
use gradus::construct::gates::{Gate, TruthTable};
use gradus::threshold::{Levels, Unit};
use serde_json::{Value, json};

/// The tables of `gate`.
///
/// # Errors
/// If the gate has too many inputs to print.
pub fn gate_sheet(gate: Gate, levels: Levels, convention: Convention) -> Result<Sheet, Error> {
    let table = gate.truth_table(levels)?;
    let n_units: usize = table.layers.iter().map(Vec::len).sum();
    let numbers = table.rows.len() * (gate.inputs() + 4 * n_units);
    if numbers > MOST_NUMBERS {
        return Err(Error::TraceTooLarge { numbers, layer: None });
    }
    let (mut sections, gates) = (Vec::new(), unit_gates(gate));
    let mut first_source = 1;
    for (at, layer) in table.layers.iter().enumerate() {
        let n_sources = layer[0].weights.len();
        for (j, unit) in layer.iter().enumerate() {
            let (number, gate) = (first_source + n_sources + j, gates[sections.len()]);
            let place = Place { layer: at, j, number, first_source, gate };
            sections.push(unit_section(&table, unit, place, convention));
        }
        first_source += n_sources;
    }
    let (no, yes) = (number(levels.level(false)), number(levels.level(true)));
    let units = if n_units == 1 { "one threshold unit" } else { "threshold units in two layers" };
    let title = format!("{gate}: {units}, {levels}");
    let law = format!("$a_{{j}} = {yes}$ if $in_{{j}} ≥ 0$, else ${no}$");
    Ok(Sheet { title, lines: vec![line(&law)], sections })
}

/// The same as one object.
///
/// # Errors
/// If the gate cannot be made.
pub fn gate_json(gate: Gate, levels: Levels, convention: Convention) -> Result<Value, Error> {
    let table = gate.truth_table(levels)?;
    let mut number = gate.inputs();
    let mut units = Vec::new();
    for layer in &table.layers {
        for unit in layer {
            number += 1;
            units.push(match convention {
                Convention::Bias => json!({"unit": number, "weights": unit.weights, "bias": unit.bias()}),
                Convention::Threshold => {
                    json!({"unit": number, "weights": unit.weights, "threshold": unit.threshold})
                }
            });
        }
    }
    let rows = table
        .rows
        .iter()
        .map(|row| json!({"inputs": row.inputs, "units": row.layers.concat(), "output": row.output}));
    Ok(json!({
        "trace": gate.to_string(),
        "activation": levels,
        "convention": convention.to_string(),
        "units": units,
        "rows": rows.collect::<Value>(),
    }))
}

/// Where a unit stands.
#[derive(Clone, Copy)]
struct Place {
    layer: usize,
    j: usize,
    /// Its number, inputs counted too.
    number: usize,
    /// The number of the first unit that it listens to.
    first_source: usize,
    /// What it decides.
    gate: Gate,
}

fn unit_section(table: &TruthTable, unit: &Unit, place: Place, convention: Convention) -> Section {
    let Place { layer, j, number: own, first_source, gate } = place;
    let n = unit.weights.len();
    let sources: Vec<String> = (0..n).map(|i| source_name(layer, first_source + i)).collect();
    let b = constant_name(convention, &own.to_string());
    let constant = constant(convention, unit.bias());
    let sign = if convention == Convention::Bias { '+' } else { '-' };
    let weights: Vec<String> = unit
        .weights
        .iter()
        .enumerate()
        .map(|(i, &w)| format!("${} = {}$", weight_name(first_source + i, own), number(w)))
        .collect();
    let other = match convention {
        Convention::Bias => format!("a threshold $θ_{{{own}}} = {}$", number(unit.threshold)),
        Convention::Threshold => format!("a bias $b_{{{own}}} = {}$", number(unit.bias())),
    };
    let law = format!(
        "$in_{{{own}}} = {} {sign} {b}$ with {}, ${b} = {}$ ({other})",
        weighted_sum(place, &sources),
        shortened(&weights, ", "),
        number(constant),
    );
    let mut header: Vec<Piece> = sources.iter().map(|name| Piece::formula(name.as_str())).collect();
    header.extend([
        Piece::formula(format!("Σ_{{i}}w_{{i{own}}}·{}", if layer == 0 { "x_{i}" } else { "a_{i}" })),
        Piece::formula(b),
        Piece::formula(format!("in_{{{own}}}")),
        Piece::formula(format!("a_{{{own}}}")),
    ]);
    let rows = table.rows.iter().map(|row| {
        let values = row.layers[layer][j];
        let signals: Vec<f64> = match layer.checked_sub(1) {
            None => row.inputs.clone(),
            Some(before) => row.layers[before].iter().map(|values| values.output).collect(),
        };
        let figures = [values.weighted_sum, constant, values.net_input, values.output];
        signals.into_iter().chain(figures).map(Piece::number).collect()
    });
    Section {
        heading: format!("Unit {own}: {gate}"),
        way: Way::Forward,
        lines: vec![line(&law)],
        header,
        rows: rows.collect(),
    }
}

fn source_name(layer: usize, unit: usize) -> String {
    if layer == 0 { format!("x_{{{unit}}}") } else { format!("a_{{{unit}}}") }
}

/// `w₁₃·x₁ + w₂₃·x₂`
fn weighted_sum(place: Place, sources: &[String]) -> String {
    let term = |(i, source)| format!("{}·{source}", weight_name(place.first_source + i, place.number));
    let terms: Vec<String> = sources.iter().enumerate().map(term).collect();
    shortened(&terms, " + ")
}

/// All of them, or the first and the last where they are many.
fn shortened(terms: &[String], between: &str) -> String {
    match terms {
        [first, .., last] if terms.len() > 5 => format!("{first}{between}…{between}{last}"),
        few => few.join(between),
    }
}

/// What each unit decides.
fn unit_gates(gate: Gate) -> Vec<Gate> {
    if gate == Gate::Xor { vec![Gate::Or, Gate::Nand, Gate::And] } else { vec![gate] }
}
