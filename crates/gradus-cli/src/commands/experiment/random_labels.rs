//! `gradus experiment random-labels DATA`: a network that fits labels which mean nothing.

use super::{picture, value};
use crate::arguments;
use crate::commands::plot::check_output;
use crate::failure::Failure;
use crate::interrupt::Interrupt;
use crate::progress::Progress;
use crate::terminal::{Terminal, clean, short, table};
use clap::{Arg, ArgMatches, Command};
use gradus_lab::experiment::corruption::Pixels;
use gradus_lab::experiment::random_labels::{self, Outcome, Question, ROWS, Run, Sample, run_name};
use gradus_lab::run::Stage;
use gradus_lab::run_summary::thousands;
use gradus_lab::{files, plot, source};
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};

pub(super) const NAME: &str = "random-labels";

/// The flags that it shares with training.
const KEYS: [(&str, &str); 11] = [
    ("target", "the last column"),
    ("column", ""),
    ("task", "found from the target"),
    ("missing", "error"),
    ("hidden", "512"),
    ("activation", "relu"),
    ("init", "by activation"),
    ("optimizer", "adam"),
    ("learning-rate", "0.001"),
    ("batch-size", "64"),
    ("epochs", "1000"),
];

pub(super) fn arguments(command: Command) -> Command {
    command
        .arg(
            Arg::new("DATA")
                .required(true)
                .help("Data with classes: a built-in name, a file or a folder, as for `gradus train`"),
        )
        .arg(value("rows", "N", "Rows to learn from, and at most as many to test on [default: 2000]"))
        .arg(value("fraction", "SHARE", "Share of the training labels that is drawn at random [default: 1]"))
        .arg(value(
            "pixels",
            "KINDS",
            "Runs with true labels and changed inputs: shuffled, random, gaussian, several as a,b",
        ))
        .arg(picture("Draw both accuracies against the epochs as SVG"))
        .args(arguments::some_key_flags(&KEYS))
}

pub(super) fn run(matches: &ArgMatches, terminal: &Terminal, interrupt: &Interrupt) -> Result<(), Failure> {
    let spec = arguments::run_spec(matches)?;
    let question = question(matches, spec.learning.clone())?;
    let output = matches.get_one::<PathBuf>("output").map(PathBuf::as_path);
    if let Some(output) = output {
        check_output(output, matches)?;
    }
    let rows = arguments::whole(matches, "rows")?.unwrap_or(ROWS);
    let data = matches.get_one::<String>("DATA").map_or("", String::as_str);
    let sample = Sample::of(source::load(data, &spec.reading())?, data, rows, &spec.learning)?;
    terminal.note("Data", &described(&sample, rows));
    let outcome = question.ask(&sample, &mut |name| {
        terminal.note("Run", name);
        Box::new(Progress::new(*terminal, interrupt.clone(), Stage::Final))
    })?;
    if outcome.runs.iter().all(|run| run.epochs == 0) {
        return Ok(());
    }
    if let Some(output) = output {
        let title = format!("Random labels: {}", sample.name);
        files::write(output, plot::accuracy(&outcome, question.fraction, &title).as_bytes())?;
    }
    terminal.result(&to_json(&sample, &question, &outcome, output), &told(&question, &outcome, output))
}

fn question(matches: &ArgMatches, learning: gradus::Spec) -> Result<Question, Failure> {
    let fraction = match matches.get_one::<String>("fraction") {
        None => 1.0,
        Some(text) => text.parse().map_err(|_| {
            Failure::Usage(format!(
                "`--fraction` is {text}, but must be a number from 0 to 1; help: 0.2 is a fifth of the labels"
            ))
        })?,
    };
    let kinds = matches.get_one::<String>("pixels").map_or("", String::as_str);
    let kinds = kinds.split(',').map(str::trim).filter(|kind| !kind.is_empty());
    let pixels = kinds.map(str::parse::<Pixels>).collect::<Result<_, _>>()?;
    let question = Question { fraction, pixels, learning };
    question.check()?;
    Ok(question)
}

/// `digits: 1,438 rows to learn from (2,000 asked for, all there are), 359 to test on`
fn described(sample: &Sample, rows: usize) -> String {
    let part = |used: usize, all: usize| match used < all {
        true => format!("{} of {}", thousands(used), thousands(all)),
        false => thousands(used),
    };
    let asked = match rows > sample.training_rows {
        true => format!(" ({} asked for, these are all there are)", thousands(rows)),
        false => String::new(),
    };
    format!(
        "{}: {} rows to learn from{asked}, {} to test on",
        sample.name,
        part(sample.training.rows(), sample.training_rows),
        part(sample.test.rows(), sample.test_rows)
    )
}

fn to_json(sample: &Sample, question: &Question, outcome: &Outcome, output: Option<&Path>) -> Value {
    let settings: Map<String, Value> =
        outcome.spec.entries().into_iter().map(|(key, value)| (key.to_owned(), json!(value))).collect();
    json!({
        "experiment": NAME,
        "data": sample.name,
        "rows": {
            "training": sample.training.rows(),
            "test": sample.test.rows(),
            "training_of": sample.training_rows,
            "test_of": sample.test_rows,
        },
        "fraction": question.fraction,
        "chance": outcome.chance,
        "margin": outcome.margin,
        "runs": outcome.runs,
        "settings": settings,
        "stopped": outcome.stopped,
        "source": random_labels::SOURCE,
        "output": output.map(|path| path.display().to_string()),
    })
}

fn told(question: &Question, outcome: &Outcome, output: Option<&Path>) -> String {
    let percent = |share: f64| format!("{} %", short(100.0 * share));
    let row = |run: &Run| {
        vec![
            run_name(run, question.fraction),
            percent(run.train_accuracy),
            percent(run.ceiling),
            percent(run.test_accuracy),
            thousands(run.epochs),
            if run.reached { String::new() } else { "not at its ceiling".to_owned() },
        ]
    };
    let header = ["", "training", "ceiling", "test", "epochs", ""];
    let mut text = format!("\n{}", table(&header, outcome.runs.iter().map(row).collect(), 1));
    text += "\nceiling: rows that are equal but labelled differently cannot all be answered right\n";
    let (chance, margin) = (percent(outcome.chance), percent(outcome.margin));
    text += &format!("a guess is right in {chance} of the test part, ± {margin} (1/√n)");
    text += match outcome.runs.iter().find_map(|run| run.as_a_guess) {
        Some(true) => "; what was learned from random labels is within that\n",
        Some(false) => "; what was learned from random labels is outside of that\n",
        None => "\n",
    };
    text += &format!("after {}\n", random_labels::SOURCE);
    if let Some(output) = output {
        text += &format!("the picture is in {}\n", clean(&output.display().to_string()));
    }
    text
}
