//! The error surface around a place in weight space: E(w), its gradient, and how it bends.
//!
//! The second derivatives H = ∂²E/∂w² are central differences of backpropagation's own gradient, with
//! h = 10⁻⁴ max(1, |wᵢ|): column i is (∇E(w + h eᵢ) − ∇E(w − h eᵢ)) / 2h. Their eigenvalues say what a place without slope
//! is: all positive, a minimum; one negative, a saddle, with a way down; all near 0, a plain. They come by Jacobi's
//! rotations (Golub and Van Loan, Matrix Computations, section 8.5), which suit the few weights of a network that one can
//! look at.

use crate::Matrix;
use crate::data::{Batch, Examples};
use crate::network::{Network, Workspace};
use crate::train::Objective;

/// E as a function of the weights of one network on one set of examples.
#[derive(Debug)]
pub struct Surface<'a> {
    network: Network<f64>,
    examples: &'a Examples<f64>,
    objective: Objective,
    work: Workspace<f64>,
}

impl<'a> Surface<'a> {
    /// The surface of `objective` over the weights of networks shaped as `network`. Dropout is left out.
    pub fn new(network: &Network<f64>, examples: &'a Examples<f64>, objective: &Objective) -> Self {
        let objective = Objective { dropout: None, ..objective.clone() };
        let work = Workspace::new(network, examples.inputs.rows(), false);
        Self { network: network.clone(), examples, objective, work }
    }

    /// E at `weights`, (parameters).
    pub fn loss(&mut self, weights: &[f64]) -> f64 {
        self.network.parameters_mut().copy_from_slice(weights);
        let batch = Batch {
            inputs: self.examples.inputs.view(),
            targets: self.examples.targets.as_slice(),
            weights: self.examples.weights.as_deref(),
            step: 0,
        };
        self.network.forward(batch.inputs, None, &mut self.work);
        self.objective.evaluate(&self.network, &batch, &mut self.work)
    }

    /// ∇E at `weights`, (parameters), without penalties.
    pub fn gradient(&mut self, weights: &[f64]) -> Vec<f64> {
        self.loss(weights);
        self.network.backward(self.examples.inputs.view(), &mut self.work);
        self.work.gradients.to_vec()
    }

    /// H at `weights`, (parameters, parameters), symmetric.
    pub fn hessian(&mut self, weights: &[f64]) -> Matrix<f64> {
        let n = weights.len();
        let mut place = weights.to_vec();
        let mut hessian = Matrix::zeros(n, n);
        for (i, &weight) in weights.iter().enumerate() {
            let h = 1e-4 * weight.abs().max(1.0);
            place[i] = weight + h;
            let above = self.gradient(&place);
            place[i] = weight - h;
            let below = self.gradient(&place);
            place[i] = weight;
            for j in 0..n {
                // Half from each side of the diagonal: differences are not quite symmetric.
                let half = (above[j] - below[j]) / (4.0 * h);
                hessian.row_mut(i)[j] += half;
                hessian.row_mut(j)[i] += half;
            }
        }
        hessian
    }
}

/// The eigenvalues of a symmetric matrix, (n), ascending.
///
/// # Panics
/// If it is not square.
pub fn eigenvalues(symmetric: &Matrix<f64>) -> Vec<f64> {
    /// Jacobi's method converges quadratically: ten sweeps are many.
    const MOST_SWEEPS: usize = 60;
    let n = symmetric.rows();
    assert_eq!(n, symmetric.columns(), "only a square matrix has eigenvalues");
    let mut a = symmetric.clone();
    for _ in 0..MOST_SWEEPS {
        let mut rotated = false;
        for p in 0..n {
            for q in p + 1..n {
                rotated |= rotate(&mut a, p, q);
            }
        }
        if !rotated {
            break;
        }
    }
    let mut values: Vec<f64> = (0..n).map(|i| a.row(i)[i]).collect();
    values.sort_by(f64::total_cmp);
    values
}

