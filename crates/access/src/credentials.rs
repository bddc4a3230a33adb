//! What temporary credentials can never call, whatever any policy says.
//!
//! Evidence: the IAM guide's comparison of AWS STS credentials.

use lanyard_policy::Principal;

use crate::{Identity, SessionKind};

/// AWS's answer to credentials that cannot call an operation at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CredentialRefusal {
    /// `InvalidClientTokenId`, as if the credentials were not valid.
    InvalidClientTokenId,
    /// `AccessDenied` with this text.
    AccessDenied(String),
}

impl CredentialRefusal {
    /// The text for the caller.
    pub fn message(&self) -> &str {
        match self {
            Self::InvalidClientTokenId => "The security token included in the request is invalid.",
            Self::AccessDenied(message) => message,
        }
    }
}

/// The operations of STS that make no credentials and no tokens.
const GIVES_NOTHING: [&str; 3] = [
    "DecodeAuthorizationMessage",
    "GetAccessKeyInfo",
    "GetCallerIdentity",
];

impl Identity {
    /// Whether these credentials can call an operation of IAM or STS at all; `service` is `iam` or `sts`.
    pub fn check_may_call(&self, service: &str, operation: &str) -> Result<(), CredentialRefusal> {
        let is_sts = service == "sts";
        if is_sts && operation == "GetCallerIdentity" {
            return Ok(());
        }
        // Fails closed: what STS gave to a service would outlast what the service was handed, and would no longer say
        // through whom it came. Only what gives nobody anything is left.
        if is_sts && self.is_via_service() && !GIVES_NOTHING.contains(&operation) {
            let message = format!("Cannot call {operation} on behalf of somebody else");
            return Err(CredentialRefusal::AccessDenied(message));
        }
        if is_sts && operation == "AssumeRole" && matches!(self.principal, Principal::Root { .. }) {
            // Evidence: quoted in public issues.
            let message = "Roles may not be assumed by root accounts.";
            return Err(CredentialRefusal::AccessDenied(message.to_owned()));
        }
        let Some(session) = &self.session else {
            return Ok(());
        };
        let may_call = match (&session.kind, is_sts) {
            (SessionKind::AssumedRole { .. }, false) => true,
            (SessionKind::AssumedRole { .. }, true) => {
                !matches!(operation, "GetFederationToken" | "GetSessionToken")
            }
            // Whoever signed in on a page may do there what a user may. Evidence: users manage IAM in the console
            // without a second factor, too.
            // A service that was called with a long-term key may do what that may.
            (SessionKind::SessionToken { .. }, false) => {
                session.mfa || session.is_sign_in || session.stands_for_long_term_key()
            }
            // Evidence for the latter, and for the next: answers of STS, as recorded in public.
            (SessionKind::SessionToken { .. }, true) => {
                matches!(operation, "AssumeRole" | "GetWebIdentityToken")
            }
            (SessionKind::FederatedUser { .. }, true) if operation == "GetWebIdentityToken" => {
                let message = "GetWebIdentityToken does not support federated user sessions";
                return Err(CredentialRefusal::AccessDenied(message.to_owned()));
            }
            (SessionKind::FederatedUser { .. }, _) => false,
        };
        match (may_call, is_sts) {
            (true, _) => Ok(()),
            (false, true) => {
                let message = format!("Cannot call {operation} with session credentials");
                Err(CredentialRefusal::AccessDenied(message))
            }
            (false, false) => Err(CredentialRefusal::InvalidClientTokenId),
        }
    }
}
