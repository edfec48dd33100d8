//! The learning rate over the course of training: rate = base rate · factor(progress).
//!
//! The forms are those of `torch.optim.lr_scheduler`. Schedules that torch steps once in an epoch (`step`,
//! `exponential`) depend on the epoch, those that go over the whole run (`cosine`, `one_cycle`) on the step.

use super::Plateau;
use crate::Error;
use crate::settings::{self, Settings};
use serde::{Deserialize, Serialize};
use std::f64::consts::PI;
use std::fmt;
use std::str::FromStr;

/// How far training is. Everything counts from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The step that is about to be made, over all epochs.
    pub step: u64,
    /// The steps of the whole run.
    pub total_steps: u64,
    /// The epoch of the step.
    pub epoch: u64,
    /// The steps of one epoch.
    pub steps_per_epoch: u64,
}

/// How the rate changes while training goes on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Schedule {
    /// The base rate from beginning to end.
    #[default]
    Constant,
    /// factor^⌊epoch / every⌋
    Step {
        /// Epochs between two changes.
        every: u64,
        /// What each change multiplies the rate by.
        factor: f64,
    },
    /// factor^epoch
    Exponential {
        /// What each epoch multiplies the rate by.
        factor: f64,
    },
    /// 1 / (1 + decay · epoch), the 1/t of stochastic approximation (Robbins and Monro 1951).
    InverseTime {
        /// How fast: with 1, the second epoch has half the rate.
        decay: f64,
    },
    /// A straight climb, then half a cosine down to `floor` (Loshchilov and Hutter 2017, one period).
    Cosine {
        /// Share of the run's steps that the climb takes, in [0, 1).
        warmup: f64,
        /// What the factor goes down to, in [0, 1].
        floor: f64,
    },
    /// Up and down once (Smith and Topin 2019); the base rate is the peak.
    OneCycle {
        /// Share of the run's steps before the peak, in [0, 1].
        peak_at: f64,
        /// The first rate is the peak over this.
        start: f64,
        /// The last rate is the first one over this.
        end: f64,
    },
    /// Lower when the watched value has stopped getting better; see [`Plateau`].
    Plateau {
        /// What each change multiplies the rate by.
        factor: f64,
        /// How many epochs without improvement are forgiven.
        patience: u64,
        /// The relative change that counts as improvement.
        threshold: f64,
    },
}

impl Schedule {
    /// The names of all schedules.
    pub const NAMES: [&'static str; 7] =
        ["constant", "step", "exponential", "inverse_time", "cosine", "one_cycle", "plateau"];

    /// The schedule's name.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Constant => "constant",
            Self::Step { .. } => "step",
            Self::Exponential { .. } => "exponential",
            Self::InverseTime { .. } => "inverse_time",
            Self::Cosine { .. } => "cosine",
            Self::OneCycle { .. } => "one_cycle",
            Self::Plateau { .. } => "plateau",
        }
    }

    /// What to multiply the base rate by. It is 1 for [`Schedule::Plateau`], whose factor [`Plateau::observe`] gives.
    pub fn factor(&self, progress: Progress) -> f64 {
        let epoch = progress.epoch as f64;
        match *self {
            Self::Constant | Self::Plateau { .. } => 1.0,
            Self::Step { every, factor } => libm::pow(factor, (progress.epoch / every) as f64),
            Self::Exponential { factor } => libm::pow(factor, epoch),
            Self::InverseTime { decay } => 1.0 / (1.0 + decay * epoch),
            Self::Cosine { warmup, floor } => cosine(progress, warmup, floor),
            Self::OneCycle { peak_at, start, end } => {
                let first = 1.0 / start;
                one_cycle(progress, peak_at, first, first / end)
            }
        }
    }

    /// The state of a reduce-on-plateau schedule before the first epoch; `None` for the others.
    pub fn plateau(&self) -> Option<Plateau> {
        match *self {
            Self::Plateau { factor, patience, threshold } => Some(Plateau::new(factor, patience, threshold)),
            _ => None,
        }
    }
}

/// From `from` to `to` along half a cosine, for `share` in [0, 1].
fn half_cosine(from: f64, to: f64, share: f64) -> f64 {
    to + (from - to) / 2.0 * (1.0 + libm::cos(PI * share))
}

fn cosine(Progress { step, total_steps, .. }: Progress, warmup: f64, floor: f64) -> f64 {
    let (step, total) = (step as f64, total_steps as f64);
    let climb = (warmup * total).round();
    if step < climb {
        return (step + 1.0) / (climb + 1.0);
    }
    // Past the planned end the rate stays at the floor and does not climb again.
    let share = (step - climb) / (total - climb).max(1.0);
    half_cosine(1.0, floor, share.min(1.0))
}

