//! The gradient of backpropagation against the gradient of first principles.
//!
//! For each parameter w, with h = 10⁻³ max(1, |w|), the fourth-order central difference
//!
//! ∂E/∂w ≈ (E(w − 2h) − 8 E(w − h) + 8 E(w + h) − E(w + 2h)) / 12h
//!
//! has an error of order h⁴ where E is smooth. It is none where two pieces of a function meet (relu at 0, the absolute
//! error at 0, Huber's at ±δ): a parameter whose five points do not all lie on the same pieces is left out and counted.

use crate::data::Batch;
use crate::loss::Loss;
use crate::network::{Link, Network, Workspace};
use crate::train::Objective;

/// How far two gradients lie apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GradientCheck {
    /// ‖numeric − analytic‖ / (‖numeric‖ + ‖analytic‖) over all parameters compared; 0 where both are 0.
    pub relative_error: f64,
    /// Parameters that were compared.
    pub compared: usize,
    /// Parameters left out because a kink lay within reach of the difference.
    pub excluded: usize,
}

/// Compares the gradients of one batch. Penalties are the optimizer's affair and not part of it; dropout is, with the
/// masks of the batch's step.
pub fn gradient_check(
    network: &Network<f64>,
    batch: &Batch<'_, f64>,
    objective: &Objective,
) -> GradientCheck {
    let mut probe = Probe::new(network, batch, objective);
    let analytic = probe.analytic();
    let pieces = probe.pieces();
    let (mut difference, mut numeric_norm, mut analytic_norm) = (0.0, 0.0, 0.0);
    let (mut compared, mut excluded) = (0, 0);
    for (index, &analytic) in analytic.iter().enumerate() {
        match probe.numeric(index, &pieces) {
            Some(numeric) => {
                difference += (numeric - analytic) * (numeric - analytic);
                numeric_norm += numeric * numeric;
                analytic_norm += analytic * analytic;
                compared += 1;
            }
            None => excluded += 1,
        }
    }
    let scale = numeric_norm.sqrt() + analytic_norm.sqrt();
    let relative_error = if scale > 0.0 { difference.sqrt() / scale } else { 0.0 };
    GradientCheck { relative_error, compared, excluded }
}

/// A copy of the network whose parameters can be moved.
struct Probe<'a> {
    network: Network<f64>,
    batch: &'a Batch<'a, f64>,
    objective: Objective,
    work: Workspace<f64>,
}

impl<'a> Probe<'a> {
    fn new(network: &Network<f64>, batch: &'a Batch<'a, f64>, objective: &Objective) -> Self {
        let objective = Objective { groups: Vec::new(), ..objective.clone() };
        let work = Workspace::new(network, batch.rows(), objective.dropout.is_some());
        Self { network: network.clone(), batch, objective, work }
    }

    fn loss(&mut self) -> f64 {
        self.network.forward(
            self.batch.inputs,
            self.objective.dropout_at(self.batch.step, 0),
            &mut self.work,
        );
        self.objective.evaluate(&self.network, self.batch, &mut self.work)
    }

    fn analytic(&mut self) -> Vec<f64> {
        self.loss();
        self.network.backward(self.batch.inputs, &mut self.work);
        self.work.gradients.to_vec()
    }

    /// The numeric gradient of one parameter; `None` if a point of the difference lies on other `pieces`.
    fn numeric(&mut self, index: usize, pieces: &[i8]) -> Option<f64> {
        let w = self.network.parameters()[index];
        let h = 1e-3 * w.abs().max(1.0);
        let mut sum = 0.0;
        let mut smooth = true;
        for (steps, coefficient) in [(-2.0, 1.0), (-1.0, -8.0), (1.0, 8.0), (2.0, -1.0)] {
            self.network.parameters_mut()[index] = w + steps * h;
            sum += coefficient * self.loss();
            smooth &= self.pieces() == pieces;
        }
        self.network.parameters_mut()[index] = w;
        smooth.then_some(sum / (12.0 * h))
    }

    /// On which piece of each piecewise function the last forward pass ran.
    fn pieces(&self) -> Vec<i8> {
        let n = self.batch.rows();
        let mut pieces = Vec::new();
        for (layer, nets) in self.network.layers().iter().zip(&self.work.nets) {
            if layer.activation.is_piecewise() {
                pieces.extend(nets.rows_slice(0..n).iter().map(|&net| i8::from(net > 0.0)));
            }
        }
        let last = self.work.nets.len() - 1;
        if matches!(self.network.link(), Link::Activation(activation) if activation.is_piecewise()) {
            pieces.extend(self.work.nets[last].rows_slice(0..n).iter().map(|&net| i8::from(net > 0.0)));
        }
        let residuals =
            self.work.predictions.rows_slice(0..n).iter().zip(self.batch.targets).map(|(a, y)| a - y);
        match self.objective.loss {
            Loss::AbsoluteError => pieces.extend(residuals.map(|r| i8::from(r > 0.0))),
            Loss::Huber { delta } => {
                pieces.extend(residuals.map(|r| i8::from(r > delta) - i8::from(r < -delta)));
            }
            _ => {}
        }
        pieces
    }
}
