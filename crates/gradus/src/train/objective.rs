//! What a run makes small: a loss, its reduction over the batch, penalties on the weights, and dropout on the way.

use crate::Real;
use crate::data::Batch;
use crate::loss::{Gradient, Loss, Outputs, Reduction};
use crate::network::{Dropout, DropoutAt, Link, Network, Workspace};
use crate::optim::{Clip, Group};

/// Loss + penalties + dropout.
#[derive(Clone, Debug)]
pub struct Objective {
    /// How wrong predictions are.
    pub loss: Loss,
    /// Mean or sum over the batch.
    pub reduction: Reduction,
    /// Units silenced at random, in training only.
    pub dropout: Option<Dropout>,
    /// The bound of the gradient.
    pub clip: Option<Clip>,
    /// Groups of parameters with their penalties; the optimizer applies their gradient, here their value is counted.
    pub groups: Vec<Group>,
}

impl Objective {
    /// `loss` alone, as a mean.
    pub fn of(loss: Loss) -> Self {
        Self { loss, reduction: Reduction::Mean, dropout: None, clip: None, groups: Vec::new() }
    }

    /// Dropout for the rows from `row` on of the batch of update `step`.
    pub fn dropout_at(&self, step: u64, row: u64) -> Option<DropoutAt> {
        self.dropout.map(|dropout| DropoutAt { dropout, step, row })
    }

    /// The batch's loss with penalties, from the logits in `work`; puts Δ of the output layer into `work`.
    pub fn evaluate<R: Real>(
        &self,
        network: &Network<R>,
        batch: &Batch<'_, R>,
        work: &mut Workspace<R>,
    ) -> f64 {
        self.loss(network, batch, batch.weight(), work) + self.penalty(network.parameters())
    }

    /// The loss of a batch, or of a block of one whose examples weigh `weight` together, from the logits in `work`, without
    /// penalties; puts Δ of the output layer into `work`.
    pub(super) fn loss<R: Real>(
        &self,
        network: &Network<R>,
        block: &Batch<'_, R>,
        weight: f64,
        work: &mut Workspace<R>,
    ) -> f64 {
        let (n, last) = (block.rows(), work.nets.len() - 1);
        let outputs = Outputs {
            logits: work.nets[last].rows_slice(0..n),
            targets: block.targets,
            weights: block.weights,
            width: network.outputs(),
        };
        let gradient = Gradient {
            predictions: work.predictions.rows_slice_mut(0..n),
            delta: work.deltas[last].rows_slice_mut(0..n),
        };
        self.loss_of(network.link(), &outputs, weight, gradient)
    }

    /// The reduced loss of some outputs whose examples weigh `weight` together.
    pub(super) fn loss_of<R: Real>(
        &self,
        link: Link,
        outputs: &Outputs<'_, R>,
        weight: f64,
        gradient: Gradient<'_, R>,
    ) -> f64 {
        // A batch whose examples all count nothing has no loss and moves nothing.
        let scale = match self.reduction {
            Reduction::Mean if weight > 0.0 => 1.0 / weight,
            Reduction::Mean => 0.0,
            Reduction::Sum => 1.0,
        };
        scale * self.loss.evaluate(link, outputs, R::from_f64(scale), gradient)
    }

    /// λ₁ Σ|w| + ½ λ₂ Σw² over the groups that have penalties.
    pub fn penalty<R: Real>(&self, parameters: &[R]) -> f64 {
        let mut penalty = 0.0;
        for group in self.groups.iter().filter(|group| group.l1 > 0.0 || group.l2 > 0.0) {
            for w in &parameters[group.range.clone()] {
                let w = w.to_f64();
                penalty += group.l1 * w.abs() + 0.5 * group.l2 * w * w;
            }
        }
        penalty
    }

    /// Bounds the gradient, where that is asked for.
    pub(super) fn clip<R: Real>(&self, gradients: &mut [R]) {
        if let Some(clip) = &self.clip {
            clip.apply(gradients);
        }
    }
}
