//! Managed policies and their versions.

pub(crate) mod any;
pub(crate) mod create_policy;
pub(crate) mod create_policy_version;
pub(crate) mod delete_policy;
pub(crate) mod delete_policy_version;
pub(crate) mod get_policy;
pub(crate) mod get_policy_version;
pub(crate) mod list_entities_for_policy;
pub(crate) mod list_policies;
pub(crate) mod list_policies_granting_service_access;
pub(crate) mod list_policy_tags;
pub(crate) mod list_policy_versions;
pub(crate) mod set_default_policy_version;
pub(crate) mod tag_policy;
pub(crate) mod untag_policy;
