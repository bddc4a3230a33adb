//! What a request is answered, and the body of an answer.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use http::{Response, StatusCode};
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;

use crate::body::{BodyError, Relocated, RelocationError, TimedBody};

/// The header that carries the request id, which is also the id of the decision.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-amz-request-id");
/// The name of S3 in signatures.
pub(crate) const STORE: &str = "s3";
/// Who answered.
pub(crate) const EXTENDED_REQUEST_ID: HeaderName = HeaderName::from_static("x-amz-id-2");

/// How a request ended, for metrics: an extension of the response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GatewayOutcome {
    /// The service's name in signatures.
    pub service: &'static str,
    /// The service's error code, one of a small fixed set; `None` for what was answered or passed on.
    pub error: Option<&'static str>,
    /// Whether the sender could not be authenticated.
    pub is_authentication_failure: bool,
    /// Whether the operation was refused because nobody can tell what it would need.
    pub is_unmapped: bool,
}

impl GatewayOutcome {
    /// Of a request for a service that was answered or passed on.
    pub(crate) const fn passed(service: &'static str) -> Self {
        Self {
            service,
            error: None,
            is_authentication_failure: false,
            is_unmapped: false,
        }
    }
}

/// An answer of Lanyard's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    /// The status.
    pub(crate) status: StatusCode,
    /// The headers, without those that every answer has.
    pub(crate) headers: HeaderMap,
    /// The body.
    pub(crate) body: Bytes,
}

impl Answer {
    /// A status and nothing else.
    pub(crate) fn empty(status: StatusCode) -> Self {
        Self {
            status,
            headers: HeaderMap::new(),
            body: Bytes::new(),
        }
    }

    /// An answer without a body.
    pub(crate) fn done() -> Self {
        Self::empty(StatusCode::OK)
    }

    /// An answer without a body and any hope of one.
    pub(crate) fn no_content() -> Self {
        Self::empty(StatusCode::NO_CONTENT)
    }

    /// An XML document.
    pub(crate) fn xml(status: StatusCode, document: impl Into<Bytes>) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/xml"));
        Self {
            status,
            headers,
            body: document.into(),
        }
    }

    /// A JSON document.
    pub(crate) fn json(status: StatusCode, document: impl Into<Bytes>) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        Self {
            status,
            headers,
            body: document.into(),
        }
    }

    /// With a further header.
    #[must_use]
    pub(crate) fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    pub(crate) fn into_response(self) -> Response<GatewayBody> {
        let mut response = Response::new(GatewayBody::whole(self.body));
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        response.extensions_mut().insert(GatewayOutcome::passed(STORE));
        response
    }
}

/// The body of an answer: Lanyard's own, or the upstream's as it streams.
pub struct GatewayBody {
    kind: Kind,
}

enum Kind {
    Whole(Option<Bytes>),
    Upstream(TimedBody<Incoming>),
    /// Rare, so that it is no larger than the others.
    Relocated(Box<Relocated<TimedBody<Incoming>>>),
}

/// Why an answer breaks off in the middle. The connection of the client is aborted, so that it cannot take a part
/// for the whole.
#[derive(Debug, thiserror::Error)]
pub enum GatewayBodyError {
    /// The upstream sent nothing for too long.
    #[error("the upstream stopped sending")]
    Stalled,
    /// The connection to the upstream broke.
    #[error("the upstream broke off")]
    Broken,
}

impl GatewayBody {
    /// A body of so many bytes, all there.
    pub(crate) fn whole(bytes: Bytes) -> Self {
        let bytes = Some(bytes).filter(|bytes| !bytes.is_empty());
        Self {
            kind: Kind::Whole(bytes),
        }
    }

    /// The upstream's body. It breaks off when nothing comes for `idle`.
    pub(crate) fn upstream(body: Incoming, idle: Duration) -> Self {
        if body.is_end_stream() {
            return Self::whole(Bytes::new());
        }
        Self {
            kind: Kind::Upstream(TimedBody::new(body, idle)),
        }
    }
}

impl GatewayBody {
    /// The same body, in whose document the location is another one.
    #[must_use]
    pub(crate) fn relocated(self, address: String) -> Self {
        match self.kind {
            Kind::Upstream(body) => Self {
                kind: Kind::Relocated(Box::new(Relocated::new(body, address))),
            },
            kind @ (Kind::Whole(_) | Kind::Relocated(_)) => Self { kind },
        }
    }
}

impl Body for GatewayBody {
    type Data = Bytes;
    type Error = GatewayBodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, GatewayBodyError>>> {
        match &mut self.kind {
            Kind::Whole(bytes) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
            Kind::Upstream(body) => Pin::new(body).poll_frame(context).map_err(|error| match error {
                BodyError::TooSlow => GatewayBodyError::Stalled,
                _ => GatewayBodyError::Broken,
            }),
            Kind::Relocated(body) => Pin::new(&mut **body)
                .poll_frame(context)
                .map_err(|error| match error {
                    RelocationError::Source(BodyError::TooSlow) => GatewayBodyError::Stalled,
                    RelocationError::Source(_) | RelocationError::TooLarge => GatewayBodyError::Broken,
                }),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.kind {
            Kind::Whole(bytes) => bytes.is_none(),
            Kind::Upstream(body) => body.is_end_stream(),
            Kind::Relocated(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.kind {
            Kind::Whole(bytes) => SizeHint::with_exact(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64)),
            Kind::Upstream(body) => body.size_hint(),
            Kind::Relocated(body) => body.size_hint(),
        }
    }
}

impl fmt::Debug for GatewayBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GatewayBody").finish_non_exhaustive()
    }
}
