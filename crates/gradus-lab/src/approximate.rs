//! How near a network comes to a function: built as a lookup table, and beside it one of the same size that has learned.

use crate::Error;
use gradus::construct::approximation::{Distance, LookupTable, Unit, distance};
use gradus::construct::function::{Function, Steepness};
use gradus::construct::model_of_values;
use gradus::data::{Column, Dataset, Inputs, Table, Target, Values};
use gradus::model::AnyNetwork;
use gradus::network::Network;
use gradus::train::Silent;
use gradus::{Matrix, Model, Spec, Trainer};
use serde::Serialize;

/// The name of what the models answer with.
pub const TARGET: &str = "y";
/// How often the pieces are halved for the table of errors.
const HALVINGS: u32 = 3;
/// Examples that a network learns from, along one axis or along each of two; more where there are more pieces.
const EXAMPLES: [usize; 2] = [1_000, 40];

/// A line of the table: so many pieces, so much error.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Line {
    /// N, per axis.
    pub pieces: usize,
    /// The largest error found.
    pub max_error: f64,
    /// The mean of the absolute errors.
    pub mean_error: f64,
    /// What the table promises in exact arithmetic, where the function has a Lipschitz constant.
    pub bound: Option<f64>,
    /// What the network's own rounding may add to it.
    pub rounding: f64,
    /// Points that were measured.
    pub points: usize,
}

impl Line {
    /// Whether nothing is left of the error but rounding.
    pub fn is_rounding(&self) -> bool {
        self.max_error <= self.rounding
    }

    /// Whether the error is above the bound by more than rounding explains, and by more than the slack of an estimate.
    pub fn breaks_bound(&self) -> bool {
        self.bound.is_some_and(|bound| self.max_error > 1.05 * bound + self.rounding)
    }
}

/// The network that was built, with N and with fewer pieces.
#[derive(Clone, Debug)]
pub struct Built {
    /// An ordinary model.
    pub model: Model,
    /// The Lipschitz constant, known or estimated, or that there seems to be none.
    pub steepness: Steepness,
    /// Errors from N/8 to N pieces, as far as they are whole.
    pub lines: Vec<Line>,
}

/// Builds `table` for `function`. `lipschitz` is the constant that somebody vouches for; without it, it is estimated.
///
/// # Errors
/// If the table cannot be built, or the function has no finite value somewhere.
pub fn build(function: &Function, table: LookupTable, lipschitz: Option<f64>) -> Result<Built, Error> {
    table.hidden(function)?;
    let steepness = match lipschitz {
        Some(constant) => Steepness::Known(constant),
        None => function.steepness()?,
    };
    let mut lines = Vec::new();
    for halving in (1..=HALVINGS).rev().filter(|halving| table.pieces >> halving > 0) {
        let coarser = LookupTable { pieces: table.pieces >> halving, ..table };
        lines.push(line(function, coarser, steepness, &coarser.build(function)?)?);
    }
    let network = table.build(function)?;
    lines.push(line(function, table, steepness, &network)?);
    let model = model_of_values(network, function.names(), &[TARGET], origin(function, table))?;
    Ok(Built { model, steepness, lines })
}

fn line(
    function: &Function,
    table: LookupTable,
    steepness: Steepness,
    network: &Network<f64>,
) -> Result<Line, Error> {
    let Distance { max, mean, points } = distance(function, network, table.pieces)?;
    let bound = table.bound(function, steepness);
    Ok(Line {
        pieces: table.pieces,
        max_error: max,
        mean_error: mean,
        bound,
        rounding: LookupTable::rounding(network),
        points,
    })
}

fn origin(function: &Function, table: LookupTable) -> String {
    let ends = |corner: &[f64]| corner.iter().map(f64::to_string).collect::<Vec<_>>().join(",");
    format!(
        "{} from {} to {}, a table of {} pieces, built and not learned",
        function.text(),
        ends(function.from()),
        ends(function.to()),
        table.pieces
    )
}

/// A network that has learned the function from examples.
#[derive(Clone, Debug)]
pub struct Learned {
    /// The model.
    pub model: Model,
    /// Examples it learned from.
    pub rows: usize,
    /// How near it is, over the same points as the table.
    pub distance: Distance,
}

