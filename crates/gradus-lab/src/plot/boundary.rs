//! What a model makes of its inputs: the colour of its answer everywhere, a line where the most probable class changes, the rows of data as points, and the line
//! w·x + b = 0 of each unit of the first layer, where that unit changes its mind.

use super::field::{answers, coordinates, variables};
use super::frame::{Axis, Frame, heading, number};
use super::marks::{Entry, drawn, legend, mark};
use super::palette::{self, Colour, FAINT, INK, diverging};
use super::svg::{Anchor, Font, Point, Stroke, Svg, shortened};
use super::{curve, png};
use crate::Error;
use gradus::data::{Dataset, Target, Task};
use gradus::{Matrix, Model};

/// Answers per side of the picture.
const PIXELS: usize = 240;
/// More lines than this make a net that nobody reads.
const MOST_LINES: usize = 32;

/// The part of the inputs to show: lower and upper end of each, (variables).
#[derive(Clone, Debug, Default)]
pub struct Range {
    /// The lower ends; where there are none, what the data reach.
    pub from: Option<Vec<f64>>,
    /// The upper ends.
    pub to: Option<Vec<f64>>,
}

/// The picture of `model`, which reads one number (its curve) or two (a map), with `data` as points.
///
/// # Errors
/// If the model reads more than two numbers or words, the range does not fit it, or neither data nor range are given.
pub fn boundary(model: &Model, data: Option<&Dataset>, range: &Range, title: &str) -> Result<String, Error> {
    let names = variables(model)?;
    let points = data.map(|data| coordinates(&data.inputs, &names));
    let mut axes = Vec::new();
    for (at, name) in names.iter().enumerate() {
        let ends = [&range.from, &range.to].map(|ends| ends.as_ref().map(|ends| ends.get(at).copied()));
        axes.push(match (ends, &points) {
            ([Some(Some(low)), Some(Some(high))], _) if low < high && (high - low).is_finite() => {
                Axis::new(low, high, name)
            }
            ([None, None], Some(points)) => Axis::around(points[at].iter().copied(), name),
            ([None, None], None) => return Err(Error::NoRange { variables: names.len() }),
            _ => return Err(Error::BadRange { variables: names.len() }),
        });
    }
    let rows = points.as_deref().zip(data.map(|data| &data.target));
    match axes.len() {
        1 => curve::curve(model, &names, axes.swap_remove(0), rows, title),
        _ => map(model, &names, axes, rows, title),
    }
}

fn map(
    model: &Model,
    names: &[String],
    mut axes: Vec<Axis>,
    rows: Option<(&[Vec<f64>], &Target)>,
    title: &str,
) -> Result<String, Error> {
    let (y, x) = (axes.remove(1), axes.remove(0));
    let frame = Frame { corner: (72.0, 68.0), size: (520.0, 520.0), x, y };
    let mut svg = Svg::new(800.0, 650.0, title);
    let answers = answers(model, names, grid(&frame))?;
    let scale = Scale::of(model, &answers, rows.map(|(_, target)| target));
    let pixels = scale.pixels(&answers);
    svg.image(frame.corner, frame.size, &png::data_uri(PIXELS, &pixels));
    frame.draw(&mut svg);
    svg.begin_clip("inside", frame.corner, frame.size);
    let lines = half_planes(model, names, &frame, &mut svg);
    if let Some((points, target)) = rows {
        for row in drawn(target.rows()) {
            let (number, colour) = scale.point(target, row);
            mark(&mut svg, number, frame.place(points[0][row], points[1][row]), colour);
        }
    }
    svg.end_clip();
    frame.border(&mut svg);
    let lines = told(lines, rows.map(|(_, target)| target.rows()));
    let below = match scale {
        Scale::Classes(_) if lines.is_empty() => "dark: where the class changes".to_owned(),
        Scale::Classes(_) => format!("dark: where the class changes; {lines}"),
        Scale::Numbers { .. } => lines,
    };
    heading(&mut svg, frame.corner.0, title, &below);
    scale.legend(&mut svg, (frame.corner.0 + frame.size.0 + 22.0, frame.corner.1 + 14.0));
    Ok(svg.finish())
}

