//! A run in a few short lines: the data, the network, how it learns.

use crate::run::Run;
use gradus::Model;
use gradus::data::{Dataset, Inputs, Table, Target, Values};
use gradus::spec::{ModelKind, Recipe};

/// `1,437 rows to learn from, 360 to test on; 64 inputs, 10 classes`
pub fn describe_data(run: &Run) -> String {
    let mut text = format!("{} to learn from", counted(run.training.rows(), "row"));
    if let Some(validation) = &run.validation {
        text += &format!(", {} to watch by", thousands(validation.rows()));
    }
    if let Some(test) = &run.test {
        text += &format!(", {} to test on", thousands(test.rows()));
    }
    format!("{text}; {}, {}", describe_inputs(&run.training), describe_target(&run.training.target))
}

/// `64 → 128 → 64 → 10, relu, softmax; 17,226 parameters`
pub fn describe_network(model: &Model) -> String {
    let architecture = model.network.architecture();
    let mut widths = vec![architecture.inputs];
    widths.extend(architecture.hidden.iter().map(|(width, _)| *width));
    widths.push(architecture.outputs);
    let mut names: Vec<String> =
        architecture.hidden.iter().map(|(_, activation)| activation.to_string()).collect();
    names.push(architecture.link.to_string());
    layers(&widths, &names, architecture.n_parameters().unwrap_or(0))
}

/// The same, of a run that begins.
pub fn describe_recipe_network(recipe: &Recipe, widths: &[usize], parameters: usize) -> String {
    let mut names: Vec<String> = recipe.activations.iter().map(ToString::to_string).collect();
    names.push(recipe.link.to_string());
    layers(widths, &names, parameters)
}

/// `adamw, rate 0.001, cosine:warmup=0.05, batches of 64, at most 173 epochs, seed 1`
pub fn describe_learning(recipe: &Recipe) -> String {
    if let ModelKind::Perceptron { .. } = recipe.model {
        let Recipe { learning_rate, prep, epochs, seed, .. } = recipe;
        return format!(
            "{}, rate {learning_rate}, prep {prep}; up to {}, seed {seed}",
            recipe.model,
            counted(*epochs, "epoch")
        );
    }
    let restraints = [
        ("weight decay", recipe.weight_decay),
        ("dropout", recipe.dropout),
        ("l1", recipe.l1),
        ("l2", recipe.l2),
    ];
    let restraints: String = restraints
        .iter()
        .filter(|(_, amount)| *amount > 0.0)
        .map(|(name, amount)| format!(", {name} {amount}"))
        .collect();
    format!(
        "{}, rate {}, {}{restraints}; {}, batches of {}, up to {}, seed {}",
        recipe.optimizer,
        recipe.learning_rate,
        recipe.schedule,
        recipe.loss,
        recipe.batch_size,
        counted(recipe.epochs, "epoch"),
        recipe.seed
    )
}

/// `150 rows`, with thousands set apart.
pub fn thousands(number: usize) -> String {
    crate::error::thousands(number as u64)
}

fn layers(widths: &[usize], names: &[String], parameters: usize) -> String {
    let widths: Vec<String> = widths.iter().map(usize::to_string).collect();
    let mut names = names.to_vec();
    names.dedup();
    format!("{}, {}; {} parameters", widths.join(" → "), names.join(", "), thousands(parameters))
}

fn describe_inputs(dataset: &Dataset) -> String {
    match &dataset.inputs {
        Inputs::Block(block) => match block.picture {
            Some((height, width)) => format!("pictures of {height}×{width}"),
            None => counted(block.columns, "input"),
        },
        Inputs::Table(table) => describe_columns(table),
    }
}

/// `14 columns (6 numbers, 8 categories)`: the types are found, and said.
fn describe_columns(table: &Table) -> String {
    let count = |is: fn(&Values) -> bool| table.columns().iter().filter(|column| is(&column.values)).count();
    let kinds = [
        (count(|values| matches!(values, Values::Numbers(_))), "number", "numbers"),
        (count(|values| matches!(values, Values::Categories { .. })), "category", "categories"),
        (count(|values| matches!(values, Values::Text(_))), "text, not used", "texts, not used"),
    ];
    let named =
        |&(n, one, several): &(usize, &str, &str)| format!("{n} {}", if n == 1 { one } else { several });
    let kinds: Vec<String> = kinds.iter().filter(|(n, ..)| *n > 0).map(named).collect();
    format!("{} ({})", counted(table.columns().len(), "column"), kinds.join(", "))
}

fn describe_target(target: &Target) -> String {
    match target {
        Target::Classes { names, .. } => format!("{} classes", names.len()),
        Target::Values { names, .. } if names.len() == 1 => format!("predicting {}", names[0]),
        Target::Values { names, .. } => format!("predicting {} numbers", names.len()),
        Target::Labels { names, .. } => counted(names.len(), "label"),
    }
}

/// `1 epoch`, `2,000 epochs`.
pub fn counted(number: usize, noun: &str) -> String {
    format!("{} {noun}{}", thousands(number), if number == 1 { "" } else { "s" })
}
