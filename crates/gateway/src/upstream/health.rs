//! Whether the upstream can be reached.
//!
//! After a few connections in a row that failed, requests are refused at once for a moment instead of each waiting
//! for its own failure; then one request at a time tries again.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::error::{Code, S3Error};

/// So many failures in a row are an outage.
const FAILURES_MAX: u32 = 3;
/// How long nobody tries after a failure in an outage.
const PAUSE: Duration = Duration::from_millis(500);

#[derive(Debug)]
pub(super) struct Health {
    origin: String,
    began: Instant,
    failures_in_a_row: AtomicU32,
    /// Milliseconds since `began` until which nobody tries.
    paused_until: AtomicU64,
}

impl Health {
    pub(super) fn new(origin: String) -> Self {
        Self {
            origin,
            began: Instant::now(),
            failures_in_a_row: AtomicU32::new(0),
            paused_until: AtomicU64::new(0),
        }
    }

    pub(super) fn is_up(&self) -> bool {
        self.failures_in_a_row.load(Ordering::Relaxed) < FAILURES_MAX
    }

    /// Lets a request try, unless the upstream is known to be away.
    pub(super) fn admit(&self) -> Result<(), S3Error> {
        if self.is_up() {
            return Ok(());
        }
        let now = self.milliseconds();
        let until = self.paused_until.load(Ordering::Relaxed);
        let next = now.saturating_add(PAUSE.as_millis().try_into().unwrap_or(u64::MAX));
        // Whoever moves the pause on is the one who tries.
        let is_mine = now >= until
            && self
                .paused_until
                .compare_exchange(until, next, Ordering::Relaxed, Ordering::Relaxed)
                .is_ok();
        if is_mine {
            return Ok(());
        }
        Err(S3Error::new(Code::SERVICE_UNAVAILABLE).retry_after(1))
    }

    /// The upstream answered.
    pub(super) fn reached(&self) {
        if self.failures_in_a_row.load(Ordering::Relaxed) == 0 {
            return;
        }
        if self.failures_in_a_row.swap(0, Ordering::Relaxed) >= FAILURES_MAX {
            tracing::info!(upstream = self.origin, "the upstream answers again");
        }
    }

    /// No connection could be made.
    pub(super) fn missed(&self, error: &(dyn std::error::Error + 'static)) {
        let pause = PAUSE.as_millis().try_into().unwrap_or(u64::MAX);
        let until = self.milliseconds().saturating_add(pause);
        self.paused_until.fetch_max(until, Ordering::Relaxed);
        let before = self
            .failures_in_a_row
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |count| {
                Some(count.saturating_add(1).min(FAILURES_MAX))
            })
            .unwrap_or(FAILURES_MAX);
        if before.saturating_add(1) == FAILURES_MAX {
            tracing::error!(upstream = self.origin, error, "the upstream cannot be reached");
        }
    }

    fn milliseconds(&self) -> u64 {
        self.began.elapsed().as_millis().try_into().unwrap_or(u64::MAX)
    }
}
