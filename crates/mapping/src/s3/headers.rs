//! The headers of S3: those that belong to no operation, and those that mean more than their text.

use http::{HeaderMap, HeaderName, HeaderValue, header};

use super::{Tags, copy_source};
use crate::headers::HeaderRules;
use crate::value::invalid;
use crate::{MappingError, ObjectRef, Operation};

pub(crate) static RULES: HeaderRules = HeaderRules {
    own_prefix: "x-amz-",
    framing: &[
        "authorization",
        "content-length",
        "host",
        "transfer-encoding",
        "x-amz-content-sha256",
        "x-amz-date",
        "x-amz-decoded-content-length",
        "x-amz-security-token",
        "x-amz-trailer",
        // The code of the caller's device means nothing to a store that knows Lanyard only.
        "x-amz-mfa",
    ],
    dropped: &[
        "x-amz-checksum-algorithm",
        "x-amz-request-payer",
        "x-amz-sdk-checksum-algorithm",
        "x-amz-te",
        "x-amz-user-agent",
    ],
    // What a range depends on is no member of the model, but without it a range of another object would be sent.
    forwarded: &["content-md5", "content-type", "if-range", "origin"],
    refused: &[
        "x-http-method",
        "x-http-method-override",
        "x-method-override",
        "x-original-url",
        "x-rewrite-url",
    ],
    // Evidence: the Snow family's guide and several stores' documentation: a body that comes with such metadata is an
    // archive, and the store unpacks it into objects that nobody has decided on.
    refused_words: &["snowball"],
    checksums: &[
        "x-amz-checksum-crc32",
        "x-amz-checksum-crc32c",
        "x-amz-checksum-crc64nvme",
        "x-amz-checksum-md5",
        "x-amz-checksum-sha1",
        "x-amz-checksum-sha256",
        "x-amz-checksum-sha512",
        "x-amz-checksum-xxhash128",
        "x-amz-checksum-xxhash3",
        "x-amz-checksum-xxhash64",
    ],
};

const COPY_SOURCE: &str = "x-amz-copy-source";
const TAGGING: &str = "x-amz-tagging";
const TAGGING_DIRECTIVE: &str = "x-amz-tagging-directive";
const ANNOTATION_DIRECTIVE: &str = "x-amz-object-annotation-directive";
const RETAIN_UNTIL: &str = "x-amz-object-lock-retain-until-date";

/// What headers mean beside what is sent on.
#[derive(Debug, Default)]
pub(crate) struct Extracted {
    pub(crate) copy_source: Option<ObjectRef>,
    pub(crate) tags: Option<Tags>,
    pub(crate) expected_bucket_owner: Option<String>,
    pub(crate) source_expected_bucket_owner: Option<String>,
}

/// Reads the headers that mean more than their text, and writes them again in one way.
pub(crate) fn extract(
    operation: &'static Operation,
    headers: &mut Vec<(HeaderName, HeaderValue)>,
) -> Result<Extracted, MappingError> {
    let mut extracted = Extracted {
        expected_bucket_owner: owner(headers, "x-amz-expected-bucket-owner")?,
        source_expected_bucket_owner: owner(headers, "x-amz-source-expected-bucket-owner")?,
        ..Extracted::default()
    };
    strip_framing(headers)?;
    if !operation.is_read_only() {
        check_conditions(operation, headers)?;
    }
    if let Some(value) = find(headers, RETAIN_UNTIL) {
        check_instant(RETAIN_UNTIL, text(RETAIN_UNTIL, value)?)?;
    }
    if let Some(value) = find(headers, TAGGING) {
        let tags = Tags::from_header(text(TAGGING, value)?)?;
        *value =
            HeaderValue::try_from(tags.to_header()).map_err(|_| invalid(TAGGING, "it cannot be a header"))?;
        extracted.tags = Some(tags);
    }
    if let Some(value) = find(headers, COPY_SOURCE) {
        let source = copy_source::read(text(COPY_SOURCE, value)?)?;
        *value = copy_source::write(&source)?;
        extracted.copy_source = Some(source);
    }
    if operation.header_member(TAGGING_DIRECTIVE).is_some() {
        write_directives(headers, extracted.tags.is_some())?;
    }
    Ok(extracted)
}

/// Whether a header makes a write depend on what is there.
pub(crate) fn is_condition(name: &str) -> bool {
    matches!(name, "if-match" | "if-none-match")
}

/// A condition that a policy demanded must be one that every store understands, and keeps.
// Fails closed: to `If-None-Match` with an entity tag, stores write over whatever has another one, and to an empty
// one over everything; while the condition key is there for each of them.
fn check_conditions(
    operation: &'static Operation,
    headers: &mut [(HeaderName, HeaderValue)],
) -> Result<(), MappingError> {
    let refused = |reason| {
        Err(MappingError::NotImplemented {
            operation: operation.name(),
            reason,
        })
    };
    let is_new = match find(headers, "if-none-match") {
        Some(value) if value != "*" => {
            return refused("If-None-Match takes nothing but * where something is written");
        }
        value => value.is_some(),
    };
    match find(headers, "if-match") {
        Some(_) if is_new => refused("If-Match and If-None-Match contradict each other"),
        Some(value) => check_etag("if-match", text("if-match", value)?),
        None => Ok(()),
    }
}

