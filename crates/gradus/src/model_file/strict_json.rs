//! A stricter reading of JSON than serde's: no key twice in an object, and no nesting deeper than [`MAX_DEPTH`].
//!
//! JSON leaves open what two equal keys mean, so that two readers can see two different models in one file. The text is
//! only walked through; nothing of it is kept but the keys of the objects that are open.

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use std::collections::HashSet;
use std::fmt;

/// Arrays and objects inside each other, at most.
const MAX_DEPTH: usize = 64;

/// Whether `text` is one JSON value, with the reason if not.
pub(super) fn check(text: &str) -> Result<(), String> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    Walk { depth: 0 }.deserialize(&mut deserializer).map_err(|error| error.to_string())?;
    deserializer.end().map_err(|error| error.to_string())
}

/// Walks through one value.
#[derive(Clone, Copy)]
struct Walk {
    depth: usize,
}

impl Walk {
    fn deeper<E: Error>(self) -> Result<Self, E> {
        match self.depth < MAX_DEPTH {
            true => Ok(Self { depth: self.depth + 1 }),
            false => Err(E::custom(format!("it is nested more than {MAX_DEPTH} deep"))),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Walk {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let deeper = self.deeper()?;
        let mut keys: HashSet<String> = HashSet::new();
        while let Some(key) = map.next_key::<String>()? {
            if key.chars().any(char::is_control) {
                return Err(A::Error::custom("a key holds a control character"));
            }
            if keys.contains(&key) {
                return Err(A::Error::custom(format!("the key `{key}` stands twice")));
            }
            keys.insert(key);
            map.next_value_seed(deeper)?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        let deeper = self.deeper()?;
        while elements.next_element_seed(deeper)?.is_some() {}
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn only_plain_json_passes() {
        let accept = |text: &str| assert_eq!(check(text), Ok(()), "{text}");
        let refuse = |text: &str, expected: &str| {
            let message = check(text).unwrap_err();
            assert!(message.contains(expected), "{text}: {message}");
        };
        accept(r#"{"a":[1,-2,0.5,true,null,"x"],"b":{"a":{}}}   "#);
        refuse(r#"{"a":1,"a":2}"#, "`a` stands twice");
        refuse(r#"{"a":{"b":1,"c":[{"d":1,"\u0064":1}]}}"#, "`d` stands twice");
        refuse(r#"{"a\u0000":1}"#, "control");
        refuse("{} {}", "trailing");
        refuse("1e400", "number out of range");
        refuse("NaN", "expected");
        refuse("", "EOF");
        refuse(&"[".repeat(100_000), "nested");
        accept(&format!("{}{}", "[".repeat(64), "]".repeat(64)));
        refuse(&format!("{}{}", "[".repeat(65), "]".repeat(65)), "nested");
    }
}
