//! What a model answers everywhere in a stretch or a rectangle of its inputs.

use crate::Error;
use gradus::data::{Block, Column, Elements, Inputs, Table, Values};
use gradus::prep::ColumnKind;
use gradus::{Matrix, Model};

/// The names of the one or two numbers that a model reads.
///
/// # Errors
/// If it reads more, or words.
pub(super) fn variables(model: &Model) -> Result<Vec<String>, Error> {
    let names: Vec<String> = match model.prep.block_columns() {
        Some(n) => (1..=n).map(|number| format!("x{number}")).collect(),
        None => {
            let columns = model.prep.columns();
            if let Some((name, _)) = columns.iter().find(|(_, kind)| *kind == ColumnKind::Category) {
                return Err(Error::BoundaryOfWords { column: name.clone() });
            }
            columns.into_iter().map(|(name, _)| name).collect()
        }
    };
    match names.len() {
        1 | 2 => Ok(names),
        inputs => Err(Error::BoundaryInputs { inputs }),
    }
}

/// The answers at `points`, (n, variables) row after row: (n, answers).
///
/// # Errors
/// If the model refuses the points.
pub(super) fn answers(model: &Model, names: &[String], points: Vec<f64>) -> Result<Matrix<f64>, Error> {
    let (columns, rows) = (names.len(), points.len() / names.len());
    let inputs = match model.prep.block_columns() {
        Some(_) => Inputs::Block(Block { rows, columns, elements: Elements::F64(points), picture: None }),
        None => {
            let cells = |at: usize| (0..rows).map(|row| points[row * columns + at]).collect();
            let column = |(at, name): (usize, &String)| Column {
                name: name.clone(),
                values: Values::Numbers(cells(at)),
            };
            Inputs::Table(Table::new(names.iter().enumerate().map(column).collect()))
        }
    };
    Ok(model.predict(&inputs)?)
}

/// The numbers of the named columns, (n) each, out of data that were read for the model.
pub(super) fn coordinates(inputs: &Inputs, names: &[String]) -> Vec<Vec<f64>> {
    let of = |at: usize, name: &String| match inputs {
        Inputs::Table(table) => match table.column(name).map(|column| &column.values) {
            Some(Values::Numbers(numbers)) => numbers.clone(),
            _ => Vec::new(),
        },
        Inputs::Block(block) => {
            let element = |index: usize| match &block.elements {
                Elements::U8(elements) => f64::from(elements[index]),
                Elements::F32(elements) => f64::from(elements[index]),
                Elements::F64(elements) => elements[index],
            };
            (0..block.rows).map(|row| element(row * block.columns + at)).collect()
        }
    };
    names.iter().enumerate().map(|(at, name)| of(at, name)).collect()
}
