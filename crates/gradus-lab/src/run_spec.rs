//! What to run: the data, how to divide them, and what to learn; the same keys on the command line and in a spec file.
//!
//! [`RUN_KEYS`] is the table of the keys that concern data and their division, [`gradus::spec::KEYS`] the one of those that
//! concern learning. [`keys`] is both, and whoever reads settings goes through [`RunSpec::set`].

use crate::Error;
use crate::source::{ColumnType, Reading};
use gradus::settings::split_names;
use gradus::spec::{DEFAULT_SEED, KEYS, Spec};
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use toml::Value;

/// The share of the examples that is set aside for testing where the data bring no test part.
pub const TEST_SHARE: f64 = 0.2;

/// Everything that decides a run. Training again by the same `RunSpec` gives the same bits.
#[derive(Clone, Debug, Default, PartialEq)]
#[allow(missing_docs, reason = "RUN_KEYS documents each under the same name")]
pub struct RunSpec {
    pub data: Option<String>,
    pub target: Vec<String>,
    pub columns: BTreeMap<String, ColumnType>,
    pub weight_column: Option<String>,
    pub test: Option<TestPart>,
    /// The file of `validation`, where that is no share.
    pub validation_file: Option<String>,
    pub folds: Option<usize>,
    pub from: Option<String>,
    /// The keys of [`gradus::spec::KEYS`].
    pub learning: Spec,
}

/// Which examples test what was learned.
#[derive(Clone, Debug, PartialEq)]
pub enum TestPart {
    /// The data's own test part.
    Own,
    /// This share of the examples; 0 for none.
    Share(f64),
    /// Other data: a file, or a built-in name.
    Data(String),
}

/// A key of a run, as a spec file and the command line show it.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// As in a spec file and, behind `--`, on the command line.
    pub name: &'static str,
    /// What to write for it.
    pub value: &'static str,
    /// What it does, and what happens without it.
    pub help: &'static str,
    /// Whether it can be given several times.
    pub repeats: bool,
}

/// A key that concerns data and their division.
pub struct RunKey {
    key: Key,
    set: fn(&mut RunSpec, &str) -> Result<(), Error>,
    get: fn(&RunSpec) -> Option<Value>,
}

/// The keys that concern data and their division.
pub const RUN_KEYS: &[RunKey] = &[
    RunKey {
        key: key("data", "DATA", "built-in name, generator with settings, file or folder"),
        set: |spec, text| text_of(&mut spec.data, "data", text),
        get: |spec| spec.data.clone().map(Value::String),
    },
    RunKey {
        key: key(
            "target",
            "COLUMN",
            r"column to predict, several as a,b; a comma within a name is written \, [default: the last column]",
        ),
        set: |spec, text| {
            spec.target = split_names(text).into_iter().filter(|name| !name.is_empty()).collect();
            Ok(())
        },
        get: |spec| match spec.target.as_slice() {
            [] => None,
            names => Some(names.iter().cloned().map(Value::String).collect::<Vec<_>>().into()),
        },
    },
    RunKey {
        key: Key {
            repeats: true,
            ..key("column", "NAME=TYPE", "read a column as number, category, text or skip")
        },
        set: |spec, text| {
            let (name, column_type) =
                text.rsplit_once('=').ok_or_else(|| bad("column", text, "NAME=TYPE"))?;
            spec.columns.insert(name.trim().to_owned(), column_type.trim().parse()?);
            Ok(())
        },
        get: |spec| {
            let columns = spec.columns.iter().map(|(name, is)| (name.clone(), Value::String(is.to_string())));
            Some(Value::Table(columns.collect())).filter(|_| !spec.columns.is_empty())
        },
    },
    RunKey {
        key: key("weight-column", "NAME", "column that says how much each example counts"),
        set: |spec, text| text_of(&mut spec.weight_column, "weight-column", text),
        get: |spec| spec.weight_column.clone().map(Value::String),
    },
    RunKey {
        key: key(
            "test",
            "SHARE|FILE",
            "examples to test on: a share, 0 for none, a file, or own [default: own, else 0.2; 0 below 10 rows]",
        ),
        set: |spec, text| {
            spec.test = Some(text.parse()?);
            Ok(())
        },
        get: |spec| spec.test.as_ref().map(|test| scalar(&test.to_string())),
    },
    RunKey {
        key: key(
            "validation",
            "SHARE|FILE",
            "examples to watch and to stop by: a share of the training part, 0 for none, or a file [default: 0; with patience 0.1]",
        ),
        set: set_validation,
        get: |spec| match &spec.validation_file {
            Some(file) => Some(Value::String(file.clone())),
            None => spec.learning.validation.map(|share| scalar(&share.to_string())),
        },
    },
    RunKey {
        key: key("folds", "K", "cross-validate over K parts first, then train on all of the training part"),
        set: |spec, text| {
            let folds = text.parse().ok().filter(|folds| (2..=1000).contains(folds));
            spec.folds = Some(folds.ok_or_else(|| bad("folds", text, "a whole number from 2 to 1000"))?);
            Ok(())
        },
        get: |spec| spec.folds.map(|folds| Value::Integer(folds as i64)),
    },
    RunKey {
        key: key("from", "MODEL", "a model to go on from, with its preprocessing and weights"),
        set: |spec, text| text_of(&mut spec.from, "from", text),
        get: |spec| spec.from.clone().map(Value::String),
    },
];

