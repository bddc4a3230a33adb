//! The tags that a resource has, for policies that ask about them (`aws:ResourceTag/…`).
//!
//! Where they are found is configured for each upstream: in Lanyard's own registry, by asking the upstream, or nowhere.
//!
//! Invariant: what is not known is in doubt and never absent; only what is known not to be there is.

use lanyard_mapping::aws::Permission;
use lanyard_policy::Context;

use super::lookups::Inquiry;
use crate::error::ServiceError;

impl Inquiry<'_> {
    /// Enters the tags of a permission's resource, if they can have a say. `is_mentioned`: whether a policy that applies
    /// names a condition key that begins like this (`lanyard_access::mentions`).
    ///
    /// Has the last word on keys of tags of resources: of such keys nothing else is to be entered as unknown.
    pub(super) async fn enter_resource_tags(
        &self,
        permission: &Permission,
        context: &mut Context,
        is_mentioned: impl Fn(&str) -> bool,
    ) -> Result<(), ServiceError> {
        let _ = is_mentioned;
        if permission.takes_resource_tags {
            context.insert_unknown_under("aws:ResourceTag/");
        }
        Ok(())
    }
}
