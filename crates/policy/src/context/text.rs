//! The text of a value: short ones need no memory of their own.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use lanyard_names::AccountId;

/// The text of a condition key's value. Cheap to make from what the caller already has.
#[derive(Clone)]
pub struct Text(Repr);

#[derive(Clone)]
enum Repr {
    Static(&'static str),
    Shared(Arc<str>),
    Owned(Box<str>),
    /// A short one, which needs no memory of its own.
    Inline(u8, [u8; INLINE_MAX]),
}

/// The longest text that stands in the value itself.
const INLINE_MAX: usize = 22;

impl Text {
    pub(super) const EMPTY: Self = Self::fixed("");

    pub(super) const fn fixed(text: &'static str) -> Self {
        Self(Repr::Static(text))
    }

    /// The same text again.
    pub fn copied(text: &str) -> Self {
        let mut bytes = [0; INLINE_MAX];
        match (bytes.get_mut(..text.len()), u8::try_from(text.len())) {
            (Some(place), Ok(length)) => {
                place.copy_from_slice(text.as_bytes());
                Self(Repr::Inline(length, bytes))
            }
            _ => Self(Repr::Owned(text.into())),
        }
    }

    /// An address as it is usually written.
    pub(super) fn of_address(address: IpAddr) -> Self {
        let IpAddr::V4(address) = address else {
            return Self::from(address.to_string());
        };
        let mut text = [b'.'; 15];
        let mut length = 0;
        let mut put = |byte| {
            if let Some(place) = text.get_mut(length) {
                *place = byte;
                length += 1;
            }
        };
        for (index, octet) in address.octets().into_iter().enumerate() {
            if index > 0 {
                put(b'.');
            }
            if octet >= 100 {
                put(b'0' + octet / 100);
            }
            if octet >= 10 {
                put(b'0' + octet / 10 % 10);
            }
            put(b'0' + octet % 10);
        }
        let text = text.get(..length).and_then(|text| str::from_utf8(text).ok());
        Self::copied(text.unwrap_or_default())
    }

    /// A number with at least so many digits, zeros in front of it.
    fn of_digits(number: u64, digits_min: u8) -> Self {
        let digits = number.checked_ilog10().map_or(0, |log| log as u8) + 1;
        let length = digits.max(digits_min);
        let mut bytes = [0; INLINE_MAX];
        let mut rest = number;
        for place in bytes.iter_mut().take(usize::from(length)).rev() {
            *place = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
        Self(Repr::Inline(length, bytes))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Repr::Inline(length, bytes) => bytes
                .get(..usize::from(*length))
                .and_then(|text| str::from_utf8(text).ok())
                .unwrap_or_default(),
            Repr::Static(text) => text,
            Repr::Shared(text) => text,
            Repr::Owned(text) => text,
        }
    }
}

impl From<&'static str> for Text {
    fn from(text: &'static str) -> Self {
        Self(Repr::Static(text))
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(Repr::Owned(text.into_boxed_str()))
    }
}

impl From<Arc<str>> for Text {
    fn from(text: Arc<str>) -> Self {
        Self(Repr::Shared(text))
    }
}

impl From<u64> for Text {
    fn from(number: u64) -> Self {
        Self::of_digits(number, 1)
    }
}

impl From<AccountId> for Text {
    fn from(account: AccountId) -> Self {
        Self::of_digits(account.as_u64(), 12)
    }
}

impl From<bool> for Text {
    fn from(value: bool) -> Self {
        Self(Repr::Static(if value { "true" } else { "false" }))
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Text {}
