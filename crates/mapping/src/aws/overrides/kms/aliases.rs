//! Aliases that are made, moved or deleted: decided on the alias and on every key that it stands for.

use super::conditions::common;
use super::named::{alias_named, key_named, key_of};
use super::{known, own};
use crate::MappingError;
use crate::aws::request::{Request, Resolved};

/// Evidence: the developer's guide: on the alias, and on the key that it shall stand for.
pub(super) fn create_alias(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let alias = alias_named(request, request.required("AliasName")?)?;
    let target = known!(key_named(request, request.required("TargetKeyId")?));
    Ok(on_alias(request, alias, [target.arn]))
}

/// Evidence: the developer's guide: on the alias, and on the key that it stands for.
pub(super) fn delete_alias(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let alias = alias_named(request, request.required("AliasName")?)?;
    let current = known!(key_of(request, &alias));
    Ok(on_alias(request, alias, [current]))
}

/// Evidence: the developer's guide: on the alias, on the key that it stands for, and on the one that it shall stand
/// for.
pub(super) fn update_alias(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let alias = alias_named(request, request.required("AliasName")?)?;
    let current = known!(key_of(request, &alias));
    let target = known!(key_named(request, request.required("TargetKeyId")?));
    Ok(on_alias(request, alias, [current, target.arn]))
}

fn on_alias(request: &Request<'_>, alias: String, keys: impl IntoIterator<Item = String>) -> Resolved {
    let on = |arn| common(request, request.permission(own(request), arn));
    Resolved::Permissions(std::iter::once(alias).chain(keys).map(on).collect())
}
