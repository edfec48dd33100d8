//! Mirror symmetry: do six bits read the same from both ends? Two hidden units suffice, and they find a solution that one
//! can read.
//!
//! Weights of mirrored inputs are equal in size and opposite in sign, so that a symmetric pattern gives every hidden unit
//! the net input 0 besides its bias; and the sizes of the three pairs are as 1 : 2 : 4 in some order, so that no other
//! pattern does.

use super::truth_table;
use gradus::Model;
use gradus::data::Dataset;
use serde::Serialize;

const BITS: usize = 6;

pub(super) fn examples() -> Dataset {
    truth_table(BITS, |bits| bits.iter().eq(bits.iter().rev()))
}

/// The weights of a hidden unit from the six inputs, as pairs from the outside in.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MirroredUnit {
    /// (6)
    pub weights: Vec<f64>,
    /// The unit's bias.
    pub bias: f64,
    /// Half the difference of each mirrored pair: its size, where the signs are opposite, (3).
    pub pairs: Vec<f64>,
    /// The sizes of the pairs, ascending, as multiples of the smallest, (3).
    pub ratio: Vec<f64>,
    /// The largest |wᵢ + wⱼ| of a mirrored pair over the size of that pair: 0 where they are exactly opposite.
    pub asymmetry: f64,
}

impl MirroredUnit {
    fn new(weights: &[f64], bias: f64) -> Self {
        let mirrored = || weights.iter().zip(weights.iter().rev()).take(weights.len() / 2);
        let pairs: Vec<f64> = mirrored().map(|(w, other)| (w - other) / 2.0).collect();
        let sums = mirrored().map(|(w, other)| (w + other).abs());
        let asymmetry = sums.zip(&pairs).map(|(sum, pair)| sum / pair.abs()).fold(0.0, f64::max);
        let mut sizes: Vec<f64> = pairs.iter().map(|pair| pair.abs()).collect();
        sizes.sort_by(f64::total_cmp);
        let ratio = sizes.iter().map(|size| size / sizes[0]).collect();
        Self { weights: weights.to_vec(), bias, pairs, ratio, asymmetry }
    }

    /// Whether mirrored weights are opposite and the pairs are as 1 : 2 : 4, both within a fifth.
    pub fn has_the_pattern(&self) -> bool {
        const WITHIN: f64 = 0.2;
        let near = |(found, wanted): (&f64, f64)| (found / wanted - 1.0).abs() <= WITHIN;
        self.asymmetry <= WITHIN && self.ratio.iter().zip([1.0, 2.0, 4.0]).all(near)
    }
}

/// The hidden units of a model of the problem; none where it has other inputs, or no hidden layer.
pub fn mirrored_units(model: &Model) -> Vec<MirroredUnit> {
    let network = model.network.cast::<f64>();
    let layer = network.layer(0);
    if layer.weights.columns() != BITS || network.layers().len() < 2 {
        return Vec::new();
    }
    let unit = |at: usize| {
        let weights: Vec<f64> = (0..BITS).map(|input| layer.weights.get(at, input)).collect();
        MirroredUnit::new(&weights, layer.biases[at])
    };
    (0..layer.biases.len()).map(unit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use gradus::data::Target;

    #[test]
    fn eight_patterns_of_64_are_symmetric() {
        let Target::Values { values, .. } = examples().target else { panic!("no values") };
        assert_eq!((values.rows(), values.as_slice().iter().sum::<f64>()), (64, 8.0));
    }

    #[test]
    fn the_pattern_is_opposite_and_doubles() {
        #[track_caller]
        fn check(weights: [f64; 6], ratio: [f64; 3], asymmetry: f64, has: bool) {
            let unit = MirroredUnit::new(&weights, -1.0);
            assert_eq!((unit.ratio.as_slice(), unit.asymmetry), (ratio.as_slice(), asymmetry));
            assert_eq!(unit.has_the_pattern(), has);
        }
        check([3.0, 12.0, -6.0, 6.0, -12.0, -3.0], [1.0, 2.0, 4.0], 0.0, true);
        check([-1.0, 2.0, 4.0, -4.0, -2.0, 1.0], [1.0, 2.0, 4.0], 0.0, true);
        check([1.0, 1.0, 1.0, -1.0, -1.0, -1.0], [1.0, 1.0, 1.0], 0.0, false);
        check([1.5, 2.0, 4.0, -4.0, -2.0, -0.5], [1.0, 2.0, 4.0], 1.0, false);
        // Doubling, but equal instead of opposite.
        assert!(!MirroredUnit::new(&[1.0, 2.0, 4.0, 4.0, 2.0, 1.0], 0.0).has_the_pattern());
    }
}
