//! The life of one request to S3: authenticate → map → complete the mapping → decide → act → record. What Lanyard
//! answers itself is in `answered`.
//!
//! Invariants:
//! - The body of a request is not touched before the request has been allowed; where the body itself says what is
//!   asked for, it is read whole, bounded, and only for somebody who may have something here at all.
//! - Every permission that the mapping names is decided, in order; the first denial ends the request.

pub(crate) mod answered;
mod authentication;
mod call;
mod checks;
mod decide;
mod document;
mod forward;
mod object_tags;
mod on_its_way;
mod record;
mod recording;
mod response;
mod store;
mod store_refusal;
mod upstream_request;
mod versioning;

use bytes::Bytes;
use http::request::Parts;
use http::{Method, Request, Response};
use http_body::Body;
use lanyard_access::Peer;
use lanyard_mapping::{AnsweredBy, Body as Takes, Incoming, Mapped, Needs, map_s3};
use lanyard_sigv4::Head;

use crate::answer::GatewayBody;
use crate::arrival;
use crate::body::{WholeBody, read_bounded};
use crate::error::{Code, S3Error, error_response};

pub(crate) use authentication::{Authenticated, SignedBy};
pub(crate) use call::{Arrived, Call, bucket_of};
pub(crate) use object_tags::enter as enter_tag;
pub(crate) use on_its_way::OnItsWay;
pub(crate) use response::pass_on;
pub(crate) use store::Store;

/// The most that is read of a body that is needed to decide, if its operation does not say less.
const DOCUMENT_BYTES_MAX: usize = 2 << 20;

/// Answers one request.
pub(crate) async fn handle<B>(
    gateway: &Store,
    request: Request<B>,
    peer: Peer,
    request_id: &str,
) -> Response<GatewayBody>
where
    B: Body<Data = Bytes> + Send + Unpin + 'static,
{
    let (mut parts, body) = request.into_parts();
    let answered = answer(gateway, &mut parts, body, peer, request_id).await;
    let mut response = answered.unwrap_or_else(|error| {
        log_cause(&error, request_id);
        error_response(&error, &parts.method, parts.uri.path(), request_id)
    });
    response::finish(&mut response, request_id);
    response
}

async fn answer<B>(
    gateway: &Store,
    parts: &mut Parts,
    body: B,
    peer: Peer,
    request_id: &str,
) -> Result<Response<GatewayBody>, S3Error>
where
    B: Body<Data = Bytes> + Send + Unpin + 'static,
{
    arrival::settle_host(parts)?;
    let parts = &*parts;
    let now = gateway.services.now();
    let arrived = Arrived {
        parts,
        peer,
        request_id,
        now,
    };
    let authenticated = authentication::authenticate(&gateway.services, &head(parts), now).await?;
    let mapped = meaning(gateway, parts)?;
    if mapped.needs == Needs::PostForm {
        return answered::post_form(gateway, arrived, &mapped, body).await;
    }
    let bucket = bucket_of(&gateway.services, &mapped, &authenticated).await?;
    let mut call = Call::new(gateway, &authenticated, arrived, mapped, bucket);
    let outcome = act(&mut call, &authenticated, gateway, body).await;
    call.recorded(outcome).await
}

/// Decides on a request whose body says nothing about what it asks for, and does no more.
pub(crate) async fn decide(
    gateway: &Store,
    parts: &Parts,
    peer: Peer,
    request_id: &str,
) -> Result<(), S3Error> {
    let now = gateway.services.now();
    let authenticated = authentication::authenticate(&gateway.services, &head(parts), now).await?;
    let mapped = meaning(gateway, parts)?;
    // Fails closed: without the body nobody knows what this is about.
    if mapped.needs != Needs::Nothing {
        return Err(S3Error::new(Code::INCOMPLETE_BODY));
    }
    let arrived = Arrived {
        parts,
        peer,
        request_id,
        now,
    };
    let bucket = bucket_of(&gateway.services, &mapped, &authenticated).await?;
    let mut call = Call::new(gateway, &authenticated, arrived, mapped, bucket);
    call.check_open_to_strangers()?;
    call.decide_whole(&authenticated).await?;
    call.owned_bucket().map(|_| ())
}

