//! Writing to the disk so that a file is either the old one or the new one, never half of it.
//!
//! The bytes go to a sibling file that nobody else has, are forced to the disk, and the sibling is renamed; POSIX promises
//! that a rename replaces a file at once. A run folder is made before training begins, so that a disk which cannot be
//! written is found before the work is done.

use crate::Error;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The files of a run, in the order in which they are written.
pub const RUN_FILES: [&str; 4] = ["spec.toml", "history.csv", "report.html", "model.gradus"];

/// Writes `bytes` to `path`, all of them or none.
///
/// A file that is there is replaced and keeps its permissions; a link is followed; a device or pipe is written directly.
///
/// # Errors
/// If the disk refuses; what stood there before is then untouched.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    write_atomically(path, bytes).map_err(|error| refused(path, &error))
}

/// Reads a whole file.
///
/// # Errors
/// If it is not there or cannot be read.
pub fn read(path: &Path) -> Result<Vec<u8>, Error> {
    fs::read(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Error::NotFound { path: path.display().to_string(), near: None },
        _ => Error::Unreadable { path: path.display().to_string(), reason: reason(&error) },
    })
}

/// Refuses where a file could not be written, before the work for it is done.
///
/// # Errors
/// If `path` is a folder, or its folder is not there or takes no files.
pub fn check_writable(path: &Path) -> Result<(), Error> {
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => Err(refused(path, &io::Error::from(io::ErrorKind::IsADirectory))),
        Ok(found) if !found.is_file() => Ok(()),
        _ => probe(&followed(path)).map_err(|error| refused(path, &error)),
    }
}

/// Whether both paths lead to one file.
pub fn is_same_file(a: &Path, b: &Path) -> bool {
    matches!((fs::canonicalize(a), fs::canonicalize(b)), (Ok(a), Ok(b)) if a == b)
}

fn write_atomically(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let found = fs::metadata(path).ok();
    match &found {
        Some(found) if found.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
        Some(found) if !found.is_file() => {
            return OpenOptions::new().write(true).open(path)?.write_all(bytes);
        }
        _ => {}
    }
    let path = followed(path);
    let (sibling, mut file) = create_sibling(&path)?;
    let written = (|| {
        file.write_all(bytes)?;
        if let Some(found) = found {
            file.set_permissions(found.permissions())?;
        }
        file.sync_all()?;
        drop(file);
        fs::rename(&sibling, &path)
    })();
    match written {
        Ok(()) => sync_folder(&path),
        Err(error) => {
            // The first error is the one to tell; a sibling that cannot be removed changes nothing about it.
            let _ = fs::remove_file(&sibling);
            Err(error)
        }
    }
}

