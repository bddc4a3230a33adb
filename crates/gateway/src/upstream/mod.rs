//! What is behind the gateway: how it is reached, signed for, waited for and given up on.
//!
//! A request for it is made from what was decided on ([`UpstreamRequest::of`]) and from nothing else of the client's.
//! It goes over a pool of HTTP/1.1 connections, signed with the upstream's own credentials.
//!
//! Invariants: every wait is bounded; a request is sent again only if surely no byte of it was sent before; an
//! answer's body is passed on as it comes.
//!
//! Deliberately absent: HTTP/2 to the upstream (S3-compatible stores speak HTTP/1.1, and one connection per stream
//! keeps streams apart), proxies on the way, and more than one address for one upstream.

mod connect;
mod health;
mod outgoing_body;
mod progress;
mod request;
mod response;
mod sign;
mod target;
mod trust;

use std::error::Error as StdError;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::HOST;
use http::uri::Authority;
use http::{HeaderMap, HeaderValue, Response, StatusCode, Uri};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use jiff::Timestamp;

use crate::error::{Code, S3Error};
use crate::settings::{Patience, SettingsError, UpstreamSettings};

use connect::Connector;
use health::Health;
pub(crate) use outgoing_body::OutgoingBody;
pub(crate) use request::UpstreamRequest;
pub(crate) use response::{check_status, drop_headers, read_document};
pub(crate) use sign::SignedFor;
use sign::UpstreamSigner;
pub(crate) use target::target;

/// The region that requests to a store are signed for, if nothing else is said.
const REGION: &str = "us-east-1";
/// How long an idle connection is kept.
const POOL_IDLE: Duration = Duration::from_secs(20);
/// How many idle connections are kept.
const POOL_IDLE_MAX: usize = 128;
/// The most that one connection reads ahead, and so the largest head of an answer. Large objects are read in pieces of
/// up to this size; smaller ones cost more calls of the system for each megabyte.
const READ_BYTES_MAX: usize = 256 << 10;

/// What an upstream has done so far, for metrics.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpstreamStatus {
    /// What it stands for, as it was configured: `s3`, `dynamodb,sqs`, `aws`.
    pub services: String,
    /// Where it is.
    pub origin: String,
    /// Whether it could be reached when it was last tried.
    pub is_up: bool,
    /// Requests sent to it.
    pub requests: u64,
    /// Requests that it did not answer.
    pub failures: u64,
}

/// One upstream.
pub(crate) struct Upstream {
    services: String,
    client: Client<Connector, OutgoingBody>,
    origin: Uri,
    authority: Authority,
    host: HeaderValue,
    signer: Option<UpstreamSigner>,
    patience: Patience,
    health: Health,
    requests: AtomicU64,
    failures: AtomicU64,
}

/// A whole answer of the upstream.
#[derive(Debug)]
pub(crate) struct WholeAnswer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Upstream {
    pub(crate) fn new(settings: &mut UpstreamSettings) -> Result<Self, SettingsError> {
        let refuse = || SettingsError::Url(settings.origin.to_string());
        let authority = settings.origin.authority().cloned().ok_or_else(refuse)?;
        let host = HeaderValue::from_str(authority.as_str()).map_err(|_| refuse())?;
        let tls = if settings.origin.scheme_str() == Some("https") {
            Some(Arc::new(trust::client_config(settings.ca.as_deref())?))
        } else {
            None
        };
        let connector = Connector::new(tls, settings.patience.connect, settings.patience.idle);
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(POOL_IDLE)
            .pool_max_idle_per_host(POOL_IDLE_MAX)
            .http1_max_buf_size(READ_BYTES_MAX)
            // Only what was never sent is sent again: a connection that had closed before its next request.
            .retry_canceled_requests(true)
            .set_host(false)
            .build(connector);
        let region = settings.region.clone();
        let region = region.unwrap_or_else(|| REGION.to_owned());
        Ok(Self {
            services: settings.serves.to_string(),
            client,
            origin: settings.origin.clone(),
            authority,
            host,
            signer: settings
                .credentials
                .take()
                .map(|credentials| UpstreamSigner::new(credentials, region)),
            patience: settings.patience,
            health: Health::new(settings.origin.to_string()),
            requests: AtomicU64::new(0),
            failures: AtomicU64::new(0),
        })
    }

    /// Where it is.
    pub(crate) fn origin(&self) -> &Uri {
        &self.origin
    }

    /// How long a body may stand still.
    pub(crate) fn idle_max(&self) -> Duration {
        self.patience.idle
    }

    pub(crate) fn status(&self) -> UpstreamStatus {
        UpstreamStatus {
            services: self.services.clone(),
            origin: self.origin.to_string(),
            is_up: self.health.is_up(),
            requests: self.requests.load(Ordering::Relaxed),
            failures: self.failures.load(Ordering::Relaxed),
        }
    }

