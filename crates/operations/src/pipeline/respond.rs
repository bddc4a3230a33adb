//! Answers as HTTP.

use bytes::Bytes;
use http::header::{CONNECTION, CONTENT_TYPE};
use http::{HeaderName, HeaderValue, Response, StatusCode};
use http_body_util::Full;
use lanyard_access::AuthenticationError;
use lanyard_aws_api::query::{ActionError, Namespace, encode_error};
use lanyard_aws_api::{ErrorCode, Service};

use crate::error::Refusal;

/// The header that carries the request id, which is also the id of the decision.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");

/// The error code of a refused request, for metrics: an extension of the response. Outputs have none, nor have the bare
/// statuses of bodies that could not be read. One of a small fixed set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefusedWith(pub &'static str);

/// What a request is answered.
pub(crate) enum Answer {
    /// The operation's output, encoded.
    Output(Vec<u8>),
    /// A refusal.
    Error {
        namespace: Namespace,
        code: ErrorCode,
        message: Option<String>,
    },
    /// A status without a body.
    Bare(StatusCode),
}

impl Answer {
    /// The refusal of somebody whose signature was not proven.
    pub(crate) fn unauthenticated(service: Service, error: AuthenticationError) -> Self {
        Answer::refused(service, &Refusal::from(error))
    }

    /// The refusal of a caller.
    pub(crate) fn refused(service: Service, refusal: &Refusal) -> Self {
        log_cause(refusal);
        Answer::told(service, refusal)
    }

    /// The refusal of a stranger, of whom the log has been told what it has to know, unless it is a fault of ours.
    pub(crate) fn turned_away(service: Service, refusal: &Refusal) -> Self {
        if refusal.code().status() >= 500 {
            log_cause(refusal);
        }
        Answer::told(service, refusal)
    }

    fn told(service: Service, refusal: &Refusal) -> Self {
        Answer::Error {
            namespace: Namespace::Service(service),
            code: refusal.code(),
            message: refusal.message().map(str::to_owned),
        }
    }

    /// No operation of this name and version.
    pub(crate) fn unknown_action(unknown: &ActionError) -> Self {
        Answer::Error {
            namespace: Namespace::Fault,
            code: unknown.code(),
            message: Some(unknown.to_string()),
        }
    }

    /// The body is larger than any request's. Evidence: AWS answers a bare 413 (probes, July 2026).
    pub(crate) fn too_large() -> Self {
        Answer::Bare(StatusCode::PAYLOAD_TOO_LARGE)
    }

    /// The body did not arrive whole in time.
    pub(crate) fn incomplete() -> Self {
        Answer::Bare(StatusCode::REQUEST_TIMEOUT)
    }

    pub(crate) fn into_response(self, request_id: &str) -> Response<Full<Bytes>> {
        let refused_with = match &self {
            Answer::Error { code, .. } => Some(RefusedWith(code.code())),
            Answer::Output(_) | Answer::Bare(_) => None,
        };
        let (status, xml) = match self {
            Answer::Output(xml) => (StatusCode::OK, Some(xml)),
            Answer::Error {
                namespace,
                code,
                message,
            } => {
                let status = StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                (
                    status,
                    Some(encode_error(namespace, code, message.as_deref(), request_id)),
                )
            }
            Answer::Bare(status) => (status, None),
        };
        let has_body = xml.is_some();
        let mut response = Response::new(Full::new(Bytes::from(xml.unwrap_or_default())));
        *response.status_mut() = status;
        if let Some(refused_with) = refused_with {
            response.extensions_mut().insert(refused_with);
        }
        let headers = response.headers_mut();
        if let Ok(id) = HeaderValue::from_str(request_id) {
            headers.insert(REQUEST_ID, id);
        }
        if has_body {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/xml"));
        } else {
            // The body was not read to its end, so the connection is of no more use.
            headers.insert(CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }
}

fn log_cause(refusal: &Refusal) {
    let Some(cause) = refusal.cause() else { return };
    let cause: &(dyn std::error::Error + 'static) = cause;
    tracing::error!(code = refusal.code().code(), cause, "request failed");
}
