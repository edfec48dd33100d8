//! Images and labels in IDX files that belong together, one pair or the four with MNIST's names.

use super::array::{Array, Part, Parts};
use super::idx;
use super::kind::{Kind, file_name};
use crate::Error;

/// Whether a file is for learning or for the test, and holds images or labels: the four of MNIST's naming.
pub(crate) const NAMES: [&str; 4] = ["train-images", "train-labels", "t10k-images", "t10k-labels"];

/// A file's name and its bytes.
pub(crate) type Named<'a> = (&'a str, &'a [u8]);

/// Images with their labels, if there are any.
///
/// # Errors
/// If a file is damaged, they are swapped, or their counts differ.
pub(crate) fn part(images: Named<'_>, labels: Option<Named<'_>>) -> Result<Part, Error> {
    let images = idx::decode(images.1, images.0)?;
    if images.shape.len() == 1 {
        return Err(Error::LabelsAsImages { file: images.file });
    }
    let labels = labels.map(|(name, bytes)| self::labels(bytes, name)).transpose()?;
    Part::new(images, labels)
}

fn labels(bytes: &[u8], name: &str) -> Result<Array, Error> {
    let labels = idx::decode(bytes, name)?;
    match labels.shape.len() {
        1 => Ok(labels),
        _ => Err(Error::ImagesAsLabels { file: labels.file }),
    }
}

/// The parts in the `files` of a folder, told apart by their names: the four of MNIST's naming, or the two for learning.
///
/// # Errors
/// If one of them is absent, damaged, or does not belong to the others.
pub(crate) fn decode(folder: &str, files: &[Named<'_>]) -> Result<Parts, Error> {
    let of = |wanted: &str| {
        let absent =
            || Error::NotADataFolder { folder: folder.into(), wanted: format!("{wanted}-idx…-ubyte[.gz]") };
        files.iter().find(|(name, _)| is_called(name, wanted)).copied().ok_or_else(absent)
    };
    let [train_images, train_labels, test_images, test_labels] = NAMES.map(of);
    let test = match (test_images, test_labels) {
        (Err(_), Err(_)) => None,
        (images, labels) => Some([images?, labels?]),
    };
    parts([train_images?, train_labels?], test)
}

/// Whether a file has one of the [`NAMES`], with anything before and after it.
pub(crate) fn is_called(path: &str, wanted: &str) -> bool {
    file_name(path).contains(wanted) && Kind::of(path) == Some(Kind::Idx)
}

/// The training part and the test part, side by side where there are threads.
fn parts(train: [Named<'_>; 2], test: Option<[Named<'_>; 2]>) -> Result<Parts, Error> {
    let decode = |[images, labels]: [Named<'_>; 2]| part(images, Some(labels));
    #[cfg(feature = "files")]
    let (train, test) = rayon::join(|| decode(train), || test.map(decode));
    #[cfg(not(feature = "files"))]
    let (train, test) = (decode(train), test.map(decode));
    Ok(Parts { train: train?, test: test.transpose()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    const IMAGES: &[u8] = &[0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 1, 2, 3, 4];
    const LABELS: &[u8] = &[0, 0, 8, 1, 0, 0, 0, 2, 5, 6];
    const THREE: &[u8] = &[0, 0, 8, 1, 0, 0, 0, 3, 5, 6, 7];

    #[test]
    fn images_and_labels_have_to_belong_together() {
        fn check(images: &[u8], labels: &[u8], expected: &str) {
            let found = part(("images", images), Some(("labels", labels)));
            let found =
                found.map_or_else(|error| error.to_string(), |part| format!("{:?}", part.inputs.picture));
            assert_eq!(found, expected);
        }
        check(IMAGES, LABELS, "Some((1, 2))");
        check(
            IMAGES,
            THREE,
            "2 examples but 3 labels, images and labels; help: the two files do not belong together",
        );
        check(
            LABELS,
            IMAGES,
            "these are labels, not images, images; help: the images have names like train-images-idx3-ubyte",
        );
        check(
            IMAGES,
            IMAGES,
            "these are images, not labels, labels; help: the labels have names like train-labels-idx1-ubyte",
        );
    }
}
