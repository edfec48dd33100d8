//! The weights of the first layer: as pictures where the inputs are one, else as a map of units by inputs.

use super::frame::heading;
use super::palette::{Colour, FAINT, diverging};
use super::png;
use super::svg::{Anchor, Font, Stroke, Svg, shortened};
use gradus::{Matrix, Model};

/// More pictures than this are too small to see anything in.
const MOST_PICTURES: usize = 100;
/// More inputs than this are not named.
const MOST_NAMES: usize = 40;

/// The first layer's weights: orange is positive, blue negative, white 0.
pub fn weights(model: &Model, title: &str) -> String {
    let network = model.network.cast::<f64>();
    let shape = &network.layers()[0];
    let weights = network.parameters()[shape.weights.clone()].to_vec();
    let weights = Matrix::from_vec(shape.outputs, shape.inputs, weights);
    match model.prep.picture() {
        Some((_, width)) => pictures(&weights, width, title),
        None => map(&weights, &model.prep.input_names(), title),
    }
}

/// One picture per unit, each on the scale of its own largest weight.
fn pictures(weights: &Matrix<f64>, width: usize, title: &str) -> String {
    let (units, shown) = (weights.rows(), weights.rows().min(MOST_PICTURES));
    let columns = (1..=10).find(|columns| columns * columns >= shown).unwrap_or(10);
    let rows = shown.div_ceil(columns);
    let side = (700.0 / columns as f64).clamp(48.0, 130.0);
    let height = side * (weights.columns() / width) as f64 / width as f64;
    let (left, top, gap) = (24.0, 70.0, 16.0);
    let total = (left * 2.0 + columns as f64 * (side + 8.0)).max(620.0);
    let mut svg = Svg::new(total, top + rows as f64 * (height + gap + 4.0) + 16.0, title);
    let which = if shown < units { format!("{shown} of {units} units") } else { format!("{units} units") };
    let below =
        format!("{which} of the first layer; orange positive, blue negative, white 0; each on its own scale");
    heading(&mut svg, left, title, &below);
    for (unit, weights) in weights.iter_rows().enumerate().take(shown) {
        let corner = (
            left + (unit % columns) as f64 * (side + 8.0),
            top + (unit / columns) as f64 * (height + gap + 4.0),
        );
        svg.image(corner, (side, height), &png::data_uri(width, &coloured(weights, largest(weights))));
        svg.rectangle(corner, (side, height), "none", &Stroke::new("#c3cad0", 1.0));
        let font = Font::new(10.0, FAINT, Anchor::Start);
        svg.text((corner.0, corner.1 + height + 11.0), &(unit + 1).to_string(), &font);
    }
    svg.finish()
}

/// A row for each unit, a column for each input, all on one scale.
fn map(weights: &Matrix<f64>, names: &[String], title: &str) -> String {
    let (units, inputs) = (weights.rows(), weights.columns());
    let side = (640.0 / inputs as f64).min(560.0 / units as f64).clamp(0.5, 48.0);
    let (left, top) = (64.0, if inputs <= MOST_NAMES { 168.0 } else { 84.0 });
    let size = (side * inputs as f64, side * units as f64);
    let mut svg = Svg::new((left + size.0 + 120.0).max(640.0), top + size.1 + 40.0, title);
    let most = largest(weights.as_slice());
    let below = format!(
        "a row for each of {units} units, a column for each of {inputs} inputs; orange positive, blue negative, up to ±{}",
        super::frame::number(most)
    );
    heading(&mut svg, 24.0, title, &below);
    svg.image((left, top), size, &png::data_uri(inputs, &coloured(weights.as_slice(), most)));
    svg.rectangle((left, top), size, "none", &Stroke::new("#9aa3ab", 1.0));
    let font = Font::new(side.clamp(8.0, 12.0), FAINT, Anchor::Start);
    if inputs <= MOST_NAMES {
        for (at, name) in names.iter().enumerate() {
            let place = (left + side * (at as f64 + 0.5) + 3.0, top - 8.0);
            svg.text(place, &shortened(name, 16), &Font { turned: -50.0, ..font });
        }
    }
    let every = (11.0 / side).ceil() as usize;
    for unit in (0..units).step_by(every.max(1)) {
        let place = (left - 7.0, top + side * (unit as f64 + 0.5) + 4.0);
        svg.text(place, &(unit + 1).to_string(), &Font { anchor: Anchor::End, ..font });
    }
    svg.finish()
}

fn largest(weights: &[f64]) -> f64 {
    weights.iter().fold(0.0, |most, weight| weight.abs().max(most))
}

fn coloured(weights: &[f64], largest: f64) -> Vec<Colour> {
    let scale = if largest > 0.0 { 1.0 / largest } else { 0.0 };
    weights.iter().map(|weight| diverging(weight * scale)).collect()
}
