//! What is answered to a request for S3 where no store is configured.

use http::request::Parts;
use http::{HeaderValue, Response};
use lanyard_access::RequestId;

use crate::answer::{GatewayBody, REQUEST_ID};
use crate::error::{Code, S3Error, error_response};

/// Tells a client of S3, in S3's own form, that this server stands before no store.
pub fn refuse_unconfigured(parts: &Parts) -> Response<GatewayBody> {
    let message = "No S3 store is configured behind this server. Its operator configures one with \
                   --upstream 's3=URL'.";
    let error = S3Error::with_message(Code::NOT_IMPLEMENTED, message);
    let id = RequestId::new();
    let mut response = error_response(&error, &parts.method, parts.uri.path(), id.as_str());
    if let Ok(id) = HeaderValue::from_str(id.as_str()) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}
