//! How long it takes from the files of a folder to a given accuracy on its test part: reading, preparing, learning, and
//! testing after every epoch.
//!
//! The test part decides when to stop, which nobody should let it do who chooses a model; here it is the clock.

use gradus::Trainer;
use gradus::train::{Control, Event};
use gradus_lab::run::Run;
use gradus_lab::run_spec::RunSpec;
use gradus_lab::threads;
use serde::Deserialize;
use serde_json::json;
use std::time::Instant;

/// What is to be reached, and how.
#[derive(Debug, Deserialize)]
pub(crate) struct Reach {
    folder: String,
    accuracy: f64,
    hidden: String,
    batch: usize,
    rate: f64,
    /// The most epochs to try.
    epochs: usize,
    seed: u64,
    /// The precision.
    mode: String,
    threads: usize,
}

impl Reach {
    /// Prints `{"seconds":…,"epochs":…,"accuracy":…}`, with the last accuracy, whether that was enough or not.
    pub(crate) fn run(&self) -> Result<(), Box<dyn std::error::Error>> {
        let started = Instant::now();
        let (epochs, accuracy) = threads::within(Some(self.threads), || self.learn())??;
        let seconds = started.elapsed().as_secs_f64();
        println!("{}", json!({"seconds": seconds, "epochs": epochs, "accuracy": accuracy}));
        Ok(())
    }

    fn learn(&self) -> Result<(usize, f64), gradus_lab::Error> {
        let run = Run::load(&self.spec()?)?;
        let (mut epochs, mut accuracy) = (0, 0.0);
        let mut watch = |event: &Event<'_>| {
            let Event::Epoch(record) = event else { return Control::Continue };
            epochs = record.epoch;
            let measured = record.validation.iter().find(|(name, _)| name == "accuracy");
            accuracy = measured.map_or(0.0, |(_, accuracy)| *accuracy);
            if accuracy >= self.accuracy { Control::Stop } else { Control::Continue }
        };
        let mut trainer = Trainer::new(run.spec.learning.clone());
        if let Some(test) = &run.test {
            trainer = trainer.validation(test);
        }
        trainer.fit(&run.training, &mut watch)?;
        Ok((epochs, accuracy))
    }

    fn spec(&self) -> Result<RunSpec, gradus_lab::Error> {
        let mut spec = RunSpec::default();
        for (key, value) in [
            ("data", self.folder.as_str()),
            ("hidden", &self.hidden),
            ("optimizer", "adam"),
            ("schedule", "constant"),
            ("learning-rate", &self.rate.to_string()),
            ("batch-size", &self.batch.to_string()),
            ("epochs", &self.epochs.to_string()),
            ("monitor", "accuracy"),
            ("seed", &self.seed.to_string()),
            ("precision", &self.mode),
        ] {
            spec.set(key, value)?;
        }
        Ok(spec)
    }
}
