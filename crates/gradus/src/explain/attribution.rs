//! Integrated gradients (Sundararajan, Taly and Yan 2017, "Axiomatic Attribution for Deep Networks"): what each feature adds
//! to a raw output F of a network with hidden layers, compared with a baseline x′.
//!
//! ```text
//! attributionᵢ = (xᵢ − x′ᵢ) ∫₀¹ ∂F/∂xᵢ (x′ + t (x − x′)) dt          Σᵢ attributionᵢ = F(x) − F(x′)
//! ```
//!
//! The baseline is the mean of the training rows. The sum on the right (completeness) is what tells whether the integral is
//! good enough: each piece of the way is integrated by Gauss and Legendre's rule with four points, and a piece whose sum misses the
//! difference of F over its ends is divided; where hidden units change sign within it, at the place where the middle one
//! of them does, for there relu has its kink. All in f64, whatever the precision of the model.

use crate::data::Inputs;
use crate::network::{Layer, Link, Network, Workspace};
use crate::{Error, Matrix, Model};
use gradus_kernels::MatrixView;

/// What every feature adds to an output.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribution {
    /// Per feature (see [`crate::prep::Preprocessor::features`]) what it adds, in the unit of the output.
    pub amounts: Vec<f64>,
    /// F at the baseline.
    pub base: f64,
    /// F at the row.
    pub output: f64,
    /// The baseline, scaled as the network sees it, (width).
    pub baseline: Vec<f64>,
    /// Whether the baseline is the mean of the training rows; else it is 0 on the scaled inputs, since the model does not
    /// know its means.
    pub from_mean: bool,
    /// Pieces that the way was divided into.
    pub pieces: usize,
}

impl Attribution {
    /// |Σ amounts − (F(x) − F(x′))|: how far the parts miss the whole.
    pub fn gap(&self) -> f64 {
        (self.amounts.iter().sum::<f64>() - (self.output - self.base)).abs()
    }

    /// Whether the gap is within 10⁻⁶ of the difference.
    pub fn is_complete(&self) -> bool {
        self.gap() <= 1e-6 * (self.output - self.base).abs() + 1e-12 * self.output.abs().max(self.base.abs())
    }

    /// The places of the features, the largest amount first.
    pub fn by_size(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.amounts.len()).collect();
        order.sort_by(|&a, &b| self.amounts[b].abs().total_cmp(&self.amounts[a].abs()));
        order
    }
}

/// Gauss and Legendre's points and weights on [0, 1], exact for polynomials of degree seven.
const GAUSS: [(f64, f64); 4] = [
    (0.069_431_844_202_973_71, 0.173_927_422_568_726_93),
    (0.330_009_478_207_571_87, 0.326_072_577_431_273_07),
    (0.669_990_521_792_428_1, 0.326_072_577_431_273_07),
    (0.930_568_155_797_026_3, 0.173_927_422_568_726_93),
];

/// Pieces at the start, so that no error hides behind another one of the opposite sign.
const FIRST_PIECES: usize = 16;
/// More pieces are not made; what is then still missing is told by the gap.
const MOST_PIECES: usize = 8192;
/// What all pieces together may miss, of the whole difference.
const TOLERANCE: f64 = 1e-8;

/// Attributes F = Σₖ `direction`ₖ · raw output k for the one row in `inputs` to its features: one output (a logit; a number in
/// its own unit), or the difference of two.
///
/// # Errors
/// If the row does not fit the model, or a hidden unit has no slope.
///
/// # Panics
/// If there is no row, or `direction` has not one number per output.
pub fn attribute(model: &Model, inputs: &Inputs, direction: &[f64]) -> Result<Attribution, Error> {
    let network = model.network.cast::<f64>();
    assert_eq!(direction.len(), network.outputs(), "one number per output");
    let hidden = &network.layers()[..network.layers().len() - 1];
    if let Some(layer) = hidden.iter().find(|layer| !layer.activation.has_slope()) {
        return Err(Error::NothingToAttribute { activation: layer.activation.name() });
    }
    let row = model.prep.transform::<f64>(inputs)?.row(0).to_vec();
    let means = model.prep.means().filter(|means| means.len() == row.len());
    let baseline = means.map_or_else(|| vec![0.0; row.len()], <[f64]>::to_vec);
    let mut way = Way::new(&network, &baseline, &row, direction);
    let (integral, pieces) = way.integral();
    let (mean, deviation) = match network.link() {
        Link::IDENTITY => target_scale(model, direction),
        _ => (0.0, 1.0),
    };
    let amount = |place: usize| (row[place] - baseline[place]) * integral[place] * deviation;
    let amounts = model.prep.features().into_iter().map(|feature| feature.inputs.map(amount).sum()).collect();
    let [base, output] = [0.0, 1.0].map(|t| way.at(t).value * deviation + mean);
    Ok(Attribution { amounts, base, output, baseline, from_mean: means.is_some(), pieces })
}

