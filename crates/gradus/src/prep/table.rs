//! Preprocessing of a table: columns found by name, features derived from them, numbers scaled, words one-hot.
//!
//! A block takes this way too when features are derived from it; its columns are then called x1, x2, …

use super::block::column_of;
use super::scaling::{Affine, fill};
use super::{ColumnKind, Expression, Missing, PrepOptions, Scaling};
use crate::data::{Inputs, MISSING, Table, Values};
use crate::{Error, Matrix, Real};
use serde::{Deserialize, Serialize};

/// A category with more words than this is refused: a column of names or numbers of rows is not a category.
const MAX_LEVELS: usize = 10_000;

/// What is learnt from a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TablePlan {
    /// Number of columns, where it was learnt from a block.
    block_columns: Option<usize>,
    /// The columns that are read, found by name.
    columns: Vec<SourceColumn>,
    /// What is made of them, in the order of the network's inputs.
    features: Vec<Feature>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SourceColumn {
    name: String,
    content: Content,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
enum Content {
    Number {
        /// What stands in for a missing number.
        fill: Option<f64>,
    },
    Category {
        /// The words that occur in the training rows, in the order of the inputs made of them.
        levels: Vec<String>,
        /// The place in `levels` of the word that stands in for a missing one.
        fill: Option<usize>,
    },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
enum Feature {
    /// A number column as it is.
    Number { column: usize, scaling: Affine },
    /// Computed from number columns; `variables` tells for each variable of the expression its column.
    Derived { expression: Expression, variables: Vec<usize>, scaling: Affine },
    /// One input per word.
    Category { column: usize },
}

impl TablePlan {
    pub(super) fn fit(
        inputs: &Inputs,
        options: &PrepOptions,
        weights: Option<&[f64]>,
    ) -> Result<Self, Error> {
        let mut plan = match options.features.is_empty() {
            true => Self::of_all_columns(inputs),
            false => Self::of_features(inputs, &options.features)?,
        };
        if plan.features.is_empty() {
            return Err(Error::NoInputs);
        }
        for column in &mut plan.columns {
            column.learn(inputs, options.missing, weights)?;
        }
        plan.learn_scaling(inputs, options.scaling, weights)?;
        Ok(plan)
    }

    /// Every column that is no text becomes a feature.
    fn of_all_columns(inputs: &Inputs) -> Self {
        let mut plan = Self::empty(inputs);
        for name in known_columns(inputs, |_| true) {
            let column = plan.source(inputs, &name);
            plan.features.push(plan.plain_feature(column));
        }
        plan
    }

    fn empty(inputs: &Inputs) -> Self {
        let block_columns = match inputs {
            Inputs::Block(block) => Some(block.columns),
            Inputs::Table(_) => None,
        };
        Self { block_columns, columns: Vec::new(), features: Vec::new() }
    }

    fn plain_feature(&self, column: usize) -> Feature {
        match self.columns[column].content {
            Content::Number { .. } => Feature::Number { column, scaling: Affine::IDENTITY },
            Content::Category { .. } => Feature::Category { column },
        }
    }

    /// The place in `columns` of the column called `name`, which is put there if it is new.
    fn source(&mut self, inputs: &Inputs, name: &str) -> usize {
        if let Some(place) = self.columns.iter().position(|column| column.name == name) {
            return place;
        }
        let content = match kind_of(inputs, name) {
            Some(ColumnKind::Category) => Content::Category { levels: Vec::new(), fill: None },
            Some(ColumnKind::Number) | None => Content::Number { fill: None },
        };
        self.columns.push(SourceColumn { name: name.to_owned(), content });
        self.columns.len() - 1
    }

    fn of_features(inputs: &Inputs, features: &[String]) -> Result<Self, Error> {
        let mut plan = Self::empty(inputs);
        for text in features {
            // A feature that is the name of a column is that column, whatever its letters.
            let bare = text.trim().trim_start_matches('{').trim_end_matches('}').trim();
            if kind_of(inputs, text.trim()).is_some() || kind_of(inputs, bare).is_some() {
                let name = if kind_of(inputs, text.trim()).is_some() { text.trim() } else { bare };
                let column = plan.source(inputs, name);
                plan.features.push(plan.plain_feature(column));
                continue;
            }
            let expression = Expression::parse(text, |name| kind_of(inputs, name).is_some())?;
            let mut variables = Vec::new();
            for variable in expression.variables() {
                let name = number_column(inputs, variable, text)?;
                variables.push(plan.source(inputs, &name));
            }
            plan.features.push(Feature::Derived { expression, variables, scaling: Affine::IDENTITY });
        }
        Ok(plan)
    }

    fn learn_scaling(
        &mut self,
        inputs: &Inputs,
        scaling: Scaling,
        weights: Option<&[f64]>,
    ) -> Result<(), Error> {
        let shared = match scaling {
            Scaling::Shared => Some(self.shared_scaling(inputs, weights)?),
            _ => None,
        };
        for place in 0..self.features.len() {
            let Some(numbers) = self.numbers(place, inputs)? else { continue };
            let learnt = shared.unwrap_or_else(|| Affine::fit(scaling, &numbers, weights));
            match &mut self.features[place] {
                Feature::Number { scaling, .. } | Feature::Derived { scaling, .. } => *scaling = learnt,
                Feature::Category { .. } => {}
            }
        }
        Ok(())
    }

    fn shared_scaling(&self, inputs: &Inputs, weights: Option<&[f64]>) -> Result<Affine, Error> {
        let (mut numbers, mut repeated) = (Vec::new(), Vec::new());
        for place in 0..self.features.len() {
            if let Some(column) = self.numbers(place, inputs)? {
                numbers.extend(column);
                repeated.extend_from_slice(weights.unwrap_or(&[]));
            }
        }
        Ok(Affine::fit(Scaling::Shared, &numbers, weights.map(|_| &repeated[..])))
    }

    /// The feature's numbers before scaling, (n), all finite; none for a category.
    fn numbers(&self, place: usize, inputs: &Inputs) -> Result<Option<Vec<f64>>, Error> {
        match &self.features[place] {
            Feature::Category { .. } => Ok(None),
            Feature::Number { column, .. } => self.columns[*column].numbers(inputs).map(Some),
            Feature::Derived { expression, variables, .. } => {
                let read = |&column: &usize| self.columns[column].numbers(inputs);
                let columns = variables.iter().map(read).collect::<Result<Vec<_>, _>>()?;
                derive(expression, &columns, inputs.rows()).map(Some)
            }
        }
    }

    pub(super) fn transform<R: Real>(&self, inputs: &Inputs) -> Result<Matrix<R>, Error> {
        self.check_kind(inputs)?;
        let width = self.width();
        let mut matrix = Matrix::zeros(inputs.rows(), width);
        let mut first = 0;
        for (place, feature) in self.features.iter().enumerate() {
            let elements = matrix.as_mut_slice();
            match feature {
                Feature::Number { scaling, .. } | Feature::Derived { scaling, .. } => {
                    let numbers = self.numbers(place, inputs)?.unwrap_or_default();
                    for (i, number) in numbers.into_iter().enumerate() {
                        elements[i * width + first] = R::from_f64(scaling.apply(number));
                    }
                }
                Feature::Category { column } => {
                    for (i, code) in self.columns[*column].codes(inputs)?.into_iter().enumerate() {
                        elements[i * width + first + code] = R::ONE;
                    }
                }
            }
            first += self.feature_width(feature);
        }
        Ok(matrix)
    }

    fn check_kind(&self, inputs: &Inputs) -> Result<(), Error> {
        match (inputs, self.block_columns) {
            (Inputs::Table(_), None) => Ok(()),
            (Inputs::Table(_), Some(expected)) => Err(Error::TableForBlock { expected }),
            (Inputs::Block(block), Some(expected)) if block.columns == expected => Ok(()),
            (Inputs::Block(block), Some(expected)) => {
                Err(Error::BlockWidth { expected, found: block.columns })
            }
            (Inputs::Block(_), None) => {
                let names = self.columns.iter().map(|column| column.name.clone()).collect();
                Err(Error::BlockForTable { names })
            }
        }
    }

    fn feature_width(&self, feature: &Feature) -> usize {
        match feature {
            Feature::Number { .. } | Feature::Derived { .. } => 1,
            Feature::Category { column } => self.columns[*column].levels().len(),
        }
    }

    pub(super) fn width(&self) -> usize {
        self.features.iter().map(|feature| self.feature_width(feature)).sum()
    }

    pub(super) fn block_columns(&self) -> Option<usize> {
        self.block_columns
    }

    pub(super) fn input_names(&self) -> Vec<String> {
        let names = self.features.iter().flat_map(|feature| match feature {
            Feature::Number { column, .. } => vec![self.columns[*column].name.clone()],
            Feature::Derived { expression, .. } => vec![expression.to_string()],
            Feature::Category { column } => {
                let SourceColumn { name, .. } = &self.columns[*column];
                self.columns[*column].levels().iter().map(|level| format!("{name}={level}")).collect()
            }
        });
        names.collect()
    }

    pub(super) fn source_columns(&self) -> Vec<(String, ColumnKind)> {
        match self.block_columns {
            Some(_) => Vec::new(),
            None => self.columns.iter().map(|column| (column.name.clone(), column.kind())).collect(),
        }
    }

    pub(super) fn scales(&self) -> Vec<(f64, f64)> {
        let scales = self.features.iter().flat_map(|feature| match feature {
            Feature::Number { scaling, .. } | Feature::Derived { scaling, .. } => {
                vec![(scaling.shift, scaling.scale)]
            }
            Feature::Category { .. } => vec![(0.0, 1.0); self.feature_width(feature)],
        });
        scales.collect()
    }

    pub(super) fn check(&self) -> Result<(), String> {
        self.columns.iter().try_for_each(SourceColumn::check)?;
        let kind = |place: usize| self.columns.get(place).map(SourceColumn::kind);
        for feature in &self.features {
            let fits = match feature {
                Feature::Number { column, scaling } => {
                    scaling.check()?;
                    kind(*column) == Some(ColumnKind::Number)
                }
                Feature::Category { column } => kind(*column) == Some(ColumnKind::Category),
                Feature::Derived { expression, variables, scaling } => {
                    scaling.check()?;
                    variables.len() == expression.variables().len()
                        && variables.iter().all(|&place| kind(place) == Some(ColumnKind::Number))
                }
            };
            if !fits {
                return Err("a feature is made of a column that is not there or of another kind".to_owned());
            }
        }
        match self.features.is_empty() {
            true => Err("the preprocessing makes no input".to_owned()),
            false => Ok(()),
        }
    }
}

impl SourceColumn {
    fn kind(&self) -> ColumnKind {
        match self.content {
            Content::Number { .. } => ColumnKind::Number,
            Content::Category { .. } => ColumnKind::Category,
        }
    }

    fn levels(&self) -> &[String] {
        match &self.content {
            Content::Number { .. } => &[],
            Content::Category { levels, .. } => levels,
        }
    }

    /// Learns the words that occur and what stands in for missing cells.
    fn learn(&mut self, inputs: &Inputs, missing: Missing, weights: Option<&[f64]>) -> Result<(), Error> {
        let cells = find(inputs, &self.name)?;
        let n_missing = cells.n_missing();
        if n_missing == cells.len() {
            return Err(Error::AllMissing { column: self.name.clone() });
        }
        if n_missing > 0 && matches!(missing, Missing::Error | Missing::Drop) {
            let row = first_missing(&cells) + 1;
            return Err(Error::Missing { column: self.name.clone(), count: n_missing, row });
        }
        self.content = match &cells {
            Values::Numbers(numbers) => {
                if let Some(row) = numbers.iter().position(|x| x.is_infinite()) {
                    let value = numbers[row].to_string();
                    return Err(Error::NotFinite { column: self.name.clone(), row: row + 1, value });
                }
                Content::Number { fill: fill(missing, numbers, weights) }
            }
            Values::Categories { codes, levels } => self.learn_words(codes, levels, missing)?,
            Values::Text(_) => return Err(self.wrong_kind("text")),
        };
        Ok(())
    }

    fn learn_words(&self, codes: &[u32], words: &[String], missing: Missing) -> Result<Content, Error> {
        let mut counts = vec![0_usize; words.len()];
        codes.iter().filter(|&&code| code != MISSING).for_each(|&code| counts[code as usize] += 1);
        let occurring: Vec<usize> = (0..words.len()).filter(|&level| counts[level] > 0).collect();
        if occurring.len() > MAX_LEVELS {
            return Err(Error::TooManyWords {
                column: self.name.clone(),
                count: occurring.len(),
                limit: MAX_LEVELS,
            });
        }
        let fills = matches!(missing, Missing::Mean | Missing::Median);
        // Of equally frequent words the first.
        let most = occurring.iter().map(|&level| counts[level]).max().unwrap_or(0);
        let fill = occurring.iter().position(|&level| counts[level] == most).filter(|_| fills);
        Ok(Content::Category { levels: occurring.iter().map(|&level| words[level].clone()).collect(), fill })
    }

    fn wrong_kind(&self, found: &'static str) -> Error {
        Error::ColumnKind { column: self.name.clone(), expected: self.kind().name(), found }
    }

    fn missing_unexpected(&self, cells: &Values) -> Error {
        let row = first_missing(cells) + 1;
        Error::MissingUnexpected { column: self.name.clone(), count: cells.n_missing(), row }
    }

    /// The cells of a number column, missing ones filled, (n), all finite.
    fn numbers(&self, inputs: &Inputs) -> Result<Vec<f64>, Error> {
        let Content::Number { fill } = &self.content else { return Err(self.wrong_kind("category")) };
        let cells = find(inputs, &self.name)?;
        let Values::Numbers(mut numbers) = cells else { return Err(self.wrong_kind(cells.type_name())) };
        match fill {
            Some(fill) => numbers.iter_mut().filter(|x| x.is_nan()).for_each(|x| *x = *fill),
            None if numbers.iter().any(|x| x.is_nan()) => {
                return Err(self.missing_unexpected(&Values::Numbers(numbers)));
            }
            None => {}
        }
        Ok(numbers)
    }

    /// The cells of a category column as places in `levels`, missing ones filled, (n).
    fn codes(&self, inputs: &Inputs) -> Result<Vec<usize>, Error> {
        let Content::Category { levels, fill } = &self.content else {
            return Err(self.wrong_kind("number"));
        };
        let cells = find(inputs, &self.name)?;
        let Values::Categories { codes, levels: words } = &cells else {
            return Err(self.wrong_kind(cells.type_name()));
        };
        let places: Vec<Option<usize>> =
            words.iter().map(|word| levels.iter().position(|level| level == word)).collect();
        let place_of = |(row, &code): (usize, &u32)| match code {
            MISSING => fill.ok_or_else(|| self.missing_unexpected(&cells)),
            code => places[code as usize].ok_or_else(|| Error::UnseenWord {
                column: self.name.clone(),
                word: words[code as usize].clone(),
                row: row + 1,
                known: levels.clone(),
            }),
        };
        codes.iter().enumerate().map(place_of).collect()
    }

    fn check(&self) -> Result<(), String> {
        let sound = match &self.content {
            Content::Number { fill } => fill.is_none_or(f64::is_finite),
            Content::Category { levels, fill } => {
                let mut distinct: Vec<&String> = levels.iter().collect();
                distinct.sort_unstable();
                distinct.dedup();
                !levels.is_empty()
                    && distinct.len() == levels.len()
                    && fill.is_none_or(|fill| fill < levels.len())
            }
        };
        if sound { Ok(()) } else { Err(format!("what was learnt of column `{}` is impossible", self.name)) }
    }
}

fn first_missing(cells: &Values) -> usize {
    let place = match cells {
        Values::Numbers(numbers) => numbers.iter().position(|x| x.is_nan()),
        Values::Categories { codes, .. } => codes.iter().position(|&code| code == MISSING),
        Values::Text(_) => None,
    };
    place.unwrap_or(0)
}

/// The value of the expression in each row; its variables are `columns`, (n) each.
fn derive(expression: &Expression, columns: &[Vec<f64>], n: usize) -> Result<Vec<f64>, Error> {
    let (mut values, mut stack) = (vec![0.0; columns.len()], Vec::new());
    let mut value_in = |row: usize| {
        values.iter_mut().zip(columns).for_each(|(value, column)| *value = column[row]);
        let value = expression.value(&values, &mut stack);
        match value.is_finite() {
            true => Ok(value),
            false => Err(Error::NotFinite {
                column: expression.to_string(),
                row: row + 1,
                value: value.to_string(),
            }),
        }
    };
    (0..n).map(&mut value_in).collect()
}

/// The columns of a table that are no text, or x1, x2, … of a block, of the kinds that `wanted` accepts.
fn known_columns(inputs: &Inputs, wanted: impl Fn(ColumnKind) -> bool) -> Vec<String> {
    match inputs {
        Inputs::Block(block) => (1..=block.columns).map(|i| format!("x{i}")).collect(),
        Inputs::Table(table) => {
            let columns = table.columns().iter();
            let wanted = columns.filter(|column| kind_of_cells(&column.values).is_some_and(&wanted));
            wanted.map(|column| column.name.clone()).collect()
        }
    }
}

fn kind_of_cells(cells: &Values) -> Option<ColumnKind> {
    match cells {
        Values::Numbers(_) => Some(ColumnKind::Number),
        Values::Categories { .. } => Some(ColumnKind::Category),
        Values::Text(_) => None,
    }
}

/// The kind of the column called `name`, if there is one and it is no text.
fn kind_of(inputs: &Inputs, name: &str) -> Option<ColumnKind> {
    match inputs {
        Inputs::Block(block) => place_in_block(name, block.columns).map(|_| ColumnKind::Number),
        Inputs::Table(table) => table.column(name).and_then(|column| kind_of_cells(&column.values)),
    }
}

/// `x3` is the third column: place 2.
fn place_in_block(name: &str, columns: usize) -> Option<usize> {
    let number = name.strip_prefix('x').filter(|digits| !digits.starts_with(['0', '+']))?;
    number.parse::<usize>().ok().filter(|&number| number <= columns).map(|number| number - 1)
}

/// The number column that `variable` means: the one of that name, or, for x1, x2, …, the first, second, … of them.
fn number_column(inputs: &Inputs, variable: &str, expression: &str) -> Result<String, Error> {
    let numbers = known_columns(inputs, |kind| kind == ColumnKind::Number);
    if kind_of(inputs, variable) == Some(ColumnKind::Number) {
        return Ok(variable.to_owned());
    }
    match place_in_block(variable, numbers.len()) {
        Some(place) if kind_of(inputs, variable).is_none() => Ok(numbers[place].clone()),
        _ => Err(Error::UnknownVariable {
            expression: expression.to_owned(),
            name: variable.to_owned(),
            known: numbers,
        }),
    }
}

/// The cells of the column called `name`.
fn find(inputs: &Inputs, name: &str) -> Result<Values, Error> {
    let absent = |known: Vec<String>| Error::MissingColumn { column: name.to_owned(), known };
    match inputs {
        Inputs::Block(block) => {
            let place = place_in_block(name, block.columns);
            let place = place.ok_or_else(|| absent(known_columns(inputs, |_| true)))?;
            Ok(Values::Numbers(column_of(block, place)))
        }
        Inputs::Table(table) => {
            let column = table.column(name).ok_or_else(|| absent(names_of(table)))?;
            Ok(column.values.clone())
        }
    }
}

fn names_of(table: &Table) -> Vec<String> {
    table.columns().iter().map(|column| column.name.clone()).collect()
}
