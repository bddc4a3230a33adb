//! The id of an account's issuer of web identity tokens.

use std::fmt;

use crate::{AccountId, NameError, Problem, serde_as_string};

const KIND: &str = "issuer id";

/// The id in the URL of an account's issuer: a UUID of version 8, which carries the account as access key ids do, so
/// that whoever fetches the issuer's public documents is answered without a table of all issuers. It is no secret.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IssuerId(u128);

/// The account's number stands in the highest bits, before the version.
const ACCOUNT_SHIFT: u32 = 80;
const VERSION: u128 = 0x8 << 76;
const VERSION_MASK: u128 = 0xf << 76;
const VARIANT: u128 = 0b10 << 62;
const VARIANT_MASK: u128 = 0b11 << 62;
/// Where the hyphens stand in the text.
const HYPHENS: [usize; 4] = [8, 13, 18, 23];

impl IssuerId {
    /// Makes an id for an account from entropy, of which 74 bits are used.
    pub fn from_entropy(account: AccountId, entropy: u128) -> Self {
        let low = entropy & ((1 << ACCOUNT_SHIFT) - 1) & !VERSION_MASK & !VARIANT_MASK;
        Self(u128::from(account.as_u64()) << ACCOUNT_SHIFT | VERSION | VARIANT | low)
    }

    /// Reads an id as it is written: lower case, with hyphens.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let form = || {
            NameError::new(
                KIND,
                Problem::Form("it is a lower-case UUID that carries an account"),
            )
        };
        if text.len() != 36 {
            return Err(form());
        }
        let mut bits = 0_u128;
        for (place, byte) in text.bytes().enumerate() {
            let digit = match byte {
                b'-' if HYPHENS.contains(&place) => continue,
                _ if HYPHENS.contains(&place) => return Err(form()),
                b'0'..=b'9' => byte - b'0',
                b'a'..=b'f' => byte - b'a' + 10,
                _ => return Err(form()),
            };
            bits = bits << 4 | u128::from(digit);
        }
        if bits & VERSION_MASK != VERSION || bits & VARIANT_MASK != VARIANT || account_in(bits).is_none() {
            return Err(form());
        }
        Ok(Self(bits))
    }

    /// The account whose issuer it is.
    pub fn account(&self) -> AccountId {
        // Invariant: `parse` and `from_entropy` admit only ids that carry an account.
        account_in(self.0).unwrap_or(AccountId::ZERO)
    }
}

fn account_in(bits: u128) -> Option<AccountId> {
    u64::try_from(bits >> ACCOUNT_SHIFT)
        .ok()
        .and_then(AccountId::from_u64)
}

impl fmt::Display for IssuerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bits = self.0;
        write!(
            f,
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            bits >> 96,
            bits >> 80 & 0xffff,
            bits >> 64 & 0xffff,
            bits >> 48 & 0xffff,
            bits & 0xffff_ffff_ffff
        )
    }
}

impl fmt::Debug for IssuerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IssuerId({self})")
    }
}

serde_as_string!(IssuerId);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_id_looks_like_a_uuid() {
        let account = AccountId::parse("111122223333").unwrap();
        let id = IssuerId::from_entropy(account, u128::MAX);
        assert_eq!(id.to_string(), "0019df66-90e5-8fff-bfff-ffffffffffff");
        assert_eq!(id.account(), account);
    }

    #[test]
    fn what_is_no_id_of_an_account_is_refused() {
        for wrong in [
            "",
            "0019df66-90e5-4fff-bfff-ffffffffffff",
            "0019df66-90e5-8fff-ffff-ffffffffffff",
            "0019DF66-90e5-8fff-bfff-ffffffffffff",
            "0019df6690e58fffbfffffffffffffff----",
            "ffffffff-ffff-8fff-bfff-ffffffffffff",
            "0019df66-90e5-8fff-bfff-ffffffffffffé",
        ] {
            assert!(IssuerId::parse(wrong).is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn the_account_survives_the_round_trip(number in 0..1_000_000_000_000_u64, entropy: u128) {
            let account = AccountId::from_u64(number).unwrap();
            let id = IssuerId::from_entropy(account, entropy);
            prop_assert_eq!(IssuerId::parse(&id.to_string()).unwrap(), id);
            prop_assert_eq!(id.account(), account);
        }
    }
}
