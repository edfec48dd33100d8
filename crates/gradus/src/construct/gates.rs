//! Logic gates as threshold units, with their truth tables.
//!
//! | gate | fires where | w | θ (0/1) | θ (−1/+1) |
//! |---|---|---|---|---|
//! | and | both inputs are 1 | 1, 1 | 1.5 | 1 |
//! | or | at least one is 1 | 1, 1 | 0.5 | −1 |
//! | not | the input is not 1 | −1 | −0.5 | 0 |
//! | nand | not both are 1 | −1, −1 | −1.5 | −1 |
//! | majority | more than half of n are 1 | 1, …, 1 | ⌊n/2⌋ + ½ | 2⌊n/2⌋ + 1 − n |
//! | xor | just one is 1 | two layers: (x₁ or x₂) and (x₁ nand x₂) | | |
//!
//! No single unit computes xor (Minsky and Papert, *Perceptrons*, 1969): its line would have to leave (0,1) and (1,0) on one
//! side and (0,0) and (1,1) on the other, but the middles of both pairs are the same point.

use crate::network::{Network, Workspace};
use crate::settings::{Settings, write};
use crate::threshold::{self, Levels, Unit};
use crate::{Error, MatrixView};
use serde::Serialize;
use std::fmt;
use std::str::FromStr;

/// More inputs make a truth table that nobody reads.
const MOST_INPUTS: usize = 16;
/// Inputs of a majority where nothing is said.
const MAJORITY_INPUTS: usize = 3;

/// A logic gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gate {
    /// Both.
    And,
    /// At least one.
    Or,
    /// Not it.
    Not,
    /// Not both.
    Nand,
    /// More than half.
    Majority {
        /// Number of inputs.
        inputs: usize,
    },
    /// Just one of two.
    Xor,
}

/// Every row of a gate's truth table, as the network computes it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TruthTable {
    /// The gate, as it is written.
    pub gate: String,
    /// What stands for no and yes.
    pub activation: Levels,
    /// The units, layer by layer.
    pub layers: Vec<Vec<Unit>>,
    /// 2ⁿ rows, the first input changing slowest.
    pub rows: Vec<TruthRow>,
}

/// One row of a truth table.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TruthRow {
    /// (inputs)
    pub inputs: Vec<f64>,
    /// Per layer and unit what it computes.
    pub layers: Vec<Vec<UnitValues>>,
    /// y
    pub output: f64,
}

/// What a unit computes for one row.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct UnitValues {
    /// Σ w x, before the threshold.
    pub weighted_sum: f64,
    /// Σ w x − θ, from the network.
    pub net_input: f64,
    /// g(net input), from the network.
    pub output: f64,
}

impl Gate {
    /// Every gate, with its default settings.
    pub const ALL: [Self; 6] =
        [Self::And, Self::Or, Self::Not, Self::Nand, Self::Majority { inputs: MAJORITY_INPUTS }, Self::Xor];

    /// The name, without settings.
    pub fn name(self) -> &'static str {
        match self {
            Self::And => "and",
            Self::Or => "or",
            Self::Not => "not",
            Self::Nand => "nand",
            Self::Majority { .. } => "majority",
            Self::Xor => "xor",
        }
    }

    /// Number of inputs.
    pub fn inputs(self) -> usize {
        match self {
            Self::Not => 1,
            Self::Majority { inputs } => inputs,
            Self::And | Self::Or | Self::Nand | Self::Xor => 2,
        }
    }

    /// What the gate should say, straight from logic.
    ///
    /// # Panics
    /// If there are not as many inputs as the gate has.
    pub fn truth(self, inputs: &[bool]) -> bool {
        assert_eq!(inputs.len(), self.inputs(), "{} has {} inputs", self.name(), self.inputs());
        let on = inputs.iter().filter(|&&on| on).count();
        match self {
            Self::And => on == 2,
            Self::Or => on >= 1,
            Self::Not => on == 0,
            Self::Nand => on < 2,
            Self::Majority { inputs } => 2 * on > inputs,
            Self::Xor => on == 1,
        }
    }

    /// The units, layer by layer.
    pub fn layers(self, levels: Levels) -> Vec<Vec<Unit>> {
        let layers = match self {
            Self::And => vec![vec![Unit::step(vec![1.0, 1.0], 1.5)]],
            Self::Or => vec![vec![Unit::step(vec![1.0, 1.0], 0.5)]],
            Self::Not => vec![vec![Unit::step(vec![-1.0], -0.5)]],
            Self::Nand => vec![vec![Unit::step(vec![-1.0, -1.0], -1.5)]],
            Self::Majority { inputs } => {
                vec![vec![Unit::step(vec![1.0; inputs], (inputs / 2) as f64 + 0.5)]]
            }
            Self::Xor => [vec![Self::Or, Self::Nand], vec![Self::And]]
                .map(|gates| gates.into_iter().flat_map(|gate| gate.layers(Levels::Step).concat()).collect())
                .to_vec(),
        };
        let in_levels = |layer: Vec<Unit>| layer.into_iter().map(|unit| unit.with_levels(levels)).collect();
        layers.into_iter().map(in_levels).collect()
    }

    /// The gate as an ordinary network.
    ///
    /// # Errors
    /// If a majority of no inputs is asked for.
    pub fn network(self, levels: Levels) -> Result<Network<f64>, Error> {
        threshold::network(&self.layers(levels))
    }

    /// What the network computes for every combination of inputs.
    ///
    /// # Errors
    /// If a majority of no inputs is asked for, or of too many to list.
    pub fn truth_table(self, levels: Levels) -> Result<TruthTable, Error> {
        check_inputs(self.inputs())?;
        let (network, layers) = (self.network(levels)?, self.layers(levels));
        let mut work = Workspace::new(&network, 1, false);
        let n = self.inputs();
        let rows = (0..1_usize << n).map(|row| {
            let inputs: Vec<f64> = (0..n).rev().map(|bit| levels.level(row >> bit & 1 == 1)).collect();
            truth_row(&network, &layers, inputs, &mut work)
        });
        Ok(TruthTable { gate: self.to_string(), activation: levels, rows: rows.collect(), layers })
    }
}

