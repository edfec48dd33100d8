//! What a run says of itself: its figures are what their names mean, its messages are English.

#![allow(clippy::unwrap_used, reason = "a test may")]

use assert_cmd::Command;
use serde_json::Value;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

fn gradus(folder: &Path, words: &[&str]) -> Command {
    let mut command = Command::cargo_bin("gradus").unwrap();
    command.current_dir(folder).args(words).env_remove("NO_COLOR");
    command
}

/// Runs it with `--json` and reads the object.
#[track_caller]
fn json(folder: &Path, words: &[&str]) -> Value {
    let output = gradus(folder, words).arg("--json").arg("--quiet").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[track_caller]
fn text(folder: &Path, words: &[&str]) -> String {
    let output = gradus(folder, words).arg("--quiet").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// A run that must end with `code` and a message that has `part` in it.
#[track_caller]
fn check_refused(folder: &Path, words: &[&str], code: i32, part: &str) {
    let output = gradus(folder, words).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(code), "{words:?}: {said}");
    assert!(said.contains(part), "{words:?}: {said}");
}

/// A loss belongs to no layer.
#[test]
fn a_run_that_diverges_says_of_what() {
    let folder = TempDir::new().unwrap();
    let run = ["train", "plane", "--hidden", "none", "--optimizer", "sgd", "--learning-rate", "1e30"];
    check_refused(
        folder.path(),
        &run,
        5,
        "epoch 1, batch 2: the loss is not finite; help: lower the learning rate",
    );
}

/// Threshold units answer yes or no: their log loss would be that of a certainty that nobody has claimed.
#[test]
fn hard_answers_have_no_log_loss() {
    let folder = TempDir::new().unwrap();
    for (data, model, has) in [
        ("and", "perceptron", false),
        ("iris", "perceptron", false),
        ("digits", "perceptron", false),
        ("and", "network", true),
    ] {
        let run = ["train", data, "--model", model, "--epochs", "2", "--run-dir", &format!("{data}-{model}")];
        let result = json(folder.path(), &run);
        assert_eq!(result["train"]["log_loss"].is_f64(), has, "{result}");
        assert!(result["train"]["accuracy"].is_f64() && result["train"]["top_5"].is_null(), "{result}");
    }
}

/// Learning nothing from equal rows of weight 1: the loss of the training part and that of the same rows as validation part
/// are the same number, whatever the reduction.
#[test]
fn the_losses_of_training_and_validation_are_alike() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("t.csv"), format!("x,y\n{}", "1,3\n2,5\n4,1\n".repeat(10))).unwrap();
    for reduction in ["mean", "sum"] {
        let run = [
            "train",
            "t.csv",
            "--task",
            "regression",
            "--test",
            "0",
            "--validation",
            "t.csv",
            "--learning-rate",
            "1e-12",
            "--epochs",
            "1",
            "--batch-size",
            "7",
            "--precision",
            "f64",
            "--hidden",
            "none",
            "--reduction",
            reduction,
            "--run-dir",
            reduction,
        ];
        let result = json(folder.path(), &run);
        let (training, validation) =
            (result["loss"].as_f64().unwrap(), result["validation"]["loss"].as_f64().unwrap());
        assert!((training - validation).abs() < 1e-6 * training, "{reduction}: {training}, {validation}");
    }
}

/// A comma within a name is written `\,`.
#[test]
fn names_may_hold_commas() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("t.csv"), format!("\"a, b\",\"c,d\"\n{}", "1,\"p,q\"\n2,r\n".repeat(10)))
        .unwrap();
    let run = [
        "train",
        "t.csv",
        "--target",
        r"c\,d",
        "--class-weight",
        r"p\,q=2,r=1",
        "--epochs",
        "1",
        "--run-dir",
        "r",
    ];
    text(folder.path(), &run);
    let spec = fs::read_to_string(folder.path().join("r/spec.toml")).unwrap();
    assert!(spec.contains("target = [\"c,d\"]") && spec.contains(r"p\,q=2,r=1"), "{spec}");
    text(folder.path(), &["train", "--spec", "r/spec.toml", "--run-dir", "again"]);
    check_refused(folder.path(), &["train", "t.csv", "--target", "c,d"], 3, "there is no column `c`");
}

#[test]
fn what_is_counted_is_counted_in_english() {
    let folder = TempDir::new().unwrap();
    for model in [&["--hidden", "4"][..], &["--model", "perceptron"]] {
        let output =
            gradus(folder.path(), &[&["train", "iris", "--epochs", "1"], model].concat()).output().unwrap();
        let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert!(
            said.contains("\n1 epoch in ") && said.contains("up to 1 epoch,") && !said.contains("1 epochs"),
            "{said}"
        );
    }
}

#[test]
fn folds_that_may_have_been_learned_from_are_told() {
    let folder = TempDir::new().unwrap();
    let path = folder.path();
    text(path, &["train", "iris", "--epochs", "2", "--run-dir", "a"]);
    for (from, told) in [(&["--from", "a"][..], true), (&[], false)] {
        let run = [&["train", "iris", "--epochs", "2", "--folds", "2"], from].concat();
        let said = String::from_utf8(gradus(path, &run).output().unwrap().stderr).unwrap();
        assert_eq!(said.contains("may have learned from the rows of the folds"), told, "{said}");
    }
}
