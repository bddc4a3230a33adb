//! The steps by which a token is found genuine.

use std::sync::Arc;

use jiff::Timestamp;

use super::{OidcError, OidcSettings, OidcSettingsError, VerifiedToken};

/// Whose tokens are accepted, and for whom: the provider, as an account keeps it.
#[derive(Debug, Clone, Copy)]
pub struct OidcTrust<'a> {
    /// The provider's URL without `https://`.
    pub url: &'a str,
    /// The audiences that it accepts.
    pub client_ids: &'a [Arc<str>],
    /// SHA-1 of certificates that stand for its hosts, forty hexadecimal digits each.
    pub thumbprints: &'a [Arc<str>],
}

/// Finds tokens genuine, and keeps the keys of their issuers. One for the whole server.
#[derive(Debug)]
pub struct OidcVerifier {
    settings: OidcSettings,
}

/// The issuer that a token names, by which its provider is found; nothing of it has been verified.
///
/// # Errors
/// When the token's form is not that of a compact JWS with an `iss`.
pub fn claimed_issuer(token: &str) -> Result<String, OidcError> {
    let _ = token;
    Err(OidcError::Malformed {
        reason: "not verified here yet",
    })
}

impl OidcVerifier {
    /// Reads the system's authorities; opens nothing else.
    ///
    /// # Errors
    /// When an issuer's own authorities cannot be used.
    pub fn new(settings: OidcSettings) -> Result<Self, OidcSettingsError> {
        Ok(Self { settings })
    }

    /// What the token says, if it is genuine.
    ///
    /// # Errors
    /// When it is not, or when that cannot be found out.
    pub async fn verify(
        &self,
        token: &str,
        trust: OidcTrust<'_>,
        now: Timestamp,
    ) -> Result<VerifiedToken, OidcError> {
        let _ = (token, trust, now, &self.settings);
        Err(OidcError::UnknownKey)
    }

    /// SHA-1 of the topmost certificate that the host of the issuer's keys shows, forty lower-case hexadecimal
    /// digits. `url` is the provider's, without `https://`.
    ///
    /// # Errors
    /// When the host cannot be reached.
    pub async fn thumbprint(&self, url: &str) -> Result<String, OidcError> {
        let _ = url;
        Err(OidcError::TimedOut)
    }
}
