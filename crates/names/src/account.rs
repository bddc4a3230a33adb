//! Account ids: twelve digits.

use std::fmt;

use crate::{NameError, Problem, serde_as_string};

const KIND: &str = "account id";
const END: u64 = 1_000_000_000_000;

/// The id of an account: twelve decimal digits, leading zeros included.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountId(u64);

impl AccountId {
    /// Twelve zeros: no real account. What concerns no account is filed under it.
    pub const ZERO: Self = Self(0);

    /// Reads exactly twelve ASCII digits.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        // Every decision about a resource reads the account in its ARN, so the ordinary case goes straight through.
        if let Ok(digits) = <&[u8; 12]>::try_from(text.as_bytes())
            && digits.iter().fold(true, |all, byte| all & byte.is_ascii_digit())
        {
            let number = |digits: &[u8]| {
                digits
                    .iter()
                    .fold(0, |sum, digit| sum * 10 + u64::from(digit & 0x0f))
            };
            let (first, second) = digits.split_at(6);
            return Ok(Self(number(first) * 1_000_000 + number(second)));
        }
        match text.chars().find(|character| !character.is_ascii_digit()) {
            Some(character) => Err(NameError::new(KIND, Problem::Character(character))),
            None => Err(NameError::new(
                KIND,
                Problem::Form("an account id has twelve digits"),
            )),
        }
    }

    /// The account with this number, if it has at most twelve digits.
    pub const fn from_u64(number: u64) -> Option<Self> {
        if number < END { Some(Self(number)) } else { None }
    }

    /// The account id as a number.
    pub const fn as_u64(self) -> u64 {
        self.0
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:012}", self.0)
    }
}

impl fmt::Debug for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AccountId({self})")
    }
}

serde_as_string!(AccountId);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn leading_zeros_are_kept() {
        assert_eq!(
            AccountId::parse("000000000042").unwrap().to_string(),
            "000000000042"
        );
    }

    #[test]
    fn only_twelve_ascii_digits_are_an_account_id() {
        for wrong in [
            "",
            "12345678901",
            "1234567890123",
            "12345678901a",
            "+12345678901",
            "１２３４５６７８９０１２",
        ] {
            assert!(AccountId::parse(wrong).is_err(), "{wrong}");
        }
        assert_eq!(AccountId::from_u64(END), None);
    }

    proptest! {
        #[test]
        fn text_and_number_agree(number in 0..END) {
            let id = AccountId::from_u64(number).unwrap();
            prop_assert_eq!(AccountId::parse(&id.to_string()).unwrap(), id);
            let json = serde_json::to_string(&id).unwrap();
            prop_assert_eq!(serde_json::from_str::<AccountId>(&json).unwrap(), id);
        }
    }
}
