//! Preprocessing of a dense block: every column is a number, and the whole block is scaled in one pass.
//!
//! Bytes with one shift and one scale for all have only 256 possible results, which are computed once and looked up.

use super::scaling::{Affine, mean_and_deviation};
use super::{Missing, PrepOptions, Scaling};
use crate::data::{Block, Elements, Inputs};
use crate::{Error, Matrix, Real};
use gradus_kernels::{Kernel, dispatch};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// What is learnt from a block.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BlockPlan {
    columns: usize,
    /// (height, width) where a row is a picture.
    picture: Option<(usize, usize)>,
    /// What stands in for a missing number, (columns); absent where missing numbers are an error.
    fill: Option<Vec<f64>>,
    scaling: BlockScaling,
    /// The mean of each scaled column over the training rows, (columns); absent in old files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    means: Option<Vec<f64>>,
}

/// x' = (x − shift) · scale, with one pair for all columns or one for each.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
enum BlockScaling {
    Shared(Affine),
    /// (columns) each.
    PerColumn {
        shifts: Vec<f64>,
        scales: Vec<f64>,
    },
}

impl BlockPlan {
    #[inline(never)] // a page fetches it when it needs it
    pub(super) fn fit(block: &Block, options: &PrepOptions, weights: Option<&[f64]>) -> Result<Self, Error> {
        if block.columns == 0 {
            return Err(Error::NoInputs);
        }
        refuse_bad_numbers(block, options.missing)?;
        let fill = match options.missing {
            Missing::Error | Missing::Drop => None,
            Missing::Mean | Missing::Median => Some(block_fill(block, options.missing, weights)?),
        };
        let is_bytes = matches!(block.elements, Elements::U8(_));
        let scaling = match options.scaling {
            Scaling::None => BlockScaling::Shared(Affine::IDENTITY),
            Scaling::Shared => BlockScaling::Shared(shared(block, fill.as_deref(), weights)),
            Scaling::Auto if is_bytes => BlockScaling::Shared(shared(block, None, weights)),
            other => per_column(block, other, fill.as_deref(), weights),
        };
        let picture =
            block.picture.filter(|(height, width)| height.checked_mul(*width) == Some(block.columns));
        let mut plan = Self { columns: block.columns, picture, fill, scaling, means: None };
        plan.means = Some(plan.mean_inputs(block, weights));
        Ok(plan)
    }

    pub(super) fn columns(&self) -> usize {
        self.columns
    }

    /// The mean of each scaled column, in one pass over the rows.
    fn mean_inputs(&self, block: &Block, weights: Option<&[f64]>) -> Vec<f64> {
        let fill = self.fill.as_deref();
        let sums = match &block.elements {
            Elements::U8(bytes) => column_sums(bytes, block.columns, None, weights),
            Elements::F32(numbers) => column_sums(numbers, block.columns, fill, weights),
            Elements::F64(numbers) => column_sums(numbers, block.columns, fill, weights),
        };
        let total = weights.map_or(block.rows as f64, |weights| weights.iter().sum());
        let mean = |sum: f64| if total > 0.0 { sum / total } else { 0.0 };
        sums.iter().zip(self.scales()).map(|(&sum, (shift, scale))| (mean(sum) - shift) * scale).collect()
    }

    pub(super) fn means(&self) -> Option<&[f64]> {
        self.means.as_deref()
    }

    /// The same, with numbers as they are.
    pub(super) fn without_scaling(&self) -> Self {
        Self { scaling: BlockScaling::Shared(Affine::IDENTITY), ..self.clone() }
    }

    pub(super) fn picture(&self) -> Option<(usize, usize)> {
        self.picture
    }

    pub(super) fn scales(&self) -> Vec<(f64, f64)> {
        match &self.scaling {
            BlockScaling::Shared(affine) => vec![(affine.shift, affine.scale); self.columns],
            BlockScaling::PerColumn { shifts, scales } => {
                shifts.iter().copied().zip(scales.iter().copied()).collect()
            }
        }
    }

