//! A session as the part of an address behind `#`.
//!
//! `#v=1&data.source=spiral&data.noise=10&layers=8:tanh,8:tanh` is a configuration: every key that has not its default, numbers and
//! words as they are, lists with commas. `#s=…` is a whole session: its bytes, deflated and in base64url (RFC 4648, section 5).
//! Anything else is read as an address of TensorFlow Playground.

use super::config::Config;
use super::limits::BOUNDS;
use super::saved::Saved;
use crate::Error;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flate2::Compression;
use flate2::read::{DeflateDecoder, DeflateEncoder};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::Read;

/// Characters of a whole session, at most: longer ones are no links any more.
const MOST_CHARACTERS: usize = 1 << 20;
/// Bytes that a whole session unpacks to, at most.
const MOST_BYTES: u64 = 16 << 20;

/// What an address holds.
pub(super) enum Address {
    /// A configuration, and what could not be taken as it was.
    Config { config: Box<Config>, notices: Vec<String> },
    /// A whole session.
    Whole(Box<Saved>),
}

impl Address {
    /// Reads whatever stands behind `#`: what cannot be read becomes a notice.
    pub(super) fn read(hash: &str) -> Self {
        let text = hash.trim().trim_start_matches('#');
        if let Some(digits) = text.strip_prefix("s=") {
            return match unpacked(digits) {
                Ok(saved) => Self::Whole(Box::new(saved)),
                Err(error) => Self::config(Config::default(), vec![error.to_string()]),
            };
        }
        match text.split('&').any(|pair| pair.starts_with("v=")) || text.is_empty() {
            true => own(text),
            false => theirs(text),
        }
    }

    fn config(config: Config, notices: Vec<String>) -> Self {
        Self::Config { config: Box::new(config), notices }
    }
}

/// An address of TensorFlow Playground as a configuration.
#[inline(never)] // a page fetches it when it needs it
fn theirs(text: &str) -> Address {
    let address = super::compatible::Address::read(text);
    match Config::from_value(&address.config()) {
        Ok(config) => Address::config(config, address.notices),
        Err(error) => Address::config(Config::default(), vec![error.to_string()]),
    }
}

/// The configuration as an address: what is not as in `defaults`, and the source of the points.
pub(super) fn written(config: &Config, defaults: &Config) -> String {
    let (value, defaults) = (config.to_value(), defaults.to_value());
    let source = Config::default().data.source != config.data.source;
    let mut pairs = vec!["v=1".to_owned()];
    each_leaf("", &value, &mut |key, leaf| {
        let is_told = Some(leaf) != leaf_of(&defaults, key) || key == "data.source" && source;
        if is_told && !leaf.is_null() {
            pairs.push(format!("{key}={}", leaf_text(key, leaf)));
        }
    });
    format!("#{}", pairs.join("&"))
}

fn own(text: &str) -> Address {
    let (mut value, mut notices) = (Config::default().to_value(), Vec::new());
    let mut config = Config::default();
    // The last of equal keys counts. In order of keys, `compatible` comes before what it bounds.
    let pairs: BTreeMap<_, _> = text.split('&').filter_map(|pair| pair.split_once('=')).collect();
    for (key, text) in pairs.into_iter().filter(|(key, _)| *key != "v") {
        let before = value.clone();
        let leaf = leaf_value(key, text, config.compatible, &mut notices);
        let taken = put(&mut value, key, leaf).then(|| Config::from_value(&value));
        match taken {
            Some(Ok(read)) => config = read,
            Some(Err(error)) => {
                notices.push(error.to_string());
                value = before;
            }
            None => notices.push(format!("there is no setting `{key}`; help: leave it out")),
        }
    }
    Address::config(config, notices)
}

/// Calls `of` for every value that is no object, with its path.
fn each_leaf(path: &str, value: &Value, of: &mut impl FnMut(&str, &Value)) {
    match value {
        Value::Object(entries) => {
            for (key, value) in entries {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                each_leaf(&path, value, of);
            }
        }
        leaf => of(path, leaf),
    }
}

fn leaf_of<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(value, |value, key| value.get(key))
}

/// Puts a leaf in its place. Whether there is one.
fn put(value: &mut Value, path: &str, leaf: Value) -> bool {
    let place = path.split('.').try_fold(value, |value, key| value.get_mut(key));
    place.map(|place| *place = leaf).is_some()
}

