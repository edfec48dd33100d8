//! Bad input: one clear line, the right exit code, and nothing left behind.

#![allow(clippy::unwrap_used, reason = "a test may")]

use assert_cmd::Command;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

fn gradus(folder: &Path, words: &[&str]) -> std::process::Output {
    Command::cargo_bin("gradus").unwrap().current_dir(folder).args(words).output().unwrap()
}

/// Every file below a folder, with its length.
fn tree(folder: &Path) -> Vec<(String, u64)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.path().display().to_string();
        if entry.file_type().unwrap().is_dir() {
            found.extend(tree(&entry.path()));
            found.push((name, 0));
        } else {
            found.push((name, entry.metadata().unwrap().len()));
        }
    }
    found.sort();
    found
}

/// The program says exactly one line, which begins with `start`, ends with `code`, and changes nothing on the disk.
#[track_caller]
fn check(folder: &Path, words: &[&str], code: i32, start: &str) {
    let before = tree(folder);
    let output = gradus(folder, words);
    let said = String::from_utf8(output.stderr).unwrap();
    // Remarks about the data may stand before the error, where they could be read.
    let message = said.lines().last().unwrap_or_default();
    let start = format!("error: {start}");
    assert!(message.starts_with(&start), "{words:?}\n said: {said}\nwanted: {start}");
    assert_eq!(said.lines().filter(|line| line.starts_with("error: ")).count(), 1, "{said}");
    assert!(message.contains("; help: "), "{said}");
    assert_eq!(output.status.code(), Some(code), "{words:?} {said}");
    assert!(output.stdout.is_empty(), "{}", String::from_utf8_lossy(&output.stdout));
    assert_eq!(tree(folder), before, "{words:?}");
}

/// A folder with this file in it.
fn with_file(name: &str, bytes: &[u8]) -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join(name), bytes).unwrap();
    folder
}

#[track_caller]
fn check_csv(text: impl AsRef<[u8]>, flags: &[&str], code: i32, start: &str) {
    let folder = with_file("data.csv", text.as_ref());
    check(folder.path(), &[&["train", "data.csv"], flags].concat(), code, start);
}

#[test]
fn text_files() {
    check_csv("", &[], 3, "the file is empty, data.csv;");
    check_csv("a,b\n", &[], 3, "0 data rows, but 2 are needed, data.csv;");
    check_csv("a,b\n1,2\n3\n", &[], 3, "1 row does not have the 2 fields of line 1: line 3 has 1, data.csv;");
    check_csv("a,b\n1,2\n\"3,4\n5,6\n", &[], 3, "a quote is opened and never closed, data.csv, line 3");
    check_csv("a,b\n1,\"2\"x\n3,4\n", &[], 3, "text stands after a closing quote, data.csv, line 2");
    check_csv(
        "a,kind\n1,x\n2,y\n",
        &["--target", "kinds"],
        3,
        "there is no column `kinds`, data.csv; help: did you mean `kind`?",
    );
    check_csv("a,kind\n1,x\n2,x\n", &[], 3, "the target has only one class, `x`, data.csv;");
    check_csv("a,b\n1,x\nnan,y\n", &[], 3, "`nan` is not a finite number, data.csv, line 3, column `a`");
    check_csv("a,b\n1,x\n-inf,y\n", &[], 3, "`-inf` is not a finite number, data.csv, line 3, column `a`");
    check_csv("a,b\n1,x\n1e400,y\n", &[], 3, "`1e400` is not a finite number, data.csv, line 3, column `a`");
    check_csv(b"a,b\n1,x\n2,\xe9t\xe9\n", &[], 3, "byte 0xE9 is not UTF-8, data.csv, line 3");
    check_csv(b"\xff\xfea\0,\0b\0", &[], 3, "the text looks like UTF-16, data.csv;");
    check_csv("a,b\n1,x\n2,\0\n", &[], 3, "a NUL byte, data.csv, line 3");
    check_csv("a,a\n1,x\n2,y\n", &[], 3, "columns 1 and 2 are both called `a`, data.csv, line 1;");
    check_csv("a,b\n1,x\n,y\n3,x\n4,y\n5,x\n6,y\n7,x\n", &["--test", "0"], 3, "column `a` has 1 missing");
    check_csv("a,b\n1,x\n2,\n3,y\n", &[], 3, "the target is missing in 1 row, first in data.csv, line 3");
    check_csv("b\nx\ny\n", &[], 3, "no column is left to learn from, data.csv;");
    let mails: Vec<String> = (0..300).map(|i| format!("a mail of its own {i},{}", i % 2)).collect();
    let only_text = "there is nothing but text to learn from, column `body`, data.csv;";
    check_csv(format!("body,spam\n{}\n", mails.join("\n")), &[], 3, only_text);
    let mut long = "a,b\n".to_owned();
    (1..=60_000).for_each(|row| {
        long += &if row == 50_001 { "oops,x\n".into() } else { format!("{row},{}\n", ["x", "y"][row % 2]) }
    });
    check_csv(long, &[], 3, "`oops` is not a number, data.csv, line 50002, column `a`");
}

