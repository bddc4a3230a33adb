//! The upstream's answer on its way to the client.
//!
//! Passed on as it is, but for what belongs to one hop or to another origin:
//! - headers of the connection and of the host (`server`, how it is reached), and cookies, which no object store has
//!   any business setting;
//! - the upstream's request ids: the client's is Lanyard's, by which the decision is found;
//! - CORS headers: preflights are refused, and what they refuse must not be granted by the answer itself.
//!
//! Objects are other people's files under this server's name, so a browser is told to run nothing of them.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::{
    ALT_SVC, CONNECTION, CONTENT_SECURITY_POLICY, HeaderMap, HeaderName, PROXY_AUTHENTICATE, SERVER,
    SET_COOKIE, STRICT_TRANSPORT_SECURITY, TE, TRAILER, TRANSFER_ENCODING, UPGRADE, WWW_AUTHENTICATE,
    X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderValue, Response, StatusCode};
use http_body_util::BodyExt;
use hyper::body::Incoming;

use crate::answer::{EXTENDED_REQUEST_ID, GatewayBody, GatewayOutcome, REQUEST_ID};
use crate::error::{Code, S3Error, is_about_gateway};
use crate::record::StoreRefusal;
use crate::s3::Element;

/// Headers that belong to one connection, or to the upstream alone.
const DROPPED: [HeaderName; 16] = [
    CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    PROXY_AUTHENTICATE,
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
    SERVER,
    SET_COOKIE,
    WWW_AUTHENTICATE,
    ALT_SVC,
    STRICT_TRANSPORT_SECURITY,
    HeaderName::from_static("clear-site-data"),
    REQUEST_ID,
    EXTENDED_REQUEST_ID,
];
const CORS_PREFIX: &str = "access-control-";

/// The longest error document that is looked into.
const ERROR_BYTES_MAX: usize = 64 << 10;

/// Passes on what the upstream answered.
pub(crate) async fn pass_on(
    response: Response<Incoming>,
    idle_max: Duration,
) -> Result<Response<GatewayBody>, S3Error> {
    let (mut head, body) = response.into_parts();
    check_status(head.status)?;
    drop_headers(&mut head.headers);
    let may_be_about_us = matches!(
        head.status,
        StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN
    );
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
    passed.extensions_mut().insert(GatewayOutcome { error: None });
    Ok(passed)
}

/// Refuses what no store behind a gateway has any business answering: to go elsewhere, or to speak otherwise.
fn check_status(status: StatusCode) -> Result<(), S3Error> {
    let is_elsewhere = status.is_redirection() && status != StatusCode::NOT_MODIFIED;
    if is_elsewhere || status.is_informational() {
        return Err(S3Error::new(Code::SERVICE_UNAVAILABLE).because(NotAnAnswer(status)));
    }
    Ok(())
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

fn drop_headers(headers: &mut HeaderMap) {
    // A connection can name further headers of its own.
    let named: Vec<HeaderName> = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|names| names.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    let cors = headers
        .keys()
        .filter(|name| name.as_str().starts_with(CORS_PREFIX));
    let cors: Vec<HeaderName> = cors.cloned().collect();
    for name in DROPPED.iter().chain(&named).chain(&cors) {
        headers.remove(name);
    }
}

/// Passes on an answer whose body was read whole.
pub(super) fn pass_on_whole(mut head: http::response::Parts, body: Bytes) -> Response<GatewayBody> {
    drop_headers(&mut head.headers);
    head.extensions.clear();
    head.extensions.insert(GatewayOutcome { error: None });
    if StoreRefusal::is_one(head.status) {
        head.extensions.insert(StoreRefusal::read(head.status, &body));
    }
    Response::from_parts(head, GatewayBody::whole(body))
}

/// Reads a document of at most so many bytes; a larger one is none.
pub(super) async fn read_document(
    mut body: Incoming,
    bytes_max: usize,
    idle_max: Duration,
) -> Result<Bytes, S3Error> {
    let broken = || S3Error::with_message(Code::INTERNAL_ERROR, "The store broke off. Please try again.");
    let mut document = BytesMut::new();
    loop {
        let frame = tokio::time::timeout(idle_max, body.frame())
            .await
            .map_err(|_| broken())?;
        let Some(frame) = frame else {
            return Ok(document.freeze());
        };
        let frame = frame.map_err(|error| broken().because(error))?;
        if let Some(data) = frame.data_ref() {
            document.extend_from_slice(data);
        }
        if document.len() > bytes_max {
            return Err(broken().because(DocumentTooLarge));
        }
    }
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

/// The upstream sends its clients elsewhere.
#[derive(Debug, thiserror::Error)]
#[error(
    "the upstream answers {0}, which is of no use to clients of a gateway; are its region and its URL right?"
)]
struct NotAnAnswer(StatusCode);

/// The upstream answered a document that is larger than any.
#[derive(Debug, thiserror::Error)]
#[error("the upstream's document is larger than any of S3's")]
struct DocumentTooLarge;
