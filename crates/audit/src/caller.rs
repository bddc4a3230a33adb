//! A caller as the trail names it: the person behind a role included.

use lanyard_access::{Caller, FederationKind, SessionKind};
use lanyard_names::AccountId;
use lanyard_policy::Principal;

use crate::{Issuer, UserIdentity};

impl UserIdentity {
    /// Who called: with the session's issuer, source identity and origin, where there is a session.
    pub fn of_caller(caller: &Caller) -> Self {
        let account = caller.account;
        let identity = match &caller.principal {
            Principal::Root { .. } => Self::root(account),
            Principal::User { .. } => {
                let name = caller.entity_name().unwrap_or_default();
                Self::iam_user(account, &caller.user_id, &caller.arn, name)
            }
            Principal::RoleSession { .. } => Self::assumed_role(account, &caller.user_id, &caller.arn),
            Principal::FederatedUser { .. } => Self::federated_user(account, &caller.user_id, &caller.arn),
            Principal::Anonymous => return Self::anonymous(),
            Principal::WebIdentity { .. } => return of_login(caller, "WebIdentityUser"),
            Principal::Saml { .. } => return of_login(caller, "SAMLUser"),
            // No caller of an API is a service.
            Principal::Service { .. } => Self::default(),
        };
        let mut identity = match &caller.access_key_id {
            Some(key) => identity.with_access_key(key.as_str()),
            None => identity,
        };
        let Some(session) = &caller.session else {
            return identity;
        };
        if let Some(service) = session.on_behalf.as_ref().and_then(|via| via.services.last()) {
            identity.invoked_by = Some(service.to_string());
        }
        // To the trail, too, a long-term key that a service was called with is one.
        if session.stands_for_long_term_key() {
            return identity;
        }
        identity = identity.with_session(session.issued_at, session.mfa, issuer(caller));
        if let Some(source) = &session.source_identity {
            identity = identity.with_source_identity(source.as_str());
        }
        if let Some(federation) = &session.federation
            && federation.kind == FederationKind::WebIdentity
        {
            identity = identity.with_federated_provider(&federation.provider);
        }
        match &session.origin {
            Some(origin) => identity.with_origin(&origin.arn),
            None => identity,
        }
    }
}

/// Somebody without a key, for whom an identity provider vouches.
fn of_login(caller: &Caller, kind: &str) -> UserIdentity {
    let Some(login) = &caller.login else {
        return UserIdentity::default();
    };
    UserIdentity::federated_login(kind, &login.id, &login.name, &login.identity_provider)
}

/// The role or user that a session acts for. A session of GetSessionToken is the user itself and has none.
fn issuer(caller: &Caller) -> Option<Issuer> {
    let session = caller.session.as_ref()?;
    let (account, arn) = (caller.account, caller.entity_arn());
    let named = |make: fn(AccountId, &str, &str, &str) -> Issuer| {
        let id = caller.entity_id()?;
        Some(make(
            account,
            id.as_str(),
            &arn,
            caller.entity_name().unwrap_or_default(),
        ))
    };
    match &session.kind {
        SessionKind::AssumedRole { .. } => named(Issuer::role),
        SessionKind::FederatedUser { user: Some(_), .. } => named(Issuer::user),
        SessionKind::FederatedUser { user: None, .. } => Some(Issuer::root(account)),
        SessionKind::SessionToken { .. } => None,
    }
}
