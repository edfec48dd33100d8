//! Small real sets of data that travel inside the program. Where each comes from stands in `data/README.md`.

use super::array::{Part, Parts};
use super::delimited::{self, Directions};
use super::{Content, Description, compressed};
use crate::Error;
use gradus::data::{Block, Column, Elements, Task, Values};

/// The built-in sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BuiltIn {
    Iris,
    Digits,
    Wine,
    BreastCancer,
    Diabetes,
}

impl BuiltIn {
    pub(crate) const ALL: [Self; 5] =
        [Self::Iris, Self::Digits, Self::Wine, Self::BreastCancer, Self::Diabetes];

    pub(crate) fn description(self) -> Description {
        let (name, rows, inputs, classes, about, source) = match self {
            Self::Iris => {
                ("iris", 150, 4, 3, "four lengths of iris flowers of three species", "Fisher 1936, UCI")
            }
            Self::Digits => {
                ("digits", 1797, 64, 10, "handwritten digits, 8 × 8 pixels", "Alpaydin and Kaynak 1998, UCI")
            }
            Self::Wine => (
                "wine",
                178,
                13,
                3,
                "chemical measurements of wines of three growers",
                "Forina et al. 1991, UCI",
            ),
            Self::BreastCancer => (
                "breast-cancer",
                569,
                30,
                2,
                "measurements of cell nuclei, malignant or benign",
                "Street, Wolberg and Mangasarian 1993, UCI",
            ),
            Self::Diabetes => (
                "diabetes",
                442,
                10,
                0,
                "measurements of patients and their disease's progression in a year",
                "Efron et al. 2004",
            ),
        };
        let task = if classes == 0 { Task::Regression } else { Task::Classification };
        Description { name, rows, inputs, task, classes, settings: "", about, source }
    }

    /// gzipped CSV
    fn bytes(self) -> &'static [u8] {
        match self {
            Self::Iris => include_bytes!("../../data/iris.csv.gz"),
            Self::Digits => include_bytes!("../../data/digits.csv.gz"),
            Self::Wine => include_bytes!("../../data/wine.csv.gz"),
            Self::BreastCancer => include_bytes!("../../data/breast-cancer.csv.gz"),
            Self::Diabetes => include_bytes!("../../data/diabetes.csv.gz"),
        }
    }

    /// The examples.
    pub(crate) fn content(self, directions: &Directions<'_>) -> Result<Content, Error> {
        let description = self.description();
        let text = compressed::whole(self.bytes(), description.name)?;
        if self == Self::Digits {
            return digits(&text).map(Content::Parts);
        }
        let mut frame = delimited::read(&text, description.name, directions)?;
        frame.notes = vec![format!("{} ({})", description.about, description.source)];
        Ok(Content::Frame(frame))
    }
}

/// Pixels stay a block of bytes, (1797, 64).
fn digits(text: &[u8]) -> Result<Parts, Error> {
    let frame = delimited::read(text, "digits", &Directions::default())?;
    let mut columns: Vec<Vec<f64>> = Vec::with_capacity(frame.columns.len());
    for column in frame.columns {
        if let Values::Numbers(numbers) = column.values {
            columns.push(numbers);
        }
    }
    let digits = columns.pop().unwrap_or_default();
    let pixels =
        (0..digits.len()).flat_map(|row| columns.iter().map(move |column| column[row] as u8)).collect();
    let inputs = Block {
        rows: digits.len(),
        columns: columns.len(),
        elements: Elements::U8(pixels),
        picture: Some((8, 8)),
    };
    let target = Column { name: "digit".into(), values: Values::Numbers(digits) };
    Ok(Parts { train: Part { file: "digits".into(), inputs, target: Some(vec![target]) }, test: None })
}
