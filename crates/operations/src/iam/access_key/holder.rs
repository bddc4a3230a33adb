//! Whose access keys a request is about: those of the user it names, or the caller's own.

use lanyard_access::Caller;
use lanyard_directory::{Account, DirectoryError, KeyHolder, KeyOwner};

use crate::error::Refusal;
use crate::subject::Ask;
use crate::view::{View, caller_name};

/// Whose keys, when an operation looks.
pub(crate) fn of<'a>(name: Option<&'a str>, view: &View<'a>) -> Result<KeyHolder<'a>, Refusal> {
    of_change(name, view.caller)
}

/// Whose keys, when an operation changes them.
pub(crate) fn of_change<'a>(name: Option<&'a str>, caller: &'a Caller) -> Result<KeyHolder<'a>, Refusal> {
    match name.or_else(|| caller_name(caller)) {
        Some(name) => Ok(KeyHolder::User(name)),
        None if caller.is_root() => Ok(KeyHolder::Root),
        None => Err(Refusal::validation(
            "Must specify userName when calling with non-User credentials",
        )),
    }
}

/// What the request is decided on: the user, or the root user.
pub(crate) fn ask(action: &'static str, name: Option<&str>, view: &View<'_>) -> Result<Ask, Refusal> {
    Ok(match of(name, view)? {
        KeyHolder::User(name) => Ask::on_user(action, name, view),
        KeyHolder::Root => Ask::on(action, view.caller.arn.to_string(), view),
    })
}

/// The owner of the keys, with the name that answers carry; the root user has none.
pub(crate) fn owner<'a>(
    holder: KeyHolder<'_>,
    account: &'a Account,
) -> Result<(KeyOwner, Option<&'a str>), Refusal> {
    match holder {
        KeyHolder::Root => Ok((KeyOwner::Root, None)),
        KeyHolder::User(name) => {
            let user = account
                .user(name)
                .ok_or_else(|| DirectoryError::NoSuchUser(name.into()))?;
            Ok((KeyOwner::User(user.id), Some(user.name.as_str())))
        }
    }
}