/// What makes a raw output a number in its own unit: mean and deviation of a standardised target.
pub(super) fn target_scale(model: &Model, direction: &[f64]) -> (f64, f64) {
    let (means, deviations): (Vec<f64>, Vec<f64>) = model.coding.scales().into_iter().unzip();
    match means.is_empty() {
        true => (0.0, 1.0),
        false => (dot(direction, &means), dot(direction, &deviations)),
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The straight way from the baseline to the row.
struct Way<'a> {
    network: &'a Network<f64>,
    start: &'a [f64],
    step: Vec<f64>,
    /// (outputs)
    output: &'a [f64],
    work: Workspace<f64>,
}

/// A place on the way: F, and the net inputs of all hidden units.
#[derive(Clone, Debug)]
struct Place {
    t: f64,
    value: f64,
    nets: Vec<f64>,
}

impl<'a> Way<'a> {
    fn new(network: &'a Network<f64>, start: &'a [f64], end: &[f64], output: &'a [f64]) -> Self {
        let step = end.iter().zip(start).map(|(end, start)| end - start).collect();
        Self { network, start, step, output, work: Workspace::new(network, GAUSS.len(), false) }
    }

    /// Sends the places `ts` through the network and leaves their traces in the workspace.
    fn forward(&mut self, ts: &[f64]) -> Matrix<f64> {
        let point = |&t: &f64| self.start.iter().zip(&self.step).map(move |(start, step)| start + t * step);
        let points = Matrix::from_vec(ts.len(), self.start.len(), ts.iter().flat_map(point).collect());
        self.network.forward(points.view(), None, &mut self.work);
        points
    }

    fn at(&mut self, t: f64) -> Place {
        self.forward(&[t]);
        let last = self.work.nets.len() - 1;
        let nets = self.work.nets[..last].iter().flat_map(|nets| nets.row(0).to_vec()).collect();
        Place { t, value: dot(self.output, self.work.nets[last].row(0)), nets }
    }

    /// ∫₀¹ ∂F/∂x dt, (width), and the number of pieces that it took.
    fn integral(&mut self) -> (Vec<f64>, usize) {
        let mut places: Vec<Place> =
            (0..=FIRST_PIECES).map(|i| i as f64 / FIRST_PIECES as f64).map(|t| self.at(t)).collect();
        let difference = places[FIRST_PIECES].value - places[0].value;
        let size = places.iter().map(|place| place.value.abs()).fold(0.0, f64::max);
        let tolerance = (TOLERANCE * difference.abs()).max(1e-14 * size);
        // The nearest piece last: places are taken from the end, so that the way is walked from its start.
        places.reverse();
        let mut from = places.pop();
        let (mut integral, mut pieces) = (vec![0.0; self.start.len()], 0);
        while let (Some(start), Some(end)) = (from.as_ref(), places.last()) {
            let (span, middle) = (end.t - start.t, crossing(start, end));
            let gradient = self.piece(start.t, span);
            let along = dot(&gradient, &self.step);
            let missed = (along - (end.value - start.value)).abs();
            let is_good = missed <= tolerance * (span / 2.0 + 0.5 / MOST_PIECES as f64);
            if !is_good && pieces + places.len() < MOST_PIECES && start.t < middle && middle < end.t {
                let place = self.at(middle);
                places.push(place);
                continue;
            }
            integral.iter_mut().zip(&gradient).for_each(|(sum, g)| *sum += g);
            pieces += 1;
            from = places.pop();
        }
        (integral, pieces)
    }

    /// ∫ ∂F/∂x dt over the piece that begins at `start`, (width).
    fn piece(&mut self, start: f64, span: f64) -> Vec<f64> {
        let points = self.forward(&GAUSS.map(|(at, _)| start + at * span));
        let last = self.work.deltas.len() - 1;
        for (point, (_, weight)) in GAUSS.iter().enumerate() {
            // The deltas are linear in the last: weights may be given to it.
            let delta = self.work.deltas[last].row_mut(point);
            delta.iter_mut().zip(self.output).for_each(|(delta, along)| *delta = weight * span * along);
        }
        self.network.backward(points.view(), &mut self.work);
        let Layer { weights, .. } = self.network.layer(0);
        // Σ over the points of Δ of the first layer, which the gradient of its biases is; then back through its weights.
        let biases = self.network.layers()[0].biases.clone();
        through(&self.work.gradients[biases], weights)
    }
}

/// Δ·W: (outputs) and (outputs, inputs) → (inputs)
fn through(delta: &[f64], weights: MatrixView<'_, f64>) -> Vec<f64> {
    let mut sums = vec![0.0; weights.columns()];
    for (&delta, row) in delta.iter().zip(0..weights.rows()) {
        for (column, sum) in sums.iter_mut().enumerate() {
            *sum += delta * weights.get(row, column);
        }
    }
    sums
}

/// Where to divide a piece: where the middle one of the units that change sign does so; in the middle if none does.
fn crossing(start: &Place, end: &Place) -> f64 {
    let changes = start.nets.iter().zip(&end.nets).filter(|(a, b)| (**a > 0.0) != (**b > 0.0));
    let mut shares: Vec<f64> =
        changes.map(|(a, b)| a / (a - b)).filter(|share| *share > 0.0 && *share < 1.0).collect();
    shares.sort_by(f64::total_cmp);
    let share = shares.get(shares.len() / 2).copied().unwrap_or(0.5);
    let at = start.t + share * (end.t - start.t);
    if start.t < at && at < end.t { at } else { (start.t + end.t) / 2.0 }
}

#[cfg(test)]
mod tests;
