//! Labels and inputs that are made worse on purpose (Zhang et al. 2017, "Understanding Deep Learning Requires Rethinking
//! Generalization", section 2.1): what a network still learns then, it does not learn from the structure of the data.
//!
//! Everything here is f(seed).

use crate::Error;
use gradus::data::{Block, Dataset, Elements, Inputs, Target, Values};
use gradus::random::{Purpose, Random};
use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

/// What is drawn: the index of a stream of random numbers, so that no draw changes another.
const ROWS: u64 = 0;
const LABELS: u64 = 1;
const PIXELS: u64 = 2;
/// The stream of part 0, the training part, of part 1, the test part, and so on.
const PARTS: u64 = 3;

/// What is done to the inputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pixels {
    /// One permutation of the inputs for all examples: the same information in another order.
    Shuffled,
    /// A permutation of its own for each example: only the values are left, no place.
    Random,
    /// Normal noise with the mean and variance of all inputs of the training part: nothing is left.
    Gaussian,
}

impl Pixels {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Shuffled, Self::Random, Self::Gaussian];

    /// As on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Shuffled => "shuffled",
            Self::Random => "random",
            Self::Gaussian => "gaussian",
        }
    }
}

impl FromStr for Pixels {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let found = Self::ALL.into_iter().find(|kind| kind.name() == text);
        let known = || Self::ALL.map(|kind| kind.name().to_owned()).to_vec();
        found.ok_or_else(|| {
            gradus::Error::UnknownName { kind: "change of the pixels", name: text.to_owned(), known: known() }
                .into()
        })
    }
}

impl fmt::Display for Pixels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// So many of `n` rows, chosen evenly, ascending; all where there are no more.
pub fn some_rows(n: usize, wanted: usize, seed: u64, part: u64) -> Vec<usize> {
    let mut rows: Vec<usize> = (0..n).collect();
    if wanted < n {
        Random::new(seed, Purpose::Corruption, ROWS + part * 16).shuffle(&mut rows);
        rows.truncate(wanted);
        rows.sort_unstable();
    }
    rows
}

/// Draws the class of round(`fraction` · n) rows anew, each class with the same probability, so that some keep their own.
/// Returns the rows that were drawn for, ascending.
pub fn redraw_labels(codes: &mut [u32], classes: usize, fraction: f64, seed: u64) -> Vec<usize> {
    let mut random = Random::new(seed, Purpose::Corruption, LABELS);
    let mut rows: Vec<usize> = (0..codes.len()).collect();
    random.shuffle(&mut rows);
    rows.truncate((fraction * codes.len() as f64).round() as usize);
    rows.sort_unstable();
    for &row in &rows {
        codes[row] = random.below(classes) as u32;
    }
    rows
}

/// What has been found on the training part to change inputs by.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    kind: Pixels,
    seed: u64,
    /// Place j of a changed example holds what stood at `order[j]`, (inputs).
    order: Vec<usize>,
    mean: f64,
    deviation: f64,
}

impl Change {
    /// Decides how inputs like those of `training` are changed.
    ///
    /// # Errors
    /// If an input is a word or a cell is empty: those cannot change places with numbers.
    pub fn new(kind: Pixels, training: &Inputs, seed: u64) -> Result<Self, Error> {
        let (columns, numbers) = numbers(training)?;
        let mut order: Vec<usize> = (0..columns).collect();
        Random::new(seed, Purpose::Corruption, PIXELS).shuffle(&mut order);
        let n = numbers.len().max(1) as f64;
        let mean = numbers.iter().sum::<f64>() / n;
        let variance = numbers.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n;
        Ok(Self { kind, seed, order, mean, deviation: variance.sqrt() })
    }

