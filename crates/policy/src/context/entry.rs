//! One key with its value, which is read as a number, a date or an address by the first condition that asks.

use std::net::IpAddr;
use std::sync::OnceLock;

use super::{ContextValue, KeyName, Text};
use crate::value::{self, Dated, Number};

/// A condition key with its value.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(super) hash: u64,
    pub(super) name: Text,
    pub(super) value: ContextValue,
    /// The value as what the first condition that asked wanted it as. Many conditions of many policies read the
    /// same few keys.
    pub(super) parsed: OnceLock<Parsed>,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Parsed {
    Address(Option<IpAddr>),
    Number(Option<Number>),
    Instant(Option<Dated>),
}

/// What is found of a key whose name begins as unknown ones do.
pub(super) static UNKNOWN: Entry = Entry {
    hash: 0,
    name: Text::EMPTY,
    value: ContextValue::Unknown,
    parsed: OnceLock::new(),
};

impl Entry {
    pub(super) fn new(name: KeyName, value: ContextValue) -> Self {
        Self {
            hash: name.hash,
            name: name.text,
            value,
            parsed: OnceLock::new(),
        }
    }

    pub(crate) fn value(&self) -> &ContextValue {
        &self.value
    }

    /// Whether nobody knows its value, nor whether it is there.
    pub(crate) fn is_unknown(&self) -> bool {
        self.value == ContextValue::Unknown
    }

    /// The value of a key that has one by its nature.
    pub(crate) fn single(&self) -> Option<&str> {
        match &self.value {
            ContextValue::Single(text) => Some(text.as_str()),
            ContextValue::Many(_) | ContextValue::Unknown => None,
        }
    }

    pub(crate) fn address(&self) -> Option<IpAddr> {
        let text = self.single()?;
        match self.parsed.get_or_init(|| Parsed::Address(value::address(text))) {
            Parsed::Address(address) => *address,
            _ => value::address(text),
        }
    }

    pub(crate) fn number(&self) -> Option<Number> {
        let text = self.single()?;
        match self.parsed.get_or_init(|| Parsed::Number(Number::parse(text))) {
            Parsed::Number(number) => *number,
            _ => Number::parse(text),
        }
    }

    pub(crate) fn instant(&self) -> Option<Dated> {
        let text = self.single()?;
        match self.parsed.get_or_init(|| Parsed::Instant(Dated::parse(text))) {
            Parsed::Instant(instant) => *instant,
            _ => Dated::parse(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Context, fold};

    #[test]
    fn a_value_is_read_as_whatever_is_asked_for() {
        let mut context = Context::new();
        context.insert("k", "5");
        let entry = context.find(fold::hash(b"k"), "K").unwrap();
        assert_eq!(entry.number(), Number::parse("5"));
        assert_eq!(entry.instant(), Dated::parse("5"));
        assert_eq!(entry.address(), None);
        assert_eq!(entry.number(), Number::parse("5"));
    }
}
