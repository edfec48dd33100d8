//! Model files that are right, and every way of being wrong that we know of.

use super::*;
use crate::data::{Block, Column, Dataset, Elements, Inputs, Table, Target, Values};
use crate::metrics::Report;
use crate::prep::{OutputForm, PrepOptions};
use crate::spec::Spec;
use crate::train::StopReason;
use crate::{Class, Matrix};
use proptest::prelude::*;

fn record() -> TrainingRecord {
    let mut spec = Spec::default();
    spec.set("hidden", "3").unwrap();
    TrainingRecord {
        version: "0.1.0".into(),
        instruction_set: "avx2".into(),
        spec,
        data: Some("people".into()),
        rows: 4,
        validation_rows: 0,
        epochs: 7,
        updates: 28,
        best_epoch: None,
        stop: StopReason::Epochs,
        loss: Some(0.1),
        validation: vec![("accuracy".into(), 0.7)],
        test: vec![("roc_auc".into(), 0.9)],
        warnings: vec!["column `age` is \"constant\"".into()],
    }
}

fn people() -> Dataset {
    let age = Column { name: "age".into(), values: Values::Numbers(vec![20.0, 40.0, 41.0, 60.0]) };
    let levels = vec!["blue".to_owned(), "red".to_owned()];
    let color = Column {
        name: "\"color\" é".into(),
        values: Values::Categories { codes: vec![1, 0, 1, 0], levels },
    };
    let names = vec!["no".to_owned(), "yes".to_owned()];
    Dataset {
        inputs: Inputs::Table(Table::new(vec![age, color])),
        target: Target::Classes { name: "buys".into(), codes: vec![0, 1, 1, 0], names },
        weights: None,
    }
}

fn architecture(inputs: usize, outputs: usize, link: &str) -> Architecture {
    let hidden = vec![(3, "leaky_relu:slope=0.1".parse().unwrap())];
    Architecture { inputs, hidden, outputs, link: link.parse().unwrap() }
}

/// Words and numbers in, two classes out, in f32.
fn classifier() -> Model {
    let people = people();
    let form = OutputForm::OneHot { low: 0.0, high: 1.0 };
    let network = Network::new(&architecture(3, 2, "softmax"), None, 1).unwrap();
    Model {
        prep: Preprocessor::fit(&people.inputs, &PrepOptions::default(), None).unwrap(),
        network: AnyNetwork::F32(network),
        coding: TargetCoding::fit(&people.target, form, true, None).unwrap(),
        record: record(),
    }
}

/// Pixels in, one number out, in f64.
fn regressor() -> Model {
    let elements = Elements::U8((0..8).collect());
    let inputs = Inputs::Block(Block { rows: 2, columns: 4, elements, picture: Some((2, 2)) });
    let values = Matrix::from_vec(2, 1, vec![0.1, 0.7]);
    let target = Target::Values { names: vec!["y".into()], values };
    let network = Network::new(&architecture(4, 1, "identity"), None, 1).unwrap();
    Model {
        prep: Preprocessor::fit(&inputs, &PrepOptions::default(), None).unwrap(),
        network: AnyNetwork::F64(network),
        coding: TargetCoding::fit(&target, OutputForm::Values, true, None).unwrap(),
        record: record(),
    }
}

#[test]
fn a_model_comes_back_as_it_was() {
    for model in [classifier(), regressor()] {
        let file = to_bytes(&model);
        assert_eq!(from_bytes(&file).unwrap(), model);
        assert_eq!(to_bytes(&model), file);
        let data_start = 8 + u64::from_le_bytes(file[..8].try_into().unwrap());
        assert!(data_start.is_multiple_of(8));
    }
}

#[test]
fn other_readers_of_safetensors_can_read_it() {
    let (model, file) = (classifier(), to_bytes(&classifier()));
    let AnyNetwork::F32(network) = &model.network else { unreachable!() };
    let tensors = SafeTensors::deserialize(&file).unwrap();
    for (index, layer) in network.layers().iter().enumerate() {
        let weights = tensors.tensor(&format!("layers.{index}.weights")).unwrap();
        assert_eq!((weights.dtype(), weights.shape()), (Dtype::F32, &[layer.outputs, layer.inputs][..]));
        let numbers: Vec<f32> =
            weights.data().as_chunks::<4>().0.iter().map(|&b| f32::from_le_bytes(b)).collect();
        assert_eq!(numbers, network.parameters()[layer.weights.clone()]);
    }
}

