//! A curve over one input: y = sin x + noise · ε with ε normal, x uniform in [−π c, π c) for c cycles.

use super::{Common, numbers};
use crate::Error;
use gradus::data::Column;
use gradus::settings::Settings;
use std::f64::consts::PI;

/// Points about a sine.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sine {
    common: Common,
    cycles: f64,
}

impl Sine {
    #[inline(never)] // a page fetches it when it needs it
    pub(super) fn take(settings: &mut Settings<'_>) -> Result<Self, Error> {
        let common = Common::take(settings, 500, 0.1)?;
        let is_count = |cycles: f64| cycles > 0.0 && cycles <= 100.0;
        let cycles = settings.take_within("cycles", 1.0, is_count, "above 0, at most 100")?;
        Ok(Self { common, cycles })
    }

    /// x and y, (rows) each.
    #[inline(never)] // a page fetches it when it needs it
    pub(super) fn columns(&self) -> Vec<Column> {
        let mut random = self.common.random();
        let reach = PI * self.cycles;
        let points = (0..self.common.rows).map(|_| {
            let x = random.uniform_in(-reach, reach);
            (x, libm::sin(x) + self.common.noise * random.normal())
        });
        let (x, y) = points.unzip();
        vec![numbers("x", x), numbers("y", y)]
    }
}
