//! Dense arrays of numbers, as IDX and npy files hold them, and how they become examples.
//!
//! The first dimension counts the examples. Nothing is copied that need not be: bytes stay bytes.

use super::target::{self, Rows};
use super::{Examples, Loaded, Reading, Schema};
use crate::error::thousands;
use crate::{Error, Place};
use gradus::data::{Block, Column, Dataset, Elements, Inputs, Table, Target, Values};

/// The types of number in binary files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub(crate) enum ElementType {
    Bool,
    U8,
    I8,
    U16,
    I16,
    U32,
    I32,
    U64,
    I64,
    F16,
    F32,
    F64,
}

/// Whether the first byte of a number is its largest or its smallest part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ByteOrder {
    Big,
    Little,
}

impl ElementType {
    /// Bytes per number.
    pub(crate) fn size(self) -> u64 {
        match self {
            Self::Bool | Self::U8 | Self::I8 => 1,
            Self::U16 | Self::I16 | Self::F16 => 2,
            Self::U32 | Self::I32 | Self::F32 => 4,
            Self::U64 | Self::I64 | Self::F64 => 8,
        }
    }

    /// The numbers in `bytes`, in the smallest of our types that holds each of them; 64-bit integers are rounded to f64.
    pub(crate) fn decode(self, bytes: Vec<u8>, order: ByteOrder) -> Elements {
        match self {
            Self::U8 => Elements::U8(bytes),
            Self::Bool => Elements::U8(bytes.into_iter().map(|byte| u8::from(byte != 0)).collect()),
            Self::I8 => Elements::F32(bytes.into_iter().map(|byte| f32::from(byte as i8)).collect()),
            Self::U16 => Elements::F32(numbers(&bytes, order, |b| u16::from_le_bytes(b).into())),
            Self::I16 => Elements::F32(numbers(&bytes, order, |b| i16::from_le_bytes(b).into())),
            Self::F16 => Elements::F32(numbers(&bytes, order, |b| from_half(u16::from_le_bytes(b)))),
            Self::F32 => Elements::F32(numbers(&bytes, order, f32::from_le_bytes)),
            Self::U32 => Elements::F64(numbers(&bytes, order, |b| u32::from_le_bytes(b).into())),
            Self::I32 => Elements::F64(numbers(&bytes, order, |b| i32::from_le_bytes(b).into())),
            Self::U64 => Elements::F64(numbers(&bytes, order, |b| u64::from_le_bytes(b) as f64)),
            Self::I64 => Elements::F64(numbers(&bytes, order, |b| i64::from_le_bytes(b) as f64)),
            Self::F64 => Elements::F64(numbers(&bytes, order, f64::from_le_bytes)),
        }
    }
}

fn numbers<const N: usize, T>(bytes: &[u8], order: ByteOrder, read: impl Fn([u8; N]) -> T) -> Vec<T> {
    let little = |chunk: &[u8; N]| {
        let mut chunk = *chunk;
        if order == ByteOrder::Big {
            chunk.reverse();
        }
        read(chunk)
    };
    bytes.as_chunks::<N>().0.iter().map(little).collect()
}

/// IEEE 754 binary16: 1 bit of sign, 5 of exponent, 10 of fraction; exact in f32.
fn from_half(bits: u16) -> f32 {
    let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
    let (exponent, fraction) = (i32::from(bits >> 10 & 31), f32::from(bits & 1023));
    match exponent {
        0 => sign * fraction * 2.0_f32.powi(-24),
        31 if fraction == 0.0 => sign * f32::INFINITY,
        31 => f32::NAN,
        _ => sign * (1024.0 + fraction) * 2.0_f32.powi(exponent - 25),
    }
}

/// Numbers and their shape, row-major.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Array {
    pub(crate) file: String,
    pub(crate) shape: Vec<usize>,
    pub(crate) elements: Elements,
}

