//! Answers beside the data they are about: the input's own columns, then what the model says.
//!
//! | task | columns that are added |
//! |---|---|
//! | classification | `predicted` and `probability`; asked for all, `probability_CLASS` for each class |
//! | regression | `predicted`, or `predicted_NAME` for each of several numbers |
//! | multi-label | `predicted_NAME` and `probability_NAME` for each label |
//!
//! A name that the input has already gets a number: `predicted_2`.

use crate::Error;
use crate::source::{Examples, Original};
use gradus::data::{Inputs, MISSING, Table, Task, Values};
use gradus::metrics::most_probable;
use gradus::{Matrix, Model};
use serde_json::{Map, Value, json};

/// A label is predicted where its probability is at least this.
const LABEL_THRESHOLD: f64 = 0.5;

/// Answers for rows of data.
#[derive(Debug)]
pub struct Predictions<'a> {
    model: &'a Model,
    /// (n, names)
    answers: &'a Matrix<f64>,
}

impl<'a> Predictions<'a> {
    /// What `model` answered, (n, names).
    pub fn new(model: &'a Model, answers: &'a Matrix<f64>) -> Self {
        Self { model, answers }
    }

    /// One object per row: its answer, with every probability.
    pub fn to_json(&self) -> Value {
        self.answers.iter_rows().map(|answer| self.row_json(answer)).collect()
    }

    /// The input's columns and the answers as delimited text; `all_probabilities` adds one column for each class.
    ///
    /// # Errors
    /// If a row cannot be written.
    pub fn to_csv(&self, examples: &Examples, all_probabilities: bool) -> Result<Vec<u8>, Error> {
        let original = examples.original.as_ref();
        let delimiter = original.map_or(b',', |original| original.delimiter);
        let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
        let mut header = header_of(examples);
        for name in self.added_names(all_probabilities) {
            let name = unlike(&name, &header);
            header.push(name);
        }
        let broken = |error: csv::Error| Error::NotWritten { reason: error.to_string() };
        writer.write_record(&header).map_err(broken)?;
        for (row, answer) in self.answers.iter_rows().enumerate() {
            let cells = cells_of(examples, original, row);
            let mut added = self.added_cells(answer, all_probabilities);
            if original.is_some_and(|original| original.decimal_comma) {
                added.iter_mut().for_each(with_decimal_comma);
            }
            writer.write_record(cells.iter().chain(&added)).map_err(broken)?;
        }
        writer.into_inner().map_err(|error| Error::NotWritten { reason: error.to_string() })
    }

    fn names(&self) -> &[String] {
        self.model.coding.names()
    }

    fn row_json(&self, answer: &[f64]) -> Value {
        let by_name = |value: &dyn Fn(f64) -> Value| -> Map<String, Value> {
            self.names().iter().cloned().zip(answer.iter().map(|&x| value(x))).collect()
        };
        match self.model.coding.task() {
            Task::Classification => {
                let class = most_probable(answer);
                let probabilities = by_name(&|p| json!(p));
                json!({"predicted": self.names()[class], "probability": answer[class], "probabilities": probabilities})
            }
            Task::Regression if answer.len() == 1 => json!({"predicted": answer[0]}),
            Task::Regression => json!({"predicted": by_name(&|x| json!(x))}),
            Task::MultiLabel => json!({
                "predicted": by_name(&|p| json!(u8::from(p >= LABEL_THRESHOLD))),
                "probabilities": by_name(&|p| json!(p)),
            }),
        }
    }

    fn added_names(&self, all_probabilities: bool) -> Vec<String> {
        let of_each =
            |prefix: &str| self.names().iter().map(|name| format!("{prefix}_{name}")).collect::<Vec<_>>();
        match self.model.coding.task() {
            Task::Classification if all_probabilities => {
                [vec!["predicted".to_owned(), "probability".to_owned()], of_each("probability")].concat()
            }
            Task::Classification => vec!["predicted".to_owned(), "probability".to_owned()],
            Task::Regression if self.names().len() == 1 => vec!["predicted".to_owned()],
            Task::Regression => of_each("predicted"),
            Task::MultiLabel => [of_each("predicted"), of_each("probability")].concat(),
        }
    }

    fn added_cells(&self, answer: &[f64], all_probabilities: bool) -> Vec<String> {
        let numbers = || answer.iter().map(f64::to_string);
        match self.model.coding.task() {
            Task::Classification => {
                let class = most_probable(answer);
                let mut cells = vec![inert(&self.names()[class]), answer[class].to_string()];
                if all_probabilities {
                    cells.extend(numbers());
                }
                cells
            }
            Task::Regression => numbers().collect(),
            Task::MultiLabel => {
                let labels = answer.iter().map(|&p| u8::from(p >= LABEL_THRESHOLD).to_string());
                labels.chain(numbers()).collect()
            }
        }
    }
}

/// A number as the rest of the file writes its own.
fn with_decimal_comma(cell: &mut String) {
    if cell.parse::<f64>().is_ok() {
        *cell = cell.replacen('.', ",", 1);
    }
}

/// A class name that a spreadsheet would take for a formula is made text; a number may begin with its sign.
fn inert(class: &str) -> String {
    let is_formula = class.starts_with(['=', '+', '-', '@', '\t', '\r']) && class.parse::<f64>().is_err();
    if is_formula { format!("'{class}") } else { class.to_owned() }
}

/// `name`, with a number if it is taken.
fn unlike(name: &str, taken: &[String]) -> String {
    let is_free = |name: &String| !taken.contains(name);
    let numbered = (2..).map(|number| format!("{name}_{number}"));
    std::iter::once(name.to_owned()).chain(numbered).find(is_free).unwrap_or_else(|| name.to_owned())
}

/// The names of the input's columns; rows of a block have a number instead.
fn header_of(examples: &Examples) -> Vec<String> {
    match (&examples.original, &examples.inputs) {
        (Some(original), _) => original.header.clone(),
        (None, Inputs::Table(table)) => table.columns().iter().map(|column| column.name.clone()).collect(),
        (None, Inputs::Block(_)) => vec!["row".to_owned()],
    }
}

fn cells_of(examples: &Examples, original: Option<&Original>, row: usize) -> Vec<String> {
    match (original, &examples.inputs) {
        (Some(original), _) => original.rows[row].iter().map(str::to_owned).collect(),
        (None, Inputs::Table(table)) => table_cells(table, row),
        (None, Inputs::Block(_)) => vec![(row + 1).to_string()],
    }
}

fn table_cells(table: &Table, row: usize) -> Vec<String> {
    let cell = |values: &Values| match values {
        Values::Numbers(numbers) if numbers[row].is_nan() => String::new(),
        Values::Numbers(numbers) => numbers[row].to_string(),
        Values::Categories { codes, .. } if codes[row] == MISSING => String::new(),
        Values::Categories { codes, levels } => levels[codes[row] as usize].clone(),
        Values::Text(texts) => texts[row].clone(),
    };
    table.columns().iter().map(|column| cell(&column.values)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_made_text() {
        for (class, written) in
            [("=1+1", "'=1+1"), ("-1", "-1"), ("-x", "'-x"), ("@a", "'@a"), ("ham", "ham")]
        {
            assert_eq!(inert(class), written);
        }
    }

    #[test]
    fn a_taken_name_gets_a_number() {
        let taken = ["predicted".to_owned(), "predicted_2".to_owned()];
        assert_eq!(unlike("predicted", &taken), "predicted_3");
        assert_eq!(unlike("probability", &taken), "probability");
    }
}
