//! From a request to its answer.

use std::sync::Arc;

use bytes::Bytes;
use http::header::{ALLOW, CACHE_CONTROL, CONNECTION, CONTENT_TYPE};
use http::request::Parts;
use http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode};
use http_body::Body;
use http_body_util::Full;
use jiff::Timestamp;
use lanyard_access::{Authenticator, DecisionLog, Keyring, Peer, RequestId};
use lanyard_audit::Trail;
use lanyard_directory::Directory;
use lanyard_federation::oidc::OidcVerifier;

use crate::answer::write_refusal;
use crate::authzen::{self, Asked, Route};
use crate::body::BodyBudgets;
use crate::hearing::Hearing;
use crate::identify::{by_signature, facts};
use crate::question::Questions;
use crate::refusal::{Code, Refusal};
use crate::{minio, nginx};

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

/// The largest answer. Only reasons make one larger than its questions.
const ANSWER_BYTES_MAX: usize = 16 << 20;

/// The parts of the server that questions need.
pub struct DecisionPointServices {
    /// The accounts.
    pub directory: Arc<Directory>,
    /// Who is asking.
    pub authenticator: Arc<Authenticator>,
    /// Decisions that can be explained. Enforcement points ask for many, so it is best a log of its own.
    pub decisions: Arc<DecisionLog>,
    /// The trail.
    pub trail: Trail,
    /// What pages of searches are sealed with.
    pub keyring: Arc<Keyring>,
    /// Under which origin clients know the server, such as `https://iam.example.com`.
    pub origin: String,
}

/// Answers questions about who may do what.
pub struct DecisionPoint {
    pub(crate) services: DecisionPointServices,
    pub(crate) bodies: BodyBudgets,
    /// What finds tokens genuine, if anything does.
    pub(crate) oidc: Option<Arc<OidcVerifier>>,
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
        let mut response = self.answer(&parts, body, peer, id, now).await;
        let headers = response.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Ok(id) = HeaderValue::from_str(id.as_str()) {
            headers.insert(REQUEST_ID, id);
        }
        response
    }

    async fn answer<B>(
        &self,
        parts: &Parts,
        body: B,
        peer: Peer,
        id: RequestId,
        now: Timestamp,
    ) -> Response<Full<Bytes>>
    where
        B: Body<Data = Bytes> + Unpin,
    {
        if let Some(route) = Route::of(parts.uri.path()) {
            let (services, bodies) = (&self.services, &self.bodies);
            let asked = Asked {
                services,
                bodies,
                parts,
                peer,
                id,
                now,
            };
            return authzen::answer(asked, route, body).await;
        }
        match (parts.uri.path(), &parts.method) {
            (AUTHORIZE, &Method::POST) => json(self.authorize(parts, body, peer, id, now).await),
            (MINIO, &Method::POST) => {
                json(minio::answer(&self.services, &self.bodies.proven, parts, body, peer, id, now).await)
            }
            (NGINX, &Method::GET | &Method::HEAD) => {
                nginx::answer(&self.services, parts, peer, id, now).await
            }
            (DESCRIPTION, &Method::GET | &Method::HEAD) => described(),
            (AUTHORIZE | MINIO, _) => method_not_allowed("POST"),
            (NGINX | DESCRIPTION, _) => method_not_allowed("GET, HEAD"),
            _ => json(Err(Refusal::new(
                Code::UnknownOperation,
                "There is nothing here.",
            ))),
        }
    }

    async fn authorize<B>(
        &self,
        parts: &Parts,
        body: B,
        peer: Peer,
        id: RequestId,
        now: Timestamp,
    ) -> Result<String, Refusal>
    where
        B: Body<Data = Bytes> + Unpin,
    {
        let services = &self.services;
        let (asker, body) =
            by_signature(&services.authenticator, &self.bodies.unproven, parts, body, now).await?;
        let facts = facts(parts, peer, &asker.region, now);
        let questions = Questions::read(&body.bytes)?;
        let mut hearing = Hearing::new(services, &asker, facts, id.as_str());
        let mut out = String::new();
        let many = match questions {
            Questions::Many(many) => many,
            Questions::One(question) => {
                hearing.decide(&question?).await?.write(&mut out);
                return Ok(out);
            }
        };
        out.reserve(many.len().saturating_mul(128));
        out.push_str("{\"results\":[");
        for (number, question) in many.into_iter().enumerate() {
            if number > 0 {
                out.push(',');
            }
            let decided = match question {
                Ok(_) if out.len() > ANSWER_BYTES_MAX => Err(Refusal::validation(
                    "The answer is too large: ask for fewer reasons at once.",
                )),
                Ok(question) => hearing.decide(&question).await,
                Err(refusal) => Err(refusal),
            };
            match decided {
                Ok(decided) => decided.write(&mut out),
                Err(refusal) => {
                    out.push_str("{\"error\":");
                    write_refusal(&refusal, &mut out);
                    out.push('}');
                }
            }
        }
        out.push_str("]}");
        Ok(out)
    }
}

impl std::fmt::Debug for DecisionPoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DecisionPoint").finish_non_exhaustive()
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
