//! One method each of [`gradus_lab::playground::Session`], which documents them, with the names that JavaScript is used to.

use gradus_lab::playground;
use wasm_bindgen::prelude::wasm_bindgen;

/// A network that learns, with its data and everything that is shown of it.
#[wasm_bindgen]
pub struct Session(playground::Session);

type Thrown<T> = Result<T, String>;

fn thrown(error: gradus_lab::Error) -> String {
    error.to_string()
}

#[wasm_bindgen]
impl Session {
    /// A session by a configuration in JSON.
    ///
    /// # Errors
    /// If it is no configuration.
    #[wasm_bindgen(constructor)]
    pub fn new(config: &str) -> Thrown<Session> {
        playground::Session::new(config).map(Session).map_err(thrown)
    }

    /// The configuration, every key decided, as JSON.
    pub fn config(&self) -> String {
        self.0.config()
    }

    /// Takes a configuration over; JSON of what was kept.
    ///
    /// # Errors
    /// If it is no configuration; nothing is changed then.
    pub fn configure(&mut self, config: &str) -> Thrown<String> {
        self.0.configure(config).map_err(thrown)
    }

    /// The bounds and closed sets that controls need, as JSON.
    pub fn limits(&self) -> String {
        playground::Session::limits()
    }

    /// Trains to the end of the epoch at hand and `epochs` − 1 more; JSON of whether training has diverged.
    pub fn train(&mut self, epochs: u32) -> String {
        self.0.train(epochs)
    }

    /// Trains for so many updates.
    #[wasm_bindgen(js_name = trainBatches)]
    pub fn train_batches(&mut self, batches: u32) -> String {
        self.0.train_batches(batches)
    }

    /// Trains for so many examples.
    #[wasm_bindgen(js_name = trainExamples)]
    pub fn train_examples(&mut self, examples: u32) -> String {
        self.0.train_examples(examples)
    }

    /// Begins again with the same first weights.
    ///
    /// # Errors
    /// None that a session can come to.
    pub fn reset(&mut self) -> Thrown<()> {
        self.0.reset().map_err(thrown)
    }

    /// Begins again with other first weights.
    ///
    /// # Errors
    /// If the seed is no whole number up to 2^53 − 1.
    #[wasm_bindgen(js_name = newWeights)]
    pub fn new_weights(&mut self, seed: f64) -> Thrown<()> {
        self.0.new_weights(seed as u64).map_err(thrown)
    }

    /// Other points of the same kind; the weights stay.
    ///
    /// # Errors
    /// If the seed is no whole number up to 2^53 − 1.
    pub fn regenerate(&mut self, seed: f64) -> Thrown<()> {
        self.0.regenerate(seed as u64).map_err(thrown)
    }

    /// Where training stands, as JSON.
    pub fn status(&mut self) -> String {
        self.0.status()
    }

    /// The layers and their places in the parameters, as JSON.
    pub fn layout(&self) -> String {
        self.0.layout()
    }

    /// The names of the network's inputs.
    #[wasm_bindgen(js_name = featureNames)]
    pub fn feature_names(&self) -> Vec<String> {
        self.0.feature_names()
    }

    /// All weights and biases.
    pub fn parameters(&self) -> Vec<f64> {
        self.0.parameters()
    }

    /// Gives one parameter a value.
    ///
    /// # Errors
    /// If there is no such parameter, or the value is not finite.
    #[wasm_bindgen(js_name = setParameter)]
    pub fn set_parameter(&mut self, index: usize, value: f64) -> Thrown<()> {
        self.0.set_parameter(index, value).map_err(thrown)
    }

    /// Keeps training from changing one parameter, or lets it again.
    ///
    /// # Errors
    /// If there is no such parameter.
    pub fn freeze(&mut self, index: usize, frozen: bool) -> Thrown<()> {
        self.0.freeze(index, frozen).map_err(thrown)
    }

    /// Rows of (x, y, class or value, part).
    pub fn points(&self) -> Vec<f32> {
        self.0.points()
    }

    /// The answer to each of these rows.
    pub fn predictions(&mut self) -> Vec<f32> {
        self.0.predictions()
    }

    /// Every input, hidden unit and output over the plane, (units, resolution, resolution).
    ///
    /// # Errors
    /// If the resolution is out of its bounds.
    pub fn fields(&mut self, resolution: usize) -> Thrown<Vec<f32>> {
        self.0.fields(resolution).map_err(thrown)
    }

    /// One unit over the plane; layer 0 are the inputs.
    ///
    /// # Errors
    /// If there is no such unit, or the resolution is out of its bounds.
    pub fn field(&mut self, layer: usize, unit: usize, resolution: usize) -> Thrown<Vec<f32>> {
        self.0.field(layer, unit, resolution).map_err(thrown)
    }

    /// The most probable class over the plane and its probability, (resolution², 2).
    ///
    /// # Errors
    /// If the resolution is out of its bounds.
    #[wasm_bindgen(js_name = classesField)]
    pub fn classes_field(&mut self, resolution: usize) -> Thrown<Vec<f32>> {
        self.0.classes_field(resolution).map_err(thrown)
    }

    /// The plane that is drawn, as JSON.
    pub fn view(&self) -> String {
        self.0.view()
    }

    /// Rows of (epoch, training loss, test loss, learning rate).
    pub fn losses(&self) -> Vec<f32> {
        self.0.losses()
    }
}
