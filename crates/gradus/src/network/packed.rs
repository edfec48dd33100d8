//! A network's weights as the right operands of its products, packed once and used for every block of a batch.

use super::{LayerShape, Network};
use crate::Real;
use gradus_kernels::Panels;

/// Every layer's weights in the form that a product reads them in; see [`Panels`].
///
/// They are a copy: whoever changes the network's parameters packs again.
#[derive(Clone, Debug, Default)]
pub struct PackedWeights<R> {
    /// Per layer Wᵀ (inputs, outputs): a·Wᵀ on the way forward.
    pub(super) forward: Vec<Panels<R>>,
    /// Per layer but the first W (outputs, inputs): Δ·W on the way back.
    pub(super) backward: Vec<Panels<R>>,
}

impl<R: Real> PackedWeights<R> {
    /// Room for the weights of `network`, so that packing allocates nothing.
    pub fn for_training(network: &Network<R>) -> Self {
        let (forward, backward) = (network.layers().iter(), network.layers()[1..].iter());
        Self {
            forward: forward.map(|layer| Panels::with_capacity(layer.inputs, layer.outputs)).collect(),
            backward: backward.map(|layer| Panels::with_capacity(layer.outputs, layer.inputs)).collect(),
        }
    }

    /// Takes over the weights for forward passes.
    pub fn pack_forward(&mut self, network: &Network<R>) {
        for (index, panels) in self.forward.iter_mut().enumerate() {
            panels.pack(network.layer(index).weights.transposed());
        }
    }

    /// Takes over the weights for backward passes.
    pub fn pack_backward(&mut self, network: &Network<R>) {
        for (before, panels) in self.backward.iter_mut().enumerate() {
            panels.pack(network.layer(before + 1).weights);
        }
    }

    /// Numbers that the weights of these layers take, about: their panels are filled up with zeros.
    pub(super) fn numbers(layers: &[LayerShape]) -> u128 {
        let panels = |rows: usize, columns: usize| Panels::<R>::capacity(rows, columns) as u128;
        layers
            .iter()
            .map(|layer| panels(layer.inputs, layer.outputs) + panels(layer.outputs, layer.inputs))
            .sum()
    }
}
