//! A slice of the error surface: the loss in a plane of weight space, with the places that the plane goes through.

use super::frame::{Axis, Frame, heading, number};
use super::palette::{self, Colour, FAINT, INK, VERMILION};
use super::png;
use super::svg::{Anchor, Font, Point, Stroke, Svg};
use crate::experiment::seeds::Slice;

/// Steps of colour for each factor of ten.
const STEPS: f64 = 8.0;
/// Losses below are as good as this one.
const LEAST: f64 = 1e-3;

/// The picture of `slice`: deep is dark, on a logarithmic scale with a line between two of its steps.
pub fn surface(slice: &Slice, title: &str) -> String {
    let axis = |(low, high): (f64, f64), label: &str| Axis::new(low, high, label);
    let x = axis(slice.right, "from the initial weights towards the stuck ones");
    let y = axis(slice.up, "at a right angle to it, towards the solution");
    let frame = Frame { corner: (78.0, 68.0), size: (480.0, 480.0), x, y };
    let mut svg = Svg::new(800.0, 610.0, title);
    let scale = Scale::of(slice);
    svg.image(frame.corner, frame.size, &png::data_uri(slice.losses.columns(), &scale.pixels(slice)));
    frame.draw(&mut svg);
    places(&mut svg, &frame, slice);
    scale.legend(&mut svg, (frame.corner.0 + frame.size.0 + 24.0, frame.corner.1 + 14.0));
    let below = "the loss in the plane of weight space through the three marked places; distances are those of the weights";
    heading(&mut svg, frame.corner.0, title, below);
    svg.finish()
}

fn places(svg: &mut Svg, frame: &Frame, slice: &Slice) {
    let font = Font::new(12.5, INK, Anchor::Middle).bold().with_halo();
    for place in &slice.places {
        let (x, y) = frame.place(place.right, place.up);
        svg.circle((x, y), 5.0, VERMILION, &Stroke::new("#ffffff", 1.5));
        let text = format!("{}: {}", place.name, number(place.loss));
        // Inside the frame, however long the name is.
        let room = 0.5 * 7.6 * text.chars().count() as f64;
        let left = frame.corner.0 + room;
        svg.text((x.clamp(left, (frame.corner.0 + frame.size.0 - room).max(left)), y - 11.0), &text, &font);
    }
}

/// From losses to steps of colour.
struct Scale {
    low: i32,
    high: i32,
}

impl Scale {
    fn of(slice: &Slice) -> Self {
        let steps = || slice.losses.as_slice().iter().map(|&loss| step(loss));
        Self { low: steps().min().unwrap_or(0), high: steps().max().unwrap_or(0) }
    }

    fn colour(&self, step: i32) -> Colour {
        let height = f64::from(step - self.low) / f64::from((self.high - self.low).max(1));
        palette::sequential(0.92 * (1.0 - height))
    }

    /// The colour of every pixel, with a line where the next step begins to the right or below.
    fn pixels(&self, slice: &Slice) -> Vec<Colour> {
        let (width, losses) = (slice.losses.columns(), slice.losses.as_slice());
        let steps: Vec<i32> = losses.iter().map(|&loss| step(loss)).collect();
        let pixel = |(at, &here): (usize, &i32)| {
            let differs = |other: usize| steps.get(other).is_some_and(|&other| other != here);
            let edge = ((at + 1) % width != 0 && differs(at + 1)) || differs(at + width);
            let colour = self.colour(here);
            if edge { palette::mix(colour, [60, 60, 60], 0.45) } else { colour }
        };
        steps.iter().enumerate().map(pixel).collect()
    }

    fn legend(&self, svg: &mut Svg, (left, top): Point) {
        svg.text((left, top), "loss", &Font::new(13.0, INK, Anchor::Start));
        let steps: Vec<i32> = (self.low..=self.high).rev().collect();
        let (colours, height) = (steps.iter().map(|&step| self.colour(step)).collect::<Vec<_>>(), 260.0);
        svg.image((left, top + 14.0), (18.0, height), &png::data_uri(1, &colours));
        for (at, step) in steps.iter().enumerate().filter(|(_, step)| *step % STEPS as i32 == 0) {
            // A step begins at its lower edge.
            let y = top + 14.0 + height * (at + 1) as f64 / steps.len() as f64 + 4.0;
            let loss = libm::pow(10.0, f64::from(*step) / STEPS);
            svg.text((left + 25.0, y), &number(loss), &Font::new(12.0, FAINT, Anchor::Start));
        }
    }
}

/// Which step a loss is on.
fn step(loss: f64) -> i32 {
    (STEPS * libm::log10(loss.max(LEAST))).floor() as i32
}
