//! The goals, and whether this run met them.

use super::contest::Contest;
use super::growth::{Axis, Growth};
use super::sections::{Results, amount, counted, rate};
use crate::document::{cells, table};

/// One goal.
#[derive(Clone, Debug, PartialEq)]
struct Goal {
    what: String,
    asked: String,
    reached: String,
    is_met: bool,
}

/// The longest time of a prediction of one row on one thread, in microseconds.
const ONE_ROW: f64 = 12.0;
/// Rows per second of a prediction of 1,024 rows, by number of threads.
const MANY_ROWS: [(usize, f64); 2] = [(1, 360e3), (2, 650e3)];
/// The dearest example of any number of them over the cheapest.
const SPREAD: f64 = 1.1;

/// A table of all goals that this run can judge.
pub(super) fn judged(results: &Results) -> String {
    let training = results.training.iter().flat_map(ratios);
    let answers = results.inference.iter().filter_map(prediction);
    let growth = results.growth.iter().filter(|growth| growth.axis == Axis::Rows).flat_map(flatness);
    let mut rows = vec![cells(&["goal", "asked", "reached", "met"])];
    rows.extend(training.chain(answers).chain(growth).map(|goal| {
        vec![goal.what, goal.asked, goal.reached, if goal.is_met { "yes" } else { "no" }.to_owned()]
    }));
    table(&rows)
}

/// How many times as fast as the best peer, in each precision; nothing where no peer took part.
fn ratios(contest: &Contest) -> Vec<Goal> {
    let goal = |&(precision, asked): &(&'static str, f64)| {
        let (ratio, best) = (contest.ratio(precision)?, contest.best_peer(precision)?);
        Some(Goal {
            what: format!("{}, {precision}, {}", contest.workload.name, counted(contest.threads, "thread")),
            asked: format!("{asked}× the best peer"),
            reached: format!("{ratio:.2}× {}", best.name()),
            is_met: ratio >= asked,
        })
    };
    contest.workload.precisions.iter().filter_map(goal).collect()
}

fn prediction(contest: &Contest) -> Option<Goal> {
    let (rows, threads) = (contest.workload.rows, contest.threads);
    let reached = contest.ours("f32")?.rate();
    let what = format!("prediction of {}, {}", counted(rows, "row"), counted(threads, "thread"));
    if rows == 1 {
        let time = 1e6 / reached;
        return (threads == 1).then(|| Goal {
            what,
            asked: format!("at most {ONE_ROW} µs"),
            reached: format!("{time:.1} µs"),
            is_met: time <= ONE_ROW,
        });
    }
    let (_, asked) = MANY_ROWS.into_iter().find(|(of, _)| *of == threads)?;
    Some(Goal {
        what,
        asked: format!("{} rows/s", rate(Some(asked))),
        reached: format!("{} rows/s", rate(Some(reached))),
        is_met: reached >= asked,
    })
}

fn flatness(growth: &Growth) -> Vec<Goal> {
    let places = growth.points.iter().map(|(place, _)| *place);
    let (Some(least), Some(most)) = (places.clone().min(), places.max()) else { return Vec::new() };
    let goal = |(threads, spread): (usize, f64)| Goal {
        what: format!(
            "cost of an example, from {} to {} examples, {}",
            amount(least),
            amount(most),
            counted(threads, "thread")
        ),
        asked: format!("the dearest at most {SPREAD}× the cheapest"),
        reached: format!("{spread:.2}×"),
        is_met: spread <= SPREAD,
    };
    growth.spread().into_iter().map(goal).collect()
}

#[cfg(test)]
mod tests {
    use super::super::contest::tests::contest;
    use super::super::workload::Workload;
    use super::*;

    #[test]
    fn goals_are_judged_by_what_was_reached() {
        #[track_caller]
        fn check(training: Vec<Contest>, inference: Vec<Contest>, expected: &[&str]) {
            let results = Results { training, inference, ..Results::default() };
            let text = judged(&results);
            let rows: Vec<&str> = text.lines().skip(2).collect();
            assert_eq!(rows, expected);
        }
        let (ours, fused, bf16) = (("Gradus", "f32"), ("PyTorch", "fused"), ("PyTorch", "bf16"));
        let tab = contest("tab", 2, &[(ours, 630e3), (fused, 300e3), (bf16, 900e3)]);
        check(vec![tab], vec![], &["| tab, f32, 2 threads | 3× the best peer | 2.10× PyTorch fused | no |"]);
        check(vec![contest("tab", 1, &[(ours, 630e3)])], vec![], &[]);
        let asked = |rows, threads, rate| {
            let contest = contest("fmnist", threads, &[(ours, rate)]);
            Contest { workload: Workload { rows, ..Workload::named("fmnist") }, ..contest }
        };
        check(
            vec![],
            vec![
                asked(1, 1, 1e5),
                asked(1, 2, 1e5),
                asked(1024, 1, 3e5),
                asked(1024, 2, 7e5),
                asked(1024, 8, 7e5),
            ],
            &[
                "| prediction of 1 row, 1 thread | at most 12 µs | 10.0 µs | yes |",
                "| prediction of 1,024 rows, 1 thread | 360k rows/s | 300k rows/s | no |",
                "| prediction of 1,024 rows, 2 threads | 650k rows/s | 700k rows/s | yes |",
            ],
        );
    }
}
