//! Exclusive or with two hidden units, the smallest layered network that can hold it: 2-2-1, nine weights.

use super::truth_table;
use gradus::data::Dataset;

pub(super) fn examples() -> Dataset {
    truth_table(2, |bits| bits[0] != bits[1])
}
