//! `gradus plot PICTURE …`: pictures of models, data and runs in SVG.

use super::evaluate::{model_argument, text};
use crate::arguments;
use crate::failure::Failure;
use crate::terminal::{Terminal, clean, short, table};
use clap::{Arg, ArgMatches, Command, value_parser};
use gradus::metrics::Report;
use gradus::network::Activation;
use gradus_lab::plot::{self, Range};
use gradus_lab::{Error, apply, files, run, threads};
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "Examples:
  gradus plot boundary runs/spiral-1 spiral -o boundary.svg
  gradus plot network runs/iris-1 -o network.svg
  gradus plot loss runs/digits-1 -o loss.svg
  gradus plot confusion runs/digits-1 digits -o confusion.svg
  gradus plot weights runs/digits-1 -o weights.svg
  gradus plot activation tanh -o tanh.svg
  gradus plot vectors -o vectors.svg";

pub(crate) fn command() -> Command {
    let picture = |name: &'static str, about: &'static str| Command::new(name).about(about).arg(output());
    let range = |name: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name("NUMBERS").help(help).allow_hyphen_values(true)
    };
    let data =
        |required| Arg::new("DATA").required(required).help("Data with the columns that the model reads");
    Command::new("plot")
        .about("Draw a model, its data or its run as SVG")
        .after_help(EXAMPLES)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .subcommand(
            picture(
                "boundary",
                "What a model makes of its one or two inputs: curve or map, points, lines of units",
            )
            .arg(model_argument())
            .arg(data(false).help("Data to draw as points; without, say --from and --to"))
            .arg(range("from", "Lower end of each input [default: what the data reach]"))
            .arg(range("to", "Upper end of each input [default: what the data reach]")),
        )
        .subcommand(picture("network", "The units and weights of a model as a diagram").arg(model_argument()))
        .subcommand(
            picture("loss", "The loss over the epochs of a run")
                .arg(Arg::new("RUN").required(true).help("The folder of a run, or its history.csv")),
        )
        .subcommand(
            picture("confusion", "Which classes a model takes for which")
                .arg(model_argument())
                .arg(data(true)),
        )
        .subcommand(
            picture("weights", "The weights of the first layer, as pictures where the inputs are one")
                .arg(model_argument()),
        )
        .subcommand(
            picture("activation", "Activation functions with their slopes")
                .arg(Arg::new("NAME").help("One of them, such as leaky_relu:slope=0.1 [default: all]")),
        )
        .subcommand(picture("vectors", "w·x = |w| |x| cos θ for an acute, a right and an obtuse angle"))
}

fn output() -> Arg {
    Arg::new("output")
        .short('o')
        .long("output")
        .value_name("FILE")
        .required(true)
        .value_parser(value_parser!(PathBuf))
        .help("The SVG file to write")
}

/// A picture and what there is to say about it.
struct Drawn {
    svg: String,
    json: Map<String, Value>,
    text: String,
}

impl From<String> for Drawn {
    fn from(svg: String) -> Self {
        Self { svg, json: Map::new(), text: String::new() }
    }
}

pub(crate) fn run(matches: &ArgMatches, terminal: &Terminal) -> Result<(), Failure> {
    let Some((picture, matches)) = matches.subcommand() else {
        return Err(Failure::Usage("no picture; help: `gradus plot --help` lists them".to_owned()));
    };
    let output = matches.get_one::<PathBuf>("output").map_or(Path::new(""), PathBuf::as_path);
    check_output(output, matches)?;
    let drawn = threads::within(arguments::threads(matches)?, || draw(picture, matches))??;
    files::write(output, drawn.svg.as_bytes())?;
    let mut json = json!({"picture": picture, "output": output.display().to_string()});
    crate::results::merge(&mut json, &Value::Object(drawn.json));
    terminal
        .result(&json, &format!("{}the picture is in {}\n", drawn.text, clean(&output.display().to_string())))
}

/// Refuses a picture that could not be written, before anything is computed: another format, a file that is read, a place
/// that takes nothing.
pub(super) fn check_output(output: &Path, matches: &ArgMatches) -> Result<(), Failure> {
    let ending = output.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    if matches!(ending.to_lowercase().as_str(), "png" | "jpg" | "jpeg" | "pdf" | "gif" | "webp") {
        let message = format!(
            "`{}` cannot be written, only SVG can; help: name it .svg, any browser opens and converts it",
            output.display()
        );
        return Err(Failure::Usage(message));
    }
    for name in ["MODEL", "DATA", "RUN"] {
        if let Ok(Some(input)) = matches.try_get_one::<String>(name)
            && files::is_same_file(output, Path::new(input))
        {
            return Err(Error::OutputIsInput { path: input.clone() }.into());
        }
    }
    Ok(files::check_writable(output)?)
}

