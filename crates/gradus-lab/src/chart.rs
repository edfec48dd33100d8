//! The loss over the epochs as a picture in SVG.
//!
//! Colours are names of style variables, which the page sets for light and for dark.

use gradus::train::EpochRecord;
use plotters::chart::MeshStyle;
use plotters::coord::Shift;
use plotters::coord::ranged1d::{Ranged, ValueFormatter};
use plotters::prelude::*;
use std::error::Error;

/// Width and height in units of the picture; the page scales it.
const SIZE: (u32, u32) = (760, 300);

/// Colours that a page replaces: plotters can only write red, green and blue.
const INK: RGBColor = RGBColor(1, 1, 1);
const GRID: RGBColor = RGBColor(2, 2, 2);
const TRAINING: RGBColor = RGBColor(3, 3, 3);
const VALIDATION: RGBColor = RGBColor(4, 4, 4);
const VARIABLES: [(&str, &str); 4] = [
    ("#010101", "var(--faint)"),
    ("#020202", "var(--line)"),
    ("#030303", "var(--blue)"),
    ("#040404", "var(--orange)"),
];

/// The training loss, and the validation loss where there is one; `None` where there is no curve to draw.
pub(crate) fn loss_curve(records: &[EpochRecord]) -> Option<String> {
    let training: Vec<(f64, f64)> = points(records, |record| Some(record.loss));
    let validation: Vec<(f64, f64)> = points(records, |record| {
        record.validation.iter().find(|(name, _)| name == "loss").map(|(_, value)| *value)
    });
    if training.len() < 2 {
        return None;
    }
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        draw(&root, &training, &validation).ok()?;
    }
    Some(themed(&svg))
}

fn points(records: &[EpochRecord], loss: impl Fn(&EpochRecord) -> Option<f64>) -> Vec<(f64, f64)> {
    let point = |record: &EpochRecord| Some((record.epoch as f64, loss(record)?));
    records.iter().filter_map(point).filter(|(_, loss)| loss.is_finite()).collect()
}

/// Losses that fall by a factor of more than ten are drawn on a logarithmic axis: on another one, only the beginning shows.
fn draw(
    root: &DrawingArea<SVGBackend<'_>, Shift>,
    training: &[(f64, f64)],
    validation: &[(f64, f64)],
) -> Result<(), Box<dyn Error>> {
    let losses = || training.iter().chain(validation).map(|&(_, loss)| loss);
    let (low, high) = (losses().fold(f64::INFINITY, f64::min), losses().fold(f64::NEG_INFINITY, f64::max));
    let epochs = training[0].0..training[training.len() - 1].0;
    let mut builder = ChartBuilder::on(root);
    builder.margin(8).margin_right(16).x_label_area_size(34).y_label_area_size(58);
    // The two kinds of axis are two types, which is why the lines are drawn in two places.
    if low > 0.0 && high > 10.0 * low {
        let mut chart = builder.build_cartesian_2d(epochs, (low / 1.1..high * 1.1).log_scale())?;
        mesh(&mut chart.configure_mesh())?;
        for (line, colour) in [(training, TRAINING), (validation, VALIDATION)] {
            chart.draw_series(LineSeries::new(line.iter().copied(), colour.stroke_width(2)))?;
        }
    } else {
        let room = ((high - low) * 0.05).max(high.abs() * 1e-3).max(1e-12);
        let mut chart = builder.build_cartesian_2d(epochs, low - room..high + room)?;
        mesh(&mut chart.configure_mesh())?;
        for (line, colour) in [(training, TRAINING), (validation, VALIDATION)] {
            chart.draw_series(LineSeries::new(line.iter().copied(), colour.stroke_width(2)))?;
        }
    }
    root.present()?;
    Ok(())
}

/// Axes with few, round numbers.
fn mesh<X, Y>(mesh: &mut MeshStyle<'_, '_, X, Y, SVGBackend<'_>>) -> Result<(), Box<dyn Error>>
where
    X: Ranged<ValueType = f64> + ValueFormatter<f64>,
    Y: Ranged<ValueType = f64> + ValueFormatter<f64>,
{
    mesh.disable_x_mesh()
        .bold_line_style(GRID)
        .light_line_style(TRANSPARENT)
        .axis_style(GRID)
        .x_labels(8)
        .y_labels(6)
        .x_label_formatter(&|epoch| format!("{epoch:.0}"))
        .y_label_formatter(&|loss| short(*loss))
        .x_desc("epoch")
        .label_style(("sans-serif", 13, &INK))
        .draw()
        .map_err(|error| error.to_string().into())
}

/// Few characters for an axis: `0.25`, `1e-4`.
fn short(loss: f64) -> String {
    let size = loss.abs();
    if size != 0.0 && !(1e-3..1e4).contains(&size) {
        return format!("{loss:.0e}");
    }
    let text = format!("{loss:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Puts the page's colours in place of the stand-ins, and lets the page choose the size.
fn themed(svg: &str) -> String {
    let (width, height) = SIZE;
    let mut svg = svg.replacen(
        &format!("width=\"{width}\" height=\"{height}\""),
        "role=\"img\" aria-label=\"loss by epoch\"",
        1,
    );
    for (stand_in, variable) in VARIABLES {
        svg = svg.replace(stand_in, variable);
    }
    svg
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_needs_two_epochs() {
        let record = |epoch: usize, loss| EpochRecord {
            epoch,
            learning_rate: 0.1,
            loss,
            validation: Vec::new(),
            training: Vec::new(),
        };
        assert_eq!(loss_curve(&[record(1, 2.0)]), None);
        for second in [1.9, 0.001, 2.0, 0.0] {
            let svg = loss_curve(&[record(1, 2.0), record(2, second)]).unwrap();
            assert!(svg.starts_with("<svg") && svg.contains("var(--blue)"), "{svg}");
            assert!(VARIABLES.iter().all(|(stand_in, _)| !svg.contains(stand_in)));
        }
    }

    #[test]
    fn axis_numbers_are_short() {
        for (loss, text) in [(0.25, "0.25"), (0.0, "0"), (2.0, "2"), (0.0001, "1e-4"), (12345.0, "1e4")] {
            assert_eq!(short(loss), text);
        }
    }
}
