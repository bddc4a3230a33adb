//! Metrics in Prometheus' text format, on a listener of their own, only when asked for.
//!
//! Without a metrics listener no recorder is installed and every measurement is a no-op. Labels come from small
//! fixed sets (never a name, an ARN or an account), so that strangers cannot grow them and nothing leaks.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;
use std::time::Duration;

use http::{Method, Request, Response, StatusCode, header};
use lanyard_aws_api::ErrorCode;
use lanyard_gateway::Gateway;
use lanyard_gateway::{GatewayOutcome, UpstreamStatus};
use metrics::{Label, counter, describe_counter, describe_gauge, describe_histogram, gauge};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

use crate::answer_body::AnswerBody;
use crate::linger::RequestBody;
use crate::listener::{Answer, Connected};
use crate::node::Node;
use crate::traffic::{GATEWAY_OPEN, GATEWAY_RECEIVED, GATEWAY_SENT};

/// Requests answered, by class of status.
pub(crate) const REQUESTS: &str = "lanyard_http_requests_total";
/// Requests refused, by AWS's error code.
const REFUSALS: &str = "lanyard_api_refusals_total";
/// Requests whose sender could not be authenticated, by AWS's error code. Strangers leave no other mark.
const AUTHENTICATION_FAILURES: &str = "lanyard_authentication_failures_total";
/// Time from head to answer.
pub(crate) const REQUEST_SECONDS: &str = "lanyard_http_request_duration_seconds";
/// Connections open now.
pub(crate) const CONNECTIONS: &str = "lanyard_http_connections";

/// Requests for what stands behind the gateway, by service, by what they do and by class of status.
const GATEWAY_REQUESTS: &str = "lanyard_gateway_requests_total";
/// Of these, the ones whose operation nobody can decide on, by service.
const GATEWAY_UNMAPPED: &str = "lanyard_gateway_unmapped_total";
/// Of all, the refused and failed ones, by service and by its error code.
const GATEWAY_REFUSALS: &str = "lanyard_gateway_refusals_total";

/// Bounds of the duration histogram, in seconds: decisions take microseconds, durable writes milliseconds.
const BUCKETS: [f64; 12] = [
    0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.05, 0.25, 1.0, 5.0,
];

/// Answers `/metrics`.
pub(crate) struct Metrics {
    handle: PrometheusHandle,
    node: Arc<Node>,
    gateway: Option<Arc<Gateway>>,
}

/// Why measuring cannot begin.
#[derive(Debug, thiserror::Error)]
#[error("cannot start the metrics: {0}")]
pub(crate) struct MetricsError(String);

impl Metrics {
    /// Begins measuring, for the rest of the process.
    pub(crate) fn install(node: Arc<Node>, gateway: Option<Arc<Gateway>>) -> Result<Arc<Self>, MetricsError> {
        let recorder = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Full(REQUEST_SECONDS.to_owned()), &BUCKETS)
            .map_err(|error| MetricsError(error.to_string()))?
            .build_recorder();
        let handle = recorder.handle();
        ::metrics::set_global_recorder(recorder).map_err(|error| MetricsError(error.to_string()))?;
        describe();
        Ok(Arc::new(Self {
            handle,
            node,
            gateway,
        }))
    }

    /// What is counted elsewhere is taken over when somebody asks.
    fn render(&self) -> String {
        let trail = self.node.trail.stats();
        counter!("lanyard_trail_records_total").absolute(trail.records);
        counter!("lanyard_trail_syncs_total").absolute(trail.syncs);
        counter!("lanyard_trail_dropped_total").absolute(trail.dropped);
        counter!("lanyard_trail_failures_total").absolute(trail.failures);
        let global = self.node.directory.global();
        gauge!("lanyard_accounts").set(as_f64(global.account_count() as u64));
        gauge!("lanyard_decisions_kept").set(as_f64(self.node.decisions.len() as u64));
        if let Some(gateway) = &self.gateway {
            render_upstreams(gateway);
        }
        if let Some(bytes) = resident_bytes() {
            gauge!("process_resident_memory_bytes").set(as_f64(bytes));
        }
        self.handle.render()
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
    async fn answer(&self, request: Request<RequestBody>, _peer: Connected) -> Response<AnswerBody> {
        let (status, body) = match (request.method(), request.uri().path()) {
            (&Method::GET, "/metrics") => (StatusCode::OK, self.render()),
            _ => (StatusCode::NOT_FOUND, "metrics are at /metrics\n".to_owned()),
        };
        let mut response = Response::new(AnswerBody::whole(body));
        *response.status_mut() = status;
        let kind = header::HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        response
    }
}

/// An upstream is known by the services of its line; its address is nobody's business. Several for the same ones, of
/// which each is for an account, count together.
fn render_upstreams(gateway: &Gateway) {
    let mut lines: BTreeMap<String, UpstreamStatus> = BTreeMap::new();
    for upstream in gateway.upstreams() {
        match lines.entry(upstream.services.clone()) {
            Entry::Vacant(place) => {
                place.insert(upstream);
            }
            Entry::Occupied(mut line) => {
                let line = line.get_mut();
                line.is_up &= upstream.is_up;
                line.requests = line.requests.saturating_add(upstream.requests);
                line.failures = line.failures.saturating_add(upstream.failures);
            }
        }
    }
    for (services, line) in lines {
        let label = [Label::new("service", services)];
        gauge!("lanyard_gateway_upstream_up", label.iter()).set(f64::from(u8::from(line.is_up)));
        counter!("lanyard_gateway_upstream_requests_total", label.iter()).absolute(line.requests);
        counter!("lanyard_gateway_upstream_failures_total", label.iter()).absolute(line.failures);
    }
}

