//! `gradus explain MODEL DATA --row N`: what speaks for the answer to a row, what against it, and how much.
//!
//! `gradus explain spam-example` is the textbook's spam filter with its two mails, ready to read.

use super::evaluate::text;
use crate::arguments;
use crate::failure::Failure;
use crate::terminal::{Terminal, clean, short, table};
use clap::{Arg, ArgMatches, Command, value_parser};
use gradus::explain::{Attribution, Evidence, angle_degrees};
use gradus_lab::explain::{Explanation, FeatureCell, FeatureValue, Reasons, explain, spam_example};
use gradus_lab::{run, threads};
use serde_json::{Value, json};
use std::path::Path;

/// The word for the ready-made example.
const SPAM_EXAMPLE: &str = "spam-example";
/// Characters of a bar on either side of its axis.
const BAR: usize = 14;

const METHOD: &str = "integrated gradients (Sundararajan, Taly & Yan 2017)";

pub(crate) fn command() -> Command {
    let model = Arg::new("MODEL")
        .required(true)
        .help("A model file, the folder of a run, or spam-example, which is ready-made and needs no data");
    let data = Arg::new("DATA").help("Data with the row");
    let row = Arg::new("row")
        .long("row")
        .value_name("N")
        .default_value("1")
        .allow_negative_numbers(true)
        .help("The row, counted from 1");
    let class = Arg::new("class")
        .long("class")
        .value_name("NAME")
        .help("Speak of this class or output [default: the one that the model answers with]");
    let top = Arg::new("top")
        .long("top")
        .value_name("N")
        .value_parser(value_parser!(u32).range(1..))
        .default_value("15")
        .help("So many features by name, the largest contributions first; the others are added up");
    Command::new("explain")
        .about("Show what speaks for a model's answer to a row, and what against it")
        .long_about(
            "Show what speaks for a model's answer to a row, and what against it. Without hidden layer the score is a sum \
             w·x + b and each term is shown, in the data's own units. With hidden layers each feature is given its share \
             of the difference to the mean of the training rows, by integrated gradients.",
        )
        .after_help("Examples:\n  gradus explain spam-example\n  gradus explain runs/iris-1 iris --row 7")
        .args([model, data, row, class, top])
}

pub(crate) fn run(matches: &ArgMatches, terminal: &Terminal) -> Result<(), Failure> {
    let (path, data) = (text(matches, "MODEL"), text(matches, "DATA"));
    if path == SPAM_EXAMPLE && data.is_empty() {
        let mails = spam_example();
        return terminal.result(&example_json(&mails), &example_text(&mails));
    }
    if data.is_empty() {
        return Err(Failure::Usage("missing: <DATA>; help: `--help` says what goes where".to_owned()));
    }
    let row = whole_row(text(matches, "row"))?;
    let class = matches.get_one::<String>("class").map(String::as_str);
    let top = matches.get_one::<u32>("top").map_or(usize::MAX, |&top| top as usize);
    threads::within(arguments::threads(matches)?, || {
        let model = run::read_model(Path::new(path))?;
        let explanation = explain(&model, data, row, class)?;
        let heading = format!("row {row} of {data}: {}", answer(&explanation));
        terminal.result(&json_of(&explanation, path, data), &text_of(&explanation, &heading, top))
    })?
}

fn whole_row(text: &str) -> Result<usize, Failure> {
    text.parse().ok().filter(|&row| row > 0).ok_or_else(|| {
        Failure::Usage(format!(
            "`--row` is {text}, but must be a whole number, at least 1; help: rows count from 1"
        ))
    })
}

fn answer(explanation: &Explanation) -> String {
    // Only a number has no probability.
    let Some(probability) = explanation.probability else {
        let rounded = |text: &str| text.parse().map_or_else(|_| text.to_owned(), plain);
        let truth = explanation.truth.as_ref().map(|truth| format!("; the data say {}", rounded(truth)));
        return rounded(&explanation.answer) + &truth.unwrap_or_default();
    };
    let mut text = explanation.said.clone();
    if probability < 1.0 {
        text += &format!(" ({})", short(probability));
    }
    match &explanation.truth {
        Some(truth) if *truth == explanation.answer => text + ", which is true",
        Some(truth) => format!("{text}; the data say {truth}"),
        None => text,
    }
}

