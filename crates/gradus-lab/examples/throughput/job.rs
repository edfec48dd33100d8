//! A job: a network on made-up data, to be trained or asked, by the way that everybody's Rust program takes: a spec, a
//! [`Trainer`], a [`Model`].
//!
//! Inputs and values are uniform with mean 0 and variance 1, classes are equally likely: nothing can be learned from them,
//! and nothing has to be. An epoch is all that a user's would be: shuffled order, gathered batches, loss, update.

use crate::rounds::Rounds;
use gradus::data::{Block, Dataset, Elements, Inputs, Target};
use gradus::model::ModelPredictor;
use gradus::random::{Purpose, Random};
use gradus::train::{Control, Event, Silent};
use gradus::{Error, Matrix, Model, Spec, Trainer};
use gradus_lab::threads;
use serde::Deserialize;

/// What to measure, and on how many threads.
#[derive(Debug, Deserialize)]
pub(crate) struct Job {
    work: Work,
    /// From the inputs to the outputs.
    widths: Vec<usize>,
    activation: String,
    loss: String,
    optimizer: String,
    rate: f64,
    batch: usize,
    /// Examples of an epoch, or of a prediction.
    rows: usize,
    /// The precision.
    mode: String,
    threads: usize,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Work {
    Train,
    Predict,
}

/// Examples that a network learns from which is only asked afterwards.
const ROWS_BEFORE_PREDICTION: usize = 256;

impl Job {
    /// Does the job in rounds, as they are asked for.
    pub(crate) fn serve(&self) -> Result<(), Box<dyn std::error::Error>> {
        let work = || match self.work {
            Work::Train => self.train(),
            Work::Predict => self.predict(),
        };
        Ok(threads::within(Some(self.threads), work)??)
    }

    fn train(&self) -> Result<(), Error> {
        let mut rounds = Rounds::begin();
        let mut watch = |event: &Event<'_>| match event {
            Event::Step { rows, .. } => {
                rounds.count(*rows);
                Control::Continue
            }
            Event::Epoch(_) => rounds.pass_ended(),
            _ => Control::Continue,
        };
        Trainer::new(self.spec(usize::MAX)?).fit(&self.dataset(self.rows), &mut watch)?;
        Ok(())
    }

    fn predict(&self) -> Result<(), Error> {
        let model: Model =
            Trainer::new(self.spec(1)?).fit(&self.dataset(ROWS_BEFORE_PREDICTION), &mut Silent)?;
        let inputs = self.dataset(self.rows).inputs;
        let mut predictor = ModelPredictor::new(&model);
        let mut rounds = Rounds::begin();
        loop {
            std::hint::black_box(predictor.predict(std::hint::black_box(&inputs))?);
            rounds.count(self.rows);
            if rounds.pass_ended() == Control::Stop {
                return Ok(());
            }
        }
    }

    fn spec(&self, epochs: usize) -> Result<Spec, Error> {
        let hidden: Vec<String> = self.hidden().iter().map(ToString::to_string).collect();
        let mut spec = Spec::default();
        for (key, value) in [
            ("hidden", hidden.join(",").as_str()),
            ("activation", &self.activation),
            ("loss", &self.loss),
            ("optimizer", &self.optimizer),
            ("learning-rate", &self.rate.to_string()),
            ("schedule", "constant"),
            ("batch-size", &self.batch.to_string()),
            ("epochs", &epochs.to_string()),
            ("prep", "none"),
            ("precision", &self.mode),
        ] {
            spec.set(key, value)?;
        }
        Ok(spec)
    }

    fn hidden(&self) -> &[usize] {
        &self.widths[1..self.widths.len() - 1]
    }

    fn dataset(&self, rows: usize) -> Dataset {
        let (columns, outputs) = (self.widths[0], self.widths[self.widths.len() - 1]);
        let mut random = Random::new(1, Purpose::Generator, 0);
        let elements = Elements::F32((0..rows * columns).map(|_| centred(&mut random) as f32).collect());
        let names: Vec<String> = (0..outputs).map(|output| format!("y{output}")).collect();
        let target = if self.loss == "cross_entropy" {
            let codes = (0..rows).map(|_| random.below(outputs) as u32).collect();
            Target::Classes { name: "class".to_owned(), codes, names }
        } else {
            let values = (0..rows * outputs).map(|_| centred(&mut random)).collect();
            Target::Values { names, values: Matrix::from_vec(rows, outputs, values) }
        };
        Dataset {
            inputs: Inputs::Block(Block { rows, columns, elements, picture: None }),
            target,
            weights: None,
        }
    }
}

/// Uniform, with mean 0 and variance 1.
fn centred(random: &mut Random) -> f64 {
    let half_width = 3.0_f64.sqrt();
    random.uniform_in(-half_width, half_width)
}
