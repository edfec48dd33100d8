//! `gradus approximate EXPR`: a network that is built, not learned, to look like a function.

use super::evaluate::text;
use crate::arguments;
use crate::failure::Failure;
use crate::terminal::{Terminal, short, table};
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use gradus::Spec;
use gradus::construct::approximation::{LookupTable, Unit};
use gradus::construct::function::{Function, Steepness};
use gradus::model_file;
use gradus_lab::approximate::{Built, Learned, Line, build, learn};
use gradus_lab::run_summary::{counted, thousands};
use gradus_lab::{files, threads};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "Examples:
  gradus approximate 'sin(x)' --from 0 --to 2*pi --pieces 64 -o sine.gradus
  gradus approximate 'abs(x)' --pieces 16 --activation step --lipschitz 1
  gradus approximate 'x1*x2' --from -1,-1 --to 1,1 --pieces 20
  gradus approximate 'sin(x)' --from 0 --to 2*pi --pieces 32 --learn";

pub(crate) fn command() -> Command {
    let value = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name(value).help(help).allow_hyphen_values(true)
    };
    let output =
        Arg::new("output").short('o').long("output").value_name("MODEL").value_parser(value_parser!(PathBuf));
    let learn = Arg::new("learn").long("learn").action(ArgAction::SetTrue);
    Command::new("approximate")
        .about("Build a network that approximates a function, without learning")
        .after_help(EXAMPLES)
        .arg(
            Arg::new("EXPR")
                .required(true)
                .allow_hyphen_values(true)
                .help("A function of x, or of x1 and x2, such as 'sin(x)' or 'x1*x2'"),
        )
        .arg(value("from", "A", "Lower end of the interval; two numbers for two variables [default: -1]"))
        .arg(value("to", "B", "Upper end of the interval; two numbers for two variables [default: 1]"))
        .arg(value("pieces", "N", "Pieces of the interval, or of each side of the box [default: 64]"))
        .arg(value("activation", "NAME", "sigmoid or step [default: sigmoid for x, step for x1 and x2]"))
        .arg(value("layers", "1|2", "Hidden layers: 1 or 2 for a function of x, 2 for one of x1 and x2"))
        .arg(value("lipschitz", "L", "The function's Lipschitz constant, for the bound [default: estimated]"))
        .arg(output.help("Write the network as a model file"))
        .arg(learn.help("Train a network of the same size on the same function, to compare"))
}

pub(crate) fn run(matches: &ArgMatches, terminal: &Terminal) -> Result<(), Failure> {
    let function = function(matches)?;
    let lookup = lookup_table(matches, &function)?;
    let lipschitz = lipschitz(matches)?;
    lookup.hidden(&function)?;
    let output = matches.get_one::<PathBuf>("output").map(PathBuf::as_path);
    if let Some(output) = output {
        files::check_writable(output)?;
    }
    let spec = Spec { seed: Some(arguments::seed(matches)?), ..Spec::default() };
    let (built, learned) = threads::within(arguments::threads(matches)?, || -> Result<_, Failure> {
        let built = build(&function, lookup, lipschitz)?;
        let learned = match matches.get_flag("learn") {
            true => Some(learn(&function, lookup, &spec)?),
            false => None,
        };
        Ok((built, learned))
    })??;
    if let Some(output) = output {
        files::write(output, &model_file::to_bytes(&built.model))?;
    }
    let json = to_json(&function, lookup, &built, learned.as_ref(), output);
    terminal.result(&json, &told(&function, lookup, &built, learned.as_ref(), output))
}

fn function(matches: &ArgMatches) -> Result<Function, Failure> {
    let expression = text(matches, "EXPR");
    let ends = |flag: &str| match matches.get_one::<String>(flag) {
        Some(text) => arguments::numbers(flag, text).map(Some),
        None => Ok(None),
    };
    let (from, to) = (ends("from")?, ends("to")?);
    // Without a box, the variables of the expression say how many there are.
    let variables = from.as_ref().or(to.as_ref()).map_or_else(|| variables_of(expression), Vec::len);
    let from = from.unwrap_or_else(|| vec![-1.0; variables]);
    let to = to.unwrap_or_else(|| vec![1.0; variables]);
    Ok(Function::new(expression, &from, &to)?)
}

fn variables_of(expression: &str) -> usize {
    let variables = expression.parse().map(|parsed: gradus::prep::Expression| parsed.variables().to_vec());
    if variables.is_ok_and(|names| names.iter().any(|name| name == "x1" || name == "x2")) { 2 } else { 1 }
}

fn lookup_table(matches: &ArgMatches, function: &Function) -> Result<LookupTable, Failure> {
    let pieces = match matches.get_one::<String>("pieces") {
        Some(text) => text.parse().map_err(|_| {
            Failure::Usage(format!("`--pieces` is {text}, but must be a whole number; help: ask for 64"))
        })?,
        None => 64,
    };
    let mut lookup = LookupTable::for_function(function, pieces);
    match matches.get_one::<String>("layers").map(String::as_str) {
        None => {}
        Some("1") => lookup.hidden_layers = 1,
        Some("2") => lookup.hidden_layers = 2,
        Some(other) => {
            return Err(Failure::Usage(format!(
                "`--layers` is {other}, but must be 1 or 2; help: leave it out"
            )));
        }
    }
    if let Some(name) = matches.get_one::<String>("activation") {
        lookup.unit = name.parse::<Unit>()?;
    }
    Ok(lookup)
}

