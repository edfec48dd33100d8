//! One stage of a chore: a program that runs under a heading and within a limit of time.

use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// A program to run and how long it may take.
pub(crate) struct Stage<'a> {
    /// What stands in the heading.
    pub(crate) name: &'a str,
    /// The program and its arguments.
    pub(crate) command: &'a [&'a str],
    /// Variables set for it.
    pub(crate) environment: &'a [(&'a str, &'a str)],
    /// The most time that it may take. Far more than it needs: only a stage that hangs meets it.
    pub(crate) limit: Duration,
}

impl Stage<'_> {
    /// Runs the program in the root of the repository, shows what it prints, and hands each line of its standard output to
    /// `observe` too.
    ///
    /// # Errors
    /// If it cannot be started, fails, or takes too long; the message says how to run it alone.
    pub(crate) fn run(&self, mut observe: impl FnMut(&str) + Send) -> Result<()> {
        heading(self.name);
        let begun = Instant::now();
        let mut child = self.start()?;
        let output = child.stdout.take().context("its output was asked for as a pipe")?;
        let ended = std::thread::scope(|threads| {
            threads.spawn(|| {
                for line in BufReader::new(output).lines().map_while(Result::ok) {
                    println!("{line}");
                    observe(&line);
                }
            });
            self.wait(&mut child, begun)
        })?;
        if !ended.success() {
            bail!("{} failed; run it alone with: {}", self.name, self.as_typed());
        }
        println!("   {} ok, {:.1} s", self.name, begun.elapsed().as_secs_f64());
        Ok(())
    }

    fn start(&self) -> Result<Child> {
        let (program, arguments) = self.command.split_first().context("a stage has a program")?;
        let mut command = Command::new(program);
        command.args(arguments).envs(self.environment.iter().copied()).current_dir(root());
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        command.spawn().with_context(|| format!("cannot start `{program}`"))
    }

    fn wait(&self, child: &mut Child, begun: Instant) -> Result<ExitStatus> {
        loop {
            if let Some(status) = child.try_wait()? {
                return Ok(status);
            }
            if begun.elapsed() > self.limit {
                child.kill()?;
                child.wait()?;
                bail!(
                    "{} took more than {} minutes; run it alone with: {}",
                    self.name,
                    self.limit.as_secs() / 60,
                    self.as_typed()
                );
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// The command as one would type it.
    fn as_typed(&self) -> String {
        let variables = self.environment.iter().map(|(key, value)| format!("{key}=\"{value}\""));
        let words = self.command.iter().map(|&word| word.to_owned());
        variables.chain(words).collect::<Vec<String>>().join(" ")
    }
}

/// Prints the heading of a stage.
pub(crate) fn heading(name: &str) {
    println!("\n== {name}");
}

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// Where cargo puts a program, named by the folder of its profile and itself, as `debug/gradus`.
pub(crate) fn built(name: &str) -> String {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    root().join(target).join(file).to_string_lossy().into_owned()
}

/// Whether a program starts and says that it did well; what it prints is thrown away.
pub(crate) fn succeeds(command: &[&str]) -> bool {
    let Some((program, arguments)) = command.split_first() else { return false };
    let mut command = Command::new(program);
    command.args(arguments).current_dir(root()).stdin(Stdio::null());
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}
