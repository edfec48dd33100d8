//! Points of several classes in a plane: `rings` one around the other, `blobs` on a circle, and the two colours of a
//! `checkerboard`.
//!
//! Noise (0 to 0.5) means what it means for `circle`: each point gets the class of the place where it is seen, and is seen
//! up to noise · 5 away from where it is. That of `blobs` widens the bells, as for `gauss`.

use super::shapes::{RADIUS, seen};
use super::{Common, shuffled};
use crate::Error;
use gradus::data::Column;
use gradus::random::Random;
use gradus::settings::Settings;
use std::f64::consts::TAU;

/// The share of a ring's width that holds points; the rest parts it from the next one.
const FILLED: f64 = 0.7;
/// The distance of the bells' centres from the origin.
const BLOBS_RADIUS: f64 = 3.5;

/// A plane divided among classes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Regions {
    common: Common,
    pattern: Pattern,
}

#[derive(Clone, Copy, Debug)]
enum Pattern {
    Rings {
        classes: usize,
    },
    Blobs {
        classes: usize,
    },
    /// So many squares along each side.
    Checkerboard {
        cells: usize,
    },
}

impl Regions {
    /// The settings of `rings`, `blobs` or `checkerboard`.
    #[inline(never)] // a page fetches it when it needs it
    pub(super) fn take(settings: &mut Settings<'_>) -> Result<Self, Error> {
        let common = Common::take(settings, 500, 0.0)?;
        let pattern = match settings.name {
            "rings" => Pattern::Rings { classes: count(settings, "classes", 3)? },
            "blobs" => Pattern::Blobs { classes: count(settings, "classes", 3)? },
            _ => Pattern::Checkerboard { cells: count(settings, "cells", 4)? },
        };
        Ok(Self { common, pattern })
    }

    /// x1, x2 and class, (rows) each.
    #[inline(never)] // a page fetches it when it needs it
    pub(super) fn columns(&self) -> Vec<Column> {
        let mut random = self.common.random();
        let (rows, noise) = (self.common.rows, self.common.noise);
        let point = |row: usize| match self.pattern {
            Pattern::Rings { classes } => ring_point(row * classes / rows, classes, noise, &mut random),
            Pattern::Blobs { classes } => blob_point(row * classes / rows, classes, noise, &mut random),
            Pattern::Checkerboard { cells } => square_point(cells, noise, &mut random),
        };
        let points = (0..rows).map(point).collect();
        shuffled(points, "class", &mut random)
    }
}

fn count(settings: &mut Settings<'_>, key: &'static str, default: usize) -> Result<usize, Error> {
    let is_count = |x: f64| x.fract() == 0.0 && (2.0..=10.0).contains(&x);
    let count = settings.take_within(key, default as f64, is_count, "a whole number from 2 to 10")?;
    Ok(count as usize)
}

/// Ring k of n lies between the radii 5 k/n and 5 (k + 0.7)/n.
fn ring_point(ring: usize, classes: usize, noise: f64, random: &mut Random) -> [f64; 3] {
    let width = RADIUS / classes as f64;
    let radius = width * (ring as f64 + FILLED * random.uniform());
    let angle = random.uniform_in(0.0, TAU);
    let (x, y) = (radius * libm::sin(angle), radius * libm::cos(angle));
    let [x_seen, y_seen] = seen([x, y], RADIUS, noise, random);
    let ring = (libm::sqrt(x_seen * x_seen + y_seen * y_seen) / width).min((classes - 1) as f64);
    [x, y, ring.floor()]
}

/// Bells on a circle whose deviation grows with the noise from 0.5 to 1.5.
fn blob_point(class: usize, classes: usize, noise: f64, random: &mut Random) -> [f64; 3] {
    let angle = TAU * class as f64 / classes as f64;
    let deviation = 0.5 + 2.0 * noise;
    let x = BLOBS_RADIUS * libm::sin(angle) + deviation * random.normal();
    let y = BLOBS_RADIUS * libm::cos(angle) + deviation * random.normal();
    [x, y, class as f64]
}

/// Class 1 on the squares of the colour that the lower left corner has.
fn square_point(cells: usize, noise: f64, random: &mut Random) -> [f64; 3] {
    let (x, y) = (random.uniform_in(-RADIUS, RADIUS), random.uniform_in(-RADIUS, RADIUS));
    let square = |coordinate: f64| {
        let place = (coordinate + RADIUS) / (2.0 * RADIUS) * cells as f64;
        place.clamp(0.0, (cells - 1) as f64) as usize
    };
    let [x_seen, y_seen] = seen([x, y], RADIUS, noise, random);
    let is_one = (square(x_seen) + square(y_seen)) % 2 == 0;
    [x, y, f64::from(is_one)]
}

#[cfg(test)]
mod tests {
    use super::super::Generator;
    use gradus::data::Values;

    fn points(data: &str) -> Vec<[f64; 3]> {
        let columns = Generator::parse(data).unwrap().frame().columns;
        let cell = |column: usize, row: usize| match &columns[column].values {
            Values::Numbers(numbers) => numbers[row],
            Values::Categories { .. } | Values::Text(_) => panic!("no numbers"),
        };
        (0..columns[0].values.len()).map(|row| [0, 1, 2].map(|column| cell(column, row))).collect()
    }

    #[test]
    fn without_noise_the_place_says_the_class() {
        fn check(data: &str, class: impl Fn(f64, f64) -> f64) {
            for [x, y, label] in points(data) {
                assert_eq!(label, class(x, y), "{data} ({x}, {y})");
            }
        }
        check("rings", |x, y| (x.hypot(y) / (5.0 / 3.0)).floor());
        check("rings:classes=5", |x, y| x.hypot(y).floor());
        // Squares of side 2.5 from −5 on, and of side 5.
        check("checkerboard", |x, y| {
            f64::from(((x + 5.0) / 2.5).floor() as i32 % 2 == ((y + 5.0) / 2.5).floor() as i32 % 2)
        });
        check("checkerboard:cells=2", |x, y| f64::from(x * y > 0.0));
        // The nearest of (0, 3.5) and (0, −3.5).
        check("blobs:classes=2", |_, y| f64::from(y < 0.0));
    }

    #[test]
    fn classes_are_equally_many_and_noise_mixes_them() {
        for (data, classes) in
            [("rings:classes=4,rows=400", 4), ("blobs:classes=10", 10), ("blobs:noise=0.5", 3)]
        {
            let points = points(data);
            for class in 0..classes {
                let n = points.iter().filter(|point| point[2] == f64::from(class)).count();
                assert!(n.abs_diff(points.len() / classes as usize) <= 1, "{data}: {n} of class {class}");
            }
        }
        for data in ["rings", "checkerboard"] {
            let noisy = format!("{data}:noise=0.2");
            let moved = points(data).iter().zip(points(&noisy)).filter(|(a, b)| a[2] != b[2]).count();
            assert!((50..450).contains(&moved), "{data}: {moved}");
        }
    }
}
