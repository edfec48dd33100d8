//! A model of one number: its answer as a curve over it, with the rows of data as points.

use super::field::answers;
use super::frame::{Axis, Frame, heading};
use super::marks::{Entry, drawn, legend, mark};
use super::palette::{self, hex};
use super::svg::{Point, Stroke, Svg};
use crate::Error;
use gradus::Model;
use gradus::data::{Target, Task};

/// Answers along the curve: more than the picture has pixels, so that steps look like steps.
const STEPS: usize = 2_000;
/// More curves than this cannot be told apart.
const MOST_CURVES: usize = 8;

/// The curve over `x`: the numbers as they are answered, or the probability of each class.
pub(super) fn curve(
    model: &Model,
    names: &[String],
    x: Axis,
    rows: Option<(&[Vec<f64>], &Target)>,
    title: &str,
) -> Result<String, Error> {
    let places: Vec<f64> =
        (0..=STEPS).map(|step| x.low + (x.high - x.low) * step as f64 / STEPS as f64).collect();
    let answers = answers(model, names, places.clone())?;
    let curves = model.names().len().min(MOST_CURVES);
    let is_class = model.task() == Task::Classification;
    let known = |row: usize, curve: usize| match rows {
        Some((_, Target::Values { values, .. } | Target::Labels { values, .. })) => values.row(row)[curve],
        _ => f64::NAN,
    };
    let n = rows.map_or(0, |(_, target)| target.rows());
    let y = match is_class {
        true => Axis::new(-0.05, 1.05, "probability"),
        false => {
            let targets = (0..n).flat_map(|row| (0..curves).map(move |curve| (row, curve)));
            let all = answers.as_slice().iter().copied().chain(targets.map(|(row, curve)| known(row, curve)));
            Axis::around(all, if curves == 1 { model.names()[0].as_str() } else { "answer" })
        }
    };
    let frame = Frame { corner: (78.0, 68.0), size: (560.0, 400.0), x, y };
    let mut svg = Svg::new(800.0, 530.0, title);
    frame.draw(&mut svg);
    svg.begin_clip("inside", frame.corner, frame.size);
    // A class is a mark on the line of its own certainty, and would vanish under it; many numbers would hide their curve.
    let points = |svg: &mut Svg| {
        if let Some((points, target)) = rows {
            draw_rows(svg, &frame, &points[0], target, curves);
        }
    };
    if !is_class {
        points(&mut svg);
    }
    for curve in 0..curves {
        let place = |(at, &x): (usize, &f64)| frame.place(x, answers.row(at)[curve]);
        let line: Vec<Point> = places.iter().enumerate().map(place).collect();
        svg.polyline(&line, &Stroke::new(&hex(palette::class(curve)), 2.0));
    }
    if is_class {
        points(&mut svg);
    }
    svg.end_clip();
    let mut entries = Vec::new();
    let colours: Vec<String> = (0..curves).map(|curve| hex(palette::class(curve))).collect();
    for (curve, colour) in colours.iter().enumerate() {
        entries.push(Entry::Line(Stroke::new(colour, 2.0), model.names()[curve].clone()));
        if n > 0 && !is_class {
            let name = format!("{} of the data", model.names()[curve]);
            entries.push(Entry::Mark(curve, palette::class(curve + 1), name));
        }
    }
    legend(&mut svg, (656.0, 82.0), &entries, 20);
    heading(&mut svg, frame.corner.0, title, "");
    Ok(svg.finish())
}

/// The rows of data at their places `x`, (n): classes at 1, numbers where they are.
fn draw_rows(svg: &mut Svg, frame: &Frame, x: &[f64], target: &Target, curves: usize) {
    for row in drawn(target.rows()) {
        match target {
            Target::Classes { codes, .. } => {
                let class = codes[row] as usize;
                mark(svg, class, frame.place(x[row], 1.0), palette::class(class));
            }
            Target::Values { values, .. } | Target::Labels { values, .. } => {
                for curve in 0..curves {
                    let colour = palette::tint(palette::class(curve + 1), 0.9);
                    mark(svg, curve, frame.place(x[row], values.row(row)[curve]), colour);
                }
            }
        }
    }
}