fn text_of(explanation: &Explanation, heading: &str, top: usize) -> String {
    let mut text = clean(heading) + "\n";
    for (name, cell) in &explanation.aside {
        let lines: Vec<String> = cell.lines().map(clean).collect();
        text += &format!("  {}: {}\n", clean(name), lines.join("\n    "));
    }
    text.push('\n');
    text += &match &explanation.reasons {
        Reasons::Evidence(evidence) => evidence_text(evidence, explanation, top),
        Reasons::Attribution { attribution, features } => {
            attribution_text(attribution, features, explanation, top)
        }
    };
    text
}

fn evidence_text(evidence: &Evidence, explanation: &Explanation, top: usize) -> String {
    let order = evidence.by_size();
    let top = shown(top, &order, |at| evidence.contributions[at].amount());
    let largest = order.first().map_or(0.0, |&at| evidence.contributions[at].amount().abs());
    let scale = largest.max(evidence.bias.abs());
    let line = |name: &str, weight: String, value: String, amount: f64| {
        vec![name.to_owned(), weight, value, plain(amount), bar(amount, scale)]
    };
    let mut rows: Vec<Vec<String>> = order
        .iter()
        .take(top)
        .map(|&at| &evidence.contributions[at])
        .map(|term| line(&term.name, plain(term.weight), plain(term.value), term.amount()))
        .collect();
    if let Some(rest) = order.get(top..).filter(|rest| !rest.is_empty()) {
        let amount = rest.iter().map(|&at| evidence.contributions[at].amount()).sum();
        rows.push(line(&others(rest.len()), String::new(), String::new(), amount));
    }
    rows.push(line("bias", plain(evidence.bias), "1".to_owned(), evidence.bias));
    rows.push(vec!["score".to_owned(), String::new(), String::new(), plain(evidence.score()), String::new()]);
    let mut text = table(&["feature", "weight", "value", "weight · value", &sides(explanation)], rows, 1);
    text += &format!("\n{}\n{}\n", geometry(evidence), verdict(evidence.score(), explanation));
    text + &competition(explanation)
}

/// The vectors w and x: lengths, angle, product.
fn geometry(evidence: &Evidence) -> String {
    let (w, x) = (evidence.weight_length(), evidence.value_length());
    let product = evidence.product();
    match evidence.cosine() {
        Some(cosine) => format!(
            "|w| = {}, |x| = {}, cos θ = {}, θ = {:.2}° ({}): w·x = |w| |x| cos θ = {}{}",
            plain(w),
            plain(x),
            plain(cosine),
            angle_degrees(cosine),
            kind_of_angle(cosine),
            plain(product),
            with_bias(evidence)
        ),
        None => format!(
            "|w| = {}, |x| = {}: a vector of length 0 has no direction, and w·x = 0",
            plain(w),
            plain(x)
        ),
    }
}

/// What the bias makes of the product.
fn with_bias(evidence: &Evidence) -> String {
    if evidence.bias == 0.0 {
        return String::new();
    }
    let (product, bias) = (plain(evidence.product()), evidence.bias);
    let sign = if bias < 0.0 { "−" } else { "+" };
    format!(", and with the bias {product} {sign} {} = {}", plain(bias.abs()), plain(evidence.score()))
}

fn kind_of_angle(cosine: f64) -> &'static str {
    match cosine {
        _ if cosine > 0.0 => "acute",
        0.0 => "right",
        _ => "obtuse",
    }
}

/// What the score means.
fn verdict(score: f64, explanation: &Explanation) -> String {
    match (explanation.threshold, &explanation.speaks_against) {
        (Some(threshold), against) => {
            let against = against.clone().unwrap_or_else(|| format!("not {}", explanation.speaks_for));
            let (side, class) =
                if score >= threshold { ("at least", &explanation.speaks_for) } else { ("below", &against) };
            clean(&format!("The score {} is {side} {}: {class}.", plain(score), plain(threshold)))
        }
        (None, _) if explanation.probability.is_none() => {
            clean(&format!("The score is the model's output for {}.", explanation.speaks_for))
        }
        (None, _) if explanation.scores.is_empty() => clean(&format!(
            "The score is the model's output for {}, before its activation.",
            explanation.speaks_for
        )),
        (None, _) => clean(&format!("The largest score wins; this is that of {}.", explanation.speaks_for)),
    }
}

/// The scores of all classes, where several compete.
fn competition(explanation: &Explanation) -> String {
    if explanation.scores.is_empty() {
        return String::new();
    }
    let mut scores = explanation.scores.clone();
    scores.sort_by(|a, b| b.1.total_cmp(&a.1));
    scores.truncate(10);
    let rows = scores.into_iter().map(|(name, score)| vec![name, plain(score)]).collect();
    format!("\n{}", table(&["output", "score"], rows, 1))
}

