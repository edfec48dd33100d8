//! A model file opened in a session: its layers and weights take the place of those that are there.
//!
//! The session scales no inputs of points; what the model's own preprocessing does to a number is folded into the first layer,
//! and what it does to a value into the last, so that it answers the same.

use super::config::LayerConfig;
use super::session::Session;
use super::undo::Change;
use crate::Error;
use gradus::network::{Link, Network};
use gradus::prep::Scaling;
use gradus::{Model, model_file};

impl Session {
    /// Takes a model over.
    ///
    /// # Errors
    /// If the bytes are no model, or it reads other columns or gives other answers than the session has.
    pub fn open_model(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let model = model_file::from_bytes(bytes)?;
        let architecture = model.network.architecture();
        let mut config = self.config.clone();
        config.features = model.prep.input_names();
        config.prep = Some(Scaling::None);
        config.loss = model.record.spec.loss;
        config.output_activation = Some(architecture.link);
        config.layers = architecture
            .hidden
            .iter()
            .map(|&(units, activation)| LayerConfig { units, activation })
            .collect();
        super::limits::check(&config)?;
        let mut next = Self::with(config, self.brought.clone(), Default::default())?;
        let (has, wants) = (next.problem.coding.outputs(), architecture.outputs);
        if has != wants || next.problem.coding.task() != model.coding.task() {
            return Err(Error::OtherAnswers { has, wants });
        }
        let (has, wants) = (next.problem.architecture.inputs, architecture.inputs);
        if has != wants {
            return Err(Error::OtherInputs { has, wants });
        }
        let mut checkpoint = next.learner.checkpoint();
        checkpoint.parameters = own_units(&model, &next)?.parameters().to_vec();
        next.go_on(&checkpoint);
        self.remember(Change::Other);
        std::mem::swap(&mut next.undo, &mut self.undo);
        *self = next;
        Ok(())
    }
}

/// The model's network on inputs as they are and, for values, with answers as the session's own coding takes them.
fn own_units(model: &Model, session: &Session) -> Result<Network<f64>, Error> {
    let mut network = model.network.cast::<f64>();
    let first = network.layers()[0].clone();
    let (weights, biases) = first.split_mut(network.parameters_mut());
    for (row, bias) in weights.chunks_exact_mut(first.inputs).zip(biases) {
        let (own, moved) = model.prep.in_own_units(row, *bias);
        row.copy_from_slice(&own);
        *bias = moved;
    }
    if network.link() == Link::IDENTITY {
        let last = network.layers()[network.layers().len() - 1].clone();
        let scales = model.coding.scales().into_iter().zip(session.problem.coding.scales());
        let (weights, biases) = last.split_mut(network.parameters_mut());
        for ((row, bias), (theirs, ours)) in weights.chunks_exact_mut(last.inputs).zip(biases).zip(scales) {
            row.iter_mut().for_each(|weight| *weight *= theirs.1 / ours.1);
            *bias = (*bias * theirs.1 + theirs.0 - ours.0) / ours.1;
        }
    }
    Ok(network)
}
