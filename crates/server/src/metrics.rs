//! Metrics in Prometheus' text format, on a listener of their own, only when asked for.
//!
//! Without a metrics listener no recorder is installed and every measurement is a no-op. Labels come from small
//! fixed sets (never a name, an ARN or an account), so that strangers cannot grow them and nothing leaks.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, header};
use http_body_util::Full;
use hyper::body::Incoming;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

use crate::listener::{Answer, Connected};

/// Requests answered, by class of status.
pub(crate) const REQUESTS: &str = "lanyard_http_requests_total";
/// Time from head to answer.
pub(crate) const REQUEST_SECONDS: &str = "lanyard_http_request_duration_seconds";
/// Connections open now.
pub(crate) const CONNECTIONS: &str = "lanyard_http_connections";

/// Bounds of the duration histogram, in seconds: decisions take microseconds, durable writes milliseconds.
const BUCKETS: [f64; 12] = [
    0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.05, 0.25, 1.0, 5.0,
];

/// Answers `/metrics`.
pub(crate) struct Metrics {
    handle: PrometheusHandle,
}

/// Why measuring cannot begin.
#[derive(Debug, thiserror::Error)]
#[error("cannot start the metrics: {0}")]
pub(crate) struct MetricsError(String);

impl Metrics {
    /// Begins measuring, for the rest of the process.
    pub(crate) fn install() -> Result<Arc<Self>, MetricsError> {
        let recorder = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Full(REQUEST_SECONDS.to_owned()), &BUCKETS)
            .map_err(|error| MetricsError(error.to_string()))?
            .build_recorder();
        let handle = recorder.handle();
        metrics::set_global_recorder(recorder).map_err(|error| MetricsError(error.to_string()))?;
        metrics::describe_counter!(REQUESTS, "Requests answered, by class of status");
        metrics::describe_histogram!(REQUEST_SECONDS, "Seconds from a request's head to its answer");
        metrics::describe_gauge!(CONNECTIONS, "Connections open now");
        metrics::describe_gauge!("lanyard_info", "Always 1; the label names the version");
        metrics::gauge!("lanyard_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
        Ok(Arc::new(Self { handle }))
    }

    /// Lets the recorder fold its samples, so that memory stays bounded between scrapes.
    pub(crate) async fn keep_up(self: Arc<Self>) {
        loop {
            tokio::time::sleep(Duration::from_secs(5)).await;
            self.handle.run_upkeep();
        }
    }
}

impl Answer for Metrics {
    async fn answer(&self, request: Request<Incoming>, _peer: Connected) -> Response<Full<Bytes>> {
        let (status, body) = match (request.method(), request.uri().path()) {
            (&Method::GET, "/metrics") => (StatusCode::OK, self.handle.render()),
            _ => (StatusCode::NOT_FOUND, "metrics are at /metrics\n".to_owned()),
        };
        let mut response = Response::new(Full::new(Bytes::from(body)));
        *response.status_mut() = status;
        let kind = header::HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        response
    }
}

/// The label of a status: its class.
pub(crate) fn status_class(status: StatusCode) -> &'static str {
    match status.as_u16() {
        200..=299 => "2xx",
        300..=399 => "3xx",
        400..=499 => "4xx",
        _ => "5xx",
    }
}
