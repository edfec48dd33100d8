//! Everything that a session shows: figures, numbers and pictures of the network that is looked at.

use super::data::Data;
use super::diagnosis::{self, Patient};
use super::evaluation::Measured;
use super::history::Record;
use super::inspection::{self, Subject};
use super::learner::Divergence;
use super::limits;
use super::session::{Session, layers};
use super::space;
use super::statistics::{self, LayerStatistics};
use crate::Error;
use gradus::metrics::most_probable;
use gradus::model::AnyNetwork;
use gradus::network::LayerShape;
use gradus::prep::OutputForm;
use serde_json::{Value, json};

/// Numbers of all pictures that are asked for at once, at most: 64 MB.
const MOST_NUMBERS: usize = 1 << 24;
const RESOLUTIONS: &str = "from 1 to 400, and less where there are hundreds of units";

impl Session {
    /// Where training stands, with losses and figures.
    pub fn status(&mut self) -> String {
        let network = self.shown();
        let [training, test] = self.views.measure(&network, &self.problem);
        let position = self.learner.position();
        let batch = self.learner.batch();
        let metrics = |measured: &Measured| -> Value {
            let finite = |(name, value): &(&str, f64)| ((*name).to_owned(), number(*value));
            Value::Object(measured.metrics.iter().map(finite).collect())
        };
        json!({
            "epoch": position.epoch,
            "updates": position.updates,
            "examples": position.examples,
            "batch": {
                "number": position.batch,
                "example": position.example,
                "rows": batch.len(),
                "next_row": batch.get(position.example as usize),
            },
            "loss": {"train": training.loss.map(number), "test": test.loss.map(number)},
            "metrics": {"train": metrics(&training), "test": metrics(&test)},
            "learning_rate": self.learner.rate(),
            "parameters": network.n_parameters(),
            "rows": {
                "train": self.problem.data.training.rows(),
                "test": self.problem.data.test.rows(),
            },
            "classes": self.problem.classes(),
            "diverged": self.learner.divergence().map(Divergence::message),
            "stopped": self.stopping.reason(),
            "looked_at": self.looked_at.as_ref().map(|(mark, _)| *mark),
            "frozen": self.frozen,
            "view": self.view(),
            "range": self.range(),
        })
        .to_string()
    }

    /// The network that is looked at.
    pub(super) fn shown(&self) -> AnyNetwork {
        match &self.looked_at {
            Some((_, network)) => network.clone(),
            None => self.learner.network(),
        }
    }

    /// All weights and biases, in the order of [`layout`](Self::layout).
    pub fn parameters(&self) -> Vec<f64> {
        match self.shown() {
            AnyNetwork::F32(network) => network.parameters().iter().map(|&weight| weight.into()).collect(),
            AnyNetwork::F64(network) => network.parameters().to_vec(),
        }
    }

    /// The layers, first hidden one first, and where their weights (outputs, inputs) and biases lie.
    pub fn layout(&self) -> String {
        let network = self.shown();
        let architecture = network.architecture();
        let last = architecture.hidden.len();
        let layer = |(index, layer): (usize, &LayerShape)| {
            let names = match index == last {
                true => self.output_names(),
                false => (1..=layer.outputs).map(|unit| unit.to_string()).collect(),
            };
            json!({
                "inputs": layer.inputs,
                "outputs": layer.outputs,
                "activation": match index == last {
                    true => architecture.link.to_string(),
                    false => layer.activation.to_string(),
                },
                "weights": [layer.weights.start, layer.weights.end],
                "biases": [layer.biases.start, layer.biases.end],
                "names": names,
            })
        };
        layers(&network).iter().enumerate().map(layer).collect::<Value>().to_string()
    }

    /// The names of the network's inputs.
    pub fn feature_names(&self) -> Vec<String> {
        self.problem.prep.input_names()
    }

    /// Which of the configuration's features each of them comes from.
    pub fn input_features(&self) -> Vec<String> {
        self.problem.prep.input_features()
    }

    /// Two classes on one output: it speaks for the second.
    pub(super) fn output_names(&self) -> Vec<String> {
        let names = self.problem.coding.names();
        names[names.len().saturating_sub(self.problem.coding.outputs())..].to_vec()
    }

    /// Rows of (x, y, class or value, part), in the columns that are drawn; part 0 is learned from, part 1 tested on.
    pub fn points(&self) -> Vec<f32> {
        self.problem.data.points().into_iter().flatten().map(|number| number as f32).collect()
    }

    /// For the same rows the class that the network finds most probable, or the value that it gives.
    pub fn predictions(&mut self) -> Vec<f32> {
        let network = self.shown();
        let answers = self.views.answers(&network, &self.problem);
        let is_classification = self.problem.is_classification();
        let rows = answers.iter().flat_map(|part| part.iter_rows());
        rows.map(|row| if is_classification { most_probable(row) as f32 } else { row[0] as f32 }).collect()
    }

    /// Every input, hidden unit and output over the plane, (units, resolution, resolution), the top row first.
    ///
    /// # Errors
    /// If the resolution is out of its bounds.
    pub fn fields(&mut self, resolution: usize) -> Result<Vec<f32>, Error> {
        let network = self.shown();
        let units = layers(&network).iter().map(|layer| layer.inputs).sum::<usize>();
        let most = (MOST_NUMBERS / units.max(1)).isqrt().min(limits::MOST_RESOLUTION);
        limits::within("resolution", resolution as f64, 1.0, most as f64, RESOLUTIONS)?;
        Ok(self.views.fields(&network, &self.problem, resolution))
    }

