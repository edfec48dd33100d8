//! Principal components: the directions in which points spread most (Pearson 1901), by Jacobi's method (1846).
//!
//! The covariance of d numbers is a symmetric matrix; each rotation makes one number off its diagonal 0, and a few sweeps over
//! all of them leave the variances on it. For the d of a layer, 64 at most, that is nothing.

/// Sweeps after which nothing off the diagonal is left that could be seen.
const SWEEPS: usize = 12;

/// The two directions of the largest variance.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Plane {
    mean: Vec<f64>,
    directions: [Vec<f64>; 2],
    /// The share of the variance in each.
    pub(super) explained: [f64; 2],
}

impl Plane {
    /// The plane of points with `width` numbers each, one after the other.
    pub(super) fn of(points: &[f64], width: usize) -> Self {
        let n = (points.len() / width).max(1) as f64;
        let mut mean = vec![0.0; width];
        for point in points.chunks_exact(width) {
            mean.iter_mut().zip(point).for_each(|(mean, number)| *mean += number / n);
        }
        let mut covariance = vec![vec![0.0; width]; width];
        for point in points.chunks_exact(width) {
            for (i, row) in covariance.iter_mut().enumerate() {
                for (j, cell) in row.iter_mut().enumerate() {
                    *cell += (point[i] - mean[i]) * (point[j] - mean[j]) / n;
                }
            }
        }
        let vectors = diagonalised(&mut covariance);
        let mut order: Vec<usize> = (0..width).collect();
        order.sort_by(|&a, &b| covariance[b][b].total_cmp(&covariance[a][a]));
        let total: f64 = (0..width).map(|i| covariance[i][i]).sum();
        let share = |at: usize| if total > 0.0 { covariance[order[at]][order[at]] / total } else { 0.0 };
        let direction = |at: usize| pointing(vectors.iter().map(|row| row[order[at]]).collect());
        Self { mean, directions: [direction(0), direction(1)], explained: [share(0), share(1)] }
    }

    /// Where a point lies in the plane.
    pub(super) fn place(&self, point: &[f64]) -> [f64; 2] {
        let along = |direction: &Vec<f64>| {
            point.iter().zip(&self.mean).zip(direction).map(|((x, mean), u)| (x - mean) * u).sum()
        };
        self.directions.each_ref().map(along)
    }
}

/// Rotates a symmetric matrix until it is diagonal; returns the rotations' product, whose columns are the directions.
fn diagonalised(matrix: &mut [Vec<f64>]) -> Vec<Vec<f64>> {
    let n = matrix.len();
    let mut vectors: Vec<Vec<f64>> = (0..n).map(|i| (0..n).map(|j| f64::from(i == j)).collect()).collect();
    for _ in 0..SWEEPS {
        for p in 0..n {
            for q in p + 1..n {
                if matrix[p][q] == 0.0 {
                    continue;
                }
                // tan of the angle that makes the element 0, the smaller of the two.
                let theta = (matrix[q][q] - matrix[p][p]) / (2.0 * matrix[p][q]);
                let tan = theta.signum() / (theta.abs() + (theta * theta + 1.0).sqrt());
                let cos = 1.0 / (tan * tan + 1.0).sqrt();
                rotate(matrix, &mut vectors, (p, q), (cos, tan * cos));
            }
        }
    }
    vectors
}

fn rotate(matrix: &mut [Vec<f64>], vectors: &mut [Vec<f64>], (p, q): (usize, usize), (cos, sin): (f64, f64)) {
    let turned = |a: f64, b: f64| (cos * a - sin * b, sin * a + cos * b);
    for row in matrix.iter_mut().chain(vectors.iter_mut()) {
        (row[p], row[q]) = turned(row[p], row[q]);
    }
    let (above, below) = matrix.split_at_mut(p.max(q));
    let (first, second) = (&mut above[p.min(q)], &mut below[0]);
    let (of_p, of_q) = if p < q { (first, second) } else { (second, first) };
    for (a, b) in of_p.iter_mut().zip(of_q) {
        (*a, *b) = turned(*a, *b);
    }
}

/// The direction whose largest number is positive: of two opposite ones always the same, so that no picture flips.
fn pointing(direction: Vec<f64>) -> Vec<f64> {
    let largest =
        direction.iter().copied().fold(0.0, |a: f64, b| if b.abs() > a.abs() + 1e-12 { b } else { a });
    if largest < 0.0 { direction.into_iter().map(|number| -number).collect() } else { direction }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Points spread by 3 along (3, 4)/5, by 1 across it, not at all otherwise.
    #[test]
    fn directions_and_shares_are_found() {
        let points = [[1.8, 2.4, 7.0], [-1.8, -2.4, 7.0], [-0.8, 0.6, 7.0], [0.8, -0.6, 7.0]].concat();
        let plane = Plane::of(&points, 3);
        let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-12, "{a} {b}");
        close(plane.explained[0], 0.9);
        close(plane.explained[1], 0.1);
        let [x, y] = plane.place(&[3.0, 4.0, 7.0]);
        close(x, 5.0);
        close(y, 0.0);
        let [x, y] = plane.place(&[0.8, -0.6, 7.0]);
        close(x, 0.0);
        close(y, 1.0);
    }
}
