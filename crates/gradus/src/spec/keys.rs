//! One table of all settings: name, what to write, what it does, how to read it and how to show it.
//!
//! The command line makes its flags from it, a spec file its keys, a model file its record. A new setting is a new row.

use super::Spec;
use crate::Error;
use crate::data::Task;
use crate::prep::split_features;
use std::collections::BTreeMap;
use std::fmt::Display;
use std::str::FromStr;

/// One setting.
#[derive(Debug)]
pub struct Key {
    /// As in a spec file and, behind `--`, on the command line.
    pub name: &'static str,
    /// What to write for it.
    pub value: &'static str,
    /// What it does, and what happens without it.
    pub help: &'static str,
    set: fn(&mut Spec, &str) -> Result<(), Error>,
    get: fn(&Spec) -> Option<String>,
}

/// Every setting, in the order in which a batch meets it.
pub const KEYS: &[Key] = &[
    Key {
        name: "task",
        value: "TASK",
        help: "classification, regression or multi-label [default: found from the target]",
        set: |spec, text| choose(&mut spec.task, text),
        get: |spec| show(spec.task),
    },
    Key {
        name: "validation",
        value: "SHARE",
        help: "share of the training part set aside to watch and to stop by; 0 for none",
        set: |spec, text| {
            number(&mut spec.validation, "validation", text, |x| (0.0..1.0).contains(&x), "in [0, 1)")
        },
        get: |spec| show(spec.validation),
    },
    Key {
        name: "missing",
        value: "POLICY",
        help: "what to do with empty cells: error, mean, median or drop [default: error]",
        set: |spec, text| choose(&mut spec.missing, text),
        get: |spec| show(spec.missing.as_ref()),
    },
    Key {
        name: "prep",
        value: "SCALING",
        help: "scaling of number inputs: auto, standard, minmax, robust, shared or none [default: auto]",
        set: |spec, text| choose(&mut spec.prep, text),
        get: |spec| show(spec.prep.as_ref()),
    },
    Key {
        name: "features",
        value: "LIST",
        help: "inputs to derive from the columns, as 'x1,x2,x1*x2,sin(x1)'",
        set: |spec, text| {
            let features = split_features(text);
            spec.features = Some(features).filter(|features| !features.is_empty());
            Ok(())
        },
        get: |spec| spec.features.as_ref().map(|features| features.join(",")),
    },
    Key {
        name: "model",
        value: "KIND",
        help: "network, or perceptron for threshold units that learn by Rosenblatt's rule, as perceptron:averaged=true,shuffle=false [default: network]",
        set: |spec, text| choose(&mut spec.model, text),
        get: |spec| show(spec.model),
    },
    Key {
        name: "hidden",
        value: "SIZES",
        help: "units of each hidden layer, as 256,128; none for no hidden layer [default: by the data]",
        set: |spec, text| choose(&mut spec.hidden, text),
        get: |spec| show(spec.hidden.as_ref()),
    },
    Key {
        name: "activation",
        value: "NAME",
        help: "activation of the hidden layers, one for all or one for each, as relu or tanh,sigmoid [default: relu]",
        set: |spec, text| choose(&mut spec.activation, text),
        get: |spec| show(spec.activation.as_ref()),
    },
    Key {
        name: "output-activation",
        value: "NAME",
        help: "activation of the output layer [default: the loss's own]",
        set: |spec, text| choose(&mut spec.output_activation, text),
        get: |spec| show(spec.output_activation),
    },
    Key {
        name: "init",
        value: "RULE",
        help: "initial weights: glorot_uniform, he_normal, lecun_normal, zeros, uniform:range=0.5, … [default: by activation]",
        set: |spec, text| choose(&mut spec.init, text),
        get: |spec| show(spec.init),
    },
    Key {
        name: "loss",
        value: "LOSS",
        help: "squared_error, absolute_error, huber:delta=1, poisson, binary_cross_entropy, cross_entropy:smoothing=0.1 [default: by the task]",
        set: |spec, text| choose(&mut spec.loss, text),
        get: |spec| show(spec.loss),
    },
    Key {
        name: "optimizer",
        value: "RULE",
        help: "sgd, momentum, nesterov, rmsprop, adam, adamw, lion or rprop, with settings as momentum:momentum=0.95 [default: adamw]",
        set: |spec, text| choose(&mut spec.optimizer, text),
        get: |spec| show(spec.optimizer.as_ref()),
    },
    Key {
        name: "learning-rate",
        value: "RATE",
        help: "step length [default: by the data; where an optimizer is named, its own]",
        set: |spec, text| number(&mut spec.learning_rate, "learning-rate", text, |x| x > 0.0, "above 0"),
        get: |spec| show(spec.learning_rate),
    },
    Key {
        name: "schedule",
        value: "RULE",
        help: "constant, step:every=30,factor=0.1, exponential:factor=0.95, inverse_time:decay=0.1, cosine:warmup=0.05, one_cycle, plateau:patience=10 [default: cosine; for rprop constant]",
        set: |spec, text| choose(&mut spec.schedule, text),
        get: |spec| show(spec.schedule.as_ref()),
    },
    Key {
        name: "batch-size",
        value: "ROWS",
        help: "examples per update; 1 is the textbook's online rule, full takes all [default: by the data]",
        set: |spec, text| choose(&mut spec.batch_size, text),
        get: |spec| show(spec.batch_size),
    },
    Key {
        name: "epochs",
        value: "N",
        help: "passes over the training part, at most [default: by the data]",
        set: |spec, text| whole(&mut spec.epochs, "epochs", text, 1),
        get: |spec| show(spec.epochs),
    },
    Key {
        name: "monitor",
        value: "METRIC",
        help: "what the validation part is watched by: loss, accuracy, balanced_accuracy, f1, log_loss, roc_auc, rmse, mae, r2, … [default: loss]",
        set: |spec, text| choose(&mut spec.monitor, text),
        get: |spec| show(spec.monitor.as_ref()),
    },
    Key {
        name: "patience",
        value: "EPOCHS",
        help: "stop after so many epochs without improvement of the monitored metric; needs a validation part",
        set: |spec, text| whole(&mut spec.patience, "patience", text, 1),
        get: |spec| show(spec.patience),
    },
    Key {
        name: "tolerance",
        value: "AMOUNT",
        help: "what counts as improvement [default: 0]",
        set: |spec, text| number(&mut spec.tolerance, "tolerance", text, |x| x >= 0.0, "at least 0"),
        get: |spec| show(spec.tolerance),
    },
    Key {
        name: "l1",
        value: "LAMBDA",
        help: "penalty λ Σ|w| on the weights, by proximal steps: weights reach exactly 0 and can come back",
        set: |spec, text| number(&mut spec.l1, "l1", text, |x| x >= 0.0, "at least 0"),
        get: |spec| show(spec.l1),
    },
    Key {
        name: "l2",
        value: "LAMBDA",
        help: "penalty ½ λ Σw² on the weights",
        set: |spec, text| number(&mut spec.l2, "l2", text, |x| x >= 0.0, "at least 0"),
        get: |spec| show(spec.l2),
    },
    Key {
        name: "weight-decay",
        value: "LAMBDA",
        help: "decoupled decay: w shrinks by rate·λ·w at each update, past the optimizer's moments [default: by the data; where an optimizer is named, its own]",
        set: |spec, text| number(&mut spec.weight_decay, "weight-decay", text, |x| x >= 0.0, "at least 0"),
        get: |spec| show(spec.weight_decay),
    },
    Key {
        name: "dropout",
        value: "P",
        help: "probability that a hidden unit is silent during an update [default: by the data; where an optimizer is named, 0]",
        set: |spec, text| {
            number(&mut spec.dropout, "dropout", text, |x| (0.0..1.0).contains(&x), "in [0, 1)")
        },
        get: |spec| show(spec.dropout),
    },
    Key {
        name: "clip",
        value: "LIMIT",
        help: "largest norm of the gradient, as 1, or largest element, as value:max=0.5",
        set: |spec, text| choose(&mut spec.clip, text),
        get: |spec| show(spec.clip),
    },
    Key {
        name: "group",
        value: "SETTINGS",
        help: "settings of a group of parameters, as '0.weights:rate_factor=0.1,l2=0.01;1:frozen=true' (layer, or layer.weights, layer.biases)",
        set: |spec, text| {
            let groups = text.split(';').map(str::trim).filter(|group| !group.is_empty());
            spec.groups = Some(groups.map(str::parse).collect::<Result<_, _>>()?);
            Ok(())
        },
        get: |spec| {
            let groups = spec.groups.as_ref()?;
            Some(groups.iter().map(ToString::to_string).collect::<Vec<_>>().join(";"))
        },
    },
    Key {
        name: "class-weight",
        value: "WEIGHTS",
        help: r"balanced, or a weight per class as 'ham=1,spam=3'; a comma within a name is written \,",
        set: |spec, text| choose(&mut spec.class_weight, text),
        get: |spec| show(spec.class_weight.as_ref()),
    },
    Key {
        name: "reduction",
        value: "MEAN|SUM",
        help: "whether a batch's loss is the mean or the sum over its examples [default: mean]",
        set: |spec, text| choose(&mut spec.reduction, text),
        get: |spec| show(spec.reduction),
    },
    Key {
        name: "precision",
        value: "f32|f64|bf16",
        help: "numbers of the network; bf16: f32, whose products round their operands to bf16 while it learns [default: f32]",
        set: |spec, text| choose(&mut spec.precision, text),
        get: |spec| show(spec.precision),
    },
    Key {
        name: "seed",
        value: "N",
        help: "decides everything that is random [default: 1]",
        set: |spec, text| whole(&mut spec.seed, "seed", text, 0),
        get: |spec| show(spec.seed),
    },
];