    pub(super) fn transform<R: Real>(&self, inputs: &Inputs) -> Result<Matrix<R>, Error> {
        let rows = self.rows_of(inputs)?;
        let mut matrix = Matrix::zeros(rows.block.rows, self.columns);
        rows.write(0..rows.block.rows, matrix.as_mut_slice());
        Ok(matrix)
    }

    /// The rows of a block of the kind that was learnt from.
    pub(super) fn rows_of<'a>(&'a self, inputs: &'a Inputs) -> Result<BlockRows<'a>, Error> {
        let Inputs::Block(block) = inputs else {
            return Err(Error::TableForBlock { expected: self.columns });
        };
        if block.columns != self.columns {
            return Err(Error::BlockWidth { expected: self.columns, found: block.columns });
        }
        Ok(BlockRows { plan: self, block })
    }

    pub(super) fn check(&self) -> Result<(), String> {
        let n = self.columns;
        let lengths_fit = match &self.scaling {
            BlockScaling::Shared(_) => true,
            BlockScaling::PerColumn { shifts, scales } => shifts.len() == n && scales.len() == n,
        };
        if n == 0 || !lengths_fit || self.fill.as_ref().is_some_and(|fill| fill.len() != n) {
            return Err(format!("the preprocessing of a block of {n} columns has lists of another length"));
        }
        if self.picture.is_some_and(|(height, width)| height.checked_mul(width) != Some(n)) {
            return Err(format!("{:?} is not a picture of {n} pixels", self.picture));
        }
        if self.fill.iter().flatten().any(|fill| !fill.is_finite()) {
            return Err("what stands in for a missing number is not finite".to_owned());
        }
        if self.means.iter().flatten().any(|mean| !mean.is_finite()) {
            return Err("a mean of an input is not finite".to_owned());
        }
        match &self.scaling {
            BlockScaling::Shared(affine) => affine.check(),
            BlockScaling::PerColumn { shifts, scales } => {
                shifts.iter().zip(scales).try_for_each(|(&shift, &scale)| Affine { shift, scale }.check())
            }
        }
    }
}

/// Rows of a block that can be prepared some at a time.
pub(crate) struct BlockRows<'a> {
    plan: &'a BlockPlan,
    block: &'a Block,
}

impl BlockRows<'_> {
    /// `out` (rows · columns) ← some rows, filled and scaled.
    pub(crate) fn write<R: Real>(&self, rows: Range<usize>, out: &mut [R]) {
        let columns = self.plan.columns;
        let at = rows.start * columns..rows.end * columns;
        match &self.block.elements {
            Elements::U8(bytes) => self.plan.write_bytes(&bytes[at], out),
            Elements::F32(numbers) => self.plan.write_numbers(&numbers[at], out),
            Elements::F64(numbers) => self.plan.write_numbers(&numbers[at], out),
        }
    }
}

impl BlockPlan {
    fn write_bytes<R: Real>(&self, bytes: &[u8], out: &mut [R]) {
        let BlockScaling::Shared(affine) = self.scaling else { return self.scale(bytes, out) };
        let results: [R; 256] = std::array::from_fn(|byte| R::from_f64(affine.apply(byte as f64)));
        for (y, &byte) in out.iter_mut().zip(bytes) {
            *y = results[usize::from(byte)];
        }
    }

    fn write_numbers<T: Copy + Into<f64>, R: Real>(&self, numbers: &[T], out: &mut [R]) {
        let Some(fill) = &self.fill else { return self.scale(numbers, out) };
        for (line, row) in out.chunks_exact_mut(self.columns).zip(numbers.chunks_exact(self.columns)) {
            for (j, (y, &x)) in line.iter_mut().zip(row).enumerate() {
                let x: f64 = x.into();
                *y = R::from_f64(self.scaling.of(j).apply(if x.is_nan() { fill[j] } else { x }));
            }
        }
    }

    fn scale<T: Copy + Into<f64>, R: Real>(&self, numbers: &[T], out: &mut [R]) {
        match &self.scaling {
            &BlockScaling::Shared(affine) => dispatch(Scale { numbers, affine, out }),
            BlockScaling::PerColumn { shifts, scales } => {
                dispatch(ScaleRows { numbers, shifts, scales, out });
            }
        }
    }
}

