//! The 4-2-4 encoder: one of four inputs is on, the same output is to be, and between them there are two units. They have to
//! find a code of two bits.

use gradus::Matrix;
use gradus::data::Dataset;

pub(super) fn examples() -> Dataset {
    let one_of_four = Matrix::from_vec(4, 4, (0..16).map(|at| f64::from(u8::from(at % 5 == 0))).collect());
    super::examples(one_of_four.clone(), one_of_four)
}
