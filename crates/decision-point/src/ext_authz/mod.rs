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

mod circumstances;
mod grpc;
mod messages;
mod no;
mod original;
mod pattern;
mod route;
mod signature;
mod token;

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, WWW_AUTHENTICATE};
use http::request::Parts as RequestParts;
use http::{HeaderName, HeaderValue, Request, Response, StatusCode};
use http_body::Body;
use jiff::Timestamp;
use lanyard_access::{BearerPurpose, Caller, Peer, RequestFacts, RequestId, Subject};
use lanyard_federation::oidc::OidcVerifier;

use circumstances::Circumstances;
pub use grpc::GrpcBody;
use grpc::Status;
use messages::{
    AttributeContext, CheckRequest, CheckResponse, DeniedHttpResponse, HeaderValueOption, HttpStatus,
    OkHttpResponse, RpcStatus, Struct,
};
use no::No;
use original::Original;
use pattern::{Of, PatternError, fill, parts};
use route::{Route, missing};

use crate::answer::Decided;
use crate::batch::{Batch, Inquiry};
use crate::body::{BodyBudget, receive};
use crate::enforcement_point::EnforcementPoint;
use crate::identify::{REGION, SERVICE, bearer_key, gone, only};
use crate::permission::Wish;
use crate::person::Person;
use crate::point::{DecisionPoint, DecisionPointServices};
use crate::question::{check_action, check_resource};
use crate::record;
use crate::refusal::{Code, Refusal};

/// What the paths of this service begin with.
const SERVICE_PATH: &str = "/envoy.service.auth.v3.Authorization/";
/// The one call.
const CHECK: &str = "/envoy.service.auth.v3.Authorization/Check";

const PRINCIPAL: &str = "x-lanyard-principal";
const DECISION_ID: &str = "x-lanyard-decision-id";
/// What the names of our headers begin with, which applications may believe.
const OURS: &str = "x-lanyard-";

/// What Envoy can vouch for.
const TRUSTED: [&str; 4] = ["source-ip", "secure-transport", "principal", "jwt"];
/// The filter that verifies tokens before this one is asked.
const JWT_FILTER: &str = "envoy.filters.http.jwt_authn";

/// How the parts of a query begin by which a client has signed it.
const SIGNED_QUERY: [&str; 7] = [
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Date",
    "X-Amz-Expires",
    "X-Amz-Security-Token",
    "X-Amz-Signature",
    "X-Amz-SignedHeaders",
];

/// The header that carries the request id.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");

impl DecisionPoint {
    /// Whether a request is a call of Envoy's service. No bucket has such a name.
    pub fn is_for_envoy(&self, parts: &RequestParts) -> bool {
        parts.uri.path().starts_with(SERVICE_PATH)
    }

    /// Whether a request is a call by gRPC: of Envoy's service, or of one that is not here.
    pub fn is_call(&self, parts: &RequestParts) -> bool {
        self.is_for_envoy(parts) || grpc::is_call(parts)
    }

    /// Answers one call by gRPC. Never fails: every refusal is an answer.
    pub async fn call<B>(&self, request: Request<B>, peer: Peer) -> Response<GrpcBody>
    where
        B: Body<Data = Bytes> + Unpin,
    {
        let id = RequestId::new();
        let (parts, body) = request.into_parts();
        let call = Call {
            services: &self.services,
            oidc: self.oidc.as_deref(),
            peer,
            id: &id,
            now: Timestamp::now(),
        };
        let mut response = call.answer(&parts, body, &self.bodies).await;
        if let Ok(id) = HeaderValue::from_str(id.as_str()) {
            response.headers_mut().insert(REQUEST_ID, id);
        }
        response
    }
}

/// One call.
struct Call<'a> {
    services: &'a DecisionPointServices,
    oidc: Option<&'a OidcVerifier>,
    peer: Peer,
    id: &'a RequestId,
    now: Timestamp,
}

/// A request may pass.
struct Yes {
    principal: String,
    decision: RequestId,
}

/// Somebody, the name that the application is told, and the region that they signed for.
struct Found {
    person: Person,
    shown: String,
    region: Option<String>,
}

