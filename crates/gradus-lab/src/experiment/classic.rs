//! The problems on which backpropagation was first shown, each from several starts: how many sweeps it takes, how often it
//! fails, and the published figure beside it.
//!
//! A *sweep* is one update by the gradient of all patterns. A problem counts as learned when every output is within 0.4 of
//! what is wanted: below 0.4 for 0, above 0.6 for 1 (the criterion of Fahlman 1988, "An Empirical Study of Learning Speed
//! in Back-Propagation Networks"). All networks have sigmoid outputs and ½ Σ (y − a)² as their loss, and compute in f64.

pub use super::table::CLASSICS;
use super::table::COMMON;
use super::{at_least_one, trainer};
use crate::Error;
use gradus::data::Dataset;
use gradus::metrics::Metric;
use gradus::network::Init;
use gradus::optim::Rule;
use gradus::spec::DEFAULT_SEED;
use gradus::train::{Control, Event};
use gradus::{Model, Spec};
use serde::Serialize;

/// How near every output has to come.
pub const CRITERION: f64 = 0.4;

/// A problem with the settings that learn it.
#[derive(Clone, Copy, Debug)]
pub struct Classic {
    /// As on the command line.
    pub name: &'static str,
    /// What it is.
    pub about: &'static str,
    /// Keys of a spec beside those that all classics share.
    pub settings: &'static [(&'static str, &'static str)],
    /// From how many starts.
    pub starts: usize,
    /// What to compare with.
    pub published: Published,
    pub(super) examples: fn() -> Dataset,
}

/// What was published about a problem.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Published {
    /// Sweeps, where they are known for the same network and rule.
    pub sweeps: Option<u32>,
    /// What the figure is, or that there is none.
    pub what: &'static str,
    /// Where it stands.
    pub source: &'static str,
    /// What else is known, and where it differs from what is done here.
    pub remarks: &'static [&'static str],
}

/// One start and where it led.
#[derive(Clone, Debug)]
pub struct Start {
    /// The seed of its initial weights.
    pub seed: u64,
    /// The sweep after which every output was near enough; absent where that did not happen.
    pub solved: Option<usize>,
    /// Sweeps that were made.
    pub sweeps: usize,
    /// The loss of the last sweep, before its update; absent if there was none.
    pub loss: Option<f64>,
    /// Where it ended.
    pub model: Model,
}

/// Sweeps of the starts that arrived.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Spread {
    /// The middle one; of two, their mean.
    pub median: f64,
    /// The fewest.
    pub least: usize,
    /// The most.
    pub most: usize,
}

/// What came of a classic.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Every start that was finished.
    pub starts: Vec<Start>,
    /// Every setting, decided.
    pub spec: Spec,
    /// Whether somebody stopped it before its end.
    pub stopped: bool,
}

/// How long to learn from a start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Until every output is near enough, or the sweeps are over.
    Learned,
    /// Until the sweeps are over.
    Sweeps,
}

/// Something that happened, for whoever watches.
#[derive(Debug)]
pub enum Step<'a> {
    /// A sweep was made.
    Sweep,
    /// A start came to its end.
    Start(&'a Start),
}

/// Watches, and says whether to go on.
pub type Watch<'a> = dyn FnMut(Step<'_>) -> Control + 'a;

impl Classic {
    /// The settings, with everything that `asked` sets in their place.
    ///
    /// # Errors
    /// None that a spec can hold.
    pub fn spec(&self, asked: &Spec) -> Result<Spec, Error> {
        let mut spec = Spec::default();
        for (key, value) in COMMON.iter().chain(self.settings) {
            spec.set(key, value)?;
        }
        Ok(spec.overridden_by(asked)?)
    }

    /// The patterns to learn.
    pub fn examples(&self) -> Dataset {
        (self.examples)()
    }

    /// Learns the problem from so many starts, with the seeds from `asked.seed` on, each until `end`.
    ///
    /// # Errors
    /// If what is asked contradicts itself or the problem.
    pub fn run(
        &self,
        asked: &Spec,
        starts: usize,
        end: End,
        watch: &mut Watch<'_>,
    ) -> Result<Outcome, Error> {
        at_least_one("starts", starts)?;
        let (mut spec, examples) = (self.spec(asked)?, self.examples());
        let first = spec.seed.unwrap_or(DEFAULT_SEED);
        let mut outcome = Outcome { starts: Vec::new(), spec: spec.clone(), stopped: false };
        for number in 0..starts as u64 {
            spec.seed = Some(first.wrapping_add(number));
            let (start, control) = learn(&spec, &examples, end, watch)?;
            if number == 0 {
                outcome.spec = Spec { seed: Some(first), ..start.model.record.spec.clone() };
            }
            if control == Control::Stop || watch(Step::Start(&start)) == Control::Stop {
                outcome.stopped = true;
                break;
            }
            outcome.starts.push(start);
        }
        Ok(outcome)
    }
}

