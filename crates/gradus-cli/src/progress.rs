//! How a run is going: one line that moves on a terminal, about ten lines elsewhere, nothing with `--quiet`.

use crate::interrupt::Interrupt;
use crate::terminal::{Terminal, say, short};
use gradus::spec::ModelKind;
use gradus::train::{Control, EpochRecord, Event, Observer};
use gradus_lab::experiment::classic::Step;
use gradus_lab::run::Stage;
use gradus_lab::run_summary::{self, thousands};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{self, IsTerminal};
use std::time::{Duration, Instant};

/// Lines of a run where nothing can move.
const LINES: usize = 10;
/// How often a moving line is drawn.
const REDRAW: Duration = Duration::from_millis(80);

/// Watches a run and shows it.
pub(crate) struct Progress {
    terminal: Terminal,
    interrupt: Interrupt,
    stage: Stage,
    /// What stands before `epoch`, as `fold 3/10, `.
    prefix: String,
    /// The metric of the validation part to show, besides the loss.
    monitor: String,
    bar: Option<ProgressBar>,
    started: Instant,
    drawn: Instant,
    rows: usize,
    epochs: usize,
    samples: usize,
    /// A perceptron has mistakes, and no loss.
    counts_mistakes: bool,
    last: Option<EpochRecord>,
}

impl Progress {
    /// Will show one training of a run.
    pub(crate) fn new(terminal: Terminal, interrupt: Interrupt, stage: Stage) -> Self {
        let now = Instant::now();
        let prefix = match stage {
            Stage::Fold { number, of } => format!("fold {number}/{of}  "),
            Stage::Final => String::new(),
        };
        Self {
            terminal,
            interrupt,
            stage,
            prefix,
            monitor: String::new(),
            bar: None,
            started: now,
            drawn: now,
            rows: 0,
            epochs: 0,
            samples: 0,
            counts_mistakes: false,
            last: None,
        }
    }

    fn start(&mut self, epochs: usize, rows: usize) {
        (self.epochs, self.rows, self.started) = (epochs, rows, Instant::now());
        if !self.terminal.quiet && io::stderr().is_terminal() {
            let bar = bar((epochs * rows) as u64);
            bar.set_prefix(self.prefix.clone());
            self.bar = Some(bar);
        }
    }

    fn step(&mut self, epoch: usize, loss: f64, rows: usize) {
        self.samples += rows;
        if let Some(bar) = &self.bar
            && self.drawn.elapsed() >= REDRAW
        {
            self.drawn = Instant::now();
            bar.set_position(self.samples as u64);
            bar.set_message(self.line(epoch, loss));
        }
    }

    fn epoch(&mut self, record: &EpochRecord) {
        self.last = Some(record.clone());
        if self.counts_mistakes {
            self.step(record.epoch, record.loss, self.rows);
        }
        let every = self.epochs.div_ceil(LINES).max(1);
        // Folds are many: of each, only the end.
        let is_due = match self.stage {
            Stage::Fold { .. } => record.epoch == self.epochs,
            Stage::Final => record.epoch.is_multiple_of(every) || record.epoch == self.epochs,
        };
        if self.bar.is_none() && !self.terminal.quiet && is_due {
            let _ = say(&format!("{}{}", self.prefix, self.line(record.epoch, record.loss)));
        }
    }

    /// `epoch 12/100  loss 0.0312  accuracy 0.9812  212,000 samples/s  0:03 left`
    fn line(&self, epoch: usize, loss: f64) -> String {
        let seconds = self.started.elapsed().as_secs_f64();
        let speed = self.samples as f64 / seconds.max(1e-9);
        let left = (self.epochs * self.rows).saturating_sub(self.samples) as f64 / speed.max(1e-9);
        // The loss of one batch jumps about; that of the last epoch says more.
        let loss = self.last.as_ref().map_or(loss, |last| last.loss);
        let loss_name = if self.counts_mistakes { "mistaken" } else { "loss" };
        let mut line = format!("epoch {epoch}/{}  {loss_name} {}", self.epochs, short(loss));
        for (name, value) in self.watched() {
            line += &format!("  {name} {}", short(value));
        }
        line + &format!("  {} samples/s  {} left", thousands(rounded(speed)), clock(left))
    }

