//! `gradus play [DATA]`: the playground in the browser, from inside the program.
//!
//! The page runs in the browser alone; what is served here are its files, and the user's own data if they are named. All
//! that can be wrong is found before the browser opens.

use crate::failure::Failure;
use crate::interrupt::Interrupt;
use crate::page::{BUILT_IN, DATA, Page};
use crate::server::Door;
use crate::terminal::Terminal;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use gradus_lab::files;
use gradus_lab::playground::MOST_CSV_BYTES;
use gradus_lab::source::{self, Reading};
use serde_json::json;
use std::path::Path;
use std::process::ExitCode;

pub(crate) fn command() -> Command {
    let data = Arg::new("DATA").help("A file of your own to begin with (.csv .tsv .txt)");
    let port = Arg::new("port")
        .long("port")
        .value_name("N")
        .value_parser(value_parser!(u16))
        .help("The port of this machine to serve on [default: a free one]");
    let no_open = Arg::new("no-open")
        .long("no-open")
        .action(ArgAction::SetTrue)
        .help("Only serve; say the address and leave the browser alone");
    Command::new("play")
        .about("Open the playground: a network that learns before your eyes, in your browser")
        .after_help("Examples:\n  gradus play\n  gradus play houses.csv")
        .args([data, port, no_open])
}

pub(crate) fn run(matches: &ArgMatches, terminal: &Terminal) -> Result<ExitCode, Failure> {
    let data = matches.get_one::<String>("DATA").map(|path| read(path)).transpose()?;
    let door = Door::open(matches.get_one::<u16>("port").copied().unwrap_or(0))?;
    if BUILT_IN.is_empty() {
        let message =
            "this build has no playground in it; help: run `cargo xtask playground`, then build again";
        return Err(Failure::Usage(message.to_owned()));
    }
    let interrupt = Interrupt::listen()?;
    let fragment = if data.is_some() { format!("#open={DATA}") } else { String::new() };
    let address = door.address() + &fragment;
    let text = format!("The playground is at {address}\nCtrl-C ends it.\n");
    terminal.result(&json!({ "address": address }), &text)?;
    if !matches.get_flag("no-open") && open::that_detached(&address).is_err() {
        terminal.note("Browser", "none could be opened; open the address yourself");
    }
    door.serve(Page { files: BUILT_IN, data }, &interrupt)?;
    Ok(interrupt.exit_code().map_or(ExitCode::SUCCESS, ExitCode::from))
}

/// The bytes of a file that the page will be able to read.
fn read(path: &str) -> Result<Vec<u8>, Failure> {
    let name = path.to_lowercase();
    if !["csv", "tsv", "txt"].iter().any(|ending| name.ends_with(&format!(".{ending}"))) {
        return Err(Failure::Data(format!(
            "the playground reads text only, `{path}`; help: give a .csv or .tsv file, or choose built-in data on the page"
        )));
    }
    let bytes = files::read(Path::new(path))?;
    if bytes.len() > MOST_CSV_BYTES {
        return Err(Failure::Data(format!(
            "{} bytes are more than the {MOST_CSV_BYTES} that the playground takes, {path}; help: give fewer rows, or use `gradus train`",
            bytes.len()
        )));
    }
    // The page reads with the same code and would say the same, only later.
    source::load_bytes(path, &bytes, &Reading::default())?;
    Ok(bytes)
}
