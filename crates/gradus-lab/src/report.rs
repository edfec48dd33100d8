//! The report of a run: one page that needs nothing else, readable in light and dark.
//!
//! Everything that comes from outside, as names of columns and classes, is escaped: a page never runs what a file says.

use crate::chart::loss_curve;
use crate::results::figures;
use crate::run::{Run, Trained};
use crate::run_summary::{describe_data, describe_network};
use gradus::metrics::{ClassificationReport, Report};
use std::fmt::Write;

/// More classes than this make no readable matrix.
const LARGEST_MATRIX: usize = 40;

/// The page.
pub fn html(run: &Run, trained: &Trained) -> String {
    let mut page = String::new();
    let title = format!("{}: a Gradus run", run.name);
    let style = include_str!("report.css");
    push(
        &mut page,
        format_args!(
            "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<title>{}</title>\n<style>\n{style}</style>\n<body>\n",
            escaped(&title)
        ),
    );
    head(&mut page, run, trained);
    tiles(&mut page, trained);
    curve(&mut page, trained);
    results(&mut page, trained);
    if let Some(Report::Classification(report)) = trained.test.as_ref().or(trained.training.as_ref()) {
        let part = if trained.test.is_some() { "test" } else { "training" };
        confusion(&mut page, report, part);
        classes(&mut page, report, part);
    }
    settings(&mut page, trained);
    notes(&mut page, run);
    page.push_str("</body>\n</html>\n");
    page
}

fn head(page: &mut String, run: &Run, trained: &Trained) {
    push(page, format_args!("<h1>{}</h1>\n", escaped(&run.name)));
    push(page, format_args!("<p>{}</p>\n", escaped(&describe_data(run))));
    push(page, format_args!("<p>{}</p>\n", escaped(&describe_network(&trained.model))));
    if let Some(diverged) = &trained.diverged {
        push(page, format_args!("<p><b>{}</b></p>\n", escaped(&diverged.to_string())));
    }
}

/// The most telling figures, large.
fn tiles(page: &mut String, trained: &Trained) {
    let record = &trained.model.record;
    let part = if trained.test.is_some() { "test" } else { "training" };
    let shown = trained.test.as_ref().or(trained.training.as_ref()).map(figures).unwrap_or_default();
    page.push_str("<div class=\"tiles\">\n");
    let telling = |name: &str| ["accuracy", "f1", "rmse", "r2"].contains(&name);
    for (name, value) in shown.iter().filter(|(name, _)| telling(name)) {
        tile(page, &short(*value), &format!("{} · {part}", name.replace('_', " ")));
    }
    tile(page, &record.epochs.to_string(), if record.epochs == 1 { "epoch" } else { "epochs" });
    tile(page, &format!("{:.2} s", trained.seconds), "training time");
    page.push_str("</div>\n");
}

fn tile(page: &mut String, value: &str, name: &str) {
    push(
        page,
        format_args!("<div class=\"tile\"><b>{}</b><span>{}</span></div>\n", escaped(value), escaped(name)),
    );
}

fn curve(page: &mut String, trained: &Trained) {
    let records = trained.history.records();
    let Some(svg) = loss_curve(records) else { return };
    let has_validation =
        records.iter().any(|record| record.validation.iter().any(|(name, _)| name == "loss"));
    page.push_str(
        "<h2>Loss</h2>\n<div class=\"key\"><span><i style=\"background:var(--blue)\"></i>training</span>",
    );
    if has_validation {
        page.push_str("<span><i style=\"background:var(--orange)\"></i>validation</span>");
    }
    push(page, format_args!("</div>\n{svg}\n"));
}

fn results(page: &mut String, trained: &Trained) {
    let test = trained.test.as_ref().map(figures);
    let training = trained.training.as_ref().map(figures);
    let Some(names) = test.as_ref().or(training.as_ref()) else { return };
    page.push_str("<h2>Results</h2>\n<div class=\"scroll\"><table>\n<tr><th></th>");
    for (part, is_there) in [("test", test.is_some()), ("training", training.is_some())] {
        if is_there {
            push(page, format_args!("<th>{part}</th>"));
        }
    }
    if let Some(folds) = &trained.folds {
        push(page, format_args!("<th>{} folds</th>", folds.folds));
    }
    page.push_str("</tr>\n");
    for (name, _) in names {
        push(page, format_args!("<tr><td>{}</td>", name.replace('_', " ")));
        for part in [&test, &training].into_iter().flatten() {
            let value = part.iter().find(|(other, _)| other == name).map(|(_, value)| short(*value));
            push(page, format_args!("<td>{}</td>", value.unwrap_or_default()));
        }
        if let Some(folds) = &trained.folds {
            let spread = folds.figures.iter().find(|figure| figure.name == *name);
            let spread = spread.map(|spread| format!("{} ± {}", short(spread.mean), short(spread.deviation)));
            push(page, format_args!("<td>{}</td>", spread.unwrap_or_default()));
        }
        page.push_str("</tr>\n");
    }
    page.push_str("</table></div>\n");
}

