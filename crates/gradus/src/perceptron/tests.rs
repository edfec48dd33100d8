//! The rule by hand, on data that no line separates, and within Novikoff's bound.

use super::*;
use proptest::prelude::*;

fn fit(rows: &[[f64; 2]], classes: &[usize], options: &PerceptronOptions) -> (PerceptronFit, Matrix<f64>) {
    let inputs = Matrix::from_vec(rows.len(), 2, rows.concat());
    let n_classes = classes.iter().max().unwrap() + 1;
    let targets = unit_targets(classes, n_classes);
    let fit = Perceptron::fit(inputs.view(), targets.view(), options, &mut |_| ()).unwrap();
    (fit, inputs)
}

const CORNERS: [[f64; 2]; 4] = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]];

/// AND from weights of 0, worked by hand: every update in order.
#[test]
fn learns_and_as_on_paper() {
    let inputs = Matrix::from_vec(4, 2, CORNERS.concat());
    let targets = unit_targets(&[0, 0, 0, 1], 2);
    let mut seen = Vec::new();
    let fit = Perceptron::fit(inputs.view(), targets.view(), &PerceptronOptions::default(), &mut |update| {
        let &[w1, w2] = update.weights else { unreachable!() };
        seen.push((update.epoch, update.row, [w1, w2, update.bias]));
    })
    .unwrap();
    let by_hand = [
        (1, 0, [0.0, 0.0, -1.0]),
        (1, 3, [1.0, 1.0, 0.0]),
        (2, 0, [1.0, 1.0, -1.0]),
        (2, 1, [1.0, 0.0, -2.0]),
        (2, 3, [2.0, 1.0, -1.0]),
        (3, 1, [2.0, 0.0, -2.0]),
        (3, 2, [1.0, 0.0, -3.0]),
        (3, 3, [2.0, 1.0, -2.0]),
        (4, 2, [1.0, 1.0, -3.0]),
        (4, 3, [2.0, 2.0, -2.0]),
        (5, 1, [2.0, 1.0, -3.0]),
    ];
    assert_eq!(seen, by_hand);
    assert_eq!((fit.epochs, fit.updates, fit.separable), (6, 11, true));
    assert_eq!(fit.mistakes, [2, 3, 3, 2, 1, 0]);
    assert_eq!(fit.perceptron.classes(inputs.view()), [0, 0, 0, 1]);
    assert_eq!(fit.to_string(), "separated after 11 updates: epoch 6 made no mistake");
}

/// The widest separators of AND and OR, worked by hand: (2, 2, −3) and (2, 2, −1), both with w·z = 1 on three rows or more.
#[test]
fn the_bound_has_the_widest_margin() {
    fn check(classes: &[usize], squared_length: f64) {
        let (fit, _) = fit(&CORNERS, classes, &PerceptronOptions::default());
        let bound = fit.bound.unwrap();
        assert!((bound.radius.powi(2) - 3.0).abs() < 1e-12, "{bound:?}");
        assert!((bound.margin.powi(-2) - squared_length).abs() < 1e-9, "{bound:?}");
        assert!(fit.updates as f64 <= bound.most_updates());
    }
    check(&[0, 0, 0, 1], 17.0);
    check(&[0, 1, 1, 1], 9.0);
}

#[test]
fn xor_is_never_separated() {
    for order in [Order::Fixed, Order::Shuffled { seed: 1 }] {
        for averaged in [false, true] {
            let options = PerceptronOptions { epochs: 500, averaged, order, ..Default::default() };
            let (fit, _) = fit(&CORNERS, &[0, 1, 1, 0], &options);
            assert!(!fit.separable && fit.mistakes.iter().all(|&mistakes| mistakes > 0));
            match (order, &fit.witness) {
                // Two corners of either class have the middle of the square as their mean.
                (Order::Fixed, Some(witness)) => {
                    assert_eq!(witness.point, [0.5, 0.5]);
                    assert_eq!(
                        (&witness.positive[..], &witness.negative[..]),
                        (&[(1, 1), (2, 1)][..], &[(0, 1), (3, 1)][..])
                    );
                }
                (Order::Shuffled { .. }, None) => {
                    assert!(fit.to_string().starts_with("not separated within 500 epochs"), "{fit}");
                }
                other => panic!("{other:?}"),
            }
        }
    }
}

#[test]
fn several_units_tell_several_classes_apart() {
    let rows = [[4.0, 0.0], [5.0, 1.0], [0.0, 4.0], [1.0, 5.0], [-4.0, -4.0], [-5.0, -3.0]];
    let (fit, inputs) = fit(&rows, &[0, 0, 1, 1, 2, 2], &PerceptronOptions::default());
    assert!(fit.separable);
    assert_eq!(fit.perceptron.classes(inputs.view()), [0, 0, 1, 1, 2, 2]);
}

