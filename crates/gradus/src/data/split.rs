//! Dividing examples into parts: f(seed), and stratified where the target is a class.
//!
//! Stratified: each class is shuffled by itself and gives its share to each part, so that a rare class is in all of them.

use super::{Inputs, MISSING, Target, Values};
use crate::random::{Purpose, Random};

/// Two disjoint sets of rows that together are all of them; each ascending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split {
    /// The rows to learn from.
    pub rest: Vec<usize>,
    /// The rows set aside.
    pub part: Vec<usize>,
}

/// Sets aside about `fraction` of the examples, of each class alike; at least one example stays and one is set aside
/// where there are two.
pub fn split(target: &Target, fraction: f64, seed: u64, purpose: Purpose) -> Split {
    let n = target.rows();
    let wanted =
        ((n as f64 * fraction).round() as usize).clamp(1.min(n.saturating_sub(1)), n.saturating_sub(1));
    let order = stratified_order(target, &mut Random::new(seed, purpose, 0));
    let mut part: Vec<usize> = order[..wanted].to_vec();
    let mut rest: Vec<usize> = order[wanted..].to_vec();
    part.sort_unstable();
    rest.sort_unstable();
    Split { rest, part }
}

/// Divides the examples into `k` folds of (nearly) equal size, each class spread over all; `split[i]` sets aside fold i.
pub fn folds(target: &Target, k: usize, seed: u64) -> Vec<Split> {
    let order = stratified_order(target, &mut Random::new(seed, Purpose::Folds, 0));
    let mut fold_of = vec![0; order.len()];
    // A fold is a stretch of the order: taking every k-th row instead would part the classes where their number divides k.
    for (place, &row) in order.iter().enumerate() {
        fold_of[row] = place * k / order.len();
    }
    (0..k)
        .map(|fold| {
            let (part, rest) = (0..order.len()).partition(|&row| fold_of[row] == fold);
            Split { rest, part }
        })
        .collect()
}

/// The rows of `part` in which every word of a category occurs in `training` too.
///
/// A rare word can fall wholly into a part that is set aside; a model that never saw it cannot read it.
pub fn known_rows(training: &Inputs, part: &Inputs) -> Vec<usize> {
    let mut rows = (0..part.rows()).collect();
    let (Inputs::Table(training), Inputs::Table(part)) = (training, part) else { return rows };
    for column in part.columns() {
        let Values::Categories { codes, levels } = &column.values else { continue };
        let learned = training.column(&column.name).map(|column| &column.values);
        let Some(Values::Categories { codes: seen, levels: seen_levels }) = learned else { continue };
        let mut occurs = vec![false; seen_levels.len()];
        seen.iter().filter(|&&code| code != MISSING).for_each(|&code| occurs[code as usize] = true);
        let is_known =
            |level: &String| seen_levels.iter().zip(&occurs).any(|(seen, occurs)| *occurs && seen == level);
        let known: Vec<bool> = levels.iter().map(is_known).collect();
        rows.retain(|&row| codes[row] == MISSING || known[codes[row] as usize]);
    }
    rows
}

/// A random order in which every stretch holds the classes in nearly their overall shares: each class is shuffled, its
/// j-th example of m is placed at (j + u) / m with one random u per class, and all examples are sorted by place.
fn stratified_order(target: &Target, random: &mut Random) -> Vec<usize> {
    let groups: Vec<Vec<usize>> = match target {
        Target::Classes { codes, names, .. } => {
            let mut groups = vec![Vec::new(); names.len()];
            for (row, &code) in codes.iter().enumerate() {
                groups[code as usize].push(row);
            }
            groups
        }
        Target::Values { .. } | Target::Labels { .. } => vec![(0..target.rows()).collect()],
    };
    let mut placed: Vec<(f64, usize)> = Vec::with_capacity(target.rows());
    for mut group in groups {
        random.shuffle(&mut group);
        let (m, u) = (group.len() as f64, random.uniform());
        placed.extend(group.into_iter().enumerate().map(|(j, row)| ((j as f64 + u) / m, row)));
    }
    placed.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    placed.into_iter().map(|(_, row)| row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Column, Table};

    fn classes(counts: &[usize]) -> Target {
        let codes = counts.iter().enumerate().flat_map(|(class, &n)| vec![class as u32; n]).collect();
        let names = (0..counts.len()).map(|class| class.to_string()).collect();
        Target::Classes { name: "class".into(), codes, names }
    }

    #[test]
    fn a_split_takes_the_same_share_of_every_class() {
        let Target::Classes { codes, .. } = classes(&[50, 100, 10]) else { unreachable!() };
        for seed in 0..20 {
            let split = split(&classes(&[50, 100, 10]), 0.2, seed, Purpose::TestSplit);
            let count = |class| split.part.iter().filter(|&&row| codes[row] == class).count();
            assert_eq!(split.part.len(), 32);
            for (class, expected) in [(0, 10), (1, 20), (2, 2)] {
                assert!(count(class).abs_diff(expected) <= 1, "seed {seed} class {class}: {}", count(class));
            }
        }
    }

    #[test]
    fn folds_cover_every_row_once() {
        let folds = folds(&classes(&[7, 8, 9]), 5, 1);
        let mut all: Vec<usize> = folds.iter().flat_map(|fold| fold.part.clone()).collect();
        all.sort_unstable();
        assert_eq!(all, (0..24).collect::<Vec<_>>());
        assert!(folds.iter().all(|fold| fold.rest.len() + fold.part.len() == 24));
    }

    #[test]
    fn every_fold_has_every_class() {
        for (counts, k) in [(&[40, 40, 40][..], 3), (&[50, 50, 50], 10), (&[30; 10], 10), (&[20, 40], 6)] {
            let target = classes(counts);
            let Target::Classes { codes, .. } = &target else { unreachable!() };
            for fold in folds(&target, k, 1) {
                for (class, n) in counts.iter().enumerate() {
                    let found = fold.part.iter().filter(|&&row| codes[row] as usize == class).count();
                    assert!(found.abs_diff(n / k) <= 1, "{counts:?}, {k} folds: {found} of class {class}");
                }
            }
        }
    }

    #[test]
    fn rows_with_words_that_were_not_learned_are_not_known() {
        let column = |codes: &[u32], levels: &[&str]| {
            let levels = levels.iter().map(ToString::to_string).collect();
            let values = Values::Categories { codes: codes.to_vec(), levels };
            Inputs::Table(Table::new(vec![Column { name: "c".into(), values }]))
        };
        let training = column(&[0, 2], &["a", "b", "c"]);
        let part = column(&[0, 1, 2, MISSING], &["c", "b", "a"]);
        assert_eq!(known_rows(&training, &part), [0, 2, 3]);
    }
}
