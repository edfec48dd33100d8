//! From one shape of network to another: every weight between two units that stay is kept.
//!
//! Inputs stay by name, hidden layers and their units by their place, and the outputs where they are as many as before. What a
//! layer is given stays only where the layer before it stays: the outputs of another number of hidden layers see other units.

use super::learner::Checkpoint;
use gradus::network::LayerShape;

/// The layers of a network and the names of its inputs.
pub(super) struct Shape<'a> {
    pub(super) inputs: &'a [String],
    pub(super) layers: &'a [LayerShape],
}

/// What came of the weights before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kept {
    /// Every weight there is.
    All,
    /// Some.
    Partly,
    /// None: all are first weights.
    New,
}

impl Kept {
    /// As the page is told.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::All => "kept",
            Self::Partly => "partly",
            Self::New => "new",
        }
    }
}

/// For each parameter of `new` the one of `old` that it goes on from.
pub(super) fn places(old: &Shape<'_>, new: &Shape<'_>) -> Vec<Option<usize>> {
    let n = new.layers.last().map_or(0, |layer| layer.biases.end);
    let mut places = vec![None; n];
    let (n_old, n_new) = (old.layers.len(), new.layers.len());
    for (index, layer) in new.layers.iter().enumerate() {
        let is_output = index + 1 == n_new;
        // The outputs go on from the outputs, a hidden layer from the one in its place.
        let before = if is_output { n_old - 1 } else { index };
        let Some(was) = old.layers.get(before) else { continue };
        if (before + 1 == n_old) != is_output || (is_output && layer.outputs != was.outputs) {
            continue;
        }
        let source = |input: usize| match index {
            0 if before == 0 => old.inputs.iter().position(|name| *name == new.inputs[input]),
            _ if index == before => Some(input).filter(|&input| input < was.inputs),
            _ => None,
        };
        for unit in 0..layer.outputs.min(was.outputs) {
            for input in 0..layer.inputs {
                places[layer.weights.start + unit * layer.inputs + input] =
                    source(input).map(|input| was.weights.start + unit * was.inputs + input);
            }
            places[layer.biases.start + unit] = Some(was.biases.start + unit);
        }
    }
    places
}

/// The first state of a new network with what can be kept of an old one.
pub(super) fn carried(places: &[Option<usize>], old: &Checkpoint, first: Checkpoint) -> Checkpoint {
    let carry = |old: &[f64], mut new: Vec<f64>| {
        for (place, from) in new.iter_mut().zip(places) {
            if let Some(&number) = from.and_then(|from| old.get(from)) {
                *place = number;
            }
        }
        new
    };
    let Checkpoint { parameters, moments: [one, two], .. } = first;
    Checkpoint {
        position: old.position,
        parameters: carry(&old.parameters, parameters),
        moments: [carry(&old.moments[0], one), carry(&old.moments[1], two)],
        steps: old.steps,
    }
}

/// How much of the new network comes from the old one.
pub(super) fn kept(places: &[Option<usize>]) -> Kept {
    match places.iter().filter(|place| place.is_some()).count() {
        0 => Kept::New,
        n if n == places.len() => Kept::All,
        _ => Kept::Partly,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gradus::network::{Activation, Architecture, Link};

    fn layers(widths: &[usize]) -> Vec<LayerShape> {
        let hidden = widths[1..widths.len() - 1].iter().map(|&units| (units, Activation::Tanh)).collect();
        let outputs = widths[widths.len() - 1];
        Architecture { inputs: widths[0], hidden, outputs, link: Link::IDENTITY }.layers().unwrap()
    }

    /// How many parameters of the new network come from the old one, counted by hand.
    #[track_caller]
    fn check(old: (&[&str], &[usize]), new: (&[&str], &[usize]), expected: usize) {
        let names = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
        let with_inputs = |inputs: usize, rest: &[usize]| layers(&[&[inputs], rest].concat());
        let (old_names, new_names) = (names(old.0), names(new.0));
        let (old_layers, new_layers) = (with_inputs(old.0.len(), old.1), with_inputs(new.0.len(), new.1));
        let places = places(
            &Shape { inputs: &old_names, layers: &old_layers },
            &Shape { inputs: &new_names, layers: &new_layers },
        );
        assert_eq!(places.iter().flatten().count(), expected, "{old:?} {new:?}");
        let mut sources: Vec<_> = places.iter().flatten().collect();
        sources.sort_unstable();
        sources.dedup();
        assert_eq!(sources.len(), expected, "no parameter goes to two places");
    }

    #[test]
    fn weights_between_units_that_stay_are_kept() {
        // The same: 2·4 + 4 + 4·2 + 2 + 2·1 + 1.
        check((&["x1", "x2"], &[4, 2, 1]), (&["x1", "x2"], &[4, 2, 1]), 25);
        // One unit more in the first layer: all old ones stay.
        check((&["x1", "x2"], &[4, 2, 1]), (&["x1", "x2"], &[5, 2, 1]), 25);
        // One less: 2 weights and a bias of it, and its 2 weights onward, go.
        check((&["x1", "x2"], &[4, 2, 1]), (&["x1", "x2"], &[3, 2, 1]), 20);
        // Another input in front: the old ones go with their names.
        check((&["x1", "x2"], &[4, 2, 1]), (&["x1^2", "x1", "x2"], &[4, 2, 1]), 25);
        // Another hidden layer: the outputs keep their bias.
        check((&["x1", "x2"], &[4, 2, 1]), (&["x1", "x2"], &[4, 2, 2, 1]), 23);
        check((&["x1", "x2"], &[4, 2, 1]), (&["x1", "x2"], &[4, 1]), 13);
        // Another number of outputs: none of theirs stays.
        check((&["x1", "x2"], &[4, 2, 1]), (&["x1", "x2"], &[4, 2, 3]), 22);
        // No hidden layer: weights by name, 1 + 1.
        check((&["x1", "x2"], &[1]), (&["x2", "x1*x2"], &[1]), 2);
    }
}
