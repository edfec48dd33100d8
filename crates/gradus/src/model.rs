//! A trained network with everything around it.
#![allow(missing_docs)]
use crate::data::Inputs;
use crate::network::{Architecture, Network};
use crate::prep::{Preprocessor, TargetCoding};
use crate::spec::Spec;
use crate::train::StopReason;
use crate::{Error, Matrix, Real};
#[derive(Clone, Debug)]
pub struct Model {
    pub prep: Preprocessor,
    pub network: AnyNetwork,
    pub coding: TargetCoding,
    pub record: TrainingRecord,
}
#[derive(Clone, Debug)]
pub enum AnyNetwork {
    F32(Network<f32>),
    F64(Network<f64>),
}
impl AnyNetwork {
    pub fn architecture(&self) -> Architecture {
        match self {
            Self::F32(n) => n.architecture(),
            Self::F64(n) => n.architecture(),
        }
    }
    pub fn cast<R: Real>(&self) -> Network<R> {
        match self {
            Self::F32(n) => n.cast(),
            Self::F64(n) => n.cast(),
        }
    }
}
#[derive(Clone, Debug)]
pub struct TrainingRecord {
    pub version: String,
    pub instruction_set: String,
    pub spec: Spec,
    pub rows: usize,
    pub validation_rows: usize,
    pub epochs: usize,
    pub updates: u64,
    pub best_epoch: Option<usize>,
    pub stop: StopReason,
    pub loss: Option<f64>,
    pub validation: Vec<(String, f64)>,
}
impl Model {
    pub fn predict(&self, inputs: &Inputs) -> Result<Matrix<f64>, Error> {
        let o: Matrix<f64> = match &self.network {
            AnyNetwork::F32(n) => n.predict(&self.prep.transform(inputs)?).cast(),
            AnyNetwork::F64(n) => n.predict(&self.prep.transform(inputs)?),
        };
        Ok(self.coding.decode(&o))
    }
}
