//! The only place that reads the disk. Everything else takes bytes.

use super::delimited::Directions;
use super::kind::{Kind, file_name, labels_names};
use super::{Content, content, folder};
use crate::Error;
use crate::error::nearest;
use std::io::ErrorKind;
use std::path::Path;

pub(crate) fn exists(path: &str) -> bool {
    Path::new(path).exists()
}

pub(crate) fn is_folder(path: &str) -> bool {
    Path::new(path).is_dir()
}

/// What is in the file at `path`; an IDX file of images brings its labels along.
pub(crate) fn file_content(kind: Kind, path: &str, directions: &Directions<'_>) -> Result<Content, Error> {
    let bytes = read(path)?;
    let labels = match kind {
        Kind::Idx => labels_names(path).into_iter().find(|name| exists(name)),
        Kind::Delimited | Kind::Npy | Kind::Npz | Kind::Parquet => None,
    };
    let labels = labels.map(|name| read(&name).map(|bytes| (name, bytes))).transpose()?;
    let labels = labels.as_ref().map(|(name, bytes)| (name.as_str(), bytes.as_slice()));
    content(kind, path, &bytes, labels, directions)
}

/// What is in the folder at `path`: the four files of MNIST's naming, or the two for learning.
pub(crate) fn folder_content(path: &str) -> Result<Content, Error> {
    let names = list(path)?;
    let of = |wanted: &str| {
        let found = names.iter().find(|name| name.contains(wanted) && Kind::of(name) == Some(Kind::Idx));
        let absent =
            || Error::NotADataFolder { folder: path.into(), wanted: format!("{wanted}-idx…-ubyte[.gz]") };
        let found =
            found.ok_or_else(absent).map(|name| Path::new(path).join(name).to_string_lossy().into_owned())?;
        read(&found).map(|bytes| (found, bytes))
    };
    let [train_images, train_labels, test_images, test_labels] = folder::NAMES.map(of);
    let has_test = names.iter().any(|name| folder::NAMES[2..].iter().any(|wanted| name.contains(wanted)));
    let (images, labels) = (train_images?, train_labels?);
    let test = if has_test { Some((test_images?, test_labels?)) } else { None };
    fn named(file: &(String, Vec<u8>)) -> folder::Named<'_> {
        (&file.0, &file.1)
    }
    let test = test.as_ref().map(|(images, labels)| [named(images), named(labels)]);
    Ok(Content::Parts(folder::parts([named(&images), named(&labels)], test)?))
}

fn read(path: &str) -> Result<Vec<u8>, Error> {
    std::fs::read(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => Error::NotFound { path: path.into(), near: near(path) },
        _ => Error::Unreadable { path: path.into(), reason: error.to_string() },
    })
}

/// A file of the same folder whose name is like the one that is not there.
fn near(path: &str) -> Option<String> {
    let folder = Path::new(path).parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let names = list(&folder.to_string_lossy()).ok()?;
    let readable = names.iter().map(String::as_str).filter(|name| Kind::of(name).is_some());
    let near = nearest(file_name(path), readable)?;
    let at = path.len() - file_name(path).len();
    Some(format!("{}{near}", &path[..at]))
}

/// The names in a folder, in alphabetical order.
fn list(folder: &str) -> Result<Vec<String>, Error> {
    let unreadable =
        |error: std::io::Error| Error::Unreadable { path: folder.into(), reason: error.to_string() };
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        names.push(entry.map_err(unreadable)?.file_name().to_string_lossy().into_owned());
    }
    names.sort_unstable();
    Ok(names)
}
