//! Every bad file gets one clear line that says what, where and what to do, and the class that decides the exit code.

#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use gradus::Class;
use gradus::data::Task;
use gradus_lab::source::{ColumnType, Reading, load, load_bytes};
use std::collections::BTreeMap;

fn check(bytes: impl AsRef<[u8]>, reading: &Reading, expected: &str) {
    check_named("f.csv", bytes.as_ref(), reading, expected);
}

fn check_named(name: &str, bytes: &[u8], reading: &Reading, expected: &str) {
    let refusal = load_bytes(name, bytes, reading).unwrap_err();
    assert_eq!(refusal.to_string(), expected);
    assert_eq!(refusal.class(), Class::Data);
    assert!(!expected.contains('\n'));
}

fn target(names: &[&str]) -> Reading {
    Reading { target: names.iter().map(ToString::to_string).collect(), ..Reading::default() }
}

fn column(name: &str, column_type: ColumnType) -> Reading {
    Reading { columns: BTreeMap::from([(name.to_owned(), column_type)]), ..Reading::default() }
}

#[test]
fn text_that_is_not_rectangular() {
    let any = &Reading::default();
    check("", any, "the file is empty, f.csv; help: give it a header and rows");
    check("a,b\n", any, "0 data rows, but 2 are needed, f.csv; help: add rows below the header");
    check("a,b\n1,2\n", any, "1 data rows, but 2 are needed, f.csv; help: add rows below the header");
    check(
        "a,b,c\n1,2,3\n1,2\n1,2,3\n",
        any,
        "1 row does not have the 3 fields of line 1: line 3 has 2, f.csv; help: mend that line, or quote cells that contain `,`",
    );
    check(
        format!("a,b\n1,2\n3,4\n{}", "1,2,3\n".repeat(7)),
        any,
        "7 rows do not have the 2 fields of line 1: line 4 has 3, line 5 has 3, line 6 has 3, line 7 has 3, line 8 has 3 and 2 more, f.csv; help: mend those lines, or quote cells that contain `,`",
    );
    check(
        "a,b\n1,2\n\"3,4\n5,6\n",
        any,
        "a quote is opened and never closed, f.csv, line 3; help: close it, or double a quote that is part of the text",
    );
    check(
        "a,b\n1,\"2\"x\n3,4\n",
        any,
        "text stands after a closing quote, f.csv, line 2, character 6; help: double a quote that is part of the text",
    );
    check(
        "a,b,a\n1,2,3\n4,5,6\n",
        any,
        "columns 1 and 3 are both called `a`, f.csv, line 1; help: rename one of them",
    );
    check("a,,b\n1,2,3\n4,5,6\n", any, "column 2 has no name, f.csv, line 1; help: name it in the header");
    check(
        b"a,b\n1,caf\xE9\n",
        any,
        "byte 0xE9 is not UTF-8, f.csv, line 2, character 6; help: convert the file with `iconv -f LATIN1 -t UTF-8`",
    );
}

#[test]
fn cells_that_do_not_suit_their_column() {
    let rows: String = (1..=60_000)
        .map(|i| if i == 50_000 { "oops,1\n".into() } else { format!("{i},{}\n", i % 2) })
        .collect();
    check(
        format!("a,b\n{rows}"),
        &Reading::default(),
        "`oops` is not a number, f.csv, line 50001, column `a`; help: mend the cell, leave it empty if the value is missing, or say --column 'a=category'",
    );
    for cell in ["nan", "inf", "-Infinity", "1e400"] {
        check(
            format!("a,b\n1,2\n{cell},4\n3,5\n"),
            &Reading::default(),
            &format!(
                "`{cell}` is not a finite number, f.csv, line 3, column `a`; help: leave the cell empty if the value is missing"
            ),
        );
    }
    for cell in ["0x10", "1_000", "\"1,234\""] {
        let shown = cell.trim_matches('"');
        check(
            format!("a,b\n1,2\n{cell},4\n"),
            &column("a", ColumnType::Number),
            &format!(
                "`{shown}` is not a number, f.csv, line 3, column `a`; help: mend the cell, leave it empty if the value is missing, or say --column 'a=category'"
            ),
        );
    }
    let names: String = (0..1001).map(|i| format!("name{i},{}\n", i % 2)).collect();
    check(
        format!("who,y\n{names}"),
        &Reading::default(),
        "column `who` has 1001 different words, more than 1000, f.csv; help: leave it out with --column 'who=skip'",
    );
    check(
        "a,b\n1,2\n3,4\n",
        &column("aa", ColumnType::Skip),
        "there is no column `aa`, f.csv; help: did you mean `a`? columns are a, b",
    );
}