fn lipschitz(matches: &ArgMatches) -> Result<Option<f64>, Failure> {
    let Some(text) = matches.get_one::<String>("lipschitz") else { return Ok(None) };
    match arguments::numbers("lipschitz", text)?.as_slice() {
        [constant] if *constant >= 0.0 && constant.is_finite() => Ok(Some(*constant)),
        _ => Err(Failure::Usage(format!(
            "`--lipschitz` is {text}, but must be a number of at least 0; help: leave it out to have it estimated"
        ))),
    }
}

fn last(built: &Built) -> &Line {
    built.lines.last().expect("the table asked for is always among the lines")
}

fn to_json(
    function: &Function,
    lookup: LookupTable,
    built: &Built,
    learned: Option<&Learned>,
    output: Option<&Path>,
) -> Value {
    let line = last(built);
    let kind = match built.steepness {
        Steepness::Known(_) => "given",
        Steepness::Estimated(_) => "estimated",
        Steepness::Unbounded => "none",
    };
    json!({
        "function": function.text(),
        "from": function.from(),
        "to": function.to(),
        "pieces": lookup.pieces,
        "activation": lookup.unit.to_string(),
        "hidden": built.model.network.architecture().hidden.iter().map(|layer| layer.0).collect::<Vec<_>>(),
        "parameters": built.model.network.n_parameters(),
        "max_error": line.max_error,
        "mean_error": line.mean_error,
        "points": line.points,
        "bound": line.bound,
        "rounding": line.rounding,
        "lipschitz": built.steepness.constant(),
        "lipschitz_is": kind,
        "table": built.lines,
        "learned": learned.map(|learned| json!({
            "max_error": learned.distance.max,
            "mean_error": learned.distance.mean,
            "rows": learned.rows,
            "epochs": learned.model.record.epochs,
            "updates": learned.model.record.updates,
        })),
        "model": output.map(|path| path.display().to_string()),
    })
}

fn told(
    function: &Function,
    lookup: LookupTable,
    built: &Built,
    learned: Option<&Learned>,
    output: Option<&Path>,
) -> String {
    let hidden: Vec<String> =
        built.model.network.architecture().hidden.iter().map(|layer| thousands(layer.0)).collect();
    let mut text = format!(
        "{} on {}: {} hidden {} units, {} weights and biases, none of them learned\n\n",
        function.text(),
        region(function),
        hidden.join(" and "),
        lookup.unit,
        thousands(built.model.network.n_parameters()),
    );
    text += &error_table(&built.lines);
    text += "\n";
    text += &bound_told(lookup, built);
    if let Some(learned) = learned {
        let row = |name: &str, max: f64, mean: f64| vec![name.to_owned(), short(max), short(mean)];
        let line = last(built);
        let rows = vec![
            row("built", line.max_error, line.mean_error),
            row("learned", learned.distance.max, learned.distance.mean),
        ];
        text += &format!("\n{}", table(&["same size", "max error", "mean error"], rows, 1));
        text += &format!(
            "learned from {} examples in {}, with sigmoid units\n",
            thousands(learned.rows),
            counted(learned.model.record.epochs, "epoch")
        );
    }
    if let Some(output) = output {
        text += &format!("\nthe model is in {}\n", crate::terminal::clean(&output.display().to_string()));
    }
    text
}

/// `[0, 6.283]`, or `[-1, 1] × [-1, 1]`.
fn region(function: &Function) -> String {
    let sides = function.from().iter().zip(function.to());
    sides.map(|(from, to)| format!("[{}, {}]", short(*from), short(*to))).collect::<Vec<_>>().join(" × ")
}

fn error_table(lines: &[Line]) -> String {
    let before = std::iter::once(None).chain(lines.iter().map(Some));
    let row = |(line, before): (&Line, Option<&Line>)| {
        let ratio = before.filter(|before| before.mean_error > 0.0 && !line.is_rounding());
        vec![
            thousands(line.pieces),
            short(line.max_error),
            line.bound.map_or("none".to_owned(), short),
            short(line.mean_error),
            ratio.map_or(String::new(), |before| format!("× {:.2}", line.mean_error / before.mean_error)),
        ]
    };
    table(&["pieces", "max error", "bound", "mean error", ""], lines.iter().zip(before).map(row).collect(), 0)
}

fn bound_told(lookup: LookupTable, built: &Built) -> String {
    let half = match built.model.prep.width() {
        1 => "half a piece",
        _ => "half the diagonal of a cell",
    };
    let mut text = match built.steepness {
        Steepness::Known(constant) => format!("bound: {half} times the Lipschitz constant {}, as given\n", short(constant)),
        Steepness::Estimated(constant) => {
            format!("bound: {half} times the Lipschitz constant, estimated as {} from a grid (--lipschitz gives a known one)\n", short(constant))
        }
        Steepness::Unbounded => {
            "no bound: the function seems to jump or to rise without limit somewhere, so that no Lipschitz constant holds; the mean error is what falls\n".to_owned()
        }
    };
    let line = last(built);
    let in_corners = lookup.hidden_layers == 2 && lookup.unit == Unit::Sigmoid;
    if line.is_rounding() && line.max_error > 0.0 {
        text += &format!(
            "the error is rounding: the sum of the table in double precision may be off by {}\n",
            short(line.rounding)
        );
    }
    if line.breaks_bound() {
        text += match (in_corners, built.steepness) {
            (true, _) => {
                "the max error is above the bound: where edges cross, in squares of a thousandth of a cell, no unit of the second layer is on; steps have no such gap\n"
            }
            (_, Steepness::Known(_)) => {
                "the max error is above the bound: the function is steeper than the given Lipschitz constant\n"
            }
            _ => "the max error is above the bound: the function is steeper than the estimate\n",
        };
    }
    text
}
