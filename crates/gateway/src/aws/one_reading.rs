//! What is sent on is read there as it was read here, by servers too that read more into a request than its protocol says.
//!
//! Some take a body of any kind for a form as well: they cut it at every `&`, and if `Action=…` stands in a piece, that is
//! what they do, whatever the target header or the path says. So a text in an item could name another operation, and
//! another resource. moto 5.2 does so, unless the address has parameters already.
//!
//! Some look for the region in the whole address: what stands before `.amazonaws.com` there, though it be a parameter,
//! goes before what the request is signed for. moto 5.2 does so.
//!
//! Invariant: nothing that was read as text here can be an operation, a parameter or a region there.

use bytes::Bytes;
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use lanyard_mapping::aws::ServiceCall;
use lanyard_service_models::{OperationModel, PayloadKind, Protocol};

use crate::error::{Kind, ServiceError};

/// How a `&` is written in JSON so that nobody cuts there. It can stand in texts alone.
const WRITTEN: &[u8] = br"\u0026";
/// By how much a body may grow.
const GROWTH_BYTES_MAX: usize = 8 << 20;
/// The parameter that names an operation in forms.
const ACTION: &str = "Action=";
/// What comes as fields and files.
const OF_FIELDS: &[u8] = b"multipart/";

/// Refuses what cannot be written so that it has one reading.
pub(super) fn check(
    mapped: &ServiceCall,
    protocol: Protocol,
    headers: &HeaderMap,
) -> Result<(), ServiceError> {
    let refuse = |why| Err(ServiceError::new(Kind::Unreadable, why));
    let is_form = matches!(protocol, Protocol::Query | Protocol::Ec2);
    let query = mapped.target.split_once('?').map_or("", |(_, query)| query);
    if !is_form && query.split('&').any(|pair| pair.starts_with(ACTION)) {
        return refuse("A parameter of this operation cannot be called Action.");
    }
    let content = headers
        .get(CONTENT_TYPE)
        .map_or(&b""[..], |value| value.as_bytes());
    let start = content.trim_ascii_start().get(..OF_FIELDS.len());
    if start.is_some_and(|start| start.eq_ignore_ascii_case(OF_FIELDS)) {
        return refuse("Bodies of several parts are not taken.");
    }
    Ok(())
}

/// An address in which nobody finds the name of a host. To whoever decodes it, it is the same.
pub(super) fn address(target: String) -> String {
    const HOSTS: &str = "amazonaws.com";
    const ENCODED: &str = "amazonaws%2Ecom";
    if target.contains(HOSTS) {
        target.replace(HOSTS, ENCODED)
    } else {
        target
    }
}

/// Path and query for the upstream. Where the body is passed on as it is, a parameter stands in the query, so that nobody
/// looks for some in the body.
///
/// Evidence: the one that SDKs send with operations of S3, to no effect but in logs.
pub(super) fn target(mapped: &ServiceCall) -> String {
    address(
        if has_free_body(mapped.operation) && !mapped.target.contains('?') {
            format!("{}?x-id={}", mapped.target, mapped.operation.name())
        } else {
            mapped.target.clone()
        },
    )
}

/// The body for the upstream. `protocol`: in which it was read.
pub(super) fn body(mapped: &ServiceCall, protocol: Protocol, bytes: Bytes) -> Result<Bytes, ServiceError> {
    let is_json = matches!(protocol, Protocol::Json10 | Protocol::Json11 | Protocol::RestJson);
    if is_json && !has_free_body(mapped.operation) {
        json(bytes)
    } else {
        Ok(bytes)
    }
}

/// The same JSON without a `&` in it.
pub(super) fn json(bytes: Bytes) -> Result<Bytes, ServiceError> {
    let count = bytes.iter().filter(|byte| **byte == b'&').count();
    if count == 0 {
        return Ok(bytes);
    }
    let growth = count.saturating_mul(WRITTEN.len() - 1);
    if growth > GROWTH_BYTES_MAX {
        return Err(ServiceError::new(
            Kind::TooLarge,
            "The request has too many ampersands.",
        ));
    }
    let mut written = Vec::with_capacity(bytes.len().saturating_add(growth));
    for (number, piece) in bytes.split(|byte| *byte == b'&').enumerate() {
        if number > 0 {
            written.extend_from_slice(WRITTEN);
        }
        written.extend_from_slice(piece);
    }
    Ok(written.into())
}

/// Whether the body is whatever the client sends, and not read here.
fn has_free_body(operation: &OperationModel) -> bool {
    operation
        .payload()
        .is_some_and(|payload| payload.kind() != PayloadKind::Modelled)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::{GROWTH_BYTES_MAX, address, json};

    fn check(text: &str) {
        let written = json(Bytes::copy_from_slice(text.as_bytes())).unwrap();
        assert!(!written.contains(&b'&'), "{text}");
        let value = |bytes: &[u8]| serde_json::from_slice::<serde_json::Value>(bytes).unwrap();
        assert_eq!(value(&written), value(text.as_bytes()), "{text}");
    }

    #[test]
    fn the_same_is_said_without_ampersands() {
        check(r#"{"a":"b"}"#);
        check(r#"{"a":"&Action=DeleteTable&TableName=b&"}"#);
        check(r#"{"&":["&&","\\&","\"&\"","&amp;"]}"#);
    }

    #[test]
    fn an_address_names_no_host() {
        let check = |target: &str, expected: &str| assert_eq!(address(target.to_owned()), expected);
        check("/restapis?position=1", "/restapis?position=1");
        check(
            "/restapis?position=.eu-west-1.amazonaws.com",
            "/restapis?position=.eu-west-1.amazonaws%2Ecom",
        );
        check(
            "/tags/a.b.amazonaws.com/c.amazonaws.com.cn",
            "/tags/a.b.amazonaws%2Ecom/c.amazonaws%2Ecom.cn",
        );
    }

    #[test]
    fn a_body_does_not_grow_without_end() {
        let many = |count: usize| json(Bytes::from(vec![b'&'; count])).map(|written| written.len());
        let most = GROWTH_BYTES_MAX / 5;
        assert_eq!(many(most).ok(), Some(most * 6));
        assert!(many(most + 1).is_err());
    }
}
