//! The only place that reads the disk. Everything else takes bytes.

use super::delimited::Directions;
use super::kind::{Kind, file_name, labels_names};
use super::{Content, content, folder};
use crate::Error;
use gradus::nearest;
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

/// What is in the folder at `path`, of which only the files with MNIST's names are read.
pub(crate) fn folder_content(path: &str) -> Result<Content, Error> {
    let names = list(path)?;
    let mut files = Vec::new();
    for wanted in folder::NAMES {
        if let Some(name) = names.iter().find(|name| folder::is_called(name, wanted)) {
            let path = Path::new(path).join(name).to_string_lossy().into_owned();
            files.push((read(&path)?, path));
        }
    }
    let files: Vec<folder::Named<'_>> =
        files.iter().map(|(bytes, path)| (path.as_str(), bytes.as_slice())).collect();
    Ok(Content::Parts(folder::decode(path, &files)?))
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
