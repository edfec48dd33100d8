//! Prepared examples, and the batches that are drawn from them: shuffled each epoch by f(seed, epoch), the last one short.

use crate::random::{Purpose, Random};
use crate::{Matrix, MatrixView, Real};
use gradus_kernels::elementwise::gather_rows;
use std::ops::Range;

/// Examples as a network takes them.
#[derive(Clone, Debug)]
pub struct Examples<R> {
    /// (n, inputs)
    pub inputs: Matrix<R>,
    /// (n, outputs)
    pub targets: Matrix<R>,
    /// (n): how much each example counts; all alike where absent.
    pub weights: Option<Vec<R>>,
}

/// The examples of one update.
#[derive(Clone, Copy, Debug)]
pub struct Batch<'a, R> {
    /// (n, inputs)
    pub inputs: MatrixView<'a, R>,
    /// (n · outputs), row after row.
    pub targets: &'a [R],
    /// (n), where examples count differently.
    pub weights: Option<&'a [R]>,
    /// The update's number since training began.
    pub step: u64,
}

impl<R: Real> Batch<'_, R> {
    /// Number of examples.
    pub fn rows(&self) -> usize {
        self.inputs.rows()
    }

    /// Some consecutive examples of the batch.
    pub fn block(&self, rows: Range<usize>) -> Self {
        if rows == (0..self.rows()) {
            // A small batch is its only block, and making views takes a part of its step that can be seen.
            return *self;
        }
        let outputs = self.targets.len() / self.rows().max(1);
        let (before_end, _) = self.inputs.split_rows(rows.end);
        Self {
            inputs: before_end.split_rows(rows.start).1,
            targets: &self.targets[rows.start * outputs..rows.end * outputs],
            weights: self.weights.map(|weights| &weights[rows]),
            step: self.step,
        }
    }

    /// Consecutive examples, `size` at a time, the last time fewer.
    pub(crate) fn parts(&self, size: usize) -> impl Iterator<Item = Self> {
        let n = self.rows();
        (0..n).step_by(size).map(move |start| self.block(start..n.min(start + size)))
    }

    /// Σ wᵢ over the batch.
    pub fn weight(&self) -> f64 {
        self.weights.map_or(self.rows() as f64, |weights| weights.iter().map(|w| w.to_f64()).sum())
    }
}

/// Draws batches: the rows of each are gathered into one buffer, which is allocated once.
#[derive(Debug)]
pub struct Batches<R> {
    order: Vec<usize>,
    at: usize,
    size: usize,
    inputs: Matrix<R>,
    targets: Matrix<R>,
    weights: Vec<R>,
}

impl<R: Real> Batches<R> {
    /// Batches of `size` of these examples, or of all of them where they are fewer.
    pub fn new(examples: &Examples<R>, size: usize) -> Self {
        let n = examples.inputs.rows();
        let size = size.clamp(1, n.max(1));
        // A full batch is read where it lies, in its own order: it needs no buffer.
        let rows = if size == n { 0 } else { size };
        Self {
            order: (0..n).collect(),
            at: 0,
            size,
            inputs: Matrix::zeros(rows, examples.inputs.columns()),
            targets: Matrix::zeros(rows, examples.targets.columns()),
            weights: vec![R::ONE; rows],
        }
    }

    /// Examples of a batch that is not the last.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Batches of an epoch.
    pub fn per_epoch(&self) -> usize {
        self.order.len().div_ceil(self.size)
    }

    /// The examples in the order of the current epoch; batches take it from the front.
    pub fn order(&self) -> &[usize] {
        &self.order
    }

    /// Starts epoch `epoch`: its order is f(seed, epoch), whatever came before.
    pub fn start_epoch(&mut self, seed: u64, epoch: u64) {
        self.at = 0;
        if self.size < self.order.len() {
            self.order.iter_mut().enumerate().for_each(|(i, row)| *row = i);
            Random::new(seed, Purpose::Order, epoch).shuffle(&mut self.order);
        }
    }

    /// The next batch of the epoch; `None` when every example has been seen.
    pub fn next<'a>(&'a mut self, examples: &'a Examples<R>, step: u64) -> Option<Batch<'a, R>> {
        R::next_batch(self, examples, step)
    }

    pub(crate) fn next_compiled<'a>(
        &'a mut self,
        examples: &'a Examples<R>,
        step: u64,
    ) -> Option<Batch<'a, R>> {
        let n = self.order.len();
        let rows = self.at..n.min(self.at + self.size);
        self.at = rows.end;
        if rows.is_empty() {
            return None;
        }
        if self.size == n {
            let weights = examples.weights.as_deref();
            return Some(Batch {
                inputs: examples.inputs.view(),
                targets: examples.targets.as_slice(),
                weights,
                step,
            });
        }
        let count = rows.len();
        let order = &self.order[rows];
        gather(&mut self.inputs, &examples.inputs, order);
        gather(&mut self.targets, &examples.targets, order);
        if let Some(weights) = &examples.weights {
            gather_rows(&mut self.weights[..count], weights, 1, order);
        }
        Some(Batch {
            inputs: self.inputs.top(count),
            targets: self.targets.rows_slice(0..count),
            weights: examples.weights.as_ref().map(|_| &self.weights[..count]),
            step,
        })
    }
}

/// Copies the rows of `matrix` named by `order` to the top of `out`.
fn gather<R: Real>(out: &mut Matrix<R>, matrix: &Matrix<R>, order: &[usize]) {
    gather_rows(out.rows_slice_mut(0..order.len()), matrix.as_slice(), matrix.columns(), order);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Batch sizes of one epoch over n examples; every example is seen once, whatever the epoch.
    #[track_caller]
    fn check(n: usize, size: usize, expected: &[usize]) {
        let numbers: Vec<f64> = (0..n).map(|i| i as f64).collect();
        let matrix = Matrix::from_vec(n, 1, numbers.clone());
        let examples = Examples { inputs: matrix.clone(), targets: matrix, weights: None };
        let mut batches = Batches::new(&examples, size);
        assert_eq!(batches.per_epoch(), expected.len());
        let mut orders = Vec::new();
        for epoch in [0, 1, 0] {
            batches.start_epoch(3, epoch);
            let (mut seen, mut sizes) = (Vec::new(), Vec::new());
            while let Some(batch) = batches.next(&examples, 0) {
                assert_eq!(batch.targets.len(), batch.rows());
                sizes.push(batch.rows());
                seen.extend_from_slice(batch.targets);
            }
            assert_eq!(sizes, expected);
            orders.push(seen.clone());
            seen.sort_by(f64::total_cmp);
            assert_eq!(seen, numbers);
        }
        assert_eq!(orders[0], orders[2]);
        assert!(size >= n || n < 5 || orders[0] != orders[1]);
    }

    #[test]
    fn an_epoch_sees_every_example_once() {
        check(10, 4, &[4, 4, 2]);
        check(10, 10, &[10]);
        check(10, 100, &[10]);
        check(3, 1, &[1, 1, 1]);
        check(1, 1, &[1]);
    }
}
