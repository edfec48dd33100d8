//! Exclusive or from many starts: some never arrive, because the error surface of a network with a hidden layer is not
//! convex, and gradient descent knows only the ground under its feet.
//!
//! The starts that fail are put into groups by the loss that they ended with. For each group: what the network answers there,
//! how steep the ground is, how it bends (the eigenvalues of ∂²E/∂w²), and how large the weights have become. On the error
//! surface of the 2-2-1 network no finite place with an error is a minimum: from each leads a path that only falls. But there
//! are plains that fall for ever towards weights without bound, where a hidden unit is saturated for two patterns or more and
//! learns no longer (Sprinkhuizen-Kuyper and Boers 1999, "The Local Minima of the Error Surface of the 2-2-1 XOR Network",
//! Annals of Mathematics and Artificial Intelligence 25).

use super::classic::{Classic, Outcome, Start, Watch, classic};
use crate::Error;
use gradus::data::{Dataset, Examples};
use gradus::explain::{Surface, eigenvalues};
use gradus::loss::{Loss, Reduction};
use gradus::network::Network;
use gradus::train::Objective;
use gradus::{Model, Spec};
use serde::Serialize;

/// Starts where nothing is said.
pub const STARTS: usize = 100;
/// Losses that differ by less are the same place, told from two sides.
const SAME_LOSS: f64 = 0.15;
/// A second derivative that is smaller, as a share of the largest, is none.
const FLAT: f64 = 1e-3;

/// Every start, and where the stuck ones are.
#[derive(Clone, Debug)]
pub struct Seeds {
    /// The problem that was learned.
    pub classic: &'static Classic,
    /// Where each start led.
    pub outcome: Outcome,
    /// The stuck ones by where they are, the most frequent first.
    pub groups: Vec<Group>,
}

/// What kind of ground it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ground {
    /// It bends upwards in every direction.
    Minimum,
    /// It bends downwards in some direction: there is a way out, but little slope to find it by.
    Saddle,
    /// It bends upwards in some directions and hardly in the others: a valley floor, or a plain.
    Plain,
}

/// Starts that are stuck in the same kind of place; the numbers are those of the one in the middle, by its loss.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Group {
    /// How many.
    pub starts: usize,
    /// Their seeds.
    pub seeds: Vec<u64>,
    /// E there.
    pub loss: f64,
    /// What the network answers to the four patterns 00, 01, 10, 11.
    pub answers: Vec<f64>,
    /// |∇E|
    pub gradient: f64,
    /// The eigenvalues of ∂²E/∂w², ascending, (parameters).
    pub curvatures: Vec<f64>,
    /// What that says.
    pub ground: Ground,
    /// The largest |w|.
    pub largest_weight: f64,
}

/// Learns exclusive or from so many starts and looks at those that did not arrive.
///
/// # Errors
/// If what is asked contradicts itself.
pub fn seeds(asked: &Spec, starts: usize, watch: &mut Watch<'_>) -> Result<Seeds, Error> {
    let classic = classic("xor").expect("exclusive or is in the table");
    let outcome = classic.run(asked, starts, watch)?;
    let groups = groups(&classic.examples(), &outcome)?;
    Ok(Seeds { classic, outcome, groups })
}

/// The stuck starts, neighbours in loss together.
fn groups(examples: &Dataset, outcome: &Outcome) -> Result<Vec<Group>, Error> {
    let mut stuck: Vec<(f64, &Start)> = Vec::new();
    for start in outcome.starts.iter().filter(|start| start.solved.is_none()) {
        let ground = Terrain::of(&start.model, examples)?;
        let network = start.model.network.cast();
        stuck.push((ground.surface(&network).loss(network.parameters()), start));
    }
    stuck.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    let is_same = |a: &(f64, &Start), b: &(f64, &Start)| b.0 - a.0 <= SAME_LOSS * b.0;
    let mut groups =
        stuck.chunk_by(is_same).map(|members| group(examples, members)).collect::<Result<Vec<_>, _>>()?;
    groups.sort_by_key(|group| std::cmp::Reverse(group.starts));
    Ok(groups)
}

fn group(examples: &Dataset, members: &[(f64, &Start)]) -> Result<Group, Error> {
    let (loss, middle) = members[members.len() / 2];
    let ground = Terrain::of(&middle.model, examples)?;
    let network: Network<f64> = middle.model.network.cast();
    let mut surface = ground.surface(&network);
    let weights = network.parameters();
    let curvatures = eigenvalues(&surface.hessian(weights));
    let gradient = surface.gradient(weights).iter().map(|slope| slope * slope).sum::<f64>().sqrt();
    Ok(Group {
        starts: members.len(),
        seeds: members.iter().map(|(_, start)| start.seed).collect(),
        loss,
        answers: middle.model.predict(&examples.inputs)?.into_vec(),
        gradient,
        ground: ground_of(&curvatures),
        curvatures,
        largest_weight: weights.iter().fold(0.0, |largest: f64, weight| largest.max(weight.abs())),
    })
}

fn ground_of(curvatures: &[f64]) -> Ground {
    let largest = curvatures.iter().fold(0.0, |largest: f64, value| largest.max(value.abs()));
    match curvatures.first() {
        Some(&least) if least < -FLAT * largest => Ground::Saddle,
        Some(&least) if least > FLAT * largest => Ground::Minimum,
        _ => Ground::Plain,
    }
}

/// The examples and the loss over which weights are varied.
struct Terrain {
    examples: Examples<f64>,
    objective: Objective,
}

impl Terrain {
    fn of(model: &Model, dataset: &Dataset) -> Result<Self, Error> {
        let examples = Examples {
            inputs: model.prep.transform(&dataset.inputs)?,
            targets: model.coding.encode(&dataset.target)?,
            weights: None,
        };
        let objective = Objective { reduction: Reduction::Sum, ..Objective::of(Loss::SquaredError) };
        Ok(Self { examples, objective })
    }

    fn surface(&self, network: &Network<f64>) -> Surface<'_> {
        Surface::new(network, &self.examples, &self.objective)
    }
}
