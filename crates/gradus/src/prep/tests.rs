//! Whole ways through preprocessing, from a table or a block to the numbers of a network.

use super::*;
use crate::data::{Block, Column, Elements, MISSING, Table};

fn numbers(name: &str, cells: &[f64]) -> Column {
    Column { name: name.into(), values: Values::Numbers(cells.to_vec()) }
}

fn words(name: &str, cells: &[&str]) -> Column {
    let mut levels: Vec<String> =
        cells.iter().map(ToString::to_string).filter(|word| !word.is_empty()).collect();
    levels.sort();
    levels.dedup();
    let code =
        |word: &&str| levels.iter().position(|level| level == word).map_or(MISSING, |place| place as u32);
    Column {
        name: name.into(),
        values: Values::Categories { codes: cells.iter().map(code).collect(), levels },
    }
}

fn table(columns: Vec<Column>) -> Inputs {
    Inputs::Table(Table::new(columns))
}

fn block(rows: usize, elements: Elements) -> Inputs {
    let length = match &elements {
        Elements::U8(x) => x.len(),
        Elements::F32(x) => x.len(),
        Elements::F64(x) => x.len(),
    };
    Inputs::Block(Block { rows, columns: length / rows, elements, picture: None })
}

fn options(scaling: &str, missing: &str, features: &[&str]) -> PrepOptions {
    PrepOptions {
        scaling: scaling.parse().unwrap(),
        missing: missing.parse().unwrap(),
        features: features.iter().map(ToString::to_string).collect(),
    }
}

fn people() -> Inputs {
    let text = Column { name: "note".into(), values: Values::Text(vec!["?".into(); 4]) };
    table(vec![
        numbers("age", &[20.0, 40.0, 40.0, 60.0]),
        words("color", &["red", "blue", "red", "green"]),
        text,
        numbers("body mass", &[50.0, 60.0, 70.0, 80.0]),
    ])
}

/// Learns from `inputs`, takes the way through JSON, and applies to `inputs`.
fn way(inputs: &Inputs, options: &PrepOptions) -> Result<(Preprocessor, Matrix<f64>), Error> {
    let learnt = Preprocessor::fit(inputs, options, None)?;
    let json = serde_json::to_string(&learnt).unwrap();
    let read: Preprocessor = serde_json::from_str(&json).unwrap();
    assert_eq!(read, learnt, "{json}");
    let matrix = read.transform(inputs)?;
    assert_eq!((matrix.rows(), matrix.columns()), (inputs.rows(), read.width()));
    assert_eq!(read.input_names().len(), read.width());
    assert_eq!(read.input_features().len(), read.width());
    assert_eq!(read.scales().len(), read.width());
    Ok((read, matrix))
}

#[test]
fn a_table_becomes_scaled_numbers_and_one_input_per_word() {
    let (prep, matrix) = way(&people(), &options("minmax", "error", &[])).unwrap();
    assert_eq!(prep.input_names(), ["age", "color=blue", "color=green", "color=red", "body mass"]);
    assert_eq!(prep.input_features(), ["age", "color", "color", "color", "body mass"]);
    assert_eq!(matrix.row(0), [0.0, 0.0, 0.0, 1.0, 0.0]);
    assert_eq!(matrix.row(3), [1.0, 0.0, 1.0, 0.0, 1.0]);
    let columns = [("age", "number"), ("color", "category"), ("body mass", "number")];
    let found: Vec<_> = prep.columns().into_iter().map(|(name, kind)| (name, kind.name())).collect();
    assert_eq!(found, columns.map(|(name, kind)| (name.to_owned(), kind)));
}

#[test]
fn features_are_derived_before_scaling_and_only_they_are_used() {
    let check = |features: &[&str], names: &[&str], second_row: &[f64]| {
        let (prep, matrix) = way(&people(), &options("none", "error", features)).unwrap();
        assert_eq!(
            (prep.input_names(), matrix.row(1)),
            (names.iter().map(ToString::to_string).collect(), second_row)
        );
    };
    check(&["age"], &["age"], &[40.0]);
    check(&["body mass"], &["body mass"], &[60.0]);
    check(&["{body mass}", "age"], &["body mass", "age"], &[60.0, 40.0]);
    check(&["{body mass}*age", "-age^2"], &["{body mass}*age", "-age^2"], &[2400.0, -1600.0]);
    check(&["x1 + x2"], &["x1 + x2"], &[100.0]);
    check(&["color", "x2"], &["color=blue", "color=green", "color=red", "x2"], &[1.0, 0.0, 0.0, 60.0]);
    let pixels = block(2, Elements::U8(vec![1, 2, 3, 4]));
    let (prep, matrix) = way(&pixels, &options("none", "error", &["x1*x2", "x2"])).unwrap();
    assert_eq!((matrix.as_slice(), prep.block_columns()), (&[2.0, 2.0, 12.0, 4.0][..], Some(2)));
}

