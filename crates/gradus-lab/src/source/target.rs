//! From columns to a target: classes, values or labels, and the weights of examples.
//!
//! A target of words, or with at most 20 different whole numbers, is a class; other numbers are values; several targets
//! that are all 0 or 1 are labels. Classes are ordered, numbers ascending, then words alphabetically.

use super::Schema;
use super::column_types::{Cell, Decimal};
use crate::error::shown;
use crate::{Error, Place};
use gradus::Matrix;
use gradus::data::{Column, MISSING, Target, Task, Values};
use std::cmp::Ordering;
use std::collections::HashMap;

/// A target with more different whole numbers than this is a value, not a class.
const MAX_NUMBER_CLASSES: usize = 20;
/// More classes than this are a mistake.
const MAX_CLASSES: usize = 1000;

/// Where rows are found, to be named in messages.
#[derive(Clone, Debug)]
pub(crate) struct Rows {
    pub(crate) file: String,
    pub(crate) lines: Option<Vec<u64>>,
}

impl Rows {
    pub(crate) fn place(&self, row: usize, column: &str) -> Box<Place> {
        let line = self.lines.as_ref().map(|lines| lines[row]);
        let row = line.is_none().then_some(row as u64 + 1);
        let column = Some(shown(column));
        Box::new(Place { file: self.file.clone(), line, row, column, character: None })
    }
}

/// The target to learn.
///
/// # Errors
/// If a cell is missing, there is only one class, or the columns do not suit the task.
pub(crate) fn to_learn(mut columns: Vec<Column>, task: Option<Task>, rows: &Rows) -> Result<Target, Error> {
    check_complete(&columns, rows)?;
    let n_columns = columns.len();
    let task = task.unwrap_or_else(|| task_of(&columns));
    if task != Task::Classification {
        return numbers(columns, task, rows);
    }
    match columns.pop() {
        Some(column) if columns.is_empty() => classes(column, rows),
        Some(_) | None => Err(Error::ManyTargets { file: rows.file.clone(), found: n_columns }),
    }
}

/// The target to compare a model's answers with: its classes in its order.
///
/// # Errors
/// If a cell is missing, or a class is not among the model's.
pub(crate) fn to_apply(mut columns: Vec<Column>, schema: &Schema<'_>, rows: &Rows) -> Result<Target, Error> {
    check_complete(&columns, rows)?;
    match (schema.task, schema.classes, columns.len()) {
        (Task::Classification, Some(classes), 1) => with_classes(columns.remove(0), classes, rows),
        (Task::Classification, None, 1) => classes(columns.remove(0), rows),
        (task, ..) => numbers(columns, task, rows),
    }
}

/// The classes of another part of the same data: `names` in their order.
pub(crate) fn with_classes(column: Column, names: &[String], rows: &Rows) -> Result<Target, Error> {
    let known: HashMap<String, u32> =
        names.iter().enumerate().map(|(code, name)| (canonical(name), code as u32)).collect();
    let words = words(column.values);
    let mut codes = Vec::with_capacity(words.codes.len());
    for (row, &code) in words.codes.iter().enumerate() {
        let class = &words.levels[code as usize];
        let unseen = || Error::UnseenClass {
            place: rows.place(row, &column.name),
            class: shown(class),
            known: names.iter().map(|name| shown(name)).collect(),
        };
        codes.push(*known.get(&canonical(class)).ok_or_else(unseen)?);
    }
    Ok(Target::Classes { name: column.name, codes, names: names.to_vec() })
}

/// How much each example counts.
///
/// # Errors
/// If a weight is missing or negative, or all are 0.
pub(crate) fn weights(column: Column, rows: &Rows) -> Result<Vec<f64>, Error> {
    let file = rows.file.clone();
    let Values::Numbers(weights) = column.values else {
        let (is, wanted) = (column.values.type_name().to_owned(), "a weight".to_owned());
        return Err(Error::FixedType { file, column: column.name, is, wanted });
    };
    let usable = |weight: f64| weight.is_finite() && weight >= 0.0;
    if let Some(row) = weights.iter().position(|&weight| !usable(weight)) {
        return Err(Error::BadWeight { place: rows.place(row, &column.name), value: weights[row] });
    }
    if weights.iter().all(|&weight| weight == 0.0) {
        return Err(Error::ZeroWeights { file });
    }
    Ok(weights)
}

