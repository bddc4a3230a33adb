//! Authorization: may this caller do this to that?
//!
//! Gathers every policy that applies to the caller from one snapshot of its account and lets the policy engine
//! decide. The snapshot is the caller's argument, so that the decision and the write it guards see the same.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use lanyard_directory::{Account, PrincipalPolicies};
use lanyard_names::AccountId;
use lanyard_policy::{
    Attached, Context, ContextValue, Decision, Document, Effect, Layers, Policy, PolicySource, Principal,
    Request, ResourceLayer, Text, Trace, decide, explain,
};

use serde::Serialize;

use crate::caller::context_of;
use crate::denial::{DenialForm, denial_message};
use crate::identity::{Entity, to_seconds};
use crate::{Caller, Identity, RequestFacts};

/// One question about a caller.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// What for: `iam:CreateUser`.
    pub action: &'a str,
    /// On what: an ARN, or `*` if the action takes no resource.
    pub resource: &'a str,
    /// Whose resource it is.
    pub resource_account: AccountId,
    /// Whether the action takes no resource, so that only statements for `*` match.
    pub wildcard_only: bool,
    /// Condition keys that the operation adds. Keys about the principal or the request itself are not heard.
    pub context: &'a Context,
    /// The resource's own policy.
    pub resource_policy: Option<ResourceLayer<'a>>,
    /// Whether the request itself shows a second factor, as AssumeRole can with the code of a device.
    pub shows_mfa: bool,
    /// How a denial is worded.
    pub denial: DenialForm,
}

impl<'a> Ask<'a> {
    /// A question about a resource without a policy of its own.
    pub fn new(
        action: &'a str,
        resource: &'a str,
        resource_account: AccountId,
        context: &'a Context,
    ) -> Self {
        Self {
            action,
            resource,
            resource_account,
            wildcard_only: resource == "*",
            context,
            resource_policy: None,
            shows_mfa: false,
            denial: DenialForm::WithReason,
        }
    }

    /// The same about a role, whose trust policy decides along.
    #[must_use]
    pub fn with_trust(mut self, trust: &'a Attached) -> Self {
        self.resource_policy = Some(ResourceLayer {
            attached: trust,
            must_participate: true,
            trust: true,
        });
        self.denial = DenialForm::Plain;
        self
    }
}

/// The answer to one question.
#[derive(Debug)]
#[must_use = "a verdict that is not looked at guards nothing"]
pub struct Verdict {
    /// What was decided; `None` if the caller is gone or revoked since it was authenticated, which is a denial.
    pub decision: Option<Decision>,
    /// Everything the decision was made from, to be explained later.
    pub evidence: Evidence,
    denial: DenialForm,
}

impl Verdict {
    /// Whether the request may go on.
    pub fn is_allowed(&self) -> bool {
        self.decision.as_ref().is_some_and(Decision::is_allowed)
    }

    /// AWS's text for a denial.
    pub fn message(&self) -> String {
        denial_message(&self.evidence, self.decision.as_ref(), self.denial)
    }
}

/// What a decision was made from: enough to make it again, with reasons, when nobody remembers the request. Holds
/// the very policies that were decided on, which may have changed since. No secret and no token is in it.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// Who asked.
    pub caller: Arc<Identity>,
    /// What for.
    pub action: String,
    /// On what.
    pub resource: String,
    /// Whose resource.
    pub resource_account: AccountId,
    /// Whether the action takes no resource.
    pub wildcard_only: bool,
    /// When.
    pub time: Timestamp,
    /// All condition keys.
    pub context: Context,
    /// What was decided.
    pub effect: Effect,
    /// Whether the caller was gone or revoked by then, so that nothing was decided.
    pub caller_is_gone: bool,
    policies: Gathered,
    resource_policy: Option<(Attached, bool, bool)>,
}

impl Evidence {
    /// Decides again on the same evidence, with reasons.
    pub fn explain(&self) -> Trace {
        self.with_question(explain)
    }

    /// Everything about the decision, to be shown to people and programs.
    pub fn explanation(&self) -> Explanation {
        let keys = self.context.iter().map(|(name, value)| {
            let value = match value {
                ContextValue::Single(text) => serde_json::Value::from(text.as_str()),
                ContextValue::Many(texts) => texts.iter().map(Text::as_str).collect(),
            };
            (name.to_owned(), value)
        });
        Explanation {
            time: to_seconds(self.time).to_string(),
            caller_arn: Arc::clone(&self.caller.arn),
            caller_id: Arc::clone(&self.caller.user_id),
            access_key_id: self.caller.access_key_id.to_string(),
            action: self.action.clone(),
            resource: self.resource.clone(),
            resource_account: self.resource_account.to_string(),
            effect: self.effect,
            caller_is_gone: self.caller_is_gone,
            context: keys.collect(),
            trace: self.explain(),
        }
    }

    fn decide(&self) -> Decision {
        self.with_question(decide)
    }

