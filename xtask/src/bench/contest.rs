//! A contest: programs that do the same work on as many threads, and take turns at it.

use super::peers::{GRADUS, Mode, Program, Programs, is_on_gpu};
use super::process::{Process, Starting};
use super::sections::counted;
use super::workload::Workload;
use crate::estimate::median;
use crate::stage::heading;
use anyhow::{Context, Result};
use std::time::{Duration, Instant};

/// What one program did in one mode.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Measured {
    pub(super) program: &'static str,
    /// The precision of ours, or the mode of a peer.
    pub(super) mode: &'static str,
    pub(super) version: String,
    /// The instruction set that it has chosen, where it says so.
    pub(super) instruction_set: Option<String>,
    /// The GPU that it runs on, if it does.
    pub(super) gpu: Option<String>,
    /// Samples per second, round by round.
    pub(super) rates: Vec<f64>,
    /// The most memory that the process had.
    pub(super) peak_bytes: Option<u64>,
}

/// What came of a contest.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Contest {
    pub(super) workload: Workload,
    pub(super) threads: usize,
    pub(super) measured: Vec<Measured>,
    /// Billions of multiplications and additions per second, the best round of each thread; empty where nobody asked.
    pub(super) peak: Vec<f64>,
}

/// What is to be done in a contest, and by whom.
pub(super) struct Plan<'a> {
    /// `train` or `predict`.
    pub(super) work: &'a str,
    pub(super) workload: &'a Workload,
    pub(super) threads: usize,
    pub(super) peers: &'a [Mode],
    /// Turns of each peer, and the seconds of one.
    pub(super) rounds: (usize, f64),
    /// Whether the processor's peak is measured in between.
    pub(super) with_peak: bool,
}

/// Seconds in which the peak is looked for, in each round.
const PEAK_SECONDS: f64 = 0.2;

/// After what a peer does on the processor: OpenMP's threads look for more work for up to 0.2 s after theirs (`KMP_BLOCKTIME`), on a core
/// that is then somebody else's.
const PAUSE: Duration = Duration::from_millis(300);

/// A peer's turn that takes longer than this averages over enough and is its only one: a pass over ten million examples may take
/// minutes.
pub(super) const SLOW: Duration = Duration::from_secs(10);

impl Measured {
    /// `PyTorch fused`
    pub(super) fn name(&self) -> String {
        name((self.program, self.mode))
    }

    /// The median of the rounds.
    pub(super) fn rate(&self) -> f64 {
        median(&self.rates)
    }

    fn is_ours(&self) -> bool {
        self.program == GRADUS
    }
}

/// `PyTorch fused`, `scikit-learn`
pub(super) fn name((program, mode): Mode) -> String {
    format!("{program} {mode}").trim_end().to_owned()
}

impl Contest {
    /// Ours in one precision.
    pub(super) fn ours(&self, precision: &str) -> Option<&Measured> {
        self.measured.iter().find(|measured| measured.is_ours() && measured.mode == precision)
    }

    /// A peer in one mode.
    pub(super) fn peer(&self, mode: Mode) -> Option<&Measured> {
        self.measured.iter().find(|measured| (measured.program, measured.mode) == mode)
    }

    /// The fastest mode of all peers on the processor that `precision` is compared with: bf16 with all, any other with those
    /// that are not bf16.
    pub(super) fn best_peer(&self, precision: &str) -> Option<&Measured> {
        self.best(precision, false)
    }

    /// How many times as fast ours is as the best peer on the processor.
    pub(super) fn ratio(&self, precision: &str) -> Option<f64> {
        self.ratio_to(precision, self.best_peer(precision))
    }

    /// How many times as fast ours is as the best peer on a GPU.
    pub(super) fn ratio_to_gpu(&self, precision: &str) -> Option<f64> {
        self.ratio_to(precision, self.best(precision, true))
    }

    fn best(&self, precision: &str, on_gpu: bool) -> Option<&Measured> {
        let peers = self.measured.iter().filter(|measured| !measured.is_ours());
        let on_device = peers.filter(|peer| is_on_gpu(peer.mode) == on_gpu);
        let comparable = on_device.filter(|peer| precision == "bf16" || !peer.mode.ends_with("bf16"));
        comparable.max_by(|a, b| a.rate().total_cmp(&b.rate()))
    }

