//! Users: long-term identities of people and programs.

pub(crate) mod attach_user_policy;
pub(crate) mod create_user;
pub(crate) mod delete_user;
pub(crate) mod delete_user_permissions_boundary;
pub(crate) mod delete_user_policy;
pub(crate) mod detach_user_policy;
pub(crate) mod get_user;
pub(crate) mod get_user_policy;
pub(crate) mod list_attached_user_policies;
pub(crate) mod list_user_policies;
pub(crate) mod list_user_tags;
pub(crate) mod list_users;
pub(crate) mod put_user_permissions_boundary;
pub(crate) mod put_user_policy;
pub(crate) mod tag_user;
pub(crate) mod untag_user;
pub(crate) mod update_user;
