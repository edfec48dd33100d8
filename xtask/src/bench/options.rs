//! What `cargo xtask bench` can be asked for.

use super::workload::Workload;
use std::str::FromStr;

/// The words of a call, understood.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Options {
    /// As it was typed, with the last name of a path.
    pub(crate) command: String,
    /// Short rounds and few points: to see whether all works.
    pub(crate) quick: bool,
    /// The parts to measure; all of them where nothing is said.
    pub(crate) only: Option<Vec<String>>,
    /// Numbers of threads.
    pub(crate) threads: Vec<usize>,
    /// A folder of IDX files to learn from against the clock.
    pub(crate) data: Option<String>,
    /// The accuracy to reach there.
    pub(crate) accuracy: f64,
    /// Whether to measure beside PyTorch on a GPU, instead of all else.
    pub(crate) gpu: bool,
    /// Whether to install the peers first.
    pub(crate) install: bool,
}

/// The parts that are no workload.
const OTHER_PARTS: [&str; 3] = ["inference", "time", GROWTH];
/// What the processor alone decides about.
const GROWTH: &str = "growth";

const ACCURACY: f64 = 0.88;

impl Options {
    /// Reads the words after `bench`.
    ///
    /// # Errors
    /// One line that says what is wrong.
    pub(crate) fn parse(words: &[&str]) -> Result<Self, String> {
        let mut options = Self {
            command: command(words),
            quick: false,
            only: None,
            threads: default_threads(),
            data: None,
            accuracy: ACCURACY,
            gpu: false,
            install: false,
        };
        let mut words = words.iter().copied();
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or(format!("{word} has no value, bench; help: {word} VALUE"));
            match word {
                "--quick" => options.quick = true,
                "--gpu" => options.gpu = true,
                "--install" => options.install = true,
                "--only" => options.only = Some(parts(value()?)?),
                "--threads" => options.threads = threads(value()?)?,
                "--data" => options.data = Some(folder(value()?)?),
                "--accuracy" => options.accuracy = accuracy(value()?)?,
                _ => return Err(format!("unknown option `{word}`, bench; help: cargo xtask help")),
            }
        }
        if options.gpu && options.only.iter().flatten().any(|part| part == GROWTH) {
            return Err(format!(
                "{GROWTH} is not measured beside a GPU, --only; help: leave it out, or --gpu"
            ));
        }
        Ok(options)
    }

    /// Whether a part is to be measured.
    pub(crate) fn wants(&self, part: &str) -> bool {
        let is_left_out = self.gpu && part == GROWTH;
        !is_left_out && self.only.as_ref().is_none_or(|only| only.iter().any(|wanted| wanted == part))
    }

    /// Turns that each program takes, and the seconds of each.
    pub(crate) fn rounds(&self) -> (usize, f64) {
        match (self.quick, self.gpu) {
            (true, _) => (2, 0.3),
            (false, true) => (2, 0.5),
            (false, false) => (3, 1.0),
        }
    }
}

/// The command; where a folder of data lies is nobody's business.
fn command(words: &[&str]) -> String {
    let last = |word: &&str| word.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned();
    let words: Vec<String> = words.iter().map(last).collect();
    ["cargo xtask bench"].into_iter().chain(words.iter().map(String::as_str)).collect::<Vec<_>>().join(" ")
}

/// One and two, or one where there is one core.
fn default_threads() -> Vec<usize> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    [1, 2].into_iter().filter(|&threads| threads <= cores).collect()
}

fn parts(list: &str) -> Result<Vec<String>, String> {
    let workloads = Workload::all();
    let known: Vec<&str> = workloads.iter().map(|workload| workload.name).chain(OTHER_PARTS).collect();
    let part = |part: &str| match known.contains(&part) {
        true => Ok(part.to_owned()),
        false => Err(format!("there is no part `{part}`, --only; help: {}", known.join(", "))),
    };
    list.split(',').map(part).collect()
}

fn threads(list: &str) -> Result<Vec<usize>, String> {
    let number = |text: &str| match usize::from_str(text) {
        Ok(threads) if threads > 0 => Ok(threads),
        _ => Err(format!("`{text}` is no number of threads, --threads; help: --threads 1,2")),
    };
    list.split(',').map(number).collect()
}

fn folder(path: &str) -> Result<String, String> {
    let absolute = std::path::absolute(path).map_err(|error| format!("{error}, --data"))?;
    match absolute.is_dir() {
        true => Ok(absolute.to_string_lossy().into_owned()),
        false => Err(format!(
            "`{path}` is no folder, --data; help: name one with the four files of an IDX data set"
        )),
    }
}

fn accuracy(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(accuracy) if accuracy > 0.0 && accuracy <= 1.0 => Ok(accuracy),
        _ => Err(format!("`{text}` is no share above 0 and up to 1, --accuracy; help: --accuracy 0.88")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_understood() {
        let options =
            Options::parse(&["--quick", "--only", "tiny,growth", "--threads", "1,4", "--accuracy", "0.9"]);
        let options = options.unwrap();
        assert_eq!(
            options.command,
            "cargo xtask bench --quick --only tiny,growth --threads 1,4 --accuracy 0.9"
        );
        assert_eq!(
            (options.quick, options.install, options.gpu, options.accuracy),
            (true, false, false, 0.9)
        );
        assert_eq!(options.threads, [1, 4]);
        assert_eq!(["tiny", "tab", "growth"].map(|part| options.wants(part)), [true, false, true]);
        let data = Options::parse(&["--data", concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/")]).unwrap();
        assert_eq!(data.command, "cargo xtask bench --data crates");
        let beside = Options::parse(&["--gpu"]).unwrap();
        assert!(beside.gpu && beside.wants("tab") && !beside.wants("growth"));
        let all = Options::parse(&[]).unwrap();
        assert!(all.wants("tab") && all.threads[0] == 1 && all.data.is_none());
    }

    #[test]
    fn mistakes_are_told_in_one_line() {
        #[track_caller]
        fn check(words: &[&str], expected: &str) {
            let error = Options::parse(words).unwrap_err();
            assert!(error.contains(expected) && error.contains("help: ") && !error.contains('\n'), "{error}");
        }
        check(&["--slow"], "unknown option `--slow`");
        check(&["--only"], "--only has no value");
        check(&["--only", "tiny,huge"], "there is no part `huge`");
        check(&["--only", "tiny,growth", "--gpu"], "growth is not measured beside a GPU");
        check(&["--threads", "1,0"], "`0` is no number of threads");
        check(&["--threads", "two"], "`two` is no number of threads");
        check(&["--data", "/no/such/folder"], "is no folder");
        check(&["--accuracy", "88"], "`88` is no share");
    }
}