impl BlockScaling {
    /// Of column `j`.
    fn of(&self, j: usize) -> Affine {
        match self {
            Self::Shared(affine) => *affine,
            Self::PerColumn { shifts, scales } => Affine { shift: shifts[j], scale: scales[j] },
        }
    }
}

/// The scaling of every element by one shift and scale, in f64, so that a large shift costs no digits.
struct Scale<'a, T, R> {
    numbers: &'a [T],
    affine: Affine,
    out: &'a mut [R],
}

impl<T: Copy + Into<f64>, R: Real> Kernel for Scale<'_, T, R> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        for (y, &x) in self.out.iter_mut().zip(self.numbers) {
            *y = R::from_f64(self.affine.apply(x.into()));
        }
    }
}

/// The same, by the shift and the scale of the element's column.
struct ScaleRows<'a, T, R> {
    numbers: &'a [T],
    shifts: &'a [f64],
    scales: &'a [f64],
    out: &'a mut [R],
}

impl<T: Copy + Into<f64>, R: Real> Kernel for ScaleRows<'_, T, R> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let columns = self.shifts.len().max(1);
        for (line, row) in self.out.chunks_exact_mut(columns).zip(self.numbers.chunks_exact(columns)) {
            for (((y, &x), &shift), &scale) in line.iter_mut().zip(row).zip(self.shifts).zip(self.scales) {
                *y = R::from_f64((x.into() - shift) * scale);
            }
        }
    }
}

/// Σ weightᵢ xᵢ of every column; what `fill` says stands in for a missing number.
fn column_sums<T: Copy + Into<f64>>(
    numbers: &[T],
    columns: usize,
    fill: Option<&[f64]>,
    weights: Option<&[f64]>,
) -> Vec<f64> {
    let mut sums = vec![0.0; columns];
    for (i, row) in numbers.chunks_exact(columns).enumerate() {
        let weight = weights.map_or(1.0, |weights| weights[i]);
        for (j, (sum, &x)) in sums.iter_mut().zip(row).enumerate() {
            let x: f64 = x.into();
            *sum += weight * if x.is_nan() { fill.map_or(0.0, |fill| fill[j]) } else { x };
        }
    }
    sums
}

/// The first column with a missing number, as (column, how many, the first row), all counted from 0.
pub(super) fn first_missing(block: &Block) -> Option<(usize, usize, usize)> {
    let columns = block.columns;
    let at = match &block.elements {
        Elements::U8(_) => None,
        Elements::F32(numbers) => first_missing_in(numbers, columns),
        Elements::F64(numbers) => first_missing_in(numbers, columns),
    }?;
    let missing = column_of(block, at.1).iter().filter(|x| x.is_nan()).count();
    Some((at.1, missing, at.0))
}

fn first_missing_in<T: Copy + Into<f64>>(numbers: &[T], columns: usize) -> Option<(usize, usize)> {
    let at = numbers.iter().position(|&x| x.into().is_nan())?;
    Some((at / columns, at % columns))
}

/// The rows without a missing number.
pub(super) fn complete_rows(block: &Block) -> Vec<usize> {
    fn complete<T: Copy + Into<f64>>(numbers: &[T], block: &Block) -> Vec<usize> {
        let row_of = |i: usize| &numbers[i * block.columns..(i + 1) * block.columns];
        (0..block.rows).filter(|&i| !row_of(i).iter().any(|&x| x.into().is_nan())).collect()
    }
    match &block.elements {
        Elements::U8(_) => (0..block.rows).collect(),
        Elements::F32(numbers) => complete(numbers, block),
        Elements::F64(numbers) => complete(numbers, block),
    }
}

