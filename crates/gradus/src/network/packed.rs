//! A network's weights as the right operands of its products, packed once and used for every block of a batch.

use super::{LayerShape, Network};
use crate::Real;
use gradus_kernels::{Operands, Panels};

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
    ///
    /// # Panics
    /// If the operands are bf16 and the network's numbers are not f32.
    pub fn for_training(network: &Network<R>, operands: Operands) -> Self {
        let panels = |layer: &LayerShape| Panels::of(operands, layer.outputs, layer.inputs);
        let backward = network.layers()[1..].iter().map(panels).collect();
        Self { backward, forward: forward(network, operands) }
    }

    /// The same without the way back.
    pub fn for_prediction(network: &Network<R>) -> Self {
        Self { forward: forward(network, Operands::Same), backward: Vec::new() }
    }

    /// Takes over the weights of `network`, for as many passes forward and back as there are until they change.
    #[inline(never)] // a page fetches it when it needs it
    pub(crate) fn pack(&mut self, network: &Network<R>) {
        self.pack_forward(network);
        self.pack_backward(network);
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

    /// Bytes that the weights of these layers take; as pairs of bf16 half of them.
    pub(crate) fn bytes(layers: &[LayerShape]) -> u128 {
        let both = |layer: &LayerShape| {
            Panels::<R>::bytes(layer.inputs, layer.outputs) + Panels::<R>::bytes(layer.outputs, layer.inputs)
        };
        layers.iter().map(both).sum()
    }
}

fn forward<R: Real>(network: &Network<R>, operands: Operands) -> Vec<Panels<R>> {
    network.layers().iter().map(|layer| Panels::of(operands, layer.inputs, layer.outputs)).collect()
}
