//! The numbers of one backpropagation step, or of a logic gate, laid out as a student would write them down.
//!
//! [`gradus::explain::trace`] has the numbers; here they get their names and formulas, once, as a [`Sheet`]; one file per form
//! turns a sheet into text, Markdown or LaTeX. JSON is made from the numbers themselves.

mod sheet;
mod formula;
mod step;
mod gate;
mod json;
mod text;
mod markdown;
mod latex;

pub use gate::{gate_json, gate_sheet};
pub use sheet::{Format, Sheet};

use crate::{Error, apply};
use gradus::explain::WorkedExample;
use gradus::explain::trace::{Example, StepTrace};
use gradus::model::AnyNetwork;
use gradus::network::{Link, Network};
use gradus::{Model, Real};
use serde_json::Value;
use std::fmt;
use std::str::FromStr;

/// A longer printout is read by nobody.
pub const MOST_NUMBERS: usize = 2_000;
/// The rate where nothing is said: that of plain gradient descent.
pub const LEARNING_RATE: f64 = 0.1;

/// How the constant of a unit is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Convention {
    /// b, which is added: in = Σ w·a + b.
    #[default]
    Bias,
    /// θ = −b, which is subtracted: in = Σ w·a − θ.
    Threshold,
}

/// What is to be shown of a step.
#[derive(Clone, Copy, Debug, Default)]
pub struct View {
    /// b or θ.
    pub convention: Convention,
    /// Only this layer, from 1 at the first hidden one.
    pub layer: Option<usize>,
}

/// One step with the names of its inputs and outputs.
#[derive(Clone, Debug)]
pub struct Step {
    numbers: Numbers,
    /// What was traced.
    title: String,
    /// What has to be said about it.
    notes: Vec<String>,
    inputs: Vec<String>,
    outputs: Vec<String>,
}

#[derive(Clone, Debug)]
enum Numbers {
    F32(StepTrace<f32>),
    F64(StepTrace<f64>),
}

/// The classic 3-2-1 network.
///
/// # Errors
/// If the step is not finite at that rate.
pub fn worked_example(learning_rate: Option<f64>) -> Result<Step, Error> {
    let example = WorkedExample::default();
    let learning_rate = learning_rate.unwrap_or(example.learning_rate);
    let (inputs, targets) = (&example.inputs[..], &example.targets[..]);
    let of = Example { inputs, targets, loss: example.loss, learning_rate };
    Ok(Step {
        numbers: Numbers::F64(StepTrace::new(&example.network, &of)?),
        title: "worked example".to_owned(),
        notes: Vec::new(),
        inputs: ["x1", "x2", "x3"].map(str::to_owned).to_vec(),
        outputs: vec!["output".to_owned()],
    })
}

/// One step of a model on row `row` of `data`, counted from 1.
///
/// # Errors
/// If there is no such row, the data do not fit the model or have no target, or the step is not finite.
pub fn row(model: &Model, data: &str, row: usize, learning_rate: f64) -> Result<Step, Error> {
    let numbers = match &model.network {
        AnyNetwork::F32(network) => Numbers::F32(row_with(model, network, data, row, learning_rate)?),
        AnyNetwork::F64(network) => Numbers::F64(row_with(model, network, data, row, learning_rate)?),
    };
    let architecture = model.network.architecture();
    let names = model.names();
    let mut notes = vec![
        "Inputs as the network takes them, after preprocessing. Plain gradient descent on this row: \
         penalties, dropout, clipping and weights of examples are left out."
            .to_owned(),
    ];
    let links = architecture.hidden.iter().map(|(_, g)| Link::Activation(*g)).chain([architecture.link]);
    if let Some(Link::Activation(flat)) =
        links.into_iter().find(|link| matches!(link, Link::Activation(g) if !g.has_slope()))
    {
        notes.push(format!("{} has no slope: no error passes through such a unit.", flat.name()));
    }
    Ok(Step {
        numbers,
        title: format!("row {row} of {data}"),
        notes,
        inputs: model.prep.input_names(),
        // Two classes on one output: it speaks for the second.
        outputs: names[names.len().saturating_sub(architecture.outputs)..].to_vec(),
    })
}

