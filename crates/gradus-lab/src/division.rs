//! Dividing data into the part to learn from and the part to test on, before anything is learned.

use crate::Error;
use crate::run_spec::{RunSpec, TEST_SHARE, TestPart};
use crate::source::{self, ColumnType, Loaded, Schema};
use gradus::data::{Dataset, Inputs, Target, split};
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
