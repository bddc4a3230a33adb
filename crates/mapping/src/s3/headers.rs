//! The headers of S3: those that belong to no operation, and those that mean more than their text.

use http::{HeaderName, HeaderValue, header};

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
