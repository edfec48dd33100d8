//! Whether a step has anything to do: dates of files, as make compares them.

use std::fs;
use std::path::Path;
use std::time::SystemTime;

/// The date of the youngest file in or below `paths`; a path that is not there has none.
pub(crate) fn newest<P: AsRef<Path>>(paths: &[P]) -> Option<SystemTime> {
    paths.iter().filter_map(|path| newest_below(path.as_ref())).max()
}

/// Whether what was made is not there, or older than what it is made from.
pub(crate) fn is_older(made: &Path, from: Option<SystemTime>) -> bool {
    match made.metadata().and_then(|found| found.modified()) {
        Ok(date) => from.is_some_and(|from| date < from),
        Err(_) => true,
    }
}

fn newest_below(path: &Path) -> Option<SystemTime> {
    let found = path.metadata().ok()?;
    // A folder's own date tells that something in it was removed.
    let own = found.modified().ok();
    if !found.is_dir() {
        return own;
    }
    let entries = fs::read_dir(path).ok()?.filter_map(Result::ok);
    entries.filter_map(|entry| newest_below(&entry.path())).chain(own).max()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::File;
    use std::time::Duration;

    #[test]
    fn what_is_older_is_made_again() {
        let folder = std::env::temp_dir().join(format!("gradus-age-{}", std::process::id()));
        fs::create_dir_all(folder.join("sources/below")).unwrap();
        let dated = |name: &str, seconds: u64| {
            let path = folder.join(name);
            let file = File::create(&path).unwrap();
            file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)).unwrap();
            path
        };
        let (old, young) = (dated("sources/old", 1000), dated("sources/below/young", 3000));
        let made = dated("made", 2000);
        assert!(!is_older(&made, newest(&[&old])));
        assert!(is_older(&made, newest(&[&old, &young])));
        assert!(is_older(&made, newest(&[folder.join("sources")])));
        assert!(is_older(&folder.join("nothing"), newest(&[&old])));
        assert!(!is_older(&made, newest(&[folder.join("nothing")])));
        fs::remove_dir_all(folder).unwrap();
    }
}
