//! `gradus experiment seeds`: exclusive or from many starts, and where the stuck ones are.

use super::classic::{self, small};
use super::{learning, picture};
use crate::arguments;
use crate::commands::plot::check_output;
use crate::failure::Failure;
use crate::interrupt::Interrupt;
use crate::progress::Starts;
use crate::results::merge;
use crate::terminal::{Terminal, clean, table};
use clap::{ArgMatches, Command};
use gradus_lab::experiment::seeds::{Ground, Group, STARTS, Seeds, seeds};
use gradus_lab::run_summary::{describe_network, thousands};
use gradus_lab::{Error, files, plot};
use serde_json::{Value, json};
use std::path::PathBuf;

pub(super) const NAME: &str = "seeds";

const WHY: &str = "The loss is not a convex function of the weights: the slope leads down from where a start happens to be, and not always to
a solution. No finite place with an error is a minimum here, from each a path leads down to error 0; but there are plains
that fall for ever towards weights without bound, where a hidden unit is saturated for two patterns or more and learns no longer
(Sprinkhuizen-Kuyper and Boers 1999, Annals of Mathematics and Artificial Intelligence 25).";

/// Losses per side of the picture.
const PIXELS: usize = 480;

pub(super) fn arguments(command: Command) -> Command {
    classic::arguments(command)
        .arg(picture("Draw a slice of the loss surface as SVG, through a solution and a stuck start"))
}

pub(super) fn run(matches: &ArgMatches, terminal: &Terminal, interrupt: &Interrupt) -> Result<(), Failure> {
    let starts = arguments::whole(matches, "starts")?.unwrap_or(STARTS);
    let asked = learning(matches)?;
    let output = matches.get_one::<PathBuf>("output").map(PathBuf::as_path);
    if let Some(output) = output {
        check_output(output, matches)?;
    }
    let mut progress = Starts::new(*terminal, interrupt.clone(), starts);
    let found = seeds(&asked, starts, &mut |step| progress.observe(&step))?;
    drop(progress);
    if found.outcome.starts.is_empty() {
        return Ok(());
    }
    let (mut json, mut text) = (to_json(&found), told(&found));
    let Some(output) = output.filter(|_| !found.outcome.stopped) else {
        return terminal.result(&json, &text);
    };
    match found.slice(PIXELS) {
        Ok(slice) => {
            let picture = plot::surface(&slice, "Exclusive or: a slice of the error surface");
            files::write(output, picture.as_bytes())?;
            merge(&mut json, &json!({"slice": slice.places, "output": output.display().to_string()}));
            text += &format!("the picture is in {}\n", clean(&output.display().to_string()));
            terminal.result(&json, &text)
        }
        // The starts were run and are worth telling; only the picture is missing.
        Err(error @ Error::NoPlane { .. }) => {
            terminal.result(&json, &text)?;
            terminal.note("No picture", &error.to_string());
            Ok(())
        }
        Err(error) => Err(error.into()),
    }
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
    let network = describe_network(&outcome.starts[0].model);
    let mut text = format!("Exclusive or from {starts} starts: {network}\n\n{}", classic::settings(outcome));
    text += &format!("\n{failed} of {starts} starts failed within {epochs} sweeps");
    if let Some(sweeps) = outcome.sweeps() {
        let [median, least, most] =
            [sweeps.median.round() as usize, sweeps.least, sweeps.most].map(thousands);
        text += &format!("; the others had learned it after {median} in the median, {least} to {most}");
    }
    text += &format!("\n\nwhere they are after {epochs} sweeps, by their loss\n{}", groups(&found.groups));
    text += "the numbers are those of the start in the middle of its group; curvatures are the eigenvalues of the second derivatives\n";
    text + &why(&found.groups)
}

fn groups(groups: &[Group]) -> String {
    let row = |group: &Group| {
        let answers = group.answers.iter().map(|answer| format!("{answer:.2}")).collect::<Vec<_>>().join(" ");
        let curvature = |at: Option<&f64>| at.copied().map_or(String::new(), small);
        vec![
            if group.solved { "learned".to_owned() } else { "stuck".to_owned() },
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
        "",
        "starts",
        "loss",
        "answers to 00 01 10 11",
        "slope",
        "least curvature",
        "most",
        "largest |w|",
        "ground",
    ];
    table(&header, groups.iter().map(row).collect(), 1)
}

/// What the kinds of ground mean that stuck starts stand on.
fn why(groups: &[Group]) -> String {
    let mut text = String::new();
    let is_there = |ground| groups.iter().any(|group| !group.solved && group.ground == ground);
    for (ground, meaning) in [
        (Ground::Plain, "plain: hardly any slope, and no direction in which it bends downwards to speak of"),
        (
            Ground::Saddle,
            "saddle: hardly any slope, but a direction in which it bends downwards, and so a way out",
        ),
        (Ground::Bowl, "bowl: it bends upwards in every direction"),
    ] {
        if is_there(ground) {
            text += &format!("{meaning}\n");
        }
    }
    if text.is_empty() {
        return text;
    }
    format!("{text}\n{WHY}\n")
}

fn told_ground(ground: Ground) -> &'static str {
    match ground {
        Ground::Bowl => "bowl",
        Ground::Saddle => "saddle",
        Ground::Plain => "plain",
    }
}
