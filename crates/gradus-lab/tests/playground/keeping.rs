//! What is left and come back to: snapshots, links, addresses, marks, model files.

use super::{parsed, session, status};
use gradus_lab::playground::Session;
use serde_json::{Value, json};

#[test]
fn a_session_that_is_kept_goes_on_with_the_same_bits() {
    let configs = [
        json!({}),
        json!({"optimizer": "adam", "data": {"source": "blobs", "classes": 4}, "layers": [{"units": 8, "activation": "relu"}]}),
        json!({"compatible": true, "batch_size": 30, "l1": 0.01}),
        json!({"data": {"source": "multi-gauss"}, "layers": []}),
    ];
    for config in configs {
        let mut original = session(&config);
        original.train(20);
        original.train_batches(2);
        original.train_examples(4);
        original.set_parameter(0, 0.25).unwrap();
        original.freeze(0, true).unwrap();
        if config.get("compatible").is_none() {
            original.add_point(1.0, -1.0, 1.0, 0).unwrap();
        }
        let mut restored = Session::restore(&original.snapshot()).unwrap();
        assert_eq!(original.snapshot(), restored.snapshot());
        let mut opened = Session::open(&original.share().unwrap()).unwrap();
        assert!(original.share().unwrap().len() < 16_000, "{}", original.share().unwrap().len());
        for session in [&mut original, &mut restored, &mut opened] {
            session.train(5);
        }
        assert_eq!(original.parameters(), restored.parameters(), "{config}");
        assert_eq!(original.parameters(), opened.parameters(), "{config}");
        assert_eq!(status(&mut original), status(&mut opened));
        assert_eq!(original.snapshot(), restored.snapshot());
    }
}

#[test]
fn a_configuration_travels_in_an_address() {
    #[track_caller]
    fn check(config: &Value, expected: &str) {
        let session = session(config);
        assert_eq!(session.address(), expected);
        let read = parsed(&Session::from_address(&session.address()));
        assert_eq!(read["notices"], json!([]));
        let again = Session::open(&session.address()).unwrap();
        assert_eq!(parsed(&again.config()), parsed(&session.config()));
        assert_eq!(again.parameters(), session.parameters());
    }

    for config in [
        json!({}),
        json!({"data": {"source": "spiral", "noise": 12.5, "seed": 7}, "layers": [{"units": 8, "activation": "leaky_relu:slope=0.1"}, {"units": 3}]}),
        json!({"layers": [], "features": ["x1", "x1*x2", "max(x1,x2)"], "loss": "huber:delta=0.5", "show": {"hide": ["noise", "data"], "lesson": "xor"}}),
    ] {
        let address = session(&config).address();
        assert!(address.starts_with("#v=1") && address.is_ascii() && !address.contains(' '), "{address}");
        check(&config, &address);
    }
    check(&json!({}), "#v=1");
    check(
        &json!({"data": {"source": "plane"}, "learning_rate": 10}),
        "#v=1&data.source=plane&learning_rate=10",
    );
    check(&json!({"data": {"source": "blobs", "classes": 5}}), "#v=1&data.classes=5&data.source=blobs");
    // More noise than the slider has, and a seed that is a word.
    check(
        &json!({"compatible": true, "data": {"noise": 80, "seed": "007"}}),
        "#v=1&compatible=true&data.noise=80&data.seed=007",
    );
}

#[test]
fn an_address_that_is_wrong_gives_a_session_and_a_notice() {
    #[track_caller]
    fn check(hash: &str, key: &str, expected: Value, n_notices: usize) {
        let read = parsed(&Session::from_address(hash));
        assert_eq!(read["config"].pointer(key), Some(&expected), "{read}");
        assert_eq!(read["notices"].as_array().unwrap().len(), n_notices, "{read}");
        Session::open(hash).unwrap();
    }
    check("", "/data/source", json!("circle"), 0);
    check("#v=1&data.noise=90", "/data/noise", json!(50.0), 1);
    check("#v=1&data.noise=-1&batch_size=0", "/batch_size", json!(1), 2);
    check("#v=1&activation=tanh", "/batch_size", json!(10), 1);
    check("#v=1&optimizer=adamm&learning_rate=0.1", "/learning_rate", json!(0.1), 1);
    check("#v=1&layers=8,3:relu", "/layers/1/activation", json!("relu"), 0);
    check("#v=1&layers=8:relu,900:tanh", "/layers/0/units", json!(4), 1);
    check("#s=notasession", "/data/source", json!("circle"), 1);
    check("#dataset=xor&batchSize=5", "/batch_size", json!(5), 0);
    check("#dataset=xor&batchSize=5", "/compatible", json!(true), 0);
    check("#%%%&&==", "/data/source", json!("circle"), 0);
}

