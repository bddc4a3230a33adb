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
        /// The time that it was held against: now, less what clocks may differ.
        now: Timestamp,
        /// Its `exp`.
        expires: Timestamp,
    },
    /// Its `nbf` lies further ahead than clocks differ.
    #[error("the token is not valid before {not_before}, and it is {now}")]
    NotYet {
        /// The time that it was held against: now, and what clocks may differ.
        now: Timestamp,
        /// Its `nbf`.
        not_before: Timestamp,
    },
    /// Its `iat` lies further ahead than clocks differ.
    #[error("the token was issued in the future, at {issued}")]
    IssuedAhead {
        /// Its `iat`.
        issued: Timestamp,
    },
    /// Its `exp`, `iat` or `nbf` is not a whole number of seconds.
    #[error("the token has a time that is none")]
    InvalidTime,
    /// Its issuer is not the provider's URL.
    #[error("the token's issuer is not the provider's")]
    WrongIssuer,
    /// Neither `aud` nor `azp` is what the provider lists.
    #[error("the token's audience is not among the provider's client ids")]
    WrongAudience,
    /// It has more than one audience and does not say which of them asked for it.
    #[error("the token has several audiences and no authorized party")]
    ManyAudiences,
    /// It has an empty list of audiences.
    #[error("the token's claim {name} is empty")]
    EmptyClaim {
        /// Which one.
        name: &'static str,
    },
    /// A claim that every token must have is not there.
    #[error("the token has no claim {name}")]
    MissingClaim {
        /// Which one.
        name: &'static str,
    },
    /// Its session tags are not of the form that they must have.
    #[error("the token's tags cannot be read")]
    InvalidTags,
    /// The claim that lists roles is neither a list nor text.
    #[error("the token's claim of roles cannot be read")]
    InvalidRoles,
    /// The claim that lists roles lists none.
    #[error("the token's claim of roles names no role")]
    NoRoles,
    /// Another claim that matters is of the wrong kind.
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
