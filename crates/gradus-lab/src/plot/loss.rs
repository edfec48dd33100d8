//! The loss over the epochs of a run, from its `history.csv`.

use super::frame::{Axis, Frame, heading, number};
use super::marks::{Entry, legend};
use super::palette::{BLUE, VERMILION};
use super::svg::{Point, Stroke, Svg};
use crate::Error;

/// The curves of the training loss and, where it was watched, the validation loss. `history` is the text of the file,
/// `file` its name.
///
/// # Errors
/// If it is no history of a run, or has fewer than two epochs.
pub fn loss(history: &str, file: &str, title: &str) -> Result<String, Error> {
    let training = column(history, "loss").ok_or_else(|| Error::NotAHistory { file: file.to_owned() })?;
    let validation = column(history, "validation_loss").unwrap_or_default();
    if training.len() < 2 {
        return Err(Error::TooFewEpochs { file: file.to_owned(), epochs: training.len() });
    }
    let losses = || training.iter().chain(&validation).map(|(_, loss)| *loss);
    let (low, high) = (losses().fold(f64::INFINITY, f64::min), losses().fold(0.0, f64::max));
    // On an even axis a loss that falls by more than ten times shows only its beginning.
    let logarithmic = low > 0.0 && high > 10.0 * low;
    let name = if logarithmic { "loss (logarithmic)" } else { "loss" };
    let y = match logarithmic {
        true => Axis { logarithmic, ..Axis::new(low / 1.15, high * 1.15, name) },
        false => Axis::around(losses(), name),
    };
    let x = Axis::new(training[0].0, training[training.len() - 1].0, "epoch");
    let frame = Frame { corner: (78.0, 68.0), size: (560.0, 380.0), x, y };
    let mut svg = Svg::new(800.0, 510.0, title);
    frame.draw(&mut svg);
    let mut entries = Vec::new();
    let lines = [
        ("training", &training, Stroke::new(BLUE, 2.0)),
        ("validation", &validation, Stroke::new(VERMILION, 2.0).dashed("7 3")),
    ];
    for (name, curve, stroke) in lines {
        if let Some((_, last)) = curve.last() {
            let line: Vec<Point> = curve.iter().map(|&(epoch, loss)| frame.place(epoch, loss)).collect();
            svg.polyline(&line, &stroke);
            entries.push(Entry::Line(stroke, format!("{name}, {}", number(*last))));
        }
    }
    legend(&mut svg, (656.0, 82.0), &entries, 4);
    heading(&mut svg, frame.corner.0, title, "the legend gives the loss of the last epoch");
    Ok(svg.finish())
}

/// (epoch, value) of every row that has a finite number in that column; `None` where the header has no such column.
fn column(history: &str, name: &str) -> Option<Vec<(f64, f64)>> {
    let mut lines = history.lines();
    let header: Vec<&str> = lines.next()?.split(',').collect();
    let at = |name: &str| header.iter().position(|other| *other == name);
    let (epoch, value) = (at("epoch")?, at(name)?);
    let point = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        let cell = |at: usize| cells.get(at)?.parse::<f64>().ok().filter(|value| value.is_finite());
        Some((cell(epoch)?, cell(value)?))
    };
    Some(lines.filter_map(point).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_history_is_read_and_anything_else_refused() {
        let history =
            "epoch,learning_rate,loss,validation_loss\n1,0.1,2,2.5\n2,0.1,0.1,NaN\n3,0.1,0.01,0.5\n";
        assert_eq!(column(history, "loss").unwrap(), [(1.0, 2.0), (2.0, 0.1), (3.0, 0.01)]);
        assert_eq!(column(history, "validation_loss").unwrap(), [(1.0, 2.5), (3.0, 0.5)]);
        let svg = loss(history, "h", "t").unwrap();
        assert!(svg.contains("logarithmic") && svg.matches("<polyline").count() == 2, "{svg}");
        for text in ["", "a,b\n1,2\n", "epoch,loss\n1,2\n"] {
            assert!(loss(text, "h", "t").is_err(), "{text}");
        }
    }
}
