//! S3: which operation a request asks for, and which permissions that needs.

mod actions;
mod asks;
mod body;
mod copy_source;
mod headers;
mod operations;
mod place;
mod post_object;
mod tags;

use std::sync::{Arc, LazyLock};

use http::{HeaderMap, HeaderName, HeaderValue};

pub(crate) use operations::OPERATIONS;
pub use post_object::map_post_object;
pub(crate) use tags::Tags;

use crate::percent::{encode_path, encode_value};
use crate::query::Query;
use crate::select::Index;
use crate::value::invalid;
use crate::{Hosts, Incoming, Mapped, MappingError, Operation};
use asks::Subject;
use headers::{Extracted, RULES};
use place::Place;

const CONTENT_HASH: &str = "x-amz-content-sha256";

/// The longest name of a version or an upload.
const IDENTIFIER_BYTES_MAX: usize = 1024;

static INDEX: LazyLock<Index> = LazyLock::new(|| Index::new(&OPERATIONS));

/// Says what a request to S3 means.
///
/// # Errors
/// A request that means nothing, or more than one thing, or that is refused by name.
pub fn map_s3(incoming: &Incoming<'_>, hosts: &Hosts) -> Result<Mapped, MappingError> {
    if incoming.path == "/WriteGetObjectResponse" {
        return Err(refused(operation("WriteGetObjectResponse")?));
    }
    let place = Place::read(incoming, hosts)?;
    let query = Query::read(incoming.query)?;
    let operation = INDEX.select(incoming.method, place.level(), &query, incoming.headers)?;
    if operation.refused().is_some() {
        return Err(refused(operation));
    }
    if operation.name() == "PostObject" {
        post_object::check_content_type(incoming.headers)?;
    }
    let mut forward = RULES.read(operation, incoming.headers)?;
    let parameters = members(operation, &query, &mut forward)?;
    let extracted = headers::extract(operation, &mut forward)?;
    let content_hash = content_hash(incoming.headers, &query)?;
    let is_folder_marker = operation.name() == "PutObject" && headers::says_empty(incoming.headers);
    let mut mapped = assemble(operation, place, parameters, forward, extracted, content_hash);
    asks::add_without_slash(&mut mapped.asks, is_folder_marker);
    Ok(mapped)
}

/// The hash of the body that was signed, as the one place says where it stands.
fn content_hash<'a>(headers: &'a HeaderMap, query: &Query<'a>) -> Result<Option<&'a str>, MappingError> {
    // Of a few headers, each is looked at faster than one is looked up.
    let of_hash = headers.iter().filter(|(name, _)| name.as_str() == CONTENT_HASH);
    let mut values = of_hash.map(|(_, value)| value);
    match (values.next(), values.next(), query.content_hash()) {
        (None, _, hash) => Ok(hash),
        (Some(hash), None, other) => {
            let hash = hash
                .to_str()
                .map_err(|_| invalid(CONTENT_HASH, "it has letters outside ASCII"))?;
            if other.is_some_and(|other| other != hash) {
                return Err(invalid(CONTENT_HASH, "it is given twice"));
            }
            Ok(Some(hash))
        }
        (Some(_), Some(_), _) => Err(invalid(CONTENT_HASH, "it is given twice")),
    }
}

fn refused(operation: &'static Operation) -> MappingError {
    MappingError::NotImplemented {
        operation: operation.name(),
        reason: operation.refused().unwrap_or("it is not known"),
    }
}

