//! Groups: permissions for many users at once.

pub(crate) mod add_user_to_group;
pub(crate) mod attach_group_policy;
pub(crate) mod create_group;
pub(crate) mod delete_group;
pub(crate) mod delete_group_policy;
pub(crate) mod detach_group_policy;
pub(crate) mod get_group;
pub(crate) mod get_group_policy;
pub(crate) mod list_attached_group_policies;
pub(crate) mod list_group_policies;
pub(crate) mod list_groups;
pub(crate) mod list_groups_for_user;
pub(crate) mod put_group_policy;
pub(crate) mod remove_user_from_group;
pub(crate) mod update_group;
