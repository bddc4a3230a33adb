//! One condition of a form's policy.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// What a field, or the size of the file, has to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Condition {
    /// A field has a value.
    Equals {
        /// The field, as the policy writes it.
        field: String,
        /// The value.
        value: String,
    },
    /// The value of a field begins with a text.
    StartsWith {
        /// The field, as the policy writes it.
        field: String,
        /// The beginning.
        value: String,
    },
    /// The file is so large.
    Length(Bound, Bound),
}

/// A bound of the file's size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Bound {
    /// Bytes. They may be written as a text.
    Bytes(u64),
    /// A text that is no number.
    Text(String),
}

impl Condition {
    /// The name of the field that it is about; without `$` it is about none.
    pub(super) fn field(&self) -> Option<&str> {
        match self {
            Self::Equals { field, .. } | Self::StartsWith { field, .. } => field.strip_prefix('$'),
            Self::Length(..) => None,
        }
    }

    /// Whether a field's value is as it has to be.
    pub(super) fn holds(&self, found: &str) -> bool {
        match self {
            Self::Equals { value, .. } => found == value,
            // Evidence: the S3 API reference's page on form policies: a content type with commas is a list.
            Self::StartsWith { value, .. } if self.is_about_content_type() => found
                .split(',')
                .all(|item| item.trim_start().starts_with(value.as_str())),
            Self::StartsWith { value, .. } => found.starts_with(value.as_str()),
            Self::Length(..) => false,
        }
    }

    fn is_about_content_type(&self) -> bool {
        self.field()
            .is_some_and(|name| name.eq_ignore_ascii_case("content-type"))
    }
}

/// As S3 writes a condition that failed.
impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quoted = |text: &str| serde_json::Value::from(text).to_string();
        match self {
            Self::Equals { field, value } => write!(f, "[\"eq\", {}, {}]", quoted(field), quoted(value)),
            Self::StartsWith { field, value } => {
                write!(f, "[\"starts-with\", {}, {}]", quoted(field), quoted(value))
            }
            Self::Length(least, most) => write!(f, "[\"content-length-range\", {least}, {most}]"),
        }
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(bytes) => write!(f, "{bytes}"),
            Self::Text(text) => write!(f, "{}", serde_json::Value::from(text.as_str())),
        }
    }
}

impl<'de> Deserialize<'de> for Condition {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ConditionVisitor)
    }
}

struct ConditionVisitor;

impl<'de> Visitor<'de> for ConditionVisitor {
    type Value = Condition;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Invalid condition test: must be a List or Object.")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Condition, A::Error> {
        let one = "Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.";
        let text = "Invalid Simple-Condition: value must be a string.";
        let (name, value) = entries
            .next_entry::<String, serde_json::Value>()?
            .ok_or_else(|| A::Error::custom(one))?;
        if entries.next_key::<String>()?.is_some() {
            return Err(A::Error::custom(one));
        }
        let serde_json::Value::String(value) = value else {
            return Err(A::Error::custom(text));
        };
        Ok(Condition::Equals {
            field: format!("${name}"),
            value,
        })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Condition, A::Error> {
        let operation = items
            .next_element::<String>()?
            .ok_or_else(|| A::Error::custom("Invalid Condition: missing operation identifier."))?;
        let count = || A::Error::custom(format!("Invalid {operation}: wrong number of arguments."));
        let condition = match operation.to_ascii_lowercase().as_str() {
            "eq" => Condition::Equals {
                field: items.next_element()?.ok_or_else(count)?,
                value: items.next_element()?.ok_or_else(count)?,
            },
            "starts-with" => Condition::StartsWith {
                field: items.next_element()?.ok_or_else(count)?,
                value: items.next_element()?.ok_or_else(count)?,
            },
            "content-length-range" => Condition::Length(
                items.next_element()?.ok_or_else(count)?,
                items.next_element()?.ok_or_else(count)?,
            ),
            _ => {
                let unknown = format!("Invalid Condition: unknown operation '{operation}'.");
                return Err(A::Error::custom(unknown));
            }
        };
        if items.next_element::<serde_json::Value>()?.is_some() {
            return Err(count());
        }
        Ok(condition)
    }
}

impl<'de> Deserialize<'de> for Bound {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match serde_json::Value::deserialize(deserializer)? {
            serde_json::Value::Number(number) => {
                let bytes = number.as_u64().ok_or_else(|| D::Error::custom("Invalid JSON."))?;
                Ok(Self::Bytes(bytes))
            }
            serde_json::Value::String(text) => {
                let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
                let bytes = text.parse().ok().filter(|_| is_number);
                Ok(bytes.map_or(Self::Text(text), Self::Bytes))
            }
            _ => Err(D::Error::custom("Invalid JSON.")),
        }
    }
}
