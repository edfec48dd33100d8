//! Dividing data into the part to learn from and the part to test on, before anything is learned.

use crate::Error;
use crate::run_spec::{RunSpec, TEST_SHARE, TestPart};
use crate::source::{self, ColumnType, Loaded, Schema};
use gradus::data::{Dataset, Inputs, MISSING, Target, Values, split};
use gradus::prep::Preprocessor;
use gradus::random::Purpose;

/// The name of the target, or the names of its numbers or labels.
pub(crate) fn target_names(target: &Target) -> Vec<String> {
    match target {
        Target::Classes { name, .. } => vec![name.clone()],
        Target::Values { names, .. } | Target::Labels { names, .. } => names.clone(),
    }
}

/// Data with fewer rows are not divided unless that is asked for.
const FEWEST_ROWS: usize = 10;

/// Training part, test part, and how the test part came about.
pub(crate) fn divide(
    examples: Dataset,
    own: Option<Dataset>,
    other: Option<Dataset>,
    spec: &RunSpec,
    data: &str,
) -> Result<(Dataset, Option<Dataset>, TestPart), Error> {
    let share = match (&spec.test, own) {
        (Some(TestPart::Data(name)), _) => return Ok((examples, other, TestPart::Data(name.clone()))),
        (None | Some(TestPart::Own), Some(own)) => return Ok((examples, Some(own), TestPart::Own)),
        (Some(TestPart::Own), None) => return Err(Error::NoOwnTest { data: data.to_owned() }),
        (Some(TestPart::Share(share)), _) => *share,
        // A truth table has no row to spare.
        (None, None) if examples.rows() < FEWEST_ROWS => 0.0,
        (None, None) => TEST_SHARE,
    };
    if share == 0.0 {
        return Ok((examples, None, TestPart::Share(share)));
    }
    let parts = split(&examples.target, share, spec.seed(), Purpose::TestSplit);
    Ok((examples.select(&parts.rest), Some(examples.select(&parts.part)), TestPart::Share(share)))
}

/// Other examples of the same kind: same columns, same classes.
pub(crate) fn other_part(data: &str, loaded: &Loaded, weight_column: Option<&str>) -> Result<Dataset, Error> {
    let target = target_names(&loaded.data.target);
    let is_input = |(name, is): &&(String, ColumnType)| {
        *is != ColumnType::Skip && !target.contains(name) && weight_column != Some(name.as_str())
    };
    let columns: Vec<(String, ColumnType)> = loaded.types.iter().filter(is_input).cloned().collect();
    let schema = Schema {
        columns: &columns,
        block_columns: match &loaded.data.inputs {
            Inputs::Block(block) => Some(block.columns),
            Inputs::Table(_) => None,
        },
        target: &target,
        classes: loaded.data.target.class_names(),
        task: loaded.data.target.task(),
        weight_column,
    };
    let examples = source::examples(data, &schema)?;
    let target =
        examples.target.ok_or_else(|| Error::NoTarget { file: data.to_owned(), names: target.clone() })?;
    Ok(Dataset { inputs: examples.inputs, target, weights: examples.weights })
}

/// The rows of `part` in which every word of a category occurs in `training` too, and, if asked, no cell is missing.
///
/// A rare word can fall wholly into the part that is set aside; a model that never saw it cannot read it.
pub(crate) fn readable_rows(training: &Inputs, part: &Inputs, drops_missing: bool) -> Vec<usize> {
    let mut rows = match drops_missing {
        true => Preprocessor::complete_rows(part),
        false => (0..part.rows()).collect(),
    };
    let (Inputs::Table(training), Inputs::Table(part)) = (training, part) else { return rows };
    for column in part.columns() {
        let Values::Categories { codes, levels } = &column.values else { continue };
        let Some(Values::Categories { codes: seen, levels: seen_levels }) =
            training.column(&column.name).map(|known| &known.values)
        else {
            continue;
        };
        let mut occurs = vec![false; seen_levels.len()];
        seen.iter().filter(|&&code| code != MISSING).for_each(|&code| occurs[code as usize] = true);
        let is_known =
            |level: &String| seen_levels.iter().zip(&occurs).any(|(seen, occurs)| *occurs && seen == level);
        let known: Vec<bool> = levels.iter().map(is_known).collect();
        rows.retain(|&row| codes[row] == MISSING || known[codes[row] as usize]);
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use gradus::data::{Column, Table};

    #[test]
    fn rows_with_words_that_were_not_learned_are_not_readable() {
        let column = |codes: &[u32], levels: &[&str]| {
            let levels = levels.iter().map(ToString::to_string).collect();
            let values = Values::Categories { codes: codes.to_vec(), levels };
            Inputs::Table(Table::new(vec![Column { name: "c".into(), values }]))
        };
        let training = column(&[0, 2], &["a", "b", "c"]);
        let part = column(&[0, 1, 2, MISSING], &["c", "b", "a"]);
        assert_eq!(readable_rows(&training, &part, false), [0, 2, 3]);
        assert_eq!(readable_rows(&training, &part, true), [0, 2]);
    }
}
