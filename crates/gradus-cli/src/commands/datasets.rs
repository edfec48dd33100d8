//! `gradus datasets`: the data that come with the program.

use crate::failure::Failure;
use crate::terminal::{Terminal, table};
use clap::Command;
use gradus_lab::run_summary::thousands;
use gradus_lab::source::{self, Description};
use serde_json::{Value, json};

pub(crate) fn command() -> Command {
    Command::new("datasets").about("List the built-in data sets and generators")
}

pub(crate) fn run(terminal: &Terminal) -> Result<(), Failure> {
    let all = source::datasets();
    let (generators, fixed): (Vec<_>, Vec<_>) = all.iter().partition(|set| !set.settings.is_empty());
    let json: Vec<Value> = all.iter().map(json_of).collect();
    let row = |set: &&Description| {
        vec![
            set.name.into(),
            thousands(set.rows),
            set.inputs.to_string(),
            asks(set),
            set.about.into(),
            set.source.into(),
        ]
    };
    let fixed =
        table(&["name", "rows", "inputs", "task", "about", "source"], fixed.iter().map(row).collect(), 6);
    let row = |set: &&Description| vec![set.name.into(), asks(set), set.settings.into(), set.about.into()];
    let generated =
        table(&["generator", "task", "settings", "about"], generators.iter().map(row).collect(), 4);
    let text =
        format!("{fixed}\n{generated}\nA generator takes settings: gradus train spiral:noise=0.2,seed=3\n");
    terminal.result(&Value::Array(json), &text)
}

fn json_of(set: &Description) -> Value {
    json!({
        "name": set.name,
        "rows": set.rows,
        "inputs": set.inputs,
        "task": set.task,
        "classes": set.classes,
        "settings": set.settings,
        "about": set.about,
        "source": set.source,
    })
}

fn asks(set: &Description) -> String {
    if set.classes > 0 { format!("{} classes", set.classes) } else { "regression".to_owned() }
}
