//! The commands, one file each: what a command takes, and what it does.

mod train;
mod evaluate;
mod predict;
mod inspect;
mod trace;
pub(crate) mod explain;
mod approximate;
mod experiment;
mod plot;
mod play;
mod datasets;
mod completions;
mod man;

use crate::failure::Failure;
use crate::terminal::Terminal;
use clap::{ArgMatches, Command};
use std::process::ExitCode;

/// Every command, in the order of the help.
pub(crate) fn all() -> [Command; 13] {
    [
        train::command(),
        evaluate::command(),
        predict::command(),
        inspect::command(),
        trace::command(),
        explain::command(),
        approximate::command(),
        experiment::command(),
        plot::command(),
        play::command(),
        datasets::command(),
        completions::command(),
        man::command(),
    ]
}

/// Does what the command called `name` is for.
pub(crate) fn run(name: &str, matches: &ArgMatches, terminal: &Terminal) -> Result<ExitCode, Failure> {
    match name {
        "train" => return train::run(matches, terminal),
        "experiment" => return experiment::run(matches, terminal),
        "play" => return play::run(matches, terminal),
        "evaluate" => evaluate::run(matches, terminal)?,
        "predict" => predict::run(matches, terminal)?,
        "inspect" => inspect::run(matches, terminal)?,
        "trace" => trace::run(matches, terminal)?,
        "explain" => explain::run(matches, terminal)?,
        "approximate" => approximate::run(matches, terminal)?,
        "plot" => plot::run(matches, terminal)?,
        "datasets" => datasets::run(terminal)?,
        "completions" => completions::run(matches)?,
        "man" => man::run(matches)?,
        other => return Err(Failure::Usage(format!("unknown command `{other}`; help: see `gradus help`"))),
    }
    Ok(ExitCode::SUCCESS)
}
