//! Why the program ends without a result: one line on standard error, and an exit code that says what kind of thing is wrong.
//!
//! | code | meaning |
//! |---|---|
//! | 2 | usage or spec |
//! | 3 | data |
//! | 4 | model file |
//! | 5 | training diverged |
//! | 6 | disk or memory |
//! | 130, 143 | stopped by Ctrl-C, by a request to terminate |

use gradus::Class;
use std::io;
use std::process::ExitCode;

/// A reason to stop.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The command line itself is wrong: the message, in the form `WHAT; help: NEXT STEP`.
    Usage(String),
    /// The data are wrong for what is asked, told in the same form.
    Data(String),
    /// The machine does not give what is needed, told in the same form.
    Resource(String),
    /// The laboratory or the engine refuses.
    Refused(Box<gradus_lab::Error>),
    /// Standard output takes no more.
    Output(io::Error),
}

impl Failure {
    /// Tells it and gives the exit code.
    pub(crate) fn report(&self) -> ExitCode {
        if let Some(message) = self.message() {
            // Where standard error is closed too there is nobody left to tell.
            let _ = crate::terminal::say(&format!("error: {message}"));
        }
        ExitCode::from(self.code())
    }

    fn code(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            Self::Data(_) => 3,
            Self::Resource(_) => 6,
            Self::Refused(error) => match error.class() {
                Class::Spec => 2,
                Class::Data => 3,
                Class::Model => 4,
                Class::Diverged => 5,
                Class::Resource => 6,
            },
            // Whoever read our output has seen enough (`gradus datasets | head -1`): that is no error.
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => 0,
            Self::Output(_) => 6,
        }
    }

    fn message(&self) -> Option<String> {
        match self {
            Self::Usage(message) | Self::Data(message) | Self::Resource(message) => Some(message.clone()),
            Self::Refused(error) => Some(error.to_string()),
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => None,
            Self::Output(error) => Some(format!(
                "cannot write to standard output: {error}; help: free some space or write elsewhere"
            )),
        }
    }
}

impl From<gradus_lab::Error> for Failure {
    fn from(error: gradus_lab::Error) -> Self {
        Self::Refused(Box::new(error))
    }
}

impl From<gradus::Error> for Failure {
    fn from(error: gradus::Error) -> Self {
        gradus_lab::Error::from(error).into()
    }
}
