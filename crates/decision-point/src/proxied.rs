//! Requests that a proxy holds until it is told whether they may pass: what nginx and Envoy have in common.
//!
//! Whoever wants something proves who they are in the held request, as they would before Lanyard itself. What policies
//! say about who may ask is about the request in which the proxy asks. How each proxy says what a request means, and in
//! which form it is answered, is its own module's.

use jiff::Timestamp;
use lanyard_access::{AuthenticationError, Authenticator, Caller, Identified, Peer, RequestFacts, RequestId};
use lanyard_policy::{ContextValue, Text};
use lanyard_sigv4::{AuthError, Head, PayloadHash, PayloadRule, ServiceRules, SignedRequest};

use crate::answer::Decided;
use crate::batch::{Batch, Inquiry};
use crate::permission::Wish;
use crate::person::Person;
use crate::record;
use crate::refusal::{Code, Refusal};
use crate::services::DecisionPointServices;

/// The longest value of a condition key that is a client's. Browsers cut off an address that they come from there.
pub(crate) const VALUE_BYTES_MAX: usize = 4 << 10;

/// A request may pass.
pub(crate) struct Yes {
    pub(crate) principal: String,
    pub(crate) decision: RequestId,
}

/// Why a request may not pass.
#[derive(Debug)]
pub(crate) enum No {
    /// The client has not proven who it is.
    Unauthenticated(String),
    /// It may not.
    Forbidden {
        reason: String,
        decision: Option<RequestId>,
    },
    /// The proxy may not ask.
    MayNotAsk(String),
    /// It cannot be found out now.
    Unavailable,
}

impl From<Refusal> for No {
    fn from(refusal: Refusal) -> Self {
        match refusal.code {
            Code::ServiceUnavailable => Self::Unavailable,
            Code::AccessDenied => Self::MayNotAsk(refusal.message),
            _ => Self::Forbidden {
                reason: refusal.message,
                decision: None,
            },
        }
    }
}

impl No {
    /// What the client showed proves nothing.
    pub(crate) fn unproven(error: AuthenticationError) -> Self {
        match error {
            AuthenticationError::Unavailable(_) | AuthenticationError::Vault(_) => {
                Refusal::unavailable(error).into()
            }
            error => Self::Unauthenticated(error.message()),
        }
    }
}

/// A proxy, and the request in which it asks.
pub(crate) struct Proxy<'a> {
    services: &'a DecisionPointServices,
    caller: &'a Caller,
    facts: RequestFacts<'a>,
    request_id: &'a str,
}

impl<'a> Proxy<'a> {
    pub(crate) fn new(
        services: &'a DecisionPointServices,
        caller: &'a Caller,
        peer: Peer,
        request_id: &'a str,
        now: Timestamp,
    ) -> Self {
        let facts = RequestFacts {
            source_ip: Some(peer.ip),
            is_secure: peer.is_secure,
            now,
            region: "",
            user_agent: None,
            referer: None,
        };
        Self {
            services,
            caller,
            facts,
            request_id,
        }
    }

    pub(crate) fn batch(&self) -> Batch<'a> {
        Batch::new(self.services, self.caller, self.facts, self.request_id)
    }

    /// Whether the held request may pass. Its client is called `shown`.
    pub(crate) async fn decide(
        &self,
        batch: &mut Batch<'_>,
        (person, shown): (&Person, String),
        inquiry: &Inquiry<'_>,
        keys: Vec<(Text, ContextValue)>,
    ) -> Result<Yes, No> {
        match batch
            .decide_about(person, inquiry, bounded(keys).into_iter())
            .await
        {
            Ok(Decided { reason: None, id, .. }) => Ok(Yes {
                principal: shown,
                decision: id,
            }),
            Ok(Decided {
                reason: Some(reason),
                id,
                ..
            }) => Err(No::Forbidden {
                reason,
                decision: Some(id),
            }),
            Err(refusal) => {
                let (trail, wish) = (&self.services.trail, Wish::Authorize.action());
                let recording =
                    record::refused(trail, self.caller, &self.facts, self.request_id, wish, refusal);
                Err(recording.await.into())
            }
        }
    }
}

/// What a client writes can be as long as it likes, and would be held against every pattern of the policies.
// Fails closed: what is too long is in doubt, and denies where a denial asks for it.
fn bounded(mut keys: Vec<(Text, ContextValue)>) -> Vec<(Text, ContextValue)> {
    for (_, value) in &mut keys {
        if matches!(value, ContextValue::Single(text) if text.as_str().len() > VALUE_BYTES_MAX) {
            *value = ContextValue::Unknown;
        }
    }
    keys
}

/// Who seems to have signed a held request, and for which region. The service in the scope has to be that of the action.
///
/// A hash that the request declares is for others to hold against its body; where it declares none, the signature
/// covers the body itself.
pub(crate) async fn signatory<'a>(
    authenticator: &'a Authenticator,
    head: &Head<'a>,
    service: &str,
    now: Timestamp,
) -> Result<(Identified<'a>, String), No> {
    let signed = SignedRequest::parse(head)
        .and_then(|signed| signed.ok_or(AuthError::Missing))
        .map_err(|error| No::unproven(error.into()))?;
    let region = signed.region().to_owned();
    let payload = match signed.payload() {
        PayloadHash::Undeclared => PayloadRule::Body,
        _ => PayloadRule::Declared,
    };
    let rules = ServiceRules {
        payload,
        ..ServiceRules::generic()
    };
    let identified = authenticator.identify(head, signed, service, &rules, now);
    Ok((identified.await.map_err(No::unproven)?, region))
}
