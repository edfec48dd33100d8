//! Every number of one backpropagation step on one example.
//!
//! The names are the textbook's (Russell & Norvig, *Artificial Intelligence: A Modern Approach*): units are numbered through,
//! inputs first; wᵢⱼ leads from unit i to unit j; inⱼ = Σᵢ wᵢⱼ aᵢ + bⱼ; aⱼ = g(inⱼ); the error term is Δⱼ = −∂E/∂inⱼ, so that
//! the step wᵢⱼ ← wᵢⱼ + α aᵢ Δⱼ, bⱼ ← bⱼ + α Δⱼ goes downhill.
//!
//! Every total (net input, output, Δ, gradient, new weight, loss) is read from the buffers of the very step that training
//! makes ([`crate::train::step`]); the engine keeps ∂E/∂inⱼ, whose bits are those of Δⱼ but for the sign. Only the parts
//! that a total is the sum of are computed here, each rounded once: they add up to it within n·ε.

use crate::data::Batch;
use crate::loss::{Gradient, Loss, Outputs};
use crate::network::{Link, Network, Workspace};
use crate::optim::{Group, Optimizer, Rule};
use crate::train::{Objective, step};
use crate::{Error, MatrixView, Real};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// An example and how to learn from it.
#[derive(Clone, Copy, Debug)]
pub struct Example<'a, R> {
    /// (inputs)
    pub inputs: &'a [R],
    /// (outputs)
    pub targets: &'a [R],
    /// E
    pub loss: Loss,
    /// α
    pub learning_rate: f64,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepTrace<R> {
    /// `f32` or `f64`: what every number below was computed in; losses are summed in f64.
    pub precision: String,
    /// E
    pub loss: Loss,
    /// The output layer's activation.
    pub link: Link,
    /// α
    pub learning_rate: f64,
    /// a of the input units 1, 2, …
    pub inputs: Vec<R>,
    /// y of the output units.
    pub targets: Vec<R>,
    /// The layers from the first hidden one to the output.
    pub layers: Vec<LayerTrace<R>>,
    /// E before the step.
    pub loss_before: f64,
    /// E on the same example after it.
    pub loss_after: f64,
    /// a of the output units after the step.
    pub outputs_after: Vec<R>,
}

/// A layer of units.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LayerTrace<R> {
    /// g; of the output layer, the link.
    pub activation: Link,
    /// The number of the first unit of the layer before: weight i of a unit comes from unit `first_source` + i.
    pub first_source: usize,
    /// The units.
    pub units: Vec<UnitTrace<R>>,
}

/// A unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UnitTrace<R> {
    /// j
    pub unit: usize,
    /// wᵢⱼ·aᵢ for each i.
    pub net_parts: Vec<R>,
    /// inⱼ
    pub net_input: R,
    /// aⱼ
    pub output: R,
    /// g′(inⱼ); none for an output unit whose loss and link are differentiated together.
    pub slope: Option<R>,
    /// What Δⱼ is made of.
    pub error: ErrorTerm<R>,
    /// Δⱼ
    pub delta: R,
    /// wᵢⱼ for each i.
    pub weights: Vec<Change<R>>,
    /// bⱼ
    pub bias: Change<R>,
}

/// Where a unit's error term comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorTerm<R> {
    /// An output unit: what the loss says, yⱼ − aⱼ or the like; Δⱼ is this times the slope, where there is one.
    Output {
        /// yⱼ
        target: R,
        /// −∂E/∂aⱼ; where there is no slope, −∂E/∂inⱼ.
        error: R,
    },
    /// A hidden unit: Δⱼ = g′(inⱼ)·Σₖ wⱼₖ·Δₖ.
    Hidden {
        /// wⱼₖ·Δₖ for each unit k of the next layer, with wⱼₖ from before the step.
        parts: Vec<R>,
    },
}

/// A weight or bias.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change<R> {
    /// Before the step.
    pub old: R,
    /// ∂E/∂w
    pub gradient: R,
    /// −α·∂E/∂w = α·aᵢ·Δⱼ
    pub change: R,
    /// After the step.
    pub new: R,
}

