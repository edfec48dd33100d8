//! Experiments on learning, seen from outside: what they find, what they say beside it, what they refuse.

#![allow(clippy::unwrap_used, reason = "a test may")]

use assert_cmd::Command;
use serde_json::Value;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

fn gradus(folder: &Path, words: &[&str]) -> std::process::Output {
    let mut command = Command::cargo_bin("gradus").unwrap();
    command.current_dir(folder).arg("experiment").args(words).output().unwrap()
}

#[track_caller]
fn json(folder: &Path, words: &[&str]) -> Value {
    let output = gradus(folder, &[words, &["--json", "--quiet"]].concat());
    assert!(
        output.status.success() && output.stderr.is_empty(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

#[track_caller]
fn text(folder: &Path, words: &[&str]) -> String {
    let output = gradus(folder, words);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn alone_it_lists_the_experiments() {
    let folder = TempDir::new().unwrap();
    let names = ["random-labels", "xor", "symmetry", "encoder", "parity", "spirals", "seeds"];
    let listed = json(folder.path(), &[]);
    let listed: Vec<&str> =
        listed["experiments"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(listed, names);
    let told = text(folder.path(), &[]);
    assert!(names.iter().all(|name| told.lines().any(|line| line.starts_with(name))), "{told}");
}

/// How many starts learn it, and the published sweeps where they are known for the same network.
#[test]
fn classics_are_learned_beside_their_published_figures() {
    #[track_caller]
    fn check(name: &str, starts: usize, least_solved: u64, published: Option<u64>, network: [u64; 3]) {
        let folder = TempDir::new().unwrap();
        let words = [name, "--starts", &starts.to_string()];
        let found = json(folder.path(), &words);
        let solved = found["solved"].as_u64().unwrap();
        assert!(solved >= least_solved, "{found}");
        assert_eq!(found["failed"].as_u64(), Some(starts as u64 - solved));
        assert_eq!(found["published"]["sweeps"].as_u64(), published);
        assert!(found["published"]["source"].as_str().unwrap().contains("19"), "{found}");
        let shape = [&found["inputs"], &found["hidden"][0], &found["outputs"]];
        assert_eq!(shape.map(Value::as_u64), network.map(Some));
        assert_eq!(found["settings"]["precision"], "f64");
        let runs = found["runs"].as_array().unwrap();
        assert_eq!(runs.len(), starts);
        let (least, most) = (found["sweeps"]["least"].as_u64(), found["sweeps"]["most"].as_u64());
        let sweeps = runs.iter().filter_map(|run| run["solved"].as_u64());
        assert_eq!((sweeps.clone().min(), sweeps.max()), (least, most));
        assert_eq!(found, json(folder.path(), &[&words[..], &["--threads", "1"]].concat()));
        let told = text(folder.path(), &words);
        let figure = if published.is_some() { "published" } else { "no published figure" };
        assert!(told.contains(figure) && told.contains("learning-rate"), "{told}");
    }
    check("xor", 20, 18, Some(245), [2, 2, 1]);
    check("symmetry", 4, 2, Some(1_425), [6, 2, 1]);
    check("encoder", 10, 10, None, [4, 2, 4]);
    check("parity", 2, 1, None, [8, 16, 1]);
    check("spirals", 1, 1, None, [2, 20, 1]);
}

/// What a network without room cannot do fails, and is counted.
#[test]
fn failures_are_counted() {
    let folder = TempDir::new().unwrap();
    let words = ["xor", "--hidden", "1", "--starts", "3", "--epochs", "2000"];
    let found = json(folder.path(), &words);
    assert_eq!((&found["failed"], &found["sweeps"]), (&3.into(), &Value::Null));
    assert!(text(folder.path(), &words).contains("3 of 3 failed within 2,000 sweeps"));
}

/// Rumelhart, Hinton and Williams 1986, Fig. 1: mirrored weights are opposite, their sizes as 1 : 2 : 4.
#[test]
fn symmetry_is_seen_in_the_published_way() {
    let folder = TempDir::new().unwrap();
    let found = json(folder.path(), &["symmetry", "--starts", "4"]);
    let units = found["pattern"]["units"].as_array().unwrap();
    assert_eq!(units.len(), 2);
    for unit in units {
        let ratio: Vec<f64> = unit["ratio"].as_array().unwrap().iter().map(|r| r.as_f64().unwrap()).collect();
        assert!((ratio[1] - 2.0).abs() < 0.4 && (ratio[2] - 4.0).abs() < 0.8, "{unit}");
        assert!(unit["asymmetry"].as_f64().unwrap() < 0.2 && unit["bias"].as_f64().unwrap() < 0.0, "{unit}");
    }
    assert_eq!(found["pattern"]["starts_with_pattern"], found["solved"]);
}

#[test]
fn stuck_starts_are_grouped_by_where_they_are() {
    let folder = TempDir::new().unwrap();
    let words = ["seeds", "--starts", "30", "--init", "uniform:range=2", "-o", "surface.svg"];
    let found = json(folder.path(), &words);
    let groups = found["groups"].as_array().unwrap();
    assert!(groups[0]["solved"] == true && groups[0]["loss"].as_f64().unwrap() < 0.01, "{found}");
    let counted: u64 = groups.iter().map(|group| group["starts"].as_u64().unwrap()).sum();
    assert_eq!(counted, 30);
    let stuck = &groups[1];
    // Two patterns right and two answered with one half: E = 2 · ½ · ½².
    assert!((stuck["loss"].as_f64().unwrap() - 0.25).abs() < 0.01 && stuck["ground"] == "plain", "{stuck}");
    assert!(stuck["gradient"].as_f64().unwrap() < 1e-3 && stuck["curvatures"].as_array().unwrap().len() == 9);
    let places = found["slice"].as_array().unwrap();
    assert!(places[1]["loss"].as_f64().unwrap() > 10.0 * places[2]["loss"].as_f64().unwrap(), "{found}");
    let svg = fs::read_to_string(folder.path().join("surface.svg")).unwrap();
    assert!(svg.starts_with("<svg") && svg.contains(">stuck, seed ") && svg.contains(">learned, seed "));
}

const QUICK: [&str; 8] = ["--rows", "100", "--hidden", "64", "--learning-rate", "0.01", "--batch-size", "16"];

#[test]
fn random_labels_are_fitted_and_teach_nothing() {
    let folder = TempDir::new().unwrap();
    let words =
        [&["random-labels", "digits", "-o", "r.svg", "--pixels", "shuffled,random,gaussian"], &QUICK[..]]
            .concat();
    let found = json(folder.path(), &words);
    let runs = found["runs"].as_array().unwrap();
    let accuracy = |run: usize, part: &str| runs[run][part].as_f64().unwrap();
    assert_eq!(runs.len(), 5);
    for run in runs {
        let fitted = (run["train_accuracy"].as_f64().unwrap() - 1.0).abs() < 1e-12;
        assert!(fitted && run["reached"] == true, "{found}");
    }
    let (chance, margin) = (found["chance"].as_f64().unwrap(), found["margin"].as_f64().unwrap());
    assert_eq!((chance, margin), (0.1, 0.1));
    assert!(accuracy(0, "test_accuracy") > 0.7, "{found}");
    assert!(
        (accuracy(1, "test_accuracy") - chance).abs() <= margin && runs[1]["as_a_guess"] == true,
        "{found}"
    );
    assert!(accuracy(2, "test_accuracy") > 0.7 && accuracy(4, "test_accuracy") < 0.4, "{found}");
    assert_eq!(
        (&runs[1]["redrawn"], &runs[0]["redrawn"], &runs[2]["labels"]),
        (&100.into(), &0.into(), &"true".into())
    );
    assert_eq!(runs[1]["history"].as_array().unwrap().len() as u64, runs[1]["epochs"].as_u64().unwrap());
    assert_eq!(found, json(folder.path(), &[&words[..], &["--threads", "1"]].concat()));
    let svg = fs::read_to_string(folder.path().join("r.svg")).unwrap();
    assert_eq!(svg.matches("<polyline").count(), 10);
    assert!(svg.contains(">random labels<") && svg.contains(">gaussian pixels<"));
    let part = json(folder.path(), &[&["random-labels", "digits", "--fraction", "0.2"], &QUICK[..]].concat());
    assert_eq!((&part["runs"][1]["redrawn"], &part["runs"][1]["as_a_guess"]), (&20.into(), &Value::Null));
}

/// 40 rows of two kinds, 4 of 32 that are learned from labelled against the others: whatever the split, equal rows with other
/// labels set the ceiling, and training stops there.
#[test]
fn equal_rows_with_other_labels_set_the_ceiling() {
    let folder = TempDir::new().unwrap();
    let mut table = "x,kind\n".to_owned();
    for row in 0..40 {
        let (x, odd) = (row % 2, row % 10 == 0);
        table += &format!("{x},{}\n", if (x == 0) == odd { "b" } else { "a" });
    }
    fs::write(folder.path().join("t.csv"), table).unwrap();
    let found = json(folder.path(), &["random-labels", "t.csv", "--target", "kind", "--hidden", "8"]);
    for run in found["runs"].as_array().unwrap() {
        let (ceiling, accuracy) = (run["ceiling"].as_f64().unwrap(), run["train_accuracy"].as_f64().unwrap());
        assert!(ceiling < 1.0 && (ceiling - accuracy).abs() < 1e-12 && run["reached"] == true, "{found}");
    }
    assert_eq!(found["rows"]["training"], 32);
    let told = gradus(folder.path(), &["random-labels", "t.csv", "--epochs", "2"]);
    let said = String::from_utf8(told.stderr).unwrap();
    assert!(
        said.contains("32 rows to learn from (2,000 asked for, these are all there are), 8 to test on"),
        "{said}"
    );
}

/// Two starts that arrive, and two that have no time to.
#[test]
fn without_a_plane_the_starts_are_still_told() {
    #[track_caller]
    fn check(epochs: &str, why: &str) {
        let folder = TempDir::new().unwrap();
        let words = ["seeds", "--starts", "2", "--epochs", epochs, "-o", "s.svg"];
        let output = gradus(folder.path(), &words);
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success() && said.contains(why), "{said}");
        assert!(String::from_utf8(output.stdout).unwrap().contains(" of 2 starts failed"));
        assert!(!folder.path().join("s.svg").exists());
        assert_eq!(json(folder.path(), &words)["output"], Value::Null);
    }
    check("5000", "there is no plane to draw: 2 starts arrived and 0 are stuck");
    check("10", "there is no plane to draw: 0 starts arrived and 2 are stuck");
}

#[test]
fn what_makes_no_experiment_is_refused_in_one_line() {
    #[track_caller]
    fn check(words: &[&str], code: i32, start: &str) {
        let folder = TempDir::new().unwrap();
        let words_and_numbers = format!("colour,size,kind\n{}", "red,1,a\nblue,2,b\n".repeat(8));
        fs::write(folder.path().join("words.csv"), &words_and_numbers).unwrap();
        let output = gradus(folder.path(), &[words, &["--quiet"]].concat());
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.starts_with(&format!("error: {start}")), "{said}");
        assert!(said.lines().count() == 1 && said.contains("; help: "), "{said}");
        assert_eq!((output.status.code(), output.stdout.len()), (Some(code), 0));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
    let digits = |flag: &'static str, value: &'static str| ["random-labels", "digits", flag, value];
    check(&["simmetry"], 2, "unknown experiment `simmetry`; help: did you mean `symmetry`?");
    check(&["xro"], 2, "unknown experiment `xro`; help: did you mean `xor`?");
    check(&["random-labels"], 2, "missing: <DATA>;");
    check(
        &["random-labels", "sine"],
        3,
        "the target is a number, and only classes can be drawn at random, sine;",
    );
    check(&digits("--rows", "0"), 2, "`--rows` is 0, but must be a whole number of at least 1;");
    check(&digits("--fraction", "1.5"), 2, "`--fraction` is 1.5, but must be from 0 to 1;");
    check(&digits("--fraction", "-0.1"), 2, "`--fraction` is -0.1, but must be from 0 to 1;");
    check(&digits("--fraction", "some"), 2, "`--fraction` is some, but must be a number from 0 to 1;");
    check(&digits("--fraction", "nan"), 2, "`--fraction` is NaN, but must be from 0 to 1;");
    check(&digits("--hidden", "0"), 2, "`hidden` is 0, but must be a whole number, at least 1;");
    check(&digits("--hidden", "wide"), 2, "cannot read `wide`: `hidden` takes a whole number;");
    check(&digits("--hidden", "9999999999"), 6, "training needs about ");
    check(
        &digits("--pixels", "shufled"),
        2,
        "unknown change of the pixels `shufled`; help: did you mean `shuffled`?",
    );
    check(&digits("-o", "r.png"), 2, "`r.png` cannot be written, only SVG can;");
    check(&digits("-o", "no/r.svg"), 6, "cannot write `no/r.svg`");
    check(
        &["random-labels", "words.csv", "--pixels", "random"],
        2,
        "the pixels cannot be changed: column `colour`",
    );
    check(
        &["random-labels", "words.csv", "-o", "words.csv"],
        2,
        "`words.csv` is read and would be written too;",
    );
    check(&["xor", "--starts", "0"], 2, "`--starts` is 0, but must be a whole number of at least 1;");
    check(&["xor", "--epochs", "0"], 2, "`epochs` is 0, but must be a whole number, at least 1;");
    check(&["spirals", "--hidden", "5000000000"], 6, "training needs about ");
}
