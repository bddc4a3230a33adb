//! Whether the `Principal` element of a statement admits who asks, and how directly it names them.
//!
//! How a resource policy names the principal decides what its permission reaches (AWS documentation, "How
//! permissions boundaries, session policies and resource-based policies interact"): naming a session reaches past
//! everything that is silent, naming its role only past the identity policies, and naming the account hands the
//! question to the account's own policies.

use lanyard_names::{AccountId, IdKind, UniqueId};

use crate::Principal;
use crate::compiled::{Policy, Presence, PrincipalEntry, PrincipalTest, Statement, arn_fields};
use crate::principal::{is_root, partition};

/// How directly a principal is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reach {
    /// Not named.
    None,
    /// Perhaps named: enough for a deny, not for an allow.
    Doubt,
    /// By its account: the permission is delegated.
    Account,
    /// By the role or user behind the session: identity policies need not allow.
    Origin,
    /// Itself, or everyone: nothing else has to allow.
    Itself,
}

impl Policy {
    /// How a statement names a principal. In what allows, what is not certain is [`Reach::None`]; in what denies,
    /// it is some reach.
    pub(crate) fn reach(&self, statement: &Statement, principal: &Principal, bounded: bool) -> Reach {
        let entries = statement.principals.of(&self.rare().principals);
        match (statement.principal, statement.deny) {
            // Fails closed: a policy that must say for whom it is and does not.
            (Presence::Absent, true) => Reach::Doubt,
            (Presence::Absent, false) => Reach::None,
            (Presence::Listed, _) => {
                let reaches = entries.iter().map(|entry| self.entry_reach(entry, principal));
                let reach = reaches.max().unwrap_or(Reach::None);
                if reach == Reach::Doubt && !statement.deny {
                    Reach::None
                } else {
                    reach
                }
            }
            (Presence::Excepted, false) => {
                let listed = |entry| self.entry_reach(entry, principal) != Reach::None;
                // Evidence: AWS documentation, NotPrincipal: an allow includes anonymous callers, thus everyone.
                if entries.iter().any(listed) {
                    Reach::None
                } else {
                    Reach::Itself
                }
            }
            (Presence::Excepted, true) => {
                // Evidence: AWS documentation, permissions boundaries: whoever has one is always denied.
                if !bounded && self.is_exempt(entries, principal) {
                    Reach::None
                } else {
                    Reach::Itself
                }
            }
        }
    }

    fn entry_reach(&self, entry: &PrincipalEntry, principal: &Principal) -> Reach {
        let text = self.str(entry.text);
        let when = |named: bool, reach| if named { reach } else { Reach::None };
        match entry.test {
            PrincipalTest::Everyone => match principal {
                // Token bearers are no AWS principals yet; whether everyone includes them is not documented.
                Principal::WebIdentity { .. } | Principal::Saml { .. } => Reach::Doubt,
                _ => Reach::Itself,
            },
            PrincipalTest::Account(account) => {
                // A root ARN says which partition its account is of; a bare number does not.
                let other_partition = || text.starts_with("arn:") && partition(text) != principal.partition();
                let named = principal.account() == Some(account) && !other_partition();
                when(named, Reach::Account)
            }
            PrincipalTest::Arn => arn_reach(text, principal),
            PrincipalTest::Unbound => when(arn_reach(text, principal) != Reach::None, Reach::Doubt),
            PrincipalTest::Id(number) => {
                let id = self.rare().ids.get(number as usize);
                match principal {
                    Principal::User { id: own, .. } => {
                        id_reach(id, own.as_ref(), IdKind::User, Reach::Itself)
                    }
                    Principal::RoleSession { role_id: own, .. } => {
                        id_reach(id, own.as_ref(), IdKind::Role, Reach::Origin)
                    }
                    Principal::FederatedUser { user_id: own, .. } => {
                        id_reach(id, own.as_ref(), IdKind::User, Reach::Origin)
                    }
                    _ => Reach::None,
                }
            }
            PrincipalTest::Service => match principal {
                Principal::Service { name } => when(**name == *text, Reach::Itself),
                _ => Reach::None,
            },
            PrincipalTest::Federated => match principal {
                Principal::WebIdentity { provider } | Principal::Saml { provider } => {
                    when(**provider == *text, Reach::Itself)
                }
                _ => Reach::None,
            },
            PrincipalTest::Unclear => Reach::Doubt,
        }
    }

