//! Networks built by hand instead of learned.

pub mod gates;
