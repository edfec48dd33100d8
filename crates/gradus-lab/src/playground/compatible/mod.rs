//! TensorFlow Playground's numerics: the points, first weights, updates and losses that its own code has for the same address.
//!
//! What is special to it, and done nowhere else in Gradus: random numbers from a word ([`SeededRandom`]), which make the
//! points first and the weights after them; weights U(−½, ½) and biases 0.1, whatever the layer; examples in a fixed order;
//! gradients of a short last batch that wait for the next epoch; L1 that kills weights. All of it is f64. A test holds six
//! settings to the numbers of its own code: 1e-12 after 200 epochs (`tests/tensorflow_playground.rs`).
//!
//! ```
//! use gradus_lab::playground::compatible::{Address, Training};
//!
//! let address = Address::read("#dataset=xor&batchSize=10&networkShape=4,2&seed=0.54321");
//! let start = address.setup.start()?;
//! let mut training = Training::new(start.network);
//! training.epochs(&start.train, &address.rule, 100).expect("finite weights");
//! assert!(training.loss(&start.test) < 0.1);
//! # Ok::<(), gradus::Error>(())
//! ```

mod random;
mod data;
mod network;
mod training;
mod address;

pub use address::Address;
pub use data::{Dataset, Feature, Point};
pub use random::SeededRandom;
pub use training::{Penalty, Rule, State, Training};

pub(super) use data::divide;
pub(super) use network::first_network;

use data::examples;
use gradus::data::Examples;
use gradus::network::{Activation, Network};
use network::{architecture, zero_network};

/// Everything that the start of a run depends on.
#[derive(Clone, Debug, PartialEq)]
pub struct Setup {
    /// The set of points.
    pub dataset: Dataset,
    /// How many there are.
    pub rows: usize,
    /// In percent.
    pub noise: f64,
    /// How many in a hundred are learned from.
    pub train_percent: f64,
    /// Of points, their order and the first weights.
    pub seed: String,
    /// What the network is given of a point.
    pub features: Vec<Feature>,
    /// Units and activation of the hidden layers.
    pub hidden: Vec<(usize, Activation)>,
    /// Whether weights and biases start at 0.
    pub zero: bool,
}

/// The start of a run.
#[derive(Clone, Debug)]
pub struct Start {
    /// The points, the training part first.
    pub points: Vec<Point>,
    /// The training part as the network takes it.
    pub train: Examples<f64>,
    /// The test part.
    pub test: Examples<f64>,
    /// The first weights.
    pub network: Network<f64>,
    /// Where the stream stands: TensorFlow Playground's reset takes the next weights from it.
    pub random: SeededRandom,
}

impl Setup {
    /// Draws points and weights.
    ///
    /// # Errors
    /// If there is no feature, or a layer has no unit or too many.
    pub fn start(&self) -> Result<Start, gradus::Error> {
        let mut random = SeededRandom::new(&self.seed);
        let points = self.dataset.points(self.rows, self.noise, &mut random);
        let (train, test) = divide(&points, self.train_percent);
        let (train, test) = (examples(train, &self.features), examples(test, &self.features));
        let is_regression = self.dataset.is_regression();
        let architecture = architecture(self.features.len(), self.hidden.clone(), is_regression);
        let network = match self.zero {
            true => zero_network(&architecture)?,
            false => first_network(&architecture, &mut random)?,
        };
        Ok(Start { points, train, test, network, random })
    }
}