/// Trains a network with the layers of `table` on examples from an even grid. Steps have no slope to learn by: in their
/// place stand sigmoids. `spec` may say more, such as the seed.
///
/// # Errors
/// If the function has no finite value somewhere, or `spec` contradicts the size.
pub fn learn(function: &Function, table: LookupTable, spec: &Spec) -> Result<Learned, Error> {
    let hidden: Vec<String> = table.hidden(function)?.iter().map(usize::to_string).collect();
    let mut spec = spec.clone();
    let examples = examples(function, table.pieces)?;
    let epochs = epochs(&examples, table.build(function)?.parameters().len());
    for (key, value) in [
        ("task", "regression"),
        ("hidden", &hidden.join(",")),
        ("activation", Unit::Sigmoid.activation().name()),
        ("precision", "f64"),
        ("validation", "0"),
        // Nothing here is noise: no decay, and a rate that was found on sines of 16 to 256 pieces.
        ("optimizer", "adam"),
        ("learning-rate", "0.01"),
        ("epochs", &epochs.to_string()),
    ] {
        spec.set(key, value)?;
    }
    let model = Trainer::new(spec).fit(&examples, &mut Silent)?;
    let distance = distance(function, &in_own_units(&model)?, table.pieces)?;
    Ok(Learned { model, rows: examples.rows(), distance })
}

/// As many as bring a small network to rest, and fewer where it would take minutes.
fn epochs(examples: &Dataset, parameters: usize) -> usize {
    const MOST: usize = 300;
    const WORK: u64 = 100_000_000_000;
    let work_of_one = examples.rows() as u64 * parameters as u64;
    (WORK / work_of_one).clamp(3, MOST as u64) as usize
}

/// The same function without preprocessing: scales of inputs and outputs folded into the first and the last layer.
fn in_own_units(model: &Model) -> Result<Network<f64>, Error> {
    let AnyNetwork::F64(network) = &model.network else { unreachable!("the spec says f64") };
    let mut network = network.clone();
    let first = network.layers()[0].clone();
    let (weights, biases) = first.split_mut(network.parameters_mut());
    for (unit, bias) in biases.iter_mut().enumerate() {
        let row = &mut weights[unit * first.inputs..(unit + 1) * first.inputs];
        let (own, moved) = model.prep.in_own_units(row, *bias);
        row.copy_from_slice(&own);
        *bias = moved;
    }
    let last = network.layers()[network.layers().len() - 1].clone();
    let (mean, deviation) = model.coding.scales()[0];
    let (weights, biases) = last.split_mut(network.parameters_mut());
    weights.iter_mut().for_each(|weight| *weight *= deviation);
    biases[0] = biases[0] * deviation + mean;
    Ok(network)
}

fn examples(function: &Function, pieces: usize) -> Result<Dataset, Error> {
    let axes = function.names().len();
    let steps = match axes {
        1 => EXAMPLES[0].max(4 * pieces),
        _ => EXAMPLES[1].max(2 * pieces),
    };
    let rows = (steps + 1).pow(axes as u32);
    let place = |row: usize, axis: usize| row / (steps + 1).pow(axis as u32) % (steps + 1);
    let mut columns = vec![Vec::with_capacity(rows); axes];
    let (mut values, mut stack, mut point) = (Vec::with_capacity(rows), Vec::new(), vec![0.0; axes]);
    for row in 0..rows {
        for axis in 0..axes {
            point[axis] = function.along(axis, place(row, axis), steps);
            columns[axis].push(point[axis]);
        }
        values.push(function.value(&point, &mut stack)?);
    }
    let named = function.names().iter().zip(columns);
    let columns = named.map(|(name, cells)| Column { name: name.clone(), values: Values::Numbers(cells) });
    Ok(Dataset {
        inputs: Inputs::Table(Table::new(columns.collect())),
        target: Target::Values { names: vec![TARGET.to_owned()], values: Matrix::from_vec(rows, 1, values) },
        weights: None,
    })
}
