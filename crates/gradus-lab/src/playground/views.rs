//! Looking at a network without changing it, in the precision that it learns in.

use super::evaluation::{Evaluator, Measured};
use super::fields::Fields;
use super::problem::Problem;
use crate::Error;
use gradus::model::AnyNetwork;
use gradus::network::Network;
use gradus::spec::Precision;
use gradus::{Matrix, Real};

/// What can be seen of a network. Whatever network is handed in has the layers that the views were made for.
pub(super) trait Views {
    /// The mean losses of both parts; NaN without points.
    fn losses(&mut self, network: &AnyNetwork) -> [f64; 2];
    /// Losses and figures of both parts.
    fn measure(&mut self, network: &AnyNetwork, problem: &Problem) -> [Measured; 2];
    /// The answers to the points of both parts.
    fn answers(&mut self, network: &AnyNetwork, problem: &Problem) -> [Matrix<f64>; 2];
    /// Every unit over the plane.
    fn fields(&mut self, network: &AnyNetwork, problem: &Problem, resolution: usize) -> Vec<f32>;
    /// One unit (layer, place) over the plane.
    fn field(
        &mut self,
        network: &AnyNetwork,
        problem: &Problem,
        unit: (usize, usize),
        resolution: usize,
    ) -> Option<Vec<f32>>;
    /// The most probable class over the plane.
    fn classes(&mut self, network: &AnyNetwork, problem: &Problem, resolution: usize) -> Vec<f32>;
}

/// Views of the networks that a problem has.
///
/// # Errors
/// If a feature of a point is not finite.
pub(super) fn views(problem: &Problem, network: &AnyNetwork) -> Result<Box<dyn Views>, Error> {
    Ok(match problem.precision() {
        Precision::F64 => Box::new(InPrecision::<f64>::new(problem, &network.cast())?),
        Precision::F32 | Precision::Bf16 => Box::new(InPrecision::<f32>::new(problem, &network.cast())?),
    })
}

struct InPrecision<R> {
    evaluator: Evaluator<R>,
    fields: Fields<R>,
}

impl<R: Real> InPrecision<R> {
    fn new(problem: &Problem, network: &Network<R>) -> Result<Self, Error> {
        Ok(Self { evaluator: Evaluator::new(problem, network)?, fields: Fields::new(network) })
    }
}

impl<R: Real> Views for InPrecision<R> {
    fn losses(&mut self, network: &AnyNetwork) -> [f64; 2] {
        self.evaluator.losses(&network.cast())
    }

    fn measure(&mut self, network: &AnyNetwork, problem: &Problem) -> [Measured; 2] {
        self.evaluator.measure(&network.cast(), problem)
    }

    fn answers(&mut self, network: &AnyNetwork, problem: &Problem) -> [Matrix<f64>; 2] {
        self.evaluator.answers(&network.cast(), problem)
    }

    fn fields(&mut self, network: &AnyNetwork, problem: &Problem, resolution: usize) -> Vec<f32> {
        self.fields.all(&network.cast(), problem, resolution)
    }

    fn field(
        &mut self,
        network: &AnyNetwork,
        problem: &Problem,
        unit: (usize, usize),
        resolution: usize,
    ) -> Option<Vec<f32>> {
        self.fields.one(&network.cast(), problem, unit, resolution)
    }

    fn classes(&mut self, network: &AnyNetwork, problem: &Problem, resolution: usize) -> Vec<f32> {
        self.fields.classes(&network.cast(), problem, resolution)
    }
}