#[test]
fn blocks_are_scaled_alike_or_by_column() {
    let bytes = || Elements::U8(vec![0, 10, 20, 30, 40, 50]);
    let floats = || Elements::F32(vec![0.0, 10.0, 20.0, 30.0, 40.0, 50.0]);
    let check = |elements, scaling: &str, expected: [f64; 6]| {
        let (_, matrix) = way(&block(3, elements), &options(scaling, "error", &[])).unwrap();
        for (found, expected) in matrix.as_slice().iter().zip(expected) {
            assert!((found - expected).abs() < 1e-9, "{scaling}: {matrix:?}");
        }
    };
    let shared = [-25.0, -15.0, -5.0, 5.0, 15.0, 25.0].map(|x: f64| x / (875.0_f64 / 3.0).sqrt());
    let standard = [-1.224744871, -1.224744871, 0.0, 0.0, 1.224744871, 1.224744871];
    check(bytes(), "auto", shared);
    check(floats(), "shared", shared);
    check(floats(), "auto", standard);
    check(bytes(), "standard", standard);
    check(bytes(), "minmax", [0.0, 0.0, 0.5, 0.5, 1.0, 1.0]);
    check(floats(), "robust", [-1.0, -1.0, 0.0, 0.0, 1.0, 1.0]);
    check(bytes(), "none", [0.0, 10.0, 20.0, 30.0, 40.0, 50.0]);
}

#[test]
fn missing_cells_are_filled_with_what_was_learnt() {
    let gaps =
        table(vec![numbers("age", &[f64::NAN, 1.0, 2.0, 6.0]), words("color", &["red", "", "red", "blue"])]);
    let check = |missing: &str, first: f64| {
        let (_, matrix) = way(&gaps, &options("none", missing, &[])).unwrap();
        assert_eq!(
            (matrix.row(0), matrix.row(1)),
            (&[first, 0.0, 1.0][..], &[1.0, 0.0, 1.0][..]),
            "{missing}"
        );
    };
    check("mean", 3.0);
    check("median", 2.0);
    assert_eq!(Preprocessor::complete_rows(&gaps), [2, 3]);
    let gaps = block(2, Elements::F64(vec![f64::NAN, 1.0, 4.0, 3.0]));
    assert_eq!(way(&gaps, &options("none", "mean", &[])).unwrap().1.row(0), [4.0, 1.0]);
    assert_eq!(Preprocessor::complete_rows(&gaps), [1]);
}

#[test]
fn a_constant_column_becomes_zero() {
    let constant = table(vec![numbers("one", &[0.1; 7]), numbers("x", &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0])]);
    let (prep, matrix) = way(&constant, &options("auto", "error", &[])).unwrap();
    assert!(matrix.iter_rows().all(|row| row[0] == 0.0));
    assert_eq!(prep.scales()[0], (0.1, 0.0));
}

#[test]
fn columns_are_found_by_name() {
    let prep = Preprocessor::fit(&people(), &options("none", "error", &[]), None).unwrap();
    let other = table(vec![
        numbers("body mass", &[55.0]),
        numbers("unused", &[1e300]),
        words("color", &["red"]),
        numbers("age", &[33.0]),
    ]);
    assert_eq!(prep.transform::<f32>(&other).unwrap().as_slice(), [33.0, 0.0, 0.0, 1.0, 55.0]);
}

