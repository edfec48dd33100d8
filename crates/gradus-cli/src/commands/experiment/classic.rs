//! `gradus experiment xor|symmetry|encoder|parity|spirals`: a classic from several starts, beside its published figure.

use super::{learning, value};
use crate::arguments;
use crate::failure::Failure;
use crate::interrupt::Interrupt;
use crate::progress::Starts;
use crate::terminal::{Terminal, short, table};
use clap::{ArgMatches, Command};
use gradus_lab::experiment::classic::{CRITERION, Classic, End, Outcome, Published, classic};
use gradus_lab::experiment::symmetry::{MirroredUnit, mirrored_units};
use gradus_lab::run_summary::{describe_network, thousands};
use serde_json::{Map, Value, json};

const OWN: &str = "the experiment's own";

pub(super) fn arguments(command: Command) -> Command {
    let keys = ["hidden", "activation", "init", "optimizer", "learning-rate", "epochs"].map(|key| (key, OWN));
    command
        .arg(value(
            "starts",
            "N",
            "Starts, each with a seed of its own, from --seed on [default: the experiment's own]",
        ))
        .args(arguments::some_key_flags(&keys))
}

pub(super) fn run(
    name: &str,
    matches: &ArgMatches,
    terminal: &Terminal,
    interrupt: &Interrupt,
) -> Result<(), Failure> {
    let Some(classic) = classic(name) else {
        return Err(Failure::Usage(format!("unknown experiment `{name}`; help: see `gradus experiment`")));
    };
    let starts = arguments::whole(matches, "starts")?.unwrap_or(classic.starts);
    let asked = learning(matches)?;
    let mut progress = Starts::new(*terminal, interrupt.clone(), starts);
    let outcome = classic.run(&asked, starts, End::Learned, &mut |step| progress.observe(&step))?;
    drop(progress);
    if outcome.starts.is_empty() {
        return Ok(());
    }
    terminal.result(&to_json(classic, &outcome), &told(classic, &outcome))
}

/// What every report of a classic has.
pub(super) fn to_json(classic: &Classic, outcome: &Outcome) -> Value {
    let sweeps = outcome.sweeps();
    let architecture = outcome.starts[0].model.network.architecture();
    let settings: Map<String, Value> =
        outcome.settings().into_iter().map(|(key, value)| (key.to_owned(), json!(value))).collect();
    let mut json = json!({
        "experiment": classic.name,
        "about": classic.about,
        "hidden": architecture.hidden.iter().map(|(width, _)| *width).collect::<Vec<_>>(),
        "inputs": architecture.inputs,
        "outputs": architecture.outputs,
        "settings": settings,
        "criterion": CRITERION,
        "starts": outcome.starts.len(),
        "solved": outcome.starts.len() - outcome.failed(),
        "failed": outcome.failed(),
        "stopped": outcome.stopped,
        "sweeps": sweeps,
        "published": classic.published,
        "runs": outcome.starts.iter().map(|start| json!({
            "seed": start.seed, "solved": start.solved, "sweeps": start.sweeps, "loss": start.loss,
        })).collect::<Vec<_>>(),
    });
    if let Some(units) = typical_units(classic, outcome) {
        json["pattern"] = json!({
            "starts_with_pattern": with_pattern(outcome),
            "seed": outcome.typical().map(|start| start.seed),
            "units": units,
        });
    }
    json
}

fn told(classic: &Classic, outcome: &Outcome) -> String {
    let mut text = format!("{}: {}\n\n", classic.about, describe_network(&outcome.starts[0].model));
    text += &settings(outcome);
    text += "\n";
    text += &figures(classic, outcome);
    text += &format!(
        "\na sweep is one update by all patterns; learned is when every output is within {CRITERION} of its target\n"
    );
    if let Some(units) = typical_units(classic, outcome) {
        text += &pattern(&units, outcome);
    }
    let Published { source, remarks, .. } = classic.published;
    text + &format!("\n{}\nsee {source}\n", remarks.join("\n"))
}

/// Every setting, as a table.
pub(super) fn settings(outcome: &Outcome) -> String {
    let rows = outcome.settings().into_iter().map(|(key, value)| vec![key.to_owned(), value]);
    table(&["setting", ""], rows.collect(), 2)
}

/// The published figure and ours.
fn figures(classic: &Classic, outcome: &Outcome) -> String {
    let published = &classic.published;
    let known = published.sweeps.map_or("none".to_owned(), |sweeps| thousands(sweeps as usize));
    let (starts, failed) = (outcome.starts.len(), outcome.failed());
    let ours = match outcome.sweeps() {
        None => ("none".to_owned(), String::new()),
        Some(sweeps) => (
            thousands(sweeps.median.round() as usize),
            format!(
                "median of the {} starts that learned it, {} to {}; ",
                starts - failed,
                thousands(sweeps.least),
                thousands(sweeps.most)
            ),
        ),
    };
    let epochs = thousands(outcome.spec.epochs.unwrap_or_default());
    let failures = format!("{}{failed} of {starts} failed within {epochs} sweeps", ours.1);
    let rows = vec![
        vec!["published".to_owned(), known, published.what.to_owned()],
        vec!["here".to_owned(), ours.0, failures],
    ];
    table(&["", "sweeps", ""], rows, 3)
}

/// The hidden units of the start in the middle, where they are to be read.
fn typical_units(classic: &Classic, outcome: &Outcome) -> Option<Vec<MirroredUnit>> {
    let units = mirrored_units(&outcome.typical()?.model);
    (classic.name == "symmetry" && !units.is_empty()).then_some(units)
}

fn with_pattern(outcome: &Outcome) -> usize {
    let has = |model| mirrored_units(model).iter().all(MirroredUnit::has_the_pattern);
    outcome.starts.iter().filter(|start| start.solved.is_some() && has(&start.model)).count()
}

fn pattern(units: &[MirroredUnit], outcome: &Outcome) -> String {
    let row = |(at, unit): (usize, &MirroredUnit)| {
        let weights = unit.weights.iter().chain([&unit.bias]).map(|weight| format!("{weight:.2}"));
        let ratio = unit.ratio.iter().map(|ratio| format!("{ratio:.2}")).collect::<Vec<_>>().join(" : ");
        std::iter::once(format!("unit {}", at + 1)).chain(weights).chain([ratio]).collect::<Vec<_>>()
    };
    let header = ["", "w1", "w2", "w3", "w4", "w5", "w6", "bias", "sizes of the pairs"];
    let seed = outcome.typical().map_or(0, |start| start.seed);
    format!(
        "\nthe hidden units of the start in the middle, seed {seed}: mirrored weights are opposite, their sizes as 1 : 2 : 4\n{}in {} of {} starts that learned it both units have that pattern within a fifth\n",
        table(&header, units.iter().enumerate().map(row).collect(), 1),
        with_pattern(outcome),
        outcome.starts.len() - outcome.failed()
    )
}

/// A loss or a slope, for a table.
pub(super) fn small(number: f64) -> String {
    if number.abs() < 5e-4 && number != 0.0 { format!("{number:.1e}") } else { short(number) }
}
