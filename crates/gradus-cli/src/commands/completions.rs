//! `gradus completions SHELL`: the script with which a shell completes our words.

use crate::arguments;
use crate::failure::Failure;
use crate::terminal;
use clap::{Arg, ArgMatches, Command, value_parser};
use clap_complete::Shell;

pub(crate) fn command() -> Command {
    let shell =
        Arg::new("SHELL").required(true).value_parser(value_parser!(Shell)).help("The shell to write it for");
    Command::new("completions").about("Print a completion script for a shell").arg(shell)
}

pub(crate) fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let Some(&shell) = matches.get_one::<Shell>("SHELL") else { return Ok(()) };
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut arguments::command(), "gradus", &mut script);
    terminal::print_bytes(&script)
}
