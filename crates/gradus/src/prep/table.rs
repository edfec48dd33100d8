//! Preprocessing of a table: columns found by name, features derived from them, numbers scaled, words one-hot.
//!
//! A block takes this way too when features are derived from it; its columns are then called x1, x2, …

use super::column::{SourceColumn, kind_of, known_columns, number_column};
use super::scaling::{Affine, mean_and_deviation};
use super::{ColumnKind, Expression, FeatureInputs, PrepOptions, Scaling};
use crate::data::Inputs;
use crate::{Error, Matrix, Real};
use serde::{Deserialize, Serialize};

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
    /// The mean of each scaled input over the training rows, (width); absent in old files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    means: Option<Vec<f64>>,
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
        plan.means = Some(plan.mean_inputs(inputs, weights)?);
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
        Self { block_columns, columns: Vec::new(), features: Vec::new(), means: None }
    }

    fn plain_feature(&self, column: usize) -> Feature {
        match self.columns[column].kind() {
            ColumnKind::Number => Feature::Number { column, scaling: Affine::IDENTITY },
            ColumnKind::Category => Feature::Category { column },
        }
    }

    /// The place in `columns` of the column called `name`, which is put there if it is new.
    fn source(&mut self, inputs: &Inputs, name: &str) -> usize {
        if let Some(place) = self.columns.iter().position(|column| column.name == name) {
            return place;
        }
        self.columns.push(SourceColumn::new(inputs, name));
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

    /// The mean of each scaled number; of each word, the share of the rows that hold it.
    fn mean_inputs(&self, inputs: &Inputs, weights: Option<&[f64]>) -> Result<Vec<f64>, Error> {
        let mut means = Vec::with_capacity(self.width());
        for (place, feature) in self.features.iter().enumerate() {
            match feature {
                Feature::Number { scaling, .. } | Feature::Derived { scaling, .. } => {
                    let numbers = self.numbers(place, inputs)?.unwrap_or_default();
                    means.push(scaling.apply(mean_and_deviation(&numbers, weights).0));
                }
                Feature::Category { column } => {
                    let codes = self.columns[*column].codes(inputs)?;
                    let mut shares = vec![0.0; self.columns[*column].levels().len()];
                    let weight = |row: usize| weights.map_or(1.0, |weights| weights[row]);
                    codes.iter().enumerate().for_each(|(row, &code)| shares[code] += weight(row));
                    let total: f64 = shares.iter().sum();
                    means.extend(shares.iter().map(|share| if total > 0.0 { share / total } else { 0.0 }));
                }
            }
        }
        Ok(means)
    }

    pub(super) fn means(&self) -> Option<&[f64]> {
        self.means.as_deref()
    }

    /// The same, with numbers as they are.
    pub(super) fn without_scaling(&self) -> Self {
        let mut plan = self.clone();
        for feature in &mut plan.features {
            match feature {
                Feature::Number { scaling, .. } | Feature::Derived { scaling, .. } => {
                    *scaling = Affine::IDENTITY;
                }
                Feature::Category { .. } => {}
            }
        }
        plan
    }

    pub(super) fn feature_inputs(&self) -> Vec<FeatureInputs> {
        let mut next = 0;
        let of = |feature: &Feature| {
            let inputs = next..next + self.feature_width(feature);
            next = inputs.end;
            let (name, is_category) = match feature {
                Feature::Number { column, .. } => (self.columns[*column].name.clone(), false),
                Feature::Derived { expression, .. } => (expression.to_string(), false),
                Feature::Category { column } => (self.columns[*column].name.clone(), true),
            };
            FeatureInputs { name, inputs, is_category }
        };
        self.features.iter().map(of).collect()
    }

    #[inline(never)] // a page fetches it when it needs it
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
        let names = self.features.iter().flat_map(|feature| {
            let name = self.feature_name(feature);
            match feature {
                Feature::Number { .. } | Feature::Derived { .. } => vec![name],
                Feature::Category { column } => {
                    self.columns[*column].levels().iter().map(|level| format!("{name}={level}")).collect()
                }
            }
        });
        names.collect()
    }

    pub(super) fn input_features(&self) -> Vec<String> {
        let features = self.features.iter();
        features.flat_map(|feature| vec![self.feature_name(feature); self.feature_width(feature)]).collect()
    }

    fn feature_name(&self, feature: &Feature) -> String {
        match feature {
            Feature::Number { column, .. } | Feature::Category { column } => {
                self.columns[*column].name.clone()
            }
            Feature::Derived { expression, .. } => expression.to_string(),
        }
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
        if self.means.iter().flatten().any(|mean| !mean.is_finite()) {
            return Err("a mean of an input is not finite".to_owned());
        }
        match self.features.is_empty() {
            true => Err("the preprocessing makes no input".to_owned()),
            false => Ok(()),
        }
    }
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
