//! Refusals of requests for temporary credentials.

use lanyard_access::TokenError;
use lanyard_aws_api::ErrorCode;
use lanyard_names::AccountId;

use super::Refusal;

impl Refusal {
    /// An ARN, or what stands where one belongs, that STS cannot make sense of. Evidence: a recorded response.
    pub(crate) fn invalid_arn(text: &str) -> Self {
        Refusal::validation(format!("{text} is invalid"))
    }

    /// A role that is not there when it is to be assumed, in the words of one that does not trust the caller.
    pub(crate) fn role_not_assumed(caller_arn: &str, role_arn: &str) -> Self {
        Refusal::access_denied(format!(
            "User: {caller_arn} is not authorized to perform: sts:AssumeRole on resource: {role_arn}"
        ))
    }

    /// A parameter of the wrong form. The model says the same of most, before an operation is asked.
    pub(crate) fn invalid_form(parameter: &str) -> Self {
        Refusal::validation(format!(
            "1 validation error detected: Value at '{parameter}' failed to satisfy constraint: Member must satisfy \
             regular expression pattern: [\\w+=,.@-]*"
        ))
    }

    /// A parameter that is too long in a way the model does not state.
    pub(crate) fn too_long(parameter: &str, length_max: usize) -> Self {
        Refusal::validation(format!(
            "1 validation error detected: Value at '{parameter}' failed to satisfy constraint: Member must have \
             length less than or equal to {length_max}"
        ))
    }

    /// A context that its provider did not vouch for. There is no Identity Center here, so none can be vouched for;
    /// AWS's text is not published.
    pub(crate) fn invalid_context_assertion() -> Self {
        Refusal::validation("The context assertion is not valid")
    }

    /// A one-time code of a device that does not exist or is not the caller's. Evidence: quoted in public issues,
    /// two spaces included.
    pub(crate) fn mfa_unverified() -> Self {
        Refusal::access_denied(
            "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number \
             is valid and associated with this user.",
        )
    }

    /// A device without a code, or a code without a device. Evidence: quoted in public issues.
    pub(crate) fn mfa_incomplete() -> Self {
        Refusal::access_denied(
            "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.",
        )
    }

    /// Two tags of a session with the same key. Evidence: a recorded response.
    pub(crate) fn duplicate_session_tags() -> Self {
        Refusal::new(
            ErrorCode::INVALID_PARAMETER_VALUE,
            "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
        )
    }

    /// A tag of a session whose key only AWS may set. Evidence: a public table of the errors that S3 passes on.
    pub(crate) fn reserved_session_tag() -> Self {
        Refusal::new(
            ErrorCode::INVALID_PARAMETER_VALUE,
            "Tag keys cannot start with AWS reserved prefix for system tags.",
        )
    }

    /// A tag that would change one inherited along the chain. Evidence: a recorded response.
    pub(crate) fn inherited_session_tag() -> Self {
        Refusal::new(
            ErrorCode::INVALID_PARAMETER_VALUE,
            "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key \
             from the calling session.",
        )
    }

    /// A transitive key without a tag. Evidence: a recorded response.
    pub(crate) fn transitive_key_without_tag() -> Self {
        Refusal::new(
            ErrorCode::INVALID_PARAMETER_VALUE,
            "The specified transitive tag key must be included in the requested tags.",
        )
    }

    /// Another source identity than the one that is set. Evidence: probes against STS, July 2026.
    pub(crate) fn source_identity_is_set() -> Self {
        Refusal::validation("The source identity is already set for this assume role session")
    }

