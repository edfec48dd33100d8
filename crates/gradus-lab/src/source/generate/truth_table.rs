//! Truth tables of logic gates: a single threshold unit learns all of them but exclusive or (Minsky and Papert 1969).

use super::numbers;
use gradus::construct::gates::Gate;
use gradus::data::Column;

/// x1 … xₙ, the first changing slowest, and the class 1 where the gate fires; (2ⁿ) each.
#[inline(never)] // a page fetches it when it needs it
pub(super) fn columns(gate: Gate) -> Vec<Column> {
    let n = gate.inputs();
    let rows: Vec<Vec<bool>> =
        (0..1_usize << n).map(|row| (0..n).rev().map(|bit| row >> bit & 1 == 1).collect()).collect();
    let input =
        |at: usize| numbers(&format!("x{}", at + 1), rows.iter().map(|row| f64::from(row[at])).collect());
    let class = numbers("class", rows.iter().map(|row| f64::from(gate.truth(row))).collect());
    (0..n).map(input).chain([class]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use gradus::data::Values;

    /// The classes of every row, as in any textbook of logic.
    #[test]
    fn tables_are_those_of_logic() {
        for (gate, classes) in [
            ("and", "0001"),
            ("or", "0111"),
            ("not", "10"),
            ("nand", "1110"),
            ("majority", "00010111"),
            ("majority:inputs=1", "01"),
            ("xor", "0110"),
        ] {
            let columns = columns(gate.parse().unwrap());
            let Some(Values::Numbers(last)) = columns.last().map(|column| &column.values) else { panic!() };
            let found: String = last.iter().map(|class| class.to_string()).collect();
            assert_eq!(found, classes, "{gate}");
        }
        let first = columns(Gate::Nand).swap_remove(0);
        assert_eq!(first.values, Values::Numbers(vec![0.0, 0.0, 1.0, 1.0]));
    }
}
