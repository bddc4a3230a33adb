//! Subjects, resources and actions as they are asked about.

use serde::{Deserialize, Deserializer};

use super::properties::Properties;
use crate::refusal::Refusal;

/// A member that may be left out, but that is what it should be if it is there; `null` is nothing of the kind.
#[derive(Clone, Debug)]
pub(crate) struct Optional<T>(pub(crate) Option<T>);

impl<T> Default for Optional<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Optional<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(|value| Self(Some(value)))
    }
}

impl<T> Optional<T> {
    /// The value of a member that has to be there.
    pub(crate) fn required(&self, name: &str) -> Result<&T, Refusal> {
        let missing = || Refusal::validation(format!("The request needs {name}."));
        self.0.as_ref().ok_or_else(missing)
    }
}

/// A subject or a resource. Members that are not known are passed over, as the specification wants it.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Entity {
    #[serde(rename = "type", default)]
    pub(crate) kind: Optional<String>,
    #[serde(default)]
    pub(crate) id: Optional<String>,
    #[serde(default)]
    pub(crate) properties: Optional<Properties>,
}

impl Entity {
    /// This one, with what it leaves out of what has to be there as the other has it.
    pub(crate) fn or(mut self, default: Option<&Self>) -> Self {
        if let Some(default) = default {
            self.kind.0 = self.kind.0.or_else(|| default.kind.0.clone());
            self.id.0 = self.id.0.or_else(|| default.id.0.clone());
        }
        self
    }
}

/// An action.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Action {
    #[serde(default)]
    pub(crate) name: Optional<String>,
    #[serde(default)]
    pub(crate) properties: Optional<Properties>,
}

impl Action {
    /// This one, with what it leaves out of what has to be there as the other has it.
    pub(crate) fn or(mut self, default: Option<&Self>) -> Self {
        if let Some(default) = default {
            self.name.0 = self.name.0.or_else(|| default.name.0.clone());
        }
        self
    }
}
