//! Version ids of managed policies: `v1`, `v2`, … never given twice for one policy.

use std::fmt;
use std::num::NonZeroU32;

use crate::{NameError, Problem, serde_as_string};

/// The id of one version of a managed policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PolicyVersionId(NonZeroU32);

impl PolicyVersionId {
    /// `v1`, the version that a policy is created with.
    pub const FIRST: Self = Self(NonZeroU32::MIN);

    /// Reads `v` and a number without leading zeros.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let error = NameError::new(
            "policy version id",
            Problem::Form("a version id is v and a number without leading zeros"),
        );
        let digits = text.strip_prefix('v').ok_or(error)?;
        if digits.starts_with('0') || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(error);
        }
        digits.parse().map(Self).map_err(|_| error)
    }

    /// The version with this number; there is no version zero.
    pub const fn from_u32(number: u32) -> Option<Self> {
        match NonZeroU32::new(number) {
            Some(number) => Some(Self(number)),
            None => None,
        }
    }

    /// The number after the `v`.
    pub const fn number(self) -> u32 {
        self.0.get()
    }

    /// The version after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Display for PolicyVersionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v{}", self.0)
    }
}

serde_as_string!(PolicyVersionId);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_ids_count_from_one() {
        assert_eq!(PolicyVersionId::parse("v12").unwrap().number(), 12);
        assert_eq!(PolicyVersionId::FIRST.next().to_string(), "v2");
        for wrong in ["", "v", "v0", "v01", "1", "V1", "v+1", "v1.0", "v99999999999"] {
            assert!(PolicyVersionId::parse(wrong).is_err(), "{wrong}");
        }
    }
}
