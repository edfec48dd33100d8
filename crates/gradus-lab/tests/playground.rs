//! Sessions of the playground from outside: truth is arithmetic by hand, the command line's own run, and sessions that came to
//! the same place another way.

#![allow(clippy::unwrap_used, reason = "a test may")]

use gradus_lab::playground::Session;
use serde_json::{Value, json};

fn session(config: &Value) -> Session {
    Session::new(&config.to_string()).unwrap()
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn status(session: &mut Session) -> Value {
    json(&session.status())
}

/// A configuration with some keys changed, as the page sends it.
fn configured(session: &mut Session, changes: &Value) -> Value {
    let mut config = json(&session.config());
    merge(&mut config, changes);
    json(&session.configure(&config.to_string()).unwrap())
}

fn merge(value: &mut Value, changes: &Value) {
    match (value, changes) {
        (Value::Object(value), Value::Object(changes)) => {
            for (key, change) in changes {
                merge(value.entry(key).or_insert(Value::Null), change);
            }
        }
        (value, change) => *value = change.clone(),
    }
}

#[test]
fn training_in_pieces_gives_the_same_bits() {
    #[track_caller]
    fn check(config: &Value, pieces: &dyn Fn(&mut Session)) {
        let (mut whole, mut parts) = (session(config), session(config));
        whole.train(7);
        pieces(&mut parts);
        assert_eq!(whole.parameters(), parts.parameters(), "{config}");
        let losses = |session: &Session| session.losses().iter().map(|x| x.to_bits()).collect::<Vec<_>>();
        assert_eq!(losses(&whole), losses(&parts), "{config}");
    }
    for config in [
        json!({}),
        json!({"batch_size": 1, "data": {"source": "spiral", "rows": 60}}),
        json!({"optimizer": "adam", "schedule": "cosine", "schedule_epochs": 10, "dropout": 0.2, "batch_size": 30}),
        json!({"optimizer": "rprop", "l2": 0.01, "data": {"source": "plane", "rows": 100}}),
        json!({"compatible": true, "batch_size": 7, "l1": 0.003}),
    ] {
        let rows = status(&mut session(&config))["rows"]["train"].as_u64().unwrap() as u32;
        check(&config, &|session| {
            for _ in 0..7 {
                session.train(1);
            }
        });
        check(&config, &|session| {
            session.train(2);
            session.train_examples(rows + 3);
            session.train_batches(1);
            session.train_examples(1);
            session.train(4);
        });
        check(&config, &|session| {
            for _ in 0..7 {
                session.train_examples(rows - 1);
                session.train_examples(1);
            }
        });
    }
}

/// The keys and values of `gradus train DATA --key value …`.
fn run_of(command: &str) -> gradus_lab::run_spec::RunSpec {
    let mut words: Vec<String> = Vec::new();
    // Within quotes there are no blanks in these commands.
    words.extend(command.lines().next().unwrap().split(' ').map(|word| word.replace('\'', "")));
    assert_eq!(words[..2], ["gradus", "train"]);
    let mut spec = gradus_lab::run_spec::RunSpec::default();
    spec.set("data", &words[2]).unwrap();
    for pair in words[3..].chunks(2) {
        spec.set(pair[0].trim_start_matches("--"), &pair[1]).unwrap();
    }
    spec
}

#[test]
#[cfg(feature = "files")]
fn the_command_line_learns_the_same() {
    use gradus::metrics::Report;
    use gradus::model::AnyNetwork;
    #[track_caller]
    fn check(config: &Value, epochs: u32) {
        let mut session = session(config);
        session.train(epochs);
        let command = session.command();
        assert!(!command.contains('#'), "{command}");
        let run = gradus_lab::run::Run::load(&run_of(&command)).unwrap();
        let trained = run.train(&mut |_| Box::new(gradus::train::Silent)).unwrap();
        let AnyNetwork::F32(network) = &trained.model.network else { panic!("f32") };
        let ours = session.parameters();
        assert_eq!(ours.len(), network.parameters().len(), "{command}");
        for (ours, theirs) in ours.iter().zip(network.parameters()) {
            assert!((ours - f64::from(*theirs)).abs() <= 1e-5, "{command}: {ours} {theirs}");
        }
        let status = status(&mut session);
        let (name, value) = match trained.test {
            Some(Report::Classification(report)) => ("accuracy", report.accuracy),
            Some(Report::Regression(report)) => ("r2", report.r2),
            other => panic!("{other:?}"),
        };
        let ours = status["metrics"]["test"][name].as_f64().unwrap();
        assert!((ours - value).abs() < 1e-5, "{command}: {name} {ours} {value}");
    }
    check(&json!({}), 20);
    check(&json!({"data": {"source": "spiral", "noise": 10, "rows": 200, "train_percent": 70}, "features": ["x1", "x2", "sin(x1)"]}), 10);
    check(&json!({"data": {"source": "rings"}, "optimizer": "adam", "learning_rate": 0.01, "l1": 0.001}), 10);
    check(&json!({"data": {"source": "plane", "rows": 300}, "layers": [], "schedule": "cosine", "schedule_epochs": 10}), 10);
    check(&json!({"data": {"source": "xor"}, "loss": "binary_cross_entropy", "clip": 1, "weight_decay": 0.1}), 5);
}

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
        assert!(original.share().unwrap().len() < 12_000, "{}", original.share().unwrap().len());
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
        let read = json(&Session::from_address(&session.address()));
        assert_eq!(read["notices"], json!([]));
        let again = Session::open(&session.address()).unwrap();
        assert_eq!(json(&again.config()), json(&session.config()));
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
}

