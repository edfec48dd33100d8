//! One way to write a choice with its settings: `name` or `name:key=value,key=value`.
//!
//! Activations, losses, optimizers, schedules, initialisers and data generators are all written like this, alike on the
//! command line, in a spec file and in a model file: `leaky_relu:slope=0.1`, `momentum:momentum=0.95`, `spiral:rows=500`.

use crate::Error;
use std::fmt::Display;
use std::str::FromStr;

/// A name and its settings, taken one by one by whoever knows them.
#[derive(Debug)]
pub struct Settings<'a> {
    /// What stands before the colon.
    pub name: &'a str,
    pairs: Vec<(&'a str, &'a str)>,
    known: Vec<String>,
}

impl<'a> Settings<'a> {
    /// Splits `text` into its name and settings.
    ///
    /// # Errors
    /// If a setting has no `=`, or stands twice.
    pub fn parse(text: &'a str) -> Result<Self, Error> {
        let unreadable = |reason: String| Error::Unreadable {
            text: text.to_owned(),
            reason,
            form: "name:key=value,key=value",
        };
        let (name, rest) = text.split_once(':').unwrap_or((text, ""));
        let mut pairs: Vec<(&str, &str)> = Vec::new();
        for setting in rest.split(',').map(str::trim).filter(|setting| !setting.is_empty()) {
            let (key, value) =
                setting.split_once('=').ok_or_else(|| unreadable(format!("`{setting}` has no value")))?;
            let key = key.trim();
            if pairs.iter().any(|(other, _)| *other == key) {
                return Err(unreadable(format!("`{key}` stands twice")));
            }
            pairs.push((key, value.trim()));
        }
        Ok(Self { name: name.trim(), pairs, known: Vec::new() })
    }

    /// The value of `key`, or `default` where it is not written.
    ///
    /// # Errors
    /// If the value is not of the wanted type.
    pub fn take<T: FromStr>(&mut self, key: &'static str, default: T) -> Result<T, Error> {
        Ok(self.take_optional(key)?.unwrap_or(default))
    }

    /// The value of `key`, if it is written.
    ///
    /// # Errors
    /// If the value is not of the wanted type.
    pub fn take_optional<T: FromStr>(&mut self, key: &'static str) -> Result<Option<T>, Error> {
        self.known.push(key.to_owned());
        let Some(at) = self.pairs.iter().position(|(k, _)| *k == key) else { return Ok(None) };
        let (_, value) = self.pairs.remove(at);
        let parsed = value.parse().map_err(|_| Error::Unreadable {
            text: format!("{}:{key}={value}", self.name),
            reason: format!("`{value}` is not a value for `{key}`"),
            form: "name:key=value,key=value",
        })?;
        Ok(Some(parsed))
    }

    /// The value of `key` within a range, or `default` where it is not written.
    ///
    /// # Errors
    /// If the value is not a number, or `accept` refuses it; `range` says in words what is accepted.
    pub fn take_within(
        &mut self,
        key: &'static str,
        default: f64,
        accept: impl Fn(f64) -> bool,
        range: &'static str,
    ) -> Result<f64, Error> {
        let value: f64 = self.take(key, default)?;
        if value.is_finite() && accept(value) {
            return Ok(value);
        }
        Err(Error::OutOfRange { key: format!("`{key}` of {}", self.name), value: value.to_string(), range })
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// If a setting is left that nobody has taken; the nearest known one is offered.
    pub fn finish(self) -> Result<(), Error> {
        match self.pairs.first() {
            None => Ok(()),
            Some((key, _)) => Err(Error::UnknownSetting {
                owner: self.name.to_owned(),
                key: (*key).to_owned(),
                known: self.known,
            }),
        }
    }
}

/// Writes `name:key=value,…`, leaving out the settings that have their default value.
pub fn write(name: &str, settings: &[(&str, &dyn Display, bool)]) -> String {
    let given: Vec<String> = settings
        .iter()
        .filter(|(.., is_default)| !is_default)
        .map(|(key, value, _)| format!("{key}={value}"))
        .collect();
    if given.is_empty() { name.to_owned() } else { format!("{name}:{}", given.join(",")) }
}

/// The names of a list with commas between them. A comma within a name is written `\,`.
pub fn split_names(list: &str) -> Vec<String> {
    let mut names = vec![String::new()];
    let mut letters = list.chars().peekable();
    while let Some(letter) = letters.next() {
        let name = names.last_mut().expect("it starts with one");
        match letter {
            '\\' if letters.next_if_eq(&',').is_some() => name.push(','),
            ',' => names.push(String::new()),
            letter => name.push(letter),
        }
    }
    names.iter().map(|name| name.trim().to_owned()).collect()
}

/// A name as [`split_names`] reads it.
pub fn escaped_name(name: &str) -> String {
    name.replace(',', "\\,")
}

#[test]
fn a_comma_within_a_name_is_escaped() {
    for (list, names) in [
        ("a, b", &["a", "b"][..]),
        (r"price\, gross,year", &["price, gross", "year"]),
        (r"a\b,\,", &[r"a\b", ","]),
        ("", &[""]),
    ] {
        assert_eq!(split_names(list), names, "{list}");
        let written: Vec<String> = names.iter().map(|name| escaped_name(name)).collect();
        assert_eq!(split_names(&written.join(",")), names, "{list}");
    }
}
