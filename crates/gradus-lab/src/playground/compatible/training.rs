//! TensorFlow Playground's gradient descent, example by example in the order of the training part, which never changes.
//!
//! - After every `batch_size`-th example of an epoch, with Σg over the n examples since the last update:
//!   w ← w − η/n · Σg, and the same for biases.
//! - An epoch's last batch, where it is short, makes no update: its gradients stay, and the first batch of the next epoch has
//!   them besides its own. A batch larger than the training part never makes one.
//! - The penalty follows the update: w ← w − ηλ·r with r of the weight before it, sign(w) for L1 and w for L2. Biases have none.
//! - Under L1 a weight that the penalty would carry across 0 becomes 0 and is dead: it takes part in nothing that follows.
//!
//! Gradients come from the engine; only their sum and the update are made here. Everything that goes on from one example to
//! the next is a [`State`]: training goes on from it as if it had never stopped, and in pieces it comes to the same bits.
//! Where TensorFlow Playground goes on with numbers that are none, this stops with the last finite weights.

use crate::Error;
use gradus::data::{Batch, Examples};
use gradus::loss::{Loss, Reduction};
use gradus::network::{LayerShape, Network, Workspace};
use gradus::train::{NotFinite, Objective};
use std::collections::BTreeSet;
use std::ops::Range;

/// Examples that pass through the network at a time: the largest batch of TensorFlow Playground's own slider fits.
const BLOCK: usize = 32;

/// How an update is made. It may change between any two examples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rule {
    /// η
    pub learning_rate: f64,
    /// Examples between two updates; 0 is taken as 1.
    pub batch_size: usize,
    /// What is taken off the weights after an update.
    pub penalty: Penalty,
}

/// λ·Σ|w| or λ·½Σw², which the loss that is shown does not contain.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Penalty {
    /// None.
    None,
    /// λ of Σ|w|.
    L1(f64),
    /// λ of ½Σw².
    L2(f64),
}

/// What has come of training so far, besides the weights.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// Whole passes through the training part.
    pub epoch: u64,
    /// Changes of the weights.
    pub updates: u64,
    /// The row of the training part that is next.
    pub next: usize,
    /// The first of the rows before it whose gradients are not yet summed; they are when the batch or the epoch is full.
    pub first: usize,
    /// Examples since the last update whose gradients are summed.
    pub summed: u64,
    /// Σ of their gradients, in the order of the network's parameters.
    pub gradients: Vec<f64>,
    /// Which weights are dead, in the same order; a bias never is.
    pub dead: Vec<bool>,
}

impl State {
    /// The state before the first example, for a network with so many parameters.
    pub fn new(n_parameters: usize) -> Self {
        let (gradients, dead) = (vec![0.0; n_parameters], vec![false; n_parameters]);
        Self { epoch: 0, updates: 0, next: 0, first: 0, summed: 0, gradients, dead }
    }
}

/// A network on its way.
#[derive(Clone, Debug)]
pub struct Training {
    network: Network<f64>,
    state: State,
    objective: Objective,
    work: Workspace<f64>,
    /// The parameters after the update that is being made.
    updated: Vec<f64>,
    /// The weights that die in it.
    dying: Vec<usize>,
    /// Parameters that no update changes.
    frozen: BTreeSet<usize>,
}

impl Training {
    /// Training from the start.
    pub fn new(network: Network<f64>) -> Self {
        let state = State::new(network.parameters().len());
        Self::with(network, state)
    }

    /// Training that goes on.
    ///
    /// # Errors
    /// If the state belongs to a network of another size.
    pub fn resume(network: Network<f64>, state: State) -> Result<Self, Error> {
        let expected = network.parameters().len();
        for found in [state.gradients.len(), state.dead.len()] {
            if found != expected {
                return Err(gradus::Error::ParameterCount { expected, found }.into());
            }
        }
        Ok(Self::with(network, state))
    }

    fn with(network: Network<f64>, state: State) -> Self {
        let work = Workspace::new(&network, BLOCK, false);
        let objective = Objective { reduction: Reduction::Sum, ..Objective::of(Loss::SquaredError) };
        let updated = network.parameters().to_vec();
        Self { network, state, objective, work, updated, dying: Vec::new(), frozen: BTreeSet::new() }
    }

