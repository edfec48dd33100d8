//! `gradus predict MODEL DATA`: what a model answers, beside the data's own columns.

use super::evaluate::{model_argument, text};
use crate::arguments;
use crate::failure::Failure;
use crate::terminal::{self, Terminal};
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use gradus_lab::predictions::Predictions;
use gradus_lab::{Error, apply, files, run, run_summary, threads};
use serde_json::json;
use std::path::{Path, PathBuf};

pub(crate) fn command() -> Command {
    let output = Arg::new("output")
        .short('o')
        .long("output")
        .value_name("FILE")
        .value_parser(value_parser!(PathBuf))
        .help("Write to a file instead of standard output; all of it or nothing");
    let probabilities = Arg::new("probabilities")
        .long("probabilities")
        .action(ArgAction::SetTrue)
        .help("Add the probability of every class");
    Command::new("predict")
        .about("Answer for every row of data")
        .long_about(
            "Answer for every row of data: its own columns, and beside them `predicted` and `probability`, or the numbers \
             that are predicted. Pictures and arrays have no columns of text; their rows are numbered.",
        )
        .arg(model_argument())
        .arg(Arg::new("DATA").required(true).help("Data with the columns that the model reads; the target need not be there"))
        .arg(output)
        .arg(probabilities)
}

pub(crate) fn run(matches: &ArgMatches, terminal: &Terminal) -> Result<(), Failure> {
    let (model, data) = (text(matches, "MODEL"), text(matches, "DATA"));
    let output = matches.get_one::<PathBuf>("output").map(PathBuf::as_path);
    let all = matches.get_flag("probabilities");
    threads::within(arguments::threads(matches)?, || predict(model, data, output, all, terminal))?
}

fn predict(
    path: &str,
    data: &str,
    output: Option<&Path>,
    all_probabilities: bool,
    terminal: &Terminal,
) -> Result<(), Failure> {
    if let Some(output) = output {
        for input in [path, data] {
            if files::is_same_file(output, Path::new(input)) {
                return Err(Error::OutputIsInput { path: input.to_owned() }.into());
            }
        }
        files::check_writable(output)?;
    }
    let model = run::read_model(Path::new(path))?;
    let examples = apply::inputs(&model, data)?;
    let answers = apply::predict(&model, &examples, data)?;
    let predictions = Predictions::new(&model, &answers);
    let Some(output) = output else {
        return match terminal.json {
            true => {
                let rows = predictions.to_json();
                terminal.result(
                    &json!({"model": path, "data": data, "rows": answers.rows(), "predictions": rows}),
                    "",
                )
            }
            false => terminal::print_bytes(&predictions.to_csv(&examples, all_probabilities)?),
        };
    };
    files::write(output, &predictions.to_csv(&examples, all_probabilities)?)?;
    terminal.note("Saved", &format!("{} rows, {}", run_summary::thousands(answers.rows()), output.display()));
    let json =
        json!({"model": path, "data": data, "rows": answers.rows(), "output": output.display().to_string()});
    terminal.result(&json, "")
}
