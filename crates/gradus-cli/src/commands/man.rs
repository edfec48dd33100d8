//! `gradus man [FOLDER]`: the manual pages, written from the same table as the flags.

use crate::arguments;
use crate::failure::Failure;
use crate::terminal;
use clap::{Arg, ArgMatches, Command, value_parser};
use clap_mangen::Man;
use gradus_lab::files;
use std::path::PathBuf;

pub(crate) fn command() -> Command {
    let folder = Arg::new("FOLDER")
        .value_parser(value_parser!(PathBuf))
        .help("Write a page for each command into this folder, instead of printing that of `gradus`");
    Command::new("man").about("Print the manual page, or write all of them").arg(folder)
}

pub(crate) fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let mut command = arguments::command();
    command.build();
    let Some(folder) = matches.get_one::<PathBuf>("FOLDER") else {
        return terminal::print_bytes(&page(command)?);
    };
    for subcommand in command.get_subcommands().filter(|subcommand| subcommand.get_name() != "help") {
        let name = format!("gradus-{}", subcommand.get_name());
        // A page is called after its command, and clap wants names that live as long as the program.
        let subcommand =
            subcommand.clone().name(name.clone().leak() as &'static str).bin_name(name.replace('-', " "));
        files::write(&folder.join(format!("{name}.1")), &page(subcommand)?)?;
    }
    Ok(files::write(&folder.join("gradus.1"), &page(command)?)?)
}

fn page(command: Command) -> Result<Vec<u8>, Failure> {
    let mut page = Vec::new();
    Man::new(command).render(&mut page).map_err(Failure::Output)?;
    Ok(page)
}
