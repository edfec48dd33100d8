//! The classic worked example of backpropagation: a 3-2-1 network of sigmoid units and one step on one example, as Han &
//! Kamber's *Data Mining* (2000, section 7.5) and many textbooks after it print it to three or four decimals.

use crate::loss::Loss;
use crate::network::{Activation, Architecture, Link, Network};

/// The network before the step, and the example.
#[derive(Clone, Debug)]
pub struct WorkedExample {
    /// Inputs 1 to 3, hidden units 4 and 5, output unit 6.
    pub network: Network<f64>,
    /// a₁, a₂, a₃
    pub inputs: [f64; 3],
    /// y₆
    pub targets: [f64; 1],
    /// ½(y − a)²
    pub loss: Loss,
    /// α
    pub learning_rate: f64,
}

impl Default for WorkedExample {
    fn default() -> Self {
        let architecture = Architecture {
            inputs: 3,
            hidden: vec![(2, Activation::Sigmoid)],
            outputs: 1,
            link: Link::SIGMOID,
        };
        let hidden = [0.2, 0.4, -0.5, -0.3, 0.1, 0.2, -0.4, 0.2];
        let output = [-0.3, -0.2, 0.1];
        let network = Network::from_parameters(&architecture, [&hidden[..], &output[..]].concat())
            .expect("3·2 + 2 + 2·1 + 1 parameters");
        Self {
            network,
            inputs: [1.0, 0.0, 1.0],
            targets: [1.0],
            loss: Loss::SquaredError,
            learning_rate: 0.9,
        }
    }
}