    /// One unit over the plane: of the inputs where `layer` is 0, of the outputs where it is the last.
    ///
    /// # Errors
    /// If there is no such unit, or the resolution is out of its bounds.
    pub fn field(&mut self, layer: usize, unit: usize, resolution: usize) -> Result<Vec<f32>, Error> {
        check_resolution(resolution)?;
        let network = self.shown();
        let field = self.views.field(&network, &self.problem, (layer, unit), resolution);
        field.ok_or(Error::NoSuchUnit { layer, unit })
    }

    /// The most probable class over the plane and its probability, (resolution², 2); empty for numbers.
    ///
    /// # Errors
    /// If the resolution is out of its bounds.
    pub fn classes_field(&mut self, resolution: usize) -> Result<Vec<f32>, Error> {
        check_resolution(resolution)?;
        let network = self.shown();
        Ok(self.views.classes(&network, &self.problem, resolution))
    }

    /// The plane that is drawn: its columns and their ranges.
    fn view(&self) -> Value {
        let Data { drawn, view: [x, y], .. } = &self.problem.data;
        json!({"columns": drawn, "x": [x.0, x.1], "y": [y.0, y.1]})
    }

    /// (low, high) of what an output is to give: of classes the two ends, of values the smallest and the largest.
    fn range(&self) -> [f64; 2] {
        let values = || self.problem.data.points().into_iter().map(|[_, _, target, _]| target);
        match self.problem.coding.form() {
            OutputForm::Single { low, high } | OutputForm::OneHot { low, high } => [low, high],
            OutputForm::Labels => [0.0, 1.0],
            OutputForm::Values if self.problem.data.rows() == 0 => [-1.0, 1.0],
            OutputForm::Values => {
                [values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max)]
            }
        }
    }

    /// Rows of (epoch, training loss, test loss, learning rate), evenly apart, 2,000 at most; NaN without a test part.
    pub fn losses(&self) -> Vec<f32> {
        let row = |record: &Record| [record.epoch as f32, record.training, record.test, record.learning_rate];
        self.history.records().iter().flat_map(row).collect()
    }

    /// The distributions of weights, gradients and outputs of every layer in `bins` equal bins, as JSON.
    ///
    /// # Errors
    /// If there are no bins, or too many.
    pub fn histograms(&self, bins: usize) -> Result<String, Error> {
        limits::within("bins", bins as f64, 1.0, 200.0, "from 1 to 200")?;
        Ok(statistics::histograms(&self.statistics()?, bins).to_string())
    }

    fn statistics(&self) -> Result<Vec<LayerStatistics>, Error> {
        statistics::layers(&self.problem, &self.shown().cast())
    }

    /// How the points of each class are answered, `[truth][answer]`, for both parts, as JSON; null for numbers.
    pub fn confusion(&mut self) -> String {
        let network = self.shown();
        let answers = self.views.answers(&network, &self.problem);
        statistics::confusion(&self.problem, &answers).to_string()
    }

    /// What may be wrong with the training, as JSON.
    ///
    /// # Errors
    /// None that a session can come to: its points have been taken.
    pub fn diagnosis(&mut self) -> Result<String, Error> {
        let layers = self.statistics()?;
        let measured = self.views.measure(&self.shown(), &self.problem);
        let (divergence, history) = (self.learner.divergence(), &self.history);
        let patient = Patient { divergence, layers: &layers, history, measured: &measured };
        Ok(diagnosis::diagnosis(&patient).to_string())
    }

    /// The plane and the points as the first `layer` layers carry them, 0 for the inputs, as JSON; lines of `resolution` places.
    ///
    /// # Errors
    /// If there is no such layer, or the resolution is out of its bounds.
    pub fn space(&self, layer: usize, resolution: usize) -> Result<String, Error> {
        limits::within("resolution", resolution as f64, 2.0, 100.0, "from 2 to 100")?;
        Ok(space::space(&self.problem, &self.shown().cast(), layer, resolution)?.to_string())
    }

    /// Every number of the step that one point would make alone, and the tables of it, as JSON.
    ///
    /// # Errors
    /// If there is no such point, counted from 0, or its step is not finite.
    pub fn inspect(&self, row: usize) -> Result<String, Error> {
        inspection::inspect(&self.problem, &self.shown(), &Subject::Row(row), self.learner.rate())
    }

    /// As [`inspect`](Self::inspect), for any place of the plane and what should come out there.
    ///
    /// # Errors
    /// If its step is not finite.
    pub fn inspect_point(&self, x: f64, y: f64, target: f64) -> Result<String, Error> {
        let place = Subject::Place { x, y, target };
        inspection::inspect(&self.problem, &self.shown(), &place, self.learner.rate())
    }
}

fn check_resolution(resolution: usize) -> Result<(), Error> {
    limits::within("resolution", resolution as f64, 1.0, limits::MOST_RESOLUTION as f64, RESOLUTIONS)
}

/// JSON has no NaN.
pub(super) fn number(value: f64) -> Value {
    if value.is_finite() { json!(value) } else { Value::Null }
}