fn check_complete(columns: &[Column], rows: &Rows) -> Result<(), Error> {
    for column in columns {
        let count = column.values.n_missing() as u64;
        let first = match &column.values {
            Values::Numbers(numbers) => numbers.iter().position(|x| x.is_nan()),
            Values::Categories { codes, .. } => codes.iter().position(|&code| code == MISSING),
            Values::Text(_) => None,
        };
        if let Some(row) = first {
            return Err(Error::MissingTarget { place: rows.place(row, &column.name), count });
        }
    }
    Ok(())
}

/// What the columns look like.
fn task_of(columns: &[Column]) -> Task {
    let is_label = |column: &Column| match &column.values {
        Values::Numbers(numbers) => numbers.iter().all(|&x| x == 0.0 || x == 1.0),
        Values::Categories { .. } | Values::Text(_) => false,
    };
    match columns {
        [column] if is_class(&column.values) => Task::Classification,
        [_] => Task::Regression,
        _ if columns.iter().all(is_label) => Task::MultiLabel,
        _ => Task::Regression,
    }
}

fn is_class(values: &Values) -> bool {
    let Values::Numbers(numbers) = values else { return true };
    let mut different: Vec<f64> = Vec::new();
    for &x in numbers {
        if x.fract() != 0.0 {
            return false;
        }
        if !different.contains(&x) {
            different.push(x);
        }
        if different.len() > MAX_NUMBER_CLASSES {
            return false;
        }
    }
    true
}

/// Values or labels, (n, columns).
fn numbers(columns: Vec<Column>, task: Task, rows: &Rows) -> Result<Target, Error> {
    let mut names = Vec::with_capacity(columns.len());
    let mut cells = Vec::with_capacity(columns.len());
    for column in columns {
        let Values::Numbers(numbers) = column.values else {
            let (file, column) = (rows.file.clone(), shown(&column.name));
            return Err(Error::NotNumericTarget { file, column, task });
        };
        let wrong = numbers.iter().position(|&x| x != 0.0 && x != 1.0);
        if let (Task::MultiLabel, Some(row)) = (task, wrong) {
            return Err(Error::NotALabel { place: rows.place(row, &column.name), value: numbers[row] });
        }
        names.push(column.name);
        cells.push(numbers);
    }
    let n_rows = cells.first().map_or(0, Vec::len);
    let elements = (0..n_rows).flat_map(|row| cells.iter().map(move |column| column[row])).collect();
    let values = Matrix::from_vec(n_rows, names.len(), elements);
    Ok(match task {
        Task::MultiLabel => Target::Labels { names, values },
        Task::Classification | Task::Regression => Target::Values { names, values },
    })
}

/// One class out of those that occur.
fn classes(column: Column, rows: &Rows) -> Result<Target, Error> {
    let words = words(column.values);
    let (file, name) = (rows.file.clone(), column.name);
    if words.levels.len() > MAX_CLASSES {
        let (column, classes) = (shown(&name), words.levels.len());
        return Err(Error::TooManyClasses { file, column, classes, limit: MAX_CLASSES });
    }
    if let [class] = words.levels.as_slice() {
        return Err(Error::OneClass { file, class: shown(class) });
    }
    let mut order: Vec<usize> = (0..words.levels.len()).collect();
    order.sort_by(|&a, &b| compare(&words.levels[a], &words.levels[b]));
    let mut code_of = vec![0; order.len()];
    order.iter().enumerate().for_each(|(code, &level)| code_of[level] = code as u32);
    let codes = words.codes.iter().map(|&level| code_of[level as usize]).collect();
    let names = order.iter().map(|&level| words.levels[level].clone()).collect();
    Ok(Target::Classes { name, codes, names })
}

/// Cells as words of a list, in the order in which they occur.
struct Words {
    codes: Vec<u32>,
    levels: Vec<String>,
}

fn words(values: Values) -> Words {
    match values {
        Values::Categories { codes, levels } => Words { codes, levels },
        Values::Text(texts) => Words::list(texts.into_iter(), |text| text.clone(), |text| text),
        // + 0.0 makes −0 and 0 one class.
        Values::Numbers(numbers) => {
            Words::list(numbers.into_iter(), |x| (x + 0.0).to_bits(), |x| (x + 0.0).to_string())
        }
    }
}