const fn key(name: &'static str, value: &'static str, help: &'static str) -> Key {
    Key { name, value, help, repeats: false }
}

/// Every key of a run: those of the data, then those of learning.
pub fn keys() -> impl Iterator<Item = Key> {
    let learning = KEYS.iter().filter(|learning| !RUN_KEYS.iter().any(|run| run.key.name == learning.name));
    let learning = learning.map(|learning| key(learning.name, learning.value, learning.help));
    RUN_KEYS.iter().map(|run| run.key).chain(learning)
}

impl RunSpec {
    /// The seed that divides the data and starts the learning.
    pub fn seed(&self) -> u64 {
        self.learning.seed.unwrap_or(DEFAULT_SEED)
    }

    /// Sets the key called `name` from its text; a key that repeats is added to.
    ///
    /// # Errors
    /// If there is no such key (the nearest is offered), or the text is no value for it.
    pub fn set(&mut self, name: &str, text: &str) -> Result<(), Error> {
        if let Some(run) = RUN_KEYS.iter().find(|run| run.key.name == name) {
            return (run.set)(self, text.trim());
        }
        if keys().any(|key| key.name == name) {
            return Ok(self.learning.set(name, text)?);
        }
        Err(Error::UnknownKey {
            name: name.to_owned(),
            known: keys().map(|key| key.name.to_owned()).collect(),
        })
    }

    /// The keys that are set with their values, those of the data first.
    pub fn entries(&self) -> Vec<(&'static str, Value)> {
        let run = RUN_KEYS.iter().filter_map(|run| Some((run.key.name, (run.get)(self)?)));
        let learning = self.learning.entries();
        let learning = learning.into_iter().filter(|(name, _)| *name != "validation");
        run.chain(learning.map(|(name, text)| (name, learning_value(name, &text)))).collect()
    }

    /// How the data are to be read.
    pub fn reading(&self) -> Reading {
        Reading {
            target: self.target.clone(),
            task: self.learning.task,
            columns: self.columns.clone(),
            weight_column: self.weight_column.clone(),
        }
    }
}

fn set_validation(spec: &mut RunSpec, text: &str) -> Result<(), Error> {
    if text.parse::<f64>().is_ok() {
        spec.learning.set("validation", text)?;
        spec.validation_file = None;
        return Ok(());
    }
    spec.learning.validation = None;
    text_of(&mut spec.validation_file, "validation", text)
}

fn text_of(slot: &mut Option<String>, key: &'static str, text: &str) -> Result<(), Error> {
    if text.is_empty() {
        return Err(bad(key, text, "a name"));
    }
    *slot = Some(text.to_owned());
    Ok(())
}

fn bad(key: &'static str, text: &str, form: &'static str) -> Error {
    Error::BadValue { key, text: crate::error::shown(text), form }
}

/// Numbers and truth values as such, everything else as text; so too a whole number that TOML cannot hold.
fn scalar(text: &str) -> Value {
    if let Ok(whole) = text.parse::<i64>() {
        return Value::Integer(whole);
    }
    match (text.parse::<f64>(), text.parse::<bool>()) {
        (Ok(number), _) if number.is_finite() && text.parse::<u64>().is_err() => Value::Float(number),
        (_, Ok(truth)) => Value::Boolean(truth),
        _ => Value::String(text.to_owned()),
    }
}

/// Sizes of layers are a list in TOML; the others are what they look like.
fn learning_value(name: &str, text: &str) -> Value {
    match name {
        "hidden" if text != "none" => Value::Array(text.split(',').map(|size| scalar(size.trim())).collect()),
        _ => scalar(text),
    }
}

impl FromStr for TestPart {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let form = "a share in [0, 1), a file, or own";
        match text.parse::<f64>() {
            Ok(share) if (0.0..1.0).contains(&share) => Ok(Self::Share(share)),
            Ok(_) => Err(bad("test", text, form)),
            Err(_) if text == "own" => Ok(Self::Own),
            Err(_) if text.is_empty() => Err(bad("test", text, form)),
            Err(_) => Ok(Self::Data(text.to_owned())),
        }
    }
}

impl fmt::Display for TestPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Own => f.write_str("own"),
            Self::Share(share) => share.fmt(f),
            Self::Data(data) => f.write_str(data),
        }
    }
}

impl fmt::Debug for RunKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.key.fmt(f)
    }
}