/// The middle of every pixel, row after row from the top, (pixels², 2).
fn grid(frame: &Frame) -> Vec<f64> {
    let along = |axis: &Axis, share: f64| axis.low + (axis.high - axis.low) * share;
    let share = |at: usize| (at as f64 + 0.5) / PIXELS as f64;
    let pixels = (0..PIXELS * PIXELS).map(|pixel| (pixel % PIXELS, pixel / PIXELS));
    pixels.flat_map(|(x, y)| [along(&frame.x, share(x)), along(&frame.y, 1.0 - share(y))]).collect()
}

fn told(lines: Lines, rows: Option<usize>) -> String {
    let lines = match lines {
        Lines::Drawn(0) | Lines::Bent => String::new(),
        Lines::Drawn(1) => {
            "dashed: where w·x + b = 0 for the unit of the first layer, the tick on its positive side"
                .to_owned()
        }
        Lines::Drawn(n) => {
            format!("dashed: w·x + b = 0 for {n} units of the first layer, tick on the positive side")
        }
        Lines::TooMany(n) => format!("the lines of the {n} units of the first layer are too many to draw"),
    };
    match rows.filter(|rows| *rows > super::marks::MOST_POINTS) {
        Some(rows) if lines.is_empty() => format!("{} of {rows} rows", super::marks::MOST_POINTS),
        Some(rows) => format!("{} of {rows} rows; {lines}", super::marks::MOST_POINTS),
        None => lines,
    }
}

/// What has become of the lines of the first layer.
enum Lines {
    Drawn(usize),
    TooMany(usize),
    /// The inputs are not the columns themselves, so that w·x + b = 0 is no line in the picture.
    Bent,
}

/// The line of each unit of the first layer, in the data's own units.
fn half_planes(model: &Model, names: &[String], frame: &Frame, svg: &mut Svg) -> Lines {
    if model.prep.input_names() != names {
        return Lines::Bent;
    }
    let network = model.network.cast::<f64>();
    let layer = network.layer(0);
    if layer.biases.len() > MOST_LINES {
        return Lines::TooMany(layer.biases.len());
    }
    let stroke = Stroke { opacity: 0.75, ..Stroke::new(INK, 1.3).dashed("6 4") };
    let mut lines = 0;
    for (unit, &bias) in layer.biases.iter().enumerate() {
        let weights = [layer.weights.get(unit, 0), layer.weights.get(unit, 1)];
        let (weights, bias) = model.prep.in_own_units(&weights, bias);
        if let Some([from, to]) = crossing(frame, [weights[0], weights[1]], bias) {
            let [start, end] = [from, to].map(|(x, y)| frame.place(x, y));
            svg.line(start, end, &stroke);
            side(svg, frame, start, end, &weights);
            lines += 1;
        }
    }
    Lines::Drawn(lines)
}