#[test]
fn targets_and_weights_that_cannot_be() {
    let flowers = "length,width,species\n1,2,rose\n2,3,lily\n3,4,rose\n";
    check(
        flowers,
        &target(&["specie"]),
        "there is no column `specie`, f.csv; help: did you mean `species`? columns are length, width, species",
    );
    check(
        "a,y\n1,x\n2,x\n",
        &Reading::default(),
        "the target has only one class, `x`, f.csv; help: give at least two, or name another column with --target",
    );
    check(
        "a,y\n1,x\n2,\n3,NA\n4,z\n",
        &Reading::default(),
        "the target is missing in 2 rows, first in f.csv, line 3, column `y`; help: fill the cell in, or delete the row",
    );
    check(
        flowers,
        &Reading { task: Some(Task::Regression), ..Reading::default() },
        "the target `species` is not a number, which regression needs, f.csv; help: say --task classification, or name another column with --target",
    );
    check(
        flowers,
        &Reading { task: Some(Task::Classification), ..target(&["length", "width"]) },
        "classification has one target, but 2 are named, f.csv; help: say --task multi-label for yes/no targets, --task regression for numbers",
    );
    check(
        flowers,
        &Reading { task: Some(Task::MultiLabel), ..target(&["length", "width"]) },
        "2 is neither 0 nor 1, f.csv, line 3, column `length`; help: each label of a multi-label task is 0 or 1",
    );
    check(
        flowers,
        &target(&["length", "length"]),
        "`length` is named twice as a target, f.csv; help: name each target once",
    );
    check(
        "y\na\nb\n",
        &Reading::default(),
        "no column is left to learn from, f.csv; help: the target alone is not enough, check --column and --target",
    );
    let weighted = |weight: &str| format!("w,a,y\n1,1,p\n{weight},2,q\n");
    let reading = Reading { weight_column: Some("w".into()), ..Reading::default() };
    check(
        weighted("-2"),
        &reading,
        "weight -2 is not usable, f.csv, line 3, column `w`; help: a weight is a finite number, 0 or more",
    );
    check(
        "w,a,y\n0,1,p\n0,2,q\n",
        &reading,
        "all weights are 0, f.csv; help: at least one example has to count",
    );
}

#[test]
fn messages_stay_on_one_line() {
    let refusal = load_bytes("f.csv", b"\"a\nb\",y\n1,p\n\"1\n2\",q\n", &column("a\nb", ColumnType::Number));
    assert_eq!(
        refusal.unwrap_err().to_string(),
        "`1\\n2` is not a number, f.csv, line 4, column `a\\nb`; help: mend the cell, leave it empty if the value is missing, or say --column 'a\\nb=category'"
    );
}

#[test]
fn names_that_lead_nowhere() {
    fn check(data: &str, expected: &str, class: Class) {
        let refusal = load(data, &Reading::default()).unwrap_err();
        assert_eq!((refusal.to_string().as_str(), refusal.class()), (expected, class));
    }
    check(
        "irs",
        "no data are called `irs`: it is no built-in set, no generator and no file; help: did you mean `iris`? `gradus datasets` lists what is built in",
        Class::Data,
    );
    check(
        "iris:rows=5",
        "`iris` is a fixed set of data and has no settings; help: write `iris`",
        Class::Spec,
    );
    check("nowhere/x.csv", "there is no file `nowhere/x.csv`; help: check the path", Class::Data);
    check("./iris", "there is no file `./iris`; help: check the path", Class::Data);
    check(
        "digits --target",
        "no data are called `digits --target`: it is no built-in set, no generator and no file; help: did you mean `digits`? `gradus datasets` lists what is built in",
        Class::Data,
    );
}

#[test]
fn blocks_have_no_columns() {
    let refusal = load("digits", &target(&["x"])).unwrap_err().to_string();
    assert_eq!(
        refusal,
        "these data have no named columns, so --target means nothing, digits; help: leave --target out"
    );
    check_named(
        "t.parquet",
        b"PAR1",
        &Reading::default(),
        "Parquet files are not read yet, `t.parquet`; help: write the table as CSV",
    );
}

#[test]
fn damaged_binary_files() {
    let any = &Reading::default();
    check_named(
        "a-images-idx3-ubyte",
        &[0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 2, 1, 2, 3],
        any,
        "the file is cut short: its header asks for 4 bytes of data, at most 3 are there, a-images-idx3-ubyte; help: fetch the file again",
    );
    check_named(
        "a.idx",
        &[0, 0, 8, 1, 0, 0, 0, 1, 1],
        any,
        "these are labels, not images, a.idx; help: the images have names like train-images-idx3-ubyte",
    );
    check_named(
        "a.npz",
        b"PK",
        any,
        "not a readable .npz archive: invalid Zip archive: Could not find EOCD, a.npz; help: write it with numpy.savez",
    );
    check_named(
        "a.csv.gz",
        &[0x1F, 0x8B, 8, 0, 0],
        any,
        "damaged gzip data (unexpected end of file), a.csv.gz; help: fetch the file again",
    );
}