    /// What it holds that others may hold too, and may be the last to hold: address and about how many bytes.
    pub(crate) fn shared(&self) -> impl Iterator<Item = (usize, usize)> {
        let resource = self.resource_policy.as_ref().map(|(attached, _, _)| attached);
        let policies = (self.policies.identity().iter())
            .chain(self.policies.boundary().unwrap_or_default())
            .chain(self.policies.session.as_deref().unwrap_or_default())
            .chain(resource);
        let policies =
            policies.map(|attached| (Arc::as_ptr(&attached.policy).addr(), attached.policy.memory()));
        let session = self.caller.session.iter();
        policies.chain(session.map(|session| (Arc::as_ptr(session).addr(), session.memory())))
    }

    fn with_question<T>(&self, answer: impl FnOnce(&Request<'_>, &Layers<'_>) -> T) -> T {
        let request = Request {
            principal: &self.caller.principal,
            action: &self.action,
            resource: &self.resource,
            resource_account: Some(self.resource_account),
            wildcard_only_action: self.wildcard_only,
            context: &self.context,
        };
        let resource = self
            .resource_policy
            .as_ref()
            .map(|(attached, must_participate, trust)| ResourceLayer {
                attached,
                must_participate: *must_participate,
                trust: *trust,
            });
        let layers = Layers {
            identity: self.policies.identity(),
            boundary: self.policies.boundary(),
            session: self.policies.session.as_deref(),
            resource,
            ..Layers::default()
        };
        answer(&request, &layers)
    }
}

/// A decision as it is shown to whoever asks for its reasons.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    /// When it was taken.
    pub time: String,
    /// Who asked.
    pub caller_arn: Arc<str>,
    /// Who asked, as in `aws:userid`.
    pub caller_id: Arc<str>,
    /// The key that the request was signed with.
    pub access_key_id: String,
    /// What for.
    pub action: String,
    /// On what.
    pub resource: String,
    /// Whose resource.
    pub resource_account: String,
    /// What was decided.
    pub effect: Effect,
    /// Whether the caller was gone or revoked by then, so that nothing was decided.
    pub caller_is_gone: bool,
    /// All condition keys.
    pub context: BTreeMap<String, serde_json::Value>,
    /// Each policy and statement considered.
    pub trace: Trace,
}

/// The policies that come with a principal.
#[derive(Clone, Debug)]
struct Gathered {
    /// Of a user or role.
    of_principal: Option<Arc<PrincipalPolicies>>,
    /// Instead of those: the root user's, or nobody's.
    instead: &'static [Attached],
    session: Option<Vec<Attached>>,
}

impl Gathered {
    /// The policies of a principal as a snapshot of its account has them.
    fn for_identity(identity: &Identity, account: &Account) -> Self {
        let of_principal = match &identity.entity {
            Entity::Root => None,
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

    /// For a caller who is gone: nothing.
    fn nothing() -> Self {
        Self {
            of_principal: None,
            instead: &[],
            session: None,
        }
    }

    fn identity(&self) -> &[Attached] {
        self.of_principal
            .as_ref()
            .map_or(self.instead, |policies| &policies.identity)
    }

    fn boundary(&self) -> Option<&[Attached]> {
        self.of_principal
            .as_ref()
            .and_then(|policies| policies.boundary.as_deref())
    }
}

/// Session policies: the inline one as the token has it, managed ones as they are now.
fn session_policies(identity: &Identity, account: &Account) -> Option<Vec<Attached>> {
    let session = identity.session.as_ref()?;
    if !session.has_policies() {
        // Fails closed: a federated user without session policies has an empty list of them, which allows nothing,
        // rather than none, which would cap nothing.
        return matches!(identity.principal, Principal::FederatedUser { .. }).then(Vec::new);
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

/// Decides one question about a caller, on a snapshot of the caller's account.
///
/// The caller is looked up in this snapshot anew: tags, policies and life of its user or role are those of the
/// snapshot, not of the moment it was authenticated.
pub fn authorize(caller: &Caller, ask: &Ask<'_>, facts: &RequestFacts<'_>, account: &Account) -> Verdict {
    let present = if account.id() == caller.account {
        caller.refreshed(account)
    } else {
        None
    };
    let (identity, policies) = match &present {
        Some(present) => (present.identity(), Gathered::for_identity(present, account)),
        // Fails closed: who is gone may do nothing.
        None => (caller.identity(), Gathered::nothing()),
    };
    let mut evidence = Evidence {
        caller: Arc::clone(identity),
        action: ask.action.to_owned(),
        resource: ask.resource.to_owned(),
        resource_account: ask.resource_account,
        wildcard_only: ask.wildcard_only,
        time: facts.now,
        context: context_of(identity, facts, ask),
        effect: Effect::ImplicitDeny,
        caller_is_gone: present.is_none(),
        policies,
        resource_policy: ask
            .resource_policy
            .map(|layer| (layer.attached.clone(), layer.must_participate, layer.trust)),
    };
    let decision = present.is_some().then(|| evidence.decide());
    if let Some(decision) = &decision {
        evidence.effect = decision.effect;
    }
    Verdict {
        decision,
        evidence,
        denial: ask.denial,
    }
}
