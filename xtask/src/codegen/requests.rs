//! What a request of each operation is made of: the tables of `crates/mapping`.
//!
//! Only the outside of a request is taken from the model: method, path, parameters and headers. What is inside
//! bodies and answers passes through a gateway.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::model::{Ordered, Source};
use super::names::screaming;
use super::{CodegenError, Result, stop};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Model {
    source: Source,
    metadata: Metadata,
    operations: Ordered<Operation>,
    shapes: Ordered<Shape>,
    #[serde(rename = "pagination")]
    _pagination: IgnoredAny,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    api_version: String,
    endpoint_prefix: String,
    protocol: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Operation {
    name: String,
    http: Http,
    input: Option<Input>,
    http_checksum: Option<HttpChecksum>,
    #[serde(rename = "output")]
    _output: Option<IgnoredAny>,
    #[serde(rename = "errors")]
    _errors: Option<IgnoredAny>,
    #[serde(rename = "authtype")]
    _authtype: Option<String>,
    #[serde(rename = "unsignedPayload")]
    _unsigned_payload: Option<bool>,
    /// Which host an SDK would choose.
    #[serde(rename = "staticContextParams")]
    _static_context_params: Option<IgnoredAny>,
    #[serde(rename = "endpoint")]
    _endpoint: Option<IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Http {
    method: String,
    request_uri: String,
    #[serde(rename = "responseCode")]
    _response_code: Option<u16>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Input {
    shape: String,
    #[serde(rename = "locationName")]
    _location_name: Option<String>,
    #[serde(rename = "xmlNamespace")]
    _xml_namespace: Option<IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct HttpChecksum {
    request_algorithm_member: Option<String>,
}

#[derive(Deserialize)]
struct Shape {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    members: Ordered<Member>,
    #[serde(default)]
    required: Vec<String>,
    payload: Option<String>,
    member: Option<Named>,
    #[serde(default, rename = "enum")]
    values: Vec<String>,
}

#[derive(Deserialize)]
struct Named {
    shape: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Member {
    shape: String,
    location: Option<String>,
    location_name: Option<String>,
    #[serde(default)]
    streaming: bool,
}

/// The generated file of one service.
///
/// # Errors
/// A model that is not as expected.
pub(crate) fn file(service: &str, models: &Path) -> Result<String> {
    let path = models.join(format!("{service}.json"));
    let text = fs::read_to_string(&path).map_err(|error| CodegenError::file(&path, error))?;
    let model: Model =
        serde_json::from_str(&text).map_err(|error| CodegenError(format!("{}: {error}", path.display())))?;
    let metadata = &model.metadata;
    let is_expected = model.source.package == "botocore"
        && !model.source.version.is_empty()
        && metadata.protocol == "rest-xml"
        && metadata.endpoint_prefix == service;
    if !is_expected {
        return stop(format!("{service}: not the rest-xml protocol of that service"));
    }
    let mut out = format!(
        "//! {} {}: what a request of each operation is made of.\n\nuse crate::Level;\nuse crate::model::{{HeaderMember, Kind, ModelOperation, Payload, QueryMember}};\n",
        service.to_ascii_uppercase(),
        metadata.api_version
    );
    let mut all = String::new();
    for (name, operation) in model.operations.iter() {
        if name != operation.name {
            return stop(format!("{service}: {name} calls itself {}", operation.name));
        }
        out.push_str(&table(&model, operation)?);
        let _ = writeln!(all, "    &{},", screaming(name));
    }
    let count = model.operations.iter().count();
    let _ = write!(
        out,
        "\n/// Every operation of the model.\n#[cfg(test)]\npub(crate) static ALL: [&ModelOperation; {count}] = [\n{all}];\n"
    );
    Ok(out)
}

fn table(model: &Model, operation: &Operation) -> Result<String> {
    let name = &operation.name;
    let (path, query) = operation
        .http
        .request_uri
        .split_once('?')
        .unwrap_or((&operation.http.request_uri, ""));
    let level = match path {
        "/{Bucket}" => "Bucket",
        "/{Bucket}/{Key+}" => "Object",
        _ if !path.contains('{') => "Service",
        _ => return stop(format!("{name}: a path of an unknown shape")),
    };
    if !["GET", "HEAD", "PUT", "POST", "DELETE"].contains(&operation.http.method.as_str()) {
        return stop(format!("{name}: an unknown method"));
    }
    let mut literals = String::new();
    for literal in query.split('&').filter(|literal| !literal.is_empty()) {
        let (name, value) = literal.split_once('=').unwrap_or((literal, ""));
        let _ = write!(literals, "({name:?}, {value:?}), ");
    }
    let Members {
        query,
        mut headers,
        prefix,
        payload,
    } = members(model, operation)?;
    headers.sort();
    let headers: String = headers.into_iter().map(|(_, line)| line).collect();
    let takes_checksum = operation
        .http_checksum
        .as_ref()
        .is_some_and(|checksum| checksum.request_algorithm_member.is_some());
    Ok(format!(
        "\npub(crate) static {}: ModelOperation = ModelOperation {{\n    name: {name:?},\n    method: {:?},\n    level: Level::{level},\n    literals: &[{}],\n    query: &[{}],\n    headers: &[{}],\n    header_prefix: {prefix:?},\n    payload: Payload::{payload},\n    takes_checksum: {takes_checksum},\n}};\n",
        screaming(name),
        operation.http.method,
        literals.trim_end_matches(", "),
        lines(&query),
        lines(&headers),
    ))
}

/// Lines of a list, or nothing.
fn lines(text: &str) -> String {
    if text.is_empty() {
        String::new()
    } else {
        format!("\n{text}    ")
    }
}

/// The members of an input, by where they stand.
#[derive(Default)]
struct Members {
    query: String,
    headers: Vec<(String, String)>,
    prefix: Option<String>,
    payload: &'static str,
}

fn members(model: &Model, operation: &Operation) -> Result<Members> {
    let mut found = Members {
        payload: "None",
        ..Members::default()
    };
    let Some(input) = &operation.input else {
        return Ok(found);
    };
    let shape = shape(model, &input.shape)?;
    for (member, facts) in shape.members.iter() {
        let wire = facts.location_name.clone().unwrap_or_default();
        let is_required = shape.required.iter().any(|required| required == member);
        match facts.location.as_deref() {
            Some("uri") if wire == "Bucket" || wire == "Key" => {}
            Some("querystring") => {
                let kind = kind(model, &facts.shape)?;
                let _ = writeln!(
                    found.query,
                    "        QueryMember {{ name: {wire:?}, kind: {kind}, is_required: {is_required} }},"
                );
            }
            Some("header") => {
                let (wire, kind) = (wire.to_ascii_lowercase(), kind(model, &facts.shape)?);
                let line = format!(
                    "        HeaderMember {{ name: {wire:?}, kind: {kind}, is_required: {is_required} }},\n"
                );
                found.headers.push((wire, line));
            }
            Some("headers") if found.prefix.is_none() => found.prefix = Some(wire.to_ascii_lowercase()),
            None if facts.streaming => found.payload = "Streaming",
            None if found.payload == "None" => found.payload = "Document",
            None => {}
            _ => {
                return stop(format!("{}: {member} stands at an unknown place", operation.name));
            }
        }
    }
    let is_member = |payload: &String| shape.members.get(payload).is_some();
    if !shape.payload.as_ref().is_none_or(is_member) {
        return stop(format!("{}: its body is no member", operation.name));
    }
    Ok(found)
}

fn kind(model: &Model, name: &str) -> Result<String> {
    let found = shape(model, name)?;
    Ok(match found.kind.as_str() {
        "string" if found.values.is_empty() => "Kind::Text".to_owned(),
        "string" => format!("Kind::OneOf(&{:?})", found.values),
        "integer" | "long" => "Kind::Integer".to_owned(),
        "boolean" => "Kind::Boolean".to_owned(),
        "timestamp" => "Kind::Timestamp".to_owned(),
        "list" => {
            let member = found.member.as_ref().map(|member| shape(model, &member.shape));
            match member.transpose()? {
                Some(member) if !member.values.is_empty() => format!("Kind::ListOf(&{:?})", member.values),
                _ => return stop(format!("{name}: a list of an unknown kind")),
            }
        }
        _ => return stop(format!("{name}: not to be written in a header or parameter")),
    })
}

fn shape<'model>(model: &'model Model, name: &str) -> Result<&'model Shape> {
    match model.shapes.get(name) {
        Some(shape) => Ok(shape),
        None => stop(format!("shape {name} does not exist")),
    }
}
