//! An address of TensorFlow Playground, `#activation=tanh&batchSize=10&dataset=circle&…`, as a configuration of ours.
//!
//! Read as it is there: the last of several equal keys counts, a key without value is as none, a name that is not known leaves
//! the default, noise above 80 becomes 50 and below 0 becomes 0, a hidden feature is no input. Keys that mean nothing to
//! training or to what is shown are passed over. What it would take and we do not (no feature at all, layers without units,
//! numbers that are none) becomes the nearest that we do, with a notice. Its networks may be larger than its buttons allow,
//! up to our own limits. Where it would draw a seed by chance, ours is always the same.
//!
//! Nothing here fails: whatever the text is, there is a configuration.

use super::{Dataset, Feature, Penalty, Rule, Setup};
use gradus::network::Activation;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

const MOST_LAYERS: usize = 12;
const MOST_UNITS: f64 = 64.0;
/// The seed of an address that has none.
const DEFAULT_SEED: &str = "1";
/// Characters of a seed that are kept; the generator's own key has fewer.
const LONGEST_SEED: usize = 1000;
/// Characters of a value that a notice repeats.
const LONGEST_QUOTE: usize = 40;

/// The controls that an address can hide, and what we call them.
const CONTROLS: [(&str, &str); 15] = [
    ("showTestData", "test"),
    ("discretize", "discretize"),
    ("playButton", "play"),
    ("stepButton", "step"),
    ("resetButton", "reset"),
    ("learningRate", "learning_rate"),
    ("activation", "activation"),
    ("regularization", "penalty"),
    ("regularizationRate", "penalty_rate"),
    ("problem", "problem"),
    ("dataset", "source"),
    ("percTrainData", "train_percent"),
    ("noise", "noise"),
    ("batchSize", "batch_size"),
    ("numHiddenLayers", "layers"),
];

/// What an address says.
#[derive(Clone, Debug, PartialEq)]
pub struct Address {
    /// How the run starts.
    pub setup: Setup,
    /// How it goes on.
    pub rule: Rule,
    /// Whether the test points are drawn.
    pub shows_test: bool,
    /// Whether only the sign of the output is drawn.
    pub discretizes: bool,
    /// The controls that are hidden, by our names; `text` stands for the words around the playground.
    pub hide: Vec<String>,
    /// What could not be taken as it was, a line each.
    pub notices: Vec<String>,
}

impl Address {
    /// Reads what stands behind the `#` of an address; before it may stand anything or nothing.
    pub fn read(text: &str) -> Self {
        let hash = text.split_once('#').map_or(text, |(_, hash)| hash);
        let mut keys = Keys { written: pairs(hash), notices: Vec::new() };
        let dataset = keys.dataset();
        let setup = Setup {
            dataset,
            rows: dataset.rows(),
            noise: keys.noise(),
            train_percent: keys.number("percTrainData", 50.0, 10.0..=90.0),
            seed: keys.seed(),
            features: keys.features(),
            hidden: keys.hidden(),
            zero: keys.flag("initZero", false),
        };
        let n_train = (setup.rows as f64 * setup.train_percent / 100.0).floor();
        let rule = Rule {
            learning_rate: keys.number("learningRate", 0.03, 1e-5..=10.0),
            batch_size: keys.batch_size(n_train),
            penalty: keys.penalty(),
        };
        let (shows_test, discretizes) = (keys.flag("showTestData", false), keys.flag("discretize", false));
        Self { setup, rule, shows_test, discretizes, hide: keys.hide(), notices: keys.notices }
    }

    /// The same as the playground's configuration.
    pub fn config(&self) -> Value {
        let Self { setup, rule, .. } = self;
        let (l1, l2) = match rule.penalty {
            Penalty::None => (0.0, 0.0),
            Penalty::L1(lambda) => (lambda, 0.0),
            Penalty::L2(lambda) => (0.0, lambda),
        };
        let layer =
            |(units, activation): &(usize, Activation)| json!({"units": units, "activation": activation});
        json!({
            "version": 1,
            "data": {
                "source": setup.dataset.name(),
                "noise": json_number(setup.noise),
                "train_percent": json_number(setup.train_percent),
                "seed": setup.seed,
                "rows": setup.rows,
            },
            "features": setup.features.iter().map(|feature| feature.name()).collect::<Vec<_>>(),
            "layers": setup.hidden.iter().map(layer).collect::<Vec<_>>(),
            "output_activation": if setup.dataset.is_regression() { "identity" } else { "tanh" },
            "loss": "squared_error",
            "optimizer": "sgd",
            "learning_rate": rule.learning_rate,
            "schedule": "constant",
            "batch_size": rule.batch_size,
            "l1": json_number(l1),
            "l2": json_number(l2),
            "init": if setup.zero { Value::from("zeros") } else { Value::Null },
            "compatible": true,
            "show": {"test": self.shows_test, "discretize": self.discretizes, "hide": self.hide},
        })
    }
}