#[test]
fn a_model_that_was_read_answers_with_the_same_bits() {
    let (model, people) = (classifier(), people());
    let read = from_bytes(&to_bytes(&model)).unwrap();
    let (before, after) = (model.predict(&people.inputs).unwrap(), read.predict(&people.inputs).unwrap());
    assert_eq!(before, after);
    assert!(before.iter_rows().all(|row| (row[0] + row[1] - 1.0).abs() < 1e-6));
    let Report::Classification(report) = read.evaluate(&people).unwrap() else { unreachable!() };
    assert_eq!(report.classes.len(), 2);
    assert_eq!(read.class_names(), ["no", "yes"]);
}

#[test]
fn answers_do_not_depend_on_how_many_rows_there_are() {
    let (model, people) = (classifier(), people());
    let rows: Vec<usize> = (0..2500).map(|i| i % 4).collect();
    let (few, many) =
        (model.predict(&people.inputs).unwrap(), model.predict(&people.inputs.select(&rows)).unwrap());
    assert!(rows.iter().enumerate().all(|(i, &row)| many.row(i) == few.row(row)));
    let Inputs::Table(table) = people.inputs.select(&rows) else { unreachable!() };
    let mut columns = table.columns().to_vec();
    let Values::Numbers(ages) = &mut columns[0].values else { unreachable!() };
    ages[2000] = f64::NAN;
    let message = model.predict(&Inputs::Table(Table::new(columns))).unwrap_err().to_string();
    assert!(message.contains("row 2001"), "{message}");
}

/// y = 0.5 x + 0.25, the example of the specification.
fn line() -> Model {
    let inputs =
        Inputs::Block(Block { rows: 1, columns: 1, elements: Elements::F32(vec![0.0]), picture: None });
    let target = Target::Values { names: vec!["y".into()], values: Matrix::from_vec(1, 1, vec![0.0]) };
    let options = PrepOptions { scaling: crate::prep::Scaling::None, ..PrepOptions::default() };
    let architecture = Architecture { inputs: 1, hidden: Vec::new(), outputs: 1, link: Link::IDENTITY };
    let record = TrainingRecord { spec: Spec::default(), warnings: Vec::new(), ..record() };
    Model {
        prep: Preprocessor::fit(&inputs, &options, None).unwrap(),
        network: AnyNetwork::F32(Network::from_parameters(&architecture, vec![0.5, 0.25]).unwrap()),
        coding: TargetCoding::fit(&target, OutputForm::Values, false, None).unwrap(),
        record,
    }
}

/// As `hexdump -C` writes it.
fn hexdump(bytes: &[u8]) -> String {
    let line = |(index, line): (usize, &[u8])| {
        let hex: String = line.iter().map(|byte| format!("{byte:02x} ")).collect();
        let shown = |&byte: &u8| if (0x20..0x7f).contains(&byte) { char::from(byte) } else { '.' };
        format!("{:08x}  {hex:48} |{}|\n", 16 * index, line.iter().map(shown).collect::<String>())
    };
    bytes.chunks(16).enumerate().map(line).collect()
}

#[test]
fn the_example_of_the_specification_is_the_file_that_is_written() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/model-file.md");
    let page = std::fs::read_to_string(page).unwrap().replace('\r', "");
    let file = to_bytes(&line());
    let dump = hexdump(&file);
    assert!(page.contains(&format!("```hexdump\n{dump}```\n")), "the example should be\n{dump}");
    let length = u64::from_le_bytes(file[..8].try_into().unwrap());
    assert!(page.contains(&format!("The header is {length} bytes long")), "{length}");
}

#[test]
fn a_metric_that_is_not_defined_is_left_out() {
    let mut model = classifier();
    model.record.test = vec![("roc_auc".into(), f64::NAN), ("accuracy".into(), 1.0)];
    let read = from_bytes(&to_bytes(&model)).unwrap();
    assert_eq!(read.record.test, [("accuracy".to_owned(), 1.0)]);
}

#[track_caller]
fn refused(file: &[u8]) -> String {
    let error = from_bytes(file).expect_err("this file is wrong");
    assert_eq!(error.class(), Class::Model, "{error}");
    let message = error.to_string();
    assert!(message.contains("; help: ") && !message.contains('\n'), "{message}");
    message
}

#[test]
fn every_truncation_and_every_flipped_bit_is_refused() {
    for file in [to_bytes(&classifier()), to_bytes(&regressor())] {
        for length in 0..file.len() {
            refused(&file[..length]);
        }
        let mut flipped = file.clone();
        for bit in 0..8 * file.len() {
            flipped[bit / 8] ^= 1 << (bit % 8);
            refused(&flipped);
            flipped[bit / 8] ^= 1 << (bit % 8);
        }
        let longer = [&file[..], b"\0"].concat();
        assert!(refused(&longer).contains("digest"));
    }
}

