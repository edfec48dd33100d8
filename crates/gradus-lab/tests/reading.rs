//! What good data become: inputs, targets, names, notes.

#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use flate2::Compression;
use flate2::write::GzEncoder;
use gradus::data::{Elements, Inputs, Target, Task, Values};
use gradus_lab::source::{
    ColumnType, Examples, Loaded, Reading, Schema, datasets, examples, load, load_bytes,
};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

fn read(text: &str, reading: &Reading) -> Loaded {
    load_bytes("f.csv", text.as_bytes(), reading).unwrap()
}

fn cells(inputs: &Inputs, column: &str) -> Values {
    let Inputs::Table(table) = inputs else { panic!("no table") };
    table.column(column).unwrap().values.clone()
}

fn classes(target: &Target) -> (&[u32], Vec<&str>) {
    let Target::Classes { codes, names, .. } = target else { panic!("no classes: {target:?}") };
    (codes, names.iter().map(String::as_str).collect())
}

#[test]
fn built_in_sets_are_what_they_are_described_as() {
    for known in datasets() {
        let loaded = load(known.name, &Reading::default()).unwrap();
        assert_eq!(loaded.data.rows(), known.rows, "{}", known.name);
        let n_inputs = match &loaded.data.inputs {
            Inputs::Block(block) => block.columns,
            Inputs::Table(table) => {
                table.columns().iter().filter(|c| !matches!(c.values, Values::Text(_))).count()
            }
        };
        assert_eq!(n_inputs, known.inputs, "{}", known.name);
        let (task, n_classes) = match &loaded.data.target {
            Target::Classes { names, .. } => (Task::Classification, names.len()),
            Target::Values { .. } => (Task::Regression, 0),
            Target::Labels { .. } => (Task::MultiLabel, 0),
        };
        assert_eq!((task, n_classes), (known.task, known.classes), "{}", known.name);
    }
}

