//! Envoy's external authorization: Envoy asks before it passes a request on, by gRPC, and Lanyard's policies decide.
//!
//! Envoy shows its bearer key in the call's metadata, and says behind it what of its attributes it vouches for. What a
//! request means, its route says ([`route`]), in words that no client can set: action and resource, from parts of the
//! path that were matched to the end ([`pattern`]). Who wants something is known by a signature or bearer key of the
//! client's, by the token of an identity provider ([`token`]), or by the certificate that the client showed Envoy.
//!
//! Invariants:
//! - What is wrong with a route, a request or a client denies the request. Calls end without an answer only if Envoy may
//!   not ask, if the store is away, or if it is no call.
//! - A client's word counts for nothing but what it has proven, and no condition key holds it under a name of AWS that
//!   the listener would know better.
//!
//! Evidence: Envoy's public data plane API and its page on the external authorization filter.

mod call;
mod circumstances;
mod client;
mod grpc;
mod messages;
mod original;
mod pattern;
mod response;
mod route;
mod signature;
mod token;

use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::request::Parts as RequestParts;
use http::{Response, StatusCode};
use http_body::Body;

pub(crate) use call::Call;
use circumstances::Circumstances;
use client::{Found, Held};
pub use grpc::GrpcBody;
use grpc::Status;
use messages::{AttributeContext, CheckRequest, CheckResponse};
use original::Original;
use pattern::{Of, PatternError, fill, parts};
use response::{allowed, denied};
use route::{Route, bad_route, missing};

use crate::batch::Inquiry;
use crate::body::{BodyBudget, receive};
use crate::enforcement_point::EnforcementPoint;
use crate::proxied::{No, Proxy, Yes};
use crate::question::{check_action, check_resource};
use crate::refusal::{Code, Refusal};

/// What the paths of this service begin with.
const SERVICE_PATH: &str = "/envoy.service.auth.v3.Authorization/";
/// The one call.
const CHECK: &str = "/envoy.service.auth.v3.Authorization/Check";

/// What Envoy can vouch for.
const TRUSTED: [&str; 4] = ["source-ip", "secure-transport", "principal", "jwt"];

/// Whether a request is a call of Envoy's service.
pub(crate) fn is_for_envoy(parts: &RequestParts) -> bool {
    parts.uri.path().starts_with(SERVICE_PATH)
}

/// Whether a request is a call by gRPC: of Envoy's service, or of one that is not here.
pub(crate) fn is_call(parts: &RequestParts) -> bool {
    is_for_envoy(parts) || grpc::is_call(parts)
}