fn one_cycle(Progress { step, total_steps, .. }: Progress, peak_at: f64, first: f64, last: f64) -> f64 {
    let (step, total) = (step as f64, total_steps as f64);
    let peak = peak_at * total - 1.0;
    if step <= peak {
        return half_cosine(first, 1.0, step / peak.max(f64::MIN_POSITIVE));
    }
    let share = (step - peak) / (total - 1.0 - peak).max(f64::MIN_POSITIVE);
    half_cosine(1.0, last, share.min(1.0))
}

impl FromStr for Schedule {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let mut settings = Settings::parse(text)?;
        let schedule = match settings.name {
            "constant" => Self::Constant,
            "step" => Self::Step { every: read_every(&mut settings)?, factor: lowering(&mut settings, 0.1)? },
            "exponential" => Self::Exponential { factor: lowering(&mut settings, 0.95)? },
            "inverse_time" => {
                Self::InverseTime { decay: settings.take_within("decay", 1.0, |x| x >= 0.0, "at least 0")? }
            }
            "cosine" => Self::Cosine {
                warmup: settings.take_within(
                    "warmup",
                    0.05,
                    |x| (0.0..1.0).contains(&x),
                    "at least 0 and below 1",
                )?,
                floor: settings.take_within("floor", 0.0, |x| (0.0..=1.0).contains(&x), "between 0 and 1")?,
            },
            "one_cycle" => Self::OneCycle {
                peak_at: settings.take_within(
                    "peak_at",
                    0.3,
                    |x| (0.0..=1.0).contains(&x),
                    "between 0 and 1",
                )?,
                start: settings.take_within("start", 25.0, |x| x >= 1.0, "at least 1")?,
                end: settings.take_within("end", 1e4, |x| x >= 1.0, "at least 1")?,
            },
            "plateau" => Self::Plateau {
                factor: lowering(&mut settings, 0.1)?,
                patience: settings.take("patience", 10)?,
                threshold: settings.take_within(
                    "threshold",
                    1e-4,
                    |x| (0.0..1.0).contains(&x),
                    "at least 0 and below 1",
                )?,
            },
            name => return Err(unknown(name)),
        };
        settings.finish()?;
        Ok(schedule)
    }
}

fn read_every(settings: &mut Settings<'_>) -> Result<u64, Error> {
    let every = settings.take("every", 30)?;
    let key = "`every` of step".to_owned();
    if every > 0 {
        Ok(every)
    } else {
        Err(Error::OutOfRange { key, value: "0".to_owned(), range: "at least 1" })
    }
}

fn lowering(settings: &mut Settings<'_>, default: f64) -> Result<f64, Error> {
    settings.take_within("factor", default, |x| x > 0.0 && x <= 1.0, "above 0 and at most 1")
}

fn unknown(name: &str) -> Error {
    let known = Schedule::NAMES.map(str::to_owned).to_vec();
    Error::UnknownName { kind: "schedule", name: name.to_owned(), known }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.name();
        let text = match self {
            Self::Constant => name.to_owned(),
            Self::Step { every, factor } => {
                settings::write(name, &[("every", every, *every == 30), ("factor", factor, *factor == 0.1)])
            }
            Self::Exponential { factor } => settings::write(name, &[("factor", factor, *factor == 0.95)]),
            Self::InverseTime { decay } => settings::write(name, &[("decay", decay, *decay == 1.0)]),
            Self::Cosine { warmup, floor } => {
                settings::write(name, &[("warmup", warmup, *warmup == 0.05), ("floor", floor, *floor == 0.0)])
            }
            Self::OneCycle { peak_at, start, end } => settings::write(
                name,
                &[
                    ("peak_at", peak_at, *peak_at == 0.3),
                    ("start", start, *start == 25.0),
                    ("end", end, *end == 1e4),
                ],
            ),
            Self::Plateau { factor, patience, threshold } => settings::write(
                name,
                &[
                    ("factor", factor, *factor == 0.1),
                    ("patience", patience, *patience == 10),
                    ("threshold", threshold, *threshold == 1e-4),
                ],
            ),
        };
        f.write_str(&text)
    }
}

impl TryFrom<String> for Schedule {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        text.parse()
    }
}

