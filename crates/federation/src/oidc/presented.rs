//! A token as it is presented.

use super::jws::Jws;
use super::{OidcError, claims, jws};

/// A token as it is presented: sound in form, and nothing more.
#[derive(Debug)]
pub struct PresentedToken<'a> {
    text: &'a str,
    jws: Jws,
}

impl<'a> PresentedToken<'a> {
    /// Takes a token apart.
    ///
    /// # Errors
    /// When its form is not that of a compact JWS of JSON claims, or its algorithm is not accepted.
    pub fn parse(text: &'a str) -> Result<Self, OidcError> {
        let jws = jws::parse(text)?;
        Ok(Self { text, jws })
    }

    /// The issuer that the token names, by which its provider is found.
    ///
    /// # Errors
    /// When it names none.
    pub fn issuer(&self) -> Result<&str, OidcError> {
        claims::issuer(&self.jws.claims)
    }

    pub(super) fn jws(&self) -> &Jws {
        &self.jws
    }

    /// What the signature is of.
    pub(super) fn signed(&self) -> &'a [u8] {
        self.text
            .as_bytes()
            .get(..self.jws.signed_bytes)
            .unwrap_or_default()
    }
}