#[test]
fn binary_files() {
    #[track_caller]
    fn check_file(name: &str, bytes: &[u8], start: &str) {
        let folder = with_file(name, bytes);
        check(folder.path(), &["train", name], 3, start);
    }
    let npy = |header: &str, data: &[u8]| {
        let header = format!("{header:<117}\n");
        let length = u16::try_from(header.len()).unwrap().to_le_bytes();
        [b"\x93NUMPY\x01\x00", &length[..], header.as_bytes(), data].concat()
    };
    let objects = npy("{'descr': '|O', 'fortran_order': False, 'shape': (3, 2), }", &[0; 48]);
    check_file("o.npy", &objects, "the array holds Python objects, and reading them would run code, o.npy;");
    let absurd = npy("{'descr': '<f8', 'fortran_order': False, 'shape': (1099511627776, 2), }", &[0; 16]);
    check_file("a.npy", &absurd, "the file is cut short: its header asks for 17592186044416 bytes of data");
    let overflow =
        npy("{'descr': '<f8', 'fortran_order': False, 'shape': (9223372036854775807, 9), }", &[0; 16]);
    check_file(
        "v.npy",
        &overflow,
        "the shape (9223372036854775807, 9) is more than any machine holds, v.npy;",
    );
    check_file("n.npy", b"hello", "not a .npy file of version 1 to 3");
    check_file(
        "t-images-idx3-ubyte",
        &[0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, 7, 8],
        "there are no labels to learn from, t-images-idx3-ubyte;",
    );

    let folder = TempDir::new().unwrap();
    let path = folder.path();
    let pair = |images: &[u8], labels: &[u8]| {
        fs::write(path.join("t-images-idx3-ubyte"), images).unwrap();
        fs::write(path.join("t-labels-idx1-ubyte"), labels).unwrap();
    };
    let images = [0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 1, 0, 0, 0, 2, 1, 2, 3, 4, 5, 6];
    let labels = [0, 0, 8, 1, 0, 0, 0, 3, 0, 1, 0];
    let words = ["train", "t-images-idx3-ubyte"];
    pair(&images[..21], &labels);
    check(
        path,
        &words,
        3,
        "the file is cut short: its header asks for 6 bytes of data, at most 5 are there, t-images-idx3-ubyte;",
    );
    pair(&[&images[..], &[9]].concat(), &labels);
    check(path, &words, 3, "bytes follow the 6 bytes that the header declares, t-images-idx3-ubyte;");
    pair(&images, &[0, 0, 8, 1, 0, 0, 0, 2, 0, 1]);
    check(path, &words, 3, "3 examples but 2 labels, t-images-idx3-ubyte and ");
    pair(&labels, &images);
    check(path, &words, 3, "");
}

#[test]
fn model_files() {
    let folder = with_file("other.csv", b"width,kind\n1,x\n2,y\n3,x\n");
    let path = folder.path();
    assert!(gradus(path, &["train", "iris", "--epochs", "2", "--run-dir", "r"]).status.success());
    let model = fs::read(path.join("r/model.gradus")).unwrap();
    let with_model = |bytes: &[u8]| fs::write(path.join("m.gradus"), bytes).unwrap();
    for command in
        [&["evaluate", "m.gradus", "iris"][..], &["predict", "m.gradus", "iris"], &["inspect", "m.gradus"]]
    {
        for length in [0, 7, 100, model.len() - 1] {
            with_model(&model[..length]);
            check(path, command, 4, "");
        }
        for at in [0, 9, 300, model.len() / 2, model.len() - 1] {
            let mut flipped = model.clone();
            flipped[at] ^= 1;
            with_model(&flipped);
            check(path, command, 4, "");
        }
        with_model(b"PK\x03\x04 not a model at all, but long enough to be one");
        check(path, command, 4, "");
    }
    check(path, &["evaluate", "r", "digits"], 3, "");
    check(path, &["predict", "r", "other.csv"], 3, "there is no column `sepal length (cm)`, other.csv;");
    check(path, &["evaluate", "nowhere.gradus", "iris"], 3, "there is no file `nowhere.gradus`;");
    check(path, &["train", "iris", "--from", "m.gradus", "--run-dir", "s"], 4, "");
    check(path, &["train", "iris", "--from", "r/model.gradus", "--hidden", "7", "--run-dir", "s"], 2, "");
}

