//! Exclusive or from many starts: some never arrive, because the error surface of a network with a hidden layer is not
//! convex, and gradient descent knows only the ground under its feet.
//!
//! The starts that fail are put into groups by the loss that they ended with. For each group: what the network answers there,
//! how steep the ground is, how it bends (the eigenvalues of ∂²E/∂w²), and how large the weights have become. On the error
//! surface of the 2-2-1 network no finite place with an error is a minimum: from each leads a path that only falls. But there
//! are plains that fall for ever towards weights without bound, where a hidden unit is saturated for two patterns or more and
//! learns no longer (Sprinkhuizen-Kuyper and Boers 1999, "The Local Minima of the Error Surface of the 2-2-1 XOR Network",
//! Annals of Mathematics and Artificial Intelligence 25).

use super::classic::{Classic, End, Outcome, Start, Watch, classic};
use crate::Error;
use gradus::data::{Dataset, Examples};
use gradus::explain::{Surface, eigenvalues};
use gradus::loss::{Loss, Reduction};
use gradus::network::Network;
use gradus::train::Objective;
use gradus::{Matrix, Model, Spec};
use serde::Serialize;

/// Starts where nothing is said.
pub const STARTS: usize = 100;
/// Losses that differ by less are the same place, told from two sides.
const SAME_LOSS: f64 = 0.15;
/// A second derivative that is smaller, as a share of the largest, is none.
const FLAT: f64 = 1e-3;

/// Every start, and where it ended.
#[derive(Clone, Debug)]
pub struct Seeds {
    /// The problem that was learned.
    pub classic: &'static Classic,
    /// Where each start led.
    pub outcome: Outcome,
    /// The starts by where they ended: first those that learned it, then the stuck ones, the most frequent place first.
    pub groups: Vec<Group>,
}

/// What kind of ground it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ground {
    /// It bends upwards in every direction.
    Bowl,
    /// It bends downwards in some direction: there is a way out, but little slope to find it by.
    Saddle,
    /// It bends upwards in some directions and hardly in the others: a valley floor, or a plain.
    Plain,
}

/// Starts that ended in the same kind of place; the numbers are those of the one in the middle, by its loss.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Group {
    /// Whether they learned the problem.
    pub solved: bool,
    /// How many.
    pub starts: usize,
    /// Their seeds, by loss.
    pub seeds: Vec<u64>,
    /// E there, Σ ½ (y − a)² over the four patterns.
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

/// Learns exclusive or from so many starts, each to the end of its sweeps, and looks at where they ended.
///
/// # Errors
/// If what is asked contradicts itself.
pub fn seeds(asked: &Spec, starts: usize, watch: &mut Watch<'_>) -> Result<Seeds, Error> {
    let classic = classic("xor").expect("exclusive or is in the table");
    let outcome = classic.run(asked, starts, End::Sweeps, watch)?;
    let groups = groups(&classic.examples(), &outcome)?;
    Ok(Seeds { classic, outcome, groups })
}

fn groups(examples: &Dataset, outcome: &Outcome) -> Result<Vec<Group>, Error> {
    let mut ends = Vec::new();
    for start in &outcome.starts {
        let network = start.model.network.cast();
        let loss = Terrain::of(&start.model, examples)?.surface(&network).loss(network.parameters());
        ends.push((loss, start));
    }
    ends.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    let (solved, stuck): (Vec<_>, Vec<_>) = ends.into_iter().partition(|(_, start)| start.solved.is_some());
    let is_same = |a: &(f64, &Start), b: &(f64, &Start)| b.0 - a.0 <= SAME_LOSS * b.0;
    let mut groups =
        stuck.chunk_by(is_same).map(|members| group(examples, members)).collect::<Result<Vec<_>, _>>()?;
    groups.sort_by_key(|group| std::cmp::Reverse(group.starts));
    if !solved.is_empty() {
        groups.insert(0, group(examples, &solved)?);
    }
    Ok(groups)
}

fn group(examples: &Dataset, members: &[(f64, &Start)]) -> Result<Group, Error> {
    let (loss, middle) = members[middle(members.len())];
    let terrain = Terrain::of(&middle.model, examples)?;
    let network: Network<f64> = middle.model.network.cast();
    let mut surface = terrain.surface(&network);
    let weights = network.parameters();
    let curvatures = eigenvalues(&surface.hessian(weights));
    Ok(Group {
        solved: middle.solved.is_some(),
        starts: members.len(),
        seeds: members.iter().map(|(_, start)| start.seed).collect(),
        loss,
        answers: middle.model.predict(&examples.inputs)?.into_vec(),
        gradient: length(&surface.gradient(weights)),
        ground: ground_of(&curvatures),
        curvatures,
        largest_weight: weights.iter().fold(0.0, |largest: f64, weight| largest.max(weight.abs())),
    })
}

/// The place in the middle of so many.
fn middle(n: usize) -> usize {
    n / 2
}

fn length(vector: &[f64]) -> f64 {
    vector.iter().map(|x| x * x).sum::<f64>().sqrt()
}

