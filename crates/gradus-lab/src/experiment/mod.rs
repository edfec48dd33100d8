//! Experiments that teach something about learning itself, repeated with this engine and put beside what was published.
//!
//! [`classic`] holds the problems on which backpropagation was first shown, one file each, with the table of their settings
//! and of the published figures; [`seeds`] asks why some starts never arrive, and [`random_labels`] what it means that a
//! network can learn labels that mean nothing. All of them train with [`gradus::Trainer`].

pub mod classic;
mod table;
mod xor;
pub mod symmetry;
mod encoder;
mod parity;
mod spirals;
pub mod seeds;
pub mod corruption;
pub mod random_labels;

use crate::Error;
use gradus::data::{Block, Dataset, Elements, Inputs, Target};
use gradus::{Matrix, Spec, Trainer};

/// What there is: the name on the command line, and what it shows.
pub fn experiments() -> Vec<(&'static str, &'static str)> {
    let first =
        ("random-labels", "A network that fits labels drawn at random, beside one that learns the true ones");
    let last = (
        "seeds",
        "Exclusive or from 100 starts: how many fail, where they are stuck, and the loss around them",
    );
    let classics = classic::CLASSICS.iter().map(|classic| (classic.name, classic.about));
    std::iter::once(first).chain(classics).chain([last]).collect()
}

/// A trainer that asks for no more memory than the machine has to give.
fn trainer<'a>(spec: &Spec) -> Trainer<'a> {
    let trainer = Trainer::new(spec.clone());
    #[cfg(feature = "files")]
    if let Some(bytes) = crate::memory::available() {
        return trainer.memory_limit(bytes);
    }
    trainer
}

/// Refuses a count of 0.
fn at_least_one(key: &str, count: usize) -> Result<(), Error> {
    let error = || gradus::Error::OutOfRange {
        key: format!("`--{key}`"),
        value: count.to_string(),
        range: "a whole number of at least 1",
    };
    if count == 0 { Err(error().into()) } else { Ok(()) }
}

/// Examples whose targets are the outputs that are wanted: `inputs` (n, inputs) and `outputs` (n, outputs).
fn examples(inputs: Matrix<f64>, outputs: Matrix<f64>) -> Dataset {
    let names = (1..=outputs.columns()).map(|number| format!("y{number}")).collect();
    let (rows, columns) = (inputs.rows(), inputs.columns());
    let elements = Elements::F64(inputs.into_vec());
    Dataset {
        inputs: Inputs::Block(Block { rows, columns, elements, picture: None }),
        target: Target::Values { names, values: outputs },
        weights: None,
    }
}

/// Every pattern of so many bits, (2^bits, bits), and for each what `wanted` says of it, (2^bits, 1).
fn truth_table(bits: usize, wanted: fn(&[f64]) -> bool) -> Dataset {
    let pattern = |row: usize| (0..bits).map(move |bit| (row >> (bits - 1 - bit) & 1) as f64);
    let inputs: Vec<f64> = (0..1 << bits).flat_map(pattern).collect();
    let outputs = inputs.chunks(bits).map(|pattern| f64::from(u8::from(wanted(pattern)))).collect();
    examples(Matrix::from_vec(1 << bits, bits, inputs), Matrix::from_vec(1 << bits, 1, outputs))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_truth_table_counts_upwards() {
        let table = truth_table(2, |bits| bits[0] < bits[1]);
        let Inputs::Block(block) = &table.inputs else { panic!("no block") };
        assert_eq!(block.elements, Elements::F64(vec![0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0]));
        let Target::Values { values, .. } = &table.target else { panic!("no values") };
        assert_eq!(values.as_slice(), [0.0, 1.0, 0.0, 0.0]);
    }
}
