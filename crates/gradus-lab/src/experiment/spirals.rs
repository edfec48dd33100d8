//! Two spirals that wind three times around the origin and around each other: 97 points each, which spiral is it?
//!
//! ```text
//! i = 0 … 96:  angle φ = iπ/16,  radius r = 6.5 (104 − i)/104,  (r sin φ, r cos φ) is 1, its mirror at the origin 0
//! ```
//!
//! The points are those of the benchmark that A. Wieland proposed (CMU Neural Network Benchmark Collection, 1988).

use gradus::Matrix;
use gradus::data::Dataset;
use std::f64::consts::PI;

pub(super) fn examples() -> Dataset {
    const POINTS: usize = 97;
    let (mut inputs, mut outputs) = (Vec::new(), Vec::new());
    for i in 0..POINTS {
        let angle = i as f64 * PI / 16.0;
        let radius = 6.5 * (104 - i) as f64 / 104.0;
        let (x, y) = (radius * libm::sin(angle), radius * libm::cos(angle));
        inputs.extend([x, y, -x, -y]);
        outputs.extend([1.0, 0.0]);
    }
    super::examples(Matrix::from_vec(2 * POINTS, 2, inputs), Matrix::from_vec(2 * POINTS, 1, outputs))
}
