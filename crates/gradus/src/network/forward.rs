//! The forward pass: in = W·a + b and a = g(in), layer after layer, for a batch at a time.

use super::{Dropout, Network, Workspace};
use crate::{Matrix, MatrixView, Real};
use gradus_kernels::{Onto, elementwise, product_with};

/// Rows that a prediction takes at a time: constant, so that memory is bounded whatever the number of examples.
const ROWS_AT_A_TIME: usize = 1024;

impl<R: Real> Network<R> {
    /// Sends a batch through the network and leaves its whole trace in `work`.
    ///
    /// # Shapes
    /// `inputs` (n, inputs), n at most the capacity of `work`.
    pub fn forward(
        &self,
        inputs: MatrixView<'_, R>,
        dropout: Option<(Dropout, u64)>,
        work: &mut Workspace<R>,
    ) {
        let n = inputs.rows();
        if let Some((dropout, step)) = dropout {
            dropout.draw(&mut work.masks, n, step);
        }
        self.pack(work);
        let last = self.layers().len() - 1;
        for index in 0..=last {
            let layer = self.layer(index);
            let mut nets = std::mem::take(&mut work.nets[index]);
            let (before, weights) = (work.signals(index, inputs), &work.panels.forward[index]);
            product_with(nets.top_mut(n), before, weights, Onto::Nothing, Some(layer.biases));
            work.nets[index] = nets;
            if index < last {
                let outputs = work.outputs[index].rows_slice_mut(0..n);
                layer.activation.apply(work.nets[index].rows_slice(0..n), outputs);
                if dropout.is_some() {
                    let mask = work.masks[index].rows_slice(0..n);
                    elementwise::product_into(work.dropped[index].rows_slice_mut(0..n), outputs, mask);
                }
            }
        }
    }

    /// The network's predictions for `inputs` (n, inputs): (n, outputs), after the link.
    pub fn predict(&self, inputs: &Matrix<R>) -> Matrix<R> {
        let mut predictions = Matrix::zeros(inputs.rows(), self.outputs());
        let mut work = Workspace::for_prediction(self, ROWS_AT_A_TIME.min(inputs.rows()));
        self.predict_into(inputs, &mut work, &mut predictions);
        predictions
    }

    /// As [`predict`](Self::predict), into buffers that are already there.
    pub fn predict_into(&self, inputs: &Matrix<R>, work: &mut Workspace<R>, predictions: &mut Matrix<R>) {
        let at_a_time = work.nets[0].rows().max(1);
        for start in (0..inputs.rows()).step_by(at_a_time) {
            let rows = start..inputs.rows().min(start + at_a_time);
            let batch = MatrixView::from_slice(inputs.rows_slice(rows.clone()), rows.len(), inputs.columns());
            self.forward(batch, None, work);
            self.link().apply(work.logits(rows.len()), predictions.rows_slice_mut(rows), self.outputs());
        }
    }

    /// Packs the weights of every layer for the way forward.
    fn pack(&self, work: &mut Workspace<R>) {
        for (index, panels) in work.panels.forward.iter_mut().enumerate() {
            panels.pack(self.layer(index).weights.transposed());
        }
    }
}
