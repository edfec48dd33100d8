//! Every rule against PyTorch's numbers, and what the pass adds to a rule.

use super::*;
use gradus_kernels::InstructionSet;

const NONE: (f64, f64) = (0.0, 0.0);

fn optimizer<R: Real>(rule: &str, rate: f64, group: Group, n: usize) -> Optimizer<R> {
    let mut optimizer = Optimizer::new(rule.parse().unwrap(), vec![group], n);
    optimizer.set_rate(rate);
    optimizer
}

/// Three weights after five given gradients, from `torch.optim`, torch 2.15 (Lion: from its algorithm, in NumPy).
#[test]
fn the_rules_are_those_of_torch() {
    const GRADIENTS: [[f64; 3]; 5] =
        [[0.5, -0.25, 0.0], [0.25, -0.5, 1.0], [-0.125, -0.125, -1.0], [0.75, 0.0, 0.5], [0.5, 0.0625, 0.25]];
    fn check(rule: &str, rate: f64, (l2, weight_decay): (f64, f64), expected: [f64; 3]) {
        let mut weights = [1.0, -2.0, 0.5];
        let mut in_single = weights.map(|w| w as f32);
        let group = Group { l2, weight_decay, ..Group::new(0..3) };
        let mut double = optimizer(rule, rate, group.clone(), 3);
        let mut single = optimizer(rule, rate, group, 3);
        for gradient in GRADIENTS {
            double.update(&mut weights, &gradient);
            single.update(&mut in_single, &gradient.map(|g| g as f32));
        }
        for i in 0..3 {
            assert!((weights[i] - expected[i]).abs() <= 1e-15, "{rule}: {weights:?}, not {expected:?}");
            assert!((f64::from(in_single[i]) - expected[i]).abs() <= 5e-7, "{rule}: {in_single:?} in f32");
        }
    }
    check("sgd", 0.1, NONE, [0.8125, -1.91875, 0.425]);
    check("sgd", 0.1, (0.01, 0.0), [0.807834627729949, -1.909044667659973, 0.42265479510249954]);
    check("momentum", 0.1, NONE, [0.550645, -1.6980475000000002, 0.30710000000000004]);
    check("nesterov", 0.1, NONE, [0.40808049999999996, -1.64699275, 0.25139000000000006]);
    check("nesterov", 0.1, (0.01, 0.0), [0.3936769870934613, -1.6154710123304128, 0.2441990401898695]);
    check("rmsprop", 0.01, NONE, [0.7500576993457617, -1.7995374559012525, 0.4207027970090753]);
    check(
        "rmsprop:alpha=0.9,momentum=0.5",
        0.01,
        NONE,
        [0.8687652413045236, -1.8763774876355663, 0.4580646217069729],
    );
    check("adam", 0.1, NONE, [0.5952385604145403, -1.591873766513469, 0.39198029970144344]);
    check("adam", 0.1, (0.1, 0.0), [0.5689860132272175, -1.5417696977692847, 0.27426199076095525]);
    check(
        "adam:beta1=0.8,beta2=0.9,epsilon=1e-3",
        0.1,
        NONE,
        [0.6004495379027173, -1.6053849620717104, 0.3948522178748451],
    );
    check("adamw", 0.1, (0.0, 0.1), [0.5548014381834319, -1.5030980693250522, 0.3697545204591739]);
    check("lion", 0.01, NONE, [0.97, -1.95, 0.48]);
    check("lion", 0.01, (0.0, 0.1), [0.965069910054989, -1.9401198800599877, 0.4775249750124995]);
    check("rprop", 0.01, NONE, [0.9648, -1.978, 0.479]);
    check(
        "rprop:eta_minus=0.3,eta_plus=1.5,step_min=0.005,step_max=0.02",
        0.01,
        NONE,
        [0.9625, -1.975, 0.4775],
    );
}

#[test]
fn every_rule_finds_the_bottom_of_a_bowl() {
    fn check(rule: &str, rate: f64, steps: usize, within: f64) {
        // E = Σ cᵢ(wᵢ − bᵢ)²/2, ten times as steep one way as the other.
        let (steepness, bottom) = ([1.0, 10.0], [3.0, -1.0]);
        let mut weights = [0.0; 2];
        let mut optimizer = optimizer(rule, rate, Group::new(0..2), 2);
        for _ in 0..steps {
            let gradient = [0, 1].map(|i| steepness[i] * (weights[i] - bottom[i]));
            optimizer.update(&mut weights, &gradient);
        }
        for i in 0..2 {
            assert!((weights[i] - bottom[i]).abs() <= within, "{rule}: {weights:?}");
        }
    }
    check("sgd", 0.1, 200, 1e-6);
    check("momentum", 0.02, 300, 1e-4);
    check("nesterov", 0.02, 300, 1e-4);
    check("rmsprop", 0.01, 800, 0.02);
    check("rmsprop:momentum=0.5", 0.01, 800, 0.05);
    check("adam", 0.05, 800, 1e-4);
    check("adamw", 0.05, 800, 1e-4);
    check("lion", 0.01, 800, 0.05);
    check("rprop", 0.01, 150, 1e-4);
}

