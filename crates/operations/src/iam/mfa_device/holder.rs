//! Which device a request is about, and whose.

use std::sync::Arc;

use lanyard_access::Caller;
use lanyard_directory::{Account, DirectoryError, KeyHolder, KeyOwner, MfaDevice};
use lanyard_names::arn::EntityArn;

use crate::error::Refusal;
pub(crate) use crate::iam::holder::{ask, owner};
use crate::subject::{Ask, unplaced};
use crate::view::{View, caller_name};

/// The user a request names, or the caller itself. The root user names itself by the account's id.
// Differs from AWS: there, only pages enable a device of the root user; a user of that name would be the one.
pub(crate) fn named<'a>(
    name: Option<&'a str>,
    caller: &'a Caller,
    account: &Account,
) -> Result<KeyHolder<'a>, Refusal> {
    let is_root = caller.is_root();
    match name.or_else(|| caller_name(caller)) {
        None if is_root => Ok(KeyHolder::Root),
        None => Err(Refusal::user_name_missing()),
        Some(name)
            if is_root && account.user(name).is_none() && name == account.id().to_string().as_str() =>
        {
            Ok(KeyHolder::Root)
        }
        Some(name) => Ok(KeyHolder::User(name)),
    }
}

/// Refuses that users change what second factors they have without showing one that they have, whatever policies
/// say: else a stolen key could bring a factor of its own. Whoever changes those of somebody else is not asked.
/// Evidence: recorded answers of IAM for users, and AWS's security bulletin AWS-2023-001.
pub(crate) fn check_self(holder: KeyHolder<'_>, caller: &Caller, account: &Account) -> Result<(), Refusal> {
    let (owner, _) = owner(holder, account)?;
    let is_self = match owner {
        KeyOwner::Root => caller.is_root(),
        KeyOwner::User(id) => caller.user().is_some_and(|own| own.id == id),
    };
    let shows_one = caller.mfa() == Some(true);
    if is_self && !shows_one && account.mfa_device_count(owner) > 0 {
        return Err(Refusal::second_factor_needed());
    }
    Ok(())
}

/// Their device of this serial number.
pub(crate) fn device<'d>(
    holder: KeyHolder<'_>,
    serial: &str,
    account: &'d Account,
) -> Result<&'d Arc<MfaDevice>, Refusal> {
    let (owner, _) = owner(holder, account)?;
    account
        .mfa_device(serial)
        .filter(|device| device.owner() == Some(owner))
        .ok_or_else(|| DirectoryError::NotTheirMfaDevice(serial.into()).into())
}

/// The device of this serial number, whoever has it.
pub(crate) fn find<'d>(serial: &str, account: &'d Account) -> Result<&'d Arc<MfaDevice>, Refusal> {
    account
        .mfa_device(serial)
        .ok_or_else(|| DirectoryError::NoSuchMfaDevice(serial.into()).into())
}

/// The virtual device of this serial number, whoever has it: only such have tags.
pub(crate) fn find_virtual<'d>(serial: &str, account: &'d Account) -> Result<&'d Arc<MfaDevice>, Refusal> {
    match find(serial, account)? {
        device if device.is_hardware() => Err(DirectoryError::NoSuchMfaDevice(serial.into()).into()),
        device => Ok(device),
    }
}

/// The name in answers of whoever has a device; the root user has none.
pub(crate) fn user_name(owner: KeyOwner, account: &Account) -> Option<&str> {
    match owner {
        KeyOwner::Root => None,
        KeyOwner::User(id) => account.user_by_id(id).map(|user| user.name.as_str()),
    }
}

/// An action on a device, which may not exist.
pub(crate) fn ask_on_device(action: &'static str, serial: &str, view: &View<'_>) -> Ask {
    let device = view.account.mfa_device(serial);
    // Hardware ones are no resources.
    if let Some(device) = device.filter(|device| !device.is_hardware()) {
        return Ask::on(action, device.serial.to_string(), view).resource_tags(&device.tags);
    }
    match EntityArn::parse(serial) {
        Ok(EntityArn::MfaDevice { account, .. }) => {
            let mut ask = Ask::on(action, serial.to_owned(), view);
            ask.resource_account = account;
            ask
        }
        _ => Ask::on(action, unplaced("mfa", serial, view), view),
    }
}