impl Call<'_> {
    async fn answer<B>(&self, parts: &RequestParts, body: B, bodies: &BodyBudget) -> Response<GrpcBody>
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
        let body = receive(body, grpc::BODY_BYTES_MAX, bodies)
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
        // What policies say about who may ask is about Envoy's own request.
        let facts = RequestFacts {
            source_ip: Some(self.peer.ip),
            is_secure: self.peer.is_secure,
            now: self.now,
            region: "",
            user_agent: None,
            referer: None,
        };
        let mut batch = Batch::new(services, &point.caller, facts, self.id.as_str());
        let service = action.split_once(':').map_or(&*action, |(service, _)| service);
        let asked = Asked {
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
        } = self.find(&asked, service, &mut batch).await?;
        let keys = known.keys(&original, &route, region.as_deref());
        let inquiry = Inquiry {
            action: &action,
            resource: &resource,
            stated: None,
            explain: false,
            encoded_message: false,
        };
        match batch.decide_about(&person, &inquiry, keys.into_iter()).await {
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
                let (wish, id) = (Wish::Authorize.action(), self.id.as_str());
                let recording = record::refused(&services.trail, &point.caller, &facts, id, wish, refusal);
                Err(recording.await.into())
            }
        }
    }

    /// Who wants something.
    async fn find(&self, asked: &Asked<'_>, service: &str, batch: &mut Batch<'_>) -> Result<Found, No> {
        let Asked { route, original, .. } = *asked;
        if let (Some(pattern), Some(template)) = (route.peer, route.principal) {
            return self.peer(asked, (pattern, template), batch).await;
        }
        let authenticator = &self.services.authenticator;
        let value = only(&original.headers, &AUTHORIZATION)?;
        let caller = match value.and_then(bearer_key) {
            Some(token) if is_token(token) => return self.bearer(asked, token::Word::Token(token)).await,
            Some(key) => {
                let proving = authenticator.bearer(key, BearerPurpose::Be, SERVICE, REGION, self.now);
                (proving.await.map_err(No::unproven)?.0, None)
            }
            None => {
                let is_bare = value.is_none() && !signature::is_signed(original);
                if is_bare && let Some(claims) = asked.claims()? {
                    return self.bearer(asked, token::Word::Claims(claims)).await;
                }
                let unverified = route.takes_unverified_bodies;
                let signing = signature::signer(authenticator, original, service, unverified, self.now);
                let signer = signing.await?;
                (signer.caller, Some(signer.region))
            }
        };
        self.proven(caller, batch).await
    }

    async fn proven(
        &self,
        (caller, region): (Caller, Option<String>),
        batch: &mut Batch<'_>,
    ) -> Result<Found, No> {
        let account = batch.snapshots.account(caller.account).await?.ok_or_else(gone)?;
        let subject = Subject::of_caller(&caller, &account, self.now).ok_or_else(gone)?;
        Ok(Found {
            person: Person::found(subject, None),
            shown: caller.arn.to_string(),
            region,
        })
    }

    /// The bearer of a token.
    async fn bearer(&self, asked: &Asked<'_>, word: token::Word<'_>) -> Result<Found, No> {
        let (Some(role), Some(oidc)) = (asked.route.role, self.oidc) else {
            return Err(No::Unauthenticated("This route takes no tokens.".to_owned()));
        };
        let text = |name| {
            let value = asked.original.headers.get(name);
            value.and_then(|value| value.to_str().ok())
        };
        let facts = RequestFacts {
            source_ip: asked.known.source_ip,
            // Fails closed: a trust policy can insist on TLS.
            is_secure: asked.known.is_secure.unwrap_or(false),
            now: self.now,
            region: "",
            user_agent: text(http::header::USER_AGENT),
            referer: text(http::header::REFERER),
        };
        let (person, shown) = token::bearer(self.services, oidc, role, word, &facts).await?;
        Ok(Found {
            person,
            shown,
            region: None,
        })
    }

    /// Whoever showed Envoy a certificate.
    async fn peer(
        &self,
        asked: &Asked<'_>,
        (pattern, template): (&str, &str),
        batch: &mut Batch<'_>,
    ) -> Result<Found, No> {
        if !asked.point.trusts("principal") {
            return Err(Refusal::validation(
                "lanyard-peer is only heard with trust=principal behind the bearer key.",
            )
            .into());
        }
        let unknown = |text: &str| No::Unauthenticated(text.to_owned());
        let peer = asked
            .known
            .peer
            .ok_or_else(|| unknown("The client has shown no certificate."))?;
        let parts = parts(pattern, peer, Of::Peer).map_err(|error| bad_route("lanyard-peer", &error))?;
        let parts = parts.ok_or_else(|| unknown("The client's certificate is for somebody else."))?;
        let arn = fill(template, &parts).map_err(|error| bad_route("lanyard-principal", &error))?;
        let person = Person::of_arn(&arn, self.now, &mut batch.snapshots).await?;
        Ok(Found {
            person,
            shown: arn,
            region: None,
        })
    }
}

