//! Passwords of users, as hashes, and the rules for passwords.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use lanyard_names::UniqueId;
use serde::{Deserialize, Serialize};

/// What lets a user sign in by a password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoginProfile {
    /// Whose it is.
    pub user: UniqueId,
    /// The password.
    pub password: PasswordHash,
    /// When the profile was created.
    pub created: Timestamp,
    /// When the password was last set.
    pub changed: Timestamp,
    /// Whether the user must set another one at the next sign-in.
    pub must_reset: bool,
    /// The passwords before, latest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub previous: Vec<PasswordHash>,
}

impl LoginProfile {
    /// How many passwords are remembered: as many as a password policy can forbid to be used again.
    pub const PREVIOUS_MAX: usize = 24;
}

/// The hash of a password as text, with its algorithm, parameters and salt. It is never printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PasswordHash(Arc<str>);

impl PasswordHash {
    /// Keeps a hash.
    #[must_use]
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        Self(text.into())
    }

    /// The hash, to compare a password with.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash")
    }
}

/// An account's own rules for the passwords of its users.
///
/// The default is what remains if a request to set the rules names none of them.
/// Evidence: the reference of `UpdateAccountPasswordPolicy`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasswordPolicy {
    /// The fewest characters.
    pub length_min: u32,
    /// Whether a symbol is needed.
    pub require_symbols: bool,
    /// Whether a digit is needed.
    pub require_numbers: bool,
    /// Whether an upper-case letter is needed.
    pub require_uppercase_characters: bool,
    /// Whether a lower-case letter is needed.
    pub require_lowercase_characters: bool,
    /// Whether users may change their passwords without a policy that says so.
    pub allow_users_to_change_password: bool,
    /// After how many days a password expires.
    pub age_days_max: Option<u32>,
    /// How many passwords before the present one cannot be used again.
    pub reuse_prevention: Option<u32>,
    /// Whether only an administrator can replace an expired password.
    pub hard_expiry: bool,
}

impl Default for PasswordPolicy {
    fn default() -> Self {
        Self {
            length_min: 6,
            require_symbols: false,
            require_numbers: false,
            require_uppercase_characters: false,
            require_lowercase_characters: false,
            allow_users_to_change_password: false,
            age_days_max: None,
            reuse_prevention: None,
            hard_expiry: false,
        }
    }
}
