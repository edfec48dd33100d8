//! Perceptrons that tell what they did, and models that tell why, seen from outside.

#![allow(clippy::unwrap_used, reason = "a test may")]

use assert_cmd::Command;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Output;
use tempfile::TempDir;

fn gradus(folder: &Path, line: &str) -> Output {
    let words = line.split(' ');
    Command::cargo_bin("gradus").unwrap().current_dir(folder).args(words).arg("--quiet").output().unwrap()
}

#[track_caller]
fn text(folder: &Path, line: &str) -> String {
    let output = gradus(folder, line);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[track_caller]
fn json(folder: &Path, line: &str) -> Value {
    serde_json::from_str(&text(folder, &format!("{line} --json"))).unwrap()
}

/// One line on standard error, with this beginning and exit code.
#[track_caller]
fn check(folder: &Path, line: &str, code: i32, start: &str) {
    let output = gradus(folder, line);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.starts_with(&format!("error: {start}")), "{line}\n said: {said}\nwanted: {start}");
    assert!(said.lines().count() == 1 && said.contains("; help: "), "{said}");
    assert_eq!(output.status.code(), Some(code), "{said}");
    assert!(output.stdout.is_empty());
}

fn write_and(folder: &Path) {
    fs::write(folder.join("and.csv"), "x1,x2,and\n0,0,0\n0,1,0\n1,0,0\n1,1,1\n").unwrap();
}

