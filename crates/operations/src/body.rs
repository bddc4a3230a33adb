//! Reading a request's body: bounded in size, in time and in what all bodies together may hold.
//!
//! IAM and STS sign the body through its SHA-256, which clients do not put into the head, so the body has to be
//! read before the signature can be judged. It is read only for keys that exist; it is hashed while it arrives;
//! and beyond the first few KiB it is charged to a budget that all requests share.
//!
//! Invariant: memory held by bodies is at most `BODY_FREE_BYTES` per connection plus the budget.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body::Body;
use http_body_util::BodyExt;
use sha2::{Digest, Sha256};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};

/// The largest body of a caller with a key, in bytes. Evidence: AWS answers a bare 413 above 10,000,000 (probes, July 2026).
pub const BODY_BYTES_MAX: usize = 10_000_000;

/// What a body may hold without being charged to the budget, in bytes.
const BODY_FREE_BYTES: usize = 16 * 1024;

/// What is charged before it has come, in bytes: more than any ordinary request has. The largest policy document takes
/// less than 400 KiB when it is sent.
const CHARGED_AHEAD_BYTES: usize = 512 * 1024;

/// The unit in which the budget is charged, in bytes.
const BUDGET_UNIT_BYTES: usize = 16 * 1024;

/// How long a body may take from its first byte to its last.
const BODY_TIME_MAX: Duration = Duration::from_secs(20);

/// How long a body may wait for room in the budget.
const BUDGET_WAIT_MAX: Duration = Duration::from_secs(5);

/// What all bodies that are being read or handled may hold together, beyond their free share.
#[derive(Clone, Debug)]
pub struct BodyBudget {
    units: Arc<Semaphore>,
}

impl BodyBudget {
    /// A budget of `bytes`, rounded down to whole units of 16 KiB, and at least one whole largest body.
    pub fn new(bytes: usize) -> Self {
        BodyBudget::of(bytes.max(2 * BODY_BYTES_MAX + BUDGET_UNIT_BYTES))
    }

    /// A budget of `bytes`, rounded down to whole units, for bodies that are bounded otherwise.
    pub(crate) fn of(bytes: usize) -> Self {
        BodyBudget {
            units: Arc::new(Semaphore::new(bytes / BUDGET_UNIT_BYTES)),
        }
    }

    /// How the body of a caller with a key is read.
    pub(crate) fn rules(&self) -> BodyRules<'_> {
        BodyRules {
            bytes_max: BODY_BYTES_MAX,
            time_max: BODY_TIME_MAX,
            charged_ahead_max: CHARGED_AHEAD_BYTES,
            wait_max: BUDGET_WAIT_MAX,
            budget: self,
        }
    }
}

/// How a body is read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BodyRules<'a> {
    /// How large it may be.
    pub(crate) bytes_max: usize,
    /// How long it may take from its first byte to its last.
    pub(crate) time_max: Duration,
    /// How much of what is announced is charged before it has come.
    pub(crate) charged_ahead_max: usize,
    /// How long it may wait for room in the budget.
    pub(crate) wait_max: Duration,
    /// What pays for it.
    pub(crate) budget: &'a BodyBudget,
}

/// A body that was read whole, with its hash. The budget is held until this is dropped.
pub(crate) struct ReceivedBody {
    pub(crate) bytes: Bytes,
    pub(crate) sha256: [u8; 32],
    _charged: Option<OwnedSemaphorePermit>,
}

/// Bodies carry passwords and documents: of one that is printed, only its size is seen.
impl std::fmt::Debug for ReceivedBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ReceivedBody")
            .field("bytes", &self.bytes.len())
            .finish_non_exhaustive()
    }
}

/// Why a body was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodyError {
    /// More than is read of such a caller.
    TooLarge,
    /// Not whole within the time allowed.
    TooSlow,
    /// The budget is spent on other bodies.
    NoRoom,
    /// The connection ended, or the framing was wrong.
    Broken,
}

/// Reads `body` to its end.
pub(crate) async fn receive<B>(body: B, rules: BodyRules<'_>) -> Result<ReceivedBody, BodyError>
where
    B: Body<Data = Bytes> + Unpin,
{
    let announced = body.size_hint();
    if announced.lower() > rules.bytes_max as u64 {
        return Err(BodyError::TooLarge);
    }
    let mut body = body;
    // The clock is asked only for who has to be waited for: most bodies have come with their heads.
    let mut deadline = None;
    let mut received = Receiving {
        rules,
        hasher: Sha256::new(),
        first: None,
        rest: BytesMut::new(),
        charged: None,
        announced: usize::try_from(announced.lower()).unwrap_or(usize::MAX),
    };
    let ahead = received.announced.min(rules.charged_ahead_max);
    if let Some(units) = received.uncharged(ahead)? {
        received.charge(units).await?;
    }
    loop {
        let frame = match poll_fn(|cx| Poll::Ready(Pin::new(&mut body).poll_frame(cx))).await {
            Poll::Ready(frame) => frame,
            Poll::Pending => {
                let deadline = *deadline.get_or_insert_with(|| Instant::now() + rules.time_max);
                let frame = timeout_at(deadline, body.frame()).await;
                frame.map_err(|_elapsed| BodyError::TooSlow)?
            }
        };
        let frame = match frame {
            None => return Ok(received.finish()),
            Some(Err(_broken)) => return Err(BodyError::Broken),
            Some(Ok(frame)) => frame,
        };
        // Trailers carry nothing that these protocols use.
        if let Ok(data) = frame.into_data() {
            let wanted = received.wanted(&data)?;
            if let Some(units) = received.uncharged(wanted)? {
                received.charge(units).await?;
            }
            received.keep(data, wanted);
        }
    }
}

struct Receiving<'a> {
    rules: BodyRules<'a>,
    hasher: Sha256,
    /// The first frame, kept as it came: most bodies are one frame, and need no copy.
    first: Option<Bytes>,
    rest: BytesMut,
    charged: Option<OwnedSemaphorePermit>,
    /// How much the head says will come, in bytes; zero when it does not say.
    announced: usize,
}

