//! Chapter: principals.
//!
//! `"*"` and `{"AWS": "*"}` name everyone, also anonymous callers. An account, by number or as `:root`,
//! names everybody in it, but only hands the matter to the account. A user is named by its ARN; a role
//! session by its own ARN or by its role's; a service and an identity provider by name. Names are compared
//! as they are, without wildcards and with regard to case.
//! `NotPrincipal` in a Deny spares only a caller that is listed at every level: its account, for a session
//! the role, and itself; and it always hits whoever has a permissions boundary. In an Allow it names
//! everybody who is not listed at any level.
//! Evidence: AWS documentation, elements Principal and NotPrincipal; permissions boundaries.

use crate::document::{Effect, Negatable, Principals};
use crate::request::{Principal, Request, arn_part};
use crate::truth::Truth;

/// At which level a statement names the caller. What an Allow is worth depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Level {
    Everyone,
    Account,
    Role,
    /// The caller itself: the user, the session, the service, the provider.
    Caller,
}

/// Whether the statement's principal element names the caller.
pub(crate) fn named(
    element: Option<&Negatable<Principals>>,
    effect: Effect,
    request: &Request,
    has_boundary: bool,
) -> Truth {
    let Some(element) = element else {
        // A policy of the caller's own: nobody else is concerned.
        return Truth::Yes;
    };
    let levels = levels(&element.value, &request.principal);
    match (element.is_negated, effect) {
        (false, _) if !levels.is_empty() => Truth::Yes,
        (false, _) => is_doubtfully_named(&element.value, &request.principal),
        (true, Effect::Allow) => Truth::known(levels.is_empty()),
        (true, Effect::Deny) => Truth::known(has_boundary || !is_spared(&levels, &request.principal)),
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
    let is_in_account = |account: &str| {
        name == account || (arn_part(name, 2) == "iam" && arn_part(name, 4) == account && is_root(name))
    };
    match (kind, caller) {
        ("Federated", Principal::Federated { provider }) => (name == provider).then_some(Level::Caller),
        ("Service", Principal::Service { name: service }) => (name == service).then_some(Level::Caller),
        ("AWS", Principal::Federated { .. }) => None,
        ("AWS", _) if name == "*" => Some(Level::Everyone),
        ("AWS", Principal::Root { account }) => is_in_account(account).then_some(Level::Caller),
        ("AWS", Principal::User { arn, account } | Principal::FederatedUser { arn, account }) => {
            if name == arn {
                Some(Level::Caller)
            } else {
                is_in_account(account).then_some(Level::Account)
            }
        }
        (
            "AWS",
            Principal::RoleSession {
                session,
                role,
                account,
            },
        ) => {
            if name == session {
                Some(Level::Caller)
            } else if name == role {
                Some(Level::Role)
            } else {
                is_in_account(account).then_some(Level::Account)
            }
        }
        _ => None,
    }
}

fn is_root(arn: &str) -> bool {
    arn.splitn(6, ':').nth(5) == Some("root")
}

/// Whether everyone includes those who are known by an identity provider alone is not documented.
fn is_doubtfully_named(principals: &Principals, caller: &Principal) -> Truth {
    let is_everyone = match principals {
        Principals::Everyone => true,
        Principals::Named(named) => named.iter().any(|(_, name)| name == "*"),
    };
    Truth::known(is_everyone && matches!(caller, Principal::Federated { .. })).doubted()
}

fn is_spared(levels: &[Level], caller: &Principal) -> bool {
    let is_listed = |level| levels.contains(&level);
    if is_listed(Level::Everyone) {
        return true;
    }
    match caller {
        Principal::User { .. } => is_listed(Level::Account) && is_listed(Level::Caller),
        // The level between them is the user who federated, whom the question does not tell.
        Principal::FederatedUser { .. } => false,
        Principal::RoleSession { .. } => {
            is_listed(Level::Account) && is_listed(Level::Role) && is_listed(Level::Caller)
        }
        Principal::Root { .. } | Principal::Service { .. } | Principal::Federated { .. } => {
            is_listed(Level::Caller)
        }
        Principal::Anonymous => false,
    }
}
