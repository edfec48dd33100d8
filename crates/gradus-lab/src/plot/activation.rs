//! Activation functions with their slopes.

use super::frame::{Axis, Frame, heading};
use super::marks::{Entry, legend};
use super::palette::{BLUE, INK, VERMILION};
use super::svg::{Anchor, Font, Point, Stroke, Svg};
use gradus::network::Activation;

/// Net inputs shown, from −REACH to REACH.
const REACH: f64 = 4.0;
const STEPS: usize = 400;

/// One panel for each of `activations`: g(x) as a line, g′(x) dashed.
pub fn activations(activations: &[Activation]) -> String {
    let columns = match activations.len() {
        1 => 1,
        2..=4 => 2,
        _ => 4,
    };
    let size = if columns == 1 { (520.0, 340.0) } else { (190.0, 140.0) };
    let (left, top, cell) = (64.0, 104.0, (size.0 + 62.0, size.1 + 66.0));
    let rows = activations.len().div_ceil(columns);
    let title = match activations {
        [one] => format!("{one} and its slope"),
        _ => "Activation functions and their slopes".to_owned(),
    };
    let (width, height) = (left + cell.0 * columns as f64, top + cell.1 * rows as f64);
    let mut svg = Svg::new(width, height, &title);
    heading(&mut svg, 24.0, &title, "over the net input x");
    let (value, slope) = (Stroke::new(BLUE, 2.2), Stroke::new(VERMILION, 1.8).dashed("5 3"));
    let beside = if columns == 1 { left + size.0 - 130.0 } else { width - 200.0 };
    legend(
        &mut svg,
        (beside, 28.0),
        &[Entry::Line(value, "g(x)".to_owned()), Entry::Line(slope, "slope g′(x)".to_owned())],
        2,
    );
    for (at, &activation) in activations.iter().enumerate() {
        let corner = (left + (at % columns) as f64 * cell.0, top + (at / columns) as f64 * cell.1);
        panel(&mut svg, activation, corner, size, [&value, &slope]);
    }
    svg.finish()
}

fn panel(
    svg: &mut Svg,
    activation: Activation,
    corner: Point,
    size: Point,
    [value, slope]: [&Stroke<'_>; 2],
) {
    let xs: Vec<f64> = (0..=STEPS).map(|at| REACH * (2.0 * at as f64 / STEPS as f64 - 1.0)).collect();
    let values: Vec<f64> = xs.iter().map(|&x| activation.value(x)).collect();
    let slopes: Vec<f64> = xs.iter().map(|&x| activation.slope(x)).collect();
    let both = values.iter().chain(&slopes).copied();
    let frame = Frame { corner, size, x: Axis::new(-REACH, REACH, ""), y: Axis::around(both, "") };
    frame.draw(svg);
    let name = match activation.has_slope() {
        true => activation.to_string(),
        false => format!("{activation} (slope 0, none at 0)"),
    };
    svg.text((corner.0, corner.1 - 8.0), &name, &Font::new(12.5, INK, Anchor::Start).bold());
    for (curve, stroke) in [(&slopes, slope), (&values, value)] {
        for piece in pieces(&xs, curve) {
            let line: Vec<Point> = piece.iter().map(|&(x, y)| frame.place(x, y)).collect();
            svg.polyline(&line, stroke);
        }
    }
}

/// A curve in the stretches between its jumps: a line through a jump would be no part of it.
fn pieces(xs: &[f64], ys: &[f64]) -> Vec<Vec<Point>> {
    // Slopes reach 1.5 or so, and neighbouring points lie 0.02 apart.
    const JUMP: f64 = 0.2;
    let mut pieces: Vec<Vec<Point>> = Vec::new();
    for (at, (&x, &y)) in xs.iter().zip(ys).enumerate() {
        match pieces.last_mut() {
            Some(piece) if (y - ys[at - 1]).abs() < JUMP => piece.push((x, y)),
            _ => pieces.push(vec![(x, y)]),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jumps_part_a_curve_and_slopes_do_not() {
        let n_pieces = |activation: Activation| {
            let xs: Vec<f64> = (0..=STEPS).map(|at| REACH * (2.0 * at as f64 / STEPS as f64 - 1.0)).collect();
            pieces(&xs, &xs.iter().map(|&x| activation.value(x)).collect::<Vec<f64>>()).len()
        };
        for activation in Activation::ALL {
            assert_eq!(n_pieces(activation), if activation.has_slope() { 1 } else { 2 }, "{activation}");
        }
    }

    #[test]
    fn every_activation_has_its_panel() {
        let svg = activations(&Activation::ALL);
        assert!(Activation::ALL.iter().all(|activation| svg.contains(activation.name())), "{svg}");
    }
}
