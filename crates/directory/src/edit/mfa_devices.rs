//! Virtual MFA devices of users and of the root user.
//!
//! Codes are checked elsewhere. What is kept here is up to which step of time they are used up, so that a code counts
//! once, whichever node and whichever life of the server took it.

use std::sync::Arc;

use jiff::Timestamp;
use lanyard_names::{EntityPath, MfaDeviceName, arn};

use super::{AccountEdit, KeyHolder};
use crate::error::{Conflict, DirectoryError};
use crate::quota::Quota;
use crate::record::{KeyCase, KeyOwner, MfaAssignment, MfaDevice, Place, Record, SealedSecret, Tag};

/// A virtual MFA device to be created.
#[derive(Clone, Debug)]
pub struct NewMfaDevice {
    /// Its name.
    pub name: MfaDeviceName,
    /// Its path.
    pub path: EntityPath,
    /// The seed of its codes, sealed.
    pub seed: SealedSecret,
    /// Now.
    pub created: Timestamp,
    /// Its first tags.
    pub tags: Vec<Tag>,
}

/// What codes have told of an MFA device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MfaClock {
    /// The latest step of time of which a code was shown.
    pub step: u64,
    /// How many steps the device's clock is ahead of ours.
    pub drift: i32,
}

impl AccountEdit {
    /// Creates a virtual MFA device, which is nobody's yet.
    pub fn create_mfa_device(&mut self, new: NewMfaDevice) -> Result<Arc<MfaDevice>, DirectoryError> {
        let serial: Arc<str> = arn::mfa_device(self.account.id(), &new.path, &new.name).into();
        if !can_be_named(&serial) {
            return Err(DirectoryError::NotASerialNumber(serial.as_ref().into()));
        }
        if self.account.mfa_device(&serial).is_some() {
            return Err(DirectoryError::MfaDeviceExists(serial.as_ref().into()));
        }
        let count = self.account.all_mfa_device_count().saturating_add(1);
        self.within(Quota::MfaDevicesPerAccount, count, new.name.as_str())?;
        let tags = self.first_tags(new.tags, KeyCase::Kept, new.name.as_str())?;
        let device = Arc::new(MfaDevice {
            serial,
            name: new.name,
            path: new.path,
            seed: new.seed,
            created: new.created,
            assigned: None,
            last_step: 0,
            drift: 0,
            tags,
        });
        self.put(Record::MfaDevice(Arc::clone(&device)));
        Ok(device)
    }

    /// Makes an MFA device that of a user or of the root user, who has shown codes of it.
    pub fn enable_mfa_device(
        &mut self,
        holder: KeyHolder<'_>,
        serial: &str,
        clock: MfaClock,
        now: Timestamp,
    ) -> Result<(), DirectoryError> {
        let owner = self.key_owner(holder)?;
        let mut device = MfaDevice::clone(self.mfa_device(serial)?);
        if device.assigned.is_some() {
            return Err(DirectoryError::MfaDeviceInUse(serial.into()));
        }
        let count = self.account.mfa_device_count(owner).saturating_add(1);
        self.within(Quota::MfaDevicesPerUser, count, holder.name())?;
        use_up(&mut device, clock.step)?;
        device.drift = clock.drift;
        device.assigned = Some(MfaAssignment { owner, enabled: now });
        self.put(Record::MfaDevice(Arc::new(device)));
        Ok(())
    }

    /// Takes over what new codes told of a device's clock.
    pub fn resync_mfa_device(
        &mut self,
        holder: KeyHolder<'_>,
        serial: &str,
        clock: MfaClock,
    ) -> Result<(), DirectoryError> {
        let owner = self.key_owner(holder)?;
        let mut device = MfaDevice::clone(self.mfa_device_of(owner, serial)?);
        use_up(&mut device, clock.step)?;
        device.drift = clock.drift;
        self.put(Record::MfaDevice(Arc::new(device)));
        Ok(())
    }

    /// Uses up the code of a step of time. Refused if it, or a later one, was used before.
    pub fn accept_mfa_step(
        &mut self,
        owner: KeyOwner,
        serial: &str,
        step: u64,
    ) -> Result<(), DirectoryError> {
        let mut device = MfaDevice::clone(self.mfa_device_of(owner, serial)?);
        use_up(&mut device, step)?;
        self.put(Record::MfaDevice(Arc::new(device)));
        Ok(())
    }

    /// Takes an MFA device from its owner. It stays, and its used codes stay used.
    pub fn deactivate_mfa_device(
        &mut self,
        holder: KeyHolder<'_>,
        serial: &str,
    ) -> Result<(), DirectoryError> {
        let owner = self.key_owner(holder)?;
        let mut device = MfaDevice::clone(self.mfa_device_of(owner, serial)?);
        device.assigned = None;
        self.put(Record::MfaDevice(Arc::new(device)));
        Ok(())
    }

    /// Deletes a virtual MFA device that is nobody's.
    pub fn delete_mfa_device(&mut self, serial: &str) -> Result<(), DirectoryError> {
        let device = Arc::clone(self.mfa_device(serial)?);
        if device.assigned.is_some() {
            return Err(DirectoryError::DeleteConflict(Conflict::MfaDeviceIsAssigned));
        }
        self.remove(Place::MfaDevice(Arc::clone(&device.serial)));
        Ok(())
    }

    pub(super) fn mfa_device(&self, serial: &str) -> Result<&Arc<MfaDevice>, DirectoryError> {
        let device = self.account.mfa_device(serial);
        device.ok_or_else(|| DirectoryError::NoSuchMfaDevice(serial.into()))
    }

    fn mfa_device_of(&self, owner: KeyOwner, serial: &str) -> Result<&Arc<MfaDevice>, DirectoryError> {
        let device = self.account.mfa_device(serial);
        device
            .filter(|device| device.owner() == Some(owner))
            .ok_or_else(|| DirectoryError::NotTheirMfaDevice(serial.into()))
    }
}

/// Whether requests can name a serial number. Paths may have more characters than serial numbers.
///
/// Evidence: the public service model's type of serial numbers.
fn can_be_named(serial: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_+=/:,.@-".contains(&byte);
    serial.len() <= MfaDevice::SERIAL_LENGTH_MAX && serial.bytes().all(is_allowed)
}

fn use_up(device: &mut MfaDevice, step: u64) -> Result<(), DirectoryError> {
    if step <= device.last_step {
        return Err(DirectoryError::MfaCodeUsed);
    }
    device.last_step = step;
    Ok(())
}
