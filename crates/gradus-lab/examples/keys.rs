//! Every key of a spec file as a table in Markdown, from the tables that the program itself reads: `cargo xtask docs` puts it
//! into docs/spec.md.

#![allow(clippy::print_stdout, reason = "what it prints is what it is for")]

use gradus_lab::run_spec;

fn main() {
    println!("| key | value | what it does |\n|---|---|---|");
    for key in run_spec::keys() {
        println!("| `{}` | `{}` | {} |", key.name, in_table(key.value), in_table(key.help));
    }
}

/// A bar would begin a new cell; an asterisk, emphasis.
fn in_table(text: &str) -> String {
    text.replace('|', "\\|").replace('*', "\\*")
}
