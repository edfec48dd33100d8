//! The lookup-table network: any continuous function on a box, as near as one likes, without learning anything.
//!
//! [A, B] is divided into N pieces of width h by edges e₀ … e_N; the table holds vᵢ = f(middle of piece i). With one hidden
//! layer, each piece has a pair of steep units, one that turns on at its left edge and one that takes it back at its right
//! edge, and the output adds up
//!
//! ```text
//! y(x) = Σᵢ vᵢ · [ g(k(x − eᵢ)) − g(k(x − eᵢ₊₁)) ]        g the step function or the sigmoid, k steep
//! ```
//!
//! e₀ and e_N lie half a piece outside, so that the brackets add up to 1 everywhere in [A, B]. Then y is a weighted mean of
//! the table, and near an edge, where two entries share the weight, the nearer middle has the larger share: the error
//! is at most L·h/2 for a function with Lipschitz constant L, with sigmoids as with steps. It halves as N doubles.
//!
//! With two hidden layers and d variables, the first layer has a unit for every edge of the strips of each axis, the second
//! one unit for every cell, the AND of its strips, and the output holds the table:
//!
//! ```text
//! cellᵢⱼ = g(K(sᵢ + tⱼ − d + ½)),  sᵢ = g(k₁(x₁ − eᵢ)) − g(k₁(x₁ − eᵢ₊₁)),  tⱼ likewise in x₂
//! ```
//!
//! The error is at most L times half the diagonal of a cell. With steps that holds at every point; with sigmoids not in the
//! four corners of a cell, in squares whose side is about a thousandth of the cell's, where no AND is decided.
//! (Cybenko 1988; Lapedes and Farber 1988, "How neural nets work", on bumps made of sigmoids.)

use super::function::{Function, Steepness};
use crate::network::{Activation, Architecture, Link, Network};
use crate::{Error, Matrix};
use std::fmt;
use std::str::FromStr;

/// k·h: a sigmoid goes from 1 % to 99 % within 9.2/k, a thousandth of a piece.
const STEEPNESS: f64 = 10_000.0;
/// K: a second-layer unit is e⁻⁴⁰ from 0 or 1 wherever its strips are decided.
const STEEPNESS_OF_AND: f64 = 80.0;
/// The rounding of a unit of the last hidden layer, in u: a sigmoid is right to two and a half units in the last
/// place, each at most 2u.
const UNIT_ROUNDING: f64 = 5.0;
/// The narrowest piece, in distances between neighbouring numbers: its sigmoids rise within a thousandth of it.
const NARROWEST: f64 = 1e5;
/// The most pieces of a network with one hidden layer.
const MOST_PIECES: usize = 8_192;
/// The most pieces per axis of two.
const MOST_PIECES_PER_AXIS: usize = 64;
/// The most units of a second hidden layer over one variable: its weights are a square.
const MOST_PIECES_TWO_LAYERS: usize = 1_024;

/// What a unit of the table is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Threshold units: the network is constant on each piece.
    Step,
    /// Steep sigmoids: the network is smooth.
    Sigmoid,
}

impl Unit {
    /// As an activation of a network.
    pub fn activation(self) -> Activation {
        match self {
            Self::Step => Activation::Step,
            Self::Sigmoid => Activation::Sigmoid,
        }
    }
}

impl FromStr for Unit {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            "step" => Ok(Self::Step),
            "sigmoid" => Ok(Self::Sigmoid),
            other => Err(Error::unknown_name("activation of a lookup table", other, ["sigmoid", "step"])),
        }
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.activation().fmt(f)
    }
}

/// How a table is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LookupTable {
    /// N, per axis.
    pub pieces: usize,
    /// 1 for functions of one variable, 2 for those of two; 2 is possible for one too.
    pub hidden_layers: usize,
    /// What its units are.
    pub unit: Unit,
}

/// How far a network lies from a function, over a grid.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Distance {
    /// The largest difference.
    pub max: f64,
    /// The mean of the absolute differences.
    pub mean: f64,
    /// Points compared.
    pub points: usize,
}

impl LookupTable {
    /// The table that suits `function`: one hidden layer of steep sigmoids for one variable; two of steps for two, which
    /// keep the bound at every point.
    pub fn for_function(function: &Function, pieces: usize) -> Self {
        match function.names().len() {
            1 => Self { pieces, hidden_layers: 1, unit: Unit::Sigmoid },
            _ => Self { pieces, hidden_layers: 2, unit: Unit::Step },
        }
    }

