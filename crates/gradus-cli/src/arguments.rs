//! The command line, built from the same table of keys as spec files; and its own errors, told in one line.

use crate::commands;
use crate::failure::Failure;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use gradus_lab::run_spec::{self, Key, RunSpec};
use std::ffi::OsString;
use std::path::PathBuf;

/// The keys by what they are about, in the order of the help.
const HEADINGS: [(&str, &[&str]); 5] = [
    (
        "Data",
        &[
            "target",
            "column",
            "weight-column",
            "test",
            "validation",
            "folds",
            "task",
            "missing",
            "prep",
            "features",
            "class-weight",
        ],
    ),
    ("Network", &["model", "hidden", "activation", "output-activation", "init", "precision", "from"]),
    (
        "Learning",
        &["loss", "optimizer", "learning-rate", "schedule", "batch-size", "epochs", "reduction", "group"],
    ),
    ("When to stop", &["patience", "monitor", "tolerance"]),
    ("Against overfitting", &["dropout", "weight-decay", "l1", "l2", "clip"]),
];

/// The keys that the short help shows.
const EVERYDAY: [&str; 14] = [
    "target",
    "test",
    "validation",
    "folds",
    "missing",
    "hidden",
    "activation",
    "loss",
    "optimizer",
    "learning-rate",
    "batch-size",
    "epochs",
    "patience",
    "dropout",
];

/// More threads than this are a mistake.
const MOST_THREADS: u16 = 1024;

/// The whole command line.
pub(crate) fn command() -> Command {
    Command::new("gradus")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Feedforward neural networks, step by step and at full speed")
        .after_help("Begin with `gradus train digits`; `gradus COMMAND -h` says what a command takes.")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .infer_subcommands(false)
        .args(global_flags())
        .subcommands(commands::all())
        .next_line_help(false)
        .max_term_width(110)
}

fn global_flags() -> Vec<Arg> {
    let flag = |name: &'static str, help: &'static str| {
        Arg::new(name)
            .long(name)
            .help(help)
            .action(ArgAction::SetTrue)
            .global(true)
            .help_heading("Everywhere")
    };
    let value = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name(value).help(help).global(true).help_heading("Everywhere")
    };
    vec![
        flag("json", "Results as one JSON object on standard output"),
        flag("quiet", "No progress and no remarks, only results and errors"),
        value("seed", "N", "Decides everything that is random in training [default: 1]")
            .allow_negative_numbers(true),
        value(
            "threads",
            "N",
            "Threads to compute with; the result is the same with any number [default: all cores]",
        )
        .allow_negative_numbers(true),
        value("spec", "FILE", "Settings of a training from a TOML file; flags override it")
            .value_parser(value_parser!(PathBuf)),
    ]
}

/// A flag for every key of a run.
pub(crate) fn key_flags() -> Vec<Arg> {
    // `data` is the positional argument, `seed` a flag of every command.
    run_spec::keys().filter(|key| !["data", "seed"].contains(&key.name)).map(key_flag).collect()
}

/// Flags for some keys of a run, each with the default that it has where it is used.
pub(crate) fn some_key_flags(keys: &[(&str, &str)]) -> Vec<Arg> {
    let flag = |&(name, default): &(&str, &str)| {
        let key = run_spec::keys().find(|key| key.name == name).expect("a key of the table");
        let what = key.help.split(" [default").next().unwrap_or(key.help);
        let help = if default.is_empty() { what.to_owned() } else { format!("{what} [default: {default}]") };
        key_flag(key).help(capitalised(&help)).hide_short_help(false)
    };
    keys.iter().map(flag).collect()
}

/// The whole number of a flag, if it is given.
pub(crate) fn whole(matches: &ArgMatches, flag: &str) -> Result<Option<usize>, Failure> {
    let Some(text) = matches.get_one::<String>(flag) else { return Ok(None) };
    let wrong = || {
        Failure::Usage(format!(
            "`--{flag}` is {text}, but must be a whole number of at least 1; help: leave it out for the default"
        ))
    };
    text.parse().ok().filter(|number| *number > 0).map(Some).ok_or_else(wrong)
}

fn key_flag(key: Key) -> Arg {
    let place = HEADINGS.iter().position(|(_, names)| names.contains(&key.name));
    let (at, (heading, names)) = place.map_or((HEADINGS.len(), ("Other", &[][..])), |at| (at, HEADINGS[at]));
    let within = names.iter().position(|name| *name == key.name).unwrap_or(0);
    Arg::new(key.name)
        .long(key.name)
        .value_name(key.value)
        .help(capitalised(key.help))
        .help_heading(heading)
        .display_order(100 * at + within)
        .hide_short_help(!EVERYDAY.contains(&key.name))
        .action(if key.repeats { ArgAction::Append } else { ArgAction::Set })
        // `-1` is a value, to be refused by whoever knows its range; a feature may begin with a minus.
        .allow_negative_numbers(true)
        .allow_hyphen_values(key.name == "features")
}

/// A sentence begins with a capital; a name that begins one stays as it is written.
fn capitalised(help: &str) -> String {
    let first_word = help.split([' ', '-']).next().unwrap_or_default();
    let mut letters = help.chars();
    match letters.next() {
        Some(first) if first_word.chars().all(char::is_alphabetic) => {
            first.to_uppercase().chain(letters).collect()
        }
        _ => help.to_owned(),
    }
}

