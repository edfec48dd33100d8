//! Completeness for every activation, numbers by hand, and what a category gets.

use super::*;
use crate::data::{Block, Column, Dataset, Elements, Table, Target, Values};
use crate::random::{Purpose, Random};
use crate::train::Silent;
use crate::{Spec, Trainer};

/// 60 rows of five numbers and a category of three words; the class depends on all of them.
fn dataset() -> Dataset {
    let mut random = Random::new(7, Purpose::Generator, 0);
    let mut number = || -> Vec<f64> { (0..60).map(|_| random.uniform_in(-3.0, 5.0)).collect() };
    let numbers = [number(), number(), number(), number(), number()];
    let word: Vec<u32> = (0..60).map(|row| row % 3).collect();
    let class = |row: usize| {
        u32::from(numbers[0][row] * numbers[1][row] + f64::from(word[row]) > numbers[2][row].sin() + 2.0)
    };
    let codes = (0..60).map(class).collect();
    let mut columns: Vec<Column> = (0..)
        .zip(&numbers)
        .map(|(i, numbers)| Column { name: format!("n{i}"), values: Values::Numbers(numbers.clone()) })
        .collect();
    let levels = ["red", "green", "blue"].map(str::to_owned).to_vec();
    columns.push(Column { name: "color".into(), values: Values::Categories { codes: word, levels } });
    let names = vec!["no".to_owned(), "yes".to_owned()];
    Dataset {
        inputs: Inputs::Table(Table::new(columns)),
        target: Target::Classes { name: "class".into(), codes, names },
        weights: None,
    }
}

fn trained(settings: &[(&str, &str)], dataset: &Dataset) -> Model {
    let mut spec = Spec::default();
    for (key, text) in [("epochs", "30"), ("hidden", "40,20")].iter().chain(settings) {
        spec.set(key, text).unwrap();
    }
    Trainer::new(spec).fit(dataset, &mut Silent).unwrap()
}

#[test]
fn the_parts_add_up_to_the_whole_for_every_activation() {
    let dataset = dataset();
    for activation in crate::network::Activation::ALL.into_iter().filter(|a| a.has_slope()) {
        for prep in ["standard", "minmax", "robust", "shared", "none"] {
            let settings = [("activation", &*activation.to_string()), ("prep", prep)];
            let model = trained(&settings, &dataset);
            for row in [0, 17, 42] {
                let attribution = attribute(&model, &dataset.inputs.select(&[row]), &[0.0, 1.0]).unwrap();
                assert!(attribution.is_complete(), "{activation} {prep} {attribution:?}");
                assert!(attribution.gap() <= 1e-6 * (attribution.output - attribution.base).abs());
                assert_eq!(attribution.amounts.len(), 6);
                assert!(attribution.from_mean && attribution.pieces < MOST_PIECES, "{}", attribution.pieces);
            }
        }
    }
}

#[test]
fn means_are_those_of_the_training_rows() {
    let dataset = dataset();
    for prep in ["standard", "minmax", "robust", "shared", "none"] {
        let model = trained(&[("prep", prep)], &dataset);
        let inputs = model.prep.transform::<f64>(&dataset.inputs).unwrap();
        for (j, mean) in model.prep.means().unwrap().iter().enumerate() {
            let naive = inputs.iter_rows().map(|row| row[j]).sum::<f64>() / 60.0;
            assert!((mean - naive).abs() < 1e-12, "{prep} {j}: {mean}, not {naive}");
        }
    }
}

/// F = relu(x₁ + x₂ − 1) from the baseline (0, 0) to (1, 1): the unit wakes half way, and each input gets a half.
#[test]
fn a_kink_is_found() {
    let elements = Elements::F64(vec![-1.0, -1.0, 1.0, 1.0]);
    let inputs = Inputs::Block(Block { rows: 2, columns: 2, elements, picture: None });
    let target = Target::Values { names: vec!["y".into()], values: Matrix::from_vec(2, 1, vec![0.0, 1.0]) };
    let dataset = Dataset { inputs, target, weights: None };
    let mut model = trained(
        &[("hidden", "1"), ("prep", "none"), ("precision", "f64"), ("loss", "squared_error")],
        &dataset,
    );
    if let crate::model::AnyNetwork::F64(network) = &mut model.network {
        network.parameters_mut().copy_from_slice(&[1.0, 1.0, -1.0, 1.0, 0.0]);
    }
    let attribution = attribute(&model, &dataset.inputs.select(&[1]), &[1.0]).unwrap();
    // The target has mean and deviation ½.
    assert_eq!((attribution.base, attribution.output), (0.5, 1.0));
    for amount in &attribution.amounts {
        assert!((amount - 0.25).abs() < 1e-9, "{attribution:?}");
    }
}

#[test]
fn blocks_keep_their_means_too() {
    let elements = Elements::U8(vec![0, 10, 255, 30, 7, 20]);
    let inputs = Inputs::Block(Block { rows: 3, columns: 2, elements, picture: None });
    for options in ["auto", "standard", "none", "minmax"] {
        let options = crate::prep::PrepOptions { scaling: options.parse().unwrap(), ..Default::default() };
        let prep = crate::prep::Preprocessor::fit(&inputs, &options, None).unwrap();
        let scaled = prep.transform::<f64>(&inputs).unwrap();
        for (j, mean) in prep.means().unwrap().iter().enumerate() {
            let naive = scaled.iter_rows().map(|row| row[j]).sum::<f64>() / 3.0;
            assert!((mean - naive).abs() < 1e-12);
        }
        assert_eq!(prep.unscaled(&inputs).unwrap().as_slice(), [0.0, 10.0, 255.0, 30.0, 7.0, 20.0]);
    }
}