    /// Evidence: quoted in public issues.
    pub(crate) fn beyond_role_maximum() -> Self {
        Refusal::validation("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
    }

    /// Evidence: quoted in public issues.
    pub(crate) fn beyond_chained_maximum() -> Self {
        Refusal::validation(
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
        )
    }

    /// A managed session policy that is not there. AWS's text is not known; this is IAM's for the same mistake.
    pub(crate) fn no_such_session_policy(arn: &str) -> Self {
        Refusal::validation(format!("Policy {arn} does not exist or is not attachable."))
    }

    /// The account gives out no web identity tokens. Evidence: an answer of STS, as recorded in public.
    pub(crate) fn outbound_federation_disabled() -> Self {
        Refusal::new(
            ErrorCode::OUTBOUND_WEB_IDENTITY_FEDERATION_DISABLED_EXCEPTION,
            "OutboundWebIdentityFederation is disabled.",
        )
    }

    /// The account gives out tokens already. Evidence for this and the next two: recorded answers of IAM.
    pub(crate) fn outbound_federation_already_enabled(account: AccountId) -> Self {
        Refusal::new(
            ErrorCode::FEATURE_ENABLED,
            format!("Outbound identity federation is already enabled for account {account}"),
        )
    }

    /// The account gives out no tokens, and is to give out none.
    pub(crate) fn outbound_federation_already_disabled(account: AccountId) -> Self {
        Refusal::new(
            ErrorCode::FEATURE_DISABLED,
            format!("Outbound identity federation is already disabled for account {account}"),
        )
    }

    /// The account gives out no tokens, so there is nothing to tell of them.
    pub(crate) fn outbound_federation_not_told(account: AccountId) -> Self {
        Refusal::new(
            ErrorCode::FEATURE_DISABLED,
            format!("Outbound identity federation is disabled for account {account}"),
        )
    }

    /// A web identity token that would outlive the session of whoever asks. Evidence: an answer of STS, as recorded in
    /// public.
    pub(crate) fn session_duration_escalation() -> Self {
        Refusal::new(
            ErrorCode::SESSION_DURATION_ESCALATION_EXCEPTION,
            "Requested token expiry time must be before the original session's expiry time.",
        )
    }

    /// A web identity token that would say too much.
    pub(crate) fn token_payload_too_large() -> Self {
        Refusal::new(
            ErrorCode::JWT_PAYLOAD_SIZE_EXCEEDED_EXCEPTION,
            "The payload of the token would be too large; pass fewer or shorter tags.",
        )
    }

    /// An algorithm that no token is signed with. Evidence: an answer of STS, as recorded in public.
    pub(crate) fn unknown_signing_algorithm() -> Self {
        Refusal::validation(
            "Requested SigningAlgorithm is not supported. See the GetWebIdentityToken documentation for supported \
             algorithms",
        )
    }

    /// A message that was not made here, is too old, or belongs to another account.
    pub(crate) fn invalid_authorization_message() -> Self {
        Refusal::new(
            ErrorCode::INVALID_AUTHORIZATION_MESSAGE_EXCEPTION,
            "Message is not valid",
        )
    }

    /// A token to trade in.
    pub(crate) fn expired_trade_in_token() -> Self {
        Refusal::new(
            ErrorCode::EXPIRED_TRADE_IN_TOKEN_EXCEPTION,
            "The trade-in token is expired or was never given out.",
        )
    }

    /// A session that cannot be made into a token. What is too large depends on what was asked for.
    pub(crate) fn token(error: TokenError, has_policies: bool) -> Self {
        // Evidence: the texts are quoted in public issues and in AWS's own security blog.
        let message = match error {
            TokenError::PackedTooLarge { percent } if has_policies => {
                format!("Packed policy consumes {percent}% of allotted space, please use smaller policy.")
            }
            TokenError::PackedTooLarge { percent } => {
                format!("Packed size of session tags consumes {percent}% of allotted space.")
            }
            TokenError::TooLong => "Serialized token too large for session".to_owned(),
            fault @ (TokenError::Duration | TokenError::Invalid | TokenError::NoKey) => {
                return Refusal::failure(fault);
            }
        };
        Refusal::new(ErrorCode::PACKED_POLICY_TOO_LARGE, message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(error: TokenError, has_policies: bool) -> (&'static str, String) {
        let refusal = Refusal::token(error, has_policies);
        (
            refusal.code().code(),
            refusal.message().unwrap_or_default().to_owned(),
        )
    }

    #[test]
    fn what_is_too_large_is_named() {
        let too_large = TokenError::PackedTooLarge { percent: 138 };
        assert_eq!(
            shown(too_large, false),
            (
                "PackedPolicyTooLarge",
                "Packed size of session tags consumes 138% of allotted space.".to_owned()
            )
        );
        assert_eq!(
            shown(too_large, true),
            (
                "PackedPolicyTooLarge",
                "Packed policy consumes 138% of allotted space, please use smaller policy.".to_owned()
            )
        );
    }

    #[test]
    fn a_ring_without_keys_is_our_own_fault() {
        assert_eq!(shown(TokenError::NoKey, false).0, "ServiceFailure");
    }
}
