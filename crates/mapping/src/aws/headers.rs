//! Which headers go on: those that were understood.

use http::{HeaderMap, HeaderName, HeaderValue, header};
use lanyard_service_models::{Location, OperationModel};

use crate::MappingError;

/// Headers of the protocols, which go on with every operation.
const FORWARDED: [&str; 5] = [
    "accept",
    "content-type",
    "smithy-protocol",
    "x-amz-target",
    "x-amzn-query-mode",
];

/// Headers of signatures, framing and telemetry. They say nothing about what is asked for, and do not go on.
const DROPPED: [&str; 11] = [
    "x-amz-api-version",
    "x-amz-content-sha256",
    "x-amz-date",
    "x-amz-sdk-checksum-algorithm",
    "x-amz-security-token",
    "x-amz-user-agent",
    "x-amzn-account-id-endpoint-mode",
    "x-amzn-requestid",
    "x-amzn-trace-id",
    "x-amz-cf-id",
    "x-amz-apigw-id",
];

/// Families of the same kind.
const DROPPED_STARTS: [&str; 2] = ["x-amz-checksum-", "x-amz-sdk-"];

/// The headers that go on.
///
/// # Errors
/// A header of the service's family that the operation does not know, one that stands there twice, a body that is
/// encoded in a way nobody would look into.
pub(super) fn forwarded(
    headers: &HeaderMap,
    operation: Option<&'static OperationModel>,
) -> Result<Vec<(HeaderName, HeaderValue)>, MappingError> {
    let mut forward = Vec::with_capacity(4);
    for name in headers.keys() {
        let text = name.as_str();
        if FORWARDED.contains(&text) || operation.is_some_and(|operation| is_member(operation, text)) {
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
        let is_own = text.starts_with("x-amz-") || text.starts_with("x-amzn-");
        let is_dropped =
            DROPPED.contains(&text) || DROPPED_STARTS.iter().any(|start| text.starts_with(start)) || !is_own;
        if !is_dropped {
            return Err(MappingError::UnknownHeader {
                name: text.to_owned(),
                operation: operation.map_or("this service", OperationModel::name),
            });
        }
        // Fails closed: what is compressed was not looked into.
        if *name == header::CONTENT_ENCODING && headers.get(name).is_some_and(|value| value != "identity") {
            return Err(MappingError::InvalidArgument {
                name: text.to_owned(),
                reason: "bodies are read as they are",
            });
        }
    }
    Ok(forward)
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

/// What kind of body the request says it has: the type in lower case, without parameters.
///
/// # Errors
/// Two of them, letters of another encoding than UTF-8.
pub(super) fn content_type(headers: &HeaderMap) -> Result<Option<String>, MappingError> {
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
        Ok(Some(essence))
    } else {
        Err(wrong("it names another encoding than UTF-8"))
    }
}
