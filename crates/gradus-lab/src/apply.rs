//! A model that is there, and data for it: how the data are to be read, how good the model is on them, what it answers.

use crate::Error;
use crate::source::{self, ColumnType, Examples, Schema};
use gradus::data::{Dataset, Task};
use gradus::metrics::Report;
use gradus::prep::ColumnKind;
use gradus::{Matrix, Model};

/// Reads data as `model` wants them: its columns by name, its target where it is there.
///
/// # Errors
/// If there are no such data, or they are not of the kind that the model learned from.
pub fn examples(model: &Model, data: &str, weight_column: Option<&str>) -> Result<Examples, Error> {
    read(model, data, &target_names(model), weight_column)
}

/// Reads data to predict: as [`examples`], but what stands in the target's column is carried along and not read.
///
/// # Errors
/// If there are no such data, or they are not of the kind that the model learned from.
pub fn inputs(model: &Model, data: &str) -> Result<Examples, Error> {
    read(model, data, &[], None)
}

fn read(
    model: &Model,
    data: &str,
    target: &[String],
    weight_column: Option<&str>,
) -> Result<Examples, Error> {
    let columns = model.prep.columns();
    let columns: Vec<_> = columns.into_iter().map(|(name, kind)| (name, column_type(kind))).collect();
    let task = model.coding.task();
    let schema = Schema {
        columns: &columns,
        block_columns: model.prep.block_columns(),
        target,
        classes: (task == Task::Classification).then(|| model.coding.names()),
        task,
        weight_column,
    };
    source::examples(data, &schema)
}

/// Data with their target, to measure `model` by.
///
/// # Errors
/// As [`examples`]; and if the target is not there.
pub fn dataset(model: &Model, data: &str, weight_column: Option<&str>) -> Result<Dataset, Error> {
    let examples = examples(model, data, weight_column)?;
    let absent = || Error::NoTarget { file: data.to_owned(), names: target_names(model) };
    let target = examples.target.ok_or_else(absent)?;
    Ok(Dataset { inputs: examples.inputs, target, weights: examples.weights })
}

/// Whether data of this name are those that `model` learned from, with the rows that it learned from among them.
pub fn may_have_learned_from(model: &Model, data: &str) -> bool {
    model.record.data.is_some() && model.record.data == source::name_of_undivided(data)
}

/// How good `model` is on a `dataset`; `data` is its name, for the message.
///
/// # Errors
/// If the data are not of the kind that the model learned from.
pub fn evaluate(model: &Model, dataset: &Dataset, data: &str) -> Result<Report, Error> {
    let in_file = |error| Error::InFile { file: data.to_owned(), error: Box::new(error) };
    model.evaluate(dataset).map_err(in_file)
}

/// What `model` answers: a probability for each class or label, or numbers in their own unit, (n, names).
///
/// # Errors
/// If the data are not of the kind that the model learned from; `data` is their name, for the message.
pub fn predict(model: &Model, examples: &Examples, data: &str) -> Result<Matrix<f64>, Error> {
    let in_file = |error| Error::InFile { file: data.to_owned(), error: Box::new(error) };
    model.predict(&examples.inputs).map_err(in_file)
}

/// How a column of that kind is read.
pub(crate) fn column_type(kind: ColumnKind) -> ColumnType {
    match kind {
        ColumnKind::Number => ColumnType::Number,
        ColumnKind::Category => ColumnType::Category,
    }
}

/// The columns that `model` predicts.
pub(crate) fn target_names(model: &Model) -> Vec<String> {
    match model.coding.task() {
        Task::Classification => vec![model.coding.target_name().to_owned()],
        Task::Regression | Task::MultiLabel => model.coding.names().to_vec(),
    }
}
