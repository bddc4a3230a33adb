//! In which form a client wants to be answered, as far as its head tells.
//!
//! Nobody has to be known for that, nor the service's operations read: it is the form in which even strangers are
//! refused.

use http::header::CONTENT_TYPE;
use http::request::Parts;
use lanyard_service_models::{Protocol, ServiceModel, service_models};

/// A service and a protocol of its.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Speaks {
    /// The service.
    pub(crate) service: &'static ServiceModel,
    /// The protocol.
    pub(crate) protocol: Protocol,
}

impl Speaks {
    /// What a request speaks that is signed for this name; `None` if there is no such service.
    pub(super) fn of(signing_name: &str, parts: &Parts) -> Option<Self> {
        let services = service_models().signed_as(signing_name);
        let header = |name: &str| {
            let value = parts.headers.get(name);
            value.and_then(|value| value.to_str().ok()).unwrap_or_default()
        };
        let target = header("x-amz-target");
        let is_targeted = |service: &&&ServiceModel| {
            let rest = service
                .target_prefix()
                .and_then(|prefix| target.strip_prefix(prefix));
            rest.is_some_and(|rest| rest.starts_with('.'))
        };
        let service: &'static ServiceModel = services.iter().find(is_targeted).or(services.first())?;
        let content = header(CONTENT_TYPE.as_str());
        let content = content.split(';').next().unwrap_or_default().trim();
        let said: &[Protocol] = match content {
            _ if header("smithy-protocol") == "rpc-v2-cbor" => &[Protocol::Cbor],
            "application/x-amz-json-1.0" => &[Protocol::Json10],
            "application/x-amz-json-1.1" => &[Protocol::Json11],
            "application/x-amz-cbor-1.1" => &[Protocol::Cbor],
            "application/x-www-form-urlencoded" => &[Protocol::Query, Protocol::Ec2],
            _ => &[],
        };
        let protocol = said.iter().copied().find(|protocol| service.takes(*protocol));
        let protocol = protocol.or_else(|| service.protocols().first().copied())?;
        Some(Self { service, protocol })
    }
}
