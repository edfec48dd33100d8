//! Spec files: a [`RunSpec`] in TOML, one key per line.
//!
//! ```toml
//! data = "houses.csv"
//! target = "price"
//! hidden = [64, 32]            # the same as "64,32"
//! learning-rate = 0.001
//!
//! [column]                     # the same as --column zip=category
//! zip = "category"
//! ```
//!
//! A list stands for its elements joined by commas, a table for `key=value` pairs. A mistake is told with its line.

use crate::Error;
use crate::error::shown;
use crate::run_spec::RunSpec;
use gradus::settings::escaped_name;
use std::fmt::Write;
use toml::de::{DeTable, DeValue};

/// A spec file has a few dozen lines; what is larger is something else.
const LARGEST: usize = 1 << 20;

/// Reads a spec file; `file` is its name, for messages.
///
/// # Errors
/// If it is no TOML, names an unknown key, or gives a key a value that it cannot have.
pub fn parse(bytes: &[u8], file: &str) -> Result<RunSpec, Error> {
    let broken = |line: usize, character: usize, reason: &str| Error::NotToml {
        file: file.to_owned(),
        line,
        character,
        reason: shown(reason),
    };
    if bytes.len() > LARGEST {
        return Err(broken(1, 1, "more than 1 MiB is no spec"));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let (line, character) = position(&String::from_utf8_lossy(bytes), error.valid_up_to());
        broken(line, character, "not UTF-8")
    })?;
    let table = DeTable::parse(text).map_err(|error| {
        let (line, character) = position(text, error.span().map_or(0, |span| span.start));
        broken(line, character, error.message())
    })?;
    let mut spec = RunSpec::default();
    for (name, value) in table.get_ref() {
        set(&mut spec, name.get_ref(), value.get_ref()).map_err(|error| {
            let (line, _) = position(text, name.span().start);
            Error::InSpec { file: file.to_owned(), line, error: Box::new(error) }
        })?;
    }
    Ok(spec)
}

/// Writes a spec file that [`parse`] reads back; `remarks` become comments at its head.
pub fn write(spec: &RunSpec, remarks: &[String]) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    for remark in remarks {
        let _ = writeln!(text, "# {}", remark.replace(char::is_control, " "));
    }
    let (tables, scalars): (Vec<_>, Vec<_>) =
        spec.entries().into_iter().partition(|(_, value)| value.is_table());
    for (name, value) in scalars {
        let _ = writeln!(text, "{name} = {value}");
    }
    for (name, value) in tables {
        let entries = value.as_table().into_iter().flatten();
        let _ = writeln!(text, "\n[{name}]");
        for (key, value) in entries {
            let _ = writeln!(text, "{} = {value}", toml::Value::String(key.clone()));
        }
    }
    text
}

fn set(spec: &mut RunSpec, name: &str, value: &DeValue<'_>) -> Result<(), Error> {
    match (name, value) {
        // Names of columns may hold commas, which only a list can say.
        ("target", DeValue::Array(names)) => {
            spec.target =
                names.iter().map(|name| scalar("target", name.get_ref())).collect::<Result<_, _>>()?;
            Ok(())
        }
        ("column", DeValue::Table(_)) => {
            for pair in pairs("column", value)? {
                spec.set("column", &pair)?;
            }
            Ok(())
        }
        ("column", DeValue::Array(columns)) => {
            columns.iter().try_for_each(|column| spec.set("column", &scalar("column", column.get_ref())?))
        }
        ("group", DeValue::Array(groups)) => {
            let groups: Vec<String> =
                groups.iter().map(|group| scalar("group", group.get_ref())).collect::<Result<_, _>>()?;
            spec.set("group", &groups.join(";"))
        }
        (_, DeValue::Array(elements)) => {
            let elements: Vec<String> =
                elements.iter().map(|element| scalar(name, element.get_ref())).collect::<Result<_, _>>()?;
            spec.set(name, &elements.join(","))
        }
        ("class-weight", DeValue::Table(_)) => {
            let weights: Vec<String> = pairs(name, value)?.iter().map(|pair| escaped_name(pair)).collect();
            spec.set(name, &weights.join(","))
        }
        (_, DeValue::Table(_)) => spec.set(name, &pairs(name, value)?.join(",")),
        _ => spec.set(name, &scalar(name, value)?),
    }
}

