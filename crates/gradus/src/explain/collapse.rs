//! Hidden layers without an activation are no layers: a product of matrices is a matrix.
//!
//! With the identity in every hidden layer, a₁ = W₁x + b₁, a₂ = W₂a₁ + b₂, …, so the whole network is
//!
//! ```text
//! link(W·x + b)      W = W_L ⋯ W₂W₁      b = W_L(⋯ W₂b₁ + b₂ ⋯) + b_L
//! ```
//!
//! one layer with (outputs · inputs) weights, however many hidden units there were. Any other activation between two
//! layers stands in the way. Threshold units in particular do not collapse: their outputs are 0 or 1, so the network is
//! constant on each region that their hyperplanes cut out, which no single linear layer is.

use crate::network::{Activation, Architecture, Network};
use crate::random::{Purpose, Random};
use crate::{Error, Matrix};

/// Random inputs on which the two networks are compared.
const PROBES: usize = 1_000;

/// The single layer that a network of identity layers is.
#[derive(Clone, Debug, PartialEq)]
pub struct Collapsed {
    /// One layer, with the link of the network that it stands for.
    pub network: Network<f64>,
    /// The largest difference of two outputs, relative to the largest output where that is above 1.
    pub difference: f64,
    /// Random inputs compared, each number drawn from the normal distribution.
    pub probes: usize,
}

/// Multiplies the layers of `network` together and compares the result with it on random inputs.
///
/// # Errors
/// If a hidden layer has another activation than the identity.
pub fn collapse(network: &Network<f64>, seed: u64) -> Result<Collapsed, Error> {
    let architecture = network.architecture();
    for (at, &(units, activation)) in architecture.hidden.iter().enumerate() {
        if activation != Activation::Identity {
            return Err(Error::DoesNotCollapse { layer: at + 1, units, activation: activation.name() });
        }
    }
    let (weights, biases) = multiplied(network);
    let single = Architecture { hidden: Vec::new(), ..architecture };
    let parameters = [weights.into_vec(), biases].concat();
    let collapsed = Network::from_parameters(&single, parameters)?;
    let difference = difference(network, &collapsed, seed);
    Ok(Collapsed { network: collapsed, difference, probes: PROBES })
}

/// W (outputs, inputs) and b (outputs). The last layer comes first: W grows to the right, and b takes in what each layer
/// before it adds.
fn multiplied(network: &Network<f64>) -> (Matrix<f64>, Vec<f64>) {
    let last = network.layers().len() - 1;
    let (mut weights, mut biases) = (weights_of(network, last), network.layer(last).biases.to_vec());
    for index in (0..last).rev() {
        let (before, added) = (weights_of(network, index), network.layer(index).biases);
        let mut product = Matrix::zeros(weights.rows(), before.columns());
        for (output, bias) in biases.iter_mut().enumerate() {
            for (unit, &weight) in weights.row(output).iter().enumerate() {
                *bias += weight * added[unit];
                let sums = product.row_mut(output).iter_mut();
                sums.zip(before.row(unit)).for_each(|(sum, w)| *sum += weight * w);
            }
        }
        weights = product;
    }
    (weights, biases)
}

/// (outputs, inputs)
fn weights_of(network: &Network<f64>, index: usize) -> Matrix<f64> {
    let shape = &network.layers()[index];
    Matrix::from_vec(shape.outputs, shape.inputs, network.parameters()[shape.weights.clone()].to_vec())
}

fn difference(network: &Network<f64>, collapsed: &Network<f64>, seed: u64) -> f64 {
    let mut random = Random::new(seed, Purpose::Generator, 0);
    let inputs = (0..PROBES * network.inputs()).map(|_| random.normal()).collect();
    let inputs = Matrix::from_vec(PROBES, network.inputs(), inputs);
    let (deep, flat) = (network.predict(&inputs), collapsed.predict(&inputs));
    let largest =
        |values: &mut dyn Iterator<Item = f64>| values.fold(0.0_f64, |most, value| most.max(value.abs()));
    let scale = largest(&mut deep.as_slice().iter().copied()).max(1.0);
    largest(&mut deep.as_slice().iter().zip(flat.as_slice()).map(|(a, b)| a - b)) / scale
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::Link;

    fn random(hidden: &[(usize, Activation)], link: Link) -> Network<f64> {
        let architecture = Architecture { inputs: 5, hidden: hidden.to_vec(), outputs: 3, link };
        let mut network = Network::new(&architecture, None, 7).unwrap();
        let mut random = Random::new(3, Purpose::Generator, 1);
        network.parameters_mut().iter_mut().for_each(|weight| *weight = random.normal());
        network
    }

    #[test]
    fn two_layers_are_one_by_hand() {
        let hidden = vec![(2, Activation::Identity)];
        let architecture = Architecture { inputs: 2, hidden, outputs: 1, link: Link::IDENTITY };
        // W₁ = (1 2; 3 4), b₁ = (5, 6), W₂ = (7 8), b₂ = 9: W = (31 46), b = 35 + 48 + 9.
        let parameters = vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0];
        let network = Network::from_parameters(&architecture, parameters).unwrap();
        let collapsed = collapse(&network, 1).unwrap();
        assert_eq!(collapsed.network.parameters(), [31.0, 46.0, 92.0]);
    }

    #[test]
    fn any_depth_collapses_and_nothing_else_does() {
        let identity = |units| (units, Activation::Identity);
        for hidden in [vec![], vec![identity(4)], vec![identity(7), identity(2), identity(9)]] {
            for link in [Link::IDENTITY, Link::Softmax, Link::SIGMOID] {
                let found = collapse(&random(&hidden, link), 1).unwrap();
                assert!(found.network.layers().len() == 1 && found.difference < 1e-13, "{found:?}");
            }
        }
        for activation in Activation::ALL.into_iter().filter(|other| *other != Activation::Identity) {
            let error = collapse(&random(&[identity(4), (6, activation)], Link::IDENTITY), 1).unwrap_err();
            let start =
                format!("the network does not collapse: hidden layer 2 (6 units) is `{}`", activation.name());
            assert!(error.to_string().starts_with(&start), "{error}");
        }
    }

    /// Threshold units: constant on each side of their lines, so no plane.
    #[test]
    fn threshold_units_give_pieces() {
        let hidden = vec![(2, Activation::Step)];
        let architecture = Architecture { inputs: 1, hidden, outputs: 1, link: Link::IDENTITY };
        // y = [x ≥ 0] + 2·[x ≥ 1]
        let parameters = vec![1.0, 1.0, 0.0, -1.0, 1.0, 2.0, 0.0];
        let network = Network::from_parameters(&architecture, parameters).unwrap();
        let inputs = Matrix::from_vec(6, 1, vec![-2.0, -1e-9, 0.0, 0.999, 1.0, 50.0]);
        assert_eq!(network.predict(&inputs).as_slice(), [0.0, 0.0, 1.0, 1.0, 3.0, 3.0]);
        assert!(collapse(&network, 1).is_err());
    }
}
