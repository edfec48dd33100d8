//! Growth: what a weight, an example and an update cost while the width, the batch, the number of examples or the number
//! of layers grows by orders of magnitude.
//!
//! All start from the network for a table of data; one thing about it changes.

use super::contest::{Contest, Plan};
use super::machine::available_memory;
use super::options::Options;
use super::peers::{GROWTH_MODES, Program, Programs};
use super::sections::{amount, counted, significant};
use super::workload::Workload;
use crate::document::{cells, table};
use crate::stage::root;
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// What grows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Axis {
    Width,
    Batch,
    Rows,
    Layers,
}

/// What was measured along one axis.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Growth {
    pub(super) axis: Axis,
    /// The place on the axis, and the contest there.
    pub(super) points: Vec<(usize, Contest)>,
    /// Places that this machine has not the memory for.
    pub(super) skipped: Vec<usize>,
}

/// One program on so many threads, along the axis.
struct Line {
    program: &'static str,
    threads: usize,
    /// Place and value.
    points: Vec<(usize, f64)>,
}

/// Where one epoch is long enough, it is the only round.
const ROWS_OF_A_LONG_EPOCH: usize = 5_000_000;
/// Bytes that the two programs of a contest may need for each byte of data.
const BYTES_PER_DATA_BYTE: u64 = 6;

impl Axis {
    pub(super) const ALL: [Self; 4] = [Self::Width, Self::Batch, Self::Rows, Self::Layers];

    fn name(self) -> &'static str {
        match self {
            Self::Width => "width",
            Self::Batch => "batch",
            Self::Rows => "rows",
            Self::Layers => "layers",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Width => "units of each of two hidden layers",
            Self::Batch => "examples of a batch",
            Self::Rows => "examples",
            Self::Layers => "hidden layers of 128 units",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Width => "What a weight costs, by width",
            Self::Batch => "Speed by size of the batch",
            Self::Rows => "What an example costs, by number of examples",
            Self::Layers => "What a weight costs, by depth",
        }
    }

    fn unit(self) -> &'static str {
        match self {
            Self::Width | Self::Layers => "ns per weight and sample",
            Self::Batch => "samples/s",
            Self::Rows => "µs per sample",
        }
    }

    /// From samples per second to the unit.
    fn value(self, workload: &Workload, rate: f64) -> f64 {
        match self {
            Self::Width | Self::Layers => 1e9 / rate / workload.weights() as f64,
            Self::Batch => rate,
            Self::Rows => 1e6 / rate,
        }
    }

    fn places(self, quick: bool) -> Vec<usize> {
        let (first, factor, count, few) = match self {
            Self::Width => (32, 2, 8, 4),
            Self::Batch => (1, 4, 9, 5),
            Self::Rows => (1000, 10, 5, 3),
            Self::Layers => (1, 2, 6, 4),
        };
        let count = if quick { few } else { count };
        std::iter::successors(Some(first), |place| Some(place * factor)).take(count).collect()
    }

    fn workload(self, place: usize) -> Workload {
        let tab = Workload { precisions: &[("f32", 1.0)], ..Workload::named("tab") };
        match self {
            // Few examples, so that an epoch of the widest network is a matter of seconds.
            Self::Width => Workload { widths: vec![54, place, place, 7], rows: 4096, ..tab },
            // Two updates of the largest batch, 512 of the smallest.
            Self::Batch => Workload { batch: place, rows: (512 * place).min(8192).max(2 * place), ..tab },
            Self::Rows => Workload { rows: place, ..tab },
            Self::Layers => {
                let hidden = std::iter::repeat_n(128, place);
                Workload { widths: [54].into_iter().chain(hidden).chain([7]).collect(), rows: 4096, ..tab }
            }
        }
    }
}

/// Measures along every axis.
///
/// # Errors
/// If our program fails.
pub(super) fn measure(programs: &Programs, options: &Options) -> Result<Vec<Growth>> {
    Axis::ALL
        .into_iter()
        .filter(|_| options.wants("growth"))
        .map(|axis| along(axis, programs, options))
        .collect()
}

