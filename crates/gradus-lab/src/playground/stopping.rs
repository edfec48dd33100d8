//! When training stops by itself: at an epoch, or with the first epoch after which the loss is small enough.
//!
//! A condition that is met already stops nothing: whoever goes on after a stop wants to go on.

use super::config::Config;
use super::views::Views;
use gradus::model::AnyNetwork;

/// Watches for both conditions.
#[derive(Default)]
pub(super) struct Stopping {
    /// Why the last training ended before it was told to, in a word of [`status`](super::session::Session::status).
    reason: Option<&'static str>,
    /// The loss with which the next epoch begins, where it is watched.
    loss: Option<f64>,
}

impl Stopping {
    pub(super) fn reason(&self) -> Option<&'static str> {
        self.reason
    }

    /// Training goes on, from the weights of `network`.
    pub(super) fn begin(&mut self, config: &Config, views: &mut dyn Views, network: &dyn Fn() -> AnyNetwork) {
        self.reason = None;
        if config.stop_loss > 0.0 && self.loss.is_none() {
            self.loss = Some(watched(views, &network()));
        }
    }

    /// The next epoch, after `epoch`, that may be the last.
    pub(super) fn next_after(config: &Config, epoch: u64) -> u64 {
        match config.stop_epoch {
            _ if config.stop_loss > 0.0 => epoch + 1,
            end if end > epoch => end,
            _ => u64::MAX,
        }
    }

    /// Whether training stops with `epoch`, which is just over.
    pub(super) fn stops(
        &mut self,
        config: &Config,
        epoch: u64,
        views: &mut dyn Views,
        network: &dyn Fn() -> AnyNetwork,
    ) -> bool {
        if epoch == config.stop_epoch {
            self.reason = Some("epoch");
        }
        if config.stop_loss > 0.0 {
            let loss = watched(views, &network());
            let was_above = self.loss.replace(loss).is_none_or(|before| before > config.stop_loss);
            if was_above && loss <= config.stop_loss {
                self.reason = Some("loss");
            }
        }
        self.reason.is_some()
    }
}

/// The loss of the test part where there is one, or else that of the training part.
fn watched(views: &mut dyn Views, network: &AnyNetwork) -> f64 {
    let [training, test] = views.losses(network);
    if test.is_nan() { training } else { test }
}
