//! The policies that come with a principal, gathered from one snapshot of its account.

use std::sync::Arc;

use lanyard_directory::{Account, PrincipalPolicies};
use lanyard_policy::{Attached, Document, Policy, PolicySource, Principal};

use crate::Identity;
use crate::entity::Entity;

/// The policies that come with a principal.
#[derive(Clone, Debug)]
pub(crate) struct Gathered {
    /// Of a user or role.
    of_principal: Option<Arc<PrincipalPolicies>>,
    /// Instead of those: the root user's, or nobody's.
    instead: &'static [Attached],
    session: Option<Arc<[Attached]>>,
}

impl Gathered {
    /// The policies of a principal as a snapshot of its account has them.
    pub(crate) fn for_identity(identity: &Identity, account: &Account) -> Self {
        let of_principal = match &identity.entity {
            Entity::Root | Entity::Nobody => None,
            Entity::User(user) => Some(account.policies_of_user(user)),
            Entity::Role(role) => Some(account.policies_of_role(role)),
        };
        // The engine lets the root user itself do everything; whom root vouches for has what root has, capped by
        // the session policies.
        let vouched_by_root = matches!(
            (&identity.principal, &identity.entity),
            (Principal::FederatedUser { .. }, Entity::Root)
        );
        let instead = if vouched_by_root { everything() } else { &[] };
        Self {
            of_principal,
            instead,
            session: session_policies(identity, account),
        }
    }

    /// For a caller who is gone, and for nobody in particular: nothing.
    pub(crate) fn nothing() -> Self {
        Self {
            of_principal: None,
            instead: &[],
            session: None,
        }
    }

    pub(crate) fn identity(&self) -> &[Attached] {
        self.of_principal
            .as_ref()
            .map_or(self.instead, |policies| &policies.identity)
    }

    pub(crate) fn boundary(&self) -> Option<&[Attached]> {
        self.of_principal
            .as_ref()
            .and_then(|policies| policies.boundary.as_deref())
    }

    pub(crate) fn session(&self) -> Option<&[Attached]> {
        self.session.as_deref()
    }

    /// Those of the user or role itself.
    pub(crate) fn of_principal(&self) -> Option<&Arc<PrincipalPolicies>> {
        self.of_principal.as_ref()
    }

    /// Those of the session.
    pub(crate) fn of_session(&self) -> impl Iterator<Item = &Attached> {
        self.session().unwrap_or_default().iter()
    }

    /// All of them, of whatever layer.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Attached> {
        (self.identity().iter())
            .chain(self.boundary().unwrap_or_default())
            .chain(self.session().unwrap_or_default())
    }
}

/// Session policies: the inline one as the token has it, managed ones as they are now.
fn session_policies(identity: &Identity, account: &Account) -> Option<Arc<[Attached]>> {
    let session = identity.session.as_ref()?;
    if !session.has_policies() {
        // Fails closed: a federated user without session policies has an empty list of them, which allows nothing,
        // rather than none, which would cap nothing.
        return matches!(identity.principal, Principal::FederatedUser { .. }).then(|| Arc::from([]));
    }
    let managed = session.policy_arns.iter().map(|arn| Attached {
        source: PolicySource::SessionManaged { arn: arn.to_shared() },
        // One that was deleted since denies everything: it may have held a Deny.
        ..account.managed_policy_attached(arn)
    });
    Some(session.inline_compiled.iter().cloned().chain(managed).collect())
}

/// What the root user may do, as a policy.
fn everything() -> &'static [Attached] {
    static EVERYTHING: std::sync::OnceLock<Vec<Attached>> = std::sync::OnceLock::new();
    EVERYTHING.get_or_init(|| {
        let text = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
        let policy = Document::parse(text).map_or_else(|_| Policy::unreadable(), |doc| Policy::compile(&doc));
        let source = PolicySource::Inline {
            owner: Arc::from("root"),
            name: Arc::from("root"),
        };
        vec![Attached {
            policy: Arc::new(policy),
            source,
        }]
    })
}
