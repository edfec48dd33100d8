//! The diagram of a network: its units in columns, a line for every weight, thick where it is large, orange where it is
//! positive and blue where it is negative; the numbers themselves where there are few.

use super::frame::{heading, number};
use super::palette::{BLUE, FAINT, INK, VERMILION};
use super::svg::{Anchor, Font, Point, Stroke, Svg, shortened};
use gradus::Model;
use gradus::network::Network;

/// More units of a layer than this are not drawn.
const MOST_UNITS: usize = 16;
/// More weights than this are drawn without their numbers.
const MOST_NUMBERS: usize = 24;

/// One column of units.
struct Column {
    /// Units of the layer, all of them.
    units: usize,
    /// Its place from the left.
    x: f64,
    /// What stands below it.
    name: String,
}

impl Column {
    fn shown(&self) -> usize {
        self.units.min(MOST_UNITS)
    }

    /// Where unit `at` stands.
    fn place(&self, at: usize, top: f64, height: f64) -> Point {
        (self.x, top + height * (at as f64 + 0.5) / self.shown() as f64)
    }
}

/// The diagram of `model`.
pub fn network(model: &Model, title: &str) -> String {
    let network = model.network.cast::<f64>();
    let columns = columns(model, &network);
    let (top, tallest) = (76.0, columns.iter().map(Column::shown).max().unwrap_or(1));
    let height = (tallest as f64 * 44.0).max(260.0);
    let width = columns.last().map_or(0.0, |column| column.x) + 190.0;
    let mut svg = Svg::new(width.max(560.0), top + height + 74.0, title);
    let below =
        "lines are weights: thick is large, orange positive, blue dashed negative; b is the bias of a unit";
    heading(&mut svg, 24.0, title, below);
    let place = |column: &Column, at: usize| column.place(at, top, height);
    let drawn: usize = columns.windows(2).map(|pair| pair[0].shown() * pair[1].shown()).sum();
    for (index, pair) in columns.windows(2).enumerate() {
        edges(&mut svg, &network, index, pair, &place, drawn <= MOST_NUMBERS);
    }
    let names = (model.prep.input_names(), output_names(model, network.outputs()));
    for (index, column) in columns.iter().enumerate() {
        for at in 0..column.shown() {
            let (x, y) = place(column, at);
            svg.circle((x, y), 13.0, "#ffffff", &Stroke::new(INK, 1.5));
            if index == 0 {
                svg.text(
                    (x - 20.0, y + 4.0),
                    &shortened(&names.0[at], 16),
                    &Font::new(12.5, INK, Anchor::End),
                );
            } else if column.units <= MOST_UNITS && drawn <= 4 * MOST_NUMBERS {
                let bias = network.layer(index - 1).biases[at];
                let font = Font::new(10.5, FAINT, Anchor::Middle).with_halo();
                svg.text((x, y + 27.0), &format!("b {}", three(bias)), &font);
            }
            if index + 1 == columns.len() {
                svg.text(
                    (x + 20.0, y + 4.0),
                    &shortened(&names.1[at], 18),
                    &Font::new(12.5, INK, Anchor::Start),
                );
            }
        }
        let font = Font::new(12.5, FAINT, Anchor::Middle);
        if column.units > MOST_UNITS {
            svg.text(
                (column.x, top + height + 14.0),
                &format!("⋮ {} more", column.units - MOST_UNITS),
                &font,
            );
        }
        svg.text((column.x, top + height + 36.0), &column.name, &font);
        let noun = if index == 0 { "number" } else { "unit" };
        let plural = if column.units == 1 { "" } else { "s" };
        svg.text((column.x, top + height + 54.0), &format!("{} {noun}{plural}", column.units), &font);
    }
    svg.finish()
}

fn columns(model: &Model, network: &Network<f64>) -> Vec<Column> {
    let spacing = 200.0;
    let mut columns = vec![Column { units: network.inputs(), x: 160.0, name: "inputs".to_owned() }];
    let last = network.layers().len() - 1;
    for (index, layer) in network.layers().iter().enumerate() {
        let name = match index == last {
            true => format!("output, {}", network.link()),
            false => layer.activation.to_string(),
        };
        columns.push(Column { units: layer.outputs, x: 160.0 + spacing * (index + 1) as f64, name });
    }
    debug_assert_eq!(columns[0].units, model.prep.width());
    columns
}

/// The lines of layer `index` between two columns, the faint ones first.
fn edges(
    svg: &mut Svg,
    network: &Network<f64>,
    index: usize,
    pair: &[Column],
    place: &dyn Fn(&Column, usize) -> Point,
    with_numbers: bool,
) {
    let layer = network.layer(index);
    let shown = (0..pair[1].shown()).flat_map(|to| (0..pair[0].shown()).map(move |from| (from, to)));
    let mut lines: Vec<(usize, usize, f64)> =
        shown.map(|(from, to)| (from, to, layer.weights.get(to, from))).collect();
    lines.sort_by(|a, b| a.2.abs().total_cmp(&b.2.abs()));
    let largest = lines.last().map_or(0.0, |line| line.2.abs()).max(1e-300);
    for &(from, to, weight) in &lines {
        let share = weight.abs() / largest;
        let stroke = Stroke { opacity: 0.2 + 0.7 * share, ..Stroke::new(VERMILION, 0.6 + 4.0 * share) };
        let stroke = if weight < 0.0 { Stroke { colour: BLUE, ..stroke }.dashed("9 3") } else { stroke };
        svg.line(place(&pair[0], from), place(&pair[1], to), &stroke);
    }
    if with_numbers {
        for &(from, to, weight) in &lines {
            let (start, end) = (place(&pair[0], from), place(&pair[1], to));
            // Not all in the middle, where lines cross: nearer to the unit that they lead to the later it stands.
            let share = 0.3 + 0.15 * (to % 3) as f64;
            let at = (start.0 + (end.0 - start.0) * share, start.1 + (end.1 - start.1) * share);
            let text = three(weight);
            svg.text((at.0, at.1 + 4.0), &text, &Font::new(11.0, INK, Anchor::Middle).with_halo());
        }
    }
}

/// Two classes on one output: it speaks for the second.
fn output_names(model: &Model, outputs: usize) -> Vec<String> {
    let names = model.names();
    names[names.len().saturating_sub(outputs)..].to_vec()
}

/// Three significant digits.
fn three(value: f64) -> String {
    let text = format!("{value:.2e}");
    number(text.parse().unwrap_or(value))
}