impl Spec {
    /// Sets the key called `name` from its text.
    ///
    /// # Errors
    /// If there is no such key (the nearest is offered), or the text is no value for it.
    pub fn set(&mut self, name: &str, text: &str) -> Result<(), Error> {
        let key = KEYS.iter().find(|key| key.name == name).ok_or_else(|| Error::UnknownName {
            kind: "key",
            name: name.to_owned(),
            known: KEYS.iter().map(|key| key.name.to_owned()).collect(),
        })?;
        (key.set)(self, text.trim())
    }

    /// The keys that are set, with their texts, in the order of [`KEYS`].
    pub fn entries(&self) -> Vec<(&'static str, String)> {
        KEYS.iter().filter_map(|key| Some((key.name, (key.get)(self)?))).collect()
    }

    /// This spec with everything that `over` sets replaced by it.
    ///
    /// # Errors
    /// None that a spec can hold: values that were read can be read again.
    pub fn overridden_by(mut self, over: &Self) -> Result<Self, Error> {
        for (name, text) in over.entries() {
            self.set(name, &text)?;
        }
        Ok(self)
    }
}

impl TryFrom<BTreeMap<String, String>> for Spec {
    type Error = Error;

    fn try_from(entries: BTreeMap<String, String>) -> Result<Self, Error> {
        let mut spec = Self::default();
        for (name, text) in entries {
            spec.set(&name, &text)?;
        }
        Ok(spec)
    }
}

