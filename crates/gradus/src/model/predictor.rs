//! A model that is asked again and again: its network's weights are packed once, and the buffers stay.

use super::{AnyNetwork, Model};
use crate::data::Inputs;
use crate::network::Predictor;
use crate::prep::BlockRows;
use crate::{Error, Matrix, Real};
use gradus_kernels::reduce::all_finite;
use std::sync::atomic::{AtomicBool, Ordering};

/// Rows of a table that are prepared at a time, and rows of a block that are predicted before the next: constant, so that memory
/// is bounded whatever the number of examples.
const ROWS_AT_A_TIME: usize = 1024;
const BLOCK_ROWS_AT_A_TIME: usize = 8192;

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
    if let Some(rows) = model.prep.rows_of(inputs)?
        && let Some(answers) = answers_of_block(model, network, inputs.rows(), &rows)
    {
        return Ok(answers);
    }
    let (n, names) = (inputs.rows(), model.names().len());
    if n <= ROWS_AT_A_TIME {
        return part(model, network, inputs);
    }
    let mut answers = Vec::with_capacity(n.saturating_mul(names));
    for start in (0..n).step_by(ROWS_AT_A_TIME) {
        let rows: Vec<usize> = (start..n.min(start + ROWS_AT_A_TIME)).collect();
        // Rows of a part are counted from its start: a refusal is asked for again of the whole, to name the right row.
        let of_part = part(model, network, &inputs.select(&rows))
            .map_err(|error| model.prep.transform::<R>(inputs).err().unwrap_or(error))?;
        answers.extend(of_part.into_vec());
    }
    Ok(Matrix::from_vec(n, names, answers))
}

/// The answers to the n rows of a block; none if these are not all finite, which is for `transform` to explain.
fn answers_of_block<R: Real>(
    model: &Model,
    network: &mut Predictor<R>,
    n: usize,
    rows: &BlockRows<'_>,
) -> Option<Matrix<f64>> {
    let names = model.names().len();
    let mut answers = Vec::with_capacity(n.saturating_mul(names));
    for start in (0..n).step_by(BLOCK_ROWS_AT_A_TIME) {
        let finite = AtomicBool::new(true);
        let predictions =
            network.predict_prepared(n.min(start + BLOCK_ROWS_AT_A_TIME) - start, &|some, out| {
                rows.write(start + some.start..start + some.end, out);
                finite.fetch_and(all_finite(out), Ordering::Relaxed);
            });
        if !finite.into_inner() {
            return None;
        }
        answers.extend(model.coding.decode(&predictions.cast()).into_vec());
    }
    Some(Matrix::from_vec(n, names, answers))
}

/// The answers to rows that are prepared all at once.
fn part<R: Real>(model: &Model, network: &mut Predictor<R>, inputs: &Inputs) -> Result<Matrix<f64>, Error> {
    let prepared = model.prep.transform(inputs)?;
    Ok(model.coding.decode(&network.predict(prepared.view()).cast()))
}
