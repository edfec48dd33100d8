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
        self.0.new_weights(seed).map_err(thrown)
    }

    /// Other points of the same kind; the weights stay.
    ///
    /// # Errors
    /// If the seed is no whole number up to 2^53 − 1.
    pub fn regenerate(&mut self, seed: f64) -> Thrown<()> {
        self.0.regenerate(seed).map_err(thrown)
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

    /// Which of the configuration's features each of them comes from.
    #[wasm_bindgen(js_name = inputFeatures)]
    pub fn input_features(&self) -> Vec<String> {
        self.0.input_features()
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

    /// Rows of (epoch, training loss, test loss, learning rate).
    pub fn losses(&self) -> Vec<f32> {
        self.0.losses()
    }

    /// The configuration in an address, and what could not be taken as it was, as JSON.
    #[wasm_bindgen(js_name = fromAddress)]
    pub fn from_address(hash: &str) -> String {
        playground::Session::from_address(hash)
    }

    /// A session from any address.
    ///
    /// # Errors
    /// If its settings do not fit each other.
    pub fn open(hash: &str) -> Thrown<Session> {
        playground::Session::open(hash).map(Session).map_err(thrown)
    }

    /// A session from the bytes of `snapshot`.
    ///
    /// # Errors
    /// If the bytes are no session.
    pub fn restore(bytes: &[u8]) -> Thrown<Session> {
        playground::Session::restore(bytes).map(Session).map_err(thrown)
    }

    /// Everything as bytes.
    pub fn snapshot(&self) -> Vec<u8> {
        self.0.snapshot()
    }

    /// The configuration as an address.
    pub fn address(&self) -> String {
        self.0.address()
    }

    /// The whole session as an address.
    ///
    /// # Errors
    /// If it is too long for a link.
    pub fn share(&self) -> Thrown<String> {
        self.0.share().map_err(thrown)
    }

    /// The epochs that can be looked back at.
    pub fn marks(&self) -> Vec<f64> {
        self.0.marks()
    }

    /// Shows the network as it was at a mark.
    ///
    /// # Errors
    /// If there is no such mark.
    #[wasm_bindgen(js_name = lookAt)]
    pub fn look_at(&mut self, mark: usize) -> Thrown<()> {
        self.0.look_at(mark).map_err(thrown)
    }

    /// Shows the latest network again.
    #[wasm_bindgen(js_name = lookAtLatest)]
    pub fn look_at_latest(&mut self) {
        self.0.look_at_latest();
    }

    /// Goes on from the mark that is looked at.
    #[wasm_bindgen(js_name = resumeHere)]
    pub fn resume_here(&mut self) {
        self.0.resume_here();
    }

    /// Takes the latest change back. Whether there was one.
    pub fn undo(&mut self) -> bool {
        self.0.undo()
    }

    /// Makes the change again that was taken back last. Whether there was one.
    pub fn redo(&mut self) -> bool {
        self.0.redo()
    }

    /// Puts a point there; part 0 is learned from, part 1 tested on.
    ///
    /// # Errors
    /// If it cannot be there.
    #[wasm_bindgen(js_name = addPoint)]
    pub fn add_point(&mut self, x: f64, y: f64, target: f64, part: u32) -> Thrown<()> {
        self.0.add_point(x, y, target, part).map_err(thrown)
    }

    /// Takes away the points within `radius` of a place.
    ///
    /// # Errors
    /// If the data have other columns than the plane.
    #[wasm_bindgen(js_name = erasePoints)]
    pub fn erase_points(&mut self, x: f64, y: f64, radius: f64) -> Thrown<()> {
        self.0.erase_points(x, y, radius).map_err(thrown)
    }

    /// Takes a table over; JSON of what was found.
    ///
    /// # Errors
    /// If it cannot be read.
    #[wasm_bindgen(js_name = setCsv)]
    pub fn set_csv(&mut self, name: &str, text: &str) -> Thrown<String> {
        self.0.set_csv(name, text).map_err(thrown)
    }

    /// The points as CSV text.
    #[wasm_bindgen(js_name = dataCsv)]
    pub fn data_csv(&self) -> String {
        self.0.data_csv()
    }

    /// The model as a file that `gradus predict` reads.
    #[wasm_bindgen(js_name = modelFile)]
    pub fn model_file(&self) -> Vec<u8> {
        self.0.model_file()
    }

    /// Takes a model over.
    ///
    /// # Errors
    /// If it is no model, or one of other data.
    #[wasm_bindgen(js_name = openModel)]
    pub fn open_model(&mut self, bytes: &[u8]) -> Thrown<()> {
        self.0.open_model(bytes).map_err(thrown)
    }

    /// The command that learns the same.
    pub fn command(&self) -> String {
        self.0.command()
    }

    /// The network as a picture (SVG).
    #[wasm_bindgen(js_name = networkSvg)]
    pub fn network_svg(&self) -> String {
        self.0.network_svg()
    }

    /// The distributions of every layer, as JSON.
    ///
    /// # Errors
    /// If there are no bins, or too many.
    pub fn histograms(&self, bins: usize) -> Thrown<String> {
        self.0.histograms(bins).map_err(thrown)
    }

    /// Every number of the step that one point would make, as JSON.
    ///
    /// # Errors
    /// If there is no such point.
    pub fn inspect(&self, row: usize) -> Thrown<String> {
        self.0.inspect(row).map_err(thrown)
    }

    /// The same for any place of the plane and what should come out there.
    ///
    /// # Errors
    /// If its step is not finite.
    #[wasm_bindgen(js_name = inspectPoint)]
    pub fn inspect_point(&self, x: f64, y: f64, target: f64) -> Thrown<String> {
        self.0.inspect_point(x, y, target).map_err(thrown)
    }

    /// The plane and the points as the first layers carry them, as JSON.
    ///
    /// # Errors
    /// If there is no such layer.
    pub fn space(&self, layer: usize, resolution: usize) -> Thrown<String> {
        self.0.space(layer, resolution).map_err(thrown)
    }

    /// What may be wrong with the training, as JSON.
    ///
    /// # Errors
    /// None that a session can come to.
    pub fn diagnosis(&mut self) -> Thrown<String> {
        self.0.diagnosis().map_err(thrown)
    }

    /// How the points of each class are answered, as JSON.
    pub fn confusion(&mut self) -> String {
        self.0.confusion()
    }

    /// Whether the goal of a lesson is reached, as JSON.
    ///
    /// # Errors
    /// If there is no such lesson.
    #[wasm_bindgen(js_name = lessonCheck)]
    pub fn lesson_check(&mut self, lesson: &str) -> Thrown<String> {
        self.0.lesson_check(lesson).map_err(thrown)
    }
}