    /// Whether a `NotPrincipal` exempts a principal from a deny: everything that the principal is at once (the
    /// session, its role, its account) must be listed, or the deny hits it as that.
    fn is_exempt(&self, entries: &[PrincipalEntry], principal: &Principal) -> bool {
        let listed = |reach| {
            entries
                .iter()
                .any(|entry| self.entry_reach(entry, principal) == reach)
        };
        let everyone = || {
            let test = |entry: &PrincipalEntry| matches!(entry.test, PrincipalTest::Everyone);
            entries.iter().any(test)
        };
        let bears_token = matches!(principal, Principal::WebIdentity { .. } | Principal::Saml { .. });
        if everyone() && !bears_token {
            return true;
        }
        match principal {
            Principal::Root { .. } => listed(Reach::Account),
            Principal::User { .. } => listed(Reach::Itself) && listed(Reach::Account),
            Principal::RoleSession { .. } => {
                listed(Reach::Itself) && listed(Reach::Origin) && listed(Reach::Account)
            }
            Principal::FederatedUser { user_arn, .. } => {
                // Root has no level of its own between session and account.
                let by_root = is_root(user_arn);
                listed(Reach::Itself) && (by_root || listed(Reach::Origin)) && listed(Reach::Account)
            }
            Principal::Service { .. } | Principal::WebIdentity { .. } | Principal::Saml { .. } => {
                listed(Reach::Itself)
            }
            Principal::Anonymous => false,
        }
    }
}

/// How a unique id in a policy names somebody with an id of their own, or with one that is not known.
fn id_reach(named: Option<&UniqueId>, own: Option<&UniqueId>, kind: IdKind, reach: Reach) -> Reach {
    match own {
        Some(_) if own == named => reach,
        None if named.is_some_and(|named| named.kind() == kind) => Reach::Doubt,
        _ => Reach::None,
    }
}

fn arn_reach(text: &str, principal: &Principal) -> Reach {
    match principal {
        Principal::User { arn, .. } if **arn == *text => Reach::Itself,
        Principal::RoleSession { session_arn, .. } if **session_arn == *text => Reach::Itself,
        Principal::RoleSession { role_arn, .. } if **role_arn == *text => Reach::Origin,
        Principal::FederatedUser { arn, .. } if **arn == *text => Reach::Itself,
        Principal::FederatedUser { user_arn, .. } if **user_arn == *text => Reach::Origin,
        // Who asked for the session is not known: it may have been this user.
        Principal::FederatedUser { user_arn, .. } if user_arn.is_empty() => {
            let is_user = |resource: &str| resource.starts_with("user/");
            doubt_if(is_of(text, principal, is_user))
        }
        // A session's ARN leaves out the role's path, so that a role without path may have one. Names of roles are
        // unique in their account, whatever the path.
        Principal::RoleSession { role_arn, .. } => {
            let own = arn_fields(role_arn).and_then(|[.., resource]| resource.strip_prefix("role/"));
            let is_role = |resource: &str| {
                let path = resource
                    .strip_prefix("role/")
                    .and_then(|name| name.rsplit_once('/'));
                path.is_some_and(|(_, name)| Some(name) == own)
            };
            doubt_if(is_of(text, principal, is_role))
        }
        _ => Reach::None,
    }
}

fn doubt_if(named: bool) -> Reach {
    if named { Reach::Doubt } else { Reach::None }
}

/// Whether an ARN is of a principal's account and names a resource of a kind.
fn is_of(arn: &str, principal: &Principal, is_kind: impl Fn(&str) -> bool) -> bool {
    arn_fields(arn).is_some_and(|[_, partition, .., of, resource]| {
        principal.partition() == Some(partition)
            && AccountId::parse(of).ok() == principal.account()
            && is_kind(resource)
    })
}