/// Sums as scikit-learn's own loaders give them: `load_iris().data.sum()` and so on, `scaled=False` for diabetes.
#[test]
fn built_in_numbers_are_scikit_learns() {
    fn check(name: &str, sum: f64, class_names: &[&str], counts: &[usize]) {
        let loaded = load(name, &Reading::default()).unwrap();
        let found: f64 = match &loaded.data.inputs {
            Inputs::Block(block) => match &block.elements {
                Elements::U8(pixels) => pixels.iter().map(|&pixel| f64::from(pixel)).sum(),
                Elements::F32(_) | Elements::F64(_) => panic!("no bytes"),
            },
            Inputs::Table(table) => (table.columns().iter())
                .map(|column| match &column.values {
                    Values::Numbers(numbers) => numbers.iter().sum::<f64>(),
                    Values::Categories { .. } | Values::Text(_) => panic!("no numbers"),
                })
                .sum(),
        };
        assert!((found - sum).abs() < 1e-9 * sum, "{name}: {found} instead of {sum}");
        match &loaded.data.target {
            Target::Classes { codes, names, .. } => {
                assert_eq!(names, class_names);
                let count = |class| codes.iter().filter(|&&code| code as usize == class).count();
                assert_eq!((0..names.len()).map(count).collect::<Vec<_>>(), counts, "{name}");
            }
            Target::Values { values, .. } => assert_eq!(values.as_slice().iter().sum::<f64>(), 67243.0),
            Target::Labels { .. } => panic!("labels"),
        }
    }
    check("iris", 2078.7, &["setosa", "versicolor", "virginica"], &[50, 50, 50]);
    check("wine", 159975.295999, &["class_0", "class_1", "class_2"], &[59, 71, 48]);
    check("breast-cancer", 1056474.4596356, &["benign", "malignant"], &[357, 212]);
    check(
        "digits",
        561718.0,
        &["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
        &[178, 182, 177, 183, 181, 182, 181, 179, 174, 180],
    );
    check("diabetes", 276404.2336, &[], &[]);
}

#[test]
fn digits_are_pictures_of_bytes() {
    let loaded = load("digits", &Reading::default()).unwrap();
    let Inputs::Block(block) = &loaded.data.inputs else { panic!("no block") };
    assert_eq!((block.picture, block.columns), (Some((8, 8)), 64));
    let Elements::U8(pixels) = &block.elements else { panic!("no bytes") };
    assert_eq!(pixels[..8], [0, 0, 5, 13, 9, 1, 0, 0]);
    assert_eq!(classes(&loaded.data.target).0[..5], [0, 1, 2, 3, 4]);
}

#[test]
fn a_table_is_read_by_what_it_looks_like() {
    let loaded = read(
        "\u{FEFF}size;color;note;y\r\n1,5;red;\"a; b\";no\r\n;blue;x;yes\r\n2;?;x;no\r\n",
        &Reading::default(),
    );
    assert_eq!(loaded.name, "f");
    let Values::Numbers(sizes) = cells(&loaded.data.inputs, "size") else { panic!("no numbers") };
    assert_eq!((sizes[0], sizes[1].is_nan(), sizes[2]), (1.5, true, 2.0));
    let Values::Categories { codes, levels } = cells(&loaded.data.inputs, "color") else {
        panic!("no words")
    };
    assert_eq!((codes, levels.len()), (vec![0, 1, u32::MAX], 2));
    assert_eq!(classes(&loaded.data.target), (&[0, 1, 0][..], vec!["no", "yes"]));
    assert_eq!(
        loaded.notes,
        ["delimiter `;`, decimal `,`, 4 columns, 3 rows", "missing cells: `size` 1, `color` 1"]
    );
    let types: Vec<ColumnType> = loaded.types.iter().map(|(_, column_type)| *column_type).collect();
    use ColumnType::{Category, Number};
    assert_eq!(types, [Number, Category, Category, Category]);
}

#[test]
fn reading_can_be_told() {
    let text = "id,zip,w,a,y\n7,10115,1,2,0.5\n8,10115,2,3,1.5\n9,20095,1,3,2.5\n";
    let columns = BTreeMap::from([("id".into(), ColumnType::Skip), ("zip".into(), ColumnType::Category)]);
    let loaded = read(text, &Reading { columns, weight_column: Some("w".into()), ..Reading::default() });
    let Inputs::Table(table) = &loaded.data.inputs else { panic!("no table") };
    assert_eq!(table.columns().iter().map(|c| c.name.as_str()).collect::<Vec<_>>(), ["zip", "a"]);
    assert_eq!(loaded.data.weights, Some(vec![1.0, 2.0, 1.0]));
    assert!(
        matches!(&loaded.data.target, Target::Values { values, .. } if values.as_slice() == [0.5, 1.5, 2.5])
    );
    assert_eq!(loaded.types[0].1, ColumnType::Skip);
    let two = Reading { target: vec!["y".into(), "a".into()], ..Reading::default() };
    let Target::Values { names, values } = read(text, &two).data.target else { panic!("no values") };
    assert_eq!((names, values.row(2)), (vec!["y".to_owned(), "a".to_owned()], &[2.5, 3.0][..]));
    let labels = Reading { target: vec!["p".into(), "q".into()], ..Reading::default() };
    let target = read("a,p,q\n1,0,1\n2,1,1\n", &labels).data.target;
    assert!(matches!(target, Target::Labels { values, .. } if values.as_slice() == [0.0, 1.0, 1.0, 1.0]));
}

#[test]
fn what_cannot_be_learned_from_is_noted() {
    fn check(text: &str, expected: &[&str]) {
        assert_eq!(read(text, &Reading::default()).notes[1..], *expected, "{text:?}");
    }
    check("1,2.5\r2,3\r", &["no header row: the columns are called x1 to x2", "lines end with CR"]);
    check("a,b,y\n1,2,p\n1,3,q\n", &["column `a` is constant"]);
    check("a,y\n1,0.5\n2,0.5\n", &["the target `y` is constant: there is nothing to learn about it"]);
    check(
        "a,y\n1,p\n2,q\nthree,p\n",
        &[
            "column `a` is read as words, though 67 % of its cells are numbers (--column 'a=number' for numbers)",
        ],
    );
    let prose: String =
        (0..150).map(|i| format!("the {i}th sentence about this and that,{i},{}\n", i % 2)).collect();
    check(&format!("said,n,y\n{prose}"), &["column `said` is text: it is carried along, not learned from"]);
}

#[test]
fn a_model_gets_what_it_asks_for() {
    let columns = [("b".to_owned(), ColumnType::Category), ("a".to_owned(), ColumnType::Number)];
    let (target, names) = (["y".to_owned()], ["yes".to_owned(), "no".to_owned()]);
    let schema = Schema {
        columns: &columns,
        target: &target,
        classes: Some(&names),
        task: Task::Classification,
        ..Schema::default()
    };
    let folder = tempfile::tempdir().unwrap();
    let ask = |text: &str| -> Result<Examples, String> {
        let path = folder.path().join("new.csv");
        std::fs::write(&path, text).unwrap();
        examples(path.to_str().unwrap(), &schema)
            .map_err(|error| error.to_string().replace(path.to_str().unwrap(), "new.csv"))
    };
    let found = ask("y,extra,a,b\nno,?,1,3\nyes,=x,,4\n").unwrap();
    let Inputs::Table(table) = &found.inputs else { panic!("no table") };
    assert_eq!(table.columns().iter().map(|c| c.name.as_str()).collect::<Vec<_>>(), ["b", "a"]);
    assert_eq!(classes(found.target.as_ref().unwrap()).0, [1, 0]);
    let original = found.original.unwrap();
    assert_eq!((original.header.len(), &original.rows[1][1], original.delimiter), (4, "=x", b','));
    // A single row of words is told from a header by the model's names; a target that is not known is no target.
    assert!(ask("a,b\n1,x\n").unwrap().target.is_none());
    assert!(ask("a,b,y\n1,x,\n2,x,?\n").unwrap().target.is_none());
    assert_eq!(
        ask("a,b,y\n1,x,maybe\n").unwrap_err(),
        "class `maybe` did not occur in training, new.csv, line 2, column `y`; help: classes are yes, no"
    );
    assert_eq!(ask("a,c\n1,x\n").unwrap_err(), "there is no column `b`, new.csv; help: columns are a, c");
}

fn idx(dimensions: &[u32], bytes: &[u8]) -> Vec<u8> {
    let mut file = vec![0, 0, 8, dimensions.len() as u8];
    dimensions.iter().for_each(|n| file.extend(n.to_be_bytes()));
    file.extend(bytes);
    file
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn write(folder: &Path, name: &str, bytes: &[u8]) {
    std::fs::write(folder.join(name), bytes).unwrap();
}

#[test]
fn a_folder_of_idx_files_has_its_own_test_part() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    write(path, "train-images-idx3-ubyte.gz", &gzip(&idx(&[3, 1, 2], &[1, 2, 3, 4, 5, 6])));
    write(path, "train-labels-idx1-ubyte", &idx(&[3], &[7, 4, 7]));
    let name = path.to_str().unwrap();
    let refusal = || load(name, &Reading::default()).unwrap_err().to_string().replace(name, "F");
    assert_eq!(load(name, &Reading::default()).unwrap().test.map(|test| test.rows()), None);
    write(path, "t10k-images-idx3-ubyte.gz", &gzip(&idx(&[1, 1, 2], &[9, 8])));
    assert_eq!(
        refusal(),
        "no file t10k-labels-idx…-ubyte[.gz] in the folder, F; help: a folder of data holds the four IDX files with MNIST's names"
    );
    write(path, "t10k-labels-idx1-ubyte.gz", &gzip(&idx(&[1], &[5])));
    assert_eq!(
        refusal(),
        "class `5` did not occur in training, F/t10k-images-idx3-ubyte.gz, row 1, column `y`; help: classes are 4, 7"
    );
    write(path, "t10k-labels-idx1-ubyte.gz", &gzip(&idx(&[1], &[4])));
    let loaded = load(name, &Reading::default()).unwrap();
    assert_eq!(classes(&loaded.data.target), (&[1, 0, 1][..], vec!["4", "7"]));
    assert_eq!(classes(&loaded.test.unwrap().target).0, [0]);
    assert_eq!(loaded.notes, ["3 pictures of 1 × 2 in 2 classes", "a test part of its own with 1 rows"]);
    // One images file finds its labels; a model sees the test part.
    let images = path.join("train-images-idx3-ubyte.gz");
    assert_eq!(load(images.to_str().unwrap(), &Reading::default()).unwrap().data.rows(), 3);
    let names = ["4".to_owned(), "7".to_owned()];
    let schema = Schema {
        block_columns: Some(2),
        classes: Some(&names),
        task: Task::Classification,
        ..Schema::default()
    };
    assert_eq!(examples(name, &schema).unwrap().inputs.rows(), 1);
}

fn npy(dtype: &str, shape: &str, data: &[u8]) -> Vec<u8> {
    let header = format!("{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}, }}\n");
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(data);
    bytes
}

fn npz(arrays: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in arrays {
        writer.start_file(format!("{name}.npy"), zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn numpy_arrays_become_blocks() {
    let array = npy("|u1", "(2, 3)", &[1, 2, 0, 3, 4, 1]);
    let loaded = load_bytes("a.npy", &array, &Reading::default()).unwrap();
    let Inputs::Block(block) = &loaded.data.inputs else { panic!("no block") };
    assert_eq!((block.columns, &block.elements), (2, &Elements::U8(vec![1, 2, 3, 4])));
    assert_eq!(classes(&loaded.data.target), (&[0, 1][..], vec!["0", "1"]));

    let keras = npz(&[
        ("x_train", npy("|u1", "(2, 1, 2)", &[1, 2, 3, 4])),
        ("y_train", npy("|u1", "(2,)", &[5, 6])),
        ("x_test", npy("|u1", "(1, 1, 2)", &[7, 8])),
        ("y_test", npy("|u1", "(1,)", &[6])),
    ]);
    let loaded = load_bytes("mnist.npz", &keras, &Reading::default()).unwrap();
    assert_eq!(classes(&loaded.test.unwrap().target), (&[1][..], vec!["5", "6"]));

    let refused = |arrays: &[(&str, Vec<u8>)]| {
        load_bytes("a.npz", &npz(arrays), &Reading::default()).unwrap_err().to_string()
    };
    assert_eq!(
        refused(&[("z", npy("|u1", "(1,)", &[1]))]),
        "no array called x, X, inputs or x_train, a.npz; help: arrays here are z"
    );
    assert_eq!(
        refused(&[("x", npy("<f4", "(1048576, 1048576)", &[0; 8]))]),
        "the file is cut short: its header asks for 4398046511104 bytes of data, at most 8 are there, a.npz, array x; help: fetch the file again"
    );
    let mut not_finite = 1.0_f32.to_le_bytes().to_vec();
    not_finite.extend(f32::NAN.to_le_bytes());
    assert_eq!(
        refused(&[("x", npy("<f4", "(2, 1)", &not_finite)), ("y", npy("|u1", "(2,)", &[0, 1]))]),
        "NaN is not a finite number, a.npz, array x, row 2, column `x1`; help: replace it before the array is stored"
    );
}

#[test]
fn compressed_text_is_read_like_plain_text() {
    let text = "a,y\n1,p\n2,q\n";
    let loaded = load_bytes("f.csv.gz", &gzip(text.as_bytes()), &Reading::default()).unwrap();
    assert_eq!(
        (loaded.name.as_str(), &loaded.data.target),
        ("f", &read(text, &Reading::default()).data.target)
    );
}

#[test]
fn mail_keeps_its_text() {
    let loaded = load("spam-words:rows=20", &Reading::default()).unwrap();
    assert!(
        matches!(cells(&loaded.data.inputs, "text"), Values::Text(texts) if texts[0].starts_with("From: "))
    );
    assert_eq!(classes(&loaded.data.target).1, ["not spam", "spam"]);
}

proptest! {
    #[test]
    fn no_bytes_make_a_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..80), kind in 0..6_usize) {
        let name = ["f.csv", "f.tsv.gz", "f.npy", "f.npz", "f.idx", "f.idx.gz"][kind];
        let _ = load_bytes(name, &bytes, &Reading::default());
    }

    #[test]
    fn no_text_makes_a_reader_panic(text in "([ab1.,;\"\t\r\n-]|nan|1e9|NA){0,60}") {
        let _ = load_bytes("f.csv", text.as_bytes(), &Reading::default());
    }

    #[test]
    fn no_damage_to_an_archive_makes_a_reader_panic(at in 0..200_usize, byte: u8) {
        let mut archive = npz(&[("x", npy("|u1", "(2, 2)", &[1, 2, 3, 4])), ("y", npy("|u1", "(2,)", &[0, 1]))]);
        let place = at % archive.len();
        archive[place] = byte;
        let _ = load_bytes("f.npz", &archive, &Reading::default());
    }
}
