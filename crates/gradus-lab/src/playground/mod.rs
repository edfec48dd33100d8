//! The playground: a network that learns before one's eyes, and everything that a page about it has to know.

pub mod compatible;
