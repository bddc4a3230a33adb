//! The upstream's answer on its way to the client.
//!
//! Everything in it that is the service's is passed on, but for the ids of the request: the client's is Lanyard's, by
//! which the decision is found. What is of one connection, or an order to a proxy or a browser on the way, is not the
//! service's.

use std::time::Duration;

use http::header::{CONTENT_LENGTH, CONTENT_SECURITY_POLICY, HeaderName, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use hyper::body::Incoming;

use super::refusal::UpstreamRefusal;
use crate::answer::{EXTENDED_REQUEST_ID, GatewayBody, GatewayOutcome, REQUEST_ID};
use crate::error::{ServiceError, is_about_gateway_of_service};
use crate::upstream::{check_status, drop_headers, read_document};

/// The header with the id of a request, which services other than S3 have.
const SERVICE_REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");

/// Headers that say nothing of the answer itself.
const NOT_OF_THE_ANSWER: [&str; 20] = [
    "alt-svc",
    "connection",
    "content-security-policy",
    "keep-alive",
    "proxy-authenticate",
    "proxy-connection",
    "public-key-pins",
    "refresh",
    "server",
    "set-cookie",
    "set-cookie2",
    "strict-transport-security",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "via",
    "www-authenticate",
    "x-content-type-options",
    "x-powered-by",
];
/// The same by how they begin.
const NOT_OF_THE_ANSWER_BY_PREFIX: [&str; 3] = ["access-control-", "x-accel-", "x-sendfile"];

/// The longest error document that is looked into.
const ERROR_BYTES_MAX: usize = 64 << 10;

/// Passes on what the upstream answered.
pub(super) async fn pass_on(
    response: Response<Incoming>,
    idle_max: Duration,
    signing_name: &'static str,
) -> Result<Response<GatewayBody>, ServiceError> {
    let (mut head, body) = response.into_parts();
    check_status(head.status)?;
    let is_refusal = head.status.is_client_error() || head.status.is_server_error();
    let is_short = length(&head.headers).is_none_or(|length| length <= ERROR_BYTES_MAX as u64);
    drop_headers(&mut head.headers, is_passed);
    let mut refusal = None;
    let body = if is_refusal && is_short {
        let document = read_document(body, ERROR_BYTES_MAX, idle_max).await?;
        let found = UpstreamRefusal::read(head.status, &head.headers, &document);
        let may_be_about_us = matches!(
            head.status,
            StatusCode::BAD_REQUEST | StatusCode::FORBIDDEN | StatusCode::NOT_FOUND
        );
        if may_be_about_us && is_about_gateway_of_service(found.code()) {
            return Err(ServiceError::unavailable(NotAccepted(found.code().to_owned())));
        }
        refusal = Some(found);
        GatewayBody::whole(document)
    } else {
        GatewayBody::upstream(body, idle_max)
    };
    let mut passed = Response::new(body);
    if let Some(refusal) = refusal {
        passed.extensions_mut().insert(refusal);
    } else if is_refusal {
        passed
            .extensions_mut()
            .insert(UpstreamRefusal::unread(head.status));
    }
    *passed.status_mut() = head.status;
    *passed.headers_mut() = head.headers;
    passed
        .extensions_mut()
        .insert(GatewayOutcome::passed(signing_name));
    Ok(passed)
}

/// What every answer has.
pub(super) fn finish(response: &mut Response<GatewayBody>, request_id: &str) {
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(request_id) {
        headers.insert(SERVICE_REQUEST_ID, id);
    }
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
}

fn length(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn is_passed(name: &HeaderName) -> bool {
    let is_id = [SERVICE_REQUEST_ID, REQUEST_ID, EXTENDED_REQUEST_ID].contains(name);
    let name = name.as_str();
    let is_order = NOT_OF_THE_ANSWER_BY_PREFIX
        .iter()
        .any(|prefix| name.starts_with(prefix));
    !is_id && !is_order && !NOT_OF_THE_ANSWER.contains(&name)
}

/// The upstream does not accept the gateway's credentials.
#[derive(Debug, thiserror::Error)]
#[error("the upstream does not accept the gateway's requests: {0}; are its credentials right?")]
struct NotAccepted(String);
