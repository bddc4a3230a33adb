//! Chapter: the decision.
//!
//! 1. A Deny that matches anywhere denies.
//! 2. RCPs, then SCPs, then the VPC endpoint's policy must allow.
//! 3. Within one account the resource's policy may settle the matter, the more directly it names the
//!    caller the more: everyone, the user or the session by name, or a service is allowed at once; a role
//!    by its ARN needs no identity policy; the account needs all that follows.
//! 4. Else the caller's identity policies must allow (the root user needs none), then the boundary, then
//!    the session policy. A federated user without session policy has nothing.
//! 5. Across accounts the resource's policy must allow and 4. holds as well, whomever it names.
//! 6. No policy can deny GetCallerIdentity, nor GetSessionToken to users; only an endpoint may not let it
//!    through.
//! 7. Identity providers vouch for the roles of their own account.
//! 8. The policy of a role or of a KMS key must always allow. Root users cannot assume roles.
//!
//! Evidence: AWS documentation, how requests are allowed or denied; cross-account evaluation; key policies.

use serde_json::Value;

use crate::layers::Layers;
use crate::principals::Level;
use crate::request::{Principal, Request};

/// What is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Decision {
    /// The request may go ahead.
    Allowed,
    /// A Deny statement matches.
    ExplicitlyDenied,
    /// No Deny matches, but some layer does not allow.
    ImplicitlyDenied,
}

impl Decision {
    /// The word of the answer line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allowed => "Allowed",
            Self::ExplicitlyDenied => "ExplicitlyDenied",
            Self::ImplicitlyDenied => "ImplicitlyDenied",
        }
    }
}

/// A kind of policy that takes part in a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Layer {
    /// Policies of the caller.
    Identity,
    /// The caller's permissions boundary.
    Boundary,
    /// Session policies.
    Session,
    /// SCPs.
    ServiceControl,
    /// RCPs.
    ResourceControl,
    /// The policy of the resource.
    Resource,
    /// The trust policy of a role.
    Trust,
    /// The policy of the VPC endpoint.
    Endpoint,
}

impl Layer {
    /// The word of the answer line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Identity => "Identity",
            Self::Boundary => "Boundary",
            Self::Session => "Session",
            Self::ServiceControl => "ServiceControl",
            Self::ResourceControl => "ResourceControl",
            Self::Resource => "Resource",
            Self::Trust => "Trust",
            Self::Endpoint => "Endpoint",
        }
    }

    /// The layer that the resource's own policy makes up.
    pub(crate) fn of_resource(request: &Request) -> Self {
        if request.is_about_trust() {
            Self::Trust
        } else {
            Self::Resource
        }
    }
}

/// The oracle's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// What is decided.
    pub decision: Decision,
    /// Who denied: every layer with a Deny that matches, or the first that does not allow; none if allowed.
    pub layers: Vec<Layer>,
}

/// A question that the oracle cannot read.
#[derive(Debug, thiserror::Error)]
#[error("the question cannot be read: {0}")]
pub struct QuestionError(pub String);

/// Decides a question.
pub fn decide(question: &Value) -> Result<Verdict, QuestionError> {
    let request = Request::read(question)?;
    let layers = Layers::read(question, &request)?;
    let mut denying = layers.denying(&request);
    let mut not_allowing = not_allowing(&layers, &request);
    if is_beyond_policies(&request) {
        denying.retain(|layer| *layer == Layer::Endpoint);
        not_allowing = if layers.allows(Layer::Endpoint, &request) {
            Vec::new()
        } else {
            vec![Layer::Endpoint]
        };
    }
    Ok(if !denying.is_empty() {
        Verdict {
            decision: Decision::ExplicitlyDenied,
            layers: denying,
        }
    } else if !not_allowing.is_empty() {
        Verdict {
            decision: Decision::ImplicitlyDenied,
            layers: not_allowing,
        }
    } else {
        Verdict {
            decision: Decision::Allowed,
            layers: Vec::new(),
        }
    })
}

/// Who one is can always be asked, and no policy keeps users from sessions of their own.
fn is_beyond_policies(request: &Request) -> bool {
    let is = |action: &str| request.action.eq_ignore_ascii_case(action);
    match request.principal {
        Principal::Root { .. } | Principal::User { .. } => {
            is("sts:GetCallerIdentity") || is("sts:GetSessionToken")
        }
        Principal::RoleSession { .. } | Principal::FederatedUser { .. } | Principal::Service { .. } => {
            is("sts:GetCallerIdentity")
        }
        Principal::Federated { .. } | Principal::Anonymous => false,
    }
}

/// The first layer that does not allow; across accounts, the first of each.
fn not_allowing(layers: &Layers, request: &Request) -> Vec<Layer> {
    if request.is_cross_account() {
        [
            trusting_account(layers, request),
            trusted_account(layers, request),
        ]
        .into_iter()
        .flatten()
        .collect()
    } else {
        single_account(layers, request).into_iter().collect()
    }
}

fn single_account(layers: &Layers, request: &Request) -> Option<Layer> {
    let resource_layer = Layer::of_resource(request);
    for layer in [Layer::ResourceControl, Layer::ServiceControl, Layer::Endpoint] {
        if !layers.allows(layer, request) {
            return Some(layer);
        }
    }
    let grants = layers.granted_levels(request);
    let is_by_root = matches!(request.principal, Principal::Root { .. });
    let has_own_policies = request.principal.account().is_some();
    let must_participate = !has_own_policies || request.is_about_trust() || request.is_about_key();
    if must_participate && grants.is_empty()
        || request.is_about_trust() && is_by_root
        || request.is_by_provider_elsewhere()
    {
        return Some(resource_layer);
    }
    let settles_all = grants.contains(&Level::Everyone) || grants.contains(&Level::Caller);
    // A root user with a session policy is there for a single task, whatever is granted to everyone.
    if !has_own_policies || settles_all && !is_by_root {
        return None;
    }
    if !grants.contains(&Level::Origin) && !layers.allows(Layer::Identity, request) {
        return Some(Layer::Identity);
    }
    boundary_or_session(layers, request)
}

fn trusting_account(layers: &Layers, request: &Request) -> Option<Layer> {
    let resource_layer = Layer::of_resource(request);
    let is_by_root = matches!(request.principal, Principal::Root { .. });
    if !layers.allows(Layer::ResourceControl, request) {
        Some(Layer::ResourceControl)
    } else if layers.granted_levels(request).is_empty()
        || request.is_about_trust() && is_by_root
        || request.is_cross_partition()
    {
        Some(resource_layer)
    } else {
        None
    }
}

fn trusted_account(layers: &Layers, request: &Request) -> Option<Layer> {
    [Layer::ServiceControl, Layer::Endpoint, Layer::Identity]
        .into_iter()
        .find(|layer| !layers.allows(*layer, request))
        .or_else(|| boundary_or_session(layers, request))
}

fn boundary_or_session(layers: &Layers, request: &Request) -> Option<Layer> {
    let is_federated_user = matches!(request.principal, Principal::FederatedUser { .. });
    if !layers.allows(Layer::Boundary, request) {
        Some(Layer::Boundary)
    } else if !layers.allows(Layer::Session, request) || is_federated_user && !layers.has_session_policy() {
        Some(Layer::Session)
    } else {
        None
    }
}