fn along(axis: Axis, programs: &Programs, options: &Options) -> Result<Growth> {
    let mut growth = Growth { axis, points: Vec::new(), skipped: Vec::new() };
    for place in axis.places(options.quick) {
        let workload = &axis.workload(place);
        if available_memory().is_some_and(|bytes| BYTES_PER_DATA_BYTE * workload.data_bytes() > bytes / 4 * 3)
        {
            println!("   {} of {} are left out: not enough memory", axis.name(), amount(place));
            growth.skipped.push(place);
            continue;
        }
        for &threads in &options.threads {
            let (rounds, seconds) = options.rounds();
            let rounds = if workload.rows >= ROWS_OF_A_LONG_EPOCH { 1 } else { rounds.min(3) };
            let rounds = (rounds, seconds);
            let plan =
                Plan { work: "train", workload, threads, peers: &GROWTH_MODES, rounds, with_peak: false };
            growth.points.push((place, plan.hold(programs)?));
        }
    }
    Ok(growth)
}

impl Growth {
    /// Every program on every number of threads, ours first.
    fn lines(&self) -> Vec<Line> {
        let mut threads: Vec<usize> = self.points.iter().map(|(_, contest)| contest.threads).collect();
        threads.sort_unstable();
        threads.dedup();
        let mut lines = Vec::new();
        for program in ["Gradus", GROWTH_MODES[0].0] {
            for &threads in &threads {
                let of_these = self.points.iter().filter(|(_, contest)| contest.threads == threads);
                let point = |(place, contest): &(usize, Contest)| {
                    let measured = contest.measured.iter().find(|measured| measured.program == program)?;
                    Some((*place, self.axis.value(&contest.workload, measured.rate())))
                };
                lines.push(Line { program, threads, points: of_these.filter_map(point).collect() });
            }
        }
        lines.retain(|line| !line.points.is_empty());
        lines
    }

    /// The largest value of ours over the smallest, by number of threads.
    pub(super) fn spread(&self) -> Vec<(usize, f64)> {
        let spread = |points: &[(usize, f64)]| {
            let ends = points
                .iter()
                .fold((f64::INFINITY, 0.0_f64), |ends, point| (ends.0.min(point.1), ends.1.max(point.1)));
            ends.1 / ends.0
        };
        let ours = self.lines().into_iter().filter(|line| line.program == "Gradus");
        ours.map(|line| (line.threads, spread(&line.points))).collect()
    }

    /// The picture as our program takes it.
    fn picture(&self) -> Value {
        let lines: Vec<Value> = self
            .lines()
            .into_iter()
            .map(|Line { program, threads, points }| {
                json!({
                    "name": format!("{program}, {}", counted(threads, "thread")),
                    "group": usize::from(program != "Gradus"),
                    "dashed": threads == 1,
                    "points": points,
                })
            })
            .collect();
        json!({
            "title": self.axis.title(),
            "remark": self.remark(),
            "x": self.axis.label(),
            "y": self.axis.unit(),
            "lines": lines,
        })
    }

    fn remark(&self) -> String {
        let (network, batch) = match self.axis {
            Axis::Width => ("54-W-W-7", "batches of 256"),
            Axis::Batch => ("54-128-128-7", "batches of B"),
            Axis::Rows => ("54-128-128-7", "batches of 256"),
            Axis::Layers => ("54-128-…-128-7", "batches of 256"),
        };
        format!("{network}, relu, Adam, {batch}, in f32; PyTorch with the fused update")
    }

    fn table(&self) -> String {
        let lines = self.lines();
        let mut rows = vec![cells(&[self.axis.label()])];
        rows[0].extend(
            lines.iter().map(|line| format!("{}, {}", line.program, counted(line.threads, "thread"))),
        );
        let mut places: Vec<usize> = self.points.iter().map(|(place, _)| *place).collect();
        places.dedup();
        for place in places {
            let mut row = vec![amount(place)];
            row.extend(lines.iter().map(|line| {
                let point = line.points.iter().find(|point| point.0 == place);
                point.map_or("–".to_owned(), |point| significant(point.1))
            }));
            rows.push(row);
        }
        table(&rows)
    }
}

