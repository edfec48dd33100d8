//! Data made on the spot: f(settings, seed), the same bits everywhere.
//!
//! A generator is written `spiral:rows=500,noise=0.1,seed=3`; what is not written has its default. Angles and bells are computed
//! by `libm`, so that no platform's own library has a say.

mod truth_table;
pub(crate) mod shapes;
mod points;
mod regions;
mod surface;
mod curve;
mod mail;

use super::Description;
use super::frame::Frame;
use crate::Error;
use curve::Sine;
use gradus::construct::gates::Gate;
use gradus::data::{Column, Task, Values};
use gradus::random::{Purpose, Random};
use gradus::settings::Settings;
use mail::Mails;
use points::Points;
use regions::Regions;
use surface::Surface;

/// The most rows that are made.
const MAX_ROWS: f64 = 10_000_000.0;

/// The settings of generators of several classes.
const CLASSES: &str = "rows=500,noise=0,seed=1,classes=3";

/// A generator with its settings.
#[derive(Clone, Debug)]
pub(crate) struct Generator {
    /// As it was written.
    data: String,
    plan: Plan,
}

#[derive(Clone, Debug)]
enum Plan {
    Gate(Gate),
    Points(Points),
    Regions(Regions),
    Surface(Surface),
    Sine(Sine),
    SpamWords(Mails),
}

/// What every generator with random numbers can be told.
#[derive(Clone, Copy, Debug)]
struct Common {
    rows: usize,
    noise: f64,
    seed: u64,
}

impl Common {
    fn take(settings: &mut Settings<'_>, rows: usize, noise: f64) -> Result<Self, Error> {
        let is_count = |x: f64| x.fract() == 0.0 && (2.0..=MAX_ROWS).contains(&x);
        let rows =
            settings.take_within("rows", rows as f64, is_count, "a whole number from 2 to 10,000,000")?
                as usize;
        let noise = settings.take_within(
            "noise",
            noise,
            |x| (0.0..=0.5).contains(&x),
            "from 0 to 0.5 (0 to 50 %)",
        )?;
        let seed = settings.take("seed", 1)?;
        Ok(Self { rows, noise, seed })
    }

    fn random(&self) -> Random {
        Random::new(self.seed, Purpose::Generator, 0)
    }
}

impl Generator {
    /// Reads a generator's name and settings.
    ///
    /// # Errors
    /// If the name or a setting is unknown, or a value is out of its range.
    pub(crate) fn parse(data: &str) -> Result<Self, Error> {
        let mut settings = Settings::parse(data)?;
        if Gate::ALL.iter().any(|gate| gate.name() == settings.name) {
            return Ok(Self { data: data.to_owned(), plan: Plan::Gate(data.parse()?) });
        }
        let plan = match settings.name {
            "rings" | "blobs" | "checkerboard" => Plan::Regions(Regions::take(&mut settings)?),
            "plane" | "multi-gauss" => Plan::Surface(Surface::take(&mut settings)?),
            "sine" => Plan::Sine(Sine::take(&mut settings)?),
            "spam-words" => Plan::SpamWords(Mails::take(&mut settings)?),
            _ => Plan::Points(Points::take(&mut settings)?),
        };
        settings.finish()?;
        Ok(Self { data: data.to_owned(), plan })
    }

    pub(crate) fn name(&self) -> &str {
        self.data.split(':').next().unwrap_or_default().trim()
    }

    /// The columns, the target last.
    pub(crate) fn frame(&self) -> Frame {
        let columns = match &self.plan {
            Plan::Gate(gate) => truth_table::columns(*gate),
            Plan::Points(points) => points.columns(),
            Plan::Regions(regions) => regions.columns(),
            Plan::Surface(surface) => surface.columns(),
            Plan::Sine(sine) => sine.columns(),
            Plan::SpamWords(mails) => mails.columns(),
        };
        let mut frame = Frame::made(&self.data, columns);
        let about = Self::descriptions().find(|known| known.name == self.name()).map(|known| known.about);
        frame.notes.extend(about.map(str::to_owned));
        frame
    }

