//! The line w·x + b = 0 of a unit within a frame: where it runs, and which of its sides is the positive one.

use super::frame::Frame;
use super::palette::INK;
use super::svg::{Point, Stroke, Svg};

/// Where the line w·x + b = 0 enters and leaves the frame, in the units of its axes.
pub(super) fn crossing(frame: &Frame, weights: [f64; 2], bias: f64) -> Option<[Point; 2]> {
    let (x, y) = (&frame.x, &frame.y);
    let mut found: Vec<Point> = Vec::new();
    for edge in [x.low, x.high] {
        let at = -(weights[0] * edge + bias) / weights[1];
        if (y.low..=y.high).contains(&at) {
            found.push((edge, at));
        }
    }
    for edge in [y.low, y.high] {
        let at = -(weights[1] * edge + bias) / weights[0];
        if (x.low..=x.high).contains(&at) {
            found.push((at, edge));
        }
    }
    // A line through a corner is found on both of its sides.
    let first = *found.first()?;
    let far = |p: &Point| ((p.0 - first.0) / (x.high - x.low)).hypot((p.1 - first.1) / (y.high - y.low));
    let last = *found.iter().max_by(|a, b| far(a).total_cmp(&far(b)))?;
    (far(&last) > 1e-9).then_some([first, last])
}

/// The direction of length 1 in the picture, at right angles to the line from `start` to `end`, in which w·x + b grows.
pub(super) fn normal_to_positive(frame: &Frame, start: Point, end: Point, weights: [f64; 2]) -> Point {
    let (dx, dy) = (end.0 - start.0, end.1 - start.1);
    let length = dx.hypot(dy).max(1e-9);
    let normal = (-dy / length, dx / length);
    // A step along the normal in the picture, in the units of the axes: does it lead to the positive side?
    let step_x = normal.0 * (frame.x.high - frame.x.low) / frame.size.0;
    let step_y = -normal.1 * (frame.y.high - frame.y.low) / frame.size.1;
    let sign = if weights[0] * step_x + weights[1] * step_y >= 0.0 { 1.0 } else { -1.0 };
    (sign * normal.0, sign * normal.1)
}

/// A tick from near an end of the line, where fewer others cross, to the side on which w·x + b is positive.
pub(super) fn tick(svg: &mut Svg, frame: &Frame, start: Point, end: Point, weights: [f64; 2]) {
    let foot = (start.0 + 0.12 * (end.0 - start.0), start.1 + 0.12 * (end.1 - start.1));
    let normal = normal_to_positive(frame, start, end, weights);
    svg.line(foot, (foot.0 + 9.0 * normal.0, foot.1 + 9.0 * normal.1), &Stroke::new(INK, 1.6));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::frame::Axis;

    #[test]
    fn a_line_is_clipped_to_the_frame() {
        #[track_caller]
        fn check(weights: [f64; 2], bias: f64, expected: Option<[Point; 2]>) {
            let axis = || Axis::new(-1.0, 1.0, "");
            let frame = Frame { corner: (0.0, 0.0), size: (10.0, 10.0), x: axis(), y: axis() };
            assert_eq!(crossing(&frame, weights, bias), expected);
        }
        check([1.0, 0.0], 0.0, Some([(0.0, -1.0), (0.0, 1.0)]));
        check([0.0, 2.0], -1.0, Some([(-1.0, 0.5), (1.0, 0.5)]));
        check([1.0, 1.0], 0.0, Some([(-1.0, 1.0), (1.0, -1.0)]));
        check([1.0, 1.0], 5.0, None);
        check([0.0, 0.0], 1.0, None);
    }

    /// The picture's y grows downwards: the positive side of x₂ = 0 is above it, whichever way the line runs.
    #[test]
    fn the_positive_side_is_where_the_sum_grows() {
        let axis = || Axis::new(-1.0, 1.0, "");
        let frame = Frame { corner: (0.0, 0.0), size: (10.0, 10.0), x: axis(), y: axis() };
        let ends = [(0.0, 5.0), (10.0, 5.0)];
        for (weights, expected) in [([0.0, 1.0], (0.0, -1.0)), ([0.0, -2.0], (0.0, 1.0))] {
            assert_eq!(normal_to_positive(&frame, ends[0], ends[1], weights), expected);
            assert_eq!(normal_to_positive(&frame, ends[1], ends[0], weights), expected);
        }
    }
}