impl<R: Real> StepTrace<R> {
    /// Makes one step of gradient descent on one example with a copy of `network` and writes down every number: the loss
    /// alone, without penalties, dropout or clipping.
    ///
    /// # Errors
    /// If the example has not the network's size, or a number is not finite.
    pub fn new(network: &Network<R>, example: &Example<'_, R>) -> Result<Self, Error> {
        check_size(network, example)?;
        let made = Made::step(network, example)?;
        let mut first_source = 1;
        let mut layers = Vec::with_capacity(network.layers().len());
        for (index, shape) in network.layers().iter().enumerate() {
            layers.push(made.layer(index, first_source));
            first_source += shape.inputs;
        }
        let (loss_after, outputs_after) = made.loss_after()?;
        Ok(Self {
            precision: R::NAME.to_owned(),
            loss: example.loss,
            link: network.link(),
            learning_rate: example.learning_rate,
            inputs: example.inputs.to_vec(),
            targets: example.targets.to_vec(),
            layers,
            loss_before: made.loss,
            loss_after,
            outputs_after,
        })
    }

    /// How many numbers there are to print of these layers: per unit its net input, output, slope, error term and the three of its bias, per weight
    /// its part of the net input, old value, change and new value, and per weight behind a unit its part of the error that
    /// comes back.
    pub fn n_numbers(&self, layers: Range<usize>) -> usize {
        let of = |at: usize| {
            let units = &self.layers[at].units;
            let behind = self.layers.get(at + 1).map_or(0, |next| next.units.len());
            units.len() * (4 * units[0].weights.len() + 7 + behind)
        };
        layers.map(of).sum()
    }
}

fn check_size<R: Real>(network: &Network<R>, example: &Example<'_, R>) -> Result<(), Error> {
    let (inputs, targets) = (example.inputs.len(), example.targets.len());
    let (expected_inputs, expected_targets) = (network.inputs(), network.outputs());
    if (inputs, targets) == (expected_inputs, expected_targets) {
        return Ok(());
    }
    Err(Error::ExampleSize { inputs, targets, expected_inputs, expected_targets })
}

/// A step that has been made, with everything that it left behind.
struct Made<'a, R> {
    before: &'a Network<R>,
    after: Network<R>,
    example: &'a Example<'a, R>,
    work: Workspace<R>,
    loss: f64,
}

impl<'a, R: Real> Made<'a, R> {
    fn step(network: &'a Network<R>, example: &'a Example<'a, R>) -> Result<Self, Error> {
        let n = network.parameters().len();
        let (mut after, mut work) = (network.clone(), Workspace::new(network, 1, false));
        let mut optimizer = Optimizer::new(Rule::Sgd, vec![Group::new(0..n)], n);
        optimizer.set_rate(example.learning_rate);
        let objective = Objective::of(example.loss);
        let loss = step(&mut after, &mut work, &batch(example), &objective, &mut optimizer)
            .map_err(|broken| not_finite(broken.what, broken.layer, example))?;
        match gradus_kernels::reduce::all_finite(after.parameters()) {
            true => Ok(Self { before: network, after, example, work, loss }),
            false => Err(not_finite("new weights", network.layers().len(), example)),
        }
    }

    fn layer(&self, index: usize, first_source: usize) -> LayerTrace<R> {
        let shape = &self.before.layers()[index];
        let last = self.before.layers().len() - 1;
        let activation = if index == last { self.before.link() } else { Link::Activation(shape.activation) };
        let first = first_source + shape.inputs;
        let units = (0..shape.outputs).map(|j| self.unit(index, j, first + j)).collect();
        LayerTrace { activation, first_source, units }
    }

