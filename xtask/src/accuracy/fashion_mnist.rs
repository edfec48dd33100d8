//! Fashion-MNIST, from a folder with its four files: accuracy on its test part over five seeds, and the time of an epoch
//! beside PyTorch's.
//!
//! The programs to compare take turns, so that a change of the processor's clock meets all of them; the median of the
//! rounds is told. Times that were taken while other programs worked too are not written.

use super::DOCUMENT;
use super::training::{Training, build};
use crate::document::{cells, table};
use crate::estimate::{Estimate, median};
use crate::program::{figure, script};
use crate::python::python_with;
use crate::stage::heading;
use anyhow::{Context, Result};

const HIDDEN: &str = "256,128,100";
const SEEDS: [&str; 5] = ["1", "2", "3", "4", "5"];

const ROUNDS: usize = 3;
const EPOCHS_OF_A_ROUND: &str = "3";
const THREADS: [&str; 2] = ["1", "2"];
/// What one thread gets of a processor on a machine that does nothing else.
const SHARE_WHEN_QUIET: f64 = 0.95;
/// More threads that make PyTorch slower than this many times one thread's time wait for a processor that others use.
const SLOWDOWN_WHEN_BUSY: f64 = 1.5;

/// PyTorch's recipe in our words; naming the optimizer turns dropout and weight decay off.
const SAME_WORK: [&str; 6] = ["--optimizer", "adam", "--learning-rate", "0.001", "--batch-size", "128"];

/// Trains, and writes the sections `fashion-mnist` and `fashion-mnist time`.
///
/// # Errors
/// If a training fails or the document cannot be written.
pub(crate) fn write(folder: &str) -> Result<()> {
    let folder = std::path::absolute(folder)?.to_string_lossy().into_owned();
    build()?;
    let python =
        python_with(&["numpy", "torch"]).inspect_err(|missing| println!("   left out: {missing}")).ok();
    if let Some(python) = &python {
        heading("time of an epoch");
        match times(&folder, python)? {
            Some(text) => DOCUMENT.write_section("fashion-mnist time", &text)?,
            None => println!("   the machine is busy: its times are worth nothing, the old ones stay"),
        }
    }
    heading("accuracy");
    DOCUMENT.write_section("fashion-mnist", &accuracies(&folder, python.as_deref())?)
}

/// The table of accuracies.
fn accuracies(folder: &str, python: Option<&str>) -> Result<String> {
    let train = |seed| Training::run(&[folder, "--hidden", HIDDEN, "--seed", seed]);
    let trainings = SEEDS.map(train).into_iter().collect::<Result<Vec<_>>>()?;
    let first = trainings.first().context("there is a first seed")?;
    let ours = trainings.iter().map(|training| training.figure("accuracy")).collect::<Result<Vec<_>>>()?;
    let epochs = first.setting("epochs");
    let mut rows = vec![
        cells(&["", "settings", "test accuracy"]),
        vec!["Gradus".into(), settings(first), Estimate::of_values(&ours).to_string()],
    ];
    if let Some(python) = python {
        let (mut theirs, mut version) = (Vec::new(), String::new());
        for seed in SEEDS {
            let result = script(python, "pytorch.py", &[folder, "--epochs", &epochs, "--seed", seed])?;
            theirs.push(figure(&result, "accuracy")?);
            version = result["version"].as_str().unwrap_or_default().to_owned();
        }
        let settings = format!("Adam, rate 0.001, constant; batches of 128, {epochs} epochs");
        rows.push(vec![format!("PyTorch {version}"), settings, Estimate::of_values(&theirs).to_string()]);
    }
    let reading = trainings.iter().map(|training| training.figure("seconds_reading"));
    let reading = median(&reading.collect::<Result<Vec<_>>>()?);
    println!("   reading and decoding the four files: {reading:.2} s");
    Ok(table(&rows))
}

fn settings(training: &Training) -> String {
    let setting = |key| training.setting(key);
    format!(
        "{}, rate {}, {}, weight decay {}, dropout {}; batches of {}, {} epochs",
        setting("optimizer"),
        setting("learning-rate"),
        setting("schedule"),
        setting("weight-decay"),
        setting("dropout"),
        setting("batch-size"),
        setting("epochs"),
    )
}

/// The table of times, unless the machine is busy.
fn times(folder: &str, python: &str) -> Result<Option<String>> {
    let mut rows = vec![cells(&["threads", "default settings", "same work as PyTorch", "PyTorch", "ratio"])];
    let (mut reading, mut with_one) = (Vec::new(), f64::INFINITY);
    for threads in THREADS {
        let Some(times) = Times::measure(folder, python, threads)? else { return Ok(None) };
        let pytorch = median(&times.pytorch);
        if pytorch > with_one * SLOWDOWN_WHEN_BUSY {
            return Ok(None);
        }
        with_one = with_one.min(pytorch);
        rows.push(times.row(threads));
        reading.extend(times.reading);
    }
    let reading = format!("\nReading and decoding the four files: {:.2} s.\n", median(&reading));
    Ok(Some(table(&rows) + &reading))
}

/// Seconds per epoch of every round, and seconds of reading the files.
#[derive(Default)]
struct Times {
    defaults: Vec<f64>,
    same_work: Vec<f64>,
    pytorch: Vec<f64>,
    reading: Vec<f64>,
}

impl Times {
    fn measure(folder: &str, python: &str, threads: &str) -> Result<Option<Self>> {
        let mut times = Self::default();
        let run = ["--threads", threads, "--epochs", EPOCHS_OF_A_ROUND];
        let defaults = [&[folder, "--hidden", HIDDEN], run.as_slice()].concat();
        let same_work = [defaults.as_slice(), &SAME_WORK].concat();
        let peer = [&[folder], run.as_slice()].concat();
        for _ in 0..ROUNDS {
            let training = Training::run(&defaults)?;
            times.defaults.push(training.seconds_per_epoch()?);
            times.reading.push(training.figure("seconds_reading")?);
            times.same_work.push(Training::run(&same_work)?.seconds_per_epoch()?);
            let result = script(python, "pytorch.py", &peer)?;
            if figure(&result, "processor_share")? < SHARE_WHEN_QUIET && threads == "1" {
                return Ok(None);
            }
            times.pytorch.push(figure(&result, "seconds_per_epoch")?);
        }
        Ok(Some(times))
    }

    /// The ratio is that of the same work.
    fn row(&self, threads: &str) -> Vec<String> {
        let medians = [&self.defaults, &self.same_work, &self.pytorch].map(|times| median(times));
        let mut cells = vec![threads.to_owned()];
        cells.extend(medians.map(|seconds| format!("{seconds:.2} s")));
        cells.push(format!("{:.2}", medians[1] / medians[2]));
        cells
    }
}