    fn ratio_to(&self, precision: &str, peer: Option<&Measured>) -> Option<f64> {
        Some(self.ours(precision)?.rate() / peer?.rate())
    }
}

impl Plan<'_> {
    /// Holds the contest.
    ///
    /// # Errors
    /// If our program fails. A peer that cannot do the work is left out, and it is said why.
    pub(super) fn hold(&self, programs: &Programs) -> Result<Contest> {
        let Self { workload, threads, .. } = *self;
        let (network, rows, batch) = (workload.network(), workload.rows, workload.batch);
        heading(&format!(
            "{} {network}, {rows} rows, batch {batch}, {}",
            self.work,
            counted(threads, "thread")
        ));
        let precisions = workload.precisions.iter().map(|(precision, _)| (GRADUS, *precision));
        let starting: Vec<(Mode, Result<Starting>)> =
            self.peers.iter().filter_map(|mode| self.start_peer(programs, *mode)).collect();
        let ours = precisions.map(|mode| player(mode, self.start(&programs.gradus, mode.1)));
        let mut ours = ours.collect::<Result<Vec<_>>>().context("Gradus cannot do this")?;
        let peers = starting.into_iter().map(|(mode, process)| (mode, player(mode, process)));
        let mut peers: Vec<Player> = peers.filter_map(|(mode, peer)| present(mode, peer)).collect();
        let mut peak = match self.with_peak {
            true => Some(Process::start(&programs.gradus.with(&["peak", &threads.to_string()]))?.warm()?),
            false => None,
        };
        std::thread::sleep(PAUSE);
        let (mut best, (rounds, seconds)) = (Vec::new(), self.rounds);
        for _ in 0..rounds {
            if let Some(peak) = &mut peak {
                best = best_of(&best, &gflops(&peak.ask(PEAK_SECONDS)?)?);
            }
            turns(&mut ours, &mut peers, seconds)?;
        }
        let measured: Vec<Measured> = ours.into_iter().chain(peers).map(Player::finish).collect();
        for measured in &measured {
            println!("   {:20} {:>12.0} samples/s", measured.name(), measured.rate());
        }
        Ok(Contest { workload: workload.clone(), threads, measured, peak: best })
    }

    /// Nothing where the peer is not installed.
    fn start_peer(&self, programs: &Programs, mode: Mode) -> Option<(Mode, Result<Starting>)> {
        Some((mode, self.start(programs.peer(mode.0)?, mode.1)))
    }

    fn start(&self, program: &Program, mode: &str) -> Result<Starting> {
        Process::start(&program.command(self.work, self.workload, mode, self.threads))
    }
}

/// Who is warm and has measured nothing yet.
fn player((program, mode): Mode, process: Result<Starting>) -> Result<Player> {
    let process = process?.warm()?;
    let text = |key: &str| process.introduction[key].as_str().map(str::to_owned);
    let (version, instruction_set) = (text("version").unwrap_or_default(), text("instruction_set"));
    let (gpu, rates) = (text("gpu"), Vec::new());
    let measured = Measured { program, mode, version, instruction_set, gpu, rates, peak_bytes: None };
    Ok(Player { process, measured, is_slow: false })
}

/// A peer that can do the work; it is said why one cannot.
fn present(mode: Mode, peer: Result<Player>) -> Option<Player> {
    peer.inspect_err(|error| println!("   {} is left out: {error:#}", name(mode))).ok()
}

/// A process and what it has done so far.
struct Player {
    process: Process,
    measured: Measured,
    /// Whether one turn is enough.
    is_slow: bool,
}

impl Player {
    fn turn(&mut self, seconds: f64) -> Result<()> {
        let started = Instant::now();
        self.measured.rates.push(self.process.rate(seconds)?);
        self.is_slow |= started.elapsed() > SLOW;
        Ok(())
    }

    fn finish(self) -> Measured {
        Measured { peak_bytes: self.process.peak_memory(), ..self.measured }
    }
}

