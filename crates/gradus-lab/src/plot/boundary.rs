//! What a model makes of its inputs: the colour of its answer everywhere, a line where the most probable class changes, the rows of data as points, and the line
//! w·x + b = 0 of each unit of the first layer, where that unit changes its mind.

use super::field::{answers, coordinates, variables};
use super::frame::{Axis, Frame, heading, number};
use super::half_plane::{crossing, tick};
use super::marks::{Entry, drawn, legend, mark};
use super::palette::{self, Colour, FAINT, INK, diverging};
use super::separator::Separator;
use super::svg::{Anchor, Font, Point, Stroke, Svg, shortened};
use super::{curve, png};
use crate::Error;
use gradus::data::{Dataset, Target, Task};
use gradus::{Matrix, Model};

/// Answers per side of the picture.
const PIXELS: usize = 240;
/// Rows that are so few get more room around them, in shares of what they reach, so that the line between them is seen.
const FEW_ROWS: usize = 16;
const ROOM_FOR_FEW: f64 = 0.25;
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
        axes.push(axis(range, at, name, names.len(), points.as_ref().map(|points| &points[at][..]))?);
    }
    let rows = points.as_deref().zip(data.map(|data| &data.target));
    match axes.len() {
        1 => curve::curve(model, &names, axes.swap_remove(0), rows, title),
        _ => map(model, &names, axes, rows, title),
    }
}

/// The axis of variable `at` out of `variables`: an end that is not given is where the data end.
fn axis(
    range: &Range,
    at: usize,
    name: &str,
    variables: usize,
    points: Option<&[f64]>,
) -> Result<Axis, Error> {
    let around = points.map(|points| match points.len() <= FEW_ROWS {
        true => Axis::around(points.iter().copied(), name).widened(ROOM_FOR_FEW),
        false => Axis::around(points.iter().copied(), name),
    });
    let end = |flag: &'static str, given: &Option<Vec<f64>>, reached: Option<f64>| match given {
        Some(ends) if ends.len() == variables => Ok(ends[at]),
        Some(ends) => Err(Error::RangeNumbers { flag, numbers: ends.len(), variables }),
        None => reached.ok_or(Error::NoRange { variables }),
    };
    let low = end("from", &range.from, around.as_ref().map(|axis| axis.low))?;
    let high = end("to", &range.to, around.as_ref().map(|axis| axis.high))?;
    match low < high && (high - low).is_finite() {
        true => Ok(Axis::new(low, high, name)),
        false => Err(Error::BadRange { variable: name.to_owned(), low, high }),
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
    let separator = Separator::of(model, names);
    let scale = Scale::of(model, &answers, rows.map(|(_, target)| target));
    let pixels = scale.pixels(&answers, separator.is_none() && matches!(scale, Scale::Classes(_)));
    svg.image(frame.corner, frame.size, &png::data_uri(PIXELS, &pixels));
    frame.draw(&mut svg);
    svg.begin_clip("inside", frame.corner, frame.size);
    let lines = match &separator {
        Some(separator) => Lines::Separator(separator.draw_line(&frame, &mut svg)),
        None => half_planes(model, names, &frame, &mut svg),
    };
    if let Some((points, target)) = rows {
        for row in drawn(target.rows()) {
            let (number, colour) = scale.point(target, row);
            mark(&mut svg, number, frame.place(points[0][row], points[1][row]), colour);
        }
    }
    if let Some(separator) = &separator {
        separator.name_sides(&frame, &mut svg);
    }
    svg.end_clip();
    frame.border(&mut svg);
    let lines = told(lines, rows.map(|(_, target)| target.rows()));
    let below = match scale {
        Scale::Classes(_) if separator.is_some() => lines,
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
        Lines::Separator(told) => told,
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
    /// The one line between two classes, with what is said about it.
    Separator(String),
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
            tick(svg, frame, start, end, [weights[0], weights[1]]);
            lines += 1;
        }
    }
    Lines::Drawn(lines)
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

    /// The colour of every pixel; with `edges`, dark where the most probable class is another one than beside it.
    fn pixels(&self, answers: &Matrix<f64>, edges: bool) -> Vec<Colour> {
        const LINE: Colour = [40, 40, 40];
        let winners: Vec<usize> = answers.iter_rows().map(winner).collect();
        let changes = |at: usize, other: usize| winners.get(other).is_some_and(|other| *other != winners[at]);
        let pixel = |(at, answer): (usize, &[f64])| {
            let beside = (at + 1) % PIXELS != 0 && changes(at, at + 1);
            match edges && (beside || changes(at, at + PIXELS)) {
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
