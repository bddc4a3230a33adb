//! The body of a request: read whole where the decision or the signature needs it, and left to stream where neither
//! does.

use bytes::Bytes;
use http_body::Body;
use lanyard_access::{Caller, Identified};
use lanyard_mapping::aws::{Begun, BodyUse};
use lanyard_sigv4::{BodyCheck, Head, sha256};

use super::{Arrival, limits};
use crate::body::{Plan, WholeBody, plan, read_bounded};
use crate::error::ServiceError;

/// A body, as far as it has come.
pub(super) enum Received<B> {
    /// All of it, checked.
    Whole(WholeBody),
    /// Nothing yet; it is checked while it streams.
    Streams { body: B, plan: Plan },
}

impl<B> Received<B> {
    /// The bytes that are there.
    pub(super) fn bytes(&self) -> &[u8] {
        match self {
            Self::Whole(whole) => &whole.bytes,
            Self::Streams { .. } => &[],
        }
    }
}

/// Reads what has to be read, and proves who is calling.
pub(super) async fn receive<B>(
    arrival: &Arrival<'_>,
    begun: &Begun<'_>,
    identified: Identified<'_>,
    head: &Head<'_>,
    body: B,
) -> Result<(Caller, Received<B>), ServiceError>
where
    B: Body<Data = Bytes> + Send + Unpin + 'static,
{
    let length = body.size_hint().exact();
    let holder = Some(identified.account().id());
    let bytes_max = match begun.body() {
        BodyUse::Whole { bytes_max } => limits::whole(bytes_max),
        BodyUse::Streams => limits::STREAMED_BYTES_MAX,
    };
    if identified.needs_body() {
        // Its hash is what is signed, and is checked below: until then nobody is known to have sent it.
        let plan = plan(head.headers, BodyCheck::Unsigned, None, length)?;
        let budget = &arrival.gateway.unproven_budget;
        let whole = read_bounded(body, plan, bytes_max, budget, holder).await?;
        let caller = identified.verify(head, &sha256(&whole.bytes))?;
        return Ok((caller, Received::Whole(whole)));
    }
    let chunks = identified.signed().chunk_verifier(identified.signing_key());
    let (caller, check) = identified.verified_before_body()?;
    let plan = plan(head.headers, check, chunks, length)?;
    // What says nothing is read at once: there is nothing to wait for, and something to check.
    if begun.body() == BodyUse::Streams && plan.content_length > 0 {
        return Ok((caller, Received::Streams { body, plan }));
    }
    let budget = &arrival.gateway.budget;
    let whole = read_bounded(body, plan, bytes_max, budget, holder).await?;
    Ok((caller, Received::Whole(whole)))
}