impl From<Spec> for BTreeMap<String, String> {
    fn from(spec: Spec) -> Self {
        spec.entries().into_iter().map(|(name, text)| (name.to_owned(), text)).collect()
    }
}

impl FromStr for Task {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            "classification" => Ok(Self::Classification),
            "regression" => Ok(Self::Regression),
            "multi-label" => Ok(Self::MultiLabel),
            other => Err(Error::unknown_name("task", other, ["classification", "regression", "multi-label"])),
        }
    }
}

impl Display for Task {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Classification => "classification",
            Self::Regression => "regression",
            Self::MultiLabel => "multi-label",
        })
    }
}

fn show<T: Display>(value: Option<T>) -> Option<String> {
    value.map(|value| value.to_string())
}

fn choose<T: FromStr<Err = Error>>(slot: &mut Option<T>, text: &str) -> Result<(), Error> {
    *slot = Some(text.parse()?);
    Ok(())
}

fn number(
    slot: &mut Option<f64>,
    key: &'static str,
    text: &str,
    accept: impl Fn(f64) -> bool,
    range: &'static str,
) -> Result<(), Error> {
    let value: f64 = text.parse().map_err(|_| not_a_number(key, text, "a number"))?;
    if !value.is_finite() || !accept(value) {
        return Err(Error::OutOfRange { key: format!("`{key}`"), value: text.to_owned(), range });
    }
    *slot = Some(value);
    Ok(())
}

