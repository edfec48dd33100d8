//! A model that is asked again and again: its network's weights are packed once, and the buffers stay.

use super::{AnyNetwork, Model};
use crate::data::Inputs;
use crate::network::Predictor;
use crate::prep::BlockRows;
use crate::{Error, Matrix, Real};
use gradus_kernels::reduce::all_finite;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

/// Rows that are answered at a time: constant, so that memory is bounded whatever the number of examples.
const ROWS_AT_A_TIME: usize = 1024;

/// A model with its network's [`Predictor`], for whoever asks more than once; [`Model::predict`] makes one for each call.
///
/// The answer to a row has the same bits whichever rows are asked about with it, and on any number of threads.
#[derive(Clone, Debug)]
pub struct ModelPredictor<'m> {
    model: &'m Model,
    network: AnyPredictor,
}

/// A predictor in one of the two precisions.
#[derive(Clone, Debug)]
enum AnyPredictor {
    F32(Predictor<f32>),
    F64(Predictor<f64>),
}

impl<'m> ModelPredictor<'m> {
    /// A predictor of the answers of `model`.
    pub fn new(model: &'m Model) -> Self {
        let network = match &model.network {
            AnyNetwork::F32(network) => AnyPredictor::F32(Predictor::new(network)),
            AnyNetwork::F64(network) => AnyPredictor::F64(Predictor::new(network)),
        };
        Self { model, network }
    }

    /// The model's answers.
    ///
    /// # Shapes
    /// n rows of inputs → (n, names): a probability for each class or label, or numbers in their own unit.
    ///
    /// # Errors
    /// As [`Model::predict`].
    pub fn predict(&mut self, inputs: &Inputs) -> Result<Matrix<f64>, Error> {
        match &mut self.network {
            AnyPredictor::F32(network) => answers(self.model, network, inputs),
            AnyPredictor::F64(network) => answers(self.model, network, inputs),
        }
    }
}

fn answers<R: Real>(
    model: &Model,
    network: &mut Predictor<R>,
    inputs: &Inputs,
) -> Result<Matrix<f64>, Error> {
    let (n, names) = (inputs.rows(), model.names().len());
    if n <= ROWS_AT_A_TIME {
        return part(model, network, inputs, 0..n);
    }
    let mut answers = Vec::with_capacity(n.saturating_mul(names));
    for start in (0..n).step_by(ROWS_AT_A_TIME) {
        // Rows of a part are counted from its start: a refusal is asked for again of the whole, to name the right row.
        let of_part = part(model, network, inputs, start..n.min(start + ROWS_AT_A_TIME))
            .map_err(|error| model.prep.transform::<R>(inputs).err().unwrap_or(error))?;
        answers.extend_from_slice(of_part.as_slice());
    }
    Ok(Matrix::from_vec(n, names, answers))
}

/// The answers to some rows. Those of a block are prepared by the threads that predict them; others, and those that `transform` has to
/// refuse, all at once.
fn part<R: Real>(
    model: &Model,
    network: &mut Predictor<R>,
    inputs: &Inputs,
    rows: Range<usize>,
) -> Result<Matrix<f64>, Error> {
    let block = model.prep.rows_of(inputs)?;
    let predictions = match block.and_then(|block| finite_predictions(network, &block, &rows)) {
        Some(predictions) => predictions,
        None if rows.len() == inputs.rows() => network.predict(model.prep.transform(inputs)?.view()),
        None => {
            let some = inputs.select(&rows.collect::<Vec<_>>());
            network.predict(model.prep.transform(&some)?.view())
        }
    };
    Ok(model.coding.decode(&predictions.cast()))
}

/// The predictions for some rows of a block; none if these are not all finite.
fn finite_predictions<R: Real>(
    network: &mut Predictor<R>,
    block: &BlockRows<'_>,
    rows: &Range<usize>,
) -> Option<Matrix<R>> {
    let finite = AtomicBool::new(true);
    let predictions = network.predict_prepared(rows.len(), &|some, out| {
        block.write(rows.start + some.start..rows.start + some.end, out);
        finite.fetch_and(all_finite(out), Ordering::Relaxed);
    });
    finite.into_inner().then_some(predictions)
}
