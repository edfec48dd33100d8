//! Train on a CSV file, test on rows that were set aside, save the model, and use it.
//!
//! ```text
//! cargo run --release -p gradus-lab --example csv -- houses.csv price
//! ```
//!
//! Without a file it makes one up: the area of rectangles, by their sides and their colour, which says nothing.

#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use gradus::model_file;
use gradus::train::{Control, Event};
use gradus_lab::run::Run;
use gradus_lab::run_spec::RunSpec;
use gradus_lab::{Error, apply, files, results};
use std::path::Path;

fn main() -> Result<(), Error> {
    let mut words = std::env::args().skip(1);
    let folder = std::env::temp_dir();
    let file = match words.next() {
        Some(file) => file,
        None => rectangles(&folder)?,
    };

    // The same keys as on the command line and in a spec file.
    let mut spec = RunSpec::default();
    spec.set("data", &file)?;
    spec.set("target", &words.next().unwrap_or_else(|| "area".to_owned()))?;
    spec.set("epochs", "60")?;

    // Columns are found, rows are divided, nothing is learned yet.
    let run = Run::load(&spec)?;
    println!("{}", gradus_lab::run_summary::describe_data(&run));

    // Whoever watches a run can stop it.
    let trained = run.train(&mut |_stage| {
        Box::new(|event: &Event<'_>| {
            if let Event::Epoch(epoch) = event
                && epoch.epoch % 20 == 0
            {
                println!("epoch {}: loss {:.5}", epoch.epoch, epoch.loss);
            }
            Control::Continue
        })
    })?;
    for (name, value) in trained.test.iter().flat_map(results::figures) {
        println!("{name} on the test part: {value:.4}");
    }

    // A model is one file: preprocessing, network and names together.
    let path = folder.join("gradus-example.gradus");
    files::write(&path, &model_file::to_bytes(&trained.model))?;
    let model = gradus_lab::run::read_model(&path)?;
    let examples = apply::examples(&model, &file, None)?;
    let answers = apply::predict(&model, &examples, &file)?;
    println!("{} answers, the first is {:?}", answers.rows(), answers.row(0));
    Ok(())
}

fn rectangles(folder: &Path) -> Result<String, Error> {
    let mut text = "width,height,colour,area\n".to_owned();
    for i in 0..400 {
        let (width, height) = (1.0 + f64::from(i % 20) / 4.0, 1.0 + f64::from(i / 20) / 4.0);
        let colour = ["red", "green", "blue"][i as usize % 3];
        text += &format!("{width},{height},{colour},{}\n", width * height);
    }
    let path = folder.join("gradus-rectangles.csv");
    files::write(&path, text.as_bytes())?;
    Ok(path.display().to_string())
}
