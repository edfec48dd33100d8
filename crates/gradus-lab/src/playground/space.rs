//! The plane as a layer bends it: lines of a grid and the points, carried through the first layers.
//!
//! Two units are shown as they are, one beside 0, and more by their first two principal components.

use super::fields::{plane, prepared};
use super::principal::Plane;
use super::problem::Problem;
use crate::Error;
use gradus::Matrix;
use gradus::network::{Network, Workspace};
use serde_json::{Value, json};

/// Lines along each axis.
const LINES: usize = 13;
/// Points that are drawn, at most.
const MOST_POINTS: usize = 2_000;

/// Lines and points after `layer` layers, 0 for the inputs, as JSON; lines of `resolution` places each.
///
/// # Errors
/// If there is no such layer, or a feature of a point is not finite.
pub(super) fn space(
    problem: &Problem,
    network: &Network<f64>,
    layer: usize,
    resolution: usize,
) -> Result<Value, Error> {
    if layer > network.layers().len() {
        return Err(Error::NoSuchUnit { layer, unit: 0 });
    }
    let (xs, ys) = grid_lines(problem.data.view, resolution);
    let lines = carried(network, layer, &prepared(problem, &plane(problem, xs, ys)));
    let (inputs, drawn) = points(problem)?;
    let points = carried(network, layer, &inputs);
    let units = points.columns();
    let components = (units > 2).then(|| Plane::of(points.as_slice(), units));
    let place = |row: &[f64]| match (&components, row) {
        (Some(components), row) => components.place(row),
        (None, [x, y]) => [*x, *y],
        (None, row) => [row.first().copied().unwrap_or(0.0), 0.0],
    };
    let places: Vec<f64> = lines.iter_rows().flat_map(place).collect();
    let told = |(row, [target, part]): (&[f64], &[f64; 2])| {
        let [x, y] = place(row);
        json!([x, y, target, part])
    };
    Ok(json!({
        "units": units,
        "explained": components.as_ref().map(|components| components.explained),
        "lines": places.chunks_exact(2 * resolution).collect::<Vec<_>>(),
        "points": points.iter_rows().zip(&drawn).map(told).collect::<Value>(),
    }))
}

/// x and y of places along lines of a grid, the upright ones first.
fn grid_lines([x, y]: [(f64, f64); 2], resolution: usize) -> (Vec<f64>, Vec<f64>) {
    let along = |(low, high): (f64, f64), at: usize, of: usize| {
        low + (high - low) * at as f64 / (of - 1).max(1) as f64
    };
    let places = |line: usize| (0..resolution).map(move |at| (line, at));
    let upright =
        (0..LINES).flat_map(places).map(|(line, at)| (along(x, line, LINES), along(y, at, resolution)));
    let level =
        (0..LINES).flat_map(places).map(|(line, at)| (along(x, at, resolution), along(y, line, LINES)));
    upright.chain(level).unzip()
}

/// Points of both parts as the network takes them, and what they are: target and part.
fn points(problem: &Problem) -> Result<(Matrix<f64>, Vec<[f64; 2]>), Error> {
    let step = problem.data.rows().div_ceil(MOST_POINTS).max(1);
    let mut numbers = Vec::new();
    for part in problem.data.parts() {
        numbers.extend_from_slice(problem.examples::<f64>(part)?.inputs.as_slice());
    }
    let width = problem.architecture.inputs;
    let kept: Vec<f64> = numbers.chunks_exact(width).step_by(step).flatten().copied().collect();
    let drawn = problem.data.points().into_iter().step_by(step).map(|[_, _, target, part]| [target, part]);
    Ok((Matrix::from_vec(kept.len() / width, width, kept), drawn.collect()))
}

/// What the first `layer` layers make of some rows; the last one's outputs are after its link.
fn carried(network: &Network<f64>, layer: usize, inputs: &Matrix<f64>) -> Matrix<f64> {
    let n = inputs.rows();
    if layer == 0 || n == 0 {
        let columns = layer.checked_sub(1).map_or(inputs.columns(), |at| network.layers()[at].outputs);
        return if layer == 0 { inputs.clone() } else { Matrix::zeros(0, columns) };
    }
    let mut work = Workspace::new(network, n, false);
    network.forward(inputs.view(), None, &mut work);
    match work.outputs.get(layer - 1) {
        Some(outputs) => outputs.clone(),
        None => {
            let mut outputs = Matrix::zeros(n, network.outputs());
            network.link().apply(work.logits(n), outputs.as_mut_slice(), network.outputs());
            outputs
        }
    }
}
