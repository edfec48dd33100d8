//! `cargo xtask playground --measure`: how fast the page learns while it is drawn, in a browser without a window, into
//! docs/playground-speed.md.

use super::{browser, build, program};
use crate::document::{Document, cells, table};
use crate::program::{figure, printed};
use crate::stage::heading;
use anyhow::{Context, Result};
use serde_json::Value;

const DOCUMENT: Document = Document("docs/playground-speed.md");

/// Builds the page and the program at full speed, measures, and writes the figures down.
///
/// # Errors
/// If a step fails.
pub(crate) fn measure() -> Result<()> {
    build()?;
    let chromium = browser::find()?;
    let gradus = program(&["cargo", "build", "--release", "--package", "gradus-cli"], "release")?;
    heading("measuring");
    let measured = printed("node", &["playground/tests/measure.mjs", &gradus, &chromium])?;
    let machine = measured["machine"].as_str().context("the results name no machine")?;
    let sections = [
        ("run", format!("- command: `cargo xtask playground --measure`\n- {machine}\n")),
        ("speed", speed(&measured)?),
        ("size", size(&measured)?),
    ];
    DOCUMENT.write_sections(&sections)?;
    sections.iter().for_each(|(_, text)| println!("\n{text}"));
    println!("   written to {}", DOCUMENT.0);
    Ok(())
}

fn speed(measured: &Value) -> Result<String> {
    let header = [
        "network",
        "epochs per second",
        "from the slowest turn to the fastest",
        "frames per second meanwhile",
        "longest frame in ms",
    ];
    let mut rows = vec![cells(&header)];
    for network in measured["networks"].as_array().context("the results tell no networks")? {
        rows.push(vec![
            network["name"].as_str().unwrap_or_default().to_owned(),
            format!("{:.0}", figure(network, "epochs_per_second")?),
            format!(
                "{:.0}–{:.0}",
                figure(network, "least_epochs_per_second")?,
                figure(network, "most_epochs_per_second")?
            ),
            format!("{:.1}", figure(network, "frames_per_second")?),
            format!("{:.0}", figure(network, "longest_frame")?),
        ]);
    }
    Ok(table(&rows))
}

fn size(measured: &Value) -> Result<String> {
    let kilobytes = |object: &Value, name: &str| anyhow::Ok(format!("{:.1}", figure(object, name)? / 1000.0));
    let mut rows = vec![cells(&["file of the first load", "kB", "kB compressed with gzip"])];
    for file in measured["files"].as_array().context("the results tell no files")? {
        let name = file["name"].as_str().unwrap_or_default();
        rows.push(vec![format!("`{name}`"), kilobytes(file, "bytes")?, kilobytes(file, "compressed")?]);
    }
    let all = &measured["all"];
    rows.push(vec!["all".to_owned(), kilobytes(all, "bytes")?, kilobytes(all, "compressed")?]);
    let rest = &measured["rest"];
    let waited = figure(measured, "milliseconds_to_learning")?;
    Ok(format!(
        "{}\nWhile it learns the rest of the engine follows, for everything else that can be done: `{}`, {} kB, {} kB compressed.\n\n\
         From the address to a network that is seen to learn: {waited:.0} ms, the median of several times.\n",
        table(&rows),
        rest["name"].as_str().unwrap_or_default(),
        kilobytes(rest, "bytes")?,
        kilobytes(rest, "compressed")?,
    ))
}
