//! What was decided, and from what.
//!
//! Most decisions allow and nobody asks why, so a [`Verdict`] borrows what was asked and copies it into [`Evidence`]
//! only on demand.

use std::sync::Arc;

use jiff::Timestamp;
use lanyard_policy::{Context, Decision, Effect, Trace, decide, explain};

use crate::Identity;
use crate::ask::Asked;
use crate::denial::denial_message;
use crate::evidence::{Evidence, Question};
use crate::policies::Gathered;

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
