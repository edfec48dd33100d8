//! A session as bytes: everything that decides how it goes on, for a new start, an undo or a link.
//!
//! ```text
//! 8 bytes   "gradus-s"
//! 4 bytes   n, the header's length, little endian
//! n bytes   JSON: configuration, painted points, table, position, and how many numbers follow
//! the rest  parameters, moments and loss curve, little endian: f32, or f64 where the network has those; the curve always f64
//! ```
//!
//! Reading asks for no more memory than the bytes at hand justify, and refuses what does not fit together.

use super::config::Config;
use super::data::{Brought, Csv, Painted};
use super::history::{History, Record};
use super::learner::{Checkpoint, Divergence, Position};
use super::limits;
use crate::Error;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::rc::Rc;

const MARK: &[u8; 8] = b"gradus-s";
/// Epochs, updates or examples, at most: more than a lifetime has, and few enough to count on from.
const MOST_STEPS: u64 = 1 << 48;
/// Numbers of a row of the curve.
const RECORD: usize = 4;

/// Everything that decides how a session goes on.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Saved {
    pub(super) config: Config,
    pub(super) brought: Brought,
    pub(super) frozen: BTreeSet<usize>,
    pub(super) checkpoint: Checkpoint,
    pub(super) divergence: Option<Divergence>,
    pub(super) history: History,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    config: Config,
    painted: Vec<[f64; 4]>,
    csv: Option<(String, String)>,
    frozen: BTreeSet<usize>,
    position: Position,
    steps: u64,
    divergence: Option<Divergence>,
    stride: u64,
    parameters: usize,
    moments: [usize; 2],
    records: usize,
}

impl Saved {
    /// As bytes; the same session gives the same bytes.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let Checkpoint { position, parameters, moments, steps } = &self.checkpoint;
        let header = Header {
            config: self.config.clone(),
            painted: self.brought.painted.iter().map(Painted::numbers).collect(),
            csv: self.brought.csv.as_ref().map(|csv| (csv.name.clone(), csv.text.clone())),
            frozen: self.frozen.clone(),
            position: *position,
            steps: *steps,
            divergence: self.divergence.clone(),
            stride: self.history.stride(),
            parameters: parameters.len(),
            moments: moments.each_ref().map(Vec::len),
            records: self.history.records().len(),
        };
        let header = serde_json::to_vec(&header).unwrap_or_default();
        let mut bytes = MARK.to_vec();
        bytes.extend((header.len() as u32).to_le_bytes());
        bytes.extend(header);
        for number in parameters.iter().chain(&moments[0]).chain(&moments[1]) {
            match self.config.compatible {
                true => bytes.extend(number.to_le_bytes()),
                false => bytes.extend((*number as f32).to_le_bytes()),
            }
        }
        for record in self.history.records() {
            let Record { epoch, training, test, learning_rate } = *record;
            for number in [epoch as f64, training.into(), test.into(), learning_rate.into()] {
                bytes.extend(number.to_le_bytes());
            }
        }
        bytes
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote.
    ///
    /// # Errors
    /// If the bytes are no session, or a damaged one.
    pub(super) fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let rest = bytes.strip_prefix(MARK).ok_or_else(|| damaged("it does not begin as one"))?;
        let (length, rest) = rest.split_first_chunk::<4>().ok_or_else(|| damaged("it ends too early"))?;
        let length = u32::from_le_bytes(*length) as usize;
        let (header, numbers) = rest.split_at_checked(length).ok_or_else(|| damaged("it ends too early"))?;
        let header = std::str::from_utf8(header).map_err(|error| damaged(&error.to_string()))?;
        let header: Header = serde_json::from_str(header).map_err(|error| damaged(&error.to_string()))?;
        limits::check(&header.config)?;
        let Position { epoch, batch, example, updates, examples } = header.position;
        let counts = [epoch, batch, example, updates, examples, header.steps, header.stride];
        if counts.into_iter().any(|count| count > MOST_STEPS) {
            return Err(damaged("nobody has trained for so long"));
        }
        let mut reader = Reader { bytes: numbers, is_wide: header.config.compatible };
        let parameters = reader.numbers(header.parameters)?;
        let moments = [reader.numbers(header.moments[0])?, reader.numbers(header.moments[1])?];
        reader.is_wide = true;
        let records = reader.numbers(header.records.saturating_mul(RECORD))?;
        if !reader.bytes.is_empty() {
            return Err(damaged("something follows its end"));
        }
        if parameters.iter().chain(moments.iter().flatten()).any(|number| !number.is_finite()) {
            return Err(damaged("a number is not finite"));
        }
        let record = |[epoch, training, test, rate]: &[f64; RECORD]| Record {
            epoch: *epoch as u64,
            training: *training as f32,
            test: *test as f32,
            learning_rate: *rate as f32,
        };
        let records = records.as_chunks::<RECORD>().0.iter().map(record).collect();
        let csv = header.csv.map(|(name, text)| Rc::new(Csv { name, text }));
        let painted = header.painted.into_iter().map(Painted::of).collect();
        Ok(Self {
            config: header.config,
            brought: Brought { painted: Rc::new(painted), csv },
            frozen: header.frozen,
            checkpoint: Checkpoint { position: header.position, parameters, moments, steps: header.steps },
            divergence: header.divergence,
            history: History::of(records, header.stride),
        })
    }

    /// Bytes that it takes in memory, about.
    pub(super) fn size(&self) -> usize {
        let painted = self.brought.painted.len() * size_of::<Painted>();
        8 * self.checkpoint.numbers() + painted + size_of_val(self.history.records())
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    is_wide: bool,
}

impl Reader<'_> {
    fn numbers(&mut self, n: usize) -> Result<Vec<f64>, Error> {
        let size = if self.is_wide { 8 } else { 4 };
        let wanted = n.checked_mul(size);
        let split = wanted.and_then(|wanted| self.bytes.split_at_checked(wanted));
        let (numbers, rest) = split.ok_or_else(|| damaged("it ends too early"))?;
        self.bytes = rest;
        Ok(match self.is_wide {
            true => numbers.as_chunks::<8>().0.iter().map(|bytes| f64::from_le_bytes(*bytes)).collect(),
            false => {
                numbers.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes).into()).collect()
            }
        })
    }
}

fn damaged(reason: &str) -> Error {
    Error::DamagedSession { reason: reason.to_owned() }
}
