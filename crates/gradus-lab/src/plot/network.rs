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
    let drawn: usize = columns.windows(2).map(|pair| pair[0].shown() * pair[1].shown()).sum();
    // Numbers need room between the units.
    let apart = if drawn <= MOST_NUMBERS { 72.0 } else { 44.0 };
    let height = (tallest as f64 * apart).max(260.0);
    let width = columns.last().map_or(0.0, |column| column.x) + 190.0;
    let mut svg = Svg::new(width.max(560.0), top + height + 74.0, title);
    let below =
        "lines are weights: thick is large, orange positive, blue dashed negative; b is the bias of a unit";
    heading(&mut svg, 24.0, title, below);
    let place = |column: &Column, at: usize| column.place(at, top, height);
    let mut left_out = 0;
    for (index, pair) in columns.windows(2).enumerate() {
        let lines = lines(&network, index, pair, &place);
        edges(&mut svg, &lines);
        if drawn <= MOST_NUMBERS {
            left_out += numbers(&mut svg, &lines);
        }
    }
    if left_out > 0 {
        let text =
            format!("{left_out} of the {drawn} numbers are left out, because they would lie on others");
        svg.text((24.0, top + height + 68.0), &text, &Font::new(11.0, FAINT, Anchor::Start));
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
    let spacing = 240.0;
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

/// A weight, drawn from a unit to one of the next column.
struct Line {
    start: Point,
    end: Point,
    weight: f64,
}

impl Line {
    /// The point after this share of the way.
    fn at(&self, share: f64) -> Point {
        let (start, end) = (self.start, self.end);
        (start.0 + (end.0 - start.0) * share, start.1 + (end.1 - start.1) * share)
    }

    /// Whether it runs through what is written around the point at `share` with height `y`.
    fn crosses(&self, share: f64, y: f64) -> bool {
        let (left, right) = (self.at(share - 0.08).1, self.at(share + 0.08).1);
        left.min(right) < y + 7.0 && left.max(right) > y - 7.0
    }
}

/// The lines of layer `index` between two columns, the faint ones first.
fn lines(
    network: &Network<f64>,
    index: usize,
    pair: &[Column],
    place: &dyn Fn(&Column, usize) -> Point,
) -> Vec<Line> {
    let layer = network.layer(index);
    let shown = (0..pair[1].shown()).flat_map(|to| (0..pair[0].shown()).map(move |from| (from, to)));
    let line = |(from, to)| Line {
        start: place(&pair[0], from),
        end: place(&pair[1], to),
        weight: layer.weights.get(to, from),
    };
    let mut lines: Vec<Line> = shown.map(line).collect();
    lines.sort_by(|a, b| a.weight.abs().total_cmp(&b.weight.abs()));
    lines
}

fn edges(svg: &mut Svg, lines: &[Line]) {
    let largest = lines.last().map_or(0.0, |line| line.weight.abs()).max(1e-300);
    for line in lines {
        let share = line.weight.abs() / largest;
        let stroke = Stroke { opacity: 0.2 + 0.7 * share, ..Stroke::new(VERMILION, 0.6 + 4.0 * share) };
        let stroke = if line.weight < 0.0 { Stroke { colour: BLUE, ..stroke }.dashed("9 3") } else { stroke };
        svg.line(line.start, line.end, &stroke);
    }
}

/// Writes each weight on its line, the large ones first, where no other number stands and as few lines as can be cross.
/// Returns how many found no place.
fn numbers(svg: &mut Svg, lines: &[Line]) -> usize {
    let mut taken: Vec<(Point, f64)> = Vec::new();
    let mut left_out = 0;
    for line in lines.iter().rev() {
        let text = three(line.weight);
        let half = 3.5 * text.chars().count() as f64;
        let is_beside = |at: Point, (other, its_half): &(Point, f64)| {
            (other.0 - at.0).abs() > half + its_half + 4.0 || (other.1 - at.1).abs() > 15.0
        };
        let is_free = |at: Point| taken.iter().all(|other| is_beside(at, other));
        // From 0.18 to 0.82 of the way: nearer to a unit stand its circle and its bias.
        let shares = (9..=41).map(|n| f64::from(n) / 50.0).filter(|&share| is_free(line.at(share)));
        let crossed =
            |share: f64| lines.iter().filter(|other| other.crosses(share, line.at(share).1)).count();
        let rank = |&share: &f64| (crossed(share), ((share - 0.34).abs() * 100.0) as usize);
        match shares.min_by_key(rank) {
            Some(share) => {
                let (x, y) = line.at(share);
                taken.push(((x, y), half));
                let font = Font::new(11.0, INK, Anchor::Middle).with_halo();
                svg.text((x, y + 4.0), &text, &font);
            }
            None => left_out += 1,
        }
    }
    left_out
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

#[test]
fn numbers_do_not_lie_on_each_other() {
    // Four units to three, 44 apart, as in a 4-3-3 network; and 24 lines where there is room for few.
    fn check(units: [usize; 2], apart: f64, left_out: impl Fn(usize) -> bool) {
        let line = |(from, to): (usize, usize)| Line {
            start: (0.0, from as f64 * apart),
            end: (200.0, to as f64 * apart),
            weight: 1.0 + (from + to) as f64,
        };
        let pairs = (0..units[0]).flat_map(|from| (0..units[1]).map(move |to| (from, to)));
        let lines: Vec<Line> = pairs.map(line).collect();
        let mut svg = Svg::new(200.0, 200.0, "");
        let found = numbers(&mut svg, &lines);
        assert!(left_out(found), "{found} of {units:?}");
        assert_eq!(svg.finish().matches("</text>").count(), lines.len() - found);
    }
    check([4, 3], 72.0, |found| found == 0);
    check([6, 4], 4.0, |found| found > 0);
}
