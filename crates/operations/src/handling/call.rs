//! One authenticated request on its way through the pipeline.

use http::header::{REFERER, USER_AGENT};
use http::request::Parts;
use jiff::Timestamp;
use lanyard_access::{Ask as Question, Caller, DenialForm, Peer, RequestFacts};
use lanyard_directory::Account;
use lanyard_policy::ResourceLayer;

use crate::error::Refusal;
use crate::services::Services;
use crate::subject::{Ask, Subject};

/// Who calls, and under which circumstances.
pub(crate) struct Call<'a> {
    pub(crate) services: &'a Services,
    pub(crate) caller: &'a Caller,
    pub(crate) request_id: &'a str,
    pub(crate) facts: RequestFacts<'a>,
}

impl<'a> Call<'a> {
    pub(crate) fn new(
        services: &'a Services,
        caller: &'a Caller,
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
        Call {
            services,
            caller,
            request_id,
            facts,
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
            context: &ask.keys,
            // There are no devices for a second factor yet.
            shows_mfa: false,
            resource_policy: ask.trust.as_ref().map(|trust| ResourceLayer {
                attached: trust,
                must_participate: true,
                trust: true,
            }),
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
        let message = verdict.message();
        self.services
            .decisions
            .record(self.request_id, verdict.into_evidence());
        Err(Refusal::access_denied(message))
    }
}