/// The number of bytes that an array of this shape takes.
///
/// # Errors
/// If that is more than an address can count.
pub(crate) fn n_bytes(shape: &[u64], element: ElementType, file: &str) -> Result<u64, Error> {
    // A dimension of 0 must not hide an overflow of the others.
    let bound = shape.iter().try_fold(element.size(), |product, &n| product.checked_mul(n.max(1)));
    match bound.filter(|&bound| isize::try_from(bound).is_ok()) {
        Some(_) => Ok(element.size() * shape.iter().product::<u64>()),
        None => Err(Error::ShapeOverflow { file: file.into(), dimensions: shape.to_vec() }),
    }
}

impl Array {
    /// Number of examples.
    pub(crate) fn rows(&self) -> usize {
        self.shape.first().copied().unwrap_or(0)
    }

    /// One row of inputs per example; (n, h, w) and (n, h, w, 1) are pictures.
    pub(crate) fn into_block(self) -> Result<Block, Error> {
        let (rows, columns) = (self.rows(), self.shape.iter().skip(1).product());
        if self.shape.len() < 2 || columns == 0 {
            return Err(self.wrong_shape("(examples, inputs)"));
        }
        self.check_finite(columns)?;
        let picture = match *self.shape.as_slice() {
            [_, height, width] | [_, height, width, 1] => Some((height, width)),
            _ => None,
        };
        Ok(Block { rows, columns, elements: self.elements, picture })
    }

    /// A column per number that is to be predicted, from (n), (n, 1) or (n, k).
    pub(crate) fn into_targets(self, name: &str) -> Result<Vec<Column>, Error> {
        let columns = match *self.shape.as_slice() {
            [_] => 1,
            [_, columns] if columns > 0 => columns,
            _ => return Err(self.wrong_shape("(examples) or (examples, targets)")),
        };
        self.check_finite(columns)?;
        let numbers = as_f64(self.elements);
        let column = |at: usize| Column {
            name: if columns == 1 { name.to_owned() } else { format!("{name}{}", at + 1) },
            values: Values::Numbers(numbers.iter().skip(at).step_by(columns).copied().collect()),
        };
        Ok((0..columns).map(column).collect())
    }

    /// Inputs and the last column as target, from (n, inputs + 1); no target if it is as wide as the inputs alone.
    pub(crate) fn into_parts(self, n_inputs: Option<usize>) -> Result<Parts, Error> {
        let file = self.file.clone();
        let (inputs, target) = match self.shape.get(1) == n_inputs.as_ref() && n_inputs.is_some() {
            true => (self.into_block()?, None),
            false => self.into_inputs_and_target().map(|(inputs, target)| (inputs, Some(target)))?,
        };
        Ok(Parts { train: Part { file, inputs, target }, test: None })
    }

    fn into_inputs_and_target(self) -> Result<(Block, Vec<Column>), Error> {
        let [rows, columns] = *self.shape.as_slice() else {
            return Err(self.wrong_shape("(examples, inputs and the target as the last column)"));
        };
        if columns < 2 {
            return Err(self.wrong_shape("(examples, inputs and the target as the last column)"));
        }
        self.check_finite(columns)?;
        fn divide<T: Copy + Into<f64>>(elements: &[T], columns: usize) -> (Vec<T>, Vec<f64>) {
            let rows = elements.chunks_exact(columns);
            let target = rows.clone().map(|row| row[columns - 1].into()).collect();
            (rows.flat_map(|row| &row[..columns - 1]).copied().collect(), target)
        }
        let (elements, target) = match &self.elements {
            Elements::U8(all) => {
                let (inputs, target) = divide(all, columns);
                (Elements::U8(inputs), target)
            }
            Elements::F32(all) => {
                let (inputs, target) = divide(all, columns);
                (Elements::F32(inputs), target)
            }
            Elements::F64(all) => {
                let (inputs, target) = divide(all, columns);
                (Elements::F64(inputs), target)
            }
        };
        let target = Column { name: "y".into(), values: Values::Numbers(target) };
        Ok((Block { rows, columns: columns - 1, elements, picture: None }, vec![target]))
    }

