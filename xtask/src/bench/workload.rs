//! The networks that are trained: from one that fits into registers to one that only the product of matrices decides
//! about.

use serde_json::{Value, json};

/// A network on made-up data, and how it is trained.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Workload {
    pub(super) name: &'static str,
    /// From the inputs to the outputs.
    pub(super) widths: Vec<usize>,
    pub(super) activation: &'static str,
    pub(super) loss: &'static str,
    pub(super) optimizer: &'static str,
    pub(super) rate: f64,
    pub(super) batch: usize,
    /// Examples of an epoch.
    pub(super) rows: usize,
    /// The precisions that Gradus trains it in, each with the goal: how many times as fast as the best peer.
    pub(super) precisions: &'static [(&'static str, f64)],
}

/// The small network of SimpleChains.jl's published comparison, whose batch is all its examples.
pub(super) const FULL_BATCH: &str = "full";

impl Workload {
    /// All of them, the smallest first.
    pub(super) fn all() -> Vec<Self> {
        let classes = Self {
            name: "",
            widths: Vec::new(),
            activation: "relu",
            loss: "cross_entropy",
            optimizer: "adam",
            rate: 0.001,
            batch: 0,
            rows: 0,
            precisions: &[],
        };
        let values = Self { loss: "squared_error", ..classes.clone() };
        vec![
            Self {
                name: "tiny",
                widths: vec![2, 8, 8, 1],
                activation: "tanh",
                optimizer: "sgd",
                rate: 0.03,
                batch: 10,
                rows: 500,
                precisions: &[("f32", 60.0)],
                ..values.clone()
            },
            Self {
                name: "tab",
                widths: vec![54, 128, 128, 7],
                batch: 256,
                rows: 50_000,
                precisions: &[("f32", 3.0)],
                ..classes.clone()
            },
            Self {
                name: "fmnist",
                widths: vec![784, 256, 128, 10],
                batch: 128,
                rows: 60_000,
                precisions: &[("f32", 2.2), ("bf16", 5.0)],
                ..classes.clone()
            },
            Self {
                name: "wide",
                widths: vec![784, 1024, 1024, 10],
                batch: 512,
                rows: 20_000,
                precisions: &[("f32", 1.0), ("bf16", 1.8)],
                ..classes
            },
            Self {
                name: "field",
                widths: vec![32, 64, 64, 64, 64, 16],
                batch: 16_384,
                rows: 262_144,
                precisions: &[("f32", 2.5), ("bf16", 4.0)],
                ..values.clone()
            },
            Self {
                name: FULL_BATCH,
                widths: vec![4, 32, 16, 4],
                activation: "tanh",
                batch: 10_000,
                rows: 10_000,
                precisions: &[("f32", 5.0)],
                ..values
            },
        ]
    }

    /// The one of that name.
    pub(super) fn named(name: &str) -> Self {
        let found = Self::all().into_iter().find(|workload| workload.name == name);
        found.unwrap_or_else(|| unreachable!("the program names its own workloads"))
    }

    /// With a tenth of the examples, but two batches at least unless all are one: epochs that are soon over.
    pub(super) fn shortened(self) -> Self {
        let rows = (self.rows / 10).max(2 * self.batch).min(self.rows);
        Self { rows, ..self }
    }

    /// 784-256-128-10
    pub(super) fn network(&self) -> String {
        self.widths.iter().map(ToString::to_string).collect::<Vec<_>>().join("-")
    }

    /// Weights without biases.
    pub(super) fn weights(&self) -> usize {
        self.widths.windows(2).map(|pair| pair[0] * pair[1]).sum()
    }

    /// Operations of a training step: a multiplication and an addition for each weight, forward, back, and for the gradient.
    pub(super) fn operations(&self) -> f64 {
        6.0 * self.weights() as f64
    }

    /// Bytes of the examples in f32: inputs, and a number for each output.
    pub(super) fn data_bytes(&self) -> u64 {
        let numbers = self.widths[0] + self.widths[self.widths.len() - 1];
        4 * self.rows as u64 * numbers as u64
    }

    /// What a process is told: `work` is `train` or `predict`.
    pub(super) fn job(&self, work: &str, mode: &str, threads: usize) -> Value {
        json!({
            "work": work,
            "widths": self.widths,
            "activation": self.activation,
            "loss": self.loss,
            "optimizer": self.optimizer,
            "rate": self.rate,
            "batch": self.batch,
            "rows": self.rows,
            "mode": mode,
            "threads": threads,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_workload_knows_its_work() {
        // 784·256 + 256·128 + 128·10 = 234,752 weights; 794 numbers of four bytes for each of 60,000 examples.
        let workload = Workload::named("fmnist");
        assert_eq!((workload.weights(), workload.network().as_str()), (234_752, "784-256-128-10"));
        assert_eq!((workload.operations(), workload.data_bytes()), (1_408_512.0, 190_560_000));
        let rows = ["tiny", "tab", "field", "full"].map(|name| Workload::named(name).shortened().rows);
        assert_eq!(rows, [50, 5000, 32_768, 10_000]);
        let job = workload.job("train", "f32", 2);
        assert_eq!((&job["batch"], &job["mode"], &job["threads"]), (&json!(128), &json!("f32"), &json!(2)));
    }
}
