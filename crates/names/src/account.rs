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
            && let Some(number) = twelve_digits(digits)
        {
            return Ok(Self(number));
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

/// The number that digits make, eight of them at a time.
fn twelve_digits(digits: &[u8; 12]) -> Option<u64> {
    let (first, last) = digits.split_first_chunk::<8>()?;
    let last = <[u8; 4]>::try_from(last).ok()?;
    let zeros = u32::from_le_bytes(*b"0000");
    let last = u64::from(zeros) | u64::from(u32::from_le_bytes(last)) << 32;
    Some(eight_digits(u64::from_le_bytes(*first))? * 10_000 + eight_digits(last)?)
}

fn eight_digits(digits: u64) -> Option<u64> {
    const HIGH: u64 = 0xf0f0_f0f0_f0f0_f0f0;
    const ZEROS: u64 = 0x3030_3030_3030_3030;
    // Only of '0' to '9' is the upper half 3, and still 3 when six is added.
    let beyond = digits.wrapping_add(0x0606_0606_0606_0606);
    if (digits & HIGH) | ((beyond & HIGH) >> 4) != ZEROS | (ZEROS >> 4) {
        return None;
    }
    // Neighbours are joined to numbers below a hundred, those to numbers below ten thousand, and so on.
    let pairs = (digits & !HIGH).wrapping_mul((10 << 8) + 1) >> 8;
    let fours = (pairs & 0x00ff_00ff_00ff_00ff).wrapping_mul((100 << 16) + 1) >> 16;
    Some((fours & 0x0000_ffff_0000_ffff).wrapping_mul((10_000 << 32) + 1) >> 32)
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut digits = [b'0'; 12];
        let mut rest = self.0;
        for place in digits.iter_mut().rev() {
            *place += u8::try_from(rest % 10).unwrap_or(0);
            rest /= 10;
        }
        f.write_str(str::from_utf8(&digits).unwrap_or_default())
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
        fn what_is_read_is_digits_alone(text in "[/0-9:]{12}|[0-9]{12}|[0-9@\u{80}-\u{ff}]{6,12}") {
            let digits = text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
            let expected = digits.then(|| text.parse::<u64>().unwrap());
            prop_assert_eq!(AccountId::parse(&text).ok().map(AccountId::as_u64), expected);
        }

        #[test]
        fn text_and_number_agree(number in 0..END) {
            let id = AccountId::from_u64(number).unwrap();
            prop_assert_eq!(AccountId::parse(&id.to_string()).unwrap(), id);
            let json = serde_json::to_string(&id).unwrap();
            prop_assert_eq!(serde_json::from_str::<AccountId>(&json).unwrap(), id);
        }
    }
}
