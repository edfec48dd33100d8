//! `.npz`: several `.npy` arrays in one zip archive, as `numpy.savez` writes them.
//!
//! Arrays `x` and `y` are inputs and targets; `x_train`, `y_train`, `x_test`, `y_test` (Keras' MNIST) have a test part. Names in the
//! archive are looked up, never used as paths.

use super::array::{Array, Part, Parts};
use super::compressed::Stream;
use super::npy;
use crate::Error;
use crate::error::shown;
use std::io::Cursor;
use zip::ZipArchive;

const INPUTS: [&str; 6] = ["x_train", "x", "X", "inputs", "X_train", "data"];
const TARGETS: [&str; 6] = ["y_train", "y", "Y", "targets", "Y_train", "target"];
const TEST_INPUTS: [&str; 2] = ["x_test", "X_test"];
const TEST_TARGETS: [&str; 2] = ["y_test", "Y_test"];

/// The parts in `bytes`.
///
/// # Errors
/// If it is no zip archive, has no array of inputs, or an array cannot be read.
pub(crate) fn decode(bytes: &[u8], file: &str) -> Result<Parts, Error> {
    let not_npz =
        |error: zip::result::ZipError| Error::NotNpz { file: file.into(), reason: error.to_string() };
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(not_npz)?;
    let mut array = |names: &[&str]| member(&mut archive, names, file);
    let inputs = array(&INPUTS)?;
    let targets = array(&TARGETS)?;
    let (test_inputs, test_targets) = (array(&TEST_INPUTS)?, array(&TEST_TARGETS)?);
    let Some(inputs) = inputs else {
        let names = archive.file_names().flatten();
        let known = names.map(|name| shown(name.trim_end_matches(".npy"))).collect();
        return Err(Error::NoSuchArray { file: file.into(), wanted: "x, X, inputs or x_train", known });
    };
    let train = Part::new(inputs, targets)?;
    let test = match (test_inputs, test_targets) {
        (Some(inputs), Some(targets)) => Some(Part::new(inputs, Some(targets))?),
        _ => None,
    };
    Ok(Parts { train, test })
}

/// The first array that has one of the names.
fn member(
    archive: &mut ZipArchive<Cursor<&[u8]>>,
    names: &[&str],
    file: &str,
) -> Result<Option<Array>, Error> {
    let not_npz =
        |error: zip::result::ZipError| Error::NotNpz { file: file.into(), reason: error.to_string() };
    let is_there = |name: &&&str| archive.index_for_name(&format!("{name}.npy")).is_some();
    let Some(name) = names.iter().find(is_there) else { return Ok(None) };
    let entry = archive.by_name(&format!("{name}.npy")).map_err(not_npz)?;
    let (declared, compressed) = (entry.size(), entry.compressed_size());
    let label = format!("{file}, array {name}");
    npy::read(Stream::deflated(Box::new(entry), declared, compressed, &label), &label).map(Some)
}
