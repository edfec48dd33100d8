//! What stands for a row of data, and the legend that says so.

use super::palette::{Colour, INK, hex};
use super::svg::{Anchor, Font, Point, Stroke, Svg, shortened};

/// More points than this hide each other: an even share of them is drawn.
pub(super) const MOST_POINTS: usize = 1_500;

/// The place of every point that is drawn, out of `n`.
pub(super) fn drawn(n: usize) -> impl Iterator<Item = usize> {
    let drawn = n.min(MOST_POINTS);
    (0..drawn).map(move |at| at * n / drawn.max(1))
}

/// A mark of class `number`: circle, square, triangle, diamond, so that colour is not all that tells classes apart.
pub(super) fn mark(svg: &mut Svg, number: usize, (x, y): Point, colour: Colour) {
    let (fill, edge) = (hex(colour), Stroke::new("#ffffff", 0.8));
    match number % 4 {
        0 => svg.circle((x, y), 4.0, &fill, &edge),
        1 => svg.rectangle((x - 3.5, y - 3.5), (7.0, 7.0), &fill, &edge),
        2 => svg.polygon(&[(x, y - 4.8), (x + 4.5, y + 3.4), (x - 4.5, y + 3.4)], &fill, &edge),
        _ => svg.polygon(&[(x, y - 5.0), (x + 5.0, y), (x, y + 5.0), (x - 5.0, y)], &fill, &edge),
    }
}

/// A line of a legend: what is drawn, and what it stands for.
pub(super) enum Entry<'a> {
    /// A mark of a class.
    Mark(usize, Colour, String),
    /// A line.
    Line(Stroke<'a>, String),
}

/// A legend downwards from `corner`, no more than `most` entries.
pub(super) fn legend(svg: &mut Svg, (left, top): Point, entries: &[Entry<'_>], most: usize) {
    let font = Font::new(12.5, INK, Anchor::Start);
    for (at, entry) in entries.iter().take(most).enumerate() {
        let y = top + 20.0 * at as f64;
        let text = match entry {
            Entry::Mark(number, colour, text) => {
                mark(svg, *number, (left + 9.0, y - 4.0), *colour);
                text
            }
            Entry::Line(stroke, text) => {
                svg.line((left, y - 4.0), (left + 20.0, y - 4.0), stroke);
                text
            }
        };
        svg.text((left + 27.0, y), &shortened(text, 20), &font);
    }
    if entries.len() > most {
        let y = top + 20.0 * most as f64;
        svg.text((left, y), &format!("and {} more", entries.len() - most), &font);
    }
}
