//! `gradus trace` from outside: gates, the worked example, a step of a trained model, and what it refuses.

#![allow(clippy::unwrap_used, reason = "a test may")]

use assert_cmd::Command;
use serde_json::Value;
use std::path::Path;
use tempfile::TempDir;

fn gradus(folder: &Path, line: &str) -> std::process::Output {
    let words = line.split_whitespace();
    Command::cargo_bin("gradus").unwrap().current_dir(folder).args(words).output().unwrap()
}

#[track_caller]
fn text(folder: &Path, line: &str) -> String {
    let output = gradus(folder, line);
    assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[track_caller]
fn json(folder: &Path, line: &str) -> Value {
    serde_json::from_str(&text(folder, &format!("{line} --json"))).unwrap()
}

/// One line, with this exit code.
#[track_caller]
fn refused(folder: &Path, line: &str, code: i32, start: &str) {
    let output = gradus(folder, line);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.starts_with(&format!("error: {start}")), "{line}: {said}");
    assert_eq!((said.lines().count(), output.status.code()), (1, Some(code)), "{line}: {said}");
    assert!(said.contains("; help: ") && output.stdout.is_empty(), "{said}");
}

fn a_model(folder: &Path) {
    text(folder, "train iris --hidden 4 --epochs 3 --run-dir r --quiet");
}

#[test]
fn the_table_of_and() {
    let folder = TempDir::new().unwrap();
    let bias = text(folder.path(), "trace and");
    let expected = "
Unit 3: and
  in₃ = w₁₃·x₁ + w₂₃·x₂ + b₃ with w₁₃ = 1, w₂₃ = 1, b₃ = -1.5 (a threshold θ₃ = 1.5)
  x₁   x₂   Σᵢwᵢ₃·xᵢ   b₃     in₃    a₃
  0    0    0          -1.5   -1.5   0
  0    1    1          -1.5   -0.5   0
  1    0    1          -1.5   -0.5   0
  1    1    2          -1.5    0.5   1
";
    assert!(bias.ends_with(expected), "{bias}");
    let threshold = text(folder.path(), "trace and --convention threshold");
    assert!(threshold.contains("- θ₃ with w₁₃ = 1, w₂₃ = 1, θ₃ = 1.5 (a bias b₃ = -1.5)"), "{threshold}");
    assert!(threshold.ends_with("\n  1    1    2          1.5    0.5   1\n"), "{threshold}");
}

#[test]
fn every_gate_says_what_logic_says() {
    let folder = TempDir::new().unwrap();
    let check = |words: &str, expected: &[i64]| {
        let table = json(folder.path(), &format!("trace {words}"));
        let outputs: Vec<f64> =
            table["rows"].as_array().unwrap().iter().map(|row| row["output"].as_f64().unwrap()).collect();
        let expected: Vec<f64> = expected.iter().map(|&y| y as f64).collect();
        assert_eq!(outputs, expected, "{words}");
    };
    check("and", &[0, 0, 0, 1]);
    check("or", &[0, 1, 1, 1]);
    check("not", &[1, 0]);
    check("nand", &[1, 1, 1, 0]);
    check("majority", &[0, 0, 0, 1, 0, 1, 1, 1]);
    check("majority:inputs=2", &[0, 0, 0, 1]);
    check("xor", &[0, 1, 1, 0]);
    check("xor --activation sign", &[-1, 1, 1, -1]);
    check("not --activation sign --convention threshold", &[1, -1]);
}

#[test]
fn the_worked_example_in_both_conventions() {
    let folder = TempDir::new().unwrap();
    let near = |found: &Value, expected: f64| {
        assert!((found.as_f64().unwrap() - expected).abs() <= 1e-15, "{found}, not {expected}");
    };
    let bias = json(folder.path(), "trace worked-example");
    let (hidden, output) = (&bias["layers"][0]["units"], &bias["layers"][1]["units"][0]);
    near(&hidden[0]["net_input"], -0.7);
    near(&output["net_input"], -0.10453950584533817);
    near(&output["delta"], 0.1311690782143445);
    near(&output["weights"][0]["new"], -0.26082884634154524);
    near(&hidden[0]["bias"]["new"], -0.40785210576888997);
    near(&bias["outputs"][0]["after"], 0.515247950984996);
    let threshold = json(folder.path(), "trace worked-example --convention threshold");
    let (hidden, output) = (&threshold["layers"][0]["units"], &threshold["layers"][1]["units"][0]);
    near(&hidden[0]["threshold"]["old"], 0.4);
    near(&hidden[0]["threshold"]["new"], 0.40785210576888997);
    near(&hidden[1]["threshold"]["new"], -0.19411212344224793);
    near(&output["threshold"]["change"], -0.11805217039291006);
    assert!(hidden[0]["bias"].is_null());
    let same = json(folder.path(), "trace worked-example --learning-rate 0.9");
    assert_eq!(same, bias);
}

/// The formulas have the numbers in them, and columns stand below each other.
#[test]
fn the_worked_example_as_text() {
    let folder = TempDir::new().unwrap();
    let shown = text(folder.path(), "trace worked-example");
    for line in [
        "  4      0.2·1 + 0.4·0 - 0.5·1 - 0.4   ",
        "  6      -0.3·0.331812227831",
        "  w₄₆      -0.3   0.9·0.331812227831",
        "  b₆        0.1   0.9·0.131169078214",
        "  w₂₄       0.4   0.9·0·(-0.00872456196543",
        "  Units 4 and 5: Δⱼ = g′(inⱼ)·Σₖwⱼₖ·Δₖ with g′(inⱼ) = aⱼ·(1 - aⱼ)",
    ] {
        assert!(shown.contains(line), "{line}\nis not in\n{shown}");
    }
}

