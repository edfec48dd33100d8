//! The trace of a step: the worked example's published numbers, and parts that add up to the engine's own totals.

#![allow(clippy::unwrap_used, reason = "a test may")]

use gradus::data::Batch;
use gradus::explain::WorkedExample;
use gradus::explain::trace::{ErrorTerm, Example, StepTrace, UnitTrace};
use gradus::loss::Loss;
use gradus::network::{Activation, Architecture, Init, Link, Network, Workspace};
use gradus::optim::{Group, Optimizer, Rule};
use gradus::random::{Purpose, Random};
use gradus::train::{Objective, step};
use gradus::{MatrixView, Real};

fn worked_example() -> StepTrace<f64> {
    let WorkedExample { network, inputs, targets, loss, learning_rate } = WorkedExample::default();
    StepTrace::new(&network, &Example { inputs: &inputs, targets: &targets, loss, learning_rate }).unwrap()
}

/// The numbers of Han & Kamber's example, computed to full precision with Python's `math.exp`.
#[test]
fn the_worked_example() {
    let trace = worked_example();
    let unit = |number: usize| -> &UnitTrace<f64> {
        trace.layers.iter().flat_map(|layer| &layer.units).find(|unit| unit.unit == number).unwrap()
    };
    let check = |what: &str, found: f64, expected: f64| {
        assert!((found - expected).abs() <= 1e-15, "{what}: {found}, not {expected}");
    };
    check("in4", unit(4).net_input, -0.7);
    check("in5", unit(5).net_input, 0.1);
    check("in6", unit(6).net_input, -0.10453950584533817);
    check("a4", unit(4).output, 0.3318122278318339);
    check("a5", unit(5).output, 0.52497918747894);
    check("a6", unit(6).output, 0.47388889882398544);
    check("delta6", unit(6).delta, 0.1311690782143445);
    check("delta5", unit(5).delta, -0.006542085064168994);
    check("delta4", unit(4).delta, -0.008724561965433263);
    check("w46", unit(6).weights[0].new, -0.26082884634154524);
    check("w56", unit(6).weights[1].new, -0.13802506750700472);
    check("w14", unit(4).weights[0].new, 0.19214789423111006);
    check("w15", unit(5).weights[0].new, -0.30588787655775207);
    check("w24", unit(4).weights[1].new, 0.4);
    check("w25", unit(5).weights[1].new, 0.1);
    check("w34", unit(4).weights[2].new, -0.50785210576889);
    check("w35", unit(5).weights[2].new, 0.19411212344224793);
    check("b4", unit(4).bias.new, -0.40785210576888997);
    check("b5", unit(5).bias.new, 0.19411212344224793);
    check("b6", unit(6).bias.new, 0.21805217039291008);
    check("a6 after", trace.outputs_after[0], 0.515247950984996);
    check("E before", trace.loss_before, 0.5 * (1.0_f64 - 0.47388889882398544).powi(2));
    check("E after", trace.loss_after, 0.5 * (1.0_f64 - 0.515247950984996).powi(2));
}

#[test]
fn a_trace_survives_json() {
    let trace = worked_example();
    let json = serde_json::to_string(&trace).unwrap();
    assert_eq!(serde_json::from_str::<StepTrace<f64>>(&json).unwrap(), trace);
}

/// Small, because the error of an exponential link can be large.
const RATE: f64 = 1e-3;

struct Case {
    architecture: Architecture,
    loss: Loss,
}

/// A random network with up to three hidden layers, any activation, and any loss with a link that fits.
fn random_case(random: &mut Random) -> Case {
    let width = |random: &mut Random| 1 + random.below(12);
    let activation = |random: &mut Random| loop {
        let activation = Activation::ALL[random.below(Activation::ALL.len())];
        if activation.has_slope() {
            return activation;
        }
    };
    let losses = [&Loss::ALL[..], &[Loss::CrossEntropy { smoothing: 0.1 }]].concat();
    let loss = losses[random.below(losses.len())];
    let link = match loss {
        Loss::SquaredError | Loss::AbsoluteError | Loss::Huber { .. } => Link::Activation(activation(random)),
        other => other.default_link(),
    };
    let hidden = (0..random.below(4)).map(|_| (width(random), activation(random))).collect();
    Case { architecture: Architecture { inputs: width(random), hidden, outputs: width(random), link }, loss }
}

/// Traces one random network; every total is the engine's, and its parts add up to it.
fn check_random<R: Real>(seed: u64) {
    let mut random = Random::new(seed, Purpose::Generator, 0);
    let Case { architecture, loss } = random_case(&mut random);
    let network = Network::<R>::new(&architecture, Some(Init::Uniform { range: 1.0 }), seed).unwrap();
    let inputs: Vec<R> = (0..architecture.inputs).map(|_| R::from_f64(random.normal())).collect();
    let targets: Vec<R> =
        (0..architecture.outputs).map(|k| R::from_f64(f64::from(u8::from(k == 0)))).collect();
    let example = Example { inputs: &inputs, targets: &targets, loss, learning_rate: RATE };
    let trace = StepTrace::new(&network, &example).unwrap();
    check_bits(&network, &example, &trace);
    let mut signals = inputs;
    for layer in &trace.layers {
        for unit in &layer.units {
            check_unit(unit, &signals, seed);
        }
        signals = layer.units.iter().map(|unit| unit.output).collect();
    }
}

