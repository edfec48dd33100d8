//! What is changed: configurations, points, tables; and what is refused.

use super::{configured, parsed, session, status};
use gradus_lab::playground::Session;
use serde_json::{Value, json};

#[test]
fn a_change_keeps_what_can_be_kept() {
    #[track_caller]
    fn check(changes: &Value, weights: &str, is_reset: bool) {
        let mut session = session(&json!({}));
        session.train(10);
        let before = session.parameters();
        let kept = configured(&mut session, changes);
        assert_eq!(
            (kept["weights"].as_str().unwrap(), kept["resets_epoch"].as_bool().unwrap()),
            (weights, is_reset)
        );
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
    check(
        &json!({"layers": [{"units": 5, "activation": "tanh"}, {"units": 2, "activation": "tanh"}]}),
        "partly",
        false,
    );
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
        let config = parsed(&session.config());
        assert_eq!(
            (config["loss"].as_str().unwrap(), config["output_activation"].as_str().unwrap()),
            (loss, output)
        );
        assert_eq!(
            (config["data"]["classes"].as_u64().unwrap(), config["data"]["rows"].as_u64().unwrap()),
            (classes, rows)
        );
    }
    check(&json!({}), "squared_error", "tanh", 2, 500);
    check(&json!({"data": {"source": "plane"}}), "squared_error", "identity", 0, 1200);
    check(&json!({"data": {"source": "rings"}}), "cross_entropy", "softmax", 3, 500);
    check(&json!({"data": {"source": "blobs", "classes": 5}}), "cross_entropy", "softmax", 5, 500);
    check(&json!({"loss": "cross_entropy"}), "cross_entropy", "softmax", 2, 500);
    check(&json!({"loss": "binary_cross_entropy"}), "binary_cross_entropy", "sigmoid", 2, 500);
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
    assert_eq!(parsed(&circle.config())["data"]["source"], "painted");
    assert!(circle.erase_points(0.0, 0.0, f64::NAN).is_err());
}

#[test]
fn all_points_are_erased_at_once() {
    for source in ["circle", "rings", "plane"] {
        let mut session = session(&json!({"data": {"source": source}}));
        let classes = status(&mut session)["classes"].clone();
        session.erase_points(0.0, 0.0, f64::INFINITY).unwrap();
        assert_eq!(session.points(), Vec::<f32>::new(), "{source}");
        session.train(2);
        assert_eq!(status(&mut session)["classes"], classes, "{source}");
        session.add_point(1.0, 1.0, 0.0, 0).unwrap();
        session.train(2);
        assert_eq!(session.points().len(), 4, "{source}");
    }
}

#[test]
fn a_table_is_read_with_its_columns() {
    let mut session = session(&json!({}));
    let text = "a,b,kind,y\n1,2,red,yes\n2,3,blue,no\n3,5,red,yes\n4,1,blue,no\n5,2,red,yes\n6,7,blue,no\n";
    session.train(7);
    let found = parsed(&session.set_csv("things.csv", text).unwrap());
    assert_eq!(found["columns"], json!(["a", "b", "kind"]));
    assert_eq!((&found["target"], &found["rows"]), (&json!("y"), &json!(6)));
    assert_eq!(session.feature_names(), ["a", "b", "kind=red", "kind=blue"]);
    assert_eq!(session.input_features(), ["a", "b", "kind", "kind"]);
    assert_eq!(status(&mut session)["classes"], json!(["no", "yes"]));
    assert_eq!(status(&mut session)["epoch"], 0, "a network that learned something else goes on");
    session.train(50);
    assert_eq!(session.fields(3).unwrap().len(), (4 + 4 + 2 + 1) * 9);
    for (config, epoch) in [
        (r#"{"data":{"source":"csv"},"batch_size":3}"#, 50),
        (r#"{"data":{"source":"csv","target":"kind"}}"#, 0),
    ] {
        session.configure(config).unwrap();
        assert_eq!(status(&mut session)["epoch"], epoch, "{config}");
    }
    assert!(session.undo());
    assert_eq!(status(&mut session)["epoch"], 50);
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
fn what_cannot_be_is_refused_in_one_line() {
    #[track_caller]
    fn check(config: &str, expected: &str) {
        let refusal = Session::new(config).err().expect("it is refused").to_string();
        assert!(
            refusal.contains(expected) && refusal.contains("; help: ") && !refusal.contains('\n'),
            "{refusal}"
        );
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
    check(r#"{"version": 2}"#, "`version` cannot be `2`");
    for bytes in [&b""[..], b"gradus-s", b"gradus-s\xff\xff\xff\xff{}"] {
        assert!(Session::restore(bytes).is_err());
    }
    let mut bytes = Session::new("{}").unwrap().snapshot();
    bytes.truncate(bytes.len() - 1);
    assert!(Session::restore(&bytes).is_err());
}
