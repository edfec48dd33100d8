//! What a session gives away: a model file, a command that learns the same, a picture of the network.

use super::data::{generator, test_share};
use super::problem::Problem;
use super::session::Session;
use super::source::Source;
use crate::plot;
use gradus::model::TrainingRecord;
use gradus::optim::Schedule;
use gradus::train::StopReason;
use gradus::{InstructionSet, Model, model_file};

impl Session {
    /// The network that is looked at with its preprocessing, as `gradus train` would have left it.
    pub(super) fn model(&self) -> Model {
        let Problem { data, recipe, prep, coding, .. } = &self.problem;
        let position = self.learner.position();
        let last = self.history.records().last();
        Model {
            prep: prep.clone(),
            network: self.shown(),
            coding: coding.clone(),
            record: TrainingRecord {
                version: env!("CARGO_PKG_VERSION").to_owned(),
                instruction_set: InstructionSet::best().name().to_owned(),
                spec: recipe.to_spec(),
                data: Some(self.config.data.source.name().to_owned()),
                rows: data.training.rows(),
                validation_rows: 0,
                epochs: position.epoch as usize,
                updates: position.updates,
                best_epoch: None,
                stop: StopReason::Observer,
                loss: last.map(|record| record.training.into()),
                validation: Vec::new(),
                test: Vec::new(),
                warnings: Vec::new(),
            },
        }
    }

    /// The model as a file that `gradus predict` reads.
    pub fn model_file(&self) -> Vec<u8> {
        model_file::to_bytes(&self.model())
    }

    /// The network as a picture (SVG).
    pub fn network_svg(&self) -> String {
        plot::network(&self.model(), "network")
    }

    /// The command that learns the same, with a remark where it cannot be quite the same.
    pub fn command(&self) -> String {
        let mut words = vec!["gradus".to_owned(), "train".to_owned(), self.data_word()];
        for (key, value) in self.settings() {
            words.extend([format!("--{key}"), value]);
        }
        let command = words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ");
        let remarks = self.remarks().into_iter().map(|remark| format!("\n# {remark}"));
        std::iter::once(command).chain(remarks).collect()
    }

    fn data_word(&self) -> String {
        match (self.config.data.source, &self.brought.csv) {
            (Source::Csv, Some(csv)) => csv.name.clone(),
            (Source::Painted | Source::Csv, _) => "points.csv".to_owned(),
            (source, _) => generator(source, &self.config.data),
        }
    }

    /// The keys of the command line that have not its own defaults.
    fn settings(&self) -> Vec<(&'static str, String)> {
        let (config, data) = (&self.config, &self.config.data);
        let mut settings = Vec::new();
        if data.source == Source::Painted {
            settings.push(("column", "part=skip".to_owned()));
        }
        settings.extend(data.target.clone().map(|target| ("target", target)));
        if !data.source.is_truth_table() {
            settings.push(("test", test_share(data).to_string()));
        }
        let columns = self.problem.data.columns();
        let spec = config.spec();
        let has_end = matches!(config.schedule, Schedule::Cosine { .. } | Schedule::OneCycle { .. });
        for (key, value) in spec.entries() {
            let is_default = match key {
                "validation" => true,
                "features" => config.features == columns,
                "l1" | "l2" | "dropout" => value == "0",
                "weight-decay" => config.weight_decay == config.optimizer.default_weight_decay(),
                "precision" => !config.compatible,
                "seed" => value == "1",
                _ => false,
            };
            match key {
                _ if is_default => {}
                "epochs" if !has_end => {
                    settings.push(("epochs", self.learner.position().epoch.max(1).to_string()));
                }
                key => settings.push((key, value)),
            }
        }
        settings
    }

    fn remarks(&self) -> Vec<&'static str> {
        let (config, data) = (&self.config, &self.config.data);
        let seeds = [config.weights_seed, config.order_seed];
        let differ = match data.source {
            Source::Painted => seeds[0] != seeds[1],
            _ => seeds.iter().any(|&seed| seed != data.seed.number()),
        };
        let remarks = [
            (config.compatible, "TensorFlow Playground's own numbers are had in the playground alone"),
            (differ, "on the command line one seed starts the weights, orders the points and divides them"),
            (data.source == Source::Painted, "points.csv is what the playground saves as the points"),
            (
                data.labels == super::config::Labels::Random,
                "labels drawn by lot are had in the playground alone",
            ),
            (!self.frozen.is_empty(), "single frozen weights are had in the playground alone"),
        ];
        remarks.into_iter().filter_map(|(is, remark)| is.then_some(remark)).collect()
    }
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-./:=,".contains(c);
    match !word.is_empty() && word.chars().all(is_plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', r"'\''")),
    }
}
