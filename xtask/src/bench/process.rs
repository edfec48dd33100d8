//! A process that makes a round when it is asked to: ours, or a script of benches/peers.
//!
//! It says who it is in one line when it is warm; then each line `go SECONDS` is answered by one line of JSON. It ends when
//! nobody can ask any more. Several get warm at a time: what they do until then is not measured.

use super::machine::peak_memory;
use crate::stage::root;
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::io::{BufRead, BufReader, Lines, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// A process that gets warm.
pub(super) struct Starting(Process);

/// A process that is warm.
pub(super) struct Process {
    child: Child,
    /// Closed to end the process.
    requests: Option<ChildStdin>,
    answers: Lines<BufReader<ChildStdout>>,
    /// What it said of itself.
    pub(super) introduction: Value,
}

impl Process {
    /// Starts a program.
    ///
    /// # Errors
    /// If it cannot be started.
    pub(super) fn start(command: &[String]) -> Result<Starting> {
        let (program, arguments) = command.split_first().context("a process has a program")?;
        let mut command = Command::new(program);
        command.args(arguments).current_dir(root()).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().with_context(|| format!("cannot start `{program}`"))?;
        let output = child.stdout.take().context("its output was asked for as a pipe")?;
        let requests = child.stdin.take();
        let answers = BufReader::new(output).lines();
        Ok(Starting(Self { child, requests, answers, introduction: Value::Null }))
    }

    /// Asks for a round of about so many seconds.
    ///
    /// # Errors
    /// If the process is gone or answers something else.
    pub(super) fn ask(&mut self, seconds: f64) -> Result<Value> {
        let requests = self.requests.as_mut().context("the process still listens")?;
        writeln!(requests, "go {seconds}").context("a measuring process is gone")?;
        self.answer()
    }

    /// Asks for a round and returns samples per second.
    ///
    /// # Errors
    /// As [`ask`](Self::ask).
    pub(super) fn rate(&mut self, seconds: f64) -> Result<f64> {
        samples_per_second(&self.ask(seconds)?)
    }

    /// The most memory that it has had.
    pub(super) fn peak_memory(&self) -> Option<u64> {
        peak_memory(self.child.id())
    }

    fn answer(&mut self) -> Result<Value> {
        let line = self.answers.next().context("a measuring process ended without an answer")??;
        answer_in(&line)
    }
}

impl Starting {
    /// Waits until it is warm.
    ///
    /// # Errors
    /// If it cannot do what it is asked to.
    pub(super) fn warm(self) -> Result<Process> {
        let Self(mut process) = self;
        process.introduction = process.answer()?;
        Ok(process)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.requests.take());
        // It is not needed any more: how it ends changes nothing.
        let _ = self.child.wait();
    }
}

fn answer_in(line: &str) -> Result<Value> {
    let answer: Value = serde_json::from_str(line).with_context(|| format!("`{line}` is no answer"))?;
    match answer["error"].as_str() {
        Some(error) => bail!("{error}"),
        None => Ok(answer),
    }
}

fn samples_per_second(answer: &Value) -> Result<f64> {
    match (answer["samples"].as_f64(), answer["seconds"].as_f64()) {
        (Some(samples), Some(seconds)) if seconds > 0.0 => Ok(samples / seconds),
        _ => bail!("`{answer}` tells no samples and seconds"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_and_anything_else_refused() {
        #[track_caller]
        fn check(line: &str, expected: Result<f64, &str>) {
            let found = answer_in(line).and_then(|answer| samples_per_second(&answer));
            match expected {
                Ok(rate) => assert_eq!(found.unwrap(), rate, "{line}"),
                Err(part) => assert!(format!("{:#}", found.unwrap_err()).contains(part), "{line}"),
            }
        }
        check(r#"{"samples": 300, "seconds": 1.5}"#, Ok(200.0));
        check(r#"{"seconds": 0.5, "samples": 1}"#, Ok(2.0));
        check(r#"{"samples": 300, "seconds": 0}"#, Err("tells no samples and seconds"));
        check(r#"{"samples": 300}"#, Err("tells no samples and seconds"));
        check(r#"{"error": "RuntimeError: no compiler"}"#, Err("RuntimeError: no compiler"));
        check("warming up", Err("`warming up` is no answer"));
    }
}
