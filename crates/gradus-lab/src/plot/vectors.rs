//! The product w·x = |w| |x| cos θ, drawn: an acute angle gives a positive number, a right angle 0, an obtuse one a
//! negative number. Each pair stands there twice: as arrows from the origin, and as points with the line w·x = 0, on
//! whose positive side x lies where the product is positive.

use super::frame::{Axis, Frame, heading, number};
use super::palette::{BLUE, FAINT, INK, VERMILION};
use super::svg::{Anchor, Font, Point, Stroke, Svg};
use serde::Serialize;

/// Two vectors and what there is to say about them.
#[derive(Clone, Debug, Serialize)]
pub struct Pair {
    /// `acute angle`, `right angle`, `obtuse angle`.
    pub name: &'static str,
    /// The weights.
    pub w: [f64; 2],
    /// The inputs.
    pub x: [f64; 2],
    /// |w|
    pub w_length: f64,
    /// |x|
    pub x_length: f64,
    /// cos θ
    pub cosine: f64,
    /// θ in degrees.
    pub degrees: f64,
    /// w·x
    pub product: f64,
}

/// The same weights with three inputs: at an acute, a right and an obtuse angle to them.
pub fn pairs() -> [Pair; 3] {
    let w = [2.0, 1.0];
    [("acute angle", [1.0, 2.0]), ("right angle", [-1.0, 2.0]), ("obtuse angle", [-2.0, 0.5])]
        .map(|(name, x)| Pair::new(name, w, x))
}

impl Pair {
    fn new(name: &'static str, w: [f64; 2], x: [f64; 2]) -> Self {
        let product = w[0] * x[0] + w[1] * x[1];
        let (w_length, x_length) = (w[0].hypot(w[1]), x[0].hypot(x[1]));
        let cosine = product / (w_length * x_length);
        let degrees = libm::acos(cosine.clamp(-1.0, 1.0)).to_degrees();
        Self { name, w, x, w_length, x_length, cosine, degrees, product }
    }
}

/// The picture of the [`pairs`].
pub fn vectors() -> String {
    let title = "w·x = |w| |x| cos θ";
    let mut svg = Svg::new(930.0, 760.0, title);
    heading(
        &mut svg,
        24.0,
        title,
        "above as arrows from the origin; below as points, with the line w·x = 0 and its positive side shaded",
    );
    for (at, pair) in pairs().iter().enumerate() {
        let left = 60.0 + 295.0 * at as f64;
        svg.text((left, 84.0), pair.name, &Font::new(14.0, INK, Anchor::Start).bold());
        let frame = |top: f64| Frame {
            corner: (left, top),
            size: (240.0, 240.0),
            x: Axis::new(-3.0, 3.0, ""),
            y: Axis::new(-3.0, 3.0, ""),
        };
        arrows(&mut svg, &frame(96.0), pair);
        points(&mut svg, &frame(386.0), pair);
        told(&mut svg, (left, 674.0), pair);
    }
    svg.finish()
}

fn arrows(svg: &mut Svg, frame: &Frame, pair: &Pair) {
    frame.draw(svg);
    axes(svg, frame);
    angle(svg, frame, pair);
    for (vector, name, colour) in [(pair.w, "w", BLUE), (pair.x, "x", VERMILION)] {
        arrow(svg, frame.place(0.0, 0.0), frame.place(vector[0], vector[1]), colour);
        label(svg, frame, vector, name, colour);
    }
}

fn points(svg: &mut Svg, frame: &Frame, pair: &Pair) {
    frame.draw(svg);
    // The line w·x = 0 runs at a right angle to w; far enough both ways it leaves the frame.
    let [along, out] = [[-pair.w[1], pair.w[0]], pair.w].map(|v| [v[0] * 9.0, v[1] * 9.0]);
    let at = |x: f64, y: f64| frame.place(x, y);
    let (start, end) = (at(-along[0], -along[1]), at(along[0], along[1]));
    svg.begin_clip(&format!("panel{}", frame.corner.0 as i64), frame.corner, frame.size);
    let half =
        [start, end, at(along[0] + out[0], along[1] + out[1]), at(out[0] - along[0], out[1] - along[1])];
    svg.polygon(&half, "#0072b220", &Stroke::new("none", 0.0));
    svg.line(start, end, &Stroke::new(INK, 1.4).dashed("6 4"));
    svg.end_clip();
    axes(svg, frame);
    for (vector, name, colour) in [(pair.w, "w", BLUE), (pair.x, "x", VERMILION)] {
        svg.circle(at(vector[0], vector[1]), 5.0, colour, &Stroke::new("#ffffff", 1.0));
        label(svg, frame, vector, name, colour);
    }
}

