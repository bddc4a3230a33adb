//! Requests about what a user has, which name the user or leave it to be the caller.

use std::sync::Arc;

use lanyard_directory::{DirectoryError, User};

use crate::error::Refusal;
use crate::subject::{Ask, Subject};
use crate::view::View;

/// Decided on the user named, or on the caller itself.
pub(crate) fn subject(action: &'static str, name: Option<&str>, view: &View<'_>) -> Result<Subject, Refusal> {
    if name.is_none() && view.caller.is_root() {
        return Ok(Ask::on(action, view.caller.arn.to_string(), view).into());
    }
    Ok(Ask::on_user(action, view.user_or_caller(name)?, view).into())
}

/// The user named, or the caller itself. The root user is none.
pub(crate) fn find<'a>(name: Option<&str>, view: &View<'a>) -> Result<Option<&'a Arc<User>>, Refusal> {
    if name.is_none() && view.caller.is_root() {
        return Ok(None);
    }
    let name = view.user_or_caller(name)?;
    match view.account.user(name) {
        Some(user) => Ok(Some(user)),
        None => Err(DirectoryError::NoSuchUser(name.into()).into()),
    }
}