/// Where the line w·x + b = 0 enters and leaves the frame, in the units of its axes.
fn crossing(frame: &Frame, weights: [f64; 2], bias: f64) -> Option<[Point; 2]> {
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

/// A tick from near an end of the line, where fewer others cross, to the side on which w·x + b is positive.
fn side(svg: &mut Svg, frame: &Frame, start: Point, end: Point, weights: &[f64]) {
    let (dx, dy) = (end.0 - start.0, end.1 - start.1);
    let foot = (start.0 + 0.12 * dx, start.1 + 0.12 * dy);
    let length = dx.hypot(dy).max(1e-9);
    let normal = (-dy / length, dx / length);
    // A step along the normal in the picture, in the units of the axes: does it lead to the positive side?
    let step_x = normal.0 * (frame.x.high - frame.x.low) / frame.size.0;
    let step_y = -normal.1 * (frame.y.high - frame.y.low) / frame.size.1;
    let sign = if weights[0] * step_x + weights[1] * step_y >= 0.0 { 9.0 } else { -9.0 };
    let tip = (foot.0 + sign * normal.0, foot.1 + sign * normal.1);
    svg.line(foot, tip, &Stroke::new(INK, 1.6));
}

/// The place of the largest of `answer`, the first of equals.
fn winner(answer: &[f64]) -> usize {
    (0..answer.len()).rev().max_by(|&a, &b| answer[a].total_cmp(&answer[b])).unwrap_or(0)
}

/// From answers to colours: a class each, or a scale of numbers.
enum Scale {
    Classes(Vec<String>),
    Numbers { name: String, low: f64, high: f64 },
}

impl Scale {
    fn of(model: &Model, answers: &Matrix<f64>, target: Option<&Target>) -> Self {
        if model.task() == Task::Classification {
            return Self::Classes(model.names().to_vec());
        }
        let known: Vec<f64> = match target {
            Some(Target::Values { values, .. } | Target::Labels { values, .. }) => {
                values.iter_rows().map(|row| row[0]).collect()
            }
            Some(Target::Classes { .. }) | None => Vec::new(),
        };
        let all = answers.iter_rows().map(|row| row[0]).chain(known).filter(|value| value.is_finite());
        let (low, high) =
            all.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
        let name = model.names().first().cloned().unwrap_or_default();
        Self::Numbers { name, low, high: if high > low { high } else { low + 1.0 } }
    }

    /// The colour of every pixel, dark where the most probable class is another one than beside it.
    fn pixels(&self, answers: &Matrix<f64>) -> Vec<Colour> {
        const LINE: Colour = [40, 40, 40];
        let winners: Vec<usize> = answers.iter_rows().map(winner).collect();
        let changes = |at: usize, other: usize| winners.get(other).is_some_and(|other| *other != winners[at]);
        let pixel = |(at, answer): (usize, &[f64])| {
            let beside = (at + 1) % PIXELS != 0 && changes(at, at + 1);
            match matches!(self, Self::Classes(_)) && (beside || changes(at, at + PIXELS)) {
                true => LINE,
                false => self.area(answer),
            }
        };
        answers.iter_rows().enumerate().map(pixel).collect()
    }

    /// The colour of an answer: the tints of the classes by their probability, or a place between low and high.
    fn area(&self, answer: &[f64]) -> Colour {
        match self {
            Self::Classes(_) => {
                let mut sum = [0.0; 3];
                for (class, probability) in answer.iter().enumerate() {
                    let tint = palette::tint(palette::class(class), 0.45);
                    sum.iter_mut()
                        .zip(tint)
                        .for_each(|(sum, channel)| *sum += probability * f64::from(channel));
                }
                sum.map(|channel| channel.round() as u8)
            }
            Self::Numbers { low, high, .. } => diverging(2.0 * (answer[0] - low) / (high - low) - 1.0),
        }
    }

    /// The mark and the colour of a row.
    fn point(&self, target: &Target, row: usize) -> (usize, Colour) {
        match (self, target) {
            (Self::Classes(names), Target::Classes { codes, names: own, .. }) => {
                let name = own.get(codes[row] as usize);
                let class = names.iter().position(|known| Some(known) == name).unwrap_or(0);
                (class, palette::class(class))
            }
            (_, Target::Values { values, .. } | Target::Labels { values, .. }) => {
                (0, palette::mix(self.area(values.row(row)), [0, 0, 0], 0.12))
            }
            (Self::Numbers { .. }, Target::Classes { .. }) => (0, [0, 0, 0]),
        }
    }

    fn legend(&self, svg: &mut Svg, (left, top): Point) {
        match self {
            Self::Classes(names) => {
                let entry = |(at, name): (usize, &String)| Entry::Mark(at, palette::class(at), name.clone());
                let entries: Vec<Entry<'_>> = names.iter().enumerate().map(entry).collect();
                legend(svg, (left, top), &entries, 24);
            }
            Self::Numbers { name, low, high } => {
                svg.text((left, top), &shortened(name, 20), &Font::new(13.0, INK, Anchor::Start));
                let (steps, height) = (64, 200.0);
                let colours: Vec<Colour> =
                    (0..steps).map(|at| diverging(1.0 - 2.0 * at as f64 / (steps - 1) as f64)).collect();
                svg.image((left, top + 14.0), (18.0, height), &png::data_uri(1, &colours));
                for (share, value) in [(0.0, *high), (0.5, (low + high) / 2.0), (1.0, *low)] {
                    let y = top + 14.0 + share * height + 4.0;
                    svg.text((left + 25.0, y), &number(value), &Font::new(12.0, FAINT, Anchor::Start));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