    /// The units of each hidden layer.
    ///
    /// # Errors
    /// If there are no pieces, more than can be built, narrower ones than numbers can tell apart, or two variables and one
    /// hidden layer.
    pub fn hidden(&self, function: &Function) -> Result<Vec<usize>, Error> {
        let (axes, pieces) = (function.names().len(), self.pieces);
        let limit = match (axes, self.hidden_layers) {
            (1, 1) => MOST_PIECES,
            (1, 2) => MOST_PIECES_TWO_LAYERS,
            (2, 2) => MOST_PIECES_PER_AXIS,
            _ => return Err(Error::TableLayers { variables: axes, layers: self.hidden_layers }),
        };
        if !(1..=limit).contains(&pieces) {
            let parameters = self.n_parameters(axes);
            return Err(Error::TablePieces { pieces, limit, parameters });
        }
        for (&from, &to) in function.from().iter().zip(function.to()) {
            let spacing = f64::EPSILON * from.abs().max(to.abs());
            let width = (to - from) / pieces as f64;
            if width < NARROWEST * spacing || !(STEEPNESS / width * from.abs().max(to.abs())).is_finite() {
                return Err(Error::NarrowPieces { from, to, pieces });
            }
        }
        Ok(match self.hidden_layers {
            1 => vec![2 * pieces],
            _ => vec![axes * (pieces + 1), pieces.pow(axes as u32)],
        })
    }

    /// Weights and biases of tables of any size, also such as nobody can build.
    fn n_parameters(&self, axes: usize) -> f64 {
        let (wide, axes) = (self.pieces as f64, axes as f64);
        match self.hidden_layers {
            1 => 6.0 * wide + 1.0,
            _ => {
                let (edges, cells) = (axes * (wide + 1.0), wide.powf(axes));
                edges * (axes + 1.0) + cells * (edges + 2.0) + 1.0
            }
        }
    }

    /// Builds the network; nothing is learned.
    ///
    /// # Shapes
    /// (n, variables) → (n, 1).
    ///
    /// # Errors
    /// As [`hidden`](Self::hidden), and if the function has no finite value in the middle of a piece.
    pub fn build(&self, function: &Function) -> Result<Network<f64>, Error> {
        let hidden = self.hidden(function)?;
        let architecture = Architecture {
            inputs: function.names().len(),
            hidden: hidden.into_iter().map(|units| (units, self.unit.activation())).collect(),
            outputs: 1,
            link: Link::IDENTITY,
        };
        let mut network = Network::from_parameters(&architecture, vec![0.0; architecture.n_parameters()?])?;
        match self.hidden_layers {
            1 => self.fill_one_layer(function, &mut network)?,
            _ => self.fill_two_layers(function, &mut network)?,
        }
        Ok(network)
    }

    /// What the table promises for a function with this Lipschitz constant: L times half the diagonal of a cell.
    pub fn bound(&self, function: &Function, steepness: Steepness) -> Option<f64> {
        let sides = (0..function.names().len()).map(|axis| self.width(function, axis));
        let diagonal = sides.map(|side| side * side).sum::<f64>().sqrt();
        steepness.constant().map(|constant| constant * diagonal / 2.0)
    }

    /// How far the output of `network` may be off by its own rounding: its last sum, of n products in double precision, by
    /// no more than n·u·Σ|vᵢ|, u = 2⁻⁵³ (Higham, *Accuracy and Stability of Numerical Algorithms*, 2002, §3.1), and each
    /// unit by 5u. The bound of the table is one of exact arithmetic.
    pub fn rounding(network: &Network<f64>) -> f64 {
        let output = network.layer(network.layers().len() - 1);
        let terms = output.weights.columns();
        let values: f64 = (0..terms).map(|term| output.weights.get(0, term).abs()).sum();
        (terms as f64 + UNIT_ROUNDING) * values * (f64::EPSILON / 2.0)
    }

    /// h along an axis.
    pub fn width(&self, function: &Function, axis: usize) -> f64 {
        (function.to()[axis] - function.from()[axis]) / self.pieces as f64
    }

    /// Edge `number` of an axis: the first and the last lie half a piece outside the box.
    fn edge(&self, function: &Function, axis: usize, number: usize) -> f64 {
        let half = self.width(function, axis) / 2.0;
        match number {
            0 => function.from()[axis] - half,
            last if last == self.pieces => function.to()[axis] + half,
            inner => function.along(axis, inner, self.pieces),
        }
    }