#[test]
fn what_cannot_be_learnt_from_is_refused() {
    let check = |inputs: &Inputs, options: &PrepOptions, expected: &[&str]| {
        let message = way(inputs, options).unwrap_err().to_string();
        for part in expected {
            assert!(message.contains(part), "{message}");
        }
    };
    let plain = options("auto", "error", &[]);
    let gaps = table(vec![numbers("age", &[1.0, f64::NAN, f64::NAN])]);
    check(&gaps, &plain, &["`age` has 2 missing", "row 2", "--missing mean", "--missing drop"]);
    check(&table(vec![words("c", &["a", ""])]), &plain, &["`c` has 1 missing"]);
    check(
        &table(vec![numbers("age", &[f64::NAN])]),
        &options("auto", "mean", &[]),
        &["no cell that is not missing"],
    );
    check(&table(vec![numbers("age", &[])]), &plain, &["no row"]);
    check(&table(vec![]), &plain, &["no row"]);
    let text = Column { name: "t".into(), values: Values::Text(vec!["a".into()]) };
    check(&table(vec![text]), &plain, &["no column to learn from"]);
    check(&table(vec![numbers("x", &[1.0, f64::INFINITY])]), &plain, &["`x` is inf, in row 2"]);
    check(&block(1, Elements::F32(vec![0.0, f32::NAN])), &plain, &["`x2` has 1 missing"]);
    check(&block(2, Elements::F64(vec![0.0, 1.0, 2.0, f64::INFINITY])), &plain, &["`x2` is inf, in row 2"]);
    check(&people(), &options("auto", "error", &["agee*2"]), &["`agee*2` uses `agee`", "did you mean `age`"]);
    check(&people(), &options("auto", "error", &["color*2"]), &["`color`, which is no number column"]);
    check(&people(), &options("auto", "error", &["x3"]), &["`x3`"]);
    check(&people(), &options("auto", "error", &["1/(age-40)"]), &["`1/(age-40)` is inf, in row 2"]);
    check(&people(), &options("auto", "error", &["age *"]), &["cannot read the feature `age *`"]);
}

#[test]
fn what_does_not_fit_the_model_is_refused() {
    let prep = Preprocessor::fit(&people(), &options("none", "error", &[]), None).unwrap();
    let check = |prep: &Preprocessor, inputs: &Inputs, expected: &[&str]| {
        let message = prep.transform::<f32>(inputs).unwrap_err().to_string();
        for part in expected {
            assert!(message.contains(part), "{message}");
        }
    };
    let row =
        |age: Column, color: &str| table(vec![age, words("color", &[color]), numbers("body mass", &[1.0])]);
    check(&prep, &row(numbers("ages", &[1.0]), "red"), &["no column `age`", "did you mean `ages`"]);
    check(&prep, &row(words("age", &["old"]), "red"), &["`age` is of type category, but number"]);
    check(&prep, &row(numbers("age", &[1.0]), "pink"), &["`color` holds `pink` in row 1"]);
    check(&prep, &row(numbers("age", &[f64::NAN]), "red"), &["`age` has 1 missing, the first in row 1"]);
    check(&prep, &row(numbers("age", &[1e300]), "red"), &["`age` is inf, in row 1"]);
    check(&prep, &block(1, Elements::U8(vec![1, 2])), &["without column names", "age, color, body mass"]);
    let pixels =
        Preprocessor::fit(&block(2, Elements::U8(vec![1; 8])), &options("auto", "error", &[]), None).unwrap();
    check(&pixels, &block(2, Elements::U8(vec![1; 6])), &["have 3 columns, but the model reads 4"]);
    check(&pixels, &people(), &["rows of 4 numbers"]);
    check(
        &pixels,
        &block(1, Elements::F32(vec![0.0, 1.0, f32::NAN, 1.0])),
        &["`x3` has 1 missing, the first in row 1"],
    );
}

#[test]
fn weights_fold_back_into_own_units() {
    let (prep, matrix) = way(&people(), &options("auto", "error", &["age", "body mass"])).unwrap();
    let (weights, bias) = ([0.7, -1.2], 0.3);
    let (own, own_bias) = prep.in_own_units(&weights, bias);
    for (row, raw) in matrix.iter_rows().zip([[20.0, 50.0], [40.0, 60.0], [40.0, 70.0], [60.0, 80.0]]) {
        let scaled: f64 = row.iter().zip(&weights).map(|(x, w)| x * w).sum::<f64>() + bias;
        let unscaled: f64 = raw.iter().zip(&own).map(|(x, w)| x * w).sum::<f64>() + own_bias;
        assert!((scaled - unscaled).abs() < 1e-12);
    }
}

#[test]
fn an_impossible_plan_is_not_read() {
    let check = |from: &str, to: &str| {
        let prep = Preprocessor::fit(&people(), &options("auto", "mean", &["color", "age*2"]), None).unwrap();
        let json = serde_json::to_string(&prep).unwrap();
        let broken = json.replace(from, to);
        assert_ne!(json, broken, "{json}");
        assert!(serde_json::from_str::<Preprocessor>(&broken).is_err(), "{broken}");
    };
    check(r#""variables":[1]"#, r#""variables":[0]"#);
    check(r#""variables":[1]"#, r#""variables":[9]"#);
    check(r#""variables":[1]"#, r#""variables":[]"#);
    check(r#""expression":"age*2""#, r#""expression":"age*""#);
    check(r#"["blue","green","red"]"#, r#"["blue","blue","red"]"#);
    check(r#"["blue","green","red"]"#, "[]");
    check(r#""block_columns":null"#, r#""block_columns":null,"more":1"#);
}