/// Turns the plane of axes p and q so that a_pq becomes 0; says whether there was anything to turn.
fn rotate(a: &mut Matrix<f64>, p: usize, q: usize) -> bool {
    let (app, aqq, apq) = (a.row(p)[p], a.row(q)[q], a.row(p)[q]);
    if apq.abs() <= f64::EPSILON * (app.abs() * aqq.abs()).sqrt() || apq.abs() < f64::MIN_POSITIVE {
        return false;
    }
    let theta = (aqq - app) / (2.0 * apq);
    let tangent = theta.signum() / (theta.abs() + theta.hypot(1.0));
    let cosine = 1.0 / tangent.hypot(1.0);
    let sine = tangent * cosine;
    for i in 0..a.rows() {
        let (aip, aiq) = (a.row(i)[p], a.row(i)[q]);
        a.row_mut(i)[p] = cosine * aip - sine * aiq;
        a.row_mut(i)[q] = sine * aip + cosine * aiq;
    }
    for i in 0..a.rows() {
        let (api, aqi) = (a.row(p)[i], a.row(q)[i]);
        a.row_mut(p)[i] = cosine * api - sine * aqi;
        a.row_mut(q)[i] = sine * api + cosine * aqi;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loss::Loss;
    use crate::network::{Architecture, Link};

    #[test]
    fn eigenvalues_by_hand() {
        #[track_caller]
        fn check(n: usize, elements: &[f64], expected: &[f64]) {
            let found = eigenvalues(&Matrix::from_vec(n, n, elements.to_vec()));
            for (found, expected) in found.iter().zip(expected) {
                assert!((found - expected).abs() < 1e-12, "{found} instead of {expected}");
            }
        }
        check(1, &[3.0], &[3.0]);
        check(2, &[2.0, 1.0, 1.0, 2.0], &[1.0, 3.0]);
        check(2, &[0.0, 1.0, 1.0, 0.0], &[-1.0, 1.0]);
        check(2, &[0.0; 4], &[0.0, 0.0]);
        // The second differences of four points: 2 − 2 cos(kπ/5).
        let chain = [2.0, -1.0, 0.0, 0.0, -1.0, 2.0, -1.0, 0.0, 0.0, -1.0, 2.0, -1.0, 0.0, 0.0, -1.0, 2.0];
        let root = 5.0_f64.sqrt();
        let [a, b] = [(3.0 - root) / 2.0, (5.0 - root) / 2.0];
        check(4, &chain, &[a, b, 4.0 - b, 4.0 - a]);
    }

    /// E = ½ Σ (w x + b − y)² has H = (Σx², Σx; Σx, n) everywhere.
    #[test]
    fn a_line_has_the_hessian_of_least_squares() {
        let examples = Examples {
            inputs: Matrix::from_vec(3, 1, vec![1.0, 2.0, -4.0]),
            targets: Matrix::from_vec(3, 1, vec![0.5, 0.0, 3.0]),
            weights: None,
        };
        let architecture = Architecture { inputs: 1, hidden: Vec::new(), outputs: 1, link: Link::IDENTITY };
        let network = Network::from_parameters(&architecture, vec![0.0, 0.0]).unwrap();
        let objective =
            Objective { reduction: crate::loss::Reduction::Sum, ..Objective::of(Loss::SquaredError) };
        let mut surface = Surface::new(&network, &examples, &objective);
        let place = [2.0, -1.0];
        // Residuals: 1 − 0.5, 3 − 0, −9 − 3.
        assert!((surface.loss(&place) - 0.5 * (0.25 + 9.0 + 144.0)).abs() < 1e-12);
        let gradient = surface.gradient(&place);
        assert!((gradient[0] - (0.5 + 6.0 + 48.0)).abs() < 1e-12 && (gradient[1] + 8.5).abs() < 1e-12);
        let hessian = surface.hessian(&place);
        for (found, expected) in hessian.as_slice().iter().zip([21.0, -1.0, -1.0, 3.0]) {
            assert!((found - expected).abs() < 1e-8, "{hessian:?}");
        }
    }
}
