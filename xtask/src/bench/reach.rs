//! Time to an accuracy: from the files of an IDX data set to a network that answers enough of its test part.
//!
//! Both programs learn in the same way: 784-256-128-10 (or as wide as the pictures are), relu, Adam at 0.001, batches of 128,
//! and test after every epoch. The seeds take turns.

use super::options::Options;
use super::peers::Programs;
use super::sections::counted;
use super::workload::Workload;
use crate::document::{cells, table};
use crate::estimate::median;
use crate::program::{figure, printed, script};
use crate::stage::heading;
use anyhow::{Context, Result};
use serde_json::{Value, json};

/// PyTorch, and what its script is told beside the task; the second only where a GPU takes part.
const PEERS: [(&str, &[&str]); 2] = [("PyTorch fused", &[]), ("PyTorch GPU graph", &["--gpu"])];

const SEEDS: [u64; 3] = [1, 2, 3];
const EPOCHS: usize = 50;

/// What one program came to in one precision, on so many threads: an entry for each seed.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Reached {
    program: String,
    threads: usize,
    seconds: Vec<f64>,
    epochs: Vec<f64>,
    /// The last accuracy of each seed.
    accuracies: Vec<f64>,
}

/// The times of one data set.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Race {
    folder: String,
    accuracy: f64,
    reached: Vec<Reached>,
}

/// Lets everybody learn; `None` where no data are named or nobody asks.
///
/// # Errors
/// If our program fails.
pub(super) fn measure(programs: &Programs, options: &Options) -> Result<Option<Race>> {
    let Some(folder) = options.data.as_ref().filter(|_| options.wants("time")) else {
        println!(
            "   time to an accuracy is left out; to measure it: --data FOLDER [--accuracy {}]",
            options.accuracy
        );
        return Ok(None);
    };
    heading(&format!("time to an accuracy of {}", options.accuracy));
    let mut reached = Vec::new();
    for &threads in &options.threads {
        reached.extend(on_threads(programs, options, folder, threads)?);
    }
    Ok(Some(Race { folder: folder.clone(), accuracy: options.accuracy, reached }))
}

fn on_threads(programs: &Programs, options: &Options, folder: &str, threads: usize) -> Result<Vec<Reached>> {
    let new =
        |program: String| Reached { program, threads, seconds: vec![], epochs: vec![], accuracies: vec![] };
    let workload = Workload::named("fmnist");
    let precisions: Vec<&str> = workload.precisions.iter().map(|(precision, _)| *precision).collect();
    let mut ours: Vec<Reached> =
        precisions.iter().map(|precision| new(format!("Gradus {precision}"))).collect();
    let present = || PEERS.iter().filter(|(_, told)| options.gpu || told.is_empty());
    let of_python = |python| present().map(move |peer| (python, peer));
    let peers = programs.pytorch_python().into_iter().flat_map(of_python);
    let mut peers: Vec<(&str, &[&str], Reached)> =
        peers.map(|(python, (name, told))| (python, *told, new((*name).to_owned()))).collect();
    for seed in SEEDS.into_iter().take(if options.quick { 1 } else { SEEDS.len() }) {
        for (ours, precision) in ours.iter_mut().zip(&precisions) {
            let hidden: Vec<String> =
                workload.widths[1..workload.widths.len() - 1].iter().map(ToString::to_string).collect();
            let task = json!({
                "folder": folder, "accuracy": options.accuracy, "hidden": hidden.join(","), "batch": workload.batch,
                "rate": workload.rate, "epochs": EPOCHS, "seed": seed, "mode": precision, "threads": threads,
            });
            let command = programs.gradus.with(&["reach", &task.to_string()]);
            let words: Vec<&str> = command.iter().map(String::as_str).collect();
            let (program, arguments) = words.split_first().context("a command has a program")?;
            ours.add(&printed(program, arguments)?)?;
        }
        for (python, told, theirs) in &mut peers {
            let [accuracy, epochs] = [options.accuracy.to_string(), EPOCHS.to_string()];
            let [seed, threads] = [seed.to_string(), threads.to_string()];
            let arguments =
                ["--accuracy", &accuracy, "--epochs", &epochs, "--seed", &seed, "--threads", &threads];
            let words = [&[folder], arguments.as_slice(), told].concat();
            theirs.add(&script(python, "pytorch_reach.py", &words)?)?;
        }
    }
    Ok(ours.into_iter().chain(peers.into_iter().map(|(_, _, reached)| reached)).collect())
}

impl Reached {
    fn add(&mut self, result: &Value) -> Result<()> {
        self.seconds.push(figure(result, "seconds")?);
        self.epochs.push(figure(result, "epochs")?);
        self.accuracies.push(figure(result, "accuracy")?);
        println!("   {}, {}: {result}", self.program, counted(self.threads, "thread"));
        Ok(())
    }
}

/// The medians, and whether every seed got there.
pub(super) fn times(race: &Race) -> String {
    let mut rows =
        vec![cells(&["", "threads", "seconds", "epochs", "accuracy then", "seeds that got there"])];
    for reached in &race.reached {
        let there = reached.accuracies.iter().filter(|accuracy| **accuracy >= race.accuracy).count();
        rows.push(vec![
            reached.program.clone(),
            reached.threads.to_string(),
            format!("{:.2}", median(&reached.seconds)),
            format!("{:.0}", median(&reached.epochs)),
            format!("{:.4}", median(&reached.accuracies)),
            format!("{there} of {}", reached.accuracies.len()),
        ]);
    }
    let name = race.folder.rsplit(['/', '\\']).next().unwrap_or_default();
    format!("Data: the folder `{name}`. To be reached: {}.\n\n{}", race.accuracy, table(&rows))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_medians_over_seeds() {
        let mut reached = Reached {
            program: "Gradus f32".to_owned(),
            threads: 2,
            seconds: vec![],
            epochs: vec![],
            accuracies: vec![],
        };
        for (seconds, epochs, accuracy) in [(3.0, 4, 0.885), (1.0, 2, 0.88), (9.0, 50, 0.87)] {
            reached.add(&json!({"seconds": seconds, "epochs": epochs, "accuracy": accuracy})).unwrap();
        }
        let text =
            times(&Race { folder: "/data/clothes".to_owned(), accuracy: 0.88, reached: vec![reached] });
        assert!(text.starts_with("Data: the folder `clothes`. To be reached: 0.88.\n"), "{text}");
        assert!(text.contains("| Gradus f32 | 2 | 3.00 | 4 | 0.8800 | 2 of 3 |"), "{text}");
    }
}
