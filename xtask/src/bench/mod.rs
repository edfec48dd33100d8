//! `cargo xtask bench`: docs/performance.md made again: Gradus and the peers that are there, side by side in one run. With
//! `--gpu` docs/performance-gpu.md: the same on the processor, beside PyTorch on a GPU.
//!
//! ```text
//! options ─▶ peers ─▶ training │ inference │ time to an accuracy │ growth ─▶ sections ─▶ docs/performance.md
//!                        └── contest: A B A B …, each a process that makes a round when it is asked to
//! ```
//!
//! Programs take turns, so that a change of the processor's clock, or of what else the machine does, meets all of them;
//! what is told is the median of the rounds. What one run measures stands in the document together, or not at all.

mod options;
mod machine;
mod workload;
mod process;
mod contest;
mod peers;
mod training;
mod inference;
mod reach;
mod growth;
mod goals;
mod sections;

pub(crate) use options::Options;

use crate::document::Document;
use crate::stage::{Stage, heading, root};
use anyhow::{Context, Result, bail};
use peers::Programs;
use sections::Results;
use std::path::PathBuf;
use std::time::Duration;

const DOCUMENT: Document = Document("docs/performance.md");
const GPU_DOCUMENT: Document = Document("docs/performance-gpu.md");

/// Measures, and writes the document and its pictures.
///
/// # Errors
/// If a program of ours fails or the document cannot be written.
pub(crate) fn run(options: &Options) -> Result<()> {
    if options.install {
        crate::python::install_peers()?;
    }
    build()?;
    let programs = Programs::find(&throughput()?);
    if options.gpu && !programs.have_gpu() {
        bail!(
            "PyTorch finds no GPU, --gpu; help: leave the option out, or set GRADUS_PYTHON to a Python whose PyTorch does"
        );
    }
    let results = Results {
        training: training::measure(&programs, options)?,
        inference: inference::measure(&programs, options)?,
        reach: reach::measure(&programs, options)?,
        growth: growth::measure(&programs, options)?,
    };
    let sections = sections::render(&results, &programs.absent(), options);
    for (name, text) in &sections {
        println!("\n== {name}\n\n{text}");
    }
    let document = if options.gpu { GPU_DOCUMENT } else { DOCUMENT };
    if options.only.is_some() {
        println!("   written nowhere: {} holds whole runs, without --only", document.0);
        return Ok(());
    }
    if !results.growth.is_empty() {
        heading("pictures");
        growth::draw(&results.growth, &programs.gradus, &root().join("docs/pictures"))?;
    }
    document.write_sections(&sections)?;
    println!("   written to {}", document.0);
    Ok(())
}

/// Builds our side of the contest.
fn build() -> Result<()> {
    let command = ["cargo", "build", "--release", "--package", "gradus-lab", "--example", "throughput"];
    let limit = Duration::from_secs(45 * 60);
    Stage { name: "build", command: &command, environment: &[], limit }.run(|_| ())
}

/// Where cargo has put it: beside the profile that this program itself was built in.
fn throughput() -> Result<PathBuf> {
    let here = std::env::current_exe().context("this program does not know where it is")?;
    let target = here.ancestors().nth(2).context("this program lies in no target folder")?;
    Ok(target.join("release/examples").join(format!("throughput{}", std::env::consts::EXE_SUFFIX)))
}
