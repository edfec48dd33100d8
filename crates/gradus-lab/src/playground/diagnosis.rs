//! What may be wrong with a training, found in its numbers; the words for it are the page's.
//!
//! | kind | found where |
//! |---|---|
//! | diverged | training has left the range of numbers |
//! | dead_units | units of a layer are silent at every point, and learn no more |
//! | saturation | units of a layer are flat at 9 of 10 points, and learn slowly |
//! | vanishing | the first layer's gradient is less than a thousandth of the last one's |
//! | overfitting | the test loss is half as much again as the training loss, and has been better by a tenth |
//! | stalled | the second half of all epochs has brought less than a hundredth, and the answers are not good |

use super::evaluation::Measured;
use super::history::History;
use super::learner::Divergence;
use super::statistics::LayerStatistics;
use serde_json::{Map, Value, json};

/// A first layer with a smaller share of the last one's gradient hardly learns.
const VANISHED: f64 = 1e-3;
/// Test loss over training loss, and over the best test loss so far.
const WORSE: (f64, f64) = (1.5, 1.1);
/// Losses below this are as good as none, whatever their ratio.
const NEGLIGIBLE: f64 = 0.01;
/// Epochs after which nothing is called stalled.
const FEWEST_EPOCHS: u64 = 200;
/// The share of the loss that the second half of training should have brought.
const PROGRESS: f64 = 0.01;
/// Accuracy or R² that is good enough to rest at.
const GOOD: f64 = 0.9;

/// What is looked at.
pub(super) struct Patient<'a> {
    pub(super) divergence: Option<&'a Divergence>,
    pub(super) layers: &'a [LayerStatistics],
    pub(super) history: &'a History,
    /// Training part, test part.
    pub(super) measured: &'a [Measured; 2],
}

/// Every finding, as JSON.
pub(super) fn diagnosis(patient: &Patient<'_>) -> Value {
    let mut findings = Vec::new();
    if let Some(divergence) = patient.divergence {
        let Divergence { epoch, batch, learning_rate, .. } = divergence;
        let numbers = json!({"epoch": epoch, "batch": batch, "learning_rate": learning_rate});
        findings.push(finding("diverged", true, Some(divergence.layer), numbers));
    }
    for (number, layer) in (1..).zip(patient.layers) {
        let units = layer.activations.len();
        for (kind, found) in [("dead_units", &layer.dead), ("saturation", &layer.saturated)] {
            if !found.is_empty() && units > 0 {
                let mut told =
                    finding(kind, kind == "dead_units", Some(number), json!({"count": found.len()}));
                told["units"] = found.iter().map(|unit| unit + 1).collect();
                findings.push(told);
            }
        }
    }
    findings.extend(vanishing(patient.layers));
    findings.extend(overfitting(patient));
    findings.extend(stalled(patient));
    findings.into()
}

fn finding(kind: &str, is_warning: bool, layer: Option<usize>, numbers: Value) -> Value {
    let mut object = Map::new();
    object.insert("kind".to_owned(), kind.into());
    object.insert("level".to_owned(), if is_warning { "warning" } else { "note" }.into());
    if let Some(layer) = layer {
        object.insert("layer".to_owned(), layer.into());
    }
    object.insert("numbers".to_owned(), numbers);
    object.into()
}

fn vanishing(layers: &[LayerStatistics]) -> Option<Value> {
    // The root mean square: layers differ in their number of weights.
    let size = |layer: &LayerStatistics| {
        layer.gradient_norm().map(|norm| norm / (layer.gradients.len() as f64).sqrt())
    };
    let [first, .., last] = layers else { return None };
    let (first, last) = (size(first)?, size(last)?);
    let ratio = first / last;
    (layers.len() > 2 && last > 1e-8 && ratio < VANISHED)
        .then(|| finding("vanishing", true, Some(1), json!({"ratio": ratio, "first": first, "last": last})))
}

