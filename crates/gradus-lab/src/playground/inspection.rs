//! One example, looked through: every number of the step that it would make alone, and the tables that `gradus trace` prints.

use super::fields::point;
use super::problem::Problem;
use crate::Error;
use crate::trace::{Step, View};
use gradus::Real;
use gradus::data::Dataset;
use gradus::explain::trace::{Example, StepTrace};
use gradus::model::AnyNetwork;
use gradus::network::Network;
use serde::Serialize;
use serde_json::{Value, json};

/// What is looked through.
pub(super) enum Subject {
    /// A point of the session, those to learn from first; counted from 0.
    Row(usize),
    /// Any point of the plane, with what should come out.
    Place { x: f64, y: f64, target: f64 },
}

/// The numbers and the tables, as JSON.
///
/// # Errors
/// If there is no such point, or its step is not finite.
pub(super) fn inspect(
    problem: &Problem,
    network: &AnyNetwork,
    subject: &Subject,
    learning_rate: f64,
) -> Result<String, Error> {
    let (one, title) = match *subject {
        Subject::Row(row) => {
            let rows = problem.data.rows();
            let absent = Error::NoSuchRow { file: "the data".to_owned(), row: row + 1, rows };
            let (part, at) = problem.data.place(row).ok_or(absent)?;
            (part.select(&[at]), format!("point {}", row + 1))
        }
        Subject::Place { x, y, target } => (point(problem, x, y, target), format!("the point ({x}, {y})")),
    };
    match network {
        AnyNetwork::F32(network) => told(problem, network, &one, title, learning_rate),
        AnyNetwork::F64(network) => told(problem, network, &one, title, learning_rate),
    }
}

fn told<R: Real + Serialize>(
    problem: &Problem,
    network: &Network<R>,
    one: &Dataset,
    title: String,
    learning_rate: f64,
) -> Result<String, Error>
where
    Step: From<StepTrace<R>>,
{
    let inputs = problem.prep.transform::<R>(&one.inputs)?;
    let targets = problem.coding.encode::<R>(&one.target)?;
    let loss = problem.recipe.loss;
    let example = Example { inputs: inputs.row(0), targets: targets.row(0), loss, learning_rate };
    let trace = StepTrace::new(network, &example)?;
    // Written before it becomes a step: as they are, numbers of f32 have their own short digits.
    let numbers =
        serde_json::to_string(&trace).map_err(|error| Error::Config { reason: error.to_string() })?;
    let names = problem.coding.names();
    let outputs = names[names.len().saturating_sub(network.outputs())..].to_vec();
    let step = Step::from(trace).named(title, problem.prep.input_names(), outputs);
    let sections: Value = (1..=network.layers().len()).flat_map(|layer| sections(&step, layer)).collect();
    Ok(format!(r#"{{"trace":{numbers},"sheet":{sections}}}"#))
}

/// The tables of a layer; one that says so where there is too much to print.
fn sections(step: &Step, layer: usize) -> Vec<Value> {
    let view = View { layer: Some(layer), ..View::default() };
    match step.sheet(view) {
        Ok(sheet) => {
            let of_layer = |mut section: Value| {
                section["layer"] = layer.into();
                section
            };
            sheet.sections_as_json().map(of_layer).collect()
        }
        Err(refusal) => {
            let title = format!("Layer {layer}");
            vec![
                json!({"title": title, "is_backward": false, "lines": [refusal.to_string()], "columns": [], "rows": [], "layer": layer}),
            ]
        }
    }
}
