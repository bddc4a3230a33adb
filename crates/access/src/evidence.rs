//! What a decision was made from, kept so that it can be explained when nobody remembers the request.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use lanyard_directory::PrincipalPolicies;
use lanyard_names::AccountId;
use lanyard_policy::{
    Attached, Context, ContextValue, Effect, Layers, Policy, Principal, Request, ResourceLayer, Text, Trace,
    explain,
};
use serde::Serialize;

use crate::identity::to_seconds;
use crate::policies::Gathered;
use crate::{Identity, Session, reserved};

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
    /// Whether each `*` of the resource stands for what only its service knows.
    pub partly_known: bool,
    /// When.
    pub time: Timestamp,
    /// All condition keys.
    pub context: Context,
    /// What was decided.
    pub effect: Effect,
    /// Whether the caller was gone or revoked by then, so that nothing was decided.
    pub caller_is_gone: bool,
    pub(crate) policies: Gathered,
    pub(crate) resource_policy: Option<(Attached, bool, bool)>,
}

impl Evidence {
    /// The account that may know of it: of whoever asked; of the resource, if they have none.
    pub fn account(&self) -> AccountId {
        if self.caller.account == AccountId::ZERO {
            self.resource_account
        } else {
            self.caller.account
        }
    }

    /// The same as far as [`Self::account`] may know it: of a resource of another account neither what its policy says,
    /// nor its tags, nor whose it is. A trust policy's external id is a secret between two, and whether a role is there at
    /// all is not told either.
    pub(crate) fn for_its_account(&self) -> Cow<'_, Self> {
        if self.account() == self.resource_account {
            return Cow::Borrowed(self);
        }
        let mut context = Context::with_capacity(self.context.len());
        context.insert_all(&self.context, reserved::is_of_resource);
        Cow::Owned(Self {
            context,
            resource_policy: None,
            ..self.clone()
        })
    }

    /// Decides again on the same evidence, with reasons.
    pub fn explain(&self) -> Trace {
        {
            let resource = self.resource_policy.as_ref();
            let question = Question {
                principal: &self.caller.principal,
                action: &self.action,
                resource: &self.resource,
                resource_account: self.resource_account,
                wildcard_only: self.wildcard_only,
                partly_known: self.partly_known,
                context: &self.context,
                policies: &self.policies,
                resource_policy: resource.map(|(attached, must_participate, trust)| ResourceLayer {
                    attached,
                    must_participate: *must_participate,
                    trust: *trust,
                }),
            };
            question.put(explain)
        }
    }

    /// Everything about the decision, to be shown to people and programs.
    pub fn explanation(&self) -> Explanation {
        let keys = self.context.iter().map(|(name, value)| {
            let value = match value {
                ContextValue::Single(text) => serde_json::Value::from(text.as_str()),
                ContextValue::Many(texts) => texts.iter().map(Text::as_str).collect(),
                ContextValue::Unknown => serde_json::Value::Null,
            };
            (name.to_owned(), value)
        });
        Explanation {
            time: to_seconds(self.time).to_string(),
            caller_arn: Arc::clone(&self.caller.arn),
            caller_id: Arc::clone(&self.caller.user_id),
            access_key_id: self.caller.access_key_id.map(|id| id.to_string()),
            action: self.action.clone(),
            resource: self.resource.clone(),
            resource_account: self.resource_account.to_string(),
            effect: self.effect,
            caller_is_gone: self.caller_is_gone,
            context: keys.collect(),
            trace: self.explain(),
        }
    }

    /// What it holds that others may hold too, and may be the last to hold.
    pub(crate) fn shared(&self) -> impl Iterator<Item = Shared> {
        let set = self.policies.of_principal().into_iter();
        let set = set.map(|set| Shared::Policies(Arc::clone(set)));
        let resource = self.resource_policy.as_ref().map(|(attached, _, _)| attached);
        let others = self.policies.of_session().chain(resource);
        let others = others.map(|attached| Shared::Policy(Arc::clone(&attached.policy)));
        let session = self.caller.session.iter();
        set.chain(others)
            .chain(session.map(|session| Shared::Session(Arc::clone(session))))
    }
}

/// Something that the evidence of many decisions can hold.
pub(crate) enum Shared {
    /// All policies of a user or role: most decisions about the same principal hold the very same list.
    Policies(Arc<PrincipalPolicies>),
    Policy(Arc<Policy>),
    Session(Arc<Session>),
}

impl Shared {
    /// By what it is known, as long as somebody holds it.
    pub(crate) fn address(&self) -> usize {
        match self {
            Self::Policies(policies) => Arc::as_ptr(policies).addr(),
            Self::Policy(policy) => Arc::as_ptr(policy).addr(),
            Self::Session(session) => Arc::as_ptr(session).addr(),
        }
    }

    /// About how many bytes it takes, without its parts.
    pub(crate) fn memory(&self) -> usize {
        match self {
            Self::Policies(_) => 0,
            Self::Policy(policy) => policy.memory(),
            Self::Session(session) => session.memory(),
        }
    }

    /// What it holds in turn.
    pub(crate) fn parts(&self) -> impl Iterator<Item = Self> {
        let policies = match self {
            Self::Policies(policies) => Some(policies),
            Self::Policy(_) | Self::Session(_) => None,
        };
        let lists = policies.into_iter().flat_map(|policies| {
            let boundary = policies.boundary.iter().flatten();
            policies.identity.iter().chain(boundary)
        });
        lists.map(|attached| Self::Policy(Arc::clone(&attached.policy)))
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
    /// The key that the request was signed with, if it was signed with one.
    pub access_key_id: Option<String>,
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

/// One question with everything that it is decided on, as the policy engine wants it.
pub(crate) struct Question<'a> {
    pub(crate) principal: &'a Principal,
    pub(crate) action: &'a str,
    pub(crate) resource: &'a str,
    pub(crate) resource_account: AccountId,
    pub(crate) wildcard_only: bool,
    pub(crate) partly_known: bool,
    pub(crate) context: &'a Context,
    pub(crate) policies: &'a Gathered,
    pub(crate) resource_policy: Option<ResourceLayer<'a>>,
}

impl Question<'_> {
    /// Puts it to the engine: to decide, or to explain.
    pub(crate) fn put<T>(&self, answer: impl FnOnce(&Request<'_>, &Layers<'_>) -> T) -> T {
        let request = Request {
            principal: self.principal,
            action: self.action,
            resource: self.resource,
            resource_account: Some(self.resource_account),
            wildcard_only_action: self.wildcard_only,
            partly_known: self.partly_known,
            context: self.context,
        };
        let layers = Layers {
            identity: self.policies.identity(),
            boundary: self.policies.boundary(),
            session: self.policies.session(),
            resource: self.resource_policy,
            ..Layers::default()
        };
        answer(&request, &layers)
    }
}
