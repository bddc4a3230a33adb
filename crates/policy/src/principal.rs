//! Who asks.

use std::sync::Arc;

use lanyard_names::{AccountId, UniqueId};

use crate::compiled::arn_fields;

/// The principal of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Principal {
    /// The root user of an account.
    Root {
        /// Its account.
        account: AccountId,
        /// `arn:aws:iam::ACCOUNT:root`
        arn: Arc<str>,
    },
    /// An IAM user, with long-term keys or with a session from `GetSessionToken`.
    User {
        /// Its account.
        account: AccountId,
        /// Its ARN, with path.
        arn: Arc<str>,
        /// Its unique id, by which principals of saved policies match.
        id: Option<UniqueId>,
    },
    /// A session of a role.
    RoleSession {
        /// The role's account.
        account: AccountId,
        /// The role's ARN, with path.
        role_arn: Arc<str>,
        /// `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`
        session_arn: Arc<str>,
        /// The role's unique id.
        role_id: Option<UniqueId>,
    },
    /// A session from `GetFederationToken`.
    FederatedUser {
        /// Its account.
        account: AccountId,
        /// `arn:aws:sts::ACCOUNT:federated-user/NAME`
        arn: Arc<str>,
        /// The IAM user that asked for the session (the account's root ARN, if root did; empty, if that is not known).
        user_arn: Arc<str>,
        /// That user's unique id.
        user_id: Option<UniqueId>,
    },
    /// A service, such as `ec2.amazonaws.com`.
    Service {
        /// Its name.
        name: Arc<str>,
    },
    /// The bearer of an OIDC token, at `AssumeRoleWithWebIdentity`.
    WebIdentity {
        /// The provider as trust policies name it: an ARN or a domain.
        provider: Arc<str>,
    },
    /// The bearer of a SAML assertion, at `AssumeRoleWithSAML`.
    Saml {
        /// The provider's ARN.
        provider: Arc<str>,
    },
    /// Nobody in particular: the request is not signed.
    Anonymous,
}

impl Principal {
    /// The partition the principal belongs to, if its ARN says so: `aws`, `aws-cn`.
    pub(crate) fn partition(&self) -> Option<&str> {
        match self {
            Self::Root { arn, .. }
            | Self::User { arn, .. }
            | Self::RoleSession { role_arn: arn, .. }
            | Self::FederatedUser { arn, .. } => partition(arn),
            Self::Service { .. } | Self::WebIdentity { .. } | Self::Saml { .. } | Self::Anonymous => None,
        }
    }

    /// The account the principal belongs to, if it belongs to one.
    pub fn account(&self) -> Option<AccountId> {
        match self {
            Self::Root { account, .. }
            | Self::User { account, .. }
            | Self::RoleSession { account, .. }
            | Self::FederatedUser { account, .. } => Some(*account),
            Self::Service { .. } | Self::WebIdentity { .. } | Self::Saml { .. } | Self::Anonymous => None,
        }
    }
}

/// Whether an ARN is of a root user.
pub(crate) fn is_root(arn: &str) -> bool {
    arn_fields(arn).is_some_and(|[.., resource]| resource == "root")
}

/// The partition in an ARN.
pub(crate) fn partition(arn: &str) -> Option<&str> {
    // Nearly every ARN is of this one.
    if arn.starts_with("arn:aws:") {
        return arn.get(4..7);
    }
    arn.split(':').nth(1)
}
