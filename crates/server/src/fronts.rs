//! What else answers on the main listener, beside the API: the gateway, the decision point, and where people sign in.
//!
//! They share with the API what there must be only one of: who is calling, what was decided, the trail.

use std::sync::Arc;

use http::{HeaderMap, header};
use lanyard_decision_point::{DecisionPoint, DecisionPointServices};
use lanyard_gateway::{Gateway, GatewayServices, SettingsError, UpstreamSettings};
use lanyard_sessions::{Sessions, SessionsError, SessionsServices};

use crate::node::Node;

/// The gateway, if anything is configured to stand behind it, the decision point, and where people sign in.
pub(crate) struct Fronts {
    /// Before the store.
    pub(crate) gateway: Option<Arc<Gateway>>,
    /// For every other program.
    pub(crate) decision_point: DecisionPoint,
    /// For people who sign in, and for programs that do so for them.
    pub(crate) sessions: Sessions,
    /// The domains below which every host is a bucket.
    domains: Vec<String>,
}

/// Why the fronts cannot be put together.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FrontsError {
    /// The upstreams are not as they should be.
    #[error("--upstream: {0}")]
    Upstreams(#[from] SettingsError),
    /// People cannot sign in here.
    #[error(transparent)]
    Sessions(#[from] SessionsError),
}

/// Under which URLs the server is known.
pub(crate) struct Urls {
    /// The one that is configured.
    pub(crate) public: Option<String>,
    /// The one that is used without it: the address listened on.
    pub(crate) endpoint: String,
}

impl Fronts {
    /// Puts them together. Nothing is connected to yet.
    pub(crate) fn new(
        node: &Node,
        upstreams: Vec<UpstreamSettings>,
        urls: Urls,
    ) -> Result<Self, FrontsError> {
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
            keyring: node.keyring.clone(),
            origin: urls.public.clone().unwrap_or_else(|| urls.endpoint.clone()),
        })
        .with_oidc(node.oidc.clone());
        let sessions = Sessions::new(SessionsServices {
            directory: node.directory.clone(),
            authenticator: node.authenticator.clone(),
            keyring: node.keyring.clone(),
            passwords: node.passwords.clone(),
            second_factors: node.second_factors.clone(),
            decisions: node.decisions.clone(),
            trail: node.trail.clone(),
            public_url: urls.public,
            endpoint: urls.endpoint,
        })?;
        Ok(Self {
            gateway: Gateway::new(Arc::new(services), upstreams)?,
            decision_point,
            sessions,
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
