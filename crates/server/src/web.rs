//! The main listener: health for whoever asks, pages for people who sign in, the API for whoever signs for it, and what
//! stands behind the gateway.
//!
//! Who answers is read off the request and nothing else: the service in the scope of its signature; without a
//! signature, its path and host. Whoever gets it finds out whether what it says is true.

use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use ipnet::IpNet;

use lanyard_access::Peer;
use lanyard_gateway::{
    is_answered_here, knows_service, refuse_unconfigured, refuse_unconfigured_service, service_of_target,
};
use lanyard_operations::RefusedWith;

use crate::answer_body::AnswerBody;
use crate::fronts::Fronts;
use crate::linger::RequestBody;
use crate::listener::{Answer, Connected};
use crate::metrics;
use crate::node::Node;
use crate::peer::{Origin, origin};
use crate::scope::claimed_service;
use crate::traffic::Traffic;

/// How long `/readyz` waits for the store's word.
const READY_WITHIN: Duration = Duration::from_secs(2);

/// What the paths of questions to the decision point begin with.
const QUESTIONS: &str = "/authorize";

/// Answers the main listener.
pub(crate) struct Web {
    node: Arc<Node>,
    fronts: Fronts,
    trusted_proxies: Vec<IpNet>,
    stopping: AtomicBool,
    /// The meters of the gateway, if anybody reads the metrics.
    traffic: Option<Arc<Traffic>>,
}

/// For which service a request is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Signed {
    /// For none, or not so that it could be read.
    No,
    /// For the store.
    Store,
    /// For the decision point.
    DecisionPoint,
    /// For a service that may stand behind.
    Service,
    /// For the API, or for what is no service at all; the API says so.
    Api,
}

impl Signed {
    /// What a name in signatures stands for.
    fn of(name: &str) -> Self {
        match name {
            "s3" => Self::Store,
            "lanyard" => Self::DecisionPoint,
            // Compared first: most requests are for the API, and need not be looked up.
            _ if is_answered_here(name) || !knows_service(name) => Self::Api,
            _ => Self::Service,
        }
    }
}

impl Web {
    /// The main listener's answers. `measured` says whether anybody reads the metrics.
    pub(crate) fn new(node: Arc<Node>, fronts: Fronts, trusted_proxies: Vec<IpNet>, measured: bool) -> Self {
        Self {
            node,
            fronts,
            trusted_proxies,
            stopping: AtomicBool::new(false),
            traffic: measured.then(Traffic::new),
        }
    }