/// `key=value` for each entry of a table.
fn pairs(name: &str, value: &DeValue<'_>) -> Result<Vec<String>, Error> {
    let table = value.as_table().into_iter().flatten();
    table.map(|(key, value)| Ok(format!("{}={}", key.get_ref(), scalar(name, value.get_ref())?))).collect()
}

/// A value as the command line would write it.
fn scalar(name: &str, value: &DeValue<'_>) -> Result<String, Error> {
    match value {
        DeValue::String(text) => Ok(text.to_string()),
        DeValue::Integer(number) if number.radix() == 10 => Ok(number.as_str().to_owned()),
        DeValue::Integer(number) => Ok(i64::from_str_radix(number.as_str(), number.radix())
            .map_or_else(|_| number.to_string(), |number| number.to_string())),
        DeValue::Float(number) => Ok(number.as_str().to_owned()),
        DeValue::Boolean(truth) => Ok(truth.to_string()),
        DeValue::Datetime(_) | DeValue::Array(_) | DeValue::Table(_) => {
            Err(Error::KindOfValue { key: shown(name), found: value.type_str() })
        }
    }
}

/// Line and character, from 1, of a place in the text.
fn position(text: &str, at: usize) -> (usize, usize) {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let line = text[..at].matches('\n').count() + 1;
    let start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    (line, text[start..at].chars().count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use gradus::Class;

    #[test]
    fn a_spec_is_written_and_read_back() {
        #[track_caller]
        fn check(text: &str, written: &str) {
            let spec = parse(text.as_bytes(), "run.toml").unwrap();
            assert_eq!(write(&spec, &[]), written);
            assert_eq!(parse(written.as_bytes(), "run.toml").unwrap(), spec);
        }
        check("", "");
        check("hidden = [256, 128]", "hidden = [256, 128]\n");
        check("hidden = '256,128'\nepochs = 1_0", "hidden = [256, 128]\nepochs = 10\n");
        check("hidden = 'none'", "hidden = \"none\"\n");
        check("target = ['a,b', 'c']", "target = [\"a,b\", \"c\"]\n");
        check("target = 'a,b'", "target = [\"a\", \"b\"]\n");
        check("test = 'iris.csv'\nvalidation = 0.1", "test = \"iris.csv\"\nvalidation = 0.1\n");
        check("validation = 'v.csv'", "validation = \"v.csv\"\n");
        check("learning-rate = 1e-3", "learning-rate = 0.001\n");
        check("seed = '18446744073709551615'", "seed = \"18446744073709551615\"\n");
        check("[column]\n'zip code' = 'category'", "\n[column]\n\"zip code\" = \"category\"\n");
        check("[class-weight]\nham = 1\nspam = 3.5", "class-weight = \"ham=1,spam=3.5\"\n");
        check("[class-weight]\n'a,b' = 2", "class-weight = 'a\\,b=2'\n");
    }

    #[test]
    fn mistakes_are_told_with_their_line() {
        #[track_caller]
        fn check(text: &[u8], start: &str) {
            let error = parse(text, "run.toml").unwrap_err();
            let message = error.to_string();
            assert!(message.starts_with(start), "{message}");
            assert!(message.contains("; help: ") && !message.contains('\n'), "{message}");
            assert_eq!(error.class(), Class::Spec);
        }
        check(b"\nhiden = 3", "unknown key `hiden`, run.toml, line 2; help: did you mean `hidden`?");
        check(
            b"epochs = 1\nepochs = 2",
            "cannot read the spec: duplicate key, run.toml, line 2, character 1; help:",
        );
        check(b"epochs = ", "cannot read the spec: ");
        check(
            b"epochs = 0",
            "`epochs` is 0, but must be a whole number, at least 1, run.toml, line 1; help:",
        );
        check(b"epochs = 2020-01-01", "`epochs` cannot be a datetime, run.toml, line 1; help:");
        check(b"hidden = [[1]]", "`hidden` cannot be an array, run.toml, line 1; help:");
        check(
            b"folds = 1",
            "`folds` cannot be `1`, run.toml, line 1; help: write a whole number from 2 to 1000",
        );
        check(
            b"test = 1.5",
            "`test` cannot be `1.5`, run.toml, line 1; help: write a share in [0, 1), a file, or own",
        );
        check(b"data = '\xff'", "cannot read the spec: not UTF-8, run.toml, line 1, character 9; help:");
        check(b"learning-rate = inf", "`learning-rate` is inf, but must be above 0, run.toml, line 1; help:");
    }
}
