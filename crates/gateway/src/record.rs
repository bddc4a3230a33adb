//! What the trail is told of requests to the store.

use std::sync::atomic::AtomicU64;

/// Chooses which of the requests that pass leave a record, and how many of the anonymous ones that do not.
#[derive(Debug, Default)]
pub(crate) struct Sampler {
    passed: AtomicU64,
}
