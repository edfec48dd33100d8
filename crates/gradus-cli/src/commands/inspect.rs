//! `gradus inspect MODEL`: what is in a model, from its inputs to how it was trained.

use super::evaluate::{model_argument, text};
use crate::arguments;
use crate::failure::Failure;
use crate::terminal::{Terminal, clean, short, table};
use clap::{Arg, ArgAction, ArgMatches, Command};
use gradus::Model;
use gradus_lab::inspect::{LayerSummary, OwnUnits, Statistics, in_own_units, layers};
use gradus_lab::run;
use gradus_lab::run_summary::{describe_network, thousands};
use serde_json::json;
use std::path::Path;

/// More inputs, classes or weights than this are counted, not listed.
const LISTED: usize = 30;

pub(crate) fn command() -> Command {
    let collapse = Arg::new("collapse").long("collapse").action(ArgAction::SetTrue).help(
        "Multiply identity layers into the single layer that they are, and show that it answers the same",
    );
    Command::new("inspect")
        .about("Show what is in a model: layers, weights, preprocessing, classes, how it was trained")
        .arg(model_argument())
        .arg(collapse)
}

pub(crate) fn run(matches: &ArgMatches, terminal: &Terminal) -> Result<(), Failure> {
    let path = text(matches, "MODEL");
    let model = run::read_model(Path::new(path))?;
    if matches.get_flag("collapse") {
        return collapse(matches, &model, terminal);
    }
    let (layers, own_units) = (layers(&model), in_own_units(&model));
    let json = json!({
        "model": path,
        "task": model.task(),
        "precision": model.network.precision(),
        "parameters": model.network.n_parameters(),
        "layers": layers,
        "inputs": model.prep.input_names(),
        "scales": model.prep.scales(),
        "target": model.coding.target_name(),
        "names": model.names(),
        "own_units": own_units,
        "by_weight": own_units.as_ref().map(|units| units.by_weight().into_iter().map(|at| units.inputs[at].clone()).collect::<Vec<_>>()),
        "training": model.record,
    });
    let mut sections = vec![
        format!("{}, {}\n", clean(&describe_network(&model)), model.network.precision()),
        layer_table(&layers),
        input_table(&model),
        target_lines(&model),
    ];
    sections.extend(own_units.map(|units| own_unit_table(&units)));
    sections.push(training_table(&model));
    terminal.result(&json, &sections.join("\n"))
}

/// The single layer that a network of identity layers is, and how far the two lie apart.
fn collapse(matches: &ArgMatches, model: &Model, terminal: &Terminal) -> Result<(), Failure> {
    let network = model.network.cast::<f64>();
    let collapsed = gradus::explain::collapse(&network, arguments::seed(matches)?)?;
    let layer = collapsed.network.layer(0);
    let (outputs, inputs) = (layer.weights.rows(), layer.weights.columns());
    let weights: Vec<Vec<f64>> =
        (0..outputs).map(|row| (0..inputs).map(|column| layer.weights.get(row, column)).collect()).collect();
    let (before, after) = (model.network.n_parameters(), collapsed.network.parameters().len());
    let json = json!({
        "model": text(matches, "MODEL"),
        "layers": network.layers().len(),
        "parameters": before,
        "collapsed_parameters": after,
        "weights": weights,
        "biases": layer.biases,
        "link": collapsed.network.link(),
        "max_difference": collapsed.difference,
        "probes": collapsed.probes,
    });
    let header: Vec<String> = (1..=outputs.min(LISTED)).map(|output| format!("output {output}")).collect();
    let header: Vec<&str> =
        std::iter::once("W, b of the one layer").chain(header.iter().map(String::as_str)).collect();
    let row = |name: &str, value: &dyn Fn(usize) -> f64| {
        [vec![name.to_owned()], (0..outputs.min(LISTED)).map(|output| short(value(output))).collect()]
            .concat()
    };
    let names = model.prep.input_names();
    let mut rows: Vec<Vec<String>> = names
        .iter()
        .take(LISTED)
        .enumerate()
        .map(|(at, name)| row(name, &|output| weights[output][at]))
        .collect();
    rows.push(row("bias", &|output| layer.biases[output]));
    let more = match inputs.saturating_sub(LISTED) {
        0 => String::new(),
        more => format!("and {} more inputs, all in --json\n", thousands(more)),
    };
    let told = format!(
        "{} layers with {} weights and biases are one layer with {}:\n\n{}{more}\non {} random inputs the two differ by at most {} of the largest output\n",
        network.layers().len(),
        thousands(before),
        thousands(after),
        table(&header, rows, 1),
        thousands(collapsed.probes),
        short(collapsed.difference),
    );
    terminal.result(&json, &told)
}

