//! The number types of the engine, and what is compiled for each of them in this crate.
//!
//! A generic function is compiled again in every crate that uses it, as that crate is compiled: for a page that is downloaded,
//! to be small. The ways on which all the time is spent go through functions of [`Real`] instead, which are compiled once,
//! here, to be fast.

use crate::MatrixView;
use crate::data::{Batch, Batches, Examples};
use crate::network::{DropoutAt, Link, Network, Predictor, Source, Workspace};
use crate::optim::Optimizer;
use crate::train::{Lanes, NotFinite, Objective};

/// A number of an engine: `f32` or `f64`, and nothing else.
pub trait Real: gradus_kernels::Real {
    /// [`Lanes::step`]
    #[doc(hidden)]
    fn step(
        lanes: &mut Lanes<Self>,
        network: &mut Network<Self>,
        batch: &Batch<'_, Self>,
        objective: &Objective,
        optimizer: &mut Optimizer<Self>,
    ) -> Result<f64, NotFinite>;

    /// [`Batches::next`]
    #[doc(hidden)]
    fn next_batch<'a>(
        batches: &'a mut Batches<Self>,
        examples: &'a Examples<Self>,
        step: u64,
    ) -> Option<Batch<'a, Self>>;

    /// [`Network::forward`]
    #[doc(hidden)]
    fn forward(
        network: &Network<Self>,
        inputs: MatrixView<'_, Self>,
        dropout: Option<DropoutAt>,
        work: &mut Workspace<Self>,
    );

    /// [`Network::backward`]
    #[doc(hidden)]
    fn backward(network: &Network<Self>, inputs: MatrixView<'_, Self>, work: &mut Workspace<Self>);

    /// [`Predictor::predict_into`] with a link, [`Predictor::logits_into`] without.
    #[doc(hidden)]
    fn predict(
        predictor: &mut Predictor<Self>,
        source: Source<'_, Self>,
        predictions: &mut [Self],
        link: Option<Link>,
    );
}

macro_rules! compile_for {
    ($number:ty) => {
        impl Real for $number {
            #[inline(never)]
            fn step(
                lanes: &mut Lanes<Self>,
                network: &mut Network<Self>,
                batch: &Batch<'_, Self>,
                objective: &Objective,
                optimizer: &mut Optimizer<Self>,
            ) -> Result<f64, NotFinite> {
                lanes.step_compiled(network, batch, objective, optimizer)
            }

            #[inline(never)]
            fn next_batch<'a>(
                batches: &'a mut Batches<Self>,
                examples: &'a Examples<Self>,
                step: u64,
            ) -> Option<Batch<'a, Self>> {
                batches.next_compiled(examples, step)
            }

            #[inline(never)]
            fn forward(
                network: &Network<Self>,
                inputs: MatrixView<'_, Self>,
                dropout: Option<DropoutAt>,
                work: &mut Workspace<Self>,
            ) {
                network.forward_compiled(inputs, dropout, work);
            }

            #[inline(never)]
            fn backward(network: &Network<Self>, inputs: MatrixView<'_, Self>, work: &mut Workspace<Self>) {
                network.backward_compiled(inputs, work);
            }

            #[inline(never)]
            fn predict(
                predictor: &mut Predictor<Self>,
                source: Source<'_, Self>,
                predictions: &mut [Self],
                link: Option<Link>,
            ) {
                predictor.predict_compiled(source, predictions, link);
            }
        }
    };
}

compile_for!(f32);
compile_for!(f64);