/// A picture and a table for each axis.
pub(super) fn tables(growths: &[Growth]) -> String {
    let section = |growth: &Growth| {
        let (axis, name) = (growth.axis, growth.axis.name());
        let skipped: Vec<String> = growth.skipped.iter().map(|place| amount(*place)).collect();
        let skipped = match skipped.is_empty() {
            true => String::new(),
            false => {
                format!("\nLeft out, because this machine has not the memory: {}.\n", skipped.join(", "))
            }
        };
        let title = axis.title();
        format!(
            "### {title}\n\n![{title}](pictures/growth-{name}.svg)\n\nIn {}; {}.\n\n{}{skipped}",
            axis.unit(),
            growth.remark(),
            growth.table()
        )
    };
    growths.iter().map(section).collect::<Vec<_>>().join("\n")
}

/// Draws the picture of each axis.
///
/// # Errors
/// If our program fails.
pub(super) fn draw(growths: &[Growth], gradus: &Program, folder: &Path) -> Result<()> {
    for growth in growths {
        let path = folder.join(format!("growth-{}.svg", growth.axis.name())).to_string_lossy().into_owned();
        let command = gradus.with(&["draw", &path]);
        let (program, arguments) = command.split_first().context("a command has a program")?;
        let mut drawing = Command::new(program);
        let mut child = drawing.args(arguments).current_dir(root()).stdin(Stdio::piped()).spawn()?;
        child
            .stdin
            .take()
            .context("its input is a pipe")?
            .write_all(growth.picture().to_string().as_bytes())?;
        if !child.wait()?.success() {
            bail!("{path} cannot be drawn");
        }
        println!("   {path}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::contest::tests::contest;
    use super::*;

    fn grown(axis: Axis, rates: &[(usize, usize, f64, f64)]) -> Growth {
        let point = |&(place, threads, ours, theirs): &(usize, usize, f64, f64)| {
            let rates = [(("Gradus", "f32"), ours), (("PyTorch", "fused"), theirs)];
            (place, Contest { workload: axis.workload(place), ..contest("tab", threads, &rates) })
        };
        Growth { axis, points: rates.iter().map(point).collect(), skipped: vec![10_000_000] }
    }

    #[test]
    fn places_reach_over_orders_of_magnitude() {
        for (axis, first, last) in [
            (Axis::Width, 32, 4096),
            (Axis::Batch, 1, 65_536),
            (Axis::Rows, 1000, 10_000_000),
            (Axis::Layers, 1, 32),
        ] {
            let places = axis.places(false);
            assert_eq!((places[0], places[places.len() - 1]), (first, last), "{axis:?}");
            assert!(places.starts_with(&axis.places(true)));
            for place in places {
                let workload = axis.workload(place);
                assert!(workload.batch <= workload.rows && workload.weights() > 0, "{axis:?} {place}");
            }
        }
    }

    #[test]
    fn figures_are_told_in_the_unit_of_their_axis() {
        let growth = grown(Axis::Rows, &[(1000, 1, 2e5, 1e5), (1000, 2, 4e5, 1e5), (10_000, 1, 1e5, 1e5)]);
        let text = tables(std::slice::from_ref(&growth));
        assert!(text.contains(
            "| examples | Gradus, 1 thread | Gradus, 2 threads | PyTorch, 1 thread | PyTorch, 2 threads |"
        ));
        assert!(
            text.contains("| 1,000 | 5.00 | 2.50 | 10.0 | 10.0 |\n| 10,000 | 10.0 | – | 10.0 | – |"),
            "{text}"
        );
        assert!(text.contains("not the memory: 10,000,000."), "{text}");
        assert_eq!(growth.spread(), [(1, 2.0), (2, 1.0)]);
        // 54·128 + 128·128 + 128·7 = 24,192 weights in 5 µs.
        let weight = Axis::Layers.value(&Axis::Layers.workload(2), 2e5);
        assert!((weight - 5000.0 / 24_192.0).abs() < 1e-12, "{weight}");
        let picture = growth.picture();
        assert_eq!(picture["lines"][1]["points"], json!([[1000, 2.5]]));
        assert_eq!(
            (&picture["lines"][2]["group"], &picture["lines"][2]["dashed"]),
            (&json!(1), &json!(true))
        );
    }
}