impl Words {
    fn list<T, K: Eq + std::hash::Hash>(
        cells: impl Iterator<Item = T>,
        key: impl Fn(&T) -> K,
        word: impl Fn(T) -> String,
    ) -> Self {
        let mut place: HashMap<K, u32> = HashMap::new();
        let (mut codes, mut levels) = (Vec::new(), Vec::new());
        for cell in cells {
            let code = *place.entry(key(&cell)).or_insert(levels.len() as u32);
            codes.push(code);
            if code as usize == levels.len() {
                levels.push(word(cell));
            }
        }
        Self { codes, levels }
    }
}

/// The one way to write a class that is a number: `3`, not `3.0`.
fn canonical(class: &str) -> String {
    match Cell::read(class, Decimal::Point) {
        Cell::Number(x) => (x + 0.0).to_string(),
        Cell::Missing | Cell::NotFinite | Cell::Word(_) => class.to_owned(),
    }
}

fn compare(a: &str, b: &str) -> Ordering {
    match (Cell::read(a, Decimal::Point), Cell::read(b, Decimal::Point)) {
        (Cell::Number(x), Cell::Number(y)) => x.total_cmp(&y).then_with(|| a.cmp(b)),
        (Cell::Number(_), _) => Ordering::Less,
        (_, Cell::Number(_)) => Ordering::Greater,
        _ => a.cmp(b),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number_column(numbers: &[f64]) -> Column {
        Column { name: "y".into(), values: Values::Numbers(numbers.to_vec()) }
    }

    fn word_column(words: &[&str]) -> Column {
        Column { name: "y".into(), values: Values::Text(words.iter().map(ToString::to_string).collect()) }
    }

    fn rows() -> Rows {
        Rows { file: "f".into(), lines: None }
    }

    #[test]
    fn classes_are_in_order() {
        fn check(column: Column, names: &[&str], expected: &[u32]) {
            let target = to_learn(vec![column], Some(Task::Classification), &rows()).unwrap();
            let Target::Classes { codes, names: found, .. } = target else { panic!("no classes") };
            assert_eq!((found.as_slice(), codes.as_slice()), (names.map_to_strings().as_slice(), expected));
        }
        check(number_column(&[10.0, 2.0, -1.0, 2.0]), &["-1", "2", "10"], &[2, 1, 0, 1]);
        check(number_column(&[0.5, -0.0, 0.0]), &["0", "0.5"], &[1, 0, 0]);
        check(word_column(&["b", "a", "10", "9"]), &["9", "10", "a", "b"], &[3, 2, 1, 0]);
    }

    trait MapToStrings {
        fn map_to_strings(&self) -> Vec<String>;
    }

    impl MapToStrings for &[&str] {
        fn map_to_strings(&self) -> Vec<String> {
            self.iter().map(ToString::to_string).collect()
        }
    }

    #[test]
    fn the_task_follows_from_the_cells() {
        fn check(columns: &[Column], expected: Task) {
            assert_eq!(task_of(columns), expected);
        }
        let counting: Vec<f64> = (0..21).map(f64::from).collect();
        check(&[word_column(&["a", "b"])], Task::Classification);
        check(&[number_column(&counting[..20])], Task::Classification);
        check(&[number_column(&counting)], Task::Regression);
        check(&[number_column(&[0.0, 0.5])], Task::Regression);
        check(&[number_column(&[0.0, 1.0]), number_column(&[1.0, 1.0])], Task::MultiLabel);
        check(&[number_column(&[0.0, 1.0]), number_column(&[2.0, 1.0])], Task::Regression);
    }

    #[test]
    fn a_model_keeps_its_order_of_classes() {
        let names = ["2".to_owned(), "1".to_owned()];
        let target = with_classes(number_column(&[1.0, 2.0]), &names, &rows()).unwrap();
        assert!(matches!(target, Target::Classes { codes, .. } if codes == [1, 0]));
        let refusal = with_classes(number_column(&[1.0, 3.0]), &names, &rows()).unwrap_err().to_string();
        assert_eq!(
            refusal,
            "class `3` did not occur in training, f, row 2, column `y`; help: classes are 2, 1"
        );
    }
}