    fn check_finite(&self, columns: usize) -> Result<(), Error> {
        let found = match &self.elements {
            Elements::U8(_) => None,
            Elements::F32(all) => all.iter().position(|x| !x.is_finite()).map(|at| (at, f64::from(all[at]))),
            Elements::F64(all) => all.iter().position(|x| !x.is_finite()).map(|at| (at, all[at])),
        };
        found.map_or(Ok(()), |(at, value)| {
            let (row, column) = (at / columns + 1, at % columns + 1);
            let place = Place {
                file: self.file.clone(),
                row: Some(row as u64),
                column: Some(format!("x{column}")),
                ..Place::default()
            };
            Err(Error::ElementNotFinite { place: Box::new(place), value })
        })
    }

    fn wrong_shape(&self, wanted: &'static str) -> Error {
        let found = self.shape.iter().map(|&n| n as u64).collect();
        Error::WrongShape { file: self.file.clone(), found, wanted }
    }
}

fn as_f64(elements: Elements) -> Vec<f64> {
    match elements {
        Elements::U8(all) => all.into_iter().map(f64::from).collect(),
        Elements::F32(all) => all.into_iter().map(f64::from).collect(),
        Elements::F64(all) => all,
    }
}

/// Examples in a block, before it is known what is asked.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) file: String,
    pub(crate) inputs: Block,
    pub(crate) target: Option<Vec<Column>>,
}

impl Part {
    /// Inputs and their labels, of which there is one per example.
    pub(crate) fn new(inputs: Array, labels: Option<Array>) -> Result<Self, Error> {
        let file = inputs.file.clone();
        if let Some(labels) = labels.as_ref().filter(|labels| labels.rows() != inputs.rows()) {
            return Err(Error::Counts {
                file,
                labels_file: labels.file.clone(),
                images: inputs.rows() as u64,
                labels: labels.rows() as u64,
            });
        }
        let target = labels.map(|labels| labels.into_targets("y")).transpose()?;
        Ok(Self { file, inputs: inputs.into_block()?, target })
    }

    fn target_rows(&self) -> Rows {
        Rows { file: self.file.clone(), lines: None }
    }
}

/// Blocks to learn from, and perhaps a part for the test.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) train: Part,
    pub(crate) test: Option<Part>,
}

impl Parts {
    /// Inputs and targets to learn from.
    pub(crate) fn into_loaded(self, name: &str, reading: &Reading) -> Result<Loaded, Error> {
        refuse_columns(&self.train.file, reading)?;
        let (found, needed) = (self.train.inputs.rows, 2);
        if found < needed {
            return Err(Error::TooFewRows { file: self.train.file, found, needed });
        }
        let rows = self.train.target_rows();
        let columns = self.train.target.ok_or_else(|| Error::NoLabels { file: rows.file.clone() })?;
        let target = target::to_learn(columns, reading.task, &rows)?;
        let mut notes = vec![described(&self.train.inputs, &target)];
        let test = self.test.map(|part| part.like(&target, self.train.inputs.columns)).transpose()?;
        if let Some(test) = &test {
            notes.push(format!("a test part of its own with {} rows", thousands(test.rows() as u64)));
        }
        let data = Dataset { inputs: Inputs::Block(self.train.inputs), target, weights: None };
        Ok(Loaded { name: name.into(), data, test, notes, types: Vec::new() })
    }

    /// Examples for a model that is there: of the test part, if there is one.
    pub(crate) fn into_examples(self, schema: &Schema<'_>) -> Result<Examples, Error> {
        let part = self.test.unwrap_or(self.train);
        if part.inputs.rows == 0 {
            return Err(Error::TooFewRows { file: part.file, found: 0, needed: 1 });
        }
        // Data of another kind are told by their width before their classes are looked at.
        let expected = schema.block_columns.unwrap_or(schema.columns.len());
        if part.inputs.columns != expected {
            return Err(Error::InputCount { file: part.file, expected, found: part.inputs.columns });
        }
        let rows = part.target_rows();
        // Whoever predicts asks for no target, and what stands there is nobody's business.
        let target = part.target.filter(|_| !schema.target.is_empty());
        let target = target.map(|columns| target::to_apply(columns, schema, &rows)).transpose()?;
        let inputs = match schema.block_columns {
            Some(_) => Inputs::Block(part.inputs),
            None => Inputs::Table(as_table(part.inputs, schema)),
        };
        Ok(Examples { inputs, target, original: None, weights: None })
    }
}

