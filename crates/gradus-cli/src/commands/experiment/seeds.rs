//! `gradus experiment seeds`: exclusive or from many starts, and where the stuck ones are.

use super::classic::{self, small};
use super::{learning, picture};
use crate::arguments;
use crate::failure::Failure;
use crate::interrupt::Interrupt;
use crate::progress::Starts;
use crate::results::merge;
use crate::terminal::{Terminal, table};
use clap::{ArgMatches, Command};
use gradus_lab::experiment::seeds::{Ground, Group, STARTS, Seeds, seeds};
use gradus_lab::run_summary::{describe_network, thousands};
use serde_json::{Value, json};

pub(super) const NAME: &str = "seeds";

pub(super) fn arguments(command: Command) -> Command {
    classic::arguments(command)
        .arg(picture("Draw a slice of the loss surface as SVG, through a solution and a stuck start"))
}

pub(super) fn run(matches: &ArgMatches, terminal: &Terminal, interrupt: &Interrupt) -> Result<(), Failure> {
    let starts = arguments::whole(matches, "starts")?.unwrap_or(STARTS);
    let asked = learning(matches)?;
    let mut progress = Starts::new(*terminal, interrupt.clone(), starts);
    let found = seeds(&asked, starts, &mut |step| progress.observe(&step))?;
    drop(progress);
    if found.outcome.starts.is_empty() {
        return Ok(());
    }
    terminal.result(&to_json(&found), &told(&found))
}

fn to_json(found: &Seeds) -> Value {
    let mut json = classic::to_json(found.classic, &found.outcome);
    merge(&mut json, &json!({"experiment": NAME, "groups": found.groups}));
    json
}

fn told(found: &Seeds) -> String {
    let outcome = &found.outcome;
    let (starts, failed) = (outcome.starts.len(), outcome.failed());
    let epochs = thousands(outcome.spec.epochs.unwrap_or_default());
    let mut text =
        format!("Exclusive or from {starts} starts: {}\n\n", describe_network(&outcome.starts[0].model));
    text += &classic::settings(outcome);
    text += &format!("\n{failed} of {starts} starts failed within {epochs} sweeps");
    if let Some(sweeps) = outcome.sweeps() {
        text += &format!(
            "; the others took {} in the median, {} to {}",
            thousands(sweeps.median.round() as usize),
            thousands(sweeps.least),
            thousands(sweeps.most)
        );
    }
    text += "\n";
    if !found.groups.is_empty() {
        text += &groups(&found.groups);
    }
    text
}

fn groups(groups: &[Group]) -> String {
    let row = |group: &Group| {
        let answers = group.answers.iter().map(|answer| format!("{answer:.2}")).collect::<Vec<_>>().join(" ");
        let curvature = |at: Option<&f64>| at.copied().map_or(String::new(), small);
        vec![
            group.starts.to_string(),
            small(group.loss),
            answers,
            small(group.gradient),
            curvature(group.curvatures.first()),
            curvature(group.curvatures.last()),
            small(group.largest_weight),
            told_ground(group.ground).to_owned(),
        ]
    };
    let header = [
        "starts",
        "loss",
        "answers to 00 01 10 11",
        "|gradient|",
        "least curvature",
        "most",
        "largest |w|",
        "ground",
    ];
    format!("\nwhere they are stuck, by their loss\n{}", table(&header, groups.iter().map(row).collect(), 0))
}

fn told_ground(ground: Ground) -> &'static str {
    match ground {
        Ground::Minimum => "minimum",
        Ground::Saddle => "saddle",
        Ground::Plain => "plain",
    }
}
