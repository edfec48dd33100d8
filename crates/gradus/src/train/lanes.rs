//! A large batch's way through a network: in blocks of rows small enough for the nearest caches, and in lanes that threads
//! can share.
//!
//! A lane is a run of consecutive blocks; each block goes all the way forward and back before the next one starts, and adds its
//! gradient to the lane's. The lanes' gradients are added up at the end, the first lane first. How many lanes there are depends
//! on the sizes of batch and network and on nothing else, so the bits do not depend on the number of threads.
//!
//! A small batch, or one through a network so large that a gradient for each lane would cost more than it saves, goes through
//! as a whole: see [`step`].

use super::{NotFinite, Objective, step};
use crate::Real;
use crate::data::Batch;
use crate::network::{LayerShape, Network, PackedWeights, SmallBatch, Workspace};
use crate::optim::Optimizer;
use gradus_kernels::reduce::all_finite;
use gradus_kernels::{Onto, Operands, elementwise, share, team, threads_for};
use std::ops::Range;

/// A step multiplies by each weight once on the way forward and twice on the way back.
const PRODUCTS: usize = 3;
/// Rows of a block: as many as a product adds up in one chain, so that a batch in one lane has the bits of a whole one.
const BLOCK: usize = 256;
/// Batches with fewer blocks go through as a whole.
const FEWEST_BLOCKS: usize = 8;
/// Blocks of a lane: enough that adding its gradient to the others' is little beside them.
const BLOCKS_OF_A_LANE: usize = 4;
/// A bound on the memory that their gradients take: 64 MiB in f32 at the most.
const MOST_LANES: usize = 64;
/// A gradient larger than this does not stay in the second cache from one block to the next.
const MOST_PARAMETERS: usize = 1 << 18;

/// How many lanes batches of `batch_rows` take through a network with so many parameters.
fn n_lanes(batch_rows: usize, parameters: usize) -> usize {
    let blocks = batch_rows.div_ceil(BLOCK);
    if blocks < FEWEST_BLOCKS || parameters > MOST_PARAMETERS {
        return 1;
    }
    (blocks / BLOCKS_OF_A_LANE).next_power_of_two().min(MOST_LANES)
}

/// Everything that training steps with batches of one size need, allocated once.
#[derive(Clone, Debug)]
pub struct Lanes<R> {
    /// Where batch and network are so small that it pays.
    small: Option<SmallBatch<R>>,
    weights: PackedWeights<R>,
    lanes: Vec<Lane<R>>,
}

/// Some blocks of a batch.
#[derive(Clone, Debug)]
struct Lane<R> {
    work: Workspace<R>,
    rows: Range<usize>,
    loss: f64,
}

impl<R: Real> Lanes<R> {
    /// Buffers for batches of up to `batch_rows` examples through `network`, and products of `operands`.
    ///
    /// # Panics
    /// If the operands are bf16 and the network's numbers are not f32.
    pub fn new(network: &Network<R>, batch_rows: usize, with_dropout: bool, operands: Operands) -> Self {
        let lane = |work| Lane { work, rows: 0..0, loss: 0.0 };
        let is_small = !with_dropout && operands == Operands::Same && SmallBatch::suits(network, batch_rows);
        match n_lanes(batch_rows, network.parameters().len()) {
            1 => Self {
                small: is_small.then(|| SmallBatch::new(network, batch_rows)),
                weights: PackedWeights::default(),
                lanes: vec![lane(Workspace::with_operands(network, batch_rows, with_dropout, operands))],
            },
            n_lanes => Self {
                small: None,
                weights: PackedWeights::for_training(network, operands),
                lanes: (0..n_lanes)
                    .map(|_| lane(Workspace::without_weights(network, BLOCK, with_dropout, operands)))
                    .collect(),
            },
        }
    }

    /// Bytes that they take for these layers.
    pub fn bytes(layers: &[LayerShape], batch_rows: usize, with_dropout: bool) -> u128 {
        let parameters = layers.last().map_or(0, |layer| layer.biases.end);
        match n_lanes(batch_rows, parameters) {
            1 => Workspace::<R>::bytes(layers, batch_rows, with_dropout),
            n_lanes => n_lanes as u128 * Workspace::<R>::bytes(layers, BLOCK, with_dropout),
        }
    }

    /// Learns from one batch and returns its loss, as [`step`] does.
    ///
    /// # Errors
    /// If the loss or a gradient is not finite; the network is then left as it was.
    pub fn step(
        &mut self,
        network: &mut Network<R>,
        batch: &Batch<'_, R>,
        objective: &Objective,
        optimizer: &mut Optimizer<R>,
    ) -> Result<f64, NotFinite> {
        R::step(self, network, batch, objective, optimizer)
    }

    pub(crate) fn step_compiled(
        &mut self,
        network: &mut Network<R>,
        batch: &Batch<'_, R>,
        objective: &Objective,
        optimizer: &mut Optimizer<R>,
    ) -> Result<f64, NotFinite> {
        let operations = batch.rows().saturating_mul(network.parameters().len()).saturating_mul(PRODUCTS);
        team(operations, || {
            if let Some(small) = &mut self.small
                && let Some(value) = small_step(network, small, batch, objective, optimizer)
            {
                return Ok(value);
            }
            // A small batch that is not finite comes here: the same bits once more, by the way on which it can be told where.
            if let [lane] = &mut self.lanes[..] {
                return step(network, &mut lane.work, batch, objective, optimizer);
            }
            let value = self.gradient(network, batch, objective);
            if !value.is_finite() || !all_finite(&self.lanes[0].work.gradients) {
                return Err(self.not_finite(network, batch, objective));
            }
            let gradients = &mut self.lanes[0].work.gradients;
            objective.clip(gradients);
            optimizer.update(network.parameters_mut(), gradients);
            Ok(value)
        })
    }

