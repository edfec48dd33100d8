//! What a run tells whoever watches, and what they can answer.

use super::{EpochRecord, History};
use crate::perceptron::{PerceptronFit, Update};
use crate::prep::Preprocessor;
use crate::spec::Recipe;

/// Something that happened in a run.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// Everything is prepared, nothing is learned yet.
    Started {
        /// All settings, decided.
        recipe: &'a Recipe,
        /// Widths from the inputs to the outputs.
        widths: &'a [usize],
        /// Number of weights and biases.
        parameters: usize,
        /// Examples to learn from.
        rows: usize,
        /// Examples to watch by.
        validation_rows: usize,
    },
    /// An update was made.
    Step {
        /// The epoch, from 1.
        epoch: usize,
        /// The update's number in its epoch, from 1.
        batch: usize,
        /// Updates in an epoch.
        batches: usize,
        /// The batch's loss.
        loss: f64,
        /// The batch's examples.
        rows: usize,
    },
    /// A perceptron made a mistake and corrected it.
    Mistake {
        /// The mistake, and the weights after it.
        update: Update<'a>,
        /// What makes inputs of the data, in whose units the weights can be told.
        prep: &'a Preprocessor,
    },
    /// An epoch is over. A perceptron's loss is the share of its answers that were mistakes.
    Epoch(&'a EpochRecord),
    /// A perceptron has learned what it could.
    Fitted(&'a PerceptronFit),
}

/// Whether to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control {
    /// Go on.
    Continue,
    /// Stop after this event and keep what was learned.
    Stop,
}

/// Watches a run.
pub trait Observer {
    /// Is told of every event, in order; can stop the run.
    fn observe(&mut self, event: &Event<'_>) -> Control;
}

/// Watches nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Observer for Silent {
    fn observe(&mut self, _: &Event<'_>) -> Control {
        Control::Continue
    }
}

impl Observer for History {
    fn observe(&mut self, event: &Event<'_>) -> Control {
        if let Event::Epoch(record) = event {
            self.push((*record).clone());
        }
        Control::Continue
    }
}

impl<F: FnMut(&Event<'_>) -> Control> Observer for F {
    fn observe(&mut self, event: &Event<'_>) -> Control {
        self(event)
    }
}
