//! Why a token is refused.

use jiff::Timestamp;

/// Why a token is refused. What a variant's text says may be shown to the caller; what is in `reason` is for
/// operators.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OidcError {
    /// Not a compact JWS of JSON claims, or claims of the wrong kind.
    #[error("the token is malformed: {reason}")]
    Malformed {
        /// What is wrong with it, without any part of it.
        reason: &'static str,
    },
    /// It is over.
    #[error("the token is expired: {now} is not before {expires}")]
    Expired {
        /// The time that it was looked at.
        now: Timestamp,
        /// Its `exp`.
        expires: Timestamp,
    },
    /// Its `iat` or `nbf` lies ahead.
    #[error("the token is not valid yet")]
    NotYet,
    /// Its issuer is not the provider's URL.
    #[error("the token's issuer is not the provider's")]
    WrongIssuer,
    /// Neither `aud` nor `azp` is what the provider lists.
    #[error("the token's audience is not among the provider's client ids")]
    WrongAudience,
    /// A claim that every token must have is not there.
    #[error("the token has no claim {name}")]
    MissingClaim {
        /// Which one.
        name: &'static str,
    },
    /// A claim about session tags or the source identity cannot be used.
    #[error("the token's claim {name} cannot be used")]
    InvalidClaim {
        /// Which one.
        name: &'static str,
    },
    /// The header asks for an algorithm that is not accepted, `none` among them.
    #[error("the token's algorithm is not accepted")]
    UnsupportedAlgorithm,
    /// No key of the issuer fits the header.
    #[error("none of the issuer's keys fits the token")]
    UnknownKey,
    /// The signature is not that key's.
    #[error("the token's signature is wrong")]
    BadSignature,
    /// The issuer's documents could not be had or are of no use.
    #[error("the issuer's keys could not be had")]
    Unreachable {
        /// Why, for operators only.
        reason: String,
    },
    /// It took too long to get the issuer's documents.
    #[error("the issuer did not answer in time")]
    TimedOut,
    /// The issuer's certificate leads to no authority and has none of the provider's thumbprints.
    #[error("the issuer's certificate does not match the provider's thumbprints")]
    ThumbprintMismatch,
}