fn describe_gateway() {
    describe_counter!(
        GATEWAY_REQUESTS,
        "Requests for what stands behind, by service, by what they do and by class of status"
    );
    describe_counter!(
        GATEWAY_UNMAPPED,
        "Requests for operations that are refused because nobody can decide on them, by service"
    );
    describe_counter!(
        GATEWAY_REFUSALS,
        "Requests for what stands behind that were refused or failed, by service and by error code"
    );
    describe_counter!(
        GATEWAY_RECEIVED,
        "Bytes of bodies that came from clients of what stands behind"
    );
    describe_counter!(
        GATEWAY_SENT,
        "Bytes of bodies that were sent to clients of what stands behind"
    );
    describe_gauge!(GATEWAY_OPEN, "Requests for what stands behind under way");
    describe_gauge!(
        "lanyard_gateway_upstream_up",
        "Whether the upstream could be reached last"
    );
    describe_counter!(
        "lanyard_gateway_upstream_requests_total",
        "Requests sent to the upstream"
    );
    describe_counter!(
        "lanyard_gateway_upstream_failures_total",
        "Requests that the upstream did not answer"
    );
}

fn describe() {
    describe_gateway();
    describe_counter!(REQUESTS, "Requests answered, by class of status");
    describe_counter!(REFUSALS, "Requests of the API that were refused, by error code");
    describe_counter!(
        AUTHENTICATION_FAILURES,
        "Requests that could not be authenticated, by error code"
    );
    describe_histogram!(REQUEST_SECONDS, "Seconds from a request's head to its answer");
    describe_gauge!(CONNECTIONS, "Connections open now");
    describe_counter!("lanyard_trail_records_total", "Records written to the trail");
    describe_counter!("lanyard_trail_syncs_total", "Syncs of trail files");
    describe_counter!("lanyard_trail_dropped_total", "Reads that were not recorded");
    describe_counter!(
        "lanyard_trail_failures_total",
        "Writes or syncs of the trail that failed"
    );
    describe_gauge!("lanyard_accounts", "Accounts");
    describe_gauge!("lanyard_decisions_kept", "Decisions that can be explained");
    describe_gauge!("process_resident_memory_bytes", "Memory in use");
    describe_gauge!("lanyard_info", "Always 1; the label names the version");
    gauge!("lanyard_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    gauge!(CONNECTIONS).set(0.0);
}

/// The refusals of those who have not proven who they are.
const UNAUTHENTICATED: [ErrorCode; 6] = [
    ErrorCode::EXPIRED_TOKEN,
    ErrorCode::INCOMPLETE_SIGNATURE,
    ErrorCode::INVALID_CLIENT_TOKEN_ID,
    ErrorCode::MISSING_AUTHENTICATION_TOKEN,
    ErrorCode::REQUEST_EXPIRED,
    ErrorCode::SIGNATURE_DOES_NOT_MATCH,
];

/// Counts a refused request.
pub(crate) fn count_refusal(code: &'static str) {
    counter!(REFUSALS, "code" => code).increment(1);
    let unauthenticated = UNAUTHENTICATED.iter().any(|refusal| refusal.code() == code);
    if unauthenticated {
        counter!(AUTHENTICATION_FAILURES, "code" => code).increment(1);
    }
}

/// What a request for what stands behind does, by its method: a label from a small fixed set.
fn passage_class(method: &Method) -> &'static str {
    match *method {
        Method::GET | Method::HEAD => "read",
        Method::PUT | Method::POST => "write",
        Method::DELETE => "delete",
        _ => "other",
    }
}

/// Counts a request that the gateway has answered. Names of services come from the public models alone.
pub(crate) fn count_passage<B>(method: &Method, response: &Response<B>) {
    let Some(outcome) = response.extensions().get::<GatewayOutcome>() else {
        return;
    };
    let (class, status) = (passage_class(method), status_class(response.status()));
    let service = outcome.service;
    counter!(GATEWAY_REQUESTS, "service" => service, "class" => class, "status" => status).increment(1);
    if outcome.is_unmapped {
        counter!(GATEWAY_UNMAPPED, "service" => service).increment(1);
    }
    let Some(code) = outcome.error else { return };
    counter!(GATEWAY_REFUSALS, "service" => service, "code" => code).increment(1);
    if outcome.is_authentication_failure {
        counter!(AUTHENTICATION_FAILURES, "code" => code).increment(1);
    }
}

/// Counts a connection for as long as it is held.
pub(crate) struct CountedConnection(());

impl CountedConnection {
    /// One more.
    pub(crate) fn open() -> Self {
        gauge!(CONNECTIONS).increment(1.0);
        Self(())
    }
}

impl Drop for CountedConnection {
    fn drop(&mut self) {
        gauge!(CONNECTIONS).decrement(1.0);
    }
}

/// Numbers here stay far below 2⁵³, up to which this is exact.
fn as_f64(number: u64) -> f64 {
    number as f64
}

/// The resident set, where the system tells it.
fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim()
        .strip_suffix("kB")?
        .trim()
        .parse::<u64>()
        .ok()
        .map(|kib| kib << 10)
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
