//! A large batch's way through a network: in blocks of rows small enough for the nearest caches, and in lanes that threads
//! can share.
//!
//! A lane is a run of consecutive blocks; each block goes all the way forward and back before the next one starts, and adds its
//! gradient to the lane's. The lanes' gradients are added up at the end, the first lane first. How many lanes there are depends
//! on the sizes of batch and network and on nothing else, so the bits do not depend on the number of threads.
//!
//! A small batch, or one through a network so large that a gradient for each lane would cost more than it saves, goes through
//! as a whole: see [`step`]. Through a narrow network it goes in smaller pieces, without panels: see [`Narrow`].

use super::{NotFinite, Objective, step};
use crate::Real;
use crate::data::Batch;
use crate::network::{LayerShape, Narrow, Network, PackedWeights, Workspace};
use crate::optim::Optimizer;
use gradus_kernels::reduce::all_finite;
use gradus_kernels::{Aligned, DEPTH, Onto, Operands, WORTH_A_TEAM, elementwise, share, team, threads_for};
use std::ops::Range;

/// A step multiplies by each weight once on the way forward and twice on the way back.
const PRODUCTS: usize = 3;
/// Rows of a block: as many as a product adds up in one chain, so that a batch in one lane has the bits of a whole one.
const BLOCK: usize = DEPTH;
/// Batches with fewer blocks go through as a whole.
const FEWEST_BLOCKS: usize = 8;
/// Blocks of a lane: enough that adding its gradient to the others' is little beside them.
const BLOCKS_OF_A_LANE: usize = 4;
/// A bound on the memory that their gradients take: 64 MiB in f32 at the most.
const MOST_LANES: usize = 64;
/// Rows times parameters from which a step is worth a team of threads.
const WORTH_TWO_THREADS: usize = WORTH_A_TEAM / PRODUCTS;
/// A gradient larger than this does not stay in the second cache from one block to the next.
const MOST_PARAMETERS: usize = 1 << 18;

/// Multiply-adds of a step with a batch of so many rows.
pub(super) fn operations<R: Real>(network: &Network<R>, batch_rows: usize) -> usize {
    batch_rows.saturating_mul(network.parameters().len()).saturating_mul(PRODUCTS)
}

/// How many lanes batches of `batch_rows` take through a network with so many parameters.
fn n_lanes(batch_rows: usize, parameters: usize) -> usize {
    let blocks = batch_rows.div_ceil(BLOCK);
    if blocks < FEWEST_BLOCKS || parameters > MOST_PARAMETERS {
        return 1;
    }
    (blocks / BLOCKS_OF_A_LANE).next_power_of_two().min(MOST_LANES)
}

/// Rows that the longest of so many lanes has.
fn rows_of_a_lane(batch_rows: usize, n_lanes: usize) -> usize {
    match n_lanes {
        1 => batch_rows,
        _ => batch_rows.div_ceil(BLOCK).div_ceil(n_lanes) * BLOCK,
    }
}

/// Everything that training steps with batches of one size need, allocated once.
#[derive(Clone, Debug)]
pub struct Lanes<R> {
    /// Those that all lanes multiply by, where they multiply by packed ones.
    weights: PackedWeights<R>,
    lanes: Vec<Lane<R>>,
}

/// Some blocks of a batch.
#[derive(Clone, Debug)]
struct Lane<R> {
    way: Way<R>,
    rows: Range<usize>,
    loss: f64,
}

/// How examples go through the network.
#[derive(Clone, Debug)]
enum Way<R> {
    /// An example to a row, layer by layer.
    General(Workspace<R>),
    /// A few examples at a time, without panels.
    Narrow(Narrow<R>),
}

impl<R: Real> Lanes<R> {
    /// Buffers for batches of up to `batch_rows` examples through `network`, and products of `operands`.
    ///
    /// # Panics
    /// If the operands are bf16 and the network's numbers are not f32.
    pub fn new(network: &Network<R>, batch_rows: usize, with_dropout: bool, operands: Operands) -> Self {
        let n_lanes = n_lanes(batch_rows, network.parameters().len());
        let is_narrow = is_narrow(network.layers(), batch_rows, with_dropout, operands);
        let is_whole = n_lanes == 1 && !is_narrow;
        let way = || match (is_narrow, is_whole) {
            (true, _) => Way::Narrow(Narrow::new(network, rows_of_a_lane(batch_rows, n_lanes))),
            (_, true) => Way::General(Workspace::with_operands(network, batch_rows, with_dropout, operands)),
            _ => Way::General(Workspace::without_weights(network, BLOCK, with_dropout, operands)),
        };
        let weights = match is_narrow || is_whole {
            true => PackedWeights::default(),
            false => PackedWeights::for_training(network, operands),
        };
        let lanes = (0..n_lanes).map(|_| Lane { way: way(), rows: 0..0, loss: 0.0 }).collect();
        Self { weights, lanes }
    }