fn truth_row(
    network: &Network<f64>,
    layers: &[Vec<Unit>],
    inputs: Vec<f64>,
    work: &mut Workspace<f64>,
) -> TruthRow {
    network.forward(MatrixView::from_slice(&inputs, 1, inputs.len()), None, work);
    let logits = work.nets[layers.len() - 1].row(0);
    network.link().apply(logits, work.predictions.as_mut_slice(), network.outputs());
    let mut signals = inputs.clone();
    let mut traced = Vec::with_capacity(layers.len());
    for (index, layer) in layers.iter().enumerate() {
        let outputs = work.outputs.get(index).unwrap_or(&work.predictions).row(0);
        let values = |(j, unit): (usize, &Unit)| UnitValues {
            weighted_sum: unit.weighted_sum(&signals),
            net_input: work.nets[index].row(0)[j],
            output: outputs[j],
        };
        let values: Vec<UnitValues> = layer.iter().enumerate().map(values).collect();
        signals = outputs.to_vec();
        traced.push(values);
    }
    TruthRow { inputs, layers: traced, output: signals[0] }
}

fn check_inputs(inputs: usize) -> Result<(), Error> {
    if (1..=MOST_INPUTS).contains(&inputs) {
        return Ok(());
    }
    Err(Error::OutOfRange {
        key: "`inputs` of majority".to_owned(),
        value: inputs.to_string(),
        range: "a whole number from 1 to 16",
    })
}

impl FromStr for Gate {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let mut settings = Settings::parse(text)?;
        let gate = match Self::ALL.into_iter().find(|gate| gate.name() == settings.name) {
            Some(Self::Majority { inputs }) => Self::Majority { inputs: settings.take("inputs", inputs)? },
            Some(other) => other,
            None => return Err(Error::unknown_name("gate", settings.name, Self::ALL.map(Self::name))),
        };
        settings.finish()?;
        check_inputs(gate.inputs())?;
        Ok(gate)
    }
}

impl fmt::Display for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&match self {
            Self::Majority { inputs } => {
                write(self.name(), &[("inputs", inputs, *inputs == MAJORITY_INPUTS)])
            }
            _ => self.name().to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The network, and unit by unit, says what logic says, and both conventions give the same net inputs.
    #[track_caller]
    fn check(gate: &str, levels: Levels) {
        let gate: Gate = gate.parse().unwrap();
        let table = gate.truth_table(levels).unwrap();
        assert_eq!(table.rows.len(), 1 << gate.inputs());
        for row in &table.rows {
            let bits: Vec<bool> = row.inputs.iter().map(|&x| x == 1.0).collect();
            assert_eq!(row.output, levels.level(gate.truth(&bits)), "{gate} {levels} {bits:?}");
            let mut signals = row.inputs.clone();
            for (layer, units) in row.layers.iter().zip(&table.layers) {
                for (values, unit) in layer.iter().zip(units) {
                    assert_eq!(values.net_input, unit.net_input(&signals), "{gate} {levels}");
                    assert_eq!(values.net_input, values.weighted_sum + unit.bias());
                    assert_eq!(values.output, unit.output(&signals));
                }
                signals = layer.iter().map(|values| values.output).collect();
            }
        }
    }

    #[test]
    fn every_gate_is_right_in_every_row() {
        for levels in [Levels::Step, Levels::Sign] {
            for gate in Gate::ALL {
                check(gate.name(), levels);
            }
            for inputs in 1..=8 {
                check(&format!("majority:inputs={inputs}"), levels);
            }
        }
    }

    #[test]
    fn a_majority_has_one_to_sixteen_inputs() {
        for text in ["majority:inputs=0", "majority:inputs=17"] {
            let message = text.parse::<Gate>().unwrap_err().to_string();
            assert!(message.contains("from 1 to 16"), "{message}");
        }
        let message = "nan".parse::<Gate>().unwrap_err().to_string();
        assert!(message.contains("did you mean `nand`?"), "{message}");
    }
}