    /// The same, with parameters that no update changes: TensorFlow Playground has none.
    #[must_use]
    pub fn freezing(self, frozen: BTreeSet<usize>) -> Self {
        Self { frozen, ..self }
    }

    /// The network as it is.
    pub fn network(&self) -> &Network<f64> {
        &self.network
    }

    /// What training has come to.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The mean of ½(y − a)² over some examples, without the penalty; not a number where there are none.
    ///
    /// # Panics
    /// If the examples are not of the network's size.
    pub fn loss(&mut self, examples: &Examples<f64>) -> f64 {
        let n = examples.inputs.rows();
        let mut sum = 0.0;
        for rows in blocks(0..n) {
            sum += self.evaluate(examples, rows);
        }
        sum / n as f64
    }

    /// Goes on to the end of the epoch at hand, and through `n` − 1 more.
    ///
    /// # Errors
    /// If an update would leave a weight that is not finite: the weights are then those before it, and its gradients are dropped.
    ///
    /// # Panics
    /// If the examples are not of the network's size.
    pub fn epochs(&mut self, examples: &Examples<f64>, rule: &Rule, n: u64) -> Result<(), NotFinite> {
        for _ in 0..n {
            let epoch = self.state.epoch;
            while self.state.epoch == epoch {
                if self.advance(examples, rule, usize::MAX)? == 0 {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// Goes on for `n` examples.
    ///
    /// # Errors
    /// As [`epochs`](Self::epochs).
    ///
    /// # Panics
    /// As [`epochs`](Self::epochs).
    pub fn examples(&mut self, examples: &Examples<f64>, rule: &Rule, n: usize) -> Result<(), NotFinite> {
        let mut left = n;
        while left > 0 {
            match self.advance(examples, rule, left)? {
                0 => break,
                seen => left -= seen,
            }
        }
        Ok(())
    }

    /// Goes on until `n` updates more have been made. One for which there are too few examples is given up after two epochs.
    ///
    /// # Errors
    /// As [`epochs`](Self::epochs).
    ///
    /// # Panics
    /// As [`epochs`](Self::epochs).
    pub fn updates(&mut self, examples: &Examples<f64>, rule: &Rule, n: u64) -> Result<(), NotFinite> {
        for _ in 0..n {
            let State { updates, epoch, .. } = self.state;
            while self.state.updates == updates && self.state.epoch < epoch + 2 {
                if self.advance(examples, rule, usize::MAX)? == 0 {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// Goes on for at most `most` examples, and not beyond an update or the end of an epoch; says for how many.
    ///
    /// Gradients are summed there, for all examples since, so that the places of the sums do not depend on the pieces.
    fn advance(&mut self, examples: &Examples<f64>, rule: &Rule, most: usize) -> Result<usize, NotFinite> {
        let (n, batch_size) = (examples.inputs.rows(), rule.batch_size.max(1));
        // The training part may have become shorter since.
        let start = if self.state.next < n { self.state.next } else { 0 };
        let seen = most.min(n - start).min(batch_size - start % batch_size);
        if seen == 0 {
            return Ok(0);
        }
        let end = start + seen;
        let (is_batch, is_epoch) = (end % batch_size == 0, end == n);
        self.state.first = self.state.first.min(start);
        self.state.next = end % n;
        if is_batch || is_epoch {
            self.accumulate(examples, self.state.first..end);
            self.state.first = self.state.next;
        }
        self.state.epoch += u64::from(is_epoch);
        if is_batch {
            self.update(rule)?;
        }
        Ok(seen)
    }

    /// Adds the gradients of some examples to those that wait for the update.
    fn accumulate(&mut self, examples: &Examples<f64>, rows: Range<usize>) {
        for rows in blocks(rows) {
            self.evaluate(examples, rows.clone());
            self.network.backward(block(examples, rows.clone()).inputs, &mut self.work);
            for (sum, gradient) in self.state.gradients.iter_mut().zip(self.work.gradients.iter()) {
                *sum += gradient;
            }
            self.state.summed += rows.len() as u64;
        }
    }

    /// Σ of the losses of some examples; leaves their Δ in the workspace.
    fn evaluate(&mut self, examples: &Examples<f64>, rows: Range<usize>) -> f64 {
        let block = block(examples, rows);
        self.network.forward(block.inputs, None, &mut self.work);
        self.objective.evaluate(&self.network, &block, &mut self.work)
    }

    fn update(&mut self, rule: &Rule) -> Result<(), NotFinite> {
        self.move_parameters(rule);
        let broken = self.network.layers().iter().position(|layer| !is_finite(layer, &self.updated));
        if broken.is_none() {
            self.network.parameters_mut().copy_from_slice(&self.updated);
            for &at in &self.dying {
                self.state.dead[at] = true;
            }
            self.state.updates += 1;
        }
        self.state.gradients.fill(0.0);
        self.state.summed = 0;
        broken.map_or(Ok(()), |layer| Err(NotFinite { layer: layer + 1, what: "weights" }))
    }

    /// `updated` and `dying` from the parameters and the gradients that wait.
    fn move_parameters(&mut self, rule: &Rule) {
        let (sums, n, rate) = (&self.state.gradients, self.state.summed as f64, rule.learning_rate);
        let (dead, frozen) = (&self.state.dead, &self.frozen);
        self.updated.copy_from_slice(self.network.parameters());
        self.dying.clear();
        for layer in self.network.layers() {
            for at in layer.weights.clone().filter(|at| !dead[*at] && !frozen.contains(at)) {
                let old = self.updated[at];
                let stepped = old - rate / n * sums[at];
                self.updated[at] = rule.penalty.apply(old, stepped, rate).unwrap_or_else(|| {
                    self.dying.push(at);
                    0.0
                });
            }
            for at in layer.biases.clone().filter(|at| !frozen.contains(at)) {
                self.updated[at] -= rate * sums[at] / n;
            }
        }
    }
}

impl Penalty {
    /// The weight that was `old`, and `stepped` after its step, after its penalty; none where it dies.
    fn apply(self, old: f64, stepped: f64, rate: f64) -> Option<f64> {
        match self {
            Self::None => Some(stepped),
            Self::L2(lambda) => Some(stepped - rate * lambda * old),
            Self::L1(lambda) => {
                // The sign of 0 is 0.
                let sign = f64::from(i8::from(old > 0.0) - i8::from(old < 0.0));
                let penalised = stepped - rate * lambda * sign;
                if stepped * penalised < 0.0 { None } else { Some(penalised) }
            }
        }
    }
}

fn blocks(rows: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let end = rows.end;
    rows.step_by(BLOCK).map(move |start| start..end.min(start + BLOCK))
}

fn block(examples: &Examples<f64>, rows: Range<usize>) -> Batch<'_, f64> {
    let Examples { inputs, targets, .. } = examples;
    Batch { inputs: inputs.view(), targets: targets.as_slice(), weights: None, step: 0 }.block(rows)
}

fn is_finite(layer: &LayerShape, parameters: &[f64]) -> bool {
    parameters[layer.weights.start..layer.biases.end].iter().all(|parameter| parameter.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::playground::compatible::Address;

    const RULE: Rule = Rule { learning_rate: 0.03, batch_size: 7, penalty: Penalty::L1(0.01) };

    /// A run on 250 points, of which 5 are left over by batches of 7.
    fn start() -> (Training, Examples<f64>) {
        let start = Address::read("#regularization=L1&seed=0.5").setup.start().unwrap();
        (Training::new(start.network), start.train)
    }

    #[test]
    fn pieces_come_to_the_same_bits() {
        let (mut whole, examples) = start();
        whole.epochs(&examples, &RULE, 30).unwrap();
        assert!(whole.state.dead.contains(&true));
        let check = |go_on: &dyn Fn(&mut Training)| {
            let (mut training, _) = start();
            while training.state.epoch < 30 {
                go_on(&mut training);
                training = Training::resume(training.network, training.state).unwrap();
            }
            training.epochs(&examples, &RULE, 0).unwrap();
            assert_eq!(training.state, whole.state);
            assert_eq!(training.network, whole.network);
        };
        check(&|training| training.epochs(&examples, &RULE, 1).unwrap());
        check(&|training| training.epochs(&examples, &RULE, 10).unwrap());
        check(&|training| training.examples(&examples, &RULE, 25).unwrap());
        check(&|training| {
            training.examples(&examples, &RULE, 3).unwrap();
            training.epochs(&examples, &RULE, 1).unwrap();
        });
    }

    #[test]
    fn a_short_last_batch_waits_for_the_next_epoch() {
        let (mut training, examples) = start();
        training.epochs(&examples, &RULE, 1).unwrap();
        assert_eq!((training.state.updates, training.state.summed, training.state.next), (35, 5, 0));
        training.updates(&examples, &RULE, 1).unwrap();
        assert_eq!((training.state.updates, training.state.summed, training.state.next), (36, 0, 7));
        training.updates(&examples, &RULE, 35).unwrap();
        assert_eq!((training.state.updates, training.state.epoch, training.state.next), (71, 2, 7));
    }

    #[test]
    fn a_batch_larger_than_the_training_part_moves_nothing() {
        let (mut training, examples) = start();
        let before = training.network.clone();
        let rule = Rule { batch_size: 251, ..RULE };
        training.epochs(&examples, &rule, 3).unwrap();
        training.updates(&examples, &rule, 1).unwrap();
        assert_eq!((training.state.updates, training.state.epoch), (0, 5));
        assert_eq!(training.network, before);
        training.epochs(&examples, &Rule { batch_size: 0, ..RULE }, 1).unwrap();
        assert_eq!(training.state.updates, 250);
    }

    #[test]
    fn no_examples_are_no_harm() {
        let (mut training, mut examples) = start();
        training.epochs(&examples, &RULE, 1).unwrap();
        let state = training.state.clone();
        examples.inputs = gradus::Matrix::zeros(0, 2);
        examples.targets = gradus::Matrix::zeros(0, 1);
        training.epochs(&examples, &RULE, u64::MAX).unwrap();
        training.updates(&examples, &RULE, u64::MAX).unwrap();
        training.examples(&examples, &RULE, usize::MAX).unwrap();
        assert_eq!(training.state, state);
        assert!(training.loss(&examples).is_nan());
    }

    #[test]
    fn divergence_leaves_the_last_finite_weights() {
        let hash = "#problem=regression&activation=linear&networkShape=8,8";
        let start = Address::read(hash).setup.start().unwrap();
        let mut training = Training::new(start.network);
        let rule = Rule { learning_rate: 10.0, batch_size: 1, penalty: Penalty::None };
        let broken = training.epochs(&start.train, &rule, 100).unwrap_err();
        assert_eq!(broken.what, "weights");
        assert!(training.network.parameters().iter().all(|parameter| parameter.is_finite()));
        assert!(training.epochs(&start.train, &rule, 100).is_err());
    }

    #[test]
    fn a_penalty_follows_its_step() {
        #[track_caller]
        fn check(penalty: Penalty, old: f64, stepped: f64, expected: Option<f64>) {
            assert_eq!(penalty.apply(old, stepped, 0.5), expected, "{penalty:?} {old} {stepped}");
        }
        check(Penalty::None, 1.0, 0.75, Some(0.75));
        check(Penalty::L2(0.5), 1.0, 0.75, Some(0.5));
        check(Penalty::L1(0.5), 1.0, 0.75, Some(0.5));
        check(Penalty::L1(0.5), -1.0, -0.75, Some(-0.5));
        check(Penalty::L1(0.5), 0.0, 0.125, Some(0.125));
        // To 0 is not across it.
        check(Penalty::L1(0.5), 1.0, 0.25, Some(0.0));
        check(Penalty::L1(0.5), 1.0, 0.125, None);
        check(Penalty::L1(0.5), -1.0, -0.125, None);
        // The step itself may carry it across.
        check(Penalty::L1(0.5), 1.0, -0.125, Some(-0.375));
    }

    #[test]
    fn a_state_of_another_network_is_refused() {
        let (training, _) = start();
        let state = State::new(training.network.parameters().len() - 1);
        let message = Training::resume(training.network, state).unwrap_err().to_string();
        assert!(message.contains("24 parameters for a network that has 25"), "{message}");
    }
}
