//! The life of one request, from its head to its answer.
//!
//! Invariant: nothing is answered before it is decided, and nothing of a stranger is buffered: whoever has no living
//! key is refused from the head alone.

mod respond;

use std::sync::Arc;

use bytes::Bytes;
use http::request::Parts;
use http::{Method, Request, Response};
use http_body::Body;
use http_body_util::Full;
use jiff::Timestamp;
use lanyard_access::{AuthenticationError, Caller, Peer, RequestId};
use lanyard_aws_api::Service;
use lanyard_aws_api::query::{self, Form, parse_form};
use lanyard_sigv4::{AuthError, Head, ServiceRules, SignedRequest};

use crate::body::{self, BodyError, ReceivedBody};
use crate::dispatch;
use crate::error::Refusal;
use crate::handling::Call;
use crate::services::Services;
use respond::Answer;
pub use respond::Outcome;

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
        let signed = match SignedRequest::parse(&head) {
            Ok(Some(signed)) => signed,
            Ok(None) => return Answer::unauthenticated(Service::Iam, AuthError::Missing.into()),
            Err(refused) => return Answer::unauthenticated(Service::Iam, refused.into()),
        };
        let Some(service) = Service::from_name(signed.service()) else {
            // Nobody else answers here: the scope is that of another service, and the complaint says so.
            let complaint = signed.check_scope(|_| true, Service::Iam.name());
            let refused = complaint.err().unwrap_or(AuthError::SignatureDoesNotMatch);
            return Answer::unauthenticated(Service::Iam, refused.into());
        };
        let region = signed.region().to_owned();
        let now = self.services.now();
        let (caller, body) = match self.authenticate(&head, signed, service, body, now).await {
            Ok(proven) => proven,
            Err(answer) => return answer,
        };
        let encoded = if parts.method == Method::GET || body.bytes.is_empty() {
            parts.uri.query().unwrap_or_default().as_bytes()
        } else {
            &body.bytes
        };
        let form = match parse_form(encoded) {
            Ok(form) => form,
            Err(unreadable) => return Answer::refused(service, &Refusal::from(unreadable)),
        };
        let call = Call::new(&self.services, &caller, request_id, &region, now, peer, parts);
        self.run(&call, service, &form).await
    }

    /// Who is calling, proven; the body is read on the way, for keys that exist.
    async fn authenticate<B>(
        &self,
        head: &Head<'_>,
        signed: SignedRequest<'_>,
        service: Service,
        body: B,
        now: Timestamp,
    ) -> Result<(Caller, ReceivedBody), Answer>
    where
        B: Body<Data = Bytes> + Unpin,
    {
        let rules = ServiceRules::iam();
        let refuse = |error: AuthenticationError| Answer::unauthenticated(service, error);
        let identify = self
            .services
            .authenticator
            .identify(head, signed, service.name(), &rules, now);
        let identified = identify.await.map_err(refuse)?;
        let body = body::receive(body, &self.services.bodies)
            .await
            .map_err(|error| match error {
                BodyError::TooLarge => Answer::too_large(),
                BodyError::TooSlow | BodyError::Broken => Answer::incomplete(),
                BodyError::NoRoom => Answer::refused(service, &Refusal::no_room()),
            })?;
        let caller = identified.verify(head, &body.sha256).map_err(refuse)?;
        Ok((caller, body))
    }

    async fn run(&self, call: &Call<'_>, service: Service, form: &Form<'_>) -> Answer {
        let operation = match query::operation(service, form) {
            Ok(operation) => operation,
            Err(unknown) => return Answer::unknown_action(&unknown),
        };
        let Some(handler) = dispatch::handler(operation) else {
            return Answer::refused(service, &Refusal::not_implemented(operation));
        };
        match handler.answer(call, form).await {
            Ok(xml) => Answer::Output(xml),
            Err(refusal) => Answer::refused(service, &refusal),
        }
    }
}