    /// The monitored metric of the validation part, and its first other one.
    fn watched(&self) -> Vec<(String, f64)> {
        let Some(last) = &self.last else { return Vec::new() };
        let named = |name: &String| if name == "loss" { "validation loss".to_owned() } else { name.clone() };
        let monitored = last.validation.iter().filter(|(name, _)| *name == self.monitor);
        let others =
            last.validation.iter().filter(|(name, _)| *name != self.monitor && name != "loss").take(1);
        monitored.chain(others).map(|(name, value)| (named(name), *value)).collect()
    }
}

impl Observer for Progress {
    fn observe(&mut self, event: &Event<'_>) -> Control {
        match event {
            Event::Started { recipe, rows, widths, parameters, .. } => {
                if self.stage == Stage::Final {
                    let network = run_summary::describe_recipe_network(recipe, widths, *parameters);
                    self.terminal.note("Network", &network);
                    self.terminal.note("Learning", &run_summary::describe_learning(recipe));
                }
                self.monitor = recipe.monitor.to_string();
                self.counts_mistakes = recipe.model != ModelKind::Network;
                self.start(recipe.epochs, *rows);
            }
            Event::Step { epoch, loss, rows, .. } => self.step(*epoch, *loss, *rows),
            Event::Epoch(record) => self.epoch(record),
            _ => {}
        }
        if self.interrupt.came() { Control::Stop } else { Control::Continue }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// Watches an experiment of many starts and shows how many there have been.
pub(crate) struct Starts {
    terminal: Terminal,
    interrupt: Interrupt,
    starts: usize,
    done: usize,
    failed: usize,
    bar: Option<ProgressBar>,
}

impl Starts {
    /// Will show so many starts.
    pub(crate) fn new(terminal: Terminal, interrupt: Interrupt, starts: usize) -> Self {
        let bar = (!terminal.quiet && io::stderr().is_terminal()).then(|| bar(starts as u64));
        Self { terminal, interrupt, starts, done: 0, failed: 0, bar }
    }

    /// Takes note of a step; says whether to go on.
    pub(crate) fn observe(&mut self, step: &Step<'_>) -> Control {
        if let Step::Start(start) = step {
            self.done += 1;
            self.failed += usize::from(start.solved.is_none());
            let line = format!("start {}/{}  {} failed", self.done, self.starts, self.failed);
            let every = self.starts.div_ceil(LINES).max(1);
            match &self.bar {
                Some(bar) => {
                    bar.set_position(self.done as u64);
                    bar.set_message(line);
                }
                None if self.terminal.quiet => {}
                None if self.done.is_multiple_of(every) || self.done == self.starts => {
                    let _ = say(&line);
                }
                None => {}
            }
        }
        if self.interrupt.came() { Control::Stop } else { Control::Continue }
    }
}

impl Drop for Starts {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// A moving line of so many steps.
fn bar(steps: u64) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(steps), ProgressDrawTarget::stderr());
    let style = ProgressStyle::with_template("{prefix}{bar:24.cyan/dim} {msg}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("━╸─"));
    bar
}

/// Two or three digits are all that a speed is worth.
fn rounded(speed: f64) -> usize {
    let unit = 10_f64.powi((speed.max(1.0).log10().floor() as i32 - 2).max(0));
    ((speed / unit).round() * unit) as usize
}

/// `0:03`, `12:40`, `3:05:00`.
fn clock(seconds: f64) -> String {
    let seconds = seconds.min(1e9).round() as u64;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_speeds_are_round() {
        for (seconds, text) in [(0.4, "0:00"), (75.0, "1:15"), (3_725.0, "1:02:05")] {
            assert_eq!(clock(seconds), text);
        }
        for (speed, round) in [(0.2, 0), (123.4, 123), (123_456.0, 123_000)] {
            assert_eq!(rounded(speed), round);
        }
    }
}
