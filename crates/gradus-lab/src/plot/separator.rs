//! The line w₁x₁ + w₂x₂ + b = 0 on whose two sides a model without hidden layer sees two classes, drawn with its equation.
//!
//! One output speaks for the second class where w·x + b ≥ 0. Of two outputs the larger wins: the line is that of their
//! difference, w = w″ − w′.

use super::frame::{Frame, number};
use super::half_plane::{crossing, normal_to_positive};
use super::palette::INK;
use super::svg::{Anchor, Font, Point, Stroke, Svg, shortened};
use crate::explain::named;
use crate::inspect::in_own_units;
use gradus::Model;
use gradus::data::Task;

/// How far the names of the classes stand from the line.
const ASIDE: f64 = 12.0;
/// Half the width of each letter of a name, and half its height.
const HALF_LETTER: (f64, f64) = (3.8, 7.0);

/// A line between two classes, in the data's own units.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Separator {
    weights: [f64; 2],
    bias: f64,
    inputs: [String; 2],
    /// The classes where w·x + b is below 0, and where it is not.
    classes: [String; 2],
}

impl Separator {
    /// The line of a model of the columns `names`; `None` where its classes are told apart by something else.
    pub(super) fn of(model: &Model, names: &[String]) -> Option<Self> {
        let own = in_own_units(model).filter(|_| model.task() == Task::Classification)?;
        let classes: Vec<String> = model.names().iter().map(|name| named(model, name)).collect();
        let classes: [String; 2] = classes.try_into().ok()?;
        let inputs: [String; 2] =
            own.inputs.try_into().ok().filter(|inputs: &[String; 2]| inputs == names)?;
        let (weights, bias) = match own.outputs.as_slice() {
            [one] => ([one.weights[0], one.weights[1]], one.bias),
            [first, second] => {
                let difference = |at: usize| second.weights[at] - first.weights[at];
                ([difference(0), difference(1)], second.bias - first.bias)
            }
            _ => return None,
        };
        Some(Self { weights, bias, inputs, classes })
    }

    /// `2·x1 + 1·x2 − 3 = 0`
    pub(super) fn equation(&self) -> String {
        let signed = |value: f64| {
            let sign = if value < 0.0 { "−" } else { "+" };
            format!("{sign} {}", number(value.abs()))
        };
        let [x1, x2] = self.inputs.each_ref().map(|name| shortened(name, 16));
        let [w1, w2] = self.weights;
        format!("{}·{x1} {}·{x2} {} = 0", number(w1), signed(w2), signed(self.bias))
    }

    /// Draws the line, and says what it is.
    pub(super) fn draw_line(&self, frame: &Frame, svg: &mut Svg) -> String {
        let equation = self.equation();
        match self.ends(frame) {
            Some([start, end]) => {
                svg.line(start, end, &Stroke::new(INK, 2.0));
                format!("line w₁x₁ + w₂x₂ + b = 0: {equation}")
            }
            None => format!("the line w₁x₁ + w₂x₂ + b = 0 is outside this picture: {equation}"),
        }
    }

    /// Writes on either side of the line the class that lies there.
    pub(super) fn name_sides(&self, frame: &Frame, svg: &mut Svg) {
        let Some([start, end]) = self.ends(frame) else { return };
        for (side, class) in [-1.0, 1.0].into_iter().zip(&self.classes) {
            let relation = if side < 0.0 { "< 0" } else { "≥ 0" };
            let text = format!("{relation}: {}", shortened(class, 16));
            let half = (HALF_LETTER.0 * text.chars().count() as f64, HALF_LETTER.1);
            let (x, y) = self.place_beside(frame, [start, end], side, half);
            svg.text((x, y + 4.0), &text, &Font::new(13.0, INK, Anchor::Middle).bold().with_halo());
        }
    }

    fn ends(&self, frame: &Frame) -> Option<[Point; 2]> {
        Some(crossing(frame, self.weights, self.bias)?.map(|(x, y)| frame.place(x, y)))
    }

    /// The middle of what is written beside the line, `half` as wide and high as it is: as near to the middle of the line as
    /// there is room for it inside the frame.
    fn place_beside(&self, frame: &Frame, [start, end]: [Point; 2], side: f64, half: Point) -> Point {
        let normal = normal_to_positive(frame, start, end, self.weights);
        let away = side * (ASIDE + half.0 * normal.0.abs() + half.1 * normal.1.abs());
        let beside = |share: f64| {
            let on_line = (start.0 + (end.0 - start.0) * share, start.1 + (end.1 - start.1) * share);
            (on_line.0 + away * normal.0, on_line.1 + away * normal.1)
        };
        let (left, top) = frame.corner;
        let room = (half.0 + 4.0, half.1 + 4.0);
        let inside = |(x, y): Point| {
            (
                x.clamp(left + room.0, left + frame.size.0 - room.0),
                y.clamp(top + room.1, top + frame.size.1 - room.1),
            )
        };
        let shares = [0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8, 0.1, 0.9];
        let fits = shares.into_iter().map(beside).find(|&at| inside(at) == at);
        fits.unwrap_or_else(|| inside(beside(0.5)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equations_are_written_as_by_hand() {
        for (weights, bias, expected) in
            [([2.0, 1.0], -3.0, "2·x1 + 1·x2 − 3 = 0"), ([-0.5, -0.25], 0.0, "−0.5·x1 − 0.25·x2 + 0 = 0")]
        {
            let classes = ["0", "1"].map(str::to_owned);
            let inputs = ["x1", "x2"].map(str::to_owned);
            assert_eq!(Separator { weights, bias, inputs, classes }.equation(), expected);
        }
    }
}
