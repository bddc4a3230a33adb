//! Which headers go on: those that were understood.

use std::borrow::Cow;

use http::{HeaderMap, HeaderName, HeaderValue, header};
use lanyard_service_models::{Location, Member, OperationModel};

use crate::MappingError;

/// Headers of the protocols, which go on with every operation.
fn is_forwarded(name: &str) -> bool {
    matches!(
        name,
        "accept" | "content-type" | "smithy-protocol" | "x-amz-target" | "x-amzn-query-mode"
    )
}

/// Headers of signatures, framing and telemetry. They say nothing about what is asked for, and do not go on.
fn is_dropped(name: &str) -> bool {
    let is_own = name.starts_with("x-amz");
    !is_own
        || matches!(
            name,
            "x-amz-api-version"
                | "x-amz-content-sha256"
                | "x-amz-date"
                | "x-amz-security-token"
                | "x-amz-user-agent"
                | "x-amzn-account-id-endpoint-mode"
                | "x-amzn-requestid"
                | "x-amzn-trace-id"
                | "x-amz-cf-id"
                | "x-amz-apigw-id"
        )
        || name.starts_with("x-amz-checksum-")
        || name.starts_with("x-amz-sdk-")
}

/// The headers that go on.
///
/// # Errors
/// A header of the service's family that the operation does not know, one that stands there twice.
pub(super) fn forwarded(
    headers: &HeaderMap,
    operation: Option<&'static OperationModel>,
) -> Result<Vec<(HeaderName, HeaderValue)>, MappingError> {
    let mut forward = Vec::with_capacity(4);
    let has_members = operation.is_some_and(|operation| {
        let members = operation.input().map_or(&[][..], |input| input.members());
        let is_header =
            |member: &Member| matches!(member.location(), Location::Header | Location::HeaderPrefix);
        members.iter().any(is_header)
    });
    for name in headers.keys() {
        let text = name.as_str();
        if is_forwarded(text)
            || (has_members && operation.is_some_and(|operation| is_member(operation, text)))
        {
            let mut values = headers.get_all(name).iter();
            if let (Some(value), None) = (values.next(), values.next()) {
                forward.push((name.clone(), value.clone()));
                continue;
            }
            return Err(MappingError::InvalidArgument {
                name: text.to_owned(),
                reason: "it is given twice",
            });
        }
        if !is_dropped(text) {
            return Err(MappingError::UnknownHeader {
                name: text.to_owned(),
                operation: operation.map_or("this service", OperationModel::name),
            });
        }
    }
    Ok(forward)
}

/// Whether the body is packed by gzip. It goes on unpacked, since that is what was decided on.
///
/// # Errors
/// An encoding that nobody would look into, or more than one. `may_be`: whether the operation may be asked for like that.
pub(super) fn is_packed(headers: &HeaderMap, may_be: bool) -> Result<bool, MappingError> {
    let mut values = headers.get_all(header::CONTENT_ENCODING).iter();
    match (values.next().map(HeaderValue::as_bytes), values.next()) {
        (None | Some(b"identity"), None) => Ok(false),
        (Some(b"gzip"), None) if may_be => Ok(true),
        // Fails closed: what is packed was not looked into.
        _ => Err(MappingError::InvalidArgument {
            name: header::CONTENT_ENCODING.as_str().to_owned(),
            reason: "bodies are read as they are",
        }),
    }
}

fn is_member(operation: &'static OperationModel, name: &str) -> bool {
    let members = operation.input().map_or(&[][..], |input| input.members());
    members.iter().any(|member| match member.location() {
        Location::Header => member.wire_name().eq_ignore_ascii_case(name),
        Location::HeaderPrefix => {
            let prefix = member.wire_name();
            name.get(..prefix.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
        }
        _ => false,
    })
}

/// The type of a form.
pub(super) const FORM: &str = "application/x-www-form-urlencoded";

/// What kind of body the request says it has: the type in lower case, without parameters.
///
/// # Errors
/// Two of them, letters of another encoding than UTF-8.
pub(super) fn content_type(headers: &HeaderMap) -> Result<Option<Cow<'static, str>>, MappingError> {
    let wrong = |reason| MappingError::InvalidArgument {
        name: "content-type".to_owned(),
        reason,
    };
    let mut values = headers.get_all(header::CONTENT_TYPE).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(wrong("it is given twice"));
    }
    // As nearly all clients write it.
    const USUAL: [&str; 7] = [
        "application/x-amz-json-1.0",
        "application/x-amz-json-1.1",
        "application/json",
        "application/cbor",
        "application/xml",
        FORM,
        "application/x-amz-cbor-1.1",
    ];
    if let Some(usual) = USUAL.iter().find(|usual| value.as_bytes() == usual.as_bytes()) {
        return Ok(Some(Cow::Borrowed(usual)));
    }
    if value.as_bytes() == b"application/x-www-form-urlencoded; charset=utf-8" {
        return Ok(Some(Cow::Borrowed(FORM)));
    }
    let text = value
        .to_str()
        .map_err(|_| wrong("it has letters outside ASCII"))?;
    let mut parts = text.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default().to_ascii_lowercase();
    let is_known = |part: &str| {
        let Some((name, value)) = part.split_once('=') else {
            return false;
        };
        !name.eq_ignore_ascii_case("charset") || value.trim_matches('"').eq_ignore_ascii_case("utf-8")
    };
    if parts.all(is_known) {
        Ok(Some(Cow::Owned(essence)))
    } else {
        Err(wrong("it names another encoding than UTF-8"))
    }
}
