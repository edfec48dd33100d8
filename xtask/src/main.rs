//! The project's chores, in Rust so that a machine with cargo has all it needs: `cargo xtask test`.
//!
//! One file per chore; [`stage`] is how they all run another program: a heading, a limit of time, and one line that says
//! how to run it alone if it fails.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program that reports on the terminal")]
#![forbid(unsafe_code)]

mod stage;
mod test;
mod tidy;
mod docs;
mod golden;
mod python;
mod program;
mod document;
mod estimate;
mod accuracy;
mod bench;
mod playground;

use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask CHORE

  test     everything: format, clippy, tidy, tests, doc tests, examples, documentation, the page in a browser
  check    the quick part of it: format, tidy, clippy
  tidy     the rules that no other tool checks: module documentation, length of files
  docs     write the table of keys in docs/spec.md anew from the program
  playground [--test | --measure]
           build the page of the playground into playground/dist (needs Node.js); --test tries it in a browser,
           --measure writes docs/playground-speed.md
  golden   make the golden numbers again (needs Python with numpy and torch)
  accuracy [--fashion-mnist FOLDER]
           write docs/accuracy.md again: the tables of small data sets, or those of Fashion-MNIST
  bench [--gpu] [--quick] [--only PARTS] [--threads 1,2] [--data FOLDER [--accuracy 0.88]] [--install]
           write docs/performance.md again: Gradus and the peers that are installed, side by side; with --gpu
           docs/performance-gpu.md: Gradus on the processor, PyTorch there and on a CUDA GPU
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["test"] => test::test(),
        ["check"] => test::check(),
        ["tidy"] => tidy::tidy(),
        ["docs"] => docs::write(),
        ["playground"] => playground::build(),
        ["playground", "--test"] => playground::test(|_| ()),
        ["playground", "--measure"] => playground::measure(),
        ["golden"] => golden::golden(),
        ["accuracy"] => accuracy::small::write(),
        ["accuracy", "--fashion-mnist", folder] => accuracy::fashion_mnist::write(folder),
        ["bench", options @ ..] => match bench::Options::parse(options) {
            Ok(options) => bench::run(&options),
            Err(mistake) => {
                eprintln!("error: {mistake}");
                return ExitCode::from(2);
            }
        },
        [] | ["help" | "--help" | "-h"] => {
            print!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        _ => {
            eprint!("error: there is no chore `{}`\n\n{USAGE}", words.join(" "));
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
