//! How wide a margin the data allow, and with it how many mistakes the perceptron rule can make at most.
//!
//! Write zᵢ for (xᵢ, 1) where the target is 1 and for −(xᵢ, 1) where it is 0. A unit w separates the rows if w·zᵢ > 0 for all of
//! them, and its margin is γ = minᵢ w·zᵢ / |w|. With R = maxᵢ |zᵢ| the rule makes at most (R/γ)² mistakes (Novikoff 1962),
//! for the γ of any such w; the widest one gives the smallest bound. The widest w is the point of the convex hull
//! of all zᵢ that is nearest to 0, found as a mixture p = Σ λᵢzᵢ by handing weight from the row with the largest p·zᵢ to the
//! row with the smallest (Mitchell, Demyanov and Malozemov 1974). Every p with a margin above 0 bounds the mistakes, however near it
//! is to the widest.

use gradus_kernels::MatrixView;

/// Work that the search may cost, in multiplications.
const MOST_WORK: usize = 200_000_000;
/// Steps that the search may take.
const MOST_STEPS: usize = 10_000;
/// Relative distance to the nearest point at which the search ends.
const NEAR: f64 = 1e-13;

/// R and γ of separable rows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bound {
    /// R: the length of the longest (x, 1).
    pub radius: f64,
    /// γ: the widest margin that was found.
    pub margin: f64,
}

impl Bound {
    /// (R/γ)²: the most mistakes that the rule can make.
    pub fn most_updates(&self) -> f64 {
        (self.radius / self.margin).powi(2)
    }

    /// The bound for one unit; `None` if no separating weights were found.
    ///
    /// # Shapes
    /// `inputs` (n, inputs), `targets` (n, 1) of 0 and 1.
    pub(super) fn of(inputs: MatrixView<'_, f64>, targets: MatrixView<'_, f64>) -> Option<Self> {
        let signed = signed_rows(inputs, targets);
        let radius = signed.iter().map(|z| dot(z, z)).fold(0.0, f64::max).sqrt();
        let nearest = nearest_to_zero(&signed)?;
        let least = signed.iter().map(|z| dot(z, &nearest)).fold(f64::INFINITY, f64::min);
        let margin = least / dot(&nearest, &nearest).sqrt();
        (margin > 0.0).then_some(Self { radius, margin })
    }
}

/// ±(x, 1) for every row, (n)(inputs + 1).
fn signed_rows(inputs: MatrixView<'_, f64>, targets: MatrixView<'_, f64>) -> Vec<Vec<f64>> {
    let signed = |i: usize| {
        let sign = if targets.get(i, 0) == 1.0 { 1.0 } else { -1.0 };
        let row = (0..inputs.columns()).map(|j| sign * inputs.get(i, j));
        row.chain([sign]).collect()
    };
    (0..inputs.rows()).map(signed).collect()
}

/// The point of the rows' convex hull that is nearest to 0, as nearly as the permitted work comes.
fn nearest_to_zero(rows: &[Vec<f64>]) -> Option<Vec<f64>> {
    let mut point = rows.first()?.clone();
    let mut shares = vec![0.0_f64; rows.len()];
    shares[0] = 1.0;
    for _ in 0..MOST_STEPS.min(MOST_WORK / (rows.len() * point.len())) {
        let scores: Vec<f64> = rows.iter().map(|z| dot(z, &point)).collect();
        let by_score = |&a: &usize, &b: &usize| scores[a].total_cmp(&scores[b]);
        let low = (0..rows.len()).min_by(by_score)?;
        let high = (0..rows.len()).filter(|&i| shares[i] > 0.0).max_by(by_score)?;
        let gap = scores[high] - scores[low];
        if gap <= NEAR * dot(&point, &point) {
            break;
        }
        let way: Vec<f64> = rows[low].iter().zip(&rows[high]).map(|(to, from)| to - from).collect();
        let moved = shares[high].min(gap / dot(&way, &way));
        shares[low] += moved;
        shares[high] -= moved;
        point.iter_mut().zip(&way).for_each(|(coordinate, step)| *coordinate += moved * step);
    }
    Some(point)
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
