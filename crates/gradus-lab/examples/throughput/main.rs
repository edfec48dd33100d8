//! The Gradus side of `cargo xtask bench`: one measurement in one process.
//!
//! ```text
//! throughput job JSON            train or predict, as the JSON object says (`job`)
//! throughput peak THREADS        fused multiply-adds in registers, as many as the processor can (`peak`)
//! throughput reach JSON          learn until the test part is answered well enough (`reach`)
//! throughput draw FILE.svg       the picture that a JSON object on standard input describes
//! ```
//!
//! The first two answer requests (`rounds`), so that several programs can take turns without starting anew; the scripts of
//! benches/peers that end in `_throughput.py` take the same jobs and answer the same requests.

#![allow(clippy::print_stdout, reason = "what it measures goes to standard output")]

mod job;
mod peak;
mod reach;
mod rounds;

use gradus_lab::plot::{Growth, growth};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["job", json] => serde_json::from_str::<job::Job>(json)?.serve(),
        ["peak", threads] => peak::serve(threads.parse()?),
        ["reach", json] => serde_json::from_str::<reach::Reach>(json)?.run(),
        ["draw", file] => {
            let picture: Growth = serde_json::from_reader(std::io::stdin().lock())?;
            Ok(std::fs::write(file, growth(&picture))?)
        }
        _ => Err("usage: throughput job JSON | peak THREADS | reach JSON | draw FILE.svg".into()),
    }
}
