//! Accuracy on the training and the test part against the epochs, for several runs on the same data.

use super::frame::{Axis, Frame, heading, number};
use super::marks::{Entry, legend};
use super::palette::{self, FAINT, hex};
use super::svg::{Anchor, Font, Point, Stroke, Svg};
use crate::experiment::random_labels::{Outcome, Run, run_name};

/// Curves of more epochs than this are told by their logarithm: the first ones matter most.
const MANY_EPOCHS: usize = 30;

/// The picture of `outcome`: one colour for each run, the training part whole, the test part dashed.
pub fn accuracy(outcome: &Outcome, fraction: f64, title: &str) -> String {
    let epochs = outcome.runs.iter().map(|run| run.epochs).max().unwrap_or(1).max(2);
    let logarithmic = epochs > MANY_EPOCHS;
    let name = if logarithmic { "epoch (logarithmic)" } else { "epoch" };
    let x = Axis { logarithmic, ..Axis::new(1.0, epochs as f64, name) };
    let y = Axis::new(0.0, 1.03, "accuracy");
    let frame = Frame { corner: (78.0, 68.0), size: (560.0, 400.0), x, y };
    let mut svg = Svg::new(850.0, 530.0, title);
    frame.draw(&mut svg);
    guess(&mut svg, &frame, outcome);
    let colours: Vec<String> = (0..outcome.runs.len()).map(|at| hex(palette::class(at))).collect();
    let mut entries = Vec::new();
    for (run, colour) in outcome.runs.iter().zip(&colours) {
        let (training, test) = (Stroke::new(colour, 2.2), Stroke::new(colour, 2.0).dashed("6 4"));
        draw(&mut svg, &frame, run, &training, |point| point.train_accuracy);
        draw(&mut svg, &frame, run, &test, |point| point.test_accuracy);
        entries.push(Entry::Line(training, run_name(run, fraction)));
        entries.push(Entry::Line(test, format!("test part, {}", number(run.test_accuracy))));
    }
    legend(&mut svg, (656.0, 82.0), &entries, 12);
    heading(
        &mut svg,
        frame.corner.0,
        title,
        "whole lines: the training part, as it was taught; dashed: the test part",
    );
    svg.finish()
}

/// The band within which a guess is right.
fn guess(svg: &mut Svg, frame: &Frame, outcome: &Outcome) {
    let (low, high) =
        ((outcome.chance - outcome.margin).max(0.0), (outcome.chance + outcome.margin).min(1.0));
    let corner = frame.place(frame.x.low, high);
    let end = frame.place(frame.x.high, low);
    svg.rectangle(corner, (end.0 - corner.0, end.1 - corner.1), "#eceff2", &Stroke::new("none", 0.0));
    let (right, middle) = frame.place(frame.x.high, outcome.chance);
    svg.line((corner.0, middle), (right, middle), &Stroke::new(FAINT, 1.0).dashed("2 3"));
    svg.text((right + 8.0, middle + 4.0), "a guess, ± 1/√n", &Font::new(12.0, FAINT, Anchor::Start));
}

fn draw(
    svg: &mut Svg,
    frame: &Frame,
    run: &Run,
    stroke: &Stroke<'_>,
    of: fn(&crate::experiment::random_labels::Point) -> f64,
) {
    let line: Vec<Point> =
        run.history.iter().map(|point| frame.place(point.epoch as f64, of(point))).collect();
    svg.polyline(&line, stroke);
}
