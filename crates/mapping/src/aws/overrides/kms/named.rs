//! Which key, or which alias, a text names: an id, an ARN, or an alias that has to be looked up.

use crate::aws::call::Lookup;
use crate::aws::request::Request;
use crate::{Absent, MappingError};

/// A key, and the alias by which it was called.
pub(super) struct Named {
    pub(super) arn: String,
    pub(super) alias: Option<String>,
}

/// The key that a text names: an id, an ARN, or an alias, which may have to be looked up.
pub(super) fn key_named(request: &Request<'_>, text: &str) -> Result<Result<Named, Lookup>, MappingError> {
    let is_alias = text.starts_with("alias/") || (text.starts_with("arn:") && text.contains(":alias/"));
    if !is_alias {
        let arn = if text.starts_with("arn:") {
            request.checked_arn("key", text)?
        } else {
            request.arn("key", &[("KeyId", text)])?
        };
        let id = arn.rsplit_once(":key/").map(|(_, id)| id).unwrap_or_default();
        return if is_key_id(id) {
            Ok(Ok(Named { arn, alias: None }))
        } else {
            Err(invalid("KeyId", "it is no id of a key"))
        };
    }
    let alias = alias_named(request, text)?;
    let name = alias
        .rsplit_once(":alias/")
        .map(|(_, name)| format!("alias/{name}"))
        .unwrap_or_default();
    let key = key_of(request, &alias)?;
    Ok(key.map(|arn| Named {
        arn,
        alias: Some(name),
    }))
}

/// Ids are written in one way, so that no upstream takes another spelling for the same key.
fn is_key_id(id: &str) -> bool {
    !id.is_empty()
        && id.len() <= 64
        && id
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

pub(super) fn alias_named(request: &Request<'_>, text: &str) -> Result<String, MappingError> {
    let arn = match text.strip_prefix("alias/") {
        Some(name) => request.arn("alias", &[("Alias", name)])?,
        None => request.checked_arn("alias", text)?,
    };
    let name = arn
        .split_once(":alias/")
        .map(|(_, name)| name)
        .unwrap_or_default();
    let is_name = !name.is_empty()
        && name.len() <= 250
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'_' | b'-'));
    if is_name {
        Ok(arn)
    } else {
        Err(invalid(
            "AliasName",
            "it is no name of letters, digits, /, _ and -",
        ))
    }
}

/// The ARN of an alias's key.
pub(super) fn key_of(request: &Request<'_>, alias: &str) -> Result<Result<String, Lookup>, MappingError> {
    match request.known.key_of_alias(alias) {
        None => Ok(Err(Lookup::KeyOfAlias {
            alias: alias.to_owned(),
        })),
        Some(Some(key)) => Ok(Ok(request.checked_arn("key", key)?)),
        // Fails closed: an alias that is made while the request is on its way would stand for any key.
        Some(None) => Err(MappingError::absent(Absent::Alias, alias)),
    }
}

pub(super) fn in_region(key: &str, region: &str) -> Result<String, MappingError> {
    let is_region = !region.is_empty()
        && region.len() <= 32
        && region
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    match lanyard_names::arn::Arn::parse(key) {
        Ok(arn) if is_region => Ok(lanyard_names::arn::Arn { region, ..arn }.to_string()),
        _ => Err(invalid("Region", "it is no region")),
    }
}

fn invalid(member: &str, reason: &'static str) -> MappingError {
    MappingError::InvalidMember {
        member: member.to_owned(),
        reason,
    }
}
