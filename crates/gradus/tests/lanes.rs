//! A batch in lanes learns what the same batch learns as a whole, with the same bits on any number of threads.

#![allow(clippy::unwrap_used, reason = "a test may")]

use gradus::data::Batch;
use gradus::loss::Loss;
use gradus::network::{Activation, Architecture, Dropout, Network, Workspace};
use gradus::optim::{Group, Optimizer, Rule};
use gradus::train::{Lanes, NotFinite, Objective, step};
use gradus::{Matrix, Operands, Real};

const INPUTS: usize = 6;
const OUTPUTS: usize = 3;
/// So large that the threads pack its weights together.
const LARGE: [usize; 4] = [INPUTS, 400, 340, OUTPUTS];
/// Networks and batches that pass in two lanes, in four, and in four of several blocks or more.
const CASES: [([usize; 4], &[usize]); 3] = [
    ([INPUTS, 96, 70, OUTPUTS], &[190, 511, 600, 2048]),
    ([INPUTS, 20, 9, OUTPUTS], &[3900, 10_001]),
    (LARGE, &[130]),
];

fn cases() -> impl Iterator<Item = ([usize; 4], usize)> {
    CASES.iter().flat_map(|(widths, rows)| rows.iter().map(|rows| (*widths, *rows)))
}

/// `rows` examples with numbers that repeat after a prime, so that no two blocks are alike.
fn examples<R: Real>(rows: usize) -> (Matrix<R>, Vec<R>, Vec<R>) {
    let number = |i: usize, prime: usize| R::from_f64((i % prime) as f64 / prime as f64 - 0.4);
    let inputs = Matrix::from_vec(rows, INPUTS, (0..rows * INPUTS).map(|i| number(i, 9973)).collect());
    let targets = (0..rows * OUTPUTS).map(|i| number(i, 7919)).collect();
    (inputs, targets, (0..rows).map(|i| R::from_f64(1.0 + (i % 3) as f64)).collect())
}

fn network<R: Real>([inputs, first, second, outputs]: [usize; 4]) -> Network<R> {
    let hidden = vec![(first, Activation::Tanh), (second, Activation::Relu)];
    let link = Loss::SquaredError.default_link();
    Network::new(&Architecture { inputs, hidden, outputs, link }, None, 1).unwrap()
}

/// Loss and parameters after two steps of plain descent: with batches of `rows`, then with a short one; in lanes with products of such
/// operands, or as a whole.
fn after_two_steps<R: Real>(
    widths: [usize; 4],
    rows: usize,
    threads: usize,
    dropout: Option<Dropout>,
    in_lanes: Option<Operands>,
) -> (Vec<f64>, Vec<R>) {
    let (inputs, targets, weights) = examples::<R>(rows);
    let mut network = network::<R>(widths);
    let n = network.parameters().len();
    let mut optimizer = Optimizer::new(Rule::Sgd, vec![Group::new(0..n)], n);
    optimizer.set_rate(0.5);
    let objective = Objective { dropout, ..Objective::of(Loss::SquaredError) };
    let mut lanes = Lanes::new(&network, rows, dropout.is_some(), in_lanes.unwrap_or_default());
    let mut work = Workspace::new(&network, rows, dropout.is_some());
    let batch = Batch { inputs: inputs.view(), targets: &targets, weights: Some(&weights), step: 1 };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let losses = [batch, batch.block(5..rows.min(300))].map(|batch| {
        pool.install(|| match in_lanes {
            Some(_) => lanes.step(&mut network, &batch, &objective, &mut optimizer),
            None => step(&mut network, &mut work, &batch, &objective, &mut optimizer),
        })
        .unwrap()
    });
    (losses.to_vec(), network.parameters().to_vec())
}

#[test]
fn lanes_learn_what_the_whole_batch_does() {
    for (widths, rows) in cases() {
        let whole = after_two_steps::<f64>(widths, rows, 1, None, None);
        let lanes = after_two_steps::<f64>(widths, rows, 1, None, Some(Operands::Same));
        let both = |(losses, parameters): (Vec<f64>, Vec<f64>)| [losses, parameters].concat();
        for (whole, lanes) in both(whole).into_iter().zip(both(lanes)) {
            assert!((whole - lanes).abs() <= 1e-13, "{widths:?}, {rows} rows: {lanes}, not {whole}");
        }
    }
}

