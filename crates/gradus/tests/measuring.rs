//! What is measured on the training part after each epoch is what the model says of it at the end.

#![allow(clippy::unwrap_used, reason = "a test may")]

use gradus::data::{Block, Dataset, Elements, Inputs, Target};
use gradus::metrics::{Metric, score};
use gradus::train::{Control, EpochRecord, Event};
use gradus::{Matrix, Spec, Trainer};

fn examples() -> Dataset {
    let elements = Elements::F64((0..12).map(|i| f64::from(i % 5) - 2.0).collect());
    let values = Matrix::from_vec(6, 1, vec![0.0, 1.0, 0.0, 1.0, 1.0, 0.0]);
    Dataset {
        inputs: Inputs::Block(Block { rows: 6, columns: 2, elements, picture: None }),
        target: Target::Values { names: vec!["y".to_owned()], values },
        weights: None,
    }
}

#[test]
fn the_last_epoch_tells_what_the_model_says() {
    let (examples, mut spec) = (examples(), Spec::default());
    for (key, value) in [("hidden", "3"), ("epochs", "7"), ("precision", "f64")] {
        spec.set(key, value).unwrap();
    }
    for metrics in [&[][..], &[Metric::MaxError], &[Metric::Rmse, Metric::R2]] {
        let mut last: Option<EpochRecord> = None;
        let mut keep = |event: &Event<'_>| {
            if let Event::Epoch(record) = event {
                last = Some((*record).clone());
            }
            Control::Continue
        };
        let model = Trainer::new(spec.clone()).measuring(metrics).fit(&examples, &mut keep).unwrap();
        let predictions = model.predict(&examples.inputs).unwrap();
        let measured = last.unwrap().training;
        assert_eq!(measured.len(), metrics.len());
        for (metric, (name, value)) in metrics.iter().zip(measured) {
            assert_eq!(name, metric.to_string());
            let expected = score(*metric, &predictions, &examples.target, None);
            assert!((value - expected).abs() < 1e-12, "{name}: {value} instead of {expected}");
        }
    }
}
