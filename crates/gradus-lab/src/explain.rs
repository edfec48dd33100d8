//! Why a model answers as it does for one row.
//!
//! A model without hidden layer is asked for its evidence, w·x + b term by term in the data's own units; one with hidden
//! layers for the integrated gradients of its raw output, from the mean of the training rows.

use crate::source::{self, Examples, Reading};
use crate::{Error, apply};
use gradus::Model;
use gradus::data::{Inputs, Target, Task, Values};
use gradus::explain::{Attribution, Contribution, Evidence, attribute};
use gradus::metrics::most_probable;
use gradus::network::{Activation, Link};
use gradus::prep::OutputForm;

/// A row, what the model answers, and why.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The row, from 1.
    pub row: usize,
    /// What the model answers: a class, a number, or yes or no to a label.
    pub answer: String,
    /// The same for people: a class that is a number with its column, as `spam=1`.
    pub said: String,
    /// How sure it is, where it says so.
    pub probability: Option<f64>,
    /// What is true, where the data say so.
    pub truth: Option<String>,
    /// The columns that are no input, such as the text of a mail: name and cell.
    pub aside: Vec<(String, String)>,
    /// What a score above the threshold speaks for.
    pub speaks_for: String,
    /// What a score below the threshold speaks for, where there are just two answers.
    pub speaks_against: Option<String>,
    /// The score above which the model says yes, where it is one score that decides.
    pub threshold: Option<f64>,
    /// The score of every output, by name, where several compete.
    pub scores: Vec<(String, f64)>,
    /// Why.
    pub reasons: Reasons,
}

/// How the score comes about.
#[derive(Clone, Debug)]
pub enum Reasons {
    /// As a sum of weight · value.
    Evidence(Evidence),
    /// By integrated gradients.
    Attribution {
        /// What each feature adds.
        attribution: Attribution,
        /// The features of the row, in the order of the amounts.
        features: Vec<FeatureValue>,
    },
}

/// A feature of a row, for people.
#[derive(Clone, Debug, PartialEq)]
pub struct FeatureValue {
    /// The column.
    pub name: String,
    /// The row's number or word.
    pub value: FeatureCell,
    /// The baseline's number; of a category, the share of the rows with the row's word.
    pub baseline: f64,
}

/// The number or the word of a row.
#[derive(Clone, Debug, PartialEq)]
pub enum FeatureCell {
    /// A number, in its own unit.
    Number(f64),
    /// A word of a category.
    Word(String),
}

/// Explains what `model` says of row `row` (from 1) of `data`; `output` names the class or number to speak of, else it is the
/// one that the model answers with.
///
/// # Errors
/// If there is no such row or output, the data do not fit the model, or its units have no slope to follow.
pub fn explain(model: &Model, data: &str, row: usize, output: Option<&str>) -> Result<Explanation, Error> {
    let examples = apply::examples(model, data, None)?;
    let rows = examples.inputs.rows();
    let no_row = || Error::NoSuchRow { file: data.to_owned(), row, rows };
    let at = row.checked_sub(1).filter(|&at| at < rows).ok_or_else(no_row)?;
    let in_file = |error| Error::InFile { file: data.to_owned(), error: Box::new(error) };
    let inputs = examples.inputs.select(&[at]);
    let answers = model.predict(&inputs).map_err(in_file)?;
    let answer = answers.row(0);
    let place = named_place(model, answer, output)?;
    let is_two_sided = model.task() == Task::Classification && model.names().len() == 2;
    let direction = direction(model, place, is_two_sided);
    let evidence = Evidence::of(model, &inputs, &direction).map_err(in_file)?;
    let scores = match &evidence {
        Some(_) if model.coding.outputs() > 1 && !is_two_sided => scores(model, &inputs).map_err(in_file)?,
        _ => Vec::new(),
    };
    let reasons = match evidence {
        Some(evidence) => Reasons::Evidence(evidence),
        None => attributed(model, &inputs, &direction).map_err(|error| match error.class() {
            gradus::Class::Data => in_file(error),
            _ => error.into(),
        })?,
    };
    let names = model.names();
    let (answer, probability) = told(model, answer, place);
    Ok(Explanation {
        row,
        said: named(model, &answer),
        answer,
        probability,
        truth: examples.target.as_ref().map(|target| truth(target, at, place)),
        aside: aside(model, data, &examples, at),
        speaks_for: named(model, if is_two_sided { &names[1] } else { &names[place] }),
        speaks_against: is_two_sided.then(|| named(model, &names[0])),
        threshold: threshold(model),
        scores,
        reasons: with_pixels(model, reasons),
    })
}