/// A number as one writes it: without a point where it is whole.
fn json_number(value: f64) -> Value {
    if value.fract() == 0.0 && value.abs() < 1e9 { Value::from(value as i64) } else { Value::from(value) }
}

/// The keys of an address, looked up one by one.
struct Keys<'a> {
    written: BTreeMap<&'a str, &'a str>,
    notices: Vec<String>,
}

/// The keys with what stands behind their `=`, up to a second one. Of equal keys the last counts.
fn pairs(hash: &str) -> BTreeMap<&str, &str> {
    let pairs = hash.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(key, rest)| (key, rest.split('=').next().unwrap_or_default())).collect()
}

impl<'a> Keys<'a> {
    fn written(&self, key: &str) -> Option<&'a str> {
        self.written.get(key).copied()
    }

    /// What is written for a key, where that is not empty.
    fn value(&self, key: &str) -> Option<&'a str> {
        self.written(key).filter(|value| !value.trim().is_empty())
    }

    fn note(&mut self, key: &str, value: &str, what: &str) {
        let shown: String = value.chars().take(LONGEST_QUOTE).filter(|c| !c.is_control()).collect();
        let dots = if value.chars().nth(LONGEST_QUOTE).is_some() { "…" } else { "" };
        self.notices.push(format!("`{key}={shown}{dots}` {what}"));
    }

    /// A switch is on with any value but `false`.
    fn flag(&self, key: &str, default: bool) -> bool {
        self.value(key).map_or(default, |value| value != "false")
    }

    /// One of several names.
    fn choice<T: Copy>(&mut self, key: &str, default: T, known: &[(&str, T)]) -> T {
        let Some(value) = self.value(key) else { return default };
        if let Some((_, chosen)) = known.iter().find(|(name, _)| *name == value) {
            return *chosen;
        }
        let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
        self.note(
            key,
            value,
            &format!("is not known, and the default is taken; known are {}", names.join(", ")),
        );
        default
    }

    /// A number, brought into a range.
    fn number(&mut self, key: &str, default: f64, range: RangeInclusive<f64>) -> f64 {
        let Some(value) = self.value(key) else { return default };
        let Some(number) = parsed(value) else {
            self.note(key, value, &format!("is no number, and {default} is taken"));
            return default;
        };
        let nearest = number.clamp(*range.start(), *range.end());
        if nearest != number {
            let (low, high) = (range.start(), range.end());
            self.note(key, value, &format!("is outside {low} to {high}, and {nearest} is taken"));
        }
        nearest
    }

    fn dataset(&mut self) -> Dataset {
        let is_regression = self.choice("problem", false, &[("classification", false), ("regression", true)]);
        let classes = [Dataset::Circle, Dataset::Xor, Dataset::Gauss, Dataset::Spiral]
            .map(|dataset| (dataset.name(), dataset));
        let numbers = [("reg-plane", Dataset::Plane), ("reg-gauss", Dataset::MultiGauss)];
        match is_regression {
            true => self.choice("regDataset", Dataset::Plane, &numbers),
            false => self.choice("dataset", Dataset::Circle, &classes),
        }
    }

    /// In percent. Above 80 it is 50 there, and not 80.
    fn noise(&mut self) -> f64 {
        match self.value("noise").and_then(|value| Some((value, parsed(value)?))) {
            Some((value, noise)) if noise > 80.0 => {
                self.note("noise", value, "is above 80, and 50 is taken");
                50.0
            }
            _ => self.number("noise", 0.0, 0.0..=80.0),
        }
    }

    fn seed(&mut self) -> String {
        let Some(seed) = self.value("seed") else { return DEFAULT_SEED.to_owned() };
        if seed.chars().nth(LONGEST_SEED).is_some() {
            self.note("seed", seed, &format!("is cut to {LONGEST_SEED} characters"));
        }
        seed.chars().take(LONGEST_SEED).collect()
    }

    fn features(&mut self) -> Vec<Feature> {
        let is_input = |feature: &Feature| {
            let (key, is_default) = feature_key(*feature);
            self.flag(key, is_default) && !self.is_hidden(key)
        };
        let features: Vec<Feature> = Feature::ALL.into_iter().filter(is_input).collect();
        if !features.is_empty() {
            return features;
        }
        self.notices.push("no feature is on, and x1 and x2 are taken".to_owned());
        vec![Feature::X, Feature::Y]
    }

    /// Units of the hidden layers, `4,2`; none where nothing stands behind the `=`.
    fn hidden(&mut self) -> Vec<(usize, Activation)> {
        let activation = self.choice(
            "activation",
            Activation::Tanh,
            &[
                ("relu", Activation::Relu),
                ("tanh", Activation::Tanh),
                ("sigmoid", Activation::Sigmoid),
                ("linear", Activation::Identity),
            ],
        );
        let shape = self.written("networkShape").unwrap_or("4,2");
        if shape.trim().is_empty() {
            return Vec::new();
        }
        let mut hidden = Vec::new();
        let (mut layers, mut is_exact) = (shape.split(','), true);
        for units in layers.by_ref().take(MOST_LAYERS) {
            let wanted = parsed(units).map(f64::ceil);
            let units = wanted.unwrap_or(1.0).clamp(1.0, MOST_UNITS);
            is_exact &= wanted == Some(units);
            hidden.push((units as usize, activation));
        }
        if !is_exact || layers.next().is_some() {
            let units: Vec<String> = hidden.iter().map(|(units, _)| units.to_string()).collect();
            let limits = format!("at most {MOST_LAYERS} layers of 1 to {MOST_UNITS} units");
            self.note("networkShape", shape, &format!("is not {limits}, and {} is taken", units.join(",")));
        }
        hidden
    }

    /// At most the training part: there it would never learn from a larger one.
    fn batch_size(&mut self, n_train: f64) -> usize {
        let wanted = self.number("batchSize", 10.0, 1.0..=n_train);
        let nearest = wanted.round();
        if nearest != wanted {
            let value = self.value("batchSize").unwrap_or_default();
            self.note("batchSize", value, &format!("is not whole, and {nearest} is taken"));
        }
        nearest as usize
    }

    fn penalty(&mut self) -> Penalty {
        let kinds = [("none", Penalty::None), ("L1", Penalty::L1(0.0)), ("L2", Penalty::L2(0.0))];
        let kind = self.choice("regularization", Penalty::None, &kinds);
        let rate = self.number("regularizationRate", 0.0, 0.0..=10.0);
        match kind {
            Penalty::L1(_) if rate > 0.0 => Penalty::L1(rate),
            Penalty::L2(_) if rate > 0.0 => Penalty::L2(rate),
            _ => Penalty::None,
        }
    }

    fn is_hidden(&self, name: &str) -> bool {
        self.written(&format!("{name}_hide")) == Some("true")
    }

    fn hide(&self) -> Vec<String> {
        let controls = CONTROLS.into_iter().filter(|(key, _)| self.is_hidden(key)).map(|(_, name)| name);
        let features = Feature::ALL.into_iter().filter(|feature| self.is_hidden(feature_key(*feature).0));
        let text = self.flag("hideText", false).then_some("text");
        controls.chain(features.map(Feature::name)).chain(text).map(str::to_owned).collect()
    }
}

