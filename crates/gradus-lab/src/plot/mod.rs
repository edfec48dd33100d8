//! Pictures of networks, data and runs in SVG: one file per picture.
//!
//! SVG is written by hand, because these pictures are diagrams more than charts: text stays text, every shape is an
//! element, and the same model gives the same bytes. Areas of colour are one embedded PNG each. The colours are those of
//! Okabe and Ito ("Color Universal Design", 2008), which people with any colour vision can tell apart; classes differ in
//! their marks too. All text from outside is escaped.

mod svg;
mod palette;
mod png;
mod frame;
mod marks;
mod field;
mod half_plane;
mod separator;
mod boundary;
mod curve;
mod network;
mod loss;
mod accuracy;
mod surface;
mod confusion;
mod weights;
mod activation;
mod vectors;
mod growth;

pub use accuracy::accuracy;
pub use activation::activations;
pub use boundary::{Range, boundary};
pub use confusion::confusion;
pub use growth::{Growth, Line, growth};
pub use loss::loss;
pub use network::network;
pub use surface::surface;
pub use vectors::{Pair, pairs, vectors};
pub use weights::weights;
