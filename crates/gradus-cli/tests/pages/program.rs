//! Runs the commands of a page and compares what they print with what it shows.

use crate::page::{Fence, Page};
use assert_cmd::Command;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// Runs every command of the page in a folder of its own.
pub(crate) fn check(name: &str, page: &Page) {
    let folder = TempDir::new().unwrap();
    for fence in &page.fences {
        match fence {
            Fence::File(file, text) => fs::write(folder.path().join(file), text).unwrap(),
            Fence::Commands(commands) => {
                commands
                    .iter()
                    .for_each(|(command, shown)| check_command(name, folder.path(), command, shown));
            }
            Fence::Other(_) => {}
        }
    }
}

fn check_command(name: &str, folder: &Path, command: &str, shown: &[String]) {
    let mut program = Command::cargo_bin("gradus").unwrap();
    let output = program.current_dir(folder).args(words(command)).arg("--quiet").output().unwrap();
    let printed = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    let shows_refusal = shown.iter().any(|line| line.starts_with("error:"));
    assert_eq!(output.status.success(), !shows_refusal, "{name}: {command}\n{printed}");
    let lines: Vec<&str> = printed.trim_end().lines().collect();
    let expected: Vec<&str> = shown.iter().map(String::as_str).collect();
    assert!(
        agrees(&lines, &expected),
        "{name}: gradus {command} prints\n{printed}\nand not\n{}",
        shown.join("\n")
    );
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

/// A line with every broken number rounded to 13 digits.
fn rounded(line: &str) -> String {
    let is_part = |c: char| c.is_ascii_digit() || c == '.';
    let mut rounded = String::new();
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let length = rest.find(|c| !is_part(c)).unwrap_or(rest.len()).max(first.len_utf8());
        let (part, after) = rest.split_at(length);
        match part.parse::<f64>() {
            Ok(number) if part.contains('.') => rounded += &format!("{number:.12e}"),
            _ => rounded += part,
        }
        rest = after;
    }
    rounded
}

/// A line with every gap one space wide.
fn narrow(line: &str) -> String {
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `…` alone stands for any lines, at the end of a line for the rest of it, be it the rest of a number.
fn agrees(printed: &[&str], expected: &[&str]) -> bool {
    match (expected.first(), printed.first()) {
        (None, None) => true,
        (Some(&"…"), _) => (0..=printed.len()).any(|skipped| agrees(&printed[skipped..], &expected[1..])),
        (Some(line), Some(found)) => {
            let same = match line.strip_suffix('…') {
                Some(start) => narrow(found).starts_with(&narrow(start)),
                None => narrow(&rounded(found)) == narrow(&rounded(line)),
            };
            same && agrees(&printed[1..], &expected[1..])
        }
        _ => false,
    }
}

#[test]
fn a_page_that_says_something_else_is_found_out() {
    let lines = |text: &'static str| text.lines().collect::<Vec<_>>();
    let agree = |printed, shown| agrees(&lines(printed), &lines(shown));
    assert!(agree("a  0.1\nb\nc", "a 0.10000000000000001\n…\nc"));
    assert!(agree("loss 0.3\nr2   0.9912 0.9\nend", "loss …\nr2 0.99…\nend"));
    assert!(agree("a\nb", "…"));
    for shown in ["a", "a\nb\nd", "a\n…\nd", "…\nb", "a 0.1\nb\nc"] {
        assert!(!agree("a\nb\nc", shown), "{shown}");
    }
    assert_eq!(words("approximate 'sin(x) + 1' --from 0"), ["approximate", "sin(x) + 1", "--from", "0"]);
}