#[test]
fn a_group_has_its_own_rate_and_a_frozen_one_stays() {
    let groups = vec![
        Group::new(0..1),
        Group { rate_factor: 0.5, ..Group::new(1..2) },
        Group { frozen: true, ..Group::new(2..3) },
    ];
    let mut optimizer = Optimizer::new("momentum".parse().unwrap(), groups, 4);
    optimizer.set_rate(0.1);
    let mut weights = [1.0_f64; 4];
    optimizer.update(&mut weights, &[1.0; 4]);
    assert_eq!(weights, [0.9, 0.95, 1.0, 1.0]);
    assert_eq!(optimizer.state().first[..], [1.0, 1.0, 0.0, 0.0]);
}

#[test]
fn l1_puts_weights_to_zero_and_lets_them_come_back() {
    let mut optimizer = optimizer("sgd", 0.1, Group { l1: 1.0, ..Group::new(0..4) }, 4);
    let mut weights = [1.0_f64, -1.0, 0.05, -0.05];
    optimizer.update(&mut weights, &[0.0; 4]);
    assert_eq!(weights, [0.9, -0.9, 0.0, 0.0]);
    // The gradient at 0 is weaker than the penalty: it stays. Stronger: it comes back, by the difference.
    optimizer.update(&mut weights, &[0.0, 0.0, -0.9, -3.0]);
    assert_eq!(weights[2], 0.0);
    assert!((weights[3] - 0.2).abs() < 1e-15);
    optimizer.update(&mut weights, &[f64::NAN; 4]);
    assert!(weights.iter().all(|w| w.is_nan()));
}

#[test]
fn a_gradient_that_is_not_a_number_is_not_hidden() {
    for rule in Rule::NAMES {
        let mut weights = [1.0_f32, 1.0];
        let mut optimizer = optimizer(rule, 0.1, Group::new(0..2), 2);
        optimizer.update(&mut weights, &[f32::NAN, 1.0]);
        assert!(weights[0].is_nan() && weights[1].is_finite(), "{rule}: {weights:?}");
    }
}

#[test]
fn moments_die_out_without_denormals() {
    for rule in ["momentum", "nesterov", "rmsprop", "adam", "lion"] {
        let mut weights = [1.0_f32];
        let mut optimizer = optimizer(rule, 1e-3, Group::new(0..1), 1);
        optimizer.update(&mut weights, &[1e-3]);
        for _ in 0..6000 {
            optimizer.update(&mut weights, &[0.0]);
            let State { first, second, .. } = optimizer.state();
            for moment in first.iter().chain(second.iter()) {
                assert!(*moment == 0.0 || moment.abs() >= 1e-30, "{rule}: {moment:e}");
            }
        }
        assert_eq!(optimizer.state().first[..], [0.0], "{rule}");
    }
}

#[test]
fn a_restored_state_goes_on_as_if_nothing_had_happened() {
    for rule in Rule::NAMES {
        let gradient = |step: i32| [0.5 / f64::from(step), -0.25];
        let mut weights = [1.0, 2.0];
        let mut whole = optimizer(rule, 0.1, Group::new(0..2), 2);
        for step in 1..=3 {
            whole.update(&mut weights, &gradient(step));
        }
        let mut resumed_weights = weights;
        let mut resumed = optimizer(rule, 0.1, Group::new(0..2), 2);
        resumed.restore(whole.state().clone());
        for step in 4..=6 {
            whole.update(&mut weights, &gradient(step));
            resumed.update(&mut resumed_weights, &gradient(step));
        }
        assert_eq!(weights, resumed_weights, "{rule}");
    }
}

#[test]
fn every_instruction_set_gives_the_same_bits() {
    fn check(rule: &str, set: InstructionSet) -> Vec<u32> {
        let n = 67;
        let wave = |i: usize, k: u32| ((i as u32 * 7919 + k * 40503) % 1000) as f32 / 500.0 - 1.0;
        let group = Group { l1: 1e-3, l2: 1e-2, weight_decay: 0.1, ..Group::new(1..n - 1) };
        let mut weights: Vec<f32> = (0..n).map(|i| wave(i, 0)).collect();
        let mut state = optimizer::<f32>(rule, 0.01, group.clone(), n).state;
        for steps in 1..=5 {
            let gradients: Vec<f32> = (0..n).map(|i| wave(i, steps as u32)).collect();
            state.steps = steps;
            let pass = Pass::new(&group, 0.01, &mut weights, &gradients, &mut state);
            apply(rule.parse().unwrap(), 0.01, pass, set);
        }
        weights.iter().map(|w| w.to_bits()).collect()
    }
    for rule in Rule::NAMES {
        for set in InstructionSet::available() {
            assert_eq!(check(rule, set), check(rule, InstructionSet::Baseline), "{rule} on {}", set.name());
        }
    }
}