    /// The inputs of part number `part` (0 training, 1 test), changed.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn of(&self, inputs: &Inputs, part: u64) -> Result<Inputs, Error> {
        let (columns, mut numbers) = numbers(inputs)?;
        let mut random = Random::new(self.seed, Purpose::Corruption, PARTS + part * 16);
        for example in numbers.chunks_mut(columns.max(1)) {
            match self.kind {
                Pixels::Shuffled => {
                    let before = example.to_vec();
                    example.iter_mut().zip(&self.order).for_each(|(place, &from)| *place = before[from]);
                }
                Pixels::Random => random.shuffle(example),
                Pixels::Gaussian => {
                    example.fill_with(|| self.mean + self.deviation * random.normal());
                }
            }
        }
        let rows = inputs.rows();
        Ok(Inputs::Block(Block {
            rows,
            columns,
            elements: as_before(inputs, numbers, self.kind),
            picture: picture(inputs),
        }))
    }
}

/// Bytes stay bytes where they are only moved: a network then prepares them as it does the true ones.
fn as_before(inputs: &Inputs, numbers: Vec<f64>, kind: Pixels) -> Elements {
    match inputs {
        Inputs::Block(Block { elements: Elements::U8(_), .. }) if kind != Pixels::Gaussian => {
            Elements::U8(numbers.into_iter().map(|number| number as u8).collect())
        }
        _ => Elements::F64(numbers),
    }
}

fn picture(inputs: &Inputs) -> Option<(usize, usize)> {
    match inputs {
        Inputs::Block(block) => block.picture,
        Inputs::Table(_) => None,
    }
}

/// How many inputs an example has, and all of them, row after row.
fn numbers(inputs: &Inputs) -> Result<(usize, Vec<f64>), Error> {
    match inputs {
        Inputs::Block(block) => Ok((block.columns, elements(&block.elements))),
        Inputs::Table(table) => {
            let mut columns = Vec::new();
            for column in table.columns() {
                match &column.values {
                    Values::Numbers(cells) if cells.iter().all(|cell| cell.is_finite()) => {
                        columns.push(cells);
                    }
                    _ => return Err(Error::PixelsOfWords { column: column.name.clone() }),
                }
            }
            let row = |row: usize| columns.iter().map(move |cells| cells[row]);
            Ok((columns.len(), (0..table.rows()).flat_map(row).collect()))
        }
    }
}

fn elements(elements: &Elements) -> Vec<f64> {
    match elements {
        Elements::U8(elements) => elements.iter().copied().map(f64::from).collect(),
        Elements::F32(elements) => elements.iter().copied().map(f64::from).collect(),
        Elements::F64(elements) => elements.clone(),
    }
}

/// The share of the rows that any function of the inputs can get right at most: rows that are equal get one answer, which is
/// right for the most frequent of their labels.
pub fn ceiling(dataset: &Dataset) -> f64 {
    let Target::Classes { codes, .. } = &dataset.target else { return 1.0 };
    let inputs = &dataset.inputs;
    let mut order: Vec<usize> = (0..codes.len()).collect();
    order.sort_by(|&a, &b| compare(inputs, a, b).then(codes[a].cmp(&codes[b])));
    let most_of_a_label =
        |rows: &[usize]| rows.chunk_by(|&a, &b| codes[a] == codes[b]).map(<[usize]>::len).max().unwrap_or(0);
    let right: usize = order.chunk_by(|&a, &b| compare(inputs, a, b).is_eq()).map(most_of_a_label).sum();
    right as f64 / codes.len().max(1) as f64
}

