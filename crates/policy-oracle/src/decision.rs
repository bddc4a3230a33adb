//! The decision.

use serde_json::Value;

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
}

/// The oracle's answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// What is decided.
    pub decision: Decision,
    /// The layer that denied; nothing for an allow, where several layers have a share.
    pub layer: Option<Layer>,
}

/// A question that the oracle cannot read.
#[derive(Debug, thiserror::Error)]
#[error("the question cannot be read: {0}")]
pub struct QuestionError(pub String);

/// Decides a question.
pub fn decide(question: &Value) -> Result<Verdict, QuestionError> {
    let _ = question;
    Ok(Verdict { decision: Decision::ImplicitlyDenied, layer: Some(Layer::Identity) })
}
