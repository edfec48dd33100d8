//! A batch's way through a network: in lanes that threads can share, and in blocks of rows small enough for the nearest caches.
//!
//! A lane is a run of consecutive rows. It goes all the way forward and back on one thread, block by block, and adds its blocks'
//! gradients up; nothing that a row leaves behind goes from one core to another. The lanes' gradients are added up at the end, the
//! first lane first. How many lanes there are depends on the sizes of batch and network and on nothing else, so the bits do not
//! depend on the number of threads.
//!
//! A batch whose work is little, or one through a network so large that a gradient for each lane would cost more than it saves, goes
//! through as a whole: see [`step`]. Through a narrow network it goes in smaller pieces, without panels: see [`Narrow`].

use super::{NotFinite, Objective, step};
use crate::Real;
use crate::data::Batch;
use crate::network::{LayerShape, Narrow, Network, PackedWeights, Workspace};
use crate::optim::Optimizer;
use gradus_kernels::reduce::all_finite;
use gradus_kernels::{Aligned, DEPTH, Onto, Operands, elementwise, share, team, threads_for};
use std::iter::{once, repeat};
use std::ops::Range;

/// A step multiplies by each weight once on the way forward and twice on the way back.
const PRODUCTS: usize = 3;
/// Multiply-adds from which a step gains by lanes on two threads: with fewer, the threads wait for each other longer than they work.
/// This and what follows was found with `gradus-lab`'s example `throughput` on two cores with AVX-512, networks 54-W-W-7 of 32 to 2,000
/// units taking turns with one lane, two and four.
const WORTH_LANES: usize = 1 << 22;
/// Multiply-adds from which a step of one lane gains by sharing each of its products.
const WORTH_SHARED_PRODUCTS: usize = 1 << 23;
/// Batches of so many rows take two lanes, and of so many four.
const ROWS_OF_TWO_LANES: usize = 96;
const ROWS_OF_FOUR_LANES: usize = 512;
/// Adding up more parameters than this for each row of the batch, or than this altogether, takes longer than lanes save.
const PARAMETERS_OF_A_ROW: usize = 1 << 11;
const MOST_PARAMETERS: usize = 1 << 20;
/// Parameters from which the threads pack the weights together; of fewer each packs all for itself. With 24,000 to pack them together cost a
/// fifteenth of the step, with 80,000 to 170,000 it made no difference, with 230,000 and more it gained.
const PACKED_TOGETHER: usize = 1 << 17;
/// Rows of a block: as many as a product adds up in one chain.
const BLOCK: usize = DEPTH;
/// Batches of many blocks have a lane for so many of them, whose gradient stays in the cache from one to the next.
const BLOCKS_OF_A_LANE: usize = 4;
/// Bounds on the lanes and on the memory that their gradients take: 64 MiB in f32.
const MOST_LANES: usize = 64;
const MOST_NUMBERS: usize = 1 << 24;
/// Lanes begin at multiples of so many rows, so that only the last one has a tile that is not full.
const GRAIN: usize = 16;

/// Whether a step with batches of `rows` gains by more than one thread.
pub(super) fn is_shared<R: Real>(network: &Network<R>, rows: usize) -> bool {
    let parameters = network.parameters().len();
    n_lanes(rows, parameters) > 1 || operations(rows, parameters) >= WORTH_SHARED_PRODUCTS
}

/// Multiply-adds of a step.
fn operations(rows: usize, parameters: usize) -> usize {
    rows.saturating_mul(parameters).saturating_mul(PRODUCTS)
}

/// How many lanes a batch of `rows` takes through a network with so many parameters: a power of two, and never fewer than a smaller
/// batch.
fn n_lanes(rows: usize, parameters: usize) -> usize {
    let most_parameters = MOST_PARAMETERS.min(rows.saturating_mul(PARAMETERS_OF_A_ROW));
    if operations(rows, parameters) < WORTH_LANES || parameters > most_parameters {
        return 1;
    }
    let few = match rows {
        ROWS_OF_FOUR_LANES.. => 4,
        ROWS_OF_TWO_LANES.. => 2,
        _ => 1,
    };
    let many = (rows.div_ceil(BLOCK) / BLOCKS_OF_A_LANE).next_power_of_two();
    let most = MOST_LANES.min(1 << (MOST_NUMBERS / parameters).ilog2());
    many.max(few).min(most)
}

