//! What the program does with good input, seen from outside: its output, its files, its exit code.

#![allow(clippy::unwrap_used, reason = "a test may")]

use assert_cmd::Command;
use serde_json::Value;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

fn gradus(folder: &Path, words: &[&str]) -> Command {
    let mut command = Command::cargo_bin("gradus").unwrap();
    command.current_dir(folder).args(words).env_remove("NO_COLOR");
    command
}

/// Runs it with `--json` and reads the object.
#[track_caller]
fn json(folder: &Path, words: &[&str]) -> Value {
    let output = gradus(folder, words).arg("--json").arg("--quiet").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[track_caller]
fn text(folder: &Path, words: &[&str]) -> String {
    let output = gradus(folder, words).arg("--quiet").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn entries(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn the_first_command_learns_digits() {
    let folder = TempDir::new().unwrap();
    let output = gradus(folder.path(), &["train", "digits"]).output().unwrap();
    assert!(output.status.success());
    let (out, err) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert!(out.contains("accuracy") && out.contains("runs/digits-1"), "{out}");
    let lines = err.lines().count();
    assert!((5..20).contains(&lines) && !err.contains('\u{1b}'), "{err}");
    assert_eq!(entries(folder.path()), ["runs"]);
    assert_eq!(
        entries(&folder.path().join("runs/digits-1")),
        ["history.csv", "model.gradus", "report.html", "spec.toml"]
    );
    let report = json(folder.path(), &["evaluate", "runs/digits-1", "digits"]);
    assert_eq!(report["rows"], 1797);
    let again = json(folder.path(), &["train", "digits"]);
    assert!(again["accuracy"].as_f64().unwrap() >= 0.97, "{again}");
    assert_eq!(again["run"], "runs/digits-2");
}

#[test]
fn the_json_of_a_run_has_its_figures() {
    let folder = TempDir::new().unwrap();
    let result =
        json(folder.path(), &["train", "iris", "--epochs", "20", "--validation", "0.2", "--run-dir", "r"]);
    for key in ["accuracy", "f1", "log_loss", "seconds", "samples_per_second", "loss"] {
        assert!(result[key].is_f64(), "{key}: {result}");
    }
    assert!(result["train"]["accuracy"].is_f64() && result["validation"]["accuracy"].is_f64(), "{result}");
    assert_eq!(result["accuracy"], result["test"]["accuracy"]);
    assert_eq!(result["rows"], serde_json::json!({"training": 96, "validation": 24, "test": 30}));
    assert_eq!((&result["epochs"], &result["stop"]), (&20.into(), &"epochs".into()));
    assert_eq!((&result["run"], &result["model"]), (&"r".into(), &"r/model.gradus".into()));
    let history = fs::read_to_string(folder.path().join("r/history.csv")).unwrap();
    assert!(history.starts_with("epoch,learning_rate,loss,validation_loss,validation_accuracy"), "{history}");
    assert_eq!(history.lines().count(), 21);
    let regression = json(folder.path(), &["train", "diabetes", "--epochs", "5", "--run-dir", "d"]);
    assert!(regression["rmse"].is_f64() && regression["accuracy"].is_null());
}

/// The model's bytes after training as `words` say.
#[track_caller]
fn model_bytes(folder: &Path, words: &[&str], run: &str) -> Vec<u8> {
    text(folder, &[&["train"], words, &["--run-dir", run]].concat());
    fs::read(folder.join(run).join("model.gradus")).unwrap()
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    let folder = TempDir::new().unwrap();
    let wide =
        ["digits", "--hidden", "256,128", "--epochs", "2", "--batch-size", "256", "--validation", "0.1"];
    let with_threads = |threads: &str| {
        let words = [&wide[..], &["--threads", threads]].concat();
        model_bytes(folder.path(), &words, &format!("t{threads}"))
    };
    let one = with_threads("1");
    for threads in ["2", "3", "4", "8"] {
        assert!(with_threads(threads) == one, "{threads} threads");
    }
}

#[test]
fn the_written_spec_gives_the_same_bits() {
    #[track_caller]
    fn check(folder: &Path, words: &[&str]) {
        let first = model_bytes(folder, words, "first");
        let second = model_bytes(folder, &["--spec", "first/spec.toml"], "second");
        assert!(first == second, "{words:?}");
        let specs =
            ["first", "second"].map(|run| fs::read_to_string(folder.join(run).join("spec.toml")).unwrap());
        assert_eq!(specs[0], specs[1]);
    }
    let folder = TempDir::new().unwrap();
    let mut table = "size,colour,n,price\n".to_owned();
    for i in 0..40 {
        table += &format!("{},{},{},{}\n", i % 7, ["red", "blue"][i % 2], i % 5, 3 * (i % 7) + i % 5);
    }
    fs::write(folder.path().join("houses.csv"), &table).unwrap();
    let path = folder.path();
    check(path, &["iris", "--epochs", "5"]);
    check(
        path,
        &["iris", "--epochs", "5", "--seed", "18446744073709551615", "--test", "0", "--dropout", "0.3"],
    );
    check(path, &["digits", "--epochs", "2", "--hidden", "none"]);
    check(
        path,
        &["spiral:rows=80,noise=0.1,seed=3", "--epochs", "9", "--patience", "3", "--validation", "0.2"],
    );
    check(path, &["houses.csv", "--column", "n=category", "--task", "regression", "--epochs", "4"]);
    check(
        path,
        &[
            "houses.csv",
            "--target",
            "price,size",
            "--task",
            "regression",
            "--test",
            "houses.csv",
            "--epochs",
            "4",
        ],
    );
    check(
        path,
        &["houses.csv", "--task", "regression", "--validation", "houses.csv", "--weight-column", "n"],
    );
    check(
        path,
        &[
            "iris",
            "--epochs",
            "4",
            "--class-weight",
            "setosa=2,virginica=0.5",
            "--group",
            "0.weights:l1=0.01;1:frozen=true",
            "--optimizer",
            "momentum:momentum=0.8",
            "--schedule",
            "cosine:warmup=0.1",
            "--clip",
            "1",
            "--precision",
            "f64",
        ],
    );
    check(
        path,
        &["iris", "--epochs", "4", "--from", "second/model.gradus", "--target", "species", "--folds", "2"],
    );
}

#[test]
fn predictions_stand_beside_the_inputs() {
    let folder = TempDir::new().unwrap();
    let path = folder.path();
    let rows = "id;note;x;predicted;kind\n1;\"a;b\";0,5;z;=ham\n2;=cmd;1,5;z;spam\n3;c;2,5;z;spam\n4;d;0,25;z;=ham\n";
    fs::write(path.join("mail.csv"), rows).unwrap();
    text(
        path,
        &["train", "mail.csv", "--column", "note=text", "--test", "0", "--epochs", "80", "--run-dir", "r"],
    );
    let found = text(path, &["predict", "r/model.gradus", "mail.csv", "--probabilities"]);
    let lines: Vec<&str> = found.lines().collect();
    assert_eq!(
        lines[0],
        "id;note;x;predicted;kind;predicted_2;probability;probability_=ham;probability_spam"
    );
    assert!(lines[1].starts_with("1;\"a;b\";0,5;z;=ham;'=ham;"), "{}", lines[1]);
    assert!(lines[2].starts_with("2;=cmd;1,5;z;spam;spam;"), "{}", lines[2]);
    assert_eq!(lines.len(), 5);

    text(path, &["predict", "r", "mail.csv", "--output", "out.csv", "--probabilities"]);
    assert_eq!(fs::read_to_string(path.join("out.csv")).unwrap(), found);
    let answers = json(path, &["predict", "r", "mail.csv"]);
    assert_eq!((&answers["rows"], &answers["predictions"][1]["predicted"]), (&4.into(), &"spam".into()));
    let probabilities = &answers["predictions"][0]["probabilities"];
    let sum = probabilities["=ham"].as_f64().unwrap() + probabilities["spam"].as_f64().unwrap();
    assert!((sum - 1.0).abs() < 1e-6);

    // Columns in another order, and no target.
    fs::write(path.join("new.csv"), "x;predicted;id\n2,5;z;9\n").unwrap();
    assert_eq!(text(path, &["predict", "r", "new.csv"]).lines().count(), 2);
    // What is written is read again.
    let report = json(path, &["evaluate", "r", "out.csv"]);
    assert_eq!(report["rows"], 4);
}

#[test]
fn folds_give_mean_and_spread() {
    let folder = TempDir::new().unwrap();
    let result = json(folder.path(), &["train", "iris", "--folds", "3", "--test", "0", "--epochs", "60"]);
    let accuracy = &result["folds"]["figures"][0];
    assert_eq!((&accuracy["name"], &result["folds"]["folds"]), (&"accuracy".into(), &3.into()));
    assert!(
        accuracy["mean"].as_f64().unwrap() > 0.9 && accuracy["deviation"].as_f64().unwrap() < 0.1,
        "{accuracy}"
    );
    assert_eq!(result["folds"]["reports"].as_array().unwrap().len(), 3);
    let shown = text(folder.path(), &["train", "iris", "--folds", "3", "--test", "0", "--epochs", "60"]);
    assert!(shown.contains("3 folds") && shown.contains('±'), "{shown}");
}

#[test]
fn a_model_shows_what_is_in_it() {
    let folder = TempDir::new().unwrap();
    let path = folder.path();
    fs::write(path.join("line.csv"), "x,y\n0,1\n1,3\n2,5\n3,7\n4,9\n5,11\n6,13\n7,15\n").unwrap();
    let line =
        ["train", "line.csv", "--hidden", "none", "--task", "regression", "--test", "0", "--run-dir", "r"];
    let rule = [
        "--optimizer",
        "sgd",
        "--learning-rate",
        "0.5",
        "--epochs",
        "300",
        "--schedule",
        "constant",
        "--precision",
        "f64",
    ];
    text(path, &[&line[..], &rule].concat());
    let model = json(path, &["inspect", "r"]);
    assert_eq!((&model["parameters"], &model["precision"]), (&2.into(), &"f64".into()));
    let unit = &model["own_units"]["outputs"][0];
    // y = 2x + 1
    assert!((unit["weights"][0].as_f64().unwrap() - 2.0).abs() < 1e-6, "{unit}");
    assert!((unit["bias"].as_f64().unwrap() - 1.0).abs() < 1e-6, "{unit}");
    let shown = text(path, &["inspect", "r"]);
    for word in
        ["1 → 1", "shape", "deviation", "zeros", "in the data's own units", "learning-rate", "made by"]
    {
        assert!(shown.contains(word), "{word}: {shown}");
    }
}

#[test]
fn everything_else_answers() {
    let folder = TempDir::new().unwrap();
    let path = folder.path();
    let sets = json(path, &["datasets"]);
    let names: Vec<&str> = sets.as_array().unwrap().iter().map(|set| set["name"].as_str().unwrap()).collect();
    for name in
        ["iris", "digits", "wine", "breast-cancer", "diabetes", "xor", "spiral", "moons", "spam-words"]
    {
        assert!(names.contains(&name), "{name}");
    }
    assert!(text(path, &["datasets"]).contains("breast-cancer"));
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(text(path, &["completions", shell]).contains("learning-rate"), "{shell}");
    }
    assert!(text(path, &["man"]).contains(".TH gradus"));
    text(path, &["man", "."]);
    let pages = entries(path);
    assert!(pages.iter().all(|page| page.starts_with("gradus") && page.ends_with(".1")), "{pages:?}");
    for command in ["train", "trace", "approximate", "plot", "man"] {
        assert!(pages.contains(&format!("gradus-{command}.1")), "{pages:?}");
    }
    assert!(fs::read_to_string(path.join("gradus-train.1")).unwrap().contains("weight\\-decay"));
    for words in [&["--help"][..], &["--version"], &["help", "train"], &["train", "-h"], &["train", "--help"]]
    {
        assert!(gradus(path, words).output().unwrap().status.success());
    }
}

#[test]
fn a_run_goes_on_from_a_model() {
    let folder = TempDir::new().unwrap();
    let path = folder.path();
    let first = json(path, &["train", "iris", "--epochs", "10", "--run-dir", "a"]);
    let more = json(path, &["train", "iris", "--epochs", "10", "--from", "a/model.gradus", "--run-dir", "b"]);
    assert!(more["loss"].as_f64().unwrap() < first["loss"].as_f64().unwrap(), "{first} {more}");
}

/// Sixty rows, every seventh with a gap.
fn with_gaps(folder: &Path) {
    let rows = (0..60).map(|i| {
        let a = if i % 7 == 0 { String::new() } else { i.to_string() };
        format!("{a},{},{}\n", i % 5, if i % 2 == 0 { "yes" } else { "no" })
    });
    fs::write(folder.join("gaps.csv"), format!("pi,b,y\n{}", rows.collect::<String>())).unwrap();
}

#[test]
fn rows_with_gaps_can_be_left_out() {
    let folder = TempDir::new().unwrap();
    let path = folder.path();
    with_gaps(path);
    for more in [&[][..], &["--test", "0"], &["--validation", "0.2"], &["--folds", "3"]] {
        let run_dir = format!("r{}", more.len() + more.first().map_or(0, |flag| flag.len()));
        let words = ["train", "gaps.csv", "--missing", "drop", "--epochs", "4", "--run-dir", &run_dir];
        json(path, &[&words[..], more].concat());
        assert!(path.join(run_dir).join("model.gradus").exists(), "{more:?}");
    }
}

#[test]
fn a_column_called_pi_is_no_constant() {
    let folder = TempDir::new().unwrap();
    let path = folder.path();
    with_gaps(path);
    let words =
        ["train", "gaps.csv", "--missing", "mean", "--features", "pi*b,b", "--epochs", "4", "--run-dir", "r"];
    json(path, &words);
    assert!(text(path, &["inspect", "r"]).contains("{pi}*b"));
}

#[test]
fn what_stands_in_the_target_of_rows_to_predict_is_not_read() {
    let folder = TempDir::new().unwrap();
    let path = folder.path();
    fs::write(path.join("new.csv"), "sepal length (cm),sepal width (cm),petal length (cm),petal width (cm),species\n5,3,1,0.2,?\n6,3,5,2,rosa\n").unwrap();
    text(path, &["train", "iris", "--run-dir", "r"]);
    let answers = text(path, &["predict", "r", "new.csv"]);
    assert!(answers.contains("rosa,virginica") && answers.contains("?,setosa"), "{answers}");
}

/// A run that must end with `code` and a message that has `part` in it.
#[track_caller]
fn check_refused(folder: &Path, words: &[&str], code: i32, part: &str) {
    let output = gradus(folder, words).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(code), "{words:?}: {said}");
    assert!(said.contains(part), "{words:?}: {said}");
}

#[test]
fn an_update_that_is_too_large_leaves_weights_that_can_be_read() {
    let folder = TempDir::new().unwrap();
    let path = folder.path();
    for (optimizer, rate) in [("sgd", "1e39"), ("momentum", "1e39")] {
        let run = [
            "train",
            "xor",
            "--optimizer",
            optimizer,
            "--learning-rate",
            rate,
            "--epochs",
            "3",
            "--run-dir",
            optimizer,
        ];
        check_refused(path, &run, 5, "are not finite; help: lower the learning rate");
        text(path, &["inspect", optimizer]);
    }
    let perceptron =
        ["train", "xor", "--model", "perceptron", "--learning-rate", "1e39", "--precision", "f32"];
    check_refused(path, &perceptron, 5, "left the range of numbers");
}

#[test]
fn a_model_to_go_on_from_decides_some_keys() {
    let folder = TempDir::new().unwrap();
    let path = folder.path();
    text(path, &["train", "iris", "--epochs", "3", "--run-dir", "a"]);
    for (key, value) in
        [("--prep", "minmax"), ("--features", "x1"), ("--activation", "tanh"), ("--init", "zeros")]
    {
        let words = ["train", "iris", "--from", "a", key, value];
        check_refused(
            path,
            &words,
            2,
            &format!("`{}` is {value}, but the model to go on from has", &key[2..]),
        );
    }
    for same in [&["--activation", "relu"][..], &["--optimizer", "rprop"], &["--patience", "2"]] {
        text(path, &[&["train", "iris", "--from", "a", "--epochs", "2"], same].concat());
    }
}

#[test]
fn the_poisson_loss_is_for_counts() {
    let folder = TempDir::new().unwrap();
    let path = folder.path();
    let rows: String = (0..40).map(|i| format!("{i},{}\n", f64::from(i) * 0.5 - 3.0)).collect();
    fs::write(path.join("below.csv"), format!("x,y\n{rows}")).unwrap();
    check_refused(path, &["train", "below.csv", "--loss", "poisson"], 3, "the Poisson loss is for counts");
}
