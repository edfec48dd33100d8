//! A training loop of one's own: `cargo run --release -p gradus --example training_loop`.
//!
//! The parts that [`gradus::Trainer`] puts together, put together by hand: a network, a workspace, batches, an objective
//! and an optimizer. Here they learn y = sin x.

#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use gradus::Matrix;
use gradus::data::{Batches, Examples};
use gradus::loss::Loss;
use gradus::network::{Activation, Architecture, Link, Network, Workspace};
use gradus::optim::{Group, Optimizer};
use gradus::train::{Objective, step};

const BATCH: usize = 32;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let x: Vec<f32> = (0..512).map(|i| (i as f32 / 256.0 - 1.0) * std::f32::consts::PI).collect();
    let y: Vec<f32> = x.iter().map(|x| x.sin()).collect();
    let examples =
        Examples { inputs: Matrix::from_vec(512, 1, x), targets: Matrix::from_vec(512, 1, y), weights: None };

    let hidden = vec![(32, Activation::Tanh), (32, Activation::Tanh)];
    let architecture = Architecture { inputs: 1, hidden, outputs: 1, link: Link::IDENTITY };
    let mut network = Network::<f32>::new(&architecture, None, 1)?;
    let objective = Objective::of(Loss::SquaredError);
    let everything = Group::new(0..network.parameters().len());
    let mut optimizer = Optimizer::new("adam".parse()?, vec![everything], network.parameters().len());
    optimizer.set_rate(0.003);
    let mut work = Workspace::new(&network, BATCH, false);
    let mut batches = Batches::new(&examples, BATCH);

    let mut steps = 0;
    for epoch in 0..200 {
        let mut total = 0.0;
        batches.start_epoch(1, epoch);
        while let Some(batch) = batches.next(&examples, steps) {
            let loss =
                step(&mut network, &mut work, &batch, &objective, &mut optimizer).map_err(|not_finite| {
                    format!("the {} of layer {} left the range", not_finite.what, not_finite.layer)
                })?;
            total += loss * batch.rows() as f64;
            steps += 1;
        }
        if (epoch + 1) % 40 == 0 {
            println!("epoch {:3}: loss {:.6}", epoch + 1, total / 512.0);
        }
    }
    let half_pi = Matrix::from_vec(1, 1, vec![std::f32::consts::FRAC_PI_2]);
    println!("sin(π/2) is {:.4} by the network", network.predict(&half_pi).as_slice()[0]);
    Ok(())
}
