//! What the records of requests to the store and to other services have in common.

mod permissions;

use std::sync::atomic::{AtomicU64, Ordering};

use crate::settings::DataEvents;

pub(crate) use self::permissions::Permissions;

/// What is said of the answer to whoever hung up before it.
pub(crate) const NOBODY_WAITED: &str = "not known, since the client did not wait for it";

/// Chooses which of the requests that pass leave a record.
#[derive(Debug, Default)]
pub(crate) struct Sampler {
    passed: AtomicU64,
}

impl Sampler {
    /// Whether this request is one of those.
    pub(crate) fn takes(&self, events: DataEvents) -> bool {
        match events {
            DataEvents::None | DataEvents::Denials => false,
            DataEvents::All => true,
            DataEvents::Sampled(one_of) => {
                let before = self.passed.fetch_add(1, Ordering::Relaxed);
                before.is_multiple_of(u64::from(one_of.max(1)))
            }
        }
    }
}
