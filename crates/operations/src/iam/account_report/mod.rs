//! Reports about all of an account.

pub(crate) mod detail;
pub(crate) mod get_account_authorization_details;
pub(crate) mod get_account_summary;