fn axes(svg: &mut Svg, frame: &Frame) {
    let stroke = Stroke::new("#7b858e", 1.2);
    svg.line(frame.place(-3.0, 0.0), frame.place(3.0, 0.0), &stroke);
    svg.line(frame.place(0.0, -3.0), frame.place(0.0, 3.0), &stroke);
}

/// An arc from w to x about the origin.
fn angle(svg: &mut Svg, frame: &Frame, pair: &Pair) {
    let from = libm::atan2(pair.w[1], pair.w[0]);
    let arc = |share: f64, radius: f64| {
        let turned = from + share * pair.degrees.to_radians();
        frame.place(radius * libm::cos(turned), radius * libm::sin(turned))
    };
    let points: Vec<Point> = (0..=40).map(|at| arc(f64::from(at) / 40.0, 0.7)).collect();
    svg.polyline(&points, &Stroke::new(FAINT, 1.3));
    let (x, y) = arc(0.5, 1.05);
    svg.text((x, y + 4.0), "θ", &Font::new(13.0, FAINT, Anchor::Middle));
}

fn arrow(svg: &mut Svg, from: Point, to: Point, colour: &str) {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let length = dx.hypot(dy).max(1e-9);
    let (ux, uy) = (dx / length, dy / length);
    let neck = (to.0 - 11.0 * ux, to.1 - 11.0 * uy);
    svg.line(from, neck, &Stroke::new(colour, 2.6));
    let head = [to, (neck.0 - 5.0 * uy, neck.1 + 5.0 * ux), (neck.0 + 5.0 * uy, neck.1 - 5.0 * ux)];
    svg.polygon(&head, colour, &Stroke::new(colour, 0.5));
}

/// The name beyond the tip, away from the origin.
fn label(svg: &mut Svg, frame: &Frame, vector: [f64; 2], name: &str, colour: &str) {
    let length = vector[0].hypot(vector[1]).max(1e-9);
    let beyond = 1.0 + 0.33 / length;
    let (x, y) = frame.place(vector[0] * beyond, vector[1] * beyond);
    svg.text((x, y + 5.0), name, &Font::new(15.0, colour, Anchor::Middle).bold().with_halo());
}

fn told(svg: &mut Svg, (left, top): Point, pair: &Pair) {
    let vector = |v: [f64; 2]| format!("({}, {})", number(v[0]), number(v[1]));
    let two = |value: f64| number((value * 1e4).round() / 1e4);
    let lines = [
        format!("w = {}, |w| = {}", vector(pair.w), two(pair.w_length)),
        format!("x = {}, |x| = {}", vector(pair.x), two(pair.x_length)),
        format!("cos θ = {}, θ = {}°", two(pair.cosine), number((pair.degrees * 10.0).round() / 10.0)),
        format!("w·x = {}", two(pair.product)),
    ];
    for (at, line) in lines.iter().enumerate() {
        let font = Font::new(13.0, INK, Anchor::Start);
        let font = if at == 3 { font.bold() } else { font };
        svg.text((left, top + 19.0 * at as f64), line, &font);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: (2, 1)·(1, 2) = 4 with lengths √5, (2, 1)·(−1, 2) = 0, (2, 1)·(−2, ½) = −3½.
    #[test]
    fn the_products_are_those_of_the_angle() {
        let [acute, right, obtuse] = pairs();
        assert_eq!((acute.product, right.product, obtuse.product), (4.0, 0.0, -3.5));
        assert!((acute.cosine - 0.8).abs() < 1e-15 && right.degrees == 90.0 && obtuse.degrees > 90.0);
        assert!(vectors().contains("w·x = −3.5"));
    }
}