#[test]
fn an_address_that_is_wrong_gives_a_session_and_a_notice() {
    #[track_caller]
    fn check(hash: &str, key: &str, expected: Value, n_notices: usize) {
        let read = json(&Session::from_address(hash));
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
    let golden = json(include_str!("golden/tensorflow_playground.json"));
    let run = &golden["runs"][0];
    let config = &run["config"];
    assert_eq!(config["dataset"], "circle");
    let hash = format!("#dataset=circle&seed={}&batchSize={}", config["seed"].as_str().unwrap(), config["batchSize"]);
    let mut session = Session::open(&hash).unwrap();
    session.train(200);
    let end = &run["epochs"]["200"];
    let mut theirs = Vec::new();
    for layer in end["layers"].as_array().unwrap() {
        theirs.extend(layer["weights"].as_array().unwrap().iter().flat_map(|row| row.as_array().unwrap().clone()));
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
fn fields_are_what_the_unit_computes() {
    let mut session = session(&json!({"layers": [{"units": 1, "activation": "identity"}]}));
    // in = 0.5 x1 − 0.25 x2 + 1; output tanh(2 in − 1).
    for (index, value) in [0.5, -0.25, 1.0, 2.0, -1.0].into_iter().enumerate() {
        session.set_parameter(index, value).unwrap();
    }
    let fields = session.fields(4).unwrap();
    assert_eq!(fields.len(), 4 * 16);
    for row in 0..4 {
        for column in 0..4 {
            // Squares of side 3 on (−6, 6), the top row first.
            let (x, y) = (-4.5 + 3.0 * f64::from(column), 4.5 - 3.0 * f64::from(row));
            let net = 0.5 * x - 0.25 * y + 1.0;
            let expected = [x, y, net, (2.0 * net - 1.0).tanh()];
            let at = (4 * row + column) as usize;
            for (unit, expected) in expected.into_iter().enumerate() {
                let found = f64::from(fields[16 * unit + at]);
                assert!((found - expected).abs() < 1e-6, "unit {unit} at ({x}, {y}): {found} {expected}");
            }
            let layer = session.field(2, 0, 4).unwrap();
            assert_eq!(layer[at], fields[48 + at]);
        }
    }
    assert!(session.field(3, 0, 4).is_err() && session.field(1, 1, 4).is_err());
}

#[test]
fn losses_and_figures_are_those_of_the_points() {
    let mut session = session(&json!({"layers": [], "data": {"source": "gauss", "rows": 40}}));
    session.train(3);
    let (points, parameters) = (session.points(), session.parameters());
    let (mut loss, mut right, mut n) = (0.0, 0.0, 0.0);
    for point in points.chunks(4).filter(|point| point[3] == 0.0) {
        let net = parameters[0] * f64::from(point[0]) + parameters[1] * f64::from(point[1]) + parameters[2];
        let target = f64::from(2.0 * point[2] - 1.0);
        loss += 0.5 * (net.tanh() - target).powi(2);
        right += f64::from(net * target > 0.0);
        n += 1.0;
    }
    let status = status(&mut session);
    assert!((status["loss"]["train"].as_f64().unwrap() - loss / n).abs() < 1e-5, "{status}");
    assert!((status["metrics"]["train"]["accuracy"].as_f64().unwrap() - right / n).abs() < 1e-9);
    assert_eq!(status["rows"], json!({"train": 20, "test": 20}));
    let confusion = json(&session.confusion());
    let diagonal: f64 = (0..2).map(|class| confusion["train"][class][class].as_f64().unwrap()).sum();
    assert_eq!(diagonal, right);
}

#[test]
fn a_change_keeps_what_can_be_kept() {
    #[track_caller]
    fn check(changes: &Value, weights: &str, is_reset: bool) {
        let mut session = session(&json!({}));
        session.train(10);
        let before = session.parameters();
        let kept = configured(&mut session, changes);
        assert_eq!((kept["weights"].as_str().unwrap(), kept["resets_epoch"].as_bool().unwrap()), (weights, is_reset));
        assert_eq!(status(&mut session)["epoch"], if is_reset { 0 } else { 10 });
        assert_eq!(session.parameters() == before, weights == "kept");
        session.train(2);
        assert!(session.undo() && session.parameters() == before && !session.undo());
        assert!(session.redo());
    }
    check(&json!({"learning_rate": 0.1}), "kept", false);
    check(&json!({"batch_size": 3, "optimizer": "adam", "l2": 0.1}), "kept", false);
    check(&json!({"data": {"noise": 20}}), "kept", false);
    check(&json!({"data": {"source": "spiral"}}), "kept", false);
    check(&json!({"layers": [{"units": 5, "activation": "tanh"}, {"units": 2, "activation": "tanh"}]}), "partly", false);
    check(&json!({"features": ["x1", "x2", "x1*x2"]}), "partly", false);
    check(&json!({"data": {"source": "blobs"}}), "partly", false);
    check(&json!({"weights_seed": 9}), "new", true);
    check(&json!({"init": "zeros"}), "new", true);
}

#[test]
fn settings_follow_the_data_where_nobody_has_chosen_them() {
    #[track_caller]
    fn check(changes: &Value, loss: &str, output: &str, classes: u64, rows: u64) {
        let mut session = session(&json!({}));
        configured(&mut session, changes);
        let config = json(&session.config());
        assert_eq!((config["loss"].as_str().unwrap(), config["output_activation"].as_str().unwrap()), (loss, output));
        assert_eq!((config["data"]["classes"].as_u64().unwrap(), config["data"]["rows"].as_u64().unwrap()), (classes, rows));
    }
    check(&json!({}), "squared_error", "tanh", 2, 500);
    check(&json!({"data": {"source": "plane"}}), "squared_error", "identity", 0, 1200);
    check(&json!({"data": {"source": "rings"}}), "cross_entropy", "softmax", 3, 500);
    check(&json!({"data": {"source": "blobs", "classes": 5}}), "cross_entropy", "softmax", 5, 500);
    check(&json!({"loss": "cross_entropy"}), "cross_entropy", "softmax", 2, 500);
    check(&json!({"loss": "binary_cross_entropy"}), "binary_cross_entropy", "sigmoid", 2, 500);
}

#[test]
fn divergence_keeps_the_last_finite_weights_and_says_why() {
    for config in [
        json!({"layers": [{"units": 4, "activation": "relu"}], "output_activation": "identity", "learning_rate": 1000}),
        json!({"optimizer": "momentum", "layers": [], "output_activation": "identity", "learning_rate": 100}),
        json!({"compatible": true, "layers": [{"units": 4, "activation": "relu"}, {"units": 4, "activation": "relu"}], "data": {"source": "plane"}, "learning_rate": 10}),
    ] {
        let mut session = session(&config);
        let outcome = json(&session.train(400));
        let message = outcome["diverged"]["message"].as_str().unwrap_or_else(|| panic!("{config} {outcome}")).to_owned();
        assert!(message.contains("help:") && !message.contains('\n'), "{message}");
        assert!(session.parameters().iter().all(|weight| weight.is_finite()));
        let before = session.parameters();
        session.train(1);
        assert_eq!(before, session.parameters());
        assert_eq!(status(&mut session)["diverged"], message);
        let found = json(&session.diagnosis().unwrap());
        assert_eq!(found[0]["kind"], "diverged");
        configured(&mut session, &json!({"learning_rate": 1e-6}));
        assert_eq!(status(&mut session)["diverged"], Value::Null);
        session.reset().unwrap();
        assert_eq!(json(&session.train(1))["diverged"], Value::Null);
    }
}

#[test]
fn frozen_parameters_stay() {
    let mut session = session(&json!({"l2": 0.1}));
    let before = session.parameters();
    for index in [0, 7, 8, 24] {
        session.freeze(index, true).unwrap();
    }
    session.train(10);
    let after = session.parameters();
    for index in 0..25 {
        assert_eq!(before[index] == after[index], [0, 7, 8, 24].contains(&index), "{index}");
    }
    session.freeze(0, false).unwrap();
    session.train(1);
    assert_ne!(before[0], session.parameters()[0]);
    assert!(session.freeze(25, true).is_err() && session.set_parameter(25, 0.0).is_err());
    assert!(session.set_parameter(0, f64::NAN).is_err());
}

#[test]
fn points_are_painted_and_erased() {
    let mut session = session(&json!({"data": {"source": "painted"}}));
    assert_eq!(session.points(), Vec::<f32>::new());
    session.train(3);
    assert_eq!(status(&mut session)["loss"]["train"], Value::Null);
    for (x, y, class, part) in [(-2.0, 0.0, 0.0, 0), (2.0, 0.0, 1.0, 0), (3.0, 1.0, 1.0, 1)] {
        session.add_point(x, y, class, part).unwrap();
    }
    assert_eq!(session.points(), [-2., 0., 0., 0., 2., 0., 1., 0., 3., 1., 1., 1.]);
    session.train(200);
    assert_eq!(session.predictions(), [0., 1., 1.]);
    assert_eq!(session.data_csv(), "x1,x2,class,part\n-2,0,0,train\n2,0,1,train\n3,1,1,test\n");
    session.erase_points(2.0, 0.0, 0.5).unwrap();
    assert_eq!(session.points().len(), 8);
    assert!(session.undo());
    assert_eq!(session.points().len(), 12);
    // Points of a generator are taken over.
    let mut circle = Session::new("{}").unwrap();
    circle.add_point(0.0, 0.0, 0.0, 0).unwrap();
    assert_eq!(circle.points().len(), 4 * 501);
    assert_eq!(json(&circle.config())["data"]["source"], "painted");
}

#[test]
fn a_table_is_read_with_its_columns() {
    let mut session = session(&json!({}));
    let text = "a,b,kind,y\n1,2,red,yes\n2,3,blue,no\n3,5,red,yes\n4,1,blue,no\n5,2,red,yes\n6,7,blue,no\n";
    let found = json(&session.set_csv("things.csv", text).unwrap());
    assert_eq!(found["columns"], json!(["a", "b", "kind"]));
    assert_eq!((&found["target"], &found["rows"]), (&json!("y"), &json!(6)));
    assert_eq!(session.feature_names(), ["a", "b", "kind=blue", "kind=red"]);
    assert_eq!(status(&mut session)["classes"], json!(["no", "yes"]));
    session.train(50);
    assert_eq!(session.fields(3).unwrap().len(), (4 + 4 + 2 + 1) * 9);
    assert!(session.command().starts_with("gradus train things.csv"), "{}", session.command());
    let restored = Session::restore(&session.snapshot()).unwrap();
    assert_eq!(restored.parameters(), session.parameters());
    let before = session.config();
    for (name, text) in [("a.csv", "a,b\n1"), ("b.csv", ""), ("c.csv", "a,b,c\nx,y,z\nu,v,w\nx,y,w\n")] {
        let refusal = session.set_csv(name, text).unwrap_err().to_string();
        assert!(refusal.contains("; help: ") && !refusal.contains('\n'), "{refusal}");
        assert_eq!(session.config(), before);
    }
    configured(&mut session, &json!({"data": {"source": "circle"}}));
    assert_eq!(session.feature_names(), ["x1", "x2"]);
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
        let mut other = self::session(&json!({"data": config.get("data").cloned().unwrap_or(json!({})), "layers": []}));
        other.open_model(&session.model_file()).unwrap();
        for (a, b) in other.predictions().iter().zip(&predictions) {
            assert!((a - b).abs() < 1e-4, "{a} {b}");
        }
        assert!(other.open_model(b"no model").is_err());
    }
}

#[test]
fn marks_bring_training_back() {
    let mut session = session(&json!({"data": {"rows": 20}}));
    session.train(37);
    assert_eq!(session.marks().len(), 38);
    let mut other = self::session(&json!({"data": {"rows": 20}}));
    other.train(12);
    session.look_at(12).unwrap();
    assert_eq!(session.parameters(), other.parameters());
    let latest = { session.look_at_latest(); session.parameters() };
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
fn one_example_is_worked_out() {
    let mut session = session(&json!({"layers": [], "learning_rate": 0.5}));
    for (index, value) in [0.5, -0.25, 0.1].into_iter().enumerate() {
        session.set_parameter(index, value).unwrap();
    }
    let told = json(&session.inspect_point(1.0, 2.0, 0.0).unwrap());
    // in = 0.5·1 − 0.25·2 + 0.1 = 0.1; a = tanh 0.1; y = −1; Δ = (y − a)(1 − a²).
    let a = 0.1_f64.tanh();
    let delta = (-1.0 - a) * (1.0 - a * a);
    let unit = &told["trace"]["layers"][0]["units"][0];
    for (found, expected) in [
        (&unit["net_input"], 0.1),
        (&unit["output"], a),
        (&unit["delta"], delta),
        (&unit["weights"][1]["change"], 0.5 * 2.0 * delta),
        (&unit["bias"]["new"], 0.1 + 0.5 * delta),
        (&told["trace"]["loss_before"], 0.5 * (-1.0 - a).powi(2)),
    ] {
        assert!((found.as_f64().unwrap() - expected).abs() < 1e-6, "{found} {expected}");
    }
    let sheet = told["sheet"].as_array().unwrap();
    assert!(sheet.len() >= 3 && sheet.iter().all(|section| section["layer"] == 1), "{told}");
    assert!(session.inspect(500).is_err());
    assert_eq!(json(&session.inspect(0).unwrap())["trace"]["inputs"].as_array().unwrap().len(), 2);
}

#[test]
fn histograms_and_space_have_their_numbers() {
    let mut session = session(&json!({"layers": [{"units": 3, "activation": "relu"}, {"units": 2}]}));
    // A unit that no point reaches is dead.
    session.set_parameter(0, 0.0).unwrap();
    session.set_parameter(1, 0.0).unwrap();
    session.set_parameter(6, -1.0).unwrap();
    let layers = json(&session.histograms(10).unwrap());
    let counts = |of: &str| layers["layers"][0][of]["counts"].as_array().unwrap().iter().map(|n| n.as_u64().unwrap()).sum::<u64>();
    assert_eq!((counts("weights"), counts("gradients"), counts("activations")), (6, 6, 250 * 3));
    assert_eq!(layers["layers"][0]["dead"], 1);
    let found = json(&session.diagnosis().unwrap());
    assert_eq!((&found[0]["kind"], &found[0]["units"]), (&json!("dead_units"), &json!([1])));
    for (layer, units, has_components) in [(0, 2, false), (1, 3, true), (2, 2, false), (3, 1, false)] {
        let space = json(&session.space(layer, 9).unwrap());
        assert_eq!((&space["units"], space["explained"].is_array()), (&json!(units), has_components));
        assert_eq!(space["points"].as_array().unwrap().len(), 500);
        let lines = space["lines"].as_array().unwrap();
        assert!(lines.len() == 26 && lines.iter().all(|line| line.as_array().unwrap().len() == 18));
    }
    let inputs = json(&session.space(0, 3).unwrap());
    assert_eq!(inputs["lines"][0], json!([-6.0, -6.0, -6.0, 0.0, -6.0, 6.0]));
    assert!(session.space(4, 9).is_err());
    assert!(session.network_svg().contains("<svg"));
}

#[test]
fn lessons_are_done_when_their_goal_is_reached() {
    #[track_caller]
    fn check(session: &mut Session, lesson: &str, is_done: bool) {
        let check = json(&session.lesson_check(lesson).unwrap());
        assert_eq!(check["done"], is_done, "{lesson}: {check}");
        let progress = check["progress"].as_f64().unwrap();
        assert!((0.0..=1.0).contains(&progress) && (progress == 1.0) == is_done, "{check}");
    }
    let gauss = json!({"data": {"source": "gauss"}, "layers": []});
    let mut line = session(&gauss);
    check(&mut line, "threshold_unit", false);
    for (index, value) in [1.0, 1.0, 0.0].into_iter().enumerate() {
        line.set_parameter(index, value).unwrap();
    }
    check(&mut line, "threshold_unit", true);
    check(&mut line, "perceptron", false);
    line.train(20);
    check(&mut line, "threshold_unit", false);
    check(&mut line, "perceptron", true);

    let mut xor = session(&json!({"data": {"source": "xor"}, "layers": [], "learning_rate": 0.1}));
    xor.train(50);
    check(&mut xor, "xor", false);
    let mut xor = session(&json!({"data": {"source": "xor"}, "layers": [{"units": 6}], "learning_rate": 0.1}));
    check(&mut xor, "backpropagation", false);
    xor.train(200);
    check(&mut xor, "xor", true);
    check(&mut xor, "backpropagation", true);

    let layers = |activation: &str| json!([{"units": 4, "activation": activation}, {"units": 4, "activation": activation}]);
    let mut deep = session(&json!({"layers": layers("identity")}));
    deep.train(30);
    check(&mut deep, "linear_collapse", false);
    let mut deep = session(&json!({"layers": layers("tanh"), "learning_rate": 0.1}));
    deep.train(100);
    check(&mut deep, "linear_collapse", true);

    let hills = json!({"data": {"source": "multi-gauss"}, "layers": [{"units": 24}, {"units": 12}], "optimizer": "adam", "learning_rate": 0.01});
    let mut hills = session(&hills);
    check(&mut hills, "lookup_table", false);
    hills.train(150);
    check(&mut hills, "lookup_table", true);

    let lot = json!({"data": {"labels": "random", "rows": 60}, "layers": [{"units": 32, "activation": "relu"}, {"units": 32, "activation": "relu"}], "optimizer": "adam", "learning_rate": 0.01});
    let mut lot = session(&lot);
    check(&mut lot, "random_labels", false);
    lot.train(400);
    check(&mut lot, "random_labels", true);
    assert!(lot.lesson_check("unknown").is_err());
}

#[test]
fn what_cannot_be_is_refused_in_one_line() {
    #[track_caller]
    fn check(config: &str, expected: &str) {
        let refusal = Session::new(config).err().expect("it is refused").to_string();
        assert!(refusal.contains(expected) && refusal.contains("; help: ") && !refusal.contains('\n'), "{refusal}");
    }
    check("", "the configuration cannot be read");
    check("[1]", "the configuration cannot be read");
    check(r#"{"learnig_rate": 1}"#, "unknown field `learnig_rate`");
    check(r#"{"data": {"noise": 60}}"#, "`data.noise` is 60");
    check(r#"{"data": {"rows": 5}}"#, "`data.rows` is 5");
    check(r#"{"data": {"source": "torus"}}"#, "unknown variant `torus`");
    check(r#"{"learning_rate": -1}"#, "`learning_rate` is -1");
    check(r#"{"layers": [{"units": 65}]}"#, "`units` is 65");
    check(r#"{"layers": [{"activation": "tanhh"}]}"#, "tanhh");
    check(r#"{"layers": [{"activation": "step"}]}"#, "step");
    check(r#"{"features": ["x3"]}"#, "x3");
    check(r#"{"features": ["ln(x1)"]}"#, "ln(x1)");
    check(r#"{"loss": "cross_entropy", "output_activation": "tanh"}"#, "softmax");
    check(r#"{"loss": "poisson"}"#, "poisson");
    check(r#"{"schedule": "plateau"}"#, "plateau");
    check(r#"{"data": {"source": "csv"}}"#, "no table");
    check(r#"{"data": {"columns": ["x1", "z"]}}"#, "`z`");
    check(r#"{"compatible": true, "optimizer": "adam"}"#, "TensorFlow Playground has no `optimizer`");
    check(r#"{"compatible": true, "data": {"source": "moons"}}"#, "`data.source`");
    check(r#"{"version": 2}"#, "version 2");
    for bytes in [&b""[..], b"gradus-s", b"gradus-s\xff\xff\xff\xff{}"] {
        assert!(Session::restore(bytes).is_err());
    }
    let mut bytes = Session::new("{}").unwrap().snapshot();
    bytes.truncate(bytes.len() - 1);
    assert!(Session::restore(&bytes).is_err());
}
