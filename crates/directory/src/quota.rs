//! The limits of an account, each with AWS's name and default, adjustable per account by the operator.
//!
//! AWS caps how far a quota may be raised; the operator of this server is not capped, since what an
//! account costs here is memory of their own.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// One limit of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Quota {
    /// Users in the account.
    UsersPerAccount,
    /// Groups in the account.
    GroupsPerAccount,
    /// Roles in the account.
    RolesPerAccount,
    /// Customer managed policies in the account.
    PoliciesPerAccount,
    /// Instance profiles in the account.
    InstanceProfilesPerAccount,
    /// Managed policies attached to one user.
    PoliciesPerUser,
    /// Managed policies attached to one group.
    PoliciesPerGroup,
    /// Managed policies attached to one role.
    PoliciesPerRole,
    /// Groups one user is in.
    GroupsPerUser,
    /// Access keys of one user, and of the root user.
    AccessKeysPerUser,
    /// Versions kept of one managed policy.
    VersionsPerPolicy,
    /// Characters, white space aside, in one managed policy version.
    PolicySize,
    /// Characters, white space aside, in all inline policies of one user together.
    UserPolicySize,
    /// Characters, white space aside, in all inline policies of one group together.
    GroupPolicySize,
    /// Characters, white space aside, in all inline policies of one role together.
    RolePolicySize,
    /// Characters, white space aside, in one role's trust policy.
    AclSizePerRole,
    /// Tags on one user, role or managed policy.
    TagsPerResource,
    /// Buckets the account owns.
    BucketsPerAccount,
    /// Virtual MFA devices in the account, assigned or not.
    MfaDevicesPerAccount,
    /// MFA devices of one user, and of the root user.
    MfaDevicesPerUser,
    /// SSH public keys of one user.
    SshPublicKeysPerUser,
    /// Service-specific credentials of one user for one service.
    ServiceSpecificCredentialsPerUser,
    /// Signing certificates of one user, and of the root user.
    CertificatesPerUser,
    /// Server certificates in the account.
    ServerCertificatesPerAccount,
    /// OIDC providers in the account.
    OidcProvidersPerAccount,
    /// Client ids of one OIDC provider.
    ClientIdsPerOidcProvider,
    /// SAML providers in the account.
    SamlProvidersPerAccount,
    /// Keys that open encrypted assertions, of one SAML provider.
    PrivateKeysPerSamlProvider,
    /// Used SAML assertions that are remembered at one time, so that they cannot be used again.
    UsedSamlAssertionsPerAccount,
}

impl Quota {
    /// Every quota, in the order of the declaration.
    pub const ALL: [Self; 29] = [
        Self::UsersPerAccount,
        Self::GroupsPerAccount,
        Self::RolesPerAccount,
        Self::PoliciesPerAccount,
        Self::InstanceProfilesPerAccount,
        Self::PoliciesPerUser,
        Self::PoliciesPerGroup,
        Self::PoliciesPerRole,
        Self::GroupsPerUser,
        Self::AccessKeysPerUser,
        Self::VersionsPerPolicy,
        Self::PolicySize,
        Self::UserPolicySize,
        Self::GroupPolicySize,
        Self::RolePolicySize,
        Self::AclSizePerRole,
        Self::TagsPerResource,
        Self::BucketsPerAccount,
        Self::MfaDevicesPerAccount,
        Self::MfaDevicesPerUser,
        Self::SshPublicKeysPerUser,
        Self::ServiceSpecificCredentialsPerUser,
        Self::CertificatesPerUser,
        Self::ServerCertificatesPerAccount,
        Self::OidcProvidersPerAccount,
        Self::ClientIdsPerOidcProvider,
        Self::SamlProvidersPerAccount,
        Self::PrivateKeysPerSamlProvider,
        Self::UsedSamlAssertionsPerAccount,
    ];

