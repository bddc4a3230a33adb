//! The account itself.

pub(crate) mod create_account_alias;
pub(crate) mod delete_account_alias;
pub(crate) mod list_account_aliases;
pub(crate) mod set_security_token_service_preferences;
