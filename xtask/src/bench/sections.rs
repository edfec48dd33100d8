//! The sections of docs/performance.md and docs/performance-gpu.md, from what was measured.

use super::contest::{Contest, Measured};
use super::growth::{self, Growth};
use super::options::Options;
use super::peers::{prediction_modes, training_modes};
use super::reach::{self, Race};
use super::{goals, inference, machine, training};

/// All that a run measured.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Results {
    pub(super) training: Vec<Contest>,
    pub(super) inference: Vec<Contest>,
    pub(super) reach: Option<Race>,
    pub(super) growth: Vec<Growth>,
}

const LEFT_OUT: &str = "Left out of this run.\n";

/// What a run beside a GPU writes: not what the processor alone decides about.
const GPU_SECTIONS: [&str; 5] = ["run", "training", "full batch", "inference", "time"];

/// Every section by its name; `absent` are the peers that are not installed.
pub(super) fn render(results: &Results, absent: &[&str], options: &Options) -> Vec<(&'static str, String)> {
    let measured = |text: String, is_empty: bool| if is_empty { LEFT_OUT.to_owned() } else { text };
    let (training, no_training) = (&results.training, results.training.is_empty());
    let (modes, answering) = (training_modes(options.gpu), prediction_modes(options.gpu));
    let inference = inference::answers(&results.inference, answering);
    let sections = vec![
        ("run", run(results, absent, options)),
        ("workloads", training::workloads()),
        ("training", measured(training::speeds(training, modes), no_training)),
        ("full batch", measured(training::full_batch(training, modes), no_training)),
        ("inference", measured(inference, results.inference.is_empty())),
        ("time", results.reach.as_ref().map_or_else(|| LEFT_OUT.to_owned(), reach::times)),
        ("memory", measured(training::memory(training, modes), no_training)),
        ("growth", measured(growth::tables(&results.growth), results.growth.is_empty())),
        ("goals", goals::judged(results)),
    ];
    sections.into_iter().filter(|(name, _)| !options.gpu || GPU_SECTIONS.contains(name)).collect()
}

/// How the document was made.
fn run(results: &Results, absent: &[&str], options: &Options) -> String {
    let (rounds, seconds) = options.rounds();
    let measured = || results.training.iter().chain(&results.inference).flat_map(|contest| &contest.measured);
    let instructions = measured().find_map(|measured| measured.instruction_set.clone()).unwrap_or_default();
    let threads: Vec<String> = options.threads.iter().map(ToString::to_string).collect();
    let mut rows = vec![
        format!("- command: `{}`, on {}", options.command, machine::today()),
        format!("- processor: {}, {} cores; instruction set: {instructions}", machine::processor(), cores()),
        format!("- numbers of threads: {}", threads.join(", ")),
        format!("- versions: {}", versions(measured())),
        format!(
            "- a figure is the median of {rounds} rounds of at least {seconds} s, and of as many for Gradus before each peer; a peer that takes more than {} s for one has no other",
            super::contest::SLOW.as_secs()
        ),
    ];
    if let Some(gpu) = measured().find_map(|measured| measured.gpu.as_ref()) {
        rows.insert(2, format!("- GPU: {gpu}"));
    }
    if options.quick {
        rows.push(
            "- **a quick run, to see that all works: a tenth of the examples, and rough figures**".to_owned(),
        );
    }
    if !absent.is_empty() {
        rows.push(format!("- not installed, and so left out: {}", absent.join(", ")));
    }
    rows.join("\n") + "\n"
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// `Gradus 0.1.0, PyTorch 2.11.0`
fn versions<'a>(measured: impl Iterator<Item = &'a Measured>) -> String {
    let mut versions: Vec<String> = Vec::new();
    for measured in measured {
        let version = format!("{} {}", measured.program, measured.version);
        if !versions.contains(&version) {
            versions.push(version);
        }
    }
    versions.join(", ")
}

/// Samples per second in three figures: `96.2k`, `1.11M`; a dash where there are none.
pub(super) fn rate(rate: Option<f64>) -> String {
    match rate {
        None => "–".to_owned(),
        Some(rate) if rate >= 999.5e3 => format!("{}M", significant(rate / 1e6)),
        Some(rate) if rate >= 999.5 => format!("{}k", significant(rate / 1e3)),
        Some(rate) => significant(rate),
    }
}

/// `2.10×`
pub(super) fn times(ratio: Option<f64>) -> String {
    ratio.map_or("–".to_owned(), |ratio| format!("{}×", significant(ratio)))
}

/// `74 %`
pub(super) fn percent(share: f64) -> String {
    if share < 0.1 { format!("{:.2} %", 100.0 * share) } else { format!("{:.0} %", 100.0 * share) }
}

