//! The run of a perceptron: prepared like any other, learned by Rosenblatt's rule, kept as a network without hidden layer.

use super::trainer::{Prepared, Trainer, prepare_examples};
use super::{Control, EpochRecord, Event, Observer, Outcome, StopReason};
use crate::Error;
use crate::model::{AnyNetwork, Model};
use crate::network::Network;
use crate::perceptron::{Order, Perceptron, PerceptronFit, PerceptronOptions, Progress};
use crate::spec::{ModelKind, Precision, Recipe};

impl Trainer<'_> {
    /// Learns by the perceptron rule; the observer can end it at any mistake.
    pub(super) fn fit_perceptron(
        &self,
        prepared: Prepared,
        observer: &mut dyn Observer,
    ) -> Result<Model, Error> {
        if self.start.is_some() {
            return Err(Error::NotForPerceptron { key: "from".to_owned() });
        }
        let Prepared { recipe, architecture, training, prep, coding, .. } = &prepared;
        let examples = prepare_examples::<f64>(training, None, prep, coding)?;
        let (rows, units) = (examples.inputs.rows(), architecture.outputs);
        let started = Event::Started {
            recipe,
            widths: &[architecture.inputs, units],
            parameters: architecture.n_parameters()?,
            rows,
            validation_rows: 0,
        };
        let mut stopped = observer.observe(&started) == Control::Stop;
        let mut last = None;
        let fit = Perceptron::watched(
            examples.inputs.view(),
            examples.targets.view(),
            &options(recipe),
            &mut |progress| {
                let control = match *progress {
                    Progress::Mistake(update) => observer.observe(&Event::Mistake { update, prep }),
                    Progress::Epoch { epoch, mistakes } => {
                        let record =
                            epoch_record(recipe, epoch, mistakes as f64 / (rows * units).max(1) as f64);
                        let control = observer.observe(&Event::Epoch(&record));
                        last = Some(record);
                        control
                    }
                };
                stopped |= control == Control::Stop;
                if stopped { Control::Stop } else { Control::Continue }
            },
        )?;
        observer.observe(&Event::Fitted(&fit));
        let network = network(&prepared, &fit)?;
        let record = prepared.record(&outcome(&fit, last));
        Ok(Model { prep: prepared.prep, network, coding: prepared.coding, record })
    }
}

fn options(recipe: &Recipe) -> PerceptronOptions {
    let (averaged, shuffle) = match recipe.model {
        ModelKind::Perceptron { averaged, shuffle } => (averaged, shuffle.unwrap_or_default()),
        ModelKind::Network => (false, false),
    };
    let order = if shuffle { Order::Shuffled { seed: recipe.seed } } else { Order::Fixed };
    PerceptronOptions { epochs: recipe.epochs, learning_rate: recipe.learning_rate, averaged, order }
}

fn epoch_record(recipe: &Recipe, epoch: usize, loss: f64) -> EpochRecord {
    EpochRecord {
        epoch,
        learning_rate: recipe.learning_rate,
        loss,
        validation: Vec::new(),
        training: Vec::new(),
    }
}

/// The units as a layer on the inputs, in the precision that is asked for.
fn network(prepared: &Prepared, fit: &PerceptronFit) -> Result<AnyNetwork, Error> {
    let Perceptron { weights, biases } = &fit.perceptron;
    let parameters = [weights.as_slice(), biases].concat();
    let network = Network::<f64>::from_parameters(&prepared.architecture, parameters)?;
    let largest = match prepared.recipe.precision {
        Precision::F32 | Precision::Bf16 => f64::from(f32::MAX),
        Precision::F64 => f64::MAX,
    };
    if !network.parameters().iter().all(|w| w.abs() <= largest) {
        return Err(Error::PerceptronOverflow { learning_rate: prepared.recipe.learning_rate });
    }
    Ok(match prepared.recipe.precision {
        Precision::F32 | Precision::Bf16 => AnyNetwork::F32(network.cast()),
        Precision::F64 => AnyNetwork::F64(network),
    })
}

fn outcome(fit: &PerceptronFit, last: Option<EpochRecord>) -> Outcome {
    Outcome {
        epochs: fit.epochs,
        updates: fit.updates as u64,
        best_epoch: None,
        stop: match fit {
            PerceptronFit { stopped: true, .. } => StopReason::Observer,
            PerceptronFit { separable: true, .. } => StopReason::Separated,
            PerceptronFit { witness: Some(_), .. } => StopReason::Cycle,
            _ => StopReason::Epochs,
        },
        divergence: None,
        last,
    }
}
