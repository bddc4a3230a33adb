//! Reading the body of a request: bounded in size, in time and in what all bodies together may hold.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body::Body;
use http_body_util::BodyExt;
use lanyard_names::AccountId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};
use tokio::time::{Instant, timeout_at};

use crate::refusal::{Code, Refusal};

/// The largest body of a batch: a thousand questions with generous room for each.
pub(crate) const BATCH_BYTES_MAX: usize = 4 << 20;

/// What a body may hold without being charged to the budget.
const BODY_FREE_BYTES: usize = 64 << 10;

/// How many bodies may be larger than that at one time.
const LARGE_BODIES_MAX: usize = 8;

/// How many of them may be of one account, which has no more than that to wait for itself.
const OF_ONE_ACCOUNT_MAX: usize = 4;

/// How long a body may take from its first byte to its last, and wait for room.
const BODY_TIME_MAX: Duration = Duration::from_secs(20);

/// What bodies of one kind may hold together, and those of one account.
#[derive(Debug)]
pub(crate) struct BodyBudget {
    all: Semaphore,
    /// Of accounts that hold something, or wait.
    of_accounts: Mutex<HashMap<AccountId, Arc<Semaphore>>>,
}

/// Room for one large body. Held, it is given back when it is dropped.
type Room<'a> = (OwnedSemaphorePermit, SemaphorePermit<'a>);

impl BodyBudget {
    fn new() -> Self {
        Self {
            all: Semaphore::new(LARGE_BODIES_MAX),
            of_accounts: Mutex::default(),
        }
    }

    /// Room for a body of an account, once there is some: first among its own, so that whoever waits for those stands
    /// in nobody else's way.
    async fn room(&self, account: AccountId) -> Option<Room<'_>> {
        let own = self.of_account(account).acquire_owned().await.ok()?;
        Some((own, self.all.acquire().await.ok()?))
    }

    fn of_account(&self, account: AccountId) -> Arc<Semaphore> {
        let mut of_accounts = self.of_accounts.lock().unwrap_or_else(PoisonError::into_inner);
        of_accounts.retain(|_, own| Arc::strong_count(own) > 1);
        let own = || Arc::new(Semaphore::new(OF_ONE_ACCOUNT_MAX));
        Arc::clone(of_accounts.entry(account).or_insert_with(own))
    }
}

/// What all bodies may hold together. Whoever only names a key keeps nobody waiting who has proven themselves.
#[derive(Debug)]
pub(crate) struct BodyBudgets {
    /// Of those who showed a bearer key.
    pub(crate) proven: BodyBudget,
    /// Of those who seem to have signed, which is known once the body is there.
    pub(crate) unproven: BodyBudget,
}

impl BodyBudgets {
    pub(crate) fn new() -> Self {
        Self {
            proven: BodyBudget::new(),
            unproven: BodyBudget::new(),
        }
    }
}

/// A body that was read whole. The budget is held until this is dropped.
pub(crate) struct ReceivedBody<'a> {
    pub(crate) bytes: Bytes,
    _charged: Option<Room<'a>>,
}

/// Reads a body to its end. `budget`: of which kind it is, and whose.
pub(crate) async fn receive<B>(
    mut body: B,
    bytes_max: usize,
    (budget, account): (&BodyBudget, AccountId),
) -> Result<ReceivedBody<'_>, Refusal>
where
    B: Body<Data = Bytes> + Unpin,
{
    let too_large = || Refusal::new(Code::RequestEntityTooLarge, "The request is too large.");
    let incomplete = || Refusal::new(Code::RequestTimeout, "The request did not arrive whole in time.");
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if announced > bytes_max {
        return Err(too_large());
    }
    let deadline = Instant::now() + BODY_TIME_MAX;
    let mut charged = None;
    // Most bodies are one frame, and need no copy.
    let mut first = Bytes::new();
    let mut rest = BytesMut::new();
    loop {
        let frame = match timeout_at(deadline, body.frame()).await {
            Ok(None) => break,
            Ok(Some(Ok(frame))) => frame,
            Err(_) | Ok(Some(Err(_))) => return Err(incomplete()),
        };
        let Ok(data) = frame.into_data() else { continue };
        let total = first.len().saturating_add(rest.len()).saturating_add(data.len());
        if total > bytes_max {
            return Err(too_large());
        }
        if total > BODY_FREE_BYTES && charged.is_none() {
            let room = timeout_at(deadline, budget.room(account)).await;
            charged = Some(room.ok().flatten().ok_or_else(Refusal::no_room)?);
        }
        if first.is_empty() && rest.is_empty() {
            first = data;
            continue;
        }
        if rest.is_empty() {
            rest.reserve(total.max(announced.min(BODY_FREE_BYTES)));
            rest.extend_from_slice(&std::mem::take(&mut first));
        }
        rest.extend_from_slice(&data);
    }
    Ok(ReceivedBody {
        bytes: if rest.is_empty() { first } else { rest.freeze() },
        _charged: charged,
    })
}
