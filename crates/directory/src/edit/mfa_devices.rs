//! MFA devices of users and of the root user: virtual ones and hardware ones.
//!
//! Codes are checked elsewhere. What is kept here is up to which step of time they are used up, so that a code counts
//! once, whichever node and whichever life of the server took it.

use std::sync::Arc;

use jiff::Timestamp;
use lanyard_names::{EntityPath, MfaDeviceName, arn};

use super::{AccountEdit, KeyHolder};
use crate::error::{Conflict, DirectoryError};
use crate::quota::Quota;
use crate::record::{KeyCase, KeyOwner, MfaAssignment, MfaDevice, Place, Record, SealedSecret, Tag, Tags};

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

/// A hardware MFA device to be entered.
#[derive(Clone, Debug)]
pub struct NewHardwareMfaDevice {
    /// The serial number that is printed on it.
    pub serial: Arc<str>,
    /// The seed of its codes, sealed.
    pub seed: SealedSecret,
    /// Now.
    pub created: Timestamp,
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
        let name = new.name.as_str();
        self.one_more_mfa_device(&serial, name)?;
        let tags = self.first_tags(new.tags, KeyCase::Kept, name)?;
        let device = Arc::new(MfaDevice {
            serial,
            name: Some(new.name),
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

    /// Enters a hardware MFA device, which is nobody's yet. Only the operator may: AWS knows the seeds of the
    /// devices that it sells, and here whoever has the device's seed tells it.
    pub fn add_hardware_mfa_device(
        &mut self,
        new: NewHardwareMfaDevice,
    ) -> Result<Arc<MfaDevice>, DirectoryError> {
        // What looks like an ARN would be taken for a virtual device.
        if new.serial.len() < MfaDevice::SERIAL_LENGTH_MIN || new.serial.starts_with("arn:") {
            return Err(DirectoryError::NotASerialNumber(new.serial.as_ref().into()));
        }
        self.one_more_mfa_device(&new.serial, &new.serial)?;
        let device = Arc::new(MfaDevice {
            serial: new.serial,
            name: None,
            path: EntityPath::default(),
            seed: new.seed,
            created: new.created,
            assigned: None,
            last_step: 0,
            drift: 0,
            tags: Tags::default(),
        });
        self.put(Record::MfaDevice(Arc::clone(&device)));
        Ok(device)
    }

    /// Whether there can be another device with this serial number.
    fn one_more_mfa_device(&self, serial: &str, name: &str) -> Result<(), DirectoryError> {
        if !can_be_named(serial) {
            return Err(DirectoryError::NotASerialNumber(serial.into()));
        }
        if self.account.mfa_device(serial).is_some() {
            return Err(DirectoryError::MfaDeviceExists(serial.into()));
        }
        let count = self.account.all_mfa_device_count().saturating_add(1);
        self.within(Quota::MfaDevicesPerAccount, count, name)
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
        let device = Arc::clone(self.virtual_mfa_device(serial)?);
        self.delete_unassigned(&device)
    }

    /// Forgets a hardware MFA device that is nobody's. Only the operator may.
    pub fn remove_hardware_mfa_device(&mut self, serial: &str) -> Result<(), DirectoryError> {
        let device = Arc::clone(self.mfa_device(serial)?);
        if !device.is_hardware() {
            return Err(DirectoryError::NoSuchMfaDevice(serial.into()));
        }
        self.delete_unassigned(&device)
    }

    fn delete_unassigned(&mut self, device: &MfaDevice) -> Result<(), DirectoryError> {
        if device.assigned.is_some() {
            return Err(DirectoryError::DeleteConflict(Conflict::MfaDeviceIsAssigned));
        }
        self.remove(Place::MfaDevice(Arc::clone(&device.serial)));
        Ok(())
    }

    fn mfa_device(&self, serial: &str) -> Result<&Arc<MfaDevice>, DirectoryError> {
        let device = self.account.mfa_device(serial);
        device.ok_or_else(|| DirectoryError::NoSuchMfaDevice(serial.into()))
    }

    /// Virtual devices alone are deleted and tagged by the API.
    pub(super) fn virtual_mfa_device(&self, serial: &str) -> Result<&Arc<MfaDevice>, DirectoryError> {
        match self.mfa_device(serial)? {
            device if device.is_hardware() => Err(DirectoryError::NoSuchMfaDevice(serial.into())),
            device => Ok(device),
        }
    }

    fn mfa_device_of(&self, owner: KeyOwner, serial: &str) -> Result<&Arc<MfaDevice>, DirectoryError> {
        let device = self.account.mfa_device(serial);
        let device = device.ok_or_else(|| DirectoryError::NoSuchMfaDevice(serial.into()))?;
        if device.owner() != Some(owner) {
            return Err(DirectoryError::NotTheirMfaDevice(serial.into()));
        }
        Ok(device)
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