    /// The batch's loss with penalties; its gradient is then the first lane's.
    fn gradient(&mut self, network: &Network<R>, batch: &Batch<'_, R>, objective: &Objective) -> f64 {
        self.weights.pack_forward(network);
        self.weights.pack_backward(network);
        let (n, n_lanes) = (batch.rows(), self.lanes.len());
        let blocks = n.div_ceil(BLOCK);
        let row = |lane: usize| (blocks * lane / n_lanes * BLOCK).min(n);
        for (index, lane) in self.lanes.iter_mut().enumerate() {
            lane.rows = row(index)..row(index + 1);
        }
        let pass = Pass { network, weights: &self.weights, batch, weight: batch.weight(), objective };
        let threads = threads_for(n.saturating_mul(network.parameters().len()));
        share(&mut self.lanes[..], n_lanes, 1, threads, &|lanes: &mut [Lane<R>]| pass.lanes(lanes));
        self.sum_lanes() + objective.penalty(network.parameters())
    }

    /// The lanes' gradients into the first one's; returns the sum of their losses.
    fn sum_lanes(&mut self) -> f64 {
        let Some((first, others)) = self.lanes.split_first_mut() else { return 0.0 };
        for lane in others.iter() {
            elementwise::axpy(&mut first.work.gradients, R::ONE, &lane.work.gradients);
        }
        first.loss + others.iter().map(|lane| lane.loss).sum::<f64>()
    }

    /// Where a batch left the range: block by block once more, until one tells.
    fn not_finite(&mut self, network: &Network<R>, batch: &Batch<'_, R>, objective: &Objective) -> NotFinite {
        let weights = &self.weights;
        let pass = Pass { network, weights, batch, weight: batch.weight(), objective };
        let work = &mut self.lanes[0].work;
        for (index, rows) in blocks(0..batch.rows()) {
            work.gradients.fill(R::ZERO);
            let value = pass.block(index, rows.clone(), work);
            if let Err(broken) = NotFinite::check(network, work, rows.len(), value) {
                return broken;
            }
        }
        // Each block is finite, and their sum is not.
        NotFinite { layer: network.layers().len(), what: "gradient" }
    }
}

/// As [`step`], with the same bits; `None` if the loss or a gradient is not finite.
fn small_step<R: Real>(
    network: &mut Network<R>,
    small: &mut SmallBatch<R>,
    batch: &Batch<'_, R>,
    objective: &Objective,
    optimizer: &mut Optimizer<R>,
) -> Option<f64> {
    small.forward(network, batch);
    let (outputs, gradient) = small.outputs(batch);
    let loss = objective.loss_of(network.link(), &outputs, batch.weight(), gradient);
    let value = loss + objective.penalty(network.parameters());
    small.backward(network, batch);
    if !value.is_finite() || !all_finite(&small.gradients) {
        return None;
    }
    objective.clip(&mut small.gradients);
    optimizer.update(network.parameters_mut(), &small.gradients);
    Some(value)
}

/// The blocks of some rows that begin at one, with their numbers in the batch.
fn blocks(rows: Range<usize>) -> impl Iterator<Item = (u64, Range<usize>)> {
    let end = rows.end;
    rows.step_by(BLOCK).map(move |start| ((start / BLOCK) as u64, start..end.min(start + BLOCK)))
}

/// What every lane of a step is given.
struct Pass<'a, R> {
    network: &'a Network<R>,
    weights: &'a PackedWeights<R>,
    batch: &'a Batch<'a, R>,
    /// Σ wᵢ of the whole batch.
    weight: f64,
    objective: &'a Objective,
}

impl<R: Real> Pass<'_, R> {
    /// Sends some lanes through the network, one after the other. The buffers of the first serve them all, so that they stay in
    /// the cache; each keeps a gradient of its own.
    fn lanes(&self, lanes: &mut [Lane<R>]) {
        let Some((first, others)) = lanes.split_first_mut() else { return };
        first.loss = self.lane(first.rows.clone(), &mut first.work);
        for lane in others {
            std::mem::swap(&mut first.work.gradients, &mut lane.work.gradients);
            lane.loss = self.lane(lane.rows.clone(), &mut first.work);
            std::mem::swap(&mut first.work.gradients, &mut lane.work.gradients);
        }
    }

    /// The loss of some rows; their gradient is left in `work`.
    fn lane(&self, rows: Range<usize>, work: &mut Workspace<R>) -> f64 {
        work.gradients.fill(R::ZERO);
        blocks(rows).map(|(index, rows)| self.block(index, rows, work)).sum()
    }

    /// The loss of one block; its gradient is added to the one in `work`.
    fn block(&self, index: u64, rows: Range<usize>, work: &mut Workspace<R>) -> f64 {
        let block = self.batch.block(rows);
        let dropout = self.objective.dropout_at(block.step, index);
        self.network.forward_with(self.weights, block.inputs, dropout, work);
        let loss = self.objective.loss(self.network, &block, self.weight, work);
        self.network.backward_with(self.weights, block.inputs, Onto::Sum, work);
        loss
    }
}
