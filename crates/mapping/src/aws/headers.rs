//! Which headers go on: those that were understood.

use std::borrow::Cow;

use http::{HeaderMap, HeaderName, HeaderValue, header};
use lanyard_service_models::{Location, Member};

use super::compile::CompiledOperation;
use crate::MappingError;

/// The header of the newer CBOR protocol.
pub(super) const SMITHY_PROTOCOL: &str = "smithy-protocol";
/// The operation, in the protocols that have one body for all.
pub(super) const TARGET: &str = "x-amz-target";

/// Headers of the protocols, which go on with every operation. Glacier does not answer without its own.
fn is_forwarded(name: &str) -> bool {
    matches!(
        name,
        "accept" | "content-type" | SMITHY_PROTOCOL | TARGET | "x-amz-glacier-version" | "x-amzn-query-mode"
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

/// The headers that say what a request is, and those that go on with every operation, found in one go.
#[derive(Debug, Default)]
pub(super) struct Fields<'h> {
    /// Those that go on with every operation, each once; nothing if not all that there are say nothing else.
    usual: Option<Vec<(&'h HeaderName, &'h HeaderValue)>>,
    content_type: Once<'h>,
    content_encoding: Once<'h>,
    smithy_protocol: Once<'h>,
    target: Once<'h>,
}

/// What stands in a header that is given once.
#[derive(Debug, Default, Clone, Copy)]
enum Once<'h> {
    #[default]
    Absent,
    Given(&'h HeaderValue),
    Twice,
}

impl<'h> Fields<'h> {
    pub(super) fn of(headers: &'h HeaderMap) -> Self {
        let mut fields = Self::default();
        let mut usual = Vec::with_capacity(4);
        let mut are_usual = true;
        for (name, value) in headers {
            let text = name.as_str();
            if !is_forwarded(text) {
                are_usual &= is_dropped(text);
                if *name == header::CONTENT_ENCODING {
                    fields.content_encoding.give(value);
                }
                continue;
            }
            // The values of one name come one after the other.
            are_usual &= usual.last().is_none_or(|(last, _)| *last != name);
            usual.push((name, value));
            match text {
                "content-type" => fields.content_type.give(value),
                SMITHY_PROTOCOL => fields.smithy_protocol.give(value),
                TARGET => fields.target.give(value),
                _ => {}
            }
        }
        fields.usual = are_usual.then_some(usual);
        fields
    }

    /// The name of a newer protocol.
    ///
    /// # Errors
    /// Two of them, letters outside ASCII.
    pub(super) fn smithy_protocol(&self) -> Result<Option<&'h str>, MappingError> {
        self.smithy_protocol.text(SMITHY_PROTOCOL)
    }

    /// The operation in the protocols that have one here.
    ///
    /// # Errors
    /// Two of them, letters outside ASCII.
    pub(super) fn target(&self) -> Result<Option<&'h str>, MappingError> {
        self.target.text(TARGET)
    }

    /// Whether the body is packed by gzip. It goes on unpacked, since that is what was decided on.
    ///
    /// # Errors
    /// An encoding that nobody would look into, or more than one. `may_be`: whether the operation may be asked for
    /// like that.
    pub(super) fn is_packed(&self, may_be: bool) -> Result<bool, MappingError> {
        match self.content_encoding {
            Once::Absent => Ok(false),
            Once::Given(value) if value == "identity" => Ok(false),
            Once::Given(value) if value == "gzip" && may_be => Ok(true),
            // Fails closed: what is packed was not looked into.
            Once::Given(_) | Once::Twice => Err(MappingError::InvalidArgument {
                name: header::CONTENT_ENCODING.as_str().to_owned(),
                reason: "bodies are read as they are",
            }),
        }
    }
}

impl<'h> Once<'h> {
    fn give(&mut self, value: &'h HeaderValue) {
        *self = match self {
            Self::Absent => Self::Given(value),
            Self::Given(_) | Self::Twice => Self::Twice,
        };
    }

    fn value(self, name: &str) -> Result<Option<&'h HeaderValue>, MappingError> {
        match self {
            Self::Absent => Ok(None),
            Self::Given(value) => Ok(Some(value)),
            Self::Twice => Err(wrong(name, "it is given twice")),
        }
    }

    fn text(self, name: &str) -> Result<Option<&'h str>, MappingError> {
        match self.value(name)?.map(HeaderValue::to_str) {
            None => Ok(None),
            Some(Ok(text)) => Ok(Some(text)),
            Some(Err(_)) => Err(wrong(name, "it has letters outside ASCII")),
        }
    }
}

fn wrong(name: &str, reason: &'static str) -> MappingError {
    MappingError::InvalidArgument {
        name: name.to_owned(),
        reason,
    }
}

/// The headers that go on, each of them once.
///
/// # Errors
/// A header of the service's family that the operation does not know, one that stands there twice.
pub(super) fn forwarded<'h>(
    headers: &'h HeaderMap,
    fields: Fields<'h>,
    operation: Option<&CompiledOperation>,
) -> Result<Vec<(&'h HeaderName, &'h HeaderValue)>, MappingError> {
    let members = operation.map_or(&[][..], |operation| operation.in_headers.as_slice());
    if let (Some(usual), []) = (fields.usual, members) {
        return Ok(usual);
    }
    let mut forward = Vec::with_capacity(4);
    for (name, value) in headers {
        let text = name.as_str();
        if is_forwarded(text) || members.iter().any(|member| is_in(member, text)) {
            // The values of one name come one after the other.
            if forward.last().is_some_and(|(last, _)| *last == name) {
                return Err(wrong(text, "it is given twice"));
            }
            forward.push((name, value));
            continue;
        }
        if !is_dropped(text) {
            return Err(MappingError::UnknownHeader {
                name: text.to_owned(),
                operation: operation.map_or("this service", |operation| operation.model.name()),
            });
        }
    }
    Ok(forward)
}

/// Whether a member stands in a header of this name.
fn is_in(member: &Member, name: &str) -> bool {
    let known = member.wire_name();
    match member.location() {
        Location::HeaderPrefix => name
            .get(..known.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(known)),
        _ => known.eq_ignore_ascii_case(name),
    }
}

/// The type of a form.
pub(super) const FORM: &str = "application/x-www-form-urlencoded";

/// What kind of body the request says it has: the type in lower case, without parameters.
///
/// # Errors
/// Two of them, letters of another encoding than UTF-8.
pub(super) fn content_type(fields: &Fields<'_>) -> Result<Option<Cow<'static, str>>, MappingError> {
    let wrong = |reason| wrong(header::CONTENT_TYPE.as_str(), reason);
    let Some(value) = fields.content_type.value(header::CONTENT_TYPE.as_str())? else {
        return Ok(None);
    };
    // As nearly all clients write it.
    const USUAL: [&str; 9] = [
        "application/x-amz-json-1.0",
        "application/x-amz-json-1.1",
        "application/json",
        "application/cbor",
        "application/xml",
        FORM,
        "application/x-amz-cbor-1.1",
        "application/octet-stream",
        "binary/octet-stream",
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
