//! The points of a session: made, painted or read, and divided into the part to learn from and the part to test on.

use super::compatible_learner;
use super::config::{Config, DataConfig, Labels};
use super::limits;
use super::source::Source;
use crate::Error;
use crate::experiment::corruption::redraw_labels;
use crate::source::{self, Loaded, Reading};
use gradus::Matrix;
use gradus::data::{Column, Dataset, Inputs, Table, Target, Values, known_rows, split};
use gradus::prep::Preprocessor;
use gradus::random::{Purpose, Random};
use std::rc::Rc;

/// A point that somebody has put there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Painted {
    pub(super) x: f64,
    pub(super) y: f64,
    /// The class, or the value.
    pub(super) target: f64,
    pub(super) is_test: bool,
}

impl Painted {
    /// x, y, target, part.
    pub(super) fn numbers(&self) -> [f64; 4] {
        [self.x, self.y, self.target, f64::from(self.is_test)]
    }

    /// The point with these numbers.
    pub(super) fn of([x, y, target, part]: [f64; 4]) -> Self {
        Self { x, y, target, is_test: part == 1.0 }
    }
}

/// A table that somebody has brought.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Csv {
    pub(super) name: String,
    pub(super) text: String,
}

/// What the configuration does not hold of the points.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Brought {
    pub(super) painted: Rc<Vec<Painted>>,
    pub(super) csv: Option<Rc<Csv>>,
}

/// The points of a session, divided.
#[derive(Clone, Debug)]
pub(super) struct Data {
    /// The points to learn from.
    pub(super) training: Dataset,
    /// The points to test on.
    pub(super) test: Dataset,
    /// What was found about them.
    pub(super) notes: Vec<String>,
    /// The two columns that are drawn.
    pub(super) drawn: [String; 2],
    /// (low, high) of what is drawn, along each axis.
    pub(super) view: [(f64, f64); 2],
}

impl Data {
    /// The points that `config` and what was brought say.
    ///
    /// # Errors
    /// If a table cannot be read, or has no two columns of numbers.
    pub(super) fn make(config: &Config, brought: &Brought) -> Result<Self, Error> {
        let settings = &config.data;
        let (training, test, notes) = match (settings.source, &brought.csv) {
            _ if config.compatible => {
                compatible_learner::check(config)?;
                let (training, test) = compatible_learner::parts(config)?;
                (training, test, Vec::new())
            }
            (Source::Painted, _) => {
                let classes = settings.classes.unwrap_or(settings.source.default_classes());
                let (training, test) = painted(&brought.painted, classes);
                (training, test, Vec::new())
            }
            (Source::Csv, Some(csv)) => {
                let loaded = csv.load(settings.target.as_deref())?;
                let (training, test) = divide(with_labels(complete(loaded.data), settings), settings);
                (training, test, loaded.notes)
            }
            (Source::Csv, None) => return Err(Error::NoCsv),
            (source, _) => {
                let loaded = source::load_generated(&generator(source, settings))?;
                let (training, test) = divide(with_labels(loaded.data, settings), settings);
                (training, test, Vec::new())
            }
        };
        let drawn = drawn_columns(&training, settings.columns.as_ref())?;
        let view = match settings.source.view() {
            Some(both) => [both; 2],
            None => drawn.each_ref().map(|name| range(&training, &test, name)),
        };
        Ok(Self { training, test, notes, drawn, view })
    }

    /// All points, those to learn from first.
    pub(super) fn parts(&self) -> [&Dataset; 2] {
        [&self.training, &self.test]
    }

    /// Number of points.
    pub(super) fn rows(&self) -> usize {
        self.training.rows() + self.test.rows()
    }

    /// Where row `row` stands: its part, and its place there.
    pub(super) fn place(&self, row: usize) -> Option<(&Dataset, usize)> {
        let n = self.training.rows();
        match row.checked_sub(n) {
            None => Some((&self.training, row)),
            Some(at) if at < self.test.rows() => Some((&self.test, at)),
            Some(_) => None,
        }
    }