    /// The weight and bias that put a unit's threshold at `edge`: k·x − k·edge.
    fn unit_at(&self, edge: f64, width: f64) -> (f64, f64) {
        match self.unit {
            // Weight 1 and bias −edge: x − edge is exactly 0 at the edge, and its sign is exact beside it.
            Unit::Step => (1.0, -edge),
            Unit::Sigmoid => (STEEPNESS / width, -edge * (STEEPNESS / width)),
        }
    }

    fn middle(&self, function: &Function, axis: usize, piece: usize) -> f64 {
        function.along(axis, 2 * piece + 1, 2 * self.pieces)
    }

    fn fill_one_layer(&self, function: &Function, network: &mut Network<f64>) -> Result<(), Error> {
        let [first, output] = [0, 1].map(|index| network.layers()[index].clone());
        let (mut stack, width) = (Vec::new(), self.width(function, 0));
        for piece in 0..self.pieces {
            let value = function.value(&[self.middle(function, 0, piece)], &mut stack)?;
            for (unit, edge, sign) in [(2 * piece, piece, 1.0), (2 * piece + 1, piece + 1, -1.0)] {
                let (weight, bias) = self.unit_at(self.edge(function, 0, edge), width);
                let (weights, biases) = first.split_mut(network.parameters_mut());
                (weights[unit], biases[unit]) = (weight, bias);
                output.split_mut(network.parameters_mut()).0[unit] = sign * value;
            }
        }
        Ok(())
    }

    fn fill_two_layers(&self, function: &Function, network: &mut Network<f64>) -> Result<(), Error> {
        let [first, second, output] = [0, 1, 2].map(|index| network.layers()[index].clone());
        let (axes, n) = (function.names().len(), self.pieces);
        for axis in 0..axes {
            for number in 0..=n {
                let edge = self.edge(function, axis, number);
                let (weight, bias) = self.unit_at(edge, self.width(function, axis));
                let (weights, biases) = first.split_mut(network.parameters_mut());
                let unit = axis * (n + 1) + number;
                (weights[unit * axes + axis], biases[unit]) = (weight, bias);
            }
        }
        let steepness = match self.unit {
            Unit::Step => 1.0,
            Unit::Sigmoid => STEEPNESS_OF_AND,
        };
        let mut stack = Vec::new();
        for cell in 0..n.pow(axes as u32) {
            let pieces: Vec<usize> = (0..axes).map(|axis| cell / n.pow(axis as u32) % n).collect();
            let point: Vec<f64> = (0..axes).map(|axis| self.middle(function, axis, pieces[axis])).collect();
            let (weights, biases) = second.split_mut(network.parameters_mut());
            for (axis, piece) in pieces.iter().enumerate() {
                let left = cell * second.inputs + axis * (n + 1) + piece;
                (weights[left], weights[left + 1]) = (steepness, -steepness);
            }
            biases[cell] = steepness * (0.5 - axes as f64);
            output.split_mut(network.parameters_mut()).0[cell] = function.value(&point, &mut stack)?;
        }
        Ok(())
    }
}

/// Multiplications that a measurement may take.
const MOST_WORK: usize = 4_000_000_000;
/// Points of a measurement that are wanted, along one axis or along each of two.
const POINTS: [usize; 2] = [20_000, 400];
/// Points at a time: what the network's hidden layers take for them is bounded.
const POINTS_AT_A_TIME: usize = 256;