impl Part {
    /// The examples with a target like that of the training part.
    fn like(self, train: &Target, columns: usize) -> Result<Dataset, Error> {
        let rows = self.target_rows();
        if self.inputs.columns != columns {
            return Err(Error::InputCount { file: self.file, expected: columns, found: self.inputs.columns });
        }
        let schema = Schema { task: train.task(), classes: train.class_names(), ..Schema::default() };
        let target = target::to_apply(self.target.unwrap_or_default(), &schema, &rows)?;
        Ok(Dataset { inputs: Inputs::Block(self.inputs), target, weights: None })
    }
}

/// The columns of a block under the model's names.
fn as_table(block: Block, schema: &Schema<'_>) -> Table {
    let n_columns = block.columns;
    let numbers = as_f64(block.elements);
    let column = |(at, (name, _)): (usize, &(String, super::ColumnType))| Column {
        name: name.clone(),
        values: Values::Numbers(numbers.iter().skip(at).step_by(n_columns).copied().collect()),
    };
    Table::new(schema.columns.iter().enumerate().map(column).collect())
}

/// What only tables have cannot be asked for.
fn refuse_columns(file: &str, reading: &Reading) -> Result<(), Error> {
    let flags = [
        ("--target", !reading.target.is_empty()),
        ("--column", !reading.columns.is_empty()),
        ("--weight-column", reading.weight_column.is_some()),
    ];
    match flags.into_iter().find(|(_, is_given)| *is_given) {
        Some((flag, _)) => Err(Error::NoColumns { file: file.into(), flag }),
        None => Ok(()),
    }
}

fn described(inputs: &Block, target: &Target) -> String {
    let rows = thousands(inputs.rows as u64);
    let what = match inputs.picture {
        Some((height, width)) => format!("{rows} pictures of {height} × {width}"),
        None => format!("{rows} rows of {} numbers", thousands(inputs.columns as u64)),
    };
    match target {
        Target::Classes { names, .. } => format!("{what} in {} classes", names.len()),
        Target::Values { names, .. } => format!("{what}, {} to predict", names.len()),
        Target::Labels { names, .. } => format!("{what} with {} labels", names.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_is_read_in_both_byte_orders() {
        fn check(element: ElementType, little: &[u8], expected: Elements) {
            let mut big = little.to_vec();
            big.chunks_mut(element.size() as usize).for_each(<[u8]>::reverse);
            assert_eq!(element.decode(little.to_vec(), ByteOrder::Little), expected);
            assert_eq!(element.decode(big, ByteOrder::Big), expected);
        }
        check(ElementType::Bool, &[0, 1, 2], Elements::U8(vec![0, 1, 1]));
        check(ElementType::U8, &[0, 255], Elements::U8(vec![0, 255]));
        check(ElementType::I8, &[0x80], Elements::F32(vec![-128.0]));
        check(ElementType::U16, &[0x01, 0x80], Elements::F32(vec![32769.0]));
        check(ElementType::I16, &[0xFE, 0xFF], Elements::F32(vec![-2.0]));
        check(ElementType::U32, &[1, 0, 0, 0x80], Elements::F64(vec![2_147_483_649.0]));
        check(ElementType::I32, &[0xFD, 0xFF, 0xFF, 0xFF], Elements::F64(vec![-3.0]));
        check(ElementType::I64, &(-5_i64).to_le_bytes(), Elements::F64(vec![-5.0]));
        check(ElementType::U64, &7_u64.to_le_bytes(), Elements::F64(vec![7.0]));
        check(ElementType::F32, &1.5_f32.to_le_bytes(), Elements::F32(vec![1.5]));
        check(ElementType::F64, &(-0.1_f64).to_le_bytes(), Elements::F64(vec![-0.1]));
        // IEEE 754: 1, −2, the largest (65504), the smallest (2⁻²⁴), 1/3 rounded.
        check(
            ElementType::F16,
            &[0x00, 0x3C, 0x00, 0xC0, 0xFF, 0x7B, 0x01, 0x00, 0x55, 0x35],
            Elements::F32(vec![1.0, -2.0, 65504.0, 5.960_464_5e-8, 0.333_251_95]),
        );
    }
}
