//! Authorization: may this caller do this to that?
//!
//! Gathers every policy that applies to the caller from one snapshot of its account and lets the policy engine
//! decide. The snapshot is the caller's argument, so that the decision and the write it guards see the same.
//!
//! Most decisions allow and nobody asks why, so a [`Verdict`] borrows what was asked and copies it into
//! [`Evidence`] only on demand.

use std::borrow::Cow;
use std::sync::Arc;

use jiff::Timestamp;
use lanyard_directory::Account;
use lanyard_names::AccountId;
use lanyard_policy::{
    Attached, Context, Decision, Effect, KeyPrefix, Principal, ResourceLayer, Trace, decide, explain,
};

use crate::caller::context_of;
use crate::denial::{DenialForm, denial_message};
use crate::evidence::{Evidence, Question};
use crate::policies::Gathered;
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
    /// Whether it is one resource or some, and each `*` of the ARN stands for what only their service knows: one that
    /// is denied may be meant, and one that is excepted.
    pub partly_known: bool,
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
            partly_known: false,
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
pub struct Verdict<'a> {
    /// What was decided; `None` if the caller is gone or revoked since it was authenticated, which is a denial.
    pub decision: Option<Decision>,
    asked: Asked<'a>,
    identity: Arc<Identity>,
    context: Context,
    time: Timestamp,
    policies: Gathered,
}

/// What was asked, without what the asker knew of the circumstances: that is in the verdict's context.
#[derive(Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) action: &'a str,
    pub(crate) resource: &'a str,
    pub(crate) resource_account: AccountId,
    pub(crate) denial: DenialForm,
    pub(crate) wildcard_only: bool,
    pub(crate) partly_known: bool,
    pub(crate) resource_policy: Option<ResourceLayer<'a>>,
}

impl<'a> Verdict<'a> {
    /// Decides; `is_present` says whether the one who asks is still there.
    pub(crate) fn of(
        asked: Asked<'a>,
        identity: Arc<Identity>,
        context: Context,
        time: Timestamp,
        policies: Gathered,
        is_present: bool,
    ) -> Self {
        let mut verdict = Verdict {
            decision: None,
            asked,
            identity,
            context,
            time,
            policies,
        };
        if is_present {
            verdict.decision = Some(verdict.question().put(decide));
        }
        verdict
    }

    /// Whether the request may go on.
    pub fn is_allowed(&self) -> bool {
        self.decision.as_ref().is_some_and(Decision::is_allowed)
    }

    /// What was decided, in a word.
    pub fn effect(&self) -> Effect {
        self.decision
            .as_ref()
            .map_or(Effect::ImplicitDeny, |decision| decision.effect)
    }

    /// AWS's text for a denial.
    pub fn message(&self) -> String {
        denial_message(&self.identity, &self.asked, self.decision.as_ref())
    }

    /// All condition keys that were decided on.
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// Decides again, with reasons.
    pub fn explain(&self) -> Trace {
        self.question().put(explain)
    }

    /// Everything the decision was made from, to be explained later.
    pub fn into_evidence(self) -> Evidence {
        Evidence {
            action: self.asked.action.to_owned(),
            resource: self.asked.resource.to_owned(),
            resource_account: self.asked.resource_account,
            wildcard_only: self.asked.wildcard_only,
            partly_known: self.asked.partly_known,
            time: self.time,
            effect: self.effect(),
            caller_is_gone: self.decision.is_none(),
            resource_policy: self
                .asked
                .resource_policy
                .map(|layer| (layer.attached.clone(), layer.must_participate, layer.trust)),
            caller: self.identity,
            context: self.context,
            policies: self.policies,
        }
    }

    fn question(&self) -> Question<'_> {
        Question {
            principal: &self.identity.principal,
            action: self.asked.action,
            resource: self.asked.resource,
            resource_account: self.asked.resource_account,
            wildcard_only: self.asked.wildcard_only,
            partly_known: self.asked.partly_known,
            context: &self.context,
            policies: &self.policies,
            resource_policy: self.asked.resource_policy,
        }
    }
}

/// Decides one question about a caller, on a snapshot of the caller's account: `None` for an anonymous caller, who
/// has none.
///
/// The caller is looked up in this snapshot anew: tags, policies and life of its user or role are those of the
/// snapshot, not of the moment it was authenticated.
pub fn authorize<'a>(
    caller: &Caller,
    ask: &Ask<'a>,
    facts: &RequestFacts<'_>,
    account: Option<&Account>,
) -> Verdict<'a> {
    let present = present(caller, account);
    let (identity, policies) = match (&present, account) {
        (Some(present), Some(account)) => (present.identity(), Gathered::for_identity(present, account)),
        (Some(present), None) => (present.identity(), Gathered::nothing()),
        // Fails closed: who is gone may do nothing.
        (None, _) => (caller.identity(), Gathered::nothing()),
    };
    let context = context_of(identity, facts, ask);
    let identity = Arc::clone(identity);
    let asked = Asked {
        action: ask.action,
        resource: ask.resource,
        resource_account: ask.resource_account,
        denial: ask.denial,
        wildcard_only: ask.wildcard_only,
        partly_known: ask.partly_known,
        resource_policy: ask.resource_policy,
    };
    Verdict::of(asked, identity, context, facts.now, policies, present.is_some())
}

/// Whether a policy that applies to a question could ask about condition keys that begin like this, in a condition
/// or in a policy variable. What such keys say costs something to find out, and mostly nobody asks.
pub fn mentions(caller: &Caller, ask: &Ask<'_>, account: Option<&Account>, prefix: &str) -> bool {
    let resource = ask.resource_policy.map(|layer| layer.attached);
    let prefix = KeyPrefix::new(prefix);
    let asks = |attached: &Attached| attached.policy.mentions_key(prefix);
    if resource.is_some_and(asks) {
        return true;
    }
    match (present(caller, account), account) {
        (Some(present), Some(account)) => Gathered::for_identity(&present, account).iter().any(asks),
        _ => false,
    }
}

/// The caller as this snapshot has it, if it is the right one and has it still.
fn present<'c>(caller: &'c Caller, account: Option<&Account>) -> Option<Cow<'c, Caller>> {
    match (&caller.principal, account) {
        // Who has no account cannot have gone from it.
        (Principal::Anonymous | Principal::WebIdentity { .. } | Principal::Saml { .. }, _) => {
            Some(Cow::Borrowed(caller))
        }
        (_, Some(account)) if account.id() == caller.account => caller.present_in(account),
        _ => None,
    }
}
