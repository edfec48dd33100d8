//! Points and configuration brought together: what goes into the network, what should come out, and how it is to learn.

use super::config::Config;
use super::data::Data;
use super::limits;
use super::source::Source;
use crate::Error;
use gradus::data::{Column, Dataset, Examples, Inputs, Table, Target, Task, Values};
use gradus::loss::Loss;
use gradus::network::{Activation, Architecture, Link};
use gradus::prep::{OutputForm, Preprocessor, Scaling, TargetCoding};
use gradus::spec::{Precision, Recipe};
use gradus::{Matrix, Real};

/// What is to be learned.
#[derive(Clone, Debug)]
pub(super) struct Problem {
    pub(super) data: Data,
    /// Every setting of learning, decided and checked.
    pub(super) recipe: Recipe,
    pub(super) prep: Preprocessor,
    pub(super) coding: TargetCoding,
    pub(super) architecture: Architecture,
}

impl Problem {
    /// Decides what `config` leaves open, writes it there, and prepares the points.
    ///
    /// # Errors
    /// If settings contradict each other or the points.
    pub(super) fn new(config: &mut Config, data: Data) -> Result<Self, Error> {
        resolve(config, &data);
        let mut recipe = config.spec().resolve(&data.training, false)?;
        let fitted = fitted_on(&data.training);
        let prep = Preprocessor::fit(&fitted.inputs, &recipe.prep_options(), None)?;
        let form = match config.compatible {
            true => compatible_form(&fitted.target),
            false => recipe.output_form(&fitted.target),
        };
        // TensorFlow Playground takes values as they are.
        let standardize = recipe.standardize_target() && !config.compatible;
        let coding = TargetCoding::fit(&fitted.target, form, standardize, None)?;
        recipe.seed = config.order_seed;
        let n_inputs = prep.width();
        limits::within("inputs", n_inputs as f64, 1.0, limits::MOST_INPUTS as f64, "from 1 to 256")?;
        let architecture = Architecture {
            inputs: n_inputs,
            hidden: recipe.hidden.iter().copied().zip(recipe.activations.iter().copied()).collect(),
            outputs: coding.outputs(),
            link: recipe.link,
        };
        Ok(Self { data, recipe, prep, coding, architecture })
    }

    /// Numbers of the network: f64 where TensorFlow Playground's are asked for.
    pub(super) fn precision(&self) -> Precision {
        self.recipe.precision
    }

    /// A part of the points as the network takes them.
    ///
    /// # Errors
    /// If a feature of a point is not finite.
    pub(super) fn examples<R: Real>(&self, part: &Dataset) -> Result<Examples<R>, Error> {
        Ok(Examples {
            inputs: self.inputs(&part.inputs)?,
            targets: self.coding.encode(&part.target)?,
            weights: None,
        })
    }

    fn inputs<R: Real>(&self, inputs: &Inputs) -> Result<Matrix<R>, Error> {
        match inputs.rows() {
            0 => Ok(Matrix::zeros(0, self.architecture.inputs)),
            _ => Ok(self.prep.transform(inputs)?),
        }
    }

    /// Whether classes are asked for.
    pub(super) fn is_classification(&self) -> bool {
        self.coding.task() == Task::Classification
    }

    /// The classes, if it is one that is asked for.
    pub(super) fn classes(&self) -> Option<&[String]> {
        self.is_classification().then(|| self.coding.names())
    }
}

/// Writes what follows from the points into a configuration that leaves it open.
fn resolve(config: &mut Config, data: &Data) {
    let source = config.data.source;
    let target = &data.training.target;
    config.data.rows.get_or_insert(source.default_rows());
    config.data.classes = Some(target.class_names().map_or(0, <[String]>::len));
    config.data.columns = Some(data.drawn.clone());
    if config.features.is_empty() {
        config.features = data.columns();
    }
    let scaling = if source == Source::Csv { Scaling::Standard } else { Scaling::None };
    config.prep.get_or_insert(scaling);
    let loss = *config.loss.get_or_insert(match target.class_names() {
        Some(names) if names.len() > 2 => Loss::CrossEntropy { smoothing: 0.0 },
        Some(_) | None => Loss::SquaredError,
    });
    let is_distance = matches!(loss, Loss::SquaredError | Loss::AbsoluteError | Loss::Huber { .. });
    config.output_activation.get_or_insert(match target.class_names() {
        Some(_) if is_distance => Link::Activation(Activation::Tanh),
        Some(_) | None => loss.default_link(),
    });
}

/// Two classes are −1 and 1 on one output, whatever its activation.
fn compatible_form(target: &Target) -> OutputForm {
    match target {
        Target::Classes { .. } => OutputForm::Single { low: -1.0, high: 1.0 },
        Target::Values { .. } | Target::Labels { .. } => OutputForm::Values,
    }
}

/// What preprocessing and coding are learned from: the points, or where these do not have every class yet, one point of
/// each. Somebody paints the first point of a class after the network is there.
fn fitted_on(training: &Dataset) -> Dataset {
    let n = match &training.target {
        Target::Classes { codes, names, .. } => {
            let seen = (0..names.len() as u32).filter(|code| codes.contains(code)).count();
            if seen >= 2 { return training.clone() } else { names.len() }
        }
        Target::Values { .. } | Target::Labels { .. } if training.rows() > 0 => return training.clone(),
        Target::Values { .. } | Target::Labels { .. } => 1,
    };
    let names: Vec<String> = match &training.inputs {
        Inputs::Table(table) => table.columns().iter().map(|column| column.name.clone()).collect(),
        Inputs::Block(_) => Vec::new(),
    };
    let column = |name| Column { name, values: Values::Numbers(vec![0.0; n]) };
    let target = match &training.target {
        Target::Classes { name, names, .. } => {
            Target::Classes { name: name.clone(), codes: (0..n as u32).collect(), names: names.clone() }
        }
        Target::Values { names, .. } => {
            Target::Values { names: names.clone(), values: Matrix::zeros(n, names.len()) }
        }
        Target::Labels { names, .. } => {
            Target::Labels { names: names.clone(), values: Matrix::zeros(n, names.len()) }
        }
    };
    let inputs = Inputs::Table(Table::new(names.into_iter().map(column).collect()));
    Dataset { inputs, target, weights: None }
}