/// A finite number.
fn parsed(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|number: &f64| number.is_finite())
}

/// A feature's key, and whether it is on by default.
fn feature_key(feature: Feature) -> (&'static str, bool) {
    match feature {
        Feature::X => ("x", true),
        Feature::Y => ("y", true),
        Feature::XSquared => ("xSquared", false),
        Feature::YSquared => ("ySquared", false),
        Feature::XTimesY => ("xTimesY", false),
        Feature::SinX => ("sinX", false),
        Feature::SinY => ("sinY", false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the configuration has at `pointer`, and how many notices there are.
    #[track_caller]
    fn check(hash: &str, pointer: &str, expected: Value, n_notices: usize) {
        let address = Address::read(hash);
        let config = address.config();
        assert_eq!(config.pointer(pointer), Some(&expected), "{hash:.80}");
        assert_eq!(address.notices.len(), n_notices, "{hash:.80}: {:?}", address.notices);
        for notice in &address.notices {
            assert!(notice.len() < 300 && !notice.contains('\n'), "{notice}");
        }
    }

    #[test]
    fn nothing_is_the_default() {
        let config = Address::read("").config();
        assert_eq!(config, Address::read("https://playground.tensorflow.org/#").config());
        let expected = json!({
            "version": 1,
            "data": {"source": "circle", "noise": 0, "train_percent": 50, "seed": "1", "rows": 500},
            "features": ["x1", "x2"],
            "layers": [{"units": 4, "activation": "tanh"}, {"units": 2, "activation": "tanh"}],
            "output_activation": "tanh", "loss": "squared_error",
            "optimizer": "sgd", "learning_rate": 0.03, "schedule": "constant", "batch_size": 10,
            "l1": 0, "l2": 0, "init": null, "compatible": true,
            "show": {"test": false, "discretize": false, "hide": []},
        });
        assert_eq!(config, expected);
    }

    #[test]
    fn a_whole_address() {
        let hash = "#activation=sigmoid&regularization=L2&batchSize=7&dataset=spiral&regDataset=reg-gauss\
            &learningRate=0.1&regularizationRate=0.003&noise=15&networkShape=8,8,4&seed=0.54321&showTestData=true\
            &discretize=true&percTrainData=70&x=false&y=true&xTimesY=true&xSquared=false&ySquared=false&cosX=false\
            &sinX=true&cosY=true&sinY=false&collectStats=false&problem=regression&initZero=true&hideText=true\
            &playButton_hide=true&learningRate_hide=true&noise_hide=false&sinX_hide=true&tutorial=one&foo=bar";
        for (pointer, expected) in [
            (
                "/data",
                json!({"source": "multi-gauss", "noise": 15, "train_percent": 70, "seed": "0.54321", "rows": 1200}),
            ),
            // A feature whose control is hidden is no input there either.
            ("/features", json!(["x2", "x1*x2"])),
            ("/layers/0", json!({"units": 8, "activation": "sigmoid"})),
            ("/layers/2", json!({"units": 4, "activation": "sigmoid"})),
            ("/output_activation", json!("identity")),
            ("/learning_rate", json!(0.1)),
            ("/batch_size", json!(7)),
            ("/l2", json!(0.003)),
            ("/l1", json!(0)),
            ("/init", json!("zeros")),
            (
                "/show",
                json!({"test": true, "discretize": true, "hide": ["play", "learning_rate", "sin(x1)", "text"]}),
            ),
        ] {
            check(hash, pointer, expected, 0);
        }
    }

    #[test]
    fn strange_addresses_are_read_as_it_reads_them() {
        check("dataset=xor&dataset=gauss", "/data/source", json!("gauss"), 0);
        check("dataset=xor&dataset=", "/data/source", json!("circle"), 0);
        check("dataset=xor=gauss", "/data/source", json!("xor"), 0);
        check("dataset", "/data/source", json!("circle"), 0);
        check("dataset=reg-plane", "/data/source", json!("circle"), 1);
        check("regDataset=reg-gauss", "/data/source", json!("circle"), 0);
        check("problem=regression", "/data/source", json!("plane"), 0);
        check("noise=80", "/data/noise", json!(80), 0);
        check("noise=81", "/data/noise", json!(50), 1);
        check("noise=-1", "/data/noise", json!(0), 1);
        check("noise=12.5", "/data/noise", json!(12.5), 0);
        check("networkShape=", "/layers", json!([]), 0);
        check("networkShape=2.5", "/layers/0/units", json!(3), 0);
        check("regularization=L1", "/l1", json!(0), 0);
        check("regularizationRate=0.1", "/l1", json!(0), 0);
        check("x=0&y=", "/features", json!(["x1", "x2"]), 0);
        check("x=false&y=false", "/features", json!(["x1", "x2"]), 1);
        check("seed=%20a", "/data/seed", json!("%20a"), 0);
        check("noise_hide=yes&problem_hide", "/show/hide", json!([]), 0);
    }

    #[test]
    fn hostile_addresses_become_what_is_nearest() {
        check("learningRate=NaN", "/learning_rate", json!(0.03), 1);
        check("learningRate=Infinity", "/learning_rate", json!(0.03), 1);
        check("learningRate=-1", "/learning_rate", json!(0.00001), 1);
        check("learningRate=1e300", "/learning_rate", json!(10.0), 1);
        check("regularization=L1&regularizationRate=-3", "/l1", json!(0), 1);
        check("regularization=L3&regularizationRate=3", "/l1", json!(0), 1);
        check("batchSize=0", "/batch_size", json!(1), 1);
        check("batchSize=-5", "/batch_size", json!(1), 1);
        check("batchSize=99999999999999999999", "/batch_size", json!(250), 1);
        check("batchSize=3.7", "/batch_size", json!(4), 1);
        check("percTrainData=0", "/data/train_percent", json!(10), 1);
        check("percTrainData=100", "/data/train_percent", json!(90), 1);
        check("noise=NaN", "/data/noise", json!(0), 1);
        check("networkShape=0", "/layers/0/units", json!(1), 1);
        check("networkShape=-7,nan,inf,4", "/layers/3/units", json!(4), 1);
        check("networkShape=1e30", "/layers/0/units", json!(64), 1);
        check("networkShape=,,,", "/layers/3/units", json!(1), 1);
        check(&format!("networkShape={}1", "9,".repeat(500_000)), "/layers/11/units", json!(9), 1);
        check(&format!("seed={}", "é".repeat(500_000)), "/data/seed", json!("é".repeat(1000)), 1);
        check(&"&=".repeat(500_000), "/batch_size", json!(10), 0);
        check(&"#".repeat(1_000_000), "/batch_size", json!(10), 0);
        check(&format!("{}=1", "x".repeat(1_000_000)), "/batch_size", json!(10), 0);
        check(&"dataset=\u{1}\n\u{1F600}&".repeat(100_000), "/data/source", json!("circle"), 1);
    }
}