/// The header of the classifier's file, and its data.
fn parts() -> (String, Vec<u8>) {
    let file = to_bytes(&classifier());
    let length = u64::from_le_bytes(file[..8].try_into().unwrap()) as usize;
    (String::from_utf8(file[8..8 + length].to_vec()).unwrap(), file[8 + length..].to_vec())
}

/// A file of these parts, with the right length and digest: wrong only where the parts are.
fn forged(header: &str, data: &[u8]) -> Vec<u8> {
    let mut header = header.to_owned();
    let digits = header.find(DIGEST_MARK).map(|place| place + DIGEST_MARK.len());
    if let Some(digits) = digits {
        header.replace_range(digits..digits + DIGEST_DIGITS, &"0".repeat(DIGEST_DIGITS));
    }
    let mut file = (header.len() as u64).to_le_bytes().to_vec();
    file.extend(header.as_bytes());
    file.extend(data);
    if let Some(digits) = digits {
        let digest = hex(&Sha256::digest(&file));
        file[8 + digits..8 + digits + DIGEST_DIGITS].copy_from_slice(digest.as_bytes());
    }
    file
}

#[test]
fn a_forged_file_without_a_change_is_right() {
    let (header, data) = parts();
    assert_eq!(from_bytes(&forged(&header, &data)).unwrap(), classifier());
}

