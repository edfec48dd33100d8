//! A page of docs/: its text, and its fences with commands, what they print, and files.

use std::fs;
use std::path::Path;

/// What stands between two lines of three backticks.
#[derive(Debug, PartialEq)]
pub(crate) enum Fence {
    /// Commands, each with the lines that it prints.
    Commands(Vec<(String, Vec<String>)>),
    /// A file for the commands to read: its name and its text.
    File(String, String),
    /// Anything else: formulas, programs.
    Other(String),
}

/// A page, taken apart.
pub(crate) struct Page {
    pub(crate) fences: Vec<Fence>,
    /// The text between the fences, up to the sources.
    pub(crate) prose: String,
}

impl Page {
    pub(crate) fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut page = Self { fences: Vec::new(), prose: String::new() };
        for (at, part) in text.split("```").enumerate() {
            match at % 2 {
                0 => page.prose += part,
                _ => page.fences.push(fence(part)),
            }
        }
        assert!(text.matches("```").count().is_multiple_of(2), "{}: a fence is not closed", path.display());
        for sources in ["\n## Sources", "\n## 来源"] {
            page.prose.truncate(page.prose.find(sources).unwrap_or(page.prose.len()));
        }
        page
    }

    /// The commands in their order.
    pub(crate) fn commands(&self) -> impl Iterator<Item = &(String, Vec<String>)> {
        self.fences.iter().flat_map(|fence| match fence {
            Fence::Commands(commands) => &commands[..],
            _ => &[],
        })
    }

    /// Everything that a fence shows, commands too.
    pub(crate) fn shown(&self) -> String {
        let text = |fence: &Fence| match fence {
            Fence::Commands(commands) => {
                commands.iter().map(|(command, lines)| format!("{command}\n{}\n", lines.join("\n"))).collect()
            }
            Fence::File(_, text) | Fence::Other(text) => text.clone(),
        };
        self.fences.iter().map(text).collect()
    }

    /// The files of its pictures.
    pub(crate) fn pictures(&self) -> impl Iterator<Item = &str> {
        let ends = self.prose.split("pictures/").skip(1);
        ends.filter_map(|rest| rest.split_once(".svg)").map(|(name, _)| &rest[..name.len() + 4]))
    }

    /// The depths of its headings.
    pub(crate) fn headings(&self) -> Vec<usize> {
        let lines = self.prose.lines().filter(|line| line.starts_with('#'));
        lines.map(|line| line.find(' ').unwrap()).collect()
    }
}

fn fence(part: &str) -> Fence {
    let (kind, body) = part.split_once('\n').unwrap();
    match kind.split_once(' ') {
        Some(("csv", name)) => Fence::File(name.to_owned(), body.to_owned()),
        None if kind == "console" => Fence::Commands(commands(body)),
        _ => Fence::Other(body.to_owned()),
    }
}

fn commands(body: &str) -> Vec<(String, Vec<String>)> {
    let mut commands: Vec<(String, Vec<String>)> = Vec::new();
    for line in body.lines() {
        match line.strip_prefix("$ gradus ") {
            Some(command) => commands.push((command.to_owned(), Vec::new())),
            None => commands.last_mut().expect("a command first").1.push(line.to_owned()),
        }
    }
    commands
}
