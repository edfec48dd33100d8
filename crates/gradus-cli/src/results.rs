//! Figures as tables for people and as JSON for programs.

use crate::terminal::{clean, short, table};
use gradus::metrics::{ClassificationReport, Report};
use gradus_lab::files::RunFolder;
use gradus_lab::results::figures;
use gradus_lab::run::{Run, Trained};
use gradus_lab::run_summary::counted;
use serde_json::{Map, Value, json};

/// More classes than this make no readable matrix in a terminal.
const LARGEST_MATRIX: usize = 20;

/// The table of a run and where its files are.
pub(crate) fn train_text(trained: &Trained, folder: &RunFolder) -> String {
    let parts = [("test", &trained.test), ("training", &trained.training)];
    let parts: Vec<(&str, Vec<(&str, f64)>)> =
        parts.into_iter().filter_map(|(name, report)| Some((name, figures(report.as_ref()?)))).collect();
    let folds = trained.folds.as_ref();
    let folds_name = folds.map(|folds| format!("{} folds", folds.folds));
    let mut header = vec![""];
    header.extend(parts.iter().map(|(name, _)| *name));
    header.extend(folds_name.as_deref());
    let names = parts.first().map(|(_, figures)| figures.as_slice()).unwrap_or_default();
    let rows = names.iter().map(|(name, _)| {
        let mut row = vec![name.replace('_', " ")];
        for (_, figures) in &parts {
            row.push(value_of(figures, name).map(short).unwrap_or_default());
        }
        if let Some(folds) = folds {
            let spread = folds.figures.iter().find(|figure| figure.name == *name);
            row.push(
                spread.map(|s| format!("{} ± {}", short(s.mean), short(s.deviation))).unwrap_or_default(),
            );
        }
        row
    });
    let table = table(&header, rows.collect(), 1);
    let place = clean(&folder.path().display().to_string());
    let record = &trained.model.record;
    let (epochs, seconds) = (record.epochs, trained.seconds);
    let stopped = if trained.was_stopped() { ", stopped before the end" } else { "" };
    format!(
        "\n{table}\n{} in {seconds:.1} s{stopped}; the model and its report are in {place}\n",
        counted(epochs, "epoch")
    )
}

/// One object: the figures of the test part at the top, the others under their part's name.
pub(crate) fn train_json(run: &Run, trained: &Trained, folder: &RunFolder) -> Value {
    let record = &trained.model.record;
    let mut json = trained.test.as_ref().map_or_else(|| json!({}), figures_json);
    let rest = json!({
        "task": trained.model.task(),
        "data": run.name,
        "rows": {
            "training": record.rows,
            "validation": record.validation_rows,
            "test": run.test.as_ref().map_or(0, gradus::data::Dataset::rows),
        },
        "test": trained.test.as_ref().map(figures_json),
        "train": trained.training.as_ref().map(figures_json),
        "validation": record.validation.iter().cloned().map(|(name, value)| (name, json!(value))).collect::<Map<_, _>>(),
        "folds": trained.folds,
        "loss": record.loss,
        "epochs": record.epochs,
        "best_epoch": record.best_epoch,
        "updates": record.updates,
        "parameters": trained.model.network.n_parameters(),
        "stop": record.stop,
        "seed": record.spec.seed,
        "seconds": trained.seconds,
        "seconds_preparing": trained.seconds_preparing,
        "samples_per_second": trained.samples_per_second,
        "model": folder.model_path().display().to_string(),
        "run": folder.path().display().to_string(),
        "notes": run.notes,
    });
    merge(&mut json, &rest);
    json
}

/// Everything about a model's answers, for people.
pub(crate) fn evaluation_text(report: &Report) -> String {
    let rows = figures(report).into_iter().map(|(name, value)| vec![name.replace('_', " "), short(value)]);
    let mut text = table(&[], rows.collect(), 1);
    match report {
        Report::Classification(report) => {
            text = format!("{text}\n{}\n{}", class_table(report), confusion_table(report));
        }
        Report::Regression(report) if report.outputs.len() > 1 => {
            let row = |output: &gradus::metrics::OutputReport| {
                [
                    vec![output.output.clone()],
                    [output.rmse, output.mae, output.mse, output.r2].map(short).to_vec(),
                ]
                .concat()
            };
            let outputs =
                table(&["output", "rmse", "mae", "mse", "r2"], report.outputs.iter().map(row).collect(), 1);
            text = format!("{text}\n{outputs}");
        }
        Report::MultiLabel(report) => {
            let row = |label: &gradus::metrics::LabelReport| {
                let figures =
                    [label.accuracy, label.precision, label.recall, label.f1, label.roc_auc].map(short);
                [vec![label.label.clone()], figures.to_vec(), vec![label.support.to_string()]].concat()
            };
            let header = ["label", "accuracy", "precision", "recall", "f1", "roc auc", "rows"];
            text = format!("{text}\n{}", table(&header, report.labels.iter().map(row).collect(), 1));
        }
        Report::Regression(_) => {}
    }
    text
}

/// Adds what `more` has to `json`; both are objects.
pub(crate) fn merge(json: &mut Value, more: &Value) {
    if let (Some(json), Some(more)) = (json.as_object_mut(), more.as_object()) {
        json.extend(more.iter().map(|(name, value)| (name.clone(), value.clone())));
    }
}

fn figures_json(report: &Report) -> Value {
    figures(report)
        .into_iter()
        .map(|(name, value)| (name.to_owned(), json!(value)))
        .collect::<Map<_, _>>()
        .into()
}

fn value_of(figures: &[(&str, f64)], name: &str) -> Option<f64> {
    figures.iter().find(|(other, _)| *other == name).map(|(_, value)| *value)
}

fn class_table(report: &ClassificationReport) -> String {
    let row = |class: &gradus::metrics::ClassReport| {
        let figures = [class.precision, class.recall, class.f1].map(short);
        [vec![class.class.clone()], figures.to_vec(), vec![class.support.to_string()]].concat()
    };
    table(&["class", "precision", "recall", "f1", "rows"], report.classes.iter().map(row).collect(), 1)
}

/// Rows are the true classes, columns the predicted ones.
fn confusion_table(report: &ClassificationReport) -> String {
    let names: Vec<&str> = report.classes.iter().map(|class| class.class.as_str()).collect();
    if names.len() > LARGEST_MATRIX {
        return format!("The confusion matrix of {} classes is in --json.\n", names.len());
    }
    let mut header = vec!["true \\ predicted"];
    header.extend(&names);
    let count = |&count: &f64| if count == 0.0 { "·".to_owned() } else { count.to_string() };
    let row = |(name, counts): (&&str, &[f64])| {
        std::iter::once((*name).to_owned()).chain(counts.iter().map(count)).collect::<Vec<_>>()
    };
    table(&header, names.iter().zip(report.confusion.iter_rows()).map(row).collect(), 1)
}
