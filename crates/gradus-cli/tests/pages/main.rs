//! The pages of docs/ say what the program says, in every language.
//!
//! How a page is written:
//!
//! - A fence `console` holds commands (`$ gradus …`), each with what it prints. `…` alone on a line stands for any lines,
//!   at the end of a line for the rest of it. Gaps may be of any width, and numbers agree to 13 digits, because the last
//!   bits depend on the instruction set. A command that is refused shows its `error:`.
//! - A fence `csv NAME` holds a file that later commands read. All commands of a page run in one folder, in their order.
//! - A number in the text with a decimal point, or with two digits or more, is one that a fence of the page shows, perhaps with
//!   more digits or as a part of 1 where the text says per cent; or it is a year; or it stands in the list of that page
//!   below. Sources, which end a page, are left out.
//! - A picture comes from a command of the page that writes a file of that name.
//! - docs/zh/ holds the same page in Chinese: the same headings, fences, pictures and numbers.

#![allow(clippy::unwrap_used, reason = "a test may")]

mod numbers;
mod page;
mod program;

use page::Page;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// A page whose commands are run, and the numbers of its text that come from elsewhere.
struct Checked {
    name: &'static str,
    from_elsewhere: &'static [&'static str],
}

/// Settings, sizes, pages of sources, and the figures of one machine.
const EXPERIMENTS: &[&str] = &[
    "0.01", "0.02", "0.4", "0.5", "16", "20", "23", "50", "62", "64", "77", "109", "159", "236", "290",
    "331", "333", "359", "437", "474", "512", "558", "602", "685", "890", "1114", "1438", "1799", "3412",
    "4000", "4063", "5000", "9610",
];

const CHECKED: [Checked; 10] = [
    // Slips that other books print, and the exponents and digits of tests.
    Checked {
        name: "backpropagation.md",
        from_elsewhere: &["0.105", "0.216", "0.138", "0.194", "10", "1000"],
    },
    Checked { name: "representation.md", from_elsewhere: &["10", "16"] },
    // Sweeps and accuracies change with the last bits of another processor, so the fences show only their first digits.
    Checked { name: "experiments.md", from_elsewhere: EXPERIMENTS },
    Checked { name: "guide/1-unit.md", from_elsewhere: &[] },
    Checked { name: "guide/2-perceptron.md", from_elsewhere: &[] },
    Checked { name: "guide/3-evidence.md", from_elsewhere: &[] },
    Checked { name: "guide/4-layers.md", from_elsewhere: &[] },
    Checked { name: "guide/5-representation.md", from_elsewhere: &[] },
    Checked { name: "guide/6-learning.md", from_elsewhere: &[] },
    Checked { name: "guide/7-experiments.md", from_elsewhere: &[] },
];

/// Pages that are there in Chinese too.
const IN_CHINESE: [&str; 10] = [
    "guide/README.md",
    "guide/1-unit.md",
    "guide/2-perceptron.md",
    "guide/3-evidence.md",
    "guide/4-layers.md",
    "guide/5-representation.md",
    "guide/6-learning.md",
    "guide/7-experiments.md",
    "history.md",
    "notation.md",
];

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs")
}

#[test]
fn every_command_prints_what_its_page_says() {
    // Side by side, because most of the time is spent starting the program.
    std::thread::scope(|scope| {
        for checked in &CHECKED {
            scope.spawn(|| program::check(checked.name, &Page::read(&docs().join(checked.name))));
        }
    });
}

#[test]
fn every_number_of_the_text_is_shown() {
    let mut complaints = Vec::new();
    for Checked { name, from_elsewhere } in &CHECKED {
        let page = Page::read(&docs().join(name));
        let unknown = numbers::not_shown(&page.prose, &page.shown(), from_elsewhere);
        complaints.extend(unknown.iter().map(|number| format!("{name}: no fence shows {number}")));
        let in_text = numbers::of(&page.prose);
        let needless = from_elsewhere.iter().filter(|number| !in_text.contains(**number));
        complaints.extend(needless.map(|number| format!("{name}: {number} is listed and not in the text")));
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn every_picture_is_there_and_comes_from_a_command() {
    let pages = CHECKED.map(|checked| Page::read(&docs().join(checked.name)));
    let mut seen = BTreeSet::new();
    for picture in pages.iter().flat_map(|page| page.pictures().map(move |picture| (page, picture))) {
        let (page, name) = picture;
        let svg = std::fs::read_to_string(docs().join("pictures").join(name)).unwrap();
        let made = page.commands().any(|(command, _)| command.ends_with(&format!(" -o {name}")));
        assert!(svg.starts_with("<svg ") && made, "{name}");
        seen.insert(name);
    }
    assert!(seen.len() >= 4, "{seen:?}");
}

#[test]
fn every_link_leads_somewhere() {
    let both = |name: &str| [docs().join(name), docs().join("zh").join(name)];
    let pages = CHECKED.iter().map(|checked| docs().join(checked.name));
    for path in pages.chain(IN_CHINESE.iter().flat_map(|name| both(name))) {
        let text = std::fs::read_to_string(&path).unwrap();
        let targets = text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next());
        for target in targets.filter(|target| !target.is_empty() && !target.contains("://")) {
            assert!(path.parent().unwrap().join(target).exists(), "{}: {target}", path.display());
        }
    }
}

#[test]
fn both_languages_say_the_same() {
    let mut complaints = Vec::new();
    for name in IN_CHINESE {
        let [english, chinese] = [docs(), docs().join("zh")].map(|folder| Page::read(&folder.join(name)));
        assert_eq!(english.fences, chinese.fences, "{name}: the fences differ");
        assert_eq!(english.headings(), chinese.headings(), "{name}: the headings differ");
        let pictures = [&english, &chinese].map(|page| page.pictures().collect::<Vec<_>>());
        assert_eq!(pictures[0], pictures[1], "{name}: the pictures differ");
        let [english, chinese] = [&english, &chinese].map(|page| numbers::of(&page.prose));
        let differ: Vec<_> = english.symmetric_difference(&chinese).collect();
        complaints.extend(differ.iter().map(|number| format!("{name}: only one language has {number}")));
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}
