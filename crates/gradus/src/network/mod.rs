//! A feedforward network: fully connected layers, one after the other, and nothing else.
//!
//! Layer l takes the outputs a of the layer before, forms the net inputs in = W·a + b, and gives g(in). No connection
//! runs inside a layer and none skips one. All weights and biases live in ONE contiguous buffer, layer by layer, weights
//! (outputs, inputs) row-major before biases (outputs): a checkpoint is a slice, an update is one pass over a slice.

mod layer;
mod activation;
mod link;
mod init;
mod packed;
mod workspace;
mod forward;
mod backward;
mod narrow;
mod predictor;

pub use activation::Activation;
pub use init::Init;
pub use layer::{Layer, LayerShape};
pub use link::Link;
pub(crate) use narrow::Narrow;
pub(crate) use packed::PackedWeights;
pub use predictor::{Predictor, Prepare, Source};
pub use workspace::{Dropout, DropoutAt, Workspace};

use crate::random::{Purpose, Random};
use crate::{Error, Real};
use gradus_kernels::Aligned;

/// Layers over one parameter buffer. It holds no state of training.
#[derive(Clone, Debug, PartialEq)]
pub struct Network<R> {
    layers: Vec<LayerShape>,
    link: Link,
    parameters: Aligned<R>,
}

/// The shape of a network before it has parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct Architecture {
    /// Numbers per example.
    pub inputs: usize,
    /// Units of each hidden layer, and their activation.
    pub hidden: Vec<(usize, Activation)>,
    /// Numbers per prediction.
    pub outputs: usize,
    /// The output layer's activation.
    pub link: Link,
}

impl Architecture {
    /// The layers from the first hidden one to the output, with their places in the parameter buffer.
    ///
    /// # Errors
    /// If a width is 0, or there are more parameters than addresses.
    pub fn layers(&self) -> Result<Vec<LayerShape>, Error> {
        let mut widths: Vec<(usize, Activation)> = self.hidden.clone();
        widths.push((self.outputs, Activation::Identity));
        let mut layers = Vec::with_capacity(widths.len());
        let (mut inputs, mut start) = (self.inputs, 0_usize);
        for (outputs, activation) in widths {
            let layer = LayerShape::at(start, inputs, outputs, activation)?;
            start = layer.biases.end;
            inputs = outputs;
            layers.push(layer);
        }
        Ok(layers)
    }

    /// Number of weights and biases.
    ///
    /// # Errors
    /// As [`layers`](Self::layers).
    pub fn n_parameters(&self) -> Result<usize, Error> {
        Ok(self.layers()?.last().map_or(0, |layer| layer.biases.end))
    }
}

impl<R: Real> Network<R> {
    /// A network with random weights: f(seed, layer), in each layer by `init` or, where that is `None`, by the rule that
    /// suits the layer's activation.
    ///
    /// # Errors
    /// If a width is 0 or too large.
    pub fn new(architecture: &Architecture, init: Option<Init>, seed: u64) -> Result<Self, Error> {
        let layers = architecture.layers()?;
        let mut parameters = Aligned::filled(R::ZERO, layers.last().map_or(0, |layer| layer.biases.end));
        for (index, layer) in layers.iter().enumerate() {
            let init = init.unwrap_or_else(|| Init::for_activation(layer.activation));
            let mut random = Random::new(seed, Purpose::Initialisation, index as u64);
            let (weights, biases) = layer.split_mut(&mut parameters);
            init.fill(layer, weights, biases, &mut random);
        }
        Ok(Self { layers, link: architecture.link, parameters })
    }

    /// A network with given parameters, in the order of the buffer.
    ///
    /// # Errors
    /// If their number is not the one that the architecture has, or a width is 0 or too large.
    pub fn from_parameters(architecture: &Architecture, parameters: Vec<R>) -> Result<Self, Error> {
        let layers = architecture.layers()?;
        let expected = layers.last().map_or(0, |layer| layer.biases.end);
        if parameters.len() != expected {
            return Err(Error::ParameterCount { expected, found: parameters.len() });
        }
        Ok(Self { layers, link: architecture.link, parameters: Aligned::from(&parameters[..]) })
    }

    /// What the network was made from.
    pub fn architecture(&self) -> Architecture {
        let n_hidden = self.layers.len() - 1;
        Architecture {
            inputs: self.inputs(),
            hidden: self.layers[..n_hidden].iter().map(|layer| (layer.outputs, layer.activation)).collect(),
            outputs: self.outputs(),
            link: self.link,
        }
    }

    /// The layers, the first hidden one first.
    pub fn layers(&self) -> &[LayerShape] {
        &self.layers
    }

    /// Layer `index` with its weights and biases.
    #[inline]
    pub fn layer(&self, index: usize) -> Layer<'_, R> {
        Layer::of(&self.layers[index], &self.parameters)
    }

    /// Numbers per example.
    pub fn inputs(&self) -> usize {
        self.layers[0].inputs
    }

    /// Numbers per prediction.
    pub fn outputs(&self) -> usize {
        self.layers[self.layers.len() - 1].outputs
    }

    /// The output layer's activation.
    pub fn link(&self) -> Link {
        self.link
    }

    /// All weights and biases, layer by layer, weights before biases.
    pub fn parameters(&self) -> &[R] {
        &self.parameters
    }

    /// All weights and biases, to write to.
    pub fn parameters_mut(&mut self) -> &mut [R] {
        &mut self.parameters
    }

    /// The same network in another precision.
    pub fn cast<S: Real>(&self) -> Network<S> {
        let parameters = self.parameters.iter().map(|&w| S::from_f64(w.to_f64())).collect();
        Network { layers: self.layers.clone(), link: self.link, parameters }
    }
}
