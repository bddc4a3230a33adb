//! A query as it was sent: split, but not yet decoded.

use crate::MappingError;
use crate::percent::{Part, decode};

/// The most parameters of a query. No operation knows half as many.
const PARAMETERS_MAX: usize = 64;

/// Parameters of the signature. They say nothing about what is asked for, and are checked with the signature.
const SIGNATURE: [&str; 8] = [
    "X-Amz-Algorithm",
    "X-Amz-Content-Sha256",
    "X-Amz-Credential",
    "X-Amz-Date",
    "X-Amz-Expires",
    "X-Amz-Security-Token",
    "X-Amz-Signature",
    "X-Amz-SignedHeaders",
];

/// The parameters, in the order in which they were sent. No name stands there twice.
#[derive(Debug, Default)]
pub(crate) struct Query<'a> {
    parameters: Vec<Parameter<'a>>,
    /// The hash of the body that a presigned address names.
    content_hash: Option<&'a str>,
    /// The operation that an SDK says it asks for.
    pub(crate) asked_for: Option<&'a str>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Parameter<'a> {
    pub(crate) name: &'a str,
    raw_value: &'a str,
}

impl<'a> Parameter<'a> {
    /// The value, decoded.
    pub(crate) fn value(&self) -> Result<std::borrow::Cow<'a, str>, MappingError> {
        decode(self.raw_value, Part::Value)
    }
}

impl<'a> Query<'a> {
    /// Splits a query.
    ///
    /// # Errors
    /// A name that stands there twice, is not written plainly, or stands for nothing.
    pub(crate) fn read(text: Option<&'a str>) -> Result<Self, MappingError> {
        let mut query = Self::default();
        let Some(text) = text.filter(|text| !text.is_empty()) else {
            return Ok(query);
        };
        let mut signature_names = 0_u8;
        for (number, piece) in text.split('&').enumerate() {
            let end = piece.bytes().position(|byte| byte == b'=');
            let (name, raw_value) = match end {
                Some(end) => (
                    piece.get(..end).unwrap_or_default(),
                    piece.get(end + 1..).unwrap_or_default(),
                ),
                None => (piece, ""),
            };
            if name.is_empty() {
                return Err(MappingError::InvalidUri("a parameter without a name"));
            }
            if number >= PARAMETERS_MAX {
                return Err(MappingError::InvalidUri("too many parameters"));
            }
            let known = || SIGNATURE.iter().position(|known| *known == name);
            if let Some(at) = name.starts_with("X-Amz-").then(known).flatten() {
                let bit = 1 << at;
                if signature_names & bit != 0 {
                    return Err(twice(name));
                }
                signature_names |= bit;
                if at == 1 {
                    query.content_hash = Some(raw_value);
                }
                continue;
            }
            // Fails closed: no client encodes letters of a name, and who decodes a name once more sees another one.
            if !name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
            {
                return Err(MappingError::InvalidUri(
                    "a parameter whose name is not written plainly",
                ));
            }
            let is_known = query.parameters.iter().any(|known| known.name == name);
            if is_known || (name == "x-id" && query.asked_for.is_some()) {
                return Err(twice(name));
            }
            if name == "x-id" {
                query.asked_for = Some(raw_value);
            } else {
                query.parameters.push(Parameter { name, raw_value });
            }
        }
        Ok(query)
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.parameters.iter().any(|parameter| parameter.name == name)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.parameters.is_empty()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Parameter<'a>> {
        self.parameters.iter()
    }

    /// The hash of the body that the query names.
    pub(crate) fn content_hash(&self) -> Option<&'a str> {
        self.content_hash
    }
}

fn twice(name: &str) -> MappingError {
    MappingError::InvalidArgument {
        name: name.to_owned(),
        reason: "it is given twice",
    }
}
