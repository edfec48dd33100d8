//! The tables of one step: inputs, forward pass, error terms from the output back, every change, and the loss.

use super::formula::{
    MOST_TERMS, activation_law, constant, constant_name, delta, factor, loss_law, net_input,
    output_error_law, weight_name,
};
use super::sheet::{Piece, Section, Sheet, Way, line, number};
use super::{Convention, MOST_NUMBERS, Step, View, chosen_layers};
use crate::Error;
use gradus::Real;
use gradus::explain::trace::{ErrorTerm, LayerTrace, StepTrace, UnitTrace};
use std::ops::Range;

/// What the sections are made from.
struct Source<'a, R> {
    step: &'a Step,
    trace: &'a StepTrace<R>,
    convention: Convention,
    layers: Range<usize>,
}

pub(super) fn sheet<R: Real>(step: &Step, trace: &StepTrace<R>, view: View) -> Result<Sheet, Error> {
    let layers = chosen_layers(trace, view.layer)?;
    check_size(trace, &layers)?;
    let source = Source { step, trace, convention: view.convention, layers };
    let sections = [
        source.inputs(),
        source.forward(),
        source.net_parts(),
        source.backward(),
        source.error_parts(),
        source.changes(),
        source.loss(),
    ];
    let sections = sections.into_iter().filter(|section| !section.rows.is_empty()).collect();
    Ok(Sheet {
        title: format!("One step of backpropagation: {}", step.title),
        lines: source.opening(),
        sections,
    })
}

/// Refuses to print too much; offers the first layer that would fit.
fn check_size<R: Real>(trace: &StepTrace<R>, layers: &Range<usize>) -> Result<(), Error> {
    let numbers = trace.n_numbers(layers.clone());
    if numbers <= MOST_NUMBERS {
        return Ok(());
    }
    let fits = (0..trace.layers.len()).find(|&at| trace.n_numbers(at..at + 1) <= MOST_NUMBERS);
    Err(Error::TraceTooLarge { numbers, layer: fits.map(|at| at + 1) })
}