/// Which name of the model is spoken of.
fn named_place(model: &Model, answer: &[f64], output: Option<&str>) -> Result<usize, Error> {
    let known = model.names();
    match output {
        Some(name) => known
            .iter()
            .position(|known| known == name)
            .ok_or_else(|| Error::NoSuchOutput { name: name.to_owned(), known: known.to_vec() }),
        None if model.task() == Task::Classification => Ok(most_probable(answer)),
        None => Ok(0),
    }
}

/// The score that is spoken of, by output: that of the place, or of two classes what the second has before the first.
fn direction(model: &Model, place: usize, is_two_sided: bool) -> Vec<f64> {
    match (is_two_sided, model.coding.outputs()) {
        (true, 2) => vec![-1.0, 1.0],
        (_, 1) => vec![1.0],
        (_, outputs) => unit_vector(place, outputs),
    }
}

fn unit_vector(place: usize, length: usize) -> Vec<f64> {
    (0..length).map(|at| if at == place { 1.0 } else { 0.0 }).collect()
}

fn scores(model: &Model, inputs: &Inputs) -> Result<Vec<(String, f64)>, gradus::Error> {
    let names = model.names().iter().enumerate();
    let score = |(unit, name): (usize, &String)| {
        let evidence = Evidence::of(model, inputs, &unit_vector(unit, model.coding.outputs()))?;
        Ok((name.clone(), evidence.map_or(0.0, |evidence| evidence.score())))
    };
    names.map(score).collect()
}

/// A class that is a number says more with its column, as `spam=1`.
pub(crate) fn named(model: &Model, name: &str) -> String {
    match model.task() {
        Task::Classification if name.parse::<f64>().is_ok() => {
            format!("{}={name}", model.coding.target_name())
        }
        _ => name.to_owned(),
    }
}

/// A pixel says more with its place: `x60 (row 8, column 4)`.
fn with_pixels(model: &Model, mut reasons: Reasons) -> Reasons {
    let Some((_, width)) = model.prep.picture() else { return reasons };
    let place = |pixel: usize| format!(" (row {}, column {})", pixel / width + 1, pixel % width + 1);
    match &mut reasons {
        Reasons::Evidence(evidence) => {
            let terms = evidence.contributions.iter_mut().enumerate();
            terms.for_each(|(pixel, term)| term.name += &place(pixel));
        }
        Reasons::Attribution { features, .. } => {
            let features = features.iter_mut().enumerate();
            features.for_each(|(pixel, feature)| feature.name += &place(pixel));
        }
    }
    reasons
}

/// The score from which one output on its own says yes.
fn threshold(model: &Model) -> Option<f64> {
    match (model.coding.form(), model.network.architecture().link) {
        (
            OutputForm::Single { .. } | OutputForm::Labels,
            Link::Activation(Activation::Sigmoid | Activation::Step | Activation::Sign | Activation::Tanh),
        ) => Some(0.0),
        (OutputForm::Single { low, high }, Link::IDENTITY) => Some((low + high) / 2.0),
        (OutputForm::Labels, Link::IDENTITY) => Some(0.5),
        (OutputForm::OneHot { .. }, _) if model.names().len() == 2 => Some(0.0),
        _ => None,
    }
}

