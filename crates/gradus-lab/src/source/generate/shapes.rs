//! The shapes of TensorFlow Playground's six sets of points, from whatever random numbers: our own, or its own.
//!
//! ν is the noise, 0 to 0.5; U(a) is uniform in (−a, a). In all but the spiral and the bells it moves only the place at which
//! the label is taken; the point itself is drawn where it was.
//!
//! | shape | points | label |
//! |---|---|---|
//! | circle | half within radius 2.5, half between 3.5 and 5 | 1 if the moved point is within 2.5 |
//! | xor | U(5)², pushed 0.3 away from both axes | 1 if the moved point's x·y ≥ 0 |
//! | gauss | bells around (2, 2) and (−2, −2), variance 0.5 + 7ν | 1 for the first |
//! | spiral | r = 5s, angle 2π·turns·s, s in [0, 1), plus U(1)²·ν | 1; 0 for the arm turned by π |
//! | plane | U(6)² | (x + y)/10 of the moved point |
//! | multi-gauss | U(6)² | the cone ±max(0, 1 − d/2) of six that is furthest from 0 at the moved point |
//!
//! How many numbers a point takes and in which order belongs to the shape: another order gives other points.

use gradus::random::Random;
use std::f64::consts::{PI, TAU};

/// Half the width of the plane of classes, and the radius of the circle.
pub(super) const RADIUS: f64 = 5.0;
/// Half the width of the plane of heights.
const REACH: f64 = 6.0;
/// How far exclusive or keeps off the axes.
const PADDING: f64 = 0.3;

/// (x1, x2, height) of the tops of the hills and the bottoms of the hollows.
const HILLS: [[f64; 3]; 6] = [
    [-4.0, 2.5, 1.0],
    [0.0, 2.5, -1.0],
    [4.0, 2.5, 1.0],
    [-4.0, -2.5, -1.0],
    [0.0, -2.5, 1.0],
    [4.0, -2.5, -1.0],
];

/// A stream of random numbers to draw points from.
pub(crate) trait Draw {
    /// U[low, high).
    fn uniform_in(&mut self, low: f64, high: f64) -> f64;
    /// N(0, 1).
    fn normal(&mut self) -> f64;
}

impl Draw for Random {
    fn uniform_in(&mut self, low: f64, high: f64) -> f64 {
        Random::uniform_in(self, low, high)
    }

    fn normal(&mut self) -> f64 {
        Random::normal(self)
    }
}

/// x1, x2 and whether the signs are alike, seen through noise.
pub(crate) fn xor_point(noise: f64, random: &mut impl Draw) -> [f64; 3] {
    let mut coordinate = || {
        let x = random.uniform_in(-RADIUS, RADIUS);
        if x > 0.0 { x + PADDING } else { x - PADDING }
    };
    let (x, y) = (coordinate(), coordinate());
    let [x_seen, y_seen] = seen([x, y], RADIUS, noise, random);
    [x, y, f64::from(x_seen * y_seen >= 0.0)]
}

/// x1, x2 and whether the point, seen through noise, is within half the radius.
pub(crate) fn circle_point(is_inner: bool, noise: f64, random: &mut impl Draw) -> [f64; 3] {
    let radius = match is_inner {
        true => random.uniform_in(0.0, 0.5 * RADIUS),
        false => random.uniform_in(0.7 * RADIUS, RADIUS),
    };
    let angle = random.uniform_in(0.0, TAU);
    let (x, y) = (radius * libm::sin(angle), radius * libm::cos(angle));
    let [x_seen, y_seen] = seen([x, y], RADIUS, noise, random);
    [x, y, f64::from(distance(x_seen, y_seen) < 0.5 * RADIUS)]
}

/// x1, x2 and the bell.
pub(crate) fn gauss_point(is_one: bool, noise: f64, random: &mut impl Draw) -> [f64; 3] {
    let deviation = (0.5 + 7.0 * noise).sqrt();
    let center = if is_one { 2.0 } else { -2.0 };
    let mut coordinate = || center + deviation * random.normal();
    [coordinate(), coordinate(), f64::from(is_one)]
}

/// x1, x2 and the arm.
pub(crate) fn spiral_point(is_one: bool, s: f64, turns: f64, noise: f64, random: &mut impl Draw) -> [f64; 3] {
    let radius = RADIUS * s;
    let angle = turns * s * TAU + if is_one { 0.0 } else { PI };
    let [x, y] = seen([radius * libm::sin(angle), radius * libm::cos(angle)], 1.0, noise, random);
    [x, y, f64::from(is_one)]
}

/// x1, x2 and the height where the point is seen.
pub(crate) fn surface_point(height: fn(f64, f64) -> f64, noise: f64, random: &mut impl Draw) -> [f64; 3] {
    let (x, y) = (random.uniform_in(-REACH, REACH), random.uniform_in(-REACH, REACH));
    let [x_seen, y_seen] = seen([x, y], REACH, noise, random);
    [x, y, height(x_seen, y_seen)]
}

pub(crate) fn plane(x: f64, y: f64) -> f64 {
    (x + y) / 10.0
}

/// Of the six cones, each of radius 2, the one that reaches furthest from 0 here.
pub(crate) fn multi_gauss(x: f64, y: f64) -> f64 {
    let cone = |[x0, y0, height]: [f64; 3]| height * (1.0 - distance(x - x0, y - y0) / 2.0).max(0.0);
    HILLS
        .into_iter()
        .map(cone)
        .fold(0.0, |furthest: f64, z| if z.abs() > furthest.abs() { z } else { furthest })
}

/// Where a point is seen. It takes two random numbers even without noise.
pub(super) fn seen(point: [f64; 2], reach: f64, noise: f64, random: &mut impl Draw) -> [f64; 2] {
    point.map(|coordinate| coordinate + noise * random.uniform_in(-reach, reach))
}

fn distance(x: f64, y: f64) -> f64 {
    (x * x + y * y).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heights_are_those_of_the_playground() {
        fn check(found: f64, expected: f64) {
            assert!((found - expected).abs() < 1e-15, "{found} is not {expected}");
        }
        check(plane(6.0, -1.0), 0.5);
        check(multi_gauss(-4.0, 2.5), 1.0);
        check(multi_gauss(0.0, 1.5), -0.5);
        check(multi_gauss(0.0, 0.0), 0.0);
    }
}