#[test]
fn headers_that_contradict_themselves_are_refused() {
    let check = |from: &str, to: &str, expected: &str| {
        let (header, data) = parts();
        let changed = header.replacen(from, to, 1);
        assert_ne!(header, changed, "`{from}` is not there: {header}");
        let message = refused(&forged(&changed, &data));
        assert!(message.contains(expected), "{from} -> {to}: {message}");
    };
    // Places and shapes of tensors; those of the classifier lie at 0, 36, 48, 72 and 80.
    let first = r#""shape":[3,3],"data_offsets":[0,36]"#;
    check(first, r#""shape":[3,3],"data_offsets":[36,0]"#, "damaged");
    check(first, r#""shape":[3,3],"data_offsets":[0,32]"#, "damaged");
    check(first, r#""shape":[3,3],"data_offsets":[4,36]"#, "damaged");
    check(first, r#""shape":[3,4],"data_offsets":[0,36]"#, "damaged");
    check(first, r#""shape":[9],"data_offsets":[0,36]"#, "`layers.0.weights` is F32 [9]");
    check(first, r#""shape":[3,-3],"data_offsets":[0,36]"#, "damaged");
    check(first, r#""shape":[3,3.0],"data_offsets":[0,36]"#, "damaged");
    check(first, r#""shape":[4294967296,4294967296,0],"data_offsets":[0,36]"#, "damaged");
    check(first, r#""shape":[0,9223372036854775807,9223372036854775807],"data_offsets":[0,36]"#, "damaged");
    check(first, r#""shape":[3,1e400],"data_offsets":[0,36]"#, "not valid JSON");
    check(r#""dtype":"F32","shape":[3,3]"#, r#""dtype":"I32","shape":[3,3]"#, "is I32 [3, 3]");
    check(r#""dtype":"F32""#, r#""dtype":"F31""#, "damaged");
    check("[36,48]", "[32,44]", "damaged");
    check("layers.0.biases", "layers.0.weights", "`layers.0.weights` stands twice");
    check("layers.0.biases", "../biases", "`layers.0.biases` is missing");
    check(r#"{"dtype""#, r#"{"dtype":"F32","dtype""#, "`dtype` stands twice");
    check(
        r#"{"__metadata__""#,
        r#"{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"__metadata__""#,
        "5 tensors",
    );
    check(r#"{"__metadata__""#, r#" {"__metadata__""#, "begin with `{`");
    check(r#"{"__metadata__""#, &format!(r#"{{"a":{},"__metadata__""#, "[".repeat(100)), "nested");
    check("\"gradus\":", "\"another\":", "without Gradus's metadata");
    check("\"sha256\":", "\"sha255\":", "no SHA-256 digest");
    // The description inside the metadata.
    check(r#"\"format\":1"#, r#"\"format\":2"#, "needs gradus format 2 or newer");
    check(r#"\"format\":1"#, r#"\"format\":0"#, "format version is 0");
    check(r#"\"format\":1"#, r#"\"format\":-1"#, "no format version");
    check(r#"\"format\":1"#, r#"\"format\":1,\"more\":1"#, "unknown field `more`");
    check(r#"\"precision\":\"f32\""#, r#"\"precision\":\"f64\""#, "is F32 [3, 3]");
    check(r#"\"precision\":\"f32\""#, r#"\"precision\":\"f16\""#, "neither f32 nor f64");
    check(r#"\"units\":3"#, r#"\"units\":4"#, "`layers.0.weights` is F32 [3, 3]");
    check(r#"\"units\":3"#, r#"\"units\":0"#, "damaged");
    check(r#"\"units\":3"#, r#"\"units\":1e12"#, "damaged");
    check(r#"\"units\":3"#, r#"\"units\":9223372036854775807"#, "damaged");
    check(r#"\"units\":3"#, r#"\"units\":3,\"units\":3"#, "`units` stands twice");
    check(r#"leaky_relu:slope=0.1"#, "leaky_relu:slope=nan", "damaged");
    check(r#"leaky_relu:slope=0.1"#, "leeky", "unknown activation");
    check(r#"\"link\":\"softmax\""#, r#"\"link\":\"soft\""#, "damaged");
    check(
        r#"\"levels\":[\"blue\",\"red\"]"#,
        r#"\"levels\":[\"blue\"]"#,
        "makes 2 inputs, the network has 3",
    );
    check(r#"\"names\":[\"no\",\"yes\"]"#, r#"\"names\":[\"no\",\"yes\",\"maybe\"]"#, "the target needs 3");
    check(r#"\"names\":[\"no\",\"yes\"]"#, r#"\"names\":[\"no\",\"no\"]"#, "impossible");
    check(r#"\"scaling\":{\"shift\":40.25"#, r#"\"scaling\":{\"shift\":null"#, "damaged");
    check(r#"\"column\":0"#, r#"\"column\":7"#, "not there");
}

#[test]
fn lengths_and_weights_that_cannot_be_are_refused() {
    let check = |file: &[u8], expected: &str| {
        let message = refused(file);
        assert!(message.contains(expected), "{message}");
    };
    let (header, data) = parts();
    check(b"", "0 bytes");
    check(&[0; 7], "7 bytes");
    check(&[0; 8], "0 bytes long");
    check(&[0xff; 8], "18446744073709551615 bytes long");
    check(&200_000_000_u64.to_le_bytes(), "200000000 bytes long");
    check(&100_u64.to_le_bytes(), "should be 100 bytes long, but 0 bytes are left");
    check(&forged("{}", b""), "without Gradus's metadata");
    check(&forged("[]", b""), "begin with `{`");
    check(&forged("\u{feff}{}", b""), "begin with `{`");
    check(&forged(&header, &data[4..]), "damaged");
    check(&forged(&header, &[&data[..], b"PK\x05\x06"].concat()), "damaged");
    for bad in [f32::NAN, f32::INFINITY] {
        let broken = [&data[..36], &bad.to_le_bytes(), &data[40..]].concat();
        check(&forged(&header, &broken), "`layers.0.biases` of the model file holds 1 numbers");
    }
    let mut bytes = forged(&header, &data);
    bytes[9] = 0xff;
    check(&bytes, "not UTF-8 at byte 9");
}

#[test]
fn other_programs_files_are_recognised() {
    let check = |magic: &[u8], expected: &str| {
        let message = refused(&[magic, &[7; 100]].concat());
        assert!(message.contains(expected), "{message}");
    };
    check(b"PK\x03\x04", ".pt");
    check(b"\x80\x02\x8a\x0a", "pickle");
    check(b"\x89HDF\r\n\x1a\n", "HDF5");
    check(b"\x08\x07\x12\x07pytorch", "ONNX");
    check(b"GGUF\x03\0\0\0", "GGUF");
    check(b"\x1f\x8b\x08", "gzip");
    check(b"age,color\n1,red\n", "not a Gradus model file");
    // Lengths that begin like a pickle or ONNX are lengths all the same.
    check(&0x0480_u64.to_le_bytes(), "damaged");
    check(&0x0708_u64.to_le_bytes(), "damaged");
}

proptest! {
    #[test]
    fn arbitrary_bytes_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        refused(&bytes);
    }

    #[test]
    fn arbitrary_headers_are_refused(header in r#"\{("[a-z_0.]{0,9}"|[\[\]{}:,0-9.\-]|null|"dtype":"F32"|"shape":\[1\]){0,40}"#) {
        refused(&forged(&header, &[0; 8]));
    }

    /// A stretch of the header overwritten by another stretch of it, with the digest made right again.
    #[test]
    fn mixed_up_headers_never_panic(from in 0..2000_usize, to in 0..2000_usize, length in 1..40_usize) {
        let (header, data) = parts();
        let mut bytes = header.into_bytes();
        let (from, to) = (from % bytes.len(), to % bytes.len());
        let length = length.min(bytes.len() - from.max(to));
        bytes.copy_within(from..from + length, to);
        if let Ok(header) = String::from_utf8(bytes)
            && find_digest(&header).is_some()
            && let Err(error) = from_bytes(&forged(&header, &data))
        {
            prop_assert_eq!(error.class(), Class::Model);
        }
    }
}
