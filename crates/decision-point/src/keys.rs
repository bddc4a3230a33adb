//! The condition keys of a question: how many there may be, how large, and how they are read from JSON.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};

const KEYS_MAX: usize = 128;
pub(crate) const VALUES_MAX: usize = 128;
const KEY_BYTES_MAX: usize = 512;
const VALUE_BYTES_MAX: usize = 2_048;
/// All keys and values of one question.
const CONTEXT_BYTES_MAX: usize = 16 << 10;

/// A text, borrowed if it can be.
#[derive(Deserialize)]
#[serde(transparent)]
pub(crate) struct TextOf<'a>(#[serde(borrow)] pub(crate) Cow<'a, str>);

/// The condition keys of a question, in their order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Keys<'a>(pub(crate) Vec<(Cow<'a, str>, Value<'a>)>);

/// The value of a condition key: a list makes one with several values.
#[derive(Clone, Debug)]
pub(crate) enum Value<'a> {
    Single(Cow<'a, str>),
    Many(Vec<Cow<'a, str>>),
}

impl Value<'_> {
    fn len(&self) -> usize {
        match self {
            Self::Single(text) => text.len(),
            Self::Many(texts) => texts.iter().map(|text| text.len()).sum(),
        }
    }
}

/// Condition keys as they come in, within what one question may have.
#[derive(Debug, Default)]
pub(crate) struct Gathering<'a> {
    pub(crate) keys: Keys<'a>,
    bytes: usize,
}

impl<'a> Gathering<'a> {
    /// Whether there is room for a key of this name.
    pub(crate) fn admit(&self, key: &str) -> Result<(), &'static str> {
        if self.keys.0.len() >= KEYS_MAX || key.is_empty() || key.len() > KEY_BYTES_MAX {
            return Err("too many condition keys, or one too long");
        }
        Ok(())
    }

    pub(crate) fn push(&mut self, key: Cow<'a, str>, value: Value<'a>) -> Result<(), &'static str> {
        self.admit(&key)?;
        self.bytes = self.bytes.saturating_add(key.len()).saturating_add(value.len());
        if self.bytes > CONTEXT_BYTES_MAX {
            return Err("the context is too large");
        }
        self.keys.0.push((key, value));
        Ok(())
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Keys<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(KeysVisitor)
    }
}

struct KeysVisitor;

impl<'de> Visitor<'de> for KeysVisitor {
    type Value = Keys<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of condition keys and their values")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut gathering = Gathering::default();
        while let Some(TextOf(key)) = map.next_key()? {
            gathering.admit(&key).map_err(de::Error::custom)?;
            let value = map.next_value()?;
            gathering.push(key, value).map_err(de::Error::custom)?;
        }
        Ok(gathering.keys)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Value<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor { may_be_list: true })
    }
}

/// One of the values in a list.
pub(crate) struct Scalar<'a>(pub(crate) Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Scalar<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match deserializer.deserialize_any(ValueVisitor { may_be_list: false })? {
            Value::Single(text) => Ok(Scalar(text)),
            Value::Many(_) => Err(de::Error::custom("lists do not nest")),
        }
    }
}

struct ValueVisitor {
    may_be_list: bool,
}

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string, a whole number, a boolean or a list of those")
    }

    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
        check_value(text)?;
        Ok(Value::Single(Cow::Borrowed(text)))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        check_value(text)?;
        Ok(Value::Single(Cow::Owned(text.to_owned())))
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Value::Single(Cow::Borrowed(if value { "true" } else { "false" })))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Value::Single(Cow::Owned(value.to_string())))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Value::Single(Cow::Owned(value.to_string())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        if !self.may_be_list {
            return Err(de::Error::custom("lists do not nest"));
        }
        let mut values = Vec::new();
        while let Some(Scalar(value)) = list.next_element()? {
            if values.len() >= VALUES_MAX {
                return Err(de::Error::custom("too many values"));
            }
            values.push(value);
        }
        Ok(Value::Many(values))
    }
}

pub(crate) fn check_value<E: de::Error>(text: &str) -> Result<(), E> {
    if text.len() > VALUE_BYTES_MAX {
        return Err(de::Error::custom("a value is too long"));
    }
    Ok(())
}
