//! How a gradient becomes a change of the weights: the [`Rule`], the [`Optimizer`] that applies it, the [`Schedule`] of its
//! rate, and the [`Clip`] that bounds the gradient before it.
//!
//! For a weight w with gradient g, in a group with rate η (the optimizer's rate · the group's factor), one update is
//!
//! ```text
//! g ← g + l2·w                        the gradient of the penalty l2/2·w²
//! w ← w − η·weight_decay·w            decoupled decay (Loshchilov and Hutter 2019)
//! w ← w − what the rule makes of g    sgd: η·g; adam: η·m̂/(√v̂ + ε); …
//! w ← sign(w)·max(|w| − η·l1, 0)      the proximal step of the penalty l1·|w| (Parikh and Boyd 2014, section 6.5.2)
//! ```
//!
//! all in one pass over the memory, group by group. The forms of the rules are those of PyTorch's optimizers, so that
//! `adam` with `l2` is `torch.optim.Adam(weight_decay=…)` and with `weight_decay` it is `torch.optim.AdamW`.

mod rule;
mod pass;
mod sgd;
mod momentum;
mod nesterov;
mod rmsprop;
mod adam;
mod lion;
mod rprop;
mod schedule;
mod plateau;
mod clip;

pub use clip::Clip;
pub use plateau::Plateau;
pub use rule::Rule;
pub use schedule::{Progress, Schedule};

use adam::Adam;
use gradus_kernels::{Aligned, InstructionSet, Real};
use lion::Lion;
use momentum::Momentum;
use nesterov::Nesterov;
use pass::Pass;
use rmsprop::{RmsProp, RmsPropMomentum};
use rprop::Rprop;
use sgd::Sgd;
use std::ops::Range;

/// A contiguous part of the parameter buffer that is updated alike: the weights of a layer, or its biases.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// Where the group lies in the parameter buffer.
    pub range: Range<usize>,
    /// The group's rate is the optimizer's times this; 1 by default.
    pub rate_factor: f64,
    /// Decoupled decay: each step takes rate · `weight_decay` · w from w, whatever the rule makes of the gradient.
    pub weight_decay: f64,
    /// Proximal L1: each step moves w by rate · `l1` towards 0 and not past it. A weight at 0 can come back.
    pub l1: f64,
    /// L2 penalty: `l2` · w is added to the gradient.
    pub l2: f64,
    /// The group is left as it is, and so are its moments.
    pub frozen: bool,
}

impl Group {
    /// A group without penalties at the optimizer's own rate.
    pub fn new(range: Range<usize>) -> Self {
        Self { range, rate_factor: 1.0, weight_decay: 0.0, l1: 0.0, l2: 0.0, frozen: false }
    }
}

/// What an optimizer remembers between two updates: plain data, so that a checkpoint can hold it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State<R> {
    /// Number of updates made.
    pub steps: u64,
    /// The rule's first moment, in the layout of the parameters; empty if the rule has none.
    pub first: Aligned<R>,
    /// The rule's second moment, in the layout of the parameters; empty if the rule has none.
    pub second: Aligned<R>,
}

/// A rule with its moments, applied to the groups of one parameter buffer.
///
/// ```
/// use gradus::optim::{Group, Optimizer, Rule};
///
/// // Half a step down the parabola (w − 3)²/2, whose gradient is w − 3.
/// let mut weight = [1.0_f64];
/// let mut optimizer = Optimizer::new(Rule::Sgd, vec![Group::new(0..1)], 1);
/// optimizer.set_rate(0.5);
/// optimizer.update(&mut weight, &[1.0 - 3.0]);
/// assert_eq!(weight, [2.0]);
/// ```
#[derive(Clone, Debug)]
pub struct Optimizer<R> {
    rule: Rule,
    groups: Vec<Group>,
    /// The same groups, but neighbours that are updated alike as one.
    passes: Vec<Group>,
    rate: f64,
    n_parameters: usize,
    state: State<R>,
}

impl<R: Real> Optimizer<R> {
    /// An optimizer for `n_parameters` parameters at the rule's default rate. All its memory is asked for here.
    ///
    /// Parameters outside every group stay as they are.
    ///
    /// # Panics
    /// If a group reaches past the parameters, or two groups overlap.
    pub fn new(rule: Rule, groups: Vec<Group>, n_parameters: usize) -> Self {
        assert_apart(&groups, n_parameters);
        let moments = rule.n_moments();
        let moment = |k| Aligned::filled(R::ZERO, if k < moments { n_parameters } else { 0 });
        let state = State { steps: 0, first: moment(0), second: moment(1) };
        let passes = joined(&groups);
        Self { rule, groups, passes, rate: rule.default_learning_rate(), n_parameters, state }
    }

