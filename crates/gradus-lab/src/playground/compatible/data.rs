//! TensorFlow Playground's six sets of points, its order and division of them, and the seven features it makes of a point.
//!
//! The shapes are those of [`shapes`](crate::source::generate::shapes), drawn from its own stream; the label of a class is ±1.
//!
//! How many numbers a point takes from the stream and in which order belongs to the set: another order gives other points.

use super::SeededRandom;
use crate::source::generate::shapes::{
    circle_point, gauss_point, multi_gauss, plane, spiral_point, surface_point, xor_point,
};
use gradus::Matrix;
use gradus::data::Examples;
/// Turns of the spiral.
const TURNS: f64 = 1.75;

/// A set of points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the shapes are documented with them")]
pub enum Dataset {
    Circle,
    Xor,
    Gauss,
    Spiral,
    Plane,
    MultiGauss,
}

impl Dataset {
    /// Every set.
    pub const ALL: [Self; 6] =
        [Self::Circle, Self::Xor, Self::Gauss, Self::Spiral, Self::Plane, Self::MultiGauss];

    /// The name that the playground's configuration has for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Circle => "circle",
            Self::Xor => "xor",
            Self::Gauss => "gauss",
            Self::Spiral => "spiral",
            Self::Plane => "plane",
            Self::MultiGauss => "multi-gauss",
        }
    }

    /// Whether the label is a number and not a class.
    pub fn is_regression(self) -> bool {
        matches!(self, Self::Plane | Self::MultiGauss)
    }

    /// How many points TensorFlow Playground makes.
    pub fn rows(self) -> usize {
        if self.is_regression() { 1200 } else { 500 }
    }

    /// `rows` points, rounded up to an even number where there are two halves, in the order in which they are used.
    /// `noise` is in percent.
    pub fn points(self, rows: usize, noise: f64, random: &mut SeededRandom) -> Vec<Point> {
        let noise = noise / 100.0;
        let half = rows.div_ceil(2);
        let drawn: Vec<[f64; 3]> = match self {
            Self::Circle => (0..2 * half).map(|row| circle_point(row < half, noise, random)).collect(),
            Self::Xor => (0..rows).map(|_| xor_point(noise, random)).collect(),
            Self::Gauss => (0..2 * half).map(|row| gauss_point(row < half, noise, random)).collect(),
            Self::Spiral => {
                let place = |row: usize| (row % half) as f64 / (rows as f64 / 2.0);
                (0..2 * half).map(|row| spiral_point(row < half, place(row), TURNS, noise, random)).collect()
            }
            Self::Plane => (0..rows).map(|_| surface_point(plane, noise, random)).collect(),
            Self::MultiGauss => (0..rows).map(|_| surface_point(multi_gauss, noise, random)).collect(),
        };
        let label = |number: f64| if self.is_regression() { number } else { 2.0 * number - 1.0 };
        let mut points: Vec<Point> =
            drawn.into_iter().map(|[x, y, number]| Point { x, y, label: label(number) }).collect();
        random.shuffle(&mut points);
        points
    }
}

/// A point of the plane and what is to be learned about it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// x1
    pub x: f64,
    /// x2
    pub y: f64,
    /// ±1 for a class, a number else.
    pub label: f64,
}

/// The training part, which comes first, and the test part: `percent` of the points are learned from, rounded down.
pub(crate) fn divide(points: &[Point], percent: f64) -> (&[Point], &[Point]) {
    let n_train = (points.len() as f64 * percent / 100.0) as usize;
    points.split_at(n_train.min(points.len()))
}

/// A number made of a point. The network takes those that are on in this order, raw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "`name` says what they are")]
pub enum Feature {
    X,
    Y,
    XSquared,
    YSquared,
    XTimesY,
    SinX,
    SinY,
}

impl Feature {
    /// Every feature.
    pub const ALL: [Self; 7] =
        [Self::X, Self::Y, Self::XSquared, Self::YSquared, Self::XTimesY, Self::SinX, Self::SinY];

    /// The expression that gives it.
    pub fn name(self) -> &'static str {
        match self {
            Self::X => "x1",
            Self::Y => "x2",
            Self::XSquared => "x1^2",
            Self::YSquared => "x2^2",
            Self::XTimesY => "x1*x2",
            Self::SinX => "sin(x1)",
            Self::SinY => "sin(x2)",
        }
    }

    /// Its value at a point.
    pub fn value(self, x: f64, y: f64) -> f64 {
        match self {
            Self::X => x,
            Self::Y => y,
            Self::XSquared => x * x,
            Self::YSquared => y * y,
            Self::XTimesY => x * y,
            Self::SinX => libm::sin(x),
            Self::SinY => libm::sin(y),
        }
    }
}

/// Points as a network takes them: inputs (n, features) and targets (n, 1).
pub(super) fn examples(points: &[Point], features: &[Feature]) -> Examples<f64> {
    let numbers =
        points.iter().flat_map(|point| features.iter().map(|feature| feature.value(point.x, point.y)));
    let labels = points.iter().map(|point| point.label).collect();
    Examples {
        inputs: Matrix::from_vec(points.len(), features.len(), numbers.collect()),
        targets: Matrix::from_vec(points.len(), 1, labels),
        weights: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_training_part_is_rounded_down() {
        fn check(rows: usize, percent: f64, expected: usize) {
            let points = vec![Point { x: 0.0, y: 0.0, label: 1.0 }; rows];
            let (train, test) = divide(&points, percent);
            assert_eq!((train.len(), test.len()), (expected, rows - expected), "{percent} % of {rows}");
        }
        check(500, 50.0, 250);
        check(7, 50.0, 3);
        check(3, 100.0, 3);
        check(3, 1e9, 3);
        check(3, -5.0, 0);
        check(3, f64::NAN, 0);
        check(0, 50.0, 0);
    }

    #[test]
    fn any_number_of_rows_gives_points() {
        for dataset in Dataset::ALL {
            for rows in [0, 1, 2, 3, 1000] {
                let points = dataset.points(rows, 50.0, &mut SeededRandom::new("1"));
                assert!(
                    points.len() == rows || points.len() == rows + 1,
                    "{}: {}",
                    dataset.name(),
                    points.len()
                );
                assert!(points.iter().all(|point| point.x.is_finite() && point.y.is_finite()));
            }
        }
    }
}
