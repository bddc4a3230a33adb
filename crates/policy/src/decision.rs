//! What was decided, and by which statement.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;

use crate::{Policy, PolicySource, Span};

/// The outcome of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub enum Effect {
    /// Some statement allows and none denies.
    Allow,
    /// No statement allows.
    ImplicitDeny,
    /// A statement denies.
    ExplicitDeny,
}

/// The kinds of policies a request passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Layer {
    /// Identity policies.
    Identity,
    /// The permissions boundary.
    Boundary,
    /// Session policies.
    Session,
    /// Service control policies.
    ServiceControl,
    /// Resource control policies.
    ResourceControl,
    /// The resource's own policy.
    Resource,
    /// The role's trust policy.
    Trust,
    /// VPC endpoint policies.
    Endpoint,
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Identity => "identity policies",
            Self::Boundary => "permissions boundary",
            Self::Session => "session policies",
            Self::ServiceControl => "service control policies",
            Self::ResourceControl => "resource control policies",
            Self::Resource => "resource policy",
            Self::Trust => "trust policy",
            Self::Endpoint => "endpoint policies",
        })
    }
}

/// A statement in an attached policy.
#[derive(Debug, Clone)]
pub struct StatementRef {
    /// Where the policy comes from.
    pub source: PolicySource,
    /// The statement's index in the policy, from 0.
    pub index: usize,
    pub(crate) policy: Arc<Policy>,
}

impl StatementRef {
    /// The statement's Sid, if it has one.
    pub fn sid(&self) -> Option<&str> {
        self.policy
            .statements
            .get(self.index)
            .and_then(|statement| statement.sid)
            .map(|sid| self.policy.str(sid))
    }

    /// Where the statement stands in the policy's text.
    pub fn span(&self) -> Span {
        self.policy
            .statements
            .get(self.index)
            .map(|statement| statement.span)
            .unwrap_or_default()
    }
}

/// The answer to a request.
#[derive(Debug, Clone)]
#[must_use]
pub struct Decision {
    /// What was decided.
    pub effect: Effect,
    /// The layer that decided a denial; for an allow, the layer whose statement granted it (`None` for root
    /// users, whom no statement has to grant anything, and for what everybody may do).
    pub layer: Option<Layer>,
    /// The decisive statement: the one that denies explicitly or the one that grants.
    pub statement: Option<StatementRef>,
    /// Whether principal and resource belong to different accounts.
    pub cross_account: bool,
}

impl Decision {
    /// Whether the request may go on.
    pub fn is_allowed(&self) -> bool {
        self.effect == Effect::Allow
    }
}
