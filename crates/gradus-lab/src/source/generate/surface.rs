//! Heights over a plane, to be learned as numbers: the two regression sets of TensorFlow Playground, with our own random numbers.
//! x1 and x2 are uniform in [−6, 6); noise (0 to 0.5) shifts where the height is taken, not the point.

use super::shapes::{multi_gauss, plane, surface_point};
use super::{Common, shuffled};
use crate::Error;
use gradus::data::Column;
use gradus::settings::Settings;

/// A surface.
#[derive(Clone, Copy, Debug)]
pub(super) struct Surface {
    common: Common,
    height: fn(f64, f64) -> f64,
}

impl Surface {
    #[inline(never)] // a page fetches it when it needs it
    pub(super) fn take(settings: &mut Settings<'_>) -> Result<Self, Error> {
        let height = if settings.name == "plane" { plane } else { multi_gauss };
        Ok(Self { common: Common::take(settings, 1200, 0.0)?, height })
    }

    /// x1, x2 and y, (rows) each.
    #[inline(never)] // a page fetches it when it needs it
    pub(super) fn columns(&self) -> Vec<Column> {
        let mut random = self.common.random();
        let point = |_| surface_point(self.height, self.common.noise, &mut random);
        let points = (0..self.common.rows).map(point).collect();
        shuffled(points, "y", &mut random)
    }
}
