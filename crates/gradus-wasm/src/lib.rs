//! The playground's session for the browser: JSON text and arrays of numbers go in and out, and whatever is refused is thrown
//! as one line of text. Everything is computed in [`gradus_lab::playground`].

#![deny(unsafe_code)]

mod session;
mod rest;

pub use rest::need_rest;
pub use session::Session;