    /// Sends a request and gives the head of its answer; the answer's body is still coming.
    pub(crate) async fn send(
        &self,
        request: UpstreamRequest,
        now: Timestamp,
    ) -> Result<Response<Incoming>, S3Error> {
        self.health.admit()?;
        let within = request.answer_within;
        let request = self.finish(request, now)?;
        self.requests.fetch_add(1, Ordering::Relaxed);
        let (request, progress) = progress::watched(request);
        let answer = self.patience.answer.unwrap_or(within);
        let sending = self.client.request(request);
        tokio::pin!(sending);
        let outcome = tokio::select! {
            outcome = &mut sending => Some(outcome),
            () = progress.stalled(self.patience.idle, answer) => None,
        };
        let failed = match outcome {
            Some(Ok(response)) => {
                self.health.reached();
                return Ok(response);
            }
            Some(Err(error)) => match S3Error::within(&error) {
                // The client's body failed, not the upstream.
                Some(ours) => return Err(ours.clone()),
                None => self.failure(error),
            },
            None => S3Error::with_message(Code::SERVICE_UNAVAILABLE, "The store did not answer in time.")
                .retry_after(1),
        };
        self.failures.fetch_add(1, Ordering::Relaxed);
        Err(failed)
    }

    /// Sends a request and gives its whole answer, of at most so many bytes.
    pub(crate) async fn send_whole(
        &self,
        request: UpstreamRequest,
        bytes_max: usize,
        now: Timestamp,
    ) -> Result<WholeAnswer, S3Error> {
        let response = self.send(request, now).await?;
        let (head, mut body) = response.into_parts();
        let broken = |error: Option<hyper::Error>| {
            let failed = S3Error::new(Code::SERVICE_UNAVAILABLE);
            match error {
                Some(error) => failed.because(error),
                None => failed,
            }
        };
        let mut bytes = BytesMut::new();
        loop {
            let frame = tokio::time::timeout(self.patience.idle, body.frame()).await;
            let Some(frame) = frame.map_err(|_| broken(None))? else {
                break;
            };
            let frame = frame.map_err(|error| broken(Some(error)))?;
            let Some(data) = frame.data_ref() else { continue };
            if bytes.len().saturating_add(data.len()) > bytes_max {
                return Err(S3Error::new(Code::INTERNAL_ERROR).because(AnswerTooLarge));
            }
            bytes.extend_from_slice(data);
        }
        Ok(WholeAnswer {
            status: head.status,
            headers: head.headers,
            body: bytes.freeze(),
        })
    }

    /// Host, target and signature.
    fn finish(
        &self,
        request: UpstreamRequest,
        now: Timestamp,
    ) -> Result<http::Request<OutgoingBody>, S3Error> {
        let UpstreamRequest {
            method,
            target,
            mut headers,
            body,
            payload,
            scope,
            answer_within: _,
        } = request;
        headers.insert(HOST, self.host.clone());
        let (path, query) = match target.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (target.as_str(), None),
        };
        if let Some(signer) = &self.signer {
            signer
                .sign(
                    &scope,
                    sign::Unsigned {
                        method: &method,
                        path,
                        query,
                        payload,
                    },
                    &mut headers,
                    now,
                )
                .map_err(S3Error::internal)?;
        } else {
            sign::declare(&mut headers, payload);
        }
        let uri = Uri::builder()
            .scheme(self.origin.scheme_str().unwrap_or("http"))
            .authority(self.authority.clone())
            .path_and_query(target)
            .build()
            .map_err(S3Error::internal)?;
        let mut finished = http::Request::new(body);
        *finished.method_mut() = method;
        *finished.uri_mut() = uri;
        *finished.headers_mut() = headers;
        Ok(finished)
    }

    fn failure(&self, error: hyper_util::client::legacy::Error) -> S3Error {
        if error.is_connect() {
            self.health.missed(&error);
            return S3Error::new(Code::SERVICE_UNAVAILABLE)
                .because(error)
                .retry_after(1);
        }
        if timed_out(&error) {
            return S3Error::with_message(Code::SERVICE_UNAVAILABLE, "The store did not answer in time.")
                .because(error)
                .retry_after(1);
        }
        // It took the request, or a part of it, and broke off: nobody knows whether it was done.
        S3Error::with_message(Code::INTERNAL_ERROR, "The store broke off. Please try again.").because(error)
    }
}

/// Whether an error is at bottom that the connection took nothing for too long.
fn timed_out(error: &(dyn StdError + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        let io = error.downcast_ref::<std::io::Error>();
        if io.is_some_and(|io| io.kind() == std::io::ErrorKind::TimedOut) {
            return true;
        }
        cause = error.source();
    }
    false
}

/// The upstream answered with more than any answer of this kind has.
#[derive(Debug, thiserror::Error)]
#[error("the upstream's answer is larger than any of its kind")]
struct AnswerTooLarge;

impl std::fmt::Debug for Upstream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Upstream")
            .field("origin", &self.origin)
            .finish_non_exhaustive()
    }
}
