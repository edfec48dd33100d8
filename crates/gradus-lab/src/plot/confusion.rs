//! The confusion matrix: how many rows of each class (down) were given to which class (across).

use super::frame::heading;
use super::palette::{FAINT, GRID, INK, hex, ink_on, sequential};
use super::svg::{Anchor, Font, Stroke, Svg, shortened};
use gradus::metrics::ClassificationReport;

/// A cell for each pair of classes, the darker the larger its share of the rows of its class.
pub fn confusion(report: &ClassificationReport, title: &str) -> String {
    let names: Vec<&str> = report.classes.iter().map(|class| class.class.as_str()).collect();
    let n = names.len();
    let side = (560.0 / n as f64).clamp(6.0, 90.0);
    let (left, top) = (150.0, 150.0);
    let size = side * n as f64;
    let width = (left + size + 40.0).max(520.0);
    let mut svg = Svg::new(width, top + size + 40.0, title);
    let below = format!("accuracy {:.4}; colour: share of the rows of the true class", report.accuracy);
    heading(&mut svg, 24.0, title, &below);
    let axis = Font::new(13.0, INK, Anchor::Middle);
    svg.text((left + size / 2.0, 80.0), "predicted class", &axis);
    svg.text((30.0, top + size / 2.0), "true class", &Font { turned: -90.0, ..axis });
    // Where the cells are too small for every name, every second, third … stands there.
    let every = (15.0 / side).ceil() as usize;
    let name = Font::new(side.clamp(9.0, 13.0), FAINT, Anchor::End);
    for (at, class) in names.iter().enumerate().filter(|(at, _)| at % every == 0) {
        let middle = side * (at as f64 + 0.5);
        svg.text((left - 8.0, top + middle + 4.0), &shortened(class, 14), &name);
        let font = Font { anchor: Anchor::Start, turned: -45.0, ..name };
        svg.text((left + middle + 2.0, top - 8.0), &shortened(class, 10), &font);
    }
    for (row, counts) in report.confusion.iter_rows().enumerate() {
        let sum: f64 = counts.iter().sum();
        for (column, &count) in counts.iter().enumerate() {
            let share = if sum > 0.0 { count / sum } else { 0.0 };
            let colour = sequential(share);
            let corner = (left + side * column as f64, top + side * row as f64);
            svg.rectangle(corner, (side, side), &hex(colour), &Stroke::new(GRID, 1.0));
            let text = if count.fract() == 0.0 { count.to_string() } else { format!("{count:.1}") };
            if count != 0.0 && side >= 9.0 * text.len() as f64 {
                let at = (corner.0 + side / 2.0, corner.1 + side / 2.0 + 4.5);
                svg.text(
                    at,
                    &text,
                    &Font::new((side / 3.0).clamp(10.0, 15.0), ink_on(colour), Anchor::Middle),
                );
            }
        }
    }
    svg.finish()
}
