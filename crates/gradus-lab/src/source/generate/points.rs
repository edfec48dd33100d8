//! Points of two classes in a plane.
//!
//! `xor-points`, `circle`, `gauss` and `spiral` have the shapes of TensorFlow Playground's data and its meaning of noise (from 0 to
//! 0.5, its 0 to 50 %), with our own random numbers; class 1 is its +1. `moons` has those of scikit-learn's `make_moons`.

use super::shapes::{circle_point, gauss_point, spiral_point, xor_point};
use super::{Common, shuffled};
use crate::Error;
use gradus::data::Column;
use gradus::random::Random;
use gradus::settings::Settings;
use std::f64::consts::PI;

/// A cloud of points.
#[derive(Clone, Copy, Debug)]
pub(super) struct Points {
    common: Common,
    shape: Shape,
}

#[derive(Clone, Copy, Debug)]
enum Shape {
    XorPoints,
    Circle,
    Gauss,
    Spiral { turns: f64 },
    Moons,
}

impl Points {
    pub(super) fn take(settings: &mut Settings<'_>) -> Result<Self, Error> {
        let noise = if settings.name == "moons" { 0.1 } else { 0.0 };
        let common = Common::take(settings, 500, noise)?;
        let shape = match settings.name {
            "xor-points" => Shape::XorPoints,
            "circle" => Shape::Circle,
            "gauss" => Shape::Gauss,
            "spiral" => {
                let is_count = |turns: f64| turns > 0.0 && turns <= 10.0;
                Shape::Spiral { turns: settings.take_within("turns", 1.75, is_count, "above 0, at most 10")? }
            }
            "moons" => Shape::Moons,
            name => {
                let known = super::Generator::descriptions().map(|known| known.name.to_owned()).collect();
                return Err(Error::NoSuchData { name: name.to_owned(), known });
            }
        };
        Ok(Self { common, shape })
    }

    /// x1, x2 and class, (rows) each.
    pub(super) fn columns(&self) -> Vec<Column> {
        let mut random = self.common.random();
        let (rows, noise) = (self.common.rows, self.common.noise);
        let n_ones = rows.div_ceil(2);
        let point = |row: usize| {
            // The place within the row's own class, and whether that is class 1.
            let (is_one, place, of) =
                if row < n_ones { (true, row, n_ones) } else { (false, row - n_ones, rows - n_ones) };
            match self.shape {
                Shape::XorPoints => xor_point(noise, &mut random),
                Shape::Circle => circle_point(is_one, noise, &mut random),
                Shape::Gauss => gauss_point(is_one, noise, &mut random),
                Shape::Spiral { turns } => {
                    spiral_point(is_one, place as f64 / of as f64, turns, noise, &mut random)
                }
                Shape::Moons => {
                    moons_point(is_one, place as f64 / (of - 1).max(1) as f64, noise, &mut random)
                }
            }
        };
        let points = (0..rows).map(point).collect();
        shuffled(points, "class", &mut random)
    }
}

/// Half circles with radius 1; noise is the deviation of a normal shift of each coordinate.
fn moons_point(is_one: bool, s: f64, noise: f64, random: &mut Random) -> [f64; 3] {
    let (x, y) = (libm::cos(PI * s), libm::sin(PI * s));
    let (x, y) = if is_one { (1.0 - x, 0.5 - y) } else { (x, y) };
    [x + noise * random.normal(), y + noise * random.normal(), f64::from(is_one)]
}

#[cfg(test)]
mod tests {
    use super::super::Generator;
    use gradus::data::Values;

    fn points(data: &str) -> Vec<[f64; 3]> {
        let columns = Generator::parse(data).unwrap().frame().columns;
        let cells: Vec<&[f64]> = columns
            .iter()
            .map(|column| match &column.values {
                Values::Numbers(numbers) => numbers.as_slice(),
                Values::Categories { .. } | Values::Text(_) => panic!("no numbers"),
            })
            .collect();
        (0..cells[0].len()).map(|i| [cells[0][i], cells[1][i], cells[2][i]]).collect()
    }

    #[test]
    fn without_noise_the_shape_says_the_class() {
        fn check(data: &str, class: impl Fn(f64, f64) -> bool) {
            for [x, y, label] in points(data) {
                assert_eq!(label == 1.0, class(x, y), "{data} ({x}, {y})");
            }
        }
        check("xor-points", |x, y| x * y > 0.0 && x.abs() > 0.29 && y.abs() > 0.29);
        check("circle", |x, y| x.hypot(y) < 2.5);
        check("spiral:rows=100", |x, y| {
            let turned = x.atan2(y) - 1.75 * x.hypot(y) / 5.0 * std::f64::consts::TAU;
            turned.cos() > 0.0
        });
        // Class 0 is the half circle about the origin.
        check("moons:noise=0", |x, y| (x.hypot(y) - 1.0).abs() > 1e-9);
    }

    #[test]
    fn both_classes_are_equally_many_and_mixed() {
        for data in ["circle:rows=501", "gauss", "spiral", "moons"] {
            let points = points(data);
            let n_ones = points.iter().filter(|point| point[2] == 1.0).count();
            assert_eq!(n_ones, points.len().div_ceil(2), "{data}");
            let early = points[..points.len() / 2].iter().filter(|point| point[2] == 1.0).count();
            assert!(early.abs_diff(points.len() / 4) < 40, "{data}: {early} in the first half");
        }
    }

    #[test]
    fn noise_in_the_circle_changes_classes_as_in_the_playground() {
        // At noise 0.5 the playground has 167 of 500 in class 1 instead of 250.
        let n_ones = points("circle:noise=0.5").iter().filter(|point| point[2] == 1.0).count();
        assert!(n_ones.abs_diff(167) < 35, "{n_ones}");
    }
}