fn layer_table(layers: &[LayerSummary]) -> String {
    let row = |name: String, shape: String, activation: String, statistics: &Statistics| {
        let Statistics { min, mean, max, deviation, zeros } = *statistics;
        let figures = [min, mean, max, deviation].map(short);
        [vec![name, shape, activation], figures.to_vec(), vec![thousands(zeros)]].concat()
    };
    let rows = (1..).zip(layers).flat_map(|(number, layer)| {
        let shape = format!("{} × {}", layer.outputs, layer.inputs);
        [
            row(format!("layer {number}"), shape, layer.activation.clone(), &layer.weights),
            row("  biases".to_owned(), layer.outputs.to_string(), String::new(), &layer.biases),
        ]
    });
    table(&["", "shape", "activation", "min", "mean", "max", "deviation", "zeros"], rows.collect(), 3)
}

/// Each input with what is subtracted from it and what it is then multiplied by.
fn input_table(model: &Model) -> String {
    let (names, scales) = (model.prep.input_names(), model.prep.scales());
    let n = names.len();
    if n > 1 && scales.windows(2).all(|pair| pair[0] == pair[1]) {
        let (shift, scale) = scales[0];
        let all = vec![format!("each of {}", thousands(n)), short(shift), short(scale)];
        return table(&["input", "minus", "times"], vec![all], 1);
    }
    let rows: Vec<Vec<String>> = names
        .into_iter()
        .zip(scales)
        .take(LISTED)
        .map(|(name, (shift, scale))| vec![name, short(shift), short(scale)])
        .collect();
    let mut text = table(&["input", "minus", "times"], rows, 1);
    if n > LISTED {
        text += &format!("and {} more\n", thousands(n - LISTED));
    }
    text
}

fn target_lines(model: &Model) -> String {
    let names = model.names();
    let more = names.len().saturating_sub(LISTED);
    let listed = names[..names.len().min(LISTED)].join(", ");
    let listed = if more > 0 { format!("{listed} and {more} more") } else { listed };
    clean(&match model.class_names().is_empty() {
        true => format!("predicts {listed}"),
        false => format!("predicts {}: {} classes, {listed}", model.coding.target_name(), names.len()),
    }) + "\n"
}

fn own_unit_table(units: &OwnUnits) -> String {
    let mut header = vec!["weights by size, in the data's own units".to_owned()];
    header.extend(units.outputs.iter().take(LISTED).map(|unit| unit.name.clone()));
    let header: Vec<&str> = header.iter().map(String::as_str).collect();
    let values = |of: &dyn Fn(usize) -> f64| {
        (0..units.outputs.len().min(LISTED)).map(|at| short(of(at))).collect::<Vec<_>>()
    };
    let mut rows: Vec<Vec<String>> = (units.by_weight().into_iter().take(LISTED))
        .map(|input| {
            [vec![units.inputs[input].clone()], values(&|at| units.outputs[at].weights[input])].concat()
        })
        .collect();
    if let Some(more) = units.inputs.len().checked_sub(LISTED).filter(|&more| more > 0) {
        rows.push(vec![format!("and {} smaller ones", thousands(more))]);
    }
    rows.push([vec!["bias".to_owned()], values(&|at| units.outputs[at].bias)].concat());
    table(&header, rows, 1)
}

fn training_table(model: &Model) -> String {
    let record = &model.record;
    let mut rows: Vec<(String, String)> = Vec::new();
    rows.extend(record.data.clone().map(|data| ("data".to_owned(), data)));
    rows.push(("rows".to_owned(), thousands(record.rows)));
    rows.push(("epochs".to_owned(), record.epochs.to_string()));
    rows.push(("updates".to_owned(), thousands(usize::try_from(record.updates).unwrap_or(usize::MAX))));
    rows.extend(record.best_epoch.map(|epoch| ("best epoch".to_owned(), epoch.to_string())));
    rows.extend(record.loss.map(|loss| ("training loss".to_owned(), short(loss))));
    for (part, figures) in [("validation", &record.validation), ("test", &record.test)] {
        rows.extend(
            figures.iter().map(|(name, value)| (format!("{part} {}", name.replace('_', " ")), short(*value))),
        );
    }
    rows.extend(record.spec.entries().into_iter().map(|(name, text)| (name.to_owned(), text)));
    rows.push(("made by".to_owned(), format!("Gradus {}, {}", record.version, record.instruction_set)));
    rows.extend(record.warnings.iter().map(|warning| ("note".to_owned(), warning.clone())));
    table(&["training", ""], rows.into_iter().map(|(name, text)| vec![name, text]).collect(), 2)
}
