//! Sessions of the playground from outside: truth is arithmetic by hand, the command line's own run, and sessions that came to
//! the same place another way.

#![allow(clippy::unwrap_used, reason = "a test may")]

mod training;
mod changing;
mod showing;
mod keeping;

use gradus_lab::playground::Session;
use serde_json::Value;

fn session(config: &Value) -> Session {
    Session::new(&config.to_string()).unwrap()
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn status(session: &mut Session) -> Value {
    parsed(&session.status())
}

/// A configuration with some keys changed, as the page sends it.
fn configured(session: &mut Session, changes: &Value) -> Value {
    let mut config = parsed(&session.config());
    merge(&mut config, changes);
    parsed(&session.configure(&config.to_string()).unwrap())
}

fn merge(value: &mut Value, changes: &Value) {
    match (value, changes) {
        (Value::Object(value), Value::Object(changes)) => {
            for (key, change) in changes {
                merge(value.entry(key).or_insert(Value::Null), change);
            }
        }
        (value, change) => *value = change.clone(),
    }
}
