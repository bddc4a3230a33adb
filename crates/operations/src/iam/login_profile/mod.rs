//! Operations on login profiles: the passwords by which users sign in on a page.

pub(crate) mod change_password;
pub(crate) mod create_login_profile;
pub(crate) mod delete_login_profile;
pub(crate) mod get_login_profile;
pub(crate) mod update_login_profile;

mod password;