fn ground_of(curvatures: &[f64]) -> Ground {
    let largest = curvatures.iter().fold(0.0, |largest: f64, value| largest.max(value.abs()));
    match curvatures.first() {
        Some(&least) if least < -FLAT * largest => Ground::Saddle,
        Some(&least) if least > FLAT * largest => Ground::Bowl,
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

/// The plane through three places in weight space, with E everywhere in it.
///
/// Distances are those of weight space: a step to the right leads from the initial weights towards the stuck ones, a step up
/// at a right angle to it, towards the solution.
#[derive(Clone, Debug)]
pub struct Slice {
    /// From left to right, and from bottom to top, with 0 at the initial weights.
    pub right: (f64, f64),
    /// As `right`.
    pub up: (f64, f64),
    /// E, (pixels, pixels), the top row first.
    pub losses: Matrix<f64>,
    /// The places that it goes through.
    pub places: [Place; 3],
}

/// A place in the plane.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Place {
    /// What it is.
    pub name: String,
    /// To the right.
    pub right: f64,
    /// Upwards.
    pub up: f64,
    /// E there.
    pub loss: f64,
}

impl Seeds {
    /// The plane through the initial weights of a stuck start, where it is stuck, and the solution nearest to that; E at
    /// `pixels` times `pixels` places in it.
    ///
    /// # Errors
    /// If no start is stuck, or none arrived.
    pub fn slice(&self, pixels: usize) -> Result<Slice, Error> {
        let starts = &self.outcome.starts;
        let group = self.groups.iter().find(|group| !group.solved);
        let seed = group.map(|group| group.seeds[middle(group.seeds.len())]);
        let stuck = starts.iter().find(|start| Some(start.seed) == seed);
        let weights = |start: &Start| start.model.network.cast::<f64>().parameters().to_vec();
        let (Some(stuck), Some(solved)) = (stuck, self.nearest_solution(stuck.map(weights))) else {
            let failed = self.outcome.failed();
            return Err(Error::NoPlane { solved: starts.len() - failed, stuck: failed });
        };
        let spec = &stuck.model.record.spec;
        let network = Network::<f64>::new(&stuck.model.network.architecture(), spec.init, stuck.seed)?;
        let terrain = Terrain::of(&stuck.model, &self.classic.examples())?;
        let mut plane = Plane::through(
            network.parameters(),
            &weights(stuck),
            &weights(solved),
            terrain.surface(&network),
        );
        Ok(plane.slice(pixels, [stuck.seed, solved.seed]))
    }

    fn nearest_solution(&self, to: Option<Vec<f64>>) -> Option<&Start> {
        let to = to?;
        let distance = |start: &&Start| {
            let network: Network<f64> = start.model.network.cast();
            length(&network.parameters().iter().zip(&to).map(|(a, b)| a - b).collect::<Vec<_>>())
        };
        let solved = self.outcome.starts.iter().filter(|start| start.solved.is_some());
        solved.min_by(|a, b| distance(a).total_cmp(&distance(b)))
    }
}

/// A plane in weight space: an origin and two directions of length 1 at a right angle.
struct Plane<'a> {
    origin: Vec<f64>,
    right: Vec<f64>,
    up: Vec<f64>,
    /// (right, up) of the three places.
    corners: [(f64, f64); 3],
    surface: Surface<'a>,
}

impl<'a> Plane<'a> {
    fn through(origin: &[f64], a: &[f64], b: &[f64], surface: Surface<'a>) -> Self {
        let from_origin = |place: &[f64]| place.iter().zip(origin).map(|(x, o)| x - o).collect::<Vec<f64>>();
        let scaled = |vector: &[f64], scale: f64| vector.iter().map(|x| x * scale).collect::<Vec<f64>>();
        let (a, b) = (from_origin(a), from_origin(b));
        let right = scaled(&a, 1.0 / length(&a));
        let along: f64 = b.iter().zip(&right).map(|(b, r)| b * r).sum();
        let across: Vec<f64> = b.iter().zip(&right).map(|(b, r)| b - along * r).collect();
        let height = length(&across);
        let up = scaled(&across, 1.0 / height);
        let corners = [(0.0, 0.0), (length(&a), 0.0), (along, height)];
        Self { origin: origin.to_vec(), right, up, corners, surface }
    }

    fn loss(&mut self, (right, up): (f64, f64)) -> f64 {
        let steps = self.right.iter().zip(&self.up).map(|(r, u)| right * r + up * u);
        let place: Vec<f64> = self.origin.iter().zip(steps).map(|(origin, step)| origin + step).collect();
        self.surface.loss(&place)
    }

    fn slice(&mut self, pixels: usize, [stuck, solved]: [u64; 2]) -> Slice {
        let corners = self.corners;
        let rights = extent(corners.map(|(right, _)| right));
        let ups = extent(corners.map(|(_, up)| up));
        // The same distance looks the same in both directions.
        let half = ((rights.1 - rights.0).max(ups.1 - ups.0)) / 2.0 * 1.3;
        let around = |(low, high): (f64, f64)| ((low + high) / 2.0 - half, (low + high) / 2.0 + half);
        let (right, up) = (around(rights), around(ups));
        let at =
            |(low, high): (f64, f64), pixel: usize| low + (high - low) * (pixel as f64 + 0.5) / pixels as f64;
        let mut losses = Vec::with_capacity(pixels * pixels);
        for row in (0..pixels).rev() {
            for column in 0..pixels {
                losses.push(self.loss((at(right, column), at(up, row))));
            }
        }
        let names = [
            format!("initial weights, seed {stuck}"),
            format!("stuck, seed {stuck}"),
            format!("learned, seed {solved}"),
        ];
        let mut places = corners.into_iter().zip(names).map(|(corner, name)| Place {
            name,
            right: corner.0,
            up: corner.1,
            loss: self.loss(corner),
        });
        let places = std::array::from_fn(|_| places.next().expect("three places"));
        Slice { right, up, losses: Matrix::from_vec(pixels, pixels, losses), places }
    }
}

fn extent(numbers: [f64; 3]) -> (f64, f64) {
    numbers.into_iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)))
}
