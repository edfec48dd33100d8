//! Exclusive or from the ground up: `cargo run --release -p gradus --example xor`.
//!
//! No line separates the two classes of exclusive or; one hidden layer is enough.

#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use gradus::data::{Block, Dataset, Elements, Inputs, Target};
use gradus::train::History;
use gradus::{Spec, Trainer};

fn main() -> Result<(), gradus::Error> {
    let elements = Elements::F64(vec![0., 0., 0., 1., 1., 0., 1., 1.]);
    let inputs = Inputs::Block(Block { rows: 4, columns: 2, elements, picture: None });
    let names = vec!["0".to_owned(), "1".to_owned()];
    let target = Target::Classes { name: "y".to_owned(), codes: vec![0, 1, 1, 0], names };
    let dataset = Dataset { inputs, target, weights: None };

    let mut spec = Spec::default();
    for (key, value) in
        [("hidden", "4"), ("activation", "tanh"), ("learning-rate", "0.05"), ("batch-size", "full")]
    {
        spec.set(key, value)?;
    }
    let mut history = History::default();
    let model = Trainer::new(spec).fit(&dataset, &mut history)?;

    let probabilities = model.predict(&dataset.inputs)?;
    for (row, x) in [[0, 0], [0, 1], [1, 0], [1, 1]].iter().enumerate() {
        println!("{x:?}: 1 with probability {:.3}", probabilities.row(row)[1]);
    }
    let losses = history.records();
    println!("loss {:.3} → {:.5} in {} epochs", losses[0].loss, losses[losses.len() - 1].loss, losses.len());
    Ok(())
}