/// Rows `a` and `b` in some order of all possible rows, in which the same inputs are equal.
fn compare(inputs: &Inputs, a: usize, b: usize) -> Ordering {
    fn slices<T>(all: &[T], columns: usize, rows: [usize; 2], of: fn(&T, &T) -> Ordering) -> Ordering {
        let [a, b] = rows.map(|row| &all[row * columns..(row + 1) * columns]);
        a.iter().zip(b).map(|(a, b)| of(a, b)).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
    }
    match inputs {
        Inputs::Block(Block { elements, columns, .. }) => match elements {
            Elements::U8(all) => slices(all, *columns, [a, b], Ord::cmp),
            // −0 and 0 are the same number.
            Elements::F32(all) => slices(all, *columns, [a, b], |a, b| (a + 0.0).total_cmp(&(b + 0.0))),
            Elements::F64(all) => slices(all, *columns, [a, b], |a, b| (a + 0.0).total_cmp(&(b + 0.0))),
        },
        Inputs::Table(table) => {
            let cells = table.columns().iter().map(|column| match &column.values {
                Values::Numbers(cells) => (cells[a] + 0.0).total_cmp(&(cells[b] + 0.0)),
                Values::Categories { codes, .. } => codes[a].cmp(&codes[b]),
                // Text is shown and not learned from.
                Values::Text(_) => Ordering::Equal,
            });
            cells.fold(Ordering::Equal, Ordering::then)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gradus::data::{Column, Table};

    fn block(columns: usize, elements: Vec<u8>) -> Inputs {
        let rows = elements.len() / columns;
        Inputs::Block(Block { rows, columns, elements: Elements::U8(elements), picture: None })
    }

    fn rows_of(inputs: &Inputs) -> Vec<Vec<f64>> {
        let (columns, numbers) = numbers(inputs).unwrap();
        numbers.chunks(columns).map(<[f64]>::to_vec).collect()
    }

    #[test]
    fn fractions_are_exact() {
        #[track_caller]
        fn check(n: usize, fraction: f64, drawn: usize) {
            let before: Vec<u32> = (0..n).map(|row| (row % 7) as u32).collect();
            let mut codes = before.clone();
            let rows = redraw_labels(&mut codes, 7, fraction, 3);
            assert_eq!(rows.len(), drawn);
            assert!(rows.windows(2).all(|pair| pair[0] < pair[1]));
            let changed = (0..n).filter(|&row| codes[row] != before[row]);
            assert!(changed.clone().all(|row| rows.binary_search(&row).is_ok()));
            // A seventh keeps its class by chance.
            let share = changed.count() as f64 / drawn.max(1) as f64;
            assert!(drawn < 1000 || (share - 6.0 / 7.0).abs() < 0.03, "{share}");
            assert!(codes.iter().all(|&code| code < 7));
            let mut again = before.clone();
            assert_eq!(redraw_labels(&mut again, 7, fraction, 3), rows);
            assert_eq!(again, codes);
            let mut other = before;
            assert!(
                n < 10 || drawn == 0 || redraw_labels(&mut other, 7, fraction, 4) != rows || other != codes
            );
        }
        check(10_000, 0.2, 2_000);
        check(10_000, 1.0, 10_000);
        check(1_001, 0.5, 501);
        check(100, 0.0, 0);
        check(3, 0.34, 1);
        check(0, 1.0, 0);
    }

    #[test]
    fn drawn_classes_are_even() {
        let mut codes = vec![0; 70_000];
        redraw_labels(&mut codes, 7, 1.0, 1);
        for class in 0..7 {
            // Four deviations of a binomial count: 4 √(70,000 · 1/7 · 6/7).
            let count = codes.iter().filter(|&&code| code == class).count() as f64;
            assert!((count - 10_000.0).abs() < 4.0 * 92.6, "{class}: {count}");
        }
    }

    #[test]
    fn rows_are_chosen_once() {
        for (n, wanted, expected) in [(10, 4, 4), (10, 10, 10), (3, 9, 3), (5, 0, 0)] {
            let rows = some_rows(n, wanted, 2, 0);
            assert_eq!(rows.len(), expected);
            assert!(rows.windows(2).all(|pair| pair[0] < pair[1]) && rows.iter().all(|&row| row < n));
            assert_eq!(rows, some_rows(n, wanted, 2, 0));
        }
        assert_ne!(some_rows(100, 50, 2, 0), some_rows(100, 50, 2, 1));
        assert_ne!(some_rows(100, 50, 2, 0), some_rows(100, 50, 3, 0));
    }

    #[test]
    fn shuffled_pixels_move_alike_and_random_ones_each_in_its_way() {
        let training = block(12, (0..12).chain(0..12).chain(100..112).collect());
        for kind in [Pixels::Shuffled, Pixels::Random] {
            let change = Change::new(kind, &training, 5).unwrap();
            let changed = rows_of(&change.of(&training, 0).unwrap());
            for (row, before) in changed.iter().zip(rows_of(&training)) {
                let mut sorted = row.clone();
                sorted.sort_by(f64::total_cmp);
                assert_eq!(sorted, before);
                assert_ne!(row, &before);
            }
            assert_eq!(changed[0] == changed[1], kind == Pixels::Shuffled);
            let moved_alike = changed[2].iter().zip(&changed[0]).all(|(a, b)| a - b == 100.0);
            assert_eq!(moved_alike, kind == Pixels::Shuffled);
            // The test part: the same permutation, but no draw of the training part again.
            let test = rows_of(&change.of(&training, 1).unwrap());
            assert_eq!(test == changed, kind == Pixels::Shuffled);
            assert_eq!(
                Change::new(kind, &training, 5).unwrap().of(&training, 0).unwrap(),
                change.of(&training, 0).unwrap()
            );
        }
    }

    #[test]
    fn noise_has_mean_and_variance_of_the_data() {
        // Half 0 and half 10: mean 5, deviation 5.
        let training = block(100, (0..20_000).map(|at| if at % 2 == 0 { 0 } else { 10 }).collect());
        let change = Change::new(Pixels::Gaussian, &training, 1).unwrap();
        assert_eq!((change.mean, change.deviation), (5.0, 5.0));
        let noise = rows_of(&change.of(&training, 0).unwrap()).concat();
        let mean = noise.iter().sum::<f64>() / 20_000.0;
        let variance = noise.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / 20_000.0;
        // Four deviations: 4 · 5/√20,000, and 4 · 25 √(2/20,000).
        assert!((mean - 5.0).abs() < 0.142 && (variance - 25.0).abs() < 1.0, "{mean} {variance}");
    }

    #[test]
    fn words_have_no_place_among_pixels() {
        let words = Values::Categories { codes: vec![0], levels: vec!["red".to_owned()] };
        let column = |name: &str, values| Column { name: name.to_owned(), values };
        let table = |second| {
            Inputs::Table(Table::new(vec![
                column("size", Values::Numbers(vec![1.0])),
                column("colour", second),
            ]))
        };
        let check = |second, expected: &str| {
            let error = Change::new(Pixels::Random, &table(second), 1).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        };
        check(words, "column `colour`");
        check(Values::Numbers(vec![f64::NAN]), "column `colour`");
        assert!(Change::new(Pixels::Random, &table(Values::Numbers(vec![2.0])), 1).is_ok());
    }

    #[test]
    fn equal_rows_with_other_labels_set_a_ceiling() {
        #[track_caller]
        fn check(inputs: Inputs, codes: &[u32], expected: f64) {
            let names = vec!["a".to_owned(), "b".to_owned(), "c".to_owned()];
            let target = Target::Classes { name: "t".to_owned(), codes: codes.to_vec(), names };
            assert_eq!(ceiling(&Dataset { inputs, target, weights: None }), expected);
        }
        // Three rows (1, 2) with labels a, a, b: two can be right. Two rows (2, 1) with b, c: one. One row alone: one.
        let rows = vec![1, 2, 2, 1, 1, 2, 1, 2, 2, 1, 0, 0];
        check(block(2, rows.clone()), &[0, 1, 0, 1, 2, 2], 4.0 / 6.0);
        check(block(2, rows), &[0, 1, 0, 0, 1, 2], 1.0);
        check(block(1, vec![5, 5, 5, 5]), &[0, 1, 2, 0], 0.5);
        let words = Values::Categories { codes: vec![0, 0, 1], levels: vec!["x".to_owned(), "y".to_owned()] };
        let numbers = Values::Numbers(vec![0.0, -0.0, 0.0]);
        let columns = vec![
            Column { name: "w".to_owned(), values: words },
            Column { name: "n".to_owned(), values: numbers },
        ];
        check(Inputs::Table(Table::new(columns)), &[0, 1, 1], 2.0 / 3.0);
    }
}
