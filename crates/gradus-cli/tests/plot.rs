//! The pictures, seen from outside: each is well-formed SVG with what belongs in it, and nothing is drawn that cannot be.

#![allow(clippy::unwrap_used, reason = "a test may")]

use assert_cmd::Command;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

fn gradus(folder: &Path, words: &[&str]) -> std::process::Output {
    Command::cargo_bin("gradus").unwrap().current_dir(folder).args(words).output().unwrap()
}

#[track_caller]
fn done(folder: &Path, words: &[&str]) {
    let output = gradus(folder, &[words, &["--quiet"]].concat());
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Draws it, and checks that it has at least so many of each element.
#[track_caller]
fn check(folder: &Path, words: &[&str], elements: &[(&str, usize)]) -> String {
    done(folder, &[&["plot"], words, &["-o", "picture.svg"]].concat());
    let svg = fs::read_to_string(folder.join("picture.svg")).unwrap();
    well_formed(&svg);
    for &(element, least) in elements {
        let found = svg.matches(element).count();
        assert!(found >= least, "{words:?}: {found} of {element}");
    }
    assert!(!svg.contains("NaN") && !svg.contains("inf,"), "{words:?}");
    svg
}

/// Every element is closed by its own end, and every attribute and entity is complete.
#[track_caller]
fn well_formed(svg: &str) {
    assert!(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\"") && svg.ends_with("</svg>\n"));
    let mut open = Vec::new();
    let mut rest = svg;
    while let Some(start) = rest.find('<') {
        assert!(!rest[..start].contains('>'), "{}", &rest[..start]);
        let end = rest.find('>').expect("a tag ends");
        let tag = &rest[start + 1..end];
        assert!(tag.matches('"').count().is_multiple_of(2) && !tag.contains('<'), "{tag}");
        match tag.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop(), Some(name), "{tag}"),
            None if tag.ends_with('/') => {}
            None => open.push(tag.split(' ').next().unwrap_or_default()),
        }
        rest = &rest[end + 1..];
    }
    assert!(open.is_empty(), "{open:?}");
    for after in svg.split('&').skip(1) {
        assert!(
            ["amp;", "lt;", "gt;", "quot;"].iter().any(|entity| after.starts_with(entity)),
            "{after:.20}"
        );
    }
}

#[test]
fn boundaries() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let train = |data: &str, run: &str, more: &[&str]| {
        done(folder, &[&["train", data, "--run-dir", run, "--epochs", "3"], more].concat());
    };
    train("moons", "moons", &["--hidden", "5", "--activation", "tanh"]);
    let svg = check(
        folder,
        &["boundary", "moons", "moons"],
        &[("<image", 1), ("<circle", 200), ("<title>moons on moons", 1)],
    );
    // A dashed line and a tick for each of the five units that pass through the picture.
    assert!((1..=5).contains(&svg.matches("stroke-dasharray").count()), "{svg:.2000}");
    train("plane:rows=200", "plane", &["--hidden", "none"]);
    check(folder, &["boundary", "plane", "plane:rows=200"], &[("<image", 2), ("<circle", 200)]);
    train("sine", "sine", &["--hidden", "8"]);
    check(folder, &["boundary", "sine", "sine"], &[("<polyline", 1), ("<circle", 500)]);
    check(folder, &["boundary", "sine", "--from", "-pi", "--to", "pi"], &[("<polyline", 1)]);
    done(folder, &["approximate", "x1*x2", "--pieces", "4", "-o", "s.gradus"]);
    check(
        folder,
        &["boundary", "s.gradus", "--from", "-1,-1", "--to", "1,1"],
        &[("<image", 2), ("stroke-dasharray", 6)],
    );
}

/// The line of a perceptron, with its equation and the class on either side; worked by hand: w = (−2, −1), b = 2.
#[test]
fn the_line_between_two_classes() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let trained = gradus(folder, &["train", "nand", "--model", "perceptron", "--quiet"]);
    let told = String::from_utf8(trained.stdout).unwrap();
    let hint = "to see it: gradus plot boundary runs/nand-1 nand -o boundary.svg";
    assert!(told.ends_with(&format!("{hint}\n")), "{told}");
    let drawn = |words: &[&str]| check(folder, words, &[("<image", 1)]);
    let svg = drawn(&["boundary", "runs/nand-1", "nand"]);
    for text in [
        ">line w₁x₁ + w₂x₂ + b = 0: −2·x1 − 1·x2 + 2 = 0<",
        ">≥ 0: class=1<",
        "&lt; 0: class=0<",
        "stroke=\"#1a1a1a\" stroke-width=\"2\"",
    ] {
        assert!(svg.contains(text), "{text}");
    }
    // One end may be left to the data; a line that does not pass through is still told.
    drawn(&["boundary", "runs/nand-1", "nand", "--from", "-3,-3"]);
    let svg = drawn(&["boundary", "runs/nand-1", "--from", "5,5", "--to", "6,6"]);
    assert!(svg.contains("is outside this picture: −2·x1 − 1·x2 + 2 = 0") && !svg.contains("≥ 0"));
    // Two outputs of softmax have one line too, three classes none.
    done(folder, &["train", "moons", "--hidden", "none", "--epochs", "3", "--run-dir", "logistic"]);
    assert!(drawn(&["boundary", "logistic", "moons"]).contains("line w₁x₁ + w₂x₂ + b = 0: "));
    done(folder, &["train", "not", "--model", "perceptron", "--run-dir", "not"]);
    check(folder, &["boundary", "not", "not"], &[("<polyline", 2), ("<circle", 1)]);
}