fn numbers(list: &Value) -> Vec<f64> {
    list.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

fn near(number: &Value, expected: f64) -> bool {
    (number.as_f64().unwrap() - expected).abs() < 1e-12
}

#[test]
fn and_is_learned_as_on_paper() {
    let folder = TempDir::new().unwrap();
    write_and(folder.path());
    let run = json(folder.path(), "train ./and.csv --model perceptron");
    let log = &run["perceptron"];
    assert_eq!(numbers(&log["mistakes"]), [2.0, 3.0, 3.0, 2.0, 1.0, 0.0]);
    assert_eq!((&log["separable"], &run["stop"]), (&true.into(), &"separated".into()));
    // Worked by hand: the last mistake, and the line 2x₁ + x₂ − 3 = 0 after it.
    let last = &log["updates"][10];
    assert_eq!((&last["row"], &last["epoch"], &last["net_input"]), (&2.into(), &5.into(), &0.0.into()));
    let unit = &log["separators"]["outputs"][0];
    assert_eq!((numbers(&unit["weights"]), &unit["bias"]), (vec![2.0, 1.0], &(-3.0).into()));
    let shown = text(folder.path(), "train ./and.csv --model perceptron --verbose");
    assert!(shown.contains("line w₁x₁ + w₂x₂ + b = 0: 2 · "), "{shown}");
    let updates = shown.lines().filter(|line| line.split_whitespace().count() == 9 && line.starts_with(' '));
    assert_eq!(updates.count(), 11, "{shown}");
    // An ordinary model: a file that is read, answers 0 or 1, and trains again from its spec to the same bits.
    let report = json(folder.path(), "evaluate runs/and-1 ./and.csv");
    assert_eq!(report["accuracy"], 1.0);
    let answers = json(folder.path(), "predict runs/and-1 ./and.csv");
    assert!(answers["predictions"].as_array().unwrap().iter().all(|row| row["probability"] == 1.0));
    text(folder.path(), "train --spec runs/and-1/spec.toml --run-dir again");
    let model = |run: &str| fs::read(folder.path().join(run).join("model.gradus")).unwrap();
    assert!(model("runs/and-1") == model("again"));
}

/// The truth tables are data as well: one unit learns every gate that has a line.
#[test]
fn gates_are_learned_by_name() {
    let folder = TempDir::new().unwrap();
    for (gate, rows) in [("and", 4), ("or", 4), ("not", 2), ("nand", 4), ("majority", 8)] {
        let run = json(folder.path(), &format!("train {gate} --model perceptron"));
        assert_eq!(run["perceptron"]["separable"], true, "{run}");
        assert_eq!(run["rows"], serde_json::json!({"training": rows, "validation": 0, "test": 0}));
        let report = json(folder.path(), &format!("evaluate runs/{gate}-1 {gate}"));
        assert_eq!(report["accuracy"], 1.0);
    }
    let run = json(folder.path(), "train majority:inputs=5 --model perceptron --test 0");
    assert_eq!((&run["perceptron"]["separable"], &run["rows"]["training"]), (&true.into(), &32.into()));
    let listed = text(folder.path(), "datasets");
    assert!(listed.contains("\nnand  ") && listed.contains("\nmajority  "), "{listed}");
    fs::write(folder.path().join("or"), "x1,x2,or\n0,0,0\n").unwrap();
    check(folder.path(), "train ./or --model perceptron", 3, "");
}

#[test]
fn no_line_separates_xor_and_it_says_why() {
    let folder = TempDir::new().unwrap();
    let run = json(folder.path(), "train xor --model perceptron");
    let why = &run["perceptron"]["inseparable"];
    assert_eq!((numbers(&why["point"]), &run["stop"]), (vec![0.5, 0.5], &"cycle".into()));
    let shown = text(folder.path(), "train xor --model perceptron");
    let verdict = "The mean of rows 2 and 3 of one class and the mean of rows 1 and 4 of the other are the same point, (0.5, 0.5). A line";
    assert!(shown.contains(verdict) && shown.contains("No line can separate these classes:"), "{shown}");
    // In standardised units the rule goes round too, and the point is told in the data's own.
    let run = json(folder.path(), "train xor --model perceptron --prep standard");
    assert_eq!(numbers(&run["perceptron"]["inseparable"]["point"]), [0.5, 0.5]);
}

#[test]
fn several_classes_and_averages() {
    let folder = TempDir::new().unwrap();
    for model in ["perceptron", "perceptron:averaged=true"] {
        let run = json(folder.path(), &format!("train iris --model {model} --run-dir {model}"));
        assert!(run["accuracy"].as_f64().unwrap() > 0.6, "{run}");
        let evidence = json(folder.path(), &format!("explain {model} iris --row 1"));
        let scores = evidence["scores"].as_object().unwrap();
        let best =
            scores.iter().max_by(|a, b| a.1.as_f64().unwrap().total_cmp(&b.1.as_f64().unwrap())).unwrap();
        assert_eq!(best.0, evidence["predicted"].as_str().unwrap());
    }
}

#[test]
fn keys_of_a_network_are_refused() {
    let folder = TempDir::new().unwrap();
    write_and(folder.path());
    for flag in [
        "hidden 3",
        "loss cross_entropy",
        "optimizer adam",
        "dropout 0.1",
        "batch-size 2",
        "validation 0.2",
        "l2 0.1",
    ] {
        let key = flag.split(' ').next().unwrap();
        let start = format!("`{key}` means nothing to a perceptron");
        check(
            folder.path(),
            &format!("train ./and.csv --model perceptron --{flag} --run-dir refused"),
            2,
            &start,
        );
    }
    check(
        folder.path(),
        "train ./and.csv --model perceptrn",
        2,
        "unknown model `perceptrn`; help: did you mean `perceptron`?",
    );
    check(
        folder.path(),
        "train diabetes --model perceptron --run-dir refused",
        2,
        "a perceptron tells classes apart, but the task is regression",
    );
}

#[test]
fn the_ready_made_spam_filter_is_one_table() {
    let folder = TempDir::new().unwrap();
    let shown = text(folder.path(), "explain spam-example");
    let row = |name: &str| -> Vec<String> {
        let line = shown.lines().find(|line| line.starts_with(name)).unwrap();
        line.split_whitespace().skip(1).map(str::to_owned).collect()
    };
    assert_eq!(row("FREE"), ["4", "2", "8", "0", "0"]);
    assert_eq!(row("FROM_FRIEND"), ["-3", "0", "0", "1", "-3"]);
    assert_eq!(row("sum:")[1..], ["10", "-3"]);
    let mails = &json(folder.path(), "explain spam-example")["mails"];
    assert_eq!((&mails[0]["score"], &mails[0]["predicted"]), (&10.0.into(), &"spam".into()));
    assert_eq!((&mails[1]["score"], &mails[1]["predicted"]), (&(-3.0).into(), &"not spam".into()));
    assert!(near(&mails[1]["cosine"], -3.0 / 9.0));
}

#[test]
fn a_score_is_the_sum_of_its_evidence() {
    let folder = TempDir::new().unwrap();
    for flags in ["--model perceptron", "--hidden none"] {
        json(folder.path(), &format!("train spam-words {flags} --run-dir mail"));
        for row in [1, 2, 3, 700] {
            let said = json(folder.path(), &format!("explain mail spam-words --row {row}"));
            let terms = said["contributions"].as_array().unwrap();
            let sum: f64 = terms
                .iter()
                .map(|term| {
                    let [weight, value] = ["weight", "value"].map(|key| term[key].as_f64().unwrap());
                    // Counts of words in the data's own units.
                    assert_eq!(value.fract(), 0.0);
                    weight * value
                })
                .sum();
            let score = said["score"].as_f64().unwrap();
            assert!((sum + said["bias"].as_f64().unwrap() - score).abs() < 1e-9);
            assert_eq!(said["predicted"] == "spam", score >= 0.0, "{said}");
            assert!(!said["text"]["text"].as_str().unwrap().is_empty());
        }
        fs::remove_dir_all(folder.path().join("mail")).unwrap();
    }
}

#[test]
fn hidden_layers_are_explained_by_integrated_gradients() {
    let folder = TempDir::new().unwrap();
    text(folder.path(), "train iris --epochs 20 --run-dir iris");
    let said = json(folder.path(), "explain iris iris --row 120");
    assert_eq!(
        (&said["method"], &said["baseline"]),
        (&"integrated gradients".into(), &"training mean".into())
    );
    let [score, base, gap] = ["score", "base", "gap"].map(|key| said[key].as_f64().unwrap());
    assert!(said["complete"] == true && gap <= 1e-6 * (score - base).abs(), "{said}");
    let shown = text(folder.path(), "explain iris iris --row 120 --top 2 --class setosa");
    assert!(shown.contains("2 other features") && shown.contains("integrated gradients"), "{shown}");
}

#[test]
fn bad_questions_get_one_line() {
    let folder = TempDir::new().unwrap();
    text(folder.path(), "train iris --epochs 1 --run-dir iris");
    check(
        folder.path(),
        "explain iris iris --row 151",
        2,
        "there is no row 151: the data have 150, counted from 1, iris;",
    );
    check(folder.path(), "explain iris iris --row 0", 2, "`--row` is 0, but must be a whole number");
    check(folder.path(), "explain iris iris --row -1", 2, "`--row` is -1, but must be a whole number");
    check(folder.path(), "explain iris iris --row x", 2, "`--row` is x, but must be a whole number");
    check(
        folder.path(),
        "explain iris iris --class setossa",
        2,
        "the model has no class or output `setossa`; help: did you mean `setosa`?",
    );
    check(folder.path(), "explain iris", 2, "missing: <DATA>");
    fs::write(folder.path().join("narrow.csv"), "sepal_length,class\n1,setosa\n2,setosa\n").unwrap();
    let output = gradus(folder.path(), "explain iris narrow.csv");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.starts_with("error: there is no column `") && said.lines().count() == 1, "{said}");
    assert_eq!(output.status.code(), Some(3));
    fs::write(folder.path().join("other.csv"), "a,b,digit\n1,2,3\n4,5,6\n").unwrap();
    text(folder.path(), "train digits --epochs 1 --run-dir digits");
    let output = gradus(folder.path(), "explain digits other.csv");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains("; help: ") && said.lines().count() == 1 && output.status.code() == Some(3),
        "{said}"
    );
}