    /// Rows of (x, y, class or value, part), in the drawn columns; part 0 is learned from, part 1 tested on.
    pub(super) fn points(&self) -> Vec<[f64; 4]> {
        let mut points = Vec::with_capacity(self.rows());
        for (part, dataset) in self.parts().into_iter().enumerate() {
            let [x, y] = self.drawn.each_ref().map(|name| numbers(dataset, name));
            for row in 0..dataset.rows() {
                let target = target_number(&dataset.target, row);
                points.push([x[row], y[row], target, part as f64]);
            }
        }
        points
    }

    /// Names of the columns that can be inputs.
    pub(super) fn columns(&self) -> Vec<String> {
        let Inputs::Table(table) = &self.training.inputs else { return Vec::new() };
        let is_input = |column: &&Column| !matches!(column.values, Values::Text(_));
        table.columns().iter().filter(is_input).map(|column| column.name.clone()).collect()
    }

    /// The points as somebody would have painted them; none if they have other columns than the two.
    pub(super) fn as_painted(&self) -> Option<Vec<Painted>> {
        // Three decimals are less than a pixel, and short in a link.
        let rounded = |number: f64| (number * 1000.0).round() / 1000.0;
        let point = |numbers: [f64; 4]| Painted::of(numbers.map(rounded));
        (self.columns() == ["x1", "x2"]).then(|| self.points().into_iter().map(point).collect())
    }
}

impl Csv {
    /// Reads the table.
    ///
    /// # Errors
    /// If it is too long or cannot be read.
    #[inline(never)] // a page fetches it when it needs it
    pub(super) fn load(&self, target: Option<&str>) -> Result<Loaded, Error> {
        let (bytes, limit) = (self.text.len(), limits::MOST_CSV_BYTES);
        if bytes > limit {
            return Err(Error::CsvTooLong { file: self.name.clone(), bytes, limit });
        }
        let reading =
            Reading { target: target.map(str::to_owned).into_iter().collect(), ..Reading::default() };
        let loaded = source::load_text(&self.name, self.text.as_bytes(), &reading)?;
        match &loaded.data.target {
            Target::Classes { name, names, .. } if names.len() > limits::MOST_CLASSES => {
                Err(Error::TooManyClasses {
                    file: self.name.clone(),
                    column: name.clone(),
                    classes: names.len(),
                    limit: limits::MOST_CLASSES,
                })
            }
            _ => Ok(loaded),
        }
    }
}

/// `spiral:rows=500,noise=0.1,seed=3`
pub(super) fn generator(source: Source, settings: &DataConfig) -> String {
    let name = source.generator().unwrap_or_default();
    if source.is_truth_table() {
        return name.to_owned();
    }
    let rows = settings.rows.unwrap_or(source.default_rows());
    let classes = match (source.has_classes(), settings.classes) {
        (true, Some(classes)) => format!(",classes={classes}"),
        _ => String::new(),
    };
    let noise = settings.noise / 100.0;
    format!("{name}:rows={rows},noise={noise},seed={}{classes}", settings.seed.number())
}

/// The share that is tested on.
pub(super) fn test_share(settings: &DataConfig) -> f64 {
    if settings.source.is_truth_table() { 0.0 } else { (100.0 - settings.train_percent) / 100.0 }
}

fn divide(all: Dataset, settings: &DataConfig) -> (Dataset, Dataset) {
    let share = test_share(settings);
    if share == 0.0 {
        let none = all.select(&[]);
        return (all, none);
    }
    let parts = split(&all.target, share, settings.seed.number(), Purpose::TestSplit);
    let (training, test) = (all.select(&parts.rest), all.select(&parts.part));
    let readable = known_rows(&training.inputs, &test.inputs);
    let test = if readable.len() < test.rows() { test.select(&readable) } else { test };
    (training, test)
}