impl From<Schedule> for String {
    fn from(schedule: Schedule) -> Self {
        schedule.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn factors(schedule: &str, steps: u64, steps_per_epoch: u64) -> Vec<f64> {
        let schedule: Schedule = schedule.parse().unwrap();
        let progress =
            |step| Progress { step, total_steps: steps, epoch: step / steps_per_epoch, steps_per_epoch };
        (0..steps).map(|step| schedule.factor(progress(step))).collect()
    }

    #[test]
    fn the_factors_are_those_of_torch() {
        fn check(schedule: &str, expected: &[f64]) {
            let factors = factors(schedule, expected.len() as u64, 1);
            for (x, y) in factors.iter().zip(expected) {
                assert!((x - y).abs() <= 1e-15, "{schedule}: {factors:?}, not {expected:?}");
            }
        }
        check("constant", &[1.0; 5]);
        check("plateau", &[1.0; 5]);
        check("step:every=3", &[1.0, 1.0, 1.0, 0.1, 0.1, 0.1, 0.01, 0.01, 0.01, 0.001]);
        check("exponential:factor=0.9", &[1.0, 0.9, 0.81, 0.729, 0.6561, 0.59049]);
        check("inverse_time:decay=0.5", &[1.0, 1.0 / 1.5, 0.5, 0.4]);
        check(
            "cosine:warmup=0,floor=0.1",
            &[
                1.0,
                0.9779754323328191,
                0.9140576474687263,
                0.8145033635316129,
                0.6890576474687263,
                0.55,
                0.41094235253127376,
                0.2854966364683872,
                0.18594235253127372,
                0.12202456766718092,
            ],
        );
        check(
            "one_cycle",
            &[
                0.04,
                0.52,
                1.0,
                0.9504846320134737,
                0.8117456539497631,
                0.6112620219362893,
                0.38874197806371075,
                0.18825834605023697,
                0.049519367986526286,
                4e-06,
            ],
        );
        check(
            "one_cycle:peak_at=0.5,start=10,end=100",
            &[
                0.1,
                0.41094235253127365,
                0.9140576474687263,
                0.9505339495172583,
                0.611649206511179,
                0.18906684397156262,
                0.001,
            ],
        );
    }

    #[test]
    fn cosine_climbs_first_and_ends_near_the_floor() {
        let factors = factors("cosine:warmup=0.3,floor=0.25", 10, 5);
        assert_eq!(factors[..4], [0.25, 0.5, 0.75, 1.0]);
        assert!(factors[3..].windows(2).all(|pair| pair[1] < pair[0]));
        assert!(factors.iter().all(|&factor| factor >= 0.25));
    }

    #[test]
    fn extreme_settings_and_lengths_give_finite_factors() {
        let texts = [
            "cosine:warmup=0",
            "cosine:warmup=0.99",
            "one_cycle:peak_at=0",
            "one_cycle:peak_at=1",
            "one_cycle:peak_at=0.1",
            "step:every=1",
        ];
        for text in texts {
            for steps in 0..20 {
                let schedule: Schedule = text.parse().unwrap();
                // One step more than was planned, too.
                for step in 0..=steps {
                    let factor = schedule.factor(Progress {
                        step,
                        total_steps: steps,
                        epoch: step,
                        steps_per_epoch: 1,
                    });
                    assert!((0.0..=1.0 + 1e-15).contains(&factor), "{text}: {factor} at {step} of {steps}");
                }
            }
        }
    }

    #[test]
    fn text_and_schedule_are_the_same_thing() {
        fn check(text: &str, canonical: &str) {
            let schedule: Schedule = text.parse().unwrap();
            assert_eq!(schedule.to_string(), canonical);
            assert_eq!(canonical.parse::<Schedule>().unwrap(), schedule);
            assert_eq!(serde_json::to_string(&schedule).unwrap(), format!("\"{canonical}\""));
        }
        for name in Schedule::NAMES {
            check(name, name);
        }
        check("step:every=5,factor=0.5", "step:every=5,factor=0.5");
        check("one_cycle:end=1e3", "one_cycle:end=1000");
        check("plateau:patience=3,threshold=1e-4", "plateau:patience=3");
        assert!("plateau".parse::<Schedule>().unwrap().plateau().is_some());
        for (text, part) in [
            ("cosin", "did you mean `cosine`?"),
            ("step:every=0", "at least 1"),
            ("step:factor=2", "above 0 and at most 1"),
            ("cosine:warmup=1", "below 1"),
            ("constant:factor=1", "`constant` has no setting `factor`"),
        ] {
            let message = text.parse::<Schedule>().unwrap_err().to_string();
            assert!(message.contains(part), "{message}");
        }
    }
}
