//! Chapter: principals.
//!
//! `"*"` and `{"AWS": "*"}` name everyone, also anonymous callers. An account, by number or as `:root`,
//! names everybody in it, but only hands the matter to the account; in an endpoint's policy it may stand for
//! the root user alone. A user is named by its ARN; a role session by its own ARN or by its role's; a
//! federated user by its own or by that of the user behind it; a service and an identity provider by name.
//! Users and roles are also named by their unique ids. Names are compared as they are, without wildcards and
//! with regard to case.
//!
//! `NotPrincipal` in a Deny spares only a caller that is listed at every level: its account, for a session
//! the role or the user behind it, and itself; and it always hits whoever has a permissions boundary. In an
//! Allow it names everybody who is not listed at any level.
//!
//! Evidence: AWS documentation, elements Principal and NotPrincipal; permissions boundaries.

use crate::document::{DocumentKind, Effect, Negatable, Principals};
use crate::request::{Principal, Request, arn_part, is_id, resource_part};
use crate::truth::Truth;

/// At which level a statement names the caller. What an Allow is worth depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Level {
    Everyone,
    Account,
    /// The role of a session, or the user who asked for a federated user's session.
    Origin,
    /// The caller itself: the user, the session, the service, the provider.
    Caller,
}

/// Whether the statement's principal element names the caller.
pub(crate) fn named(
    element: Option<&Negatable<Principals>>,
    effect: Effect,
    request: &Request,
    has_boundary: bool,
    kind: DocumentKind,
) -> Truth {
    let must_name = match kind {
        DocumentKind::OfCaller | DocumentKind::ServiceControl => false,
        DocumentKind::OfResource
        | DocumentKind::OfEndpoint
        | DocumentKind::OfRole
        | DocumentKind::ResourceControl => true,
    };
    let element = match element {
        // A policy of the caller's own: nobody else is concerned.
        None if !must_name => return Truth::Yes,
        Some(element) if must_name => element,
        // The element must be there or must not.
        _ => return Truth::Unclear,
    };
    let levels = levels(&element.value, &request.principal);
    let is_doubtful = is_doubtfully_named(&element.value, &request.principal);
    let is_only_by_account = levels.iter().all(|level| *level == Level::Account);
    let is_root = matches!(request.principal, Principal::Root { .. });
    let is_named = match (element.is_negated, effect) {
        // For gateway endpoints an account means its root user, for others everybody in it.
        (false, _)
            if kind == DocumentKind::OfEndpoint && is_only_by_account && !levels.is_empty() && !is_root =>
        {
            Truth::Unclear
        }
        (false, _) if !levels.is_empty() => Truth::Yes,
        (false, _) => Truth::known(is_doubtful).doubted(),
        (true, Effect::Allow) if is_doubtful => Truth::Unclear,
        (true, Effect::Allow) => Truth::known(levels.is_empty()),
        (true, Effect::Deny) => Truth::known(has_boundary || !is_spared(&levels, &request.principal)),
    };
    // A trust policy should not say whom it is not for.
    let is_misplaced = element.is_negated && kind == DocumentKind::OfRole;
    if is_misplaced {
        is_named.doubted()
    } else {
        is_named
    }
}

/// The levels at which a list names the caller.
pub(crate) fn levels(principals: &Principals, caller: &Principal) -> Vec<Level> {
    let named = match principals {
        Principals::Everyone => return levels_of("AWS", "*", caller).into_iter().collect(),
        Principals::Named(named) => named,
    };
    named
        .iter()
        .filter_map(|(kind, name)| levels_of(kind, name, caller))
        .collect()
}

fn levels_of(kind: &str, name: &str, caller: &Principal) -> Option<Level> {
    let level = |is_named: bool, level| is_named.then_some(level);
    match (kind, caller) {
        ("Federated", Principal::Federated { provider }) => level(name == provider, Level::Caller),
        ("Service", Principal::Service { name: service }) => level(name == service, Level::Caller),
        ("AWS", Principal::Federated { .. }) => None,
        ("AWS", _) if name == "*" => Some(Level::Everyone),
        ("AWS", _) if is_account(name, caller) => Some(Level::Account),
        ("AWS", Principal::User { arn, id }) => {
            level(name == arn || id.as_deref() == Some(name), Level::Caller)
        }
        ("AWS", Principal::FederatedUser { arn, .. }) if name == arn => Some(Level::Caller),
        ("AWS", Principal::FederatedUser { user, .. }) => level(user.as_deref() == Some(name), Level::Origin),
        ("AWS", Principal::RoleSession { session, .. }) if name == session => Some(Level::Caller),
        ("AWS", Principal::RoleSession { role, role_id, .. }) => {
            level(name == role || role_id.as_deref() == Some(name), Level::Origin)
        }
        _ => None,
    }
}

fn is_account(name: &str, caller: &Principal) -> bool {
    match (caller.partition(), caller.account()) {
        (Some(partition), Some(account)) => {
            name == account || name == format!("arn:{partition}:iam::{account}:root")
        }
        _ => false,
    }
}

/// Whether the list might name the caller, but that is not documented or not known.
fn is_doubtfully_named(principals: &Principals, caller: &Principal) -> bool {
    let is_by_provider = matches!(caller, Principal::Federated { .. });
    match principals {
        // Somebody of whom nothing but the identity provider is known may or may not be part of everyone.
        Principals::Everyone => is_by_provider,
        Principals::Named(named) => named.iter().any(|(kind, name)| match kind.as_str() {
            "AWS" if name == "*" => is_by_provider,
            // Wildcards in names are not allowed.
            "AWS" if name.contains(['*', '?']) => true,
            "AWS" => might_be_origin(name, caller),
            // Nobody's canonical id is known, nor what a wildcard means among services and providers.
            "CanonicalUser" => true,
            _ => name == "*",
        }),
    }
}

/// A unique id, a user, or a role with another path, where the question does not tell the caller's.
fn might_be_origin(name: &str, caller: &Principal) -> bool {
    match caller {
        Principal::User { id: None, .. } => is_id(name, "AIDA"),
        Principal::RoleSession {
            role,
            is_path_known,
            role_id,
            ..
        } => {
            let is_of_name = [1, 2, 4]
                .iter()
                .all(|part| arn_part(name, *part) == arn_part(role, *part))
                && resource_part(name).starts_with("role/")
                && resource_part(name).rsplit('/').next() == resource_part(role).rsplit('/').next();
            role_id.is_none() && is_id(name, "AROA") || !is_path_known && is_of_name
        }
        Principal::FederatedUser { user, .. } => {
            let is_user = Some(arn_part(name, 1)) == caller.partition()
                && Some(arn_part(name, 4)) == caller.account()
                && resource_part(name).starts_with("user/");
            is_id(name, "AIDA") || user.is_none() && is_user
        }
        _ => false,
    }
}

fn is_spared(levels: &[Level], caller: &Principal) -> bool {
    let is_listed = |level| levels.contains(&level);
    if is_listed(Level::Everyone) {
        return true;
    }
    match caller {
        Principal::User { .. } => is_listed(Level::Account) && is_listed(Level::Caller),
        Principal::RoleSession { .. } | Principal::FederatedUser { .. } => {
            is_listed(Level::Account) && is_listed(Level::Origin) && is_listed(Level::Caller)
        }
        Principal::Root { .. } => is_listed(Level::Account),
        Principal::Service { .. } | Principal::Federated { .. } => is_listed(Level::Caller),
        Principal::Anonymous => false,
    }
}
