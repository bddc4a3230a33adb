//! The question and the policies it is decided under.

use std::fmt;
use std::sync::Arc;

use lanyard_names::AccountId;
use serde::Serialize;

use crate::{Context, Policy, Principal};

/// One question: may this principal do this to that?
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// Who asks.
    pub principal: &'a Principal,
    /// What for: `iam:CreateUser`.
    pub action: &'a str,
    /// On what: an ARN, or `*` if the action has no resource.
    pub resource: &'a str,
    /// Who owns the resource. `None`: the account in its ARN; if that names none, the principal's own.
    pub resource_account: Option<AccountId>,
    /// Whether the action takes no resource, so that only statements for `*` match.
    pub wildcard_only_action: bool,
    /// Whether each `*` of the resource stands for what only its service knows: a statement that denies one of those
    /// that may be meant denies, and one that allows all but such a one does not allow. Otherwise a `*` is a star.
    pub partly_known: bool,
    /// The condition keys.
    pub context: &'a Context,
}

/// Where an attached policy comes from: what answers and traces name it by.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(tag = "type", rename_all = "PascalCase", rename_all_fields = "PascalCase")]
pub enum PolicySource {
    /// A managed policy.
    Managed {
        /// Its ARN.
        arn: Arc<str>,
    },
    /// An inline policy of a user, group or role.
    Inline {
        /// The ARN of whom it belongs to.
        owner: Arc<str>,
        /// Its name.
        name: Arc<str>,
    },
    /// An inline session policy.
    Session {
        /// Which of them.
        index: usize,
    },
    /// A managed policy given as session policy.
    SessionManaged {
        /// Its ARN.
        arn: Arc<str>,
    },
    /// A role's trust policy.
    Trust {
        /// The role's ARN.
        role: Arc<str>,
    },
    /// A resource's own policy.
    Resource {
        /// The resource's ARN.
        arn: Arc<str>,
    },
    /// A policy of an organization.
    Organization {
        /// The policy's ARN.
        arn: Arc<str>,
    },
    /// A VPC endpoint's policy.
    Endpoint {
        /// Which of them.
        index: usize,
    },
}

impl PolicySource {
    /// The ARN of the policy itself, if it has one: managed policies and those of organizations.
    pub fn policy_arn(&self) -> Option<&str> {
        match self {
            Self::Managed { arn } | Self::SessionManaged { arn } | Self::Organization { arn } => Some(arn),
            Self::Inline { .. }
            | Self::Session { .. }
            | Self::Trust { .. }
            | Self::Resource { .. }
            | Self::Endpoint { .. } => None,
        }
    }
}

impl fmt::Display for PolicySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Managed { arn } | Self::Organization { arn } => write!(f, "policy {arn}"),
            Self::Inline { owner, name } => write!(f, "inline policy {name} of {owner}"),
            Self::Session { index } => write!(f, "session policy {}", index + 1),
            Self::SessionManaged { arn } => write!(f, "session policy {arn}"),
            Self::Trust { role } => write!(f, "the trust policy of {role}"),
            Self::Resource { arn } => write!(f, "the policy of {arn}"),
            Self::Endpoint { index } => write!(f, "endpoint policy {}", index + 1),
        }
    }
}

/// A compiled policy where it applies.
#[derive(Debug, Clone)]
pub struct Attached {
    /// The policy.
    pub policy: Arc<Policy>,
    /// Where it comes from.
    pub source: PolicySource,
}

/// The resource's own policy.
#[derive(Debug, Clone, Copy)]
pub struct ResourceLayer<'a> {
    /// The policy.
    pub attached: &'a Attached,
    /// Whether identity policies alone never suffice: trust policies, keys of KMS.
    pub must_participate: bool,
    /// Whether it is a role's trust policy, whose statements have no resource.
    pub trust: bool,
}

/// Every policy that applies to a request, gathered by the caller.
///
/// A policy that applies but cannot be read must be there as [`Policy::unreadable`]; leaving it out could
/// leave out a deny.
#[derive(Debug, Clone, Copy, Default)]
pub struct Layers<'a> {
    /// Identity policies: for a user its own and its groups', for a role the role's.
    pub identity: &'a [Attached],
    /// The permissions boundary; `None`: there is none.
    pub boundary: Option<&'a [Attached]>,
    /// Session policies; `None`: the session was made without.
    pub session: Option<&'a [Attached]>,
    /// Service control policies of the principal's account, level by level; `None`: they do not apply to it.
    pub scps: Option<&'a [Vec<Attached>]>,
    /// Resource control policies of the resource's account, level by level; `None`: they do not apply to it.
    pub rcps: Option<&'a [Vec<Attached>]>,
    /// The resource's own policy, if it has one.
    pub resource: Option<ResourceLayer<'a>>,
    /// Policies of the VPC endpoint the request came through; `None`: it came through none.
    pub endpoint: Option<&'a [Attached]>,
}
