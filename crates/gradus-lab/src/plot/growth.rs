//! How a quantity changes while another grows by orders of magnitude: lines over a logarithmic axis.

use super::frame::{Axis, Frame, heading};
use super::marks::{Entry, legend};
use super::palette::{class, hex};
use super::svg::{Point, Stroke, Svg};
use serde::Deserialize;

/// What to draw.
#[derive(Clone, Debug, Deserialize)]
pub struct Growth {
    /// The heading.
    pub title: String,
    /// What stands small below it.
    pub remark: String,
    /// What grows.
    pub x: String,
    /// What is measured.
    pub y: String,
    /// The lines.
    pub lines: Vec<Line>,
}

/// One line.
#[derive(Clone, Debug, Deserialize)]
pub struct Line {
    /// Its name in the legend.
    pub name: String,
    /// Lines of one group have one colour.
    pub group: usize,
    /// Whether it is broken, to tell it from another of its group.
    pub dashed: bool,
    /// (x, y), x above 0 and ascending.
    pub points: Vec<(f64, f64)>,
}

/// Lines over a logarithmic axis; the other is logarithmic too where the values differ by more than ten times, and begins
/// at 0 where they do not.
pub fn growth(picture: &Growth) -> String {
    let points = || picture.lines.iter().flat_map(|line| &line.points);
    let frame = Frame {
        corner: (78.0, 68.0),
        size: (560.0, 380.0),
        x: logarithmic(points().map(|point| point.0), 1.15, &picture.x),
        y: value_axis(points().map(|point| point.1), &picture.y),
    };
    let mut svg = Svg::new(810.0, 510.0, &picture.title);
    frame.draw(&mut svg);
    let mut entries = Vec::new();
    let colours: Vec<String> = picture.lines.iter().map(|line| hex(class(line.group))).collect();
    for (line, colour) in picture.lines.iter().zip(&colours) {
        let stroke = Stroke::new(colour, 2.0);
        let stroke = if line.dashed { stroke.dashed("7 3") } else { stroke };
        let places: Vec<Point> = line.points.iter().map(|&(x, y)| frame.place(x, y)).collect();
        svg.polyline(&places, &stroke);
        for place in places {
            svg.circle(place, 3.0, colour, &Stroke::new("#ffffff", 0.8));
        }
        entries.push(Entry::Line(stroke, line.name.clone()));
    }
    legend(&mut svg, (656.0, 82.0), &entries, 12);
    heading(&mut svg, frame.corner.0, &picture.title, &picture.remark);
    svg.finish()
}

/// From 0 or, where the values differ much, logarithmic.
fn value_axis(values: impl Iterator<Item = f64> + Clone, label: &str) -> Axis {
    let (low, high) = ends(values.clone());
    match high > 10.0 * low {
        true => logarithmic(values, 1.3, label),
        false => Axis::new(0.0, high * 1.1, label),
    }
}

/// From the smallest to the largest of `values`, with `room` times more at both ends.
fn logarithmic(values: impl Iterator<Item = f64>, room: f64, label: &str) -> Axis {
    let (low, high) = ends(values);
    Axis { logarithmic: true, ..Axis::new(low / room, high * room, label) }
}

/// The smallest and the largest number above 0; 1 and 10 where there is none.
fn ends(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (low, high) = values
        .filter(|value| *value > 0.0 && value.is_finite())
        .fold((f64::INFINITY, 0.0_f64), |(low, high), value| (low.min(value), high.max(value)));
    if low > high { (1.0, 10.0) } else { (low, high) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(points: &[(f64, f64)]) -> Line {
        Line { name: "a < b".to_owned(), group: 0, dashed: true, points: points.to_vec() }
    }

    #[test]
    fn the_value_axis_begins_at_zero_unless_values_differ_much() {
        #[track_caller]
        fn check(values: &[f64], logarithmic: bool, low: f64) {
            let axis = value_axis(values.iter().copied(), "");
            assert_eq!((axis.logarithmic, axis.low), (logarithmic, low), "{values:?}");
        }
        check(&[5.0, 10.0], false, 0.0);
        check(&[1.3, 100.0], true, 1.0);
        check(&[0.0, f64::NAN, 2.0], false, 0.0);
        check(&[], false, 0.0);
    }

    #[test]
    fn every_line_is_drawn_and_named() {
        let lines = vec![line(&[(1.0, 2.0), (10.0, 3.0)]), line(&[(1.0, 4.0)]), line(&[])];
        let [title, remark, x, y] = ["t", "r", "rows", "s"].map(str::to_owned);
        let svg = growth(&Growth { title, remark, x, y, lines });
        let counts =
            ["<polyline", "<circle", "a &lt; b", "stroke-dasharray"].map(|part| svg.matches(part).count());
        assert_eq!(counts, [1, 3, 3, 4], "{svg}");
    }
}