/// The run that the command line asks for: the spec file, if there is one, and the flags over it.
pub(crate) fn run_spec(matches: &ArgMatches) -> Result<RunSpec, Failure> {
    let mut spec = match matches.get_one::<PathBuf>("spec") {
        Some(path) => {
            let bytes = gradus_lab::files::read(path)?;
            gradus_lab::spec_file::parse(&bytes, &path.display().to_string())?
        }
        None => RunSpec::default(),
    };
    for key in run_spec::keys() {
        // Not every command has every flag.
        if let Ok(Some(texts)) = matches.try_get_many::<String>(key.name) {
            for text in texts {
                spec.set(key.name, text)?;
            }
        }
    }
    Ok(spec)
}

/// How many threads are asked for; all cores where nothing is said.
pub(crate) fn threads(matches: &ArgMatches) -> Result<Option<usize>, Failure> {
    let Some(text) = matches.get_one::<String>("threads") else { return Ok(None) };
    let threads = text.parse::<u16>().ok().filter(|threads| (1..=MOST_THREADS).contains(threads));
    let wrong = || {
        Failure::Usage(format!(
            "`--threads` is {text}, but must be a whole number from 1 to {MOST_THREADS}; help: leave it out to use all cores"
        ))
    };
    Ok(Some(usize::from(threads.ok_or_else(wrong)?)))
}

/// The seed that is asked for, or the default.
pub(crate) fn seed(matches: &ArgMatches) -> Result<u64, Failure> {
    let mut spec = gradus::Spec::default();
    if let Some(text) = matches.get_one::<String>("seed") {
        spec.set("seed", text)?;
    }
    Ok(spec.seed.unwrap_or(gradus::spec::DEFAULT_SEED))
}

/// The numbers of a list such as `-1,2*pi`, each an expression without variables.
pub(crate) fn numbers(flag: &str, text: &str) -> Result<Vec<f64>, Failure> {
    let number = |text: &String| {
        let wrong = || {
            Failure::Usage(format!(
                "`--{flag}` has `{text}`, which is no number; help: write numbers such as -1, 0.5 or 2*pi, with commas between them"
            ))
        };
        let expression: gradus::prep::Expression = text.parse().map_err(|_| wrong())?;
        if !expression.variables().is_empty() {
            return Err(wrong());
        }
        Ok(expression.value(&[], &mut Vec::new()))
    };
    gradus::prep::split_features(text).iter().map(number).collect()
}

/// Reads the command line.
pub(crate) fn parse(words: impl IntoIterator<Item = OsString>) -> Result<ArgMatches, clap::Error> {
    command().try_get_matches_from(words)
}

/// What clap has against the command line, in one line of our form.
pub(crate) fn usage_failure(error: &clap::Error) -> Failure {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.clone()),
        // Suggestions stand in ascending order of likeness.
        Some(ContextValue::Strings(texts)) => texts.last().cloned(),
        _ => None,
    };
    let near = |kind| text(kind).map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
    let wrong = text(ContextKind::InvalidArg).unwrap_or_default();
    let wrong = wrong.split(' ').next().unwrap_or_default();
    Failure::Usage(match error.kind() {
        ErrorKind::UnknownArgument if wrong.starts_with('-') => {
            format!(
                "unknown flag `{wrong}`; help: {}`--help` lists all flags",
                near(ContextKind::SuggestedArg)
            )
        }
        ErrorKind::UnknownArgument => format!("`{wrong}` is one word too many; help: see `gradus help`"),
        ErrorKind::InvalidSubcommand => {
            let wrong = text(ContextKind::InvalidSubcommand).unwrap_or_default();
            format!(
                "unknown command `{wrong}`; help: {}`gradus help` lists all",
                near(ContextKind::SuggestedSubcommand)
            )
        }
        ErrorKind::ArgumentConflict => format!("`{wrong}` is given twice; help: give it once"),
        ErrorKind::MissingRequiredArgument => {
            let missing = match error.get(ContextKind::InvalidArg) {
                Some(ContextValue::Strings(missing)) => missing.join(" and "),
                _ => "an argument".to_owned(),
            };
            format!("missing: {missing}; help: `--help` says what goes where")
        }
        ErrorKind::InvalidUtf8 => {
            "an argument is not UTF-8; help: rename the file, or give another path to it".to_owned()
        }
        _ => first_line(&error.render().to_string()),
    })
}

fn first_line(rendered: &str) -> String {
    let line = rendered.lines().next().unwrap_or_default();
    format!("{}; help: see `--help`", line.trim_start_matches("error: ").trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        command().debug_assert();
    }

    #[test]
    fn every_key_has_a_heading() {
        for flag in key_flags() {
            assert_ne!(flag.get_help_heading(), Some("Other"), "{}", flag.get_id());
        }
    }

    #[test]
    fn mistakes_are_told_in_one_line() {
        #[track_caller]
        fn check(line: &str, expected: &str) {
            let words = line.split(' ').map(OsString::from);
            let Failure::Usage(message) = usage_failure(&parse(words).unwrap_err()) else {
                panic!("no usage failure")
            };
            assert_eq!(message, expected);
        }
        check(
            "gradus train digits --hiden 3",
            "unknown flag `--hiden`; help: did you mean `--hidden`? `--help` lists all flags",
        );
        check("gradus trian", "unknown command `trian`; help: did you mean `train`? `gradus help` lists all");
        check("gradus train digits iris", "`iris` is one word too many; help: see `gradus help`");
        check("gradus train --epochs 3 --epochs 4", "`--epochs` is given twice; help: give it once");
        check("gradus evaluate", "missing: <MODEL> and <DATA>; help: `--help` says what goes where");
    }
}
