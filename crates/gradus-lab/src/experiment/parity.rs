//! Parity of eight bits: is the number of ones odd? Every single input decides, whatever the others are, so that no part of
//! the pattern is evidence for anything.

use super::truth_table;
use gradus::data::Dataset;

pub(super) fn examples() -> Dataset {
    truth_table(8, |bits| bits.iter().sum::<f64>() % 2.0 == 1.0)
}
