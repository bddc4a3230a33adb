//! Access keys of users and of the root user.

pub(crate) mod create_access_key;
pub(crate) mod delete_access_key;
pub(crate) mod get_access_key_last_used;
pub(crate) mod list_access_keys;
pub(crate) mod update_access_key;
