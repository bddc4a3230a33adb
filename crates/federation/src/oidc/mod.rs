//! Tokens of OpenID Connect issuers: found genuine, and read.
//!
//! A token is taken in steps that get dearer: its form, its issuer (by which the provider is found), its header, its
//! claims, and only then the issuer's keys and the signature. Keys come from where the issuer says, by discovery,
//! over connections that go nowhere inside the operator's network unless the operator listed it.
//!
//! Invariant: a [`VerifiedToken`] was signed by a key that the issuer publishes, for an audience that the provider
//! lists, and was valid at the given time.
//! Deliberately not here: the trust policy, the code of a refusal, whether the provider is one of the role's account.

mod address;
mod algorithm;
mod base64url;
mod claims;
mod condition_keys;
mod documents;
mod error;
mod fetch;
mod issuers;
mod json;
mod jwk;
mod jws;
mod presented;
mod settings;
mod tags;
mod token;
mod verifier;

pub use error::OidcError;
pub use jwk::KeySet;
pub use presented::PresentedToken;
pub use settings::{IssuerAuthorities, OidcSettings, OidcSettingsError};
pub use token::{RoleAuthorization, TokenTag, VerifiedToken};
pub use verifier::{OidcTrust, OidcVerifier};
