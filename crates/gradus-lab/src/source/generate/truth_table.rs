//! Exclusive or: four rows that no single threshold unit can learn (Minsky and Papert 1969).

use super::numbers;
use gradus::data::Column;

/// x1, x2 and the class 1 where just one of them is 1; (4) each.
pub(super) fn xor() -> Vec<Column> {
    vec![
        numbers("x1", vec![0.0, 0.0, 1.0, 1.0]),
        numbers("x2", vec![0.0, 1.0, 0.0, 1.0]),
        numbers("class", vec![0.0, 1.0, 1.0, 0.0]),
    ]
}
