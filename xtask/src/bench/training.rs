//! Training: every workload, on every number of threads; the tables of speed and of memory.

use super::contest::{Contest, Plan, best_of, name};
use super::options::Options;
use super::peers::{Mode, Programs, is_on_gpu, training_modes};
use super::sections::{amount, counted, percent, rate, times};
use super::workload::{FULL_BATCH, Workload};
use crate::document::{cells, table};
use anyhow::Result;
use std::collections::BTreeMap;

/// Holds the contests.
///
/// # Errors
/// If our program fails.
pub(super) fn measure(programs: &Programs, options: &Options) -> Result<Vec<Contest>> {
    let mut contests = Vec::new();
    for workload in Workload::all().into_iter().filter(|workload| options.wants(workload.name)) {
        let workload = &if options.quick { workload.shortened() } else { workload };
        for &threads in &options.threads {
            let rounds = options.rounds();
            let peers = training_modes(options.gpu);
            let plan = Plan { work: "train", workload, threads, peers, rounds, with_peak: true };
            contests.push(plan.hold(programs)?);
        }
    }
    Ok(contests)
}

/// By number of threads, the peak of each as the whole run has seen it.
pub(super) fn peaks(contests: &[Contest]) -> BTreeMap<usize, Vec<f64>> {
    let mut peaks: BTreeMap<usize, Vec<f64>> = BTreeMap::new();
    for contest in contests {
        let peak = peaks.entry(contest.threads).or_default();
        *peak = best_of(peak, &contest.peak);
    }
    peaks
}

/// What is trained.
pub(super) fn workloads() -> String {
    let mut rows = vec![cells(&["name", "network", "activation, loss", "batch", "optimizer", "rows"])];
    rows.extend(Workload::all().iter().map(|workload| {
        vec![
            workload.name.to_owned(),
            workload.network(),
            format!("{}, {}", workload.activation, workload.loss.replace('_', " ")),
            amount(workload.batch),
            workload.optimizer.to_owned(),
            amount(workload.rows),
        ]
    }));
    table(&rows)
}

/// Samples per second, a table for each number of threads, a column for each of these modes.
pub(super) fn speeds(contests: &[Contest], modes: &[Mode]) -> String {
    let peaks = peaks(contests);
    let mut text = String::new();
    for (threads, peak) in &peaks {
        let each: Vec<String> = peak.iter().map(|gflops| format!("{gflops:.0}")).collect();
        text += &format!("### {}\n\n", counted(*threads, "thread"));
        text += &format!("Peak of the processor in f32: {} GFLOP/s.\n\n", each.join(" + "));
        let mut rows = vec![speed_header(modes)];
        let of_these = contests.iter().filter(|contest| contest.threads == *threads);
        rows.extend(of_these.flat_map(|contest| speed_rows(contest, modes, peak.iter().sum())));
        text += &(table(&rows) + "\n");
    }
    text.trim_end().to_owned() + "\n"
}

fn speed_header(modes: &[Mode]) -> Vec<String> {
    let mut header = cells(&["", "precision", "Gradus"]);
    header.extend(modes.iter().map(|mode| name(*mode)));
    header.extend(cells(ratio_names(modes)));
    header.extend(cells(&["GFLOP/s", "share of the f32 peak"]));
    header
}

/// What stands above the [`ratios`].
pub(super) fn ratio_names(modes: &[Mode]) -> &'static [&'static str] {
    match modes.iter().any(|(_, mode)| is_on_gpu(mode)) {
        true => &["ratio to the best on the processor", "ratio to the best on the GPU"],
        false => &["ratio to the best"],
    }
}

/// How many times as fast ours is as the best peer: on the processor, and on the GPU where one takes part.
pub(super) fn ratios(contest: &Contest, precision: &str, modes: &[Mode]) -> Vec<String> {
    let both = [contest.ratio(precision), contest.ratio_to_gpu(precision)];
    both.into_iter().take(ratio_names(modes).len()).map(times).collect()
}

/// A row for each precision of ours.
fn speed_rows(contest: &Contest, modes: &[Mode], peak: f64) -> Vec<Vec<String>> {
    let row = |&(precision, _): &(&'static str, f64)| {
        let ours = contest.ours(precision)?;
        let gflops = ours.rate() * contest.workload.operations() / 1e9;
        let mut row = vec![contest.workload.name.to_owned(), precision.to_owned(), rate(Some(ours.rate()))];
        row.extend(modes.iter().map(|mode| rate(contest.peer(*mode).map(|peer| peer.rate()))));
        row.extend(ratios(contest, precision, modes));
        row.extend([format!("{gflops:.1}"), percent(gflops / peak)]);
        Some(row)
    };
    contest.workload.precisions.iter().filter_map(row).collect()
}

/// Microseconds of a step whose batch is all examples.
pub(super) fn full_batch(contests: &[Contest], modes: &[Mode]) -> String {
    let mut rows = vec![cells(&["threads", "precision", "Gradus"])];
    rows[0].extend(modes.iter().map(|mode| name(*mode)));
    rows[0].extend(cells(ratio_names(modes)));
    for contest in contests.iter().filter(|contest| contest.workload.name == FULL_BATCH) {
        let batch = contest.workload.batch as f64;
        let step =
            |rate: Option<f64>| rate.map_or("–".to_owned(), |rate| format!("{:.0} µs", 1e6 * batch / rate));
        for (precision, _) in contest.workload.precisions {
            let mut row = vec![contest.threads.to_string(), (*precision).to_owned()];
            row.push(step(contest.ours(precision).map(|ours| ours.rate())));
            row.extend(modes.iter().map(|mode| step(contest.peer(*mode).map(|peer| peer.rate()))));
            row.extend(ratios(contest, precision, modes));
            rows.push(row);
        }
    }
    table(&rows)
}

/// The most memory of each process, on the smallest number of threads.
pub(super) fn memory(contests: &[Contest], modes: &[Mode]) -> String {
    let mebibytes =
        |bytes: Option<u64>| bytes.map_or("–".to_owned(), |bytes| format!("{} MiB", bytes >> 20));
    let fewest = contests.iter().map(|contest| contest.threads).min();
    let mut rows = vec![cells(&["", "precision", "the data in f32", "Gradus"])];
    rows[0].extend(modes.iter().map(|mode| name(*mode)));
    for contest in contests.iter().filter(|contest| Some(contest.threads) == fewest) {
        for (precision, _) in contest.workload.precisions {
            let mut row = vec![contest.workload.name.to_owned(), (*precision).to_owned()];
            row.push(mebibytes(Some(contest.workload.data_bytes())));
            row.push(mebibytes(contest.ours(precision).and_then(|ours| ours.peak_bytes)));
            let of_peer = |mode: &Mode| mebibytes(contest.peer(*mode).and_then(|peer| peer.peak_bytes));
            row.extend(modes.iter().map(of_peer));
            rows.push(row);
        }
    }
    table(&rows)
}
