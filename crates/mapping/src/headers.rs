//! The headers of a request: which ones mean something, which ones go on, and which ones are refused.

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::model::Kind;
use crate::value::{check, invalid};
use crate::{MappingError, Operation};

/// What a service says of headers that its operations do not list.
#[derive(Debug)]
pub(crate) struct HeaderRules {
    /// The start of the names that belong to the service: one that nobody knows is refused.
    pub(crate) own_prefix: &'static str,
    /// Headers of signatures and framing: whatever the model says, they are not sent on.
    pub(crate) framing: &'static [&'static str],
    /// Headers that SDKs send with operations that do not know them.
    pub(crate) dropped: &'static [&'static str],
    /// Headers that go on with every operation.
    pub(crate) forwarded: &'static [&'static str],
    /// Headers that make some programs take a request for another one.
    pub(crate) refused: &'static [&'static str],
    /// What the name of a header must not hold, of whatever family it is.
    pub(crate) refused_words: &'static [&'static str],
    /// What comes with a body whose checksum an operation takes.
    pub(crate) checksums: &'static [&'static str],
}

/// What becomes of a header.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Fate {
    /// The operation knows it: it goes on.
    Known(Kind),
    /// It belongs to a family that the operation knows: whatever it says, it goes on.
    OfFamily,
    /// It goes on with every operation.
    Forwarded,
    /// It does not go on.
    Dropped,
    /// Nobody knows what it would do.
    Refused,
}

impl HeaderRules {
    pub(crate) fn fate(&self, operation: &Operation, name: &str) -> Fate {
        if self.framing.contains(&name) {
            return Fate::Dropped;
        }
        if self.refused_words.iter().any(|word| name.contains(word)) {
            return Fate::Refused;
        }
        if let Some(member) = operation.header_member(name) {
            return Fate::Known(member.kind);
        }
        if self.dropped.contains(&name) {
            return Fate::Dropped;
        }
        if self.forwarded.contains(&name) {
            return Fate::Forwarded;
        }
        if !name.starts_with(self.own_prefix) {
            return if self.refused.contains(&name) {
                Fate::Refused
            } else {
                Fate::Dropped
            };
        }
        let prefix = operation.model.header_prefix;
        if prefix.is_some_and(|prefix| name.starts_with(prefix)) {
            return Fate::OfFamily;
        }
        if self.checksums.contains(&name) {
            return if operation.model.takes_checksum {
                Fate::Known(Kind::Text)
            } else {
                Fate::Refused
            };
        }
        Fate::Refused
    }

    /// The headers that go on.
    ///
    /// # Errors
    /// A header that is refused, is given twice, or has a value that it cannot have.
    pub(crate) fn read(
        &self,
        operation: &'static Operation,
        headers: &HeaderMap,
    ) -> Result<Vec<(HeaderName, HeaderValue)>, MappingError> {
        let mut forward = Vec::new();
        for name in headers.keys() {
            let kind = match self.fate(operation, name.as_str()) {
                Fate::Known(kind) => Some(kind),
                Fate::OfFamily => None,
                Fate::Forwarded => Some(Kind::Text),
                Fate::Dropped => continue,
                Fate::Refused => return Err(unknown(operation, name.as_str())),
            };
            let mut values = headers.get_all(name).iter();
            let Some(first) = values.next() else { continue };
            let value = match (values.next(), kind) {
                (None, _) => first.clone(),
                // Some SDKs send a list as several headers.
                (Some(_), Some(Kind::ListOf(_))) => joined(headers, name)?,
                (Some(_), _) => return Err(invalid(name.as_str(), "it is given twice")),
            };
            if let Some(kind) = kind {
                self.check(name.as_str(), kind, &value)?;
            }
            forward.push((name.clone(), value));
        }
        Ok(forward)
    }

    /// Puts a header among those that go on, which was given as a parameter of a presigned address.
    ///
    /// # Errors
    /// One that the operation does not know, is given twice, or has a value that it cannot have.
    pub(crate) fn add(
        &self,
        operation: &'static Operation,
        name: &str,
        value: &str,
        headers: &mut Vec<(HeaderName, HeaderValue)>,
    ) -> Result<(), MappingError> {
        let kind = match self.fate(operation, name) {
            Fate::Known(kind) => Some(kind),
            Fate::OfFamily => None,
            Fate::Forwarded | Fate::Dropped | Fate::Refused => {
                return Err(MappingError::UnknownParameter {
                    name: name.to_owned(),
                    operation: operation.name(),
                });
            }
        };
        if headers.iter().any(|(known, _)| known == name) {
            return Err(invalid(name, "it is given twice"));
        }
        let wrong = |_| invalid(name, "it cannot be a header");
        let header =
            HeaderName::from_lowercase(name.as_bytes()).map_err(|_| invalid(name, "it is no header"))?;
        let value = HeaderValue::from_str(value).map_err(wrong)?;
        if let Some(kind) = kind {
            self.check(name, kind, &value)?;
        }
        headers.push((header, value));
        Ok(())
    }

    fn check(&self, name: &str, kind: Kind, value: &HeaderValue) -> Result<(), MappingError> {
        let Ok(text) = value.to_str() else {
            // What a browser shows as a file's name may be in any script; it decides nothing.
            return if name.starts_with(self.own_prefix) {
                Err(invalid(name, "it has letters outside ASCII"))
            } else {
                Ok(())
            };
        };
        if text.is_empty() && name.starts_with(self.own_prefix) {
            return Err(invalid(name, "it is empty"));
        }
        check(name, kind, text)
    }
}

fn unknown(operation: &'static Operation, name: &str) -> MappingError {
    MappingError::UnknownHeader {
        name: name.to_owned(),
        operation: operation.name(),
    }
}

fn joined(headers: &HeaderMap, name: &HeaderName) -> Result<HeaderValue, MappingError> {
    let mut out = Vec::new();
    for value in headers.get_all(name) {
        if !out.is_empty() {
            out.push(b',');
        }
        out.extend_from_slice(value.as_bytes());
    }
    HeaderValue::from_bytes(&out).map_err(|_| invalid(name.as_str(), "it cannot be a header"))
}
