//! `gradus experiment NAME`: experiments on learning itself, repeated and put beside what was published.

mod classic;
mod random_labels;
mod seeds;

use crate::arguments;
use crate::failure::Failure;
use crate::interrupt::Interrupt;
use crate::terminal::{Terminal, table};
use clap::{Arg, ArgMatches, Command, value_parser};
use gradus_lab::experiment::experiments;
use gradus_lab::threads;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::ExitCode;

const EXAMPLES: &str = "Examples:
  gradus experiment random-labels digits -o random-labels.svg
  gradus experiment random-labels fashion-mnist/ --pixels shuffled,random,gaussian
  gradus experiment xor
  gradus experiment symmetry --starts 50
  gradus experiment seeds -o surface.svg";

pub(crate) fn command() -> Command {
    let mut command = Command::new("experiment")
        .about("Repeat an experiment on learning, beside its published figure")
        .after_help(format!("Without a name, lists the experiments.\n\n{EXAMPLES}"))
        // A name that is none of ours is told in our own words.
        .allow_external_subcommands(true)
        .disable_help_subcommand(true);
    for (name, about) in experiments() {
        let one = Command::new(name).about(about);
        command = command.subcommand(match name {
            random_labels::NAME => random_labels::arguments(one),
            seeds::NAME => seeds::arguments(one),
            _ => classic::arguments(one),
        });
    }
    command
}

pub(crate) fn run(matches: &ArgMatches, terminal: &Terminal) -> Result<ExitCode, Failure> {
    let Some((name, matches)) = matches.subcommand() else {
        list(terminal)?;
        return Ok(ExitCode::SUCCESS);
    };
    let known: Vec<String> = experiments().into_iter().map(|(name, _)| name.to_owned()).collect();
    if !known.iter().any(|known| known == name) {
        return Err(gradus::Error::UnknownName { kind: "experiment", name: name.to_owned(), known }.into());
    }
    let interrupt = Interrupt::listen()?;
    let carry_out = || match name {
        random_labels::NAME => random_labels::run(matches, terminal, &interrupt),
        seeds::NAME => seeds::run(matches, terminal, &interrupt),
        name => classic::run(name, matches, terminal, &interrupt),
    };
    threads::within(arguments::threads(matches)?, carry_out)??;
    Ok(interrupt.exit_code().map_or(ExitCode::SUCCESS, ExitCode::from))
}

fn list(terminal: &Terminal) -> Result<(), Failure> {
    let json: Vec<Value> =
        experiments().into_iter().map(|(name, about)| json!({"name": name, "about": about})).collect();
    let rows = experiments().into_iter().map(|(name, about)| vec![name.to_owned(), about.to_owned()]);
    let text = table(&["experiment", ""], rows.collect(), 2);
    let more = "`gradus experiment NAME` carries one out, `--help` after its name says what it takes\n";
    terminal.result(&json!({ "experiments": json }), &format!("{text}\n{more}"))
}

/// A flag with a value of its own.
fn value(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(value).help(help).allow_negative_numbers(true)
}

/// Where a picture goes, if one is asked for.
fn picture(help: &'static str) -> Arg {
    let output = Arg::new("output").short('o').long("output").value_name("FILE").help(help);
    output.value_parser(value_parser!(PathBuf))
}

/// The settings of the flags that an experiment shares with training.
fn learning(matches: &ArgMatches) -> Result<gradus::Spec, Failure> {
    Ok(arguments::run_spec(matches)?.learning)
}
