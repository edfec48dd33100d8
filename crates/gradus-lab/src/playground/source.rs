//! Where the points of a session come from.

use super::compatible::Dataset;
use gradus::data::Task;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A set of data by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "`about` says what each is")]
pub(super) enum Source {
    Circle,
    Xor,
    Gauss,
    Spiral,
    Plane,
    MultiGauss,
    Moons,
    Rings,
    Checkerboard,
    Blobs,
    And,
    Or,
    XorTable,
    Painted,
    Csv,
}

impl Source {
    /// Every source: those of TensorFlow Playground first.
    pub(super) const ALL: [Self; 15] = [
        Self::Circle,
        Self::Xor,
        Self::Gauss,
        Self::Spiral,
        Self::Plane,
        Self::MultiGauss,
        Self::Moons,
        Self::Rings,
        Self::Checkerboard,
        Self::Blobs,
        Self::And,
        Self::Or,
        Self::XorTable,
        Self::Painted,
        Self::Csv,
    ];

    /// The name in a configuration.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Circle => Dataset::Circle.name(),
            Self::Xor => Dataset::Xor.name(),
            Self::Gauss => Dataset::Gauss.name(),
            Self::Spiral => Dataset::Spiral.name(),
            Self::Plane => Dataset::Plane.name(),
            Self::MultiGauss => Dataset::MultiGauss.name(),
            Self::Moons => "moons",
            Self::Rings => "rings",
            Self::Checkerboard => "checkerboard",
            Self::Blobs => "blobs",
            Self::And => "and",
            Self::Or => "or",
            Self::XorTable => "xor-table",
            Self::Painted => "painted",
            Self::Csv => "csv",
        }
    }

    /// The laboratory's generator that makes it; none for points that somebody brings.
    pub(super) fn generator(self) -> Option<&'static str> {
        match self {
            Self::Xor => Some("xor-points"),
            Self::XorTable => Some("xor"),
            Self::Painted | Self::Csv => None,
            generator => Some(generator.name()),
        }
    }

    /// Whether it is a truth table: fixed rows, all of them to learn from.
    pub(super) fn is_truth_table(self) -> bool {
        matches!(self, Self::And | Self::Or | Self::XorTable)
    }

    /// Which of the six of TensorFlow Playground it is, if one.
    pub(super) fn compatible(self) -> Option<Dataset> {
        Dataset::ALL.into_iter().find(|dataset| dataset.name() == self.name())
    }

    fn is_regression(self) -> bool {
        self.compatible().is_some_and(Dataset::is_regression)
    }

    /// What is asked; none where the points themselves tell.
    pub(super) fn task(self) -> Option<Task> {
        match self {
            Self::Painted | Self::Csv => None,
            _ if self.is_regression() => Some(Task::Regression),
            _ => Some(Task::Classification),
        }
    }

    /// Rows where none are asked for.
    pub(super) fn default_rows(self) -> usize {
        match self.compatible() {
            Some(dataset) => dataset.rows(),
            None if self.is_truth_table() => 4,
            None => 500,
        }
    }

    /// Whether the number of classes can be chosen.
    pub(super) fn has_classes(self) -> bool {
        matches!(self, Self::Rings | Self::Blobs | Self::Painted)
    }

    /// Classes where none are asked for; 0 for numbers.
    pub(super) fn default_classes(self) -> usize {
        match self {
            Self::Rings | Self::Blobs => 3,
            _ if self.is_regression() => 0,
            _ => 2,
        }
    }

    /// The plane that is drawn, (low, high) along both axes; none where it follows from the points.
    pub(super) fn view(self) -> Option<(f64, f64)> {
        match self {
            Self::Moons | Self::Csv => None,
            _ if self.is_truth_table() => Some((-0.5, 1.5)),
            _ => Some((-6.0, 6.0)),
        }
    }

    /// For the page's list.
    pub(super) fn description(&self) -> Value {
        json!({
            "name": self.name(),
            "task": self.task().map(|task| task.to_string()),
            "classes": self.default_classes(),
            "has_classes": self.has_classes(),
            "has_noise": self.generator().is_some() && !self.is_truth_table(),
            "rows": self.default_rows(),
            "compatible": self.compatible().is_some(),
        })
    }
}
