//! Rounds on request.
//!
//! Work is made of passes: an epoch, a prediction. After a time to warm up, one line of JSON says who is there. From then on each
//! line `go SECONDS` on standard input starts a round, which ends with the first pass that is over after so many seconds and
//! is answered by `{"samples":N,"seconds":S}`. The end of the input ends the work.

use gradus::train::Control;
use serde_json::{Value, json};
use std::io::{BufRead, Lines, StdinLock, stdin};
use std::time::{Duration, Instant};

const WARM_UP: Duration = Duration::from_millis(500);

/// The round that is under way.
pub(crate) struct Rounds {
    requests: Lines<StdinLock<'static>>,
    is_warm: bool,
    started: Instant,
    length: Duration,
    samples: usize,
}

impl Rounds {
    /// Begins to warm up.
    pub(crate) fn begin() -> Self {
        let started = Instant::now();
        Self { requests: stdin().lock().lines(), is_warm: false, started, length: WARM_UP, samples: 0 }
    }

    /// Counts samples of a pass that is not over yet.
    pub(crate) fn count(&mut self, samples: usize) {
        self.samples += samples;
    }

    /// A pass is over: whether to make another.
    pub(crate) fn pass_ended(&mut self) -> Control {
        let elapsed = self.started.elapsed();
        if elapsed < self.length {
            return Control::Continue;
        }
        match self.is_warm {
            true => println!("{}", json!({"samples": self.samples, "seconds": elapsed.as_secs_f64()})),
            false => println!("{}", introduction()),
        }
        self.is_warm = true;
        match next_request(&mut self.requests) {
            Some(length) => {
                self.length = length;
                self.samples = 0;
                self.started = Instant::now();
                Control::Continue
            }
            None => Control::Stop,
        }
    }
}

/// Who answers.
pub(crate) fn introduction() -> Value {
    json!({
        "name": "Gradus",
        "version": env!("CARGO_PKG_VERSION"),
        "instruction_set": gradus_kernels::InstructionSet::best().name(),
    })
}

/// The length of the round that is asked for; `None` when no more will be.
pub(crate) fn next_request(requests: &mut Lines<StdinLock<'static>>) -> Option<Duration> {
    let line = requests.next()?.ok()?;
    let seconds = line.strip_prefix("go ")?.trim().parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok()
}
