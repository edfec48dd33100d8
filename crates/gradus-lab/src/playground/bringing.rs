//! Points that somebody brings: painted on the plane, or read from a table.

use super::data::{Brought, Csv, Painted, numbers};
use super::limits;
use super::session::Session;
use super::source::Source;
use crate::Error;
use gradus::data::{Column, Dataset, Inputs, Target, Values};
use serde_json::json;
use std::rc::Rc;

impl Session {
    /// Puts a point there, with its class or value, into the training part (0) or the test part (1). Points of another source
    /// are taken over first.
    ///
    /// # Errors
    /// If a number is not finite, there are too many points, or the data have other columns than the plane.
    pub fn add_point(&mut self, x: f64, y: f64, target: f64, part: u32) -> Result<(), Error> {
        for (key, number) in [("x", x), ("y", y), ("target", target)] {
            limits::within(key, number, -1e6, 1e6, "from -1,000,000 to 1,000,000")?;
        }
        let mut points = self.paintable()?;
        let most = limits::MOST_PAINTED as f64;
        limits::within("points", points.len() as f64 + 1.0, 0.0, most, "at most 20,000")?;
        points.push(Painted::of([x, y, target, f64::from(part.min(1))]));
        self.paint(points)
    }

    /// Takes away the points within `radius` of a place; of a radius without end all of them.
    ///
    /// # Errors
    /// If a place is not finite, the radius no number, or the data have other columns than the plane.
    pub fn erase_points(&mut self, x: f64, y: f64, radius: f64) -> Result<(), Error> {
        for (key, number) in [("x", x), ("y", y)] {
            limits::within(key, number, -1e6, 1e6, "from -1,000,000 to 1,000,000")?;
        }
        limits::within("radius", radius, 0.0, f64::INFINITY, "0 or more")?;
        let mut points = self.paintable()?;
        let before = points.len();
        points.retain(|point| (point.x - x).powi(2) + (point.y - y).powi(2) > radius * radius);
        if points.len() == before { Ok(()) } else { self.paint(points) }
    }

    fn paintable(&self) -> Result<Vec<Painted>, Error> {
        match self.config.data.source {
            Source::Painted => Ok(self.brought.painted.to_vec()),
            _ => self.problem.data.as_painted().ok_or(Error::NotPaintable),
        }
    }

    fn paint(&mut self, points: Vec<Painted>) -> Result<(), Error> {
        let mut config = self.config.clone();
        config.data.source = Source::Painted;
        let brought = Brought { painted: Rc::new(points), ..self.brought.clone() };
        self.change(config, brought).map(|_| ())
    }

    /// Takes a table as CSV text over; its last column is the target until the configuration says another. Says what was found.
    ///
    /// # Errors
    /// If the text is too long, cannot be read, or has nothing to draw; the session is then as it was.
    pub fn set_csv(&mut self, name: &str, text: &str) -> Result<String, Error> {
        let csv = Csv { name: name.to_owned(), text: text.to_owned() };
        let mut config = self.config.clone();
        config.data.source = Source::Csv;
        config.data.target = None;
        let config = config.after(&self.config).reading_another_table();
        let brought = Brought { csv: Some(Rc::new(csv)), ..self.brought.clone() };
        self.change(config, brought)?;
        let data = &self.problem.data;
        Ok(json!({
            "columns": data.columns(),
            "target": self.problem.coding.target_name(),
            "rows": data.rows(),
            "notes": data.notes,
        })
        .to_string())
    }

    /// The points as CSV text, with a column that says their part.
    pub fn data_csv(&self) -> String {
        let data = &self.problem.data;
        let mut writer = csv::Writer::from_writer(Vec::new());
        let columns = data.columns();
        let target = self.problem.coding.target_name().to_owned();
        let header = columns.iter().cloned().chain([target, "part".to_owned()]);
        // Writing into memory cannot fail.
        let _ = writer.write_record(header);
        for (part, dataset) in [("train", &data.training), ("test", &data.test)] {
            for row in 0..dataset.rows() {
                let cells = columns.iter().map(|name| cell(dataset, name, row));
                let _ =
                    writer.write_record(cells.chain([target_cell(&dataset.target, row), part.to_owned()]));
            }
        }
        let bytes = writer.into_inner().unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

fn cell(data: &Dataset, name: &str, row: usize) -> String {
    let Inputs::Table(table) = &data.inputs else { return String::new() };
    match table.column(name).map(|column: &Column| &column.values) {
        Some(Values::Categories { codes, levels }) => {
            levels.get(codes[row] as usize).cloned().unwrap_or_default()
        }
        Some(Values::Numbers(_)) => numbers(data, name)[row].to_string(),
        Some(Values::Text(texts)) => texts[row].clone(),
        None => String::new(),
    }
}

fn target_cell(target: &Target, row: usize) -> String {
    match target {
        Target::Classes { codes, names, .. } => names[codes[row] as usize].clone(),
        Target::Values { values, .. } | Target::Labels { values, .. } => values.row(row)[0].to_string(),
    }
}