/// Learns from one start, and says too whether to go on.
fn learn(
    spec: &Spec,
    examples: &Dataset,
    end: End,
    watch: &mut Watch<'_>,
) -> Result<(Start, Control), Error> {
    let (mut solved, mut loss, mut control) = (None, None, Control::Continue);
    let mut observer = |event: &Event<'_>| -> Control {
        let Event::Epoch(record) = event else { return Control::Continue };
        loss = Some(record.loss);
        if record.training.iter().all(|(_, error)| *error < CRITERION) {
            solved = solved.or(Some(record.epoch));
            if end == End::Learned {
                return Control::Stop;
            }
        }
        control = watch(Step::Sweep);
        control
    };
    let trainer = trainer(spec).measuring(&[Metric::MaxError]);
    let model = match trainer.fit(examples, &mut observer) {
        Ok(model) => model,
        // A start that leaves the range of floating point has failed like others.
        Err(gradus::Error::Diverged(diverged)) => diverged.model,
        Err(error) => return Err(error.into()),
    };
    let seed = spec.seed.unwrap_or(DEFAULT_SEED);
    Ok((Start { seed, solved, sweeps: model.record.epochs, loss, model }, control))
}

impl Outcome {
    /// How many starts never arrived.
    pub fn failed(&self) -> usize {
        self.starts.iter().filter(|start| start.solved.is_none()).count()
    }

    /// The settings that decide how it goes, in words that leave nothing to defaults.
    pub fn settings(&self) -> Vec<(&'static str, String)> {
        const TOLD: [&str; 11] = [
            "hidden",
            "activation",
            "output-activation",
            "init",
            "loss",
            "reduction",
            "optimizer",
            "learning-rate",
            "batch-size",
            "epochs",
            "precision",
        ];
        let mut told: Vec<_> =
            self.spec.entries().into_iter().filter(|(key, _)| TOLD.contains(key)).collect();
        for (key, value) in &mut told {
            match (*key, self.spec.optimizer, self.spec.init) {
                ("optimizer", Some(Rule::Momentum { momentum } | Rule::Nesterov { momentum }), _) => {
                    *value = format!("{}:momentum={momentum}", value.split(':').next().unwrap_or(value));
                }
                ("init", _, Some(Init::Uniform { range })) => *value = format!("uniform:range={range}"),
                _ => {}
            }
        }
        told.push(("seeds", format!("{} to {}", self.first_seed(), self.last_seed())));
        told
    }

    fn first_seed(&self) -> u64 {
        self.starts.first().map_or(DEFAULT_SEED, |start| start.seed)
    }

    fn last_seed(&self) -> u64 {
        self.starts.last().map_or(DEFAULT_SEED, |start| start.seed)
    }

    /// Sweeps of those that arrived; absent where none did.
    pub fn sweeps(&self) -> Option<Spread> {
        spread(self.starts.iter().filter_map(|start| start.solved).collect())
    }

    /// The start in the middle of those that arrived, by its sweeps.
    pub fn typical(&self) -> Option<&Start> {
        let mut solved: Vec<&Start> = self.starts.iter().filter(|start| start.solved.is_some()).collect();
        solved.sort_by_key(|start| start.solved);
        solved.get(solved.len().saturating_sub(1) / 2).copied()
    }
}

fn spread(mut sweeps: Vec<usize>) -> Option<Spread> {
    sweeps.sort_unstable();
    let (least, most) = (*sweeps.first()?, *sweeps.last()?);
    let (below, above) = (sweeps[(sweeps.len() - 1) / 2], sweeps[sweeps.len() / 2]);
    Some(Spread { median: (below + above) as f64 / 2.0, least, most })
}

/// The classic called `name`.
pub fn classic(name: &str) -> Option<&'static Classic> {
    CLASSICS.iter().find(|classic| classic.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_even_number_is_between_two() {
        let check = |sweeps: &[usize], expected: Option<Spread>| {
            assert_eq!(spread(sweeps.to_vec()), expected);
        };
        check(&[], None);
        check(&[7], Some(Spread { median: 7.0, least: 7, most: 7 }));
        check(&[9, 1, 4], Some(Spread { median: 4.0, least: 1, most: 9 }));
        check(&[9, 1, 4, 5], Some(Spread { median: 4.5, least: 1, most: 9 }));
    }

    #[test]
    fn settings_are_those_of_the_table_until_others_are_asked_for() {
        let asked = Spec { learning_rate: Some(0.75), ..Spec::default() };
        for classic in &CLASSICS {
            let spec = classic.spec(&asked).unwrap();
            assert_eq!(spec.learning_rate, Some(0.75));
            assert_eq!(spec.epochs, classic.spec(&Spec::default()).unwrap().epochs);
            spec.resolve(&classic.examples(), false).unwrap();
        }
    }
}