    /// The rule.
    pub fn rule(&self) -> Rule {
        self.rule
    }

    /// The groups.
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// The rate of the next update, before the groups' factors.
    pub fn rate(&self) -> f64 {
        self.rate
    }

    /// Sets the rate of the updates from now on: base rate · [`Schedule::factor`].
    pub fn set_rate(&mut self, rate: f64) {
        self.rate = rate;
    }

    /// Changes `parameters` by one step against `gradients`; allocates nothing.
    ///
    /// # Panics
    /// If one of the two has not the number of parameters that the optimizer was made for.
    pub fn update(&mut self, parameters: &mut [R], gradients: &[R]) {
        assert_eq!(parameters.len(), self.n_parameters, "the optimizer was made for another network");
        assert_eq!(gradients.len(), self.n_parameters, "there must be one gradient for each parameter");
        self.state.steps += 1;
        for group in &self.passes {
            let rate = self.rate * group.rate_factor;
            let pass = Pass::new(group, rate, parameters, gradients, &mut self.state);
            apply(self.rule, rate, pass, InstructionSet::best());
        }
    }

    /// What the optimizer remembers, to keep in a checkpoint.
    pub fn state(&self) -> &State<R> {
        &self.state
    }

    /// Goes on from a `state` that an optimizer of the same rule and number of parameters had.
    ///
    /// # Panics
    /// If the moments of `state` are not as many or as long as this optimizer's.
    pub fn restore(&mut self, state: State<R>) {
        assert_eq!(state.first.len(), self.state.first.len(), "the state is of another rule or network");
        assert_eq!(state.second.len(), self.state.second.len(), "the state is of another rule or network");
        self.state = state;
    }
}

/// Runs `rule` at `rate` over one group.
fn apply<R: Real>(rule: Rule, rate: f64, pass: Pass<'_, R>, set: InstructionSet) {
    let steps = pass.steps;
    match rule {
        Rule::Sgd => pass.run(set, Sgd::new(rate)),
        Rule::Momentum { momentum } => pass.run(set, Momentum::new(rate, momentum)),
        Rule::Nesterov { momentum } => pass.run(set, Nesterov::new(rate, momentum)),
        Rule::RmsProp { alpha, epsilon, momentum: 0.0 } => pass.run(set, RmsProp::new(rate, alpha, epsilon)),
        Rule::RmsProp { alpha, epsilon, momentum } => {
            pass.run(set, RmsPropMomentum::new(rate, alpha, epsilon, momentum));
        }
        Rule::Adam { beta1, beta2, epsilon } | Rule::AdamW { beta1, beta2, epsilon } => {
            pass.run(set, Adam::new(rate, (beta1, beta2), epsilon, steps));
        }
        Rule::Lion { beta1, beta2 } => pass.run(set, Lion::new(rate, beta1, beta2)),
        Rule::Rprop { eta_minus, eta_plus, step_min, step_max } => {
            pass.run(set, Rprop::new(rate, (eta_minus, eta_plus), (step_min, step_max)));
        }
    }
}

/// What of the groups is updated, neighbours that are updated alike as one: a pass over a few weights costs as much as one over
/// many.
fn joined(groups: &[Group]) -> Vec<Group> {
    let mut passes: Vec<Group> = Vec::new();
    for group in groups.iter().filter(|group| !group.frozen) {
        match passes.last_mut() {
            Some(last) if *group == (Group { range: last.range.end..group.range.end, ..last.clone() }) => {
                last.range.end = group.range.end;
            }
            _ => passes.push(group.clone()),
        }
    }
    passes
}

fn assert_apart(groups: &[Group], n_parameters: usize) {
    for (k, group) in groups.iter().enumerate() {
        let Range { start, end } = group.range;
        assert!(start <= end && end <= n_parameters, "group {k} reaches past the parameters");
        let overlaps = |other: &Group| other.range.start < end && start < other.range.end;
        assert!(!groups[..k].iter().any(overlaps), "group {k} overlaps another one");
    }
}

#[cfg(test)]
mod tests;
