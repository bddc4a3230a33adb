//! S3's errors as answers.

use bytes::Bytes;
use http::header::{HeaderValue, RETRY_AFTER};
use http::{Method, Response};

use super::S3Error;
use super::upstream::is_of_authentication;
use crate::answer::{Answer, GatewayBody, GatewayOutcome, STORE};

/// An error as an answer. `resource` is the path as the client sent it.
pub(crate) fn error_response(
    error: &S3Error,
    method: &Method,
    resource: &str,
    request_id: &str,
) -> Response<GatewayBody> {
    // Nothing may follow the head of an answer to HEAD.
    let document = if *method == Method::HEAD {
        Bytes::new()
    } else {
        Bytes::from(error.to_xml(resource, request_id))
    };
    let mut response = Answer::xml(error.code.status(), document).into_response();
    if let Some(seconds) = error.retry_after {
        response
            .headers_mut()
            .insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response.extensions_mut().insert(GatewayOutcome {
        error: Some(error.code.name),
        is_authentication_failure: is_of_authentication(error.code.name),
        ..GatewayOutcome::passed(STORE)
    });
    response
}