impl Call<'_> {
    /// Answers it. Never fails: every refusal is an answer.
    pub(crate) async fn answer<B>(
        &self,
        parts: &RequestParts,
        body: B,
        bodies: &BodyBudget,
    ) -> Response<GrpcBody>
    where
        B: Body<Data = Bytes> + Unpin,
    {
        if let Some(response) = grpc::not_a_call(parts) {
            return response;
        }
        if parts.uri.path() != CHECK {
            let unknown = Status::new(grpc::Code::Unimplemented, "there is no such method");
            return grpc::answer::<CheckResponse>(Err(unknown));
        }
        let time = grpc::check_encoding(&parts.headers).and_then(|()| grpc::time_of(&parts.headers));
        let time = match time {
            Ok(time) => time,
            Err(status) => return grpc::answer::<CheckResponse>(Err(status)),
        };
        let answer = tokio::time::timeout(time, self.check(parts, body, bodies)).await;
        let too_late = || Status::new(grpc::Code::DeadlineExceeded, "the call took too long");
        grpc::answer(answer.unwrap_or_else(|_| Err(too_late())))
    }

    async fn check<B>(
        &self,
        parts: &RequestParts,
        body: B,
        bodies: &BodyBudget,
    ) -> Result<CheckResponse, Status>
    where
        B: Body<Data = Bytes> + Unpin,
    {
        let identifying = EnforcementPoint::identify(
            &self.services.authenticator,
            &parts.headers,
            &AUTHORIZATION,
            self.now,
        );
        let point = identifying
            .await
            .map_err(|refusal| unanswered(refusal, grpc::Code::Unauthenticated))?;
        if let Some(word) = point.unknown_word(&TRUSTED) {
            let text = format!("trust={} means nothing", word.escape_default());
            return Err(Status::new(grpc::Code::InvalidArgument, text));
        }
        let body = receive(body, grpc::BODY_BYTES_MAX, (bodies, point.caller.account))
            .await
            .map_err(|refusal| match refusal.code {
                Code::RequestEntityTooLarge => grpc::too_large(),
                Code::RequestTimeout => Status::new(grpc::Code::DeadlineExceeded, refusal.message),
                _ => unanswered(refusal, grpc::Code::Internal),
            })?;
        let request: CheckRequest = grpc::read(&body.bytes)?;
        let attributes = request.attributes.unwrap_or_default();
        match self.decide(&point, &attributes).await {
            Ok(yes) => Ok(allowed(&yes, &attributes)),
            Err(No::MayNotAsk(reason)) => Err(Status::new(grpc::Code::PermissionDenied, reason)),
            Err(No::Unavailable) => Err(unanswered(Refusal::no_room(), grpc::Code::Unavailable)),
            Err(No::Unauthenticated(reason)) => Ok(denied(StatusCode::UNAUTHORIZED, &reason, None)),
            Err(No::Forbidden { reason, decision }) => {
                Ok(denied(StatusCode::FORBIDDEN, &reason, decision.as_ref()))
            }
        }
    }

    async fn decide(&self, point: &EnforcementPoint<'_>, attributes: &AttributeContext) -> Result<Yes, No> {
        let services = self.services;
        let http = attributes
            .request
            .as_ref()
            .and_then(|request| request.http.as_ref());
        let http = http.ok_or_else(|| Refusal::validation("Envoy does not tell of a request."))?;
        let route = Route::read(&attributes.context_extensions)?;
        let original = Original::read(http)?;
        let (action, resource) = wanted(&route, &original)?;
        let known = Circumstances::read(point, attributes)?;
        let proxy = Proxy::new(services, &point.caller, self.peer, self.id.as_str(), self.now);
        let mut batch = proxy.batch();
        let service = action.split_once(':').map_or(&*action, |(service, _)| service);
        let held = Held {
            point,
            attributes,
            route: &route,
            original: &original,
            known: &known,
        };
        let Found {
            person,
            shown,
            region,
        } = self.find(&held, service, &mut batch).await?;
        let keys = known.keys(&original, &route, region.as_deref());
        let inquiry = Inquiry::new(&action, &resource);
        proxy.decide(&mut batch, (&person, shown), &inquiry, keys).await
    }
}

/// The action and the resource of a request, by what its route says.
fn wanted(route: &Route<'_>, original: &Original<'_>) -> Result<(String, String), Refusal> {
    let mut known = match route.path {
        Some(pattern) => {
            let found = parts(pattern, original.target.path(), Of::Path);
            let found = found.map_err(|error| bad_route("lanyard-path", &error))?;
            found
                .ok_or_else(|| Refusal::validation("The path of the request is none that this route has."))?
        }
        None => pattern::Parts::new(),
    };
    for (name, value) in [("method", original.method.as_str()), ("host", &*original.host)] {
        if known.insert(name, value.into()).is_some() {
            return Err(bad_route("lanyard-path", &PatternError::Twice(name.to_owned())));
        }
    }
    let action = route.action(original.method.as_str())?;
    let action = fill(action, &known).map_err(|error| bad_route("lanyard-action", &error))?;
    let resource = route.resource.ok_or_else(|| missing("lanyard-resource"))?;
    let resource = fill(resource, &known).map_err(|error| bad_route("lanyard-resource", &error))?;
    check_action(&action)?;
    check_resource(&resource)?;
    Ok((action, resource))
}

/// A call without an answer.
fn unanswered(refusal: Refusal, code: grpc::Code) -> Status {
    let code = match refusal.code {
        Code::ServiceUnavailable => grpc::Code::Unavailable,
        _ => code,
    };
    Status::new(code, refusal.message)
}