/// The first row of lane `index` of `n_lanes`, in a batch of `rows`.
fn first_row(index: usize, n_lanes: usize, rows: usize) -> usize {
    let grain = if rows < n_lanes * BLOCK { GRAIN } else { BLOCK };
    (rows.div_ceil(grain) * index / n_lanes * grain).min(rows)
}

/// Everything that training steps with batches of one size need, allocated once.
#[derive(Clone, Debug)]
pub struct Lanes<R> {
    lanes: Vec<Lane<R>>,
    /// The weights for all lanes, where the threads pack them together.
    weights: Option<PackedWeights<R>>,
}

/// Some consecutive rows of a batch.
#[derive(Clone, Debug)]
struct Lane<R> {
    way: Way<R>,
    rows: Range<usize>,
    loss: f64,
    /// Whether its gradient has been added to the first lane's already.
    is_added: bool,
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
        let rows = rows_at_once(batch_rows, n_lanes);
        let is_narrow = is_narrow(network.layers(), batch_rows, with_dropout, operands);
        let is_packed_together = !is_narrow && is_packed_together(n_lanes, network.parameters().len());
        let way = |_| match (is_narrow, is_packed_together) {
            (true, _) => Way::Narrow(Narrow::new(network, rows)),
            (_, true) => Way::General(Workspace::without_weights(network, rows, with_dropout, operands)),
            _ => Way::General(Workspace::with_operands(network, rows, with_dropout, operands)),
        };
        let lane = |way| Lane { way, rows: 0..0, loss: 0.0, is_added: false };
        let weights = is_packed_together.then(|| PackedWeights::new(network, operands));
        Self { lanes: (0..n_lanes).map(way).map(lane).collect(), weights }
    }

    /// Bytes that they take for these layers.
    pub fn bytes(layers: &[LayerShape], batch_rows: usize, with_dropout: bool) -> u128 {
        let parameters = layers.last().map_or(0, |layer| layer.biases.end);
        let n_lanes = n_lanes(batch_rows, parameters);
        let rows = rows_at_once(batch_rows, n_lanes);
        if is_narrow(layers, batch_rows, with_dropout, Operands::Same) {
            return n_lanes as u128 * Narrow::<R>::bytes(layers, rows);
        }
        let n_packed = if is_packed_together(n_lanes, parameters) { 1 } else { n_lanes };
        n_lanes as u128 * Workspace::<R>::bytes(layers, rows, with_dropout)
            + n_packed as u128 * PackedWeights::<R>::bytes(layers)
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
        team(is_shared(network, batch.rows()), || {
            if let [Lane { way: Way::General(work), .. }] = &mut self.lanes[..] {
                return step(network, work, batch, objective, optimizer);
            }
            let (parameters, n) = (network.parameters().len(), batch.rows());
            if let Some(weights) = &mut self.weights {
                weights.pack(network);
            }
            let lanes = for_rows(&mut self.lanes, n, parameters);
            let pass =
                Pass { network, weights: self.weights.as_ref(), batch, weight: batch.weight(), objective };
            let (n_lanes, threads) = (lanes.len(), threads_for(n.saturating_mul(parameters)));
            share(&mut lanes[..], n_lanes, 1, threads, &|lanes: &mut [Lane<R>]| pass.lanes(lanes));
            let value = add_up(lanes) + objective.penalty(network.parameters());
            let gradients = lanes[0].way.gradients();
            if !value.is_finite() || !all_finite(gradients) {
                return Err(pass.not_finite(lanes));
            }
            objective.clip(gradients);
            optimizer.update(network.parameters_mut(), gradients);
            Ok(value)
        })
    }
}