/// Column `j` as numbers, (rows).
pub(super) fn column_of(block: &Block, j: usize) -> Vec<f64> {
    fn gather<T: Copy + Into<f64>>(numbers: &[T], block: &Block, j: usize) -> Vec<f64> {
        (0..block.rows).map(|i| numbers[i * block.columns + j].into()).collect()
    }
    match &block.elements {
        Elements::U8(numbers) => gather(numbers, block, j),
        Elements::F32(numbers) => gather(numbers, block, j),
        Elements::F64(numbers) => gather(numbers, block, j),
    }
}

/// Infinite numbers are never learnt from; missing ones only where `missing` says what stands in for them.
fn refuse_bad_numbers(block: &Block, missing: Missing) -> Result<(), Error> {
    fn first_infinite<T: Copy + Into<f64>>(numbers: &[T]) -> Option<usize> {
        numbers.iter().position(|&x| x.into().is_infinite())
    }
    let infinite = match &block.elements {
        Elements::U8(_) => None,
        Elements::F32(numbers) => first_infinite(numbers),
        Elements::F64(numbers) => first_infinite(numbers),
    };
    if let Some(at) = infinite {
        let (row, j) = (at / block.columns, at % block.columns);
        let value = column_of(block, j)[row].to_string();
        return Err(Error::NotFinite { column: format!("x{}", j + 1), row: row + 1, value });
    }
    match first_missing(block).filter(|_| matches!(missing, Missing::Error | Missing::Drop)) {
        Some((j, count, row)) => Err(Error::Missing { column: format!("x{}", j + 1), count, row: row + 1 }),
        None => Ok(()),
    }
}

fn block_fill(block: &Block, missing: Missing, weights: Option<&[f64]>) -> Result<Vec<f64>, Error> {
    let fill_of = |j: usize| {
        let column = column_of(block, j);
        super::scaling::fill(missing, &column, weights)
            .ok_or_else(|| Error::AllMissing { column: format!("x{}", j + 1) })
    };
    (0..block.columns).map(fill_of).collect()
}

/// One mean and one deviation over all numbers of the block.
fn shared(block: &Block, fill: Option<&[f64]>, weights: Option<&[f64]>) -> Affine {
    match &block.elements {
        Elements::U8(bytes) => shared_of_bytes(bytes, block.columns, weights),
        Elements::F32(_) | Elements::F64(_) => {
            let filled = |j: usize| filled_column(block, j, fill);
            let numbers: Vec<f64> = (0..block.columns).flat_map(filled).collect();
            let weights = weights.map(|weights| weights.repeat(block.columns));
            Affine::fit(Scaling::Standard, &numbers, weights.as_deref())
        }
    }
}

/// Counting how often each byte occurs makes the sums exact and short.
fn shared_of_bytes(bytes: &[u8], columns: usize, weights: Option<&[f64]>) -> Affine {
    let mut counts = [0.0; 256];
    for (i, row) in bytes.chunks_exact(columns).enumerate() {
        let weight = weights.map_or(1.0, |weights| weights[i]);
        for &byte in row {
            counts[usize::from(byte)] += weight;
        }
    }
    let occurring: Vec<usize> = (0..256).filter(|&byte| counts[byte] > 0.0).collect();
    let values: Vec<f64> = occurring.iter().map(|&byte| byte as f64).collect();
    let weights: Vec<f64> = occurring.iter().map(|&byte| counts[byte]).collect();
    let (mean, deviation) = mean_and_deviation(&values, Some(&weights));
    Affine::from_spread(mean, deviation)
}

fn filled_column(block: &Block, j: usize, fill: Option<&[f64]>) -> Vec<f64> {
    let mut column = column_of(block, j);
    if let Some(fill) = fill {
        column.iter_mut().filter(|x| x.is_nan()).for_each(|x| *x = fill[j]);
    }
    column
}

fn per_column(
    block: &Block,
    scaling: Scaling,
    fill: Option<&[f64]>,
    weights: Option<&[f64]>,
) -> BlockScaling {
    let affine = |j: usize| Affine::fit(scaling, &filled_column(block, j, fill), weights);
    let (shifts, scales) = (0..block.columns).map(affine).map(|affine| (affine.shift, affine.scale)).unzip();
    BlockScaling::PerColumn { shifts, scales }
}
