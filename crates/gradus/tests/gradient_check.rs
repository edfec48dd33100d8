//! Backpropagation against numeric gradients: every activation × loss × depth, in f64.

#![allow(clippy::unwrap_used, reason = "a test may")]

use gradus::data::Batch;
use gradus::explain::gradient_check;
use gradus::loss::{Loss, Reduction};
use gradus::network::{Activation, Architecture, Dropout, Init, Link, Network};
use gradus::random::{Purpose, Random};
use gradus::train::Objective;
use gradus::{Matrix, MatrixView};

const BOUND: f64 = 1e-8;

struct Case {
    activation: Activation,
    depth: usize,
    link: Link,
    objective: Objective,
    weighted: bool,
}

/// Checks one network on 6 random examples; returns how many parameters a kink excluded, out of how many.
#[track_caller]
fn check(case: &Case) -> (usize, usize) {
    let Case { activation, depth, link, objective, weighted } = case;
    let hidden = [5, 4, 3][..*depth].iter().map(|&units| (units, *activation)).collect();
    let architecture = Architecture { inputs: 3, hidden, outputs: 3, link: *link };
    let network = Network::<f64>::new(&architecture, Some(Init::Uniform { range: 0.9 }), 11).unwrap();
    let mut random = Random::new(5, Purpose::Generator, 0);
    let n = 6;
    let inputs = Matrix::from_vec(n, 3, (0..n * 3).map(|_| random.normal()).collect());
    let targets: Vec<f64> = match objective.loss {
        Loss::CrossEntropy { .. } => {
            (0..n).flat_map(|i| [0, 1, 2].map(|k| f64::from(u8::from(i % 3 == k)))).collect()
        }
        Loss::BinaryCrossEntropy => (0..n * 3).map(|_| f64::from(u8::from(random.uniform() < 0.5))).collect(),
        Loss::Poisson => (0..n * 3).map(|_| random.below(4) as f64).collect(),
        _ => (0..n * 3).map(|_| random.normal()).collect(),
    };
    let weights: Vec<f64> = (0..n).map(|_| random.uniform()).collect();
    let batch = Batch {
        inputs: MatrixView::from_slice(inputs.as_slice(), n, 3),
        targets: &targets,
        weights: weighted.then_some(&weights),
        step: 9,
    };
    let check = gradient_check(&network, &batch, objective);
    assert!(
        check.relative_error <= BOUND,
        "{} through {activation}, depth {depth}, link {link}: {check:?}",
        objective.loss
    );
    assert_eq!(check.compared + check.excluded, network.parameters().len());
    assert!(check.compared > 0);
    (check.excluded, network.parameters().len())
}

fn links(loss: Loss) -> Vec<Link> {
    match loss {
        Loss::SquaredError | Loss::AbsoluteError | Loss::Huber { .. } => Activation::ALL
            .into_iter()
            .filter(|activation| activation.has_slope())
            .map(Link::Activation)
            .collect(),
        other => vec![other.default_link()],
    }
}

#[test]
fn every_activation_with_every_loss_at_every_depth() {
    let (mut excluded, mut all) = (0, 0);
    let losses = Loss::ALL.into_iter().chain([Loss::CrossEntropy { smoothing: 0.1 }]);
    for loss in losses {
        for link in links(loss) {
            for activation in Activation::ALL.into_iter().filter(|activation| activation.has_slope()) {
                for depth in 0..=3 {
                    let case =
                        Case { activation, depth, link, objective: Objective::of(loss), weighted: false };
                    let (without, of) = check(&case);
                    excluded += without;
                    all += of;
                }
            }
        }
    }
    assert!(
        excluded * 20 < all,
        "kinks excluded {excluded} of {all} parameters: too many for the test to mean much"
    );
}

#[test]
fn weights_of_examples_sums_and_dropout() {
    for loss in Loss::ALL {
        for (reduction, weighted, dropout) in [
            (Reduction::Mean, true, None),
            (Reduction::Sum, false, None),
            (Reduction::Sum, true, Some(Dropout { probability: 0.4, seed: 3 })),
        ] {
            let objective = Objective { reduction, dropout, ..Objective::of(loss) };
            for activation in [Activation::Tanh, Activation::Silu, Activation::Sigmoid] {
                check(&Case {
                    activation,
                    depth: 2,
                    link: loss.default_link(),
                    objective: objective.clone(),
                    weighted,
                });
            }
        }
    }
}
