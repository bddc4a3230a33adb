//! Bodies that have to be read whole before the request can be decided or answered.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::HeaderMap;
use http_body::Body;
use http_body_util::BodyExt;
use lanyard_names::AccountId;
use lanyard_sigv4::Trailer;
use parking_lot::Mutex;
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

/// One account may hold this part of the budget.
const SHARES: u32 = 4;

/// What all bodies that are read whole may hold together, beyond their free share.
///
/// Invariant: however many bodies an account sends, and however slowly, the others have most of the budget. All who
/// did not sign have the share of one account together.
#[derive(Clone, Debug)]
pub(crate) struct ReadBudget {
    units: Arc<Semaphore>,
    units_each: u32,
    /// The shares of those who hold something of theirs or wait for it.
    shares: Arc<Mutex<HashMap<Option<AccountId>, Arc<Semaphore>>>>,
}

/// What a body holds of the budget: of its account's share, and of the whole.
struct Charged {
    _own: OwnedSemaphorePermit,
    _of_all: OwnedSemaphorePermit,
}

impl ReadBudget {
    /// A budget of so many bytes. A body that is larger than the share of one account is never read.
    pub(crate) fn new(bytes: usize) -> Self {
        let units = u32::try_from(bytes / UNIT_BYTES).unwrap_or(u32::MAX >> 4);
        Self {
            units: Arc::new(Semaphore::new(units as usize)),
            units_each: units / SHARES,
            shares: Arc::default(),
        }
    }

    /// Charges all that a body is announced to hold, at once: bodies that each held a part of the budget and waited
    /// for the rest would starve one another. Who announces much and sends little is ended by [`TIME_MAX`].
    async fn charge(&self, holder: Option<AccountId>, bytes: usize) -> Result<Option<Charged>, BodyError> {
        let units = u32::try_from(bytes.saturating_sub(FREE_BYTES).div_ceil(UNIT_BYTES));
        let units = units.ok().filter(|units| *units <= self.units_each);
        let units = units.ok_or(BodyError::TooLarge)?;
        if units == 0 {
            return Ok(None);
        }
        let room = async {
            // The own share first: who waits for that takes nothing from others.
            let own = self.share_of(holder).acquire_many_owned(units).await?;
            let of_all = Arc::clone(&self.units).acquire_many_owned(units).await?;
            Ok::<_, tokio::sync::AcquireError>(Charged {
                _own: own,
                _of_all: of_all,
            })
        };
        match timeout_at(Instant::now() + WAIT_MAX, room).await {
            Ok(Ok(charged)) => Ok(Some(charged)),
            Ok(Err(_)) | Err(_) => Err(BodyError::NoRoom),
        }
    }

    fn share_of(&self, holder: Option<AccountId>) -> Arc<Semaphore> {
        let mut shares = self.shares.lock();
        // A share that nobody else knows is whole, and a new one is as good.
        shares.retain(|_, share| Arc::strong_count(share) > 1);
        let share = shares
            .entry(holder)
            .or_insert_with(|| Arc::new(Semaphore::new(self.units_each as usize)));
        Arc::clone(share)
    }
}

/// A body that was read and checked whole. Its room in the budget is held until this is dropped.
pub(crate) struct WholeBody {
    /// The body without framing.
    pub(crate) bytes: Bytes,
    trailers: Vec<Trailer>,
    _charged: Option<Charged>,
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

/// Reads a body whole, with all its checks. The operation takes at most `bytes_max`. `holder`: who sends it, if
/// anybody in particular does.
pub(crate) async fn read_bounded<B>(
    source: B,
    plan: Plan,
    bytes_max: usize,
    budget: &ReadBudget,
    holder: Option<AccountId>,
) -> Result<WholeBody, BodyError>
where
    B: Body<Data = Bytes> + Unpin,
{
    let length = usize::try_from(plan.decoded_length).ok();
    let length = length
        .filter(|length| *length <= bytes_max)
        .ok_or(BodyError::TooLarge)?;
    let charged = budget.charge(holder, length).await?;
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