fn operation(name: &'static str) -> Result<&'static Operation, MappingError> {
    OPERATIONS
        .iter()
        .find(|operation| operation.name() == name)
        .ok_or(MappingError::NotImplemented {
            operation: name,
            reason: "it is not known",
        })
}

fn assemble(
    operation: &'static Operation,
    place: Place,
    query: Vec<(&'static str, String)>,
    headers: Vec<(HeaderName, HeaderValue)>,
    extracted: Extracted,
    content_hash: Option<&str>,
) -> Mapped {
    let (bucket, key) = place.into_names();
    let content_hash: Option<Arc<str>> = content_hash.map(Arc::from);
    let given = Given {
        query: &query,
        headers: &headers,
        content_hash: content_hash.as_ref(),
        copy_source: extracted.copy_source.as_ref(),
        tags: extracted.tags.as_ref(),
    };
    let subject = Subject {
        bucket: bucket.as_deref(),
        key: key.as_deref(),
        version_id: given.version_id(),
    };
    let asks = asks::of(operation, &subject, &given);
    Mapped {
        operation,
        needs: operation.needs(),
        asks,
        bucket,
        key,
        query,
        headers,
        expected_bucket_owner: extracted.expected_bucket_owner,
        source_expected_bucket_owner: extracted.source_expected_bucket_owner,
        copy_source: extracted.copy_source,
        delete: None,
        content_hash,
        document: None,
    }
}

/// The parameters that the operation knows. One that names a header joins the headers: presigned addresses carry
/// headers so.
fn members(
    operation: &'static Operation,
    query: &Query<'_>,
    headers: &mut Vec<(HeaderName, HeaderValue)>,
) -> Result<Vec<(&'static str, String)>, MappingError> {
    let mut members = Vec::new();
    for parameter in query.iter() {
        let name = parameter.name;
        let value = parameter.value()?;
        let mut literals = operation.model.literals.iter();
        if let Some((_, expected)) = literals.find(|(literal, _)| *literal == name) {
            if value != *expected {
                return Err(invalid(name, "it has another value than the operation names"));
            }
        } else if let Some(member) = operation.query_member(name) {
            crate::value::check(name, member.kind, &value)?;
            check_member(name, &value, member.is_required)?;
            members.push((member.name, value.into_owned()));
        } else if name.starts_with(RULES.own_prefix) {
            RULES.add(operation, name, &value, headers)?;
        } else {
            return Err(MappingError::UnknownParameter {
                name: name.to_owned(),
                operation: operation.name(),
            });
        }
    }
    Ok(members)
}

fn check_member(name: &str, value: &str, is_required: bool) -> Result<(), MappingError> {
    // Fails closed: a store that puts a parameter into a header of its answer could end that header there. Only keys
    // can have control characters, and what stands for the beginning of one.
    let is_of_key = matches!(name, "prefix" | "marker" | "key-marker" | "start-after");
    let is_forbidden = |letter: char| match is_of_key {
        true => matches!(letter, '\0' | '\r' | '\n'),
        false => letter.is_control(),
    };
    if value.chars().any(is_forbidden) {
        return Err(invalid(name, "it has a control character"));
    }
    match name {
        "versionId" | "uploadId" => check_version(name, value),
        "prefix" => place::check_prefix(name, value),
        _ if is_required && value.is_empty() => Err(invalid(name, "it is empty")),
        _ if value.len() > 4 * IDENTIFIER_BYTES_MAX => Err(invalid(name, "it is too long")),
        _ => Ok(()),
    }
}

/// Fails closed: names that a store gave are plain. One that is not could be a path to a store that keeps uploads as
/// files.
pub(crate) fn check_version(name: &str, value: &str) -> Result<(), MappingError> {
    let is_plain = (1..=IDENTIFIER_BYTES_MAX).contains(&value.len())
        && value
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'/' | b'\\'))
        && !matches!(value, "." | "..");
    if is_plain {
        Ok(())
    } else {
        Err(invalid(name, "it is none that a store gives"))
    }
}

/// Path-style path and query, built from the parsed form alone.
pub(crate) fn target(mapped: &Mapped) -> String {
    let key = mapped.key.as_deref().unwrap_or_default();
    let bucket = mapped.bucket.as_deref().unwrap_or_default();
    let mut out = String::with_capacity(bucket.len() + key.len() + 16);
    out.push('/');
    out.push_str(bucket);
    if !key.is_empty() {
        out.push('/');
        encode_path(&mut out, key);
    }
    let mut separator = '?';
    for (name, value) in mapped.operation.model.literals {
        out.push(separator);
        out.push_str(name);
        if !value.is_empty() {
            out.push('=');
            out.push_str(value);
        }
        separator = '&';
    }
    for (name, value) in &mapped.query {
        out.push(separator);
        out.push_str(name);
        out.push('=');
        encode_value(&mut out, value);
        separator = '&';
    }
    out
}

pub(crate) use asks::Given;
pub(crate) use body::{complete, enter_days};
