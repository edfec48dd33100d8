//! `gradus train DATA`: learn, test, and leave a run folder behind.

use crate::arguments;
use crate::failure::Failure;
use crate::interrupt::Interrupt;
use crate::perceptron_text;
use crate::progress::Progress;
use crate::results;
use crate::terminal::Terminal;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use gradus_lab::files::RunFolder;
use gradus_lab::run::Run;
use gradus_lab::run_spec::RunSpec;
use gradus_lab::{run_folder, run_summary, threads};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

const EXAMPLES: &str = "Examples:
  gradus train digits
  gradus train houses.csv --target price --hidden 64,32 --epochs 100
  gradus train spiral:noise=0.2 --hidden 16,16 --activation tanh
  gradus train iris --folds 10 --test 0
  gradus train --spec runs/digits-1/spec.toml";

pub(crate) fn command() -> Command {
    let data = Arg::new("DATA")
        .help("A built-in name, a generator with settings, a file (.csv .tsv .npy .npz .idx, .gz) or a folder of IDX files");
    let run_dir = Arg::new("run-dir")
        .long("run-dir")
        .value_name("FOLDER")
        .value_parser(value_parser!(PathBuf))
        .help("Where to write the run [default: runs/NAME-1, runs/NAME-2, …]")
        .help_heading("Everywhere");
    let verbose = Arg::new("verbose")
        .long("verbose")
        .action(ArgAction::SetTrue)
        .help("Show every update of a perceptron: row of the training part, net input, answer, target, new weights")
        .help_heading("Everywhere");
    Command::new("train")
        .about("Learn from data, test what was learned, and save it")
        .after_help(format!("`gradus train --help` shows every flag.\n\n{EXAMPLES}"))
        .after_long_help(EXAMPLES)
        .arg(data)
        .args(arguments::key_flags())
        .arg(verbose)
        .arg(run_dir)
}

pub(crate) fn run(matches: &ArgMatches, terminal: &Terminal) -> Result<ExitCode, Failure> {
    let mut spec = arguments::run_spec(matches)?;
    if let Some(data) = matches.get_one::<String>("DATA") {
        spec.set("data", data)?;
    }
    let run_dir = matches.get_one::<PathBuf>("run-dir");
    let verbose = matches.get_flag("verbose");
    let interrupt = Interrupt::listen()?;
    let threads = arguments::threads(matches)?;
    threads::within(threads, || train(&spec, run_dir.map(PathBuf::as_path), *terminal, &interrupt, verbose))?
}

fn train(
    spec: &RunSpec,
    run_dir: Option<&Path>,
    terminal: Terminal,
    interrupt: &Interrupt,
    verbose: bool,
) -> Result<ExitCode, Failure> {
    let began = Instant::now();
    let run = Run::load(spec)?;
    let seconds_reading = began.elapsed().as_secs_f64();
    terminal.note("Data", &format!("{}: {}", run.name, run_summary::describe_data(&run)));
    for note in &run.notes {
        terminal.note("", note);
    }
    // The folder comes first: a disk that takes nothing is found before the work is done.
    let folder = match run_dir {
        Some(path) => RunFolder::at(path)?,
        None => RunFolder::next(&run.name)?,
    };
    let trained = run.train(&mut |stage| Box::new(Progress::new(terminal, interrupt.clone(), stage)))?;
    if trained.model.record.updates == 0 && trained.was_stopped() {
        return Ok(exit_code(interrupt));
    }
    run_folder::write(&folder, &run, &trained)?;
    match trained.diverged {
        Some(error) => {
            terminal.note("Saved", &format!("the last finite weights, {}", folder.model_path().display()));
            Err(error.into())
        }
        None => {
            let mut json = results::train_json(&run, &trained, &folder);
            results::merge(&mut json, &serde_json::json!({ "seconds_reading": seconds_reading }));
            let mut text = results::train_text(&trained, &folder);
            if let Some(log) = &trained.perceptron {
                json["perceptron"] = perceptron_text::json(&trained.model, log);
                text += &{
                    let data = run.spec.data.as_deref().unwrap_or_default();
                    let place = folder.path().display().to_string();
                    perceptron_text::text(&trained.model, log, verbose, data, &place)
                };
            }
            terminal.result(&json, &text)?;
            Ok(if trained.was_stopped() { exit_code(interrupt) } else { ExitCode::SUCCESS })
        }
    }
}

fn exit_code(interrupt: &Interrupt) -> ExitCode {
    interrupt.exit_code().map_or(ExitCode::SUCCESS, ExitCode::from)
}
