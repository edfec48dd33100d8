//! Heights over a plane, to be learned as numbers: the two regression sets of TensorFlow Playground, with our own random numbers.
//! x1 and x2 are uniform in [−6, 6); noise (0 to 0.5) shifts where the height is taken, not the point.

use super::{Common, shuffled};
use crate::Error;
use gradus::data::Column;
use gradus::settings::Settings;

const REACH: f64 = 6.0;

/// (x1, x2, height) of the tops of the hills and the bottoms of the hollows.
const HILLS: [[f64; 3]; 6] = [
    [-4.0, 2.5, 1.0],
    [0.0, 2.5, -1.0],
    [4.0, 2.5, 1.0],
    [-4.0, -2.5, -1.0],
    [0.0, -2.5, 1.0],
    [4.0, -2.5, -1.0],
];

/// A surface.
#[derive(Clone, Copy, Debug)]
pub(super) struct Surface {
    common: Common,
    height: fn(f64, f64) -> f64,
}

impl Surface {
    pub(super) fn take(settings: &mut Settings<'_>) -> Result<Self, Error> {
        let height = if settings.name == "plane" { plane } else { multi_gauss };
        Ok(Self { common: Common::take(settings, 1200, 0.0)?, height })
    }

    /// x1, x2 and y, (rows) each.
    pub(super) fn columns(&self) -> Vec<Column> {
        let mut random = self.common.random();
        let mut points = Vec::with_capacity(self.common.rows);
        for _ in 0..self.common.rows {
            let mut uniform = || random.uniform_in(-REACH, REACH);
            let (x, y) = (uniform(), uniform());
            let (shift_x, shift_y) = (self.common.noise * uniform(), self.common.noise * uniform());
            points.push([x, y, (self.height)(x + shift_x, y + shift_y)]);
        }
        shuffled(points, "y", &mut random)
    }
}

fn plane(x: f64, y: f64) -> f64 {
    (x + y) / 10.0
}

/// Of the six cones, each of radius 2, the one that reaches furthest from 0 here.
fn multi_gauss(x: f64, y: f64) -> f64 {
    let cone = |[x0, y0, height]: [f64; 3]| {
        let distance = ((x - x0).powi(2) + (y - y0).powi(2)).sqrt();
        height * (1.0 - distance / 2.0).max(0.0)
    };
    HILLS
        .into_iter()
        .map(cone)
        .fold(0.0, |furthest: f64, z| if z.abs() > furthest.abs() { z } else { furthest })
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
