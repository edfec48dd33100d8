//! `gradus trace NAME|MODEL [DATA]`: every number of a logic gate, or of one step of backpropagation.

use super::evaluate::text;
use crate::failure::Failure;
use crate::terminal::{self, Terminal};
use clap::{Arg, ArgMatches, Command};
use gradus::construct::gates::Gate;
use gradus::threshold::Levels;
use gradus_lab::run;
use gradus_lab::trace::{
    Convention, Format, LEARNING_RATE, Sheet, View, gate_json, gate_sheet, row, worked_example,
};
use serde_json::{Value, json};
use std::path::Path;
use std::str::FromStr;

/// The built-in step.
const WORKED_EXAMPLE: &str = "worked-example";

/// The flags that only some of the things to trace have.
const OF_GATES: [&str; 1] = ["activation"];
const OF_STEPS: [&str; 2] = ["learning-rate", "layer"];
const OF_MODELS: [&str; 2] = ["DATA", "row"];

pub(crate) fn command() -> Command {
    let value = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name(value).help(help).allow_negative_numbers(true)
    };
    Command::new("trace")
        .about("Show every number of a logic gate, or of one step of backpropagation")
        .long_about(
            "Show every number of a logic gate (and, or, not, nand, majority, xor), of the classic worked example of \
             backpropagation (worked-example), or of one step of backpropagation that a model would make on one row of data.",
        )
        .arg(Arg::new("MODEL").value_name("NAME|MODEL").required(true).help(
            "and, or, not, nand, majority:inputs=5, xor, worked-example, or a model file or the folder of a run",
        ))
        .arg(Arg::new("DATA").help("For a model: data with the target; those with a test part of their own give that one"))
        .arg(value("row", "N", "For a model: the row to learn from, counted from 1 [default: 1]"))
        .arg(value("learning-rate", "RATE", "Size of the step [default: 0.1; worked-example: 0.9]"))
        .arg(value("layer", "L", "Only this layer, counted from 1 at the first one after the inputs"))
        .arg(value("activation", "NAME", "For a gate: step (0 and 1) or sign (-1 and 1) [default: step]"))
        .arg(value("convention", "NAME", "bias (b is added) or threshold (θ = -b is subtracted) [default: bias]"))
        .arg(value("format", "FORM", "text, markdown or latex [default: text]"))
}

pub(crate) fn run(matches: &ArgMatches, terminal: &Terminal) -> Result<(), Failure> {
    let name = text(matches, "MODEL");
    let format = parsed::<Format>(matches, "format")?.unwrap_or_default();
    if terminal.json && matches.contains_id("format") {
        return Err(Failure::Usage(
            "`--format` and `--json` are two forms of one thing; help: give one of them".to_owned(),
        ));
    }
    let view = View {
        convention: parsed::<Convention>(matches, "convention")?.unwrap_or_default(),
        layer: whole(matches, "layer")?,
    };
    if name == WORKED_EXAMPLE {
        refuse(matches, name, [&OF_GATES[..], &OF_MODELS].concat())?;
        let step = worked_example(learning_rate(matches)?)?;
        return show(terminal, format, || Ok(step.json(view)?), || Ok(step.sheet(view)?));
    }
    let is_gate = Gate::ALL.iter().any(|gate| name.split(':').next() == Some(gate.name()));
    if is_gate || (!Path::new(name).exists() && !name.contains(['/', '\\', '.'])) {
        return gate(matches, terminal, format, view.convention);
    }
    model(matches, terminal, format, view)
}

fn gate(
    matches: &ArgMatches,
    terminal: &Terminal,
    format: Format,
    convention: Convention,
) -> Result<(), Failure> {
    let name = text(matches, "MODEL");
    let gate: Gate = name.parse().map_err(|error| unknown(name, error))?;
    refuse(matches, name, [&OF_STEPS[..], &OF_MODELS].concat())?;
    let levels = parsed::<Levels>(matches, "activation")?.unwrap_or_default();
    show(
        terminal,
        format,
        || Ok(gate_json(gate, levels, convention)?),
        || Ok(gate_sheet(gate, levels, convention)?),
    )
}

fn model(matches: &ArgMatches, terminal: &Terminal, format: Format, view: View) -> Result<(), Failure> {
    let path = text(matches, "MODEL");
    refuse(matches, path, OF_GATES.to_vec())?;
    let Some(data) = matches.get_one::<String>("DATA") else {
        return Err(Failure::Usage("missing: <DATA>; help: name the data whose row is traced".to_owned()));
    };
    let number = whole(matches, "row")?.unwrap_or(1);
    let rate = learning_rate(matches)?.unwrap_or(LEARNING_RATE);
    let model = run::read_model(Path::new(path))?;
    let step = row(&model, data, number, rate)?;
    let json = || -> Result<Value, Failure> {
        let mut json = step.json(view)?;
        crate::results::merge(&mut json, &json!({"model": path, "data": data, "row": number}));
        Ok(json)
    };
    show(terminal, format, json, || Ok(step.sheet(view)?))
}

fn show(
    terminal: &Terminal,
    format: Format,
    json: impl FnOnce() -> Result<Value, Failure>,
    sheet: impl FnOnce() -> Result<Sheet, Failure>,
) -> Result<(), Failure> {
    if terminal.json { terminal.result(&json()?, "") } else { terminal::print(&sheet()?.render(format)) }
}

/// What is neither built in nor a file.
fn unknown(name: &str, error: gradus::Error) -> Failure {
    match error {
        gradus::Error::UnknownName { mut known, .. } => {
            known.push(WORKED_EXAMPLE.to_owned());
            let error = gradus::Error::UnknownName { kind: "network or file", name: name.to_owned(), known };
            Failure::from(error)
        }
        other => Failure::from(other),
    }
}

/// Refuses a flag that means nothing here.
fn refuse(matches: &ArgMatches, name: &str, flags: Vec<&str>) -> Result<(), Failure> {
    match flags.into_iter().find(|flag| matches.contains_id(flag)) {
        None => Ok(()),
        Some("DATA") => Err(Failure::Usage(format!(
            "`{}` is one word too many; help: `{name}` is built in and needs no data",
            text(matches, "DATA")
        ))),
        Some(flag) => {
            Err(Failure::Usage(format!("`--{flag}` means nothing for `{name}`; help: leave it out")))
        }
    }
}

fn parsed<T: FromStr>(matches: &ArgMatches, name: &str) -> Result<Option<T>, Failure>
where
    Failure: From<T::Err>,
{
    matches.get_one::<String>(name).map(|text| text.parse().map_err(Failure::from)).transpose()
}

fn whole(matches: &ArgMatches, name: &str) -> Result<Option<usize>, Failure> {
    let Some(text) = matches.get_one::<String>(name) else { return Ok(None) };
    let wrong =
        || Failure::Usage(format!("`--{name}` is {text}, but must be a whole number; help: count from 1"));
    text.parse().map(Some).map_err(|_| wrong())
}

fn learning_rate(matches: &ArgMatches) -> Result<Option<f64>, Failure> {
    let Some(text) = matches.get_one::<String>("learning-rate") else { return Ok(None) };
    let rate = text.parse::<f64>().ok().filter(|rate| rate.is_finite() && *rate > 0.0);
    let wrong = || {
        Failure::Usage(format!(
            "`--learning-rate` is {text}, but must be a number above 0; help: 0.1 is a usual one"
        ))
    };
    rate.map(Some).ok_or_else(wrong)
}
