//! The main listener: health for whoever asks, the API for whoever signs.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::Full;
use ipnet::IpNet;

use lanyard_operations::Outcome;

use crate::linger::RequestBody;
use crate::listener::{Answer, Connected};
use crate::metrics;
use crate::node::Node;
use crate::peer::{Origin, origin};

/// How long `/readyz` waits for the store's word.
const READY_WITHIN: Duration = Duration::from_secs(2);

/// Answers the main listener.
pub(crate) struct Web {
    node: Arc<Node>,
    trusted_proxies: Vec<IpNet>,
    stopping: AtomicBool,
    measured: bool,
}

impl Web {
    /// The main listener's answers. `measured` says whether anybody reads the metrics.
    pub(crate) fn new(node: Arc<Node>, trusted_proxies: Vec<IpNet>, measured: bool) -> Self {
        Self {
            node,
            trusted_proxies,
            stopping: AtomicBool::new(false),
            measured,
        }
    }

    /// From now on `/readyz` says no, so that load balancers look elsewhere.
    pub(crate) fn stopping(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    async fn route(&self, request: Request<RequestBody>, origin: Origin) -> Response<Full<Bytes>> {
        // A signed request for such a path is not a health check but an API call.
        let unsigned =
            !request.headers().contains_key(header::AUTHORIZATION) && request.uri().query().is_none();
        if unsigned && matches!(*request.method(), Method::GET | Method::HEAD) {
            match request.uri().path() {
                "/healthz" => return plain(StatusCode::OK, "ok\n"),
                "/readyz" => return self.readiness().await,
                _ => {}
            }
        }
        self.node.answer(request, origin).await
    }

    async fn readiness(&self) -> Response<Full<Bytes>> {
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
    async fn answer(&self, request: Request<RequestBody>, connected: Connected) -> Response<Full<Bytes>> {
        let origin = origin(connected, request.headers(), &self.trusted_proxies);
        let logged = tracing::enabled!(tracing::Level::DEBUG);
        if !logged && !self.measured {
            return self.route(request, origin).await;
        }
        let started = Instant::now();
        let line = logged.then(|| Line::of(&request, origin.ip));
        let response = self.route(request, origin).await;
        let elapsed = started.elapsed();
        if self.measured {
            let class = metrics::status_class(response.status());
            ::metrics::counter!(metrics::REQUESTS, "status" => class).increment(1);
            if let Some(Outcome { error: Some(code) }) = response.extensions().get() {
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

    fn log(&self, response: &Response<Full<Bytes>>, elapsed: Duration) {
        let id = response
            .headers()
            .get("x-amzn-requestid")
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

fn plain(status: StatusCode, text: &'static str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from_static(text.as_bytes())));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
