//! The upstream's answer on its way to the client.
//!
//! Its headers are passed on if S3 has them, but for the upstream's request ids: the client's is Lanyard's, by which
//! the decision is found. CORS headers are not among them: preflights are refused, and what they refuse must not be
//! granted by the answer itself.
//!
//! Objects are other people's files under this server's name, so a browser is told to run nothing of them.

use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_SECURITY_POLICY, HeaderName, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderValue, Response, StatusCode};
use hyper::body::Incoming;

use super::store_refusal::StoreRefusal;
use crate::answer::{EXTENDED_REQUEST_ID, GatewayBody, GatewayOutcome, REQUEST_ID};
use crate::error::{Code, S3Error, is_about_gateway};
use crate::upstream::{check_status, drop_headers, read_document};
use crate::xml::Element;

/// What an answer about buckets and objects can say in headers, besides those of S3's own. All others are of one
/// connection, of the store's host, or orders to a proxy or a browser on the way, such as `x-accel-redirect`, `refresh`
/// and `access-control-allow-origin`.
const PASSED: [&str; 17] = [
    "accept-ranges",
    "age",
    "allow",
    "cache-control",
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-length",
    "content-md5",
    "content-range",
    "content-type",
    "date",
    "etag",
    "expires",
    "last-modified",
    "retry-after",
    "vary",
];
const OWN_PREFIX: &str = "x-amz-";

/// The longest error document that is looked into.
const ERROR_BYTES_MAX: usize = 64 << 10;

/// Passes on what the upstream answered.
pub(crate) async fn pass_on(
    response: Response<Incoming>,
    idle_max: Duration,
) -> Result<Response<GatewayBody>, S3Error> {
    let (mut head, body) = response.into_parts();
    check_status(head.status)?;
    drop_headers(&mut head.headers, is_passed);
    let may_be_about_us = matches!(head.status, StatusCode::BAD_REQUEST | StatusCode::FORBIDDEN);
    let mut refusal = None;
    let body = if StoreRefusal::is_one(head.status) {
        let document = read_document(body, ERROR_BYTES_MAX, idle_max).await?;
        if may_be_about_us {
            check_error(&document)?;
        }
        refusal = Some(StoreRefusal::read(head.status, &document));
        GatewayBody::whole(document)
    } else {
        GatewayBody::upstream(body, idle_max)
    };
    let mut passed = Response::new(body);
    if let Some(refusal) = refusal {
        passed.extensions_mut().insert(refusal);
    }
    *passed.status_mut() = head.status;
    *passed.headers_mut() = head.headers;
    passed.extensions_mut().insert(GatewayOutcome::passed("s3"));
    Ok(passed)
}

/// What every answer has.
pub(super) fn finish(response: &mut Response<GatewayBody>, request_id: &str) {
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(request_id) {
        headers.insert(REQUEST_ID, id);
    }
    headers.insert(EXTENDED_REQUEST_ID, HeaderValue::from_static("lanyard"));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
}

fn is_passed(name: &HeaderName) -> bool {
    // The ids of a request are Lanyard's.
    let is_own = name.as_str().starts_with(OWN_PREFIX) && *name != REQUEST_ID && *name != EXTENDED_REQUEST_ID;
    is_own || PASSED.contains(&name.as_str())
}

/// Passes on an answer whose body was read whole.
pub(super) fn pass_on_whole(mut head: http::response::Parts, body: Bytes) -> Response<GatewayBody> {
    drop_headers(&mut head.headers, is_passed);
    head.extensions.clear();
    head.extensions.insert(GatewayOutcome::passed("s3"));
    if StoreRefusal::is_one(head.status) {
        head.extensions.insert(StoreRefusal::read(head.status, &body));
    }
    Response::from_parts(head, GatewayBody::whole(body))
}

/// Refuses an error that is about the gateway's own credentials.
fn check_error(document: &[u8]) -> Result<(), S3Error> {
    let Ok(error) = Element::parse(document, "Error") else {
        return Ok(());
    };
    let code = error
        .all("Code")
        .next()
        .map(|code| code.text.as_str())
        .unwrap_or_default();
    if is_about_gateway(code) {
        return Err(S3Error::new(Code::SERVICE_UNAVAILABLE).because(NotAccepted(code.to_owned())));
    }
    Ok(())
}

/// The upstream does not accept the gateway's credentials.
#[derive(Debug, thiserror::Error)]
#[error("the upstream does not accept the gateway's requests: {0}; are its credentials right?")]
struct NotAccepted(String);
