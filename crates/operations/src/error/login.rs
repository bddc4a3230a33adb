//! Refusals of logins: whose word counts for nothing here, and why.
//!
//! Texts that name no other evidence are quoted in public issues.

use lanyard_aws_api::ErrorCode;
use lanyard_directory::DirectoryError;
use lanyard_federation::oidc::OidcError;
use lanyard_federation::saml::{DecryptionKeyError, MetadataError, SamlError};

use super::Refusal;

/// Why the provider of an account cannot be used for anything.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProviderError {
    /// What was accepted once is not any more; it may have expired.
    #[error(transparent)]
    Metadata(#[from] MetadataError),
    /// The same of a private key.
    #[error(transparent)]
    Key(#[from] DecryptionKeyError),
    /// A private key cannot be opened.
    #[error(transparent)]
    Vault(#[from] lanyard_access::VaultError),
    /// A private key is no text.
    #[error("a private key is not text")]
    NotText,
}

fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::new(ErrorCode::INVALID_IDENTITY_TOKEN, message)
}

impl Refusal {
    /// What stands where a role's ARN belongs.
    pub(crate) fn invalid_request_arn() -> Self {
        Refusal::validation("Request ARN is invalid")
    }

    /// Nobody whom the role trusts, or a role that does not exist.
    pub(crate) fn not_authorized(action: &str) -> Self {
        Refusal::access_denied(format!("Not authorized to perform {action}"))
    }

    /// A token that says nothing by itself, of the provider that the request names. Evidence for the codes, and for
    /// the texts but Facebook's, which quotes Facebook: answers of STS, as recorded in public.
    // Differs from AWS: nobody is asked from here, so no such token is ever accepted.
    pub(crate) fn opaque_token(provider: &str) -> Self {
        match provider {
            "www.amazon.com" => invalid("Provided Token is not a Login With Amazon token"),
            "graph.facebook.com" => Refusal::new(
                ErrorCode::IDP_REJECTED_CLAIM,
                "graph.facebook.com rejected OAuth token",
            ),
            _ => Refusal::access_denied(
                "Unrecognized OAuth provider. Do not include a provider parameter when submitting OpenIDConnect ID \
                 tokens",
            ),
        }
    }

    /// A token that is good for other roles than this one. Evidence: an answer of STS, as recorded in public.
    pub(crate) fn role_not_listed() -> Self {
        invalid("The target role ARN is not present in the roles claim of the identity token")
    }

    /// An assertion that is good for other roles, or other providers, than these. Evidence: as above.
    pub(crate) fn role_not_asserted() -> Self {
        invalid("SAML Assertion doesn't contain the requested Role and Metadata in the attributes")
    }

    /// An issuer that is no provider of the account, or an account that does not exist.
    pub(crate) fn unknown_issuer(issuer: &str) -> Self {
        let issuer: String = issuer.chars().take(300).collect();
        invalid(format!(
            "No OpenIDConnect provider found in your account for {issuer}"
        ))
    }

    /// A token that is not accepted. Evidence for the texts: answers of STS, as recorded in public.
    pub(crate) fn web_identity(error: OidcError) -> Self {
        let no_key = "Couldn't retrieve verification key from your identity provider,  please reference \
                      AssumeRoleWithWebIdentity documentation for requirements";
        let refusal = match &error {
            OidcError::Expired { now, expires } => Refusal::new(
                ErrorCode::EXPIRED_TOKEN_EXCEPTION,
                format!(
                    "Token expired: current date/time {} must be before the expiration date/time {}",
                    now.as_second(),
                    expires.as_second()
                ),
            ),
            OidcError::NotYet { now, not_before } => invalid(format!(
                "Token not yet valid: current date/time {} must be after or equal to the not-before date/time {}",
                now.as_second(),
                not_before.as_second()
            )),
            OidcError::IssuedAhead { issued } => {
                invalid(format!("Token issued in the future: {}", issued.as_second()))
            }
            OidcError::InvalidTime => invalid("Invalid timestamp in token claims."),
            OidcError::WrongAudience => invalid(
                "The web identity token provided could not be validated. See the AssumeRoleWithWebIdentity \
                 documentation for requirements.",
            ),
            OidcError::ManyAudiences => invalid(
                "Token audience contains more than one audience while authorized party is not present",
            ),
            OidcError::EmptyClaim { name } => invalid(format!("Claim is not allowed to be empty: {name}")),
            OidcError::WrongIssuer => invalid("The token's issuer is not the provider's"),
            OidcError::MissingClaim { name } => invalid(format!("Missing a required claim: {name}")),
            OidcError::InvalidTags => invalid("principal_tags passed in claim is not in correct format."),
            OidcError::InvalidRoles => invalid("The roles claim is not in a supported format"),
            OidcError::NoRoles => invalid("The roles claim contains no valid role ARNs"),
            OidcError::InvalidClaim { name } => invalid(format!("The claim {name} is invalid")),
            OidcError::Unreachable { .. } | OidcError::UnknownKey => invalid(no_key),
            OidcError::TimedOut => Refusal::new(
                ErrorCode::IDP_COMMUNICATION_ERROR,
                "The identity provider did not answer in time. Retry the request.",
            ),
            OidcError::ThumbprintMismatch => {
                invalid("OpenIDConnect provider's HTTPS certificate doesn't match configured thumbprint")
            }
            // What exactly is wrong with a signature helps nobody but those who try.
            _ => invalid(
                "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)",
            ),
        };
        refusal.caused_by(error)
    }

    /// Session tags in a token or an assertion that can be none. AWS's text is not published.
    pub(crate) fn invalid_token_tags() -> Self {
        invalid("The session tags in the token or assertion are invalid")
    }

    /// A source identity in a token or an assertion that can be none.
    pub(crate) fn invalid_source_identity() -> Self {
        invalid("Source Identity must match [a-zA-Z_0-9+=,.@-]{2,64} and not begin with \"aws:\"")
    }

    /// An assertion without a name for the session.
    pub(crate) fn invalid_role_session_name() -> Self {
        invalid("RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}")
    }

    /// A SAML provider that is not there, or belongs to another account than the role.
    pub(crate) fn no_such_provider() -> Self {
        invalid("Specified provider doesn't exist.")
    }

    /// A SAML provider whose metadata is good for nothing, for the present or ever.
    pub(crate) fn provider_unusable(error: ProviderError) -> Self {
        invalid("Response signature invalid").caused_by(error)
    }

    /// An assertion whose time is over, or that of the session which it allows. Evidence: answers of STS, as recorded
    /// in public.
    pub(crate) fn assertion_over() -> Self {
        Refusal::new(ErrorCode::EXPIRED_TOKEN_EXCEPTION, "Response has expired")
    }

    /// An assertion that is not accepted. Evidence for what is said of forms, signatures and ends: answers of STS, as
    /// recorded in public; some of them go on with the inside of AWS, which is left out.
    pub(crate) fn saml(error: SamlError) -> Self {
        let refusal = match &error {
            SamlError::NotBase64
            | SamlError::TooLarge
            | SamlError::Malformed(_)
            | SamlError::NotEncrypted => invalid("Invalid base64 SAMLResponse"),
            SamlError::NotSigned => invalid(
                "Response (with optional signature) must contain an assertion with a mandatory signature",
            ),
            SamlError::BadSignature(_) => invalid("Response signature invalid"),
            SamlError::WrongIssuer => invalid("Issuer not present in specified provider"),
            SamlError::NotSuccessful => Refusal::new(
                ErrorCode::IDP_REJECTED_CLAIM,
                "The identity provider reported that authentication failed",
            ),
            SamlError::WrongAudience => invalid("Response does not contain the required audience."),
            SamlError::WrongRecipient => invalid("Response is for another recipient."),
            SamlError::NoSubject => Refusal::not_authorized("sts:AssumeRoleWithSAML"),
            SamlError::Stale { .. } => Refusal::new(
                ErrorCode::EXPIRED_TOKEN_EXCEPTION,
                "Token must be redeemed within 5 minutes of issuance",
            ),
            SamlError::Expired { .. } => Refusal::assertion_over(),
            SamlError::NotYet { .. } => invalid("The assertion is not valid yet"),
            SamlError::RoleSessionNameMissing => invalid("RoleSessionName is required in AuthnResponse"),
            SamlError::RoleSessionNameMalformed => Refusal::invalid_role_session_name(),
            SamlError::SourceIdentityMalformed => Refusal::invalid_source_identity(),
        };
        refusal.caused_by(error)
    }

    /// An assertion that was used before, or cannot be remembered as used.
    // Fails closed: whether AWS refuses an assertion that comes again is not documented.
    pub(crate) fn used_assertion(error: DirectoryError) -> Self {
        match error {
            DirectoryError::AssertionUsed => invalid("The assertion has been used already"),
            DirectoryError::TooManyAssertions => Refusal::throttled().caused_by(error),
            other => Refusal::failure(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn shown(refusal: &Refusal) -> String {
        let message = refusal.message().unwrap_or_default();
        format!("{} {} {message}", refusal.code().status(), refusal.code().code())
    }

    #[test]
    fn an_expired_token_is_told_by_both_times() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let error = OidcError::Expired {
            now: at(1_700_000_060),
            expires: at(1_700_000_000),
        };
        assert_eq!(
            shown(&Refusal::web_identity(error)),
            "400 ExpiredTokenException Token expired: current date/time 1700000060 must be before the expiration \
             date/time 1700000000"
        );
    }

    #[test]
    fn why_an_issuer_is_not_reached_is_not_told() {
        let error = OidcError::Unreachable {
            reason: "10.0.0.1 refused the connection".to_owned(),
        };
        let refusal = Refusal::web_identity(error);
        assert_eq!(
            shown(&refusal),
            "400 InvalidIdentityToken Couldn't retrieve verification key from your identity provider,  please \
             reference AssumeRoleWithWebIdentity documentation for requirements"
        );
        assert!(refusal.cause().is_some());
    }

    #[test]
    fn what_is_wrong_with_a_signature_is_not_told() {
        assert_eq!(
            shown(&Refusal::saml(SamlError::BadSignature(
                "the digest is another one"
            ))),
            "400 InvalidIdentityToken Response signature invalid"
        );
    }
}