#[test]
fn models_runs_and_functions() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    done(
        folder,
        &["train", "digits", "--hidden", "9", "--epochs", "3", "--validation", "0.1", "--run-dir", "digits"],
    );
    check(folder, &["weights", "digits"], &[("<image", 9), ("data:image/png;base64,", 9)]);
    check(folder, &["network", "digits"], &[("<circle", 16 + 9 + 10), ("48 more", 1), (">softmax<", 0)]);
    check(folder, &["loss", "digits"], &[("<polyline", 2), ("training, ", 1), ("validation, ", 1)]);
    check(folder, &["loss", "digits/history.csv"], &[("<polyline", 2)]);
    check(folder, &["confusion", "digits", "digits"], &[("<rect", 101), ("predicted class", 1)]);
    done(folder, &["train", "xor", "--hidden", "2", "--epochs", "3", "--run-dir", "xor"]);
    check(folder, &["network", "xor"], &[("<circle", 6), ("<line", 8), (">b ", 4)]);
    check(folder, &["weights", "xor"], &[("<image", 1), (">x1<", 1)]);
    check(folder, &["activation"], &[("slope g′(x)", 1), ("<polyline", 28)]);
    check(folder, &["activation", "leaky_relu:slope=0.1"], &[("leaky_relu:slope=0.1", 1)]);
    check(folder, &["vectors"], &[("<polygon", 9), ("obtuse angle", 1), ("w·x = −3.5", 1)]);
}

/// Names that come from a file are text in the picture, never markup.
#[test]
fn names_cannot_become_markup() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let rows: String = (0..30).map(|i| format!("{},{},<b>&{}\n", i % 7, i % 5, i % 2)).collect();
    fs::write(
        folder.join("d.csv"),
        format!("<a href=\"x\">,x & y,<kind>\n{rows}").replacen(
            "<a href=\"x\">",
            "\"<a href=\"\"x\"\">\"",
            1,
        ),
    )
    .unwrap();
    done(
        folder,
        &["train", "d.csv", "--target", "<kind>", "--hidden", "2", "--epochs", "2", "--run-dir", "r"],
    );
    for words in
        [&["network", "r"][..], &["boundary", "r", "d.csv"], &["confusion", "r", "d.csv"], &["weights", "r"]]
    {
        let svg = check(folder, words, &[]);
        assert!(!svg.contains("<a ") && !svg.contains("<b>") && svg.contains("&lt;"), "{words:?}");
    }
}

#[test]
fn what_cannot_be_drawn_is_refused_in_one_line() {
    #[track_caller]
    fn refused(folder: &Path, words: &[&str], code: i32, start: &str) {
        let output = gradus(folder, &[&["plot"], words].concat());
        let said = String::from_utf8(output.stderr).unwrap();
        let message = said.lines().last().unwrap_or_default();
        assert!(message.starts_with(&format!("error: {start}")) && message.contains("; help: "), "{said}");
        assert_eq!(output.status.code(), Some(code), "{said}");
        assert!(!folder.join("p.svg").exists(), "{words:?}");
    }
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    done(folder, &["train", "iris", "--epochs", "1", "--run-dir", "iris"]);
    done(folder, &["train", "sine", "--epochs", "1", "--run-dir", "sine"]);
    refused(
        folder,
        &["boundary", "iris", "iris", "-o", "p.svg"],
        2,
        "the model reads 4 numbers, and a boundary",
    );
    refused(folder, &["boundary", "sine", "-o", "p.svg"], 2, "there are neither data nor a range to draw;");
    refused(
        folder,
        &["boundary", "sine", "--from", "1", "--to", "0", "-o", "p.svg"],
        2,
        "the range of `x` from 1 to 0 is empty;",
    );
    refused(
        folder,
        &["boundary", "sine", "sine", "--from", "0,0", "-o", "p.svg"],
        2,
        "`--from` has 2 numbers, but the model reads 1;",
    );
    refused(
        folder,
        &["boundary", "sine", "--from", "0", "--to", "1,2,3", "-o", "p.svg"],
        2,
        "`--to` has 3 numbers, but the model reads 1;",
    );
    refused(folder, &["confusion", "sine", "sine", "-o", "p.svg"], 2, "the model answers with no classes");
    refused(folder, &["loss", "iris", "-o", "p.svg"], 3, "a curve needs two epochs, and there are 1");
    refused(folder, &["loss", "nowhere", "-o", "p.svg"], 3, "there is no file `nowhere`");
    refused(folder, &["network", "nowhere", "-o", "p.svg"], 3, "there is no file `nowhere`");
    refused(
        folder,
        &["activation", "rellu", "-o", "p.svg"],
        2,
        "unknown activation `rellu`; help: did you mean `relu`?",
    );
    refused(folder, &["vectors"], 2, "missing: ");
    refused(folder, &["vectors", "-o", "p.png"], 2, "`p.png` cannot be written, only SVG can;");
    refused(folder, &["vectors", "-o", "absent/p.svg"], 6, "cannot write `absent/p.svg`");
    refused(
        folder,
        &["loss", "iris/history.csv", "-o", "iris/history.csv"],
        2,
        "`iris/history.csv` is read and would be written too;",
    );
}
