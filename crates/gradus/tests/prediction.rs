//! The prediction for a row has the same bits whichever rows are predicted with it, on any number of threads, in every
//! precision; they are those of the forward pass that training makes.

#![allow(clippy::unwrap_used, reason = "a test may")]

use gradus::data::{Block, Dataset, Elements, Inputs, Target};
use gradus::model::ModelPredictor;
use gradus::network::{Activation, Architecture, Link, Network, Predictor, Workspace};
use gradus::train::Silent;
use gradus::{Matrix, MatrixView, Model, Real, Spec, Trainer};

const ROWS: usize = 1500;
const COLUMNS: usize = 300;

/// Numbers in [−0.5, 0.5) that repeat after a prime, so that no two rows are alike.
fn numbers(count: usize) -> impl Iterator<Item = f64> {
    (0..count).map(|i| (i % 7919) as f64 / 7919.0 - 0.5)
}

fn inputs() -> Inputs {
    block(ROWS)
}

fn block(rows: usize) -> Inputs {
    let elements = Elements::F64(numbers(rows * COLUMNS).collect());
    Inputs::Block(Block { rows, columns: COLUMNS, elements, picture: None })
}

fn classes() -> Target {
    let names = ["a", "b", "c"].map(str::to_owned).to_vec();
    Target::Classes { name: "letter".into(), codes: (0..ROWS as u32).map(|i| i % 3).collect(), names }
}

fn values() -> Target {
    let values = Matrix::from_vec(ROWS, 2, numbers(2 * ROWS).collect());
    Target::Values { names: vec!["x".into(), "y".into()], values }
}

fn model(precision: &str, target: Target) -> Model {
    let mut spec = Spec::default();
    let settings = [("precision", precision), ("hidden", "37,20"), ("activation", "gelu"), ("epochs", "1")];
    for (key, value) in settings.into_iter().chain([("batch-size", "100")]) {
        spec.set(key, value).unwrap();
    }
    Trainer::new(spec).fit(&Dataset { inputs: inputs(), target, weights: None }, &mut Silent).unwrap()
}

fn with_threads<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(work)
}

fn bits(numbers: &[f64]) -> Vec<u64> {
    numbers.iter().map(|x| x.to_bits()).collect()
}

/// Answers to some of the rows are those that they have among all.
fn check(precision: &str, target: Target) {
    let (model, inputs) = (model(precision, target), inputs());
    let all = with_threads(1, || model.predict(&inputs).unwrap());
    for threads in [1, 2, 3, 8] {
        let mut predictor = ModelPredictor::new(&model);
        for rows in [1, 2, 7, 1024, ROWS] {
            for start in [0, (ROWS - rows) / 3, ROWS - rows] {
                let some = inputs.select(&(start..start + rows).collect::<Vec<_>>());
                let found = with_threads(threads, || [model.predict(&some), predictor.predict(&some)]);
                for found in found {
                    let same = bits(found.unwrap().as_slice()) == bits(all.rows_slice(start..start + rows));
                    assert!(same, "{precision}: {rows} rows from {start} on, {threads} threads");
                }
            }
        }
    }
}

#[test]
fn the_answer_to_a_row_does_not_depend_on_its_batch_or_on_threads() {
    for precision in ["f32", "f64"] {
        check(precision, classes());
        check(precision, values());
    }
}

#[test]
fn many_rows_are_answered_as_few_are() {
    let (model, many) = (model("f32", classes()), block(9000));
    let all = model.predict(&many).unwrap();
    for rows in [0..3, 1022..1026, 8190..8194, 8998..9000] {
        let few = model.predict(&many.select(&rows.clone().collect::<Vec<_>>())).unwrap();
        assert_eq!(bits(few.as_slice()), bits(all.rows_slice(rows.clone())), "{rows:?}");
    }
}

