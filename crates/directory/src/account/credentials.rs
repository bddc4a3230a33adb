//! Reading second factors and passwords.

use std::ops::Bound;
use std::sync::Arc;

use lanyard_names::UniqueId;

use super::Account;
use crate::record::{KeyOwner, LoginProfile, MfaDevice};

impl Account {
    /// The MFA device of a serial number, which is compared exactly.
    #[must_use]
    pub fn mfa_device(&self, serial: &str) -> Option<&Arc<MfaDevice>> {
        self.mfa_devices.get(serial)
    }

    /// All MFA devices, assigned or not, in order of serial number, beginning after one.
    pub fn mfa_devices(&self, after: Option<&str>) -> impl Iterator<Item = &Arc<MfaDevice>> {
        let start = after.map_or(Bound::Unbounded, Bound::Excluded);
        self.mfa_devices
            .range::<_, str>((start, Bound::Unbounded))
            .map(|(_, device)| device)
    }

    /// The MFA devices that somebody has, or those that nobody has, in order of serial number, beginning after one.
    pub fn mfa_devices_assigned(
        &self,
        is_assigned: bool,
        after: Option<&str>,
    ) -> impl Iterator<Item = &Arc<MfaDevice>> {
        let serials = if is_assigned {
            &self.mfa_assigned
        } else {
            &self.mfa_unassigned
        };
        let start = after.map_or(Bound::Unbounded, Bound::Excluded);
        serials
            .range::<_, str>((start, Bound::Unbounded))
            .filter_map(|serial| self.mfa_devices.get(serial))
    }

    /// How many MFA devices there are, assigned or not.
    #[must_use]
    pub fn all_mfa_device_count(&self) -> usize {
        self.mfa_devices.len()
    }

    /// How many MFA devices somebody has.
    #[must_use]
    pub fn mfa_devices_in_use_count(&self) -> usize {
        self.mfa_by_owner.len()
    }

    /// The MFA devices of a user or of the root user, in order of serial number.
    pub fn mfa_devices_of(&self, owner: KeyOwner) -> impl Iterator<Item = &Arc<MfaDevice>> {
        self.mfa_by_owner
            .range((Bound::Included((owner, Arc::from(""))), Bound::Unbounded))
            .take_while(move |(of, _)| *of == owner)
            .filter_map(|(_, serial)| self.mfa_devices.get(serial))
    }

    /// How many MFA devices a user or the root user has.
    #[must_use]
    pub fn mfa_device_count(&self, owner: KeyOwner) -> usize {
        self.mfa_devices_of(owner).count()
    }

    /// What lets a user sign in by a password, if anything does.
    #[must_use]
    pub fn login_profile(&self, user: UniqueId) -> Option<&Arc<LoginProfile>> {
        self.login_profiles.get(&user)
    }
}