#[test]
fn averaged_weights_are_the_mean_over_all_examples_met() {
    let options = PerceptronOptions { averaged: true, ..Default::default() };
    let (averaged, _) = fit(&CORNERS, &[0, 0, 0, 1], &options);
    // The weights of `learns_and_as_on_paper` after each of the 24 examples.
    let path: [([f64; 3], f64); 11] = [
        ([0.0, 0.0, -1.0], 3.0),
        ([1.0, 1.0, 0.0], 1.0),
        ([1.0, 1.0, -1.0], 1.0),
        ([1.0, 0.0, -2.0], 2.0),
        ([2.0, 1.0, -1.0], 2.0),
        ([2.0, 0.0, -2.0], 1.0),
        ([1.0, 0.0, -3.0], 1.0),
        ([2.0, 1.0, -2.0], 3.0),
        ([1.0, 1.0, -3.0], 1.0),
        ([2.0, 2.0, -2.0], 2.0),
        ([2.0, 1.0, -3.0], 7.0),
    ];
    let mean = [0, 1, 2].map(|k| path.iter().map(|(w, times)| w[k] * times).sum::<f64>() / 24.0);
    let Perceptron { weights, biases } = averaged.perceptron;
    for (x, y) in [weights.row(0)[0], weights.row(0)[1], biases[0]].iter().zip(mean) {
        assert!((x - y).abs() < 1e-14, "{weights:?} {biases:?}, not {mean:?}");
    }
}

#[test]
fn impossible_options_are_refused() {
    fn check(options: &PerceptronOptions, target: f64, part: &str) {
        let inputs = Matrix::zeros(1, 1);
        let targets = Matrix::from_vec(1, 1, vec![target]);
        let refused = Perceptron::fit(inputs.view(), targets.view(), options, &mut |_| ()).unwrap_err();
        assert!(refused.to_string().contains(part), "{refused}");
    }
    check(&PerceptronOptions { epochs: 0, ..Default::default() }, 1.0, "epochs is 0");
    check(&PerceptronOptions { learning_rate: f64::NAN, ..Default::default() }, 1.0, "learning-rate is NaN");
    check(&PerceptronOptions::default(), -1.0, "row 1 is -1, but must be 0 or 1");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..Default::default() })]

    /// Novikoff's theorem on random sets that a random line separates with a margin.
    #[test]
    fn mistakes_never_exceed_the_bound(seed in any::<u64>(), n in 5_usize..60, learning_rate in 0.01..10.0) {
        let mut random = Random::new(seed, Purpose::Generator, 0);
        let angle = random.uniform_in(0.0, std::f64::consts::TAU);
        let length = 1.0_f64.hypot(0.5);
        let unit = [angle.cos() / length, angle.sin() / length, 0.5 / length];
        let margin = |row: &[f64; 2]| row[0] * unit[0] + row[1] * unit[1] + unit[2];
        let mut rows = Vec::new();
        while rows.len() < n {
            let row = [random.uniform_in(-2.0, 2.0), random.uniform_in(-2.0, 2.0)];
            if margin(&row).abs() > 0.1 {
                rows.push(row);
            }
        }
        // The last row may stand alone in its class, or a class have no row: two classes all the same.
        let classes: Vec<usize> = rows.iter().map(|row| usize::from(margin(row) > 0.0)).collect();
        let inputs = Matrix::from_vec(n, 2, rows.concat());
        let targets = unit_targets(&classes, 2);
        let gamma = rows.iter().map(|row| margin(row).abs()).fold(f64::INFINITY, f64::min);
        let radius_squared = rows.iter().map(|[x, y]| x * x + y * y + 1.0).fold(0.0, f64::max);
        let bound = radius_squared / (gamma * gamma);
        let options = PerceptronOptions {
            epochs: bound as usize + 1, learning_rate, averaged: false, order: Order::Shuffled { seed },
        };
        let fit = Perceptron::fit(inputs.view(), targets.view(), &options, &mut |_| ()).unwrap();
        prop_assert!(fit.separable);
        prop_assert!(fit.updates as f64 <= bound, "{} updates, bound {bound}", fit.updates);
        let found = fit.bound.unwrap().most_updates();
        prop_assert!(fit.updates as f64 <= found && found <= bound * 1.001, "{found}, not {bound} or less");
        prop_assert_eq!(fit.perceptron.classes(inputs.view()), classes);
    }
}