/// Three figures: `0.0123`, `9.87`, `98.7`, `987`, `1,234`.
pub(super) fn significant(value: f64) -> String {
    let decimals = match value.abs() {
        size if size >= 999.5 => return amount(value.round() as usize),
        0.0 => 0,
        size => (2 - size.log10().floor() as i32).max(0) as usize,
    };
    let text = format!("{value:.decimals$}");
    // 9.996 is 10.0 in three figures.
    let digits = text.trim_start_matches(['0', '.']).chars().filter(char::is_ascii_digit).count();
    if digits > 3 && decimals > 0 { format!("{value:.*}", decimals - 1) } else { text }
}

/// `1 thread`, `1,024 threads`
pub(super) fn counted(n: usize, thing: &str) -> String {
    format!("{} {thing}{}", amount(n), if n == 1 { "" } else { "s" })
}

/// Thousands apart: `60,000`.
pub(super) fn amount(value: usize) -> String {
    let digits = value.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::contest::tests::contest;
    use super::*;

    #[test]
    fn numbers_are_short() {
        for (value, expected) in [
            (0.0, "0"),
            (0.01234, "0.0123"),
            (0.9996, "1.00"),
            (9.876, "9.88"),
            (9.996, "10.0"),
            (98.76, "98.8"),
            (99.96, "100"),
            (999.6, "1,000"),
            (1234.4, "1,234"),
        ] {
            assert_eq!(significant(value), expected);
        }
        let rates = [96_234.0, 1_114_000.0, 999_600.0, 512.0, 999.7].map(|value| rate(Some(value)));
        assert_eq!(rates, ["96.2k", "1.11M", "1.00M", "512", "1.00k"]);
        assert_eq!((rate(None), times(None), times(Some(61.23))), ("–".into(), "–".into(), "61.2×".into()));
        assert_eq!([percent(0.00007), percent(0.344)], ["0.01 %", "34 %"]);
        assert_eq!(
            [0, 100, 1000, 60_000, 1_234_567].map(amount),
            ["0", "100", "1,000", "60,000", "1,234,567"]
        );
    }

    #[test]
    fn sections_tell_what_was_measured_and_what_was_not() {
        let (ours, fused) = (("Gradus", "f32"), ("PyTorch", "fused"));
        let results = Results {
            training: vec![contest("tab", 1, &[(ours, 500e3), (fused, 250e3)])],
            ..Results::default()
        };
        let options = Options::parse(&["--quick", "--threads", "1"]).unwrap();
        let sections = render(&results, &["scikit-learn"], &options);
        let check = |name: &str, part: &str| {
            let section = sections.iter().find(|section| section.0 == name).unwrap();
            assert!(section.1.contains(part), "{}", section.1);
        };
        check("run", "command: `cargo xtask bench --quick --threads 1`");
        check("run", "Gradus 1.0, PyTorch 1.0");
        check("run", "a quick run");
        check("run", "left out: scikit-learn\n");
        check("training", "### 1 thread\n\nPeak of the processor in f32: 200 GFLOP/s.");
        // 6 operations for each of 24,192 weights: 72.6 GFLOP/s at 500k samples/s.
        check("training", "| tab | f32 | 500k | – | 250k | – | – | – | 2.00× | 72.6 | 36 % |");
        check("memory", "| tab | f32 | 11 MiB | 100 MiB | – | 100 MiB |");
        check("inference", LEFT_OUT);
        check("growth", LEFT_OUT);
        check("time", LEFT_OUT);
        check("goals", "| tab, f32, 1 thread | 3× the best peer | 2.00× PyTorch fused | no |");
    }

    #[test]
    fn a_run_beside_a_gpu_has_sections_and_columns_of_its_own() {
        let (ours, fused, graph) = (("Gradus", "f32"), ("PyTorch", "fused"), ("PyTorch", "GPU graph"));
        let results = Results {
            training: vec![contest("full", 1, &[(ours, 2e6), (fused, 1e6), (graph, 8e6)])],
            ..Results::default()
        };
        let sections = render(&results, &[], &Options::parse(&["--gpu"]).unwrap());
        assert_eq!(sections.iter().map(|(name, _)| *name).collect::<Vec<_>>(), GPU_SECTIONS);
        let check =
            |place: usize, part: &str| assert!(sections[place].1.contains(part), "{}", sections[place].1);
        check(0, "\n- GPU: a large one\n");
        check(1, "| PyTorch GPU bf16 | ratio to the best on the processor | ratio to the best on the GPU |");
        check(1, "| full | f32 | 2.00M | 1.00M | – | – | 8.00M | – | 2.00× | 0.250× | 8.4 | 4.22 % |");
        check(2, "| 1 | f32 | 5000 µs | 10000 µs | – | – | 1250 µs | – | 2.00× | 0.250× |");
        check(3, LEFT_OUT);
    }
}
