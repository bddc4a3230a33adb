//! What is answered where nothing is configured to stand behind for a service.

use http::request::Parts;
use http::{HeaderMap, Response, StatusCode};
use lanyard_access::RequestId;
use lanyard_service_models::service_models;

use super::speaks::Speaks;
use super::{outcome, response};
use crate::answer::{Answer, GatewayBody};
use crate::error::ServiceError;

/// Whether there is a service for which requests are signed under this name.
pub fn knows_service(signing_name: &str) -> bool {
    !service_models().signed_as(signing_name).is_empty()
}

/// The name in signatures of the service that a request names in its target header, whether it is signed or not.
pub fn service_of_target(headers: &HeaderMap) -> Option<&'static str> {
    let target = headers.get("x-amz-target")?.to_str().ok()?;
    let (prefix, _operation) = target.rsplit_once('.')?;
    let mut services = service_models().all();
    let service = services.find(|service| service.target_prefix() == Some(prefix))?;
    Some(service.signing_name())
}

/// Tells a client of a service, in the service's own form, that nothing stands behind this server for it.
pub fn refuse_unconfigured_service(signing_name: &str, parts: &Parts) -> Response<GatewayBody> {
    let id = RequestId::new();
    let mut response = match Speaks::of(signing_name, parts) {
        Some(speaks) => {
            let error = ServiceError::not_configured(signing_name);
            outcome::refused(&error, speaks, &parts.method, id.as_str())
        }
        // Nobody knows in which form.
        None => Answer::empty(StatusCode::NOT_IMPLEMENTED).into_response(),
    };
    response::finish(&mut response, id.as_str());
    response
}
