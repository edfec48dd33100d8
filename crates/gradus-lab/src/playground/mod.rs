//! A whole session of the playground: data, a network that learns from them while somebody watches and changes things, and
//! everything that is shown of it.
//!
//! [`Session`] holds it all and knows no clock, no screen and no file: JSON text and numbers go in and out. Whatever is asked
//! of it in whatever order, training is f(configuration, data): `train(1)` a thousand times gives the bits of `train(1000)`.
//!
//! ```
//! use gradus_lab::playground::Session;
//!
//! let mut session = Session::new(r#"{"data": {"source": "circle"}, "layers": [{"units": 4}]}"#)?;
//! session.train(100);
//! assert!(session.losses().last().is_some());
//! # Ok::<(), gradus_lab::Error>(())
//! ```

mod limits;
mod config;
mod source;
mod data;
mod problem;
mod learner;
pub mod compatible;
mod compatible_learner;
mod carry;
mod evaluation;
mod history;
mod marks;
mod stopping;
mod fields;
mod views;
mod session;
mod showing;
mod bringing;
mod inspection;
mod statistics;
mod diagnosis;
mod principal;
mod space;
mod lessons;
mod saved;
mod undo;
mod address;
mod keeping;
mod export;
mod opening;

pub use limits::MOST_CSV_BYTES;
pub use session::Session;