#[test]
fn settings() {
    let folder = TempDir::new().unwrap();
    let path = folder.path();
    #[track_caller]
    fn check_flags(path: &Path, flags: &[&str], code: i32, start: &str) {
        check(path, &[&["train", "iris"], flags].concat(), code, start);
    }
    check_flags(path, &["--hidden", "0"], 2, "`hidden` is 0, but must be a whole number, at least 1;");
    check_flags(path, &["--hidden", "-1"], 2, "`hidden` is -1, but must be a whole number, at least 1;");
    check_flags(path, &["--hidden", "1.5"], 2, "`hidden` is 1.5, but must be a whole number, at least 1;");
    check_flags(path, &["--hidden", "1e12"], 6, "training needs about ");
    check_flags(path, &["--hidden", "1e12,1e12"], 2, "a layer of 1000000000000 units ");
    check_flags(path, &["--learning-rate", "-1"], 2, "`learning-rate` is -1, but must be above 0;");
    check_flags(path, &["--learning-rate", "inf"], 2, "`learning-rate` is inf, but must be above 0;");
    check_flags(path, &["--batch-size", "0"], 2, "`batch-size` is 0, ");
    check_flags(path, &["--seed", "-1"], 2, "`seed` is -1, but must be a whole number, at least 0;");
    check_flags(path, &["--seed", "1e30"], 2, "`seed` is 1e30, ");
    check_flags(path, &["--threads", "0"], 2, "`--threads` is 0, but must be a whole number from 1 to 1024;");
    check_flags(path, &["--threads", "1000000"], 2, "`--threads` is 1000000, ");
    check_flags(path, &["--activation", "rleu"], 2, "unknown activation `rleu`; help: did you mean `relu`?");
    check_flags(path, &["--activation", "step"], 2, "cannot train through `step`");
    check_flags(
        path,
        &["--loss", "squared_error", "--output-activation", "softmax"],
        2,
        "squared_error cannot be used with",
    );
    check_flags(path, &["--patience", "3", "--validation", "0"], 2, "");
    check_flags(
        path,
        &["--folds", "1"],
        2,
        "`folds` cannot be `1`; help: write a whole number from 2 to 1000",
    );
    check_flags(path, &["--folds", "500"], 2, "500 folds of 120 rows");
    check_flags(
        path,
        &["--test", "1"],
        2,
        "`test` cannot be `1`; help: write a share in [0, 1), a file, or own",
    );
    check_flags(path, &["--test", "own"], 2, "iris has no test part of its own;");
    check_flags(path, &["--test", "nothing.csv"], 3, "there is no file `nothing.csv`;");
    check_flags(path, &["--column", "species"], 2, "`column` cannot be `species`; help: write NAME=TYPE");
    check_flags(path, &["--hiden", "3"], 2, "unknown flag `--hiden`; help: did you mean `--hidden`?");
    check_flags(path, &["--spec", "nothing.toml"], 3, "there is no file `nothing.toml`;");
    check(path, &["train"], 2, "no data are named;");
    check(path, &["train", "irsi"], 3, "no data are called `irsi`");
    check(path, &["train", "spiral:rows=0"], 2, "");
    check(path, &["train", "spiral:turnz=3"], 2, "`spiral` has no setting `turnz`;");
    check(path, &["trian", "iris"], 2, "unknown command `trian`; help: did you mean `train`?");
    check(path, &["predict", "m"], 2, "missing: <DATA>;");
    check(path, &["completions", "tcsh"], 2, "");
}

#[test]
fn spec_files() {
    #[track_caller]
    fn check_spec(text: &str, code: i32, start: &str) {
        let folder = with_file("run.toml", text.as_bytes());
        check(folder.path(), &["train", "--spec", "run.toml"], code, start);
    }
    check_spec(
        "data = 'iris'\nhiden = 3",
        2,
        "unknown key `hiden`, run.toml, line 2; help: did you mean `hidden`?",
    );
    check_spec(
        "data = 'iris'\nepochs = 3\nepochs = 4",
        2,
        "cannot read the spec: duplicate key, run.toml, line 3, character 1;",
    );
    check_spec(
        "data = 'iris'\nepochs = -1",
        2,
        "`epochs` is -1, but must be a whole number, at least 1, run.toml, line 2;",
    );
    check_spec(
        "data = 'iris'\nhidden = [3, 0]",
        2,
        "`hidden` is 0, but must be a whole number, at least 1, run.toml, line 2;",
    );
    check_spec("data = ", 2, "cannot read the spec: ");
    check_spec("epochs = 3", 2, "no data are named;");
}

