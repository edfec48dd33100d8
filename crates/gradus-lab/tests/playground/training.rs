//! Training: the same bits in any pieces, the command line's own, and what happens where numbers end.

use super::{configured, parsed, session, status};
use gradus_lab::playground::Session;
use serde_json::{Value, json};

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
            while status(session)["epoch"].as_u64() < Some(7) {
                session.train(1);
            }
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
#[cfg(feature = "files")]
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
    check(
        &json!({"data": {"source": "spiral", "noise": 10, "rows": 200, "train_percent": 70}, "features": ["x1", "x2", "sin(x1)"]}),
        10,
    );
    check(&json!({"data": {"source": "rings"}, "optimizer": "adam", "learning_rate": 0.01, "l1": 0.001}), 10);
    check(
        &json!({"data": {"source": "plane", "rows": 300}, "layers": [], "schedule": "cosine", "schedule_epochs": 10}),
        10,
    );
    check(
        &json!({"data": {"source": "xor"}, "loss": "binary_cross_entropy", "clip": 1, "weight_decay": 0.1}),
        5,
    );
}

#[test]
fn training_stops_where_the_configuration_says() {
    const LIMIT: f64 = 0.05;
    let with = |key: &str, value: Value| {
        let mut config = json!({"data": {"source": "xor"}});
        config[key] = value;
        config
    };
    // Epoch by epoch, for the truth.
    let mut watched = session(&with("stop_epoch", json!(0)));
    let losses: Vec<f64> = std::iter::repeat_with(|| {
        watched.train(1);
        status(&mut watched)["loss"]["test"].as_f64().unwrap()
    })
    .take(400)
    .collect();
    let first = 1 + losses.iter().position(|&loss| loss <= LIMIT).unwrap();

    let check = |config: &Value, step: &dyn Fn(&mut Session) -> String, reason: &str, epoch: usize| {
        let mut session = session(config);
        let mut steps = 0;
        let outcome = loop {
            let outcome = parsed(&step(&mut session));
            steps += 1;
            if !outcome["stopped"].is_null() || steps == 100_000 {
                break outcome;
            }
        };
        let found = status(&mut session);
        assert_eq!((&outcome["stopped"], &found["stopped"]), (&json!(reason), &json!(reason)), "{config}");
        assert_eq!(found["epoch"], epoch, "{config}");
        // Whoever goes on goes on.
        assert_eq!(parsed(&session.train(1))["stopped"], Value::Null, "{config}");
        assert_eq!(status(&mut session)["epoch"], epoch + 1, "{config}");
        configured(&mut session, &json!({"learning_rate": 0.01}));
        assert_eq!(parsed(&session.train(1))["stopped"], Value::Null, "{config}: stopped by another setting");
        session.reset().unwrap();
        assert_eq!(status(&mut session)["stopped"], Value::Null, "{config}");
    };
    for n in [1, 7, 1000] {
        check(&with("stop_epoch", json!(37)), &|session| session.train(n), "epoch", 37);
        check(&with("stop_loss", json!(LIMIT)), &|session| session.train(n), "loss", first);
        check(&with("stop_epoch", json!(3)), &|session| session.train_batches(n), "epoch", 3);
        check(&with("stop_loss", json!(LIMIT)), &|session| session.train_examples(n), "loss", first);
    }
    check(&with("stop_loss", json!(losses[0])), &|session| session.train(50), "loss", 1);
    for (key, value) in [("stop_epoch", json!(-1)), ("stop_loss", json!(-0.1)), ("stop_loss", json!(1e9))] {
        assert!(Session::new(&with(key, value).to_string()).is_err(), "{key}");
    }
}

#[test]
fn divergence_keeps_the_last_finite_weights_and_says_why() {
    for config in [
        json!({"layers": [{"units": 4, "activation": "relu"}], "output_activation": "identity", "learning_rate": 1000}),
        json!({"optimizer": "momentum", "layers": [], "output_activation": "identity", "learning_rate": 100}),
        json!({"compatible": true, "layers": [{"units": 4, "activation": "relu"}, {"units": 4, "activation": "relu"}], "data": {"source": "plane"}, "learning_rate": 10}),
    ] {
        let mut session = session(&config);
        let outcome = parsed(&session.train(400));
        let message = outcome["diverged"]["message"]
            .as_str()
            .unwrap_or_else(|| panic!("{config} {outcome}"))
            .to_owned();
        assert!(message.contains("help:") && !message.contains('\n'), "{message}");
        assert!(session.parameters().iter().all(|weight| weight.is_finite()));
        let before = session.parameters();
        session.train(1);
        assert_eq!(before, session.parameters());
        assert_eq!(status(&mut session)["diverged"], message);
        let found = parsed(&session.diagnosis().unwrap());
        assert_eq!(found[0]["kind"], "diverged");
        configured(&mut session, &json!({"learning_rate": 1e-6}));
        assert_eq!(status(&mut session)["diverged"], Value::Null);
        session.reset().unwrap();
        assert_eq!(parsed(&session.train(1))["diverged"], Value::Null);
    }
}

#[test]
fn frozen_parameters_stay() {
    for config in [json!({"l2": 0.1}), json!({"compatible": true, "l2": 0.1})] {
        let mut session = session(&config);
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
    }
    let mut session = session(&json!({}));
    assert!(session.freeze(25, true).is_err() && session.set_parameter(25, 0.0).is_err());
    assert!(session.set_parameter(0, f64::NAN).is_err());
}

#[test]
fn seeds_are_whole_numbers() {
    let mut session = session(&json!({}));
    let before = session.config();
    for seed in [-1.0, 0.5, 2_f64.powi(53), f64::NAN, f64::INFINITY] {
        assert!(session.new_weights(seed).is_err() && session.regenerate(seed).is_err(), "{seed}");
    }
    assert_eq!(session.config(), before);
    session.new_weights(7.0).unwrap();
    session.regenerate(8.0).unwrap();
    let config = parsed(&session.config());
    assert_eq!((&config["weights_seed"], &config["data"]["seed"]), (&json!(7), &json!(8)));
}
