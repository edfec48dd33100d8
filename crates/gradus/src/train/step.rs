//! One training step: the whole path of a batch, in the order it happens.

use super::Objective;
use crate::data::Batch;
use crate::network::{Network, Workspace};
use crate::optim::Optimizer;
use crate::{Matrix, Real};
use gradus_kernels::reduce::all_finite;

/// Learns from one batch and returns its loss, as it was before the update.
///
/// The calls are public one by one, so that an all-reduce can stand between `backward` and `update`.
///
/// # Errors
/// If the loss or a gradient is not finite; the network is then left as it was.
pub fn step<R: Real>(
    network: &mut Network<R>,
    work: &mut Workspace<R>,
    batch: &Batch<'_, R>,
    objective: &Objective,
    optimizer: &mut Optimizer<R>,
) -> Result<f64, NotFinite> {
    network.forward(batch.inputs, objective.dropout_at(batch.step, 0), work);
    let value = objective.evaluate(network, batch, work);
    network.backward(batch.inputs, work);
    NotFinite::check(network, work, batch.rows(), value)?;
    objective.clip(&mut work.gradients);
    optimizer.update(network.parameters_mut(), &work.gradients);
    Ok(value)
}

/// A step whose numbers left the range of floating point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotFinite {
    /// The first layer, from the inputs on, with a net input or, if all those are finite, a gradient that is not; counted
    /// from 1.
    pub layer: usize,
    /// What is not finite: `net inputs`, `loss`, `gradient` or, after an update, `weights`.
    pub what: &'static str,
}

impl NotFinite {
    pub(super) fn check<R: Real>(
        network: &Network<R>,
        work: &Workspace<R>,
        rows: usize,
        value: f64,
    ) -> Result<(), Self> {
        if value.is_finite() && all_finite(&work.gradients) {
            return Ok(());
        }
        let broken = |nets: &Matrix<R>| !all_finite(nets.rows_slice(0..rows));
        if let Some(layer) = work.nets.iter().position(broken) {
            return Err(Self { layer: layer + 1, what: "net inputs" });
        }
        let last = network.layers().len();
        if !value.is_finite() {
            return Err(Self { layer: last, what: "loss" });
        }
        let broken = |layer: &crate::network::LayerShape| {
            !all_finite(&work.gradients[layer.weights.start..layer.biases.end])
        };
        let layer = network.layers().iter().rposition(broken).unwrap_or(last - 1);
        Err(Self { layer: layer + 1, what: "gradient" })
    }
}