/// Those of the `lanes` that a batch of `rows` goes in.
fn for_rows<R>(lanes: &mut [Lane<R>], rows: usize, parameters: usize) -> &mut [Lane<R>] {
    let n_lanes = n_lanes(rows, parameters).min(lanes.len());
    let lanes = &mut lanes[..n_lanes];
    for (index, lane) in lanes.iter_mut().enumerate() {
        lane.rows = first_row(index, n_lanes, rows)..first_row(index + 1, n_lanes, rows);
        lane.is_added = false;
    }
    lanes
}

/// The lanes' gradients into the first one's; returns the sum of their losses.
fn add_up<R: Real>(lanes: &mut [Lane<R>]) -> f64 {
    let Some((first, others)) = lanes.split_first_mut() else { return 0.0 };
    for lane in others.iter_mut().filter(|lane| !lane.is_added) {
        elementwise::axpy(first.way.sums(), R::ONE, lane.way.sums());
    }
    first.loss + others.iter().map(|lane| lane.loss).sum::<f64>()
}

/// Whether the threads pack the weights of a network with so many parameters together, for all lanes of the general way.
fn is_packed_together(n_lanes: usize, parameters: usize) -> bool {
    n_lanes > 1 && parameters >= PACKED_TOGETHER
}

/// Examples that a lane sends through the network at once.
fn rows_at_once(batch_rows: usize, n_lanes: usize) -> usize {
    if n_lanes == 1 { batch_rows } else { BLOCK.min(batch_rows) }
}

/// Whether batches take the narrow way: it knows neither masks nor operands of another precision.
fn is_narrow(layers: &[LayerShape], batch_rows: usize, with_dropout: bool, operands: Operands) -> bool {
    !with_dropout && operands == Operands::Same && Narrow::<f32>::suits(layers, batch_rows)
}

impl<R: Real> Way<R> {
    /// The gradient in the form in which lanes add theirs up.
    fn sums(&mut self) -> &mut Aligned<R> {
        match self {
            Self::General(work) => &mut work.gradients,
            Self::Narrow(narrow) => &mut narrow.sums,
        }
    }

    /// The gradient of all lanes, ∂E/∂w for every parameter.
    fn gradients(&mut self) -> &mut Aligned<R> {
        match self {
            Self::General(work) => &mut work.gradients,
            Self::Narrow(narrow) => {
                narrow.unpad();
                &mut narrow.gradients
            }
        }
    }
}

/// What every lane of a step is given.
struct Pass<'a, R> {
    network: &'a Network<R>,
    /// Its weights, packed; `None` where each thread packs them for itself.
    weights: Option<&'a PackedWeights<R>>,
    batch: &'a Batch<'a, R>,
    /// Σ wᵢ of the whole batch.
    weight: f64,
    objective: &'a Objective,
}