/// The same step, made here once more with the engine's public calls, has the same bits.
fn check_bits<R: Real>(network: &Network<R>, example: &Example<'_, R>, trace: &StepTrace<R>) {
    let n = network.parameters().len();
    let (mut after, mut work) = (network.clone(), Workspace::new(network, 1, false));
    let mut optimizer = Optimizer::new(Rule::Sgd, vec![Group::new(0..n)], n);
    optimizer.set_rate(example.learning_rate);
    let inputs = MatrixView::from_slice(example.inputs, 1, example.inputs.len());
    let batch = Batch { inputs, targets: example.targets, weights: None, step: 0 };
    let loss = step(&mut after, &mut work, &batch, &Objective::of(example.loss), &mut optimizer).unwrap();
    assert_eq!(loss.to_bits(), trace.loss_before.to_bits());
    let mut at = 0;
    for (index, layer) in trace.layers.iter().enumerate() {
        let of = |value: &dyn Fn(&UnitTrace<R>) -> R| layer.units.iter().map(value).collect::<Vec<_>>();
        assert_eq!(of(&|unit| unit.net_input), work.nets[index].as_slice());
        assert_eq!(of(&|unit| -unit.delta), work.deltas[index].as_slice());
        let outputs = work.outputs.get(index).unwrap_or(&work.predictions);
        assert_eq!(of(&|unit| unit.output), outputs.as_slice());
        let weights = layer.units.iter().flat_map(|unit| &unit.weights);
        for change in weights.chain(layer.units.iter().map(|unit| &unit.bias)) {
            assert_eq!(change.old, network.parameters()[at]);
            assert_eq!(change.gradient, work.gradients[at]);
            assert_eq!(change.new, after.parameters()[at]);
            at += 1;
        }
    }
    assert_eq!(at, n);
}

fn check_unit<R: Real>(unit: &UnitTrace<R>, signals: &[R], seed: u64) {
    let near = |what: &str, found: f64, expected: R, n: usize, size: f64| {
        let bound = n as f64 * R::EPSILON.to_f64() * size + R::MIN_POSITIVE.to_f64();
        let expected = expected.to_f64();
        assert!((found - expected).abs() <= bound, "seed {seed}, {what}: {found}, not {expected}");
    };
    let sum = |parts: &[R]| parts.iter().map(|x| x.to_f64()).sum::<f64>();
    let size = |parts: &[R]| parts.iter().map(|x| x.to_f64().abs()).sum::<f64>();
    let parts = [&unit.net_parts[..], &[unit.bias.old]].concat();
    near("net input", sum(&parts), unit.net_input, parts.len(), size(&parts));
    let slope = unit.slope.map_or(1.0, |slope| slope.to_f64());
    match &unit.error {
        ErrorTerm::Output { error, .. } => {
            near("output delta", slope * error.to_f64(), unit.delta, 2, (slope * error.to_f64()).abs());
        }
        ErrorTerm::Hidden { parts } => {
            near("delta", slope * sum(parts), unit.delta, parts.len() + 2, slope.abs() * size(parts));
        }
    }
    for (change, signal) in unit.weights.iter().zip(signals.iter().copied()).chain([(&unit.bias, R::ONE)]) {
        let expected = RATE * signal.to_f64() * unit.delta.to_f64();
        near("change", expected, change.change, 3, expected.abs());
        // The update rounds once, and so does this sum.
        assert_eq!(change.old + change.change, change.new, "seed {seed}");
    }
}

#[test]
fn parts_add_up_in_two_hundred_random_networks() {
    for seed in 0..200 {
        check_random::<f64>(seed);
        check_random::<f32>(seed);
    }
}

#[test]
fn what_cannot_be_traced_is_refused() {
    let architecture = Architecture { inputs: 2, hidden: Vec::new(), outputs: 1, link: Link::IDENTITY };
    let network = Network::from_parameters(&architecture, vec![1.0, 1.0, 0.0]).unwrap();
    let check = |inputs: &[f64], learning_rate: f64, expected: &str| {
        let example = Example { inputs, targets: &[0.0], loss: Loss::SquaredError, learning_rate };
        let message = StepTrace::new(&network, &example).unwrap_err().to_string();
        assert!(message.contains(expected) && message.contains("; help: "), "{message}");
    };
    check(&[1.0], 0.1, "1 inputs and 1 targets");
    check(&[f64::MAX, f64::MAX], 0.1, "net inputs of layer 1 are not finite");
    check(&[1e200, 0.0], 0.1, "the step cannot be made: the loss is not finite;");
    check(&[1e100, 0.0], 1e200, "new weights of layer 1 are not finite");
    check(&[1.0, 0.0], 1e200, "the step cannot be made: the loss after the step is not finite;");
}
