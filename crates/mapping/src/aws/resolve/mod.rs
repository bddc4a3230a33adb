//! From a request that was read to its permissions, as was laid down when the mapping was made.

mod by_hand;
mod by_rules;
mod keys;

use by_hand::by_hand;
use by_rules::by_rules;
pub(super) use keys::keys;

use super::compile::Plan;
use super::lower_case;
use super::overrides::{Resolve, templates};
use super::pass_role;
use super::request::{Request, Resolved};
use super::tag_on_creation;
use crate::MappingError;

/// The most permissions of one request.
pub(super) const PERMISSIONS_MAX: usize = 1024;
/// Why a request with more is refused.
pub(super) const TOO_MANY: &str = "it names more resources than are decided on at once";

/// Everything that a request is decided on.
///
/// # Errors
/// An operation that is not mapped, a resource that is not named.
pub(super) fn permissions(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let resolved = match &request.compiled.plan {
        Plan::Refused(reason) => {
            return Err(MappingError::Unmapped {
                operation: request.operation.name(),
                reason: reason.clone(),
            });
        }
        Plan::Override(Resolve::Custom(custom, _) | Resolve::ByTable(custom, _), _) => {
            custom(request)?.partly_known(request)
        }
        Plan::Override(Resolve::On(types), actions) => {
            Resolved::Permissions(by_hand(request, types, actions)?).partly_known(request)
        }
        Plan::Override(_, actions) => {
            let all = actions.iter().map(|action| request.wildcard(action.clone()));
            Resolved::Permissions(all.collect())
        }
        Plan::Rules(plans) => Resolved::Permissions(by_rules(request, plans)?),
    };
    let (mut permissions, pins) = match resolved {
        Resolved::Permissions(permissions) => (permissions, Vec::new()),
        Resolved::Pinned(permissions, pins) => (permissions, pins),
        needs @ Resolved::Needs(_) => return Ok(needs),
    };
    if permissions.is_empty() {
        return Err(request.unmapped("the request names no resource"));
    }
    permissions.extend(tag_on_creation::permissions(request, &permissions)?);
    permissions.extend(templates::objects(request)?);
    match pass_role::permissions(request, &request.compiled.passed)? {
        Resolved::Permissions(passed) | Resolved::Pinned(passed, _) => permissions.extend(passed),
        needs @ Resolved::Needs(_) => return Ok(needs),
    }
    lower_case::check(request, &permissions)?;
    if permissions.len() > PERMISSIONS_MAX {
        return Err(request.unmapped(TOO_MANY));
    }
    Ok(Resolved::Pinned(permissions, pins))
}

fn wrong(path: &str, reason: &'static str) -> MappingError {
    MappingError::InvalidMember {
        member: path.to_owned(),
        reason,
    }
}
