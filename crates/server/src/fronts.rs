//! What else answers on the main listener, beside the API: the gateway and the decision point.
//!
//! They share with the API what there must be only one of: who is calling, what was decided, the trail.

use std::sync::Arc;

use http::{HeaderMap, header};
use lanyard_decision_point::{DecisionPoint, DecisionPointServices};
use lanyard_gateway::{Gateway, GatewayServices, SettingsError, UpstreamSettings};

use crate::node::Node;

/// The gateway, if anything is configured to stand behind it, and the decision point.
pub(crate) struct Fronts {
    /// Before the store.
    pub(crate) gateway: Option<Arc<Gateway>>,
    /// For every other program.
    pub(crate) decision_point: DecisionPoint,
    /// The domains below which every host is a bucket.
    domains: Vec<String>,
}

impl Fronts {
    /// Puts them together. Nothing is connected to yet.
    pub(crate) fn new(node: &Node, upstreams: Vec<UpstreamSettings>) -> Result<Self, SettingsError> {
        let domains = upstreams.iter().flat_map(UpstreamSettings::domains);
        let domains = domains.map(|domain| format!(".{domain}")).collect();
        let services = GatewayServices {
            directory: node.directory.clone(),
            authenticator: node.authenticator.clone(),
            decisions: node.decisions.clone(),
            trail: node.trail.clone(),
        };
        let decision_point = DecisionPoint::new(DecisionPointServices {
            directory: node.directory.clone(),
            authenticator: node.authenticator.clone(),
            decisions: node.answers.clone(),
            trail: node.trail.clone(),
        });
        Ok(Self {
            gateway: Gateway::new(Arc::new(services), upstreams)?,
            decision_point,
            domains,
        })
    }

    /// Whether the host is a bucket's, where no path is Lanyard's own.
    pub(crate) fn is_bucket_host(&self, headers: &HeaderMap) -> bool {
        if self.domains.is_empty() {
            return false;
        }
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
        let host = host.unwrap_or_default();
        let name = host.rsplit_once(':').map_or(host, |(name, _port)| name);
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        self.domains.iter().any(|domain| name.ends_with(domain))
    }
}