    /// Bytes that they take for these layers.
    pub fn bytes(layers: &[LayerShape], batch_rows: usize, with_dropout: bool) -> u128 {
        let parameters = layers.last().map_or(0, |layer| layer.biases.end);
        let n_lanes = n_lanes(batch_rows, parameters);
        let lane = match n_lanes {
            _ if is_narrow(layers, batch_rows, with_dropout, Operands::Same) => {
                Narrow::<R>::bytes(layers, rows_of_a_lane(batch_rows, n_lanes))
            }
            1 => Workspace::<R>::bytes(layers, batch_rows, with_dropout),
            _ => Workspace::<R>::bytes(layers, BLOCK, with_dropout),
        };
        n_lanes as u128 * lane
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
        team(operations(network, batch.rows()), || {
            if let [Lane { way: Way::General(work), .. }] = &mut self.lanes[..] {
                return step(network, work, batch, objective, optimizer);
            }
            let value = self.gradient(network, batch, objective);
            let gradients = self.lanes[0].way.gradients();
            if !value.is_finite() || !all_finite(gradients) {
                return Err(not_finite(network, batch, objective));
            }
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
        for lane in others.iter_mut() {
            elementwise::axpy(first.way.gradients(), R::ONE, lane.way.gradients());
        }
        first.loss + others.iter().map(|lane| lane.loss).sum::<f64>()
    }
}

/// Whether batches take the narrow way: it knows neither masks nor operands of another precision, and one lane is one thread's.
fn is_narrow(layers: &[LayerShape], batch_rows: usize, with_dropout: bool, operands: Operands) -> bool {
    let parameters = layers.last().map_or(0, |layer| layer.biases.end);
    let is_small = batch_rows.saturating_mul(parameters) < WORTH_TWO_THREADS;
    let is_open = !with_dropout && operands == Operands::Same && Narrow::<f32>::suits(layers, batch_rows);
    is_open && (is_small || n_lanes(batch_rows, parameters) > 1)
}

impl<R> Way<R> {
    fn gradients(&mut self) -> &mut Aligned<R> {
        match self {
            Self::General(work) => &mut work.gradients,
            Self::Narrow(narrow) => &mut narrow.gradients,
        }
    }
}

/// Where a batch left the range: block by block once more, in the general way, until one tells.
fn not_finite<R: Real>(network: &Network<R>, batch: &Batch<'_, R>, objective: &Objective) -> NotFinite {
    let mut work = Workspace::new(network, BLOCK.min(batch.rows()), objective.dropout.is_some());
    for (block, index) in batch.parts(BLOCK).zip(0..) {
        network.forward(block.inputs, objective.dropout_at(block.step, index), &mut work);
        let value = objective.loss(network, &block, batch.weight(), &mut work);
        network.backward(block.inputs, &mut work);
        if let Err(broken) = NotFinite::check(network, &work, block.rows(), value) {
            return broken;
        }
    }
    // Each block is finite, and their sum is not.
    NotFinite { layer: network.layers().len(), what: "gradient" }
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
        first.loss = self.lane(first.rows.clone(), &mut first.way);
        for lane in others {
            std::mem::swap(first.way.gradients(), lane.way.gradients());
            lane.loss = self.lane(lane.rows.clone(), &mut first.way);
            std::mem::swap(first.way.gradients(), lane.way.gradients());
        }
    }

    /// The loss of some rows; their gradient is left in `way`.
    fn lane(&self, rows: Range<usize>, way: &mut Way<R>) -> f64 {
        let first = (rows.start / BLOCK) as u64;
        let part = self.batch.block(rows);
        match way {
            Way::General(work) => {
                work.gradients.fill(R::ZERO);
                part.parts(BLOCK).zip(first..).map(|(block, index)| self.block(index, &block, work)).sum()
            }
            Way::Narrow(narrow) => {
                let (link, objective) = (self.network.link(), self.objective);
                narrow.gradient(self.network, &part, |outputs, gradient| {
                    objective.loss_of(link, outputs, self.weight, gradient)
                })
            }
        }
    }

    /// The loss of the block with this number in the batch; its gradient is added to the one in `work`.
    fn block(&self, index: u64, block: &Batch<'_, R>, work: &mut Workspace<R>) -> f64 {
        let dropout = self.objective.dropout_at(block.step, index);
        self.network.forward_with(self.weights, block.inputs, dropout, work);
        let loss = self.objective.loss(self.network, block, self.weight, work);
        self.network.backward_with(self.weights, block.inputs, Onto::Sum, work);
        loss
    }
}