/// One entity tag that is compared letter by letter, or `*`.
pub(crate) fn check_etag(name: &str, text: &str) -> Result<(), MappingError> {
    let quoted = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    let tag = quoted.unwrap_or(text);
    let is_letter = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b',' | b'*' | b'\\');
    if text == "*" || (!tag.is_empty() && tag.bytes().all(is_letter)) {
        Ok(())
    } else {
        Err(invalid(name, "it is not one entity tag"))
    }
}

/// Whether a request says that its body is empty, in a way that is kept to when the body is read.
pub(crate) fn says_empty(headers: &HeaderMap) -> bool {
    let is_zero = |name: &str| {
        let mut values = headers.get_all(name).iter();
        values.next().is_some_and(|value| value == "0") && values.next().is_none()
    };
    let codings = headers.get_all(header::CONTENT_ENCODING);
    let is_chunked = codings.iter().any(|value| value == "aws-chunked");
    let is_framed = headers.contains_key(header::TRANSFER_ENCODING);
    (is_zero("content-length") && !is_framed) || (is_chunked && is_zero("x-amz-decoded-content-length"))
}

/// What is copied along is said in the request that goes on, and nothing is left to the store's habits.
fn write_directives(
    headers: &mut Vec<(HeaderName, HeaderValue)>,
    has_tags: bool,
) -> Result<(), MappingError> {
    let directive = find(headers, TAGGING_DIRECTIVE).map(|value| value.clone());
    // Differs from AWS: there, the tags given are ignored. A policy would have decided on tags that are not set.
    if has_tags && directive.as_ref().is_none_or(|value| value != "REPLACE") {
        return Err(invalid(TAGGING, "tags are given, but the source's are copied"));
    }
    if directive.is_none() {
        headers.push((
            HeaderName::from_static(TAGGING_DIRECTIVE),
            HeaderValue::from_static("COPY"),
        ));
    }
    // Differs from AWS: annotations are copied only when that is asked for, and then decided on.
    if find(headers, ANNOTATION_DIRECTIVE).is_none() {
        headers.push((
            HeaderName::from_static(ANNOTATION_DIRECTIVE),
            HeaderValue::from_static("EXCLUDE"),
        ));
    }
    Ok(())
}

pub(crate) fn check_instant(name: &str, text: &str) -> Result<(), MappingError> {
    match text.parse::<jiff::Timestamp>() {
        Ok(_) => Ok(()),
        Err(_) => Err(invalid(name, "it is no instant")),
    }
}

fn find<'a>(headers: &'a mut [(HeaderName, HeaderValue)], name: &str) -> Option<&'a mut HeaderValue> {
    let (_, value) = headers.iter_mut().find(|(known, _)| known == name)?;
    Some(value)
}

fn text<'a>(name: &str, value: &'a HeaderValue) -> Result<&'a str, MappingError> {
    value
        .to_str()
        .map_err(|_| invalid(name, "it has letters outside ASCII"))
}

/// Takes out whom the caller takes for an owner.
fn owner(headers: &mut Vec<(HeaderName, HeaderValue)>, name: &str) -> Result<Option<String>, MappingError> {
    let Some(at) = headers.iter().position(|(known, _)| known == name) else {
        return Ok(None);
    };
    let (_, value) = headers.remove(at);
    let account = text(name, &value)?;
    if account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(Some(account.to_owned()))
    } else {
        Err(invalid(name, "it is no account"))
    }
}

/// How the body came is not what it is: `aws-chunked` is taken out of its encodings.
fn strip_framing(headers: &mut Vec<(HeaderName, HeaderValue)>) -> Result<(), MappingError> {
    let Some(at) = headers
        .iter()
        .position(|(name, _)| name == header::CONTENT_ENCODING)
    else {
        return Ok(());
    };
    let Some(Ok(text)) = headers.get(at).map(|(_, value)| value.to_str()) else {
        return Err(invalid("content-encoding", "it has letters outside ASCII"));
    };
    let is_framing = |item: &&str| item.trim().eq_ignore_ascii_case("aws-chunked");
    if !text.split(',').any(|item| is_framing(&item)) {
        return Ok(());
    }
    let kept: Vec<&str> = text
        .split(',')
        .filter(|item| !is_framing(item))
        .map(str::trim)
        .collect();
    let kept = kept.join(",");
    if kept.is_empty() {
        headers.remove(at);
    } else if let Some((_, value)) = headers.get_mut(at) {
        *value =
            HeaderValue::try_from(kept).map_err(|_| invalid("content-encoding", "it cannot be a header"))?;
    }
    Ok(())
}
