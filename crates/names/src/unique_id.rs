//! Unique ids: what an entity is, under its name. A name can be given again; a unique id never is.

use std::fmt;

use crate::access_key_id::write_base32;
use crate::{NameError, Problem, serde_as_string};

const KIND: &str = "unique id";

/// The kinds of entities that have unique ids. The kind is the first four letters of the id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IdKind {
    /// `AIDA`
    User,
    /// `AROA`
    Role,
    /// `AGPA`
    Group,
    /// `ANPA`
    ManagedPolicy,
    /// `ANVA`
    PolicyVersion,
    /// `AIPA`
    InstanceProfile,
    /// `ASCA`: server certificates and signing certificates.
    ServerCertificate,
    /// `APKA`
    PublicKey,
    /// `ACCA`: a service-specific credential.
    ServiceCredential,
}

impl IdKind {
    /// Every kind.
    pub const ALL: [Self; 9] = [
        Self::User,
        Self::Role,
        Self::Group,
        Self::ManagedPolicy,
        Self::PolicyVersion,
        Self::InstanceProfile,
        Self::ServerCertificate,
        Self::PublicKey,
        Self::ServiceCredential,
    ];

    /// The four letters that ids of this kind begin with.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::User => "AIDA",
            Self::Role => "AROA",
            Self::Group => "AGPA",
            Self::ManagedPolicy => "ANPA",
            Self::PolicyVersion => "ANVA",
            Self::InstanceProfile => "AIPA",
            Self::ServerCertificate => "ASCA",
            Self::PublicKey => "APKA",
            Self::ServiceCredential => "ACCA",
        }
    }

    /// How many characters ids of this kind have.
    const fn length(self) -> usize {
        match self {
            Self::PublicKey => PUBLIC_KEY_LENGTH,
            _ => LENGTH,
        }
    }

    fn of(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| text.starts_with(kind.prefix()))
    }
}

/// The unique id of an entity: four letters for its kind and seventeen capitals or digits; those of public keys have
/// one less. Evidence: recorded answers of IAM.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UniqueId {
    /// Filled up with zeros.
    text: [u8; LENGTH],
}

const LENGTH: usize = 21;
const PUBLIC_KEY_LENGTH: usize = 20;

impl UniqueId {
    /// Reads a unique id of any kind.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let form = |reason| NameError::new(KIND, Problem::Form(reason));
        if let Some(character) = text
            .chars()
            .find(|c| !c.is_ascii_uppercase() && !c.is_ascii_digit())
        {
            return Err(NameError::new(KIND, Problem::Character(character)));
        }
        let kind = IdKind::of(text).ok_or_else(|| form("the first four letters are no known kind"))?;
        // Public keys were given longer ids by earlier versions.
        if text.len() != LENGTH && text.len() != kind.length() {
            return Err(form("a unique id has 21 characters, and that of a public key 20"));
        }
        let mut bytes = [0; LENGTH];
        for (byte, given) in bytes.iter_mut().zip(text.bytes()) {
            *byte = given;
        }
        Ok(Self { text: bytes })
    }

    /// Makes an id from 85 of these 128 bits, and that of a public key from 80.
    pub fn from_entropy(kind: IdKind, entropy: [u8; 16]) -> Self {
        let mut text = [0; LENGTH];
        let (prefix, body) = text.split_at_mut(4);
        prefix.copy_from_slice(kind.prefix().as_bytes());
        let (body, _) = body.split_at_mut(kind.length() - 4);
        write_base32(u128::from_be_bytes(entropy), body);
        Self { text }
    }

    /// What the id belongs to.
    pub fn kind(&self) -> IdKind {
        // Invariant: `parse` and `from_entropy` admit only known prefixes.
        IdKind::of(self.as_str()).unwrap_or(IdKind::User)
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.text)
            .unwrap_or_default()
            .trim_end_matches('\0')
    }
}

impl fmt::Display for UniqueId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for UniqueId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UniqueId({self})")
    }
}

serde_as_string!(UniqueId);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ids_from_aws_are_read() {
        let id = UniqueId::parse("AIDACKCEVSQ6C2EXAMPLE").unwrap();
        assert_eq!(id.kind(), IdKind::User);
        assert_eq!(id.to_string(), "AIDACKCEVSQ6C2EXAMPLE");
        let id = UniqueId::parse("APKAEIBAERJR2EXAMPLE").unwrap();
        assert_eq!(id.kind(), IdKind::PublicKey);
        assert_eq!(id.to_string(), "APKAEIBAERJR2EXAMPLE");
        let of_a_key = UniqueId::from_entropy(IdKind::PublicKey, [7; 16]);
        assert_eq!(of_a_key.as_str().len(), 20);
    }

    #[test]
    fn unknown_prefixes_lengths_and_letters_are_refused() {
        for wrong in [
            "",
            "AIDA",
            "AXXACKCEVSQ6C2EXAMPLE",
            "AIDACKCEVSQ6C2EXAMPL",
            "AIDACKCEVSQ6C2EXAMPLe",
            "APKAEIBAERJR2EXAMPL",
        ] {
            assert!(UniqueId::parse(wrong).is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn every_kind_survives_the_round_trip(entropy: [u8; 16], index in 0..IdKind::ALL.len()) {
            let kind = IdKind::ALL[index];
            let id = UniqueId::from_entropy(kind, entropy);
            prop_assert_eq!(UniqueId::parse(id.as_str()).unwrap(), id);
            prop_assert_eq!(id.kind(), kind);
        }
    }
}
