//! A network built by hand as an ordinary model, which a file can hold and every command takes.

use crate::data::{Column, Inputs, Table, Target, Task, Values};
use crate::model::{AnyNetwork, Model, TrainingRecord};
use crate::network::Network;
use crate::prep::{OutputForm, PrepOptions, Preprocessor, Scaling, TargetCoding};
use crate::spec::{Activations, Hidden, Precision, Spec};
use crate::train::StopReason;
use crate::{Error, Matrix};

/// A model that hands the columns `inputs` to `network` as they are, and answers with the numbers `targets` as they come.
/// `origin` says where it is from, in place of the name of training data.
///
/// # Errors
/// If the names do not fit the network.
pub fn model_of_values(
    network: Network<f64>,
    inputs: &[String],
    targets: &[&str],
    origin: String,
) -> Result<Model, Error> {
    assert_eq!((inputs.len(), targets.len()), (network.inputs(), network.outputs()), "one name for each");
    let column = |name: &String| Column { name: name.clone(), values: Values::Numbers(vec![0.0]) };
    let one_row = Inputs::Table(Table::new(inputs.iter().map(column).collect()));
    let options = PrepOptions { scaling: Scaling::None, ..PrepOptions::default() };
    let names = targets.iter().map(|&name| name.to_owned()).collect();
    let target = Target::Values { names, values: Matrix::zeros(1, targets.len()) };
    Ok(Model {
        prep: Preprocessor::fit(&one_row, &options, None)?,
        coding: TargetCoding::fit(&target, OutputForm::Values, false, None)?,
        record: record_of(&network, origin),
        network: AnyNetwork::F64(network),
    })
}

/// The record of a model that has learned nothing.
fn record_of(network: &Network<f64>, origin: String) -> TrainingRecord {
    let architecture = network.architecture();
    let (units, activations) = architecture.hidden.into_iter().unzip();
    TrainingRecord {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        instruction_set: gradus_kernels::InstructionSet::best().name().to_owned(),
        spec: Spec {
            task: Some(Task::Regression),
            prep: Some(Scaling::None),
            hidden: Some(Hidden(units)),
            activation: Some(Activations(activations)).filter(|list| !list.0.is_empty()),
            output_activation: Some(architecture.link),
            precision: Some(Precision::F64),
            ..Spec::default()
        },
        data: Some(origin),
        rows: 0,
        validation_rows: 0,
        epochs: 0,
        updates: 0,
        best_epoch: None,
        stop: StopReason::Epochs,
        loss: None,
        validation: Vec::new(),
        test: Vec::new(),
        warnings: Vec::new(),
    }
}