/// The answer in words, and its probability.
fn told(model: &Model, answer: &[f64], place: usize) -> (String, Option<f64>) {
    match model.task() {
        Task::Classification => {
            let class = most_probable(answer);
            (model.names()[class].clone(), Some(answer[class]))
        }
        Task::Regression => (answer[place].to_string(), None),
        Task::MultiLabel => (if answer[place] >= 0.5 { "yes" } else { "no" }.to_owned(), Some(answer[place])),
    }
}

fn truth(target: &Target, row: usize, place: usize) -> String {
    match target {
        Target::Classes { codes, names, .. } => names[codes[row] as usize].clone(),
        Target::Values { values, .. } => values.row(row)[place].to_string(),
        Target::Labels { values, .. } => if values.row(row)[place] == 1.0 { "yes" } else { "no" }.to_owned(),
    }
}

fn attributed(model: &Model, inputs: &Inputs, direction: &[f64]) -> Result<Reasons, gradus::Error> {
    let attribution = attribute(model, inputs, direction)?;
    let (row, names, scales) = (model.prep.unscaled(inputs)?, model.prep.input_names(), model.prep.scales());
    let row = row.row(0);
    let feature = |feature: gradus::prep::FeatureInputs| {
        let mut inputs = feature.inputs.clone();
        let first = inputs.start;
        if feature.is_category {
            let held = inputs.find(|&input| row[input] == 1.0).unwrap_or(first);
            let word = names[held].strip_prefix(&format!("{}=", feature.name)).unwrap_or(&names[held]);
            let value = FeatureCell::Word(word.to_owned());
            return FeatureValue { name: feature.name, value, baseline: attribution.baseline[held] };
        }
        let (shift, scale) = scales[first];
        let baseline = if scale == 0.0 { shift } else { attribution.baseline[first] / scale + shift };
        FeatureValue { name: feature.name, value: FeatureCell::Number(row[first]), baseline }
    };
    let features = model.prep.features().into_iter().map(feature).collect();
    Ok(Reasons::Attribution { attribution, features })
}

/// What the row holds in columns of text that the model does not read.
fn aside(model: &Model, data: &str, examples: &Examples, row: usize) -> Vec<(String, String)> {
    let columns = model.prep.columns();
    if columns.is_empty() {
        return Vec::new();
    }
    let target = apply::target_names(model);
    let is_read = |name: &String| columns.iter().any(|(read, _)| read == name) || target.contains(name);
    if let Some(original) = &examples.original {
        let cells = original.header.iter().zip(&original.rows[row]);
        let is_text = |(name, cell): &(&String, &str)| !is_read(name) && cell.trim().parse::<f64>().is_err();
        return cells.filter(is_text).map(|(name, cell)| (name.clone(), cell.to_owned())).collect();
    }
    // Made-up data: what the model does not read is made once more.
    let Ok(loaded) = source::load(data, &Reading::default()) else { return Vec::new() };
    let Inputs::Table(table) = &loaded.data.inputs else { return Vec::new() };
    let texts = table.columns().iter().filter_map(|column| match &column.values {
        Values::Text(texts) => Some((column.name.clone(), texts.get(row)?.clone())),
        Values::Numbers(_) | Values::Categories { .. } => None,
    });
    texts.filter(|(name, _)| !is_read(name)).collect()
}

/// The two mails of the textbook's spam filter: w = (4, −1, 1, −3) over these features, without bias.
pub fn spam_example() -> [Evidence; 2] {
    let names = ["FREE", "YOUR_NAME", "MISSPELLED", "FROM_FRIEND"];
    let weights = [4.0, -1.0, 1.0, -3.0];
    [[2.0, 0.0, 2.0, 0.0], [0.0, 1.0, 1.0, 1.0]].map(|mail| {
        let terms = names.into_iter().zip(weights).zip(mail);
        let term = |((name, weight), value): ((&str, f64), f64)| Contribution {
            name: name.to_owned(),
            weight,
            value,
        };
        Evidence { contributions: terms.map(term).collect(), bias: 0.0 }
    })
}
