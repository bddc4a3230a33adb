//! The life of one request, from its head to its answer.
//!
//! Invariant: nothing is answered before it is decided, and whoever has no living key is refused from the head alone;
//! except for what can be a login by somebody else's word, of which a small form is read ([`unsigned`]).

mod respond;
mod unsigned;

use std::sync::Arc;

use bytes::Bytes;
use http::request::Parts;
use http::{Method, Request, Response};
use http_body::Body;
use http_body_util::Full;
use lanyard_access::{Caller, Peer, RequestId};
use lanyard_aws_api::Service;
use lanyard_aws_api::query::{self, Form, parse_form};
use lanyard_sigv4::{AuthError, Head, ServiceRules, SignedRequest};

use crate::body::{self, BodyError};
use crate::dispatch;
use crate::error::Refusal;
use crate::handling::{Answering, Arrival};
use crate::services::Services;
use respond::Answer;
pub use respond::RefusedWith;
use unsigned::Unsigned;

/// Answers requests of the API.
pub struct Pipeline {
    services: Services,
}

impl Pipeline {
    /// A pipeline over these services.
    pub fn new(services: Services) -> Arc<Self> {
        Arc::new(Pipeline { services })
    }

    /// The services it works with.
    pub fn services(&self) -> &Services {
        &self.services
    }

    /// Answers one request. Never fails: every refusal is an answer.
    pub async fn handle<B>(&self, request: Request<B>, peer: Peer) -> Response<Full<Bytes>>
    where
        B: Body<Data = Bytes> + Unpin,
    {
        let id = RequestId::new();
        let request_id = id.as_str();
        let (parts, body) = request.into_parts();
        let answer = self.answer(&parts, body, peer, request_id).await;
        answer.into_response(request_id)
    }

    async fn answer<B>(&self, parts: &Parts, body: B, peer: Peer, request_id: &str) -> Answer
    where
        B: Body<Data = Bytes> + Unpin,
    {
        let head = Head {
            method: &parts.method,
            path: parts.uri.path(),
            query: parts.uri.query(),
            headers: &parts.headers,
        };
        let unsigned = |service| Unsigned {
            services: &self.services,
            parts,
            peer,
            request_id,
            service,
        };
        let signed = match SignedRequest::parse(&head) {
            Ok(Some(signed)) => signed,
            unreadable => {
                let refused = unreadable.err().unwrap_or(AuthError::Missing).into();
                return Box::pin(unsigned(Service::Iam).answer(body, refused)).await;
            }
        };
        let Some(service) = Service::from_name(signed.service()) else {
            // Nobody else answers here: the scope is that of another service, and the complaint says so.
            let complaint = signed.check_scope(|_| true, Service::Iam.name());
            let refused = complaint.err().unwrap_or(AuthError::SignatureDoesNotMatch);
            return Answer::unauthenticated(Service::Iam, refused.into());
        };
        let region = signed.region().to_owned();
        let now = self.services.now();
        let authenticator = &self.services.authenticator;
        let rules = ServiceRules::iam();
        let identify = authenticator.identify(&head, signed, service.name(), &rules, now);
        let identified = match identify.await {
            Ok(identified) => identified,
            // STS is asked without a signature, too, and one that is worth nothing is as good as none.
            Err(refused) if service == Service::Sts => {
                return Box::pin(unsigned(service).answer(body, refused)).await;
            }
            Err(refused) => return Answer::unauthenticated(service, refused),
        };
        let body = match body::receive(body, self.services.bodies.rules()).await {
            Ok(body) => body,
            Err(BodyError::TooLarge) => return Answer::too_large(),
            Err(BodyError::TooSlow | BodyError::Broken) => return Answer::incomplete(),
            Err(BodyError::NoRoom) => return Answer::refused(service, &Refusal::no_room()),
        };
        let encoded = if parts.method == Method::GET || body.bytes.is_empty() {
            parts.uri.query().unwrap_or_default().as_bytes()
        } else {
            &body.bytes
        };
        let caller = match identified.verify(&head, &body.sha256) {
            Ok(caller) => caller,
            Err(refused) if service == Service::Sts => {
                return Box::pin(unsigned(service).unproven(encoded, refused)).await;
            }
            Err(refused) => return Answer::unauthenticated(service, refused),
        };
        let form = match parse_form(encoded) {
            Ok(form) => form,
            Err(unreadable) => return Answer::refused(service, &Refusal::from(unreadable)),
        };
        let arrival = Arrival::new(&self.services, request_id, &region, now, peer, parts);
        self.run(&arrival, &caller, service, &form).await
    }

    async fn run(&self, arrival: &Arrival<'_>, caller: &Caller, service: Service, form: &Form<'_>) -> Answer {
        let operation = match query::operation(service, form) {
            Ok(operation) => operation,
            Err(unknown) => return Answer::unknown_action(&unknown),
        };
        if let Some(login) = dispatch::login(operation) {
            // Whose word it is counts, and not who signed: even the holder of a key is a stranger here.
            return match login.answer(arrival, form).await {
                Ok(xml) => Answer::Output(xml),
                Err(refusal) => Answer::turned_away(service, &refusal),
            };
        }
        // Before it is looked at: what is malformed or denied was tried all the same.
        arrival.note_attempt(caller, operation);
        let Some(handler) = dispatch::handler(operation) else {
            return Answer::refused(service, &Refusal::not_implemented(operation));
        };
        let call = arrival.call(caller);
        let answer = match handler.answer(&call, form) {
            Answering::Now(answer) => answer,
            Answering::Later(answer) => answer.await,
        };
        match answer {
            Ok(xml) => Answer::Output(xml),
            Err(refusal) => Answer::refused(service, &refusal),
        }
    }
}
