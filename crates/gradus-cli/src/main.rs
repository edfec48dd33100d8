//! The `gradus` command: train, evaluate, predict with and inspect feedforward networks.
//!
//! `main` reads the command line, hands it to one file of `commands`, and turns what comes back into an exit code.

#![forbid(unsafe_code)]

mod arguments;
mod terminal;
mod failure;
mod interrupt;
mod progress;
mod results;
mod perceptron_text;
mod page;
mod http;
mod server;
mod commands;

use clap::error::ErrorKind;
use failure::Failure;
use std::process::ExitCode;
use terminal::Terminal;

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(failure) => failure.report(),
    }
}

fn run() -> Result<ExitCode, Failure> {
    let matches = match arguments::parse(std::env::args_os()) {
        Ok(matches) => matches,
        Err(error) => return help_or_failure(&error),
    };
    let Some((name, matches)) = matches.subcommand() else {
        return Err(Failure::Usage("no command; help: see `gradus help`".to_owned()));
    };
    let terminal = Terminal { json: matches.get_flag("json"), quiet: matches.get_flag("quiet") };
    commands::run(name, matches, &terminal)
}

/// Help and version are answers, not errors; but a bare `gradus` is one.
fn help_or_failure(error: &clap::Error) -> Result<ExitCode, Failure> {
    let text = error.render();
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            terminal::print_help(&text)?;
            Ok(ExitCode::SUCCESS)
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let _ = error.print();
            Ok(ExitCode::from(2))
        }
        _ => Err(arguments::usage_failure(error)),
    }
}
