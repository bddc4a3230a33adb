//! From a request to the face that answers it, by its path.

use std::sync::Arc;

use bytes::Bytes;
use http::header::{ALLOW, CACHE_CONTROL, CONNECTION, CONTENT_TYPE};
use http::request::Parts;
use http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode};
use http_body::Body;
use http_body_util::Full;
use jiff::Timestamp;
use lanyard_access::{Peer, RequestId};
use lanyard_federation::oidc::OidcVerifier;

use crate::answer::write_refusal;
use crate::authzen::Route;
use crate::body::BodyBudgets;
use crate::ext_authz::{self, Call, GrpcBody};
use crate::refusal::{Code, Refusal};
use crate::services::{Asked, DecisionPointServices};
use crate::{authorize, authzen, minio, nginx};

/// Questions in JSON.
const AUTHORIZE: &str = "/authorize";
/// MinIO's access management plugin.
const MINIO: &str = "/authorize/minio";
/// nginx's `auth_request`.
const NGINX: &str = "/authorize/nginx";

/// What can be asked here, for programs.
const DESCRIPTION: &str = "/openapi.json";
static OPENAPI: &[u8] = include_bytes!("../../../docs/openapi.json");

/// The header that carries the request id.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");

/// Answers questions about who may do what.
pub struct DecisionPoint {
    services: DecisionPointServices,
    bodies: BodyBudgets,
    /// What finds tokens genuine, if anything does.
    oidc: Option<Arc<OidcVerifier>>,
}

impl DecisionPoint {
    /// A decision point over these services.
    pub fn new(services: DecisionPointServices) -> Self {
        Self {
            services,
            bodies: BodyBudgets::new(),
            oidc: None,
        }
    }

    /// The same, which also hears the tokens of identity providers.
    #[must_use]
    pub fn with_oidc(mut self, oidc: Arc<OidcVerifier>) -> Self {
        self.oidc = Some(oidc);
        self
    }

    /// Whether a request is for the decision point: by its path. A bucket could have the name `authorize`, so requests
    /// that are signed for S3 are not.
    pub fn is_for(&self, parts: &Parts) -> bool {
        let is_signed_for_s3 = || {
            let values = parts.headers.get_all(http::header::AUTHORIZATION).iter();
            values
                .filter_map(|value| value.to_str().ok())
                .any(|value| value.contains("/s3/aws4_request"))
        };
        match parts.uri.path() {
            // The client's own signature may be for any service.
            NGINX => true,
            AUTHORIZE | MINIO | DESCRIPTION => !is_signed_for_s3(),
            path => Route::of(path).is_some() && !is_signed_for_s3(),
        }
    }

    /// Whether nginx asks. Its questions come with the host that its client wrote, which could be that of a bucket: an
    /// object there would answer them.
    pub fn is_from_nginx(&self, parts: &Parts) -> bool {
        parts.uri.path() == NGINX && nginx::is_question(&parts.headers)
    }

    /// Answers one request. Never fails: every refusal is an answer.
    pub async fn handle<B>(&self, request: Request<B>, peer: Peer) -> Response<Full<Bytes>>
    where
        B: Body<Data = Bytes> + Unpin,
    {
        let id = RequestId::new();
        let now = Timestamp::now();
        let (parts, body) = request.into_parts();
        let asked = Asked {
            services: &self.services,
            bodies: &self.bodies,
            parts: &parts,
            peer,
            id,
            now,
        };
        let mut response = answer(asked, body).await;
        let headers = response.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Ok(id) = HeaderValue::from_str(id.as_str()) {
            headers.insert(REQUEST_ID, id);
        }
        response
    }

    /// Whether a request is a call of Envoy's service. No bucket has such a name.
    pub fn is_for_envoy(&self, parts: &Parts) -> bool {
        ext_authz::is_for_envoy(parts)
    }

    /// Whether a request is a call by gRPC: of Envoy's service, or of one that is not here.
    pub fn is_call(&self, parts: &Parts) -> bool {
        ext_authz::is_call(parts)
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
        let mut response = call.answer(&parts, body, &self.bodies.proven).await;
        if let Ok(id) = HeaderValue::from_str(id.as_str()) {
            response.headers_mut().insert(REQUEST_ID, id);
        }
        response
    }
}

impl std::fmt::Debug for DecisionPoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DecisionPoint").finish_non_exhaustive()
    }
}

async fn answer<B>(asked: Asked<'_>, body: B) -> Response<Full<Bytes>>
where
    B: Body<Data = Bytes> + Unpin,
{
    let parts = asked.parts;
    if let Some(route) = Route::of(parts.uri.path()) {
        return authzen::answer(asked, route, body).await;
    }
    match (parts.uri.path(), &parts.method) {
        (AUTHORIZE, &Method::POST) => json(authorize::answer(asked, body).await),
        (MINIO, &Method::POST) => json(minio::answer(asked, body).await),
        (NGINX, &Method::GET | &Method::HEAD) => nginx::answer(asked).await,
        (DESCRIPTION, &Method::GET | &Method::HEAD) => described(),
        (AUTHORIZE | MINIO, _) => method_not_allowed("POST"),
        (NGINX | DESCRIPTION, _) => method_not_allowed("GET, HEAD"),
        _ => json(Err(Refusal::new(
            Code::UnknownOperation,
            "There is nothing here.",
        ))),
    }
}

fn json(answer: Result<String, Refusal>) -> Response<Full<Bytes>> {
    let (status, text) = match &answer {
        Ok(_) => (StatusCode::OK, None),
        Err(refusal) => {
            let mut text = String::new();
            write_refusal(refusal, &mut text);
            (refusal.code.status(), Some(text))
        }
    };
    let body = match (answer, text) {
        (Ok(body), _) => body,
        (Err(_), text) => text.unwrap_or_default(),
    };
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if matches!(
        status,
        StatusCode::PAYLOAD_TOO_LARGE | StatusCode::REQUEST_TIMEOUT
    ) {
        // The body was not read to its end, so the connection is of no more use.
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// The OpenAPI document.
fn described() -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from_static(OPENAPI)));
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response
}

fn method_not_allowed(allowed: &'static str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::new()));
    *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    response
        .headers_mut()
        .insert(ALLOW, HeaderValue::from_static(allowed));
    response
}