#[test]
fn a_step_of_a_trained_model() {
    let folder = TempDir::new().unwrap();
    a_model(folder.path());
    let step = json(folder.path(), "trace r iris --row 77");
    assert_eq!(
        (&step["row"], &step["learning_rate"], &step["precision"]),
        (&77.into(), &0.1.into(), &"f32".into())
    );
    assert_eq!(step["inputs"][0]["name"], "sepal length (cm)");
    assert_eq!(step["outputs"][1]["name"], "versicolor");
    assert!(step["loss_after"].as_f64().unwrap() < step["loss_before"].as_f64().unwrap());
    let units = step["layers"][0]["units"].as_array().unwrap();
    assert_eq!((units.len(), &units[0]["unit"]), (4, &5.into()));
    let shown = text(folder.path(), "trace r iris");
    assert!(shown.contains("penalties, dropout, clipping") && shown.contains("sepal width (cm)"), "{shown}");
    let layer = text(folder.path(), "trace r iris --layer 2");
    assert!(layer.contains("Only layer 2: Units 9 to 11.") && !layer.contains("w₁₅"), "{layer}");
}

#[test]
fn markdown_and_latex() {
    let folder = TempDir::new().unwrap();
    let markdown = text(folder.path(), "trace worked-example --format markdown");
    assert!(markdown.contains("\n| unit | aᵢ | name |\n|---|---|---|\n| 1 | 1 | x1 |\n"), "{markdown}");
    let latex = text(folder.path(), "trace worked-example --format latex");
    // The formulas stand below their rows, or the table would run off the page.
    assert!(latex.contains("\n$w_{46}$ & $-0.3$ & $0.039171153658"), "{latex}");
    assert!(latex.contains("\\relax $0.9\\cdot 0.331812227831"), "{latex}");
    let longest = latex.lines().map(|line| line.replace("\\cdot ", "*").len()).max();
    assert!(longest.is_some_and(|longest| longest < 180), "{latex}");
    assert_eq!(latex.matches("\\begin{tabular}").count(), latex.matches("\\end{tabular}").count());
    assert_eq!(latex.matches('{').count(), latex.matches('}').count());
    // Only names from outside may bring letters that need more than ASCII.
    assert!(latex.is_ascii(), "{latex}");
}

/// A gate is meant by its name even where a file is called so.
#[test]
fn a_gate_wins_over_a_file_of_its_name() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("and"), "x").unwrap();
    assert_eq!(json(folder.path(), "trace and")["trace"], "and");
    refused(folder.path(), "trace ./and and", 4, "this is not a Gradus model file:");
}

#[test]
fn what_cannot_be_traced() {
    let folder = TempDir::new().unwrap();
    a_model(folder.path());
    text(folder.path(), "train digits --hidden 16 --epochs 1 --run-dir d --quiet");
    let check = |line: &str, code: i32, start: &str| refused(folder.path(), line, code, start);
    check("trace nadn", 2, "unknown network or file `nadn`; help: did you mean `nand`?");
    check(
        "trace majority:inputs=0",
        2,
        "`inputs` of majority is 0, but must be a whole number from 1 to 16;",
    );
    check("trace majority:inputs=12", 2, "the trace has 65,536 numbers, too many to print; help: --json");
    check("trace and iris", 2, "`iris` is one word too many;");
    check("trace and --row 2", 2, "`--row` means nothing for `and`;");
    check("trace worked-example --activation sign", 2, "`--activation` means nothing for `worked-example`;");
    check(
        "trace worked-example --learning-rate 0",
        2,
        "`--learning-rate` is 0, but must be a number above 0;",
    );
    check("trace worked-example --layer 3", 2, "there is no layer 3: the network has 2,");
    check("trace worked-example --layer x", 2, "`--layer` is x, but must be a whole number;");
    check("trace worked-example --convention c", 2, "`convention` cannot be `c`;");
    check("trace worked-example --format pdf", 2, "`format` cannot be `pdf`;");
    check("trace worked-example --format text --json", 2, "`--format` and `--json` are two forms");
    check("trace r", 2, "missing: <DATA>;");
    check("trace ./none.gradus iris", 3, "there is no file `./none.gradus`;");
    check("trace r iris --row 151", 2, "there is no row 151: the data have 150, counted from 1, iris;");
    check("trace r iris --row 0", 2, "there is no row 0:");
    check(
        "trace d digits",
        2,
        "the trace has 5,078 numbers, too many to print; help: --layer 2 has few enough, --json",
    );
    check("trace r digits", 3, "");
    // The first layer sends its errors through all weights of the second: the last one is what can be printed.
    text(folder.path(), "train iris --hidden 64,64 --epochs 1 --run-dir wide --quiet");
    let wide = "the trace has 23,381 numbers, too many to print; help: --layer 3 has few enough, --json";
    check("trace wide iris", 2, wide);
    check(
        "trace wide iris --layer 1",
        2,
        "the trace has 5,568 numbers, too many to print; help: --layer 3 has",
    );
    let shown = text(folder.path(), "trace wide iris --layer 3");
    assert!(shown.lines().count() < 500, "{shown}");
    assert!(json(folder.path(), "trace d digits")["layers"][0]["units"].as_array().unwrap().len() == 16);
}
