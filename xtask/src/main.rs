//! The project's chores, in Rust so that a machine with cargo has all it needs.

fn main() {}
