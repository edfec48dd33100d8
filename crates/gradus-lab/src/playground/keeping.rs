//! A session that can be left and come back to: marks of its training, undo, snapshots, addresses.

use super::address::{self, Address};
use super::learner::Checkpoint;
use super::saved::Saved;
use super::session::Session;
use super::undo::Change;
use crate::Error;
use gradus::model::AnyNetwork;
use gradus::network::Network;
use gradus::spec::Precision;

impl Session {
    /// The epochs that can be looked back at.
    pub fn marks(&self) -> Vec<f64> {
        self.marks.epochs().into_iter().map(|epoch| epoch as f64).collect()
    }

    /// Shows the network as it was at a mark; training goes on from the latest.
    ///
    /// # Errors
    /// If there is no such mark.
    pub fn look_at(&mut self, mark: usize) -> Result<(), Error> {
        let checkpoint = self.marks.get(mark).ok_or_else(|| self.no_mark(mark))?;
        self.looked_at = Some((mark, self.network_of(checkpoint)));
        Ok(())
    }

    fn no_mark(&self, number: usize) -> Error {
        Error::NotThere { what: "mark", number, known: self.marks.epochs().len() }
    }

    /// Shows the latest network again.
    pub fn look_at_latest(&mut self) {
        self.looked_at = None;
    }

    /// Goes on from the mark that is looked at; what came after it is forgotten.
    pub fn resume_here(&mut self) {
        let checkpoint = self.looked_at.as_ref().and_then(|(mark, _)| self.marks.get(*mark)).cloned();
        if let Some(checkpoint) = checkpoint {
            self.remember(Change::Other);
            self.learner.restore(&checkpoint);
            self.marks.truncate_before(checkpoint.position.epoch + 1);
            self.history.truncate_before(checkpoint.position.epoch + 1);
        }
        self.look_at_latest();
    }

    fn network_of(&self, checkpoint: &Checkpoint) -> AnyNetwork {
        let mut network: Network<f64> = self.learner.network().cast();
        network.parameters_mut().copy_from_slice(&checkpoint.parameters);
        match self.problem.precision() {
            Precision::F64 => network.into(),
            Precision::F32 | Precision::Bf16 => network.cast::<f32>().into(),
        }
    }

    /// Keeps the state before a change.
    pub(super) fn remember(&mut self, change: Change) {
        if self.undo.wants(change) {
            let before = self.saved();
            self.undo.push(change, before);
        }
    }

    /// Takes the latest change back, weights included. Whether there was one.
    pub fn undo(&mut self) -> bool {
        let now = self.saved();
        let before = self.undo.back(now);
        self.go_to(before)
    }

    /// Makes the change again that was taken back last. Whether there was one.
    pub fn redo(&mut self) -> bool {
        let now = self.saved();
        let after = self.undo.forth(now);
        self.go_to(after)
    }

    fn go_to(&mut self, saved: Option<Saved>) -> bool {
        let Some(Ok(mut session)) = saved.map(Self::from_saved) else { return false };
        std::mem::swap(&mut session.undo, &mut self.undo);
        if session.can_use_marks_of(self) {
            std::mem::swap(&mut session.marks, &mut self.marks);
            session.marks.truncate_before(session.learner.position().epoch + 1);
        }
        *self = session;
        true
    }

    /// Whether the marks of the other session are states of this one's network too.
    pub(super) fn can_use_marks_of(&self, other: &Self) -> bool {
        self.config.compatible == other.config.compatible
            && self.problem.architecture == other.problem.architecture
            && self.learner.checkpoint().fits(&other.learner.checkpoint())
    }

    /// Everything that decides how the session goes on.
    pub(super) fn saved(&self) -> Saved {
        Saved {
            config: self.config.clone(),
            brought: self.brought.clone(),
            frozen: self.frozen.clone(),
            checkpoint: self.learner.checkpoint(),
            divergence: self.learner.divergence().cloned(),
            history: self.history.clone(),
        }
    }

    pub(super) fn from_saved(saved: Saved) -> Result<Self, Error> {
        let Saved { config, brought, frozen, checkpoint, divergence, history } = saved;
        let mut session = Self::with(config, brought, frozen)?;
        let first = session.learner.checkpoint();
        if !first.fits(&checkpoint) {
            return Err(Error::DamagedSession {
                reason: "its weights are not as many as its layers have".to_owned(),
            });
        }
        session.restart(&checkpoint, history);
        if let Some(divergence) = divergence {
            session.learner.diverged(divergence);
        }
        Ok(session)
    }

    /// Everything as bytes, for a new start.
    pub fn snapshot(&self) -> Vec<u8> {
        self.saved().to_bytes()
    }

    /// A session from the bytes of [`snapshot`](Self::snapshot): it goes on with the same bits.
    ///
    /// # Errors
    /// If the bytes are no session, or a damaged one.
    pub fn restore(bytes: &[u8]) -> Result<Self, Error> {
        Self::from_saved(Saved::from_bytes(bytes)?)
    }

    /// The configuration as an address.
    pub fn address(&self) -> String {
        address::written(&self.config, &self.problem.defaults(self.config.data.source))
    }

    /// The whole session as an address, but for the curve of losses.
    ///
    /// # Errors
    /// If it is too long for a link.
    pub fn share(&self) -> Result<String, Error> {
        address::packed(&Saved { history: Default::default(), ..self.saved() })
    }

    /// The configuration in an address of ours or of TensorFlow Playground, and what could not be taken as it was, as JSON.
    pub fn from_address(hash: &str) -> String {
        address::told(&Address::read(hash)).to_string()
    }

    /// A session from any address: a configuration or a whole session of ours, or one of TensorFlow Playground.
    ///
    /// # Errors
    /// If its settings do not fit each other.
    pub fn open(hash: &str) -> Result<Self, Error> {
        match Address::read(hash) {
            Address::Config { config, .. } => Self::with(*config, Default::default(), Default::default()),
            Address::Whole(saved) => Self::from_saved(*saved),
        }
    }
}
