//! Operations on the account's password policy.

pub(crate) mod delete_account_password_policy;
pub(crate) mod get_account_password_policy;
pub(crate) mod update_account_password_policy;

pub(crate) mod grant;
