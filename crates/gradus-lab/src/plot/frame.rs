//! A rectangle with two axes: from numbers to places in the picture, and the ticks, labels and title around it.

use super::palette::{FAINT, GRID, INK};
use super::svg::{Anchor, Font, Point, Stroke, Svg};

/// One axis.
#[derive(Clone, Debug)]
pub(super) struct Axis {
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) label: String,
    pub(super) logarithmic: bool,
}

/// Where the rectangle is, and what its axes mean.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    pub(super) corner: Point,
    pub(super) size: Point,
    pub(super) x: Axis,
    pub(super) y: Axis,
}

impl Axis {
    pub(super) fn new(low: f64, high: f64, label: &str) -> Self {
        Self { low, high, label: label.to_owned(), logarithmic: false }
    }

    /// From the smallest to the largest of `values`, with a little room; −1 to 1 where there is nothing finite.
    pub(super) fn around(values: impl Iterator<Item = f64>, label: &str) -> Self {
        let (low, high) = values
            .filter(|value| value.is_finite())
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
        if low > high {
            return Self::new(-1.0, 1.0, label);
        }
        let room = match (high - low) * 0.06 {
            0.0 => (low.abs() * 0.1).max(1e-9),
            room => room,
        };
        Self::new(low - room, high + room, label)
    }

    /// With room at both ends, in shares of its length.
    pub(super) fn widened(self, share: f64) -> Self {
        let room = share * (self.high - self.low);
        Self { low: self.low - room, high: self.high + room, ..self }
    }

    /// The share of the way from low to high.
    fn share(&self, value: f64) -> f64 {
        match self.logarithmic {
            true => libm::log(value / self.low) / libm::log(self.high / self.low),
            false => (value - self.low) / (self.high - self.low),
        }
    }

    /// Round numbers between the ends, about `wanted` of them.
    pub(super) fn ticks(&self, wanted: usize) -> Vec<f64> {
        if self.logarithmic {
            return self.decades(wanted);
        }
        let rough = (self.high - self.low) / wanted.max(1) as f64;
        if !(rough > 0.0 && rough.is_finite()) {
            return Vec::new();
        }
        let power = libm::pow(10.0, libm::log10(rough).floor());
        let step =
            power * [1.0, 2.0, 5.0, 10.0].into_iter().find(|step| step * power >= rough).unwrap_or(10.0);
        let first = (self.low / step).ceil();
        // Counting in steps keeps 0 exact where adding would leave 1e-17.
        (0..=2 * wanted)
            .map(|n| (first + n as f64) * step)
            .take_while(|tick| *tick <= self.high + 1e-9 * step)
            .collect()
    }

    fn decades(&self, wanted: usize) -> Vec<f64> {
        let (low, high) = (libm::log10(self.low).ceil() as i32, libm::log10(self.high).floor() as i32);
        let step = ((high - low) as usize / wanted.max(1) + 1) as i32;
        let mut ticks = Vec::new();
        for exponent in (low - 1..=high).filter(|exponent| (exponent - low).rem_euclid(step) == 0) {
            let minor: &[f64] = if high - low < 2 { &[1.0, 2.0, 5.0] } else { &[1.0] };
            ticks.extend(minor.iter().map(|digit| digit * libm::pow(10.0, f64::from(exponent))));
        }
        ticks.retain(|tick| (self.low..=self.high).contains(tick));
        ticks
    }
}

impl Frame {
    /// Where (x, y) lies in the picture.
    pub(super) fn place(&self, x: f64, y: f64) -> Point {
        (self.corner.0 + self.size.0 * self.x.share(x), self.corner.1 + self.size.1 * (1.0 - self.y.share(y)))
    }

    /// Grid, ticks, numbers and the names of both axes.
    pub(super) fn draw(&self, svg: &mut Svg) {
        let (left, top) = self.corner;
        let (right, bottom) = (left + self.size.0, top + self.size.1);
        let grid = Stroke::new(GRID, 1.0);
        for tick in self.x.ticks((self.size.0 / 90.0).max(4.0) as usize) {
            let (x, _) = self.place(tick, self.y.low);
            svg.line((x, top), (x, bottom), &grid);
            svg.text((x, bottom + 18.0), &number(tick), &Font::new(12.0, FAINT, Anchor::Middle));
        }
        for tick in self.y.ticks((self.size.1 / 55.0).max(5.0) as usize) {
            let (_, y) = self.place(self.x.low, tick);
            svg.line((left, y), (right, y), &grid);
            svg.text((left - 7.0, y + 4.0), &number(tick), &Font::new(12.0, FAINT, Anchor::End));
        }
        self.border(svg);
        self.names(svg);
    }

    pub(super) fn border(&self, svg: &mut Svg) {
        svg.rectangle(self.corner, self.size, "none", &Stroke::new("#9aa3ab", 1.0));
    }

    fn names(&self, svg: &mut Svg) {
        let (left, top) = self.corner;
        let font = Font::new(13.0, INK, Anchor::Middle);
        svg.text((left + self.size.0 / 2.0, top + self.size.1 + 40.0), &self.x.label, &font);
        let at = (left - 50.0, top + self.size.1 / 2.0);
        svg.text(at, &self.y.label, &Font { turned: -90.0, ..font });
    }
}

/// The heading of a picture, and a line below it that says what is what.
pub(super) fn heading(svg: &mut Svg, left: f64, title: &str, below: &str) {
    svg.text((left, 28.0), title, &Font::new(17.0, INK, Anchor::Start).bold());
    svg.text((left, 48.0), below, &Font::new(12.5, FAINT, Anchor::Start));
}

/// Few characters: `0.25`, `−3`, `1e−4`.
pub(super) fn number(value: f64) -> String {
    let size = value.abs();
    let text = match size {
        0.0 => "0".to_owned(),
        1e-3..1e5 => {
            let digits = (3 - size.log10().floor() as i32).clamp(0, 6);
            let text = format!("{value:.*}", digits as usize);
            match text.contains('.') {
                true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
                false => text,
            }
        }
        _ => {
            let text = format!("{value:.2e}");
            let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
            format!("{}e{exponent}", digits.trim_end_matches('0').trim_end_matches('.'))
        }
    };
    text.replace('-', "−")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round() {
        #[track_caller]
        fn check(low: f64, high: f64, logarithmic: bool, expected: &[&str]) {
            let axis = Axis { logarithmic, ..Axis::new(low, high, "") };
            let found: Vec<String> = axis.ticks(5).into_iter().map(number).collect();
            assert_eq!(found, expected);
        }
        check(0.0, 1.0, false, &["0", "0.2", "0.4", "0.6", "0.8", "1"]);
        check(-1.1, 1.1, false, &["−1", "−0.5", "0", "0.5", "1"]);
        check(0.0, 6.3, false, &["0", "2", "4", "6"]);
        check(1e-4, 2.0, true, &["1e−4", "0.001", "0.01", "0.1", "1"]);
        check(0.03, 0.6, true, &["0.05", "0.1", "0.2", "0.5"]);
        check(1.0, 1.0, false, &[]);
    }

    #[test]
    fn an_axis_has_room_and_is_never_empty() {
        let axis = Axis::around([1.0, 3.0, f64::NAN].into_iter(), "");
        assert_eq!((axis.low, axis.high), (1.0 - 0.12, 3.0 + 0.12));
        let one = Axis::around([5.0].into_iter(), "");
        assert!(one.low < 5.0 && one.high > 5.0);
        assert_eq!(Axis::around([].into_iter(), "").high, 1.0);
    }
}
