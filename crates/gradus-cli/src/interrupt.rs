//! Ctrl-C and the request to terminate: the first ends the run after its batch, and what was learned is saved; the second
//! ends the program at once. Files are written whole or not at all, so that neither leaves half of one.

use crate::failure::Failure;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Whether the run is asked to end.
#[derive(Clone, Debug, Default)]
pub(crate) struct Interrupt {
    /// The signal that asked, 0 for none.
    signal: Arc<AtomicUsize>,
}

impl Interrupt {
    /// Begins to listen.
    pub(crate) fn listen() -> Result<Self, Failure> {
        let interrupt = Self::default();
        let asked = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM] {
            // In this order: the first signal finds `asked` false and sets it, the second finds it true.
            flag::register_conditional_shutdown(signal, 128 + signal, Arc::clone(&asked))
                .map_err(Failure::Output)?;
            flag::register(signal, Arc::clone(&asked)).map_err(Failure::Output)?;
            flag::register_usize(signal, Arc::clone(&interrupt.signal), signal as usize)
                .map_err(Failure::Output)?;
        }
        Ok(interrupt)
    }

    /// Whether a signal has come.
    pub(crate) fn came(&self) -> bool {
        self.signal.load(Ordering::Relaxed) != 0
    }

    /// The exit code of a run that a signal ended: 128 plus its number.
    pub(crate) fn exit_code(&self) -> Option<u8> {
        match self.signal.load(Ordering::Relaxed) {
            0 => None,
            signal => Some(128 + signal as u8),
        }
    }
}