impl<R: Real> Pass<'_, R> {
    /// Sends some lanes through the network, one after the other. The buffers of the first serve them all, so that they stay in
    /// the cache. Each has a gradient of its own; that of a single block is added at once where it is next in the sum of all lanes.
    fn lanes(&self, lanes: &mut [Lane<R>]) {
        let Some((first, others)) = lanes.split_first_mut() else { return };
        match &mut first.way {
            Way::General(work) if self.weights.is_none() => work.weights.pack(self.network),
            Way::General(_) => {}
            Way::Narrow(narrow) => narrow.take(self.network),
        }
        first.loss = self.lane(first.rows.clone(), Onto::Nothing, &mut first.way);
        for lane in others {
            lane.is_added = first.rows.start == 0 && lane.rows.len() <= BLOCK;
            if lane.is_added {
                lane.loss = self.lane(lane.rows.clone(), Onto::Sum, &mut first.way);
            } else {
                std::mem::swap(first.way.sums(), lane.way.sums());
                lane.loss = self.lane(lane.rows.clone(), Onto::Nothing, &mut first.way);
                std::mem::swap(first.way.sums(), lane.way.sums());
            }
        }
    }

    /// The loss of some rows; their gradient is left in `way`, or added to the one that is there.
    fn lane(&self, rows: Range<usize>, onto: Onto, way: &mut Way<R>) -> f64 {
        if rows.is_empty() {
            // The one lane of an empty batch.
            way.sums().fill(R::ZERO);
        }
        match way {
            Way::General(work) => {
                let ontos = once(onto).chain(repeat(Onto::Sum));
                blocks(self.batch, rows).zip(ontos).map(|(block, onto)| self.block(&block, onto, work)).sum()
            }
            Way::Narrow(narrow) => {
                let (link, objective) = (self.network.link(), self.objective);
                narrow.gradient(&self.batch.block(rows), onto, |outputs, gradient| {
                    objective.loss_of(link, outputs, self.weight, gradient)
                })
            }
        }
    }

    /// The loss of a block, given with its first row in the batch.
    #[inline(never)] // a page fetches it when it needs it
    fn block(&self, (row, block): &(u64, Batch<'_, R>), onto: Onto, work: &mut Workspace<R>) -> f64 {
        let dropout = self.objective.dropout_at(block.step, *row);
        self.network.forward_packed(block.inputs, dropout, self.weights, work);
        let loss = self.objective.loss(self.network, block, self.weight, work);
        self.network.backward_packed(block.inputs, onto, self.weights, work);
        loss
    }

    /// Where the batch left the range: block by block once more, in the general way, until one tells.
    #[inline(never)] // a page fetches it when it needs it
    fn not_finite(&self, lanes: &[Lane<R>]) -> NotFinite {
        let mut work =
            Workspace::new(self.network, BLOCK.min(self.batch.rows()), self.objective.dropout.is_some());
        work.weights.pack(self.network);
        let pass = Pass { weights: None, ..*self };
        for block in lanes.iter().flat_map(|lane| blocks(self.batch, lane.rows.clone())) {
            let loss = pass.block(&block, Onto::Nothing, &mut work);
            if let Err(broken) = NotFinite::check(self.network, &work, block.1.rows(), loss) {
                return broken;
            }
        }
        // Each block is finite, and their sum is not.
        NotFinite { layer: self.network.layers().len(), what: "gradient" }
    }
}

/// Some rows of a batch, [`BLOCK`] at a time, each block with its first row.
fn blocks<'a, R: Real>(
    batch: &'a Batch<'a, R>,
    rows: Range<usize>,
) -> impl Iterator<Item = (u64, Batch<'a, R>)> {
    let end = rows.end;
    rows.step_by(BLOCK).map(move |row| (row as u64, batch.block(row..end.min(row + BLOCK))))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Batches of so many rows through a network with so many parameters take so many lanes.
    #[track_caller]
    fn check(parameters: usize, expected: &[(usize, usize)]) {
        let mut before = 1;
        for &(rows, lanes) in expected {
            assert_eq!(n_lanes(rows, parameters), lanes, "{rows} rows, {parameters} parameters");
            assert!(lanes >= before);
            before = lanes;
            let first_rows: Vec<usize> = (0..=lanes).map(|lane| first_row(lane, lanes, rows)).collect();
            assert!(first_rows.is_sorted_by(|a, b| a < b), "{rows} rows begin at {first_rows:?}");
            assert_eq!((first_rows[0], first_rows[lanes]), (0, rows));
        }
    }

    #[test]
    fn lanes_follow_from_the_sizes_of_batch_and_network() {
        check(33, &[(1, 1), (42_366, 1), (42_367, 64)]);
        check(900, &[(1000, 1), (1553, 1), (1554, 4), (4864, 4), (4865, 8), (20_000, 32), (1 << 20, 64)]);
        check(24_455, &[(57, 1), (95, 1), (96, 2), (511, 2), (512, 4), (4864, 4), (4865, 8), (1 << 30, 64)]);
        check(235_146, &[(64, 1), (114, 1), (115, 2), (128, 2), (512, 4), (1 << 20, 64)]);
        check(1 << 20, &[(511, 1), (512, 4), (1 << 20, 16)]);
        check((1 << 20) + 1, &[(512, 1), (1 << 20, 1)]);
    }
}
