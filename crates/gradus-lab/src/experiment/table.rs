//! The table of the classics: with which settings each is learned, and what was published about it.
//!
//! Rates and ranges are the published ones where there are any. The others were found by trying a few: the smallest network
//! that learns the problem from most starts in a few seconds.

use super::classic::{Classic, Published};
use super::{encoder, parity, spirals, symmetry, xor};

/// What all the classics have in common.
pub(super) const COMMON: [(&str, &str); 9] = [
    ("task", "regression"),
    ("validation", "0"),
    ("prep", "none"),
    ("output-activation", "sigmoid"),
    ("loss", "squared_error"),
    ("reduction", "sum"),
    ("schedule", "constant"),
    ("batch-size", "full"),
    ("precision", "f64"),
];

/// Every classic, the smallest first.
pub const CLASSICS: [Classic; 5] = [
    Classic {
        name: "xor",
        about: "Exclusive or with two hidden units",
        settings: &[
            ("hidden", "2"),
            ("activation", "sigmoid"),
            ("init", "uniform:range=0.5"),
            ("optimizer", "momentum"),
            ("learning-rate", "0.25"),
            ("epochs", "5000"),
        ],
        starts: 100,
        published: Published {
            sweeps: Some(245),
            what: "sweeps on average, two hidden units, rate 0.25 (a study by Y. Chauvin)",
            source: "Rumelhart, Hinton and Williams 1986, Parallel Distributed Processing, vol. 1, chapter 8, p. 333",
            remarks: &[
                "The 558 sweeps at rate 0.5 that are often quoted (p. 331) belong to another network: one hidden unit, and connections from the inputs straight to the output, which this engine has not.",
                "Of several hundred runs the authors saw two that never arrived, both with two hidden units (pp. 331-332).",
                "Initial weights, momentum and what counts as learned are not given for the study; the book says that the momentum was mostly 0.9 (p. 330).",
            ],
        },
        examples: xor::examples,
    },
    Classic {
        name: "symmetry",
        about: "Mirror symmetry of six bits with two hidden units",
        settings: &[
            ("hidden", "2"),
            ("activation", "sigmoid"),
            ("init", "uniform:range=0.3"),
            ("optimizer", "momentum"),
            ("learning-rate", "0.1"),
            ("epochs", "10000"),
        ],
        starts: 100,
        published: Published {
            sweeps: Some(1_425),
            what: "sweeps in one run, rate 0.1, momentum 0.9, initial weights uniform in ±0.3",
            source: "Rumelhart, Hinton and Williams 1986, Learning Representations by Back-propagating Errors, Nature 323, 533-536, Fig. 1",
            remarks: &["The paper does not say when it counts the problem as learned."],
        },
        examples: symmetry::examples,
    },
    Classic {
        name: "encoder",
        about: "The 4-2-4 encoder: four patterns through two hidden units",
        settings: &[
            ("hidden", "2"),
            ("activation", "sigmoid"),
            ("init", "uniform:range=0.5"),
            ("optimizer", "momentum"),
            ("learning-rate", "0.25"),
            ("epochs", "5000"),
        ],
        starts: 100,
        published: Published {
            sweeps: None,
            what: "no published figure for this network and rule is known to us",
            source: "Ackley, Hinton and Sejnowski 1985, A Learning Algorithm for Boltzmann Machines, Cognitive Science 9, 147-169; Rumelhart, Hinton and Williams 1986, Parallel Distributed Processing, vol. 1, chapter 8, pp. 335-338",
            remarks: &[
                "The problem comes from the first paper, where a Boltzmann machine learns it: stochastic units with connections both ways, whose learning cycles cannot be compared with sweeps.",
                "The book learns the encoder with eight patterns, 8-3-8.",
            ],
        },
        examples: encoder::examples,
    },
    Classic {
        name: "parity",
        about: "Parity of eight bits, all 256 patterns",
        settings: &[
            ("hidden", "16"),
            ("activation", "tanh"),
            ("init", "uniform:range=1"),
            ("optimizer", "adam"),
            ("learning-rate", "0.02"),
            ("epochs", "4000"),
        ],
        starts: 50,
        published: Published {
            sweeps: None,
            what: "no published figure for this network and rule is known to us",
            source: "Rumelhart, Hinton and Williams 1986, Parallel Distributed Processing, vol. 1, chapter 8, pp. 334-335",
            remarks: &[
                "The book shows that n hidden units suffice for n bits, and learns four bits with four hidden units in 2,825 presentations of the 16 patterns, at rate 0.5.",
                "Few starts learn eight bits with eight hidden units (--hidden 8); with twice as many most do.",
            ],
        },
        examples: parity::examples,
    },
    Classic {
        name: "spirals",
        about: "Two spirals wound around each other, 194 points",
        settings: &[
            ("hidden", "20,20"),
            ("activation", "tanh"),
            ("init", "uniform:range=0.5"),
            ("optimizer", "adam"),
            ("learning-rate", "0.01"),
            ("epochs", "5000"),
        ],
        starts: 20,
        published: Published {
            sweeps: None,
            what: "no published figure for this network and rule is known to us",
            source: "Lang and Witbrock 1988, Learning to Tell Two Spirals Apart, Proceedings of the 1988 Connectionist Models Summer School",
            remarks: &[
                "Lang and Witbrock's network learned it by backpropagation in about 20,000 sweeps: 2-5-5-5-1 units, each layer connected to all that follow.",
                "Such shortcut connections this engine has not; two wider hidden layers stand in for them, and another rule.",
            ],
        },
        examples: spirals::examples,
    },
];
