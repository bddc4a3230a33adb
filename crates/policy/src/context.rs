//! The condition keys of one request.

use std::fmt;
use std::sync::Arc;

/// The text of a condition key's value. Cheap to make from what the caller already has.
#[derive(Clone)]
pub struct Text(Repr);

#[derive(Clone)]
enum Repr {
    Static(&'static str),
    Shared(Arc<str>),
    Owned(Box<str>),
}

impl Text {
    /// The text.
    pub fn as_str(&self) -> &str {
        match &self.0 {
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

/// What a condition key has for this request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ContextValue {
    /// A key that has one value by its nature, such as `aws:SourceIp`.
    Single(Text),
    /// A key that can have several, such as `aws:TagKeys`, however many it has now. Conditions need
    /// `ForAllValues` or `ForAnyValue` for it. With no value at all it counts as absent.
    Many(Vec<Text>),
}

/// The condition keys of one request. Names are compared without regard to case.
#[derive(Debug, Clone, Default)]
pub struct Context {
    entries: Vec<(Text, ContextValue)>,
}

impl Context {
    /// No keys yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a key that has one value by its nature. A value set before is replaced.
    pub fn insert(&mut self, name: impl Into<Text>, value: impl Into<Text>) {
        self.entries
            .push((name.into(), ContextValue::Single(value.into())));
    }

    /// Sets a key that can have several values. Values set before are replaced.
    pub fn insert_many(&mut self, name: impl Into<Text>, values: impl IntoIterator<Item = impl Into<Text>>) {
        let values = values.into_iter().map(Into::into).collect();
        self.entries.push((name.into(), ContextValue::Many(values)));
    }

    /// Takes a key away.
    pub fn remove(&mut self, name: &str) {
        let _ = name;
        todo!()
    }

    /// The value of a key.
    pub fn get(&self, name: &str) -> Option<&ContextValue> {
        let _ = name;
        todo!()
    }

    /// Every key with its value, in the order of insertion.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &ContextValue)> {
        self.entries.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// How many keys there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no key.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}