    /// From now on `/readyz` says no, so that load balancers look elsewhere.
    pub(crate) fn stopping(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    async fn route(&self, request: Request<RequestBody>, origin: Origin) -> Response<AnswerBody> {
        let claimed = claimed_service(request.headers(), request.uri());
        let signed = claimed.as_deref().map_or(Signed::No, Signed::of);
        let service = claimed.filter(|_| signed == Signed::Service).map(Cow::into_owned);
        // Whatever a client is signed for, nginx may ask about it.
        let may_be_question = request.uri().path().starts_with(QUESTIONS);
        if signed == Signed::Api && !may_be_question {
            return self.api(request, origin).await;
        }
        // Boxed: what only passes through must not make the API's own requests any heavier.
        Box::pin(self.elsewhere(request, origin, signed, service)).await
    }

    /// Everything that is not signed for the API: clients of the store and of other services, questions, health checks, anonymous readers of
    /// public buckets.
    async fn elsewhere(
        &self,
        request: Request<RequestBody>,
        origin: Origin,
        signed: Signed,
        service: Option<String>,
    ) -> Response<AnswerBody> {
        let (parts, body) = request.into_parts();
        let Fronts {
            gateway,
            decision_point,
            sessions,
            ..
        } = &self.fronts;
        let is_bucket = self.fronts.is_bucket_host(&parts.headers) && !decision_point.is_from_nginx(&parts);
        let is_bare = !parts.headers.contains_key(header::AUTHORIZATION) && parts.uri.query().is_none();
        if is_bare && !is_bucket && matches!(parts.method, Method::GET | Method::HEAD) {
            match parts.uri.path() {
                "/healthz" => return plain(StatusCode::OK, "ok\n"),
                "/readyz" => return self.readiness().await,
                _ => {}
            }
        }
        let is_presigned = signed == Signed::Store && !parts.headers.contains_key(header::AUTHORIZATION);
        let is_signed_for_behind = matches!(signed, Signed::Store | Signed::Service);
        let is_sign_in = !is_bucket && !is_signed_for_behind && sessions.is_for(&parts);
        let is_question = !is_bucket && !is_presigned && decision_point.is_for(&parts);
        let is_anonymous =
            signed == Signed::No && gateway.as_ref().is_some_and(|gateway| gateway.is_for(&parts));
        let is_grpc =
            decision_point.is_for_envoy(&parts) || (!is_anonymous && decision_point.is_call(&parts));
        let is_call = !is_bucket && signed == Signed::No && is_grpc;
        // It is refused, but in a form that its client can read.
        let is_unsigned = signed == Signed::No && !is_bucket;
        let targeted = service_of_target(&parts.headers).filter(|_| is_unsigned);
        let request = Request::from_parts(parts, body);
        if is_call {
            let answer = decision_point.call(request, peer(origin)).await;
            answer.map(AnswerBody::from)
        } else if is_sign_in {
            sessions.handle(request, peer(origin)).await.map(AnswerBody::from)
        } else if is_question || signed == Signed::DecisionPoint {
            let answer = decision_point.handle(request, peer(origin)).await;
            answer.map(AnswerBody::from)
        } else if let Some(service) = service {
            self.service(&service, request, origin).await
        } else if let Some(service) = targeted {
            self.service(service, request, origin).await
        } else if is_anonymous || signed == Signed::Store {
            self.store(request, origin).await
        } else {
            self.api(request, origin).await
        }
    }

    async fn api(&self, request: Request<RequestBody>, origin: Origin) -> Response<AnswerBody> {
        self.node
            .answer(request, peer(origin))
            .await
            .map(AnswerBody::from)
    }

    async fn store(&self, request: Request<RequestBody>, origin: Origin) -> Response<AnswerBody> {
        let Some(gateway) = &self.fronts.gateway else {
            let (parts, _unread) = request.into_parts();
            return refuse_unconfigured(&parts).map(AnswerBody::from);
        };
        let Some(traffic) = &self.traffic else {
            return gateway.handle(request, peer(origin)).await.map(AnswerBody::from);
        };
        let passage = Some(traffic.begin());
        let method = request.method().clone();
        let request = request.map(|body| body.counted(passage.clone()));
        let response = gateway.handle(request, peer(origin)).await;
        metrics::count_passage(&method, &response);
        response.map(|body| AnswerBody::from(body).counted(passage))
    }

    /// A request for a service that is none of Lanyard's own.
    async fn service(
        &self,
        name: &str,
        request: Request<RequestBody>,
        origin: Origin,
    ) -> Response<AnswerBody> {
        let gateway = self
            .fronts
            .gateway
            .as_ref()
            .filter(|gateway| gateway.serves(name));
        let Some(gateway) = gateway else {
            let (parts, _unread) = request.into_parts();
            return refuse_unconfigured_service(name, &parts).map(AnswerBody::from);
        };
        let Some(traffic) = &self.traffic else {
            let answer = gateway.handle_service(name, request, peer(origin)).await;
            return answer.map(AnswerBody::from);
        };
        let passage = Some(traffic.begin());
        let method = request.method().clone();
        let request = request.map(|body| body.counted(passage.clone()));
        let response = gateway.handle_service(name, request, peer(origin)).await;
        metrics::count_passage(&method, &response);
        response.map(|body| AnswerBody::from(body).counted(passage))
    }

    async fn readiness(&self) -> Response<AnswerBody> {
        if self.stopping.load(Ordering::Relaxed) {
            return plain(StatusCode::SERVICE_UNAVAILABLE, "stopping\n");
        }
        match tokio::time::timeout(READY_WITHIN, self.node.ready()).await {
            Ok(Ok(())) => plain(StatusCode::OK, "ready\n"),
            // What exactly is wrong is for the log, not for strangers.
            Ok(Err(error)) => {
                tracing::warn!(%error, "not ready: the store refuses writes");
                plain(StatusCode::SERVICE_UNAVAILABLE, "the store is not ready\n")
            }
            Err(_) => plain(StatusCode::SERVICE_UNAVAILABLE, "the store does not answer\n"),
        }
    }
}

impl Answer for Web {
    async fn answer(&self, request: Request<RequestBody>, connected: Connected) -> Response<AnswerBody> {
        let origin = origin(connected, request.headers(), &self.trusted_proxies);
        let logged = tracing::enabled!(tracing::Level::DEBUG);
        let measured = self.traffic.is_some();
        if !logged && !measured {
            return self.route(request, origin).await;
        }
        let started = Instant::now();
        let line = logged.then(|| Line::of(&request, origin.ip));
        let response = self.route(request, origin).await;
        let elapsed = started.elapsed();
        if measured {
            let class = metrics::status_class(response.status());
            ::metrics::counter!(metrics::REQUESTS, "status" => class).increment(1);
            if let Some(RefusedWith(code)) = response.extensions().get() {
                metrics::count_refusal(code);
            }
            ::metrics::histogram!(metrics::REQUEST_SECONDS).record(elapsed.as_secs_f64());
        }
        if let Some(line) = line {
            line.log(&response, elapsed);
        }
        response
    }
}

/// What a request's log line says: never the query, which can carry a signature or a token.
struct Line {
    method: Method,
    path: String,
    ip: IpAddr,
}

impl Line {
    fn of(request: &Request<RequestBody>, ip: IpAddr) -> Self {
        Self {
            method: request.method().clone(),
            path: request.uri().path().to_owned(),
            ip,
        }
    }

    fn log(&self, response: &Response<AnswerBody>, elapsed: Duration) {
        let id = response
            .headers()
            .get("x-amzn-requestid")
            .or_else(|| response.headers().get("x-amz-request-id"))
            .and_then(|id| id.to_str().ok())
            .unwrap_or_default();
        tracing::debug!(
            method = %self.method,
            path = %self.path,
            peer = %self.ip,
            status = response.status().as_u16(),
            request_id = id,
            microseconds = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX),
            "request"
        );
    }
}

fn peer(origin: Origin) -> Peer {
    Peer {
        ip: origin.ip,
        is_secure: origin.tls,
        tls_version: origin.tls_version,
    }
}

fn plain(status: StatusCode, text: &'static str) -> Response<AnswerBody> {
    let mut response = Response::new(AnswerBody::whole(text));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
