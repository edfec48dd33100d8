//! The figures of a report by name, in the order to show them: the most telling first.

use crate::run::Trained;
use gradus::metrics::Report;
use std::fmt::Write;

/// Every single figure of a report; one that is not defined for the data at hand is left out.
pub fn figures(report: &Report) -> Vec<(&'static str, f64)> {
    let figures = match report {
        Report::Classification(report) => vec![
            ("accuracy", report.accuracy),
            ("balanced_accuracy", report.balanced_accuracy),
            ("precision", report.precision),
            ("recall", report.recall),
            ("f1", report.f1),
            ("log_loss", report.log_loss),
            ("roc_auc", report.roc_auc),
            ("top_5", report.top_5.unwrap_or(f64::NAN)),
        ],
        Report::Regression(report) => {
            vec![("rmse", report.rmse), ("mae", report.mae), ("mse", report.mse), ("r2", report.r2)]
        }
        Report::MultiLabel(report) => vec![
            ("accuracy", report.accuracy),
            ("label_accuracy", report.label_accuracy),
            ("precision", report.precision),
            ("recall", report.recall),
            ("f1", report.f1),
            ("log_loss", report.log_loss),
            ("roc_auc", report.roc_auc),
        ],
    };
    figures.into_iter().filter(|(_, value)| value.is_finite()).collect()
}

/// Every epoch of a run as CSV: `epoch,learning_rate,loss,validation_…`.
pub fn history_csv(trained: &Trained) -> String {
    let records = trained.history.records();
    let mut text = "epoch,learning_rate,loss".to_owned();
    for (name, _) in records.first().map(|record| record.validation.as_slice()).unwrap_or_default() {
        text += &format!(",validation_{}", name.replace([',', ':'], "_"));
    }
    text.push('\n');
    for record in records {
        // Writing to a string cannot fail.
        let _ = write!(text, "{},{},{}", record.epoch, record.learning_rate, record.loss);
        for (_, value) in &record.validation {
            let _ = write!(text, ",{value}");
        }
        text.push('\n');
    }
    text
}
