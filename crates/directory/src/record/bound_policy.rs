//! Policies that name principals, bound to unique ids: trust policies of roles and policies of resources.
//!
//! When such a policy is saved, each user or role it names is bound to its unique id. The entry admits that
//! very entity from then on: it follows a rename, and a new entity of the old name does not match it. The
//! text is kept byte for byte; when it is shown, a renamed principal appears under its present ARN and a
//! deleted one as its bare unique id.
//! Evidence: the IAM guide's page on principals.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use lanyard_names::arn::EntityArn;
use lanyard_names::{AccountId, UniqueId};
use lanyard_policy::{Bindings, Document, Policy, PrincipalKind};
use serde::{Deserialize, Serialize};

/// A principal of a policy and the entity it meant when the policy was saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Binding {
    /// The principal as the document writes it.
    pub text: Arc<str>,
    /// The account of the entity.
    pub account: AccountId,
    /// The unique id of the entity.
    pub id: UniqueId,
}

/// A policy whose principals are bound to unique ids.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BoundPolicy {
    text: Arc<str>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    bindings: Vec<Binding>,
    #[serde(skip)]
    compiled: OnceLock<Arc<Policy>>,
    #[serde(skip)]
    public: OnceLock<bool>,
}

impl PartialEq for BoundPolicy {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text && self.bindings == other.bindings
    }
}

impl Eq for BoundPolicy {}

/// The trust policy of a role.
pub type TrustPolicy = BoundPolicy;

impl BoundPolicy {
    /// The text as it was saved. To show it to a caller, use [`BoundPolicy::rendered`].
    #[must_use]
    pub fn saved_text(&self) -> &str {
        &self.text
    }

    /// The principals that are bound to unique ids.
    #[must_use]
    pub fn bindings(&self) -> &[Binding] {
        &self.bindings
    }

    /// The compiled form, in which bound principals match by unique id.
    // Fails closed: a stored text that cannot be parsed any more denies everything.
    #[must_use]
    pub fn compiled(&self) -> Arc<Policy> {
        Arc::clone(self.compiled.get_or_init(|| {
            Arc::new(match Document::parse(&self.text) {
                Ok(document) => Policy::compile_bound(&document, &self.policy_bindings()),
                Err(_) => Policy::unreadable(),
            })
        }))
    }

    /// Whether it grants something to everybody, as S3 means it: see [`Document::is_public`]. What cannot be read
    /// is.
    #[must_use]
    pub fn is_public(&self) -> bool {
        *self
            .public
            .get_or_init(|| Document::parse(&self.text).map_or(true, |document| document.is_public()))
    }

    /// The accounts other than `own` whose users or roles a document names: their snapshots are needed to
    /// save it. A text that is no policy names nobody.
    #[must_use]
    pub fn accounts_named(text: &str, own: AccountId) -> BTreeSet<AccountId> {
        let Ok(document) = Document::parse(text) else {
            return BTreeSet::new();
        };
        document
            .principals()
            .filter(|principal| principal.kind == PrincipalKind::Aws)
            .filter_map(|principal| match EntityArn::parse(principal.text) {
                Ok(EntityArn::User { account, .. } | EntityArn::Role { account, .. }) => Some(account),
                _ => None,
            })
            .filter(|account| *account != own)
            .collect()
    }

    /// The accounts other than `own` whose entities are bound: their snapshots are needed to show it.
    #[must_use]
    pub fn accounts_bound(&self, own: AccountId) -> BTreeSet<AccountId> {
        self.bindings
            .iter()
            .map(|binding| binding.account)
            .filter(|account| *account != own)
            .collect()
    }

    /// A text whose principals mean these.
    pub(crate) fn bound(text: Arc<str>, bindings: Vec<Binding>) -> Self {
        Self {
            text,
            bindings,
            compiled: OnceLock::new(),
            public: OnceLock::new(),
        }
    }

    fn policy_bindings(&self) -> Bindings {
        let mut bindings = Bindings::new();
        for binding in &self.bindings {
            bindings.bind(Arc::clone(&binding.text), binding.id);
        }
        bindings
    }
}