/// Creates a file that was not there, beside `path`.
fn create_sibling(path: &Path) -> io::Result<(PathBuf, File)> {
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?.to_string_lossy();
    // A long name with something added could be too long for the disk.
    let name: String = name.chars().take(40).collect();
    for attempt in 0..100 {
        let sibling = path.with_file_name(format!(".{name}.{}-{attempt}.tmp", std::process::id()));
        match OpenOptions::new().write(true).create_new(true).open(&sibling) {
            Ok(file) => return Ok((sibling, file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

fn probe(path: &Path) -> io::Result<()> {
    let (sibling, file) = create_sibling(path)?;
    drop(file);
    fs::remove_file(sibling)
}

/// Where a link leads; the path itself where it is none.
fn followed(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

/// A rename is safe from a power cut only when its folder is on the disk too.
#[cfg(unix)]
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Some file systems cannot do this to a folder; the file itself is whole either way.
    let _ = File::open(folder)?.sync_all();
    Ok(())
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

fn refused(path: &Path, error: &io::Error) -> Error {
    Error::Unwritable { path: path.display().to_string(), reason: reason(error) }
}

/// The system's words without their number: `permission denied`.
pub(crate) fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    let words = text.split(" (os error").next().unwrap_or(&text);
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// The folder that a run writes to. One that was made for a run and stays empty is removed again.
#[derive(Debug)]
pub struct RunFolder {
    path: PathBuf,
    /// Folders that were not there before, the innermost first.
    made: Vec<PathBuf>,
}

impl RunFolder {
    /// The next free `runs/NAME-1`, `runs/NAME-2`, … of the working folder.
    ///
    /// # Errors
    /// If it cannot be made.
    pub fn next(name: &str) -> Result<Self, Error> {
        let (runs, name) = (Path::new("runs"), harmless(name));
        let mut made = make_folders(runs).map_err(|error| refused(runs, &error))?;
        let mut number = 1;
        loop {
            let path = runs.join(format!("{name}-{number}"));
            match fs::create_dir(&path) {
                Ok(()) => {
                    made.insert(0, path.clone());
                    return Ok(Self { path, made });
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
                Err(error) => {
                    remove_empty(&made);
                    return Err(refused(&path, &error));
                }
            }
        }
    }

    /// The folder `path`: made if it is not there; empty, or one that holds an earlier run, which will be replaced.
    ///
    /// # Errors
    /// If it holds anything else, or cannot be made or written to.
    pub fn at(path: &Path) -> Result<Self, Error> {
        let made = make_folders(path).map_err(|error| refused(path, &error))?;
        let folder = Self { path: path.to_owned(), made };
        if let Some(foreign) = folder.foreign_entry().map_err(|error| refused(path, &error))? {
            return Err(Error::ForeignFolder { path: path.display().to_string(), entry: foreign });
        }
        probe(&path.join(RUN_FILES[0])).map_err(|error| refused(path, &error))?;
        Ok(folder)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where the run's model is.
    pub fn model_path(&self) -> PathBuf {
        self.path.join("model.gradus")
    }

    /// Writes a file of the run.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        write(&self.path.join(name), bytes)
    }

    fn foreign_entry(&self) -> io::Result<Option<String>> {
        for entry in fs::read_dir(&self.path)? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if !RUN_FILES.contains(&name.as_str()) {
                return Ok(Some(name));
            }
        }
        Ok(None)
    }
}

impl Drop for RunFolder {
    fn drop(&mut self) {
        remove_empty(&self.made);
    }
}

/// A name of data as the name of a folder: letters, digits, `-`, `_` and inner points.
fn harmless(name: &str) -> String {
    let plain = |c: char| if c.is_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '-' };
    let name: String = name.chars().map(plain).take(60).collect();
    let name = name.trim_matches(['.', '-']);
    if name.is_empty() { "run".to_owned() } else { name.to_owned() }
}

/// Makes `path` and the folders above it; returns those that were not there, the innermost first.
fn make_folders(path: &Path) -> io::Result<Vec<PathBuf>> {
    let missing: Vec<PathBuf> = path
        .ancestors()
        .take_while(|folder| !folder.as_os_str().is_empty() && !folder.exists())
        .map(Path::to_owned)
        .collect();
    let outcome = fs::create_dir_all(path);
    if outcome.is_err() {
        remove_empty(&missing);
    }
    outcome.map(|()| missing)
}

/// Removes folders as far as they are empty; a folder with anything in it refuses, which is what is wanted.
fn remove_empty(folders: &[PathBuf]) {
    for folder in folders {
        let _ = fs::remove_dir(folder);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_replaced_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        write(&path, b"one").unwrap();
        write(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(entries(folder.path()), ["a"]);
    }

    #[test]
    fn what_cannot_be_written_is_refused_and_nothing_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("inner");
        fs::create_dir(&inner).unwrap();
        for path in [inner.clone(), folder.path().join("absent/a")] {
            assert!(write(&path, b"one").is_err());
            assert!(check_writable(&path).is_err());
        }
        assert_eq!(entries(folder.path()), ["inner"]);
    }

    #[test]
    fn names_of_folders_are_harmless() {
        for (name, folder) in [("digits", "digits"), ("../x y", "x-y"), ("..", "run"), ("a.b", "a.b")] {
            assert_eq!(harmless(name), folder);
        }
    }

    #[test]
    fn a_run_folder_that_stays_empty_goes_away() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b");
        drop(RunFolder::at(&path).unwrap());
        assert_eq!(entries(folder.path()), Vec::<String>::new());
        RunFolder::at(&path).unwrap().write("spec.toml", b"").unwrap();
        assert_eq!(entries(&path), ["spec.toml"]);
        // An earlier run may be replaced, anything else may not.
        drop(RunFolder::at(&path).unwrap());
        fs::write(path.join("thesis.tex"), b"").unwrap();
        let refusal = RunFolder::at(&path).unwrap_err().to_string();
        assert!(refusal.contains("`thesis.tex`"), "{refusal}");
        assert_eq!(entries(&path), ["spec.toml", "thesis.tex"]);
    }
}