/// Everybody's turn: ours before each peer's. Whoever is slow has had one.
fn turns(ours: &mut [Player], peers: &mut [Player], seconds: f64) -> Result<()> {
    for our in ours.iter_mut().filter(|_| peers.is_empty()) {
        our.turn(seconds)?;
    }
    for peer in peers.iter_mut().filter(|peer| !peer.is_slow) {
        for our in &mut *ours {
            our.turn(seconds)?;
        }
        peer.turn(seconds)?;
        if !is_on_gpu(peer.measured.mode) {
            std::thread::sleep(PAUSE);
        }
    }
    Ok(())
}

fn gflops(answer: &serde_json::Value) -> Result<Vec<f64>> {
    let figures = answer["gflops"].as_array().context("the peak is told thread by thread")?;
    Ok(figures.iter().filter_map(serde_json::Value::as_f64).collect())
}

/// The larger of two, place by place; `b` where `a` has nothing yet.
pub(super) fn best_of(a: &[f64], b: &[f64]) -> Vec<f64> {
    let at = |(place, b): (usize, &f64)| a.get(place).map_or(*b, |a| a.max(*b));
    b.iter().enumerate().map(at).collect()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// What somebody would have measured.
    pub(in crate::bench) fn measured((program, mode): Mode, rates: &[f64]) -> Measured {
        Measured {
            program,
            mode,
            version: "1.0".to_owned(),
            instruction_set: (program == GRADUS).then(|| "avx512".to_owned()),
            gpu: is_on_gpu(mode).then(|| "a large one".to_owned()),
            rates: rates.to_vec(),
            peak_bytes: Some(100 << 20),
        }
    }

    /// A contest of `name` with these figures.
    pub(in crate::bench) fn contest(name: &str, threads: usize, rates: &[(Mode, f64)]) -> Contest {
        let measured = rates.iter().map(|&(mode, rate)| measured(mode, &[rate])).collect();
        Contest { workload: Workload::named(name), threads, measured, peak: vec![200.0; threads] }
    }

    #[test]
    fn ratios_are_those_of_medians_to_the_best_peer_of_the_same_kind() {
        #[track_caller]
        fn check(
            ours: &[(&'static str, &[f64])],
            peers: &[(Mode, &[f64])],
            precision: &str,
            expected: [Option<f64>; 2],
        ) {
            let ours = ours.iter().map(|&(precision, rates)| measured((GRADUS, precision), rates));
            let peers = peers.iter().map(|&(mode, rates)| measured(mode, rates));
            let contest = Contest { measured: ours.chain(peers).collect(), ..contest("tab", 1, &[]) };
            assert_eq!([contest.ratio(precision), contest.ratio_to_gpu(precision)], expected);
        }
        let (fused, bf16, sklearn) = (("PyTorch", "fused"), ("PyTorch", "bf16"), ("scikit-learn", ""));
        let (graph, gpu_bf16) = (("PyTorch", "GPU graph"), ("PyTorch", "GPU bf16"));
        let ours: &[(&'static str, &[f64])] = &[("f32", &[5.0, 30.0, 9.0, 8.0, 10.0]), ("bf16", &[40.0])];
        let three: &[(Mode, &[f64])] = &[(fused, &[3.0, 1.0, 2.0]), (sklearn, &[3.0]), (bf16, &[8.0])];
        check(ours, three, "f32", [Some(3.0), None]);
        check(ours, &[(fused, &[3.0]), (bf16, &[8.0])], "bf16", [Some(5.0), None]);
        check(ours, &[(fused, &[10.0]), (bf16, &[8.0])], "bf16", [Some(4.0), None]);
        check(ours, &[(fused, &[3.0]), (graph, &[90.0]), (gpu_bf16, &[80.0])], "f32", [Some(3.0), Some(0.1)]);
        check(ours, &[(graph, &[50.0]), (gpu_bf16, &[80.0])], "bf16", [None, Some(0.5)]);
        check(ours, &[], "f32", [None, None]);
        check(&[], &[(fused, &[3.0])], "f32", [None, None]);
    }

    #[test]
    fn the_peak_is_the_best_round_of_each_thread() {
        assert_eq!(best_of(&[], &[1.0, 4.0]), [1.0, 4.0]);
        assert_eq!(best_of(&[2.0, 3.0], &[1.0, 4.0]), [2.0, 4.0]);
    }
}
