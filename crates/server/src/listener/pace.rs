//! Whether anything moves on an HTTP/2 connection.
//!
//! Over HTTP/1 the time for a head bounds how long a connection may idle. Over HTTP/2 a client can keep a connection
//! for ever with a ping now and then, or leave an answer half read, so what moves is counted: requests that begin,
//! pieces of bodies in either direction.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// How long requests may be open without a byte of a body moving. Longer than an upstream may think.
const STUCK_WITHIN: Duration = Duration::from_secs(600);

/// Counts what moves on one connection. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pace(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    open: AtomicUsize,
    moved: AtomicU64,
}

/// One request that is being answered.
#[derive(Debug)]
pub(crate) struct OpenRequest(Pace);

impl Pace {
    /// A request begins. It is over when what this gives is dropped.
    pub(crate) fn open(&self) -> OpenRequest {
        self.0.open.fetch_add(1, Ordering::Relaxed);
        self.moved();
        OpenRequest(self.clone())
    }

    fn moved(&self) {
        self.0.moved.fetch_add(1, Ordering::Relaxed);
    }
}

impl OpenRequest {
    /// A piece of a body has moved.
    pub(crate) fn moved(&self) {
        self.0.moved();
    }
}

impl Drop for OpenRequest {
    fn drop(&mut self) {
        self.0.0.open.fetch_sub(1, Ordering::Relaxed);
        self.0.moved();
    }
}

/// What is to be done with a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Judgement {
    /// Nothing.
    Fine,
    /// Nobody asks for anything: it is asked to end.
    Idle,
    /// Something was asked for and nobody takes or gives it: it is cut.
    Stuck,
}

/// Looks at a connection's pace now and then.
pub(super) struct Watch {
    pace: Pace,
    idle_within: Duration,
    moved: u64,
    since: Instant,
}

impl Watch {
    /// Begins to watch.
    pub(super) fn new(pace: Pace, idle_within: Duration, now: Instant) -> Self {
        Self {
            pace,
            idle_within,
            moved: 0,
            since: now,
        }
    }

    /// What the connection deserves.
    pub(super) fn judge(&mut self, now: Instant) -> Judgement {
        let moved = self.pace.0.moved.load(Ordering::Relaxed);
        if moved != self.moved {
            self.moved = moved;
            self.since = now;
            return Judgement::Fine;
        }
        let still = now.saturating_duration_since(self.since);
        let is_open = self.pace.0.open.load(Ordering::Relaxed) > 0;
        match is_open {
            false if still >= self.idle_within => Judgement::Idle,
            true if still >= STUCK_WITHIN => Judgement::Stuck,
            _ => Judgement::Fine,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_without_requests_is_idle_after_a_while() {
        let (pace, start) = (Pace::default(), Instant::now());
        let after = |seconds| start + Duration::from_secs(seconds);
        let mut watch = Watch::new(pace.clone(), Duration::from_secs(30), start);
        assert_eq!(watch.judge(after(29)), Judgement::Fine);
        let request = pace.open();
        assert_eq!(watch.judge(after(31)), Judgement::Fine);
        drop(request);
        assert_eq!(watch.judge(after(40)), Judgement::Fine);
        assert_eq!(watch.judge(after(70)), Judgement::Idle);
    }

    #[test]
    fn a_request_may_take_its_time_as_long_as_something_moves() {
        let (pace, start) = (Pace::default(), Instant::now());
        let after = |seconds| start + Duration::from_secs(seconds);
        let mut watch = Watch::new(pace.clone(), Duration::from_secs(30), start);
        let request = pace.open();
        assert_eq!(watch.judge(after(1)), Judgement::Fine);
        assert_eq!(watch.judge(after(600)), Judgement::Fine);
        request.moved();
        assert_eq!(watch.judge(after(602)), Judgement::Fine);
        assert_eq!(watch.judge(after(1202)), Judgement::Stuck);
    }
}
