//! Hardware MFA devices: the operator has their seeds, as AWS has those of the devices that it sells.

use data_encoding::BASE32_NOPAD;
use jiff::Timestamp;
use lanyard_access::SecondFactors;
use lanyard_audit::Parameters;
use lanyard_directory::{
    Account, AccountEdit, DirectoryError, KeyOwner, MfaDevice, NewHardwareMfaDevice, SealedSecret,
};
use zeroize::Zeroizing;

use super::keys;
use super::words::parse_id;
use crate::accounts::AccountError;
use crate::admin::mfa_device::{HardwareMfaAdd, HardwareMfaList, HardwareMfaRemove, ListedHardwareMfa};
use crate::admin::protocol::{Outcome, Refusal, Refused};
use crate::node::Node;
use crate::operator::Operator;

/// How many bytes a seed has. Evidence: RFC 4226 asks for at least 128 bits; longer ones than a block of the hash are
/// hashed first and are no stronger.
const SEED_BYTES: std::ops::RangeInclusive<usize> = 16..=64;

/// Enters a device, which is nobody's yet.
pub(super) async fn add(node: &Node, operator: Operator, wish: &HardwareMfaAdd) -> Result<Outcome, Refused> {
    let id = parse_id(&wish.account)?;
    let seed = BASE32_NOPAD.decode(wish.seed.expose().as_bytes());
    let seed = Zeroizing::new(seed.map_err(|_| invalid("the seed is not written in base32"))?);
    if !SEED_BYTES.contains(&seed.len()) {
        return Err(invalid("a seed has 16 to 64 bytes"));
    }
    let place = SecondFactors::place(id, &wish.serial);
    let sealed = node.vault.seal(place, &seed).map_err(AccountError::from)?;
    let now = Timestamp::now();
    let record = operator
        .record("AddHardwareMFADevice", id, false, now)
        .with_request(parameters(&wish.serial));
    let change = |edit: &mut AccountEdit| -> Result<_, DirectoryError> {
        let device = edit.add_hardware_mfa_device(NewHardwareMfaDevice {
            serial: wish.serial.as_str().into(),
            seed: SealedSecret::new(sealed.clone()),
            created: now,
        })?;
        Ok((listed(&device, edit.view()), vec![record.to_outbox()]))
    };
    let written = node.directory.write(id, change).await;
    let added = written.map_err(AccountError::from).map_err(refused)?.output;
    Ok(Outcome::HardwareMfa(added))
}

/// Forgets a device that is nobody's.
pub(super) async fn remove(
    node: &Node,
    operator: Operator,
    wish: &HardwareMfaRemove,
) -> Result<Outcome, Refused> {
    let id = parse_id(&wish.account)?;
    let record = operator
        .record("RemoveHardwareMFADevice", id, false, Timestamp::now())
        .with_request(parameters(&wish.serial));
    let change = |edit: &mut AccountEdit| -> Result<_, DirectoryError> {
        let device = edit.view().mfa_device(&wish.serial).cloned();
        edit.remove_hardware_mfa_device(&wish.serial)?;
        let removed = device.map(|device| listed(&device, edit.view()));
        Ok((removed, vec![record.to_outbox()]))
    };
    let written = node.directory.write(id, change).await;
    match written.map_err(AccountError::from).map_err(refused)?.output {
        Some(removed) => Ok(Outcome::HardwareMfa(removed)),
        None => Err(Refused::new(Refusal::NotFound, "there is no such device")),
    }
}

/// Lists the devices of an account.
pub(super) async fn list(node: &Node, account: &str) -> Result<Outcome, Refused> {
    let account = keys::find(node, parse_id(account)?).await?;
    let devices = account.mfa_devices(None).filter(|device| device.is_hardware());
    Ok(Outcome::HardwareMfas(HardwareMfaList {
        devices: devices.map(|device| listed(device, &account)).collect(),
    }))
}

fn listed(device: &MfaDevice, account: &Account) -> ListedHardwareMfa {
    ListedHardwareMfa {
        account_id: account.id().to_string(),
        serial_number: device.serial.to_string(),
        created: format!("{:.0}", device.created),
        user: device.owner().map(|owner| match owner {
            KeyOwner::Root => "root".to_owned(),
            KeyOwner::User(id) => account
                .user_by_id(id)
                .map_or_else(|| id.to_string(), |user| user.name.to_string()),
        }),
    }
}

/// What was asked, for the trail: never the seed.
pub(super) fn parameters(serial: &str) -> Parameters {
    Parameters::new().with("serialNumber", serial)
}

fn invalid(message: &str) -> Refused {
    Refused::new(Refusal::Invalid, message)
}

fn refused(error: AccountError) -> Refused {
    match error {
        AccountError::Refused(DirectoryError::NotASerialNumber(_)) => {
            invalid("a serial number has 9 to 256 letters, digits and characters of _+=/:,.@- and is no ARN")
        }
        AccountError::Refused(DirectoryError::NoSuchMfaDevice(serial)) => Refused::new(
            Refusal::NotFound,
            format!("the account has no hardware MFA device with the serial number {serial}"),
        ),
        AccountError::Refused(DirectoryError::DeleteConflict(_)) => Refused::new(
            Refusal::Failed,
            "the device is somebody's: `aws iam deactivate-mfa-device` takes it away first",
        ),
        AccountError::Refused(DirectoryError::MfaDeviceExists(serial)) => Refused::new(
            Refusal::Failed,
            format!("the account has a device with the serial number {serial} already"),
        ),
        other => other.into(),
    }
}
