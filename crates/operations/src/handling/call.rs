//! One authenticated request on its way through the pipeline.

use std::sync::Arc;

use http::header::{REFERER, USER_AGENT};
use http::request::Parts;
use jiff::Timestamp;
use lanyard_access::{Ask as Question, Caller, DenialForm, Peer, RequestFacts};
use lanyard_aws_api::OperationId;
use lanyard_directory::Account;
use lanyard_names::AccountId;
use lanyard_policy::ResourceLayer;

use crate::error::Refusal;
use crate::services::Services;
use crate::subject::{Ask, Subject};

/// A request that has come, whoever it is from.
pub(crate) struct Arrival<'a> {
    pub(crate) services: &'a Services,
    pub(crate) request_id: &'a str,
    pub(crate) facts: RequestFacts<'a>,
}

impl<'a> Arrival<'a> {
    pub(crate) fn new(
        services: &'a Services,
        request_id: &'a str,
        region: &'a str,
        now: Timestamp,
        peer: Peer,
        parts: &'a Parts,
    ) -> Self {
        let text = |name| parts.headers.get(name).and_then(|value| value.to_str().ok());
        let facts = RequestFacts {
            source_ip: Some(peer.ip),
            is_secure: peer.is_secure,
            now,
            region,
            user_agent: text(USER_AGENT),
            referer: text(REFERER),
        };
        Arrival {
            services,
            request_id,
            facts,
        }
    }

    /// The account with this id as it is now, if there is one.
    pub(crate) async fn account(&self, id: AccountId) -> Result<Option<Arc<Account>>, Refusal> {
        let directory = &self.services.directory;
        if let Some(account) = directory.account_cached(id) {
            return Ok(Some(account));
        }
        Box::pin(directory.account(id))
            .await
            .map_err(Refusal::unavailable)
    }

    /// Notes for "last accessed" that somebody who has proven who they are tried an operation.
    pub(crate) fn note_attempt(&self, caller: &Caller, operation: OperationId) {
        let (service, action) = (operation.service().name(), operation.name());
        caller.note_attempt(
            &self.services.directory,
            service,
            action,
            self.facts.region,
            self.facts.now,
        );
    }

    /// The same, once it is known who calls.
    pub(crate) fn call(&self, caller: &'a Caller) -> Call<'a> {
        Call {
            services: self.services,
            caller,
            request_id: self.request_id,
            facts: self.facts,
            shows_mfa: false,
        }
    }
}

/// Who calls, and under which circumstances.
pub(crate) struct Call<'a> {
    pub(crate) services: &'a Services,
    pub(crate) caller: &'a Caller,
    pub(crate) request_id: &'a str,
    pub(crate) facts: RequestFacts<'a>,
    /// Whether the request itself shows a second factor, whose code is used up.
    pub(crate) shows_mfa: bool,
}

impl Call<'_> {
    /// The same request, once the code that it shows is used up.
    pub(super) fn after_second_factor(&self) -> Self {
        Call {
            shows_mfa: true,
            ..*self
        }
    }

    /// When the request arrived.
    pub(crate) fn now(&self) -> Timestamp {
        self.facts.now
    }

    /// Allows the request or refuses it: every ask of its subject has to be allowed, in order.
    pub(super) fn decide(&self, subject: &Subject, account: &Account) -> Result<(), Refusal> {
        for ask in &subject.asks {
            self.decide_one(ask, account)?;
        }
        Ok(())
    }

    fn decide_one(&self, ask: &Ask, account: &Account) -> Result<(), Refusal> {
        let question = Question {
            action: ask.action,
            resource: &ask.resource,
            resource_account: ask.resource_account,
            wildcard_only: ask.wildcard_only,
            partly_known: false,
            context: &ask.keys,
            shows_mfa: self.shows_mfa,
            resource_policy: resource_policy(ask),
            denial: if ask.trust.is_some() {
                DenialForm::Plain
            } else {
                DenialForm::WithReason
            },
        };
        let verdict = lanyard_access::authorize(self.caller, &question, &self.facts, Some(account));
        if verdict.is_allowed() {
            return Ok(());
        }
        // Whoever comes with somebody else's word is told no more than that it is not enough, and the same of a role
        // that does not exist. Evidence: quoted in public issues.
        let refusal = match &self.caller.login {
            Some(_) => Refusal::not_authorized(ask.action),
            None => Refusal::access_denied(verdict.message()),
        };
        self.services
            .decisions
            .record(self.request_id, verdict.into_evidence());
        Err(refusal)
    }
}

/// The policy that decides beside the caller's own: a role's trust policy, which has to allow it, or a grant of the
/// account, which is enough.
fn resource_policy(ask: &Ask) -> Option<ResourceLayer<'_>> {
    let trust = ask.trust.as_ref().map(|attached| (attached, true));
    let grant = ask.grant.as_ref().map(|attached| (attached, false));
    let (attached, trust) = trust.or(grant)?;
    Some(ResourceLayer {
        attached,
        must_participate: trust,
        trust,
    })
}