/// Reads a whole number; `1e6` is one too.
fn whole<T: FromStr + TryFrom<u64>>(
    slot: &mut Option<T>,
    key: &'static str,
    text: &str,
    least: u64,
) -> Result<(), Error> {
    let value = whole_number(key, text, least)?;
    let out_of_range = || Error::OutOfRange {
        key: format!("`{key}`"),
        value: text.to_owned(),
        range: "a smaller whole number",
    };
    *slot = Some(T::try_from(value).map_err(|_| out_of_range())?);
    Ok(())
}

/// A whole number of at least `least`, written with digits or as `1e6`.
pub(super) fn whole_number(key: &'static str, text: &str, least: u64) -> Result<u64, Error> {
    let range = if least == 0 { "a whole number, at least 0" } else { "a whole number, at least 1" };
    let out_of_range = || Error::OutOfRange { key: format!("`{key}`"), value: text.to_owned(), range };
    if let Ok(value) = text.parse::<u64>() {
        return if value >= least { Ok(value) } else { Err(out_of_range()) };
    }
    let value: f64 = text.parse().map_err(|_| not_a_number(key, text, "a whole number"))?;
    let whole = value.is_finite() && value.fract() == 0.0 && value >= least as f64 && value < 1.8e19;
    if whole { Ok(value as u64) } else { Err(out_of_range()) }
}

fn not_a_number(key: &str, text: &str, form: &'static str) -> Error {
    Error::Unreadable { text: text.to_owned(), reason: format!("`{key}` takes {form}"), form }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Class;

    #[track_caller]
    fn check(key: &str, text: &str, shown: &str) {
        let mut spec = Spec::default();
        match spec.set(key, text) {
            Ok(()) => assert_eq!(
                spec.entries(),
                [(KEYS.iter().find(|k| k.name == key).unwrap().name, shown.to_owned())]
            ),
            Err(error) => {
                assert_eq!(error.to_string(), shown);
                assert_eq!(error.class(), Class::Spec);
            }
        }
    }

    #[test]
    fn keys_are_read_and_shown() {
        check("hidden", "256, 128", "256,128");
        check("hidden", "none", "none");
        check("precision", "f64", "f64");
        check("reduction", "sum", "sum");
        check("task", "multi-label", "multi-label");
        check("features", "x1, max(x1, x2) ,sin(x1)", "x1,max(x1, x2),sin(x1)");
        check("batch-size", "full", "full");
        check("epochs", "1e2", "100");
        check("activation", "tanh,leaky_relu:slope=0.2", "tanh,leaky_relu:slope=0.2");
        check(
            "group",
            "0.weights:rate_factor=0.1,frozen=true;1:l2=0.5",
            "0.weights:rate_factor=0.1,frozen=true;1:l2=0.5",
        );
        check("class-weight", "ham=1,spam=3", "ham=1,spam=3");
        check("class-weight", "a\\,b=2,c\\=1", "a\\,b=2,c\\=1");
    }

    #[test]
    fn bad_values_are_refused() {
        check(
            "learning-rate",
            "-1",
            "`learning-rate` is -1, but must be above 0; help: set `learning-rate` to a value in that range",
        );
        check(
            "learning-rate",
            "nan",
            "`learning-rate` is nan, but must be above 0; help: set `learning-rate` to a value in that range",
        );
        check(
            "epochs",
            "0",
            "`epochs` is 0, but must be a whole number, at least 1; help: set `epochs` to a value in that range",
        );
        check(
            "hidden",
            "0",
            "`hidden` is 0, but must be a whole number, at least 1; help: set `hidden` to a value in that range",
        );
        check(
            "hidden",
            "-1",
            "`hidden` is -1, but must be a whole number, at least 1; help: set `hidden` to a value in that range",
        );
        check(
            "hidden",
            "1.5",
            "`hidden` is 1.5, but must be a whole number, at least 1; help: set `hidden` to a value in that range",
        );
        check(
            "seed",
            "-3",
            "`seed` is -3, but must be a whole number, at least 0; help: set `seed` to a value in that range",
        );
    }

    #[test]
    fn an_unknown_key_offers_the_nearest() {
        let message = Spec::default().set("hiden", "3").unwrap_err().to_string();
        assert!(message.starts_with("unknown key `hiden`; help: did you mean `hidden`?"), "{message}");
    }
}