fn overfitting(patient: &Patient<'_>) -> Option<Value> {
    let (training, test) = (patient.measured[0].loss?, patient.measured[1].loss?);
    let losses = patient.history.records().iter().map(|record| (f64::from(record.test), record.epoch));
    let (best, epoch) = losses.filter(|(loss, _)| loss.is_finite()).min_by(|a, b| a.0.total_cmp(&b.0))?;
    let is_worse = test > WORSE.0 * training && test > WORSE.1 * best && test > NEGLIGIBLE;
    let numbers = json!({"train": training, "test": test, "best_test": best, "best_epoch": epoch});
    is_worse.then(|| finding("overfitting", true, None, numbers))
}

fn stalled(patient: &Patient<'_>) -> Option<Value> {
    let records = patient.history.records();
    let (middle, last) = (records.get(records.len() / 2)?, records.last()?);
    let score = patient.measured[0].metrics.first()?.1;
    let (before, now) = (f64::from(middle.training), f64::from(last.training));
    let is_stalled = last.epoch >= FEWEST_EPOCHS && now > (1.0 - PROGRESS) * before && score < GOOD;
    let numbers = json!({"epoch": last.epoch, "loss": now, "loss_before": before, "epoch_before": middle.epoch, "score": score});
    is_stalled.then(|| finding("stalled", false, None, numbers))
}

#[cfg(test)]
mod tests {
    use super::super::history::Record;
    use super::*;

    fn layer(gradient: f64) -> LayerStatistics {
        LayerStatistics {
            weights: vec![1.0; 4],
            gradients: vec![gradient; 4],
            activations: vec![0.5; 4],
            dead: Vec::new(),
            saturated: Vec::new(),
        }
    }

    /// The kinds that are found.
    #[track_caller]
    fn check(layers: &[LayerStatistics], losses: &[[f32; 2]], score: f64, expected: &[&str]) {
        let mut history = History::default();
        for (epoch, &[training, test]) in losses.iter().enumerate() {
            let epoch = 100 * epoch as u64;
            history.push(Record { epoch, training, test, learning_rate: 0.1 });
        }
        let measured = |loss: f32| Measured { loss: Some(loss.into()), metrics: vec![("accuracy", score)] };
        let measured = losses[losses.len() - 1].map(measured);
        let patient = Patient { divergence: None, layers, history: &history, measured: &measured };
        let found = diagnosis(&patient);
        let kinds: Vec<&str> =
            found.as_array().unwrap().iter().map(|one| one["kind"].as_str().unwrap()).collect();
        assert_eq!(kinds, expected, "{found}");
    }

    #[test]
    fn each_finding_has_its_signs() {
        let (sound, falling) =
            (vec![layer(1.0), layer(1.0), layer(1.0)], [[1.0, 1.0], [0.5, 0.5], [0.1, 0.12]]);
        check(&sound, &falling, 1.0, &[]);
        check(&[layer(1e-6), layer(1e-3), layer(1.0)], &falling, 1.0, &["vanishing"]);
        // With one hidden layer there is nothing for a gradient to vanish on.
        check(&[layer(1e-6), layer(1.0)], &falling, 1.0, &[]);
        check(&sound, &[[1.0, 1.0], [0.5, 0.4], [0.1, 0.6]], 1.0, &["overfitting"]);
        check(&sound, &[[0.5, 0.5], [0.5, 0.5], [0.499, 0.5]], 0.5, &["stalled"]);
        check(&sound, &[[0.5, 0.5], [0.5, 0.5], [0.499, 0.5]], 0.95, &[]);
        let dead = LayerStatistics { dead: vec![1], ..layer(1.0) };
        let saturated = LayerStatistics { saturated: vec![0], ..layer(1.0) };
        check(&[dead, layer(1.0)], &falling, 1.0, &["dead_units"]);
        check(&[saturated, layer(1.0)], &falling, 1.0, &["saturation"]);
    }
}
