//! A network's weights as the right operands of its products, packed once for every block of a batch, as far as they have to be.

use super::{LayerShape, Network};
use crate::Real;
use gradus_kernels::{Operands, Panels};

/// Every layer's weights in the form that a product reads them in; see [`Panels`].
///
/// They are a copy: whoever changes the network's parameters packs again.
#[derive(Clone, Debug, Default)]
pub(crate) struct PackedWeights<R> {
    /// Per layer Wᵀ (inputs, outputs): a·Wᵀ on the way forward.
    pub(super) forward: Vec<Panels<R>>,
    /// Per layer but the first W (outputs, inputs), as far as it is not read where it lies: Δ·W on the way back.
    pub(super) backward: Vec<Panels<R>>,
}

impl<R: Real> PackedWeights<R> {
    /// Room for the weights of `network`, so that packing allocates nothing.
    ///
    /// # Panics
    /// If the operands are bf16 and the network's numbers are not f32.
    pub(crate) fn new(network: &Network<R>, operands: Operands) -> Self {
        let forward = |layer: &LayerShape| Panels::of(operands, layer.inputs, layer.outputs);
        let backward = |layer: &LayerShape| {
            Panels::of(operands, layer.outputs, Panels::<R>::rest(operands, layer.inputs))
        };
        Self {
            forward: network.layers().iter().map(forward).collect(),
            backward: network.layers()[1..].iter().map(backward).collect(),
        }
    }

    /// Takes over the weights of `network`, for as many passes forward and back as there are until they change.
    #[inline(never)] // a page fetches it when it needs it
    pub(crate) fn pack(&mut self, network: &Network<R>) {
        self.pack_forward(network);
        self.pack_backward(network);
    }

    /// Takes over the weights for forward passes.
    pub(crate) fn pack_forward(&mut self, network: &Network<R>) {
        for (index, panels) in self.forward.iter_mut().enumerate() {
            panels.pack(network.layer(index).weights.transposed());
        }
    }

    /// Takes over the weights for backward passes.
    pub(crate) fn pack_backward(&mut self, network: &Network<R>) {
        for (before, panels) in self.backward.iter_mut().enumerate() {
            panels.pack_rest(network.layer(before + 1).weights);
        }
    }

    /// Bytes that the weights of these layers take at most, all of them packed; as pairs of bf16 half of them.
    pub(crate) fn bytes(layers: &[LayerShape]) -> u128 {
        let both = |layer: &LayerShape| {
            Panels::<R>::bytes(layer.inputs, layer.outputs) + Panels::<R>::bytes(layer.outputs, layer.inputs)
        };
        layers.iter().map(both).sum()
    }
}
