//! The lines of the admin socket about hardware MFA devices.

use std::fmt;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// Enter a device.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
pub(crate) struct HardwareMfaAdd {
    /// The account.
    pub(crate) account: String,
    /// The serial number that is printed on the device.
    pub(crate) serial: String,
    /// The seed of its codes.
    pub(crate) seed: SeedText,
}

/// Forget a device.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
pub(crate) struct HardwareMfaRemove {
    /// The account.
    pub(crate) account: String,
    /// The serial number.
    pub(crate) serial: String,
}

/// A seed in base32, which cannot be printed.
#[derive(Clone, Serialize, Deserialize, PartialEq, Eq)]
#[serde(transparent)]
pub(crate) struct SeedText(Zeroizing<String>);

impl SeedText {
    /// From its text.
    pub(crate) fn new(text: Zeroizing<String>) -> Self {
        Self(text)
    }

    /// The text.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SeedText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SeedText(…)")
    }
}

/// One device.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ListedHardwareMfa {
    /// The account.
    pub(crate) account_id: String,
    /// The serial number.
    pub(crate) serial_number: String,
    /// When it was entered, RFC 3339.
    pub(crate) created: String,
    /// Whose it is: the name of a user, or `root`. Nobody's while it is not enabled.
    pub(crate) user: Option<String>,
}

/// The devices of an account, in order of serial number.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct HardwareMfaList {
    /// The devices.
    pub(crate) devices: Vec<ListedHardwareMfa>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_is_not_printed() {
        let seed = SeedText::new(Zeroizing::new("MFRGGZDF".to_owned()));
        assert_eq!(format!("{seed:?}"), "SeedText(…)");
    }
}
