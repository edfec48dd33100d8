//! Training: a step, an epoch of steps, and a run of epochs with someone watching.

mod objective;
mod step;
mod lanes;
mod watch;
mod stop;
mod event;
mod history;
mod session;
mod trainer;
mod perceptron_run;

pub use event::{Control, Event, Observer, Silent};
pub use history::{EpochRecord, History};
pub use lanes::Lanes;
pub use objective::Objective;
pub use session::{Divergence, Outcome, StopReason};
pub use step::{NotFinite, step};
pub use trainer::{Diverged, Trainer};
