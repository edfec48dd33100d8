//! TensorFlow Playground's six sets of points, its order and division of them, and the seven features it makes of a point.
//!
//! ν is the noise, 0 to 0.5; U(a) is uniform in (−a, a). In all but the spiral it moves only the place at which the label is
//! taken; the point itself is drawn where it was. The label of a class is ±1.
//!
//! | set | points | label |
//! |---|---|---|
//! | circle | half within radius 2.5, half between 3.5 and 5 | +1 if the moved point is within 2.5 |
//! | xor | U(5)², pushed 0.3 away from both axes | +1 if the moved point's x·y ≥ 0 |
//! | gauss | half around (2, 2), half around (−2, −2), variance 0.5 + 7ν | +1 for the first half |
//! | spiral | r = 5s, angle 3.5πs, s in [0, 1), plus U(1)²·ν | +1; −1 for the arm turned by π |
//! | plane | U(6)² | (x + y)/10 of the moved point |
//! | multi-gauss | U(6)² | the cone ±max(0, 1 − d/2) of six that is furthest from 0 at the moved point |
//!
//! How many numbers a point takes from the stream and in which order belongs to the set: another order gives other points.

use super::SeededRandom;
use gradus::Matrix;
use gradus::data::Examples;
use std::f64::consts::{PI, TAU};

/// Radius of the circle and the spiral, half the width of exclusive or.
const RADIUS: f64 = 5.0;
/// Half the width of the plane of the two regression sets.
const REACH: f64 = 6.0;
/// How far exclusive or keeps off the axes.
const PADDING: f64 = 0.3;
/// (x, y, height) of the tops and bottoms of the multi-Gaussian.
const CONES: [[f64; 3]; 6] = [
    [-4.0, 2.5, 1.0],
    [0.0, 2.5, -1.0],
    [4.0, 2.5, 1.0],
    [-4.0, -2.5, -1.0],
    [0.0, -2.5, 1.0],
    [4.0, -2.5, -1.0],
];

/// A set of points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the table above is their documentation")]
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
        let mut points: Vec<Point> = match self {
            Self::Circle => (0..2 * half).map(|row| circle_point(row < half, noise, random)).collect(),
            Self::Xor => (0..rows).map(|_| xor_point(noise, random)).collect(),
            Self::Gauss => (0..2 * half).map(|row| gauss_point(row < half, noise, random)).collect(),
            Self::Spiral => {
                let place = |row: usize| (row % half) as f64 / (rows as f64 / 2.0);
                (0..2 * half).map(|row| spiral_point(row < half, place(row), noise, random)).collect()
            }
            Self::Plane => (0..rows).map(|_| surface_point(plane, noise, random)).collect(),
            Self::MultiGauss => (0..rows).map(|_| surface_point(multi_gauss, noise, random)).collect(),
        };
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

fn circle_point(is_inner: bool, noise: f64, random: &mut SeededRandom) -> Point {
    let radius = match is_inner {
        true => random.uniform_in(0.0, 0.5 * RADIUS),
        false => random.uniform_in(0.7 * RADIUS, RADIUS),
    };
    let angle = random.uniform_in(0.0, TAU);
    let (x, y) = (radius * libm::sin(angle), radius * libm::cos(angle));
    let (x_moved, y_moved) = moved(x, y, RADIUS, noise, random);
    let is_within = distance(x_moved, y_moved) < 0.5 * RADIUS;
    Point { x, y, label: if is_within { 1.0 } else { -1.0 } }
}

fn xor_point(noise: f64, random: &mut SeededRandom) -> Point {
    let mut coordinate = || {
        let x = random.uniform_in(-RADIUS, RADIUS);
        if x > 0.0 { x + PADDING } else { x - PADDING }
    };
    let (x, y) = (coordinate(), coordinate());
    let (x_moved, y_moved) = moved(x, y, RADIUS, noise, random);
    Point { x, y, label: if x_moved * y_moved >= 0.0 { 1.0 } else { -1.0 } }
}

fn gauss_point(is_first_half: bool, noise: f64, random: &mut SeededRandom) -> Point {
    let deviation = (0.5 + 7.0 * noise).sqrt();
    let label = if is_first_half { 1.0 } else { -1.0 };
    let mut coordinate = || 2.0 * label + deviation * random.normal();
    Point { x: coordinate(), y: coordinate(), label }
}

/// `place` is s.
fn spiral_point(is_first_arm: bool, place: f64, noise: f64, random: &mut SeededRandom) -> Point {
    let (turn, label) = if is_first_arm { (0.0, 1.0) } else { (PI, -1.0) };
    let (radius, angle) = (RADIUS * place, 1.75 * place * TAU + turn);
    let x = radius * libm::sin(angle) + noise * random.uniform_in(-1.0, 1.0);
    let y = radius * libm::cos(angle) + noise * random.uniform_in(-1.0, 1.0);
    Point { x, y, label }
}

fn surface_point(height: fn(f64, f64) -> f64, noise: f64, random: &mut SeededRandom) -> Point {
    let (x, y) = (random.uniform_in(-REACH, REACH), random.uniform_in(-REACH, REACH));
    let (x_moved, y_moved) = moved(x, y, REACH, noise, random);
    Point { x, y, label: height(x_moved, y_moved) }
}

/// Where the label is taken. The stream gives two numbers for it even without noise.
fn moved(x: f64, y: f64, reach: f64, noise: f64, random: &mut SeededRandom) -> (f64, f64) {
    let x = x + noise * random.uniform_in(-reach, reach);
    (x, y + noise * random.uniform_in(-reach, reach))
}

fn plane(x: f64, y: f64) -> f64 {
    (x + y) / 10.0
}

fn multi_gauss(x: f64, y: f64) -> f64 {
    let cone = |[x0, y0, height]: [f64; 3]| height * (1.0 - distance(x - x0, y - y0) / 2.0).clamp(0.0, 1.0);
    CONES
        .into_iter()
        .map(cone)
        .fold(0.0, |furthest: f64, z| if z.abs() > furthest.abs() { z } else { furthest })
}

fn distance(x: f64, y: f64) -> f64 {
    (x * x + y * y).sqrt()
}

/// The training part, which comes first, and the test part: `percent` of the points are learned from, rounded down.
pub fn divide(points: &[Point], percent: f64) -> (&[Point], &[Point]) {
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
pub fn examples(points: &[Point], features: &[Feature]) -> Examples<f64> {
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
