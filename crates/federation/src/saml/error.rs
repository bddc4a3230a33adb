//! Why a response, a metadata document or a private key is refused.
//!
//! What AWS answers stands beside each variant, for the table of codes in `operations`. Texts say nothing about the
//! inside of an encrypted assertion: whatever is wrong there is `BadSignature`.

use jiff::Timestamp;
use thiserror::Error;

/// Why a SAML response opens nothing.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SamlError {
    /// More than 100,000 characters of base64. The model's own limit catches it first: `ValidationError`.
    #[error("the response is too long")]
    TooLarge,
    /// AWS: `InvalidIdentityToken`, "Invalid base64 SAMLResponse".
    #[error("the response is not base64")]
    NotBase64,
    /// Not XML, more than one assertion, or a form that is not accepted. The text is for operators.
    /// AWS: as above.
    #[error("the response is malformed: {0}")]
    Malformed(&'static str),
    /// The assertion is not signed itself.
    /// AWS: `InvalidIdentityToken`, "Response (with optional signature) must contain an assertion with a mandatory
    /// signature".
    #[error("the assertion is not signed")]
    NotSigned,
    /// Signed by a key that is not in the metadata, altered, signed by an algorithm that is not
    /// accepted, or not to be decrypted; or the metadata is no longer valid. The text is for operators.
    /// AWS: `InvalidIdentityToken`, "Response signature invalid".
    #[error("the signature is not accepted: {0}")]
    BadSignature(&'static str),
    /// The provider demands encryption, and the assertion came in the clear.
    /// AWS: `InvalidIdentityToken`, "Invalid base64 SAMLResponse".
    #[error("the assertion must be encrypted")]
    NotEncrypted,
    /// The issuer is not the entity of the metadata.
    /// AWS: `InvalidIdentityToken`, "Issuer not present in specified provider".
    #[error("the issuer is not the provider's")]
    WrongIssuer,
    /// The identity provider reports that it did not authenticate anybody.
    /// AWS: `IDPRejectedClaim`, 403; its text is not published.
    #[error("the identity provider reports a failure")]
    NotSuccessful,
    /// No audience restriction names us.
    /// AWS: `InvalidIdentityToken`, "Response does not contain the required audience."
    #[error("the audience is another one")]
    WrongAudience,
    /// The subject is confirmed for another recipient, or the response was sent to another destination.
    /// AWS: `InvalidIdentityToken`; its text is not published.
    #[error("the recipient is another one")]
    WrongRecipient,
    /// There is no `Subject` with a `NameID`.
    /// AWS: `AccessDenied`, 403, "Not authorized to perform sts:AssumeRoleWithSAML".
    #[error("the assertion names no subject")]
    NoSubject,
    /// Issued more than five minutes ago.
    /// AWS: `ExpiredTokenException`, "Token must be redeemed within 5 minutes of issuance".
    #[error("issued at {issued}, which is too long ago")]
    Stale {
        /// When the assertion was issued.
        issued: Timestamp,
    },
    /// After a `NotOnOrAfter`. AWS: `ExpiredTokenException`, "Response has expired".
    #[error("expired at {expired}")]
    Expired {
        /// When it ended.
        expired: Timestamp,
    },
    /// Before a `NotBefore`, or issued in the future. AWS: `InvalidIdentityToken`; its text is not published.
    #[error("not valid before {begins}")]
    NotYet {
        /// When it begins.
        begins: Timestamp,
    },
    /// AWS: `InvalidIdentityToken`, "RoleSessionName is required in AuthnResponse".
    #[error("there is no RoleSessionName")]
    RoleSessionNameMissing,
    /// AWS: `InvalidIdentityToken`, `RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}`.
    #[error("the RoleSessionName is malformed")]
    RoleSessionNameMalformed,
    /// AWS: `InvalidIdentityToken`,
    /// `Source Identity must match [a-zA-Z_0-9+=,.@-]{2,64} and not begin with "aws:"`.
    #[error("the SourceIdentity is malformed")]
    SourceIdentityMalformed,
}

/// Why a metadata document cannot become a provider. AWS: `InvalidInput`, "Could not parse metadata" for all.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MetadataError {
    /// More than 10,000,000 characters.
    #[error("the metadata is too long")]
    TooLarge,
    /// Not XML, or not the metadata of one identity provider.
    #[error("the metadata is malformed: {0}")]
    Malformed(&'static str),
    /// An entity that is nobody's identity provider. AWS has words of its own for it.
    #[error("the metadata has no IDPSSODescriptor")]
    NoIssuer,
    /// A signing certificate cannot be used: not X.509, an RSA key of less than 2048 bits, another kind of key.
    #[error("a certificate cannot be used: {0}")]
    Certificate(&'static str),
    /// `validUntil` has passed.
    #[error("the metadata was valid until {valid_until}")]
    Expired {
        /// When it ended.
        valid_until: Timestamp,
    },
}

/// Why a private key cannot decrypt assertions. AWS: `InvalidInput`, "Invalid private key".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum DecryptionKeyError {
    /// Not one unencrypted RSA key in PEM, as PKCS #8 or PKCS #1.
    #[error("the private key is not an unencrypted RSA key in PEM")]
    Malformed,
    /// Fewer than 2048 or more than 8192 bits, or parts that do not belong together.
    #[error("the private key has a size that is not accepted")]
    Size,
}
