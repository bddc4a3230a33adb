//! Refusals about identity providers: those of the account, and the account as one.
//!
//! Texts about OpenID Connect providers: answers of AWS collected by an open-source server's tests, 2026, and quoted in
//! public issues.

use lanyard_aws_api::ErrorCode;
use lanyard_federation::oidc::OidcError;
use lanyard_federation::saml::{DecryptionKeyError, MetadataError};

use super::Refusal;

impl Refusal {
    /// Not the ARN of anything in IAM.
    pub(crate) fn invalid_provider_arn(arn: &str) -> Self {
        Refusal::validation(format!("Invalid ARN: {arn}"))
    }

    /// The ARN of something else.
    pub(crate) fn wrong_provider_arn() -> Self {
        Refusal::validation("Invalid resource type in ARN")
    }

    /// A URL without a scheme or a host.
    pub(crate) fn oidc_url_unreadable() -> Self {
        Refusal::validation("Invalid Open ID Connect Provider URL")
    }

    /// A URL of another scheme.
    pub(crate) fn oidc_url_not_https() -> Self {
        Refusal::new(
            ErrorCode::INVALID_INPUT,
            "Invalid Open ID Connect Provider URL. The URL must begin with https://.",
        )
    }

    /// A URL with a query or a fragment. Evidence: recorded answers of IAM.
    pub(crate) fn oidc_url_not_plain() -> Self {
        Refusal::new(ErrorCode::INVALID_INPUT, "Unknown")
    }

    /// A URL with parts that an issuer cannot have.
    pub(crate) fn oidc_url_invalid() -> Self {
        Refusal::new(ErrorCode::INVALID_INPUT, "Invalid Open ID Connect Provider URL.")
    }

    /// A provider that is not there, when it is to be deleted or its tags are asked for.
    pub(crate) fn no_such_oidc_provider(arn: &str) -> Self {
        Refusal::no_such_entity(format!("OpenId connect Provider {arn} cannot be found."))
    }

    /// All thumbprints taken away.
    pub(crate) fn no_thumbprints() -> Self {
        Refusal::new(
            ErrorCode::INVALID_INPUT,
            "Thumbprint list must contain at least one entry.",
        )
    }

    /// An issuer that did not show its certificate. Why not is for the log alone: it could tell what stands inside the
    /// operator's network.
    pub(crate) fn issuer_not_reached(url: &str, cause: OidcError) -> Self {
        Refusal::new(
            ErrorCode::OPEN_ID_IDP_COMMUNICATION_ERROR,
            format!("Could not connect to {url}"),
        )
        .caused_by(cause)
    }

    /// A provider of which nothing is to change. Evidence for this and the next four: recorded answers of IAM.
    pub(crate) fn saml_provider_unchanged() -> Self {
        Refusal::validation(
            "Unable to update identity provider. No updates are defined for metadata or encryption assertion.",
        )
    }

    /// A private key that comes together with one that goes.
    pub(crate) fn keys_added_and_removed() -> Self {
        Refusal::validation(
            "Unable to add and remove private keys in the same request. Set a value for only one of the two \
             parameters.",
        )
    }

    /// A new provider that requires encryption, and comes without a key.
    pub(crate) fn encryption_without_key_given() -> Self {
        Refusal::validation(
            "Unable to set assertion encryption mode to Required because no private key is provided.",
        )
    }

    /// A provider that is to require encryption and has no key.
    pub(crate) fn encryption_without_key() -> Self {
        Refusal::new(
            ErrorCode::INVALID_INPUT,
            "Failed to set assertion encryption mode to Required because no private key is present.",
        )
    }

    /// The last private key of a provider that requires encryption.
    pub(crate) fn last_key_removed() -> Self {
        Refusal::new(ErrorCode::INVALID_INPUT, "Failed to remove private key.")
    }

    /// Metadata that makes no provider. What else is wrong with it is for the log alone. Evidence: recorded answers.
    pub(crate) fn saml_metadata(cause: MetadataError) -> Self {
        let text = match cause {
            MetadataError::NoIssuer => "SAML Providers must reference at least one SAML assertion issuer.",
            _ => "Could not parse metadata",
        };
        Refusal::new(ErrorCode::INVALID_INPUT, text).caused_by(cause)
    }

    /// A private key that cannot open assertions.
    pub(crate) fn saml_private_key(cause: DecryptionKeyError) -> Self {
        Refusal::new(ErrorCode::INVALID_INPUT, "Invalid private key").caused_by(cause)
    }
}
