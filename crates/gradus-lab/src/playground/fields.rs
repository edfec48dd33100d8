//! What every unit answers over the plane that is drawn: one picture for each input, each hidden unit and each output.
//!
//! A picture has (resolution, resolution) points in the middles of equal squares, the top row first. Columns that are not
//! drawn have their mean there, and categories their most frequent word.

use super::problem::Problem;
use gradus::data::{Column, Dataset, Inputs, MISSING, Table, Target, Values};
use gradus::metrics::most_probable;
use gradus::network::{Link, Network, Workspace};
use gradus::{Matrix, MatrixView, Real};
use std::ops::Range;

/// Points that pass through the network at a time.
const POINTS_AT_A_TIME: usize = 256;
/// Pictures of so many sizes are remembered.
const MOST_GRIDS: usize = 3;

/// Everything that drawing fields needs.
pub(super) struct Fields<R> {
    /// The points of each resolution as the network takes them, (resolution², inputs).
    grids: Vec<(usize, Matrix<R>)>,
    work: Workspace<R>,
    predictions: Vec<R>,
}

/// What passes through the network together, and what came of it.
struct Block<'a, R> {
    rows: Range<usize>,
    /// (n, inputs)
    inputs: &'a [R],
    work: &'a Workspace<R>,
    /// link(logits), (n, outputs)
    predictions: &'a [R],
}

impl<R: Real> Fields<R> {
    /// Buffers for networks with the layers of this one.
    pub(super) fn new(network: &Network<R>) -> Self {
        Self {
            grids: Vec::new(),
            work: Workspace::new(network, POINTS_AT_A_TIME, false),
            predictions: vec![R::ZERO; POINTS_AT_A_TIME * network.outputs()],
        }
    }

    /// Every input, hidden unit and output, (units, resolution, resolution).
    pub(super) fn all(&mut self, network: &Network<R>, problem: &Problem, resolution: usize) -> Vec<f32> {
        let points = resolution * resolution;
        let widths = network.layers().iter().map(|layer| layer.outputs);
        let units = network.inputs() + widths.sum::<usize>();
        let mut fields = vec![0.0; units * points];
        let scales = value_scales(problem, network.outputs());
        self.each_block(network, problem, resolution, |block| {
            let mut put = |first: usize, width: usize, numbers: &[R], scale: &dyn Fn(usize, f32) -> f32| {
                for (row, of_row) in block.rows.clone().zip(numbers.chunks_exact(width)) {
                    for (unit, number) in of_row.iter().enumerate() {
                        fields[(first + unit) * points + row] = scale(unit, number.to_f64() as f32);
                    }
                }
            };
            let (n, plain) = (block.rows.len(), |_: usize, number: f32| number);
            put(0, network.inputs(), block.inputs, &plain);
            let mut first = network.inputs();
            for outputs in &block.work.outputs {
                put(first, outputs.columns(), outputs.rows_slice(0..n), &plain);
                first += outputs.columns();
            }
            put(first, network.outputs(), block.predictions, &|unit, number| {
                let (mean, deviation) = scales[unit];
                number * deviation + mean
            });
        });
        fields
    }

    /// One unit, (resolution, resolution): of the inputs where `layer` is 0, of the outputs where it is the last. Absent if
    /// there is no such unit.
    pub(super) fn one(
        &mut self,
        network: &Network<R>,
        problem: &Problem,
        (layer, unit): (usize, usize),
        resolution: usize,
    ) -> Option<Vec<f32>> {
        let last = network.layers().len();
        let width = match layer.checked_sub(1) {
            None => network.inputs(),
            Some(before) => network.layers().get(before)?.outputs,
        };
        if unit >= width {
            return None;
        }
        let mut field = vec![0.0; resolution * resolution];
        let (mean, deviation) = if layer == last { value_scales(problem, width)[unit] } else { (0.0, 1.0) };
        self.each_block(network, problem, resolution, |block| {
            let n = block.rows.len();
            let numbers = match layer {
                0 => block.inputs,
                layer if layer == last => block.predictions,
                layer => block.work.outputs[layer - 1].rows_slice(0..n),
            };
            for (place, of_row) in field[block.rows].iter_mut().zip(numbers.chunks_exact(width)) {
                *place = of_row[unit].to_f64() as f32 * deviation + mean;
            }
        });
        Some(field)
    }

    /// The most probable class and its probability, (resolution², 2); empty for numbers.
    pub(super) fn classes(&mut self, network: &Network<R>, problem: &Problem, resolution: usize) -> Vec<f32> {
        if !problem.is_classification() {
            return Vec::new();
        }
        let mut field = Vec::with_capacity(2 * resolution * resolution);
        self.each_block(network, problem, resolution, |block| {
            let outputs = block.predictions.iter().map(|output| output.to_f64()).collect();
            let outputs = Matrix::from_vec(block.rows.len(), network.outputs(), outputs);
            for probabilities in problem.coding.decode(&outputs).iter_rows() {
                let class = most_probable(probabilities);
                field.extend([class as f32, probabilities[class] as f32]);
            }
        });
        field
    }