/// The distance between `network` and `function` over an even grid with both ends, at least `finest` times as dense as
/// the pieces.
///
/// # Errors
/// If the function has no finite value at a point of the grid.
pub fn distance(function: &Function, network: &Network<f64>, pieces: usize) -> Result<Distance, Error> {
    let axes = function.names().len();
    let affordable = MOST_WORK / network.parameters().len();
    let steps = match axes {
        1 => POINTS[0].max(8 * pieces).min(affordable),
        _ => POINTS[1].min(affordable.isqrt()),
    };
    // A multiple of the pieces puts points on every edge, where the error is largest.
    let steps = steps.max(4 * pieces).next_multiple_of(2 * pieces);
    let points = (steps + 1).pow(axes as u32);
    let (mut max, mut sum, mut stack) = (0.0_f64, 0.0, Vec::new());
    for start in (0..points).step_by(POINTS_AT_A_TIME) {
        let batch = start..points.min(start + POINTS_AT_A_TIME);
        let mut inputs = Vec::with_capacity(batch.len() * axes);
        for index in batch.clone() {
            let place = |axis: usize| index / (steps + 1).pow(axis as u32) % (steps + 1);
            inputs.extend((0..axes).map(|axis| function.along(axis, place(axis), steps)));
        }
        let inputs = Matrix::from_vec(batch.len(), axes, inputs);
        let outputs = network.predict(&inputs);
        for row in 0..batch.len() {
            let difference = (outputs.row(row)[0] - function.value(inputs.row(row), &mut stack)?).abs();
            max = max.max(difference);
            sum += difference;
        }
    }
    Ok(Distance { max, mean: sum / points as f64, points })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::{PI, TAU};

    fn measured(function: &Function, table: LookupTable) -> Distance {
        distance(function, &table.build(function).unwrap(), table.pieces).unwrap()
    }

    fn with_steps(function: &Function, pieces: usize) -> LookupTable {
        LookupTable { unit: Unit::Step, ..LookupTable::for_function(function, pieces) }
    }

    /// The error keeps the bound of the Lipschitz constant from calculus, and halves as the pieces double.
    #[test]
    fn the_error_keeps_its_bound_and_halves() {
        #[track_caller]
        fn check(text: &str, from: f64, to: f64, lipschitz: f64) {
            let function = Function::new(text, &[from], &[to]).unwrap();
            for unit in [Unit::Sigmoid, Unit::Step] {
                let mut before = f64::INFINITY;
                for pieces in [8, 16, 64, 128, 1024] {
                    let table = LookupTable { unit, ..LookupTable::for_function(&function, pieces) };
                    let bound = table.bound(&function, Steepness::Known(lipschitz)).unwrap();
                    assert!((bound - lipschitz * (to - from) / pieces as f64 / 2.0).abs() < 1e-12);
                    let found = measured(&function, table);
                    assert!(found.max <= bound * (1.0 + 1e-9), "{text}, {unit}, {pieces}: {found:?}");
                    // Where the function is steepest the bound is nearly met: it is no bound of convenience.
                    assert!(
                        found.max >= 0.8 * bound && found.mean < found.max,
                        "{text}, {pieces}: {found:?}"
                    );
                    assert!(found.max < 0.56 * before, "{text}, {pieces}: {found:?} after {before}");
                    before = found.max;
                }
            }
        }
        check("sin(x)", 0.0, TAU, 1.0);
        check("cos(x)", -PI, PI, 1.0);
        check("x^2", -1.0, 2.0, 4.0);
        check("abs(x)", -1.0, 1.0, 1.0);
    }

    /// A constant has no error but that of rounding, and that one is small.
    #[test]
    fn a_constant_is_right_within_rounding() {
        for (text, value) in [("7", 7.0), ("0.1", 0.1), ("-1e300", 1e300), ("0", 0.0)] {
            let function = Function::new(text, &[-1.0], &[1.0]).unwrap();
            for (unit, pieces) in [(Unit::Sigmoid, 64), (Unit::Step, 1000)] {
                let network = LookupTable { unit, ..LookupTable::for_function(&function, pieces) }
                    .build(&function)
                    .unwrap();
                let (found, most) =
                    (distance(&function, &network, pieces).unwrap(), LookupTable::rounding(&network));
                assert!(found.max <= most, "{text}, {unit}: {found:?} above {most}");
                // (2·pieces + 5)·2⁻⁵³·2·pieces·|value|
                assert!(most <= 5e-10 * value, "{text}, {unit}: {most}");
            }
        }
    }

    #[test]
    fn sine_is_as_near_as_promised() {
        let sine = Function::new("sin(x)", &[0.0], &[TAU]).unwrap();
        for (pieces, most) in [(64, 0.052), (1024, 0.0033)] {
            let found = measured(&sine, LookupTable::for_function(&sine, pieces));
            assert!(found.max <= most, "{pieces}: {found:?}");
        }
    }

    /// No table follows a jump at its point, but the stretch on which it misses gets shorter.
    #[test]
    fn a_jump_keeps_its_height_and_the_mean_halves() {
        // A third is a third or two thirds into a piece however often the pieces are halved, so the mean halves exactly.
        let jump = Function::new("sign(x - 1/3)", &[0.0], &[1.0]).unwrap();
        let found = [16, 32, 64, 128].map(|pieces| measured(&jump, with_steps(&jump, pieces)));
        for pair in found.windows(2) {
            let ratio = pair[1].mean / pair[0].mean;
            assert!((0.48..0.52).contains(&ratio) && pair[1].max == 2.0, "{found:?}");
        }
        // With an edge on the jump only the slope of x is left.
        let on_edge = Function::new("sign(x) + x", &[-1.0], &[1.0]).unwrap();
        let found = measured(&on_edge, with_steps(&on_edge, 64));
        assert!((found.max - 1.0 / 64.0).abs() < 1e-12, "{found:?}");
    }

    #[test]
    fn two_variables_take_two_hidden_layers() {
        #[track_caller]
        fn check(text: &str, lipschitz: f64) {
            let function = Function::new(text, &[-1.0, -1.0], &[1.0, 1.0]).unwrap();
            let mut before = f64::INFINITY;
            for pieces in [5, 10, 20] {
                let table = LookupTable::for_function(&function, pieces);
                assert_eq!(table.hidden(&function).unwrap(), [2 * (pieces + 1), pieces * pieces]);
                let bound = table.bound(&function, Steepness::Known(lipschitz)).unwrap();
                let found = measured(&function, table);
                assert!(found.max <= bound * (1.0 + 1e-9), "{text}, {pieces}: {found:?}, {bound}");
                assert!(found.max < 0.6 * before && found.mean < found.max, "{text}, {pieces}: {found:?}");
                before = found.max;
            }
        }
        check("x1*x2", 2.0_f64.sqrt());
        check("sin(3*x1) + cos(2*x2)", 13.0_f64.sqrt());
        check("sqrt(x1^2 + x2^2)", 1.0);
    }

    /// Sigmoids differ from steps only where a unit is undecided.
    #[test]
    fn two_layers_of_sigmoids_are_steps_away_from_the_edges() {
        for (text, from, to) in [("x1*x2", vec![-1.0; 2], vec![1.0; 2]), ("sin(x)", vec![0.0], vec![TAU])] {
            let function = Function::new(text, &from, &to).unwrap();
            let table = LookupTable { pieces: 6, hidden_layers: 2, unit: Unit::Step };
            let sharp = table.build(&function).unwrap();
            let smooth = LookupTable { unit: Unit::Sigmoid, ..table }.build(&function).unwrap();
            // 7 and 6 have no common factor: no point but the ends lies on an edge.
            let inputs: Vec<f64> = (0..49)
                .flat_map(|i| {
                    [i % 7, i / 7].map(|step| from[0] + (to[0] - from[0]) * (step as f64 + 0.4) / 7.0)
                })
                .collect();
            let inputs = Matrix::from_vec(98 / from.len(), from.len(), inputs);
            let (sharp, smooth) = (sharp.predict(&inputs), smooth.predict(&inputs));
            for (sharp, smooth) in sharp.as_slice().iter().zip(smooth.as_slice()) {
                assert!((sharp - smooth).abs() < 1e-12, "{text}: {sharp} {smooth}");
            }
        }
    }

    #[test]
    fn tables_that_cannot_be_are_refused() {
        #[track_caller]
        fn check(dimensions: usize, pieces: usize, hidden_layers: usize, expected: &str) {
            let corner = vec![0.0; dimensions];
            let function = Function::new("2", &corner, &vec![1.0; dimensions]).unwrap();
            let table = LookupTable { pieces, hidden_layers, unit: Unit::Step };
            assert_eq!(table.build(&function).unwrap_err().to_string(), expected);
        }
        check(1, 0, 1, "a table of 0 pieces has no entry; help: ask for 1 to 8192 pieces");
        check(
            1,
            1_000_000_000,
            1,
            "1000000000 pieces make a network of 6.0e9 weights and biases, 48.0 GB; help: ask for 1 to 8192 pieces",
        );
        check(
            2,
            usize::MAX,
            2,
            "18446744073709551615 pieces make a network of 1.3e58 weights and biases, 1.0e50 GB; help: ask for 1 to 64 pieces",
        );
        check(
            2,
            8,
            1,
            "the number of hidden layers is 1 for a function of two variables; help: use 1 or 2 for a function of x, 2 for one of x1 and x2",
        );
    }

    /// A network of 2,000 units ends its job as an ordinary model file.
    #[test]
    fn a_table_is_an_ordinary_model() {
        let sine = Function::new("sin(x)", &[0.0], &[TAU]).unwrap();
        let network = LookupTable::for_function(&sine, 1000).build(&sine).unwrap();
        let model =
            crate::construct::model_of_values(network, sine.names(), &["y"], "sin(x)".to_owned()).unwrap();
        let again = crate::model_file::from_bytes(&crate::model_file::to_bytes(&model)).unwrap();
        assert_eq!(again, model);
    }
}
