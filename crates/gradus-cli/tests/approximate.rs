//! Networks that are built instead of learned, seen from outside: their errors, their files, their refusals.

#![allow(clippy::unwrap_used, reason = "a test may")]

use assert_cmd::Command;
use serde_json::Value;
use std::f64::consts::TAU;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

fn gradus(folder: &Path, words: &[&str]) -> std::process::Output {
    Command::cargo_bin("gradus").unwrap().current_dir(folder).args(words).output().unwrap()
}

#[track_caller]
fn json(folder: &Path, words: &[&str]) -> Value {
    let output = gradus(folder, &[words, &["--json", "--quiet"]].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[track_caller]
fn text(folder: &Path, words: &[&str]) -> String {
    let output = gradus(folder, words);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// What the error of a table may be by calculus: 1.05 · L · h / 2.
#[test]
fn errors_keep_their_bounds() {
    #[track_caller]
    fn check(expression: &str, from: &str, to: &str, pieces: usize, most: f64) {
        let folder = TempDir::new().unwrap();
        let words = ["approximate", expression, "--from", from, "--to", to, "--pieces", &pieces.to_string()];
        let found = json(folder.path(), &words);
        assert!(found["max_error"].as_f64().unwrap() <= most, "{found}");
        assert_eq!(found["lipschitz_is"], "estimated");
        let table = found["table"].as_array().unwrap();
        assert_eq!(table.len(), 4);
        for pair in table.windows(2) {
            let ratio = pair[1]["max_error"].as_f64().unwrap() / pair[0]["max_error"].as_f64().unwrap();
            assert!((0.4..0.57).contains(&ratio), "{found}");
        }
    }
    check("sin(x)", "0", "2*pi", 64, 0.052);
    check("sin(x)", "0", "2*pi", 1024, 0.0033);
    check("cos(x)", "-pi", "pi", 128, 1.05 * TAU / 256.0);
    check("x^2", "-1", "2", 64, 1.05 * 4.0 * 3.0 / 128.0);
    check("abs(x)", "-1", "1", 64, 1.05 / 64.0);
}

#[test]
fn a_jump_has_no_bound_and_its_mean_error_halves() {
    let folder = TempDir::new().unwrap();
    let found = json(folder.path(), &["approximate", "sign(x - 1/3)", "--from", "0", "--activation", "step"]);
    assert!(found["bound"].is_null() && found["lipschitz_is"] == "none", "{found}");
    for pair in found["table"].as_array().unwrap().windows(2) {
        let ratio = pair[1]["mean_error"].as_f64().unwrap() / pair[0]["mean_error"].as_f64().unwrap();
        assert!((0.48..0.52).contains(&ratio), "{found}");
    }
    let told = text(folder.path(), &["approximate", "sign(x - 1/3)"]);
    assert!(told.contains("no bound: the function seems to jump"), "{told}");
}

/// The bound of a constant is 0; what is left is told as the rounding that it is.
#[test]
fn a_constant_has_no_error_but_rounding() {
    let folder = TempDir::new().unwrap();
    for words in
        [&["approximate", "7"][..], &["approximate", "0.1", "--lipschitz", "0", "--activation", "step"]]
    {
        let found = json(folder.path(), words);
        let [error, rounding] = ["max_error", "rounding"].map(|key| found[key].as_f64().unwrap());
        assert!(found["bound"] == 0.0 && error <= rounding && rounding < 1e-10, "{found}");
        let told = text(folder.path(), words);
        assert!(told.contains("the error is rounding: ") == (error > 0.0), "{told}");
        assert!(!told.contains("above the bound"), "{told}");
    }
    let steeper = text(folder.path(), &["approximate", "x", "--lipschitz", "0.5"]);
    assert!(steeper.contains("the function is steeper than the given Lipschitz constant"), "{steeper}");
}

/// The model is an ordinary one: it is measured, asked and looked into like any other.
#[test]
fn the_network_is_an_ordinary_model() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let box_of_two = ["--from", "-1,-1", "--to", "1,1", "--pieces", "20"];
    let built = json(folder, &[&["approximate", "x1*x2", "-o", "saddle.gradus"], &box_of_two[..]].concat());
    assert_eq!(built["hidden"], serde_json::json!([42, 400]));
    assert!(built["max_error"].as_f64().unwrap() <= 1.05 * 2.0_f64.sqrt() * 0.05 * 2.0_f64.sqrt(), "{built}");
    fs::write(folder.join("p.csv"), "x1,x2,y\n0.52,-0.73,-0.3796\n-0.11,0.2,-0.022\n").unwrap();
    let report = json(folder, &["evaluate", "saddle.gradus", "p.csv"]);
    assert!(report["rmse"].as_f64().unwrap() < 0.1, "{report}");
    let answers = text(folder, &["predict", "saddle.gradus", "p.csv"]);
    assert!(answers.starts_with("x1,x2,y,predicted\n"), "{answers}");
    let inspected = text(folder, &["inspect", "saddle.gradus"]);
    assert!(
        inspected.contains("2 → 42 → 400 → 1") && inspected.contains("built and not learned"),
        "{inspected}"
    );
}

#[test]
fn a_network_of_the_same_size_can_learn_beside_it() {
    let folder = TempDir::new().unwrap();
    let words = ["approximate", "sin(x)", "--from", "0", "--to", "2*pi", "--pieces", "16", "--learn"];
    let found = json(folder.path(), &words);
    assert!(found["learned"]["max_error"].as_f64().unwrap() < 0.1, "{found}");
    assert_eq!(found, json(folder.path(), &words));
}

#[test]
fn what_cannot_be_built_is_refused_in_one_line() {
    #[track_caller]
    fn check(words: &[&str], start: &str) {
        let folder = TempDir::new().unwrap();
        let output = gradus(folder.path(), &[&["approximate"], words, &["-o", "m.gradus"]].concat());
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.starts_with(&format!("error: {start}")), "{said}");
        assert!(said.lines().count() == 1 && said.contains("; help: "), "{said}");
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
    check(
        &["sin(y)"],
        "cannot read the function `sin(y)`: `y` is unknown: the variable here is x, at character 5;",
    );
    check(&["sin(x"], "cannot read the function `sin(x`: `)` is wanted where it ends, at character 6;");
    check(
        &["x+", "--from", "0"],
        "cannot read the function `x+`: a number or a name is wanted where it ends, at character 3;",
    );
    check(&["x", "--pieces", "0"], "a table of 0 pieces has no entry;");
    check(
        &["x", "--pieces", "1000000000"],
        "1000000000 pieces make a network of 6.0e9 weights and biases, 48.0 GB;",
    );
    check(&["x1*x2", "--pieces", "1000000000"], "1000000000 pieces make a network of 2.0e27 weights");
    check(&["x", "--pieces", "many"], "`--pieces` is many, but must be a whole number;");
    check(&["x", "--from", "2", "--to", "1"], "the interval from 2 to 1 is empty;");
    check(&["x", "--from", "1", "--to", "1"], "the interval from 1 to 1 is empty;");
    check(&["x", "--from", "0", "--to", "1/0"], "the interval from 0 to inf is too wide;");
    check(&["x", "--from", "-1e308", "--to", "1e308"], "the interval from -1e308 to 1e308 is too wide;");
    check(&["x", "--from", "nan"], "`--from` has `nan`, which is no number;");
    check(
        &["x", "--from", "1", "--to", "1.0000000000000002"],
        "64 pieces from 1 to 1.0000000000000002 are too narrow for numbers in double precision;",
    );
    check(&["x", "--from", "1e-320", "--to", "2e-320"], "64 pieces from 1e-320 to 2e-320 are too narrow");
    check(&[""], "cannot read the function ``: a number or a name is wanted where it ends, at character 1;");
    check(&["sin(x)😀"], "cannot read the function `sin(x)😀`: `😀` does not belong there, at character 7;");
    let deep = format!("{}x{}", "(".repeat(9_999), ")".repeat(9_999));
    check(&[&deep], &format!("cannot read the function `{}", &"(".repeat(20)));
    let long = format!("{}y{}", "x+".repeat(200), "+x".repeat(200));
    let around = format!("`…{}y{}+…`: `y` is unknown", "x+".repeat(15), "+x".repeat(14));
    check(&[&long], &format!("cannot read the function {around}"));
    check(&["x", "--from", "0,0", "--to", "1"], "the corners of the box have 2 and 1 numbers;");
    check(&["x", "--from", "low"], "`--from` has `low`, which is no number;");
    check(&["1/x"], "`1/x` is inf at x = 0;");
    check(&["x", "--activation", "relu"], "unknown activation of a lookup table `relu`;");
    check(&["x1", "--layers", "1"], "the number of hidden layers is 1 for a function of two variables;");
    check(&["x", "--lipschitz", "-1"], "`--lipschitz` is -1, but must be a number of at least 0;");
}

#[test]
fn identity_layers_collapse_and_others_say_why_not() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let train = ["train", "iris", "--epochs", "3", "--quiet"];
    text(
        folder,
        &[&train[..], &["--hidden", "7,5", "--activation", "identity", "--run-dir", "flat"]].concat(),
    );
    text(folder, &[&train[..], &["--hidden", "7", "--run-dir", "bent"]].concat());
    let found = json(folder, &["inspect", "flat", "--collapse"]);
    assert_eq!((&found["layers"], &found["collapsed_parameters"]), (&3.into(), &15.into()));
    assert!(found["max_difference"].as_f64().unwrap() < 1e-13, "{found}");
    assert_eq!(found["weights"].as_array().map(Vec::len), Some(3));
    assert!(text(folder, &["inspect", "flat", "--collapse"]).contains("are one layer with 15"));
    let refused = gradus(folder, &["inspect", "bent", "--collapse"]);
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(
        said.starts_with("error: the network does not collapse: hidden layer 1 (7 units) is `relu`"),
        "{said}"
    );
    assert_eq!(refused.status.code(), Some(2));
}