fn leaf_text(key: &str, leaf: &Value) -> String {
    match leaf {
        Value::Array(items) if key == "layers" => {
            let layer = |layer: &Value| {
                let activation = layer["activation"].as_str().unwrap_or_default();
                format!("{}:{}", layer["units"], encoded(activation))
            };
            items.iter().map(layer).collect::<Vec<_>>().join(",")
        }
        Value::Array(items) => {
            items.iter().map(|item| encoded(item.as_str().unwrap_or_default())).collect::<Vec<_>>().join(",")
        }
        Value::String(text) => encoded(text),
        Value::Number(number) => number.to_string().trim_end_matches(".0").to_owned(),
        other => other.to_string(),
    }
}

/// The value of a key from its text: whatever the default's kind is. A number out of its bounds becomes the nearest one.
fn leaf_value(key: &str, text: &str, is_compatible: bool, notices: &mut Vec<String>) -> Value {
    let items = || text.split(',').filter(|item| !item.is_empty());
    match key {
        "layers" => {
            let layer = |item: &str| {
                let (units, activation) = item.split_once(':').unwrap_or((item, "tanh"));
                json!({"units": units.parse::<u64>().unwrap_or(0), "activation": decoded(activation)})
            };
            return items().map(layer).collect();
        }
        "features" | "show.hide" | "data.columns" => {
            return items().map(|item| Value::String(decoded(item))).collect();
        }
        "data.seed" => return Value::String(decoded(text)),
        _ => {}
    }
    let Ok(number) = text.parse::<f64>() else {
        return match text {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            "null" => Value::Null,
            words => Value::String(decoded(words)),
        };
    };
    let bound = BOUNDS.iter().find(|bound| bound.key == key);
    let number = match bound.map(|bound| (bound.low, bound.end(is_compatible))) {
        Some((low, (high, range))) if !(low..=high).contains(&number) => {
            let nearest = if number > high { high } else { low };
            notices.push(format!("`{key}` is {text}, but must be {range}; taken as {nearest}"));
            nearest
        }
        _ => number,
    };
    // Whole numbers are written as such: counts take no others.
    if number.fract() == 0.0 && number.abs() < 9e15 { json!(number as i64) } else { json!(number) }
}

/// Percent-encoded but for what an address holds as it is.
fn encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'*' | b'(' | b')' | b':' => {
                encoded.push(byte as char);
            }
            other => encoded += &format!("%{other:02X}"),
        }
    }
    encoded
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let digits = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        match (first, digits.and_then(|digits| u8::from_str_radix(digits, 16).ok())) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            (byte, _) => {
                bytes.push(*byte);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A whole session as an address.
///
/// # Errors
/// If it is too long for a link.
pub(super) fn packed(saved: &Saved) -> Result<String, Error> {
    let mut deflated = Vec::new();
    let bytes = saved.to_bytes();
    let unwritable = |error: std::io::Error| Error::DamagedSession { reason: error.to_string() };
    DeflateEncoder::new(&bytes[..], Compression::best()).read_to_end(&mut deflated).map_err(unwritable)?;
    let hash = format!("#s={}", URL_SAFE_NO_PAD.encode(&deflated));
    match hash.len() {
        0..=MOST_CHARACTERS => Ok(hash),
        found => Err(Error::LinkTooLong { found }),
    }
}

#[inline(never)] // a page fetches it when it needs it
fn unpacked(digits: &str) -> Result<Saved, Error> {
    let damaged = |reason: &str| Error::DamagedSession { reason: reason.to_owned() };
    // Padding that somebody has put there is no harm.
    let deflated =
        URL_SAFE_NO_PAD.decode(digits.trim_end_matches('=')).map_err(|error| damaged(&error.to_string()))?;
    let mut bytes = Vec::new();
    let mut reader = DeflateDecoder::new(&deflated[..]).take(MOST_BYTES);
    reader.read_to_end(&mut bytes).map_err(|error| damaged(&error.to_string()))?;
    Saved::from_bytes(&bytes)
}

/// The configuration of an address with its notices, as JSON.
pub(super) fn told(address: &Address) -> Value {
    let (config, notices) = match address {
        Address::Config { config, notices } => (config.to_value(), notices.as_slice()),
        Address::Whole(saved) => (saved.config.to_value(), &[][..]),
    };
    json!({"config": config, "notices": notices})
}
