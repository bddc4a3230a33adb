//! OpenID AuthZEN, the Authorization API 1.0: what enforcement points ask that speak it, answered from Lanyard's
//! policies.
//!
//! Every application has a decision point of its own, `/authzen/APPLICATION`, where names are the application's; at the
//! root they have to be whole. How they become principals, actions, ARNs and condition keys stands in [`terms`]. From
//! there a question goes the way of every other one: the same permission to ask, the same decision, the same records.
//!
//! Invariants:
//! - What the specification calls a denial is one: nobody who is unknown, and no question that cannot be decided, is
//!   ever let in. Errors of single questions of a batch are denials.
//! - A search names only what the asker may ask about, and shows nothing that a question would not have answered.
//! - What one request makes the server do is bounded: questions of a batch, decisions for a page.
//!
//! Deliberately absent: signed metadata, and reasons for users. The reasons that are there are for administrators.
//!
//! Evidence: the Authorization API 1.0 of the OpenID AuthZEN working group, and its certification scenario.

mod candidates;
mod condition_keys;
mod entity;
mod evaluation;
mod metadata;
mod page;
mod properties;
mod request;
mod route;
mod search;
mod terms;
mod write;

use bytes::Bytes;
use http::header::{ALLOW, AUTHORIZATION, CONNECTION, CONTENT_TYPE, WWW_AUTHENTICATE};
use http::request::Parts;
use http::{HeaderName, HeaderValue, Method, Response, StatusCode};
use http_body::Body;
use http_body_util::Full;

pub(crate) use route::Route;

use route::Endpoint;
use terms::Terms;
use write::status;

use crate::body::{BATCH_BYTES_MAX, ReceivedBody, receive};
use crate::hearing::Hearing;
use crate::identify::{Asker, bearer_key, by_bearer_key, by_signature, facts, only};
use crate::refusal::{Code, Refusal};
use crate::services::Asked;

/// What the asker calls its request. It is answered with the same.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Answers one request. Never fails: every refusal is an answer.
pub(crate) async fn answer<B>(asked: Asked<'_>, route: Route<'_>, body: B) -> Response<Full<Bytes>>
where
    B: Body<Data = Bytes> + Unpin,
{
    let (method, headers) = (&asked.parts.method, &asked.parts.headers);
    let mut response = match (route.endpoint, method) {
        (Endpoint::Metadata, &Method::GET | &Method::HEAD) => {
            respond(metadata::document(&asked.services.origin, &route))
        }
        (Endpoint::Metadata, _) => not_allowed("GET, HEAD"),
        (_, &Method::POST) => respond(decide(&asked, &route, body).await),
        _ => not_allowed("POST"),
    };
    if let Some(id) = headers.get(&REQUEST_ID) {
        response.headers_mut().insert(REQUEST_ID, id.clone());
    }
    response
}

async fn decide<B>(asked: &Asked<'_>, route: &Route<'_>, body: B) -> Result<String, Refusal>
where
    B: Body<Data = Bytes> + Unpin,
{
    let (asker, body) = identify(asked, body).await?;
    if !is_json(asked.parts) {
        return Err(Refusal::validation("The Content-Type must be application/json."));
    }
    let terms = Terms::new(route.application, asker.caller.account)?;
    let facts = facts(asked.parts, asked.peer, &asker.region, asked.now);
    let mut hearing = Hearing::new(asked.services, &asker, facts, asked.id.as_str());
    let bytes = &body.bytes;
    match route.endpoint {
        Endpoint::Evaluation => evaluation::one(&terms, &mut hearing, bytes).await,
        Endpoint::Evaluations => evaluation::many(&terms, &mut hearing, bytes).await,
        Endpoint::Search(kind) => {
            let (keyring, now) = (&asked.services.keyring, asked.now);
            let mut search = search::Search::new(&terms, &mut hearing, kind);
            search.answer(bytes, keyring, now).await
        }
        // Asked for with another method.
        Endpoint::Metadata => Err(Refusal::new(Code::UnknownOperation, "There is nothing here.")),
    }
}

/// Who asks: by a bearer key, or else by a signature.
async fn identify<'a, B>(asked: &Asked<'a>, body: B) -> Result<(Asker, ReceivedBody<'a>), Refusal>
where
    B: Body<Data = Bytes> + Unpin,
{
    let (authenticator, parts) = (&asked.services.authenticator, asked.parts);
    let shown = only(&parts.headers, &AUTHORIZATION)?;
    if shown.and_then(bearer_key).is_none() {
        return by_signature(authenticator, &asked.bodies.unproven, parts, body, asked.now).await;
    }
    let asker = by_bearer_key(authenticator, &parts.headers, asked.now).await?;
    let budget = (&asked.bodies.proven, asker.caller.account);
    let body = receive(body, BATCH_BYTES_MAX, budget).await?;
    Ok((asker, body))
}

fn is_json(parts: &Parts) -> bool {
    let value = only(&parts.headers, &CONTENT_TYPE).ok().flatten();
    let media_type = value.and_then(|value| value.split(';').next());
    media_type.is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

fn respond(answer: Result<String, Refusal>) -> Response<Full<Bytes>> {
    let (status, body) = match answer {
        Ok(body) => (StatusCode::OK, body),
        Err(refusal) => (status(refusal.code), write::message(&refusal.message)),
    };
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    match status {
        StatusCode::UNAUTHORIZED => {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        // The body was not read to its end, so the connection is of no more use.
        StatusCode::PAYLOAD_TOO_LARGE | StatusCode::REQUEST_TIMEOUT => {
            headers.insert(CONNECTION, HeaderValue::from_static("close"));
        }
        _ => {}
    }
    response
}

fn not_allowed(allowed: &'static str) -> Response<Full<Bytes>> {
    let mut response = respond(Err(Refusal::validation(format!(
        "The method is not one of: {allowed}."
    ))));
    *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    response
        .headers_mut()
        .insert(ALLOW, HeaderValue::from_static(allowed));
    response
}