impl Receiving<'_> {
    /// What has to be charged for, in bytes, before this data is kept.
    fn wanted(&self, data: &Bytes) -> Result<usize, BodyError> {
        let held = self.first.as_ref().map_or(0, Bytes::len) + self.rest.len();
        let total = held + data.len();
        if total > self.rules.bytes_max {
            return Err(BodyError::TooLarge);
        }
        // Bodies that each held a part of the budget and waited for the rest would starve one another, so the rest is
        // charged at once; but only when so much has really come, since announcing costs nothing. Those that never wait
        // starve nobody.
        let starves_others = !self.rules.wait_max.is_zero();
        if starves_others && total > self.rules.charged_ahead_max {
            Ok(total.max(self.announced))
        } else {
            Ok(total)
        }
    }

    /// Keeps data of which so much is charged.
    fn keep(&mut self, data: Bytes, wanted: usize) {
        self.hasher.update(&data);
        match self.first.take() {
            None if self.rest.is_empty() => self.first = Some(data),
            earlier => {
                // Room for all that is charged, at once: a buffer that grows by doubling holds thrice its content.
                let room = wanted.max(self.announced.min(self.rules.charged_ahead_max));
                self.rest.reserve(room.saturating_sub(self.rest.len()));
                self.rest.extend_from_slice(&earlier.unwrap_or_default());
                self.rest.extend_from_slice(&data);
            }
        }
    }

    /// How many units are missing before so many bytes are charged for; `None` if nothing is, as for most bodies.
    fn uncharged(&self, total: usize) -> Result<Option<u32>, BodyError> {
        // Twice the size: the decoded parameters may hold as much again as the body itself.
        let wanted = (2 * total.saturating_sub(BODY_FREE_BYTES)).div_ceil(BUDGET_UNIT_BYTES);
        let held = self.charged.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
        let more = u32::try_from(wanted.saturating_sub(held)).map_err(|_| BodyError::TooLarge)?;
        Ok((more > 0).then_some(more))
    }

    async fn charge(&mut self, units: u32) -> Result<(), BodyError> {
        let units = Arc::clone(&self.rules.budget.units).acquire_many_owned(units);
        let permit = match timeout_at(Instant::now() + self.rules.wait_max, units).await {
            Ok(Ok(permit)) => permit,
            Ok(Err(_)) | Err(_) => return Err(BodyError::NoRoom),
        };
        match self.charged.as_mut() {
            Some(charged) => charged.merge(permit),
            None => self.charged = Some(permit),
        }
        Ok(())
    }

    fn finish(self) -> ReceivedBody {
        let bytes = self.first.unwrap_or_else(|| self.rest.freeze());
        ReceivedBody {
            bytes,
            sha256: self.hasher.finalize().into(),
            _charged: self.charged,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::Full;

    #[tokio::test]
    async fn a_body_over_the_limit_is_refused_by_its_announced_length() {
        let body = Full::new(Bytes::from(vec![b'a'; BODY_BYTES_MAX + 1]));
        let refused = receive(body, BodyBudget::new(0).rules()).await.unwrap_err();
        assert_eq!(refused, BodyError::TooLarge);
    }

    #[tokio::test]
    async fn a_spent_budget_refuses_a_large_body_and_lets_a_small_one_pass() {
        let budget = BodyBudget::new(0);
        let all = u32::try_from(budget.units.available_permits()).unwrap();
        let _held = budget.units.clone().acquire_many_owned(all).await.unwrap();
        tokio::time::pause();
        let large = receive(Full::new(Bytes::from(vec![0; 100_000])), budget.rules()).await;
        assert_eq!(large.unwrap_err(), BodyError::NoRoom);
        let small = receive(Full::new(Bytes::from_static(b"Action=ListUsers")), budget.rules())
            .await
            .unwrap();
        assert_eq!(&small.bytes[..], b"Action=ListUsers");
    }

    #[tokio::test]
    async fn many_large_bodies_at_once_are_read_one_after_another() {
        let budget = BodyBudget::new(0);
        let bodies = (0..20).map(|_| {
            let budget = budget.clone();
            tokio::spawn(async move {
                receive(Full::new(Bytes::from(vec![0; 9_000_000])), budget.rules())
                    .await
                    .map(drop)
            })
        });
        for body in bodies.collect::<Vec<_>>() {
            assert_eq!(body.await.unwrap(), Ok(()));
        }
    }

    #[tokio::test]
    async fn the_hash_is_that_of_the_whole_body() {
        let received = receive(Full::new(Bytes::from_static(b"abc")), BodyBudget::new(0).rules())
            .await
            .unwrap();
        assert_eq!(received.sha256[..4], [0xba, 0x78, 0x16, 0xbf]);
    }
}
