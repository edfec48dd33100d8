//! The fused pass over one group: penalty, moments, rule, decay and proximal step of a weight while it is in a register.
//!
//! Products and sums are rounded one by one and not fused: the pass waits for memory and not for arithmetic, and so it
//! is as fast where the processor has no fused multiply-add (WebAssembly, old x86) and gives the same bits there.

use super::{Group, State};
use gradus_kernels::{InstructionSet, Kernel, Real, Split, share, threads_for};

/// What a rule does to one weight. A rule is a few constants, made anew for each group and step.
pub(super) trait Step<R: Real>: Copy + Sync {
    /// How many of the two moments the rule has.
    const MOMENTS: usize;

    /// The new weight, from the weight, its gradient and its moments, which are brought up to date.
    fn step(self, weight: R, gradient: R, moments: &mut [R; 2]) -> R;
}

/// One group's parameters, gradients and moments, and what its penalties amount to at this step.
#[derive(Debug)]
pub(super) struct Pass<'a, R> {
    /// Number of the update, from 1.
    pub(super) steps: u64,
    penalties: Penalties<R>,
    parameters: &'a mut [R],
    gradients: &'a [R],
    first: &'a mut [R],
    second: &'a mut [R],
}

impl<'a, R: Real> Pass<'a, R> {
    /// The pass over `group`, whose own rate is `rate`.
    pub(super) fn new(
        group: &Group,
        rate: f64,
        parameters: &'a mut [R],
        gradients: &'a [R],
        state: &'a mut State<R>,
    ) -> Self {
        let range = group.range.clone();
        Self {
            steps: state.steps,
            penalties: Penalties {
                l2: R::from_f64(group.l2),
                kept: R::from_f64(1.0 - rate * group.weight_decay),
                threshold: R::from_f64(rate * group.l1),
            },
            parameters: &mut parameters[range.clone()],
            gradients: &gradients[range.clone()],
            first: state.first.get_mut(range.clone()).unwrap_or_default(),
            second: state.second.get_mut(range).unwrap_or_default(),
        }
    }

    /// Applies `step` to every weight of the group.
    #[inline(never)] // a page fetches it when it needs it
    pub(super) fn run<S: Step<R>>(self, set: InstructionSet, step: S) {
        let (n, threads) = (self.parameters.len(), threads_for(self.parameters.len() * OPERATIONS));
        share(self, n, GRAIN, threads, &|pass: Self| set.run(StepAll { pass, step }));
    }
}

/// What bringing a weight, its gradient and its moments from memory and back costs, in multiply-adds.
const OPERATIONS: usize = 16;
/// Threads meet at multiples of this many weights: whole lines of cache, and whole pages of f32.
const GRAIN: usize = 1024;

impl<R: Real> Split for Pass<'_, R> {
    fn split_at(self, at: usize) -> (Self, Self) {
        let Self { steps, penalties, parameters, gradients, first, second } = self;
        let (first_at, second_at) = (at.min(first.len()), at.min(second.len()));
        let (parameters_low, parameters_high) = parameters.split_at_mut(at);
        let (gradients_low, gradients_high) = gradients.split_at(at);
        let (first_low, first_high) = first.split_at_mut(first_at);
        let (second_low, second_high) = second.split_at_mut(second_at);
        let part = |parameters, gradients, first, second| Self {
            steps,
            penalties,
            parameters,
            gradients,
            first,
            second,
        };
        (
            part(parameters_low, gradients_low, first_low, second_low),
            part(parameters_high, gradients_high, first_high, second_high),
        )
    }
}

/// What the penalties amount to in one step.
#[derive(Clone, Copy, Debug)]
struct Penalties<R> {
    /// λ of the L2 penalty.
    l2: R,
    /// The share of a weight that decay leaves: 1 − η·decay.
    kept: R,
    /// How far the proximal step moves a weight towards 0: η·l1.
    threshold: R,
}

struct StepAll<'a, R, S> {
    pass: Pass<'a, R>,
    step: S,
}

impl<R: Real, S: Step<R>> Kernel for StepAll<'_, R, S> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Self { step, pass: Pass { penalties, parameters, gradients, first, second, .. } } = self;
        let n = parameters.len();
        // Slices of a length that the compiler can see spare the loop every bounds check.
        let gradients = &gradients[..n];
        let first = &mut first[..if S::MOMENTS > 0 { n } else { 0 }];
        let second = &mut second[..if S::MOMENTS > 1 { n } else { 0 }];
        for i in 0..n {
            let mut moments = [R::ZERO; 2];
            if S::MOMENTS > 0 {
                moments[0] = first[i];
            }
            if S::MOMENTS > 1 {
                moments[1] = second[i];
            }
            let weight = parameters[i];
            let gradient = gradients[i] + penalties.l2 * weight;
            let moved = step.step(penalties.kept * weight, gradient, &mut moments);
            parameters[i] = soft_threshold(moved, penalties.threshold);
            if S::MOMENTS > 0 {
                first[i] = moments[0];
            }
            if S::MOMENTS > 1 {
                second[i] = moments[1];
            }
        }
    }
}

/// `x` moved by `threshold` towards 0 and not past it; NaN stays NaN.
#[inline(always)]
fn soft_threshold<R: Real>(x: R, threshold: R) -> R {
    let taken = if x > threshold { threshold } else { x };
    x - if taken < -threshold { -threshold } else { taken }
}

/// A moment so small that it moves no weight becomes 0: decaying for ever, it would end in denormal numbers, on which
/// many processors are a hundred times slower.
#[inline(always)]
pub(super) fn settled<R: Real>(moment: R) -> R {
    if moment.abs() < R::from_f64(1e-30) { R::ZERO } else { moment }
}

/// −1, 0 or 1; NaN stays NaN, so that a gradient that is not a number cannot pass for one that is 0.
#[inline(always)]
pub(super) fn sign<R: Real>(x: R) -> R {
    let not_negative = if x > R::ZERO { R::ONE } else { x };
    if x < R::ZERO { -R::ONE } else { not_negative }
}
