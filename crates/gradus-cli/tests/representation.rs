//! The commands of docs/representation.md do what the page says, number for number, and its pictures are there.

#![allow(clippy::unwrap_used, reason = "a test may")]

use assert_cmd::Command;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

fn page() -> (PathBuf, String) {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    let text = fs::read_to_string(docs.join("representation.md")).unwrap();
    (docs, text)
}

/// The words of a command line, with single quotes around some.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut quoted) = (vec![String::new()], false);
    for letter in line.chars() {
        match letter {
            '\'' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            letter => words.last_mut().unwrap().push(letter),
        }
    }
    words
}

/// Every command with what the page says it prints.
fn commands(page: &str) -> Vec<(String, Vec<String>)> {
    let mut commands: Vec<(String, Vec<String>)> = Vec::new();
    for block in page.split("```console\n").skip(1) {
        for line in block.split("```").next().unwrap().lines() {
            match line.strip_prefix("$ gradus ") {
                Some(command) => commands.push((command.to_owned(), Vec::new())),
                None => commands.last_mut().unwrap().1.push(line.to_owned()),
            }
        }
    }
    commands
}

/// `…` alone stands for any lines, at the end of a line for the rest of it.
fn agrees(printed: &[&str], expected: &[String]) -> bool {
    match (expected.first().map(String::as_str), printed.first()) {
        (None, None) => true,
        (Some("…"), _) => (0..=printed.len()).any(|skipped| agrees(&printed[skipped..], &expected[1..])),
        (Some(line), Some(found)) => {
            let same = line.strip_suffix('…').map_or(*found == line, |start| found.starts_with(start));
            same && agrees(&printed[1..], &expected[1..])
        }
        _ => false,
    }
}

#[test]
fn every_command_prints_what_the_page_says() {
    let folder = TempDir::new().unwrap();
    let commands = commands(&page().1);
    assert!(commands.len() > 10, "{commands:?}");
    for (command, expected) in commands {
        let output = Command::cargo_bin("gradus")
            .unwrap()
            .current_dir(folder.path())
            .args(words(&command))
            .arg("--quiet")
            .output()
            .unwrap();
        let printed = [output.stdout, output.stderr].concat();
        let printed = String::from_utf8(printed).unwrap();
        let lines: Vec<&str> = printed.trim_end().lines().collect();
        assert!(
            agrees(&lines, &expected),
            "{command}\n{printed}\nbut the page says\n{}",
            expected.join("\n")
        );
    }
}

#[test]
fn every_picture_is_there() {
    let (docs, page) = page();
    let pictures: Vec<&str> =
        page.split("](pictures/").skip(1).map(|rest| rest.split(')').next().unwrap()).collect();
    assert!(pictures.len() >= 4);
    for picture in pictures {
        let svg = fs::read_to_string(docs.join("pictures").join(picture)).unwrap();
        assert!(svg.starts_with("<svg ") && page.contains(&format!("-o {picture}\n")), "{picture}");
    }
}
