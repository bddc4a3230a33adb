//! Bodies that have to be read whole before the request can be decided or answered.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::HeaderMap;
use http_body::Body;
use http_body_util::BodyExt;
use lanyard_sigv4::Trailer;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};

use super::checker::Checker;
use super::plan::apply_whole;
use super::{BodyError, Plan};

/// What a body may hold without being charged to the budget, in bytes.
const FREE_BYTES: usize = 16 * 1024;
/// The unit in which the budget is charged, in bytes.
const UNIT_BYTES: usize = 16 * 1024;
/// How long a body may take from its first byte to its last.
const TIME_MAX: Duration = Duration::from_secs(20);
/// How long a body may wait for room in the budget.
const WAIT_MAX: Duration = Duration::from_secs(5);

/// What all bodies that are read whole may hold together, beyond their free share.
#[derive(Clone, Debug)]
pub(crate) struct ReadBudget {
    units: Arc<Semaphore>,
    units_in_all: u32,
}

impl ReadBudget {
    /// A budget of so many bytes. A body that is larger than the budget is never read.
    pub(crate) fn new(bytes: usize) -> Self {
        let units_in_all = u32::try_from(bytes / UNIT_BYTES).unwrap_or(u32::MAX >> 4);
        Self {
            units: Arc::new(Semaphore::new(units_in_all as usize)),
            units_in_all,
        }
    }

    /// Charges all that a body is announced to hold, at once: bodies that each held a part of the budget and waited
    /// for the rest would starve one another. Who announces much and sends little is ended by [`TIME_MAX`].
    async fn charge(&self, bytes: usize) -> Result<Option<OwnedSemaphorePermit>, BodyError> {
        let units = u32::try_from(bytes.saturating_sub(FREE_BYTES).div_ceil(UNIT_BYTES));
        let units = units.ok().filter(|units| *units <= self.units_in_all);
        let units = units.ok_or(BodyError::TooLarge)?;
        if units == 0 {
            return Ok(None);
        }
        let room = Arc::clone(&self.units).acquire_many_owned(units);
        match timeout_at(Instant::now() + WAIT_MAX, room).await {
            Ok(Ok(permit)) => Ok(Some(permit)),
            Ok(Err(_)) | Err(_) => Err(BodyError::NoRoom),
        }
    }
}

/// A body that was read and checked whole. Its room in the budget is held until this is dropped.
pub(crate) struct WholeBody {
    /// The body without framing.
    pub(crate) bytes: Bytes,
    trailers: Vec<Trailer>,
    _charged: Option<OwnedSemaphorePermit>,
}

impl WholeBody {
    /// Makes the headers of an upstream's request fit the bare body. A checksum from the trailer becomes an
    /// ordinary header.
    pub(crate) fn apply(&self, headers: &mut HeaderMap) {
        apply_whole(headers, self.bytes.len(), &self.trailers);
    }
}

/// Of a body that is printed, only its size is seen.
impl fmt::Debug for WholeBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WholeBody")
            .field("bytes", &self.bytes.len())
            .finish_non_exhaustive()
    }
}

/// Reads a body whole, with all its checks. The operation takes at most `bytes_max`.
pub(crate) async fn read_bounded<B>(
    source: B,
    plan: Plan,
    bytes_max: usize,
    budget: &ReadBudget,
) -> Result<WholeBody, BodyError>
where
    B: Body<Data = Bytes> + Unpin,
{
    let length = usize::try_from(plan.decoded_length).ok();
    let length = length
        .filter(|length| *length <= bytes_max)
        .ok_or(BodyError::TooLarge)?;
    let charged = budget.charge(length).await?;
    let read = timeout_at(Instant::now() + TIME_MAX, read(source, plan, length));
    let (bytes, trailers) = read.await.unwrap_or(Err(BodyError::TooSlow))?;
    Ok(WholeBody {
        bytes,
        trailers,
        _charged: charged,
    })
}

async fn read<B>(source: B, plan: Plan, length: usize) -> Result<(Bytes, Vec<Trailer>), BodyError>
where
    B: Body<Data = Bytes> + Unpin,
{
    let (mut source, mut checker) = (source, Checker::new(plan, false));
    let (mut ready, mut whole) = (VecDeque::new(), BytesMut::new());
    while let Some(frame) = source.frame().await {
        let frame = frame.map_err(|_| BodyError::Broken)?;
        if let Ok(data) = frame.into_data() {
            checker.take(data, &mut ready)?;
        }
        append(&mut whole, &mut ready, length);
    }
    let trailers = checker.end(&mut ready)?;
    // Most bodies are one piece, which needs no copy.
    if whole.is_empty() && ready.len() < 2 {
        return Ok((ready.pop_front().unwrap_or_default(), trailers));
    }
    append(&mut whole, &mut ready, length);
    Ok((whole.freeze(), trailers))
}

fn append(whole: &mut BytesMut, ready: &mut VecDeque<Bytes>, length: usize) {
    for piece in ready.drain(..) {
        whole.reserve(length.saturating_sub(whole.len()));
        whole.extend_from_slice(&piece);
    }
}
