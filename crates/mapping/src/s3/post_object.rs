//! A browser's form, sent to a bucket: an upload.

use http::{HeaderMap, header};

use super::place::{Place, check_bucket, check_key};
use super::tags::OBJECT_TAGS_MAX;
use super::{asks, assemble, headers};
use crate::value::invalid;
use crate::{Mapped, MappingError, Needs};

/// Fields of the signature, of the policy and of the answer: they say nothing about the object.
const OF_THE_FORM: [&str; 11] = [
    "file",
    "policy",
    "redirect",
    "submit",
    "success_action_redirect",
    "success_action_status",
    "x-amz-algorithm",
    "x-amz-credential",
    "x-amz-date",
    "x-amz-security-token",
    "x-amz-signature",
];

/// Says what a browser's form means that was sent to a bucket: which object would be written, and how.
///
/// The fields come in the form's order, as the caller read and judged them: a file's name stands already where it
/// belongs, since a value that is put together here would be another than the form's policy was asked about. The
/// signature and that policy are not looked at here. The upload goes upstream as a PutObject.
///
/// # Errors
/// A field that is missing, given twice, or not known.
pub fn map_post_object(bucket: &str, fields: &[(String, String)]) -> Result<Mapped, MappingError> {
    check_bucket(bucket)?;
    let put = super::operation("PutObject")?;
    let mut forward = Vec::new();
    let mut key = None;
    let mut tags = None;
    let mut seen: Vec<String> = Vec::with_capacity(fields.len());
    for (name, value) in fields {
        let name = name.to_ascii_lowercase();
        if seen.contains(&name) {
            return Err(invalid(&name, "it is given twice"));
        }
        let value = value.clone();
        match name.as_str() {
            "key" => key = Some(value),
            "tagging" => {
                let document = crate::xml::read(value.as_bytes(), "Tagging")?;
                tags = Some(super::body::tagging(&document, OBJECT_TAGS_MAX)?);
            }
            "acl" => headers::RULES.add(put, "x-amz-acl", &value, &mut forward)?,
            "bucket" if value != bucket => return Err(invalid("bucket", "it names another bucket")),
            "x-amz-tagging" => return Err(invalid(&name, "a form has its tags in another field")),
            "awsaccesskeyid" | "signature" => {
                return Err(MappingError::NotImplemented {
                    operation: "PostObject",
                    reason: "signatures of version 2 are not known",
                });
            }
            known if OF_THE_FORM.contains(&known) => {}
            known if put.header_member(known).is_some() || known.starts_with(headers::RULES.own_prefix) => {
                let is_optional =
                    !known.starts_with(headers::RULES.own_prefix) && !headers::is_condition(known);
                if value.is_empty() && is_optional {
                    continue;
                }
                headers::RULES
                    .add(put, known, &value, &mut forward)
                    .map_err(|error| in_a_form(error, known))?;
            }
            _ => {}
        }
        seen.push(name);
    }
    let key = key.ok_or(MappingError::Missing { name: "key" })?;
    check_key(&key)?;
    if let Some(tags) = tags.filter(|tags| !tags.is_empty()) {
        headers::RULES.add(put, "x-amz-tagging", &tags.to_header(), &mut forward)?;
    }
    let extracted = headers::extract(put, &mut forward)?;
    let place = Place::Object(bucket.to_owned(), key);
    let mut mapped = assemble(
        super::operation("PostObject")?,
        place,
        Vec::new(),
        forward,
        extracted,
        None,
    );
    asks::add_without_slash(&mut mapped.asks, false);
    mapped.needs = Needs::Nothing;
    Ok(mapped)
}

/// A form is a form by its type.
pub(crate) fn check_content_type(headers: &HeaderMap) -> Result<(), MappingError> {
    let mut values = headers.get_all(header::CONTENT_TYPE).iter();
    let is_form = |value: &http::HeaderValue| {
        let kind = value
            .to_str()
            .unwrap_or_default()
            .split(';')
            .next()
            .unwrap_or_default();
        kind.trim().eq_ignore_ascii_case("multipart/form-data")
    };
    match (values.next(), values.next()) {
        (Some(value), None) if is_form(value) => Ok(()),
        _ => Err(invalid("content-type", "only a form can be sent to a bucket")),
    }
}

fn in_a_form(error: MappingError, name: &str) -> MappingError {
    match error {
        MappingError::UnknownParameter { .. } => MappingError::UnknownHeader {
            name: name.to_owned(),
            operation: "PostObject",
        },
        other => other,
    }
}
