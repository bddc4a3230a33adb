//! MFA devices: seeds of one-time codes, of users and of the root user. Virtual ones are made by the account's users;
//! hardware ones are entered by the operator, who has their seeds.

use std::sync::Arc;

use jiff::Timestamp;
use lanyard_names::{EntityPath, MfaDeviceName};
use serde::{Deserialize, Serialize};

use super::{KeyOwner, SealedSecret, Tags};

/// An MFA device. It belongs to nobody until it is enabled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MfaDevice {
    /// Its serial number: the ARN of a virtual device, what is printed on a hardware one.
    pub serial: Arc<str>,
    /// The name of a virtual device; a hardware one has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<MfaDeviceName>,
    /// Its path.
    #[serde(default)]
    pub path: EntityPath,
    /// The seed of its codes, sealed.
    pub seed: SealedSecret,
    /// When it was created.
    pub created: Timestamp,
    /// Whose it is, once it is enabled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assigned: Option<MfaAssignment>,
    /// The latest step of time of which a code was accepted. Codes of this and earlier steps are used up, also after
    /// the device has changed hands.
    #[serde(default)]
    pub last_step: u64,
    /// How many steps the device's clock is ahead of ours.
    #[serde(default)]
    pub drift: i32,
    /// Its tags.
    #[serde(default, skip_serializing_if = "Tags::is_empty")]
    pub tags: Tags,
}

/// Whose an MFA device is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MfaAssignment {
    /// The user or the root user.
    pub owner: KeyOwner,
    /// Since when.
    pub enabled: Timestamp,
}

impl MfaDevice {
    /// The longest serial number.
    pub const SERIAL_LENGTH_MAX: usize = 256;
    /// The shortest one.
    pub const SERIAL_LENGTH_MIN: usize = 9;

    /// Whether it is a hardware one.
    #[must_use]
    pub fn is_hardware(&self) -> bool {
        self.name.is_none()
    }

    /// Whose it is, if it is enabled.
    #[must_use]
    pub fn owner(&self) -> Option<KeyOwner> {
        self.assigned.map(|assignment| assignment.owner)
    }
}