fn row_with<R: Real>(
    model: &Model,
    network: &Network<R>,
    data: &str,
    row: usize,
    learning_rate: f64,
) -> Result<StepTrace<R>, Error> {
    let dataset = apply::dataset(model, data, None)?;
    let rows = dataset.rows();
    if !(1..=rows).contains(&row) {
        return Err(Error::NoSuchRow { file: data.to_owned(), row, rows });
    }
    let in_file = |error| Error::InFile { file: data.to_owned(), error: Box::new(error) };
    let one = dataset.select(&[row - 1]);
    // A single row is counted from 1: a refusal is asked for again of the whole, to name the right row.
    let inputs = model
        .prep
        .transform::<R>(&one.inputs)
        .map_err(|error| in_file(model.prep.transform::<R>(&dataset.inputs).err().unwrap_or(error)))?;
    let targets = model
        .coding
        .encode::<R>(&one.target)
        .map_err(|error| in_file(model.coding.encode::<R>(&dataset.target).err().unwrap_or(error)))?;
    let loss = model.record.spec.loss.unwrap_or_else(|| loss_of(network.link()));
    let example = Example { inputs: inputs.row(0), targets: targets.row(0), loss, learning_rate };
    Ok(StepTrace::new(network, &example)?)
}

/// The loss of a model whose record names none.
fn loss_of(link: Link) -> gradus::loss::Loss {
    let own = gradus::loss::Loss::ALL.into_iter().find(|loss| loss.default_link() == link);
    own.unwrap_or(gradus::loss::Loss::SquaredError)
}

impl From<StepTrace<f32>> for Step {
    fn from(trace: StepTrace<f32>) -> Self {
        Self::of(Numbers::F32(trace))
    }
}

impl From<StepTrace<f64>> for Step {
    fn from(trace: StepTrace<f64>) -> Self {
        Self::of(Numbers::F64(trace))
    }
}

impl Step {
    /// A step that has no names yet.
    fn of(numbers: Numbers) -> Self {
        Self { numbers, title: String::new(), notes: Vec::new(), inputs: Vec::new(), outputs: Vec::new() }
    }

    /// The same step, with a name for what was traced, for each input and for each output.
    #[must_use]
    pub fn named(self, title: String, inputs: Vec<String>, outputs: Vec<String>) -> Self {
        Self { title, inputs, outputs, ..self }
    }

    /// The tables of the step.
    ///
    /// # Errors
    /// If there is no such layer, or there is too much to print.
    pub fn sheet(&self, view: View) -> Result<Sheet, Error> {
        match &self.numbers {
            Numbers::F32(trace) => step::sheet(self, trace, view),
            Numbers::F64(trace) => step::sheet(self, trace, view),
        }
    }

    /// Everything, as one object.
    ///
    /// # Errors
    /// If there is no such layer.
    pub fn json(&self, view: View) -> Result<Value, Error> {
        match &self.numbers {
            Numbers::F32(trace) => json::step(self, trace, view),
            Numbers::F64(trace) => json::step(self, trace, view),
        }
    }
}

/// The layers that are to be shown, as places in the trace.
fn chosen_layers<R>(trace: &StepTrace<R>, layer: Option<usize>) -> Result<std::ops::Range<usize>, Error> {
    let layers = trace.layers.len();
    match layer {
        None => Ok(0..layers),
        Some(layer) if (1..=layers).contains(&layer) => Ok(layer - 1..layer),
        Some(layer) => Err(Error::NoTraceLayer { layer, layers }),
    }
}

impl FromStr for Convention {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            "bias" => Ok(Self::Bias),
            "threshold" => Ok(Self::Threshold),
            other => Err(Error::BadValue {
                key: "convention",
                text: other.to_owned(),
                form: "`bias` (b is added) or `threshold` (θ is subtracted)",
            }),
        }
    }
}

impl fmt::Display for Convention {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bias => "bias",
            Self::Threshold => "threshold",
        })
    }
}
