//! Refusals as answers, and in the log.

use http::{Method, Response};

use super::speaks::Speaks;
use crate::answer::{GatewayBody, GatewayOutcome};
use crate::error::{Kind, ServiceCode, ServiceError, wire};

/// An error as an answer in the form of a service.
pub(super) fn refused(
    error: &ServiceError,
    speaks: Speaks,
    method: &Method,
    request_id: &str,
) -> Response<GatewayBody> {
    let mut response = wire(error, speaks.protocol, speaks.service, request_id);
    if *method == Method::HEAD {
        // Nothing may follow the head of an answer to HEAD.
        *response.body_mut() = GatewayBody::whole(bytes::Bytes::new());
    }
    response.extensions_mut().insert(GatewayOutcome {
        service: speaks.service.signing_name(),
        error: Some(ServiceCode::of(error.kind, speaks.protocol, speaks.service).name),
        is_authentication_failure: error.kind.is_of_authentication(),
        is_unmapped: error.kind == Kind::Unmapped,
    });
    response
}

pub(super) fn log_cause(error: &ServiceError, request_id: &str) {
    let Some(cause) = error.cause.as_deref() else {
        return;
    };
    let cause: &(dyn std::error::Error + 'static) = cause;
    let kind = error.kind;
    match kind {
        // An outage is told of once, where it is noticed, and not by each request that it stops.
        Kind::Unavailable if error.retry_after.is_some() => {
            tracing::debug!(?kind, request_id, cause, "a request to an upstream has to wait");
        }
        Kind::Unavailable | Kind::Internal => {
            tracing::error!(?kind, request_id, cause, "a request to an upstream failed");
        }
        _ => tracing::debug!(?kind, request_id, cause, "a request was refused"),
    }
}