fn draw(picture: &str, matches: &ArgMatches) -> Result<Drawn, Failure> {
    match picture {
        "boundary" => boundary(matches),
        "network" => {
            let (model, name) = model(matches)?;
            Ok(plot::network(&model, &name).into())
        }
        "loss" => loss(matches),
        "confusion" => confusion(matches),
        "weights" => {
            let (model, name) = model(matches)?;
            Ok(plot::weights(&model, &format!("Weights of {name}")).into())
        }
        "activation" => activation(matches),
        "vectors" => Ok(vectors()),
        other => Err(Failure::Usage(format!("unknown picture `{other}`; help: see `gradus plot --help`"))),
    }
}

/// The model, and a short name for it: the run's, or the file's.
fn model(matches: &ArgMatches) -> Result<(gradus::Model, String), Failure> {
    let path = Path::new(text(matches, "MODEL"));
    let model = run::read_model(path)?;
    let file = path
        .file_name()
        .map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
    let name = match (file.as_str(), path.parent().and_then(Path::file_name)) {
        ("model.gradus", Some(folder)) => folder.to_string_lossy().into_owned(),
        _ => file,
    };
    Ok((model, name))
}

fn boundary(matches: &ArgMatches) -> Result<Drawn, Failure> {
    let (model, name) = model(matches)?;
    let ends = |flag: &str| {
        let text = matches.get_one::<String>(flag);
        text.map(|text| arguments::numbers(flag, text)).transpose()
    };
    let range = Range { from: ends("from")?, to: ends("to")? };
    let data = matches.get_one::<String>("DATA");
    let dataset = data.map(|data| apply::dataset(&model, data, None)).transpose()?;
    let title = match data {
        Some(data) => format!("{name} on {data}"),
        None => name,
    };
    Ok(plot::boundary(&model, dataset.as_ref(), &range, &title)?.into())
}

fn loss(matches: &ArgMatches) -> Result<Drawn, Failure> {
    let path = Path::new(text(matches, "RUN"));
    let file = if path.is_dir() { path.join("history.csv") } else { path.to_owned() };
    let history = String::from_utf8_lossy(&files::read(&file)?).into_owned();
    let title = format!(
        "Loss of {}",
        path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
    );
    Ok(plot::loss(&history, &file.display().to_string(), &title)?.into())
}

fn confusion(matches: &ArgMatches) -> Result<Drawn, Failure> {
    let (model, name) = model(matches)?;
    let data = text(matches, "DATA");
    let dataset = apply::dataset(&model, data, None)?;
    match apply::evaluate(&model, &dataset, data)? {
        Report::Classification(report) => {
            let svg = plot::confusion(&report, &format!("{name} on {data}"));
            let json = Map::from_iter([("accuracy".to_owned(), json!(report.accuracy))]);
            Ok(Drawn { svg, json, text: String::new() })
        }
        Report::Regression(_) | Report::MultiLabel(_) => Err(Error::NothingToConfuse.into()),
    }
}

fn activation(matches: &ArgMatches) -> Result<Drawn, Failure> {
    Ok(match matches.get_one::<String>("NAME") {
        Some(name) => plot::activations(&[name.parse::<Activation>()?]).into(),
        None => plot::activations(&Activation::ALL).into(),
    })
}

fn vectors() -> Drawn {
    let pairs = plot::pairs();
    let vector = |v: [f64; 2]| format!("({}, {})", v[0], v[1]);
    let row = |pair: &plot::Pair| {
        let numbers = [pair.w_length, pair.x_length, pair.cosine, pair.degrees, pair.product].map(short);
        [vec![pair.name.to_owned(), vector(pair.w), vector(pair.x)], numbers.to_vec()].concat()
    };
    let header = ["", "w", "x", "|w|", "|x|", "cos θ", "θ in degrees", "w·x"];
    let text = table(&header, pairs.iter().map(row).collect(), 3) + "\n";
    Drawn { svg: plot::vectors(), json: Map::from_iter([("pairs".to_owned(), json!(pairs))]), text }
}
