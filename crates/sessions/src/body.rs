//! Reading the body of a request: bounded in size, in time and in how many are read at once.

use std::time::Duration;

use bytes::Bytes;
use http_body::Body;
use http_body_util::BodyExt;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout_at};
use zeroize::Zeroizing;

/// The largest body: a form with the longest session token in it.
const BODY_BYTES_MAX: usize = 32 << 10;
/// How many are read at one time.
const BODIES_MAX: usize = 1_000;
/// How long a body may take from its first byte to its last.
const BODY_TIME_MAX: Duration = Duration::from_secs(10);

/// Why a body is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodyError {
    /// It is too large.
    TooLarge,
    /// It did not arrive whole in time.
    Incomplete,
    /// Too many others are being read.
    NoRoom,
}

/// What all bodies may take.
#[derive(Debug)]
pub(crate) struct Bodies(Semaphore);

impl Bodies {
    pub(crate) fn new() -> Self {
        Self(Semaphore::new(BODIES_MAX))
    }

    /// Reads a body to its end.
    pub(crate) async fn receive<B>(&self, mut body: B) -> Result<Zeroizing<Vec<u8>>, BodyError>
    where
        B: Body<Data = Bytes> + Unpin,
    {
        let _room = self.0.try_acquire().map_err(|_| BodyError::NoRoom)?;
        if body.size_hint().lower() > BODY_BYTES_MAX as u64 {
            return Err(BodyError::TooLarge);
        }
        let deadline = Instant::now() + BODY_TIME_MAX;
        let mut whole = Zeroizing::new(Vec::new());
        loop {
            let frame = match timeout_at(deadline, body.frame()).await {
                Ok(None) => return Ok(whole),
                Ok(Some(Ok(frame))) => frame,
                Err(_) | Ok(Some(Err(_))) => return Err(BodyError::Incomplete),
            };
            let Ok(data) = frame.into_data() else { continue };
            if whole.len().saturating_add(data.len()) > BODY_BYTES_MAX {
                return Err(BodyError::TooLarge);
            }
            whole.extend_from_slice(&data);
        }
    }
}