fn head(parts: &Parts) -> Head<'_> {
    Head {
        method: &parts.method,
        path: parts.uri.path(),
        query: parts.uri.query(),
        headers: &parts.headers,
    }
}

/// What a request means, from its head alone.
fn meaning(gateway: &Store, parts: &Parts) -> Result<Mapped, S3Error> {
    if parts.method == Method::OPTIONS {
        return Err(S3Error::new(Code::CORS_NOT_ENABLED));
    }
    let incoming = Incoming {
        method: &parts.method,
        path: parts.uri.path(),
        query: parts.uri.query(),
        headers: &parts.headers,
        host: arrival::host(parts),
    };
    Ok(map_s3(&incoming, &gateway.hosts)?)
}

/// Decides and acts on a request of somebody who was authenticated.
pub(crate) async fn act<B>(
    call: &mut Call<'_>,
    authenticated: &Authenticated,
    gateway: &Store,
    body: B,
) -> Result<Response<GatewayBody>, S3Error>
where
    B: Body<Data = Bytes> + Send + Unpin + 'static,
{
    call.check_open_to_strangers()?;
    let mut body = Some(body);
    let mut whole = None;
    if call.mapped.needs != Needs::Nothing {
        call.check_worth_reading()?;
        let read = read_whole(call, authenticated, gateway, body.take()).await?;
        call.mapped.with_body(&read.bytes)?;
        whole = Some(read);
        call.refresh().await?;
    }
    let is_batch = call.mapped.delete.is_some();
    call.decide_whole(authenticated).await?;
    answered::check_access_control(&call.mapped)?;
    if is_batch || is_answered_here(&call.mapped) {
        if whole.is_none() && call.mapped.operation.body() != Takes::None {
            whole = Some(read_whole(call, authenticated, gateway, body.take()).await?);
        }
        let bytes = whole
            .as_ref()
            .map(|whole| whole.bytes.clone())
            .unwrap_or_default();
        return Ok(answered::answer(call, bytes).await?.into_response());
    }
    call.owned_bucket()?;
    match (whole, body) {
        (Some(whole), _) => call.forward_whole(&whole).await,
        (None, Some(body)) => call.forward(authenticated, body).await,
        (None, None) => Err(S3Error::new(Code::INCOMPLETE_BODY)),
    }
}

/// Creating and deleting a bucket goes on to the upstream, but the claim to its name comes first.
fn is_answered_here(mapped: &Mapped) -> bool {
    mapped.operation.answered_by() == AnsweredBy::Lanyard
        || matches!(mapped.operation.name(), "CreateBucket" | "DeleteBucket")
}

/// Reads a body that is needed whole.
async fn read_whole<B>(
    call: &Call<'_>,
    authenticated: &Authenticated,
    gateway: &Store,
    body: Option<B>,
) -> Result<WholeBody, S3Error>
where
    B: Body<Data = Bytes> + Send + Unpin + 'static,
{
    let body = body.ok_or_else(|| S3Error::new(Code::INCOMPLETE_BODY))?;
    let bytes_max = match call.mapped.operation.body() {
        Takes::Bounded(max) => max,
        Takes::None | Takes::Streaming => DOCUMENT_BYTES_MAX,
    };
    let plan = call.body_plan(authenticated, body.size_hint().exact())?;
    let holder = (!call.caller.is_anonymous()).then_some(call.caller.account);
    Ok(read_bounded(body, plan, bytes_max, &gateway.budget, holder).await?)
}

fn log_cause(error: &S3Error, request_id: &str) {
    let Some(cause) = error.cause.as_deref() else {
        return;
    };
    let cause: &(dyn std::error::Error + 'static) = cause;
    if error.retry_after.is_some() {
        // An outage is told of once, where it is noticed, and not by each request that it stops.
        tracing::debug!(
            code = error.code.name,
            request_id,
            cause,
            "a request to the store has to wait"
        );
        return;
    }
    if error.code.status().is_client_error() {
        // Such as a bucket that is not empty: the store is well, and who asked is told.
        tracing::debug!(code = error.code.name, request_id, cause, "the store refused");
        return;
    }
    tracing::error!(
        code = error.code.name,
        request_id,
        cause,
        "a request to the store failed"
    );
}