/// Rows are what is true, columns what is predicted; the deeper the colour, the larger the share of the row; by its root, so that
/// few mistakes show too.
fn confusion(page: &mut String, report: &ClassificationReport, part: &str) {
    let names: Vec<&str> = report.classes.iter().map(|class| class.class.as_str()).collect();
    if names.len() > LARGEST_MATRIX {
        return;
    }
    push(
        page,
        format_args!(
            "<h2>Confusion matrix, {part} part</h2>\n<p>Rows are the true classes, columns the predicted ones.</p>\n"
        ),
    );
    page.push_str("<div class=\"scroll\"><table class=\"confusion\">\n<tr><th></th>");
    for name in &names {
        push(page, format_args!("<th>{}</th>", escaped(name)));
    }
    page.push_str("</tr>\n");
    for (row, name) in report.confusion.iter_rows().zip(&names) {
        let total: f64 = row.iter().sum();
        push(page, format_args!("<tr><th>{}</th>", escaped(name)));
        for &count in row {
            let share = if total > 0.0 { count / total } else { 0.0 };
            let shown = if count == 0.0 { "<i>·</i>".to_owned() } else { plain(count) };
            push(
                page,
                format_args!(
                    "<td style=\"background:rgba(var(--heat),{:.3})\">{shown}</td>",
                    0.75 * share.sqrt()
                ),
            );
        }
        page.push_str("</tr>\n");
    }
    page.push_str("</table></div>\n");
}

fn classes(page: &mut String, report: &ClassificationReport, part: &str) {
    push(page, format_args!("<h2>Classes, {part} part</h2>\n<div class=\"scroll\"><table>\n"));
    page.push_str("<tr><th>class</th><th>precision</th><th>recall</th><th>F1</th><th>rows</th></tr>\n");
    for class in &report.classes {
        push(
            page,
            format_args!(
                "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
                escaped(&class.class),
                short(class.precision),
                short(class.recall),
                short(class.f1),
                plain(class.support)
            ),
        );
    }
    page.push_str("</table></div>\n");
}

fn settings(page: &mut String, trained: &Trained) {
    page.push_str("<h2>Settings</h2>\n<table class=\"settings\">\n");
    for (name, value) in trained.spec.entries() {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        push(page, format_args!("<tr><td>{name}</td><td>{}</td></tr>\n", escaped(&text)));
    }
    let record = &trained.model.record;
    push(
        page,
        format_args!(
            "</table>\n<p>Gradus {}, instruction set {}.</p>\n",
            escaped(&record.version),
            escaped(&record.instruction_set)
        ),
    );
}

fn notes(page: &mut String, run: &Run) {
    if run.notes.is_empty() {
        return;
    }
    page.push_str("<h2>About the data</h2>\n");
    for note in &run.notes {
        push(page, format_args!("<p>{}</p>\n", escaped(note)));
    }
}

fn push(page: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = page.write_fmt(text);
}

/// Text as text, whatever it holds.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            control if control.is_control() => escaped.push(' '),
            other => escaped.push(other),
        }
    }
    escaped
}

/// Four significant digits.
fn short(value: f64) -> String {
    match value.abs() {
        0.0 => "0".to_owned(),
        1e-3..=1.0 => format!("{value:.4}"),
        1.0..1e5 => {
            let digits = 3 - (value.abs().log10().floor() as i32).clamp(0, 3);
            format!("{value:.*}", digits as usize)
        }
        _ => format!("{value:.3e}"),
    }
}

/// A count; weighted ones have decimals.
fn plain(count: f64) -> String {
    if count.fract() == 0.0 { format!("{count:.0}") } else { format!("{count:.1}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_from_outside_is_only_text() {
        assert_eq!(escaped("<script>'&\"\u{1b}"), "&lt;script&gt;&#39;&amp;&quot; ");
    }
}