impl<R: Real> Source<'_, R> {
    fn opening(&self) -> Vec<Vec<Piece>> {
        let trace = self.trace;
        let mut widths = vec![trace.inputs.len().to_string()];
        widths.extend(trace.layers.iter().map(|layer| layer.units.len().to_string()));
        let mut lines = vec![line(&format!(
            "{} network in {}, learning rate $α = {}$, loss {}: $E = {}$",
            widths.join("-"),
            trace.precision,
            number(trace.learning_rate),
            trace.loss.name(),
            loss_law(trace.loss),
        ))];
        if let Some(layer) = self.shown().next().filter(|_| self.layers.len() < trace.layers.len()) {
            lines.push(line(&format!("Only layer {}: {}.", self.layers.start + 1, units_of(layer))));
        }
        lines.extend(self.step.notes.iter().map(|note| vec![Piece::words(note.as_str())]));
        lines
    }

    fn shown(&self) -> impl DoubleEndedIterator<Item = &LayerTrace<R>> {
        self.trace.layers[self.layers.clone()].iter()
    }

    fn has_output(&self) -> bool {
        self.layers.end == self.trace.layers.len()
    }

    /// What layer `at` was given.
    fn signals(&self, at: usize) -> Vec<R> {
        match at.checked_sub(1) {
            None => self.trace.inputs.clone(),
            Some(before) => self.trace.layers[before].units.iter().map(|unit| unit.output).collect(),
        }
    }

    fn inputs(&self) -> Section {
        let shown = if self.layers.start == 0 { self.trace.inputs.as_slice() } else { &[] };
        let rows = shown.iter().zip(&self.step.inputs).enumerate().map(|(at, (&input, name))| {
            vec![unit_name(at + 1), Piece::number(input), Piece::words(name.as_str())]
        });
        section("Inputs", &[], &["unit", "$a_{i}$", "name"], rows.collect())
    }

    fn forward(&self) -> Section {
        let b = constant_name(self.convention, "j");
        let sign = if self.convention == Convention::Bias { '+' } else { '-' };
        let mut lines = vec![format!("$in_{{j}} = Σ_{{i}}w_{{ij}}·a_{{i}} {sign} {b}$")];
        lines.extend(self.shown().map(|layer| {
            let (law, _) = activation_law(layer.activation);
            format!("{}: {}, $a_{{j}} = {law}$", units_of(layer), layer.activation)
        }));
        let rows = self.layers.clone().flat_map(|at| {
            let signals = self.signals(at);
            let row = move |unit| {
                let filled = net_input(unit, &signals, self.convention);
                vec![
                    unit_name(unit.unit),
                    Piece::formula(filled),
                    Piece::number(unit.net_input),
                    Piece::number(unit.output),
                ]
            };
            self.trace.layers[at].units.iter().map(row)
        });
        let header = ["unit", &format!("$Σ_{{i}}w_{{ij}}·a_{{i}} {sign} {b}$"), "$in_{j}$", "$a_{j}$"];
        section("Forward: net inputs and outputs", &lines, &header, rows.collect())
    }

    /// The terms of sums that are too long for a line.
    fn net_parts(&self) -> Section {
        let rows = self.layers.clone().filter(|&at| self.signals(at).len() > MOST_TERMS).flat_map(|at| {
            let (layer, signals) = (&self.trace.layers[at], self.signals(at));
            layer.units.iter().flat_map(move |unit| {
                let parts = unit.weights.iter().zip(&unit.net_parts).zip(signals.clone()).enumerate();
                parts.map(|(i, ((weight, &part), signal))| {
                    let name = weight_name(layer.first_source + i, unit.unit);
                    vec![
                        Piece::formula(name),
                        Piece::number(weight.old),
                        Piece::number(signal),
                        Piece::number(part),
                    ]
                })
            })
        });
        let header = ["weight", "$w_{ij}$", "$a_{i}$", "$w_{ij}·a_{i}$"];
        section("Forward: the parts of the long sums", &[], &header, rows.collect())
    }

    fn backward(&self) -> Section {
        let mut lines = Vec::new();
        for layer in self.shown().rev() {
            let is_output = matches!(layer.units[0].error, ErrorTerm::Output { .. });
            let error = match is_output {
                true => format!("({})", output_error_law(self.trace.loss)),
                false => "Σ_{k}w_{jk}·Δ_{k}".to_owned(),
            };
            let (_, slope) = activation_law(layer.activation);
            let slope = slope.filter(|_| layer.units[0].slope.is_some());
            lines.push(match slope {
                Some(slope) => format!(
                    "{}: $Δ_{{j}} = g′(in_{{j}})·{error}$ with $g′(in_{{j}}) = {slope}$",
                    units_of(layer)
                ),
                None => format!("{}: $Δ_{{j}} = {}$", units_of(layer), error.trim_matches(['(', ')'])),
            });
        }
        let rows = self.layers.clone().rev().flat_map(|at| self.delta_rows(at));
        let header = ["unit", "$g′(in_{j})$", "with the numbers", "$Δ_{j}$"];
        backward("Backward: error terms, the output layer first", &lines, &header, rows.collect())
    }

    fn delta_rows(&self, at: usize) -> Vec<Vec<Piece>> {
        let layer = &self.trace.layers[at];
        let next = self.trace.layers.get(at + 1);
        let deltas: Vec<R> =
            next.map_or_else(Vec::new, |next| next.units.iter().map(|unit| unit.delta).collect());
        let row = |(j, unit): (usize, &UnitTrace<R>)| {
            let weights: Vec<R> = next
                .map_or_else(Vec::new, |next| next.units.iter().map(|unit| unit.weights[j].old).collect());
            let downstream = next.map(|_| (&weights[..], &deltas[..]));
            let filled = delta(self.trace, unit, layer.activation, downstream);
            let slope = unit.slope.map_or_else(|| Piece::words(""), Piece::number);
            vec![unit_name(unit.unit), slope, Piece::formula(filled), Piece::number(unit.delta)]
        };
        layer.units.iter().enumerate().map(row).collect()
    }

    fn error_parts(&self) -> Section {
        let long =
            |at: &usize| self.trace.layers.get(at + 1).is_some_and(|next| next.units.len() > MOST_TERMS);
        let rows = self.layers.clone().rev().filter(long).flat_map(|at| {
            let next = &self.trace.layers[at + 1];
            self.trace.layers[at].units.iter().enumerate().flat_map(move |(j, unit)| {
                let ErrorTerm::Hidden { parts } = &unit.error else { return Vec::new() };
                let row = |(to, &part): (&UnitTrace<R>, &R)| {
                    let name = Piece::formula(weight_name(unit.unit, to.unit));
                    vec![name, Piece::number(to.weights[j].old), Piece::number(to.delta), Piece::number(part)]
                };
                next.units.iter().zip(parts).map(row).collect()
            })
        });
        let header = ["weight", "$w_{jk}$", "$Δ_{k}$", "$w_{jk}·Δ_{k}$"];
        backward("Backward: the parts of the long sums", &[], &header, rows.collect())
    }

    fn changes(&self) -> Section {
        let b = constant_name(self.convention, "j");
        let sign = if self.convention == Convention::Bias { '+' } else { '-' };
        let laws = format!("$w_{{ij}} ← w_{{ij}} + α·a_{{i}}·Δ_{{j}}$ and ${b} ← {b} {sign} α·Δ_{{j}}$");
        let rows = self.layers.clone().rev().flat_map(|at| {
            let mut rows = self.weight_rows(at);
            rows.extend(self.trace.layers[at].units.iter().map(|unit| self.constant_row(unit)));
            rows
        });
        let header = ["weight", "old", "change, with the numbers", "change", "new"];
        backward("Changes", &[laws], &header, rows.collect())
    }

    /// The weights of a layer in the order of their sources.
    fn weight_rows(&self, at: usize) -> Vec<Vec<Piece>> {
        let (layer, alpha) = (&self.trace.layers[at], number(self.trace.learning_rate));
        let rows = self.signals(at).into_iter().enumerate().flat_map(|(i, signal)| {
            let alpha = alpha.clone();
            layer.units.iter().map(move |unit| {
                let weight = unit.weights[i];
                vec![
                    Piece::formula(weight_name(layer.first_source + i, unit.unit)),
                    Piece::number(weight.old),
                    Piece::formula(format!("{alpha}·{}·{}", factor(signal), factor(unit.delta))),
                    Piece::number(weight.change),
                    Piece::number(weight.new),
                ]
            })
        });
        rows.collect()
    }

    fn constant_row(&self, unit: &UnitTrace<R>) -> Vec<Piece> {
        let of = |bias: R| Piece::number(constant(self.convention, bias));
        let minus = if self.convention == Convention::Bias { "" } else { "-" };
        let filled = format!("{minus}{}·{}", number(self.trace.learning_rate), factor(unit.delta));
        vec![
            Piece::formula(constant_name(self.convention, &unit.unit.to_string())),
            of(unit.bias.old),
            Piece::formula(filled),
            of(unit.bias.change),
            of(unit.bias.new),
        ]
    }

    fn loss(&self) -> Section {
        let (Some(layer), true) = (self.trace.layers.last(), self.has_output()) else {
            return section("", &[], &[], Vec::new());
        };
        let after = &self.trace.outputs_after;
        let mut rows: Vec<Vec<Piece>> = layer
            .units
            .iter()
            .zip(after)
            .zip(self.trace.targets.iter().zip(&self.step.outputs))
            .map(|((unit, &after), (&target, name))| {
                vec![
                    Piece::formula(format!("a_{{{}}}", unit.unit)),
                    Piece::number(target),
                    Piece::number(unit.output),
                    Piece::number(after),
                    Piece::words(name.as_str()),
                ]
            })
            .collect();
        rows.push(vec![
            Piece::formula("E"),
            Piece::words(""),
            Piece::number(self.trace.loss_before),
            Piece::number(self.trace.loss_after),
            Piece::words("loss"),
        ]);
        let header = ["", "target", "before", "after", "name"];
        section("Output and loss, before and after the step", &[], &header, rows)
    }
}

fn section(heading: &str, lines: &[String], header: &[&str], rows: Vec<Vec<Piece>>) -> Section {
    let cell = |text: &&str| line(text).into_iter().next().unwrap_or_else(|| Piece::words(""));
    Section {
        heading: heading.to_owned(),
        way: Way::Forward,
        lines: lines.iter().map(|text| line(text)).collect(),
        header: header.iter().map(cell).collect(),
        rows,
    }
}

fn backward(heading: &str, lines: &[String], header: &[&str], rows: Vec<Vec<Piece>>) -> Section {
    Section { way: Way::Backward, ..section(heading, lines, header, rows) }
}

fn unit_name(unit: usize) -> Piece {
    Piece::formula(unit.to_string())
}

/// `Units 4 to 5`
fn units_of<R>(layer: &LayerTrace<R>) -> String {
    let first = layer.units[0].unit;
    match layer.units.len() {
        1 => format!("Unit {first}"),
        2 => format!("Units {first} and {}", first + 1),
        n => format!("Units {first} to {}", first + n - 1),
    }
}