#[test]
fn the_playground_begins_with_good_data_and_a_free_port() {
    let folder = with_file("data.csv", b"a,kind\n1,x\n2,y\n3,x\n");
    let path = folder.path();
    fs::write(path.join("latin.csv"), b"a,b\n1,\xe9\n2,y\n").unwrap();
    fs::write(path.join("zip.csv"), b"PK\x03\x04\0\0").unwrap();
    fs::write(path.join("short.tsv"), b"a\tb\n1\t2\n").unwrap();
    fs::write(path.join("ragged.csv"), b"a,b\n1,x\n2\n").unwrap();
    fs::write(path.join("picture.png"), b"\x89PNG").unwrap();
    fs::write(path.join("long.csv"), ["a,b\n".to_owned(), "1,x\n2,y\n".repeat(700_000)].concat()).unwrap();
    fs::create_dir(path.join("folder.csv")).unwrap();
    let busy = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = busy.local_addr().unwrap().port().to_string();
    for (words, code, start) in [
        (&["nothing.csv"][..], 3, "there is no file `nothing.csv`;"),
        (&["folder.csv"], 6, "cannot read `folder.csv`: is a directory;"),
        (&["latin.csv"], 3, "byte 0xE9 is not UTF-8, latin.csv, line 2"),
        (&["zip.csv"], 3, "a NUL byte, zip.csv, line 1"),
        (&["short.tsv"], 3, "1 data rows, but 2 are needed, short.tsv;"),
        (&["ragged.csv"], 3, "1 row does not have the 2 fields of line 1: line 3 has 1, ragged.csv;"),
        (&["long.csv"], 3, "5600004 bytes are more than the 5242880 that the playground takes, long.csv;"),
        (&["picture.png"], 3, "the playground reads text only, `picture.png`;"),
        (&["iris"], 3, "the playground reads text only, `iris`;"),
        (&["data.csv", "--port", &port], 6, "cannot listen on port "),
        (&["--port", "65536"], 2, "invalid value '65536' for '--port <N>'"),
        (&["--port", "-1"], 2, ""),
        (&["--port", "www"], 2, "invalid value 'www' for '--port <N>'"),
        (&["data.csv", "more.csv"], 2, "`more.csv` is one word too many;"),
        (&["--browser"], 2, "unknown flag `--browser`;"),
    ] {
        check(path, &[&["play", "--no-open"], words].concat(), code, start);
    }
}

#[test]
fn places_that_cannot_be_written() {
    let folder = with_file("file", b"");
    let path = folder.path();
    check(path, &["train", "iris", "--run-dir", "file"], 6, "cannot write `file`: ");
    check(path, &["train", "iris", "--run-dir", "file/r"], 6, "cannot write `file/r`: ");
    check(
        path,
        &["train", "iris", "--run-dir", "."],
        6,
        "the folder `.` holds `file`, which is no part of a run;",
    );
    fs::write(path.join("runs"), b"").unwrap();
    check(path, &["train", "iris"], 6, "cannot write `runs");
    fs::remove_file(path.join("runs")).unwrap();
    assert!(gradus(path, &["train", "iris", "--epochs", "2", "--run-dir", "r"]).status.success());
    check(path, &["predict", "r", "iris", "-o", "nowhere/p.csv"], 6, "cannot write `nowhere/p.csv`: ");
    fs::create_dir(path.join("d")).unwrap();
    check(path, &["predict", "r", "iris", "-o", "d"], 6, "cannot write `d`: ");
    fs::write(
        path.join("in.csv"),
        "sepal length (cm),sepal width (cm),petal length (cm),petal width (cm)\n1,2,3,4\n",
    )
    .unwrap();
    check(
        path,
        &["predict", "r", "in.csv", "-o", "./in.csv"],
        2,
        "`in.csv` is read and would be written too;",
    );
    check(
        path,
        &["predict", "r/model.gradus", "in.csv", "-o", "r/model.gradus"],
        2,
        "`r/model.gradus` is read and",
    );
}

/// Root may write everywhere, so this says nothing where the tests run as root.
#[test]
#[cfg(unix)]
fn a_folder_without_permission_is_found_before_training() {
    use std::os::unix::fs::PermissionsExt;
    let folder = TempDir::new().unwrap();
    let locked = folder.path().join("locked");
    fs::create_dir(&locked).unwrap();
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o500)).unwrap();
    if fs::write(locked.join("probe"), b"").is_err() {
        let words = ["train", "iris", "--epochs", "100000000", "--run-dir", "locked"];
        check(folder.path(), &words, 6, "cannot write `locked`: permission denied;");
    }
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o700)).unwrap();
}

#[test]
fn divergence_is_told_and_the_last_finite_weights_are_kept() {
    let folder = TempDir::new().unwrap();
    let words = [
        "train",
        "diabetes",
        "--optimizer",
        "sgd",
        "--learning-rate",
        "1e30",
        "--epochs",
        "50",
        "--run-dir",
        "r",
    ];
    let output = gradus(folder.path(), &words);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(5), "{said}");
    let message = said.lines().last().unwrap();
    assert!(
        message.starts_with("error: ") && message.contains("epoch") && message.contains("; help: "),
        "{said}"
    );
    assert!(gradus(folder.path(), &["inspect", "r"]).status.success());
}