fn attribution_text(
    attribution: &Attribution,
    features: &[FeatureValue],
    explanation: &Explanation,
    top: usize,
) -> String {
    let order = attribution.by_size();
    let top = shown(top, &order, |at| attribution.amounts[at]);
    let scale = order.first().map_or(0.0, |&at| attribution.amounts[at].abs());
    let line = |feature: &FeatureValue, amount: f64| {
        let (value, baseline) = match &feature.value {
            FeatureCell::Number(value) => (plain(*value), plain(feature.baseline)),
            FeatureCell::Word(word) => (word.clone(), format!("{:.0} % of rows", 100.0 * feature.baseline)),
        };
        vec![feature.name.clone(), value, baseline, plain(amount), bar(amount, scale)]
    };
    let total = |name: &str, amount: f64| {
        vec![name.to_owned(), String::new(), String::new(), plain(amount), String::new()]
    };
    let mut rows: Vec<Vec<String>> =
        order.iter().take(top).map(|&at| line(&features[at], attribution.amounts[at])).collect();
    if let Some(rest) = order.get(top..).filter(|rest| !rest.is_empty()) {
        rows.push(total(&others(rest.len()), rest.iter().map(|&at| attribution.amounts[at]).sum()));
    }
    rows.push(total("at the baseline", attribution.base));
    rows.push(total("score", attribution.output));
    let mean = if attribution.from_mean { "training mean" } else { "baseline" };
    let text = table(&["feature", "value", mean, "contribution", &sides(explanation)], rows, 1);
    let baseline = match attribution.from_mean {
        true => "the mean of the training rows",
        false => "0 on the scaled inputs, for this model file does not hold the means of its training rows",
    };
    let complete = match attribution.is_complete() {
        true => "to less than a millionth of it",
        false => "no better than that, so take them with care",
    };
    format!(
        "{text}\n{}\nMethod: {METHOD} of the output before its activation, in f64. Baseline: {baseline}.\nThe contributions add up to score − baseline = {} with a gap of {}, {complete} ({} pieces).\n",
        verdict(attribution.output, explanation),
        plain(attribution.output - attribution.base),
        plain(attribution.gap()),
        attribution.pieces
    )
}

/// How many features are listed by name: of more than are asked for, only those that add something.
fn shown(top: usize, order: &[usize], amount: impl Fn(usize) -> f64) -> usize {
    match order.len() > top {
        true => order.iter().take(top).take_while(|&&at| amount(at) != 0.0).count(),
        false => order.len(),
    }
}

fn others(count: usize) -> String {
    if count == 1 { "1 other feature".to_owned() } else { format!("{count} other features") }
}

/// What the two sides of the bars speak for.
fn sides(explanation: &Explanation) -> String {
    let against = explanation.speaks_against.clone().unwrap_or_else(|| "less".to_owned());
    let in_favour = match explanation.speaks_against {
        Some(_) => explanation.speaks_for.clone(),
        None => "more".to_owned(),
    };
    let cut = |text: &str, width: usize| text.chars().take(width).collect::<String>();
    format!("{:>BAR$} │ {:<BAR$}", cut(&against, BAR), cut(&in_favour, BAR))
}

/// A bar to the left of its axis for a negative amount, to the right for a positive one.
fn bar(amount: f64, scale: f64) -> String {
    let length = if scale > 0.0 { (amount.abs() / scale * BAR as f64).round() as usize } else { 0 };
    let bar = "█".repeat(length.min(BAR));
    match amount < 0.0 {
        true => format!("{bar:>BAR$} │ {:<BAR$}", ""),
        false => format!("{:>BAR$} │ {bar:<BAR$}", ""),
    }
}

/// A whole number without a fraction, any other with four digits.
pub(crate) fn plain(number: f64) -> String {
    match number.fract() == 0.0 && number.abs() < 1e6 {
        true => (number + 0.0).to_string(),
        false => short(number),
    }
}