    /// The name AWS uses for it in `Cannot exceed quota for NAME: N`, or one like those where none is known.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::UsersPerAccount => "UsersPerAccount",
            Self::GroupsPerAccount => "GroupsPerAccount",
            Self::RolesPerAccount => "RolesPerAccount",
            Self::PoliciesPerAccount => "PoliciesPerAccount",
            Self::InstanceProfilesPerAccount => "InstanceProfilesPerAccount",
            Self::PoliciesPerUser => "PoliciesPerUser",
            Self::PoliciesPerGroup => "PoliciesPerGroup",
            Self::PoliciesPerRole => "PoliciesPerRole",
            Self::GroupsPerUser => "GroupsPerUser",
            Self::AccessKeysPerUser => "AccessKeysPerUser",
            Self::VersionsPerPolicy => "VersionsPerPolicy",
            Self::PolicySize => "PolicySize",
            Self::UserPolicySize => "UserPolicySize",
            Self::GroupPolicySize => "GroupPolicySize",
            Self::RolePolicySize => "RolePolicySize",
            Self::AclSizePerRole => "ACLSizePerRole",
            Self::TagsPerResource => "TagsPerResource",
            Self::BucketsPerAccount => "BucketsPerAccount",
            Self::MfaDevicesPerAccount => "MFADevicesPerAccount",
            Self::MfaDevicesPerUser => "MFADevicesPerUser",
            Self::SshPublicKeysPerUser => "SSHPublicKeysPerUser",
            // Evidence: recorded answers.
            Self::ServiceSpecificCredentialsPerUser => "ContextSpecificCredentialsPerUserPerContext",
            Self::CertificatesPerUser => "CertificatesPerUser",
            Self::ServerCertificatesPerAccount => "ServerCertificatesPerAccount",
            Self::OidcProvidersPerAccount => "OpenIdConnectProvidersPerAccount",
            Self::ClientIdsPerOidcProvider => "ClientIdsPerOpenIdConnectProvider",
            Self::SamlProvidersPerAccount => "SAMLProvidersPerAccount",
            Self::PrivateKeysPerSamlProvider => "PrivateKeysPerSAMLProvider",
            Self::UsedSamlAssertionsPerAccount => "UsedSAMLAssertionsPerAccount",
        }
    }

    /// What an account has unless its operator said otherwise: AWS's documented defaults.
    #[must_use]
    pub const fn default_limit(self) -> u64 {
        match self {
            Self::UsersPerAccount => 5_000,
            Self::GroupsPerAccount => 300,
            Self::RolesPerAccount | Self::InstanceProfilesPerAccount => 1_000,
            Self::PoliciesPerAccount => 1_500,
            Self::PoliciesPerUser | Self::PoliciesPerGroup | Self::PoliciesPerRole => 10,
            Self::GroupsPerUser => 10,
            Self::AccessKeysPerUser | Self::ServiceSpecificCredentialsPerUser | Self::CertificatesPerUser => {
                2
            }
            Self::ServerCertificatesPerAccount => 20,
            Self::VersionsPerPolicy | Self::SshPublicKeysPerUser => 5,
            Self::PolicySize => 6_144,
            Self::UserPolicySize | Self::AclSizePerRole => 2_048,
            Self::GroupPolicySize => 5_120,
            Self::RolePolicySize => 10_240,
            Self::TagsPerResource => 50,
            // Evidence: AWS announced it in November 2024; before, it was 100.
            Self::BucketsPerAccount => 10_000,
            // Evidence: the IAM user guide's page on quotas: as many as users.
            Self::MfaDevicesPerAccount => 5_000,
            Self::MfaDevicesPerUser => 8,
            Self::OidcProvidersPerAccount
            | Self::ClientIdsPerOidcProvider
            | Self::SamlProvidersPerAccount => 100,
            Self::PrivateKeysPerSamlProvider => 2,
            // Ours: AWS tells of no such limit. It is 25 logins in each second.
            Self::UsedSamlAssertionsPerAccount => 100_000,
        }
    }

    /// Finds a quota by its name, without regard to case.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|quota| quota.name().eq_ignore_ascii_case(name))
    }
}

/// The limits in force in one account: what the operator changed, and the defaults for the rest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Quotas(BTreeMap<Quota, u64>);

impl Quotas {
    /// The limit in force.
    #[must_use]
    pub fn limit(&self, quota: Quota) -> u64 {
        self.0
            .get(&quota)
            .copied()
            .unwrap_or_else(|| quota.default_limit())
    }

    /// Sets a limit; `None` returns to the default.
    pub fn set(&mut self, quota: Quota, limit: Option<u64>) {
        match limit {
            Some(limit) => self.0.insert(quota, limit),
            None => self.0.remove(&quota),
        };
    }

    /// Whether nothing differs from the defaults.
    #[must_use]
    pub fn is_default(&self) -> bool {
        self.0.is_empty()
    }
}
