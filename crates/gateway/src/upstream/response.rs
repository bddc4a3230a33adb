//! What of an upstream's answer is alike for every service: which answers are none, which headers are of one connection
//! alone, and how a document is read that is looked into.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::StatusCode;
use http::header::{CONNECTION, CONTENT_LENGTH, HeaderMap, HeaderName, TRANSFER_ENCODING};
use http_body_util::BodyExt;
use hyper::body::Incoming;

use crate::error::{Code, S3Error};

/// Refuses what no store behind a gateway has any business answering: to go elsewhere, or to speak otherwise.
pub(crate) fn check_status(status: StatusCode) -> Result<(), S3Error> {
    let is_elsewhere = status.is_redirection() && status != StatusCode::NOT_MODIFIED;
    // Whom a proxy before the store wants to know is the gateway; and what is beyond 599 means nothing.
    let is_for_us = matches!(
        status,
        StatusCode::UNAUTHORIZED | StatusCode::PROXY_AUTHENTICATION_REQUIRED
    );
    if is_elsewhere || is_for_us || status.is_informational() || status.as_u16() > 599 {
        return Err(S3Error::new(Code::SERVICE_UNAVAILABLE).because(NotAnAnswer(status)));
    }
    Ok(())
}

/// Drops what a connection names as its own, and what is not passed on.
pub(crate) fn drop_headers(headers: &mut HeaderMap, is_passed: fn(&HeaderName) -> bool) {
    let named = named_by_connection(headers);
    // Of an answer that says both, the length is not that of what comes.
    if headers.contains_key(TRANSFER_ENCODING) {
        headers.remove(CONTENT_LENGTH);
    }
    let others: Vec<HeaderName> = headers.keys().filter(|name| !is_passed(name)).cloned().collect();
    for name in others.iter().chain(&named) {
        headers.remove(name);
    }
}

/// The headers that a connection names as its own.
fn named_by_connection(headers: &HeaderMap) -> Vec<HeaderName> {
    headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|names| names.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect()
}

/// Reads a document of at most so many bytes; a larger one is none.
pub(crate) async fn read_document(
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

/// The upstream sends its clients elsewhere.
#[derive(Debug, thiserror::Error)]
#[error(
    "the upstream answers {0}, which is of no use to clients of a gateway; are its region and its URL right?"
)]
struct NotAnAnswer(StatusCode);

/// The upstream answered a document that is larger than any.
#[derive(Debug, thiserror::Error)]
#[error("the upstream's document is larger than any that is read")]
struct DocumentTooLarge;