#[test]
fn tensorflow_playgrounds_addresses_give_its_numbers() {
    let golden = parsed(include_str!("../golden/tensorflow_playground.json"));
    let run = &golden["runs"][0];
    let config = &run["config"];
    assert_eq!(config["dataset"], "circle");
    let hash = format!(
        "#dataset=circle&seed={}&batchSize={}",
        config["seed"].as_str().unwrap(),
        config["batchSize"]
    );
    let mut session = Session::open(&hash).unwrap();
    session.train(200);
    let end = &run["epochs"]["200"];
    let mut theirs = Vec::new();
    for layer in end["layers"].as_array().unwrap() {
        theirs.extend(
            layer["weights"].as_array().unwrap().iter().flat_map(|row| row.as_array().unwrap().clone()),
        );
        theirs.extend(layer["biases"].as_array().unwrap().clone());
    }
    for (ours, theirs) in session.parameters().iter().zip(&theirs) {
        assert!((ours - theirs.as_f64().unwrap()).abs() < 1e-9, "{ours} {theirs}");
    }
    let status = status(&mut session);
    for part in ["train", "test"] {
        let theirs = end[format!("loss_{part}")].as_f64().unwrap();
        assert!((status["loss"][part].as_f64().unwrap() - theirs).abs() < 1e-9);
    }
}

#[test]
fn marks_bring_training_back() {
    let mut session = session(&json!({"data": {"rows": 20}}));
    session.train(37);
    assert_eq!(session.marks().len(), 38);
    let mut other = super::session(&json!({"data": {"rows": 20}}));
    other.train(12);
    session.look_at(12).unwrap();
    assert_eq!(session.parameters(), other.parameters());
    let latest = {
        session.look_at_latest();
        session.parameters()
    };
    session.look_at(12).unwrap();
    session.train(3);
    assert_eq!(session.parameters(), other.parameters(), "what is looked at stays");
    session.resume_here();
    assert_eq!(status(&mut session)["epoch"], 12);
    session.train(25);
    assert_eq!(session.parameters(), latest);
    assert!(session.look_at(1000).is_err());
}

#[test]
fn a_long_training_stays_small() {
    let mut session = session(&json!({"data": {"source": "and"}, "layers": [{"units": 2}]}));
    session.train(100_000);
    assert_eq!(status(&mut session)["epoch"], 100_000);
    assert!(session.losses().len() <= 4 * 2_000 && session.marks().len() <= 200);
    assert!(session.snapshot().len() < 100_000, "{}", session.snapshot().len());
    assert!(session.share().unwrap().len() < 2_000);
}

#[test]
fn a_model_file_answers_the_same() {
    use gradus::data::{Column, Inputs, Table, Values};
    for config in [
        json!({"features": ["x1", "x2", "x1^2"]}),
        json!({"data": {"source": "blobs"}}),
        json!({"data": {"source": "plane"}, "prep": "standard"}),
    ] {
        let mut session = session(&config);
        session.train(20);
        let model = gradus::model_file::from_bytes(&session.model_file()).unwrap();
        let points = session.points();
        let column = |name: &str, at: usize| {
            let numbers = points.chunks(4).map(|point| f64::from(point[at])).collect();
            Column { name: name.to_owned(), values: Values::Numbers(numbers) }
        };
        let inputs = Inputs::Table(Table::new(vec![column("x1", 0), column("x2", 1)]));
        let answers = model.predict(&inputs).unwrap();
        let predictions = session.predictions();
        for (row, &ours) in answers.iter_rows().zip(&predictions) {
            let theirs = match config["data"]["source"] == "plane" {
                true => row[0] as f32,
                false => gradus::metrics::most_probable(row) as f32,
            };
            assert!((theirs - ours).abs() < 1e-5, "{theirs} {ours}");
        }
        let mut other =
            super::session(&json!({"data": config.get("data").cloned().unwrap_or(json!({})), "layers": []}));
        other.open_model(&session.model_file()).unwrap();
        for (a, b) in other.predictions().iter().zip(&predictions) {
            assert!((a - b).abs() < 1e-4, "{a} {b}");
        }
        assert!(other.open_model(b"no model").is_err());
    }
}

#[test]
fn a_model_of_other_inputs_is_refused() {
    let table = |session: &mut Session, cells: [&str; 4]| {
        let [a, b, c, d] = cells;
        let text = format!("z,x1,y\n1,{a},p\n2,{b},q\n3,{c},p\n4,{d},q\n");
        session.set_csv("things.csv", &text).unwrap();
    };
    let (mut numbers, mut words) = (session(&json!({})), session(&json!({})));
    table(&mut numbers, ["1", "2", "3", "4"]);
    table(&mut words, ["red", "blue", "green", "red"]);
    let before = words.parameters();
    let refusal = words.open_model(&numbers.model_file()).unwrap_err().to_string();
    // Two of the colours are in the half of the rows that is learned from: an input each, beside z.
    assert!(refusal.starts_with("the model reads 2 numbers, here it would get 3; help: "), "{refusal}");
    assert_eq!(words.parameters(), before);
}

#[test]
fn a_session_that_nobody_could_have_left_is_refused() {
    let bytes = session(&json!({})).snapshot();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    for key in ["epoch", "batch", "example", "updates", "steps"] {
        let zero = format!("\"{key}\":0");
        assert!(text.contains(&zero), "{key}");
        let header = &bytes[12..12 + u32::from_le_bytes(bytes[8..12].try_into().unwrap()) as usize];
        let changed =
            String::from_utf8(header.to_vec()).unwrap().replace(&zero, &format!("\"{key}\":{}", u64::MAX));
        let length = (changed.len() as u32).to_le_bytes();
        let forged = [&bytes[..8], &length, changed.as_bytes(), &bytes[12 + header.len()..]].concat();
        let refusal = Session::restore(&forged).err().expect("it is refused").to_string();
        assert!(refusal.contains("for so long; help: "), "{refusal}");
    }
}
