//! Access key ids: a prefix that tells long-term keys from temporary ones, and the account in base32.
//!
//! The sixteen characters after the prefix are 80 bits: a one, forty bits of account number, and 39 bits of
//! entropy. So a key leads to its account without any index.
//! Evidence: the encoding is AWS's own for keys made since 2019, as published by several researchers.
//! Older AWS keys (first bit zero, such as those in AWS's documentation) name no account and are not accepted.

use std::fmt;

use crate::{AccountId, NameError, Problem, serde_as_string};

const KIND: &str = "access key id";
pub(crate) const BASE32: [u8; 32] = *b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const ENTROPY_BITS: u32 = 39;
const ENTROPY_MASK: u64 = (1 << ENTROPY_BITS) - 1;
const FIRST_BIT: u128 = 1 << 79;

/// Whether an access key lives until it is deleted or expires by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyKind {
    /// `AKIA…`: the key of a user or of the root user.
    LongTerm,
    /// `ASIA…`: the key of a session; useless without its session token.
    Temporary,
}

impl KeyKind {
    const fn prefix(self) -> &'static [u8; 4] {
        match self {
            Self::LongTerm => b"AKIA",
            Self::Temporary => b"ASIA",
        }
    }
}

/// The public half of an access key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccessKeyId {
    text: [u8; 20],
}

impl AccessKeyId {
    /// Reads a key id that carries a valid account number.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let form = |reason| NameError::new(KIND, Problem::Form(reason));
        let bytes: [u8; 20] = text
            .as_bytes()
            .try_into()
            .map_err(|_| form("an access key id has twenty characters"))?;
        let id = Self { text: bytes };
        if !matches!(bytes.first_chunk::<4>(), Some(b"AKIA" | b"ASIA")) {
            return Err(form("an access key id begins with AKIA or ASIA"));
        }
        let bits = id
            .bits()
            .ok_or_else(|| form("an access key id is written in base32"))?;
        if bits & FIRST_BIT == 0 || account_in(bits).is_none() {
            return Err(form("the access key id carries no account number"));
        }
        Ok(id)
    }

    /// Makes a key id for an account from the lower 39 bits of `entropy`.
    pub fn from_entropy(kind: KeyKind, account: AccountId, entropy: u64) -> Self {
        let bits =
            FIRST_BIT | u128::from(account.as_u64()) << ENTROPY_BITS | u128::from(entropy & ENTROPY_MASK);
        let mut text = [0; 20];
        let (prefix, body) = text.split_at_mut(4);
        prefix.copy_from_slice(kind.prefix());
        write_base32(bits, body);
        Self { text }
    }

    /// Long-term or temporary.
    pub const fn kind(&self) -> KeyKind {
        match self.text {
            [_, b'S', ..] => KeyKind::Temporary,
            _ => KeyKind::LongTerm,
        }
    }

    /// The account that the key belongs to.
    pub fn account(&self) -> AccountId {
        // Invariant: `parse` and `from_entropy` admit only ids that carry an account.
        self.bits().and_then(account_in).unwrap_or(AccountId::ZERO)
    }

    /// The key id as text.
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.text).unwrap_or_default()
    }

    fn bits(&self) -> Option<u128> {
        self.text.iter().skip(4).try_fold(0_u128, |bits, &character| {
            let value = match character {
                b'A'..=b'Z' => character - b'A',
                b'2'..=b'7' => character - b'2' + 26,
                _ => return None,
            };
            Some(bits << 5 | u128::from(value))
        })
    }
}

fn account_in(bits: u128) -> Option<AccountId> {
    let number = (bits & !FIRST_BIT) >> ENTROPY_BITS;
    u64::try_from(number).ok().and_then(AccountId::from_u64)
}

/// Writes the lowest `5 × out.len()` bits, most significant first.
pub(crate) fn write_base32(bits: u128, out: &mut [u8]) {
    let mut rest = bits;
    for place in out.iter_mut().rev() {
        *place = BASE32.get((rest & 31) as usize).copied().unwrap_or(b'A');
        rest >>= 5;
    }
}

impl fmt::Display for AccessKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for AccessKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AccessKeyId({self})")
    }
}

serde_as_string!(AccessKeyId);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_published_key_id_decodes_to_its_account() {
        // Evidence: the example in the published description of the encoding.
        let id = AccessKeyId::parse("ASIAQNZGKIQY56JQ7WML").unwrap();
        assert_eq!(id.kind(), KeyKind::Temporary);
        assert_eq!(id.account().to_string(), "029608264753");
    }

    #[test]
    fn ids_without_an_account_are_refused() {
        for wrong in [
            "",
            "AKIAIOSFODNN7EXAMPLE",
            "AKIDEXAMPLE",
            "AKIA7777777777777777",
            "AKIAQNZGKIQY56JQ7WM1",
            "akiaqnzgkiqy56jq7wml",
            "AIDAQNZGKIQY56JQ7WML",
            "AKIAQNZGKIQY56JQ7WML2",
        ] {
            assert!(AccessKeyId::parse(wrong).is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn the_account_survives_the_round_trip(number in 0..1_000_000_000_000_u64, entropy: u64, temporary: bool) {
            let kind = if temporary { KeyKind::Temporary } else { KeyKind::LongTerm };
            let account = AccountId::from_u64(number).unwrap();
            let id = AccessKeyId::from_entropy(kind, account, entropy);
            prop_assert_eq!(AccessKeyId::parse(id.as_str()).unwrap(), id);
            prop_assert_eq!(id.account(), account);
            prop_assert_eq!(id.kind(), kind);
        }
    }
}
