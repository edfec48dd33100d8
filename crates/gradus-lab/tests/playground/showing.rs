//! What is shown, against arithmetic by hand.

use super::{parsed, session, status};
use gradus_lab::playground::Session;
use serde_json::json;

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
    let confusion = parsed(&session.confusion());
    let diagonal: f64 = (0..2).map(|class| confusion["train"][class][class].as_f64().unwrap()).sum();
    assert_eq!(diagonal, right);
    let mut table = super::session(&json!({"data": {"source": "and"}}));
    assert_eq!(parsed(&table.confusion())["test"], json!([[0.0, 0.0], [0.0, 0.0]]));
}

#[test]
fn one_example_is_worked_out() {
    let mut session = session(&json!({"layers": [], "learning_rate": 0.5}));
    for (index, value) in [0.5, -0.25, 0.1].into_iter().enumerate() {
        session.set_parameter(index, value).unwrap();
    }
    let told = parsed(&session.inspect_point(1.0, 2.0, 0.0).unwrap());
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
    assert_eq!(parsed(&session.inspect(0).unwrap())["trace"]["inputs"].as_array().unwrap().len(), 2);
}

#[test]
fn histograms_and_space_have_their_numbers() {
    let mut session = session(&json!({"layers": [{"units": 3, "activation": "relu"}, {"units": 2}]}));
    // A unit that no point reaches is dead.
    session.set_parameter(0, 0.0).unwrap();
    session.set_parameter(1, 0.0).unwrap();
    session.set_parameter(6, -1.0).unwrap();
    let layers = parsed(&session.histograms(10).unwrap());
    let counts = |of: &str| {
        layers["layers"][0][of]["counts"].as_array().unwrap().iter().map(|n| n.as_u64().unwrap()).sum::<u64>()
    };
    assert_eq!((counts("weights"), counts("gradients"), counts("activations")), (6, 6, 250 * 3));
    assert_eq!(layers["layers"][0]["dead"], 1);
    let found = parsed(&session.diagnosis().unwrap());
    assert_eq!((&found[0]["kind"], &found[0]["units"]), (&json!("dead_units"), &json!([1])));
    for (layer, units, has_components) in [(0, 2, false), (1, 3, true), (2, 2, false), (3, 1, false)] {
        let space = parsed(&session.space(layer, 9).unwrap());
        assert_eq!((&space["units"], space["explained"].is_array()), (&json!(units), has_components));
        assert_eq!(space["points"].as_array().unwrap().len(), 500);
        let lines = space["lines"].as_array().unwrap();
        assert!(lines.len() == 26 && lines.iter().all(|line| line.as_array().unwrap().len() == 18));
    }
    let inputs = parsed(&session.space(0, 3).unwrap());
    assert_eq!(inputs["lines"][0], json!([-6.0, -6.0, -6.0, 0.0, -6.0, 6.0]));
    assert!(session.space(4, 9).is_err());
    assert!(session.network_svg().contains("<svg"));
}

#[test]
fn lessons_are_done_when_their_goal_is_reached() {
    #[track_caller]
    fn check(session: &mut Session, lesson: &str, is_done: bool) {
        let check = parsed(&session.lesson_check(lesson).unwrap());
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
    let mut xor =
        session(&json!({"data": {"source": "xor"}, "layers": [{"units": 6}], "learning_rate": 0.1}));
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

    let lot = json!({"loss": "cross_entropy", "data": {"labels": "random", "rows": 60}, "layers": [{"units": 32, "activation": "relu"}, {"units": 32, "activation": "relu"}], "optimizer": "adam", "learning_rate": 0.01});
    let mut lot = session(&lot);
    check(&mut lot, "random_labels", false);
    lot.train(600);
    check(&mut lot, "random_labels", true);
    assert!(lot.lesson_check("unknown").is_err());
}