/// The two mails side by side.
fn example_text(mails: &[Evidence; 2]) -> String {
    let [first, second] = mails;
    let blank = String::new;
    let mut rows: Vec<Vec<String>> = (first.contributions.iter().zip(&second.contributions))
        .map(|(a, b)| {
            let cells = [a.weight, a.value, a.amount(), b.value, b.amount()].map(plain);
            [vec![a.name.clone()], cells.to_vec()].concat()
        })
        .collect();
    let mut line = |name: &str, of: &dyn Fn(&Evidence) -> [String; 2]| {
        let ([x1, p1], [x2, p2]) = (of(first), of(second));
        rows.push(vec![name.to_owned(), blank(), x1, p1, x2, p2]);
    };
    line("sum: w·x", &|mail| [blank(), plain(mail.product())]);
    line("|x|", &|mail| [plain(mail.value_length()), blank()]);
    line("cos θ", &|mail| [blank(), mail.cosine().map(plain).unwrap_or_default()]);
    line("θ", &|mail| {
        [blank(), mail.cosine().map(|c| format!("{:.1}°", angle_degrees(c))).unwrap_or_default()]
    });
    line("class", &|mail| [blank(), class_of(mail).to_owned()]);
    let table = table(&["feature", "w", "x₁", "w·x₁", "x₂", "w·x₂"], rows, 1);
    format!(
        "Two mails as vectors of counts, and weights as evidence: w·x ≥ 0 is spam, there is no bias.\n\n{table}\n|w| = {}. An acute angle between w and x gives a product above 0, an obtuse one a product below 0.\nThe same weights learned from examples: gradus train spam-words --model perceptron\n",
        plain(first.weight_length())
    )
}

fn class_of(mail: &Evidence) -> &'static str {
    if mail.score() >= 0.0 { "spam" } else { "not spam" }
}

fn example_json(mails: &[Evidence; 2]) -> Value {
    let mail = |mail: &Evidence| {
        let mut json = evidence_json(mail);
        json["predicted"] = json!(class_of(mail));
        json
    };
    json!({"model": SPAM_EXAMPLE, "method": "weights", "mails": mails.iter().map(mail).collect::<Vec<_>>()})
}

fn evidence_json(evidence: &Evidence) -> Value {
    let terms = evidence.by_size().into_iter().map(|at| {
        let term = &evidence.contributions[at];
        json!({"feature": term.name, "weight": term.weight, "value": term.value, "contribution": term.amount()})
    });
    json!({
        "score": evidence.score(),
        "product": evidence.product(),
        "bias": evidence.bias,
        "weight_length": evidence.weight_length(),
        "value_length": evidence.value_length(),
        "cosine": evidence.cosine(),
        "angle": evidence.cosine().map(angle_degrees),
        "contributions": terms.collect::<Vec<_>>(),
    })
}

fn json_of(explanation: &Explanation, model: &str, data: &str) -> Value {
    let mut json = match &explanation.reasons {
        Reasons::Evidence(evidence) => evidence_json(evidence),
        Reasons::Attribution { attribution, features } => attribution_json(attribution, features),
    };
    let rest = json!({
        "model": model,
        "data": data,
        "row": explanation.row,
        "method": match explanation.reasons {
            Reasons::Evidence(_) => "weights",
            Reasons::Attribution { .. } => "integrated gradients",
        },
        "predicted": match explanation.probability {
            None => explanation.answer.parse::<f64>().map_or(Value::Null, |number| json!(number)),
            Some(_) => json!(explanation.answer),
        },
        "probability": explanation.probability,
        "truth": explanation.truth,
        "speaks_for": explanation.speaks_for,
        "threshold": explanation.threshold,
        "scores": explanation.scores.iter().cloned().collect::<std::collections::BTreeMap<_, _>>(),
        "text": explanation.aside.iter().cloned().collect::<std::collections::BTreeMap<_, _>>(),
    });
    crate::results::merge(&mut json, &rest);
    json
}

fn attribution_json(attribution: &Attribution, features: &[FeatureValue]) -> Value {
    let terms = attribution.by_size().into_iter().map(|at| {
        let FeatureValue { name, value, baseline } = &features[at];
        let value = match value {
            FeatureCell::Number(number) => json!(number),
            FeatureCell::Word(word) => json!(word),
        };
        json!({"feature": name, "value": value, "baseline": baseline, "contribution": attribution.amounts[at]})
    });
    json!({
        "score": attribution.output,
        "base": attribution.base,
        "baseline": if attribution.from_mean { "training mean" } else { "zero" },
        "gap": attribution.gap(),
        "complete": attribution.is_complete(),
        "pieces": attribution.pieces,
        "contributions": terms.collect::<Vec<_>>(),
    })
}
