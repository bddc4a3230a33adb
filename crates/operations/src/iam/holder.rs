//! Whose credentials a request is about: those of the user it names, or the caller's own. Access keys, signing
//! certificates and MFA devices are the ones that the root user can have as well.

use lanyard_access::Caller;
use lanyard_directory::{Account, DirectoryError, KeyHolder, KeyOwner};

use crate::error::Refusal;
use crate::subject::Ask;
use crate::view::{View, caller_name};

/// Whose they are.
pub(crate) fn named<'a>(name: Option<&'a str>, caller: &'a Caller) -> Result<KeyHolder<'a>, Refusal> {
    match name.or_else(|| caller_name(caller)) {
        Some(name) => Ok(KeyHolder::User(name)),
        None if caller.is_root() => Ok(KeyHolder::Root),
        None => Err(Refusal::validation(
            "Must specify userName when calling with non-User credentials",
        )),
    }
}

/// What a request about them is decided on: the user, or the root user.
pub(crate) fn ask(holder: KeyHolder<'_>, action: &'static str, view: &View<'_>) -> Ask {
    match holder {
        KeyHolder::User(name) => Ask::on_user(action, name, view),
        KeyHolder::Root => Ask::on(action, view.caller.arn.to_string(), view),
    }
}

/// Who they belong to, with the name that answers carry; the root user has none.
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
