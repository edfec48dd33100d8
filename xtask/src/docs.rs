//! `cargo xtask docs`: the table of all keys in docs/spec.md, written anew from the tables that the program reads.
//!
//! The table stands between two marks. [`check`] fails where it is not what the program has, so that no key can be added,
//! renamed or changed without its documentation.

use crate::stage::{built, heading, root};
use anyhow::{Context, Result, bail};
use std::fs;
use std::process::Command;

const PAGE: &str = "docs/spec.md";
const BEGIN: &str = "<!-- keys: written by `cargo xtask docs` -->\n";
const END: &str = "<!-- end of keys -->\n";

/// Writes the table into the page.
///
/// # Errors
/// If the page or the keys cannot be read.
pub(crate) fn write() -> Result<()> {
    let (old, new) = pages()?;
    if old != new {
        fs::write(root().join(PAGE), new).with_context(|| format!("cannot write {PAGE}"))?;
        println!("   {PAGE} is written");
    }
    Ok(())
}

/// Compares the table of the page with the keys.
///
/// # Errors
/// If they differ.
pub(crate) fn check() -> Result<()> {
    heading("keys in the documentation");
    let (old, new) = pages()?;
    if old != new {
        bail!("the keys in {PAGE} are not those of the program; write them anew with: cargo xtask docs");
    }
    println!("   {PAGE} has every key");
    Ok(())
}

/// The page as it is, and as it should be.
fn pages() -> Result<(String, String)> {
    let old = fs::read_to_string(root().join(PAGE)).with_context(|| format!("cannot read {PAGE}"))?;
    let new = with_table(&old, &table()?).with_context(|| format!("{PAGE} has lost its marks"))?;
    Ok((old, new))
}

/// What the example `keys` of the laboratory prints.
fn table() -> Result<String> {
    // As the tests have it: with the features that one package alone asks for, all below it would be built anew.
    let words = ["build", "--quiet", "--workspace", "--example", "keys"];
    let is_built = Command::new("cargo").args(words).current_dir(root()).status()?.success();
    let output = is_built.then(|| Command::new(built("debug/examples/keys")).current_dir(root()).output());
    let Some(output) = output.transpose()?.filter(|output| output.status.success()) else {
        bail!("the keys cannot be listed; run it alone with: cargo run --package gradus-lab --example keys");
    };
    Ok(String::from_utf8(output.stdout)?)
}

/// The page with `table` between the marks; `None` if it has none.
fn with_table(page: &str, table: &str) -> Option<String> {
    // A checkout may have changed the ends of lines.
    let page = page.replace("\r\n", "\n");
    let (before, rest) = page.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}\n{table}\n{END}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_put_between_the_marks() {
        fn check(page: &str, expected: Option<&str>) {
            assert_eq!(with_table(page, "| new |\n").as_deref(), expected);
        }
        let page = |table: &str| format!("before\n{BEGIN}{table}{END}after\n");
        check(&page("\n| old |\n\n"), Some(&page("\n| new |\n\n")));
        check(&page(""), Some(&page("\n| new |\n\n")));
        check("no marks\n", None);
    }
}