/// A request, and what is said about it.
struct Asked<'a> {
    point: &'a EnforcementPoint<'a>,
    attributes: &'a AttributeContext,
    route: &'a Route<'a>,
    original: &'a Original<'a>,
    known: &'a Circumstances<'a>,
}

impl Asked<'_> {
    /// The claims of a token that Envoy has verified, if it vouches for that.
    fn claims(&self) -> Result<Option<serde_json::Map<String, serde_json::Value>>, Refusal> {
        let metadata = self.attributes.metadata_context.as_ref();
        let verified = metadata.and_then(|metadata| metadata.filter_metadata.get(JWT_FILTER));
        match verified.filter(|_| self.point.trusts("jwt") && self.route.role.is_some()) {
            Some(verified) => token::claims(verified),
            None => Ok(None),
        }
    }
}

/// Whether a bearer's word is a token of an identity provider: three parts, where a bearer key has two.
fn is_token(word: &str) -> bool {
    word.split('.').count() == 3
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

fn bad_route(name: &str, error: &PatternError) -> Refusal {
    Refusal::validation(format!("The route's {name} cannot be used: {error}."))
}

/// A call without an answer.
fn unanswered(refusal: Refusal, code: grpc::Code) -> Status {
    let code = match refusal.code {
        Code::ServiceUnavailable => grpc::Code::Unavailable,
        _ => code,
    };
    Status::new(code, refusal.message)
}

/// Lets a request pass: with headers that applications can believe, and without those that a client could have made up.
fn allowed(yes: &Yes, attributes: &AttributeContext) -> CheckResponse {
    let http = attributes
        .request
        .as_ref()
        .and_then(|request| request.http.as_ref());
    let names = http.into_iter().flat_map(|http| {
        let listed = http.header_map.iter().flat_map(|map| &map.headers);
        (http.headers.keys()).chain(listed.map(|header| &header.key))
    });
    // To many applications an underscore is a dash.
    let is_made_up = |name: &&String| {
        let is_ours = name.replace('_', "-").to_ascii_lowercase().starts_with(OURS);
        is_ours && ![PRINCIPAL, DECISION_ID].contains(&name.as_str())
    };
    let mut headers_to_remove: Vec<String> = names.filter(is_made_up).cloned().collect();
    let mut query_parameters_to_remove = Vec::new();
    let forwards = Route::read(&attributes.context_extensions).is_ok_and(|route| route.forwards_credentials);
    if !forwards {
        headers_to_remove.extend(["authorization", "x-amz-security-token"].map(str::to_owned));
        let query = http
            .and_then(|http| http.path.split_once('?'))
            .map_or("", |(_, query)| query);
        if query.contains("X-Amz-") {
            query_parameters_to_remove.extend(SIGNED_QUERY.map(str::to_owned));
        }
    }
    let decision = yes.decision.as_str();
    CheckResponse {
        status: Some(RpcStatus::default()),
        ok: Some(OkHttpResponse {
            headers: vec![
                HeaderValueOption::overwriting(PRINCIPAL, yes.principal.as_str()),
                HeaderValueOption::overwriting(DECISION_ID, decision),
            ],
            headers_to_remove,
            query_parameters_to_remove,
        }),
        denied: None,
        dynamic_metadata: Some(Struct::of_texts([
            ("principal", yes.principal.as_str()),
            ("decision_id", decision),
        ])),
    }
}

/// Refuses a request, and tells its client why.
fn denied(status: StatusCode, reason: &str, decision: Option<&RequestId>) -> CheckResponse {
    let mut headers = vec![
        HeaderValueOption::overwriting(CONTENT_TYPE.as_str(), "text/plain; charset=utf-8"),
        HeaderValueOption::overwriting("cache-control", "no-store"),
    ];
    let is_unproven = status == StatusCode::UNAUTHORIZED;
    if is_unproven {
        headers.push(HeaderValueOption::overwriting(
            WWW_AUTHENTICATE.as_str(),
            "Bearer",
        ));
    }
    if let Some(decision) = decision {
        headers.push(HeaderValueOption::overwriting(DECISION_ID, decision.as_str()));
    }
    let code = if is_unproven {
        grpc::Code::Unauthenticated
    } else {
        grpc::Code::PermissionDenied
    };
    CheckResponse {
        status: Some(RpcStatus {
            code: code as i32,
            message: reason.to_owned(),
        }),
        denied: Some(DeniedHttpResponse {
            status: Some(HttpStatus {
                code: i32::from(status.as_u16()),
            }),
            headers,
            body: format!("{reason}\n"),
        }),
        ok: None,
        dynamic_metadata: decision.map(|decision| Struct::of_texts([("decision_id", decision.as_str())])),
    }
}