    /// Unit `j` of layer `index`, which has the number `unit`.
    fn unit(&self, index: usize, j: usize, unit: usize) -> UnitTrace<R> {
        let shape = &self.before.layers()[index];
        let signals = match index.checked_sub(1) {
            None => self.example.inputs,
            Some(before) => self.work.outputs[before].row(0),
        };
        let is_output = index + 1 == self.before.layers().len();
        let row = shape.weights.start + j * shape.inputs;
        let weights: Vec<Change<R>> = (row..row + shape.inputs).map(|at| self.change(at)).collect();
        let net_input = self.work.nets[index].row(0)[j];
        let outputs = if is_output { &self.work.predictions } else { &self.work.outputs[index] };
        UnitTrace {
            unit,
            net_parts: weights.iter().zip(signals).map(|(weight, &signal)| weight.old * signal).collect(),
            net_input,
            output: outputs.row(0)[j],
            slope: if is_output {
                self.output_slope(net_input)
            } else {
                Some(shape.activation.slope(net_input))
            },
            error: if is_output { self.output_error(j) } else { self.hidden_error(index, j) },
            delta: negative(self.work.deltas[index].row(0)[j]),
            weights,
            bias: self.change(shape.biases.start + j),
        }
    }

    fn change(&self, at: usize) -> Change<R> {
        let gradient = self.work.gradients[at];
        Change {
            old: self.before.parameters()[at],
            gradient,
            change: negative(R::from_f64(self.example.learning_rate) * gradient),
            new: self.after.parameters()[at],
        }
    }

    /// g′ of an output unit, where the loss multiplies by it.
    fn output_slope(&self, net_input: R) -> Option<R> {
        match (self.example.loss, self.before.link()) {
            (Loss::SquaredError | Loss::AbsoluteError | Loss::Huber { .. }, Link::Activation(activation)) => {
                Some(activation.slope(net_input))
            }
            _ => None,
        }
    }

    fn output_error(&self, j: usize) -> ErrorTerm<R> {
        let last = self.before.layers().len() - 1;
        let target = self.example.targets[j];
        let error = match self.output_slope(R::ZERO) {
            None => negative(self.work.deltas[last].row(0)[j]),
            Some(_) => self.error_at_output(target, self.work.predictions.row(0)[j]),
        };
        ErrorTerm::Output { target, error }
    }

    /// −∂E/∂a: the loss's own gradient at an output that is taken for a net input of slope 1.
    fn error_at_output(&self, target: R, output: R) -> R {
        let outputs = Outputs { logits: &[output], targets: &[target], weights: None, width: 1 };
        let mut delta = [R::ZERO];
        let gradient = Gradient { predictions: &mut [R::ZERO], delta: &mut delta };
        self.example.loss.evaluate(Link::IDENTITY, &outputs, R::ONE, gradient);
        negative(delta[0])
    }

    fn hidden_error(&self, index: usize, j: usize) -> ErrorTerm<R> {
        let weights = self.before.layer(index + 1).weights;
        let deltas = self.work.deltas[index + 1].row(0);
        let part = |(k, &delta): (usize, &R)| weights.get(k, j) * negative(delta);
        ErrorTerm::Hidden { parts: deltas.iter().enumerate().map(part).collect() }
    }

    fn loss_after(&self) -> Result<(f64, Vec<R>), Error> {
        let (mut work, batch) = (self.work.clone(), batch(self.example));
        self.after.forward(batch.inputs, None, &mut work);
        let loss = Objective::of(self.example.loss).evaluate(&self.after, &batch, &mut work);
        match loss.is_finite() {
            true => Ok((loss, work.predictions.into_vec())),
            false => Err(not_finite("loss after the step", self.after.layers().len(), self.example)),
        }
    }
}

fn batch<'a, R: Real>(example: &Example<'a, R>) -> Batch<'a, R> {
    let inputs = MatrixView::from_slice(example.inputs, 1, example.inputs.len());
    Batch { inputs, targets: example.targets, weights: None, step: 0 }
}

fn not_finite<R>(what: &'static str, layer: usize, example: &Example<'_, R>) -> Error {
    Error::StepNotFinite { what, layer, learning_rate: example.learning_rate }
}

/// −x, and 0 rather than −0 of 0: nobody wants to read that a weight changes by −0.
fn negative<R: Real>(x: R) -> R {
    if x == R::ZERO { R::ZERO } else { -x }
}
