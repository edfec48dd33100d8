//! `gradus evaluate MODEL DATA`: how good a model is on data whose answers are known.

use crate::arguments;
use crate::failure::Failure;
use crate::results;
use crate::terminal::Terminal;
use clap::{Arg, ArgMatches, Command};
use gradus_lab::{apply, run, threads};
use serde_json::json;
use std::path::Path;

pub(crate) fn command() -> Command {
    Command::new("evaluate")
        .about("Measure a model on data whose answers are known")
        .arg(model_argument())
        .arg(
            Arg::new("DATA")
                .required(true)
                .help("Data with the target; those with a test part of their own give that one"),
        )
        .arg(weight_column())
}

pub(crate) fn run(matches: &ArgMatches, terminal: &Terminal) -> Result<(), Failure> {
    let (path, data) = (text(matches, "MODEL"), text(matches, "DATA"));
    let weights = matches.get_one::<String>("weight-column").map(String::as_str);
    threads::within(arguments::threads(matches)?, || {
        let model = run::read_model(Path::new(path))?;
        let dataset = apply::dataset(&model, data, weights)?;
        let report = apply::evaluate(&model, &dataset, data)?;
        let mut json = json!({"data": data, "model": path, "rows": dataset.rows()});
        results::merge(&mut json, &json!(report));
        terminal
            .note("Data", &format!("{data}: {} rows", gradus_lab::run_summary::thousands(dataset.rows())));
        if apply::may_have_learned_from(&model, data) {
            terminal.note(
                "",
                "the model learned from a part of data of this name: on those rows it looks better than it is",
            );
        }
        terminal.result(&json, &results::evaluation_text(&report))
    })?
}

pub(crate) fn model_argument() -> Arg {
    Arg::new("MODEL")
        .required(true)
        .help("A model file, as runs/digits-1/model.gradus, or the folder of a run")
}

fn weight_column() -> Arg {
    Arg::new("weight-column")
        .long("weight-column")
        .value_name("NAME")
        .help("Column that says how much each row counts")
}

pub(crate) fn text<'a>(matches: &'a ArgMatches, name: &str) -> &'a str {
    matches.get_one::<String>(name).map_or("", String::as_str)
}