/// The points with the labels that are asked for.
fn with_labels(mut data: Dataset, settings: &DataConfig) -> Dataset {
    if settings.labels == Labels::True {
        return data;
    }
    let seed = settings.seed.number();
    match &mut data.target {
        Target::Classes { codes, names, .. } => {
            redraw_labels(codes, names.len(), 1.0, seed);
        }
        target @ (Target::Values { .. } | Target::Labels { .. }) => {
            let mut order: Vec<usize> = (0..target.rows()).collect();
            Random::new(seed, Purpose::Corruption, 0).shuffle(&mut order);
            *target = target.select(&order);
        }
    }
    data
}

/// The rows in which nothing is missing.
fn complete(data: Dataset) -> Dataset {
    let rows = Preprocessor::complete_rows(&data.inputs);
    if rows.len() == data.rows() { data } else { data.select(&rows) }
}

/// Painted points as columns x1 and x2, with a class or, where there are 0 classes, a value.
#[inline(never)] // a page fetches it when it needs it
fn painted(points: &[Painted], classes: usize) -> (Dataset, Dataset) {
    let part = |is_test: bool| {
        let points: Vec<&Painted> = points.iter().filter(|point| point.is_test == is_test).collect();
        let column = |name: &str, of: fn(&Painted) -> f64| Column {
            name: name.to_owned(),
            values: Values::Numbers(points.iter().map(|point| of(point)).collect()),
        };
        let target = match classes {
            0 => Target::Values {
                names: vec!["y".to_owned()],
                values: Matrix::from_vec(points.len(), 1, points.iter().map(|point| point.target).collect()),
            },
            classes => Target::Classes {
                name: "class".to_owned(),
                codes: points.iter().map(|point| (point.target as u32).min(classes as u32 - 1)).collect(),
                names: (0..classes).map(|class| class.to_string()).collect(),
            },
        };
        let table = Table::new(vec![column("x1", |point| point.x), column("x2", |point| point.y)]);
        Dataset { inputs: Inputs::Table(table), target, weights: None }
    };
    (part(false), part(true))
}

/// The two columns to draw: those that are asked for, or the first two of numbers.
fn drawn_columns(data: &Dataset, asked: Option<&[String; 2]>) -> Result<[String; 2], Error> {
    let known = number_columns(data);
    if let Some(asked) = asked {
        for name in asked {
            if !known.contains(name) {
                return Err(Error::NoSuchColumn { file: "the data".to_owned(), name: name.clone(), known });
            }
        }
        return Ok(asked.clone());
    }
    match known.as_slice() {
        [] => Err(Error::NothingToDraw),
        [one] => Ok([one.clone(), one.clone()]),
        [first, second, ..] => Ok([first.clone(), second.clone()]),
    }
}

fn number_columns(data: &Dataset) -> Vec<String> {
    let Inputs::Table(table) = &data.inputs else { return Vec::new() };
    let is_number = |column: &&Column| matches!(column.values, Values::Numbers(_));
    table.columns().iter().filter(is_number).map(|column| column.name.clone()).collect()
}

/// The numbers of a column.
pub(super) fn numbers<'a>(data: &'a Dataset, name: &str) -> &'a [f64] {
    let Inputs::Table(table) = &data.inputs else { return &[] };
    match table.column(name).map(|column| &column.values) {
        Some(Values::Numbers(numbers)) => numbers,
        Some(Values::Categories { .. } | Values::Text(_)) | None => &[],
    }
}

/// The class, or the first value.
fn target_number(target: &Target, row: usize) -> f64 {
    match target {
        Target::Classes { codes, .. } => f64::from(codes[row]),
        Target::Values { values, .. } | Target::Labels { values, .. } => values.row(row)[0],
    }
}

/// From the smallest to the largest number of a column, and a tenth more on either side.
fn range(training: &Dataset, test: &Dataset, name: &str) -> (f64, f64) {
    let all = || numbers(training, name).iter().chain(numbers(test, name)).copied();
    let (low, high) = (all().fold(f64::INFINITY, f64::min), all().fold(f64::NEG_INFINITY, f64::max));
    if low > high {
        return (-6.0, 6.0);
    }
    let margin = if high > low { 0.1 * (high - low) } else { 1.0 };
    (low - margin, high + margin)
}
