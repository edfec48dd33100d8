//! The network that TensorFlow Playground starts with: every weight U(−½, ½), whatever the layer, every bias 0.1.
//!
//! The weights come from the stream that has made the points, unit by unit from the first hidden layer on: the order of the
//! engine's own buffer. The one output is tanh where the labels are classes and the identity where they are numbers.

use super::SeededRandom;
use gradus::Error;
use gradus::network::{Activation, Architecture, Link, Network};

/// The bias that every unit starts with.
const FIRST_BIAS: f64 = 0.1;

/// Layers between `inputs` features and one output.
pub(super) fn architecture(
    inputs: usize,
    hidden: Vec<(usize, Activation)>,
    is_regression: bool,
) -> Architecture {
    let link = if is_regression { Activation::Identity } else { Activation::Tanh };
    Architecture { inputs, hidden, outputs: 1, link: Link::Activation(link) }
}

/// The network with the next weights of the stream.
///
/// # Errors
/// If a width is 0 or too large.
pub(crate) fn first_network(
    architecture: &Architecture,
    random: &mut SeededRandom,
) -> Result<Network<f64>, Error> {
    let mut parameters = vec![FIRST_BIAS; architecture.n_parameters()?];
    for layer in architecture.layers()? {
        parameters[layer.weights].fill_with(|| random.uniform() - 0.5);
    }
    Network::from_parameters(architecture, parameters)
}

/// The network with all weights and biases 0, the address's `initZero`.
///
/// # Errors
/// If a width is 0 or too large.
pub(super) fn zero_network(architecture: &Architecture) -> Result<Network<f64>, Error> {
    Network::from_parameters(architecture, vec![0.0; architecture.n_parameters()?])
}
