//! Inline policies of users, groups and roles.

use std::sync::Arc;

use lanyard_directory::{DirectoryError, InlinePolicy, Owner, OwnerKind};
use lanyard_names::InlinePolicyName;

use crate::change::Change;
use crate::error::Refusal;
use crate::iam::parameter;
use crate::page::{Page, Paged};

/// Puts an inline policy, replacing the one of the same name.
pub(crate) fn put(owner: Owner<'_>, name: &str, text: &str, change: &mut Change<'_>) -> Result<(), Refusal> {
    let name = InlinePolicyName::parse(name).map_err(parameter::policy_name)?;
    Ok(change.edit.put_inline_policy(owner, name, text)?)
}

/// Deletes an inline policy.
pub(crate) fn delete(owner: Owner<'_>, name: &str, change: &mut Change<'_>) -> Result<(), Refusal> {
    Ok(change.edit.delete_inline_policy(owner, name)?)
}

/// Finds an inline policy.
pub(crate) fn find<'a>(
    found: Option<&'a Arc<InlinePolicy>>,
    kind: OwnerKind,
    name: &str,
) -> Result<&'a InlinePolicy, Refusal> {
    let missing = || DirectoryError::NoSuchInlinePolicy {
        kind,
        name: name.into(),
    };
    Ok(found.ok_or_else(missing)?)
}

/// A page of the names of inline policies.
pub(crate) fn names(
    policies: &[Arc<InlinePolicy>],
    marker: Option<&str>,
    items_max: Option<i32>,
) -> Result<Paged<String>, Refusal> {
    let page = Page::asked(marker, items_max)?;
    let names = policies.iter().map(|policy| policy.name.as_str());
    Ok(page.cut_sorted(names, |name| *name).map(str::to_owned))
}