#[test]
fn a_number_that_is_not_finite_is_refused_by_its_row() {
    let model = model("f32", classes());
    for (bad, line) in [
        (f64::NAN, "column `x8` has 1 missing, the first in row 1403"),
        (f64::INFINITY, "row 1403"),
        (1e300, "row 1403"),
    ] {
        let mut inputs = inputs();
        let Inputs::Block(Block { elements: Elements::F64(numbers), .. }) = &mut inputs else {
            unreachable!()
        };
        numbers[1402 * COLUMNS + 7] = bad;
        let refusal = model.predict(&inputs).unwrap_err().to_string();
        assert!(refusal.contains(line), "{bad}: {refusal}");
    }
}

/// Predictions and logits of `rows` rows are those of a forward pass with its trace.
fn check_forward<R: Real>(hidden: Vec<(usize, Activation)>, link: Link, rows: usize) {
    let architecture = Architecture { inputs: 19, hidden, outputs: 5, link };
    let mut network = Network::<R>::new(&architecture, None, 3).unwrap();
    let mut predictor = Predictor::new(&network);
    let inputs = Matrix::from_vec(rows, 19, numbers(rows * 19).map(R::from_f64).collect());
    let mut work = Workspace::new(&network, rows, false);
    for factor in [1.0, -0.5] {
        network.parameters_mut().iter_mut().for_each(|w| *w *= R::from_f64(factor));
        predictor.take_weights(&network);
        network.forward(inputs.view(), None, &mut work);
        let mut expected = vec![R::ZERO; rows * 5];
        link.apply(work.logits(rows), &mut expected, 5);
        let mut logits = vec![R::ZERO; rows * 5];
        predictor.logits_into(inputs.view(), &mut logits);
        assert!(logits == work.logits(rows), "{architecture:?}: other logits of {rows} rows");
        let prepare =
            |some: std::ops::Range<usize>, out: &mut [R]| out.copy_from_slice(inputs.rows_slice(some));
        let prepared = predictor.predict_prepared(rows, &prepare);
        for found in [predictor.predict(inputs.view()), network.predict(&inputs), prepared] {
            assert!(found.as_slice() == expected, "{architecture:?}: other predictions of {rows} rows");
        }
    }
}

#[test]
fn predictions_are_those_of_the_forward_pass() {
    for rows in [0, 1, 5, 300, 700] {
        check_forward::<f32>(vec![], Link::Softmax, rows);
        check_forward::<f64>(vec![(3, Activation::Tanh)], Link::WinnerTakesAll, rows);
        check_forward::<f32>(vec![(40, Activation::Relu), (2, Activation::Sigmoid)], Link::IDENTITY, rows);
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    fn predictor() -> Predictor<f32> {
        let hidden = vec![(4, Activation::Relu)];
        let architecture = Architecture { inputs: 3, hidden, outputs: 2, link: Link::IDENTITY };
        Predictor::new(&Network::new(&architecture, None, 1).unwrap())
    }
    fn take(hidden: Vec<(usize, Activation)>) {
        let architecture = Architecture { inputs: 3, hidden, outputs: 2, link: Link::IDENTITY };
        predictor().take_weights(&Network::new(&architecture, None, 1).unwrap());
    }
    let table: [(&str, fn()); 5] = [
        ("too few inputs", || predictor().predict_row(&[0.0; 2], &mut [0.0; 2])),
        ("too few places", || predictor().predict_row(&[0.0; 3], &mut [0.0; 1])),
        ("more places than rows", || {
            predictor().predict_into(MatrixView::from_slice(&[0.0; 3], 1, 3), &mut [0.0; 4]);
        }),
        ("weights of a wider network", || take(vec![(5, Activation::Relu)])),
        ("weights of a deeper network", || take(vec![(4, Activation::Relu), (4, Activation::Relu)])),
    ];
    for (name, call) in table {
        assert!(std::panic::catch_unwind(call).is_err(), "{name} were accepted");
    }
}