    /// Sends the points of a grid through the network and shows what came of each block.
    fn each_block(
        &mut self,
        network: &Network<R>,
        problem: &Problem,
        resolution: usize,
        mut show: impl FnMut(Block<'_, R>),
    ) {
        let at = self.grid(problem, resolution);
        let Self { grids, work, predictions } = self;
        let grid = &grids[at].1;
        for start in (0..grid.rows()).step_by(POINTS_AT_A_TIME) {
            let rows = start..grid.rows().min(start + POINTS_AT_A_TIME);
            let inputs = grid.rows_slice(rows.clone());
            network.forward(MatrixView::from_slice(inputs, rows.len(), grid.columns()), None, work);
            let predictions = &mut predictions[..rows.len() * network.outputs()];
            network.link().apply(work.logits(rows.len()), predictions, network.outputs());
            show(Block { rows, inputs, work, predictions });
        }
    }

    /// The place in `grids` of the grid with this resolution.
    fn grid(&mut self, problem: &Problem, resolution: usize) -> usize {
        if let Some(at) = self.grids.iter().position(|(known, _)| *known == resolution) {
            return at;
        }
        if self.grids.len() == MOST_GRIDS {
            self.grids.remove(0);
        }
        let (xs, ys) = grid_points(problem.data.view, resolution);
        self.grids.push((resolution, prepared(problem, &plane(problem, xs, ys))));
        self.grids.len() - 1
    }
}

/// (mean, deviation) of each output that is a value; (0, 1) for classes, which are shown as they are.
fn value_scales(problem: &Problem, outputs: usize) -> Vec<(f32, f32)> {
    let scales = problem.coding.scales();
    match problem.architecture.link {
        Link::WinnerTakesAll | Link::Softmax => vec![(0.0, 1.0); outputs],
        _ if scales.is_empty() => vec![(0.0, 1.0); outputs],
        _ => scales.into_iter().map(|(mean, deviation)| (mean as f32, deviation as f32)).collect(),
    }
}

/// x and y of the middles of (resolution, resolution) squares, the top row first.
fn grid_points([x, y]: [(f64, f64); 2], resolution: usize) -> (Vec<f64>, Vec<f64>) {
    let middle =
        |(low, high): (f64, f64), at: usize| low + (high - low) * (at as f64 + 0.5) / resolution as f64;
    let points = (0..resolution).rev().flat_map(|row| (0..resolution).map(move |column| (column, row)));
    points.map(|(column, row)| (middle(x, column), middle(y, row))).unzip()
}

/// Points of the plane that is drawn, with a middling cell in every column that is not.
pub(super) fn plane(problem: &Problem, xs: Vec<f64>, ys: Vec<f64>) -> Inputs {
    let Inputs::Table(table) = &problem.data.training.inputs else {
        return problem.data.training.inputs.clone();
    };
    let (n, [x, y]) = (xs.len(), &problem.data.drawn);
    let column = |column: &Column| {
        let values = match &column.values {
            Values::Numbers(_) if column.name == *x => Values::Numbers(xs.clone()),
            Values::Numbers(_) if column.name == *y => Values::Numbers(ys.clone()),
            other => middling(other, n),
        };
        Column { name: column.name.clone(), values }
    };
    Inputs::Table(Table::new(table.columns().iter().map(column).collect()))
}

/// The mean of numbers, or the most frequent word, n times.
fn middling(values: &Values, n: usize) -> Values {
    match values {
        Values::Numbers(numbers) => {
            let mean = numbers.iter().sum::<f64>() / numbers.len().max(1) as f64;
            Values::Numbers(vec![mean; n])
        }
        Values::Categories { codes, levels } => {
            let count = |level: usize| codes.iter().filter(|&&code| code as usize == level).count();
            let most =
                (0..levels.len()).max_by_key(|&level| count(level)).map_or(MISSING, |level| level as u32);
            Values::Categories { codes: vec![most; n], levels: levels.clone() }
        }
        Values::Text(_) => Values::Text(vec![String::new(); n]),
    }
}

/// The points as the network takes them; NaN in every input of a point at which a feature is not finite.
pub(super) fn prepared<R: Real>(problem: &Problem, points: &Inputs) -> Matrix<R> {
    if let Ok(matrix) = problem.prep.transform(points) {
        return matrix;
    }
    let width = problem.architecture.inputs;
    let mut matrix = Matrix::zeros(points.rows(), width);
    for row in 0..points.rows() {
        match problem.prep.transform::<R>(&points.select(&[row])) {
            Ok(one) => matrix.row_mut(row).copy_from_slice(one.row(0)),
            Err(_) => matrix.row_mut(row).fill(R::from_f64(f64::NAN)),
        }
    }
    matrix
}

/// One point of the plane, as a data set of one row with this target's kind.
pub(super) fn point(problem: &Problem, x: f64, y: f64, target: f64) -> Dataset {
    let inputs = plane(problem, vec![x], vec![y]);
    let target = match &problem.data.training.target {
        Target::Classes { name, names, .. } => {
            let code = (target.max(0.0) as usize).min(names.len().saturating_sub(1)) as u32;
            Target::Classes { name: name.clone(), codes: vec![code], names: names.clone() }
        }
        Target::Values { names, .. } | Target::Labels { names, .. } => Target::Values {
            names: names.clone(),
            values: Matrix::from_vec(1, names.len(), vec![target; names.len()]),
        },
    };
    Dataset { inputs, target, weights: None }
}
