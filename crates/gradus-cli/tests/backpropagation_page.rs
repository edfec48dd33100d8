//! docs/backpropagation.md says what the program says: every command of the page is run, what stands below it must be in its
//! output line for line, and every long number of the text must be in the output of some command.

#![allow(clippy::unwrap_used, reason = "a test may")]

use assert_cmd::Command;
use std::path::Path;
use tempfile::TempDir;

/// Commands with what the page shows of their output, and the text between.
fn blocks(page: &str) -> (Vec<(String, String)>, String) {
    let (mut blocks, mut prose) = (Vec::new(), String::new());
    for (at, part) in page.split("```").enumerate() {
        match part.strip_prefix("console\n$ gradus ") {
            Some(block) if at % 2 == 1 => {
                let (command, shown) = block.split_once('\n').unwrap();
                blocks.push((command.to_owned(), shown.trim_end().to_owned()));
            }
            _ => prose += part,
        }
    }
    (blocks, prose)
}

/// The text with every broken number rounded to 13 digits and every gap one space wide: the last bits depend on the
/// instruction set, and with them the widths of columns.
fn rounded(text: &str) -> String {
    let is_part = |c: char| c.is_ascii_digit() || c == '.';
    let mut rounded = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = rest.find(|c| !is_part(c)).unwrap_or(rest.len()).max(first.len_utf8());
        let (part, after) = rest.split_at(length);
        match part.parse::<f64>() {
            Ok(number) if part.contains('.') => rounded += &format!("{number:.12e}"),
            _ => rounded += part,
        }
        rest = after;
    }
    rounded.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_page_says_what_the_program_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/backpropagation.md");
    let (blocks, prose) = blocks(&std::fs::read_to_string(path).unwrap());
    assert!(blocks.len() >= 8, "{} commands", blocks.len());
    let folder = TempDir::new().unwrap();
    let mut said = String::new();
    for (command, shown) in &blocks {
        let words = command.split_whitespace();
        let output =
            Command::cargo_bin("gradus").unwrap().current_dir(folder.path()).args(words).output().unwrap();
        assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
        let found = String::from_utf8(output.stdout).unwrap();
        assert!(rounded(&found).contains(&rounded(shown)), "{command} gives\n{found}\nand not\n{shown}");
        said += &rounded(&found);
    }
    let is_part = |c: char| c.is_ascii_digit() || c == '.' || c == '-';
    let long_numbers: Vec<&str> =
        prose.split(|c: char| !is_part(c)).filter(|word| word.len() > 8 && word.contains('.')).collect();
    assert_eq!(long_numbers.len(), 4, "{long_numbers:?}");
    for number in long_numbers {
        assert!(said.contains(&rounded(number)), "{number} is in no output");
    }
}