    pub(crate) fn descriptions() -> impl Iterator<Item = Description> {
        let classes = |name, rows, settings, about, source| Description {
            name,
            rows,
            inputs: 2,
            task: Task::Classification,
            classes: 2,
            settings,
            about,
            source,
        };
        let values = |name, rows, inputs, settings, about, source| Description {
            inputs,
            task: Task::Regression,
            classes: 0,
            ..classes(name, rows, settings, about, source)
        };
        let points = "rows=500,noise=0,seed=1";
        let surface = "rows=1200,noise=0,seed=1";
        let playground = "TensorFlow Playground";
        [
            classes("and", 4, "", "are both inputs 1? the truth table", "logic"),
            classes("or", 4, "", "is at least one input 1? the truth table", "logic"),
            Description {
                inputs: 1,
                ..classes("not", 2, "", "is the input not 1? the truth table", "logic")
            },
            classes("nand", 4, "", "are not both inputs 1? the truth table", "logic"),
            Description {
                inputs: 3,
                ..classes(
                    "majority",
                    8,
                    "inputs=3",
                    "are more than half of the inputs 1? the truth table",
                    "logic",
                )
            },
            classes("xor", 4, "", "exclusive or, the truth table", "logic"),
            classes(
                "xor-points",
                500,
                points,
                "exclusive or as a cloud: are the signs of x1 and x2 alike?",
                playground,
            ),
            classes("circle", 500, points, "a disc within a ring", playground),
            classes("gauss", 500, points, "two bells beside each other", playground),
            classes(
                "spiral",
                500,
                "rows=500,noise=0,seed=1,turns=1.75",
                "two spirals wound into each other",
                playground,
            ),
            classes(
                "moons",
                500,
                "rows=500,noise=0.1,seed=1",
                "two half circles that reach into each other",
                "scikit-learn's make_moons",
            ),
            Description { classes: 3, ..classes("rings", 500, CLASSES, "a disc within rings", "geometry") },
            Description { classes: 3, ..classes("blobs", 500, CLASSES, "bells on a circle", "geometry") },
            classes(
                "checkerboard",
                500,
                "rows=500,noise=0,seed=1,cells=4",
                "the two colours of a checkerboard",
                "geometry",
            ),
            values("plane", 1200, 2, surface, "y = (x1 + x2) / 10", playground),
            values("multi-gauss", 1200, 2, surface, "three hills and three hollows", playground),
            values("sine", 500, 1, "rows=500,noise=0.1,seed=1,cycles=1", "y = sin x", "trigonometry"),
            Description {
                inputs: 4,
                ..classes(
                    "spam-words",
                    1000,
                    "rows=1000,noise=0.02,seed=1,spam=0.5",
                    "mails as counts of telling words, with their text",
                    "made up",
                )
            },
        ]
        .into_iter()
    }
}

fn numbers(name: &str, numbers: Vec<f64>) -> Column {
    Column { name: name.into(), values: Values::Numbers(numbers) }
}

/// Points of a plane with a number for each, in random order, as columns.
fn shuffled(mut points: Vec<[f64; 3]>, target: &str, random: &mut Random) -> Vec<Column> {
    random.shuffle(&mut points);
    let column = |name, at: usize| numbers(name, points.iter().map(|point| point[at]).collect());
    vec![column("x1", 0), column("x2", 1), column(target, 2)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use gradus::Class;

    #[test]
    fn every_generator_makes_what_it_describes() {
        for known in Generator::descriptions() {
            let frame = Generator::parse(known.name).unwrap().frame();
            let is_text = |column: &&Column| matches!(column.values, Values::Text(_));
            let n_inputs = frame.columns.len() - 1 - frame.columns.iter().filter(is_text).count();
            let rows = frame.columns[0].values.len();
            assert_eq!((rows, n_inputs), (known.rows, known.inputs), "{}", known.name);
            // The described defaults are the defaults.
            let written = format!("{}:{}", known.name, known.settings);
            assert_eq!(Generator::parse(&written).unwrap().frame().columns, frame.columns, "{written}");
        }
    }

    #[test]
    fn a_seed_gives_the_same_points_and_another_seed_others() {
        let columns = |data: &str| Generator::parse(data).unwrap().frame().columns;
        for known in Generator::descriptions().filter(|known| known.settings.contains("seed")) {
            let with_seed = |seed: u64| columns(&format!("{}:seed={seed}", known.name));
            assert_eq!(with_seed(7), with_seed(7), "{}", known.name);
            assert_ne!(with_seed(7), with_seed(8), "{}", known.name);
        }
    }

    #[test]
    fn settings_out_of_range_are_refused() {
        fn check(data: &str, expected: &str) {
            let refusal = Generator::parse(data).unwrap_err();
            assert_eq!(refusal.to_string(), expected);
            assert_eq!(refusal.class(), Class::Spec);
        }
        check(
            "spiral:rows=1",
            "`rows` of spiral is 1, but must be a whole number from 2 to 10,000,000; help: set `rows` of spiral to a value in that range",
        );
        check(
            "circle:noise=0.6",
            "`noise` of circle is 0.6, but must be from 0 to 0.5 (0 to 50 %); help: set `noise` of circle to a value in that range",
        );
        check(
            "circle:nois=0.1",
            "`circle` has no setting `nois`; help: did you mean `noise`? known are rows, noise, seed",
        );
        check(
            "majority:inputs=17",
            "`inputs` of majority is 17, but must be a whole number from 1 to 16; help: set `inputs` of majority to a value in that range",
        );
        check("xor:rows=9", "`xor` has no setting `rows`; help: leave it out");
    }
}