/// Three steps with batches of `rows` and a short one, by the way that suits a narrow network and by the one that suits any.
#[track_caller]
fn check_narrow<R: Real + std::fmt::Debug>(widths: &[usize], loss: Loss, rows: usize) {
    let (inputs, targets, weights) = examples::<R>(rows);
    let (n_inputs, outputs) = (widths[0], widths[widths.len() - 1]);
    let cut = |numbers: &[R], columns: usize| numbers[..rows * columns].to_vec();
    let (inputs, targets) = (cut(inputs.as_slice(), n_inputs), cut(&targets, outputs));
    let inputs = Matrix::from_vec(rows, n_inputs, inputs);
    let hidden = widths[1..widths.len() - 1].iter().map(|&units| (units, Activation::Tanh)).collect();
    let architecture = Architecture { inputs: n_inputs, hidden, outputs, link: loss.default_link() };
    let network = Network::<R>::new(&architecture, None, 3).unwrap();
    let group = Group { l1: 1e-3, l2: 1e-2, ..Group::new(0..network.parameters().len()) };
    let objective = Objective { groups: vec![group.clone()], ..Objective::of(loss) };
    let batch = Batch { inputs: inputs.view(), targets: &targets, weights: Some(&weights), step: 1 };
    let after = |narrow: bool| {
        let mut network = network.clone();
        let mut optimizer =
            Optimizer::new("adam".parse().unwrap(), vec![group.clone()], network.parameters().len());
        optimizer.set_rate(0.1);
        let mut lanes = Lanes::new(&network, rows, false, Operands::Same);
        let mut work = Workspace::new(&network, rows, false);
        let losses = [batch, batch.block(0..rows.div_ceil(2)), batch].map(|batch| match narrow {
            true => lanes.step(&mut network, &batch, &objective, &mut optimizer).unwrap(),
            false => step(&mut network, &mut work, &batch, &objective, &mut optimizer).unwrap(),
        });
        (losses, network.parameters().to_vec())
    };
    let ((losses, parameters), (general_losses, general_parameters)) = (after(true), after(false));
    assert_eq!(parameters, general_parameters, "{widths:?}, batches of {rows}");
    if rows <= 64 {
        assert_eq!(losses, general_losses, "{widths:?}, batches of {rows}");
    }
    for (loss, general) in losses.into_iter().zip(general_losses) {
        // The loss of more is added up by pieces: sums of another order, in R.
        assert!(
            (loss - general).abs() <= 1e-5 * general.abs(),
            "{widths:?}, batches of {rows}: {loss}, not {general}"
        );
    }
}

#[test]
fn a_narrow_network_learns_the_same_bits_either_way() {
    for rows in [1, 2, 3, 4, 7, 10, 30, 64, 65, 256, 257, 600] {
        for widths in [&[2, 1][..], &[2, 4, 2, 1], &[6, 8, 8, 3], &[1, 32, 5, 2], &[6, 3, 1, 1, 3]] {
            check_narrow::<f32>(widths, Loss::SquaredError, rows);
            check_narrow::<f64>(widths, Loss::SquaredError, rows);
            check_narrow::<f32>(widths, Loss::CrossEntropy { smoothing: 0.0 }, rows);
        }
    }
}

#[test]
fn bits_do_not_depend_on_the_number_of_threads() {
    for (widths, rows) in cases() {
        let dropout = Some(Dropout { probability: 0.3, seed: 2 });
        for (dropout, operands) in [(None, Operands::Same), (dropout, Operands::Same), (None, Operands::Bf16)]
        {
            let after = |threads| after_two_steps::<f32>(widths, rows, threads, dropout, Some(operands));
            let one = after(1);
            for threads in [2, 3, 4, 8] {
                assert_eq!(after(threads), one, "{widths:?}, {rows} rows, {operands:?}, {threads} threads");
            }
        }
    }
}

#[test]
fn a_batch_without_rows_moves_nothing() {
    for (widths, rows) in cases().chain([([INPUTS, 40, 9, OUTPUTS], 30)]) {
        let (inputs, targets, _) = examples::<f32>(rows);
        let mut network = network::<f32>(widths);
        let n = network.parameters().len();
        let mut optimizer = Optimizer::new(Rule::Sgd, vec![Group::new(0..n)], n);
        optimizer.set_rate(0.5);
        let mut lanes = Lanes::new(&network, rows, false, Operands::Same);
        let batch = Batch { inputs: inputs.view(), targets: &targets, weights: None, step: 0 };
        let objective = Objective::of(Loss::SquaredError);
        lanes.step(&mut network, &batch, &objective, &mut optimizer).unwrap();
        let before = network.clone();
        let loss = lanes.step(&mut network, &batch.block(0..0), &objective, &mut optimizer);
        assert_eq!((loss, network), (Ok(0.0), before), "{widths:?}, {rows} rows");
    }
}

/// A batch that leaves the range changes nothing, and the layer is named.
#[test]
fn a_batch_that_leaves_the_range_is_named() {
    for (widths, rows) in [([INPUTS, 20, 9, OUTPUTS], 4000), (LARGE, 130)] {
        let (mut inputs, targets, _) = examples::<f32>(rows);
        inputs.row_mut(rows - 1)[0] = f32::INFINITY;
        let mut network = network::<f32>(widths);
        let before = network.clone();
        let n = network.parameters().len();
        let mut optimizer = Optimizer::new(Rule::Sgd, vec![Group::new(0..n)], n);
        let mut lanes = Lanes::new(&network, rows, false, Operands::Same);
        let batch = Batch { inputs: inputs.view(), targets: &targets, weights: None, step: 0 };
        let found = lanes.step(&mut network, &batch, &Objective::of(Loss::SquaredError), &mut optimizer);
        assert_eq!(found, Err(NotFinite { layer: 1, what: "net inputs" }), "{widths:?}");
        assert_eq!(network, before, "{widths:?}");
    }
}
