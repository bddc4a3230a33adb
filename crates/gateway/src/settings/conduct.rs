//! What an upstream's settings say of every request to it.

use super::{DataEvents, Mode, UpstreamSettings};

/// What the gateway was set to do.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Conduct {
    pub(crate) mode: Mode,
    pub(crate) data_events: DataEvents,
}

impl Conduct {
    /// What was said of an upstream.
    pub(crate) fn of(settings: &UpstreamSettings) -> Self {
        Self {
            mode: settings.mode,
            data_events: settings.data_events,
        }
    }
}
