//! Condition keys and the types of their values.

use crate::template;

/// A condition key, global or of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConditionKey {
    pub(crate) name: &'static str,
    pub(crate) value_type: ConditionType,
    pub(crate) is_multivalued: bool,
}

/// What the values of a condition key are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ConditionType {
    /// Text.
    String,
    /// A number.
    Numeric,
    /// A moment.
    Date,
    /// `true` or `false`.
    Bool,
    /// Bytes, in base64.
    Binary,
    /// An address or a range of addresses.
    IpAddress,
    /// An ARN.
    Arn,
}

impl ConditionKey {
    /// The name, with a placeholder where a part is free: `aws:RequestTag/${TagKey}`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// What its values are.
    pub fn value_type(&self) -> ConditionType {
        self.value_type
    }

    /// Whether one request can carry several values, so that a condition on it needs `ForAnyValue` or
    /// `ForAllValues`.
    pub fn is_multivalued(&self) -> bool {
        self.is_multivalued
    }

    /// Whether a part of the name is free.
    pub fn is_template(&self) -> bool {
        template::has_placeholder(self.name)
    }

    /// Whether a key of a policy or request is this one, in any case and with anything in the free parts.
    pub fn is_named(&self, key: &str) -> bool {
        template::key_matches(self.name, key)
    }
}
