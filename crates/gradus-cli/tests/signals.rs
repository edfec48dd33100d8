//! Ctrl-C, closed pipes and full disks.

#![allow(clippy::unwrap_used, reason = "a test may")]
#![cfg(unix)]

use assert_cmd::cargo::cargo_bin;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

fn gradus(folder: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(cargo_bin("gradus"));
    command.current_dir(folder).args(words).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn send(child: &Child, signal: &str) {
    assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
}

#[test]
fn the_first_signal_saves_what_was_learned() {
    for (signal, code) in [("-INT", 130), ("-TERM", 143)] {
        let folder = TempDir::new().unwrap();
        let words = ["train", "digits", "--epochs", "1000000", "--run-dir", "r", "--json"];
        let mut child = gradus(folder.path(), &words).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        // The line about learning comes when training begins.
        assert!(lines.any(|line| line.unwrap().starts_with("Learning")));
        send(&child, signal);
        let rest: Vec<String> = lines.map(Result::unwrap).collect();
        let mut out = String::new();
        child.stdout.take().unwrap().read_to_string(&mut out).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(code), "{rest:?}");
        // Too early for an update there is nothing to save; else everything is there.
        if !out.is_empty() {
            let result: serde_json::Value = serde_json::from_str(&out).unwrap();
            assert_eq!(result["stop"], "observer");
            for file in ["spec.toml", "model.gradus", "history.csv", "report.html"] {
                assert!(folder.path().join("r").join(file).exists(), "{file}");
            }
            let inspected = gradus(folder.path(), &["inspect", "r"]).output().unwrap();
            assert!(inspected.status.success());
        }
    }
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let folder = TempDir::new().unwrap();
    for words in [&["datasets"][..], &["completions", "bash"], &["train", "--help"]] {
        let mut child = gradus(folder.path(), words).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(output.status.code(), Some(0));
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_told() {
    let folder = TempDir::new().unwrap();
    let full = || File::options().write(true).open("/dev/full").unwrap();
    let output = gradus(folder.path(), &["datasets"]).stdout(full()).output().unwrap();
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(6), "{message}");
    assert!(message.starts_with("error: cannot write to standard output: ") && message.lines().count() == 1);
    // Standard error may be full too.
    let status = gradus(folder.path(), &["train", "nothing"]).stderr(full()).status().unwrap();
    assert_eq!(status.code(), Some(3));
    gradus(folder.path(), &["train", "iris", "--epochs", "2", "--run-dir", "r"]).output().unwrap();
    let output = gradus(folder.path(), &["predict", "r", "iris", "-o", "/dev/full"]).output().unwrap();
    assert_eq!(output.status.code(), Some(6));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}
