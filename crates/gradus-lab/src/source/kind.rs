//! What a file holds, told by its name.

/// The kinds of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Text in rows and columns; its delimiter shows itself.
    Delimited,
    Npy,
    Npz,
    Idx,
    Parquet,
}

impl Kind {
    /// The kind that the name `path` tells, with or without `.gz`.
    pub(crate) fn of(path: &str) -> Option<Self> {
        let name = file_name(path).to_lowercase();
        let name = name.strip_suffix(".gz").unwrap_or(&name);
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
        match ending {
            "csv" | "tsv" | "txt" => Some(Self::Delimited),
            "npy" => Some(Self::Npy),
            "npz" => Some(Self::Npz),
            "idx" => Some(Self::Idx),
            "parquet" => Some(Self::Parquet),
            _ if (1..=4).any(|n| name.ends_with(&format!("idx{n}-ubyte"))) => Some(Self::Idx),
            _ => None,
        }
    }
}

/// The last part of a path.
pub(crate) fn file_name(path: &str) -> &str {
    path.trim_end_matches(['/', '\\']).rsplit(['/', '\\']).next().unwrap_or(path)
}

/// The file's name without folder and endings.
pub(crate) fn stem(path: &str) -> String {
    let name = file_name(path);
    let name = name.strip_suffix(".gz").unwrap_or(name);
    let stem = match name.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() && Kind::of(path).is_some() => stem,
        Some(_) | None => name,
    };
    stem.to_owned()
}

/// The names that the labels of an images file may have: `train-labels-idx1-ubyte` for `train-images-idx3-ubyte`.
#[cfg(feature = "files")]
pub(crate) fn labels_names(images: &str) -> Vec<String> {
    let (folder, name) = images.split_at(images.len() - file_name(images).len());
    if !name.contains("images") {
        return Vec::new();
    }
    let mut name = name.strip_suffix(".gz").unwrap_or(name).replace("images", "labels");
    for n in 2..=4 {
        name = name.replace(&format!("idx{n}"), "idx1");
    }
    vec![format!("{folder}{name}"), format!("{folder}{name}.gz")]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_kinds_and_stems() {
        fn check(path: &str, kind: Option<Kind>, expected_stem: &str) {
            assert_eq!((Kind::of(path), stem(path).as_str()), (kind, expected_stem), "{path}");
        }
        check("a/b/houses.csv", Some(Kind::Delimited), "houses");
        check("houses.TSV.gz", Some(Kind::Delimited), "houses");
        check("x.npy", Some(Kind::Npy), "x");
        check("x.y.npz", Some(Kind::Npz), "x.y");
        check("train-images-idx3-ubyte.gz", Some(Kind::Idx), "train-images-idx3-ubyte");
        check("train-images.idx3-ubyte", Some(Kind::Idx), "train-images");
        check("t.parquet", Some(Kind::Parquet), "t");
        check("data/mnist/", None, "mnist");
        check("iris", None, "iris");
    }

    #[test]
    #[cfg(feature = "files")]
    fn labels_are_found_by_name() {
        assert_eq!(
            labels_names("m/t10k-images-idx3-ubyte.gz"),
            ["m/t10k-labels-idx1-ubyte", "m/t10k-labels-idx1-ubyte.gz"]
        );
        assert!(labels_names("x.idx").is_empty());
    }
}
