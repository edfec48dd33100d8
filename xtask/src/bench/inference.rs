//! Inference: one row, and 1,024 rows, through a network of the size of MNIST's.
//!
//! Ours is `ModelPredictor`, whose weights are packed once: from numbers as they come to probabilities, checks and preprocessing included.

use super::contest::{Contest, Plan, name};
use super::options::Options;
use super::peers::{Mode, Programs, prediction_modes};
use super::sections::{amount, rate};
use super::training::{ratio_names, ratios};
use super::workload::Workload;
use crate::document::{cells, table};
use anyhow::Result;

/// The network that is asked.
const NETWORK: &str = "fmnist";

/// Rows of a prediction.
pub(super) const ROWS: [usize; 2] = [1, 1024];

/// Holds the contests.
///
/// # Errors
/// If our program fails.
pub(super) fn measure(programs: &Programs, options: &Options) -> Result<Vec<Contest>> {
    let mut contests = Vec::new();
    for rows in ROWS.into_iter().filter(|_| options.wants("inference")) {
        for &threads in &options.threads {
            let workload = &Workload { rows, ..Workload::named(NETWORK) };
            let (peers, rounds) = (prediction_modes(options.gpu), options.rounds());
            let plan = Plan { work: "predict", workload, threads, peers, rounds, with_peak: false };
            contests.push(plan.hold(programs)?);
        }
    }
    Ok(contests)
}

/// Time of a prediction of one row, rows per second of a larger one.
pub(super) fn answers(contests: &[Contest], modes: &[Mode]) -> String {
    let mut rows = vec![cells(&["rows", "threads", "precision", "Gradus"])];
    rows[0].extend(modes.iter().map(|mode| name(*mode)));
    rows[0].extend(cells(ratio_names(modes)));
    for contest in contests {
        let n = contest.workload.rows;
        let figure = |measured: Option<f64>| match n {
            1 => measured.map_or("–".to_owned(), |rate| format!("{:.1} µs", 1e6 / rate)),
            _ => measured.map_or("–".to_owned(), |measured| format!("{} rows/s", rate(Some(measured)))),
        };
        for (precision, _) in contest.workload.precisions {
            let mut row = vec![amount(n), contest.threads.to_string(), (*precision).to_owned()];
            row.push(figure(contest.ours(precision).map(|ours| ours.rate())));
            row.extend(modes.iter().map(|mode| figure(contest.peer(*mode).map(|peer| peer.rate()))));
            row.extend(ratios(contest, precision, modes));
            rows.push(row);
        }
    }
    table(&rows)
}
